"""The plane in which the segments lie farthest apart, and what half of each looks like in it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from customer_segments.steps.pca.segment_map import DECIMALS, ID, SHOWN, Components, components_of, distances, positions

X, Y = SHOWN[:2]
HARDLY = 1e-6  # what differs between customers alone: it only tells where segments leave a direction open


@dataclass(frozen=True)
class Plane:
    """The two directions, an outline of each segment, and the share of each distance that is seen."""

    components: Components
    outlines: pd.DataFrame  # segment, component_1, component_2, long, short, turned (degrees)
    pairs: pd.DataFrame  # one, other, apart, seen

    @property
    def metrics(self) -> dict[str, object]:
        """What the plane keeps, whose distance it shows least of, and who are nearest."""
        least, nearest = (self._first_by(column) for column in ("seen", "apart"))
        return {"kept": self.components.kept(2), "least_seen": least, "nearest": nearest}

    def _first_by(self, column: str) -> dict[str, float] | None:
        if self.pairs.empty:
            return None
        return self.pairs.loc[self.pairs[column].idxmin(), ["one", "other", "seen"]].astype(float).to_dict()


def plane(features: pd.DataFrame, segments: pd.DataFrame, smallest_group: int) -> Plane:
    """Where segments are farthest apart; of one with fewer customers than the smallest group the middle alone."""
    own = segments[segments["segment"] > 0]
    inputs = features.drop(columns=ID).astype("float64")
    middles = features.merge(own, on=ID).drop(columns=ID).groupby("segment").mean()
    between, within = _spread(middles), _spread(inputs)
    whole = np.trace(between) or 1.0
    components = components_of(between / whole + HARDLY * within / (np.trace(within) or 1.0), inputs)
    places = positions(features, components)
    joined = places.merge(own, on=ID, validate="one_to_one")
    outlines = [
        {"segment": segment, **_outline(found[[X, Y]], smallest_group)} for segment, found in joined.groupby("segment")
    ]
    return Plane(components, pd.DataFrame(outlines).round(DECIMALS), distances(features, places, segments))


def _spread(table: pd.DataFrame) -> np.ndarray:
    centred = (table - table.mean()).to_numpy()
    return centred.T @ centred / len(centred)


def _outline(points: pd.DataFrame, smallest_group: int) -> dict[str, float]:
    """The ellipse around the middle, of the points' own form, that holds half of them."""
    middle = points.mean()
    told = {X: middle[X], Y: middle[Y], "long": 0.0, "short": 0.0, "turned": 0.0}
    if len(points) < max(smallest_group, 3):
        return told
    spreads, axes = np.linalg.eigh(_spread(points))
    if spreads[1] <= 0:
        return told
    spreads = np.maximum(spreads, spreads[1] * HARDLY)
    far = np.sqrt((((points - middle).to_numpy() @ axes) ** 2 / spreads).sum(axis=1))
    short, long = np.median(far) * np.sqrt(spreads)
    turned = np.degrees(np.arctan2(axes[1, 1], axes[0, 1])) % 180
    return told | {"long": float(long), "short": float(short), "turned": float(turned)}

"""The map of segments: customers on the first components, centres, feature arrows, and where it misleads."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from customer_segments.base.params import PcaParams
from customer_segments.steps.clustering.scores import sample_by_segment
from customer_segments.steps.pca.directions import (
    DECIMALS,
    ID,
    SHOWN,
    Components,
    enough,
    explained,
    positions,
    principal_components,
)

ARROWS_REACH = 0.9  # the longest arrow, as a share of the distance that 19 of 20 customers stay within


@dataclass(frozen=True)
class SegmentMap:
    """The components, every customer's place on them, who is drawn, and what the map shows of the segments."""

    params: PcaParams
    components: Components
    explained: pd.DataFrame
    places: pd.DataFrame
    points_2d: pd.DataFrame
    points_3d: pd.DataFrame
    centres: pd.DataFrame
    arrows: pd.DataFrame
    pairs: pd.DataFrame

    @property
    def metrics(self) -> dict[str, object]:
        """The outcome in numbers, small enough to compare between runs."""
        return {
            "features": len(self.components.centre),
            "components_for_80_percent": enough(self.explained),
            "explained_by_two": self.components.kept(2),
            "explained_by_three": self.components.kept(3),
        }


def draw(features: pd.DataFrame, segments: pd.DataFrame, params: PcaParams, seed: int) -> SegmentMap:
    """Find the directions in which customers differ most, and place customers and segments on them."""
    components = principal_components(features)
    places = positions(features, components)
    points = [map_points(places, segments, size, seed) for size in (params.points_2d, params.points_3d)]
    return SegmentMap(
        params, components, explained(components), places, *points, centres(places, segments),
        arrows(components, places, params), distances(features, places, segments),
    )  # fmt: skip


def map_points(places: pd.DataFrame, segments: pd.DataFrame, size: int, seed: int) -> pd.DataFrame:
    """The customers drawn, with their segment: a sample with the same share of every segment."""
    joined = places.merge(segments, on=ID, validate="one_to_one")
    rows = sample_by_segment(joined["segment"].to_numpy(), size, np.random.default_rng(seed))
    return joined.iloc[rows].reset_index(drop=True)


def centres(places: pd.DataFrame, segments: pd.DataFrame) -> pd.DataFrame:
    """The mean place of every segment's customers; those not assigned (0) have no middle."""
    joined = places.merge(segments[segments["segment"] > 0], on=ID, validate="one_to_one")
    return joined.groupby("segment")[list(SHOWN)].mean().round(DECIMALS).reset_index()


def arrows(components: Components, places: pd.DataFrame, params: PcaParams) -> pd.DataFrame:
    """The features named on the map and the tips of their arrows, scaled to the customers' spread."""
    named = [feature for name in SHOWN[:2] for feature in components.strongest(name, params.loadings_above).index]
    tips = components.loadings.loc[components.loadings.index.isin(named), list(SHOWN[:2])].set_axis(["x", "y"], axis=1)
    spread = np.quantile(np.hypot(places[SHOWN[0]], places[SHOWN[1]]), 0.95)
    longest = np.hypot(tips["x"], tips["y"]).max()
    return (tips * ARROWS_REACH * spread / longest).rename_axis("feature").reset_index()


def distances(features: pd.DataFrame, places: pd.DataFrame, segments: pd.DataFrame) -> pd.DataFrame:
    """For every two segments: how far apart their centres are, and the share of it that the flat map shows."""
    segments = segments[segments["segment"] > 0]
    everything = features.merge(segments, on=ID, validate="one_to_one").drop(columns=ID).groupby("segment").mean()
    flat = centres(places, segments).set_index("segment")[list(SHOWN[:2])]
    rows = []
    for one, other in combinations(everything.index, 2):
        apart = np.linalg.norm(everything.loc[one] - everything.loc[other])
        seen = np.linalg.norm(flat.loc[one] - flat.loc[other])
        rows.append((one, other, apart, min(1.0, seen / apart) if apart else 1.0))
    return pd.DataFrame(rows, columns=["one", "other", "apart", "seen"]).round(DECIMALS)

"""Principal components, the few directions along which customers differ most, and the map of segments on them."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.spatial.distance import pdist

from customer_segments.base.errors import StudyError
from customer_segments.base.params import PcaParams
from customer_segments.steps.clustering.scores import sample_by_segment

ID = "customer_id"
SHOWN = ("component_1", "component_2", "component_3")
ENOUGH = 0.8  # share of the variation that is usually taken to describe the customers well
DECIMALS = 6
ARROWS_REACH = 0.9  # the longest arrow, as a share of the distance that 19 of 20 customers stay within


@dataclass(frozen=True)
class Components:
    """Where customers are centred, the features' loadings on each component, and its share of the variation."""

    centre: pd.Series  # by feature
    loadings: pd.DataFrame  # feature by component_1, component_2, ...
    shares: pd.Series  # by component

    def kept(self, count: int) -> float:
        """The share of the variation that the first few components keep."""
        return float(self.shares.iloc[:count].sum())

    def strongest(self, component: str, above: float) -> pd.Series:
        """The features named for a component, strongest first: those above the limit, or else the strongest alone."""
        ordered = self.loadings[component].sort_values(key=lambda loading: -loading.abs(), kind="stable")
        named = ordered[ordered.abs() > above]
        return named if len(named) else ordered[ordered != 0].head(1)


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


def principal_components(features: pd.DataFrame) -> Components:
    """Find the components; on each the largest loading is positive. There are three at least, empty if need be."""
    inputs = features.drop(columns=ID, errors="ignore").astype("float64")
    centred = (inputs - inputs.mean()).to_numpy()
    if not centred.any():
        raise StudyError("All customers are alike in every feature: there is nothing to map; choose other features.")
    return components_of(centred.T @ centred / len(centred), inputs)


def components_of(spread: np.ndarray, inputs: pd.DataFrame) -> Components:
    """The directions of such a spread of the inputs, and the share of it along each."""
    variances, directions = np.linalg.eigh(spread)
    variances, directions = np.clip(variances[::-1], 0, None), directions[:, ::-1]
    loadings = np.round(directions * _signs(directions), DECIMALS) + 0.0
    names = [f"component_{number}" for number in range(1, len(variances) + 1)]
    table = pd.DataFrame(loadings, index=inputs.columns, columns=names)
    shares = pd.Series(np.round(variances / variances.sum(), DECIMALS), index=names, name="share")
    wanted = [*names, *SHOWN[len(names) :]]
    table, shares = table.reindex(columns=wanted, fill_value=0.0), shares.reindex(wanted, fill_value=0.0)
    return Components(inputs.mean(), table, shares)


def _signs(directions: np.ndarray) -> np.ndarray:
    """For each direction 1, or -1 where its largest loading is negative; of equal loadings the first counts."""
    largest = np.argmax(np.round(np.abs(directions), DECIMALS), axis=0)
    return np.where(directions[largest, np.arange(directions.shape[1])] < 0, -1, 1)


def positions(features: pd.DataFrame, components: Components) -> pd.DataFrame:
    """Every customer's place on the first three components."""
    places = (features[list(components.centre.index)] - components.centre).to_numpy() @ components.loadings[list(SHOWN)]
    places.columns = list(SHOWN)
    return pd.concat([features[[ID]], (places.round(DECIMALS) + 0.0).set_axis(features.index)], axis=1)


def explained(components: Components) -> pd.DataFrame:
    """Each component's share of the variation, alone and with those before it."""
    shares = components.shares[components.shares > 0].reset_index(drop=True)
    added_up = shares.cumsum().clip(upper=1).round(DECIMALS)
    return pd.DataFrame({"component": shares.index + 1, "share": shares, "cumulative": added_up})


def enough(table: pd.DataFrame) -> int:
    """How many components keep 80 % of the variation."""
    return int(table.loc[table["cumulative"] >= ENOUGH - 10**-DECIMALS, "component"].iloc[0])


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
    apart, seen = pdist(everything), pdist(centres(places, segments)[list(SHOWN[:2])])
    shares = np.divide(seen, apart, out=np.ones_like(apart), where=apart > 0).clip(max=1)
    pairs = pd.DataFrame(combinations(everything.index, 2), columns=["one", "other"])
    return pairs.assign(apart=apart, seen=shares).round(DECIMALS)

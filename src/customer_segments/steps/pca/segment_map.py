"""The map of segments: customers on the first components, centres, feature arrows, and where it misleads."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from customer_segments.base import registry, words
from customer_segments.base.params import PcaParams
from customer_segments.steps.clustering.scores import sample_by_segment
from customer_segments.steps.pca.directions import (
    DECIMALS,
    ID,
    SHOWN,
    Components,
    explained,
    explained_caption,
    meaning,
    strongest,
    title,
)

SEEN_TOO_LITTLE = 0.5  # two segments this much nearer on the map than in truth mislead its reader
ARROWS_REACH = 0.9  # the longest arrow, as a share of the distance that 19 of 20 customers stay within


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
    """The features named on the map: label and tip of the arrow, scaled to the customers' spread."""
    named = sorted({feature for component in SHOWN[:2] for feature in strongest(components, component, params).index})
    in_order = [feature for feature in components.loadings.index if feature in named]
    tips = components.loadings.loc[in_order, list(SHOWN[:2])].to_numpy()
    spread = np.quantile(np.hypot(places[SHOWN[0]], places[SHOWN[1]]), 0.95)
    tips = tips * ARROWS_REACH * spread / np.hypot(*tips.T).max()
    return pd.DataFrame({"label": [registry.label(feature) for feature in in_order], "x": tips[:, 0], "y": tips[:, 1]})


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


def map_caption(components: Components, shown: int, customers: int, pairs: pd.DataFrame) -> str:
    """What the map keeps and who is drawn, and which segments look nearer than they are."""
    kept = words.percent(components.shares[list(SHOWN[:2])].sum())
    who = f"All {customers:,} customers are drawn"
    if shown < customers:
        who = f"{shown:,} of {customers:,} customers are drawn, the same share of every segment"
    return f"The map keeps {kept} of the variation. {who}; numbers stand at the segments' centres. {misleading(pairs)}"


def misleading(pairs: pd.DataFrame) -> str:
    """The two segments whose distance the map hides most, where it hides much."""
    worst = pairs.loc[pairs["seen"].idxmin()]
    one, other, seen = int(worst["one"]), int(worst["other"]), worst["seen"]
    if seen < SEEN_TOO_LITTLE:
        return (
            f"Segments {one} and {other} are farther apart than they look: only {words.percent(seen)} of their "
            "distance lies in this plane."
        )
    return (
        f"No two segments are much farther apart than they look (at least {words.percent(seen)} of any distance shows)."
    )


def map_alt(arrows: pd.DataFrame, middles: pd.DataFrame) -> str:
    """The map for those who cannot see it: where the centres lie and where the arrows point."""
    places = words.listed(
        f"segment {row.segment} {_direction(row.component_1, row.component_2)}" for row in middles.itertuples()
    )
    pointing = words.listed(f"{row.label} {_direction(row.x, row.y)}" for row in arrows.itertuples())
    return f"Map of customers, coloured by segment. Centres: {places}. Arrows: {pointing}."


def _direction(x: float, y: float) -> str:
    """Where a point lies, seen from the middle."""
    across, up = ("right" if x > 0 else "left"), ("up" if y > 0 else "down")
    if abs(y) < abs(x) / 2:
        return across
    return up if abs(x) < abs(y) / 2 else f"{up} and {across}"


def turnable_caption(components: Components, shown: int, customers: int) -> str:
    """What the third component adds and who is drawn."""
    kept, third = components.shares[list(SHOWN)].sum(), components.shares[SHOWN[2]]
    who = f"{shown:,} of {customers:,} customers" if shown < customers else f"all {customers:,} customers"
    return (
        f"Drag to turn, scroll to come nearer, click a segment in the legend to hide it. The third component adds "
        f"{words.percent(third)}, so that {words.percent(kept)} of the variation shows; drawn are {who}."
    )


def turnable_alt(segments: int) -> str:
    """The 3-D view for those who cannot see it."""
    return (
        f"Customers on the first three components as points, coloured by their {segments} segments; it can be turned."
    )


def findings(components: Components, pairs: pd.DataFrame, params: PcaParams) -> list[str]:
    """What the map tells, where it misleads, and what would change it."""
    directions = [name for name in SHOWN[:2] if components.shares[name] > 0]
    return [
        explained_caption(explained(components)),
        *(f"**{title(components, name)}**: {words.escaped(meaning(components, name, params))}." for name in directions),
        *alike(pairs),
        f"{misleading(pairs)} The segments were found in all {len(components.centre)} features and do not depend "
        "on the map; other features or another scale would turn the components.",
    ]


def alike(pairs: pd.DataFrame) -> list[str]:
    """Which two segments are most alike and which least, where there is a choice."""
    nearest, farthest = pairs.loc[pairs["apart"].idxmin()], pairs.loc[pairs["apart"].idxmax()]
    if nearest["apart"] in (0, farthest["apart"]):
        return []
    ratio = farthest["apart"] / nearest["apart"]
    return [
        f"Segments {nearest['one']:.0f} and {nearest['other']:.0f} are the most alike; segments "
        f"{farthest['one']:.0f} and {farthest['other']:.0f} are {words.number(ratio, 2)} "
        "times as far apart, the most of all."
    ]

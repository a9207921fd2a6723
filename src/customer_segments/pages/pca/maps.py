"""The directions in which customers differ, and the maps drawn on them; each function takes what was drawn."""

import pandas as pd
from matplotlib.figure import Figure
from plotly.graph_objects import Figure as TurnableFigure

from customer_segments.base import registry, words
from customer_segments.pages.pca.plane import told_apart
from customer_segments.pages.plots import pca as plots
from customer_segments.steps.pca.plane import Plane
from customer_segments.steps.pca.segment_map import ENOUGH, SHOWN, SegmentMap, enough

MOST_NAMED = 2  # features that say what lies in a direction
SOURCE = " From `data/processed/map.parquet`."
SEEN_TOO_LITTLE = 0.5  # two segments this much nearer on the map than in truth mislead its reader


def explained(drawn: SegmentMap) -> tuple[Figure, str, str, str]:
    """Each component's share of the variation, and how many are enough."""
    needed, of = enough(drawn.explained), words.counted(len(drawn.explained), "component")
    title = f"{needed} of {of} {'keeps' if needed == 1 else 'keep'} {words.percent(ENOUGH)} of the variation"
    shares = words.listed(drawn.explained["share"].map(words.percent))
    alt = f"Bars of each component's share of the variation ({shares}) and a line of the shares added up."
    caption = (
        "Share of the variation between customers by component, and added up, in per cent. From "
        "`data/processed/features.parquet`."
    )
    return plots.explained_variance(drawn.explained, ENOUGH), caption, alt, title


def kept(table: pd.DataFrame) -> str:
    """How much a few components keep, and how many are enough."""
    needed, two = enough(table), table["cumulative"].iloc[min(1, len(table) - 1)]
    return (
        f"The first component keeps {words.percent(table['share'].iloc[0])} of the variation between customers, the "
        f"first two {words.percent(two)}; {needed} of {len(table)} {'is' if needed == 1 else 'are'} needed for "
        f"{words.percent(ENOUGH)}."
    )


def directions(drawn: SegmentMap) -> tuple[pd.DataFrame, str]:
    """The components, their share and meaning; which feature weighs most on the first."""
    shares, first = drawn.components.shares, drawn.components.loadings[SHOWN[0]].abs()
    rows = [(name[-1], words.percent(shares[name]), meaning(drawn, name)) for name in SHOWN if shares[name] > 0]
    caption = (
        f"{registry.label(first.idxmax())} weighs most on component 1 (loading {words.number(first.max(), 2)}); "
        f"named are features with a loading above {words.number(drawn.params.loadings_above)}, or the strongest alone."
    )
    return pd.DataFrame(rows, columns=["Component", "Share of variation", "High on it means"]), caption


def meaning(drawn: SegmentMap, component: str) -> str:
    """What a high place on the component means: `more orders and net revenue against days since last order`."""
    return _more(drawn.components.strongest(component, drawn.params.loadings_above))


def _more(named: pd.Series) -> str:
    for_it, against = (words.listed(map(registry.inline, named.index[side])) for side in (named > 0, named < 0))
    if not for_it:
        return f"less {against}"
    return f"more {for_it} against {against}" if against else f"more {for_it}"


def titles(drawn: SegmentMap) -> list[str]:
    """The components' numbers and shares: `Component 1 (34%)`."""
    return [f"{registry.label(name)} ({words.percent(drawn.components.shares[name])})" for name in SHOWN]


def flat(drawn: SegmentMap) -> tuple[Figure, str, str, str]:
    """The map: which segments lie farthest apart, who is drawn, and which look nearer than they are."""
    arrows = drawn.arrows.assign(label=drawn.arrows["feature"].map(registry.label))
    shown, customers = len(drawn.points_2d), len(drawn.places)
    who = f"All {customers:,} customers are drawn"
    if shown < customers:
        who = f"{shown:,} of {customers:,} customers are drawn, the same share of every segment"
    title = f"The map keeps {words.percent(drawn.components.kept(2))} of the variation between customers"
    caption = (
        f"Customers on the first two components. {who}; numbers stand at the segments' "
        f"centres. {misleading(drawn)}{SOURCE}"
    )
    middles = drawn.centres.itertuples()
    places = words.listed(f"segment {row.segment} {_direction(row.component_1, row.component_2)}" for row in middles)
    pointing = words.listed(f"{row.label} {_direction(row.x, row.y)}" for row in arrows.itertuples())
    alt = f"Map of customers, coloured by segment. Centres: {places}. Arrows: {pointing}."
    return plots.segment_map(drawn.points_2d, drawn.centres, arrows, titles(drawn)[:2]), caption, alt, title


def apart(seen: Plane, names: dict[int, str]) -> tuple[Figure, str, str, str]:
    """The segments in the plane in which they lie farthest apart, by their names."""
    outlines = seen.outlines.assign(name=seen.outlines["segment"].map(names))
    directions = [_more(seen.components.strongest(each, 0.0).head(MOST_NAMED)) for each in SHOWN[:2]]
    places = words.listed(
        f"{words.isolated(row.name)} {_direction(row.component_1, row.component_2)}" for row in outlines.itertuples()
    )
    title, caption = told_apart(seen.metrics, names)
    return plots.outlines(outlines, directions), caption, f"Map of the segments: {places}.", title


def turnable(drawn: SegmentMap) -> tuple["TurnableFigure", str, str, str]:
    """The three components that can be turned: what the third adds and who is drawn."""
    shown, customers, third = len(drawn.points_3d), len(drawn.places), drawn.components.shares[SHOWN[2]]
    who = f"{shown:,} of {customers:,} customers" if shown < customers else f"all {customers:,} customers"
    title = "There is no third component: two keep everything"
    if third > 0:
        title = (
            f"A third component adds {words.percent(third)}, {words.percent(drawn.components.kept(3))} with the others"
        )
    caption = (
        f"Customers on the first three components; drawn are {who}. Drag to turn, scroll to come nearer, click a "
        f"segment in the legend to hide it.{SOURCE}"
    )
    alt = (
        f"Customers on the first three components as points, coloured by their {len(drawn.centres)} segments; "
        "it can be turned."
    )
    return plots.turnable_map(drawn.points_3d, titles(drawn)), caption, alt, title


def learned(drawn: SegmentMap) -> list[str]:
    """What the map tells, where it misleads, and what would change it."""
    named = zip(SHOWN[:2], titles(drawn), strict=False)
    shares = drawn.components.shares
    return [
        kept(drawn.explained),
        *(f"**{title}**: {words.escaped(meaning(drawn, name))}." for name, title in named if shares[name] > 0),
        *alike(drawn.pairs),
        f"{misleading(drawn)} The segments were found in all {len(drawn.components.centre)} features and do not depend "
        "on the map; other features or another scale would turn the components.",
    ]


def misleading(drawn: SegmentMap) -> str:
    """The two segments whose distance the map hides most, where it hides much."""
    one, other, _, seen = drawn.pairs.loc[drawn.pairs["seen"].idxmin()]
    if seen < SEEN_TOO_LITTLE:
        return (
            f"Segments {one:.0f} and {other:.0f} are farther apart than they look: only {words.percent(seen)} of their "
            "distance lies in this plane."
        )
    return (
        f"No two segments are much farther apart than they look (at least {words.percent(seen)} of any distance shows)."
    )


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


def _direction(x: float, y: float) -> str:
    """Where a point lies, seen from the middle."""
    across, up = ("right" if x > 0 else "left"), ("up" if y > 0 else "down")
    if abs(y) < abs(x) / 2:
        return across
    return up if abs(x) < abs(y) / 2 else f"{up} and {across}"

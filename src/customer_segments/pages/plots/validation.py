"""Figures of the validation chapter."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from customer_segments.base import words
from customer_segments.pages.plots.palette import ACCENT, BESIDE, INK
from customer_segments.pages.plots.style import folded, house_style, new_figure, segment_bars
from customer_segments.steps.validation.existence import Existence
from customer_segments.steps.validation.prediction import Prediction
from customer_segments.steps.validation.returning import DOUBTFUL, STABLE, Returning

KINDS = {
    "shuffled": "Columns shuffled",
    "cloud": "Same columns, same correlations",
    "smooth": "The same, each column with one hump",
}
OUTCOMES = {"spend": "Spend (logarithm)", "orders": "Orders (logarithm)", "came_back": "Came back at all"}
GROUPINGS = {
    "segments": "Our segments",
    "rfm": "RFM quintiles",
    "spend": "Spend alone",
    "rf": "Recency and\nfrequency",
    "orders": "Orders alone",
    "random": "Random groups",
    "boosting": "Gradient boosting",
}


@house_style()
def against_references(found: Existence) -> Figure:
    """Every reference's silhouette as a dot, ours as a line."""
    figure, (axis,) = new_figure(2.6)
    for row, kind in enumerate(KINDS):
        values = found.drawn(kind).to_numpy()
        axis.plot(values, row + _scattered(len(values)), "o", color=BESIDE, alpha=0.7, markersize=4, linewidth=0)
    axis.axvline(found.best["silhouette"], color=ACCENT, linewidth=2)
    axis.annotate(
        "our clearest fit", (found.best["silhouette"], 1.0), (4, 3), xycoords=("data", "axes fraction"),
        textcoords="offset points", color=ACCENT, ha="center",
    )  # fmt: skip
    axis.set_yticks(range(len(KINDS)), [folded(kind, 20, 2) for kind in KINDS.values()])
    axis.set_ylim(len(KINDS) - 0.5, -0.5)
    axis.grid(visible=False, axis="y")
    axis.tick_params(axis="y", length=0)
    axis.set_xlabel("Mean silhouette of the clearest grouping")
    drawn = [pd.DataFrame({"reference": KINDS[kind], "silhouette": found.drawn(kind).to_numpy()}) for kind in KINDS]
    ours = pd.DataFrame({"reference": ["Our clearest fit"], "silhouette": [found.best["silhouette"]]})
    return figure.telling("references", pd.concat([ours, *drawn], ignore_index=True))


def _scattered(count: int) -> np.ndarray:
    """Small offsets, the same in every run, so that dots do not hide one another."""
    return ((np.arange(count) * 0.618) % 1 - 0.5) * 0.5


@house_style()
def found_again(found: Returning) -> Figure:
    """How well each segment is found again, with the limits of the reading."""
    table = found.segments
    figure, (axis,) = new_figure(1.3 + 0.4 * len(table))
    segment_bars(axis, table["segment"], table["jaccard"], [words.number(value, 2) for value in table["jaccard"]])
    for limit in (DOUBTFUL, STABLE):
        axis.axvline(limit, color=INK, linestyle=":", linewidth=1)
    axis.set_xlim(0, 1.08)
    axis.set_xticks(
        [0, DOUBTFUL, STABLE, 1], ["0", f"{DOUBTFUL:g}\ndoubtful\nfrom here", f"{STABLE:g}\nstable\nfrom here", "1"]
    )
    axis.invert_yaxis()
    axis.grid(visible=False)
    axis.tick_params(axis="y", length=0)
    return figure.telling("found_again", table[["segment", "jaccard"]])


@house_style()
def explained_shares(found: Prediction) -> Figure:
    """What each grouping explains of each outcome, with intervals."""
    figure, axes = new_figure(2.8, 1, len(found.outcomes), sharey=True, sharex=True)
    places, told = np.arange(len(found.groupings)), []
    for axis, outcome in zip(axes, found.outcomes, strict=True):
        cells = [found.share(grouping, outcome) for grouping in found.groupings]
        told += [
            {"outcome": OUTCOMES[outcome], "grouping": GROUPINGS[grouping].replace("\n", " ")}
            | {key: float(cell[key]) for key in ("share", "low", "high")}
            for cell, grouping in zip(cells, found.groupings, strict=True)
        ]
        for place, cell, grouping in zip(places, cells, found.groupings, strict=True):
            colour = ACCENT if grouping == "segments" else BESIDE
            axis.plot([max(cell["low"], 0), max(cell["high"], 0)], [place, place], color=colour, linewidth=2)
            axis.plot(max(cell["share"], 0), place, "o", color=colour)
        axis.set_title(folded(OUTCOMES[outcome], 13, 2), fontsize=10)
        axis.xaxis.set_major_formatter(lambda value, _: words.percent(value) if value else "0%")
        axis.set_xlim(left=0)
        axis.grid(visible=False, axis="y")
    axes[0].set_yticks(places, [GROUPINGS[grouping] for grouping in found.groupings])
    axes[0].invert_yaxis()
    return figure.telling("explained_shares", pd.DataFrame(told))

"""Figures of the clustering chapter."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from customer_segments.base import words
from customer_segments.pages.plots import palette, style
from customer_segments.steps.clustering.segmentation import USED
from customer_segments.steps.segment import OUTCOME, Choice

THOUSAND = 1000
BARS = 600  # of the silhouettes are drawn, evenly chosen: more than a figure has rows of pixels
PANELS = {
    "elbow": ("inertia", "Inertia: where does it bend?"),
    "silhouette": ("silhouette", "Mean silhouette: higher is better"),
    "calinski_harabasz": ("calinski_harabasz", "Calinski-Harabasz: higher is better"),
    "davies_bouldin": ("davies_bouldin", "Davies-Bouldin: lower is better"),
    "gap": ("gap", "Gap statistic: where does it stop rising?"),
    "stability": ("stability", "Stability: how many come back?"),
    "prediction_strength": ("prediction_strength", "Prediction strength: how many reach 0.8?"),
}
SETTINGS = {"k": "Segments found", "not_assigned": "Customers not assigned"}


@style.house_style()
def choice_of_k(scores: pd.DataFrame, choice: Choice) -> Figure:
    """Each criterion over the number of segments, its own choice ringed, the chosen number as a dotted line.

    Where the method finds the number itself, what it finds over its settings.
    """
    if choice.rule == OUTCOME:
        return _settings(scores)
    figure, axes = style.new_figure(8.4, 4, 2, len(PANELS), sharex=True)
    figure.get_layout_engine().set(hspace=0.06, wspace=0.05)
    for axis, (criterion, (column, title)) in zip(axes, PANELS.items(), strict=True):
        axis.axvline(choice.k, color=palette.INK, linestyle=":", linewidth=1.5)
        axis.plot(scores["k"], scores[column], color=palette.ACCENT, marker="o", markersize=4)
        vote = choice.votes[criterion]
        if vote is not None:
            best = scores.loc[scores["k"] == vote, column]
            axis.scatter(vote, best, s=140, facecolor="none", edgecolor=palette.INK, linewidth=1.5, zorder=3)
        axis.set_title(title.replace(": ", ":\n"), fontsize=10)
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        if scores[column].max() >= THOUSAND:
            axis.yaxis.set_major_formatter("{x:,.0f}")
        axis.margins(y=0.15)
    for axis in axes[-2:]:
        axis.set_xlabel("Segments")
        axis.tick_params(labelbottom=True)
    return figure.telling("choice_of_k", scores)


def _settings(scores: pd.DataFrame) -> Figure:
    """Segments found and customers left over, for the used setting (dotted) and others."""
    figure, axes = style.new_figure(2.8, 1, 2)
    for axis, (column, title) in zip(axes, SETTINGS.items(), strict=True):
        axis.axvline(scores.loc[USED, "setting"], color=palette.INK, linestyle=":", linewidth=1.5)
        axis.plot(scores["setting"], scores[column], color=palette.ACCENT, marker="o", markersize=4)
        axis.set_title(title, fontsize=10)
        axis.set(xlabel="Setting (dotted: used)", ylim=(0, None))
    axes[0].yaxis.set_major_locator(MaxNLocator(integer=True))
    style.percent_axis(axes[1])
    return figure.telling("choice_of_k", scores)


@style.house_style()
def silhouette_of_each(fit: pd.DataFrame, table: pd.DataFrame) -> Figure:
    """Every customer's silhouette as a thin bar, sorted within its segment, with the mean as a dotted line."""
    table = table[table["segment"] > 0]
    figure, (axis,) = style.new_figure(max(3.0, 1.2 + 0.6 * len(table)))
    gap, lower, middles = max(1, len(fit) // 60), 0, []
    step = max(1, len(fit) // BARS)
    for segment in table["segment"]:
        found = fit.loc[fit["segment"] == segment, "silhouette"].to_numpy()
        heights = np.unique(np.r_[np.arange(0, len(found), step), len(found) - 1])
        axis.fill_betweenx(
            lower + heights, 0, found[heights], color=palette.segment_colour(segment - 1), linewidth=0, step="mid",
            hatch=style.hatch(segment - 1), edgecolor="white",
        )  # fmt: skip
        middles.append(lower + len(found) / 2)
        lower += len(found) + gap
    axis.axvline(0, color=palette.INK, linewidth=0.8)
    axis.axvline(fit["silhouette"].mean(), color=palette.INK, linestyle=":", linewidth=1.5)
    axis.set_yticks(middles, [words.segment(segment) for segment in table["segment"]])
    axis.tick_params(axis="y", length=0)
    axis.grid(visible=False, axis="y")
    axis.invert_yaxis()
    axis.set_xlabel("Silhouette of each customer (dotted: mean)")
    return figure.telling("silhouettes", table)


@style.house_style()
def sizes(table: pd.DataFrame) -> Figure:
    """Customers in each segment."""
    figure, (axis,) = style.new_figure(0.9 + 0.4 * len(table))
    labels = [f"{row.customers:,} · {words.percent(row.share)}" for row in table.itertuples()]
    style.segment_bars(axis, table["segment"], table["customers"], labels)
    axis.invert_yaxis()
    style.bare(axis, scale=False, baseline=True)
    return figure.telling("sizes", table)

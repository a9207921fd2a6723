"""Figures of the preparation: the rows that were lost, and features before and after."""

from math import ceil

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from customer_segments.base import registry, words
from customer_segments.pages.plots.palette import ACCENT, BESIDE, GRID, LOST, MUTED
from customer_segments.pages.plots.style import folded, house_style, new_figure
from customer_segments.steps.preprocessing.report import STUDY

TITLES = {"customers": "Customer list", "transactions": "Transactions", STUDY: "Customers in the study"}
COLOURS = {"rejected": LOST, "netted": BESIDE}
PANELS_A_ROW = 3
PANEL_HEIGHT = 1.4  # inches
FEWEST_ROWS = 5  # that the axis covers, so that whole ones can be told apart
LONGEST_TITLE = 15  # letters of a line


@house_style()
def waterfall_figure(steps: pd.DataFrame) -> Figure:
    """From the rows that came in to those used, a panel per table; bars are rows taken out, dots rows left."""
    tables = list(steps["table"].unique())
    sizes = [int((steps["table"] == table).sum()) for table in tables]
    drawing, axes = new_figure(0.33 * sum(sizes) + 0.9 * len(tables), rows=len(tables), height_ratios=sizes)
    for panel, table in zip(axes, tables, strict=True):
        _waterfall(panel, steps[steps["table"] == table].reset_index(drop=True))
        panel.set_title(TITLES[table])
    return drawing.telling("rows_lost", steps)


@house_style()
def scales_figure(bars: pd.DataFrame) -> Figure:
    """A histogram per number as it came, followed by one for the model where it was straightened."""
    histograms = list(bars.groupby(["feature", "scale"], sort=False))
    rows = ceil(len(histograms) / PANELS_A_ROW)
    drawing, axes = new_figure(PANEL_HEIGHT * rows, rows, PANELS_A_ROW, used=len(histograms))
    # The automatic layout takes seconds for so many panels, which are all alike.
    drawing.set_layout_engine(None)
    margin = 0.33 / rows
    drawing.subplots_adjust(0.02, margin, 0.98, 1 - margin, wspace=0.12, hspace=1.05)
    for panel, ((feature, scale), histogram) in zip(axes, histograms, strict=True):
        _histogram(panel, histogram)
        if scale == "as it came":
            panel.set_title(folded(registry.label(feature), LONGEST_TITLE, 2))
        else:
            panel.set_title("→ for the model", fontweight="normal", color=MUTED)
    return drawing  # without numbers: the ends of its bars are those of single customers


def _waterfall(panel: Axes, steps: pd.DataFrame) -> None:
    fewest, most = steps["left"].min(), steps["left"].max()
    room = max(most - fewest, FEWEST_ROWS)
    for step in steps.itertuples():
        if step.kind in COLOURS:
            panel.barh(step.Index, step.rows, left=step.left, color=COLOURS[step.kind], height=0.6)
            written, gap = f"−{step.rows:,}", 4
        else:
            panel.plot(step.left, step.Index, "o", color=ACCENT, markersize=8)
            written, gap = f"{step.rows:,}", 8
        place = {"xytext": (-gap, 0), "textcoords": "offset points", "ha": "right", "va": "center"}
        panel.annotate(written, (step.left, step.Index), **place)
    panel.set_yticks(steps.index, steps["step"])
    panel.set(ylim=(len(steps) - 0.4, -0.6), xlim=(fewest - 0.38 * room, most + 0.05 * room))
    panel.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    panel.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    panel.grid(visible=False, axis="y")
    panel.tick_params(axis="y", length=0)
    panel.spines["left"].set_visible(False)
    panel.set_xlabel("rows left")


def _histogram(panel: Axes, bars: pd.DataFrame) -> None:
    colour = ACCENT if bars["straightened"].any() else BESIDE
    edges = [*bars["left"], bars["left"].iloc[-1] + bars["width"].iloc[-1]]
    panel.stairs(bars["customers"], edges, fill=True, color=colour)
    panel.yaxis.set_visible(False)
    panel.grid(visible=False)
    panel.spines["left"].set_visible(False)
    panel.spines["bottom"].set_color(GRID)
    panel.xaxis.set_major_locator(MaxNLocator(3))
    panel.xaxis.set_major_formatter(lambda value, _: words.few(value))
    panel.tick_params(axis="x", length=2)

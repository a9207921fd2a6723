"""Figures of the chapter that names the segments."""

from math import ceil

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from customer_segments.base import registry, words
from customer_segments.pages.plots.palette import INK, segment_colour
from customer_segments.pages.plots.style import bare, folded, hatch, house_style, new_figure
from customer_segments.steps.profiling.sizes import brought

LONGEST_COLUMN = 16  # letters of a line above a panel
PALE = 0.4  # of its colour: what stands beside a bar


@house_style()
def segments(profiled: pd.DataFrame) -> Figure:
    """Each segment's share of customers against its share of revenue (or of orders), as bars."""
    what = brought(profiled)
    money, share = what is not None, f"{what}_share"
    drawing, (axes,) = new_figure(height=0.6 + (0.8 if money else 0.5) * len(profiled))
    places = np.arange(len(profiled))
    full = [segment_colour(segment - 1) for segment in profiled["segment"]]
    pale = [to_rgba(colour, PALE) for colour in full]
    if money:
        _bars(axes, places - 0.19, profiled["customer_share"], pale, "of customers")
        _bars(axes, places + 0.19, profiled[share], full, f"of {'net revenue' if what == 'revenue' else 'orders'}")
    else:
        _bars(axes, places, profiled["customer_share"], full, "of customers")
    axes.set_yticks(places, [folded(name, 22, 3) for name in profiled["name"]], fontweight="bold", fontsize=10)
    axes.invert_yaxis()
    bare(axes, scale=False)
    longest = profiled[["customer_share", share] if money else ["customer_share"]].max(axis=None)
    axes.set_xlim(min(0.0, profiled[share].min() if money else 0.0), 2.0 * longest)
    for bars in axes.containers:
        for bar, segment in zip(bars, profiled["segment"], strict=True):
            bar.set(hatch=hatch(segment - 1), edgecolor="white", linewidth=0)
    columns = ["segment", "name", "customer_share", *([share] if money else [])]
    return drawing.telling("segments", profiled[columns])


def _bars(axes: mpl.axes.Axes, places: np.ndarray, shares: pd.Series, colours: list, of_what: str) -> None:
    bars = axes.barh(places, shares, height=0.36, color=colours)
    texts = [f"{words.percent(share)} {of_what}" for share in shares]
    axes.bar_label(bars, texts, padding=5, color=INK, fontsize=10, in_layout=False)


@house_style()
def distributions(quantiles: pd.DataFrame, names: pd.Series, currency: str) -> Figure | None:
    """The middle half (box) and middle 90% (line) of each segment's customers, a panel per column; none without one."""
    if quantiles.empty:
        return None
    columns = list(quantiles["column"].unique())
    labels = [folded(name, 20, 4) for name in names]
    lines = len(labels) * max(label.count("\n") + 1 for label in labels)
    rows = ceil(len(columns) / 2)
    drawing, panels = new_figure(rows * (0.8 + 0.2 * lines), rows, 2, used=len(columns), sharey=True)
    for axes, column in zip(panels, columns, strict=True):
        boxes = quantiles[quantiles["column"] == column].drop(columns="column").set_index("segment")
        for place, segment in enumerate(names.index):
            if segment in boxes.index:
                _box(axes, place, boxes.loc[segment].to_dict(), segment_colour(segment - 1))
        _finish(axes, column, labels, currency)
    return drawing.telling("distributions", quantiles)


def _box(axes: mpl.axes.Axes, place: int, box: dict[str, float], colour: str) -> None:
    axes.bxp(
        [box], positions=[place], widths=0.55, orientation="horizontal", showfliers=False, patch_artist=True,
        showcaps=False, manage_ticks=False, boxprops={"facecolor": to_rgba(colour, PALE), "edgecolor": colour},
        medianprops={"color": colour, "linewidth": 3}, whiskerprops={"color": colour, "linewidth": 1.5},
    )  # fmt: skip


def _finish(axes: mpl.axes.Axes, column: str, labels: list[str], currency: str) -> None:
    axes.set_title(folded(registry.label(column), LONGEST_COLUMN, 2))
    axes.xaxis.set_major_locator(MaxNLocator(3))
    in_money = registry.facts(column).unit == "money"
    axes.xaxis.set_major_formatter(
        lambda value, _: words.few(value, currency) if in_money else registry.in_unit(column, value, currency)
    )
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.grid(axis="y", visible=False)
    axes.tick_params(axis="y", length=0)

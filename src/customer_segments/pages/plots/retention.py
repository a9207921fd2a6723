"""Figures of coming back: of the study's chapter, and of what a published study says of it."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from customer_segments.base import words
from customer_segments.pages.plots import palette, style

AVERAGE = "All cohorts"
DEEPENING = LinearSegmentedColormap.from_list("deepening", ["#f3f8fa", palette.ACCENT])
WHITE_TEXT_FROM = 0.6  # from here on the cell is too dark for dark text


@style.house_style()
def triangle(cells: pd.DataFrame, title: str, period: str) -> Figure:
    """Rows by ages, a text in every cell, shades from 0 to 1; what is not whole is uncoloured and in italics."""
    parts = cells[["row", "age", "shade", "text", "whole"]].pivot(index="row", columns="age").loc[cells["row"].unique()]
    shades, texts, whole = parts["shade"].astype("float64"), parts["text"].fillna(""), parts["whole"].eq(True)
    figure, (axes,) = style.new_figure(height=0.9 + 0.25 * len(shades))
    coloured = np.ma.masked_invalid(shades.where(whole).to_numpy())
    axes.pcolormesh(coloured, cmap=DEEPENING, vmin=0, vmax=1, edgecolors="white", linewidth=1.5)
    for (row, column), text in np.ndenumerate(texts.to_numpy()):
        filled, shade = whole.iat[row, column], shades.iat[row, column]
        colour = "white" if filled and shade >= WHITE_TEXT_FROM else palette.INK if filled else palette.MUTED
        slant = "normal" if filled else "italic"
        axes.text(column + 0.5, row + 0.5, text, ha="center", va="center", fontsize=8, color=colour, style=slant)
    axes.set_yticks(np.arange(len(shades)) + 0.5, shades.index, fontsize=8)
    for label in axes.get_yticklabels():
        label.set_fontweight("bold" if label.get_text() == AVERAGE else "normal")
    axes.set_xticks(np.arange(len(shades.columns)) + 0.5, shades.columns, fontsize=8)
    axes.set(xlabel=f"{period.capitalize()}s after the first order", title=title)
    axes.invert_yaxis()
    style.bare(axes)
    return figure


@style.house_style()
def curves(by_segment: pd.DataFrame, period: str) -> Figure:
    """The share of each segment that orders in each period after the first, with its interval."""
    figure, (axes,) = style.new_figure(height=3.8)
    for segment, curve in by_segment.groupby("segment"):
        _curve(axes, curve["age"], curve["rate"], (curve["low"], curve["high"]), int(segment), drawn="default")
    axes.set(xlabel=f"{period.capitalize()}s after the first order", xlim=(0, None))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    _shares(axes)
    return figure


@style.house_style()
def coming_back(everyone: pd.DataFrame, by_segment: dict[int, pd.DataFrame]) -> Figure:
    """The share that has ordered a second time, day by day; everyone in black."""
    figure, (axes,) = style.new_figure(height=4.0)
    for segment, found in [*by_segment.items(), (None, everyone)]:
        start = pd.DataFrame({"day": [0], "waiting": [1.0], "low": [1.0], "high": [1.0]})
        curve = pd.concat([start, found], ignore_index=True)
        band = (1 - curve["high"], 1 - curve["low"])
        _curve(axes, curve["day"], 1 - curve["waiting"], band, segment, drawn="steps-post")
    axes.set(xlabel="Days since the first order", xlim=(0, None))
    _shares(axes)
    return figure


@style.house_style()
def months(table: pd.DataFrame) -> Figure:
    """Who orders again, by months since the first order: whole months, and with one that had not ended."""
    figure, (axes,) = style.new_figure(3.2)
    axes.plot(table["month"], table["whole"], "o-", color=palette.ACCENT, label="Whole months")
    cut = "With the month\nthat had not ended"
    axes.plot(table["month"], table["cut"], "o--", color=palette.MUTED, markersize=4, label=cut)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("Months after the first order")
    _shares(axes)
    return figure


def _curve(
    axes: Axes, x: pd.Series, y: pd.Series, band: tuple[pd.Series, pd.Series], segment: int | None, drawn: str
) -> None:
    if segment is None:
        colour, label, width = palette.INK, "Everyone", 2.2
    else:
        colour, label, width = palette.segment_colour(segment - 1), words.segment(segment), 1.6
    axes.plot(x, y, color=colour, linewidth=width, drawstyle=drawn, label=label)
    step = "post" if drawn == "steps-post" else None
    axes.fill_between(x, *band, color=colour, alpha=0.13, linewidth=0, step=step)


def _shares(axes: Axes) -> None:
    style.percent_axis(axes)
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=9)

"""Figures of coming back: of the study's chapter, and of what a published study says of it."""

from math import ceil

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from customer_segments.base import words
from customer_segments.pages.plots import palette, style

MOST_STEPS = 200  # of a curve: more than can be told apart


@style.house_style()
def curves(by_segment: pd.DataFrame, period: str) -> Figure:
    """The share of each segment that orders in each period after the first, with its interval."""
    figure, (axes,) = style.new_figure(height=3.8)
    for segment, curve in by_segment.groupby("segment"):
        _curve(axes, curve["age"], curve["rate"], (curve["low"], curve["high"]), int(segment), drawn="default")
    axes.set(xlabel=f"{period.capitalize()}s after the first order", xlim=(0, None))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    _shares(axes)
    return figure.telling("return_rates", by_segment)


@style.house_style()
def coming_back(everyone: pd.DataFrame, by_segment: dict[int, pd.DataFrame]) -> Figure:
    """The share that has ordered a second time, day by day; everyone in black."""
    figure, (axes,) = style.new_figure(height=4.0)
    drawn = []
    for segment, found in [*by_segment.items(), (None, everyone)]:
        start = pd.DataFrame({"day": [0], "waiting": [1.0], "low": [1.0], "high": [1.0]})
        curve = pd.concat([start, found], ignore_index=True)
        curve = curve.iloc[sorted({*range(0, len(curve), ceil(len(curve) / MOST_STEPS)), len(curve) - 1})]
        drawn.append(_came_back(curve, segment))
        band = (1 - curve["high"], 1 - curve["low"])
        _curve(axes, curve["day"], 1 - curve["waiting"], band, segment, drawn="steps-post")
    axes.set(xlabel="Days since the first order", xlim=(0, None))
    _shares(axes)
    return figure.telling("second_orders", pd.concat(drawn, ignore_index=True))


def _came_back(curve: pd.DataFrame, segment: int | None) -> pd.DataFrame:
    name = "Everyone" if segment is None else words.segment(segment)
    shares = {"came_back": 1 - curve["waiting"], "low": 1 - curve["high"], "high": 1 - curve["low"]}
    return pd.DataFrame({"segment": name, "day": curve["day"]} | shares)


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
    return figure.telling("months_whole_and_cut", table)


def _curve(
    axes: Axes, x: pd.Series, y: pd.Series, band: tuple[pd.Series, pd.Series], segment: int | None, drawn: str
) -> None:
    if segment is None:
        colour, label, width = palette.INK, "Everyone", 2.2
    else:
        colour, label, width = palette.segment_colour(segment - 1), words.segment(segment), 1.6
    line = "-" if segment is None or palette.is_sure(segment - 1) else "--"
    axes.plot(x, y, line, color=colour, linewidth=width, drawstyle=drawn, label=label)
    step = "post" if drawn == "steps-post" else None
    axes.fill_between(x, *band, color=colour, alpha=0.13, linewidth=0, step=step)


def _shares(axes: Axes) -> None:
    style.percent_axis(axes)
    style.legend_above(axes)

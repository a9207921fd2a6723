"""The figures of the first look; its heatmap shows the prepared features as well."""

from collections.abc import Callable
from math import ceil

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, PercentFormatter

from customer_segments.base import registry, words
from customer_segments.pages.plots.palette import ACCENT
from customer_segments.pages.plots.style import Drawing, bare, folded, house_style, new_figure, short

NOUNS = {"customers": "customer", "transactions": "line"}  # what a row of each table is called
PALE = 0.4  # of its colour: what is not whole
PANELS_ACROSS = 2
ACROSS_HALF, ACROSS_ALL = 17, 38  # letters of a title above a panel of so much of the width
LONGEST_BESIDE = 14  # letters of a category where two panels stand side by side
LABELLED_MONTHS = 8


@house_style()
def histograms(bars: pd.DataFrame, currency: str) -> Figure:
    """A small histogram per column."""
    columns = list(bars["column"].unique())
    down = ceil(len(columns) / PANELS_ACROSS)
    drawing, axes = new_figure(1.7 * down, down, PANELS_ACROSS, used=len(columns))
    drawing.get_layout_engine().set(h_pad=0.1)
    for axis, column in zip(axes, columns, strict=True):
        _histogram(axis, bars[bars["column"] == column], column, currency)
    for axis in axes[::PANELS_ACROSS]:
        axis.set_ylabel("Rows")
    return drawing.telling("histograms", bars)


@house_style()
def category_bars(shares: pd.DataFrame) -> Drawing:
    """Bars of the share of each category, a panel per column: table, column, value, share."""
    panels = list(shares.groupby(["table", "column"], sort=False))
    across = 2 if shares["value"].map(lambda value: len(short(value))).max() <= LONGEST_BESIDE else 1
    slots = [max(len(content) for _, content in panels[at : at + across]) for at in range(0, len(panels), across)]
    height = 0.26 * sum(slots) + 0.55 * len(slots)
    drawing, axes = new_figure(height, len(slots), across, used=len(panels), height_ratios=slots)
    letters = ACROSS_HALF * (3 - across)
    for position, (axis, ((table, column), content)) in enumerate(zip(axes, panels, strict=True)):
        written = [words.percent(share) for share in content["share"]]
        _flat_bars(axis, content["value"], content["share"], written)
        axis.set_ylim(slots[position // across] - 0.4, -0.6)
        axis.set_title(folded(f"{short(registry.label(column), letters + 9)} ({NOUNS[table]}s)", letters, 2))
    return drawing.telling("categories", shares)


@house_style()
def revenue_bars(by_value: pd.DataFrame, column: str, currency: str) -> Figure:
    """Bars of revenue by the values of a column, the largest on top."""
    drawing, (axis,) = new_figure(0.3 * len(by_value) + 0.6)
    written = [words.money(revenue, currency) for revenue in by_value["revenue"]]
    _flat_bars(axis, by_value["value"], by_value["revenue"], written)
    axis.set_title(f"Revenue by {short(registry.label(column).lower(), ACROSS_ALL)}")
    return drawing.telling("revenue", by_value)


@house_style()
def by_month(months: pd.DataFrame, what: str, currency: str) -> Figure:
    """Bars of revenue, or of lines, by month; months that are not covered whole are pale."""
    drawing, (axis,) = new_figure(3.0)
    positions = np.arange(len(months))
    colours = [to_rgba(ACCENT, 1 if whole else PALE) for whole in months["whole"]]
    axis.bar(positions, months[what], color=colours, width=0.8)
    step = ceil(len(months) / LABELLED_MONTHS)
    axis.set_xticks(positions[::step], [f"{month:%b}\n{month:%Y}" for month in months["month"].iloc[::step]])
    axis.set_title(f"{what.capitalize()} by month")
    axis.yaxis.set_major_formatter(_money(currency) if what == "revenue" else _number)
    axis.grid(axis="x", visible=False)
    return drawing.telling("months", months)


@house_style()
def rhythm(weekdays: pd.DataFrame, hours: pd.DataFrame) -> Figure:
    """Bars of the share of lines by weekday and, where known, by hour."""
    drawing, axes = new_figure(2.6, 1, 1 if hours.empty else 2)
    axes[0].bar([day[:2] for day in weekdays["weekday"]], weekdays["share"], color=ACCENT, width=0.75)
    axes[0].set_title("Lines by weekday")
    if not hours.empty:
        axes[1].bar(hours["hour"].astype(float), hours["share"], color=ACCENT, width=0.75)
        axes[1].set_xticks(range(0, 24, 6), [f"{hour}:00" for hour in range(0, 24, 6)])
        axes[1].set_title("Lines by hour")
    for axis in axes:
        axis.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        axis.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        axis.grid(axis="x", visible=False)
    by_hour = hours.assign(when=hours["hour"].map("{}:00".format)) if len(hours) else hours
    told = pd.concat([weekdays.rename(columns={"weekday": "when"}), by_hour])
    return drawing.telling("rhythm", told[["when", "share"]])


def _histogram(axis: Axes, bars: pd.DataFrame, column: str, currency: str) -> None:
    axis.stairs(bars["rows"], [*bars["left"], bars["right"].iloc[-1]], fill=True, color=ACCENT)
    axis.set_title(short(registry.label(column), ACROSS_HALF + 8))
    axis.yaxis.set_major_locator(MaxNLocator(4))
    axis.yaxis.set_major_formatter(_number)
    axis.grid(axis="x", visible=False)
    is_money = registry.facts(column).unit == "money"
    if bars["scale"].iloc[0] == "log":
        axis.set_xscale("log")
        axis.xaxis.set_major_locator(LogLocator(numticks=3))
        axis.xaxis.set_minor_formatter(NullFormatter())
    else:
        whole = bool(((bars["right"] - bars["left"]) % 1 == 0).all())
        axis.xaxis.set_major_locator(MaxNLocator(3 if is_money else 5, integer=whole, steps=[1, 2, 5, 10]))
    axis.xaxis.set_major_formatter(_money(currency) if is_money else _number)


def _flat_bars(axis: Axes, names: pd.Series, lengths: pd.Series, written: list[str]) -> None:
    """Horizontal bars in the given order, the first on top, each with its length written at its end."""
    positions = np.arange(len(names))
    axis.bar_label(axis.barh(positions, lengths, color=ACCENT, height=0.7), written, padding=4)
    axis.set_yticks(positions, map(short, names))
    axis.set_ylim(len(names) - 0.4, -0.6)
    axis.margins(x=0.26)
    bare(axis, scale=False)


def _number(value: float, _: int) -> str:
    return words.number(value)


def _money(currency: str) -> Callable[[float, int], str]:
    return lambda value, _: words.few(value, currency)

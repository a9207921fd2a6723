"""Figures of the chapter that names the segments."""

from math import ceil

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from customer_segments.base import registry, words
from customer_segments.pages.plots.palette import INK, MUTED, segment_colour
from customer_segments.pages.plots.style import bare, folded, house_style, new_figure, short
from customer_segments.steps.profiling.sizes import brought

DIVERGING = "BrBG"  # no red: on other pages red means that money is lost
COLOUR_LIMIT = 2.0  # differences beyond this many standard deviations get the darkest colour
LONGEST_COLUMN = 40  # letters beside the heatmap and above a panel
MOST_UPRIGHT_NAMES = 7  # more columns than this leave no room for names side by side
WHITE_TEXT_FROM = 1.25  # from here on the cell is too dark for dark text


@house_style()
def segments(profiled: pd.DataFrame) -> Figure:
    """Each segment's share of customers against its share of revenue (or of orders), as bars."""
    what = brought(profiled)
    money, share = what is not None, f"{what}_share"
    drawing, (axes,) = new_figure(height=0.6 + (0.8 if money else 0.5) * len(profiled))
    places = np.arange(len(profiled))
    full = [segment_colour(segment - 1) for segment in profiled["segment"]]
    pale = [_paler(colour) for colour in full]
    if money:
        _bars(axes, places - 0.19, profiled["customer_share"], pale, "of customers")
        _bars(axes, places + 0.19, profiled[share], full, f"of {'net revenue' if what == 'revenue' else 'orders'}")
    else:
        _bars(axes, places, profiled["customer_share"], full, "of customers")
    axes.set_yticks(places, [folded(name, 22, 3) for name in profiled["name"]], fontweight="bold", fontsize=11)
    axes.invert_yaxis()
    bare(axes, scale=False)
    longest = profiled[["customer_share", share] if money else ["customer_share"]].max(axis=None)
    axes.set_xlim(min(0.0, profiled[share].min() if money else 0.0), 1.4 * longest)
    return drawing


def _bars(axes: mpl.axes.Axes, places: np.ndarray, shares: pd.Series, colours: list, of_what: str) -> None:
    bars = axes.barh(places, shares, height=0.36, color=colours)
    texts = [f"{words.percent(share)} {of_what}" for share in shares]
    axes.bar_label(bars, texts, padding=5, color=INK, fontsize=11, in_layout=False)


def _paler(colour: str) -> tuple[float, ...]:
    return tuple(0.4 * part + 0.6 for part in to_rgb(colour))


@house_style()
def heatmap(differences: pd.DataFrame, texts: pd.DataFrame) -> Figure:
    """Columns by segments, coloured by the difference from all customers, with typical values in the cells."""
    crowded = texts.shape[1] > MOST_UPRIGHT_NAMES
    names = [folded(name, *(24, 3) if crowded else (13, 5)) for name in texts.columns]
    lines = [line for name in names for line in name.splitlines()]
    tallest = max(map(len, lines)) * 0.09 if crowded else max(name.count("\n") + 1 for name in names) * 0.18
    drawing, (axes,) = new_figure(height=0.9 + tallest + 0.3 * len(differences))
    image = axes.pcolormesh(
        differences.to_numpy(), cmap=DIVERGING, vmin=-COLOUR_LIMIT, vmax=COLOUR_LIMIT, edgecolors="white", linewidth=2
    )
    for (row, column), text in np.ndenumerate(texts.to_numpy()):
        dark = column < differences.shape[1] and abs(differences.iat[row, column]) >= WHITE_TEXT_FROM
        axes.text(
            column + 0.5, row + 0.5, text, ha="center", va="center", fontsize=7 if crowded else 9,
            color="white" if dark else INK, in_layout=False,
        )  # fmt: skip
    axes.set_xlim(0, texts.shape[1])
    axes.invert_yaxis()
    turned = {"rotation": 90, "fontsize": 9} if crowded else {}
    axes.set_xticks(np.arange(texts.shape[1]) + 0.5, names, **turned)
    axes.set_yticks(np.arange(len(texts)) + 0.5, [short(label, LONGEST_COLUMN) for label in texts.index])
    axes.xaxis.tick_top()
    bare(axes)
    bar = drawing.colorbar(image, ax=axes, orientation="horizontal", aspect=45, shrink=0.6, pad=0.02, extend="both")
    bar.set_label("Standard deviations below or above all customers", color=MUTED)
    bar.outline.set_visible(False)
    return drawing


@house_style()
def distributions(quantiles: pd.DataFrame, names: pd.Series, currency: str) -> Figure | None:
    """The middle half (box) and middle 90% (line) of each segment's customers, a panel per column; none without one."""
    if quantiles.empty:
        return None
    columns = list(quantiles["column"].unique())
    labels = [folded(name, 26, 3) for name in names]
    lines = sum(label.count("\n") + 1 for label in labels)
    rows = ceil(len(columns) / 2)
    drawing, panels = new_figure(rows * (0.8 + 0.2 * lines), rows, 2, used=len(columns), sharey=True)
    for axes, column in zip(panels, columns, strict=True):
        boxes = quantiles[quantiles["column"] == column].drop(columns="column").set_index("segment")
        for place, segment in enumerate(names.index):
            if segment in boxes.index:
                _box(axes, place, boxes.loc[segment].to_dict(), segment_colour(segment - 1))
        _finish(axes, column, labels, currency)
    return drawing


def _box(axes: mpl.axes.Axes, place: int, box: dict[str, float], colour: str) -> None:
    axes.bxp(
        [box], positions=[place], widths=0.55, orientation="horizontal", showfliers=False, patch_artist=True,
        showcaps=False, manage_ticks=False, boxprops={"facecolor": _paler(colour), "edgecolor": colour},
        medianprops={"color": colour, "linewidth": 3}, whiskerprops={"color": colour, "linewidth": 1.5},
    )  # fmt: skip


def _finish(axes: mpl.axes.Axes, column: str, labels: list[str], currency: str) -> None:
    axes.set_title(short(registry.label(column), LONGEST_COLUMN))
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.xaxis.set_major_formatter(lambda value, _: registry.in_unit(column, value, currency))
    axes.set_yticks(range(len(labels)), labels, fontsize=9)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.grid(axis="y", visible=False)
    axes.tick_params(axis="y", length=0)

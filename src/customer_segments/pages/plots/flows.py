"""Flows between the segments of two days: two columns of bars, and a band for each move."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from customer_segments.pages.plots.palette import INK, segment_colour
from customer_segments.pages.plots.style import folded, house_style, new_figure, spread_out

GAP, BAR = 0.03, 0.02  # between bars, of all customers; a bar's width
BESIDE, NAME = BAR + 0.015, 0.38  # where the name of a bar begins; inches that two lines take
LEFT, RIGHT = 0.0, 1.0


@house_style()
def flows(counts: pd.DataFrame, names: dict[int, str], days: int, told: pd.DataFrame) -> Figure:
    """Rows of `counts` are where customers stood, columns where they stand; a band has its origin's colour.

    `told` are these counts as a reader may know them.
    """
    figure, (axes,) = new_figure(max(4.0, 0.75 * len(counts)))
    gap = GAP * counts.to_numpy().sum()
    before, now = counts.sum(axis=1), counts.sum(axis=0)
    starts, ends = _stacked(before, gap), _stacked(now, gap)
    axes.set_xlim(-0.55, 1.55)
    axes.set_ylim(-max(_height(sizes, gap) for sizes in (before, now)), gap)
    for at, tops, sizes in ((LEFT, starts, before), (RIGHT, ends, now)):
        _bars(axes, at, tops, sizes)
        _names(axes, at, tops, sizes, names)
    for origin in counts.index:
        for goal in counts.columns:
            size = counts.at[origin, goal]
            if size:
                axes.add_patch(_band(starts[origin], ends[goal], size, _colour(origin)))
                starts[origin] -= size
                ends[goal] -= size
    axes.text(LEFT, gap, f"{days} days before", ha="right", va="bottom", color=INK, fontsize=10)
    axes.text(RIGHT, gap, "Now", ha="left", va="bottom", color=INK, fontsize=10)
    axes.set_axis_off()
    return figure.telling("flows", told)


def _colour(segment: int) -> str:
    return segment_colour(segment - 1 if segment > 0 else -1)


def _stacked(sizes: pd.Series, gap: float) -> dict[int, float]:
    """Where each bar begins, from the top down."""
    above = (sizes.cumsum() - sizes) + gap * pd.Series(range(len(sizes)), sizes.index)
    return (-above).to_dict()


def _height(sizes: pd.Series, gap: float) -> float:
    return float(sizes.sum() + gap * len(sizes))


def _bars(axes: Axes, at: float, tops: dict[int, float], sizes: pd.Series) -> None:
    outwards = BAR if at == RIGHT else -BAR
    for number, size in sizes.items():
        axes.bar(at, -size, outwards, tops[number], align="edge", color=_colour(number))


def _names(axes: Axes, at: float, tops: dict[int, float], sizes: pd.Series, names: dict[int, str]) -> None:
    """Beside each bar the name of its segment, none over another."""
    place, side = (at + BESIDE, "left") if at == RIGHT else (at - BESIDE, "right")
    shown, lowest = sizes[sizes > 0][::-1], axes.get_ylim()[0]
    middles = np.array([tops[number] - size / 2 for number, size in shown.items()])
    heights = lowest * (1 - spread_out(1 - middles / lowest, NAME / axes.figure.get_figheight()))
    for number, height in zip(shown.index, heights, strict=True):
        axes.text(place, height, folded(names[number], 22, 2), ha=side, va="center", color=INK)


def _band(start: float, end: float, size: float, colour: str) -> PathPatch:
    middle = (LEFT + RIGHT) / 2
    corners = [
        (LEFT, start), (middle, start), (middle, end), (RIGHT, end),
        (RIGHT, end - size), (middle, end - size), (middle, start - size), (LEFT, start - size), (LEFT, start),
    ]  # fmt: skip
    curve = Path.CURVE4
    codes = [Path.MOVETO, curve, curve, curve, Path.LINETO, curve, curve, curve, Path.CLOSEPOLY]
    return PathPatch(Path(corners, codes), facecolor=colour, alpha=0.35, linewidth=0)

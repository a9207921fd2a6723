"""Flows between the segments of two days: two columns of bars, and a band for each move."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from customer_segments.pages.plots.palette import INK, segment_colour
from customer_segments.pages.plots.style import folded, house_style, new_figure

GAP, BAR = 0.03, 0.02  # between bars, of all customers; a bar's width
LEFT, RIGHT = 0.0, 1.0


@house_style()
def flows(counts: pd.DataFrame, names: dict[int, str], days: int) -> Figure:
    """Rows of `counts` are where customers stood, columns where they stand; a band has its origin's colour."""
    figure, (axes,) = new_figure(max(4.0, 0.75 * len(counts)))
    gap = GAP * counts.to_numpy().sum()
    starts = _stacked(counts.sum(axis=1), gap)
    ends = _stacked(counts.sum(axis=0), gap)
    _bars(axes, LEFT - BAR, starts, counts.sum(axis=1), names, "right")
    _bars(axes, RIGHT, ends, counts.sum(axis=0), names, "left")
    for origin in counts.index:
        for goal in counts.columns:
            size = counts.at[origin, goal]
            if size:
                axes.add_patch(_band(starts[origin], ends[goal], size, _colour(origin)))
                starts[origin] -= size
                ends[goal] -= size
    axes.set_xlim(-0.55, 1.55)
    axes.set_ylim(-max(_height(counts.sum(axis=axis), gap) for axis in (0, 1)), gap)
    axes.text(LEFT, gap, f"{days} days before", ha="right", va="bottom", color=INK, fontsize=10)
    axes.text(RIGHT, gap, "Now", ha="left", va="bottom", color=INK, fontsize=10)
    axes.set_axis_off()
    return figure.telling("flows", _listed(counts, names))


def _listed(counts: pd.DataFrame, names: dict[int, str]) -> pd.DataFrame:
    """A row for each flow."""
    flat = counts.rename_axis("before").reset_index().melt("before", var_name="now", value_name="customers")
    return flat[flat["customers"] > 0].assign(before=flat["before"].map(names), now=flat["now"].map(names))


def _colour(segment: int) -> str:
    return segment_colour(segment - 1 if segment > 0 else -1)


def _stacked(sizes: pd.Series, gap: float) -> dict[int, float]:
    """Where each bar begins, from the top down."""
    above = (sizes.cumsum() - sizes) + gap * pd.Series(range(len(sizes)), sizes.index)
    return (-above).to_dict()


def _height(sizes: pd.Series, gap: float) -> float:
    return float(sizes.sum() + gap * len(sizes))


def _bars(axes: Axes, at: float, tops: dict[int, float], sizes: pd.Series, names: dict[int, str], side: str) -> None:
    for number, size in sizes.items():
        axes.bar(at, -size, BAR, tops[number], align="edge", color=_colour(number))
        place = at - 0.015 if side == "right" else at + BAR + 0.015
        if size:
            name = folded(names[number], 22, 2)
            axes.text(place, tops[number] - size / 2, name, ha=side, va="center", color=INK, fontsize=9)


def _band(start: float, end: float, size: float, colour: str) -> PathPatch:
    middle = (LEFT + RIGHT) / 2
    corners = [
        (LEFT, start), (middle, start), (middle, end), (RIGHT, end),
        (RIGHT, end - size), (middle, end - size), (middle, start - size), (LEFT, start - size), (LEFT, start),
    ]  # fmt: skip
    curve = Path.CURVE4
    codes = [Path.MOVETO, curve, curve, curve, Path.LINETO, curve, curve, curve, Path.CLOSEPOLY]
    return PathPatch(Path(corners, codes), facecolor=colour, alpha=0.35, linewidth=0)

"""Figures of the map chapter."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse
from matplotlib.ticker import MaxNLocator, PercentFormatter
from plotly.graph_objects import Figure as TurnableFigure

from customer_segments.base import words
from customer_segments.pages.plots.palette import ACCENT, GRID, INK, MUTED, PAPER, segment_colour
from customer_segments.pages.plots.style import MOST_MARKS, folded, hatch, house_style, new_figure, short, spread_out

UPLOADS = ["sendChartToCloud", "editInChartStudio"]  # buttons that would send the customers to another's server
LABEL_GAP = 0.045  # between two labels, as a share of the map's height
NAME_GAP, RAISED, NAME_EDGE = 0.09, 0.08, 0.05  # between two names, above their segment's middle, from the edges
ACROSS_ALL, ACROSS_NAME = 70, 18  # letters of a direction, and of a line of a name
MOST_NAMES = 7  # more would cover one another: their numbers are drawn
PALE = 0.25  # of its colour: a segment's outline
MANY_BARS = 20  # more bars than this are too narrow for labels
SMALLEST_LABELLED = 0.03  # shares below this can be read off well enough


@house_style()
def explained_variance(table: pd.DataFrame, enough: float) -> Figure:
    """Each component's share as a bar, all so far as a line, and the share that is enough."""
    figure, (axis,) = new_figure(3.2)
    bars = axis.bar(table["component"], table["share"], color=ACCENT)
    added_up = table.iloc[1:]
    axis.plot(added_up["component"], added_up["cumulative"], color=INK, marker="o", markersize=4)
    axis.axhline(enough, color=MUTED, linestyle=":", linewidth=1.5)
    labels = [f"{100 * share:.0f}" if share >= SMALLEST_LABELLED else "" for share in table["share"]]
    if len(table) <= MANY_BARS:
        axis.bar_label(bars, labels, padding=2, color=MUTED)
    for last in added_up.tail(1).itertuples():
        axis.annotate("added up", (last.component, last.cumulative), (0, -14), textcoords="offset points", ha="right")
    axis.set(xlabel="Component", ylabel="Share of variation", xlim=(0.4, len(table) + 0.6), ylim=(0, 1.08))
    axis.xaxis.set_major_locator(MaxNLocator(MANY_BARS, integer=True, min_n_ticks=1))
    axis.yaxis.set_major_formatter(PercentFormatter(1))
    axis.grid(visible=False, axis="x")
    return figure.telling("explained", table)


@house_style()
def segment_map(points: pd.DataFrame, centres: pd.DataFrame, arrows: pd.DataFrame, titles: tuple[str, str]) -> Figure:
    """Customers on the first two components, the segments' centres numbered, the features as arrows."""
    figure, (axis,) = new_figure(4.2)
    colours = [segment_colour(segment - 1) for segment in points["segment"]]
    axis.scatter(
        points["component_1"], points["component_2"], c=colours, s=5, alpha=0.45, linewidth=0,
        rasterized=len(points) > MOST_MARKS,
    )  # fmt: skip
    _draw_arrows(axis, arrows)
    for row in centres.itertuples():
        place = (row.component_1, row.component_2)
        axis.scatter(*place, s=200, color="white", edgecolor=segment_colour(row.segment - 1), linewidth=2.5, zorder=5)
        axis.annotate(str(row.segment), place, color=INK, weight="bold", ha="center", va="center", zorder=6)
    axis.set_aspect("equal", adjustable="datalim")
    axis.set(xticks=[], yticks=[], xlabel=f"{titles[0]} →")
    axis.set_title(f"↑ {titles[1]}", fontsize=10, fontweight="normal")
    return figure.telling("map", centres)


@house_style()
def outlines(segments: pd.DataFrame, directions: list[str]) -> Figure:
    """An ellipse for each segment, with its name, or its number where they are many; none covers another."""
    figure, (axis,) = new_figure(4.6)
    for row in segments.itertuples():
        colour, place = segment_colour(row.segment - 1), (row.component_1, row.component_2)
        looks = {
            "facecolor": to_rgba(colour, PALE),
            "edgecolor": colour,
            "hatch": hatch(row.segment - 1),
            "linewidth": 2,
        }
        axis.add_patch(Ellipse(place, 2 * row.long, 2 * row.short, angle=row.turned, **looks))
        axis.plot(*place, "o", color=colour, markersize=5)
    axis.set_aspect("equal", adjustable="datalim")
    axis.autoscale_view()
    _draw_names(axis, segments.sort_values("component_2", kind="stable"))
    axis.set(xticks=[], yticks=[], xlabel=f"{folded(directions[0], ACROSS_ALL, 2)} →")
    axis.set_title(f"↑ {folded(directions[1], ACROSS_ALL, 2)}", fontsize=10, fontweight="normal")
    told = segments[["segment", "name", "component_1", "component_2", "long", "short", "turned"]]
    return figure.telling("map", told.rename(columns={"component_1": "across", "component_2": "up"}))


def _draw_names(axis: Axes, segments: pd.DataFrame) -> None:
    lowest, highest = axis.get_ylim()
    wanted = (segments["component_2"] - lowest) / (highest - lowest) + RAISED
    gap = min(NAME_GAP, 1 / max(len(segments) - 1, 1))
    heights = NAME_EDGE + (1 - 2 * NAME_EDGE) * spread_out(wanted.to_numpy(), gap)
    names = segments["name"] if len(segments) <= MOST_NAMES else segments["segment"].map(words.segment)
    for name, row, height in zip(names, segments.itertuples(), heights, strict=True):
        axis.annotate(
            folded(name, ACROSS_NAME, 2), (row.component_1, row.component_2), (row.component_1, height),
            textcoords=("data", "axes fraction"), ha="center", va="center", color=INK, weight="bold", fontsize=10,
            linespacing=1.0, bbox={"boxstyle": "round,pad=0.1", "facecolor": PAPER, "edgecolor": "none", "alpha": 0.7},
            arrowprops={"arrowstyle": "-", "color": MUTED, "lw": 0.6, "shrinkA": 6, "shrinkB": 2},
        )  # fmt: skip


def _draw_arrows(axis: Axes, arrows: pd.DataFrame) -> None:
    """Arrows from the middle, their labels in two columns beside the map in the order of the tips."""
    axis.update_datalim(arrows[["x", "y"]].to_numpy())
    axis.autoscale_view()
    tips = arrows.sort_values("y", kind="stable")
    lowest, highest = axis.get_ylim()
    for side, x in ((tips["x"] < 0, -0.02), (tips["x"] >= 0, 1.02)):
        column = tips[side]
        heights = spread_out(((column["y"] - lowest) / (highest - lowest)).to_numpy(), LABEL_GAP)
        for row, height in zip(column.itertuples(), heights, strict=True):
            axis.annotate("", (row.x, row.y), (0, 0), arrowprops={"arrowstyle": "-|>", "color": INK, "lw": 1.2})
            axis.annotate(
                short(row.label), (row.x, row.y), (x, height),
                textcoords="axes fraction", ha="right" if x < 0 else "left", va="center",
                arrowprops={"arrowstyle": "-", "color": MUTED, "lw": 0.6, "ls": ":", "shrinkA": 1, "shrinkB": 0},
            )  # fmt: skip


def turnable_map(points: pd.DataFrame, titles: tuple[str, str, str]) -> "TurnableFigure":
    """The sampled customers in three dimensions, one colour and legend entry per segment."""
    import plotly.graph_objects as go

    looks = {"showticklabels": False, "gridcolor": GRID}
    axes = {
        f"{letter}axis": {"title": {"text": title, "font": {"size": 12}}} | looks
        for letter, title in zip("xyz", titles, strict=True)
    }
    traces = [
        go.Scatter3d(
            {letter: of_segment[f"component_{n}"].round(2).tolist() for n, letter in enumerate("xyz", 1)},
            mode="markers",
            marker={"size": 2.5, "color": segment_colour(segment - 1), "opacity": 0.75},
            name=words.segment(segment),
            hovertemplate="%{fullData.name}<extra></extra>",
        )
        for segment, of_segment in points.groupby("segment")
    ]
    camera = {"eye": {"x": 1.45, "y": -1.65, "z": 0.8}, "center": {"x": 0, "y": 0, "z": -0.15}}
    layout = {
        "template": "none",
        "modebar": {"remove": UPLOADS},
        "height": 560,
        "margin": {"l": 0, "r": 0, "t": 8, "b": 0},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": "system-ui, DejaVu Sans, sans-serif", "color": INK},
        "legend": {"orientation": "h", "y": 0, "itemsizing": "constant"},
        "scene": axes | {"aspectmode": "data", "camera": camera},
    }
    return go.Figure(traces, layout)

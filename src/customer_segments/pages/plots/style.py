"""The look that all figures share."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from customer_segments.base import words

INK = "#1f2a37"
MUTED = "#6b7785"
GRID = "#e4e8ec"
ACCENT = "#0b6e99"
WARNING = "#c2410c"
OPPOSITES = LinearSegmentedColormap.from_list("opposites", [WARNING, "white", ACCENT])
# Told apart by people with colour-blindness too, and dark enough for text and print.
SEGMENTS = (
    "#0b6e99", "#d97706", "#15803d", "#9d3c72", "#5b4fb3", "#7a5c2e", "#be123c", "#0f766e", "#64748b", "#a16207",
)  # fmt: skip
PIXELS_PER_INCH = 144  # sharp on dense screens and on paper
WIDTH = 8.0  # inches: the text column at 96 pixels an inch

_DRAWN: WeakKeyDictionary[Figure, bytes] = WeakKeyDictionary()
_RC = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "figure.facecolor": "white",
    "svg.hashsalt": "customer_segments",
}


@contextmanager
def house_style() -> Iterator[None]:
    """Draw with the project's settings, whatever the reader's own matplotlibrc says."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_RC)
        yield


def new_figure(
    height: float, rows: int = 1, columns: int = 1, used: int | None = None, **options: object
) -> tuple[Figure, list[Axes]]:
    """A figure as wide as the text, with its axes in one list; places beyond those used stay empty."""
    drawing = Figure(figsize=(WIDTH, height), layout="constrained")
    axes = list(drawing.subplots(rows, columns, squeeze=False, **options).flat)
    used = len(axes) if used is None else used
    for unused in axes[used:]:
        unused.remove()
    return drawing, axes[:used]


def bare(axes: Axes, *, scale: bool = True, baseline: bool = False) -> None:
    """No grid, frame or marks, but for the line where bars begin; no scale where every bar carries its value."""
    axes.grid(visible=False)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.spines["left"].set_visible(baseline)
    axes.xaxis.set_visible(scale)


def percent_axis(axes: Axes) -> None:
    """Shares upwards from nothing, as per cent."""
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))


def segment_bars(axes: Axes, segments: pd.Series, lengths: pd.Series, written: list[str], height: float = 0.8) -> None:
    """A bar for each segment in its colour, each with its length written at its end."""
    colours = [segment_colour(segment - 1) for segment in segments]
    bars = axes.barh([words.segment(segment) for segment in segments], lengths, color=colours, height=height)
    axes.bar_label(bars, written, padding=4)


def segment_colour(position: int) -> str:
    """The colour of the segment at this position (0 = first) in every figure; grey for "not assigned" (-1)."""
    return SEGMENTS[position % len(SEGMENTS)] if position >= 0 else MUTED


@house_style()
def png(drawing: Figure) -> bytes:
    """A finished figure as PNG, the same bytes each time; drawn once, however often it is shown and saved."""
    if drawing not in _DRAWN:
        buffer = io.BytesIO()
        drawing.savefig(buffer, format="png", dpi=PIXELS_PER_INCH, metadata={"Software": None})
        _DRAWN[drawing] = buffer.getvalue()
    return _DRAWN[drawing]

"""The look that all figures share."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

INK = "#1f2a37"
MUTED = "#6b7785"
GRID = "#e4e8ec"
ACCENT = "#0b6e99"
WARNING = "#c2410c"
OPPOSITES = LinearSegmentedColormap.from_list("opposites", [WARNING, "white", ACCENT])
# Told apart by people with colour-blindness too, and dark enough for text and print.
SEGMENTS = (
    "#0b6e99",
    "#d97706",
    "#15803d",
    "#9d3c72",
    "#5b4fb3",
    "#7a5c2e",
    "#be123c",
    "#0f766e",
    "#64748b",
    "#a16207",
)
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


def new_figure(height: float, rows: int = 1, columns: int = 1, **options: object) -> tuple[Figure, list[Axes]]:
    """A figure as wide as the text, with its axes in one list."""
    drawing = Figure(figsize=(WIDTH, height), layout="constrained")
    axes = drawing.subplots(rows, columns, squeeze=False, **options)
    return drawing, list(axes.flat)


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

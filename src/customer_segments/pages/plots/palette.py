"""The colours and fonts that figures and pages share; known without the libraries that draw."""

import importlib.util
from pathlib import Path

INK = "#1f2a37"
MUTED = "#6b7785"
GRID = "#e4e8ec"
ACCENT = "#0b6e99"
WARNING = "#c2410c"
# Told apart by people with colour-blindness too, and dark enough for text and print.
SEGMENTS = (
    "#0b6e99", "#d97706", "#15803d", "#9d3c72", "#5b4fb3", "#7a5c2e", "#be123c", "#0f766e", "#64748b", "#a16207",
)  # fmt: skip
DEJAVU = Path(importlib.util.find_spec("matplotlib").origin).parent / "mpl-data/fonts/ttf"
FONTS = Path(__file__).parent / "fonts"  # for the signs that matplotlib's own font lacks


def segment_colour(position: int) -> str:
    """The colour of the segment at this position (0 = first) in every figure; grey for "not assigned" (-1)."""
    return SEGMENTS[position % len(SEGMENTS)] if position >= 0 else MUTED

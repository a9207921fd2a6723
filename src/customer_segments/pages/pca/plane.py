"""What is said of the plane in which segments lie farthest apart; known without the libraries that draw."""

from __future__ import annotations

from typing import Any

from customer_segments.base import words
from customer_segments.pages.profiling.sentences import quoted
from customer_segments.steps.profiling import rounding

SEEN_WELL = 0.8  # of the distance between two segments: less is said


def told_apart(metrics: dict[str, Any], names: dict[int, str]) -> tuple[str, str]:
    """Which two are most alike, how to read the outlines, and where they mislead."""
    half, least, nearest = "Each outline holds half of a segment's customers", metrics["least_seen"], metrics["nearest"]
    if least is None:
        return "One segment, as its customers differ most", f"{half}."
    title = (
        f"{_both(nearest, names)} are the most alike" if len(names) > 2 else f"{_both(nearest, names)}, side by side"
    )
    if rounding.percent(metrics["kept"]) == 100:
        return title, f"{half}; the distances between them are shown as they are."
    seen = (
        f"; of that between {_both(least, names)} {words.percent(least['seen'])}" if least["seen"] < SEEN_WELL else ""
    )
    return (
        title,
        f"{half}. {words.percent(metrics['kept'])} of the distances between them show, the most that can{seen}.",
    )


def _both(pair: dict[str, float], names: dict[int, str]) -> str:
    one, other = (quoted(names[int(pair[side])]) for side in ("one", "other"))
    return f"{one} and {other}"

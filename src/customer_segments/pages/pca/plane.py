"""What is said of the plane in which segments lie farthest apart; known without the libraries that draw."""

from __future__ import annotations

from typing import Any

from customer_segments.base import words
from customer_segments.steps.profiling import rounding

SEEN_WELL = 0.8  # of the distance between two segments: less is said


def told_apart(metrics: dict[str, Any], names: dict[int, str]) -> str:
    """How to read the outlines, and where they mislead."""
    half, least = "Each outline holds half of a segment's customers", metrics["least_seen"]
    if least is None:
        return f"{half}, in the plane in which they differ most."
    if rounding.percent(metrics["kept"]) == 100:
        return f"{half}; the distances between them are shown as they are."
    one, other = (words.isolated(names[int(least[side])]) for side in ("one", "other"))
    kept, seen = words.percent(metrics["kept"]), words.percent(least["seen"])
    hidden = f"; of that between {one} and {other} {seen}" if least["seen"] < SEEN_WELL else ""
    return f"{half}. The plane shows {kept} of the distances between segments, the most that any can{hidden}."

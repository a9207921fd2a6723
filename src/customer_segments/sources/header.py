"""The names in a header: trimmed, each of its own, blank ones called after their place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from customer_segments.base.errors import StudyError
from customer_segments.sources.part import BLANKS

MOST_COLUMNS = 2_000


def named(header: Sequence[str], name: str) -> tuple[str, ...]:
    """The names of the columns; two that are alike are refused, because nobody could tell which is meant."""
    if len(header) > MOST_COLUMNS:
        raise StudyError(
            f"{name} has {len(header):,} columns, and {MOST_COLUMNS:,} are the most that can be read: "
            "check its delimiter, or export fewer columns."
        )
    trimmed = (re.sub(r"\s+", " ", text.strip(BLANKS)) for text in header)
    names = [text or f"column {place}" for place, text in enumerate(trimmed, 1)]
    for place, text in enumerate(names):
        if text in names[:place]:
            both = f"columns {names.index(text) + 1} and {place + 1}"
            raise StudyError(f"{name} has two columns called {text[:60]!r} ({both}): rename or remove one of them.")
    return tuple(names)


def filled_width(header: Sequence[str], rows: Iterable[Sequence[str | None]]) -> int:
    """How many columns there are: up to the last that has a name, or something in one of the rows."""
    named_width = max((place for place, text in enumerate(header, 1) if text.strip(BLANKS)), default=0)
    filled = (place for row in rows for place, text in enumerate(row[: len(header)], 1) if text and text.strip(BLANKS))
    return max(named_width, *filled, 0)

"""What comes out: for each printed figure, for each correction, and for the study as a whole."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from customer_segments.base.errors import StudyError
from customer_segments.replication.published import Correction, Leaf, Published

NUMBER = re.compile(r"[-−]?[\d,]*\.?\d+")
Value = float | str


@dataclass(frozen=True)
class Outcome:
    """A printed figure and what came out for it."""

    leaf: Leaf
    value: Value

    @property
    def matches(self) -> bool:
        return rounded_like(self.leaf.printed, self.value) == self.leaf.printed

    @property
    def shown(self) -> str:
        """Ours, with enough decimals to see how it differs."""
        like = self.leaf.printed if self.matches else self.leaf.found or self.leaf.printed
        return rounded_like(like, self.value)


class Corrected(NamedTuple):
    """A correction and what its check has found, or why it cannot be told."""

    correction: Correction
    found: Mapping[str, Any]
    unknown: str = ""


@dataclass(frozen=True)
class Side:
    """What one way of looking at the data comes to."""

    customers: int
    columns: int
    revenue: float | None
    sizes: tuple[int, ...]
    silhouette: float
    p_value: float
    found_again: float
    verdict: str


@dataclass(frozen=True)
class Replicated:
    """What was published, and what comes out; nothing does where nothing was published."""

    published: Published
    outcomes: Sequence[Outcome] = ()
    corrected: Sequence[Corrected] = ()
    sides: tuple[Side, Side] | None = None  # as published, and under our defaults


def rounded_like(printed: str, value: Value) -> str:
    """A value with as many decimals as were printed, and written alike; text stays text."""
    if isinstance(value, str):
        return value
    if not NUMBER.fullmatch(printed):
        raise StudyError(
            f"A figure was printed as {printed!r} and {value:g} comes out: write the bare number, as in 38.1."
        )
    thousands, decimals = "," if "," in printed else "", len(printed.partition(".")[2])
    written = f"{value:{thousands}.{decimals}f}"
    return written.replace("-", "−") if "−" in printed else written

"""What a column was taken for, and how surely."""

from dataclasses import dataclass
from typing import Literal

Sureness = Literal["set by hand", "certain", "likely", "a guess"]
Candidate = tuple[float, str, str]  # how well it fits, ours, theirs


@dataclass(frozen=True)
class Match:
    """One of the source's columns and what it was taken for."""

    ours: str
    theirs: str | None  # null where the column was worked out from others
    sureness: Sureness
    why: str
    rival: str | None = None  # the column that could as well be it

"""What is usual in a run, as the worker has noted it: how its columns spread, and each segment's typical values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from customer_segments.base import registry, words
from customer_segments.base.privacy import untold
from customer_segments.web.results import KEPT_OPEN, Run

LABELS = {"segment_name": "Segment", "segment": "Segment's number"}
# Of a card.
NUMBERS = (
    "customers", "customer_share", "revenue_share", "expected_value", "brought_before", "expected_range", "alive",
    "worth", "may_bring", "test", "tested", "range", "orders_share", "expected_orders", "orders_before",
)  # fmt: skip


@dataclass(frozen=True)
class Spread:
    """How a column of numbers is spread: its percentiles from 0 to 100, and whether it holds whole numbers only."""

    points: tuple[float, ...]
    whole: bool

    @property
    def lowest(self) -> float:
        return self.points[0]

    @property
    def highest(self) -> float:
        return self.points[-1]

    @property
    def middle(self) -> float:
        return self.points[50]

    def below(self, value: float) -> float:
        """The share of customers who have less than a value, to the nearest per cent."""
        return sum(point < value for point in self.points) / len(self.points)

    def rank(self, value: float) -> float:
        """The same with half of those who have just as much: how far a value is along all customers."""
        upto = sum(point <= value for point in self.points) / len(self.points)
        return (self.below(value) + upto) / 2


@lru_cache(maxsize=4096)
def label(column: str) -> str:
    return LABELS.get(column) or registry.label(column)


def written(column: str, value: Any, currency: str) -> str:
    """A cell for a reader."""
    return writer(column, currency)(value)


def writer(column: str, currency: str) -> Callable[[Any], str]:
    """How the cells of a column are written for a reader."""
    told = registry.writer(column, currency)

    def write(value: Any) -> str:
        if isinstance(value, str):
            return words.isolated(value)
        if value is None or value != value:
            return "–"
        if isinstance(value, bool):
            return "yes" if value else "no"
        if hasattr(value, "isoformat"):
            return value.isoformat()[:10]
        return str(value) if column == "segment" else told(float(value))

    return write


def currency(run: Run) -> str:
    return run.content()["study"]["currency"]


def spread(run: Run, column: str) -> Spread | None:
    """How a column of numbers is spread; nothing where no customer has one."""
    found = run.usual["numbers"].get(column)
    return Spread(tuple(found["points"]), found["whole"]) if found and found["points"] else None


def medians(run: Run, column: str) -> dict[int, float]:
    """Each segment's median of a column of numbers."""
    return _by_number(run.usual["numbers"][column]["medians"])


def answers(run: Run, column: str) -> dict[int, Any]:
    """Each segment's most frequent answer."""
    return _by_number(run.usual["answers"][column]["of_each"])


def _by_number(told: dict[str, Any]) -> dict[int, Any]:
    return {int(segment): value for segment, value in told.items()}


def most_frequent(run: Run, column: str) -> Any:
    return run.usual["answers"].get(column, {}).get("most")


def names(run: Run) -> dict[int, str]:
    """Each segment's name, by its number, in the report's order."""
    return {row["segment"]: words.isolated(row["name"]) for row in segments(run)}


@lru_cache(maxsize=KEPT_OPEN)
def segments(run: Run) -> tuple[dict[str, Any], ...]:
    """One row a segment, as the profiles have it, in the report's order."""
    return tuple(sorted(run.segments(), key=lambda row: row["segment"] == 0))  # those who are in none come last


def cards(run: Run, smallest: int) -> list[dict[str, Any]]:
    """The report's cards; those of small groups, and what would give one away, without numbers."""
    hidden = untold([row["customers"] for row in segments(run)], smallest)
    return [
        card | (dict.fromkeys(NUMBERS) if gone else {})
        for card, gone in zip(run.content()["cards"], hidden, strict=True)
    ]

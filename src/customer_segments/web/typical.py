"""What is usual in a run: what its columns hold, how they spread, and each segment's typical values.

All of it is asked once for each run and then kept: a finished run changes only where a customer is forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from customer_segments.base import registry, words
from customer_segments.web.results import KEPT_OPEN, Run

NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
NUMBERS = (*NUMBERS, "DOUBLE", "FLOAT", "DECIMAL")
SURENESS = "certainty"  # the column of the customers' table that chapter 4 wrote
LABELS = {"segment_name": "Segment", "segment": "Segment's number", SURENESS: "Certainty"}
SHARES = (SURENESS,)
PERCENTILES = [place / 100 for place in range(101)]


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


def kind(stored: str) -> str:
    """What a column holds for a reader: `number`, `flag`, `date` or `text`."""
    if stored.startswith(NUMBERS):
        return "number"
    if stored == "BOOLEAN":
        return "flag"
    return "date" if stored.startswith(("DATE", "TIMESTAMP")) else "text"


def quoted(name: str) -> str:
    """A column's name as it stands in a query."""
    return '"' + name.replace('"', '""') + '"'


def label(column: str) -> str:
    return LABELS.get(column) or registry.label(column)


def written(column: str, value: Any, currency: str) -> str:
    """A cell for a reader."""
    if value is None or value != value:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if column in SHARES:
        return words.percent(value)
    if column == "segment":
        return str(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()[:10]
    if isinstance(value, str):
        return words.isolated(value)
    return registry.in_unit(column, float(value), currency)


def currency(run: Run) -> str:
    return run.content()["study"]["currency"]


@lru_cache(maxsize=KEPT_OPEN * 30)
def spread(run: Run, column: str) -> Spread | None:
    """How a column of numbers is spread; nothing where no customer has one."""
    name = quoted(column)
    found = run.rows(
        f"SELECT quantile_cont({name}::DOUBLE, {PERCENTILES}) AS points, "
        f"count(*) FILTER ({name} <> floor({name})) AS broken FROM {run.customers} WHERE isfinite({name}::DOUBLE)"
    )[0]
    return Spread(tuple(found["points"]), found["broken"] == 0) if found["points"] else None


def medians(run: Run, column: str) -> dict[int, float]:
    """Each segment's median of a column of numbers."""
    return _by_segment(run, f"median({quoted(column)}::DOUBLE)")


def answers(run: Run, column: str) -> dict[int, Any]:
    """Each segment's most frequent answer."""
    return _by_segment(run, f"mode({quoted(column)})")


@lru_cache(maxsize=KEPT_OPEN * 30)
def _by_segment(run: Run, asked: str) -> dict[int, Any]:
    rows = run.rows(f"SELECT segment, {asked} AS found FROM {run.customers} GROUP BY segment ORDER BY segment")
    return {row["segment"]: row["found"] for row in rows}


@lru_cache(maxsize=KEPT_OPEN * 30)
def most_frequent(run: Run, column: str) -> Any:
    name = quoted(column)
    rows = run.rows(f"SELECT {name} AS found FROM {run.customers} GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1")
    return rows[0]["found"] if rows else None


def names(run: Run) -> dict[int, str]:
    """Each segment's name, by its number, in the report's order."""
    return {row["segment"]: words.isolated(row["name"]) for row in segments(run)}


@lru_cache(maxsize=KEPT_OPEN)
def segments(run: Run) -> tuple[dict[str, Any], ...]:
    """One row a segment, as the profiles have it, in the report's order."""
    rows = run.segments()
    return tuple(sorted(rows, key=lambda row: row["segment"] == 0))  # those who are in none come last

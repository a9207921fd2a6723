"""The recipe: what a study makes of its lines, as the statements that its cleaning and its features come down to.

New lines with the same columns go through it to the same rows as through the steps; nothing is compiled anew.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb

from customer_segments.base.contract import CLOCK, ROW, UNREADABLE, repeats_are_copies

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from customer_segments.base.params import PreprocessingParams

VERSION = 1
FILE = "data/interim/recipe.json"
LINES = "collected"
SOME_DAY = date(9999, 12, 31)  # stands where the day belongs that features look back from


class Followed(NamedTuple):
    """What became of new tables: their customers by column, the rows left out, and the day, if there were orders."""

    customers: dict[str, list[Any]]
    rejected: dict[str, list[Any]]
    as_of: date | None


@dataclass(frozen=True)
class Recipe:
    """Statements in their order: each makes the table `step_` and its number; the last two read the results."""

    columns: dict[str, str]  # of the collected lines, with their types
    as_of: str  # the study's day
    cleaning: list[str]
    features: list[str]
    lines: str
    rejected: str
    customers: str

    @classmethod
    def read(cls, path: Path) -> Recipe | None:
        """The recipe in a file, unless another version wrote it."""
        told = json.loads(path.read_text(encoding="utf-8"))
        return cls(**told["recipe"]) if told.get("version") == VERSION else None

    def follow(self, connection: duckdb.DuckDBPyConnection, lines: str, as_of: date | None) -> Followed | None:
        """What becomes of the lines that a query gives; nothing where their columns are not the study's."""
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {LINES} AS {lines}")
        told = connection.execute(f"DESCRIBE {LINES}").fetchall()
        if {name: kind for name, kind, *_ in told} != self.columns:
            return None
        self._make(connection, self.cleaning, 0)
        newest = connection.execute(f"SELECT max(ordered_at)::DATE FROM ({self.lines})").fetchone()[0]
        rejected = _columns(connection.execute(self.rejected))
        day = as_of or max(date.fromisoformat(self.as_of), newest + timedelta(days=1) if newest else date.min)
        self._make(connection, [_on(statement, day) for statement in self.features], len(self.cleaning))
        return Followed(_columns(connection.execute(_on(self.customers, day))), rejected, day)

    def _make(self, connection: duckdb.DuckDBPyConnection, statements: list[str], before: int) -> None:
        for number, statement in enumerate(statements, start=before + 1):
            connection.execute(f"CREATE OR REPLACE TEMP TABLE step_{number} AS {statement}")


def recipe_of(
    lines: ir.Table, params: PreprocessingParams, as_of: date, told: Collection[str] = ()
) -> dict[str, Any] | None:
    """The recipe for lines collected like these; none where features depend on the time of the last line."""
    from customer_segments.base import engine
    from customer_segments.steps.cleaning.clean import clean
    from customer_segments.steps.preprocessing.features import line_features

    if params.features.recency == "elapsed":
        return None
    backend = engine.connect()
    backend.tape = tape = {}
    collected = backend.create_table(LINES, _one_of_each(lines), temp=True)
    cleaned = clean(None, collected, params.model_copy(update={"as_of": None}))
    cleaning = len(tape)
    features = engine.as_floats(line_features(cleaned, SOME_DAY, params, told))
    told = {
        "columns": {name: kind for name, kind, *_ in backend.raw_sql(f"DESCRIBE {LINES}").fetchall()},
        "as_of": as_of.isoformat(),
        "cleaning": list(tape.values())[:cleaning],
        "features": list(tape.values())[cleaning:],
        **{
            name: backend.compile(table)
            for name, table in {"lines": cleaned.lines, "rejected": cleaned.rejected, "customers": features}.items()
        },
    }
    text = json.dumps({"version": VERSION, "recipe": told})
    for number, name in enumerate(tape, start=1):
        text = text.replace(name, f"step_{number}")
    return json.loads(text)


def _one_of_each(lines: ir.Table) -> ir.Table:
    """A sale, the same line again and its return: what cleaning asks of lines is answered as by the study's own."""
    import ibis

    schema = lines.schema()
    plain = {
        "string": "a",
        "float64": 1.0,
        "boolean": True,
        "date": date(2020, 1, 1),
        "timestamp(6)": datetime(2020, 1, 1),
    }
    row = {name: plain[str(kind)] for name, kind in schema.items() if name not in (ROW, UNREADABLE)}
    if not repeats_are_copies(lines):
        row["invoice_id"] = f"{row['customer_id']} {row['ordered_at']:{CLOCK}}"
    back = {name: -1.0 for name in ("quantity", "amount") if name in row}
    rows = [row, row, row | back]
    return ibis.memtable(
        [{ROW: place, **each, UNREADABLE: None} for place, each in enumerate(rows, start=1)], schema=schema
    )


def _columns(found: duckdb.DuckDBPyConnection) -> dict[str, list[Any]]:
    """The rows of a query by column; NumPy and Arrow would have to be loaded first."""
    names, rows = [column[0] for column in found.description], found.fetchall()
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def _on(statement: str, day: date) -> str:
    """The statement with the day in its place."""
    return statement.replace(_day(SOME_DAY), _day(day))


def _day(day: date) -> str:
    return f"MAKE_DATE({day.year}, {day.month}, {day.day})"

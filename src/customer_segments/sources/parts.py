"""The parts of one table together: what they are called, whether they are alike, their rows below one another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from customer_segments.base.contract import ROW
from customer_segments.base.errors import StudyError
from customer_segments.sources.part import Part, cell

if TYPE_CHECKING:
    import duckdb


def called(parts: list[Part]) -> str:
    """What a person calls the parts of a table together."""
    return parts[0].name if len(parts) == 1 else f"{parts[0].name} (and {len(parts) - 1:,} more)"


def refuse_unlike(parts: list[Part]) -> None:
    """All parts of a table have the same columns, in whatever order."""
    first = parts[0]
    for part in parts[1:]:
        lacking, more = set(first.columns) - set(part.columns), set(part.columns) - set(first.columns)
        if lacking or more:
            verb, name = ("lacks", min(lacking)) if lacking else ("also has", min(more))
            raise StudyError(
                f"{part.name} has other columns than {first.name} (it {verb} {name!r}): "
                "give all files of a table the same columns."
            )


def reread(parts: list[Part]) -> list[Part]:
    """The parts read row by row, where a query meets rows that it cannot split."""
    return [part.reread() if part.reread else part for part in parts]


def placed(connection: duckdb.DuckDBPyConnection, parts: list[Part]) -> list[Part]:
    """The parts, each with how many rows come before it; the last part need not be counted."""
    found, before = [], 0
    for part in parts:
        found.append(replace(part, before=before))
        if part is not parts[-1]:
            before += connection.execute(f"SELECT count(*) FROM ({part.query})").fetchone()[0] + len(part.broken)
    return found


def rows_of(parts: list[Part], theirs: list[str]) -> str:
    """A query for all parts below one another: rows numbered through, and the named cells as text."""
    queries = []
    for part in parts:
        position = part.columns.index
        texts = (f"CAST({cell(position(name))} AS VARCHAR) AS {cell(place)}" for place, name in enumerate(theirs))
        queries.append(f"SELECT {ROW} + {part.before} AS {ROW}, {', '.join(texts)} FROM ({part.query})")
    return " UNION ALL ".join(queries)

"""A list of customers in whose midst the header stands again, or that of another table, as sheets often hold them."""

from __future__ import annotations

from pathlib import Path

import duckdb

from customer_segments.base.contract import ROW
from customer_segments.base.errors import StudyError
from customer_segments.sources.part import literal, parquet

MOST = 20  # rows looked at
NEARLY_ALL = 0.9  # of the ids, from which on one without a digit stands apart


def refuse(
    connection: duckdb.DuckDBPyConnection, file: str, names: list[str], id_name: str, rows: str, target: Path
) -> None:
    """One sentence where a row of the collected list reads like a header, and the ids below it are of another kind."""
    for place in _without_digits(connection, id_name, target):
        told = connection.execute(f"SELECT * EXCLUDE ({ROW}) FROM ({rows}) WHERE {ROW} = {place}").fetchone()
        words = [str(each).strip() for each in told or () if each is not None and str(each).strip()]
        if [word.casefold() for word in words] == [name.casefold() for name in names]:
            raise StudyError(f"{file}: row {place} is the header again: delete that row, or export the list anew.")
        if _reads_like_a_header(words) and _changes(connection, place, target):
            raise StudyError(
                f"{file}: row {place} ({', '.join(map(repr, words[:3]))}) reads like the header of another table: "
                "keep one table in a file, or delete what does not belong to the list."
            )


def _without_digits(connection: duckdb.DuckDBPyConnection, id_name: str, target: Path) -> list[int]:
    """The rows whose id is a word where nearly all have digits, or is the column's own name."""
    word = "NOT regexp_matches(customer_id, '[0-9]')"
    same = f"lower(customer_id) = lower({literal(id_name)})"
    among = f"FROM {parquet(target)} WHERE customer_id IS NOT NULL"
    words, all_rows = connection.execute(f"SELECT count(*) FILTER ({word}), count(*) {among}").fetchone()
    chosen = f"({word} OR {same})" if words <= (1 - NEARLY_ALL) * all_rows else same
    found = connection.execute(f"SELECT {ROW} {among} AND {chosen} ORDER BY {ROW} LIMIT {MOST}").fetchall()
    return [row for (row,) in found]


def _reads_like_a_header(words: list[str]) -> bool:
    return len(words) > 1 and len(set(words)) == len(words) and not any(map(str.isdigit, "".join(words)))


def _changes(connection: duckdb.DuckDBPyConnection, place: int, target: Path) -> bool:
    """Whether the id below the row is of a kind that none above it is: other letters around its digits."""
    kind = "regexp_replace(customer_id, '[0-9]+', '0', 'g')"
    above = f"SELECT {kind} FROM {parquet(target)} WHERE {ROW} < {place}"
    query = f"SELECT {kind} NOT IN ({above}) FROM {parquet(target)} WHERE {ROW} = {place} + 1"
    return connection.execute(query).fetchone() == (True,)

"""Tables that belong together as one: each row of the first gets the one row of a further table that has its key.

No row of the first is lost or doubled. Rows that meet no partner stay, with empty cells; a further table that has
several rows of one key is refused, because they would double the money.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

import duckdb

from customer_segments.base import words
from customer_segments.base.contract import ROW
from customer_segments.base.errors import StudyError
from customer_segments.sources import columns, keys
from customer_segments.sources.part import (
    LONGEST_SAMPLED,
    MOST_SAMPLED,
    MOST_SAMPLED_CELLS,
    READ_ONCE,
    Meeting,
    Part,
    cell,
    parquet,
    saved,
)
from customer_segments.sources.parts import called, placed, refuse_unlike, reread, rows_of

if TYPE_CHECKING:
    from customer_segments.base.params import Joined

LINES, FURTHER, KEY, PARTNER = "lines_so_far", "further", "_key", "_partner"
BLOCK = 500  # rows beside each other in a sample


class Further(NamedTuple):
    """A table that is joined: how, the parts that it was read as, and the setting that says so."""

    how: Joined
    parts: list[Part]
    setting: str


@dataclass(frozen=True)
class Lines:
    """The rows so far: their columns, by the place of each cell, and the tables that they have met."""

    names: tuple[str, ...]
    met: tuple[Meeting, ...] = ()


def together(
    connection: duckdb.DuckDBPyConnection, parts: list[Part], further: Sequence[Further], scratch: Path
) -> list[Part]:
    """The parts with the columns of all further tables, in the same rows and the same order."""
    if not further:
        return parts
    try:
        return _together(connection, parts, further, scratch)
    except duckdb.Error:
        again = [each._replace(parts=reread(each.parts)) for each in further]
        try:
            return _together(connection, reread(parts), again, scratch)
        except duckdb.Error as error:
            reason = str(error).splitlines()[0][:120]
            raise StudyError(
                f"{called(parts)} could not be joined ({reason}): export all again as UTF-8 CSV."
            ) from None


def _together(
    connection: duckdb.DuckDBPyConnection, parts: list[Part], further: Sequence[Further], scratch: Path
) -> list[Part]:
    refuse_unlike(parts)
    parts = placed(connection, parts)
    names = parts[0].columns
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {LINES} AS {rows_of(parts, list(names))}")
    lines = Lines(names)
    for each in further:
        lines = _joined(connection, lines, each, called(parts))
    target = scratch / f"{len(list(scratch.iterdir()))}-joined{READ_ONCE}"
    connection.execute(saved(f"SELECT * FROM {LINES} ORDER BY {ROW}", target))
    connection.execute(f"DROP TABLE {LINES}")
    blanks = "".join(
        sorted({sign for part in (*parts, *(p for each in further for p in each.parts)) for sign in part.blanks})
    )
    sample = _sample(connection, target, len(lines.names))
    return [
        _part(part, after, target, lines, sample, blanks) for part, after in zip(parts, [*parts[1:], None], strict=True)
    ]


def _part(part: Part, after: Part | None, target: Path, lines: Lines, sample: list, blanks: str) -> Part:
    """One of the parts with all columns; the sample is of all parts, and stands in the first."""
    until = "" if after is None else f" AND {ROW} <= {after.before}"
    cells = ", ".join(cell(place) for place in range(len(lines.names)))
    query = f"SELECT {ROW} - {part.before} AS {ROW}, {cells} FROM {parquet(target)} WHERE {ROW} > {part.before}{until}"
    sample = sample if part.before == 0 else [[] for _ in lines.names]
    return replace(
        part, columns=lines.names, query=query, sample=sample, blanks=blanks, joined=lines.met,
        before=0, reread=None,
    )  # fmt: skip


def _joined(connection: duckdb.DuckDBPyConnection, lines: Lines, further: Further, main: str) -> Lines:
    """The lines with one more table."""
    refuse_unlike(further.parts)
    parts, how = placed(connection, further.parts), further.how
    theirs = parts[0].columns
    _refuse_unknown(how.by, lines.names, main, further)
    _refuse_unknown(dict.fromkeys(how.by.values()), theirs, called(parts), further)
    here = [cell(lines.names.index(name)) for name in how.by]
    there = [cell(theirs.index(name)) for name in how.by.values()]
    rows = _store(connection, parts, here, there)
    _refuse_doubled(connection, further, main)
    brought = [name for name in theirs if name not in how.by.values()]
    names = dict(zip(brought, free(brought, lines.names, short_name(how)), strict=True))
    _write(connection, lines, here, [cell(theirs.index(name)) for name in brought])
    meeting = _meeting(connection, parts, how, tuple(names.values()), rows)
    _refuse_strangers(meeting, further, main)
    connection.execute(f"ALTER TABLE {LINES} DROP {PARTNER}; ALTER TABLE {LINES} DROP {KEY}; DROP TABLE {FURTHER}")
    return Lines((*lines.names, *names.values()), (*lines.met, meeting))


def _store(connection: duckdb.DuckDBPyConnection, parts: list[Part], here: list[str], there: list[str]) -> int:
    """Keep the further table, rows that repeat others once, beside its key; returns how many rows it had."""
    everything = list(parts[0].columns)
    cells = ", ".join(cell(place) for place in range(len(everything)))
    distinct = (
        f"SELECT min({ROW}) AS {ROW}, count(*) AS _rows, {cells} FROM ({rows_of(parts, everything)}) GROUP BY {cells}"
    )
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {FURTHER} AS {distinct}")
    key = keys.alike(connection, (LINES, here), (FURTHER, there))
    for table, found in ((LINES, key.here), (FURTHER, key.there)):
        connection.execute(f"ALTER TABLE {table} ADD COLUMN {KEY} VARCHAR; UPDATE {table} SET {KEY} = {found}")
    return connection.execute(f"SELECT coalesce(sum(_rows), 0)::BIGINT FROM {FURTHER}").fetchone()[0]


def _write(connection: duckdb.DuckDBPyConnection, lines: Lines, here: list[str], brought: list[str]) -> None:
    """The lines once more, each with the cells of its partner."""
    known = len(lines.names)
    cells = [f"f.{each} AS {cell(known + number)}" for number, each in enumerate(brought)]
    shown = ", ".join(["l.*", *cells, f"f.{ROW} AS {PARTNER}"])
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE more_lines AS SELECT {shown} FROM {LINES} l LEFT JOIN {FURTHER} f USING ({KEY});"
        f"DROP TABLE {LINES}; ALTER TABLE more_lines RENAME TO {LINES}"
    )


def _meeting(
    connection: duckdb.DuckDBPyConnection, parts: list[Part], how: Joined, brought: tuple[str, ...], rows: int
) -> Meeting:
    """How many met, on both sides."""
    query = f"SELECT count(*), count({KEY}), count({PARTNER}), count(DISTINCT {PARTNER}) FROM {LINES}"
    lines, keyed, met, partners = connection.execute(query).fetchone()
    distinct = connection.execute(f"SELECT count(*) FROM {FURTHER}").fetchone()[0]
    broken = tuple(numbered for part in parts for numbered in part.broken_of_all)
    prints = "".join(part.fingerprint for part in parts)
    return Meeting(
        name=called(parts), by=how.by, columns=brought, rows=rows + len(broken), lines=lines, met=met,
        without_key=lines - keyed, unmet=keyed - met, unused=distinct - partners, repeated=rows - distinct,
        several=met > partners, broken=broken, sha256=hashlib.sha256(prints.encode()).hexdigest(),
    )  # fmt: skip


def _refuse_doubled(connection: duckdb.DuckDBPyConnection, further: Further, main: str) -> None:
    """Stop at a key that the further table has twice, each time with other cells."""
    query = (
        f"SELECT {KEY}, list({ROW} ORDER BY {ROW})[:2], count(*) FROM {FURTHER} WHERE {KEY} IS NOT NULL GROUP BY {KEY} "
        f"HAVING count(*) > 1 ORDER BY min({ROW}) LIMIT 1"
    )
    if found := connection.execute(query).fetchone():
        key, rows, count = found
        name, named = called(further.parts), " and ".join(map(repr, further.how.by.values()))
        raise StudyError(
            f"{name} has {count:,} rows in which {named} is {keys.shown(key)} (rows {rows[0]:,} and {rows[1]:,}), so "
            f"that rows of {main} and their money would be counted more than once: let {name} be the table that {main} "
            "is joined to, or add the column that tells them apart to the key.",
            further.setting,
        )


def _refuse_strangers(meeting: Meeting, further: Further, main: str) -> None:
    """Stop where no row meets a partner at all: the key is another one."""
    if not meeting.met:
        by, name = words.listed(map(repr, meeting.by)), meeting.name
        told = f"No row of {main} finds a row of {name} by {by}: name the columns that hold the same in both."
        raise StudyError(told, further.setting)


def _refuse_unknown(names: Sequence[str] | dict, there: Sequence[str], where: str, further: Further) -> None:
    for name in names:
        if name not in there:
            has = columns.shortened(list(there))
            raise StudyError(
                f"{where} has no column {name!r} to join by; it has {has}: correct the name.", further.setting
            )


def free(names: Sequence[str], taken: Sequence[str], short: str) -> list[str]:
    """What the further columns are called: as before, or after their table where the name is taken."""
    free: list[str] = []
    for name in names:
        wish = name if name not in (*taken, *free) else f"{short}.{name}"
        number = 2
        while wish in (*taken, *free):
            wish, number = f"{short} {number}.{name}", number + 1
        free.append(wish)
    return free


def short_name(how: Joined) -> str:
    """What a joined table is called before its columns' names."""
    place = PurePosixPath(how.table.partition("?")[0]).name
    return how.sheet or ("joined" if " " in how.table.strip() and "." not in place else place.partition(".")[0])


def _sample(connection: duckdb.DuckDBPyConnection, target: Path, width: int) -> list[list[str | None]]:
    """Blocks of rows from all over the table."""
    rows = connection.execute(f"SELECT count(*) FROM {parquet(target)}").fetchone()[0]
    blocks = max(1, min(MOST_SAMPLED, MOST_SAMPLED_CELLS // width) // BLOCK)
    every = max(1, -(-rows // (blocks * BLOCK)))
    cells = ", ".join(f"left({cell(place)}, {LONGEST_SAMPLED})" for place in range(width))
    query = f"SELECT {cells} FROM {parquet(target)} WHERE (({ROW} - 1) // {BLOCK}) % {every} = 0 ORDER BY {ROW}"
    found = connection.execute(query).fetchall()
    return [list(column) for column in zip(*found, strict=True)] or [[] for _ in range(width)]

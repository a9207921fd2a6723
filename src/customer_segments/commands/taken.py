"""What files are taken for: the tables in them, which column is which, and what only a person can tell."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis

from customer_segments.base import engine, registry, words
from customer_segments.base.contract import ROW, TABLES
from customer_segments.base.errors import StudyError
from customer_segments.base.files import scratch_folder
from customer_segments.base.params import FilesSource, Format, PreprocessingParams
from customer_segments.sources import broken_table, files, tables
from customer_segments.sources.cells import told_of
from customer_segments.sources.columns import known, likely_table, shortened
from customer_segments.sources.part import Part, parquet
from customer_segments.sources.reading import Question, questions
from customer_segments.sources.tables import Collected

if TYPE_CHECKING:
    import pandas as pd
    from ibis.backends.duckdb import Backend

    from customer_segments.run.workspace import Workspace

EXAMPLES = 3  # rows that are shown of each thing
FEW = 0.5  # of the rows; where fewer can be used, something is mistaken


@dataclass(frozen=True)
class Taken:
    """One table of the check."""

    table: str
    places: list[str]
    collected: Collected
    parquet: Path
    names: dict[str, str | None]  # as they were given by hand
    written: Format
    theirs: tuple[str, ...]  # all columns, in the source's order

    def matches(self) -> list[dict[str, Any]]:
        """The columns that were taken for ours; the others are attributes."""
        ours = {column.name for column in known(self.table)}
        return [match for match in self.collected.account["columns"] if match["ours"] in ours]


@dataclass(frozen=True)
class Wanted:
    """Files to look at, and what is known of them by hand."""

    path: str
    table: str | None  # None: it is found out
    columns: dict[str, str | None]
    written: Format


def named(
    paths: Sequence[Path | str], table: str | None, columns: Sequence[str], written: Mapping[str, Any]
) -> list[Wanted]:
    """Files as a command names them; columns as in `customer_id=Client No`."""
    return [Wanted(str(path), table, dict(map(_parted, columns)), Format.of(**written)) for path in paths]


def files_of(study: Workspace, columns: Sequence[str], written: Mapping[str, Any]) -> list[Wanted]:
    """The files that a study reads, with what its section says of them, and what is said of them besides."""
    source, more = study.params("source"), dict(map(_parted, columns))
    if not isinstance(source, FilesSource):
        raise StudyError(f"The study's own source is no file but a {source.kind}: name the files to look at.")
    return [
        Wanted(
            place, table, getattr(source.columns, table) | more,
            Format.of(**{**getattr(source.formats, table).model_dump(), **written}),
        )
        for table in TABLES
        if (place := getattr(source, table)) is not None
    ]  # fmt: skip


def _parted(named: str) -> tuple[str, str | None]:
    ours, theirs = registry.split(named)
    if not ours or theirs is None:
        raise StudyError(f"{named!r} names no column: write it as in `customer_id=Client No`.")
    return ours, theirs or None


@contextmanager
def read_as_tables(wanted: Sequence[Wanted], base: Path, root: Path | None) -> Iterator[tuple[Backend, list[Taken]]]:
    """The files read as the tables that they hold."""
    with scratch_folder() as scratch:
        connection = engine.connect(memory_limit=engine.MEMORY_LIMIT)
        grouped: dict[str, list[tuple[str, Part]]] = defaultdict(list)
        known_of: dict[str, Wanted] = {}
        for each in wanted:
            place = os.path.relpath(base / each.path, root) if root else each.path
            for part in files.read(each.path, each.written, Path(scratch), base):
                table = each.table or likely_table(part.filled())
                grouped[table].append((place, part))
                known_of[table] = each
        _refuse_unknown(wanted, [part for found in grouped.values() for _, part in found])
        tables = [_taken(connection, *each, Path(scratch), known_of[each[0]]) for each in sorted(grouped.items())]
        yield connection, tables


def _refuse_unknown(wanted: Sequence[Wanted], parts: list[Part]) -> None:
    """Stop at a column that no file has; one that some table has is named for that table."""
    theirs = list(dict.fromkeys(name for part in parts for name in part.columns))
    for name in filter(None, (name for each in wanted for name in each.columns.values())):
        if name not in theirs:
            raise StudyError(f"There is no column {name!r}; there are {shortened(theirs)}: correct the name.")


def _taken(
    connection: Backend, table: str, found: list[tuple[str, Part]], scratch: Path, wanted: Wanted
) -> Taken:  # fmt: skip
    known_here, theirs = {column.name for column in known(table)}, {None, *found[0][1].columns}
    names = {ours: name for ours, name in wanted.columns.items() if ours in known_here and name in theirs}
    target = scratch / f"{table}.parquet"
    collected = tables.write_table(connection.con, table, [part for _, part in found], names, wanted.written, target)
    places = list(dict.fromkeys(place for place, _ in found))
    return Taken(table, places, collected, target, names, wanted.written, found[0][1].columns)


def asked_of(taken: Taken, ledger: pd.DataFrame) -> list[Question]:
    """What only a person can tell, each as a sentence."""
    asked = questions(taken.table, taken.collected.account, taken.written)
    rules = ledger[ledger["table"] == taken.table]
    came_in, used = int(rules["rows_before"].iloc[0]), int(rules["rows_after"].iloc[-1])
    if used < FEW * came_in:
        told = f"Only {used:,} of {words.counted(came_in, 'row')} of {taken.table} can be used"
        asked.append(Question(told, "", "see what is dropped, and whether each column is what it is taken for"))
    return asked


def ledger_of(connection: Backend, taken: list[Taken], settings: PreprocessingParams | None) -> pd.DataFrame:
    """What the cleaning rules do with the rows, under the study's settings where there are some."""
    from customer_segments.steps.cleaning.clean import clean

    read = {each.table: engine.read_parquet(connection, each.parquet) for each in taken}
    rows = {each.table: each.collected.broken for each in taken}
    listed = {each.table: each.collected.account["files"] for each in taken}
    broken = ibis.memtable(broken_table(rows))
    rules = settings or PreprocessingParams()
    return clean(read.get("customers"), read.get("transactions"), rules, broken, listed).ledger


def unreadable(connection: Backend, path: Path, name: str) -> tuple[int, list[tuple[int, str]]]:
    """How many cells of a column could not be read, and the first of them."""
    text = told_of(name)
    source = f"FROM {parquet(path)} WHERE {text} IS NOT NULL"
    count = connection.raw_sql(f"SELECT count(*) {source}").fetchone()[0]
    first = connection.raw_sql(f"SELECT {ROW}, {text} {source} ORDER BY {ROW} LIMIT {EXAMPLES}").fetchall()
    return count, first


def source_of(taken: list[Taken]) -> dict[str, Any]:
    """The section of params.yaml that uses these files."""
    source: dict[str, Any] = {"kind": "files"}
    for each in taken:
        folder = os.path.commonpath([str(Path(place).parent) for place in each.places])
        source[each.table] = f"{folder}/*" if len(each.places) > 1 else each.places[0]
    source["columns"] = {
        each.table: {match["ours"]: match["theirs"] for match in each.matches() if match["theirs"] is not None}
        | {ours: None for ours, name in each.names.items() if name is None}
        | dict.fromkeys(_left_out(each))
        for each in taken
    }
    formats = {
        each.table: each.written.model_dump(exclude_defaults=True)
        | ({"day_first": True} if each.collected.account["writing"]["doubts"] else {})
        | ({"header": False} if any("header" in file for file in each.collected.account["files"]) else {})
        for each in taken
    }
    return source | ({"formats": formats} if any(formats.values()) else {})


def _left_out(taken: Taken) -> list[str]:
    """Our columns that are asked about and that nothing was taken for: who uses the section says that it is none."""
    named = {match["ours"] for match in taken.matches() if match["theirs"] is not None}
    asked = questions(taken.table, taken.collected.account, taken.written)
    settings = (question.setting.split(".") for question in asked)
    return [ours for kind, _, ours in settings if kind == "columns" and ours not in named]

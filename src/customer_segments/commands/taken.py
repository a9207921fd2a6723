"""What files are taken for: the tables in them, which column is which, and what only a person can tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from customer_segments.base import engine, registry, words
from customer_segments.base.contract import ROW, TABLES, UNREADABLE
from customer_segments.base.errors import StudyError
from customer_segments.base.files import scratch_folder
from customer_segments.base.params import FilesSource, Format, Joined, PreprocessingParams
from customer_segments.commands.grouping import Group, Wanted, grouped
from customer_segments.sources import joining, tables
from customer_segments.sources.cells import told_of
from customer_segments.sources.columns import known, shortened
from customer_segments.sources.part import READ_ONCE, Part, parquet
from customer_segments.sources.reading import Question, questions
from customer_segments.sources.related import pattern
from customer_segments.sources.tables import Collected

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend

    from customer_segments.run.workspace import Workspace
    from customer_segments.steps.cleaning.ledger import Entry

Ledger: TypeAlias = "dict[str, list[Entry]]"  # by table

BY_KEY = "the lines name their customers by it"
EXAMPLES = 3  # rows that are shown of each thing
FEW = 0.5  # of the rows; where fewer can be used, something is mistaken


@dataclass(frozen=True)
class Taken:
    """One table of the check."""

    group: Group
    collected: Collected
    parquet: Path
    names: dict[str, str | None]  # as they were given by hand
    written: Format
    theirs: tuple[str, ...]  # all columns, in the source's order

    @property
    def table(self) -> str:
        return self.group.table

    @property
    def places(self) -> list[str]:
        return list(self.group.given.places)

    def matches(self) -> list[dict[str, Any]]:
        """The columns that were taken for ours; the others are attributes."""
        ours = {column.name for column in known(self.table)}
        return [match for match in self.collected.account["columns"] if match["ours"] in ours]


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
            Format.of(**{**getattr(source.formats, table).model_dump(), **written}), getattr(source.joined, table),
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
    """The files read as the tables that they hold, put together where they belong together."""
    with scratch_folder() as scratch:
        connection = engine.connect(memory_limit=engine.MEMORY_LIMIT)
        groups = grouped(connection.con, wanted, base, root, Path(scratch))
        parts = {
            each.table: joining.together(connection.con, each.given.parts, each.further, Path(scratch))
            for each in groups
        }
        _refuse_unknown(wanted, [part for found in parts.values() for part in found])
        yield connection, [_taken(connection, each, parts[each.table], Path(scratch)) for each in groups]


def _refuse_unknown(wanted: Sequence[Wanted], parts: list[Part]) -> None:
    """Stop at a column that no file has; one that some table has is named for that table."""
    theirs = list(dict.fromkeys(name for part in parts for name in part.columns))
    for name in filter(None, (name for each in wanted for name in each.columns.values())):
        if name not in theirs:
            raise StudyError(f"There is no column {name!r}; there are {shortened(theirs)}: correct the name.")


def _taken(connection: Backend, group: Group, parts: list[Part], scratch: Path) -> Taken:
    known_here, theirs = {column.name for column in known(group.table)}, {None, *parts[0].columns}
    names = {ours: name for ours, name in group.said.columns.items() if ours in known_here and name in theirs}
    by_key = {} if group.key is None or "customer_id" in names else {"customer_id": group.key}
    names |= by_key
    target, written = scratch / f"{group.table}{READ_ONCE}", group.given.written
    collected = tables.write_table(connection.con, group.table, parts, names, written, target)
    for match in collected.account["columns"]:
        if match["ours"] in by_key:
            match |= {"sureness": "likely", "why": BY_KEY}
    return Taken(group, collected, target, names, written, parts[0].columns)


def asked_of(taken: Taken, ledger: Ledger) -> list[Question]:
    """What only a person can tell, each as a sentence."""
    asked = [Question(told, "", "see whether that is the right key") for told in taken.group.doubts]
    asked += questions(taken.table, taken.collected.account, taken.written)
    rules = ledger[taken.table]
    came_in, used = rules[0].rows_before, rules[-1].rows_after
    if used < FEW * came_in:
        told = f"Only {used:,} of {words.counted(came_in, 'row')} of {taken.table} can be used"
        asked.append(Question(told, "", "see what is dropped, and whether each column is what it is taken for"))
    return asked


def ledger_of(connection: Backend, taken: list[Taken], settings: PreprocessingParams | None) -> Ledger:
    """What the cleaning rules do with the rows, under the study's settings where there are some; by table."""
    from customer_segments.steps.cleaning.clean import clean

    read = {each.table: engine.read_parquet(connection, each.parquet) for each in taken}
    listed = {each.table: each.collected.account["files"] for each in taken}
    tables = read.get("customers"), read.get("transactions")
    found = clean(*tables, settings or PreprocessingParams(), _broken(connection, taken), listed, ledger_only=True)
    return {table: list(entries) for table, entries in groupby(found.entries, lambda entry: entry.table)}


def _broken(connection: Backend, taken: list[Taken]) -> ir.Table:
    """As many rows as could not be split into cells; the ledger asks for no more of them."""
    told = f"{ROW}, NULL::VARCHAR AS reason, NULL::VARCHAR AS content"
    rows = (f"SELECT '{each.table}' AS \"table\", {told} FROM range({len(each.collected.broken)}) AS lost({ROW})"
            for each in taken)  # fmt: skip
    return engine.viewed(connection, " UNION ALL ".join(rows))


def unreadable(connection: Backend, path: Path, names: Sequence[str]) -> dict[str, tuple[int, list[tuple[int, str]]]]:
    """By column, how many of its cells could not be read, and the first of them; those of which some could not."""
    lost = f"(SELECT {ROW}, {UNREADABLE} FROM {parquet(path)} WHERE {UNREADABLE} IS NOT NULL)"
    counts = ", ".join(f"count({told_of(name)})" for name in names)
    found = zip(names, connection.raw_sql(f"SELECT {counts} FROM {lost}").fetchone(), strict=True)
    return {name: (count, _first_lost(connection, lost, told_of(name))) for name, count in found if count}


def _first_lost(connection: Backend, lost: str, told: str) -> list[tuple[int, str]]:
    query = f"SELECT {ROW}, {told} FROM {lost} WHERE {told} IS NOT NULL ORDER BY {ROW} LIMIT {EXAMPLES}"
    return connection.raw_sql(query).fetchall()


def source_of(taken: list[Taken]) -> dict[str, Any]:
    """The section of params.yaml that uses these files."""
    source: dict[str, Any] = {"kind": "files"}
    for each in taken:
        source[each.table] = pattern(each.places)
    joined = {each.table: [_as_written(further.how) for further in each.group.further] for each in taken}
    if any(joined.values()):
        source["joined"] = {table: told for table, told in joined.items() if told}
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


def _as_written(how: Joined) -> dict[str, Any]:
    """A join as a person would write it."""
    told = how.model_dump(exclude_defaults=True)
    same = [one for one, other in how.by.items() if one == other]
    return told | ({"by": same[0] if len(same) == 1 else same} if len(same) == len(how.by) else {})


def _left_out(taken: Taken) -> list[str]:
    """Our columns that are asked about and that nothing was taken for: who uses the section says that it is none."""
    named = {match["ours"] for match in taken.matches() if match["theirs"] is not None}
    asked = questions(taken.table, taken.collected.account, taken.written)
    settings = (question.setting.split(".") for question in asked)
    return [ours for kind, _, ours in settings if kind == "columns" and ours not in named]

"""Files as a command names them, sorted into a study's tables: by what is in them, or as they belong together."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from customer_segments.base.errors import StudyError
from customer_segments.base.params import Format, Joined
from customer_segments.sources import files
from customer_segments.sources.arranging import arranged
from customer_segments.sources.columns import recognise
from customer_segments.sources.joining import Further
from customer_segments.sources.part import SeveralSheetsError
from customer_segments.sources.related import Given
from customer_segments.sources.which_table import likely_table

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Wanted:
    """Files to look at, and what is known of them by hand."""

    path: str
    table: str | None  # None: it is found out
    columns: dict[str, str | None]
    written: Format
    joined: tuple[Joined, ...] = ()


@dataclass(frozen=True)
class Group:
    """What is read as one table: where it is, what is joined to it, and what is said of both."""

    table: str
    given: Given
    said: Wanted
    further: tuple[Further, ...] = ()
    key: str | None = None  # of a list, by which the lines name its customers
    left_out: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


def grouped(
    connection: duckdb.DuckDBPyConnection, wanted: Sequence[Wanted], base: Path, root: Path | None, scratch: Path
) -> list[Group]:
    """The tables that the files hold."""
    if any(each.table or each.joined for each in wanted):
        return _by_hand(wanted, base, root, scratch)
    found, several = [], None
    for each in wanted:
        try:
            found.append(_opened(each.path, each.written, base, root, scratch))
        except SeveralSheetsError as error:
            several = error
            found += _sheets(each, error.sheets, base, root, scratch)
    kinds = _of_a_kind(found)
    if put := arranged(connection, kinds):
        further = tuple(Further(how, each.parts, "source.joined.transactions") for each, how in put.joined)
        said = {"left_out": tuple(put.left_out), "doubts": tuple(put.doubts)}
        lines = Group("transactions", put.main, wanted[0], further, **said)
        return ([Group("customers", put.customers, wanted[0], key=put.key)] if put.customers else []) + [lines]
    if several is not None:
        alone = _only_table(kinds) if len(wanted) == 1 else None
        if alone is None:
            raise several
        left_out = tuple(f"{each.name} is left out: it names no customers" for each in kinds if each is not alone)
        return [replace(each, left_out=left_out) for each in _by_their_looks([(alone, wanted[0])])]
    return _by_their_looks([(each, one) for each, one in zip(found, wanted, strict=True)])


def _only_table(found: Sequence[Given]) -> Given | None:
    """The one sheet that surely names customers, where the others are short beside it: notes, legends, sums."""
    naming = [each for each in found if _names_customers(each)]
    if len(naming) != 1 or len(naming[0].parts) != 1:
        return None
    short = all(2 * _rows(each) < _rows(naming[0]) for each in found if each is not naming[0])
    return naming[0] if short else None


def _names_customers(given: Given) -> bool:
    filled = given.parts[0].filled()
    found = recognise(likely_table(filled), filled, {}, given.name)
    return any(match.ours == "customer_id" and match.sureness != "a guess" for match in found)


def _rows(given: Given) -> int:
    """How many rows were looked at."""
    return max(map(len, given.parts[0].filled().values()), default=0)


def _by_hand(wanted: Sequence[Wanted], base: Path, root: Path | None, scratch: Path) -> list[Group]:
    """The tables as they are said to be, each with what is said to be joined to it."""
    found = _by_their_looks([(_opened(each.path, each.written, base, root, scratch), each) for each in wanted])
    return [
        Group(
            each.table,
            each.given,
            each.said,
            tuple(
                Further(how, files.read(how.table, how.written, scratch, base), f"source.joined.{each.table}")
                for how in each.said.joined
            ),
        )
        for each in found
    ]


def _by_their_looks(found: Sequence[tuple[Given, Wanted]]) -> list[Group]:
    """The files of each kind of table below one another."""
    groups: dict[str, Group] = {}
    for given, said in found:
        table = said.table or likely_table(given.parts[0].filled())
        before = groups.get(table)
        if before and set(before.given.parts[0].columns) != set(given.parts[0].columns):
            raise _strangers(before.given.name, given.name)
        groups[table] = Group(table, _added(before.given, given) if before else given, said)
    return [groups[table] for table in sorted(groups)]


def _strangers(one: str, other: str) -> StudyError:
    return StudyError(
        f"{one} and {other} have different columns, and no column is found by which rows of one name those of the "
        "other: check each by itself, say by `--table` what it holds, or join them by hand under `source.joined`."
    )


def _of_a_kind(found: Sequence[Given]) -> list[Given]:
    """Those that have the same columns below one another, as a file each month."""
    kinds: dict[frozenset[str], Given] = {}
    for each in found:
        columns = frozenset(each.parts[0].columns)
        kinds[columns] = _added(kinds[columns], each) if columns in kinds else each
    return list(kinds.values())


def _added(one: Given, other: Given) -> Given:
    places = tuple(dict.fromkeys((*one.places, *other.places)))
    return Given(places, [*one.parts, *other.parts], one.written)


def _opened(path: str, written: Format, base: Path, root: Path | None, scratch: Path) -> Given:
    place = os.path.relpath(base / path, root) if root else path
    return Given((place,), files.read(path, written, scratch, base), written)


def _sheets(each: Wanted, sheets: Sequence[str], base: Path, root: Path | None, scratch: Path) -> Iterator[Given]:
    """Each sheet of a workbook as a table; one without rows, as a cover, is none."""
    for sheet in sheets:
        try:
            yield _opened(each.path, each.written.model_copy(update={"sheet": sheet}), base, root, scratch)
        except StudyError:
            continue

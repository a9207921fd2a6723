"""Can these files be used? What `segments check` says, without running the pipeline or changing anything."""

from __future__ import annotations

import io
import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
from ruamel.yaml import YAML

from customer_segments.base import engine, registry, words
from customer_segments.base.contract import ROW
from customer_segments.base.errors import StudyError
from customer_segments.base.files import scratch_folder
from customer_segments.base.params import Format, PreprocessingParams
from customer_segments.sources import broken_table, files, tables
from customer_segments.sources.cells import told_of
from customer_segments.sources.columns import known, likely_table, shortened
from customer_segments.sources.part import Part, parquet, quoted
from customer_segments.sources.reading import AMOUNT, questions
from customer_segments.sources.tables import Collected

if TYPE_CHECKING:
    import pandas as pd
    from ibis.backends.duckdb import Backend

EXAMPLES = 3
FOUND_OUT = Format()
FEW = 0.5  # of the rows; where fewer can be used, something is mistaken
SHORT = 60  # signs of a cell from the data that are shown


class OpenQuestionsError(StudyError):
    """The files can be read, and something about them only a person can tell."""

    code = 3

    def __init__(self, asked: list[str]) -> None:
        super().__init__(
            f"{words.counted(len(asked), 'question')} only you can answer, first among the problems above."
        )


@dataclass(frozen=True)
class _Checked:
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
class Found:
    """What the files are taken for: their tables, what is wrong, what cleaning does, and the section that uses them."""

    tables: dict[str, dict[str, Any]]
    questions: list[str]
    problems: list[str]  # the questions among them
    source: dict[str, Any]


def check(
    paths: Sequence[Path | str], table: str | None = None, *, base: Path = Path(), root: Path | None = None,
    settings: PreprocessingParams | None = None, columns: Sequence[str] = (), written: Format = FOUND_OUT,
) -> tuple[str, list[str]]:  # fmt: skip
    """What the files are taken for, what is wrong with them, what will be dropped, and the section to paste.

    Beside it, what only a person can tell.

    Paths are seen from `base`, and told as seen from the study's folder `root`; rows are judged by its `settings`.
    `columns` says which column is which, as in `customer_id=Client No`, or `gender=` for none.
    """
    with _tables(paths, table, base, root, columns, written) as (connection, checked):
        ledger = _ledger(connection, checked, settings)
        sections = [line for each in checked for line in _section(connection, each, _questions(each, ledger))]
        sections += _cleaning(ledger, settings)
        asked = [line for each in checked for line in _questions(each, ledger)]
    text = io.StringIO()
    yaml = YAML()
    yaml.width = 4096
    yaml.dump({"source": _source(checked)}, text)
    told = "To use this, let the `source:` section of params.yaml be"
    return "\n".join([*sections, told, "", text.getvalue().rstrip()]), asked


def found(
    paths: Sequence[Path | str], table: str | None = None, *, base: Path = Path(), root: Path | None = None,
    columns: Sequence[str] = (), written: Format = FOUND_OUT,
) -> Found:  # fmt: skip
    """The same for programs, by the default settings."""
    with _tables(paths, table, base, root, columns, written) as (connection, checked):
        ledger = _ledger(connection, checked, None)
        tables = {each.table: _facts(connection, each, ledger[ledger["table"] == each.table]) for each in checked}
        asked = [line for each in checked for line in _questions(each, ledger)]
        problems = [line.strip() for each in checked for line in _problems(connection, each)]
    return Found(tables, asked, asked + problems, _source(checked))


def _parted(named: str) -> tuple[str, str | None]:
    ours, theirs = registry.split(named)
    if not ours or theirs is None:
        raise StudyError(f"{named!r} names no column: write it as in `customer_id=Client No`.")
    return ours, theirs or None


@contextmanager
def _tables(
    paths: Sequence[Path | str],
    table: str | None,
    base: Path,
    root: Path | None,
    named: Sequence[str],
    written: Format,
) -> Iterator[tuple[Backend, list[_Checked]]]:
    """The files read as the tables that they hold."""
    columns = dict(map(_parted, named))
    with scratch_folder() as scratch:
        connection = engine.connect(memory_limit=engine.MEMORY_LIMIT)
        grouped: dict[str, list[tuple[str, Part]]] = defaultdict(list)
        for path in map(str, paths):
            place = os.path.relpath(base / path, root) if root else path
            for part in files.read(path, written, Path(scratch), base):
                grouped[table or likely_table(part.filled())].append((place, part))
        _refuse_unknown(columns, [part for found in grouped.values() for _, part in found])
        tables = [_checked(connection, *each, Path(scratch), columns, written) for each in sorted(grouped.items())]
        yield connection, tables


def _roles(connection: Backend, checked: _Checked) -> list[dict[str, Any]]:
    """Every role that this table can have, the column that was taken for it, how surely, and what stands in it."""
    matched = {match["ours"]: match for match in checked.matches()}
    nothing = {"theirs": None, "sureness": "", "why": ""}
    return [
        {
            "role": column.name,
            "column": found["theirs"],
            "sureness": found["sureness"],
            "why": found["why"],
            "examples": _examples(connection, checked, column.name) if found["theirs"] else [],
        }
        for column in known(checked.table)
        for found in [matched.get(column.name, nothing)]
    ]


def _examples(connection: Backend, checked: _Checked, name: str) -> list[str]:
    # An amount that prices were worked out from is not kept beside them.
    worked_out = any(match["ours"] == "unit_price" and match["theirs"] is None for match in checked.matches())
    column = "unit_price * quantity" if name == AMOUNT and worked_out else quoted(name)
    filled = f"{parquet(checked.parquet)} WHERE {column} IS NOT NULL"
    query = f"SELECT {column} FROM {filled} ORDER BY {ROW} LIMIT {EXAMPLES}"
    return [_plain(str(row[0])) for row in connection.raw_sql(query).fetchall()]


def _refuse_unknown(columns: dict[str, str | None], parts: list[Part]) -> None:
    """Stop at a column that no file has; one that some table has is named for that table."""
    theirs = list(dict.fromkeys(name for part in parts for name in part.columns))
    for name in filter(None, columns.values()):
        if name not in theirs:
            raise StudyError(f"There is no column {name!r}; there are {shortened(theirs)}: correct the name.")


def _facts(connection: Backend, checked: _Checked, ledger: pd.DataFrame) -> dict[str, Any]:
    account = checked.collected.account
    return {
        "files": checked.places,
        "rows": int(ledger["rows_before"].iloc[0]),
        "usable": int(ledger["rows_after"].iloc[-1]),
        "columns": {match["ours"]: match["theirs"] for match in checked.matches() if match["theirs"] is not None},
        "roles": _roles(connection, checked),
        "others": [match["theirs"] for match in account["columns"] if match not in checked.matches()],
        "all_columns": list(checked.theirs),
        "rules": [
            {"rule": rule.rule, "why": rule.why, "dropped": int(rule.rows_rejected), "mended": int(rule.rows_repaired)}
            for rule in ledger.itertuples()
            if rule.rows_rejected or rule.rows_repaired
        ],
    }


def _checked(
    connection: Backend, table: str, found: list[tuple[str, Part]], scratch: Path, columns: dict[str, str | None],
    written: Format,
) -> _Checked:  # fmt: skip
    known_here, theirs = {column.name for column in known(table)}, {None, *found[0][1].columns}
    names = {ours: name for ours, name in columns.items() if ours in known_here and name in theirs}
    target = scratch / f"{table}.parquet"
    collected = tables.write_table(connection.con, table, [part for _, part in found], names, written, target)
    places = list(dict.fromkeys(place for place, _ in found))
    return _Checked(table, places, collected, target, names, written, found[0][1].columns)


def _questions(checked: _Checked, ledger: pd.DataFrame) -> list[str]:
    """What only a person can tell, each as a sentence."""
    found = questions(checked.table, checked.collected.account, checked.written)
    asked = [f"{question.told}: {question.option}." for question in found]
    rules = ledger[ledger["table"] == checked.table]
    came_in, used = int(rules["rows_before"].iloc[0]), int(rules["rows_after"].iloc[-1])
    if used < FEW * came_in:
        asked.append(
            f"Only {used:,} of {words.counted(came_in, 'row')} of {checked.table} can be used: see what is dropped, "
            "and whether each column is what it is taken for."
        )
    return asked


def _section(connection: Backend, checked: _Checked, asked: list[str]) -> Iterator[str]:
    """How one table was read, and what in it could not be."""
    account = checked.collected.account
    writing, first = account["writing"], account["files"][0]
    between = f"{first['delimiter']} between cells" if "delimiter" in first else None
    above = f"{first['above']} above the header left out" if "above" in first else None
    told = [first.get("encoding"), between, above, writing.get("days")]
    told += [f"decimal {'comma' if writing['decimal'] == ',' else 'point'}"]
    told += [f"{name} with offsets from UTC ({words.listed(found)}), which are left out: the clock as written counts"
             for name, found in writing.get("offsets", {}).items()]  # fmt: skip
    if of_orders := account.get("of_orders"):
        told += [f"{words.listed(of_orders)} on the first line of each order, holding for all of its lines"]
    yield f"{_plain(account['file'])}: {words.counted(account['rows'], 'row')} of {checked.table}"
    yield f"  written as {', '.join(filter(None, told))}"
    yield ""
    yield from _columns(checked)
    yield ""
    yield "  Problems"
    yield from [f"    {each}" for each in asked]
    yield from _problems(connection, checked) or ([] if asked else ["    none in reading the cells"])
    yield ""


def _columns(checked: _Checked) -> Iterator[str]:
    """Each of our columns, what it is taken from, and how surely."""
    matched = checked.matches()
    others = [match for match in checked.collected.account["columns"] if match not in matched]
    wide = max((len(_plain(match["theirs"] or "–")) for match in matched), default=0)
    for match in matched:
        theirs = _plain(match["theirs"] or "–")
        yield f"  {match['ours']:<22} {theirs:<{wide}}  {match['sureness']}: {match['why']}"
    if others:
        yield f"  kept as attributes: {words.listed(_plain(match['theirs']) for match in others)}"


def _problems(connection: Backend, checked: _Checked) -> list[str]:
    """What a person should look at, with the first rows where it stands."""
    account, problems = checked.collected.account, []
    for name in account["writing"]["doubts"]:
        problems.append(f"    {name}: nothing tells whether the day or the month comes first; taken as day first")
    for name, found in account["writing"].get("offsets", {}).items():
        if len(found) > 1:
            problems.append(
                f"    {name}: clocks of several offsets from UTC ({words.listed(found)}) stand side by side"
            )
    for match in account["columns"]:
        name = match["ours"]
        count, examples = _unreadable(connection, checked.parquet, name)
        if count:
            wanted = {"time": "a time", "date": "a date", "flag": "yes or no"}.get(match["kind"], "a number")
            shown = ", ".join(f"row {_where(account, row)}: {_plain(text)!r}" for row, text in examples)
            problems.append(f"    {name}: {words.counted(count, 'cell')} cannot be read as {wanted} ({shown})")
    broken = checked.collected.broken
    if broken:
        shown = "; ".join(f"row {_where(account, row.row)}: {row.reason}" for row in broken[:EXAMPLES])
        problems.append(f"    {words.counted(len(broken), 'row')} cannot be split into cells ({shown})")
    return problems


def _unreadable(connection: Backend, path: Path, name: str) -> tuple[int, list[tuple[int, str]]]:
    """How many cells of a column could not be read, and the first of them."""
    text = told_of(name)
    source = f"FROM {parquet(path)} WHERE {text} IS NOT NULL"
    count = connection.raw_sql(f"SELECT count(*) {source}").fetchone()[0]
    first = connection.raw_sql(f"SELECT {ROW}, {text} {source} ORDER BY {ROW} LIMIT {EXAMPLES}").fetchall()
    return count, first


def _where(account: dict[str, Any], row: int) -> str:
    """A row's number within its file, with the file's name where there are several."""
    for file in account["files"]:
        if row <= file["rows"]:
            return f"{row:,}" if len(account["files"]) == 1 else f"{row:,} of {_plain(file['name'])}"
        row -= file["rows"]
    return f"{row:,}"


def _ledger(connection: Backend, checked: list[_Checked], settings: PreprocessingParams | None) -> pd.DataFrame:
    """What the cleaning rules do with the rows, under the study's settings where there are some."""
    from customer_segments.steps.cleaning.clean import clean

    read = {each.table: engine.read_parquet(connection, each.parquet) for each in checked}
    rows = {each.table: each.collected.broken for each in checked}
    listed = {each.table: each.collected.account["files"] for each in checked}
    broken = ibis.memtable(broken_table(rows))
    rules = settings or PreprocessingParams()
    return clean(read.get("customers"), read.get("transactions"), rules, broken, listed).ledger


def _cleaning(ledger: pd.DataFrame, settings: PreprocessingParams | None) -> Iterator[str]:
    yield f"What cleaning will do (with the {'settings of params.yaml' if settings else 'default settings'})"
    for table, rules in ledger.groupby("table", sort=False):
        yield from _steps(table, rules)
    yield ""


def _steps(table: str, rules: pd.DataFrame) -> Iterator[str]:
    came_in, used = int(rules["rows_before"].iloc[0]), int(rules["rows_after"].iloc[-1])
    share = words.percent(used / max(came_in, 1))
    yield f"  {table}: {used:,} of {words.counted(came_in, 'row')} can be used ({share})"
    for rule in rules.itertuples():
        if rule.rows_rejected:
            yield f"    {rule.rows_rejected:>12,} dropped   {rule.rule}. {rule.why}"
        if rule.rows_repaired:
            yield f"    {rule.rows_repaired:>12,} mended    {rule.rule}. {rule.why}"


def _source(checked: list[_Checked]) -> dict[str, Any]:
    """The section of params.yaml that uses these files."""
    source: dict[str, Any] = {"kind": "files"}
    for each in checked:
        folder = os.path.commonpath([str(Path(place).parent) for place in each.places])
        source[each.table] = f"{folder}/*" if len(each.places) > 1 else each.places[0]
    source["columns"] = {
        each.table: {match["ours"]: match["theirs"] for match in each.matches() if match["theirs"] is not None}
        | {ours: None for ours, name in each.names.items() if name is None}
        | dict.fromkeys(_left_out(each))
        for each in checked
    }
    formats = {
        each.table: each.written.model_dump(exclude_defaults=True)
        | ({"day_first": True} if each.collected.account["writing"]["doubts"] else {})
        | ({"header": False} if any("header" in file for file in each.collected.account["files"]) else {})
        for each in checked
    }
    return source | ({"formats": formats} if any(formats.values()) else {})


def _left_out(checked: _Checked) -> list[str]:
    """Our columns that are asked about and that nothing was taken for: who uses the section says that it is none."""
    taken = {match["ours"] for match in checked.matches() if match["theirs"] is not None}
    asked = questions(checked.table, checked.collected.account, checked.written)
    settings = (question.setting.split(".") for question in asked)
    return [ours for kind, _, ours in settings if kind == "columns" and ours not in taken]


def _plain(text: str) -> str:
    """Text from data, safe for a terminal: no control signs, not too long."""
    shown = "".join(sign if sign.isprintable() else "·" for sign in text)
    return shown if len(shown) <= SHORT else f"{shown[: SHORT - 1]}…"

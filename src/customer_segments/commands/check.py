"""Can these files be used? What `segments check` says, without running the pipeline or changing anything."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from ruamel.yaml import YAML

from customer_segments.base import words
from customer_segments.base.contract import ROW, tells_money
from customer_segments.base.errors import StudyError
from customer_segments.base.params import PreprocessingParams
from customer_segments.base.partners import met
from customer_segments.commands.taken import (
    EXAMPLES,
    Ledger,
    Taken,
    Wanted,
    asked_of,
    ledger_of,
    named,
    read_as_tables,
    source_of,
    unreadable,
)
from customer_segments.sources.columns import known
from customer_segments.sources.part import SeveralSheetsError, parquet, quoted
from customer_segments.sources.reading import Question

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

    from customer_segments.steps.cleaning.ledger import Entry

Read: TypeAlias = "AbstractContextManager[tuple[Backend, list[Taken]]]"
OF_MONEY = "columns.transactions.amount"  # the setting that says which column is the money
SHORT = 60  # signs of a cell from the data that are shown


class OpenQuestionsError(StudyError):
    """The files can be read, and something about them only a person can tell."""

    code = 3

    def __init__(self, asked: Sequence[Question]) -> None:
        super().__init__(
            f"{words.counted(len(asked), 'question')} only you can answer, first among the problems above."
        )


@dataclass(frozen=True)
class Found:
    """What the files are taken for: their tables, what is wrong, what cleaning does, and the section that uses them."""

    tables: dict[str, dict[str, Any]]
    questions: list[Question]
    problems: list[str]  # in sentences, the questions first
    source: dict[str, Any]


class Told(NamedTuple):
    """What is said of files, what only a person can tell, and the section that uses them."""

    text: str
    questions: list[Question]
    source: dict[str, Any]


def check(
    paths: Sequence[Path | str], table: str | None = None, *, base: Path = Path(), root: Path | None = None,
    settings: PreprocessingParams | None = None, columns: Sequence[str] = (), **written: Any,
) -> str:  # fmt: skip
    """What the files are taken for, what is wrong with them, what will be dropped, and the section to paste.

    Paths are seen from `base`, and told as seen from the study's folder `root`; rows are judged by its `settings`.
    `columns` says which column is which, as in `customer_id=Client No`, or `gender=` for none; `written` how the files
    are written (`sheet`, `delimiter`, `header`, …), where that is not to be found out.
    """
    return told(named(paths, table, columns, written), base=base, root=root, settings=settings).text


def told(
    wanted: Sequence[Wanted], base: Path = Path(), root: Path | None = None, settings: PreprocessingParams | None = None
) -> Told:
    """What `check` says of files, with what only a person can tell."""
    try:
        return _told(read_as_tables(wanted, base, root), settings)
    except SeveralSheetsError as several:
        return Told(f"Problems\n  {_which_sheet(several)}\n", [_which_sheet(several)], {})


def _which_sheet(several: SeveralSheetsError) -> Question:
    return Question(several.told, "formats.sheet", "say which with `--sheet NAME`", several.sheets)


def _told(read: Read, settings: PreprocessingParams | None) -> Told:
    with read as (connection, taken):
        ledger = ledger_of(connection, taken, settings)
        sections = [line for each in taken for line in _section(connection, each, asked_of(each, ledger))]
        sections += _cleaning(ledger, settings)
        asked = [line for each in taken for line in asked_of(each, ledger)]
        source = source_of(taken)
    text = io.StringIO()
    yaml = YAML()
    yaml.width = 4096
    yaml.dump({"source": source}, text)
    use = "To use this, let the `source:` section of params.yaml be"
    return Told("\n".join([*sections, use, "", text.getvalue().rstrip()]), asked, source)


def found(wanted: Sequence[Wanted], base: Path = Path(), root: Path | None = None) -> Found:
    """The same for programs, by the default settings; a workbook of several tables is a question."""
    try:
        return _found(read_as_tables(wanted, base, root))
    except SeveralSheetsError as several:
        return Found({}, [_which_sheet(several)], [str(_which_sheet(several))], {})


def _found(read: Read) -> Found:
    with read as (connection, taken):
        ledger = ledger_of(connection, taken, None)
        asked = [line for each in taken for line in asked_of(each, ledger)]
        tables = {each.table: _facts(connection, each, asked, ledger[each.table]) for each in taken}
        problems = [line.strip() for each in taken for line in _problems(connection, each)]
    return Found(tables, asked, [*map(str, asked), *problems], source_of(taken))


def _roles(connection: Backend, taken: Taken) -> list[dict[str, Any]]:
    """Every role that this table can have, the column that was taken for it, how surely, and what stands in it."""
    matched = {match["ours"]: match for match in taken.matches()}
    nothing = {"theirs": None, "sureness": "", "why": ""}
    return [
        {
            "role": column.name,
            "column": found["theirs"],
            "sureness": found["sureness"],
            "why": found["why"],
            "examples": _examples(connection, taken, column.name) if found["theirs"] else [],
        }
        for column in known(taken.table)
        for found in [matched.get(column.name, nothing)]
    ]


def _examples(connection: Backend, taken: Taken, name: str) -> list[str]:
    filled = f"{parquet(taken.parquet)} WHERE {quoted(name)} IS NOT NULL"
    query = f"SELECT {quoted(name)} FROM {filled} ORDER BY {ROW} LIMIT {EXAMPLES}"
    return [_plain(_written(value)) for (value,) in connection.raw_sql(query).fetchall()]


def _written(value: Any) -> str:
    """A value as people write it: three pieces are no `3.0`."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _facts(connection: Backend, taken: Taken, asked: list[Question], rules: list[Entry]) -> dict[str, Any]:
    account = taken.collected.account
    return {
        "files": taken.places,
        "rows": rules[0].rows_before,
        "usable": rules[-1].rows_after,
        "columns": {match["ours"]: match["theirs"] for match in taken.matches() if match["theirs"] is not None},
        "roles": _roles(connection, taken),
        "joined": [each | {"told": met(each)} for each in account.get("joined", ())],
        "left_out": list(taken.group.left_out),
        "notes": _notes(taken, asked),
        "others": [match["theirs"] for match in account["columns"] if match not in taken.matches()],
        "all_columns": list(taken.theirs),
        "rules": [
            {"rule": rule.rule, "why": rule.why, "dropped": rule.rows_rejected, "mended": rule.rows_repaired}
            for rule in rules
            if rule.rows_rejected or rule.rows_repaired
        ],
    }


def _section(connection: Backend, taken: Taken, asked: list[Question]) -> Iterator[str]:
    """How one table was read, and what in it could not be."""
    account = taken.collected.account
    writing, first = account["writing"], account["files"][0]
    between = f"{first['delimiter']} between cells" if "delimiter" in first else None
    above = f"{first['above']} above the header left out" if "above" in first else None
    told = [first.get("encoding"), between, above, writing.get("days")]
    told += [f"decimal {'comma' if writing['decimal'] == ',' else 'point'}"]
    told += [f"{name} with offsets from UTC ({words.listed(found)}), which are left out: the clock as written counts"
             for name, found in writing.get("offsets", {}).items()]  # fmt: skip
    if of_orders := account.get("of_orders"):
        told += [f"{words.listed(of_orders)} on the first line of each order, holding for all of its lines"]
    yield f"{_plain(account['file'])}: {words.counted(account['rows'], 'row')} of {taken.table}"
    yield f"  written as {', '.join(filter(None, told))}"
    besides = [*map(met, account.get("joined", ())), *taken.group.left_out, *_notes(taken, asked)]
    yield from (f"  {each}" for each in besides)
    yield ""
    yield from _columns(taken)
    yield ""
    yield "  Problems"
    yield from [f"    {each}" for each in asked]
    yield from _problems(connection, taken) or ([] if asked else ["    none in reading the cells"])
    yield ""


def _notes(taken: Taken, asked: list[Question]) -> list[str]:
    """What the study will not tell, where that is no question."""
    columns = [match["ours"] for match in taken.matches()]
    if taken.table != "transactions" or tells_money(columns) or any(each.setting == OF_MONEY for each in asked):
        return []
    return ["no column of money: the study will tell how often and how lately, not how much"]


def _columns(taken: Taken) -> Iterator[str]:
    """Each of our columns, what it is taken from, and how surely."""
    matched = taken.matches()
    others = [match for match in taken.collected.account["columns"] if match not in matched]
    wide = max((len(_plain(match["theirs"] or "–")) for match in matched), default=0)
    for match in matched:
        theirs = _plain(match["theirs"] or "–")
        yield f"  {match['ours']:<22} {theirs:<{wide}}  {match['sureness']}: {match['why']}"
    if others:
        yield f"  kept as attributes: {words.listed(_plain(match['theirs']) for match in others)}"


def _problems(connection: Backend, taken: Taken) -> list[str]:
    """What a person should look at, with the first rows where it stands."""
    account, problems = taken.collected.account, []
    for name in account["writing"]["doubts"]:
        problems.append(f"    {name}: nothing tells whether the day or the month comes first; taken as day first")
    for name, found in account["writing"].get("mixed", {}).items():
        shown = " and ".join(map(repr, map(_plain, found)))
        problems.append(f"    {name}: both {shown} stand in it; each is read by its own decimal sign")
    for name, found in account["writing"].get("offsets", {}).items():
        if len(found) > 1:
            problems.append(
                f"    {name}: clocks of several offsets from UTC ({words.listed(found)}) stand side by side"
            )
    kinds = {match["ours"]: match["kind"] for match in account["columns"]}
    for name, (count, examples) in unreadable(connection, taken.parquet, list(kinds)).items():
        wanted = {"time": "a time", "date": "a date", "flag": "yes or no"}.get(kinds[name], "a number")
        shown = ", ".join(f"row {_where(account, row)}: {_plain(text)!r}" for row, text in examples)
        problems.append(f"    {name}: {words.counted(count, 'cell')} cannot be read as {wanted} ({shown})")
    broken = taken.collected.broken
    if broken:
        shown = "; ".join(f"row {_where(account, row.row)}: {row.reason}" for row in broken[:EXAMPLES])
        problems.append(f"    {words.counted(len(broken), 'row')} cannot be split into cells ({shown})")
    return problems


def _where(account: dict[str, Any], row: int) -> str:
    """A row's number within its file, with the file's name where there are several."""
    for file in account["files"]:
        if row <= file["rows"]:
            return f"{row:,}" if len(account["files"]) == 1 else f"{row:,} of {_plain(file['name'])}"
        row -= file["rows"]
    return f"{row:,}"


def _cleaning(ledger: Ledger, settings: PreprocessingParams | None) -> Iterator[str]:
    yield f"What cleaning will do (with the {'settings of params.yaml' if settings else 'default settings'})"
    for table, rules in ledger.items():
        yield from _steps(table, rules)
    yield ""


def _steps(table: str, rules: list[Entry]) -> Iterator[str]:
    came_in, used = rules[0].rows_before, rules[-1].rows_after
    share = words.percent(used / max(came_in, 1))
    yield f"  {table}: {used:,} of {words.counted(came_in, 'row')} can be used ({share})"
    for rule in rules:
        if rule.rows_rejected:
            yield f"    {rule.rows_rejected:>12,} dropped   {rule.rule}. {rule.why}"
        if rule.rows_repaired:
            yield f"    {rule.rows_repaired:>12,} mended    {rule.rule}. {rule.why}"


def _plain(text: str) -> str:
    """Text from data, safe for a terminal: no control signs, not too long."""
    shown = "".join(sign if sign.isprintable() else "·" for sign in text)
    return shown if len(shown) <= SHORT else f"{shown[: SHORT - 1]}…"

"""From a table's parts to one Parquet file with our columns and kinds, and an account of how it was read."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from customer_segments.base.contract import CLOCK, ROW, TABLES, UNREADABLE, tells_money
from customer_segments.base.errors import StudyError
from customer_segments.sources import cells, further_tables, reading
from customer_segments.sources.part import BrokenRow, Part, cell, parquet, quoted, saved
from customer_segments.sources.parts import called, placed, refuse_unlike, reread, rows_of
from customer_segments.sources.reading import AMOUNT, Reading

if TYPE_CHECKING:
    from customer_segments.base.params import Format

WIDE = 100  # columns
ORDER = "_order"  # by which the lines of an order belong together


@dataclass(frozen=True)
class Collected:
    """How a table was read, and the rows that could not be."""

    account: dict[str, Any]
    broken: tuple[BrokenRow, ...]  # numbered through all parts
    broken_beside: dict[str, tuple[BrokenRow, ...]] = field(default_factory=dict)  # by the table that was joined


def write_table(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    parts: list[Part],
    names: dict[str, str],
    given: Format,
    target: Path,
) -> Collected:
    """Recognise the columns, read the cells as their kinds, and write the table; row by row where it must be."""
    refuse_unlike(parts)
    decided = reading.decide(table, parts, names, given)
    try:
        found = placed(connection, parts)
        decided = _write_settled(connection, table, found, decided, target)
    except duckdb.Error:
        try:
            found = placed(connection, reread(parts))
            decided = _write_settled(connection, table, found, decided, target)
        except duckdb.Error as error:
            reason = str(error).splitlines()[0][:120]
            raise StudyError(f"{called(parts)} could not be read ({reason}): export it again as UTF-8 CSV.") from None
    good = connection.execute(f"SELECT count(*) FROM {parquet(target)}").fetchone()[0]
    who = next((match.theirs for match in decided.matches if match.ours == "customer_id"), None)
    if table == "customers" and who is not None:
        names = list(found[0].columns)
        further_tables.refuse(connection, called(parts), names, who, rows_of(found, names), target)
    if not good:
        raise StudyError(f"{called(parts)} has a header and no row that can be used: export it again with its data.")
    return _account(found, good, decided)


def _write_settled(
    connection: duckdb.DuckDBPyConnection, table: str, parts: list[Part], decided: Reading, target: Path
) -> Reading:
    """Write the table, and once more where all its rows say otherwise than the sample did."""
    _write(connection, parts, decided, target)
    lost = _unreadable_by_column(connection, decided, target)
    if offsets := _late_offsets(connection, decided, lost, target):
        decided = replace(decided, writing=replace(decided.writing, offsets=decided.writing.offsets | offsets))
        _write(connection, parts, decided, target)
        lost = _unreadable_by_column(connection, decided, target)
    contract = {column.name for column in TABLES[table]}
    settled = replace(
        decided, kinds=decided.kinds | {n: "text" for n, count in lost.items() if count and n not in contract}
    )
    if any(lost[name] for name in decided.writing.doubts):
        settled = reading.with_days_turned(settled)
    if settled == decided:
        return decided
    _write(connection, parts, settled, target)
    if settled.writing.day_first != decided.writing.day_first:
        turned = _unreadable_by_column(connection, settled, target)
        if sum(turned.values()) >= sum(count for name, count in lost.items() if name in turned):
            settled = replace(settled, writing=decided.writing)
            _write(connection, parts, settled, target)
    return settled


def scan(
    connection: duckdb.DuckDBPyConnection, table: str, parts: list[Part], names: dict[str, str], given: Format
) -> str:
    """The query that reads the table, as its sample says; what `write_table` finds out later stays unread."""
    decided = reading.decide(table, parts, names, given)
    _refuse_unpaid(parts, decided)
    return _query(placed(connection, parts), decided)


def _refuse_unpaid(parts: list[Part], decided: Reading) -> None:
    """Stop where money may have been overlooked, and nobody can be asked."""
    if tells_money([match.ours for match in decided.matches]):
        return
    for doubt in (each for each in decided.doubts if each.ours == AMOUNT):
        raise StudyError(f"{called(parts)}: {doubt.told}: call it `{AMOUNT}`, or let a study read it without.")


def _write(connection: duckdb.DuckDBPyConnection, parts: list[Part], decided: Reading, target: Path) -> None:
    # What it spares a few columns, it costs many: DuckDB compares each expression with all others.
    wide = len(parts[0].columns) > WIDE
    connection.execute(f"SET disabled_optimizers = '{'common_subexpressions' if wide else ''}'")
    connection.execute(saved(_query(parts, decided), target))


def _query(parts: list[Part], decided: Reading) -> str:
    """One pass over all parts: trimmed text, read as its kinds, beside what could not be read."""
    theirs = list(parts[0].columns)
    text = {match.ours: cell(theirs.index(match.theirs)) for match in decided.matches if match.theirs is not None}
    kinds, writing = decided.kinds, decided.writing
    blanks = "".join(sorted({sign for part in parts for sign in part.blanks}))
    read = ", ".join(
        f"{cells.typed(kinds[ours], ours, each, writing, blanks)} AS {quoted(ours)}" for ours, each in text.items()
    )
    values = ", ".join(
        f"{cells.checked(kinds[ours], quoted(ours), each)} AS {quoted(ours)}" for ours, each in text.items()
    )
    lost = [cells.unreadable(ours, text[ours], quoted(ours)) for ours in text if kinds[ours] != "text"]
    unreadable = f"nullif(concat_ws('; ', {', '.join(lost)}), '')" if lost else "CAST(NULL AS VARCHAR)"
    derived = _derivations(decided)
    shown = ", ".join(f"{derived.get(ours, quoted(ours))} AS {quoted(ours)}" for ours in kinds)
    texts = ", ".join(text.values())
    return (
        f"SELECT {ROW}, {shown}, {unreadable} AS {UNREADABLE} FROM (SELECT {ROW}, {texts}, {values} "
        f"FROM (SELECT {ROW}, {texts}, {read} FROM ({_rows_of_orders(parts, theirs, text, decided.of_orders)})))"
        f"{f' ORDER BY {ROW}' if decided.of_orders else ''}"
    )


def _rows_of_orders(parts: list[Part], theirs: list[str], text: dict[str, str], once: tuple[str, ...]) -> str:
    """All rows; what stands on the first line of each order only also on its further lines."""
    rows = rows_of(parts, theirs)
    if not once:
        return rows
    order = f"nullif(trim({text['invoice_id']}), '')"
    if "invoice_id" in once:
        order = f"last_value({order} IGNORE NULLS) OVER (ORDER BY {ROW} ROWS UNBOUNDED PRECEDING)"
    told = {
        ours: f"CASE WHEN {ORDER} IS NULL THEN {text[ours]} ELSE coalesce(nullif(trim({text[ours]}), ''), "
        f"max(nullif(trim({text[ours]}), '')) OVER (PARTITION BY {ORDER})) END"
        for ours in once
    } | ({"invoice_id": ORDER} if "invoice_id" in once else {})
    replaced = ", ".join(f"{each} AS {text[ours]}" for ours, each in told.items())
    return f"SELECT * REPLACE ({replaced}) FROM (SELECT *, {order} AS {ORDER} FROM ({rows}))"


def _derivations(decided: Reading) -> dict[str, str]:
    """The SQL of the columns that follow from others."""
    derived = decided.derived
    money = AMOUNT if "unit_price" in derived else "unit_price"
    sql = {}
    if "quantity" in derived:
        sql["quantity"] = f"CAST(CASE WHEN {money} < 0 THEN -1 WHEN {money} IS NOT NULL THEN 1 END AS DOUBLE)"
        sql["unit_price"] = f"abs({money})"
    elif "unit_price" in derived:
        sql["unit_price"] = f"{AMOUNT} / nullif(quantity, 0)"
    if "customer_id" in derived:
        sql["customer_id"] = f"CAST({ROW} AS VARCHAR)"
    if "invoice_id" in derived:
        sql["invoice_id"] = f"customer_id || ' ' || strftime(ordered_at, '{CLOCK}')"
    return sql


def _unreadable_by_column(connection: duckdb.DuckDBPyConnection, decided: Reading, target: Path) -> dict[str, int]:
    """How many cells of each column could not be read."""
    names = [ours for ours, kind in decided.kinds.items() if kind != "text"]
    counts = ", ".join(f"count({cells.told_of(name)})" for name in names)
    found = f"SELECT {counts} FROM {parquet(target)} WHERE {UNREADABLE} IS NOT NULL"
    return dict(zip(names, connection.execute(found).fetchone(), strict=True)) if names else {}


def _late_offsets(
    connection: duckdb.DuckDBPyConnection, decided: Reading, lost: dict[str, int], target: Path
) -> dict[str, tuple[str, ...]]:
    """By column, all offsets from UTC, where cells could not be read because the sample had not shown theirs."""
    late = {}
    for name, known in ((n, decided.writing.offsets.get(n, ())) for n in decided.writing.formats if lost.get(n)):
        told, offset = cells.offset_told(name)
        query = f"SELECT DISTINCT {offset} FROM {parquet(target)} WHERE {told}"
        found = {row[0] for row in connection.execute(query).fetchall()} | set(known)
        if any(found) and found != set(known):
            # Where the sample showed none, there are clocks without one.
            late[name] = tuple(sorted(found | (set() if known else {""})))
    return late


def _account(parts: list[Part], good: int, decided: Reading) -> Collected:
    """What a reader is told about how the table was read."""
    total = good + sum(len(part.broken) for part in parts)
    ends = [part.before for part in parts[1:]] + [total]
    files = [
        {"name": part.name, "rows": end - part.before, "sha256": part.fingerprint, **part.facts}
        for part, end in zip(parts, ends, strict=True)
    ]
    broken = tuple(row for part in parts for row in part.broken_of_all)
    prints = [part.fingerprint for part in parts] + [each.sha256 for each in parts[0].joined]
    place = list(decided.kinds)
    matches = sorted(decided.matches, key=lambda match: place.index(match.ours))
    account = {
        "file": called(parts),
        "rows": total,
        "broken": total - good,
        "sha256": hashlib.sha256("".join(prints).encode()).hexdigest(),
        "files": files,
        "columns": [asdict(match) | {"kind": decided.kinds[match.ours]} for match in matches],
        "writing": decided.writing.described(),
    }
    if decided.of_orders:
        account["of_orders"] = list(decided.of_orders)
    if joined := parts[0].joined:
        account["joined"] = [each.described() for each in joined]
    if decided.doubts:
        account["doubts"] = [asdict(doubt) for doubt in decided.doubts]
    return Collected(account, broken, {each.name: each.broken for each in joined})

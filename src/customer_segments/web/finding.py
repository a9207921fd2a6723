"""The customers whom a question is about: SQL with bound values.

Nothing of an address is ever put into SQL as text: values are bound, and columns are those of the table itself.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from customer_segments.web.asking import ID, OPERATORS, OR, Asked, Condition
from customer_segments.web.kinds import kind, quoted
from customer_segments.web.results import Run, at

ROWS = 50
FEW = 20_000  # customers, to look at whom twice costs more than to read all of them once
OF_ALL = "how many in all"  # no column is called so
LAST = "\U0010ffff"  # the sign after all others


class Found(NamedTuple):
    rows: list[dict[str, Any]]
    total: int
    page: int
    pages: int


def where(question: Asked, columns: dict[str, str]) -> tuple[str, list[Any]]:
    """What customers must fulfil, as SQL; “and” binds before “or”.

    Alternatives are held against true: left to itself DuckDB takes them into the reading, which is slower by half.
    """
    groups: list[list[Condition]] = []
    for each in question.conditions:
        if each.joined == OR or not groups:
            groups.append([])
        groups[-1].append(each)
    parts = [" OR ".join(f"({' AND '.join(_sql(each, columns) for each in group)})" for group in groups)]
    if len(groups) > 1:
        parts = [f"({parts[0]}) = true"]
    values = [each.value for group in groups for each in group if not OPERATORS[each.operator].bare]
    if question.segment is not None:
        parts.append("segment = ?")
        values.append(question.segment)
    if question.search:  # the table lies in the order of its numbers: most of it need not be read
        parts.append("customer_id >= ? AND customer_id < ?")
        values += [question.search, question.search + LAST]
    told = " AND ".join(f"({part})" for part in parts if part)
    return (f" WHERE {told}" if told else ""), values


def _sql(each: Condition, columns: dict[str, str]) -> str:
    name = quoted(each.column)
    if kind(columns[each.column]) == "date" and not OPERATORS[each.operator].bare:
        name = f"CAST({name} AS DATE)"
    return OPERATORS[each.operator].sql.format(name)


def found(run: Run, question: Asked) -> Found:
    """One page of those who are asked for; looked for again where somebody was forgotten meanwhile."""
    told, now = _found(run, question), at(run.folder)
    return told if now.made == run.made else found(now, question)


def _found(run: Run, question: Asked) -> Found:
    condition, values = where(question, run.columns)
    if question.page == 1 and condition and _total(run, "", ()) <= FEW:
        return _first(run, question, condition, values)
    total = _total(run, condition, tuple(values))
    pages = max(1, -(-total // ROWS))
    page = min(question.page, pages)
    return Found(_rows(run, question, condition, values, total, page) if total else [], total, page, pages)


def _first(run: Run, question: Asked, condition: str, values: list[Any]) -> Found:
    """The first page, and how many there are, at once."""
    key, way = quoted(question.sort), "DESC" if question.falling else "ASC"
    order = f"{key} {way} NULLS LAST, file_row_number" if question.sort != ID else f"file_row_number {way}"
    query = f"SELECT {_chosen(question)}, count(*) OVER () AS {quoted(OF_ALL)} FROM {_numbered(run)}{condition}"
    rows = run.rows(f"{query} ORDER BY {order} LIMIT {ROWS}", values)
    total = rows[0][OF_ALL] if rows else 0
    return Found(rows, total, 1, max(1, -(-total // ROWS)))


def _chosen(question: Asked) -> str:
    return ", ".join(map(quoted, dict.fromkeys((ID, "segment", *question.shown))))


def _rows(run: Run, question: Asked, condition: str, values: list[Any], total: int, page: int) -> list[dict[str, Any]]:
    """The rows of a page; those nearer to the end are looked for from there."""
    start = (page - 1) * ROWS
    count = min(ROWS, total - start)
    back = start > total / 2
    least = total - start - count if back else start
    falls = question.falling != back
    key, way = quoted(question.sort), "DESC" if falls else "ASC"
    nulls = "FIRST" if back else "LAST"  # customers without a value always come last
    tie = "DESC" if (falls if question.sort == ID else back) else "ASC"
    order = f"ORDER BY {f'{key} {way} NULLS {nulls}, ' if question.sort != ID else ''}file_row_number {tie}"
    limit = f"LIMIT {count} OFFSET {least}"
    if not condition and question.sort == ID:  # the table lies in this order
        first = total - least - count if falls else least
        condition, limit = f" WHERE file_row_number BETWEEN {first} AND {first + count - 1}", ""
    elif total > FEW and (least or question.sort != ID):  # or all that are passed over would be read in full
        condition = (
            f" WHERE file_row_number IN (SELECT file_row_number FROM {_numbered(run)}{condition} {order} {limit})"
        )
        limit = ""
    query = f"SELECT {_chosen(question)} FROM {_numbered(run)}{condition} {order} {limit}"
    rows = run.rows(query, values)
    return rows[::-1] if back else rows


def _numbered(run: Run) -> str:
    return f"{run.customers[:-1]}, file_row_number=true)"


@lru_cache(maxsize=256)
def _total(run: Run, condition: str, values: tuple[Any, ...]) -> int:
    return run.rows(f"SELECT count(*) AS total FROM {run.customers}{condition}", values)[0]["total"]

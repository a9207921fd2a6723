"""What an answer of a web API holds: its records, laid flat, and whether it says that there is more."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from customer_segments.base import words
from customer_segments.base.errors import StudyError

MISSING = object()
RECORDS = "source.records"  # the setting that says where the records stand
NEXT = {
    *("next", "nextpage", "nextlink", "nexturl", "nexthref", "nextcursor", "nexttoken", "nextpagetoken"),
    *("odatanextlink", "hasmore", "hasnext", "hasnextpage", "more"),
}
TOTALS = {"count", "odatacount", "totalcount", "totalrecords", "totalresults", "totalitems"}


def at(answer: Any, path: str) -> Any:
    """What stands at `meta.next`, or under a key that is called just so, dots and all; else MISSING."""
    if isinstance(answer, dict):
        if path in answer:
            return answer[path]
        key, _, rest = path.partition(".")
        if rest and key in answer:
            return at(answer[key], rest)
    return MISSING


def records_of(answer: Any, path: str | None, where: str) -> tuple[list[dict[str, Any]], str | None]:
    """The records of one page, laid flat, and the path at which they were found."""
    if path is None:
        path = _path_of_records(answer, where)
    found = answer if path is None or path == "" else at(answer, path)
    if not isinstance(found, list):
        wanted = f"no list at `{path}`" if path else "no list of records"
        raise StudyError(f"{where} holds {wanted}: say where it stands.", RECORDS)
    for position, record in enumerate(found, start=1):
        if not isinstance(record, dict):
            raise StudyError(
                f"{where}: record {position} is not an object with named fields: name another list.", RECORDS
            )
    try:
        return [_flat(record, f"{where}, record {position}") for position, record in enumerate(found, 1)], path
    except RecursionError:
        raise StudyError(f"{where} holds records nested too deeply to read: ask for flatter ones.") from None


def _path_of_records(answer: Any, where: str) -> str | None:
    """Where the only list of objects stands; None where there are only empty lists, "" for the answer itself."""
    if isinstance(answer, list):
        return ""
    lists = dict(_lists(answer))
    of_objects = [path for path, items in lists.items() if any(isinstance(item, dict) for item in items)]
    candidates = of_objects or [path for path, items in lists.items() if items] or list(lists)
    if not candidates:
        raise StudyError(f"{where} holds no list of records: correct the address, or say where it stands.", RECORDS)
    if len(candidates) > 1:
        named = words.listed((f"`{path}`" for path in candidates), "or")
        raise StudyError(f"{where} holds several lists: say which one is meant, {named}.", RECORDS)
    return candidates[0]


def _lists(answer: Any, prefix: str = "") -> Iterator[tuple[str, list[Any]]]:
    """Every list that stands in the answer outside of other lists, with its path."""
    for key, value in answer.items() if isinstance(answer, dict) else ():
        if isinstance(value, list):
            yield f"{prefix}{key}", value
        yield from _lists(value, f"{prefix}{key}.")


def _flat(record: dict[str, Any], where: str, prefix: str = "") -> dict[str, Any]:
    """Nested objects as `customer.id`, lists as JSON text."""
    flat: dict[str, Any] = {}
    for key, value in record.items():
        inner = {f"{prefix}{key}": value}
        if isinstance(value, dict):
            inner = _flat(value, where, f"{prefix}{key}.")
        elif isinstance(value, list):
            inner = {f"{prefix}{key}": json.dumps(value, ensure_ascii=False)}
        if twice := flat.keys() & inner.keys():
            raise StudyError(f"{where} has two fields that would both be called `{min(twice)}`: rename one of them.")
        flat |= inner
    return flat


def tells_of_more(answer: Any) -> bool | None:
    """Whether the answer says that more pages follow; None where it says nothing."""
    told = [value for key, value in _values(answer) if key in NEXT]
    return any(bool(value) for value in told) if told else None


def stated_total(answer: Any) -> int | None:
    """How many records there are in all, as the answer states it."""
    totals = [value for key, value in _values(answer) if key in TOTALS and type(value) is int]
    return max(totals, default=None)


def _values(answer: Any) -> Iterator[tuple[str, Any]]:
    """Every named value outside of lists, its name in small letters only."""
    for key, value in answer.items() if isinstance(answer, dict) else ():
        yield re.sub(r"[^a-z]", "", key.lower()), value
        yield from _values(value)

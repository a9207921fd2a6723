"""JSON, in a file or from a web API: where its records stand; nested fields are named with dots."""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from math import inf
from pathlib import Path
from typing import Any

from customer_segments.base import words
from customer_segments.base.errors import StudyError
from customer_segments.base.params import Format
from customer_segments.sources import encoding
from customer_segments.sources.part import MOST_COLUMNS, Cells, Part, named, part_of_rows

EPOCH = datetime(1970, 1, 1)
LARGEST = 1 << 28  # bytes of one JSON text, which has to be held as a whole; JSON Lines may be larger
LONGEST_LINE = 1 << 26  # signs
MOST_VALUES = 8_000_000  # of one JSON text; each takes far more memory than its signs
DEEPEST = 20
FIRST = 100_000  # records; one of them has a field
MORE, MISSING = object(), object()
RECORDS = "source.records"  # the setting that says where a web API's records stand
# Numbers stay the text that they were: ids and amounts keep every digit.
_AS_TEXT = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
ENDS = ("\n", "", "\r\n")  # of a line
_MOMENT = re.compile(r"/Date\((-?\d{1,13})(?:[+-]\d{4})?\)/")  # milliseconds since 1970, as .NET once wrote them
_HALVES = re.compile("[\ud800-\udfff]")  # halves of signs, which JSON can hold and no other text


def read(path: Path, name: str, given: Format, scratch: Path) -> Part:
    """The records of a file, which is a list of them, an object that holds one, or one record a line, as rows of text.

    Keys that a record lacks are empty cells.
    """
    path, scanned = encoding.in_utf8(path, name, given.encoding, scratch)
    whole = Path(name).suffix.lower() == ".json"
    loaded = _loaded(path, name) if whole else None
    facts = {"encoding": scanned.encoding}

    def rows(keys: dict[str, None]) -> Iterator[Cells]:
        for record in _records(path, name, loaded):
            if not record.keys() <= keys.keys():
                raise _AnotherFieldError
            yield [_text(record.get(key)) for key in keys]

    def part(records: Iterable[dict[str, Any]]) -> Part:
        keys = _fields_of(records, name)
        return part_of_rows(name, named(list(keys), name), rows(keys), scanned.sha256, facts, scratch)

    # So that a large file need not be held, it is read once more where a field comes up for the first time far down.
    try:
        return part(islice(_records(path, name, loaded), FIRST))
    except _AnotherFieldError:
        return part(_records(path, name, loaded))


class _AnotherFieldError(Exception):
    """A record has a field that none of the first have."""


def _fields_of(records: Iterable[dict[str, Any]], name: str) -> dict[str, None]:
    keys: dict[str, None] = {}
    for record in records:
        if not record.keys() <= keys.keys():
            keys.update(dict.fromkeys(record))
            if len(keys) > MOST_COLUMNS:
                break  # `named` refuses them
    if not keys:
        raise StudyError(f"{name} holds no records with fields: export it again with its data.")
    return keys


def _loaded(path: Path, name: str) -> list[Any] | None:
    """The list of records in a JSON text; none where each line is a record after all."""
    if path.stat().st_size > LARGEST:
        raise StudyError(f"{name} is larger than one JSON text may be here (256 MB): export it as JSON Lines (.jsonl).")
    content = _parsed(path.read_text(encoding="utf-8-sig"), name)
    return None if content is MORE else _list_in(content, name)


def _list_in(content: Any, name: str) -> list[Any]:
    """The content itself if it is a list, or the one list of records within it, or the one record that it is."""
    if isinstance(content, list):
        return content
    if isinstance(content, dict) and content:
        lists = [value for value in content.values() if isinstance(value, list) and value]
        if len(lists) < 2:
            return lists[0] if lists else [content]
    raise StudyError(f"{name} holds no list of records: export it as a list with one object for each row.")


def _records(path: Path, name: str, loaded: list[Any] | None) -> Iterator[dict[str, Any]]:
    """Each record, laid flat."""
    for number, record in enumerate(_lines(path, name) if loaded is None else loaded, 1):
        if not isinstance(record, dict):
            raise StudyError(
                f"{name}, record {number:,}, is no object with named fields: export one object for each row."
            )
        yield _laid_flat(record, name, number) if dict in map(type, record.values()) else record


def _lines(path: Path, name: str) -> Iterator[Any]:
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(iter(partial(file.readline, LONGEST_LINE + 1), ""), 1):
            if len(line) > LONGEST_LINE:
                raise StudyError(f"{name}, line {number:,}, is longer than a record can be: export one in each line.")
            record = _only(line)
            if record is not MISSING:
                yield record
            elif line.strip():
                yield _parsed(line, name, number)


def _only(line: str) -> Any:
    """What the line holds, if that is all that there is to say of it; else MISSING."""
    if len(line) > MOST_VALUES:
        return MISSING
    try:
        record, end = _AS_TEXT.scan_once(line, 0)
    except (StopIteration, ValueError, RecursionError):
        return MISSING
    return record if line[end:] in ENDS else MISSING


def too_many(text: str | bytes) -> bool:
    """Whether a JSON text may hold more values than fit into memory; signs within texts are counted, too."""
    signs = b"{[," if isinstance(text, bytes) else "{[,"
    most = sum(text.count(signs[place : place + 1]) for place in range(len(signs))) if len(text) > MOST_VALUES else 0
    return most > MOST_VALUES


def _parsed(text: str, name: str, line: int | None = None) -> Any:
    """What one line says, or the whole of a file; MORE where other records follow the first."""
    if too_many(text):
        # As lines they need not be held at once; only their first is looked at here.
        if line is None and _is_a_record(text[: text.find("\n")]):
            return MORE
        raise StudyError(f"{name} holds more values than fit into memory at once: export it as JSON Lines (.jsonl).")
    try:
        return _AS_TEXT.decode(text)
    except json.JSONDecodeError as error:
        if line is None and error.msg == "Extra data" and text[: error.pos].strip().startswith("{"):
            return MORE
        where = f" in line {line or error.lineno:,}"
        raise StudyError(f"{name} is not whole JSON{where} ({error.msg}): export it again.") from None
    except RecursionError:
        raise StudyError(f"{name} is nested too deeply to be a table: export one flat record for each row.") from None


def _is_a_record(line: str) -> bool:
    try:
        return len(line) <= LONGEST_LINE and isinstance(json.loads(line, parse_int=str, parse_float=str), dict)
    except (ValueError, RecursionError):
        return False


def field(record: dict[str, Any], path: str) -> str | None:
    """What stands in a record's field, or in that of an object within it (`outer.inner`), as text."""
    return _text(dict(_fields(record)).get(path))


def _laid_flat(record: dict[str, Any], name: str, number: int) -> dict[str, Any]:
    """Its fields; those of nested objects are called `outer.inner`."""
    try:
        return dict(_fields(record, DEEPEST))
    except RecursionError:
        raise StudyError(
            f"{name}, record {number:,}, is nested too deeply to be a table: export one flat record for each row."
        ) from None


def _fields(record: dict[str, Any], deepest: float = inf, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every value that is no object itself, with its path."""
    if deepest < 0:
        raise RecursionError
    for key, value in record.items():
        if isinstance(value, dict):
            yield from _fields(value, deepest - 1, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _text(value: Any) -> str | None:
    """A cell; lists stay JSON."""
    if value is None:
        return None
    if isinstance(value, str):
        if value.startswith("/Date(") and (found := _MOMENT.fullmatch(value)):
            return str(EPOCH + timedelta(milliseconds=int(found[1])))
        return (value if value.isascii() else _HALVES.sub("\ufffd", value)).strip() or None
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)


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
        return [_distinct(record, f"{where}, record {position}") for position, record in enumerate(found, 1)], path
    except RecursionError:
        raise StudyError(f"{where} holds records nested too deeply to read: ask for flatter ones.") from None


def _distinct(record: dict[str, Any], where: str) -> dict[str, Any]:
    """A record's fields as they are, lists as JSON text; no two may come to the same name."""
    fields: dict[str, Any] = {}
    for name, value in _fields(record):
        if name in fields:
            raise StudyError(f"{where} has two fields that would both be called `{name}`: rename one of them.")
        fields[name] = json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value
    return fields


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
        places = words.listed((f"`{path}`" for path in candidates), "or")
        raise StudyError(f"{where} holds several lists: say which one is meant, {places}.", RECORDS)
    return candidates[0]


def _lists(answer: Any, prefix: str = "") -> Iterator[tuple[str, list[Any]]]:
    """Every list that stands in the answer outside of other lists, with its path."""
    for key, value in answer.items() if isinstance(answer, dict) else ():
        if isinstance(value, list):
            yield f"{prefix}{key}", value
        yield from _lists(value, f"{prefix}{key}.")

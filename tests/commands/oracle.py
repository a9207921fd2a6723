"""An independent search for an id: every file, unpacked, in all encodings; it shares nothing with `forget`."""

from __future__ import annotations

import csv
import gzip
import html
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp1252")
MEMORY = duckdb.connect()
UNREADABLE = "\0unreadable"  # nobody can say what is in it
IDS = ("customer_id", "CustomerID", "who")


def found(customer: str, *folders: Path) -> list[str]:
    """The files that hold the id: as a cell of a column of ids, or, where it cannot mean anything else, anywhere."""
    short = len(customer) < 4 or customer.lstrip("+-").replace(".", "").isdigit()
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return sorted({path.name for path in files if any(_holds(text, customer, short) for text in _texts(path))})


def _holds(text: tuple[bool, str], customer: str, short: bool) -> bool:
    is_id, content = text
    if content == UNREADABLE or (is_id and _same(content) == customer):
        return True
    alone = rf"(?<![0-9A-Za-z]){re.escape(customer)}(?![0-9A-Za-z])"
    return not short and any(re.search(alone, each) for each in {content, _plain(content)})


def _same(cell: str) -> str:
    bare = _plain(cell).strip().removeprefix("'")
    return re.sub(r"^(\d+)\.0$", r"\1", bare)


def _plain(text: str) -> str:
    """Without escapes, in one normal form."""
    for _ in range(2):
        text = html.unescape(text)
    text = re.sub(r"\\+u([0-9a-fA-F]{4})", lambda unit: chr(int(unit[1], 16)), text)
    return unicodedata.normalize("NFC", text).replace('\\"', '"').replace('""', '"').replace("\\n", "\n")


def _texts(path: Path) -> Iterator[tuple[bool, str]]:
    """Pieces of text, and whether they stand in a column of ids."""
    yield from _of(path.read_bytes(), path)


def _of(content: bytes, path: Path) -> Iterator[tuple[bool, str]]:
    if content[:2] == b"\x1f\x8b":
        yield from _of(gzip.decompress(content), path)
    elif content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                for is_id, text in _of(archive.read(name), path):
                    yield is_id, text
                    yield from ((True, cell) for cell in re.findall(r'r="A\d+".*?<(?:t|v)[^>]*>([^<]*)<', text))
    elif content[:4] == b"PAR1":
        with MEMORY.cursor() as connection:
            name = str(path).replace("'", "''")
            try:
                rows = connection.execute(f"SELECT * FROM read_parquet('{name}', hive_partitioning = false)")
            except duckdb.Error:
                yield False, UNREADABLE
                return
            names = [each for each, *_ in rows.description]
            for row in rows.fetchall():
                yield from ((name in IDS, str(cell)) for name, cell in zip(names, row, strict=True))
    else:
        for encoding in ENCODINGS:
            yield False, content.decode(encoding, "replace")
        text = content.decode("utf-8", "replace")
        yield from _cells(text)
        yield from _values(text)


def _cells(text: str) -> Iterator[tuple[bool, str]]:
    for sign in ",;\t":
        rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=sign))
        head = rows[0] if rows else []
        for row in rows[1:]:
            fits = len(row) == len(head)
            for place, cell in enumerate(row):
                yield (head[place] in IDS if fits else bool(set(head) & set(IDS))), cell


def _values(text: str) -> Iterator[tuple[bool, str]]:
    for piece in (text, *text.splitlines()):
        try:
            waiting = [(None, json.loads(piece))]
        except ValueError:
            continue
        while waiting:
            name, value = waiting.pop()
            if isinstance(value, dict):
                waiting += value.items()
                yield from ((False, each) for each in value)
            elif isinstance(value, list):
                waiting += [(name, each) for each in value]
            else:
                yield name in IDS, str(value)

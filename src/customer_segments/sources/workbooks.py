"""Workbooks of Excel and LibreOffice: one sheet, its first filled row as the header."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator, Iterable, Iterator
from importlib.util import find_spec
from itertools import chain, islice
from pathlib import Path
from typing import Any

from customer_segments.base import words
from customer_segments.base.errors import StudyError
from customer_segments.base.params import Format
from customer_segments.sources import columns, headers, sheets
from customer_segments.sources.part import (
    FORMATS,
    BrokenRow,
    Cells,
    Part,
    SeveralSheetsError,
    filled_columns,
    part_of_rows,
    sha256,
)

LOOKED_AT = 1_000  # rows in which columns without a name are looked for
MEMORY_BYTES = 2_000 << 20
SECONDS, SECONDS_PER_MEGABYTE = 10, 2  # of processor time; a healthy megabyte takes a quarter of one
SAVE = "save it again as .xlsx without a password, or as CSV"
TOO_LONG = f"of more than {sheets.LONGEST_CELL:,} signs"
PROBLEMS = {
    "locked": f"is locked with a password: {SAVE}.",
    "damaged": f"is damaged, or no workbook at all: {SAVE}.",
    "memory": "asks for more memory than its rows can need: save its table alone as CSV.",
    "time": "takes longer to read than its rows can need: save its table alone as CSV.",
    "long": f"holds more than {sheets.MOST_SIGNS:,} signs of text: save its table alone as CSV.",
    "far": "has something in cell {cell}, far beyond any table: delete it, or save the table alone as CSV.",
}


def read(path: Path, name: str, given: Format, scratch: Path) -> Part:
    """The sheet named by hand, or the only one that holds anything."""
    told = _told(path, name, given.sheet)
    try:
        sheet = _sheet(next(told), name, given.sheet)
        rows = chain.from_iterable(told)
        header, first = next(rows, None), list(islice(rows, LOOKED_AT))
        if header is None:
            raise StudyError(f"{name}, sheet {sheet!r}, is empty: name another as `sheet`.", setting=FORMATS)
        if isinstance(header, str):
            raise StudyError(f"{name} has a header {TOO_LONG}: write one name above each column.")
        texts = [[cell or "" for cell in row] for row in (header, *first) if not isinstance(row, str)]
        skipped = headers.above(texts) if len(texts) > len(first) else 0
        header = filled_columns(texts[skipped], texts[skipped + 1 :], name)
        filled = _rows(chain(first[skipped:], rows), len(header))
        facts = {"sheet": sheet} | ({"above": words.counted(skipped, "line")} if skipped else {})
        return part_of_rows(name, header, filled, sha256(path), facts, scratch)
    finally:
        told.close()


def _told(path: Path, name: str, wanted: str | None) -> Generator[Any, None, None]:
    """What a process of its own tells of the workbook: its sheets, then the rows of one of them, many at once."""
    most = SECONDS + SECONDS_PER_MEGABYTE * (path.stat().st_size >> 20)
    library = Path(find_spec("python_calamine").origin).parents[1]
    arguments = (path, json.dumps(wanted), library, MEMORY_BYTES, most, os.getpid())
    command = [sys.executable, "-I", "-S", "-X", "utf8", sheets.__file__, *map(str, arguments)]
    quiet, nothing = subprocess.DEVNULL, {} if os.name == "posix" else None  # no secret comes along
    with subprocess.Popen(command, stdin=quiet, stdout=subprocess.PIPE, stderr=quiet, env=nothing) as process:
        try:
            for line in process.stdout:
                if not line.endswith(b"\n"):
                    break  # the process was ended while it wrote
                content = json.loads(line)
                if content == sheets.ALL:
                    return
                if isinstance(content, dict) and "problem" in content:
                    raise StudyError(f"{name} {PROBLEMS[content['problem']].format(**content)}")
                yield content
            ended = process.wait()
        finally:
            process.kill()
    problem = {-signal.SIGXCPU: "time", -signal.SIGSEGV: "damaged"}.get(ended, "memory")
    raise StudyError(f"{name} {PROBLEMS[problem]}")


def _sheet(told: dict[str, list[str]], name: str, wanted: str | None) -> str:
    """The one sheet whose rows follow."""
    if not told["sheets"] and wanted is not None:
        has = columns.shortened(told["names"])
        raise StudyError(f"{name} has no sheet {wanted!r}; it has {has}: correct `sheet`.", setting=FORMATS)
    if len(told["sheets"]) != 1:
        raise SeveralSheetsError(name, told["sheets"], columns.shortened(told["sheets"]) or "none that is visible")
    return told["sheets"][0]


def _rows(rows: Iterable[Cells | str], width: int) -> Iterator[Cells | BrokenRow]:
    """Rows of text, as wide as the header."""
    for row in rows:
        if isinstance(row, str):
            yield BrokenRow(f"it has a cell {TOO_LONG}", row)
        elif any(row[width:]):
            yield BrokenRow(
                f"it has a value beyond the header's {width:,} columns", json.dumps(row, ensure_ascii=False)
            )
        else:
            yield row if len(row) == width else row[:width] + [None] * (width - len(row))

"""Delimited rows one by one: what cannot be split into the header's cells is put aside with its reason."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from customer_segments.base import words
from customer_segments.sources.part import BLANKS
from customer_segments.sources.rows import Cells, Unusable

LONGEST_CELL = 100_000  # signs; what is longer is no value but a slip
MOST_LINES = 100  # of one row; a quote that does not close within them is a slip
OPEN_QUOTE = "a quote opens in it and does not close"


class _Lines:
    """The lines of a file, which can be put back: where a quote does not close, only its line is lost."""

    def __init__(self, file: io.TextIOBase) -> None:
        self.file, self.waiting, self.taken = file, deque(), []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.waiting.popleft() if self.waiting else self.file.readline()
        if not line or len(self.taken) >= MOST_LINES:
            self.waiting.extendleft([line] if line else [])
            raise StopIteration
        self.taken.append(line)
        return line

    def put_back_all_but_the_first(self) -> None:
        self.waiting.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]


def rows(path: Path, lines_before: int, delimiter: str, width: int) -> Iterator[Cells | Unusable]:
    """Each row below the header, as cells or as unusable; blank lines are no rows."""
    csv.field_size_limit(1 << 30)
    with path.open(encoding="utf-8-sig", newline="") as file:
        for _ in range(lines_before):
            file.readline()
        lines = _Lines(file)
        while (row := next(csv.reader(lines, delimiter=delimiter), None)) is not None or lines.taken:
            problem = _problem(row or [], lines.taken, delimiter, width)
            if problem and len(lines.taken) > 1:
                lines.put_back_all_but_the_first()
                problem = OPEN_QUOTE
            text = "".join(lines.taken)
            lines.taken.clear()
            if text.strip(BLANKS):
                yield Unusable(f"{problem}", text) if problem else cells(row or [], width)


def cells(row: list[str], width: int) -> Cells:
    """A row's cells without blanks around them; empty ones are missing."""
    return [text.strip(BLANKS) or None for text in row[:width]]


def _problem(row: list[str], lines: list[str], delimiter: str, width: int) -> str | None:
    """Why a row cannot be used as it is; cells beyond the header's that are empty do no harm."""
    if sum(line.count('"') for line in lines) % 2 and _opens_a_quote(lines, delimiter):
        return OPEN_QUOTE
    if row and max(map(len, row)) > LONGEST_CELL:
        return f"it has a cell of more than {LONGEST_CELL:,} signs"
    if len(row) < width or any(text.strip(BLANKS) for text in row[width:]):
        return f"it has {words.counted(len(row), 'cell')}, and the header has {width:,}"
    return None


def _opens_a_quote(lines: list[str], delimiter: str) -> bool:
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "end of data" in str(error)
    return False

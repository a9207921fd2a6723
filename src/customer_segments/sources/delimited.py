"""CSV and its kin: DuckDB reads the rows quickly where all have the header's cells; else they are read one by one."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from customer_segments.base import words
from customer_segments.base.engine import exactly
from customer_segments.base.errors import StudyError
from customer_segments.sources import encoding, headers, part, spaced
from customer_segments.sources.part import BLANKS, FORMATS, BrokenRow, Cells, Part, cell, literal

if TYPE_CHECKING:
    from customer_segments.base.params import Format

NO_HEADER = "none"
USUAL = 0.5  # of the rows that are as wide as the first, or it is none of theirs
JUDGED = 50  # rows by which the first line is known for a header
LONGEST_CELL = 100_000  # signs; what is longer is no value but a slip
MOST_LINES = 100  # of one row; a quote that does not close within them is a slip
OPEN_QUOTE = "a quote opens in it and does not close"
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", "~": "tilde"}
HEAD = 1 << 16  # signs looked at to find delimiter and header
Query = Callable[[str, list[str]], str]  # of a source and cells
PLACES, PLACE = 40, 1 << 12  # places all over the file from which the sample comes, and signs read at each


@dataclass(frozen=True)
class Layout:
    """Where the header of a delimited file ends, and what stands between its cells."""

    delimiter: str
    header: tuple[str, ...]
    lines_before: int  # the header's last line, counted from 1
    header_lines: int
    above: int = 0  # titles and comments


def read(path: Path, name: str, given: Format, scratch: Path) -> Part:
    """The file as a part that DuckDB reads quickly, and that can be reread row by row."""
    path, scanned = encoding.in_utf8(path, name, given.encoding, scratch)
    return _part(path, name, given, scratch, scanned)


def glanced(path: Path, given: Format, scratch: Path) -> Part | None:
    """A file of which only a sample was read, if that is UTF-8; without numbers of rows and fingerprint."""
    try:
        found = _part(path, path.name, given, scratch, encoding.UNREAD, part.unnumbered)
    except UnicodeDecodeError:
        return None
    return None if any(encoding.REPLACED in text for cells in found.sample for text in cells if text) else found


def _part(
    path: Path, name: str, given: Format, scratch: Path, scanned: encoding.Scan, as_query: Query = part.numbered
) -> Part:
    path, layout = _laid_out(path, name, given, scratch)
    sampled = _sampled(path, layout)
    columns = part.filled_columns(layout.header, sampled, name)
    facts = {"encoding": scanned.encoding, "delimiter": DELIMITERS.get(layout.delimiter, layout.delimiter)}
    facts |= {} if layout.header_lines else {"header": NO_HEADER}
    facts |= {"above": words.counted(layout.above, "line")} if layout.above else {}

    def reread() -> Part:
        rows = row_by_row(path, layout.lines_before, layout.delimiter, len(columns))
        return part.part_of_rows(name, columns, rows, scanned.sha256, facts, scratch)

    sample = [cells(row, len(columns)) for row in sampled if len(row) >= len(columns)]
    # DuckDB counts the header's lines otherwise where a name spans several, and drops a last line beyond its buffer;
    # and without a sample nothing is known.
    if layout.header_lines > 1 or not sample or scanned.endless:
        return reread()
    query = as_query(_source(path, layout, len(columns)), [cell(place) for place in range(len(columns))])
    quick = Part(name, columns, query, part.text_sample(sample, len(columns)), scanned.sha256, facts, scanned.blanks)
    return replace(quick, reread=reread)


def _source(path: Path, layout: Layout, width: int) -> str:
    """DuckDB's reader, set so strictly that it refuses a row that it would have to guess at."""
    kinds = ", ".join(f"'{cell(place)}': 'VARCHAR'" for place in range(width))
    return (
        f"read_csv({literal(exactly(path))}, hive_partitioning = false, auto_detect = false, header = false, "
        f"skip = {layout.lines_before}, "
        f"columns = {{{kinds}}}, delim = {literal(layout.delimiter)}, quote = '\"', escape = '\"', "
        "null_padding = false, strict_mode = true)"
    )


def _laid_out(path: Path, name: str, given: Format, scratch: Path) -> tuple[Path, Layout]:
    """The file's layout; where blanks alone stand between its cells, that of a copy with tabs between them."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        head = file.read(HEAD)
    if given.delimiter is None and not any(sign in head for sign in DELIMITERS):
        lines = head.splitlines()
        cut = spaced.with_tabs(path, lines if len(head) < HEAD else lines[:-1], scratch)
        if cut is not None:
            return cut, _layout(cut.read_text(encoding="utf-8")[:HEAD], name, spaced.DELIMITER, given.header)
    return path, _layout(head, name, given.delimiter, given.header)


def _layout(head: str, name: str, delimiter: str | None, header: bool | None) -> Layout:
    if not head.strip("\ufeff \t\r\n,;|"):
        raise StudyError(f"{name} is empty: export it again with its data.")
    hint = re.match(r"sep=(.)\r?\n", head)  # Excel's own word on the delimiter
    if delimiter and delimiter not in head:
        described = DELIMITERS.get(delimiter, repr(delimiter))
        raise StudyError(
            f"{name} has no {described} in its first lines: correct its `delimiter`, "
            "or take the setting out to have it found.",
            setting=FORMATS,
        )
    delimiter = delimiter or (hint[1] if hint else _delimiter(head, Path(name).suffix))
    rows = _first_rows(head, delimiter)
    rows = rows[1:] if hint and rows else rows
    skipped = 0 if header is False else headers.above([row for row, _, _ in rows])
    for row, before, lines in rows[skipped : skipped + 1]:
        others = [row for row, _, _ in rows[skipped + 1 :]]
        if header is False or (header is None and not headers.is_header(row, others)):
            return Layout(delimiter, tuple(f"column {n}" for n, _ in enumerate(row, 1)), before, 0)
        return Layout(delimiter, tuple(row), lines, lines - before, skipped)
    raise StudyError(f"{name} has no header line that could be read: export it again as CSV.")


def _first_rows(head: str, delimiter: str) -> list[tuple[list[str], int, int]]:
    """The first rows that hold anything, each with the number of the last line before it and of its own last."""
    records, before, rows = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter), 0, []
    try:
        for record in records:
            if "".join(record).strip():
                rows.append((record, before, records.line_num))
            before = records.line_num
            if len(rows) > JUDGED:
                break
    except csv.Error:
        pass
    return rows


def _delimiter(head: str, suffix: str) -> str:
    """The sign that cuts most lines into as many cells as the header, and into most cells."""
    whole = head if len(head) < HEAD else head[: head.rfind("\n") + 1] or head
    best, cut = "\t" if suffix in (".tsv", ".tab") else ",", (0.0, 0)
    for sign in DELIMITERS:
        try:
            rows = [row for row in csv.reader(io.StringIO(whole, newline=""), delimiter=sign) if row]
        except csv.Error:
            continue
        widths = Counter(map(len, rows))
        width = len(rows[0]) if rows else 0
        if rows and (width < 2 or widths[width] < USUAL * len(rows)):  # below a title, or a line of the format's own
            width = widths.most_common(1)[0][0]
        alike = widths[width] / len(rows) if width > 1 else 0.0
        # Rounded, so that a few ragged rows do not make a rarer sign the winner.
        if (score := (round(alike, 1), width)) > cut:
            best, cut = sign, score
    return best


def _sampled(path: Path, layout: Layout) -> list[list[str]]:
    """Rows from places all over the file; at each, the first and the last may be cut, so they do not count."""
    size, rows = path.stat().st_size, []
    few = size <= PLACES * PLACE  # so that all of it is read, and no row twice
    with path.open("rb") as file:
        for place in range(1 if few else PLACES):
            file.seek(size * place // PLACES)
            text = file.read(size if few else PLACE).decode("utf-8", errors="replace")
            whole = list(_leniently(text, layout.delimiter))
            first = layout.lines_before - layout.header_lines + bool(layout.header_lines) if place == 0 else 1
            rows += whole[first:] if file.tell() == size else whole[first:-1]
    return rows


def _leniently(text: str, delimiter: str) -> Iterator[list[str]]:
    """The rows in a piece of text that may begin anywhere."""
    try:
        yield from (row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row)
    except csv.Error:
        return


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


def row_by_row(path: Path, lines_before: int, delimiter: str, width: int) -> Iterator[Cells | BrokenRow]:
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
                yield BrokenRow(f"{problem}", text) if problem else cells(row or [], width)


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

"""Tables rewritten without some customers' rows; every other row stays as it was."""

import codecs
import csv
import gzip
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from customer_segments.base.errors import StudyError
from customer_segments.base.params import Format, Params, TablesSource
from customer_segments.commands.traces import BROKEN, FREE_TEXT, Wanted, column_of_ids, parquet_masks
from customer_segments.sources import files
from customer_segments.sources.delimited import DELIMITERS
from customer_segments.sources.part import Part
from customer_segments.sources.records import field

TEXTS, JSON, LINES, PARQUETS = (".csv", ".tsv", ".tab", ".txt"), (".json",), (".jsonl", ".ndjson"), (".parquet", ".pq")
CUT = (*TEXTS, *JSON, *LINES, *PARQUETS)
SIGNS = {word: sign for sign, word in DELIMITERS.items()}
MOST_LINES = 100  # of one cell; a quote that is never closed must not swallow the file
BYTES_KEPT = "latin-1"  # turns every byte into a sign and back, whatever the encoding


def ending(path: Path) -> str:
    """What a file's name ends in, beneath the packing."""
    return Path(path.stem).suffix.lower() if path.suffix.lower() == ".gz" else path.suffix.lower()


def read_as_table(path: Path, params: Params, scratch: Path) -> tuple[Part, str] | None:
    """The file as a table and its column of customers' ids; none where it is no such table."""
    source = params.source
    named = isinstance(source, TablesSource)
    formats = [source.formats.customers, source.formats.transactions] if named else []
    formats += [each.written for each in (*source.joined.customers, *source.joined.transactions)] if named else []
    given = [source.columns.customers, source.columns.transactions] if named else []
    for written in (*formats, Format()):
        try:
            part = files.read_one(path, written, scratch)
        except StudyError:
            continue
        for columns in given:
            if columns.get("customer_id") in part.columns:
                return part, columns["customer_id"]
        if column := column_of_ids(list(part.columns)):
            return part, column
    return None


def cut(path: Path, target: Path, wanted: Wanted, part: Part, column: str) -> int:
    """Write the table without the customers' rows; how many those were."""
    if ending(path) in PARQUETS:
        return cut_parquet(path, target, wanted, column)
    with _opened(path, "rb") as source, _opened(target, "wb", packed=path.suffix.lower() == ".gz") as file:
        if ending(path) in JSON:
            return _cut_json(source, file, wanted, column)
        if ending(path) in LINES:
            return _cut_lines(source, file, wanted, column)
        sign = SIGNS.get(part.facts.get("delimiter", ""), part.facts.get("delimiter", ","))
        return _cut_text(source, file, wanted, _Layout(sign, part.columns, column, _written(path, part)))


def cut_parquet(path: Path, target: Path, wanted: Wanted, column: str) -> int:
    """The same for Parquet, batch by batch."""
    dropped = 0
    with pq.ParquetWriter(target, pq.read_schema(path), compression="zstd") as writer:
        for batch, mask in parquet_masks(path, wanted, column):
            dropped += pc.sum(mask.cast(pa.int64())).as_py() or 0
            writer.write_batch(batch.filter(pc.invert(mask)))
    return dropped


@dataclass(frozen=True)
class _Layout:
    """How a delimited text is written."""

    sign: str
    columns: tuple[str, ...]
    column: str
    encoding: str

    @property
    def kept_as(self) -> str:
        """An encoding that gives every byte back: the text's own where a sign is more than its bytes."""
        return self.encoding if self.encoding.startswith(("utf-16-", "utf-32-")) else BYTES_KEPT

    def read(self, cell: str) -> str:
        return cell if self.kept_as == self.encoding else cell.encode(BYTES_KEPT).decode(self.encoding, "replace")


def _written(path: Path, part: Part) -> str:
    """The encoding that the part was read in; where a mark at the file's head told the order of bytes, that order."""
    encoding = part.facts.get("encoding", "utf-8")
    if encoding not in ("utf-16", "utf-32"):
        return encoding
    with _opened(path, "rb") as file:
        return f"{encoding}-{'be' if file.read(4).startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)) else 'le'}"


def _cut_text(source: IO[bytes], target: IO[bytes], wanted: Wanted, layout: _Layout) -> int:
    """Delimited text, record by record; a row that does not fit the header goes where any cell is the id."""
    columns, dropped = layout.columns, 0
    place = columns.index(layout.column)
    free = [columns.index(name) for name in FREE_TEXT if name in columns and set(columns) >= BROKEN]
    lines = io.TextIOWrapper(source, encoding=layout.kept_as, errors="surrogatepass", newline="")
    for record in _records(lines, layout.sign, len(columns)):
        row = [layout.read(cell) for cell in _row(record, layout.sign)]
        if _fits(row, len(columns)):
            theirs = wanted.has(row[place]) or any(wanted.named_in(row[each]) for each in free)
        else:
            theirs = any(map(wanted.has, row)) or wanted.certain.within(layout.read(record).encode(errors="replace"))
        if theirs:
            dropped += 1
        else:
            target.write(record.encode(layout.kept_as, "surrogatepass"))
    return dropped


def _records(lines: IO[str], sign: str, width: int) -> Iterator[str]:
    """The text's lines, those joined that a quoted cell spans; a stray quote joins nothing."""
    held: list[str] = []
    for line in lines:
        held.append(line)
        joined = "".join(held)
        if joined.count('"') % 2 and len(held) < MOST_LINES:
            continue
        yield from [joined] if len(held) == 1 or _fits(_row(joined, sign), width) else held
        held = []
    yield from held


def _row(record: str, sign: str) -> list[str]:
    try:
        rows = list(csv.reader([record], delimiter=sign))
    except csv.Error:
        rows = []
    return rows[0] if len(rows) == 1 else record.split(sign)


def _fits(row: list[str], width: int) -> bool:
    """Whether a row has the header's cells, and nothing beyond them."""
    return len(row) >= width and not any(row[width:])


def _cut_lines(source: IO[bytes], target: IO[bytes], wanted: Wanted, column: str) -> int:
    """JSON Lines; a line that is no JSON stays."""
    dropped = 0
    for line in source:
        if _is_theirs(_parsed(line), wanted, column):
            dropped += 1
        else:
            target.write(line)
    return dropped


def _cut_json(source: IO[bytes], target: IO[bytes], wanted: Wanted, column: str) -> int:
    if (content := _parsed(source.read())) is None:
        return 0
    kept, dropped = _without(content, wanted, column)
    target.write(f"{json.dumps(kept, ensure_ascii=False, indent=1)}\n".encode())
    return dropped


def _without(content: Any, wanted: Wanted, column: str) -> tuple[Any, int]:
    """The content without the customers' records, wherever its lists are."""
    if isinstance(content, dict):
        found = {key: _without(value, wanted, column) for key, value in content.items()}
        return {key: kept for key, (kept, _) in found.items()}, sum(dropped for _, dropped in found.values())
    if isinstance(content, list):
        stay = [each for each in content if not _is_theirs(each, wanted, column)]
        inner = [_without(each, wanted, column) for each in stay]
        return [kept for kept, _ in inner], len(content) - len(stay) + sum(dropped for _, dropped in inner)
    return content, 0


def _is_theirs(record: Any, wanted: Wanted, column: str) -> bool:
    if not isinstance(record, dict):
        return False
    return wanted.has(field(record, column))


def _parsed(line: bytes) -> Any:
    try:
        return json.loads(line.decode("utf-8-sig"))
    except ValueError:
        return None


def _opened(path: Path, mode: str, packed: bool | None = None) -> Any:
    if packed is None:
        packed = path.suffix.lower() == ".gz"
    if not packed:
        return path.open(mode)
    # Without name and time, so that packing again gives the same bytes.
    return gzip.open(path) if mode == "rb" else gzip.GzipFile(filename="", mode=mode, fileobj=path.open(mode), mtime=0)


def without_outputs(path: Path, target: Path, wanted: Wanted) -> int:
    """Write a notebook without the outputs that hold an id; in how many cells those were."""
    notebook = _parsed(path.read_bytes())
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    emptied = 0
    for cell in cells if isinstance(cells, list) else ():
        outputs = cell.get("outputs") if isinstance(cell, dict) else None
        if outputs and wanted.anywhere.within(json.dumps(outputs, ensure_ascii=False).encode(errors="surrogatepass")):
            cell.update(outputs=[], execution_count=None)
            emptied += 1
    target.write_text(f"{json.dumps(notebook, ensure_ascii=False, indent=1)}\n", encoding="utf-8")
    return emptied

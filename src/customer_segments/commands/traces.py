"""Where a customer's id stands: in tables read properly, in anything else by its bytes."""

import gzip
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from customer_segments.sources.columns import likely_table, recognise

LONG_ENOUGH = 5  # a shorter id is met by chance, as any other number, where no column says what it is
CHUNK = 1 << 22
PARQUET, GZIP, ZIP = b"PAR1", b"\x1f\x8b", b"PK\x03\x04"
FREE_TEXT = ("content", "unreadable")  # columns of ours that hold whole rows as they came
LIBRARY = b"plotly.js"  # at the head of a script that is made from no data, and full of numbers


@dataclass(frozen=True)
class Wanted:
    """The ids that are looked for."""

    ids: frozenset[str]

    @property
    def long(self) -> list[str]:
        return sorted(each for each in self.ids if len(each) >= LONG_ENOUGH)

    def bytes_pattern(self) -> re.Pattern[bytes] | None:
        """The longer ids where no letter or digit stands beside them, in UTF-8 and in the two bytes a sign of Excel."""
        if not self.long:
            return None
        plain = b"|".join(re.escape(each.encode()) for each in self.long)
        wide = b"|".join(re.escape(each.encode("utf-16-le")) for each in self.long)
        return re.compile(rb"(?<![0-9A-Za-z])(?:" + plain + rb")(?![0-9A-Za-z])|(?:" + wide + rb")")

    def text_pattern(self) -> str | None:
        """The same for text in a table."""
        if not self.long:
            return None
        return rf"(^|[^0-9A-Za-z])({'|'.join(map(re.escape, self.long))})($|[^0-9A-Za-z])"


def column_of_ids(names: list[str]) -> str | None:
    """The column that names the customer, as the study would recognise it."""
    found = recognise(likely_table(names), {name: [] for name in names}, {}, "the table")
    return next((match.theirs for match in found if match.ours == "customer_id"), None)


def holds(path: Path, wanted: Wanted) -> bool:
    """Whether a file holds one of the ids; files without a name, as in a cache, are known by their first bytes."""
    with path.open("rb") as file:
        head = file.read(200)
    if LIBRARY in head:
        return False
    if head[:4] == PARQUET:
        column = column_of_ids(pq.read_schema(path).names)
        return any(pc.any(mask).as_py() for _, mask in parquet_masks(path, wanted, column))
    try:
        if head[:2] == GZIP:
            with gzip.open(path) as file:
                return _in_bytes(file, wanted)
        if head[:4] == ZIP:
            return _in_archive(path, wanted)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile):
        pass  # no archive after all, or a broken one: its bytes are searched as they are
    with path.open("rb") as file:
        return _in_bytes(file, wanted)


def parquet_masks(path: Path, wanted: Wanted, column: str | None) -> Iterator[tuple[pa.RecordBatch, pa.BooleanArray]]:
    """The batches of a Parquet file, each with the rows that hold an id: in the column of ids, or in free text."""
    ids, pattern = pa.array(sorted(wanted.ids)), wanted.text_pattern()
    for batch in pq.ParquetFile(path).iter_batches():
        mask = pa.array([False] * len(batch))
        for name, cells in zip(batch.schema.names, batch.columns, strict=True):
            if name == column:
                mask = pc.or_(mask, pc.is_in(_as_ids(cells), ids))
            elif name in FREE_TEXT and pattern and pa.types.is_string(cells.type):
                mask = pc.or_(mask, pc.fill_null(pc.match_substring_regex(cells, pattern), False))
        yield batch, mask


def _as_ids(cells: pa.Array) -> pa.Array:
    """Ids as text: trimmed, and without the point that a column of numbers with gaps puts behind them."""
    text = pc.utf8_trim_whitespace(cells.cast(pa.string()))
    return pc.replace_substring_regex(text, r"\.0$", "") if pa.types.is_floating(cells.type) else text


def _in_bytes(file: IO[bytes], wanted: Wanted) -> bool:
    pattern = wanted.bytes_pattern()
    if pattern is None:
        return False
    overlap, before = 2 * max(map(len, wanted.long)) + 2, b""
    while chunk := file.read(CHUNK):
        if pattern.search(before + chunk):
            return True
        before = chunk[-overlap:]
    return False


def _in_archive(path: Path, wanted: Wanted) -> bool:
    """Whether any file within an archive holds an id, as a workbook's sheets do."""
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            with archive.open(member) as file:
                if _in_bytes(file, wanted):
                    return True
    return False


def files_below(folders: Iterable[Path]) -> list[Path]:
    """Every file in these folders."""
    return sorted(path for folder in folders for path in folder.rglob("*") if path.is_file() and not path.is_symlink())

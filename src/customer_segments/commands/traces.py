"""Where a customer's id stands: in tables read properly, in anything else by its bytes."""

import bz2
import gzip
import io
import lzma
import os
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from customer_segments.base.ids import key
from customer_segments.commands.spellings import CHUNK, Spellings
from customer_segments.sources.columns import recognise
from customer_segments.sources.forgotten import named_in
from customer_segments.sources.part import quoted
from customer_segments.sources.which_table import likely_table

LONG_ENOUGH = 5  # a shorter id is met by chance, as any other number, where no column says what it is
CHANCE = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)*")  # a number may mean anything wherever no column says what it is
PACKED: dict[bytes, Callable[[IO[bytes]], Any]] = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ": lzma.open}
PARQUET, ZIP, SQLITE, DUCKDB = b"PAR1", b"PK\x03\x04", b"SQLite format 3\0", b"DUCK"
DEEPEST = 4  # archives within archives
BROKEN = {"reason", "content"}  # what a table of ours with rows as they came has; a business's may have one of them
FREE_TEXT = ("content", "unreadable")
LIBRARY = re.compile(rb"/\*\*\s*\*? *plotly\.js v")  # a script that is made from no data, and full of numbers
DAMAGED = (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, NotImplementedError, RuntimeError)


@dataclass(frozen=True)
class Wanted:
    """The ids that are looked for."""

    ids: frozenset[str]

    @classmethod
    def of(cls, ids: Iterable[str]) -> "Wanted":
        return cls(frozenset(filter(None, map(key, ids))))

    @property
    def long(self) -> list[str]:
        return sorted(each for each in self.ids if len(each) >= LONG_ENOUGH - _is_odd(each))

    @cached_property
    def anywhere(self) -> Spellings:
        """Those that are looked for in any bytes."""
        return Spellings.of(self.long)

    @cached_property
    def certain(self) -> Spellings:
        """Those of them that mean the customer wherever they stand."""
        return Spellings.of(each for each in self.long if not CHANCE.fullmatch(each))

    @property
    def all_long(self) -> bool:
        return len(self.long) == len(self.ids)

    def has(self, cell: Any) -> bool:
        """Whether a cell of a column of ids holds one."""
        return cell is not None and key(cell if isinstance(cell, str) else _text(cell)) in self.ids

    def named_in(self, content: str | None) -> bool:
        """Whether a row as it came names one."""
        return bool(content) and (self.anywhere.within(raw(content)) or any(map(self.has, named_in(content))))


def raw(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


def _is_odd(each: str) -> bool:
    return not each.isalnum() and not CHANCE.fullmatch(each)


def _text(cell: Any) -> str:
    return cell.decode(errors="surrogateescape") if isinstance(cell, bytes) else str(cell)


def column_of_ids(names: list[str]) -> str | None:
    """The column that names the customer, as the study would recognise it."""
    found = recognise(likely_table(bare := {name: [] for name in names}), bare, {}, "the table")
    return next((match.theirs for match in found if match.ours == "customer_id"), None)


def holds(path: Path, wanted: Wanted, spelled: Spellings | None = None) -> bool:
    """Whether a file holds one of the ids; files without a name, as in a cache, are known by their first bytes."""
    with path.open("rb") as file:
        head = file.read(16)
        file.seek(0)
        tables = _tables(path, head) if head.startswith(SQLITE) or head[8:12] == DUCKDB else ()
        if any(_cells_hold(names, rows, wanted) for names, rows in tables):
            return True
        return _holds(file, wanted, spelled or wanted.anywhere, DEEPEST)


def _holds(file: IO[bytes], wanted: Wanted, spelled: Spellings, deepest: int) -> bool:
    """The same for what may stand in an archive."""
    head = file.read(200)
    file.seek(0)
    if LIBRARY.match(head):
        return False
    try:
        if head.startswith(PARQUET):
            return _parquet_holds(file, wanted)
        if deepest and (opened := next((PACKED[each] for each in PACKED if head.startswith(each)), None)):
            with opened(file) as inner:
                return _holds(io.BufferedReader(inner), wanted, spelled, deepest - 1)
        if deepest and head.startswith(ZIP):
            with zipfile.ZipFile(file) as archive:
                if spelled.within(raw("\n".join(archive.namelist()))):
                    return True
                for member in archive.infolist():
                    with archive.open(member) as inner:
                        if _holds(inner, wanted, spelled, deepest - 1):
                            return True
            return False
    except (*DAMAGED, pa.ArrowException):
        pass  # no archive after all, or a broken one: its bytes are searched as they are
    file.seek(0)
    return spelled.within_file(file)


def is_damaged(path: Path) -> bool:
    """Whether it is a packed or Parquet file that was not written to its end, so that nobody can search it."""
    with path.open("rb") as file:
        head = file.read(4)
        file.seek(0)
        try:
            if head == PARQUET:
                pq.ParquetFile(file)
            elif opened := next((PACKED[each] for each in PACKED if head.startswith(each)), None):
                with opened(file) as inner:
                    while inner.read(CHUNK):
                        pass
            elif head == ZIP:
                zipfile.ZipFile(file).close()
        except (*DAMAGED, pa.ArrowException):
            return True
    return False


def _tables(path: Path, head: bytes) -> Iterator[tuple[list[str], Iterator[tuple]]]:
    """The tables of a database in a file, with their rows; none where another program has it open."""
    try:
        if head.startswith(SQLITE):
            with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
                connection.text_factory = _text
                names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
                for name in names:
                    found = connection.execute(f"SELECT * FROM {quoted(name)}")
                    yield [each for each, *_ in found.description], found
        else:
            with duckdb.connect(str(path), read_only=True) as connection:
                for name in connection.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall():
                    found = connection.execute(f"SELECT * FROM {'.'.join(map(quoted, name))}")
                    yield [each for each, *_ in found.description], iter(found.fetchone, None)
    except (sqlite3.Error, duckdb.Error):
        return


def _cells_hold(names: list[str], rows: Iterator[tuple], wanted: Wanted) -> bool:
    column = column_of_ids(names)
    place = names.index(column) if column else None
    for row in rows:
        if place is not None and wanted.has(row[place]):
            return True
        if any(isinstance(cell, str) and wanted.certain.within(raw(cell)) for cell in row):
            return True
    return False


def _parquet_holds(file: IO[bytes], wanted: Wanted) -> bool:
    """In the column of ids or rows as they came, in text where it is certain, in names."""
    schema = pq.ParquetFile(file).schema_arrow
    told = [*schema.names, *map(_text, (schema.metadata or {}).values())]
    if wanted.certain.within(raw("\n".join(told))):
        return True
    file.seek(0)
    column = column_of_ids(schema.names)
    for batch, mask in parquet_masks(file, wanted, column):
        if pc.any(mask).as_py() or any(map(wanted.certain.within, _texts(batch))):
            return True
    return False


def _texts(batch: pa.RecordBatch) -> Iterator[bytes]:
    """The text in each column that is not of numbers or times, each once, with something between them."""
    for cells in batch.columns:
        kind = cells.type.value_type if pa.types.is_dictionary(cells.type) else cells.type
        if pa.types.is_primitive(kind):
            continue
        found = set(map(_text, cells.to_pylist() if pa.types.is_nested(kind) else pc.unique(cells).to_pylist()))
        yield raw("\n\0\n".join(found))


def parquet_masks(
    place: Path | IO[bytes], wanted: Wanted, column: str | None
) -> Iterator[tuple[pa.RecordBatch, pa.BooleanArray]]:
    """The batches of a Parquet file, and in each the rows that hold an id: as theirs, or in a row as it came."""
    for batch in pq.ParquetFile(place).iter_batches():
        mask = pa.array([False] * len(batch))
        free = FREE_TEXT if set(batch.schema.names) >= BROKEN else ()
        for name, cells in zip(batch.schema.names, batch.columns, strict=True):
            if name == column or name in free:
                found = pc.dictionary_encode(cells) if not pa.types.is_dictionary(cells.type) else cells
                test = wanted.has if name == column else wanted.named_in
                kept = pa.array([bool(test(each)) for each in found.dictionary.to_pylist()], pa.bool_())
                mask = pc.or_(mask, pc.fill_null(kept.take(found.indices), False))
        yield batch, mask


def files_below(folders: Iterable[Path], leave: Callable[[Path], bool] = lambda _: False) -> list[Path]:
    """Every file in these folders, also beyond links; what a link leads to within them is there anyway."""
    found, seen, roots = [], set(), [folder.resolve() for folder in folders]
    for root in roots:
        for place, inner, names in os.walk(root, followlinks=True):
            here = Path(place)
            inner[:] = [each for each in inner if not leave(here / each) and _unseen(here / each, seen)]
            found += [here / each for each in names if (here / each).is_file()]
    return sorted(each for each in found if not (each.is_symlink() and any(map(each.resolve().is_relative_to, roots))))


def _unseen(folder: Path, seen: set[Path]) -> bool:
    real = folder.resolve()
    return not (real in seen or seen.add(real))

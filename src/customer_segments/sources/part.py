"""One readable piece of a table: a file, or what a database or a web API sent, ready for DuckDB."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from customer_segments.base.contract import ROW
from customer_segments.base.engine import exactly
from customer_segments.base.errors import StudyError
from customer_segments.base.ids import BLANKS, RARE_BLANKS

FORMATS = "source.formats"  # the setting that says how a table is written
READ_ONCE = ".unpacked"  # what files end in that are thrown away at once, so that to pack them costs more than it saves
MOST_COLUMNS = 1_000
UNWRITABLE = re.compile("[\0\ud800-\udfff]")  # what neither SQL nor UTF-8 can hold, in a column's name
BATCH, BATCH_SIGNS = 20_000, 1 << 27  # rows that are held at once, at most
SAMPLED_OF_BATCH = 500
MOST_SAMPLED = 20_000
MOST_SAMPLED_CELLS = 400_000
LONGEST_SAMPLED = 1_000  # signs; what is longer is a text in any case
LONGEST_CONTENT = 100_000  # signs kept of a row that is broken
SHOWN_BROKEN = 3
MOST_BROKEN = 1_000_000  # rows, of a file in which they are the most

Cells = list[str | None]
Sample = list[Cells]  # by column


class SeveralSheetsError(StudyError):
    """A workbook has several sheets, and none is named."""

    def __init__(self, name: str, sheets: Sequence[str], told: str) -> None:
        self.told, self.sheets = f"{name} has several sheets ({told})", tuple(sheets)
        super().__init__(f"{self.told}: name one as `sheet`.", setting=FORMATS)


@dataclass(frozen=True)
class BrokenRow:
    """A row of the source that could not be split into the header's cells: why, and its text."""

    reason: str
    content: str
    row: int = 0  # within its part, counted from 1 below the header, once it has been counted


@dataclass(frozen=True)
class Meeting:
    """A further table whose columns the rows of a part got: by which key, and how many found their partner in it."""

    name: str
    by: dict[str, str]
    columns: tuple[str, ...]  # that came along, as they are called here
    rows: int  # of the further table
    lines: int  # that looked for a partner
    met: int
    without_key: int  # lines whose key is empty
    unmet: int  # lines whose key the further table does not have
    unused: int  # different rows of the further table that no line has asked for
    repeated: int  # rows of the further table that repeat another to the letter
    several: bool  # whether one of its rows holds for several lines, so that its money must not be added up
    broken: tuple[BrokenRow, ...]  # rows of the further table that could not be split into cells
    sha256: str

    def described(self) -> dict[str, Any]:
        """For `source.json`: the broken rows as their number, and why the first of them are."""
        why = [f"row {row.row:,}: {row.reason}" for row in self.broken[:SHOWN_BROKEN]]
        return vars(self) | {"broken": len(self.broken), "why_broken": why}


@dataclass(frozen=True)
class Part:
    """Rows in the source's order: `query` yields the row's number and then the cells `_c0`, `_c1`, …"""

    name: str  # what a person calls it, without folders or secrets
    columns: tuple[str, ...]  # what the source calls the cells
    query: str
    sample: Sample  # some of the cells as text, from all over the part
    fingerprint: str  # SHA-256 of what was read
    facts: dict[str, str] = field(default_factory=dict)  # what was found out about how it is written
    blanks: str = RARE_BLANKS  # which of these occur in it, as far as is known
    broken: tuple[BrokenRow, ...] = ()
    before: int = 0  # how many rows of the same table stand in other parts before it, once they have been counted
    reread: Callable[[], Part] | None = None  # reads row by row, for when the query meets rows that it cannot split
    joined: tuple[Meeting, ...] = ()

    @property
    def once(self) -> frozenset[str]:
        """Columns of further tables whose cells hold for several rows at once."""
        return frozenset(name for each in self.joined if each.several for name in each.columns)

    @property
    def broken_of_all(self) -> tuple[BrokenRow, ...]:
        """The broken rows, numbered through all parts of the table."""
        return tuple(replace(row, row=row.row + self.before) for row in self.broken)

    def filled(self) -> dict[str, list[str]]:
        """The filled cells of each column in the sample."""
        found = ([text.strip(BLANKS) for text in column if text] for column in self.sample)
        return {name: [text for text in texts if text] for name, texts in zip(self.columns, found, strict=True)}


def cell(position: int) -> str:
    """What a query calls a cell: the source's own names could collide with ours."""
    return f"_c{position}"


def text_sample(rows: list[Cells], width: int) -> Sample:
    """A sample from rows of text."""
    return [[row[place] for row in rows] for place in range(width)]


def quoted(name: str) -> str:
    """A name inside SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str | Path) -> str:
    """A text or a path inside SQL."""
    return "'" + str(text).replace("'", "''") + "'"


def parquet(path: Path) -> str:
    """The rows of a Parquet file inside SQL."""
    return f"read_parquet({literal(exactly(path))}, hive_partitioning = false)"


def saved(query: str, path: Path) -> str:
    """The SQL that writes a query's rows to a Parquet file."""
    packed = "uncompressed" if path.suffix == READ_ONCE else "zstd"
    return f"COPY ({query}) TO {literal(path)} (FORMAT parquet, COMPRESSION {packed})"


def sha256(path: Path) -> str:
    """A file's fingerprint."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def numbered(source: str, cells: list[str]) -> str:
    """A query over a DuckDB source that numbers its rows as they stand."""
    return f"SELECT row_number() OVER () AS {ROW}, {', '.join(cells)} FROM {source}"


def unnumbered(source: str, cells: list[str]) -> str:
    """The same without numbers, where the rows' order does not matter."""
    return f"SELECT {', '.join(cells)} FROM {source}"


def trimmed(cell: str, rare: str = RARE_BLANKS) -> str:
    """The SQL of a cell without the blanks around it; null where nothing is left."""
    # Looking at a cell's ends is far quicker than trimming it, and few cells need that.
    odd = [f"{cell} < '!'", *(f"suffix({cell}, '{sign}')" for sign in f"\r\n{rare}")]
    odd += [f"prefix({cell}, '{sign}')" for sign in rare]
    return (
        f"CASE WHEN {' OR '.join(odd)} THEN nullif(trim({cell}, '{BLANKS}'), '') "
        f"WHEN suffix({cell}, ' ') THEN rtrim({cell}) ELSE {cell} END"
    )


def named(header: Sequence[str], name: str) -> tuple[str, ...]:
    """The names of the columns; two that are alike are refused, because nobody could tell which is meant."""
    if len(header) > MOST_COLUMNS:
        raise StudyError(
            f"{name} has {len(header):,} columns, and {MOST_COLUMNS:,} are the most that can be read: "
            "check its delimiter, or export fewer columns."
        )
    trimmed = (re.sub(r"\s+", " ", UNWRITABLE.sub("\ufffd", text).strip(BLANKS)) for text in header)
    names = [text or f"column {place}" for place, text in enumerate(trimmed, 1)]
    for place, text in enumerate(names):
        if text in names[:place]:
            both = f"columns {names.index(text) + 1} and {place + 1}"
            raise StudyError(f"{name} has two columns called {text[:60]!r} ({both}): rename or remove one of them.")
    return tuple(names)


def filled_columns(header: Sequence[str], rows: Iterable[Sequence[str | None]], name: str) -> tuple[str, ...]:
    """The names of the columns up to the last that has a name, or something in one of the rows."""
    named_width = max((place for place, text in enumerate(header, 1) if text.strip(BLANKS)), default=0)
    filled = (place for row in rows for place, text in enumerate(row[: len(header)], 1) if text and text.strip(BLANKS))
    return named(header[: max(named_width, *filled, 0)], name)


def _mostly_broken(name: str, broken: list[BrokenRow]) -> StudyError:
    first = broken[0]
    return StudyError(
        f"{name}: more than half of its rows cannot be split into the header's cells (row {first.row:,}: "
        f"{first.reason}): correct its `delimiter`, or export it again.",
        setting=FORMATS,
    )


def part_of_rows(
    name: str,
    columns: tuple[str, ...],
    rows: Iterable[Cells | BrokenRow],
    fingerprint: str,
    facts: dict[str, str],
    scratch: Path,
) -> Part:
    """The rows as a part, numbered from 1; those that cannot be used are its broken rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    target = scratch / f"{len(list(scratch.iterdir()))}-rows.parquet"
    schema = pa.schema([(ROW, pa.int64()), *((cell(place), pa.string()) for place in range(len(columns)))])
    batch: list[Cells] = []
    places: list[int] = []
    sample: list[Cells] = []
    broken: list[BrokenRow] = []
    number = signs = 0
    most = min(MOST_SAMPLED, MOST_SAMPLED_CELLS // len(columns))

    def sampled(rows: list[Cells]) -> list[Cells]:
        return [[text and text[:LONGEST_SAMPLED] for text in row] for row in rows[: most - len(sample)]]

    def written() -> None:
        columns = [places, *zip(*batch, strict=True)] if batch else [[] for _ in schema]
        arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
        writer.write_batch(pa.record_batch(arrays, schema))

    with pq.ParquetWriter(target, schema) as writer:
        for number, row in enumerate(rows, 1):
            if isinstance(row, BrokenRow):
                broken.append(BrokenRow(row.reason, row.content[:LONGEST_CONTENT].rstrip("\r\n"), number))
                if len(broken) > MOST_BROKEN and 2 * len(broken) > number:
                    raise _mostly_broken(name, broken)
                continue
            batch.append(row)
            places.append(number)
            signs += len("".join(filter(None, row)))
            if signs > BATCH_SIGNS or len(batch) == BATCH:
                written()
                sample += sampled(batch[:SAMPLED_OF_BATCH]) if len(sample) < most else []
                batch, places, signs = [], [], 0
        written()
    sample += [] if sample else sampled(batch)
    if not number:
        raise StudyError(f"{name} has a header and no rows: export it again with its data.")
    query = f"SELECT * FROM {parquet(target)}"
    return Part(name, columns, query, text_sample(sample, len(columns)), fingerprint, facts, broken=tuple(broken))

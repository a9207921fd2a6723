"""Rows of text, from whatever gives them one by one, as a part: written to Parquet in batches, never held whole."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from customer_segments.base.contract import ROW
from customer_segments.base.errors import StudyError
from customer_segments.sources.part import BrokenRow, Part, cell, parquet, text_sample

BATCH = 20_000
SAMPLED_OF_BATCH = 500
MOST_SAMPLED = 20_000
LONGEST_CONTENT = 100_000  # signs kept of a row that is broken

Cells = list[str | None]


class Unusable(NamedTuple):
    """A row that could not be split into the header's cells: why, and its text."""

    reason: str
    content: str


def part_of_rows(
    name: str,
    columns: tuple[str, ...],
    rows: Iterable[Cells | Unusable],
    fingerprint: str,
    facts: dict[str, str],
    scratch: Path,
) -> Part:
    """The rows as a part, numbered from 1; those that cannot be used are its broken rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    target = scratch / f"{len(list(scratch.iterdir()))}-rows.parquet"
    schema = pa.schema([(ROW, pa.int64()), *((cell(place), pa.string()) for place in range(len(columns)))])
    batch: list[tuple[int, Cells]] = []
    sample: list[Cells] = []
    broken: list[BrokenRow] = []
    number = 0

    def written(rows: list[tuple[int, Cells]]) -> None:
        numbers, cells = [number for number, _ in rows], [row for _, row in rows]
        columns = [numbers, *(list(column) for column in zip(*cells, strict=True))] if rows else [[] for _ in schema]
        arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
        writer.write_batch(pa.record_batch(arrays, schema))

    with pq.ParquetWriter(target, schema) as writer:
        for number, row in enumerate(rows, 1):
            if isinstance(row, Unusable):
                broken.append(BrokenRow(number, row.reason, row.content[:LONGEST_CONTENT].rstrip("\r\n")))
                continue
            batch.append((number, row))
            if len(batch) == BATCH:
                written(batch)
                sample += [cells for _, cells in batch[:SAMPLED_OF_BATCH]] if len(sample) < MOST_SAMPLED else []
                batch = []
        written(batch)
    sample += [] if sample else [cells for _, cells in batch]
    if not number:
        raise StudyError(f"{name} has a header and no rows: export it again with its data.")
    query = f"SELECT * FROM {parquet(target)}"
    return Part(name, columns, query, text_sample(sample, len(columns)), fingerprint, facts, broken=tuple(broken))

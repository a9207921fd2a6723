"""Parquet: files of a business's own, and what a database or a web API has sent; cells keep their kinds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from customer_segments.base.errors import StudyError
from customer_segments.sources.part import Part, Sample, cell, named, numbered, parquet, quoted, sha256, text_sample

if TYPE_CHECKING:
    from customer_segments.base.params import Format

SAMPLE_GROUPS, SAMPLE_ROWS = 20, 500


def read(path: Path, name: str, given: Format, scratch: Path) -> Part:
    """The file as a part; nested cells become JSON text, columns of bytes are left out."""
    try:
        file = pq.ParquetFile(path)
        schema = file.schema_arrow
        sample = _sample(file)
    except (pa.ArrowException, OSError):
        raise StudyError(f"{name} is damaged, or no Parquet file at all: export it again.") from None
    if not file.metadata.num_rows:
        raise StudyError(f"{name} has columns and no rows: export it again with its data.")
    fields = [field for field in schema if not _is_bytes(field.type)]
    columns = named([field.name for field in fields], name)
    cells = [_as_cell(field, place) for place, field in enumerate(fields)]
    facts = {"left out": ", ".join(f.name for f in schema if _is_bytes(f.type))} if len(fields) < len(schema) else {}
    return Part(name, columns, numbered(parquet(path), cells), _as_text(sample, fields), sha256(path), facts)


def _as_cell(field: pa.Field, place: int) -> str:
    name = quoted(field.name)
    value = f"CAST(to_json({name}) AS VARCHAR)" if pa.types.is_nested(field.type) else name
    return f"{value} AS {cell(place)}"


def _sample(file: pq.ParquetFile) -> pa.Table:
    """Rows from row groups all over the file."""
    groups = range(0, file.num_row_groups, max(1, file.num_row_groups // SAMPLE_GROUPS))
    heads = [next(file.iter_batches(SAMPLE_ROWS, row_groups=[group]), None) for group in groups]
    return pa.Table.from_batches([head for head in heads if head is not None], schema=file.schema_arrow)


def _as_text(sample: pa.Table, fields: list[pa.Field]) -> Sample:
    """The sample's cells as DuckDB would write them."""
    columns = [sample.column(field.name).to_pylist() for field in fields]
    rows = [[None if value is None else str(value) for value in row] for row in zip(*columns, strict=True)]
    return text_sample(rows, len(fields))


def _is_bytes(kind: pa.DataType) -> bool:
    return pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind)

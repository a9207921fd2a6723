"""Parquet: files of a business's own, and what a database or a web API has sent; cells keep their kinds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from customer_segments.base.errors import StudyError
from customer_segments.sources.part import Part, Sample, cell, named, numbered, parquet, sha256, text_sample

if TYPE_CHECKING:
    from customer_segments.base.params import Format

SAMPLE_GROUPS, SAMPLE_ROWS = 20, 500
MOST_ALIKE = 100  # cells a byte: no columns of a business are so much alike
MANY = 10_000_000  # cells from which on that counts
DEEPEST = 10  # levels of nested cells; with each, DuckDB takes several times as long


def read(path: Path, name: str, given: Format, scratch: Path) -> Part:
    """The file as a part; nested cells become JSON text, columns of bytes are left out."""
    try:
        file = pq.ParquetFile(path)
        schema = file.schema_arrow
        sample = _sample(file)
    except UnicodeDecodeError:
        raise _no_text(name) from None
    except (pa.ArrowException, OSError) as error:
        if "encrypted" in str(error):
            raise StudyError(f"{name} is encrypted: export it again without encryption.") from None
        raise StudyError(f"{name} is damaged, or no Parquet file at all: export it again.") from None
    if not file.metadata.num_rows:
        raise StudyError(f"{name} has columns and no rows: export it again with its data.")
    _refuse_bomb(name, file.metadata.num_rows * len(schema), path.stat().st_size)
    if deep := next((field.name for field in schema if _depth(field.type) > DEEPEST), None):
        raise StudyError(f"{name} has cells nested too deeply in column {deep[:60]!r}: export it flat.")
    places = [place for place, field in enumerate(schema) if not _is_bytes(field.type)]
    if not places:
        raise StudyError(f"{name} has no column but of bytes: export it again with its data.")
    columns = named([schema.field(place).name for place in places], name)
    cells = [_as_cell(schema.field(place), place, number) for number, place in enumerate(places)]
    # By their places, because DuckDB does not tell apart names that differ only by case.
    source = f"{parquet(path)} AS _file({', '.join(_in_file(place) for place in range(len(schema)))})"
    facts = {"left out": ", ".join(f.name for f in schema if _is_bytes(f.type))} if len(places) < len(schema) else {}

    def reread() -> Part:
        """Say what it is that DuckDB cannot read."""
        for place, column in zip(places, columns, strict=True):
            if not _is_text(file, place):
                raise _no_text(name, f" in column {column[:60]!r}")
        raise StudyError(f"{name} holds cells of a kind that cannot be read, or is damaged: export it again as CSV.")

    texts = _as_text(sample, places)
    return Part(name, columns, numbered(source, cells), texts, sha256(path), facts, reread=reread)


def _refuse_bomb(name: str, cells: int, size: int) -> None:
    if cells > max(MANY, MOST_ALIKE * size):
        raise StudyError(
            f"{name} unpacks to {cells:,} cells from {size:,} bytes, the same ones over and over, as bombs do: "
            "export it again with its data."
        )


def _no_text(name: str, where: str = "") -> StudyError:
    return StudyError(f"{name} holds text that is not UTF-8{where}: export it again as UTF-8.")


def _in_file(place: int) -> str:
    return f"_p{place}"


def _as_cell(field: pa.Field, place: int, number: int) -> str:
    value = f"CAST(to_json({_in_file(place)}) AS VARCHAR)" if pa.types.is_nested(field.type) else _in_file(place)
    return f"{value} AS {cell(number)}"


def _sample(file: pq.ParquetFile) -> pa.Table:
    """Rows from row groups all over the file."""
    groups = range(0, file.num_row_groups, max(1, file.num_row_groups // SAMPLE_GROUPS))
    heads = [next(file.iter_batches(SAMPLE_ROWS, row_groups=[group]), None) for group in groups]
    return pa.Table.from_batches([head for head in heads if head is not None], schema=file.schema_arrow)


def _is_text(file: pq.ParquetFile, place: int) -> bool:
    """Whether the column can be read, and all its texts are UTF-8."""
    leaves = [leaf for leaf in range(len(file.schema)) if _is_of(file, leaf, place)]
    try:
        for group in range(file.num_row_groups):
            file.reader.read_row_group(group, column_indices=leaves).validate(full=True)
    except (pa.ArrowException, UnicodeDecodeError):
        return False
    return True


def _is_of(file: pq.ParquetFile, leaf: int, place: int) -> bool:
    return file.schema.column(leaf).path.partition(".")[0] == file.schema_arrow.field(place).name


def _as_text(sample: pa.Table, places: list[int]) -> Sample:
    """The sample's cells as DuckDB would write them."""
    columns = [_values(sample.column(place)) for place in places]
    rows = [[None if value is None else str(value) for value in row] for row in zip(*columns, strict=True)]
    return text_sample(rows, len(places))


def _values(column: pa.ChunkedArray) -> list[Any]:
    """A column's cells; nothing for those that Python cannot hold, such as days after the year 9999."""
    try:
        return column.to_pylist()
    except (ValueError, OverflowError, pa.ArrowException):
        return [_value(cell) for cell in column]


def _value(cell: pa.Scalar) -> Any:
    try:
        return cell.as_py()
    except (ValueError, OverflowError, pa.ArrowException):
        return None


def _depth(kind: pa.DataType) -> int:
    return 1 + max((_depth(kind.field(place).type) for place in range(kind.num_fields)), default=0)


def _is_bytes(kind: pa.DataType) -> bool:
    return pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind)

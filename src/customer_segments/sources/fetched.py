"""Rows from elsewhere as one Parquet file: spooled batch by batch, typed when all have been seen.

A column's type is decided by all of its values, never by the first batch alone; what has no type in common stays text,
so that nothing is rounded or guessed.
"""

import json
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import feather

from customer_segments.base import engine
from customer_segments.sources.part import parquet, saved

NATIVE = {bool, int, float, Decimal, str, date, datetime}
MOMENT, MOMENT_UTC = pa.timestamp("us"), pa.timestamp("us", tz="UTC")
EXACT_IN_FLOAT = 2**53
DIGITS_OF_INTEGER, MOST_DIGITS = 19, 38
MEMORY_TO_SORT = "2GB"  # beyond it, DuckDB sorts on disk


def spooled(batches: Iterable[dict[str, Sequence[Any] | pa.Array]], path: Path, ordered: bool) -> bool:
    """Write all rows, as they came where that order means something, else sorted; false where there are none.

    The file is written whole or not at all; a column that a batch lacks is missing in its rows.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".fetching_") as scratch:
        parts, rows = [], 0
        types: dict[str, set[pa.DataType]] = defaultdict(set)
        beyond_float: set[str] = set()
        for columns in batches:
            table = pa.table({name: _array(values) for name, values in columns.items()})
            for field in table.schema:
                types[field.name].add(field.type)
                beyond_float |= {field.name} if _beyond_float(table[field.name]) else set()
            parts.append(Path(scratch, f"{len(parts)}.arrow"))
            feather.write_feather(table, parts[-1], compression="lz4")
            rows += table.num_rows
        if rows:
            as_received, in_order = Path(scratch, "as_received.parquet"), Path(scratch, "in_order.parquet")
            _join(parts, {name: _common(found, name in beyond_float) for name, found in types.items()}, as_received)
            if not ordered:
                _sort(as_received, in_order)
            (as_received if ordered else in_order).replace(path)
        return rows > 0


def _join(parts: list[Path], types: dict[str, pa.DataType], target: Path) -> None:
    with pq.ParquetWriter(target, pa.schema(types.items()), compression="zstd") as writer:
        for part in parts:
            table = feather.read_table(part)
            arrays = [_column(table, name, wanted) for name, wanted in types.items()]
            writer.write_table(pa.Table.from_arrays(arrays, schema=writer.schema))
            part.unlink()


def _array(values: Sequence[Any] | pa.Array) -> pa.Array:
    """One column of a batch in the narrowest type that holds each value exactly."""
    if isinstance(values, pa.Array):
        if (native := _native(values.type)) is not None:
            # By way of text, a short float is the number that it shows: 9.95, not 9.949999809.
            return (values.cast(pa.string()) if pa.types.is_float32(values.type) else values).cast(native)
        values = values.to_pylist()
    kinds = set(map(type, values)) - {type(None)}
    if not kinds <= NATIVE:
        values = [value if value is None or type(value) in NATIVE else _written(value) for value in values]
        kinds = set(map(type, values)) - {type(None)}
    wanted = _expected(kinds, values)
    if wanted == MOMENT and date in kinds:
        values = [datetime(day.year, day.month, day.day) if type(day) is date else day for day in values]
    try:
        array = pa.array(values, wanted)
        if kinds == {str} or not (pa.types.is_string(array.type) or pa.types.is_decimal256(array.type)):
            return array
    except (pa.ArrowException, OverflowError, UnicodeError, TypeError):
        pass
    return _texts(values)


def _native(kind: pa.DataType) -> pa.DataType | None:
    """The type in which a column that came typed is kept as it is."""
    if pa.types.is_signed_integer(kind):
        return pa.int64()
    if pa.types.is_floating(kind):
        return pa.float64()
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return pa.string()
    as_it_is = kind in (pa.bool_(), pa.date32(), MOMENT, MOMENT_UTC) or pa.types.is_decimal128(kind)
    return kind if as_it_is else None


def _expected(kinds: set[type], values: Sequence[Any]) -> pa.DataType | None:
    """The type that a batch's kinds of values call for; None leaves a decimal's digits to be counted."""
    if kinds == {Decimal} or kinds == {int, Decimal}:
        return None
    if datetime in kinds and kinds <= {date, datetime}:
        zoned = {type(value) is datetime and value.tzinfo is not None for value in values if value is not None}
        return pa.string() if len(zoned) > 1 else MOMENT_UTC if zoned == {True} else MOMENT
    if kinds == {int, float}:
        return pa.float64()
    single = {bool: pa.bool_(), int: pa.int64(), float: pa.float64(), date: pa.date32()}
    return single.get(next(iter(kinds)), pa.string()) if len(kinds) == 1 else pa.string() if kinds else pa.null()


def _beyond_float(column: pa.ChunkedArray) -> bool:
    bounds = pc.min_max(column).as_py() if pa.types.is_int64(column.type) else {"max": None}
    return bounds["max"] is not None and max(-bounds["min"], bounds["max"]) > EXACT_IN_FLOAT


def _common(found: Iterable[pa.DataType], beyond_float: bool) -> pa.DataType:
    """The type that holds a column's values of all batches exactly."""
    types = {each for each in found if each != pa.null()}
    if not types:
        return pa.string()
    if len(types) == 1:
        return types.pop()
    if types == {pa.int64(), pa.float64()} and not beyond_float:
        return pa.float64()
    if types == {pa.date32(), MOMENT}:
        return MOMENT
    decimals = [each for each in types if pa.types.is_decimal(each)]
    if decimals and types - set(decimals) <= {pa.int64()}:
        before = [each.precision - each.scale for each in decimals]
        before += [DIGITS_OF_INTEGER] if pa.int64() in types else []
        scale = max(each.scale for each in decimals)
        if max(before) + scale <= MOST_DIGITS:
            return pa.decimal128(max(before) + scale, scale)
    return pa.string()


def _column(table: pa.Table, name: str, wanted: pa.DataType) -> pa.Array | pa.ChunkedArray:
    """A batch's column in the type of the whole."""
    if name not in table.column_names:
        return pa.nulls(table.num_rows, wanted)
    column = table[name]
    if wanted == pa.string() and column.type not in (pa.string(), pa.null()):
        return _texts(column.to_pylist())
    return column.cast(wanted)


def _texts(values: Sequence[Any]) -> pa.Array:
    """A column as text; half a character (a lone surrogate), which no file can hold, becomes a question mark."""
    texts = [None if value is None else _written(value) for value in values]
    try:
        return pa.array(texts, pa.string())
    except UnicodeError:
        return pa.array([text and text.encode("utf-8", "replace").decode() for text in texts], pa.string())


def _written(value: Any) -> str:
    """A value as text, the same whichever batch it stood in."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer() and abs(value) <= EXACT_IN_FLOAT:
            return str(int(value))
        case Decimal() if value.is_finite():
            text = format(value, "f")
            return text.rstrip("0").rstrip(".") if "." in text else text
        case datetime():
            return value.isoformat(sep=" ")
        case bytes() | bytearray() | memoryview():
            return bytes(value).hex()
        case dict() | list() | tuple():
            return json.dumps(value, ensure_ascii=False, default=_written)
    return str(value)


def _sort(source: Path, target: Path) -> None:
    """Sort by all columns, byte by byte: the same on every machine, whatever its language."""
    backend = engine.connect(memory_limit=MEMORY_TO_SORT)
    backend.raw_sql(saved(f"SELECT * FROM {parquet(source)} ORDER BY ALL", target))
    backend.disconnect()

"""Parquet files with every type at its limits, in every column that matters, and of odd build."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from samples import Hostile

LEAST, MOST = -(2**63), 2**63 - 1
COLUMNS = ("customer_id", "ordered_at", "quantity", "note")
NAMES = (
    "row",
    "unreadable",
    "_c0",
    "content",
    "reason",
    "table",
    "",
    " ",
    "\n",
    "\0",
    'a"b',
    "a'b",
    "x" * 100_000,
    "a;b--",
)


def files() -> Iterator[Hostile]:
    """All of them."""
    for (name, make), column in itertools.product(_arrays().items(), COLUMNS):
        yield Hostile(f"parquet: {name} as {column}", "lines.parquet", _with(column, make), "transactions")
    for name in NAMES:
        yield Hostile(f"parquet: a column called {name[:20]!r}", "lines.parquet", _called(name), "transactions")
    for count in (500, 1900, 5000):
        yield Hostile(f"parquet: {count} columns", "lines.parquet", _wide(count), "transactions")
    for packing in ("none", "snappy", "gzip", "brotli", "zstd", "lz4"):
        yield Hostile(f"parquet: {packing}", "lines.parquet", _built(compression=packing), "transactions")
    for version, dictionary in itertools.product(("1.0", "2.4", "2.6"), (True, False)):
        how = {"version": version, "use_dictionary": dictionary}
        yield Hostile(f"parquet: {version}, {dictionary}", "lines.parquet", _built(**how), "transactions")
    yield Hostile("parquet: 2,000 row groups", "lines.parquet", _built(rows=4000, row_group_size=2), "transactions")
    yield Hostile("parquet: no rows", "lines.parquet", _built(rows=0), "transactions")
    yield Hostile("parquet: one value 50 million times", "customers.parquet", _constant(50_000_000))
    for name, change in DAMAGES.items():
        yield Hostile(f"parquet: {name}", "lines.parquet", _damaged(change), "transactions")


def _arrays() -> dict[str, Callable[[], pa.Array]]:
    """Three cells of each type, by what they are."""
    numbers = {
        "the least and most of int64": ([LEAST, 0, MOST], pa.int64()),
        "uint64": ([0, 1, 2**64 - 1], pa.uint64()),
        "int8": ([-128, 0, 127], pa.int8()),
        "float NaN and infinity": ([float("nan"), float("inf"), float("-inf")], pa.float64()),
        "the smallest floats": ([5e-324, -0.0, 1.8e308], pa.float64()),
        "booleans": ([True, False, None], pa.bool_()),
        "nothing but nulls": ([None, None, None], pa.null()),
        "decimal of 38 digits": ([Decimal(10) ** 37, Decimal(-1), None], pa.decimal128(38, 0)),
        "decimal behind 38 places": ([Decimal("1e-38"), Decimal(0), None], pa.decimal128(38, 38)),
        "decimal of 76 digits": ([Decimal(10) ** 70, Decimal(-1), None], pa.decimal256(76, 0)),
        "days beyond 9999": ([2_932_897, 0, 2**31 - 1], pa.date32()),
        "days before Christ": ([-(2**31), -719_529, 0], pa.date32()),
        "days in milliseconds": ([86_400_000 * 2_932_897, 0, 86_400_000], pa.date64()),
        "times of day": ([0, 1, 86_399_999_999], pa.time64("us")),
        "times of day in seconds": ([0, 1, 86_399], pa.time32("s")),
        "spans": ([LEAST + 1, 0, MOST], pa.duration("us")),
        "texts": (["a", "", "x" * 5_000_000], pa.string()),
        "long texts": (["a", "", None], pa.large_string()),
        "texts in dictionaries": (["a", "b", None], pa.dictionary(pa.int32(), pa.string())),
        "bytes": ([b"a", b"\xff\xfe", None], pa.binary()),
        "bytes of one length": ([b"a" * 16, b"\xff" * 16, None], pa.binary(16)),
        "lists": ([[1, 2], [], None], pa.list_(pa.int64())),
        "structs": ([{"a": 1}, {"a": None}, None], pa.struct([("a", pa.int64())])),
        "maps": ([[("a", 1)], [], None], pa.map_(pa.string(), pa.int64())),
        "long lists": ([[0] * 500_000, [], None], pa.list_(pa.int64())),
    }
    made = {name: (lambda cells=cells, kind=kind: pa.array(cells, kind)) for name, (cells, kind) in numbers.items()}
    for unit, zone in itertools.product(("s", "ms", "us", "ns"), (None, "UTC", "Asia/Tokyo", "+14:00")):
        kind = pa.timestamp(unit, zone)
        edge = min(MOST, MOST // {"s": 1000, "ms": 1, "us": 1, "ns": 1}[unit])
        made[f"moments in {unit} of {zone}"] = lambda kind=kind, edge=edge: pa.array([-edge, 0, edge], kind)
    made["no UTF-8"] = lambda: _not_utf8([b"a", b"\xff\xfe\xfd", b"caf\xe9"])
    made["texts with zeros"] = lambda: pa.array(["a\0b", "\0", "c"])
    made["lists 60 deep"] = _deep
    made["a struct of 2,000"] = lambda: pa.array([{f"f{n}": n for n in range(2000)}] * 3)
    return made


def _not_utf8(cells: list[bytes]) -> pa.Array:
    return pa.array(cells, pa.binary()).view(pa.string())


def _deep() -> pa.Array:
    inner: object = 1
    for _ in range(60):
        inner = [inner]
    return pa.array([inner] * 3)


def _usual(rows: int) -> dict[str, pa.Array]:
    return {
        "invoice_id": pa.array([f"I{row}" for row in range(rows)], pa.string()),
        "customer_id": pa.array([f"c{row}" for row in range(rows)], pa.string()),
        "ordered_at": pa.array(["2024-01-05 10:00:00"] * rows, pa.string()),
        "quantity": pa.array([1] * rows, pa.int64()),
        "unit_price": pa.array([9.5] * rows, pa.float64()),
    }


def _with(column: str, make: Callable[[], pa.Array]) -> Callable[[Path], None]:
    return lambda path: pq.write_table(pa.table(_usual(3) | {column: make()}), path)


def _called(name: str) -> Callable[[Path], None]:
    return lambda path: pq.write_table(pa.table(_usual(3) | {name: pa.array(["x", "y", "z"])}), path)


def _wide(count: int) -> Callable[[Path], None]:
    return lambda path: pq.write_table(pa.table(_usual(3) | {f"n{n}": pa.array([1, 2, 3]) for n in range(count)}), path)


def _built(rows: int = 3, **how: object) -> Callable[[Path], None]:
    return lambda path: pq.write_table(pa.table(_usual(rows)), path, **how)


def _constant(rows: int) -> Callable[[Path], None]:
    """A small file of many rows, as run-length encoding makes it."""

    def make(path: Path) -> None:
        schema = pa.schema([("customer_id", pa.string()), ("age", pa.int64())])
        chunk = pa.table({"customer_id": pa.array(["c"] * 1_000_000), "age": pa.array([5] * 1_000_000)}, schema)
        with pq.ParquetWriter(path, schema) as writer:
            for _ in range(rows // 1_000_000):
                writer.write_table(chunk)

    return make


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "a footer that says it is 4 GB": lambda whole: whole[:-8] + b"\xff\xff\xff\xff" + whole[-4:],
    "a footer that says it is nothing": lambda whole: whole[:-8] + b"\0\0\0\0" + whole[-4:],
    "a locked footer": lambda whole: whole[:-4] + b"PARE",
    "marks and nothing else": lambda whole: b"PAR1PAR1",
    "its mark only": lambda whole: b"PAR1",
    "twice": lambda whole: whole + whole,
    "its pages zeroed": lambda whole: whole[:4] + b"\0" * 200 + whole[204:],
    "its footer zeroed": lambda whole: whole[:-200] + b"\0" * 192 + whole[-8:],
    "cut in half": lambda whole: whole[: len(whole) // 2],
}


def _damaged(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        pq.write_table(pa.table(_usual(200)), path)
        path.write_bytes(change(path.read_bytes()))

    return make

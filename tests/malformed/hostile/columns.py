# ruff: noqa: E501  a case a line
"""Parquet: kinds, limits and texts that other programs write and few can read."""

from __future__ import annotations

import io
from datetime import datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq

from tests.malformed.cases import Refused, Result
from tests.malformed.hostile import hostile

LEAST, MOST = -(2**63) + 1, 2**63 - 1


def parquet(name, *expected, file="shop.parquet", **columns):
    hostile(f"parquet: {name}", file, lambda: _written(columns), *(expected or (Result(2),)))


def _written(columns, **options):
    columns = {"customer_id": ["a", "b"], **columns}
    target = io.BytesIO()
    pq.write_table(pa.table(columns), target, **options)
    return target.getvalue()


def no_text(kind=None):
    """Texts that are none."""
    offsets, bytes_ = pa.array([0, 2, 3], pa.int32()).buffers()[1], pa.py_buffer(b"\xff\xfea")
    return pa.StringArray.from_buffers(2, offsets, bytes_)


for unit in ("s", "ms", "us", "ns"):
    for zone in (None, "UTC", "Asia/Tokyo", "+14:00"):
        scale = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}[unit]
        kind, ends = pa.timestamp(unit, zone), [LEAST // scale, MOST // scale]
        parquet(f"ends of time in {unit} of {zone}, left_on", Result(2, honest={(1, "left_on"): None, (2, "left_on"): None}),
                left_on=pa.array(ends, pa.int64()).cast(kind))  # fmt: skip
        parquet(f"ends of time in {unit} of {zone}, note", note=pa.array(ends, pa.int64()).cast(kind))
for value, called in ((MOST, "infinity"), (LEAST, "-infinity")):
    parquet(f"{called} of PostgreSQL", Result(2, cells={(2, "left_on"): datetime(2024, 1, 5)}, unreadable={1: "left_on"}),
            left_on=pa.array([value, 1_704_412_800_000_000], pa.timestamp("us")))  # fmt: skip
parquet(
    "days beyond all years",
    Result(2, unreadable={1: "left_on", 2: "left_on"}),
    left_on=pa.array([2**31 - 1, -(2**31) + 1], pa.date32()),
)
parquet(
    "nanoseconds",
    Result(2, cells={(1, "left_on"): datetime(2024, 1, 5)}),
    left_on=pa.array([1_704_412_800_000_000_000, None], pa.timestamp("ns")),
)
parquet("no UTF-8 in a text", Refused(("UTF-8", "'note'")), note=no_text())
parquet("no UTF-8 in an id", Refused(("UTF-8",)), customer_id=no_text())
parquet("no UTF-8 in a number's column", Refused(("UTF-8", "'age'")), age=no_text())
parquet("no UTF-8 within lists", Refused(("UTF-8", "'tags'")), tags=pa.ListArray.from_arrays([0, 1, 2], no_text()))
parquet("bytes only", Refused(), customer_id=[b"a", b"b"])
parquet(
    "decimals of 38 digits",
    Result(2, cells={(1, "customer_id"): "1" * 38}),
    customer_id=pa.array([Decimal("1" * 38), Decimal(2)], pa.decimal128(38, 0)),
)
parquet(
    "decimals of 76 digits", Result(2), Refused(), x=pa.array([Decimal("1" * 76), Decimal(2)], pa.decimal256(76, 0))
)
parquet(
    "the largest whole numbers",
    Result(2, cells={(1, "customer_id"): str(2**64 - 1)}),
    customer_id=pa.array([2**64 - 1, 0], pa.uint64()),
)
parquet("half floats", Result(2), Refused(), age=pa.array([1.5, 2.5], pa.float16()))
parquet("dictionaries", Result(2, cells={(2, "gender"): "y"}), gender=pa.array(["x", "y"]).dictionary_encode())
parquet("dictionaries of numbers", Result(2), x=pa.array([1, 2]).dictionary_encode())
parquet("dictionaries within lists", tags=pa.ListArray.from_arrays([0, 1, 2], pa.array(["x", "y"]).dictionary_encode()))
parquet(
    "times of day and durations", Result(2), t=pa.array([1, 2], pa.time64("ns")), d=pa.array([1, 2], pa.duration("ns"))
)
parquet("lists in lists", x=[[[1], [2]], [[], None]])
parquet("objects in lists", x=[[{"a": 1}], []])
parquet("a name of nothing", **{"": [1, 2]})
parquet("a name with a quote", Result(2, columns=("a_b",)), **{'a"b': [1, 2]})
parquet(
    "names that differ by case",
    Result(2, cells={(1, "age"): 20.0, (1, "age_2"): 1.0}),
    **{"age": [20, 30], "AGE": [1, 2]},
)
parquet("names of ours", Result(2), _c0=[1, 2], _p1=[3, 4], row=[5, 6])
parquet("a name with a NUL", Result(2), Refused(), **{"a\x00b": [1, 2]})
parquet("a long name", Result(2), **{"x" * 100_000: [1, 2]})
parquet("950 columns", Result(2), **{f"x{n}": [n, "x"][:1] * 2 for n in range(950)})
parquet("2,500 columns", Refused(("1,000",)), **{f"x{n}": [1, 2] for n in range(2_500)})
parquet("a text of 60 MB", Result(2), note=["x" * 60_000_000, "y"])
parquet(
    "nested forty deep",
    Result(2),
    Refused(),
    x=pa.array([None, None], __import__("functools").reduce(lambda kind, _: pa.list_(kind), range(40), pa.int8())),
)


def groups_of_nothing():
    target, table = io.BytesIO(), pa.table({"customer_id": ["a", "b"], "age": [20, 30]})
    with pq.ParquetWriter(target, table.schema) as writer:
        for part in (table.slice(0, 0), table.slice(0, 1), table.slice(0, 0), table.slice(1, 1), table.slice(0, 0)):
            writer.write_table(part)
    return target.getvalue()


def many_groups():
    return _written({"customer_id": [f"c{n}" for n in range(20_000)]}, row_group_size=10)


hostile("parquet: row groups of nothing", "shop.parquet", groups_of_nothing, Result(2, cells={(2, "age"): 30.0}))
hostile("parquet: 2,000 row groups", "shop.parquet", many_groups, Result(20_000))
hostile("parquet: a mark of encryption", "shop.parquet", lambda: _written({})[:-4] + b"PARE", Refused())
hostile("parquet: a footer of 2 GB", "shop.parquet", lambda: _written({})[:-8] + b"\xff\xff\xff\x7fPAR1", Refused())
hostile("parquet: a name that is no UTF-8", "shop.parquet",
        lambda: _written({"zzz": [1, 2]}).replace(b"zzz", b"z\xff\xfe"), Refused(("UTF-8",)), Refused())  # fmt: skip
hostile(
    "parquet: 200 MB in 20 KB", "shop.parquet", lambda: _written({"note": ["x" * 1_000] * 2, "n": [1, 2]}), Result(2)
)
for version in ("1.0", "2.4"):
    hostile(f"parquet: moments of {version}, int96", "shop.parquet",
            lambda version=version: _written({"left_on": [datetime(2024, 1, 5), None]}, version=version,
                                             use_deprecated_int96_timestamps=True),
            Result(2, cells={(1, "left_on"): datetime(2024, 1, 5)}))  # fmt: skip

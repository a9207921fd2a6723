from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from customer_segments.sources.fetched import spooled

NOON = datetime(2024, 1, 5, 12)


def written(tmp_path, *batches: dict, ordered: bool = True) -> pa.Table:
    assert spooled(batches, tmp_path / "table.parquet", ordered)
    assert [path.name for path in tmp_path.iterdir()] == ["table.parquet"]
    return pq.read_table(tmp_path / "table.parquet")


@pytest.mark.parametrize(
    ("first", "second", "kind", "expected"),
    [
        ([None], [True], pa.bool_(), [None, True]),
        ([1], [0.5], pa.float64(), [1.0, 0.5]),
        ([True], [2], pa.string(), ["true", "2"]),
        ([2**53 + 1], [0.5], pa.string(), [str(2**53 + 1), "0.5"]),
        ([2**63], [1], pa.string(), [str(2**63), "1"]),
        ([Decimal("1.50")], [Decimal("100.125")], pa.decimal128(6, 3), [Decimal("1.500"), Decimal("100.125")]),
        ([Decimal("1.5")], [7], pa.decimal128(20, 1), [Decimal("1.5"), Decimal("7.0")]),
        ([Decimal("1.50")], [0.25], pa.string(), ["1.5", "0.25"]),
        ([Decimal("NaN")], [Decimal("10.0")], pa.string(), ["NaN", "10"]),
        ([Decimal(10) ** 38], [Decimal("0.1")], pa.string(), ["1" + "0" * 38, "0.1"]),
        ([date(2024, 1, 5)], [date(2024, 1, 6)], pa.date32(), [date(2024, 1, 5), date(2024, 1, 6)]),
        ([date(2024, 1, 5)], [NOON], pa.timestamp("us"), [datetime(2024, 1, 5), NOON]),
        ([NOON], [NOON.replace(tzinfo=UTC)], pa.string(), ["2024-01-05 12:00:00", "2024-01-05 12:00:00+00:00"]),
        ([UUID(int=7)], ["x"], pa.string(), ["00000000-0000-0000-0000-000000000007", "x"]),
        ([{"a": [1, "ü"]}], [b"\x00\xff"], pa.string(), ['{"a": [1, "ü"]}', "00ff"]),
        (["a\ud800"], ["b"], pa.string(), ["a?", "b"]),
    ],
)
def test_values_keep_what_they_are_in_one_batch_or_in_two(tmp_path, first, second, kind, expected):
    apart = written(tmp_path, {"x": first}, {"x": second})
    together = written(tmp_path, {"x": first + second})
    assert apart["x"].to_pylist() == expected
    assert apart.schema.field("x").type == kind
    assert together["x"].to_pylist() == expected


def test_a_column_that_a_batch_lacks_is_missing_there(tmp_path):
    assert written(tmp_path, {"x": [1]}, {"y": ["b"]}).to_pylist() == [{"x": 1, "y": None}, {"x": None, "y": "b"}]


def test_rows_without_an_order_are_sorted_by_all_columns(tmp_path):
    found = written(tmp_path, {"x": [2, None, 1], "y": ["a", "b", "é"]}, {"x": [1], "y": ["z"]}, ordered=False)
    assert list(zip(*found.to_pydict().values(), strict=True)) == [(1, "z"), (1, "é"), (2, "a"), (None, "b")]


def test_without_rows_nothing_is_written(tmp_path):
    assert not spooled([], tmp_path / "table.parquet", ordered=True)
    assert not spooled([{"x": []}], tmp_path / "table.parquet", ordered=True)
    assert list(tmp_path.iterdir()) == []

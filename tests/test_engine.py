"""The engine gives the same bytes for the same table, and fetches nothing."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from ibis.backends.duckdb import Backend

from customer_segments.base import engine
from customer_segments.base.errors import StudyError
from tests.tables import table_of


@pytest.fixture(scope="module")
def backend() -> Backend:
    return engine.connect()


ROWS = [("b", "2024-01-02 10:00"), ("a", "2024-01-01 10:00"), (None, None)]


def test_parquet_is_sorted_and_keeps_microseconds(backend: Backend, tmp_path: Path) -> None:
    table = table_of(backend, "customer_id ordered_at", ROWS).cast({"ordered_at": "timestamp(9)"})
    path = tmp_path / "lines.parquet"
    engine.write_parquet(table, path, order_by=["customer_id"])
    written = pq.read_table(path)
    assert written.column("customer_id").to_pylist() == ["a", "b", None]
    assert str(written.schema.field("ordered_at").type) == "timestamp[us]"


def test_the_same_table_gives_the_same_bytes_whatever_the_order_of_its_rows(backend: Backend, tmp_path: Path) -> None:
    there, back = tmp_path / "there.parquet", tmp_path / "back.parquet"
    for path, rows in ((there, ROWS), (back, ROWS[::-1])):
        table = table_of(backend, "customer_id ordered_at", rows).drop("row")
        engine.write_parquet(table, path, order_by=["customer_id", "ordered_at"])
    assert there.read_bytes() == back.read_bytes()


def test_two_threads_write_the_same_bytes_as_one(tmp_path: Path) -> None:
    written = set()
    for threads in (1, 2):
        backend, path = engine.connect(threads=threads), tmp_path / f"{threads}.parquet"
        numbers = backend.sql("SELECT range AS number, 'customer ' || hash(range) % 999 AS customer FROM range(150000)")
        engine.write_parquet(numbers, path, order_by=["customer", "number"])
        written.add(path.read_bytes())
    assert len(written) == 1


def test_a_table_is_written_in_the_order_it_comes_unless_told_otherwise(backend: Backend, tmp_path: Path) -> None:
    table = engine.stored(table_of(backend, "customer_id", [("b",), ("a",)]), tmp_path / "as_it_comes.parquet")
    assert table.to_pyarrow()["customer_id"].to_pylist() == ["b", "a"]


def test_csv_is_cut_quoted_and_runs_nothing_in_a_spreadsheet(backend: Backend, tmp_path: Path) -> None:
    cells = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", 'say "hi", bob', None, "cut off"]
    path = tmp_path / "rows.csv"
    engine.write_csv(table_of(backend, "content", [(cell,) for cell in cells]), path, most=8)
    written = pd.read_csv(path)
    safe = ["'=1+1", "'+1", "'-1", "'@x", "'\tx", "'\rx", 'say "hi", bob', None]
    assert written["content"].astype(object).where(written["content"].notna(), None).tolist() == safe
    assert written["row"].tolist() == list(range(1, 9))


def test_a_folder_with_an_apostrophe_can_be_written_and_read(backend: Backend, tmp_path: Path) -> None:
    path = tmp_path / "owner's" / "lines.parquet"
    path.parent.mkdir()
    engine.write_parquet(table_of(backend, "customer_id", [("a",)]), path, order_by=["row"])
    assert engine.read_parquet(backend, path).count().execute() == 1


def test_a_missing_file_says_what_to_run(backend: Backend, tmp_path: Path) -> None:
    with pytest.raises(StudyError, match=r"lines\.parquet is missing: run the stage that makes it"):
        engine.read_parquet(backend, tmp_path / "lines.parquet")


def test_nothing_is_fetched_and_time_is_utc(backend: Backend) -> None:
    names = ("autoinstall_known_extensions", "autoload_known_extensions", "enable_progress_bar", "TimeZone", "threads")
    settings = backend.raw_sql("SELECT " + ", ".join(f"current_setting('{name}')" for name in names)).fetchone()
    assert settings == (False, False, False, "UTC", 1)


def test_a_materialised_table_is_computed_once(backend: Backend) -> None:
    drawn = engine.materialised(backend.sql("SELECT random() AS number"))
    assert drawn.number.sum().execute() == drawn.number.sum().execute()


def test_exact_decimals_become_floats_and_the_rest_stays(backend: Backend) -> None:
    table = backend.sql("SELECT 1.25::DECIMAL(18, 4) AS money, 'a' AS customer_id")
    assert dict(engine.as_floats(table).schema()) == dict(table.cast({"money": "float64"}).schema())

"""DuckDB in the web process reads the runs and nothing else; what loading left in memory is given back unharmed."""

from __future__ import annotations

import itertools
import shutil
import threading

import duckdb
import pyarrow.parquet
import pytest
from django.http import QueryDict

from customer_segments.web import asking, finding, memory, results
from customer_segments.web.names import CUSTOMERS
from customer_segments.web.results import Run

OUT = {
    "a file of the system": "SELECT * FROM read_csv('/etc/passwd')",
    "another's memory": "SELECT * FROM read_blob('/proc/self/environ')",
    "the network": "SELECT * FROM read_csv('http://127.0.0.1:9/x')",
    "a database file": "ATTACH '/var/tmp/other.duckdb'",
    "an extension": "LOAD httpfs",
    "an extension to be fetched": "INSTALL spatial",
    "writing elsewhere": "COPY (SELECT 1) TO '/var/tmp/out.csv'",
    "another limit": "SET memory_limit = '8GB'",
    "its own walls": "SET enable_external_access = true",
    "more places": "SET allowed_directories = ['/']",
}


@pytest.mark.parametrize("query", OUT.values(), ids=OUT)
def test_it_is_shut_in(query):
    with pytest.raises(duckdb.Error):
        results._records(query)


def test_its_room_is_limited_and_lies_in_the_home(settings):
    told = {row["name"]: row["value"] for row in results._records("SELECT name, value FROM duckdb_settings()")}
    assert told["temp_directory"] == str(settings.HOME / "tmp")
    assert told["memory_limit"] == "244.1 MiB"
    assert told["threads"] == "1"
    assert told["autoload_known_extensions"] == told["autoinstall_known_extensions"] == "false"


def test_what_was_read_of_a_file_is_kept_by_the_system_alone(finished):
    run = Run(finished)
    run.rows(f"SELECT * FROM {run.customers} ORDER BY customer_id")
    kept = run.rows("SELECT coalesce(sum(nr_bytes), 0) AS bytes FROM duckdb_external_file_cache()")
    assert kept == [{"bytes": 0}]


def test_what_is_given_back_is_there_when_it_is_needed(finished):
    run = Run(finished)
    query = f"SELECT segment, count(*) AS customers, avg(orders) AS orders FROM {run.customers} GROUP BY 1 ORDER BY 1"
    before = run.rows(query)
    for _ in range(3):
        memory.give_back()
        assert run.rows(query) == before


def test_what_answers_leave_is_given_back_now_and_then(monkeypatch):
    given = []
    monkeypatch.setattr(memory, "_trim", given.append)
    for _ in range(2 * memory.NOW_AND_THEN):
        memory.answered(sender=None)
    assert len(given) == 2 * memory.MAPS.exists()


def test_a_table_that_is_made_anew_while_it_is_read_is_read_again(finished, tmp_path):
    """As when a customer is forgotten: a question that looks twice must not look at two tables."""
    run = Run(shutil.copytree(finished, tmp_path / "it's a run", symlinks=True))
    table, made = run.folder / CUSTOMERS, []
    full = pyarrow.parquet.read_table(table)
    for name, rows in (("all", full), ("fewer", full.slice(1))):
        made.append(table.with_name(name))
        pyarrow.parquet.write_table(rows, made[-1])
    numbers = [set(rows["customer_id"].to_pylist()) for rows in (full, full.slice(1))]
    ended = threading.Event()

    def replace_it_again_and_again() -> None:
        for each in itertools.cycle(made):
            shutil.copyfile(each, partial := table.with_name("partial"))
            partial.replace(table)
            if ended.wait(0.02):
                return

    other = threading.Thread(target=replace_it_again_and_again)
    other.start()
    try:
        there = f"{run.customers[:-1]}, file_row_number=true)"
        inner = f"SELECT file_row_number FROM {there} ORDER BY customer_id"
        query = f"SELECT customer_id FROM {there} WHERE file_row_number IN ({inner})"
        for _ in range(200):
            assert {row["customer_id"] for row in run.rows(query)} in numbers
    finally:
        ended.set()
        other.join()


def test_a_page_and_its_total_are_of_one_table(finished, tmp_path, monkeypatch):
    run = results.at(shutil.copytree(finished, tmp_path / "run", symlinks=True))
    table = run.folder / CUSTOMERS
    full, look = pyarrow.parquet.read_table(table), finding._rows

    def look_after_somebody_was_forgotten(*asked: object) -> list[dict[str, object]]:
        pyarrow.parquet.write_table(full.slice(1), partial := table.with_name("partial"))
        partial.replace(table)
        monkeypatch.setattr(finding, "_rows", look)
        return look(*asked)

    monkeypatch.setattr(finding, "_rows", look_after_somebody_was_forgotten)
    told = finding.found(run, asking.asked(QueryDict("sort=customer_id"), run.columns))
    assert told.total == len(full) - 1
    assert told.rows[0]["customer_id"] == full["customer_id"][1].as_py()


@pytest.mark.skipif(not memory.MAPS.exists(), reason="only Linux says what lies where")
def test_nothing_that_was_written_to_is_given_back():
    written = {place for place, kept in memory._files() if kept["Anonymous"]}
    assert written  # such as what was adapted when a library was loaded
    assert not written & set(memory._clean())

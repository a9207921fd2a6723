import json
import sqlite3
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from customer_segments.base.errors import StudyError
from customer_segments.commands.export import to_database, to_file
from customer_segments.run.workspace import Workspace
from tests.sources.servers import PASSWORD, postgres_programs, running_postgres


@pytest.fixture(autouse=True)
def root(tmp_path, monkeypatch):
    """A study with three customers."""
    monkeypatch.chdir(tmp_path)
    settings("kind: demo")
    Workspace(tmp_path).write_table(customers(), "data/processed/segmented_customers.parquet")
    return tmp_path


def settings(source):
    study = "study: {name: mine, title: Mine}\nseed: 1\n"
    Path("params.yaml").write_text(f"{study}source: {{{source}}}\n", encoding="utf-8")


def customers():
    return pd.DataFrame(
        {
            "customer_id": ["007", "=1+1", "c"],
            "net_revenue": [1.5, None, -2.25],
            "signed_up_on": pd.to_datetime(["2024-02-29", None, "2024-01-01"]),
            "active": [True, False, True],
            "segment": [1, 2, 0],
            "segment_name": ["Dear", "Lost; gone", "Not assigned"],
        }
    )


@pytest.mark.parametrize(
    "place", ["data/raw/transactions.parquet", "reports/segmented_customers.csv", "data/raw/x.csv"]
)
def test_what_the_pipeline_makes_is_not_written_over(root, place):
    (root / "dvc.yaml").write_text("stages: {}\n")
    with pytest.raises(StudyError, match=r"is the study's own \(the stage .* makes it\): name a file elsewhere"):
        to_file(Workspace(root), root / place, replace=True)
    assert not (root / place).exists()


def test_parquet_is_the_table_itself(root):
    assert (
        to_file(Workspace(root), root / "out.parquet")
        == f"3 customers with 6 columns written to {root / 'out.parquet'}."
    )
    pd.testing.assert_frame_equal(pd.read_parquet("out.parquet"), customers(), check_dtype=False)


def test_csv_keeps_ids_as_text_and_runs_nothing_in_a_spreadsheet(root):
    to_file(Workspace(root), root / "out.csv", columns=["segment", "customer_id"])
    assert (root / "out.csv").read_text() == '"segment","customer_id"\n1,"007"\n2,"\'=1+1"\n0,"c"\n'


def test_json_is_a_list_of_records(root):
    to_file(Workspace(root), root / "out.json", columns=["customer_id", "net_revenue", "signed_up_on"])
    assert json.loads((root / "out.json").read_text())[:2] == [
        {"customer_id": "007", "net_revenue": 1.5, "signed_up_on": "2024-02-29"},
        {"customer_id": "=1+1", "net_revenue": None, "signed_up_on": None},
    ]


def test_what_is_expected_of_a_customer_comes_along(root):
    Workspace(root).write_table(
        pd.DataFrame({"customer_id": ["c"], "expected_value": [9.5]}), "data/processed/lifetime.parquet"
    )
    to_file(Workspace(root), root / "out.parquet", columns=["customer_id", "expected_value"])
    assert pd.read_parquet("out.parquet")["expected_value"].fillna(-1).tolist() == [-1, -1, 9.5]


def test_the_format_can_be_named_where_the_ending_does_not_say_it(root):
    with pytest.raises(StudyError, match=r"let its name end in \.csv, \.parquet or \.json"):
        to_file(Workspace(root), root / "out")
    to_file(Workspace(root), root / "out", kind="csv")
    assert (root / "out").read_text().startswith('"customer_id"')


def test_nothing_is_overwritten_unasked(root):
    (root / "out.csv").write_text("mine")
    with pytest.raises(StudyError, match="is there already: add `--replace`"):
        to_file(Workspace(root), root / "out.csv")
    assert (root / "out.csv").read_text() == "mine"
    to_file(Workspace(root), root / "out.csv", replace=True)
    assert (root / "out.csv").read_text() != "mine"


def test_a_column_that_is_not_there_is_refused_before_anything_is_written(root):
    with pytest.raises(
        StudyError, match=r"no column 'segmnt' to export \(did you mean 'segment'\?\): name one of .*\.$"
    ):
        to_file(Workspace(root), root / "out.csv", columns=["segmnt"])
    assert not (root / "out.csv").exists()


@pytest.fixture(scope="session")
def server():
    if postgres_programs() is None:
        pytest.skip("PostgreSQL is not installed (Debian: postgresql)")
    with running_postgres() as server:
        server.run("GRANT ALL ON SCHEMA public TO analyst")
        yield server


@pytest.fixture(params=["sqlite", "duckdb", "postgresql"])
def database(request, monkeypatch):
    """An address, and how to ask the database something."""
    if request.param == "sqlite":
        return "sqlite:///shop.sqlite", lambda query: sqlite3.connect("shop.sqlite").execute(query).fetchall()
    if request.param == "duckdb":

        def ask(query):
            with duckdb.connect("shop.duckdb") as connection:
                return connection.execute(query).fetchall()

        return "duckdb:///shop.duckdb", ask
    import psycopg

    server = request.getfixturevalue("server")
    server.run("DROP TABLE IF EXISTS segments")
    monkeypatch.setenv("SHOP_PASSWORD", PASSWORD)
    reached = {"host": "127.0.0.1", "port": server.port, "user": server.user, "password": PASSWORD, "dbname": "shop"}
    return server.url(), lambda query: psycopg.connect(**reached).execute(query).fetchall()


def test_a_table_is_made_and_replaced_only_where_asked_to(database):
    address, ask = database
    assert to_database(Workspace(Path.cwd()), address, "segments").startswith(
        "3 customers with 6 columns written to table segments of database"
    )
    assert ask("SELECT customer_id, net_revenue, segment FROM segments ORDER BY segment DESC") == [
        ("=1+1", None, 2),
        ("007", 1.5, 1),
        ("c", -2.25, 0),
    ]
    with pytest.raises(StudyError, match=r"Table segments is in database shop.* already: add `--replace`"):
        to_database(Workspace(Path.cwd()), address, "segments", columns=["segment"])
    to_database(Workspace(Path.cwd()), address, "segments", columns=["segment"], replace=True)
    assert sorted(ask("SELECT * FROM segments")) == [(0,), (1,), (2,)]


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_a_failure_leaves_the_earlier_table_as_it_was(database, monkeypatch):
    address, ask = database
    to_database(Workspace(Path.cwd()), address, "segments")
    broken = customers().assign(active=[object(), True, False])
    monkeypatch.setattr("customer_segments.commands.export.export_table", lambda *_: broken)
    with pytest.raises(StudyError, match="nothing was changed there"):
        to_database(Workspace(Path.cwd()), address, "segments", replace=True)
    assert len(ask("SELECT customer_id FROM segments")) == 3


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://me:${SHOP_PASSWORD}@127.0.0.1:1/shop", "The database did not take the table"),
        ("postgresql://me:secret@127.0.0.1:1/shop", "address holds a password"),
        ("postgresql://me:${NOT_SET}@127.0.0.1:1/shop", "NOT_SET.* is not set"),
        ("mysql://127.0.0.1/shop", "cannot replace a table in one transaction"),
        ("nonsense", "is not a database's address"),
    ],
)
def test_what_cannot_be_reached_is_one_sentence_without_a_secret(monkeypatch, address, said):
    monkeypatch.setenv("SHOP_PASSWORD", PASSWORD)
    with pytest.raises(StudyError, match=said) as caught:
        to_database(Workspace(Path.cwd()), address, "segments")
    assert PASSWORD not in str(caught.value)
    assert "secret@" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_the_table_that_the_study_reads_from_is_not_written_over(database):
    address, ask = database
    to_database(Workspace(Path.cwd()), address, "segments")
    settings(f"kind: database, url: '{address}', secrets: [SHOP_PASSWORD], customers: SEGMENTS")
    with pytest.raises(StudyError, match="The study reads its customers from table segments there"):
        to_database(Workspace(Path.cwd()), address, "segments", replace=True)
    assert len(ask("SELECT customer_id FROM segments")) == 3

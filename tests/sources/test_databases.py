import itertools
import logging
import re
import sqlite3
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from customer_segments.base.errors import StudyError
from customer_segments.base.params import DatabaseSource
from customer_segments.sources import databases
from customer_segments.sources.fetched import spooled
from customer_segments.sources.secrets import Reach
from tests.sources.servers import PASSWORD, Postgres, postgres_programs, running_postgres

ORDERS = [("A2", "c1", 3, 1.25), ("A1", "c2", 1, 9.5), ("A1", None, 2, 0.1)]
SORTED = [
    {"invoice": "A1", "client": "c2", "pieces": 1, "price": 9.5},
    {"invoice": "A1", "client": None, "pieces": 2, "price": 0.1},
    {"invoice": "A2", "client": "c1", "pieces": 3, "price": 1.25},
]


@pytest.fixture(autouse=True)
def root(tmp_path) -> Path:
    """The study's folder, in which relative paths stand; it is not the current one."""
    return tmp_path


@pytest.fixture
def sqlite_shop(root) -> Path:
    connection = sqlite3.connect(root / "shop.sqlite")
    connection.execute("CREATE TABLE orders (invoice TEXT, client TEXT, pieces INTEGER, price REAL)")
    connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?)", ORDERS)
    connection.execute('CREATE TABLE "odd "" name" (x)')
    connection.execute('INSERT INTO "odd "" name" VALUES (1)')
    connection.execute("CREATE TABLE no_rows (x)")
    connection.commit()
    connection.close()
    return root / "shop.sqlite"


@pytest.fixture
def duckdb_shop(root) -> Path:
    with duckdb.connect(root / "shop.duckdb") as connection:
        connection.execute("CREATE TABLE orders (invoice VARCHAR, client VARCHAR, pieces INTEGER, price DOUBLE)")
        connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?)", ORDERS)
        connection.execute("CREATE TABLE no_rows (x INTEGER)")
    return root / "shop.duckdb"


@pytest.fixture(scope="session")
def server():
    if postgres_programs() is None:
        pytest.skip("PostgreSQL is not installed (Debian: postgresql)")
    with running_postgres() as server:
        server.run(
            "CREATE TABLE orders (invoice text, client text, pieces int, price float8)",
            "INSERT INTO orders VALUES ('A2', 'c1', 3, 1.25), ('A1', 'c2', 1, 9.5), ('A1', NULL, 2, 0.1)",
            "CREATE TABLE kinds (whole bigint, part numeric(10,2), flag bool, day date, at timestamp,"
            " zoned timestamptz, id uuid, tags text[], extra jsonb, raw bytea)",
            "INSERT INTO kinds VALUES (9007199254740993, 12.50, true, '2024-02-29', '2024-02-29 10:00:00.5',"
            " '2024-02-29 10:00+02', '0b0e2a6c-6f2b-4a51-9a3e-6f0b5b0a0001', '{a,b}', '{\"k\": 1.5}', '\\x00ff')",
            "CREATE TABLE no_rows (x int)",
            "CREATE SEQUENCE counter",
            "GRANT ALL ON SEQUENCE counter TO analyst",
            "CREATE SCHEMA sales",
            'CREATE TABLE sales."Big Orders" (x int)',
            'INSERT INTO sales."Big Orders" VALUES (1)',
            "CREATE TABLE hidden (x int)",
            "GRANT USAGE ON SCHEMA sales TO analyst",
            'GRANT SELECT, INSERT ON orders, kinds, no_rows, sales."Big Orders" TO analyst',
        )
        yield server


@pytest.fixture(params=["sqlite", "duckdb", "postgresql"])
def shop(request) -> str:
    """The same orders in each kind of database."""
    if request.param == "postgresql":
        return request.getfixturevalue("server").url()
    request.getfixturevalue(f"{request.param}_shop")
    return f"{request.param}:///shop.{request.param}"


def fetch(url: str, wanted: str, folder: Path, **secrets: str) -> pa.Table:
    source = DatabaseSource(kind="database", url=url, transactions=wanted)
    databases.fetch(source, "transactions", folder / "transactions.parquet", reach(folder.parent, secrets))
    assert [path.name for path in folder.iterdir()] == ["transactions.parquet"]
    return pq.read_table(folder / "transactions.parquet")


def reach(base: Path, secrets: dict[str, str] | None = None) -> Reach:
    return Reach(base, {"SHOP_PASSWORD": PASSWORD} | (secrets or {}))


def refusal(url: str, wanted: str, folder: Path, about: str = "source.transactions", **secrets: str) -> str:
    """The sentence with which the source is refused; nothing may stay behind, and no secret be told."""
    source = DatabaseSource(kind="database", url=url, transactions=wanted)
    with pytest.raises(StudyError) as caught:
        databases.fetch(source, "transactions", folder / "transactions.parquet", reach(folder.parent, secrets))
    assert caught.value.setting == about
    assert not folder.exists() or not list(folder.iterdir())
    assert "\n" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert PASSWORD not in repr(caught.value)
    return str(caught.value)


def test_a_table_comes_whole_with_its_own_types_sorted_by_all_columns(shop, root):
    found = fetch(shop, "orders", root / "raw")
    assert found.to_pylist() == SORTED
    assert found.schema.types == [pa.string(), pa.string(), pa.int64(), pa.float64()]


def test_the_same_rows_in_another_order_give_the_same_bytes(sqlite_shop, root):
    fetch("sqlite:///shop.sqlite", "orders", root / "raw")
    first = (root / "raw" / "transactions.parquet").read_bytes()
    with sqlite3.connect(sqlite_shop) as connection:
        connection.execute("DELETE FROM orders")
        connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?)", ORDERS[::-1])
    fetch("sqlite:///shop.sqlite", "orders", root / "raw")
    assert (root / "raw" / "transactions.parquet").read_bytes() == first


def test_a_query_keeps_the_order_that_it_brings(shop, root):
    found = fetch(
        shop, "SELECT invoice, pieces FROM orders WHERE invoice LIKE 'A%' ORDER BY pieces DESC;", root / "raw"
    )
    assert found["pieces"].to_pylist() == [3, 2, 1]


def test_an_order_inside_brackets_is_no_order(shop, root):
    query = "WITH best AS (SELECT pieces FROM orders ORDER BY pieces DESC) SELECT pieces FROM best"
    assert fetch(shop, query, root / "raw")["pieces"].to_pylist() == [1, 2, 3]


def test_the_name_says_table_database_and_host_only(server, sqlite_shop, root):
    path = root / "fetched.parquet"
    source = DatabaseSource(kind="database", url=server.url(), customers="orders", transactions="SELECT 1 AS x")
    assert databases.fetch(source, "customers", path, reach(root)) == "table orders of database shop on 127.0.0.1"
    assert databases.fetch(source, "transactions", path, reach(root)) == "a query of database shop on 127.0.0.1"
    source = DatabaseSource(kind="database", url="sqlite:///shop.sqlite", customers="orders")
    assert databases.fetch(source, "customers", path, reach(root)) == "table orders of database shop.sqlite"


def test_postgresql_types_stay_what_they_are(server, root):
    found = fetch(server.url(), "kinds", root / "raw")
    assert found.to_pylist() == [
        {
            "whole": 9007199254740993,
            "part": Decimal("12.50"),
            "flag": True,
            "day": date(2024, 2, 29),
            "at": datetime(2024, 2, 29, 10, 0, 0, 500_000),
            "zoned": datetime(2024, 2, 29, 8, 0, tzinfo=ZoneInfo("UTC")),
            "id": "0b0e2a6c-6f2b-4a51-9a3e-6f0b5b0a0001",
            "tags": '["a", "b"]',
            "extra": '{"k": 1.5}',
            "raw": "00ff",
        }
    ]


def test_duckdb_types_stay_what_they_are(root):
    with duckdb.connect(root / "shop.duckdb") as connection:
        connection.execute(
            "CREATE TABLE kinds AS SELECT 12.50::DECIMAL(10,2) AS part, DATE '2024-02-29' AS day, [1, 2] AS tags,"
            " TIMESTAMPTZ '2024-02-29 10:00:00+02' AS zoned, 'a'::ENUM('a', 'b') AS choice, 7::HUGEINT AS huge,"
            " 9.95::FLOAT AS short, 255::UTINYINT AS tiny,"
            " '0b0e2a6c-6f2b-4a51-9a3e-6f0b5b0a0001'::UUID AS id"
        )
    assert fetch("duckdb:///shop.duckdb", "kinds", root / "raw").to_pylist() == [
        {
            "part": Decimal("12.50"),
            "day": date(2024, 2, 29),
            "tags": "[1, 2]",
            "zoned": datetime(2024, 2, 29, 8, 0, tzinfo=ZoneInfo("UTC")),
            "choice": "a",
            "huge": Decimal(7),
            "short": 9.95,
            "tiny": 255,
            "id": "0b0e2a6c-6f2b-4a51-9a3e-6f0b5b0a0001",
        }
    ]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([None, None, 1, 2], [1, 2, None, None]),
        ([1, 2, 2.5, None], [1.0, 2.0, 2.5, None]),
        ([1, 2, 3, "007"], ["007", "1", "2", "3"]),
        ([2**53 + 1, 1, 2, 0.5], ["0.5", "1", "2", "9007199254740993"]),
        ([1, 1.5, "x", None], ["1", "1.5", "x", None]),
        ([None, None, None, None], [None, None, None, None]),
    ],
)
def test_a_column_s_type_is_decided_by_all_batches(root, monkeypatch, cells, expected):
    monkeypatch.setattr(databases, "BATCH_ROWS", 2)
    with sqlite3.connect(root / "shop.sqlite") as connection:
        connection.execute("CREATE TABLE orders (cell)")
        connection.executemany("INSERT INTO orders VALUES (?)", [(cell,) for cell in cells])
    assert fetch("sqlite:///shop.sqlite", "orders", root / "raw")["cell"].to_pylist() == expected


def test_the_whole_address_may_be_a_secret(server, root):
    whole = f"postgresql://analyst:{quote(PASSWORD, safe='')}@127.0.0.1:{server.port}/shop"
    assert fetch("${SHOP_URL}", "orders", root / "raw", SHOP_URL=whole).to_pylist() == SORTED


def test_names_are_quoted_never_run(sqlite_shop, server, root):
    assert fetch("sqlite:///shop.sqlite", '"odd "" name"', root / "raw").num_rows == 1
    assert fetch(server.url(), 'sales."Big Orders"', root / "other").num_rows == 1
    said = refusal("sqlite:///shop.sqlite", "orders; DROP TABLE orders", root / "third")
    assert "has no table" in said


def test_a_query_cannot_change_the_database(server, root):
    said = refusal(
        server.url(), "WITH gone AS (INSERT INTO no_rows VALUES (1) RETURNING x) SELECT * FROM gone", root / "r"
    )
    assert "must not contain data-modifying statements" in said
    assert "read-only" in refusal(server.url(), "SELECT nextval('counter')", root / "r")
    said = refusal(server.url(), "SELECT 1; INSERT INTO no_rows VALUES (1)", root / "r")
    assert "more than one statement" in said
    assert "has no rows" in refusal(server.url(), "no_rows", root / "r")


@pytest.mark.parametrize(
    "query",
    ["SELECT 1; SELECT 2", r"SELECT E'\' , ' ; DELETE FROM orders; --'", "SELECT 1 -- '\n; DROP TABLE orders --'"],
)
def test_a_hidden_second_statement_is_refused(server, root, query):
    assert "more than one statement" in refusal(server.url(), query, root / "raw")


def test_a_semicolon_in_quotes_is_text(shop, root):
    assert fetch(shop, "SELECT 'a;b' AS x", root / "raw").to_pylist() == [{"x": "a;b"}]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("ordres", r"has no table ordres \(did you mean orders\?\): correct the name"),
        ("no_rows", "has no rows"),
        ("SELECT FROM WHERE", "could not give all rows"),
        ("SELECT nowhere FROM orders", "could not give all rows.*nowhere"),
        ("SELECT pieces, pieces FROM orders", "two columns called pieces"),
        ("UPDATE x.y.z", "neither a table's name nor a query"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(shop, root, wanted, said):
    assert re.search(said, refusal(shop, wanted, root / "raw"))


def test_a_failure_in_a_later_batch_leaves_nothing(server, duckdb_shop, root, monkeypatch):
    monkeypatch.setattr(databases, "BATCH_ROWS", 2000)
    said = refusal(server.url(), "SELECT 1 / (5000 - x) AS y FROM generate_series(1, 9000) AS x", root / "raw")
    assert "division by zero" in said
    query = "SELECT CAST(CASE WHEN x < 9000 THEN '1' ELSE 'one' END AS INTEGER) AS y FROM range(9999) AS t(x)"
    assert "could not give all rows" in refusal("duckdb:///shop.duckdb", query, root / "raw")


def test_a_password_that_is_also_the_database_s_name_is_hidden(server, root):
    said = refusal(server.url(), "orders", root / "raw", "source.url", SHOP_PASSWORD="shop")
    assert "Database *** on 127.0.0.1" in said


def test_a_file_that_is_not_there_is_not_made(root):
    for url in ("sqlite:///shop.sqlite", "duckdb:///shop.duckdb", "sqlite://"):
        assert "is not there" in refusal(url, "orders", root / "raw", "source.url")
    assert not list(root.glob("shop*"))


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_a_file_that_is_no_database_is_refused(root, kind):
    (root / "shop.db").write_text("customer_id,age\n" * 300)
    assert "database shop.db could" in refusal(f"{kind}:///shop.db", "orders", root / "raw").lower()


def test_duckdb_reads_no_other_file(duckdb_shop, root):
    (root / "other.csv").write_text("x\n1\n")
    said = refusal("duckdb:///shop.duckdb", f"SELECT * FROM read_csv('{root / 'other.csv'}')", root / "raw")
    assert "could not give all rows" in said


def test_a_wrong_password_is_refused_without_telling_it(server, root, caplog):
    caplog.set_level(logging.DEBUG)
    said = refusal(server.url(), "orders", root / "raw", "source.url", SHOP_PASSWORD="wr@ng:secret")
    assert "refused the user name or the password" in said
    assert "wr@ng" not in said + caplog.text
    assert "analyst" not in said


def test_secrets_are_in_no_log_of_a_successful_reading(server, root, caplog):
    caplog.set_level(logging.DEBUG)
    fetch(server.url(), "orders", root / "raw")
    assert PASSWORD not in caplog.text


def test_a_secret_that_the_database_repeats_is_hidden(server, root):
    said = refusal(server.url(), "SELECT ('" + PASSWORD.replace("'", "''") + "')::int AS x", root / "raw")
    assert "***" in said
    whole = "postgresql://analyst:pa%40ss@127.0.0.1:1/shop?password=se%2Fcret"
    assert "secret" not in refusal("${SHOP_URL}", "orders", root / "raw", "source.url", SHOP_URL=whole)


def test_a_secret_that_is_not_given_is_named(root, monkeypatch):
    monkeypatch.setenv("SHOP_TOKEN", "of somebody else")
    said = refusal("postgresql://a:${SHOP_TOKEN}@db.example/shop", "orders", root / "raw", "source.url")
    assert "variable SHOP_TOKEN" in said


@pytest.mark.parametrize(
    "url",
    ["postgresql://a:hunter2@db.example/shop", "postgresql://a:hunter${X}@h/d", "postgresql://h/d?password=hunter2"],
)
def test_a_password_in_params_is_refused(root, url):
    said = refusal(url, "orders", root / "raw", "source.url")
    assert "${SEGMENTS_PASSWORD}" in said
    assert "hunter" not in said


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://a@127.0.0.1:1/shop", "Database shop on 127.0.0.1 could not be opened"),
        ("postgres://a@db.example/shop", "write postgresql"),
        ("mysql://a@db.example/shop", "pip install mysqlclient"),
        ("shop.sqlite", "not a database's address"),
    ],
)
def test_an_address_that_leads_nowhere_is_refused(root, url, said):
    assert said in refusal(url, "orders", root / "raw", "source.url")


def test_a_table_that_may_not_be_read_says_so(server, root):
    assert "does not let this user read" in refusal(server.url(), "hidden", root / "raw")
    assert "could not be opened" in refusal(server.url("elsewhere"), "orders", root / "raw", "source.url")


def test_all_rows_come_from_one_moment(server: Postgres, root, monkeypatch):
    """Rows that are written while the table is being read are not in it."""
    monkeypatch.setattr(databases, "BATCH_ROWS", 10)
    server.run(
        "CREATE TABLE growing AS SELECT x FROM generate_series(1, 1000) AS x", "GRANT SELECT ON growing TO analyst"
    )

    def while_others_write(batches, *rest):
        first = next(batches)
        server.run("INSERT INTO growing SELECT 5000", "DELETE FROM growing WHERE x > 500")
        return spooled(itertools.chain([first], batches), *rest)

    monkeypatch.setattr(databases, "spooled", while_others_write)
    assert fetch(server.url(), "growing", root / "raw").num_rows == 1000

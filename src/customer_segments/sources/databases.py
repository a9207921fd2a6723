"""Read a table or a query of a database into one Parquet file, whole or not at all, without changing anything there.

A database gives rows in no order of its own. A table, and a query without an ORDER BY, is therefore sorted by all its
columns after it was fetched, so that the same rows give the same bytes; a query that brings its own ORDER BY keeps it
(let it end with a column that leaves no ties).
"""

from __future__ import annotations

import re
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import duckdb
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError

from customer_segments.base import words
from customer_segments.base.errors import StudyError
from customer_segments.base.params import DatabaseSource
from customer_segments.sources.database_address import address, file_of, place_of
from customer_segments.sources.fetched import Fetched, Spool
from customer_segments.sources.secrets import scrubbed

BATCH_ROWS = 50_000
CONNECT_SECONDS = 10
SHUT_IN = {"enable_external_access": False, "autoload_known_extensions": False, "autoinstall_known_extensions": False}
CONNECT_TIMEOUT = {"postgresql": "connect_timeout", "mysql": "connect_timeout", "mariadb": "connect_timeout"}
PACKAGES = {"MySQLdb": "mysqlclient", "mariadb": "mariadb", "psycopg2": "psycopg2-binary", "cx_Oracle": "cx_Oracle"}
PART_OF_NAME = r'(?:"(?P<{0}_quoted>(?:[^"]|"")+)"|(?P<{0}>[^".]+))'
NAME_OF_TABLE = re.compile(rf"(?:{PART_OF_NAME.format('schema')}\.)?{PART_OF_NAME.format('table')}")
QUERY = re.compile(r"(select|with)[\s(*\"'`]", re.IGNORECASE)
LITERAL, LEXICALLY_HARD = re.compile(r"'[^']*'"), re.compile(r'--|/\*|[\\$"`#]')
WRONG_PASSWORD = re.compile(r"authentication failed|no password supplied|access denied|login failed", re.IGNORECASE)
DENIED = re.compile(r"permission denied|access denied|command denied|not authorized", re.IGNORECASE)


def fetch(source: DatabaseSource, table: Literal["customers", "transactions"], folder: Path) -> Fetched:
    """Fetch one of the source's tables into `folder`; on failure nothing stays there, and no secret is told."""
    secrets: set[str] = set()
    try:
        return _fetch(source, table, folder, secrets)
    except (StudyError, SQLAlchemyError, sqlite3.Error, OSError) as error:
        problem = scrubbed(str(error), secrets)
    # Raised out here: inside the handler, the driver's error would come along as context, secrets and all.
    raise StudyError(problem)


def _fetch(source: DatabaseSource, table: str, folder: Path, secrets: set[str]) -> Fetched:
    wanted = (getattr(source, table) or "").strip()
    key = f"source.{table}"
    url = address(source.url, secrets)
    place = place_of(url)
    name = f"a query of {place}" if _is_query(wanted) else f"table {wanted} of {place}"
    if url.get_backend_name() == "duckdb":
        batches = _rows_of_duckdb(file_of(url, place), wanted, place, key)
    else:
        batches = _rows(url, wanted, place, key)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".fetching_") as scratch:
        spool = Spool(Path(scratch))
        for columns in batches:
            spool.add(columns)
        if spool.rows == 0:
            raise StudyError(f"{_capital(name)} has no rows: correct `{key}` in params.yaml.")
        path = folder / f"{table}.parquet"
        spool.write(path, ordered=_is_query(wanted) and _ordered(wanted))
    return Fetched(path, name)


def _is_query(wanted: str) -> bool:
    return QUERY.match(wanted) is not None


def _statement(text: str, key: str) -> str:
    """The query without its last semicolon, if it is one statement."""
    query = text.rstrip().rstrip(";")
    # A semicolon may stand inside quotes, but only where every database agrees on where quotes end.
    plain = query if LEXICALLY_HARD.search(query) else LITERAL.sub("", query)
    if ";" in plain:
        raise StudyError(f"`{key}` in params.yaml holds more than one statement: write a single SELECT.")
    return query


def _ordered(query: str) -> bool:
    """Whether the outermost query brings an order; one inside brackets orders only what is in there."""
    outside, inside = query, ""
    while outside != inside:
        inside, outside = outside, re.sub(r"\([^()]*\)", " ", outside)
    return re.search(r"\border\s+by\b", outside, re.IGNORECASE) is not None


def _rows(url: URL, wanted: str, place: str, key: str) -> Iterator[dict[str, Sequence[Any]]]:
    """The rows in batches, read in one transaction that sees one state of the database and cannot write."""
    with _connected(url, place) as connection:
        try:
            result = _executed(connection, wanted, place, key)
            names = _distinct(list(result.keys()), key)
            for batch in result.partitions(BATCH_ROWS):
                yield dict(zip(names, zip(*batch, strict=True), strict=True))
        except SQLAlchemyError as error:
            raise StudyError(_refused(_reason(error), place, key)) from None


def _executed(connection: sa.Connection, wanted: str, place: str, key: str) -> sa.CursorResult:
    """The running query, its rows waiting at the server."""
    if _is_query(wanted):
        # Without parameters, no percent sign and no colon of a query is taken for a placeholder.
        options = {"yield_per": BATCH_ROWS, "no_parameters": True}
        return connection.exec_driver_sql(_statement(wanted, key), execution_options=options)
    schema, name = _name_of_table(wanted, key)
    inspector = sa.inspect(connection)
    if not inspector.has_table(name, schema):
        known = [*inspector.get_table_names(schema), *inspector.get_view_names(schema)]
        raise StudyError(_missing(wanted, name, known, place, key))
    everything = sa.select(sa.text("*")).select_from(sa.table(name, schema=schema))
    return connection.execute(everything, execution_options={"yield_per": BATCH_ROWS})


def _rows_of_duckdb(path: Path, wanted: str, place: str, key: str) -> Iterator[dict[str, pa.Array]]:
    """The same from a DuckDB file by DuckDB itself, which lets no one else write meanwhile."""
    try:
        with duckdb.connect(str(path), read_only=True, config=SHUT_IN) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            statement = _statement(wanted, key) if _is_query(wanted) else _duckdb_table(connection, wanted, place, key)
            reader = connection.execute(statement).to_arrow_reader(BATCH_ROWS)
            names = _distinct(reader.schema.names, key)
            for batch in reader:
                yield dict(zip(names, batch.columns, strict=True))
    except (duckdb.Error, pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0]
    else:
        return
    raise StudyError(_refused(reason, place, key))


def _duckdb_table(connection: duckdb.DuckDBPyConnection, wanted: str, place: str, key: str) -> str:
    schema, name = _name_of_table(wanted, key)
    query = "SELECT table_schema, table_name FROM information_schema.tables"
    known = [table for found, table in connection.execute(query).fetchall() if found == (schema or "main")]
    if name not in known:
        raise StudyError(_missing(wanted, name, known, place, key))
    quoted = ['"' + part.replace('"', '""') + '"' for part in (schema, name) if part]
    return f"SELECT * FROM {'.'.join(quoted)}"


@contextmanager
def _connected(url: URL, place: str) -> Iterator[sa.Connection]:
    """A connection in a read-only transaction at the level at which repeated reads agree, where there is one."""
    engine = _engine(url, place)
    try:
        with _connection(engine, place) as connection:
            yield connection
    finally:
        engine.dispose()


def _engine(url: URL, place: str) -> sa.Engine:
    backend = url.get_backend_name()
    if backend == "sqlite":
        address = f"file:{quote(str(file_of(url, place)))}?mode=ro"
        return sa.create_engine(
            "sqlite://", creator=lambda: sqlite3.connect(address, uri=True, timeout=CONNECT_SECONDS)
        )
    timeout = CONNECT_TIMEOUT.get(backend)
    given = {timeout: CONNECT_SECONDS} if timeout and timeout not in url.query else {}
    snapshot = {"isolation_level": "REPEATABLE READ"} if backend in CONNECT_TIMEOUT else {}
    try:
        return sa.create_engine(url, connect_args=given, **snapshot)
    except NoSuchModuleError:
        close = "postgresql" if backend == "postgres" else "postgresql, mysql, mssql, oracle, sqlite or duckdb"
        problem = f"`source.url` in params.yaml begins with {url.drivername}://, which is not known: write {close}."
    except ImportError as error:
        package = PACKAGES.get(error.name or "", error.name)
        problem = f"Reading {place} needs a driver that is not installed: install it with `pip install {package}`."
    raise StudyError(problem)


def _connection(engine: sa.Engine, place: str) -> sa.Connection:
    try:
        connection = engine.connect().execution_options(postgresql_readonly=True)
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET TIME ZONE 'UTC'")
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA query_only = ON")
        return connection
    except (SQLAlchemyError, TypeError, ValueError) as error:  # the latter two: options that a driver does not know
        reason = _reason(error)
    if WRONG_PASSWORD.search(reason):
        raise StudyError(f"{_capital(place)} refused the user name or the password of `source.url` in params.yaml.")
    raise StudyError(f"{_capital(place)} could not be opened ({reason}): correct `source.url` in params.yaml.")


def _name_of_table(wanted: str, key: str) -> tuple[str | None, str]:
    """Schema and table, as written with or without quotes."""
    found = NAME_OF_TABLE.fullmatch(wanted)
    if not found:
        raise StudyError(f"`{key}` in params.yaml is neither a table's name nor a query that begins with SELECT.")
    quoted = {part: (found[f"{part}_quoted"] or "").replace('""', '"') for part in ("schema", "table")}
    return quoted["schema"] or found["schema"], quoted["table"] or found["table"]


def _missing(wanted: str, name: str, known: Sequence[str], place: str, key: str) -> str:
    """Say that the table is not there, and which ones it resembles, or which there are."""
    guesses = get_close_matches(name, known, n=3) or sorted(known)[:5]
    hint = f"did you mean {words.listed(guesses, 'or')}?" if guesses else "it has no tables there."
    return f"{_capital(place)} has no table {wanted}; {hint} Correct `{key}` in params.yaml."


def _distinct(names: list[str], key: str) -> list[str]:
    """The columns' names, where each is there once."""
    if twice := [name for name in names if names.count(name) > 1]:
        raise StudyError(f"`{key}` gives two columns called {twice[0]}: name one of them otherwise with AS.")
    return names


def _refused(reason: str, place: str, key: str) -> str:
    if DENIED.search(reason):
        return f"{_capital(place)} does not let this user read `{key}` ({reason}): ask for the right to SELECT."
    return f"{_capital(place)} could not give all rows of `{key}` ({reason}): correct it in params.yaml."


def _reason(error: Exception) -> str:
    """The database's own words, on their first line, without the statement."""
    original = error.orig if isinstance(error, DBAPIError) else error
    told = getattr(getattr(original, "diag", None), "message_primary", None) or str(original)
    return next((line.strip().rstrip(".") for line in told.splitlines() if line.strip()), type(original).__name__)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

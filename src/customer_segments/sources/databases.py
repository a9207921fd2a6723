"""Read a table or a query of a database into one Parquet file, whole or not at all, without changing anything there.

A database gives rows in no order of its own. A table, and a query without an ORDER BY, is therefore sorted by all its
columns after it was fetched, so that the same rows give the same bytes; a query that brings its own ORDER BY keeps it
(let it end with a column that leaves no ties).
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.exc import NoSuchModuleError, SQLAlchemyError

from customer_segments.base import words
from customer_segments.base.errors import StudyError
from customer_segments.base.params import DatabaseSource
from customer_segments.sources.database_address import SETTING, address, located, place_of, reason_of
from customer_segments.sources.fetched import spooled
from customer_segments.sources.part import quoted
from customer_segments.sources.secrets import Reach, Secrets

BATCH_ROWS = 50_000
CONNECT_SECONDS = 10
SHUT_IN = {"enable_external_access": False, "autoload_known_extensions": False, "autoinstall_known_extensions": False}
SERVERS = ("postgresql", "mysql", "mariadb")
PACKAGES = {"MySQLdb": "mysqlclient", "mariadb": "mariadb", "psycopg2": "psycopg2-binary", "cx_Oracle": "cx_Oracle"}
PART_OF_NAME = r'(?:"(?P<{0}_quoted>(?:[^"]|"")+)"|(?P<{0}>[^".]+))'
NAME_OF_TABLE = re.compile(rf"(?:{PART_OF_NAME.format('schema')}\.)?{PART_OF_NAME.format('table')}")
QUERY = re.compile(r"(select|with)[\s(*\"'`]", re.IGNORECASE)
LITERAL, LEXICALLY_HARD = re.compile(r"'[^']*'"), re.compile(r'--|/\*|[\\$"`#]')
WRONG_PASSWORD = re.compile(r"authentication failed|no password supplied|access denied|login failed", re.IGNORECASE)
DENIED = re.compile(r"permission denied|access denied|command denied|not authorized", re.IGNORECASE)


def fetch(source: DatabaseSource, table: str, path: Path, reach: Reach) -> str:
    """Fetch one of the source's tables, or nothing at all; returns what a person calls it, without secrets."""
    secrets, wanted = Secrets(reach.secrets), (getattr(source, table) or "").strip()

    def fetched() -> str:
        return _fetched(located(address(source.url, secrets), reach.base), wanted, path)

    return secrets.kept(fetched, f"source.{table}", SQLAlchemyError, sqlite3.Error, OSError)


def _fetched(url: URL, wanted: str, path: Path) -> str:
    name = f"a query of {place_of(url)}" if _is_query(wanted) else f"table {wanted} of {place_of(url)}"
    rows = _rows_of_duckdb if url.get_backend_name() == "duckdb" else _rows
    if not spooled(rows(url, wanted), path, _is_query(wanted) and _ordered(wanted)):
        raise StudyError(f"{_capital(name)} has no rows: correct what is asked for.")
    return name


def _is_query(wanted: str) -> bool:
    return QUERY.match(wanted) is not None


def _statement(text: str) -> str:
    """The query without its last semicolon, if it is one statement."""
    query = text.rstrip().rstrip(";")
    # A semicolon may stand inside quotes, but only where every database agrees on where quotes end.
    plain = query if LEXICALLY_HARD.search(query) else LITERAL.sub("", query)
    if ";" in plain:
        raise StudyError("The query holds more than one statement: write a single SELECT.")
    return query


def _ordered(query: str) -> bool:
    """Whether the outermost query brings an order; one inside brackets orders only what is in there."""
    outside, inside = query, ""
    while outside != inside:
        inside, outside = outside, re.sub(r"\([^()]*\)", " ", outside)
    return re.search(r"\border\s+by\b", outside, re.IGNORECASE) is not None


def _rows(url: URL, wanted: str) -> Iterator[dict[str, Sequence[Any]]]:
    """The rows in batches, read in one transaction that sees one state of the database and cannot write."""
    engine = _engine(url)
    try:
        with _connection(engine, url) as connection:
            try:
                result = _executed(connection, url, wanted)
                names = _distinct(list(result.keys()))
                for batch in result.partitions(BATCH_ROWS):
                    yield dict(zip(names, zip(*batch, strict=True), strict=True))
            except SQLAlchemyError as error:
                raise _refusal(reason_of(error), url) from None
    finally:
        engine.dispose()


def _executed(connection: sa.Connection, url: URL, wanted: str) -> sa.CursorResult:
    """The running query, its rows waiting at the server."""
    if _is_query(wanted):
        # Without parameters, no percent sign and no colon of a query is taken for a placeholder.
        options = {"yield_per": BATCH_ROWS, "no_parameters": True}
        return connection.exec_driver_sql(_statement(wanted), execution_options=options)
    schema, name = _name_of_table(wanted)
    inspector = sa.inspect(connection)
    if not inspector.has_table(name, schema):
        raise _missing(url, wanted, name, [*inspector.get_table_names(schema), *inspector.get_view_names(schema)])
    everything = sa.select(sa.text("*")).select_from(sa.table(name, schema=schema))
    return connection.execute(everything, execution_options={"yield_per": BATCH_ROWS})


def _rows_of_duckdb(url: URL, wanted: str) -> Iterator[dict[str, pa.Array]]:
    """The same from a DuckDB file by DuckDB itself, which lets no one else write meanwhile."""
    try:
        with duckdb.connect(url.database, read_only=True, config=SHUT_IN) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            statement = _statement(wanted) if _is_query(wanted) else _duckdb_table(connection, url, wanted)
            reader = connection.execute(statement).to_arrow_reader(BATCH_ROWS)
            names = _distinct(reader.schema.names)
            for batch in reader:
                yield dict(zip(names, batch.columns, strict=True))
    except (duckdb.Error, pa.ArrowException, OSError) as error:
        raise _refusal(str(error).splitlines()[0], url) from None


def _duckdb_table(connection: duckdb.DuckDBPyConnection, url: URL, wanted: str) -> str:
    schema, name = _name_of_table(wanted)
    query = "SELECT table_schema, table_name FROM information_schema.tables"
    known = [table for found, table in connection.execute(query).fetchall() if found == (schema or "main")]
    if name not in known:
        raise _missing(url, wanted, name, known)
    return f"SELECT * FROM {'.'.join(quoted(part) for part in (schema, name) if part)}"


def _engine(url: URL) -> sa.Engine:
    """Connects in a read-only transaction at the level at which repeated reads agree, where there is one."""
    backend = url.get_backend_name()
    if backend == "sqlite":
        file = f"file:{quote(url.database)}?mode=ro"
        return sa.create_engine("sqlite://", creator=lambda: sqlite3.connect(file, uri=True, timeout=CONNECT_SECONDS))
    given = {"connect_timeout": CONNECT_SECONDS} if backend in SERVERS and "connect_timeout" not in url.query else {}
    snapshot = {"isolation_level": "REPEATABLE READ"} if backend in SERVERS else {}
    try:
        return sa.create_engine(url, connect_args=given, **snapshot)
    except NoSuchModuleError:
        close = "postgresql" if backend == "postgres" else "postgresql, mysql, mssql, oracle, sqlite or duckdb"
        problem = f"The database's address begins with {url.drivername}://, which is not known: write {close}."
    except ImportError as error:
        install = f"pip install {PACKAGES.get(error.name or '', error.name)}"
        problem = f"Reading {place_of(url)} needs a driver that is not installed: install it with `{install}`."
    raise StudyError(problem, SETTING)


def _connection(engine: sa.Engine, url: URL) -> sa.Connection:
    try:
        connection = engine.connect().execution_options(postgresql_readonly=True)
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET TIME ZONE 'UTC'")
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA query_only = ON")
        return connection
    except (SQLAlchemyError, TypeError, ValueError) as error:  # the latter two: options that a driver does not know
        reason, place = reason_of(error), _capital(place_of(url))
    if WRONG_PASSWORD.search(reason):
        raise StudyError(f"{place} refused the user name or the password: correct them.", SETTING)
    raise StudyError(f"{place} could not be opened ({reason}): correct its address.", SETTING)


def _name_of_table(wanted: str) -> tuple[str | None, str]:
    """Schema and table, as written with or without quotes."""
    found = NAME_OF_TABLE.fullmatch(wanted)
    if not found:
        raise StudyError("What is asked for is neither a table's name nor a query that begins with SELECT: correct it.")
    written = {part: (found[f"{part}_quoted"] or "").replace('""', '"') for part in ("schema", "table")}
    return written["schema"] or found["schema"], written["table"] or found["table"]


def _missing(url: URL, wanted: str, name: str, known: Sequence[str]) -> StudyError:
    """Say that the table is not there, and which ones it resembles, or which there are."""
    guesses = get_close_matches(name, known, n=3) or sorted(known)[:5]
    hint = f"did you mean {words.listed(guesses, 'or')}?" if guesses else "it has no tables there"
    return StudyError(f"{_capital(place_of(url))} has no table {wanted} ({hint}): correct the name.")


def _distinct(names: list[str]) -> list[str]:
    """The columns' names, where each is there once."""
    if twice := [name for name in names if names.count(name) > 1]:
        raise StudyError(f"The query gives two columns called {twice[0]}: name one of them otherwise with AS.")
    return names


def _refusal(reason: str, url: URL) -> StudyError:
    place = _capital(place_of(url))
    if DENIED.search(reason):
        return StudyError(f"{place} does not let this user read it ({reason}): ask for the right to SELECT.")
    return StudyError(f"{place} could not give all rows ({reason}): correct the table or the query.")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

"""`segments export`: the segmented customers to a file or to a table of a database, whole or not at all."""

from __future__ import annotations

import os
import sqlite3
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from customer_segments.base import words
from customer_segments.base.errors import StudyError
from customer_segments.commands import writing

if TYPE_CHECKING:
    import sqlalchemy as sa
    from sqlalchemy.engine import URL

    from customer_segments.run.workspace import Workspace
    from customer_segments.sources.secrets import Secrets

ID = "customer_id"
CUSTOMERS = "data/processed/segmented_customers.parquet"
LIFETIME = "data/processed/lifetime.parquet"
BATCH_ROWS = 10_000
WHOLE = ("postgresql", "sqlite", "duckdb")  # where a table can be replaced in one transaction
OPTION = "`--database`"


def to_file(
    workspace: Workspace, path: Path, *, kind: str | None = None, columns: list[str] | None = None,
    replace: bool = False,
) -> str:  # fmt: skip
    """Write the table to a file; say what was written."""
    kind = writing.format_of(path, kind)
    writing.refuse_existing(path, replace)
    table = export_table(workspace, columns)
    writing.write(table, path, kind)
    return f"{_counted(table)} written to {path}."


def to_database(
    workspace: Workspace, address: str, name: str, *, columns: list[str] | None = None, replace: bool = False
) -> str:
    """Write the table into a database in one transaction; no secret of the address is ever told."""
    from customer_segments.sources.secrets import PLACEHOLDER, Secrets, given

    # Whoever types an address means the variables in it; a study's own address has to name them apart.
    table, secrets = export_table(workspace, columns), Secrets(given(os.environ, PLACEHOLDER.findall(address)))

    def written() -> str:
        database = _located(address, secrets, workspace.root)
        _refuse_own_source(workspace, database[0], name)
        return _written(table, database, name, replace)

    return f"{_counted(table)} written to {secrets.kept(written)}."


def export_table(workspace: Workspace, columns: list[str] | None = None) -> pd.DataFrame:
    """One row per customer: what is known, the segment and its name, and what is expected of the customer."""
    table = workspace.read_table(CUSTOMERS)
    if workspace.has(LIFETIME):
        lifetime = workspace.read_table(LIFETIME)
        more = [name for name in lifetime if name not in table]
        table = table.merge(lifetime[[ID, *more]], on=ID, how="left") if len(lifetime) and more else table
    for name in columns or ():
        if name not in table:
            close = get_close_matches(name, table.columns, n=1)
            hint = f" (did you mean {close[0]!r}?)" if close else ""
            told = f"There is no column {name!r} to export{hint}: name one of {', '.join(table.columns)}."
            raise StudyError(told)
    return table[list(dict.fromkeys(columns))] if columns else table


def _counted(table: pd.DataFrame) -> str:
    return f"{words.counted(len(table), 'customer')} with {words.counted(table.shape[1], 'column')}"


def _located(text: str, secrets: Secrets, root: Path) -> tuple[URL, str]:
    """The database, one in a file by its place in the study, and what it is called in a sentence."""
    from customer_segments.sources.database_address import address, place_of

    url = address(text, secrets, setting=None)
    backend, place = url.get_backend_name(), place_of(url)
    if backend not in WHOLE:
        raise StudyError(
            f"A {backend} database cannot replace a table in one transaction: "
            f"write to {words.listed(WHOLE, 'or')}, or export a file."
        )
    if backend == "postgresql":
        return url, place
    if not url.database:
        raise StudyError(f"{OPTION} names no file: write it as `{backend}:///file.{backend}`.")
    return url.set(database=str(root / url.database)), place


def _refuse_own_source(workspace: Workspace, url: URL, name: str) -> None:
    """Stop before a table that the study reads from is written over."""
    from customer_segments.sources.database_address import address
    from customer_segments.sources.secrets import Secrets, given

    source = workspace.params().source
    if source.kind != "database":
        return
    own = address(source.url, Secrets(given(os.environ, source.secrets)))
    if own.get_backend_name() in ("sqlite", "duckdb"):
        own = own.set(database=str(workspace.root / (own.database or "")))
    same = all(getattr(own, part) == getattr(url, part) for part in ("host", "port", "database"))
    read = map(_bare, source.places)
    if same and _bare(name) in read:
        raise StudyError(f"The study reads its customers from table {name} there: name another table.")


def _bare(name: str) -> str:
    return name.rpartition(".")[2].strip('"').casefold()


def _written(table: pd.DataFrame, database: tuple[URL, str], name: str, replace: bool) -> str:
    import duckdb
    from sqlalchemy.exc import SQLAlchemyError

    from customer_segments.sources.database_address import reason_of

    url, place = database
    try:
        if url.get_backend_name() == "duckdb":
            _to_duckdb(table, url.database, name, place, replace)
        else:
            _to_sql(table, url, name, place, replace)
    except (SQLAlchemyError, duckdb.Error, sqlite3.Error, OSError) as error:
        told = f"The database did not take the table ({reason_of(error)}): nothing was changed there"
        raise StudyError(f"{told}; correct {OPTION} or `--table`.") from None
    return f"table {name} of {place}"


def _to_duckdb(table: pd.DataFrame, path: str, name: str, place: str, replace: bool) -> None:
    import duckdb

    with duckdb.connect(path) as connection:
        there = "SELECT count(*) FROM information_schema.tables WHERE table_name = ?"
        _refuse_existing(bool(connection.execute(there, [name]).fetchone()[0]), name, place, replace)
        connection.register("table_to_write", table)
        quoted = '"' + name.replace('"', '""') + '"'
        connection.execute(f"CREATE OR REPLACE TABLE {quoted} AS SELECT * FROM table_to_write")


def _to_sql(table: pd.DataFrame, url: URL, name: str, place: str, replace: bool) -> None:
    import sqlalchemy as sa

    schema, _, bare = name.rpartition(".")
    engine = _engine(url)
    try:
        with engine.begin() as connection:
            there = sa.inspect(connection).has_table(bare, schema or None)
            _refuse_existing(there, name, place, replace)
            if there:
                sa.Table(bare, sa.MetaData(), schema=schema or None).drop(connection)
            plain = table.astype(dict.fromkeys(table.select_dtypes(["category"]), "object"))
            plain.to_sql(bare, connection, schema=schema or None, index=False, chunksize=BATCH_ROWS)
    finally:
        engine.dispose()


def _engine(url: URL) -> sa.Engine:
    import sqlalchemy as sa

    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, connect_args={} if "connect_timeout" in url.query else {"connect_timeout": 10})
    engine = sa.create_engine(f"sqlite:///{url.database}", connect_args={"isolation_level": None})
    # Python's driver would commit before a DROP; a transaction begun by hand holds it too.
    sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _refuse_existing(there: bool, name: str, place: str, replace: bool) -> None:
    if there and not replace:
        raise StudyError(f"Table {name} is in {place} already: add `--replace` to overwrite it, or name another table.")

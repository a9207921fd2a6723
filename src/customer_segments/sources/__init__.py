"""Where tables come from: every source ends as `data/raw/{customers,transactions,broken}.parquet` and `source.json`."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from customer_segments.base import engine
from customer_segments.base.contract import TABLES
from customer_segments.base.params import ColumnNames, DatabaseSource, DemoSource, Formats, Params, WebSource
from customer_segments.run import workspace
from customer_segments.sources import files, tables
from customer_segments.sources.forgotten import forgotten, left_out, without
from customer_segments.sources.part import BrokenRow, Part

if TYPE_CHECKING:
    from customer_segments.base.params import TablesSource

RAW = "data/raw"
BROKEN = pa.schema([("table", pa.string()), ("row", pa.int64()), ("reason", pa.string()), ("content", pa.string())])


def collect(params: Params) -> None:
    """Read the source's tables and write them with our column names and kinds, one file a table."""
    source, raw = params.source, workspace.destination(f"{RAW}/source.json").parent
    # Tables are made aside and moved at the end, so that one that cannot be collected leaves everything as it was.
    with (
        tempfile.TemporaryDirectory(prefix="customer_segments_") as scratch,
        tempfile.TemporaryDirectory(prefix=".collecting_", dir=raw) as aside,
    ):
        if isinstance(source, DemoSource):
            parts, names, formats = _demo(params, Path(scratch)), ColumnNames(), Formats()
        else:
            parts, names, formats = _parts(source, Path(scratch)), source.columns, source.formats
        accounts, broken, gone = {}, {}, forgotten()
        connection = engine.connect(params.threads)
        for table, found in parts.items():
            target, given = Path(aside, f"{table}.parquet"), getattr(formats, table)
            collected = tables.write_table(connection, table, found, getattr(names, table), given, target)
            collected = left_out(connection, collected, target, gone)
            accounts[table], broken[table] = collected.account, collected.broken
        pq.write_table(broken_table(broken), Path(aside, "broken.parquet"), compression="zstd")
        for made in Path(aside).iterdir():
            made.replace(raw / made.name)
    prints = "".join(account["sha256"] for account in accounts.values())
    fingerprint = hashlib.sha256(prints.encode()).hexdigest()
    content = {"kind": source.kind, "tables": accounts, "fingerprint": fingerprint}
    workspace.write_json(content, f"{RAW}/source.json")


def _parts(source: TablesSource, scratch: Path) -> dict[str, list[Part]]:
    """What the source has for each table that is named."""
    named = {table: getattr(source, table) for table in TABLES}
    return {table: _read(source, table, scratch) for table, place in named.items() if place is not None}


def _read(source: TablesSource, table: str, scratch: Path) -> list[Part]:
    given = getattr(source.formats, table)
    if isinstance(source, DatabaseSource | WebSource):
        return [_fetched(source, table, scratch)]
    return files.read(getattr(source, table), given, scratch, workspace.root())


def _fetched(source: DatabaseSource | WebSource, table: str, scratch: Path) -> Part:
    """What a database or a web API sends, by way of a Parquet file."""
    from customer_segments.sources import columnar, databases, web

    module = databases if isinstance(source, DatabaseSource) else web
    fetched = module.fetch(source, table, scratch)
    return columnar.read(fetched.path, fetched.name, getattr(source.formats, table), scratch)


def _demo(params: Params, scratch: Path) -> dict[str, list[Part]]:
    """The demo shop's export, which stays in `data/raw/demo` for everyone to see."""
    from customer_segments.sources import demo

    folder = workspace.destination(f"{RAW}/demo/customers.csv").parent
    shop, gone = demo.make_demo_shop(params.source, params.seed), forgotten()
    shop = replace(shop, **{name: without(getattr(shop, name), column, gone) for name, column in demo.WHO.items()})
    demo.write_demo_shop(shop, folder)
    given = Formats().customers
    return {table: [files.read_one(folder / f"{table}.csv", given, scratch)] for table in TABLES}


def broken_table(broken: dict[str, tuple[BrokenRow, ...]]) -> pa.Table:
    """The rows of all tables that could not be split into cells."""
    rows: list[dict[str, Any]] = [
        {"table": table, "row": row.row, "reason": row.reason, "content": row.content}
        for table, found in broken.items()
        for row in found
    ]
    return pa.Table.from_pylist(rows, schema=BROKEN)

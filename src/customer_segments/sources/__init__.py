"""Where tables come from: every source ends as `data/raw/{customers,transactions}.parquet` and `source.json`."""

from __future__ import annotations

import hashlib
from pathlib import Path

from customer_segments import engine, workspace
from customer_segments.contract import ROW, TABLES
from customer_segments.params import DemoSource, Params
from customer_segments.sources import files

RAW = "data/raw"


def collect(params: Params) -> None:
    """Read the source's tables and write them with our column names and types, one file a table."""
    connection = engine.connect(params.threads)
    paths, names = _export(params)
    described = {}
    for table in TABLES:
        if table in paths:
            collected = files.read(connection, table, paths[table], names.get(table, {}))
            engine.write_parquet(collected, workspace.destination(f"{RAW}/{table}.parquet"), order_by=[ROW])
            described[table] = {
                "file": paths[table].name,
                "rows": int(collected.count().execute()),
                "sha256": _sha256(paths[table]),
            }
    prints = "".join(table["sha256"] for table in described.values())
    fingerprint = hashlib.sha256(prints.encode()).hexdigest()
    source = {"kind": params.source.kind, "tables": described, "fingerprint": fingerprint}
    workspace.write_json(source, f"{RAW}/source.json")


def _export(params: Params) -> tuple[dict[str, Path], dict[str, dict[str, str]]]:
    """The files to read, by table, and what their columns are called."""
    source = params.source
    if isinstance(source, DemoSource):
        from customer_segments.sources import demo

        folder = workspace.destination(f"{RAW}/demo/customers.csv").parent
        demo.write_demo_shop(demo.make_demo_shop(source, params.seed), folder)
        return {table: folder / f"{table}.csv" for table in TABLES}, demo.EXPORT_COLUMNS
    named = {"customers": source.customers, "transactions": source.transactions}
    paths = {table: workspace.root() / path for table, path in named.items() if path is not None}
    return paths, source.columns.model_dump()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""Where tables come from: every source ends as `{customers,transactions,broken}.parquet`, and an account of them."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customer_segments.base import engine
from customer_segments.base.contract import TABLES, validate_collected
from customer_segments.base.errors import StudyError
from customer_segments.base.files import scratch_folder
from customer_segments.sources import files, joining, reading, tables
from customer_segments.sources.forgotten import left_out, without
from customer_segments.sources.joining import Further
from customer_segments.sources.part import BrokenRow, Part

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from customer_segments.base.params import DemoSource, Format, SourceParams, TablesSource
    from customer_segments.sources.secrets import Reach


def collect(source: SourceParams, reach: Reach, raw: Path, *, seed: int, threads: int = 1) -> dict[str, Any]:
    """Write the source's tables with our column names and kinds into a folder; returns how each was read."""
    import pyarrow.parquet as pq

    from customer_segments.base.params import ColumnNames, Formats

    raw.mkdir(parents=True, exist_ok=True)
    # Tables are made aside and moved at the end, so that one that cannot be collected leaves everything as it was.
    with (
        scratch_folder() as scratch,
        tempfile.TemporaryDirectory(prefix=".collecting_", dir=raw) as aside,
    ):
        backend = engine.connect(threads)
        if source.kind == "demo":
            parts, names, formats = _demo(source, seed, reach, raw, Path(scratch)), ColumnNames(), Formats()
        else:
            wanted = [table for table in TABLES if getattr(source, table) is not None]
            parts = {table: _together(backend.con, source, table, reach, Path(scratch)) for table in wanted}
            names, formats = source.columns, source.formats
        accounts, broken, beside = {}, {}, {}
        for table, found in parts.items():
            target, given = Path(aside, f"{table}.parquet"), getattr(formats, table)
            collected = tables.write_table(backend.con, table, found, getattr(names, table), given, target)
            _refuse_open(reading.questions(table, collected.account, given))
            validate_collected(table, engine.read_parquet(backend, target))
            collected = left_out(backend.con, collected, target, reach.gone)
            named = {"columns": getattr(names, table), **given.model_dump(mode="json"), **_joined(source, table)}
            accounts[table], broken[table] = collected.account | {"given": named}, collected.broken
            beside |= collected.broken_beside
        pq.write_table(broken_table(broken | beside), Path(aside, "broken.parquet"), compression="zstd")
        for made in Path(aside).iterdir():
            made.replace(raw / made.name)
    prints = "".join(account["sha256"] for account in accounts.values())
    fingerprint = hashlib.sha256(prints.encode()).hexdigest()
    return {"kind": source.kind, "tables": accounts, "fingerprint": fingerprint}


def _refuse_open(asked: list[reading.Question]) -> None:
    """Stop at what only a person can tell, and has not told."""
    for question in asked:
        raise StudyError(
            f"{question.told}: name the right one by hand, or `null` for none.", f"source.{question.setting}"
        )


def _joined(source: SourceParams, table: str) -> dict[str, Any]:
    """Of what else a table was put together, and where it stood; nothing where it is one by itself."""
    joins = () if source.kind == "demo" else getattr(source.joined, table)
    if not joins:
        return {}
    return {"place": getattr(source, table), "joined": [each.model_dump(mode="json") for each in joins]}


def _together(
    connection: duckdb.DuckDBPyConnection, source: TablesSource, table: str, reach: Reach, scratch: Path
) -> list[Part]:
    """A table, with the columns of those that are joined to it."""
    parts = _read(source, table, getattr(source.formats, table), reach, scratch)
    further = []
    for number, how in enumerate(getattr(source.joined, table)):
        inner = scratch / f"{table}_joined_{number}"
        inner.mkdir()
        place = source.model_copy(update={table: how.table})
        further.append(Further(how, _read(place, table, how.written, reach, inner), f"source.joined.{table}"))
    return joining.together(connection, parts, further, scratch)


def _read(source: TablesSource, table: str, given: Format, reach: Reach, scratch: Path) -> list[Part]:
    if source.kind not in ("database", "web"):
        return files.read(getattr(source, table), given, scratch, reach.base, f"source.{table}")
    from customer_segments.sources import columnar, databases, web

    module, path = (databases if source.kind == "database" else web), scratch / f"{table}.parquet"
    return [columnar.read(path, module.fetch(source, table, path, reach), given, scratch)]


def _demo(source: DemoSource, seed: int, reach: Reach, raw: Path, scratch: Path) -> dict[str, list[Part]]:
    """The demo shop's export, which stays beside the tables for everyone to see."""
    from customer_segments.base.params import Format
    from customer_segments.sources import demo

    folder, shop = raw / "demo", demo.make_demo_shop(source, seed)
    folder.mkdir(exist_ok=True)
    kept = {name: without(shop[name], column, reach.gone) for name, column in demo.WHO.items()}
    demo.write_demo_shop(kept, folder)
    return {table: [files.read_one(folder / f"{table}.csv", Format(), scratch)] for table in TABLES}


def broken_table(broken: dict[str, tuple[BrokenRow, ...]]) -> pa.Table:
    """The rows of all tables that could not be split into cells."""
    import pyarrow as pa

    text = pa.string()
    schema = pa.schema([("table", text), ("row", pa.int64()), ("reason", text), ("content", text)])
    rows = [{"table": table, **vars(row)} for table, found in broken.items() for row in found]
    return pa.Table.from_pylist(rows, schema=schema)

"""Small hand-made tables for the engine, in the contract's types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import ibis
import ibis.expr.types as ir
import pandas as pd
from ibis.util import gen_name

from customer_segments.base.registry import CUSTOMERS, TRANSACTIONS

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

TYPES = {"text": "string", "number": "float64", "time": "timestamp(6)", "date": "date", "flag": "boolean"}
KNOWN = {column.name: TYPES[column.kind] for column in (*CUSTOMERS, *TRANSACTIONS)}
KNOWN |= {"row": "int64", "unreadable": "string"}


def table_of(
    backend: Backend, columns: str, rows: Sequence[Sequence[Any]], types: Mapping[str, str] | None = None
) -> ir.Table:
    """A table of these rows; columns are named in one text and numbered as `row` unless they have one."""
    names = columns.split()
    frame = pd.DataFrame(list(rows), columns=names, dtype=object)
    if "row" not in names:
        frame.insert(0, "row", range(1, len(frame) + 1))
    kinds = KNOWN | dict(types or {})
    schema = {name: kinds.get(name, "string") for name in frame.columns}
    for name, kind in schema.items():
        if kind.startswith(("timestamp", "date")):
            frame[name] = pd.to_datetime(frame[name], format="mixed")
        elif kind != "string":
            frame[name] = pd.to_numeric(frame[name]) if kind == "int64" else frame[name]
    return backend.create_table(gen_name("test"), ibis.memtable(frame, schema=schema))


def frame_of(table: ir.Table, *order_by: str) -> pd.DataFrame:
    """The table as plain Python values, sorted."""
    ordered = table.order_by(list(order_by)) if order_by else table
    return pd.DataFrame(ordered.to_pyarrow().to_pylist(), columns=list(table.columns))

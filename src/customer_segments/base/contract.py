"""What a customers table and a transactions table are, once they have been collected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer_segments.base import registry
from customer_segments.base.errors import StudyError

if TYPE_CHECKING:
    import ibis.expr.types as ir

TABLES = {"customers": registry.CUSTOMERS, "transactions": registry.TRANSACTIONS}

# Columns that `collect` adds to every table.
ROW = "row"  # the row's number in the source, counted from 1 below the header
# What could not be read as its kind, as `quantity: two; ordered_at: never`; null where all could. No cell's text holds
# the `; ` between two of them (a non-breaking blank stands in for its blank), so that none can be taken for another's.
UNREADABLE = "unreadable"


def validate_collected(name: str, table: ir.Table) -> None:
    """Refuse a collected table that is not what the rest of the project relies on, which would be an error of ours."""
    import ibis.expr.datatypes as dt

    kinds = {
        "text": dt.string,
        "number": dt.float64,
        "time": dt.Timestamp(scale=6),
        "date": dt.date,
        "flag": dt.boolean,
    }
    due = {ROW: dt.int64, UNREADABLE: dt.string} | {column.name: kinds[column.kind] for column in TABLES[name]}
    optional = {column.name for column in TABLES[name] if not column.required}
    held = table.schema()
    broken = [column for column, kind in due.items() if held.get(column, column in optional and kind) != kind]
    if ROW not in broken and table[ROW].isnull().any().to_pyarrow().as_py():
        broken.append(ROW)
    if broken:
        found = f"`{broken[0]}` is {held.get(broken[0], 'not there')}, with gaps or otherwise than {due[broken[0]]}"
        raise StudyError(f"The {name} as collected break their contract ({found}): please report this.")

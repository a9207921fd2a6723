"""What a customers table and a transactions table are, once they have been collected."""

from __future__ import annotations

from collections.abc import Collection
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


MONEY = ("unit_price", "amount")  # columns of lines
APART = ("product", "description", "line_number")  # by any of which two equal lines may be told for one
ABOUT_EARLIER = "about.json"  # of the run that a study is compared with, beside its tables
CLOCK = "%Y-%m-%d %H:%M:%S"  # of the time in an invoice's number that was made up


def tells_money(columns: Collection[str]) -> bool:
    """Whether such lines say anything of money; else each is an event that counts by itself."""
    return any(name in columns for name in MONEY)


def invoices_made_up(lines: ir.Table) -> bool:
    """Whether the export has no invoices, so that all lines of a customer at one time were called one."""
    made_up = lines.customer_id + " " + lines.ordered_at.strftime(CLOCK)
    told = lines.filter(lines.invoice_id.notnull())
    return told.select(same=told.invoice_id == made_up).same.fill_null(False).all().to_pyarrow().as_py() is True


def quantities_made_up(lines: ir.Table) -> bool:
    """Whether every line that has an amount of its own counts as one piece, as it does where none are told."""
    if not {"amount", "quantity"} <= set(lines.columns):
        return False
    pieces = lines.filter(lines.quantity.notnull())
    return pieces.select(one=pieces.quantity.abs() == 1).one.all().to_pyarrow().as_py() is True


def repeats_are_copies(lines: ir.Table) -> bool:
    """Whether a line like another was most likely exported twice; two purchases on one day may otherwise be alike."""
    if any(name in lines.columns for name in APART) or not invoices_made_up(lines):
        return True
    clocks = lines.filter(lines.ordered_at != lines.ordered_at.truncate("D"))
    return clocks.limit(1).count().to_pyarrow().as_py() > 0


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

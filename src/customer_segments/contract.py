"""What a customers table and a transactions table are, once they have been collected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "number", "time", "date", "flag"]


@dataclass(frozen=True)
class Column:
    """A column this project knows by name."""

    name: str
    kind: Kind
    required: bool = False


CUSTOMERS = (
    Column("customer_id", "text", required=True),
    Column("age", "number"),
    Column("gender", "text"),
    Column("location", "text"),
    Column("income", "number"),
    Column("preferred_channel", "text"),
    Column("engagement_score", "number"),
    Column("follow_duration_months", "number"),
    Column("signed_up_on", "date"),
    Column("active", "flag"),
    Column("left_on", "date"),
)

TRANSACTIONS = (
    Column("invoice_id", "text", required=True),
    Column("line_number", "number"),
    Column("product", "text"),
    Column("category", "text"),
    Column("quantity", "number", required=True),
    Column("unit_price", "number", required=True),
    Column("ordered_at", "time", required=True),
    Column("customer_id", "text", required=True),
    Column("country", "text"),
)

TABLES: dict[str, tuple[Column, ...]] = {"customers": CUSTOMERS, "transactions": TRANSACTIONS}

# Columns that `collect` adds to every table.
ROW = "row"  # the row's number in the source, counted from 1 below the header
UNREADABLE = "unreadable"  # what could not be read as its kind, e.g. "quantity: 'abc'"; null where all could

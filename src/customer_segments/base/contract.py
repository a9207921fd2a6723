"""What a customers table and a transactions table are, once they have been collected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from customer_segments.base.errors import StudyError

if TYPE_CHECKING:
    import ibis.expr.types as ir

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
    Column("description", "text"),
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


def validate_collected(name: str, table: ir.Table) -> None:
    """Refuse a collected table that is not what the rest of the project relies on, which would be an error of ours."""
    # Imported here, because it takes longer than everything else that this module is imported for.
    import ibis.expr.datatypes as dt
    import pandera.ibis as pa
    from pandera.errors import SchemaError

    kinds = {
        "text": dt.string,
        "number": dt.float64,
        "time": dt.Timestamp(scale=6),
        "date": dt.date,
        "flag": dt.boolean,
    }
    schema = pa.DataFrameSchema(
        {
            ROW: pa.Column(dt.int64, nullable=False),
            UNREADABLE: pa.Column(dt.string, nullable=True),
            **{
                column.name: pa.Column(kinds[column.kind], nullable=True, required=column.required)
                for column in TABLES[name]
            },
        }
    )
    try:
        schema.validate(table)
    except SchemaError as error:
        raise StudyError(f"The {name} as collected break their contract ({error}): please report this.") from None

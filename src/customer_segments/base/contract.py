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

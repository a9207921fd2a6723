"""What cleaning promises to hand on, checked once at its end."""

from __future__ import annotations

import ibis.expr.types as ir
import pandera.ibis as pa
from pandera.errors import SchemaError

from customer_segments.base.errors import StudyError

NEEDED = ("customer_id", "ordered_at", "quantity", "unit_price", "net_revenue")
CLEAN_LINES = pa.DataFrameSchema({name: pa.Column(nullable=False) for name in NEEDED}, name="lines")
CLEAN_CUSTOMERS = pa.DataFrameSchema(
    {"customer_id": pa.Column(nullable=False)}, unique=["customer_id"], name="customers"
)


def validate(customers: ir.Table | None, lines: ir.Table | None) -> None:
    """Refuse clean tables that break their contract, which would be an error of this project."""
    for schema, table in ((CLEAN_CUSTOMERS, customers), (CLEAN_LINES, lines)):
        if table is None or not table.count().execute():  # pandera takes "no gap" in no rows for a gap
            continue
        try:
            schema.validate(table)
        except SchemaError as error:
            column = getattr(error.schema, "name", None) or schema.name
            raise StudyError(
                f"After cleaning, the {schema.name} break their contract at `{column}` ({error.check}): "
                "please report this with the settings under `preprocessing.cleaning`."
            ) from None

"""What cleaning promises to hand on, checked once at its end."""

from __future__ import annotations

import ibis.expr.types as ir

from customer_segments.base.errors import StudyError

NEEDED = ("customer_id", "ordered_at", "quantity", "unit_price", "net_revenue")


def validate(customers: ir.Table | None, lines: ir.Table | None) -> None:
    """Refuse clean tables that break their contract, which would be an error of this project."""
    if lines is not None:
        _refuse("lines", "a cell is empty", lines.aggregate(**{name: lines[name].isnull().any() for name in NEEDED}))
    if customers is not None:
        ids = customers.customer_id
        breach = ids.isnull().any() | (ids.nunique() < ids.count())
        _refuse("customers", "empty, or a value stands twice", customers.aggregate(customer_id=breach))


def _refuse(name: str, breach: str, found: ir.Table) -> None:
    for column, broken in found.to_pyarrow().to_pylist()[0].items():
        if broken:
            raise StudyError(
                f"After cleaning, the {name} break their contract at `{column}` ({breach}): "
                "please report this with the settings under `preprocessing.cleaning`."
            )

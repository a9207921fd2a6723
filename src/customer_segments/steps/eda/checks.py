"""Rows that need a decision: lines and customers that contradict, repeat or miss something that others rely on."""

from collections.abc import Iterable
from typing import Any

import ibis.expr.types as ir
import pandas as pd

from customer_segments.base.contract import ROW, repeats_are_copies
from customer_segments.base.money import exact_amount, has_amounts, has_money

# When a check hits a row, and for customers the columns that it needs; None: counted from more than the row.
LINE_CHECKS = {
    "no_customer": lambda t: t.customer_id.isnull(),
    "unknown_customer": None,
    "returns": lambda t: t.quantity < 0,
    "repeated": None,
    "no_time": lambda t: t.ordered_at.isnull(),
    "no_amount": lambda t: t.quantity.isnull() | t.amount.isnull(),
    "zero_quantity": lambda t: t.quantity == 0,
    "zero_price": lambda t: t.unit_price == 0,
    "negative_price": lambda t: t.unit_price < 0,
    "shared_invoice": lambda t: t.invoice_id.isin(_shared_invoices(t).invoice_id),
}
# The column without which a check asks nothing.
ASKS = {"returns": "quantity", "zero_quantity": "quantity", "no_amount": "amount", "zero_price": "unit_price",
        "negative_price": "unit_price"}  # fmt: skip
CUSTOMER_CHECKS = {
    "no_id": (("customer_id",), lambda t: t.customer_id.isnull()),
    "repeated": None,
    "same_id": None,
    "without_orders": (("last_order",), lambda t: t.last_order.isnull()),
    "negative_income": (("income",), lambda t: t.income < 0),
    "left_before_signup": (("signed_up_on", "left_on"), lambda t: t.left_on < t.signed_up_on),
    "active_yet_left": (("active", "left_on"), lambda t: t.active & t.left_on.notnull()),
    "ordered_before_signup": (("signed_up_on", "first_order"), lambda t: t.first_order < t.signed_up_on),
    "ordered_after_leaving": (("left_on", "last_order"), lambda t: t.last_order > t.left_on),
}


def line_checks(lines: ir.Table, customers: ir.Table | None) -> pd.DataFrame:
    """One row per check that hits: check, rows, share; a line can hit several.

    Where lines tell money, also its amount on these rows, and revenue_share.
    """
    judged = _with_money(lines) if has_money(lines) else lines
    asked = {name: hit for name, hit in LINE_CHECKS.items() if hit and ASKS.get(name, ROW) in judged.columns}
    hits = {name: hit(judged) for name, hit in asked.items()}
    if customers is not None:
        known = customers.filter(customers.customer_id.notnull()).customer_id
        hits["unknown_customer"] = judged.customer_id.notin(known)
    caught = {name: hit.fill_null(False) for name, hit in hits.items()}
    rows = {f"{name} rows": hit.sum() for name, hit in caught.items()}
    unlike = judged.drop(ROW).distinct() if repeats_are_copies(lines) else judged
    if not has_money(lines):
        found = _totals(judged, **rows)
        found["repeated rows"] = found["rows"] - _totals(unlike)["rows"]
        return _hits(LINE_CHECKS, found).drop(columns="amount")
    amounts = {f"{name} amount": judged.amount.sum(where=hit) for name, hit in caught.items()}
    found = _totals(judged, amount=judged.amount.sum(), **rows, **amounts)
    once, total = _totals(unlike, amount=unlike.amount.sum()), found["amount"] or 0
    found |= {"repeated rows": found["rows"] - once["rows"], "repeated amount": total - (once["amount"] or 0)}
    return _hits(LINE_CHECKS, found).assign(revenue_share=lambda hits: hits["amount"].abs() / max(float(total), 1e-9))


def _with_money(lines: ir.Table) -> ir.Table:
    price = lines.amount / lines.quantity.nullif(0) if has_amounts(lines) else lines.unit_price
    return lines.mutate(amount=exact_amount(lines), unit_price=price)


def customer_checks(customers: ir.Table, lines: ir.Table | None) -> pd.DataFrame:
    """One row per check that hits: check, rows, share of the customers' rows. A row can hit several."""
    judged = customers if lines is None else _with_orders(customers, lines)
    asked = {name: check for name, check in CUSTOMER_CHECKS.items() if check and set(check[0]) <= set(judged.columns)}
    hits = {name: hit(judged) for name, (_, hit) in asked.items()}
    found = _totals(judged, **{f"{name} rows": hit.fill_null(False).sum() for name, hit in hits.items()})
    unlike = customers.drop(ROW).distinct()
    named = unlike.filter(unlike.customer_id.notnull())
    ids = _totals(named, ids=named.customer_id.nunique())
    found |= {"repeated rows": found["rows"] - _totals(unlike)["rows"], "same_id rows": ids["rows"] - ids["ids"]}
    return _hits(CUSTOMER_CHECKS, found).drop(columns="amount")


def _totals(table: ir.Table, **measures: ir.Scalar) -> dict[str, Any]:
    return table.aggregate(rows=table.count(), **measures).to_pyarrow().to_pylist()[0]


def _hits(checks: Iterable[str], found: dict[str, Any]) -> pd.DataFrame:
    """The checks with at least one row, in the order in which they are listed."""
    rows = [
        (name, count, count / max(found["rows"], 1), float(found.get(f"{name} amount") or 0))
        for name in checks
        if (count := int(found.get(f"{name} rows") or 0))
    ]
    return pd.DataFrame(rows, columns=["check", "rows", "share", "amount"])


def _shared_invoices(lines: ir.Table) -> ir.Table:
    by_invoice = lines.group_by("invoice_id").agg(customers=lines.customer_id.nunique())
    return by_invoice.filter((by_invoice.customers > 1) & by_invoice.invoice_id.notnull())


def _with_orders(customers: ir.Table, lines: ir.Table) -> ir.Table:
    """Add each customer's first and last order day."""
    bought = lines.filter(lines.quantity > 0) if "quantity" in lines.columns else lines
    day = bought.ordered_at.date()
    orders = bought.group_by("customer_id").agg(first_order=day.min(), last_order=day.max())
    return customers.left_join(orders, "customer_id").drop("customer_id_right")

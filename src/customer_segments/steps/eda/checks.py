"""Rows that need a decision: lines and customers that contradict, repeat or miss something that others rely on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from customer_segments.base import words
from customer_segments.base.contract import ROW
from customer_segments.steps.eda.findings import NOUNS, Finding, Weight
from customer_segments.steps.eda.trading import amount

if TYPE_CHECKING:
    import ibis.expr.types as ir

LARGE_SHARE = 0.01  # of rows or of revenue: from here on a result would visibly change
SMALL_SHARE = 0.001  # below this, nothing that a reader could see changes
HIGHEST_AGE = 120  # nobody is older


class Check(NamedTuple):
    """A reason to look twice at a row, and what happens if nobody does."""

    label: str
    otherwise: str
    weight: Weight | None = None  # None = by the share of rows and of revenue concerned


LINE_CHECKS = {
    "no_customer": Check("name no customer", "they count for nobody"),
    "unknown_customer": Check("name a customer who is not in the customers table", "they have no attributes"),
    "returns": Check("take back an earlier sale (quantity below zero)", "counting sales alone would overstate revenue"),
    "repeated": Check("repeat another line to the letter", "they would count twice"),
    "no_time": Check("have no readable time", "they belong to no day"),
    "no_amount": Check("have no readable quantity or price", "they come to nothing"),
    "zero_quantity": Check("have a quantity of zero", "they are no sales"),
    "zero_price": Check("are sold at nothing", "they count as orders without revenue"),
    "negative_price": Check("have a price below zero", "they are corrections, not sales"),
    "shared_invoice": Check("stand on an invoice of several customers", "it is unclear whose order it is"),
}
CUSTOMER_CHECKS = {
    "no_id": Check("have no number", "their orders cannot be found"),
    "repeated": Check("repeat another row to the letter", "they would count twice"),
    "same_id": Check("share their number with a different row", "it is unclear which row is true"),
    "without_orders": Check("have no order", "they have no behaviour to be grouped by"),
    "impossible_age": Check(f"have an age below 0 or above {HIGHEST_AGE}", "they would pull averages"),
    "negative_income": Check("have an income below zero", "they would pull averages"),
    "left_before_signup": Check("left before they signed up", "one of the dates is wrong"),
    "active_yet_left": Check("are active, and have a date on which they left", "one of the two is wrong"),
    "ordered_before_signup": Check("ordered before they signed up", "the sign-up date is no start", Weight.INFORMS),
    "ordered_after_leaving": Check("ordered after they left", "leaving does not mean what it says", Weight.INFORMS),
}


SINGULAR = {"have": "has", "are": "is", "left": "left", "ordered": "ordered"}
CHECKS = {"customers": CUSTOMER_CHECKS, "transactions": LINE_CHECKS}


def all_checks(customers: ir.Table | None, lines: ir.Table | None) -> dict[str, pd.DataFrame]:
    """What the checks of each table hit."""
    hits = {} if customers is None else {"customers": customer_checks(customers, lines)}
    return hits if lines is None else hits | {"transactions": line_checks(lines, customers)}


def line_checks(lines: ir.Table, customers: ir.Table | None) -> pd.DataFrame:
    """One row per check that hits: check, rows, share, amount on them, revenue_share; a line can hit several."""
    judged = lines.mutate(amount=amount(lines))
    hits = {
        "no_customer": judged.customer_id.isnull(),
        "returns": judged.quantity < 0,
        "no_time": judged.ordered_at.isnull(),
        "no_amount": judged.quantity.isnull() | judged.unit_price.isnull(),
        "zero_quantity": judged.quantity == 0,
        "zero_price": judged.unit_price == 0,
        "negative_price": judged.unit_price < 0,
        "shared_invoice": judged.invoice_id.isin(_shared_invoices(judged).invoice_id),
    }
    if customers is not None:
        known = customers.filter(customers.customer_id.notnull()).customer_id
        hits["unknown_customer"] = judged.customer_id.notin(known)
    counts = [hit.fill_null(False).sum().name(f"{name} rows") for name, hit in hits.items()]
    amounts = [judged.amount.sum(where=hit.fill_null(False)).name(f"{name} amount") for name, hit in hits.items()]
    found = judged.aggregate([judged.count().name("rows"), *counts, *amounts]).to_pyarrow().to_pylist()[0]
    unlike = judged.drop(ROW).distinct()
    once = unlike.aggregate(rows=unlike.count(), amount=unlike.amount.sum()).to_pyarrow().to_pylist()[0]
    total = judged.amount.sum().to_pyarrow().as_py() or 0
    found |= {"repeated rows": found["rows"] - once["rows"], "repeated amount": total - (once["amount"] or 0)}
    return _hits(LINE_CHECKS, found).assign(revenue_share=lambda hits: hits["amount"].abs() / max(float(total), 1e-9))


def customer_checks(customers: ir.Table, lines: ir.Table | None) -> pd.DataFrame:
    """One row per check that hits: check, rows, share of the customers' rows. A row can hit several."""
    judged = customers if lines is None else _with_orders(customers, lines)
    hits = {"no_id": judged.customer_id.isnull()}
    for name, (needs, condition) in _customer_conditions().items():
        if set(needs) <= set(judged.columns):
            hits[name] = condition(judged)
    counts = [hit.fill_null(False).sum().name(f"{name} rows") for name, hit in hits.items()]
    found = judged.aggregate([judged.count().name("rows"), *counts]).to_pyarrow().to_pylist()[0]
    unlike = customers.drop(ROW).distinct()
    named = unlike.filter(unlike.customer_id.notnull())
    once = unlike.count().to_pyarrow().as_py()
    ids = named.aggregate(rows=named.count(), ids=named.customer_id.nunique()).to_pyarrow().to_pylist()[0]
    found |= {"repeated rows": found["rows"] - once, "same_id rows": ids["rows"] - ids["ids"]}
    return _hits(CUSTOMER_CHECKS, found)


def for_readers(table_name: str, hits: pd.DataFrame, currency: str) -> pd.DataFrame:
    """The checks that hit in a reader's words."""
    checks = CHECKS[table_name]
    written = {
        f"{NOUNS[table_name].capitalize()}s that": hits["check"].map(lambda name: checks[name].label),
        "Rows": hits["rows"].map("{:,}".format),
        "Share": hits["share"].map(lambda share: words.percent(share, 1)),
    }
    if "amount" in hits:
        written["Amount"] = hits["amount"].map(lambda value: words.money(value, currency))
    return pd.DataFrame(written | {"If nobody looked": hits["check"].map(lambda name: checks[name].otherwise)})


def caption(table_name: str, hits: pd.DataFrame) -> str:
    """How many checks hit; a row can be caught by several."""
    noun = NOUNS[table_name]
    if hits.empty:
        return f"No {noun} repeats, contradicts or misses anything that was checked."
    label = CHECKS[table_name][hits.loc[hits["rows"].idxmax(), "check"]].label
    if len(hits) == 1:
        return f"One kind of {noun}s needs a decision: those that {label}."
    kinds = f"{len(hits)} kinds of {noun}s need a decision; most are those that {label}"
    return f"{kinds}. One {noun} can be of several kinds."


def findings(table_name: str, hits: pd.DataFrame, currency: str) -> list[Finding]:
    """A finding per check that hit, serious where many rows or much money are concerned."""
    return [_finding(table_name, row, currency) for row in hits.to_dict("records")]


def _finding(table_name: str, row: dict[str, Any], currency: str) -> Finding:
    check, noun = CHECKS[table_name][row["check"]], NOUNS[table_name]
    noun = "customer row" if noun == "customer" and row["check"] in ("repeated", "same_id", "no_id") else noun
    money = f", {words.money(row['amount'], currency)}" if row.get("amount") else ""
    share = max(row["share"], row.get("revenue_share", 0.0))
    verb, _, rest = check.label.partition(" ")
    verb = SINGULAR.get(verb, f"{verb}s") if row["rows"] == 1 else verb
    size = f"{words.counted(row['rows'], noun)} ({words.percent(row['share'], 1)}{money})"
    return Finding(_weight(check, share), share, f"{size} {verb} {rest}: {check.otherwise}.")


def _weight(check: Check, share: float) -> Weight:
    by_share = Weight.DISTORTS if share >= LARGE_SHARE else Weight.MATTERS if share >= SMALL_SHARE else Weight.INFORMS
    return check.weight or by_share


def _hits(checks: dict[str, Check], found: dict[str, object]) -> pd.DataFrame:
    """The checks with at least one row, in the order in which they are listed."""
    rows = [
        {
            "check": name,
            "rows": int(found[f"{name} rows"]),
            "share": found[f"{name} rows"] / max(found["rows"], 1),
            "amount": float(found.get(f"{name} amount") or 0),
        }
        for name in checks
        if found.get(f"{name} rows")
    ]
    hits = pd.DataFrame(rows, columns=["check", "rows", "share", "amount"])
    return hits if any(key.endswith(" amount") for key in found) else hits.drop(columns="amount")


def _shared_invoices(lines: ir.Table) -> ir.Table:
    by_invoice = lines.group_by("invoice_id").agg(customers=lines.customer_id.nunique())
    return by_invoice.filter((by_invoice.customers > 1) & by_invoice.invoice_id.notnull())


def _with_orders(customers: ir.Table, lines: ir.Table) -> ir.Table:
    """Add each customer's first and last order day."""
    bought = lines.filter(lines.quantity > 0)
    day = bought.ordered_at.date()
    orders = bought.group_by("customer_id").agg(first_order=day.min(), last_order=day.max())
    return customers.left_join(orders, "customer_id").drop("customer_id_right")


def _customer_conditions() -> dict[str, tuple[tuple[str, ...], object]]:
    """The columns that a check needs, and when it hits."""
    return {
        "without_orders": (("last_order",), lambda t: t.last_order.isnull()),
        "impossible_age": (("age",), lambda t: (t.age < 0) | (t.age > HIGHEST_AGE)),
        "negative_income": (("income",), lambda t: t.income < 0),
        "left_before_signup": (("signed_up_on", "left_on"), lambda t: t.left_on < t.signed_up_on),
        "active_yet_left": (("active", "left_on"), lambda t: t.active & t.left_on.notnull()),
        "ordered_before_signup": (("signed_up_on", "first_order"), lambda t: t.first_order < t.signed_up_on),
        "ordered_after_leaving": (("left_on", "last_order"), lambda t: t.last_order > t.left_on),
    }

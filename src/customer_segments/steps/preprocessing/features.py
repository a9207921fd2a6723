"""Features, what each customer's orders say, and the table of customers: behaviour, then attributes."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Literal

import ibis
import ibis.expr.types as ir
import pandas as pd

from customer_segments.base import registry, words
from customer_segments.base.contract import ROW, UNREADABLE, invoices_made_up, quantities_made_up
from customer_segments.base.engine import as_floats, materialised
from customer_segments.base.errors import StudyError
from customer_segments.base.params import PreprocessingParams
from customer_segments.steps.cleaning.clean import Cleaned
from customer_segments.steps.preprocessing import days, habits
from customer_segments.steps.preprocessing.plain import DECIMALS

FEATURES = registry.names(registry.FEATURES)
MICROSECONDS_A_DAY = 86_400_000_000
SATURDAY = 5  # counted from Monday = 0
OF_INVOICES = ("average_order_value", "items_per_order")
NETTED = ("net_revenue", "net_quantity")  # what an order's lines come to, after returns
OF_QUANTITIES = ("items_per_order", "returned_share")
GUESSED = (
    "It rests on invoices or quantities that the export does not have: it describes segments but does not make them."
)
VARIETIES = {"product_variety": "product", "category_variety": "category"}
ID = "customer_id"
FEWEST_CUSTOMERS = 10  # below this there is nothing to divide


def making_none(lines: ir.Table | None, customers: Collection[str]) -> dict[str, str]:
    """Features that make no segments, each with the reason: they rest on guesses, or say what customers favour."""
    if lines is None:
        return {}
    guessed = (*(OF_INVOICES if invoices_made_up(lines) else ()), *(OF_QUANTITIES if quantities_made_up(lines) else ()))
    return dict.fromkeys(guessed, GUESSED) | habits.reasons(customers)


def resolve_as_of(lines: ir.Table, as_of: date | None) -> date:
    """The day that features look back from: the given one, or the day after the last order."""
    days = lines.ordered_at.date()
    first, last = lines.aggregate(first=days.min(), last=days.max()).to_pyarrow().to_pylist()[0].values()
    if first is None:
        raise StudyError(
            "No order is left after cleaning, so there is nothing to compute features from: "
            "the ledger says which rule rejected the lines, `preprocessing.cleaning` how strict it is.",
            setting="preprocessing.cleaning",
        )
    if as_of is not None and as_of <= first:
        raise StudyError(
            f"`preprocessing.as_of` is {as_of}, but the first order was on {first}, so no order lies before it: "
            f"choose a later day, or null for the day after the last order ({last + timedelta(1)}).",
            setting="preprocessing.as_of",
        )
    return as_of or last + timedelta(days=1)


def customer_features(
    lines: ir.Table, as_of: date, recency: Literal["calendar", "elapsed"] = "calendar", undone: ir.Table | None = None
) -> ir.Table:
    """One row per customer with an order before `as_of`; lines from that day on are left out.

    `undone` are the sales of which all was returned: no orders, but bought and sent back. Features whose column is not
    there (product, category) are left out too. Recency counts days of the calendar, or full spans of 24 hours up to
    the time of the last order.
    """
    before = _before(lines, as_of)
    summed = [name for name in NETTED if name in before.columns]
    orders = before.group_by("customer_id", "invoice_id").agg(
        day=before.ordered_at.min().date(),
        **{name: before[name].sum() for name in summed},
        sold_quantity=before.quantity.sum(where=before.quantity > 0),
    )
    # Computed apart, each streams through the lines; together they would hold all lines in memory at once.
    made = materialised(_habits(orders, as_of, undone))
    if recency == "elapsed":
        made = made.drop("recency_days").inner_join(_elapsed(before, as_of), "customer_id")
    for feature, column in VARIETIES.items():
        if column in before.columns:
            variety = materialised(_variety(before, column, feature))
            made = made.left_join(variety, "customer_id").drop("customer_id_right")
    named = [name for name in FEATURES if name in made.columns]
    return made.select("customer_id", **{name: _rounded(made, name) for name in named}).order_by("customer_id")


def _before(lines: ir.Table, as_of: date) -> ir.Table:
    return lines.filter(lines.ordered_at < ibis.date(as_of).cast("timestamp(6)"))


def _habits(orders: ir.Table, as_of: date, undone: ir.Table | None) -> ir.Table:
    """What the orders of a customer say, whatever was in them."""
    totals = orders.group_by("customer_id").agg(
        orders=orders.count(),
        first_day=orders.day.min(),
        last_day=orders.day.max(),
        order_days=orders.day.nunique(),
        **{name: orders[name].sum() for name in NETTED if name in orders.columns},
        sold_quantity=orders.sold_quantity.sum(),
        weekend_orders=orders.count(where=orders.day.day_of_week.index() >= SATURDAY),
    )
    if undone is not None:
        sent_back = _before(undone, as_of).group_by("customer_id").agg(undone=lambda sales: sales.quantity.sum())
        totals = totals.left_join(sent_back, "customer_id").drop("customer_id_right")
        totals = totals.mutate(sold_quantity=totals.sold_quantity + totals.undone.fill_null(0))
    made, sold = totals.orders.cast("float64"), totals.sold_quantity.cast("float64")
    money, pieces = (name in totals.columns for name in NETTED)
    kept = totals.net_quantity.cast("float64") if pieces else None
    today = ibis.date(as_of)
    return totals.select(
        "customer_id",
        "orders",
        *(["net_revenue"] if money else []),
        recency_days=today.delta(totals.last_day, unit="day"),
        tenure_days=today.delta(totals.first_day, unit="day"),
        **({"average_order_value": totals.net_revenue.cast("float64") / made} if money else {}),
        **({"items_per_order": kept / made} if pieces else {}),
        days_between_orders=totals.last_day.delta(totals.first_day, unit="day") / (totals.order_days - 1).nullif(0),
        **({"returned_share": (sold - kept) / sold.nullif(0)} if pieces else {}),
        weekend_share=totals.weekend_orders / made,
    )


def _elapsed(lines: ir.Table, as_of: date) -> ir.Table:
    """Each customer's recency in full spans of 24 hours, counted back from the last order's time on the day `as_of`."""
    last = lines.ordered_at.max().to_pyarrow().as_py()
    now = datetime.combine(as_of, last.time())
    found = lines.group_by("customer_id").agg(last_line=lines.ordered_at.max())
    days = (found.last_line.delta(now, unit="microsecond") / -MICROSECONDS_A_DAY).floor()
    return materialised(found.select("customer_id", recency_days=days.cast("int64")))


def _variety(lines: ir.Table, column: str, feature: str) -> ir.Table:
    """How many different values of the column each customer's lines hold."""
    # Counting distinct pairs can go to disk; counting distinct values within groups has to stay in memory.
    pairs = lines.select("customer_id", column).distinct()
    return pairs.group_by("customer_id").agg(**{feature: pairs[column].count()})


def _rounded(table: ir.Table, feature: str) -> ir.Value:
    """The feature as a whole number, or with as many decimals as are the same on every machine."""
    counted = registry.facts(feature).unit == "count"
    return table[feature].cast("int64") if counted else table[feature].cast("float64").round(6)


def join_attributes(
    features: ir.Table | None,
    customers: ir.Table | None,
    customers_without_orders: Literal["reject", "keep"] = "keep",
) -> ir.Table:
    """One row per customer: features, then the attributes of the customers list (either may be absent).

    Customers with features but without attributes stay. Those of the list without features are kept with no orders
    and no revenue, or left out. An attribute named like a feature, or what a study finds, gets `_listed` at its end.
    """
    if customers is not None:
        customers = customers.drop(*(name for name in (ROW, UNREADABLE) if name in customers.columns))
        customers = customers.rename({registry.listed(n): n for n in customers.columns if n in registry.RESERVED})
    if features is None or customers is None:
        return (customers if features is None else features).order_by("customer_id")
    join = features.outer_join if customers_without_orders == "keep" else features.left_join
    joined = join(customers, "customer_id", rname="{name}_listed")
    joined = joined.mutate(
        customer_id=ibis.coalesce(joined.customer_id, joined.customer_id_listed),
        orders=joined.orders.fill_null(0),
        **({"net_revenue": joined.net_revenue.fill_null(0.0)} if "net_revenue" in features.columns else {}),
    )
    return joined.drop("customer_id_listed").order_by("customer_id")


def study_day(cleaned: Cleaned, params: PreprocessingParams) -> date | None:
    """The day that features look back from; none where there are no transactions."""
    return None if cleaned.lines is None else resolve_as_of(cleaned.lines, params.as_of)


def customer_table(
    cleaned: Cleaned, as_of: date | None, params: PreprocessingParams, listed_as_of: date | None = None,
    told: Collection[str] = (),
) -> pd.DataFrame:  # fmt: skip
    """One row per customer that the study goes on with: behaviour, then attributes, gaps as they are."""
    customers = customer_rows(cleaned, as_of, params, listed_as_of, told)
    refuse_too_few(customers)
    return customers


def customer_rows(
    cleaned: Cleaned, as_of: date | None, params: PreprocessingParams, listed_as_of: date | None = None,
    told: Collection[str] = (),
) -> pd.DataFrame:  # fmt: skip
    """The same, however few they are; the list's dates look back from a day of their own where there are no orders.

    `told` names what lines tell of their customers beside orders and money.
    """
    features = None if cleaned.lines is None else line_features(cleaned, as_of, params, told)
    if features is not None and cleaned.left_out is not None:
        features = features.anti_join(cleaned.left_out, ID)
    joined = join_attributes(features, cleaned.customers, params.cleaning.customers_without_orders)
    customers = as_floats(joined).to_pandas()
    only_listed, dates = features is None, days.dates_of(cleaned.customers)
    customers = days.with_days(customers, dates, listed_as_of if only_listed else as_of, only_listed, params.cleaning)
    return customers.round(dict.fromkeys(customers.select_dtypes("float"), DECIMALS))


def line_features(cleaned: Cleaned, as_of: date, params: PreprocessingParams, told: Collection[str]) -> ir.Table:
    """All that the lines say of each customer: behaviour, then attributes and habits."""
    behaviour = customer_features(cleaned.lines, as_of, params.features.recency, cleaned.undone)
    said = habits.attributes(_before(cleaned.lines, as_of), habits.more_of(cleaned.collected), told)
    more = [name for name in said.columns if name == ID or name not in behaviour.columns]
    joined = behaviour.left_join(said.select(more), ID).drop(f"{ID}_right")
    return joined.order_by(ID)


def refuse_too_few(customers: pd.DataFrame) -> None:
    """A handful of customers cannot be divided."""
    if len(customers) >= FEWEST_CUSTOMERS:
        return
    left = f"Only {words.counted(len(customers), 'customer')}" if len(customers) else "No customer"
    raise StudyError(
        f"{left} {'are' if len(customers) > 1 else 'is'} left after cleaning, and a study needs at least "
        f"{FEWEST_CUSTOMERS}: check the source files, or make the rules under `preprocessing.cleaning` less strict.",
        setting="preprocessing.cleaning",
    )

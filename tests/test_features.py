"""Features say what each customer's orders tell, and nothing else changes them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import ibis.expr.types as ir
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from customer_segments.base import engine
from customer_segments.base.errors import StudyError
from customer_segments.base.params import PreprocessingParams
from customer_segments.steps.cleaning.clean import MEASURES, clean
from customer_segments.steps.cleaning.returns import MONEY, QUANTITY
from customer_segments.steps.preprocessing.features import FEATURES, customer_features, join_attributes, resolve_as_of
from tests.tables import frame_of, table_of

BACKEND = engine.connect()
AS_OF = date(2024, 3, 11)
IDENTITY = "invoice_id customer_id product category ordered_at"
# 2024-03-02 is a Saturday.
SHOP = [
    ("1", "ann", "tea", "drinks", "2024-03-01 09:00", 4, 1, "10.00"),
    ("1", "ann", "cup", "things", "2024-03-01 09:00", 1, 0, "5.50"),
    ("2", "ann", "tea", "drinks", "2024-03-02 12:00", 2, 0, "7.00"),
    ("3", "ann", "tea", None, "2024-03-05 23:59", 1, 0, "3.50"),
    ("4", "bob", "cup", "things", "2024-03-10 10:00", 0.5, 0, "2.00"),
]


def lines_of(*rows: tuple, identity: str = IDENTITY) -> ir.Table:
    """Cleaned lines; rows end with quantity, returned quantity and net revenue."""
    exact = [(*row[:-3], Decimal(str(row[-3])), Decimal(row[-2]), Decimal(row[-1])) for row in rows]
    types = dict.fromkeys(MEASURES, QUANTITY) | {"net_revenue": MONEY}
    lines = table_of(BACKEND, f"{identity} quantity returned_quantity net_revenue", exact, types=types)
    return lines.mutate(net_quantity=(lines.quantity - lines.returned_quantity).cast(QUANTITY))


def test_each_feature_is_what_its_definition_says() -> None:
    ann = {
        "customer_id": "ann",
        "recency_days": 6,
        "orders": 3,
        "net_revenue": 26.0,
        "tenure_days": 10,
        "average_order_value": 8.666667,
        "items_per_order": 2.333333,
        "product_variety": 2,
        "category_variety": 2,
        "days_between_orders": 2.0,
        "returned_share": 0.125,
        "weekend_share": 0.333333,
    }
    bob = dict(zip(ann, ("bob", 1, 1, 2.0, 1, 2.0, 0.5, 1, 1, None, 0.0, 1.0), strict=True))
    assert_frame_equal(frame_of(customer_features(lines_of(*SHOP), AS_OF)), pd.DataFrame([ann, bob]))


def test_an_order_over_midnight_belongs_to_the_day_it_began() -> None:
    lines = lines_of(
        ("1", "ann", "tea", "drinks", "2024-03-01 23:59", 1, 0, "1"),
        ("1", "ann", "cup", "things", "2024-03-02 00:01", 1, 0, "1"),
    )
    features = frame_of(customer_features(lines, AS_OF)).iloc[0]
    assert features["weekend_share"] == 0
    assert features["recency_days"] == 10


def test_lines_from_the_day_of_the_study_on_are_left_out() -> None:
    at_midnight = ("5", "ann", "tea", "drinks", "2024-03-05 00:00", 1, 0, "3.50")
    features = frame_of(customer_features(lines_of(*SHOP, at_midnight), date(2024, 3, 5)))
    assert features[["customer_id", "orders", "recency_days"]].to_numpy().tolist() == [["ann", 2, 3]]


def test_recency_counts_days_of_the_calendar_or_full_spans_of_24_hours() -> None:
    lines = lines_of(
        ("1", "ann", "tea", "drinks", "2024-03-01 09:00", 1, 0, "1"),
        ("2", "ann", "tea", "drinks", "2024-03-08 10:30", 1, 0, "1"),  # 71 hours and a half before 10:00 on the 11th
        ("3", "bob", "cup", "things", "2024-03-08 09:59", 1, 0, "1"),  # 72 hours and a minute
        ("4", "eve", "cup", "things", "2024-03-10 10:00", 1, 0, "1"),  # the last line of all
    )
    calendar, elapsed = (frame_of(customer_features(lines, AS_OF, recency)) for recency in ("calendar", "elapsed"))
    assert calendar["recency_days"].tolist() == [3, 3, 1]
    assert elapsed["recency_days"].tolist() == [2, 3, 1]
    assert_frame_equal(elapsed.drop(columns="recency_days"), calendar.drop(columns="recency_days"))
    assert list(elapsed) == list(calendar)


def test_elapsed_days_are_counted_to_the_time_of_the_last_line_whichever_day_the_study_looks_back_from() -> None:
    later, too_late = date(2024, 3, 12), ("5", "ann", "tea", "drinks", "2024-03-12 09:00", 1, 0, "3.50")
    features = frame_of(customer_features(lines_of(*SHOP, too_late), later, "elapsed"))
    assert features["recency_days"].tolist() == [6, 2]  # to 10:00 on the 12th: six days and ten hours, and two days


def test_a_span_short_of_a_day_by_less_than_a_second_is_no_day() -> None:
    lines = lines_of(
        ("1", "ann", "tea", "drinks", "2024-03-08 10:00:00.900", 1, 0, "1"),
        ("2", "eve", "cup", "things", "2024-03-10 10:00:00.100", 1, 0, "1"),
    )
    assert frame_of(customer_features(lines, AS_OF, "elapsed"))["recency_days"].tolist() == [2, 1]


def test_a_feature_whose_column_is_absent_is_left_out() -> None:
    rows = [(*row[:2], row[4], *row[5:]) for row in SHOP]
    features = customer_features(lines_of(*rows, identity="invoice_id customer_id ordered_at"), AS_OF)
    assert set(FEATURES) - set(features.columns) == {"product_variety", "category_variety"}


def test_features_come_in_the_order_of_their_definitions() -> None:
    assert customer_features(lines_of(*SHOP), AS_OF).columns == ("customer_id", *FEATURES)


def test_the_study_looks_back_from_the_day_after_the_last_order_unless_told() -> None:
    lines = lines_of(*SHOP)
    assert resolve_as_of(lines, None) == date(2024, 3, 11)
    assert resolve_as_of(lines, date(2024, 3, 2)) == date(2024, 3, 2)


def test_a_day_before_all_orders_is_refused_with_the_day_that_would_do() -> None:
    with pytest.raises(StudyError, match=r"as_of` is 2024-03-01, but the first order was on 2024-03-01.*2024-03-11"):
        resolve_as_of(lines_of(*SHOP), date(2024, 3, 1))


def test_no_lines_at_all_are_refused() -> None:
    with pytest.raises(StudyError, match="No order is left after cleaning"):
        resolve_as_of(lines_of(SHOP[0]).limit(0), None)


def test_a_sale_that_was_undone_as_a_whole_was_bought_and_sent_back() -> None:
    day = "2024-03-0{}"
    rows = [
        ("1", "ann", "tea", "drinks", day.format(1), 4.0, 5.0),
        ("1", "ann", "cup", "things", day.format(1), 2.0, 5.0),
        ("2", "ann", "tea", "drinks", day.format(2), -1.0, 5.0),
        ("2", "ann", "cup", "things", day.format(2), -2.0, 5.0),
        ("3", "bob", "tea", "drinks", day.format(1), 3.0, 5.0),
        ("4", "bob", "cup", "things", day.format(4), 9.0, 5.0),
        ("5", "bob", "cup", "things", day.format(5), -9.0, 5.0),
    ]
    result = clean(None, table_of(BACKEND, f"{IDENTITY} quantity unit_price", rows), PreprocessingParams())
    assert frame_of(result.undone, "row")["quantity"].astype(float).tolist() == [2.0, 9.0]
    for as_of, bob in ((AS_OF, 0.75), (date(2024, 3, 3), 0.0)):  # by then he had not bought what he was to send back
        share = frame_of(customer_features(result.lines, as_of, undone=result.undone)).set_index("customer_id")
        assert share["returned_share"].to_dict() == {"ann": 0.5, "bob": bob}


def attributes() -> ir.Table:
    people = [("bob", 40.0, "vip", None), ("kim", 50.0, "new", None)]
    return table_of(BACKEND, "customer_id age orders unreadable", people)


def test_attributes_join_features_and_customers_without_orders_have_none() -> None:
    features = customer_features(lines_of(*SHOP), AS_OF).select("customer_id", "recency_days", "orders", "net_revenue")
    joined = frame_of(join_attributes(features, attributes()))
    due = [
        ["ann", 6.0, 3, 26.0, None, None],
        ["bob", 1.0, 1, 2.0, 40.0, "vip"],
        ["kim", None, 0, 0.0, 50.0, "new"],
    ]
    columns = ["customer_id", "recency_days", "orders", "net_revenue", "age", "orders_listed"]
    assert_frame_equal(joined, pd.DataFrame(due, columns=columns))
    without = frame_of(join_attributes(features, attributes(), "reject"))
    assert without["customer_id"].tolist() == ["ann", "bob"]


def test_either_table_alone_is_enough() -> None:
    features = customer_features(lines_of(*SHOP), AS_OF)
    assert_frame_equal(frame_of(join_attributes(features, None)), frame_of(features))
    assert join_attributes(None, attributes()).columns == ("customer_id", "age", "orders")


line = st.tuples(
    st.sampled_from(["1", "2", "3", "4"]),
    st.sampled_from(["ann", "bob", "eve", None]),
    st.sampled_from(["tea", "cup", None]),
    st.sampled_from(["drinks", "things"]),
    st.sampled_from(["2024-03-01 09:00", "2024-03-02 12:00", "2024-03-05 23:59"]),
    st.sampled_from([0.1, 1.0, 3.3333, -1.0, -0.5]),
    st.sampled_from([0.1, 0.2, 3.33, 1000000.01]),
)


# Compiling the queries costs most of the time: a few long tables are drawn rather than many short ones, and a failure
# is not shrunk, which would take minutes.
@settings(max_examples=3, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.lists(line, min_size=60, max_size=120).flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_features_do_not_depend_on_the_order_of_the_rows_even_where_returns_are_netted(
    orders: tuple[list[tuple], list[tuple]],
) -> None:
    received = (table_of(BACKEND, f"{IDENTITY} quantity unit_price", rows) for rows in orders)
    cleaned = (clean(None, lines, PreprocessingParams()).lines for lines in received)
    there, back = (frame_of(customer_features(lines, AS_OF)) for lines in cleaned)
    assert_frame_equal(there, back, check_exact=True)

"""Histories are counted in days with orders and weeks, up to a day."""

from datetime import date

import pandas as pd
import pytest

from customer_segments.base import engine
from customer_segments.steps.lifetime_value.behaviour import distinct
from customer_segments.steps.retention.order_days import histories, last_gaps, what_followed
from tests.tables import table_of

BACKEND = engine.connect()
TYPES = {"segment": "int64", "day": "date", "revenue": "float64", "ordered": "boolean"}
DAYS = [
    ("ann", 1, "2024-01-01", 10.0, True),
    ("ann", 1, "2024-01-15", 5.0, True),
    ("ann", 1, "2024-01-20", -3.0, False),
    ("ann", 1, "2024-02-05", 8.0, True),
    ("bob", 2, "2024-01-22", 20.0, True),
    ("cyd", 0, "2024-02-10", 1.0, True),
]


@pytest.fixture(scope="module")
def days():
    return table_of(BACKEND, "customer_id segment day revenue ordered", DAYS, TYPES).drop("row")


def test_a_history_is_repeats_recency_and_age_in_weeks(days):
    found = histories(days, date(2024, 2, 5))
    assert found.to_dict("records") == [
        {"customer_id": "ann", "segment": 1, "repeats": 1, "recency": 2.0, "age": 5.0, "revenue": 12.0},
        {"customer_id": "bob", "segment": 2, "repeats": 0, "recency": 0.0, "age": 2.0, "revenue": 20.0},
    ]


def test_what_followed_is_counted_on_both_sides_of_the_cut(days):
    found = what_followed(days, date(2024, 1, 29), 14).set_index("customer_id")
    assert found.loc["ann"].tolist() == [1, 1, 8.0, 2.0]
    assert found.loc["bob"].tolist() == [0, 1, 0.0, 20.0]
    assert found.loc["cyd"].tolist() == [1, 0, 1.0, 0.0]


def test_the_last_two_gaps_are_between_days_with_orders(days):
    assert last_gaps(days).to_dict("records") == [{"before": 14, "last": 21}]


def test_distinct_rows_with_their_counts_and_places():
    rows, counts, place = distinct(pd.DataFrame({"a": [2, 1, 2], "b": [0, 0, 0]}), ["a", "b"])
    assert (rows["a"].tolist(), counts.tolist(), place.tolist()) == ([1, 2], [1, 2], [1, 0, 1])

"""Days with orders are what the lines say, for the customers of the study, up to its day."""

from datetime import date

import pandas as pd
import pytest

from customer_segments.base import engine
from customer_segments.base.errors import StudyError
from customer_segments.steps.retention.order_days import order_days, study_day
from tests.tables import frame_of, table_of

BACKEND = engine.connect()
TYPES = {"net_revenue": "decimal(38, 8)", "segment": "int64", "tenure_days": "float64"}
LINES = [
    ("ann", "2024-01-05 09:00", 1, "10.00"),
    ("ann", "2024-01-05 17:00", 2, "5.50"),
    ("ann", "2024-01-09 10:00", -1, "-4.00"),
    ("ann", "2024-02-01 10:00", 1, "7.00"),
    ("bob", "2024-01-07 23:59", 1, "3.00"),
    ("cyd", "2024-01-08 10:00", 1, "9.00"),
]


def lines_of(rows):
    return table_of(BACKEND, "customer_id ordered_at quantity net_revenue", rows, TYPES)


def test_orders_on_one_day_count_once_and_a_day_of_returns_only_is_no_day_with_orders():
    segments = table_of(BACKEND, "customer_id segment", [("ann", 1), ("bob", 0)], TYPES)
    found = frame_of(order_days(lines_of(LINES), segments, date(2024, 2, 1)), "customer_id", "day")
    assert found.to_dict("records") == [
        {"customer_id": "ann", "segment": 1, "day": date(2024, 1, 5), "revenue": 15.5, "ordered": True},
        {"customer_id": "ann", "segment": 1, "day": date(2024, 1, 9), "revenue": -4.0, "ordered": False},
        {"customer_id": "bob", "segment": 0, "day": date(2024, 1, 7), "revenue": 3.0, "ordered": True},
    ]


def test_the_day_of_the_study_is_found_although_one_customers_tenure_was_capped():
    customers = table_of(
        BACKEND, "customer_id tenure_days", [("ann", 20), ("bob", 25), ("cyd", 24), ("new", None)], TYPES
    )
    assert study_day(lines_of(LINES), customers) == date(2024, 2, 1)


def test_lines_and_customers_that_do_not_belong_together_are_refused():
    customers = table_of(BACKEND, "customer_id tenure_days", [("zoe", 20)], TYPES)
    with pytest.raises(StudyError, match="No customer of the study has an order") as refused:
        study_day(lines_of(LINES), customers)
    assert refused.value.stage == "preprocessing"


def test_customers_and_segments_may_be_frames():
    customers = pd.DataFrame(
        {"customer_id": ["ann", "bob", "new"], "tenure_days": [27.0, 25.0, None], "age": [1, 2, 3]}
    )
    assert study_day(lines_of(LINES), customers) == date(2024, 2, 1)
    segments = pd.DataFrame({"customer_id": ["cyd"], "segment": [2]})
    found = frame_of(order_days(lines_of(LINES), segments, date(2024, 2, 1)))
    assert found["customer_id"].tolist() == ["cyd"]

"""Cohorts count every customer once, at the age that the calendar says, and leave an unfinished period out."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from customer_segments.base import engine
from customer_segments.steps.retention.cohorts import (
    activity,
    last_is_whole,
    last_period,
    rates,
    rates_by_calendar,
    triangle,
    wilson,
)
from tests.tables import table_of

BACKEND = engine.connect()
TYPES = {"segment": "int64", "day": "date", "revenue": "float64", "ordered": "boolean"}
DAYS = [
    ("ann", 1, "2024-01-31", 10.0, True),
    ("ann", 1, "2024-02-01", 5.0, True),
    ("ann", 1, "2024-02-20", -2.0, False),
    ("ann", 1, "2024-04-02", 4.0, True),
    ("bob", 2, "2024-01-02", 20.0, True),
    ("cyd", 1, "2024-02-10", 30.0, True),
    ("cyd", 1, "2024-03-05", 6.0, True),
]


def days_of(rows=DAYS):
    return table_of(BACKEND, "customer_id segment day revenue ordered", rows, TYPES).drop("row")


def cells_of(as_of=date(2024, 4, 10), period="month", by=()):
    return triangle(activity(days_of(), period), as_of, period, by)


def test_each_cohort_is_followed_by_the_calendar_also_where_nobody_came():
    cells = cells_of()
    seen = [
        (f"{row.cohort:%m}", row.age, row.customers, row.active, row.revenue, row.whole) for row in cells.itertuples()
    ]
    assert seen == [
        ("01", 0, 2, 2, 30.0, True),
        ("01", 1, 2, 1, 3.0, True),
        ("01", 2, 2, 0, 0.0, True),
        ("01", 3, 2, 1, 4.0, False),
        ("02", 0, 1, 1, 30.0, True),
        ("02", 1, 1, 1, 6.0, True),
        ("02", 2, 1, 0, 0.0, False),
    ]


def test_averages_pool_customers_and_leave_the_unfinished_period_out():
    pooled = rates(cells_of())
    assert pooled[["age", "customers", "active"]].to_numpy().tolist() == [[1, 3, 2], [2, 2, 0]]
    assert pooled["rate"].tolist() == pytest.approx([2 / 3, 0])
    whole = rates(cells_of(as_of=date(2024, 5, 1)))
    assert whole[["age", "customers", "active"]].to_numpy().tolist() == [[1, 3, 2], [2, 3, 0], [3, 2, 1]]


def test_segments_have_cohorts_of_their_own():
    by_segment = rates(cells_of(by=("segment",)), by=("segment",))
    assert by_segment.loc[by_segment["age"] == 1, ["segment", "customers", "active"]].to_numpy().tolist() == [
        [1, 2, 2],
        [2, 1, 0],
    ]


def test_a_calendar_period_is_told_over_all_earlier_cohorts():
    calendar = rates_by_calendar(cells_of())
    assert calendar[["customers", "active"]].to_numpy().tolist() == [[2, 1], [3, 1]]


def test_weeks_begin_on_monday_and_ages_are_weeks():
    cells = triangle(activity(days_of(), "week"), date(2024, 2, 5), "week")
    first = cells[cells["cohort"] == pd.Timestamp("2024-01-01")]
    assert first["age"].tolist() == [0, 1, 2, 3, 4]
    assert first["active"].tolist() == [1, 0, 0, 0, 0]
    assert cells["whole"].all()


def test_what_came_back_before_the_first_order_belongs_to_no_cohort():
    found = activity(days_of([("ann", 1, "2024-01-01", -9.0, False), *DAYS[1:2]]), "month")
    assert found["revenue"].tolist() == [5.0]


@pytest.mark.parametrize(
    ("as_of", "period", "whole"),
    [
        (date(2024, 5, 1), "month", True),
        (date(2024, 4, 28), "month", True),
        (date(2024, 4, 27), "month", False),
        (date(2024, 12, 30), "week", True),
        (date(2024, 12, 29), "week", False),
    ],
)
def test_a_period_is_whole_with_at_most_a_tenth_missing(as_of, period, whole):
    assert last_is_whole(as_of, period) is whole


def test_the_last_period_ends_in_another_year():
    assert last_period(date(2025, 1, 1), "month") == (date(2024, 12, 1), date(2025, 1, 1))
    assert last_period(date(2025, 1, 1), "week") == (date(2024, 12, 30), date(2025, 1, 6))


def test_wilsons_interval_as_published():
    # Newcombe (1998), Statistics in Medicine 17, table I, method 3.
    low, high = wilson(np.array([81, 15, 0, 1]), np.array([263, 148, 20, 29]))
    assert low.round(4).tolist() == [0.2553, 0.0624, 0.0, 0.0061]
    assert high.round(4).tolist() == [0.3662, 0.1605, 0.1611, 0.1718]

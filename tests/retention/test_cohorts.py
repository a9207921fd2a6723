"""Cohorts count every customer once, at the age that the calendar says, and leave an unfinished period out."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from customer_segments.base import engine
from customer_segments.steps.retention import cohorts
from customer_segments.steps.retention.cohorts import activity, rates, triangle, unfinished, wilson
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
    by_segment = rates(cells_of(by=("segment",)), over=("segment", "age"))
    assert by_segment.loc[by_segment["age"] == 1, ["segment", "customers", "active"]].to_numpy().tolist() == [
        [1, 2, 2],
        [2, 1, 0],
    ]


def test_a_calendar_period_is_told_over_all_earlier_cohorts():
    calendar = rates(cells_of(), over=("period",))
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
    ("as_of", "period", "begun"),
    [
        (date(2024, 5, 1), "month", None),
        (date(2024, 4, 28), "month", None),
        (date(2024, 4, 27), "month", "2024-04-01"),
        (date(2024, 12, 20), "month", "2024-12-01"),
        (date(2025, 1, 1), "month", None),
        (date(2024, 12, 30), "week", None),
        (date(2024, 12, 29), "week", "2024-12-23"),
        (date(2025, 1, 1), "week", "2024-12-30"),
    ],
)
def test_a_period_is_whole_with_at_most_a_tenth_missing(as_of, period, begun):
    assert unfinished(as_of, period) == (begun and pd.Timestamp(begun))


def followed(*counts, as_of=date(2024, 10, 1)):
    """Cohorts from January 2024 on, by how many were active at every age."""
    rows = [
        (1, pd.Timestamp(2024, 1 + place, 1), pd.Timestamp(2024, 1 + place + age, 1), active, 10.0 * active)
        for place, ages in enumerate(counts)
        for age, active in enumerate(ages)
    ]
    return triangle(pd.DataFrame(rows, columns=["segment", "cohort", "period", "active", "revenue"]), as_of, "month")


def test_a_month_stands_out_if_earlier_cohorts_ordered_a_quarter_more_than_in_others():
    flat = [[100] + [20] * (8 - place) for place in range(9)]
    assert cohorts.season(followed(*flat)) is None
    for place in range(1, 6):
        flat[place][6 - place] = 60
    assert cohorts.season(followed(*flat)) == (pd.Timestamp("2024-07-01"), 0.6, 0.2)
    few = [[count // 20 for count in ages] for ages in flat]
    assert cohorts.season(followed(*few)) is None
    three_months = followed([100, 20, 20, 20], [100, 20, 20, 60], [100, 20, 60], [100, 60], as_of=date(2024, 6, 1))
    assert cohorts.season(three_months) is None


def test_the_first_cohort_is_compared_with_later_ones_if_both_are_large_enough():
    assert cohorts.first_cohort(followed((40, 20), (60, 6))) == (pd.Timestamp("2024-01-01"), 0.5, 0.1)
    assert cohorts.first_cohort(followed((40, 20), (20, 6))) is None
    assert cohorts.first_cohort(followed((40, 0), (60, 0))) is None


def test_the_most_recent_cohorts_are_shown_up_to_a_year_on_unless_they_are_small():
    months = pd.date_range("2020-01-01", "2023-12-01", freq="MS")
    found = pd.DataFrame({"segment": 1, "cohort": months, "period": months, "active": 50, "revenue": 1.0})
    cells = triangle(found.assign(active=found["active"].mask(months == "2023-06-01", 9)), date(2024, 1, 1), "month")
    seen = cohorts.shown(cells, 10)
    assert seen["cohort"].min() == pd.Timestamp("2021-12-01")
    assert seen["cohort"].nunique() == 24
    assert pd.Timestamp("2023-06-01") not in set(seen["cohort"])
    assert seen["age"].max() == 12


def test_cells_know_what_was_kept_of_the_first_revenue_and_whether_too_few_brought_it():
    seen = cohorts.shown(followed((40, 20, 4), as_of=date(2024, 4, 1)), 10)
    assert seen["few"].tolist() == [False, False, True]
    assert seen["kept"].tolist() == [1, 0.5, 0]
    assert cohorts.shown(followed((40,), as_of=date(2024, 2, 1)), 10).empty  # nobody could be followed


def test_wilsons_interval_as_published():
    # Newcombe (1998), Statistics in Medicine 17, table I, method 3.
    low, high = wilson(np.array([81, 15, 0, 1]), np.array([263, 148, 20, 29]))
    assert low.round(4).tolist() == [0.2553, 0.0624, 0.0, 0.0061]
    assert high.round(4).tolist() == [0.3662, 0.1605, 0.1611, 0.1718]

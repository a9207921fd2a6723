"""Cells say what they hold, small groups are not told, and no more is shown than fits."""

from datetime import date

import pandas as pd
import pytest

from customer_segments.steps.retention import survival, tables
from customer_segments.steps.retention.cohorts import triangle


def month_of(place):
    return pd.Timestamp(2024 + place // 12, 1 + place % 12, 1)


def cells_of(*cohorts, as_of=date(2024, 4, 10)):
    """Cohorts from January 2024 on: each the customers active and the revenue at every age."""
    rows = [
        (1, month_of(place), month_of(place + age), active, 10.0 * active)
        for place, counts in enumerate(cohorts)
        for age, active in enumerate(counts)
    ]
    found = pd.DataFrame(rows, columns=["segment", "cohort", "period", "active", "revenue"])
    return triangle(found, as_of, "month")


CELLS = cells_of((40, 20, 4, 10), (20, 5, 4), (9, 9))


def test_rates_are_per_cent_of_the_cohort_with_the_average_of_whole_months_on_top():
    grid = tables.rate_grid(CELLS, 10, "month")
    assert grid.texts.index.tolist() == ["All cohorts", "Jan 2024  (40)", "Feb 2024  (20)"]
    assert grid.texts.to_numpy().tolist() == [["42", "10", ""], ["50", "10", "25"], ["25", "20", ""]]
    assert grid.whole.to_numpy().tolist() == [[True, True, False], [True, True, False], [True, False, False]]
    assert grid.shades.max(axis=None) == 1


def test_a_cohort_of_few_customers_is_not_shown():
    assert tables.count_grid(CELLS, 10, "month").texts.index.tolist() == ["Jan 2024", "Feb 2024"]


def test_revenue_of_few_customers_is_not_told():
    grid = tables.revenue_grid(CELLS, 10, "month")
    assert grid.texts.to_numpy().tolist() == [["400", "200", "·", "100"], ["200", "·", "·", ""]]


def test_the_most_recent_cohorts_are_shown_up_to_a_year_on():
    months = pd.date_range("2020-01-01", "2023-12-01", freq="MS")
    found = pd.DataFrame({"segment": 1, "cohort": months, "period": months, "active": 50, "revenue": 1.0})
    seen = tables.shown(triangle(found, date(2024, 1, 1), "month"), 10)
    assert seen["cohort"].min() == pd.Timestamp("2022-01-01")
    assert seen["age"].max() == 12


@pytest.mark.parametrize(
    ("value", "written"),
    [(949.6, "950"), (999.6, "1.0k"), (12_345, "12.3k"), (123_456, "123k"), (2.5e6, "2.5M"), (-20, "−20")],
)
def test_amounts_fit_into_a_narrow_cell(value, written):
    assert tables.short(value) == written


def test_the_waiting_table_says_none_so_far_instead_of_nought_and_a_gap_where_nobody_was_followed():
    waits = pd.DataFrame(
        [(1, 20, True, 30), (1, 200, False, 30), (2, 60, False, 20)], columns=["segment", "day", "came", "customers"]
    )
    table = tables.waiting_table(waits, survival.by_segment(waits, 10)).set_index("")
    assert table.columns.tolist() == ["Customers", "Within 30 days", "Within 90 days", "Within 180 days", "Half by"]
    assert table.loc["Segment 2"].tolist() == [20, "none so far", "–", "–", "not reached"]
    assert table.loc["Segment 1", "Within 90 days"].startswith("50% (")
    assert table.loc["Segment 1", "Half by"] == "20 days"

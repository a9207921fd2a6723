"""Cells say what they hold, small groups are not told, and captions say what is left out."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from customer_segments.base import words
from customer_segments.pages import retention
from customer_segments.steps.retain import followed

AS_OF = date(2024, 4, 10)
WAITED = pd.DataFrame(
    [(1, 20, True, 60), (1, 99, False, 20), (2, 50, True, 5), (2, 99, False, 15)],
    columns=["segment", "day", "came", "customers"],
)


def month_of(place):
    return pd.Timestamp(2024 + place // 12, 1 + place % 12, 1)


def retained_of(*counts, as_of=AS_OF):
    """Cohorts from January 2024 on: each the customers active at every age, who brought 10 each."""
    rows = [
        (1, month_of(place), month_of(place + age), active, 10.0 * active)
        for place, ages in enumerate(counts)
        for age, active in enumerate(ages)
    ]
    active = pd.DataFrame(rows, columns=["segment", "cohort", "period", "active", "revenue"])
    return followed(active, WAITED, as_of, "month", smallest_group=10)


RETAINED = retained_of((40, 20, 4, 10), (20, 5, 4), (9, 9), (5,))


def texts_of(cells):
    """The texts as they are placed, by row."""
    wide = cells.pivot(index="row", columns="age", values="text").loc[cells["row"].unique()]
    return {row: [text for text in wide.loc[row] if text is not np.nan] for row in wide.index}


def drawn_texts(figure):
    """The texts in the cells of a triangle, by row."""
    return {name: [cell.text for cell in cells] for name, cells in figure.rows}


def test_rates_are_per_cent_of_the_cohort_with_the_average_of_whole_months_on_top():
    cells = retention.rate_cells(RETAINED)
    assert texts_of(cells) == {
        "All cohorts": ["42", "10", ""],
        "Jan 2024  (40)": ["50", "10", "25"],
        "Feb 2024  (20)": ["25", "20"],
    }
    assert cells["whole"].tolist() == [True, True, False, True, True, False, True, False]
    assert cells["shade"].max() == 1


def test_where_nobody_came_nothing_is_shaded():
    assert retention.rate_cells(retained_of((40, 0, 0, 0)))["shade"].max() == 0


def test_a_cohort_of_few_customers_is_not_shown():
    figure, *_ = retention.counts(RETAINED)
    assert drawn_texts(figure) == {"Jan 2024": ["40", "20", "4", "10"], "Feb 2024": ["20", "5", "4", ""]}


def test_a_cohort_that_would_tell_of_a_few_by_subtraction_is_not_shown():
    figure, *_ = retention.counts(retained_of((40, 20, 4, 10), (20, 5, 4), (9, 9)))
    assert drawn_texts(figure) == {"Jan 2024": ["40", "20", "4", "10"]}


def test_revenue_of_few_customers_is_not_told():
    figure, *_, title = retention.revenue(RETAINED, "€")
    assert title == "Most came from the cohort of January 2024, in its first month: €400"
    assert drawn_texts(figure) == {"Jan 2024": ["400", "200", "·", "100"], "Feb 2024": ["200", "·", "·", ""]}


@pytest.mark.parametrize(
    ("value", "written"),
    [(949.6, "950"), (999.6, "1.0k"), (12_345, "12.3k"), (123_456, "123k"), (2.5e6, "2.5M"), (-20, "−20")],
)
def test_amounts_fit_into_a_narrow_cell(value, written):
    assert words.short(value) == written


def test_captions_say_what_is_left_out():
    _, caption, *_ = retention.rates(RETAINED)
    assert "2 cohorts that would tell of fewer than 10 customers" in caption
    assert "April 2024 had not ended" in caption
    assert "th are not shown" not in caption
    _, caption, *_ = retention.revenue(RETAINED, "€")
    assert "A dot stands" in caption
    many = retained_of(*[[30] * (27 - place) for place in range(27)], as_of=date(2026, 4, 1))
    _, caption, *_ = retention.rates(many)
    assert "part of the average: 3 earlier cohorts. Months after the 12th are not shown." in caption


def test_alternative_texts_carry_the_numbers():
    for _, _, alt, _ in (retention.rates(RETAINED), retention.counts(RETAINED), retention.revenue(RETAINED, "€")):
        assert "for 2 cohorts by month. On average 42% order 1 month after the first" in alt


def test_why_there_is_no_triangle_is_told():
    few = retained_of((9, 9), as_of=date(2024, 3, 1))
    assert few.shown.empty
    assert "at least 10 customers (`privacy.smallest_group`)" in retention.none_followed(few)
    assert retention.none_followed(few).endswith("followed for a month; the largest has 9.")


def test_a_week_is_named_by_its_monday():
    assert retention.in_prose(pd.Timestamp("2024-01-01"), "week") == "the week of 2024-01-01"
    assert retention.in_prose(pd.Timestamp("2024-01-01"), "month") == "January 2024"

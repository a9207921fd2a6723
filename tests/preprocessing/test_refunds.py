"""Returns without a sale are told as totals, never one by one."""

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from customer_segments.base.engine import connect
from customer_segments.steps.preprocessing import refunds
from tests.tables import table_of

COLUMNS = "customer_id ordered_at unmatched_quantity refunded_beyond unmatched_amount"
TYPES = dict.fromkeys(("unmatched_quantity", "refunded_beyond", "unmatched_amount"), "float64")


@pytest.fixture(scope="module")
def backend():
    return connect()


def lost(backend, **returns):
    """So many returns in each month, named like `in_2024_03`."""
    days = [name.removeprefix("in_").replace("_", "-") for name in returns for _ in range(returns[name])]
    return table_of(backend, COLUMNS, [(f"c{n}", f"{day}-05", 2.0, 0.5, 10.0) for n, day in enumerate(days)], TYPES)


def test_returns_are_added_up_by_month_and_months_with_few_are_pooled(backend):
    totals = refunds.unmatched_totals(lost(backend, in_2024_01=6, in_2024_02=2, in_2024_03=3))
    expected = [("2024-01", 6, 12.0, 60.0, 3.0), ("", 5, 10.0, 50.0, 2.5)]
    assert_frame_equal(totals, pd.DataFrame(expected, columns=refunds.COLUMNS), check_dtype=False)
    written = refunds.unmatched_for_reader(totals, "€")
    assert written["Returned in"].tolist() == ["2024-01", "Periods with few, together"]


def test_a_month_with_few_is_never_told_by_subtraction(backend):
    totals = refunds.unmatched_totals(lost(backend, in_2024_01=6, in_2024_02=9, in_2024_03=1))
    assert totals[["period", "returns"]].to_numpy().tolist() == [["2024-02", 9], ["", 7]]


def test_where_most_months_have_few_the_table_is_by_year(backend):
    totals = refunds.unmatched_totals(lost(backend, in_2023_01=3, in_2023_02=3, in_2024_01=4, in_2024_02=3))
    assert totals[["period", "returns"]].to_numpy().tolist() == [["2023", 6], ["2024", 7]]


def test_the_caption_says_what_they_are_worth_and_where_each_is_listed(backend):
    caption = refunds.unmatched_caption(refunds.unmatched_totals(lost(backend, in_2024_01=6)), "€")
    assert caption.startswith("6 returns worth €63")
    assert "`data/interim/unmatched_returns.csv`" in caption
    for nothing in (None, lost(backend)):
        none = refunds.unmatched_totals(nothing)
        assert refunds.unmatched_caption(none, "€") == "Every return that was netted found its sale."
        assert refunds.unmatched_for_reader(none, "€").empty

"""The step follows customers from their lines, and tells segments only where enough customers stand behind a rate."""

from datetime import date

import pandas as pd

from customer_segments.base import engine
from customer_segments.base.params import RetentionParams
from customer_segments.pages.retention import waited
from customer_segments.steps.retain import followed, kept, retain
from tests.tables import table_of

BACKEND = engine.connect()
MONTHS = [pd.Timestamp(2024, month, 1) for month in (1, 2, 3)]


def lines_of(customers, days):
    """Lines of customers who all order on these days, 10 each time."""
    rows = [(f"C{number}", day, 1, "10.00") for number in range(customers) for day in days]
    types = {"net_revenue": "decimal(38, 8)"}
    return table_of(BACKEND, "customer_id ordered_at quantity net_revenue", rows, types)


def test_customers_are_followed_from_their_lines():
    lines = lines_of(40, ["2024-01-05", "2024-01-09", "2024-03-01"])
    people = [f"C{number}" for number in range(40)]
    customers = pd.DataFrame({"customer_id": people, "tenure_days": 87})
    segments = pd.DataFrame({"customer_id": people, "segment": [1] * 35 + [2] * 5})
    found = retain(lines, customers, segments, RetentionParams(), 10)
    assert (found.as_of, found.unfinished, found.covered) == (date(2024, 4, 1), None, 3)
    assert found.cells[["active", "revenue"]].to_numpy().tolist() == [[40, 800], [0, 0], [40, 400]]
    assert found.rates["rate"].tolist() == [0, 1]
    assert found.by_segment["segment"].unique().tolist() == [1]
    assert (found.everyone.median, list(found.waiting)) == (4, [1])
    told = {
        "customers": 40,
        "second_order_within_90_days": 1.0,
        "median_days_to_second_order": 4,
        "rate_after_1": 0.0,
    }
    assert found.numbers == {
        "as_of": "2024-04-01",
        "period": "month",
        "last_period_whole": True,
        **told,
        "by_segment": {"1": told | {"customers": 35}},
    }


def test_who_was_there_at_the_beginning_of_the_data_is_left_out_of_the_waiting_and_this_is_told():
    early, late = (lines_of(40, days) for days in (["2024-01-02", "2024-01-03"], ["2024-05-01", "2024-12-31"]))
    late = late.mutate(customer_id=late.customer_id.replace("C", "D"))
    people = [f"{letter}{number}" for letter in "CD" for number in range(40)]
    customers = pd.DataFrame({"customer_id": people, "tenure_days": [365.0] * 40 + [245.0] * 40})
    segments = pd.DataFrame({"customer_id": people, "segment": [1] * 40 + [2] * 40})
    found = retain(early.union(late), customers, segments, RetentionParams(), 10)
    assert found.since == date(2024, 4, 1)
    assert (found.everyone.customers, list(found.waiting)) == (40, [2])
    assert found.cells["customers"].max() == 40  # cohorts show everyone
    assert list(found.numbers["by_segment"]) == ["2"]
    assert "first seen before 1 April 2024 is left out" in waited(found)


def test_nobody_is_followed_without_transactions():
    assert retain(None, pd.DataFrame(), pd.DataFrame(), RetentionParams(), 10) is None


def test_a_rate_of_a_segment_rests_on_thirty_customers_or_the_smallest_group():
    sizes = {1: 60, 2: 30, 3: 29}
    rows = [(segment, MONTHS[0], month, size, 1.0) for segment, size in sizes.items() for month in MONTHS]
    active = pd.DataFrame(rows, columns=["segment", "cohort", "period", "active", "revenue"])
    waited = pd.DataFrame([(s, 5, True, n) for s, n in sizes.items()], columns=["segment", "day", "came", "customers"])
    for smallest, told in ((10, [1, 2]), (40, [1])):
        found = followed(active, waited, date(2024, 4, 1), "month", smallest)
        assert found.by_segment["segment"].unique().tolist() == told
    assert list(found.numbers["by_segment"]) == ["1"]


def test_what_the_rates_would_be_were_the_last_month_a_whole_one_is_kept():
    rows = [(1, MONTHS[0], MONTHS[0], 40, 1.0), (1, MONTHS[1], MONTHS[1], 40, 1.0), (1, MONTHS[0], MONTHS[1], 20, 1.0)]
    active = pd.DataFrame(rows, columns=["segment", "cohort", "period", "active", "revenue"])
    waited = pd.DataFrame([(1, 5, True, 80)], columns=["segment", "day", "came", "customers"])
    found = followed(active, waited, date(2024, 3, 10), "month", 10)
    assert found.unfinished == MONTHS[2]
    assert found.numbers["last_period_whole"] is False
    assert found.rates["rate"].tolist() == [0.5]
    assert found.rates_if_whole["rate"].tolist() == [0.25, 0]


def test_what_is_kept_for_others_is_what_is_drawn():
    lines = lines_of(40, ["2024-01-05", "2024-01-09", "2024-03-01"])
    people = [f"C{number}" for number in range(40)]
    customers = pd.DataFrame({"customer_id": people, "tenure_days": 87})
    segments = pd.DataFrame({"customer_id": people, "segment": [1] * 35 + [2] * 5})
    found = retain(lines, customers, segments, RetentionParams(), 10)
    cohorts, rates, orders = kept(found)
    assert cohorts is found.shown
    assert rates[["segment", "age", "rate"]].astype(object).fillna("all").to_numpy().tolist() == [
        ["all", 1, 0], ["all", 2, 1], [1, 1, 0], [1, 2, 1],
    ]  # fmt: skip
    # All 40 had ordered again by day 4, and so had the first segment; the second is too small to tell.
    assert orders[["segment", "day", "share"]].astype(object).fillna("all").to_numpy().tolist() == [
        ["all", 4, 1], [1, 4, 1],
    ]  # fmt: skip


def test_what_is_kept_has_the_same_columns_without_transactions():
    lines = lines_of(40, ["2024-01-05", "2024-01-09"])
    people = [f"C{number}" for number in range(40)]
    customers = pd.DataFrame({"customer_id": people, "tenure_days": 87})
    found = retain(lines, customers, customers.assign(segment=1), RetentionParams(), 10)
    assert [list(table) for table in kept(None)] == [list(table) for table in kept(found)]
    assert all(table.empty for table in kept(None))

"""What the chapter says follows from the numbers."""

import json
from dataclasses import replace
from datetime import date

import pandas as pd

from customer_segments.pages import retention
from customer_segments.pages.plots.absent import NO_TRANSACTIONS
from customer_segments.steps.retention import survival
from customer_segments.steps.retention.survival import Waiting
from tests.retention.test_triangles import RETAINED, WAITED, retained_of

BY_SEGMENT = pd.DataFrame(
    [(1, 1, 80, 40, 0.5, 0.4, 0.6), (2, 1, 40, 4, 0.1, 0.05, 0.2), (0, 1, 39, 39, 1.0, 0.9, 1.0)],
    columns=["segment", "age", "customers", "active", "rate", "low", "high"],
)
COMPARED = replace(RETAINED, by_segment=BY_SEGMENT)


def said(*cohorts, **changed):
    return " ".join(retention.findings(retained_of(*cohorts, **changed)))


def test_the_headline_tells_the_share_and_its_interval():
    told = retention.headline(RETAINED)
    assert told.startswith("65% of customers order a second time within 90 days")
    assert "half have by day 20" in told


def test_nobody_came_is_said_without_an_interval():
    nobody = replace(RETAINED, everyone=Waiting(WAITED[~WAITED["came"]]))
    assert retention.headline(nobody) == (
        "None of 35 customers ordered a second time within 90 days of their first order."
    )


def test_an_unfinished_month_is_named_with_what_it_would_have_done():
    assert "April 2024 had not ended" in said((40, 20, 4, 10), (20, 5, 4), (9, 0), (30, 3))
    assert "one month on would read" in said((40, 20, 4, 10), (20, 5, 4), (90, 9))
    assert "had not ended" not in said((40, 20, 4, 10), (20, 5, 4), (9, 9), as_of=date(2024, 5, 1))
    alone = said((40, 20), as_of=date(2024, 2, 10))
    assert "February 2024 had not ended, and no earlier month can be compared." in alone


def test_the_first_cohort_may_hold_old_customers():
    told = "January 2024 may have been a customer before the data begins: 50% of them ordered one month on, against 10%"
    assert told in said((40, 20, 4, 10), (60, 6, 4))
    assert told not in said((40, 20, 4, 10), (20, 6, 4))  # too few to compare with


def test_a_month_that_stands_out_is_a_season_and_not_an_age():
    flat = [[100] + [20] * (8 - place) for place in range(9)]
    for place in range(1, 6):
        flat[place][6 - place] = 60
    assert "in July 2024 60% of all earlier cohorts ordered, against 20%" in said(*flat, as_of=date(2024, 10, 1))
    steady = [[100] + [20] * (8 - place) for place in range(9)]
    assert "diagonal" not in said(*steady, as_of=date(2024, 10, 1))


def test_segments_are_compared_with_the_caution_that_they_are_made_of_the_same_orders():
    told = " ".join(retention.findings(COMPARED))
    assert "One month on, 100% of the group not assigned order and 10% of segment 2. Segments are made" in told
    assert "by construction" in told
    alone = replace(RETAINED, by_segment=BY_SEGMENT.head(1))
    assert "by construction" not in " ".join(retention.findings(alone))
    _, caption, _, title = retention.curves(alone)
    assert title == "One month on, 50% of segment 1 order"
    assert "The share of customers who order in each month after the first; bands are 95% intervals." in caption
    assert "by construction" not in caption
    _, caption, alt, title = retention.curves(COMPARED)
    assert title == "One month on, 100% of the group not assigned order and 10% of segment 2"
    assert "by construction" in caption
    assert "Segment 1 from 50% to 50% after 1 month" in alt


def test_little_time_cannot_tell_seasons_from_age():
    assert said((40, 20, 4, 10)).endswith(
        "All of this rests on 4 months; in less than two years, seasons cannot be told from a customer's age."
    )
    long = said(*[[40] * (24 - place) for place in range(24)], as_of=date(2026, 1, 1))
    assert long.endswith("All of this rests on 24 months.")


def test_metrics_hold_the_headline_and_numbers_and_can_be_written():
    found = retention.metrics(RETAINED)
    assert found["available"] is True
    assert list(found)[:5] == ["available", "headline", "as_of", "period", "last_period_whole"]
    assert json.dumps(found, default=float)


def test_a_study_without_transactions_says_so():
    assert retention.findings(None) == [NO_TRANSACTIONS]
    missing = {"available": False, "headline": None, "reason": NO_TRANSACTIONS, "by_segment": {}}
    assert retention.metrics(None) == missing


def test_waiting_is_told_with_those_who_placed_none_yet():
    _, caption, alt, title = retention.second_order(RETAINED)
    assert retention.headline(RETAINED).startswith(title)
    assert "35 customers of 100 had placed none by 9 April 2024" in caption
    assert "By segment, within 90 days: Segment 1 75% and Segment 2 25%." in alt


def test_the_waiting_table_says_none_so_far_instead_of_nought_and_a_gap_where_nobody_was_followed():
    waited = pd.DataFrame(
        [(1, 20, True, 30), (1, 200, False, 30), (2, 60, False, 20)], columns=["segment", "day", "came", "customers"]
    )
    found = replace(RETAINED, everyone=Waiting(waited), waiting=survival.by_segment(waited, 10))
    table, _ = retention.second_order_table(found)
    table = table.set_index("")
    within = [f"Within {days} days" for days in (30, 90, 180)]
    assert table.columns.tolist() == ["Customers followed", *within, "Half by"]
    assert table.index.tolist() == ["Everyone", "Segment 1", "Segment 2"]
    assert table.loc["Segment 2"].tolist() == [20, "none so far", "–", "–", "not reached"]
    assert table.loc["Segment 1", "Within 90 days"].startswith("50% (")
    assert table.loc["Segment 1", "Half by"] == "20 days"


def test_one_day_is_no_days_and_nobody_left_waiting_is_said_of_all():
    waited = pd.DataFrame([(1, 1, True, 20)], columns=["segment", "day", "came", "customers"])
    found = replace(RETAINED, everyone=Waiting(waited), waiting=survival.by_segment(waited, 10))
    table, _ = retention.second_order_table(found)
    assert table.columns.tolist() == ["", "Customers followed", "Within 1 day", "Half by"]
    assert table["Half by"].tolist() == ["1 day", "1 day"]
    assert "All 20 customers had placed one by" in retention.waited(found)
    assert "where no customers are still waiting" in retention.waited(replace(found, smallest_group=1))


def test_where_nobody_was_followed_for_a_day_that_is_all_that_is_said():
    waited = pd.DataFrame([(1, 0, False, 20)], columns=["segment", "day", "came", "customers"])
    found = replace(RETAINED, everyone=Waiting(waited), waiting=survival.by_segment(waited, 10))
    assert retention.headline(found) == retention.NOT_FOLLOWED
    assert retention.second_order_table(found)[0].empty
    drawing, _, alt, _ = retention.second_order(found)
    assert (drawing.data, alt) == (None, retention.NOT_FOLLOWED)
    assert json.dumps(retention.content(found))


def test_the_explorer_is_told_what_the_report_says():
    told = retention.content(RETAINED)
    assert told["headline"] == retention.headline(RETAINED)
    assert told["learned"] == retention.findings(RETAINED)[1:]
    assert told["rates"] in retention.rates(RETAINED)[1]
    assert told["on_average"] == retention.rates(RETAINED)[3]
    assert retention.second_order(RETAINED)[1].startswith(told["waited"])
    assert told["order_again"] == retention.second_order(RETAINED)[3]
    compared = retention.content(COMPARED)
    assert retention.curves(COMPARED)[1].startswith(compared["again"])
    assert compared["most_and_least"] == retention.curves(COMPARED)[3]
    assert (told["period"], told["smallest_group"], told["none_followed"]) == ("month", 10, None)
    json.dumps(told)


def test_the_explorer_is_told_why_there_is_nothing():
    assert retention.content(None)["reason"] == NO_TRANSACTIONS
    assert not retention.content(None)["available"]


def test_how_many_still_wait_is_not_told_of_a_few():
    few = WAITED.assign(customers=WAITED["customers"].where(WAITED["came"], 2))
    assert "Fewer than 10 customers of 69 had placed none" in retention.waited(replace(RETAINED, everyone=Waiting(few)))
    assert "35 customers of 100 had placed none" in retention.waited(RETAINED)

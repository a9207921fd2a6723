"""Who has not come yet counts for as long as they were observed."""

from datetime import date

import pandas as pd
import pytest

from customer_segments.base import engine
from customer_segments.steps.retention import survival
from customer_segments.steps.retention.survival import Waiting
from tests.retention.test_cohorts import days_of

BACKEND = engine.connect()


def counted(*rows):
    return pd.DataFrame([(1, *row) for row in rows], columns=["segment", "day", "came", "customers"])


# The 6-mercaptopurine arm of Freireich et al. (1963), the example of Kaplan-Meier in many a textbook.
MERCAPTOPURINE = counted(
    *((6, True, 3), (6, False, 1), (7, True, 1), (9, False, 1), (10, True, 1), (10, False, 1), (11, False, 1)),
    *((13, True, 1), (16, True, 1), (17, False, 1), (19, False, 1), (20, False, 1), (22, True, 1), (23, True, 1)),
    *((25, False, 1), (32, False, 2), (34, False, 1), (35, False, 1)),
)


def test_a_textbooks_curve_comes_out():
    curve = survival.kaplan_meier(MERCAPTOPURINE)
    assert curve["day"].tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve["at_risk"].tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert curve["waiting"].round(3).tolist() == [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]


def test_its_interval_on_the_log_log_scale():
    first = survival.kaplan_meier(MERCAPTOPURINE).iloc[0]
    assert (round(first["low"], 3), round(first["high"], 3)) == (0.620, 0.952)


def test_the_median_is_the_first_day_by_which_half_came():
    assert Waiting(MERCAPTOPURINE).median == 23
    assert Waiting(counted((3, True, 1), (9, False, 2))).median is None


def test_when_everybody_came_nobody_waits():
    last = survival.kaplan_meier(counted((2, True, 1), (5, True, 1))).iloc[-1]
    assert (last["waiting"], last["low"]) == (0, 0)
    assert 0 <= last["high"] <= 1


def test_nobody_came_at_all():
    nobody = Waiting(counted((5, False, 3)))
    assert nobody.curve.empty
    assert nobody.returned_by(5) == (0, 0, 0)
    assert (nobody.customers, nobody.not_yet, nobody.followed) == (3, 3, 5)


def test_waits_end_on_the_second_day_with_an_order_or_on_the_last_day_observed():
    waits = survival.waits(days_of(), date(2024, 4, 10))
    assert waits.to_dict("records") == [
        {"segment": 1, "day": 1, "came": True, "customers": 1},  # ann
        {"segment": 1, "day": 24, "came": True, "customers": 1},  # cyd
        {"segment": 2, "day": 98, "came": False, "customers": 1},  # bob, to 9 April
    ]


def shop_of(firsts, until="2024-12-31"):
    """Customers with a first order on these days and a second one ten days later, in a shop open on all others."""
    rows = [("old", 1, "2024-01-01", 1.0, True), ("back", 1, until, -1.0, False)]
    for number, first in enumerate(pd.to_datetime(firsts)):
        rows += [(f"C{number}", 1, f"{first + pd.Timedelta(days=day):%Y-%m-%d}", 1.0, True) for day in (0, 10)]
    return days_of(rows)


def test_a_first_line_near_the_beginning_of_the_data_is_no_first_order():
    days = shop_of(["2024-03-30", "2024-03-31", "2024-05-01", "2024-06-01"])
    since = survival.first_followed(days, date(2025, 1, 1))
    assert since == date(2024, 3, 31)
    assert survival.waits(days, date(2025, 1, 1), since).to_dict("records") == [
        {"segment": 1, "day": 10, "came": True, "customers": 3}
    ]


def test_all_are_followed_where_the_data_are_short_or_most_came_at_their_beginning():
    begin = date(2024, 1, 1)
    assert survival.first_followed(shop_of(["2024-05-01", "2024-06-01"], "2024-11-01"), date(2024, 11, 2)) == begin
    cohort = shop_of(["2024-01-05", "2024-02-01", "2024-05-01"])
    assert survival.first_followed(cohort, date(2025, 1, 1)) == begin


def test_a_return_before_a_first_order_is_no_order():
    days = days_of([("ann", 1, "2024-01-02", -5.0, False), ("ann", 1, "2024-02-01", 9.0, True)])
    assert survival.waits(days, date(2024, 3, 1)).to_dict("records") == [
        {"segment": 1, "day": 28, "came": False, "customers": 1}
    ]


def test_segments_of_few_customers_have_no_curve_and_no_curve_rests_on_few():
    waits = pd.concat([MERCAPTOPURINE, counted((4, True, 2)).assign(segment=2)])
    assert list(survival.by_segment(waits, smallest=3)) == [1]
    assert Waiting(MERCAPTOPURINE).shown(smallest=7)["day"].max() == 22
    assert Waiting(MERCAPTOPURINE).shown(smallest=6)["day"].max() == 23
    assert Waiting(MERCAPTOPURINE).shown(smallest=99)["day"].max() == 23  # nobody's curve would be left otherwise


def test_the_share_that_came_is_one_less_the_share_waiting():
    share, low, high = Waiting(MERCAPTOPURINE).returned_by(12)
    assert share == pytest.approx(1 - 0.753, abs=5e-4)
    assert low < share < high

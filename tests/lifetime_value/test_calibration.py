"""The calibration of intervals: what cannot fail by chance, and the part of the report that it writes."""

import json

import numpy as np
import pytest

from calibration import drawing, intervals, shops


@pytest.mark.parametrize("kind", ["as the model says (MBG/NBD)", "a few spend much, promotions", "the demo shop"])
def test_a_shop_is_drawn_and_judged_the_same_each_time(kind):
    line = intervals.drawn(kind, seed=1)
    intervals.cannot_fail_by_chance([line])
    assert json.loads(json.dumps(intervals.drawn(kind, seed=1))) == json.loads(json.dumps(line))
    assert [row["what"] for row in line["rows"] if row["segment"] is None] == ["orders", "value"]


def test_businesses_are_few_and_order_often():
    usual, businesses = (shops.shop(shops.KINDS[kind], 3) for kind in ("regular buyers", "businesses"))
    assert businesses.orders["customer_id"].nunique() <= 900 < usual.orders["customer_id"].nunique()
    often = [shop.orders.groupby("customer_id").size().mean() / shop.span for shop in (businesses, usual)]
    assert often[0] > 2 * often[1]


def test_a_shops_own_past_and_future_are_told_apart():
    shop = shops.shop(shops.KINDS["seasons"], 3)
    assert shop.orders["day"].between(0, shop.span + shop.ahead).all()
    assert (shop.orders["day"] >= shop.span).any()
    assert not shop.orders.duplicated(["customer_id", "day"]).any()


def test_a_year_of_seasons_has_a_peak_and_demand_of_a_steady_shop_none():
    days = np.arange(730)
    curve = shops.seasons(days, np.random.default_rng(1))
    assert curve.max() > 1.25 > 1.05 > np.median(curve)
    assert curve[:365] == pytest.approx(curve[365:], abs=0.02)
    assert (shops.steady(days, np.random.default_rng(1)) == 1).all()


def line_of(kind, came, held_back=False):
    """A draw with one total, expected between 80 and 125 (or 60 and 166)."""
    row = {"segment": None, "what": "orders", "customers": 50, "expected": 100.0, "came": came, "doubtful": False}
    ends = {"low_80": 80.0, "high_80": 125.0, "low_95": 60.0, "high_95": 166.0}
    return {"kind": kind, "held_back": held_back, "seed": came, "rows": [row | ends]}


def test_the_report_counts_what_lay_within_by_kind_and_apart_what_was_held_back():
    lines = [line_of("seasons", came) for came in (81, 100, 150, 200)]
    lines += [line_of("the demo shop", 100, held_back=True), {"kind": "trend", "seed": 1, "refused": "few_came_back"}]
    text = intervals.report(lines)
    assert "| all | 5 | 60.0% | 80.0% |" in text
    assert "| all simulated shops | 5 | 60.0% | 80.0% | ±25% | 19% |" in text
    assert "| of these, kinds held back until they were done | 1 | 100.0% |" in text
    assert "| seasons | 4 | 50.0% | 75.0% |" in text
    assert "5 simulated shops (1 more were refused) of 3 kinds" in text
    assert "| Online Retail" not in text


def test_its_part_takes_the_place_of_the_one_before_and_leaves_the_others():
    part = f"{intervals.HEADING}\n\nnew\n"
    once = drawing.with_part("# Calibration\n\n## Other\n\nstays\n", intervals.HEADING, part)
    assert once == f"# Calibration\n\n## Other\n\nstays\n\n{part}"
    assert drawing.with_part(once, intervals.HEADING, part) == once
    text = f"# Calibration\n\n{intervals.HEADING}\n\nold\n\n## Other\n\nstays\n"
    between = drawing.with_part(text, intervals.HEADING, part)
    assert between == f"# Calibration\n\n{part}\n## Other\n\nstays\n"


@pytest.mark.parametrize("wrong", [{"low_95": 90.0}, {"high_80": 170.0}, {"expected": 300.0}])
def test_intervals_that_cannot_be_are_refused(wrong):
    line = line_of("seasons", 100)
    line["rows"][0] |= wrong
    with pytest.raises(AssertionError):
        intervals.cannot_fail_by_chance([line])

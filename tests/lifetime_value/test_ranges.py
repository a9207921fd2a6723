"""An interval grows by what held-out days were missed by; amounts that may be far off are told to be."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from customer_segments.steps.lifetime_value import ranges
from customer_segments.steps.lifetime_value.forecast import Note, forecast
from customer_segments.steps.lifetime_value.holdout import HoldOut
from tests.lifetime_value.test_future import MODELS, SHOP

PREDICTED = forecast(MODELS, SHOP.assign(segment=1 + (SHOP["repeats"] == 0)), 364, 0.0)
REFUSED = HoldOut(date(2024, 10, 1), 90, pd.DataFrame(), Note("few_spent", {"needed": 30}))


def held(orders, value=None, second=None):
    """A hold-out in which this share of what was expected came, in segment 2 another one."""
    share = np.where(PREDICTED["segment"] == 2, orders if second is None else second, orders)
    came = {"orders_after": PREDICTED["expected_orders"] * share}
    return HoldOut(
        date(2024, 10, 1), 90, PREDICTED.assign(**came, revenue_after=PREDICTED["expected_value"] * (value or share))
    )


def a_year_of(*orders):
    """Hold-outs that together cover more than a year, of each the share of what was expected that came."""
    cuts = [date(2024, 7, 1), date(2024, 4, 1), date(2024, 1, 1), date(2023, 10, 1)]
    return [replace(held(each), cut=cut, days=182) for each, cut in zip(orders, cuts, strict=True)]


def told(*hold_outs, before=None, covered=ranges.A_YEAR):
    table = ranges.ranges(PREDICTED, MODELS, hold_outs, before, 364, covered)
    return table.set_index([table["segment"].fillna(0).astype(int), "what"])


def half(row):
    """How far the interval reaches, as a factor."""
    return row["high_80"] / row["expected"]


def test_there_are_two_rows_for_everyone_and_for_each_segment_in_the_kinds_of_an_empty_table():
    table = ranges.ranges(PREDICTED, MODELS, [held(1.1)], None, 364, 730)
    assert table["segment"].isna().tolist() == [True, False, False] * 2
    assert table["what"].tolist() == ["orders"] * 3 + ["value"] * 3
    assert table.dtypes.equals(ranges.NONE.dtypes)
    whole = table.set_index("what").loc["value"].iloc[0]
    assert whole["expected"] == pytest.approx(PREDICTED["expected_value"].sum())
    assert whole["customers"] == 2000


def test_intervals_lie_within_one_another_around_what_is_expected_in_three_digits():
    for _, row in told(held(0.9), held(1.2)).iterrows():
        ends = row[["low_95", "low_80", "expected", "high_80", "high_95"]].astype(float)
        assert ends.is_monotonic_increasing
        assert row["high_80"] == float(f"{row['high_80']:.3g}")
        assert row["low_80"] * row["high_80"] == pytest.approx(row["expected"] ** 2, rel=0.02)


def test_the_further_hold_outs_were_missed_the_wider_the_interval():
    right, near, far = (told(held(1.0), held(each), held(each)).loc[(0, "value")] for each in (1.0, 1.1, 1.4))
    assert half(right) < half(near) < half(far)
    assert far["missed_by"] == pytest.approx(np.sqrt((0 + 0.4**2 + 0.4**2) / 3), abs=1e-4)
    assert right["missed_by"] == 0


def test_too_high_and_too_low_are_missed_alike():
    low, high = (told(held(each)).loc[(0, "orders")] for each in (1 / 1.3, 1.3))
    assert (low["low_80"], low["high_80"]) == (high["low_80"], high["high_80"])


def test_an_interval_leans_to_where_hold_outs_were_missed_again_and_again_for_a_year_and_holds_what_is_expected():
    right, more, less = (told(*a_year_of(*[each] * 4)).loc[(0, "value")] for each in (1.0, 1.2, 1 / 1.2))
    assert right["low_80"] * right["high_80"] == pytest.approx(right["expected"] ** 2, rel=0.02)
    as_expected = float(f"{right['expected']:.3g}")
    assert right["low_80"] < more["low_80"] <= as_expected < right["high_80"] < more["high_80"]
    assert right["high_80"] > less["high_80"] >= as_expected > right["low_80"] > less["low_80"]


def test_what_was_missed_to_either_side_or_for_less_than_a_year_leans_to_none():
    either, short = a_year_of(1.2, 1 / 1.2, 1.2, 1 / 1.2), a_year_of(*[1.2] * 4)[:2]
    for row in (told(*each).loc[(0, "orders")] for each in (either, short)):
        assert row["low_80"] * row["high_80"] == pytest.approx(row["expected"] ** 2, rel=0.02)
    assert not ranges.cover_a_year(short)
    assert not ranges.cover_a_year([replace(REFUSED, cut=None)])
    assert ranges.cover_a_year([*a_year_of(*[1.2] * 4), replace(REFUSED, cut=None)])


def test_the_less_misses_differ_the_more_an_interval_leans():
    alike, unlike = (told(*a_year_of(*each)).loc[(0, "value")] for each in ([1.2] * 4, [1.0, 1.44, 1.0, 1.44]))
    middle = {name: row["low_95"] * row["high_95"] for name, row in (("alike", alike), ("unlike", unlike))}
    assert middle["alike"] > 1.05 * middle["unlike"] > 1.05 * alike["expected"] ** 2


def test_misses_to_one_side_come_to_more_the_further_ahead_is_forecast():
    table = {
        days: ranges.ranges(PREDICTED, MODELS, a_year_of(*[1.2] * 4), None, days, 730).set_index("what")
        for days in (182, 364)
    }
    near, far = (table[days].loc["orders"].iloc[0] for days in (182, 364))
    assert half(near) < half(far)


def test_misses_beyond_all_measure_lean_no_further_than_can_be_written():
    row = told(*a_year_of(*[1e30] * 4)).loc[(0, "value")]
    assert row["doubtful"]
    assert row["high_95"] < 1e5 * row["expected"]


def test_more_hold_outs_that_were_right_narrow_the_interval_and_without_any_the_usual_error_stands():
    none, one, four = (told(*each).loc[(0, "value")] for each in ([REFUSED], [held(1.0)], [held(1.0)] * 4))
    assert half(none) > half(one) > half(four)
    assert np.isnan(none["missed_by"])
    assert (none["hold_outs"], four["hold_outs"]) == (0, 4)
    assert half(none) > 1 + ranges.USUAL


def test_a_segment_is_as_wide_as_its_own_misses_and_the_one_that_may_be_far_off_is_doubtful():
    table = told(*[held(1.0, second=3.0)] * 3)
    sure, unsure = table.loc[(1, "orders")], table.loc[(2, "orders")]
    assert (sure["doubtful"], unsure["doubtful"]) == (False, True)
    assert half(unsure) > ranges.WIDEST > half(sure)
    assert unsure["missed_by"] == pytest.approx(2.0)


def test_that_nothing_came_is_a_miss_of_a_finite_size():
    gone = told(*[held(1.0, second=0.0)] * 3).loc[(2, "value")]
    assert gone["doubtful"]
    assert 0 < gone["low_95"] < gone["high_95"] < np.inf


def test_the_time_before_is_that_of_the_same_customers():
    before = PREDICTED[["customer_id", "segment"]].assign(orders_before=2, revenue_before=10.0)
    table = told(held(1.0), before=before)
    assert table.loc[(0, "value"), "before"] == 20_000
    assert table.loc[(2, "orders"), "before"] == 2 * (PREDICTED["segment"] == 2).sum()
    assert told(held(1.0))["before"].isna().all()


def test_data_of_less_than_a_year_have_seen_no_season():
    seen, unseen = (
        told(*[held(1.0)] * 4, covered=days).loc[(0, "value")] for days in (ranges.A_YEAR, ranges.A_YEAR - 1)
    )
    assert half(unseen) > 1 + ranges.SEASON > half(seen)


def test_amounts_without_a_finite_mean_have_an_interval_that_can_be_written():
    wild = replace(MODELS, spending=replace(MODELS.spending, parameters=(0.001, 0.001, 15.0)))
    table = ranges.ranges(PREDICTED, wild, [held(1.0)], None, 364, 730)
    assert (table["high_95"] < 1e5 * table["expected"]).all()
    assert (table["low_95"] > table["expected"] / 1e5).all()
    assert table["doubtful"].tolist() == [False] * 3 + [True] * 3


def test_where_nothing_is_expected_nothing_is_told_to_come():
    nobody = PREDICTED.assign(revenue=0.0, expected_value=0.0)
    row = ranges.ranges(nobody, MODELS, [REFUSED], None, 364, 730).set_index("what").loc["value"].iloc[0]
    assert (row["expected"], row["low_95"], row["high_95"]) == (0, 0, 0)

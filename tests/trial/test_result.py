"""What a result says: on hand-made trials, and on simulated ones whose truth is known."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtri

from customer_segments.steps.trial import FEWEST, HELD_OUT, TREATED, draw, result
from customer_segments.steps.trial.redraws import Redraws, interval

ONE = {"measure": "spend", "seed": 3}


def trial(count: int, held_out: int, seed: int = 0, segments: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng([seed, 9])
    spent = np.where(rng.random(count) < 0.5, rng.lognormal(3, 1.2, count), 0.0)
    table = pd.DataFrame(
        {
            "customer_id": [f"c{number:05}" for number in range(count)],
            "segment": 1 + np.arange(count) % segments,
            "spent_before": spent,
        }
    )
    return draw(table, dict.fromkeys(range(1, segments + 1), held_out), [seed])


def orders(drawn: pd.DataFrame, spend: np.ndarray) -> pd.DataFrame:
    came = pd.DataFrame({"customer_id": drawn["customer_id"], "orders": (spend > 0).astype(int), "spend": spend})
    return came[came["spend"] != 0]


def spending(drawn: pd.DataFrame, seed: int) -> np.ndarray:
    rng = np.random.default_rng([seed, 4])
    return np.where(rng.random(len(drawn)) < 0.3, rng.lognormal(2, 1, len(drawn)) + drawn["spent_before"] / 4, 0.0)


def test_of_equal_spending_before_the_uplift_is_the_difference_of_the_means():
    drawn = trial(80, 30).assign(spent_before=0.0)
    spend = np.arange(80.0) % 7 + 5 * (drawn["group"] == TREATED)
    found = result(drawn, orders(drawn, spend), **ONE).overall
    means = pd.Series(spend).groupby(drawn["group"]).mean()
    assert (found.treated, found.held_out) == (50, 30)
    assert found.treated_mean == pytest.approx(means[TREATED])
    assert found.uplift == pytest.approx(means[TREATED] - means[HELD_OUT])
    assert found.low < found.uplift < found.high
    assert found.shows


def test_spending_before_is_taken_into_account_as_a_line_through_each_group_does():
    drawn = trial(300, 100)
    before, treated = drawn["spent_before"].to_numpy(), (drawn["group"] == TREATED).to_numpy()
    spend = np.where(treated, 3 + 0.5 * before, 1 + 0.4 * before) + np.random.default_rng(1).random(300)
    found = result(drawn, orders(drawn, spend), **ONE).overall
    lines = [np.polyfit(before[group], spend[group], 1) for group in (treated, ~treated)]
    expected = np.polyval(lines[0], before.mean()) - np.polyval(lines[1], before.mean())
    assert found.uplift == pytest.approx(expected)
    assert found.high - found.low < 0.5


def test_who_is_in_no_order_spent_nothing_and_who_is_on_no_list_is_counted_apart():
    drawn = trial(100, 40)
    nobody_else = orders(drawn, spending(drawn, 1))
    strangers = pd.DataFrame({"customer_id": ["x1", "x2"], "orders": [1, 1], "spend": [1e6, 1e6]})
    with_zeros = pd.DataFrame({"customer_id": drawn["customer_id"], "orders": 0, "spend": 0.0})
    with_zeros = with_zeros[~with_zeros["customer_id"].isin(nobody_else["customer_id"])]
    found = result(drawn, nobody_else, **ONE)
    assert result(drawn, pd.concat([nobody_else, with_zeros]), **ONE) == found
    more = result(drawn, pd.concat([nobody_else, strangers]), **ONE)
    assert (found.strangers, more.strangers) == (0, 2)
    assert more.uplifts == found.uplifts


def test_where_nobody_orders_nothing_is_said():
    drawn = trial(100, 40)
    for measure in ("spend", "orders"):
        found = result(drawn, orders(drawn, np.zeros(100)), measure).overall
        assert (found.low, found.uplift, found.shows) == (None, None, False)
        assert found.treated_mean == 0


def test_where_within_each_group_all_do_the_same_there_is_nothing_to_weigh_the_difference_against():
    drawn = trial(60, 30)
    spend = (drawn["group"] == TREATED).to_numpy() * 1.0
    found = result(drawn, orders(drawn, spend), "orders").overall
    assert (found.treated_mean, found.held_out_mean) == (1, 0)
    assert (found.low, found.shows) == (None, False)
    spend[np.flatnonzero(spend == 0)[0]] = 1.0
    found = result(drawn, orders(drawn, spend), "orders").overall
    assert found.shows
    assert 0.5 < found.low < 29 / 30 < found.high <= 1.1


def test_as_many_intervals_as_are_given_hold_together():
    drawn = trial(300, 40, segments=3)
    found = result(drawn, orders(drawn, spending(drawn, 2)), **ONE)
    assert [each.segment for each in found.uplifts] == [1, 2, 3, None]
    assert (found.level, found.together) == (pytest.approx(1 - 0.05 / 4), 0.95)
    alone = result(drawn[drawn["segment"] == 1], orders(drawn, spending(drawn, 2)), **ONE)
    first = found.uplifts[0]
    assert alone.level == 0.95
    assert alone.overall.high - alone.overall.low < first.high - first.low
    assert found.overall.treated == sum(each.treated for each in found.uplifts[:-1])


def test_over_all_segments_each_counts_by_its_size_however_many_of_it_were_held_out():
    table = trial(600, 40, segments=2).drop(columns=["group", "stratum"])
    table["segment"] = np.where(np.arange(600) < 500, 1, 2)
    drawn = draw(table, {1: 60, 2: 50}, [1])
    spend = 10.0 + np.random.default_rng(2).random(600) + 8 * ((drawn["segment"] == 2) & (drawn["group"] == TREATED))
    found = result(drawn, orders(drawn, spend.to_numpy()), **ONE)
    assert found.overall.uplift == pytest.approx(8 * 100 / 600, abs=0.3)
    assert found.overall.uplift == pytest.approx(
        sum(each.uplift * size for each, size in zip(found.uplifts, (500, 100), strict=False)) / 600
    )


def test_the_seed_of_the_redraws_decides_nothing_that_is_said():
    drawn = trial(120, 40)
    came = orders(drawn, spending(drawn, 5) + 6 * (drawn["group"] == TREATED).to_numpy())
    found = [result(drawn, came, "spend", seed=seed).overall for seed in range(20)]
    assert len({each.shows for each in found}) == 1
    width = found[0].high - found[0].low
    assert max(each.low for each in found) - min(each.low for each in found) < width / 4


def test_an_effect_is_ruled_out_where_fewer_redraws_lie_farther_out_than_the_error_allows_less_their_luck():
    apart = ndtri((np.arange(2_000) + 0.5) / 2_000)  # of the redraws, in standard errors
    difference = np.stack([np.append(10.0, apart), np.append(-1.0, np.zeros(2_000))])
    variance = np.stack([np.ones(2_001), np.zeros(2_001), np.zeros(2_001)])
    uplift, low, high = interval([Redraws(100, difference, variance)], 0.05)
    assert (uplift, low, high) == pytest.approx((10, 10 - ndtri(0.98), 10 + ndtri(0.98)), abs=0.02)  # 80 of 2,000


# ── on simulated truth, with bounds that no chance of the draws reaches ─────────────────────────────────────────────


def rate(happens: list[bool]) -> tuple[float, float]:
    """How often, and what chance may add to it: once in some ten million times more."""
    return float(np.mean(happens)), 5.2 * np.sqrt(0.05 * 0.95 / len(happens))


@pytest.mark.parametrize(("count", "held_out"), [(2 * FEWEST, FEWEST), (160, 30)])
@pytest.mark.parametrize("measure", ["spend", "orders"])
def test_nothing_is_seldom_called_an_effect_however_skewed_spending_is(count, held_out, measure):
    called = []
    for seed in range(150):
        drawn = trial(count, held_out, seed)
        spend = spending(drawn, seed)
        spend[seed % count] *= 1_000  # one customer has nearly all
        called.append(result(drawn, orders(drawn, spend), measure, seed=seed).overall.shows)
    found, chance = rate(called)
    assert found <= 0.05 + chance


def test_intervals_hold_an_effect_that_is_in_per_cent_of_skewed_spending():
    missed = []
    for seed in range(150):
        drawn = trial(120, 30, seed)
        alone = spending(drawn, seed)
        did = np.where(drawn["group"] == TREATED, 1.5 * alone, alone)
        found = result(drawn, orders(drawn, did), "spend", seed=seed).overall
        missed.append(not found.low <= 0.5 * alone.mean() <= found.high)
    found, chance = rate(missed)
    assert found <= 0.06 + chance


def test_a_large_effect_is_seen():
    drawn = trial(400, 100)
    spend = spending(drawn, 1) + 20 * (drawn["group"] == TREATED).to_numpy()
    found = result(drawn, orders(drawn, spend), **ONE).overall
    assert found.low > 5
    assert found.high < 35

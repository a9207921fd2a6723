import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from customer_segments.base.params.profiling import CoinParams
from customer_segments.steps.profiling import sizes
from tests.profiling.made import profiles

CUSTOMERS = pd.DataFrame(
    {
        "customer_id": ["a", "b", "c", "d"],
        "orders": [9, 8, 1, 2],
        "net_revenue": [500.0, 300.0, 150.0, 50.0],
        "segment": [1, 1, 2, 2],
    }
)


def test_sizes_and_shares_of_each_segment():
    expected = pd.DataFrame(
        {
            "segment": [1, 2],
            "customers": [2, 2],
            "customer_share": [0.5, 0.5],
            "orders": [17, 3],
            "revenue": [800.0, 200.0],
            "revenue_share": [0.8, 0.2],
            "too_few": [False, False],
            "untold": [False, False],
        }
    )
    assert_frame_equal(sizes.sizes(CUSTOMERS), expected)


def test_what_is_expected_of_customers_is_told_by_segment():
    expected = {"alive_probability": [0.9, 0.7, 0.2, None], "expected_value": [10.0, 5.0, 1.0, None]}
    table = sizes.sizes(CUSTOMERS.assign(**expected))
    assert table["alive_probability"].tolist() == pytest.approx([0.8, 0.2])
    assert table["expected_value"].tolist() == [15.0, 1.0]


def test_a_study_without_transactions_has_no_revenue():
    table = sizes.sizes(CUSTOMERS.drop(columns=["orders", "net_revenue"]))
    assert list(table) == ["segment", "customers", "customer_share", "too_few", "untold"]
    assert not sizes.has_revenue(table)


def test_no_share_is_given_where_more_was_paid_back_than_paid():
    table = sizes.sizes(CUSTOMERS.assign(net_revenue=[-9.0, 1.0, 1.0, 1.0]))
    assert table["revenue_share"].isna().all()
    assert not sizes.has_revenue(table)


def test_what_too_few_customers_did_is_not_shown():
    table = sizes.shown(sizes.sizes(many(30, 12, 5, 6), smallest_group=10))
    private = table[["orders", "revenue", "revenue_share"]]
    assert private.isna().all(axis=1).tolist() == [False, False, True, True]


@pytest.mark.parametrize("counts", [(30, 12, 5), (30, 12, 5, 4)])
def test_nor_what_would_tell_it_by_subtraction(counts):
    table = sizes.shown(sizes.sizes(many(*counts), smallest_group=10))
    assert table["revenue"].isna().tolist() == [False] + [True] * (len(counts) - 1)


def many(*counts):
    """So many customers in each segment."""
    segment = [number for number, count in enumerate(counts, 1) for _ in range(count)]
    return pd.DataFrame({"segment": segment, "orders": 2, "net_revenue": 10.0})


def test_the_fewest_who_bring_most_per_customer_lead():
    first = sizes.leaders(profiles(customers=(10, 20, 70), revenue=(400.0, 300.0, 300.0)))
    assert (first.segments, first.customer_share, first.share) == ([1, 2], pytest.approx(0.3), 0.7)
    assert first.times_the_others == pytest.approx((700 / 30) / (300 / 70))


def test_customers_in_no_segment_do_not_lead_nor_count_as_one():
    table = profiles(customers=(30, 70, 5), revenue=(200.0, 100.0, 700.0)).assign(segment=[1, 2, 0])
    assert 0 not in sizes.leaders(table).segments
    assert sizes.totals(table) == {"segments": 2, "customers": 105, "revenue": 1000.0}


def test_nothing_is_compared_with_others_who_bring_nothing():
    assert sizes.leaders(profiles(revenue=(800.0, -10.0))).times_the_others is None


def test_metrics_are_kept_by_name():
    assert sizes.metrics(profiles()) == {
        "Group A": {"customers": 30, "customer_share": 0.3, "revenue_share": 0.8},
        "Group B": {"customers": 70, "customer_share": 0.7, "revenue_share": 0.2},
    }


RULES = CoinParams(
    on=True, per_amount=1.0, per_order=10.0, per_referral=200.0, per_review=20.0, welcome=50.0, worth=0.01
)
MEMBERS = pd.DataFrame(
    {"net_revenue": [100.9, -20.0, 49.5], "orders": [3, 1, 1], "referrals": [1, 0, None], "segment": [1, 1, 2]}
)


def test_every_rule_earns_its_whole_coins_and_what_was_paid_back_takes_none_away():
    alone = MEMBERS.assign(segment=[1, 2, 3])
    found = sizes.coins(alone, RULES)
    assert found["coins"].tolist() == [380.0, 60.0, 109.0]
    assert found["coin_cost"].tolist() == pytest.approx([3.8, 0.6, 1.09])


def test_a_segments_coins_are_a_share_of_its_revenue():
    expected = pd.DataFrame(
        {"segment": [1, 2], "coins": [440.0, 109.0], "coin_cost": [4.4, 1.09], "coin_share": [4.4 / 80.9, 1.09 / 49.5]}
    )
    assert_frame_equal(sizes.coins(MEMBERS, RULES), expected)


def test_without_transactions_coins_are_earned_by_what_is_known():
    found = sizes.coins(pd.DataFrame({"referrals": [1, 0, None], "segment": [1, 2, 3]}), RULES)
    assert found["coins"].tolist() == [250.0, 50.0, 50.0]
    assert "coin_share" not in found

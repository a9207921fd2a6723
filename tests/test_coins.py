import pandas as pd
from pandas.testing import assert_frame_equal

from customer_segments.base.params.profiling import CoinParams
from customer_segments.steps.profiling.coins import accounts, by_segment

RULES = CoinParams(
    on=True, per_amount=1.0, per_order=10.0, per_referral=200.0, per_review=20.0, welcome=50.0, worth=0.01
)
CUSTOMERS = pd.DataFrame(
    {
        "customer_id": ["a", "b", "c"],
        "net_revenue": [100.9, -20.0, 49.5],
        "orders": [3, 1, 1],
        "referrals": [1, 0, None],
        "segment": [1, 1, 2],
    }
)


def test_every_rule_earns_its_coins_and_what_was_paid_back_takes_none_away():
    expected = pd.DataFrame(
        {"customer_id": ["a", "b", "c"], "coins": [380.0, 60.0, 109.0], "coin_cost": [3.8, 0.6, 1.09]}
    )
    assert_frame_equal(accounts(CUSTOMERS, RULES), expected)


def test_a_segments_coins_are_a_share_of_its_revenue():
    expected = pd.DataFrame(
        {"segment": [1, 2], "coins": [440.0, 109.0], "coin_cost": [4.4, 1.09], "coin_share": [4.4 / 80.9, 1.09 / 49.5]}
    )
    assert_frame_equal(by_segment(CUSTOMERS, RULES), expected)


def test_without_transactions_coins_are_earned_by_what_is_known():
    members = CUSTOMERS[["customer_id", "referrals", "segment"]]
    assert accounts(members, RULES)["coins"].tolist() == [250.0, 50.0, 50.0]
    assert "coin_share" not in by_segment(members, RULES)

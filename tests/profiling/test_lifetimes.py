import pandas as pd
from pandas.testing import assert_frame_equal

from customer_segments.steps.profiling.lifetimes import LIFETIMES, with_lifetimes

CUSTOMERS = pd.DataFrame({"customer_id": ["a", "b"], "orders": [3, 1]})


def test_what_is_expected_is_joined_by_customer_and_unknown_for_others():
    expected_of = pd.DataFrame([("b", 0.25, 1.234, 9.876)], columns=["customer_id", *LIFETIMES])
    expected = CUSTOMERS.assign(
        alive_probability=[None, 0.25], expected_orders=[None, 1.23], expected_value=[None, 9.88]
    ).astype(dict.fromkeys(LIFETIMES, float))
    assert_frame_equal(with_lifetimes(CUSTOMERS, expected_of), expected)


def test_a_study_without_transactions_expects_nothing():
    assert_frame_equal(with_lifetimes(CUSTOMERS, pd.DataFrame(columns=["customer_id", *LIFETIMES])), CUSTOMERS)

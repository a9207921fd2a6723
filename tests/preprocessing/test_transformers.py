import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from scipy import stats
from sklearn.base import clone

from customer_segments.base.errors import StudyError
from customer_segments.steps.preprocessing.transformers import (
    Fence,
    FrequencyRanker,
    RarePooler,
    RedundantDropper,
    Straightener,
    Winsoriser,
    skewness,
)

SKEWED = [0.0, 1.0, 2.0, 3.0, 100.0]
EVEN = [1.0, 2.0, 3.0, 4.0, 5.0]


def test_values_beyond_a_fence_are_drawn_in_and_infinite_ones_become_gaps():
    bills = pd.DataFrame(
        {"balance": [-9.0, 0.0, 5.0, np.nan, -np.inf], "orders": pd.array([1, 2, 99, None, 0], "Int64")}
    )
    fences = {"balance": Fence(-2.0, 3.0, above_zero=False), "income": Fence(0.0, 1.0, above_zero=False)}
    drawn = Winsoriser(fences).set_output(transform="pandas").fit_transform(bills)
    expected = {"balance": [-2.0, 0.0, 3.0, np.nan, np.nan], "orders": [1.0, 2.0, 99.0, np.nan, 0.0]}
    assert_frame_equal(drawn, pd.DataFrame(expected))
    assert_frame_equal(Winsoriser(fences).set_output(transform="pandas").fit_transform(drawn), drawn)


def test_on_a_log_scale_values_at_or_below_zero_are_of_another_kind_and_stay():
    amounts = pd.DataFrame({"amount": [-9.0, 0.0, 0.5, 2.0, 9.0]})
    drawn = Winsoriser({"amount": Fence(1.0, 3.0, above_zero=True)}).fit_transform(amounts)
    assert drawn.ravel().tolist() == [-9.0, 0.0, 1.0, 2.0, 3.0]


def test_without_fences_everyone_stays():
    bills = pd.DataFrame({"net_revenue": SKEWED, "age": EVEN})
    assert_frame_equal(Winsoriser().set_output(transform="pandas").fit_transform(bills), bills)


def test_a_skewed_column_becomes_logarithms_and_an_even_one_stays():
    bills = pd.DataFrame({"net_revenue": SKEWED, "age": EVEN})
    straight = Straightener(above=1.0).set_output(transform="pandas").fit_transform(bills)
    assert_frame_equal(straight, pd.DataFrame({"net_revenue": np.log1p(SKEWED), "age": EVEN}))


def test_negative_values_keep_their_sign():
    debts = pd.DataFrame({"balance": [-100.0, -1.0, 0.0, 1.0, 2.0, 3.0]})
    straight = Straightener(above=1.0).fit_transform(debts).ravel()
    assert straight.tolist() == pytest.approx([-np.log(101), -np.log(2), 0.0, np.log(2), np.log(3), np.log(4)])


def test_a_column_that_the_logarithm_would_skew_more_stays():
    scores = pd.DataFrame({"score": [0.0, 97.0, 98.0, 99.0, 100.0]})
    assert not Straightener(above=1.0).fit(scores).straightened_.any()


def test_what_was_straightened_at_fitting_is_straightened_ever_after():
    fitted = Straightener(above=1.0).fit(pd.DataFrame({"net_revenue": SKEWED}))
    assert fitted.transform(pd.DataFrame({"net_revenue": EVEN})).ravel().tolist() == np.log1p(EVEN).tolist()


def test_yeo_johnson_takes_the_skewness_out():
    incomes = pd.DataFrame({"income": np.random.default_rng(1).lognormal(10, 1, 500)})
    straight = Straightener(method="yeo_johnson", above=1.0).fit_transform(incomes)
    assert abs(skewness(straight)[0]) < 0.2 < 1 < skewness(incomes.to_numpy())[0]


def test_none_straightens_nothing():
    assert not Straightener(method="none", above=0.1).fit(pd.DataFrame({"net_revenue": SKEWED})).straightened_.any()


def test_skewness_is_the_third_standardised_moment_and_zero_for_constants():
    values = np.column_stack([SKEWED, EVEN, [0.1] * 5])
    assert skewness(values).tolist() == pytest.approx([stats.skew(SKEWED), 0.0, 0.0])


def test_rare_and_unseen_categories_become_other():
    fitted = RarePooler(rarer_than=0.3).set_output(transform="pandas")
    fitted.fit(pd.DataFrame({"channel": ["web", "web", "app", "app", "fax"]}))
    new = pd.DataFrame({"channel": ["web", "fax", "telex"]})
    assert fitted.transform(new)["channel"].tolist() == ["web", "other", "other"]


def test_a_category_called_other_is_pooled_with_the_rare_ones():
    pooled = RarePooler(rarer_than=0.25).fit_transform(
        pd.DataFrame({"channel": ["web", "web", "other", "other", "fax"]})
    )
    assert pooled.ravel().tolist() == ["web", "web", "other", "other", "other"]


def test_categories_are_ranked_by_frequency_ties_by_name_and_the_unseen_last():
    fitted = FrequencyRanker().fit(pd.DataFrame({"channel": ["web", "app", "store", "store"]}))
    new = pd.DataFrame({"channel": ["store", "app", "web", "fax"]})
    assert fitted.transform(new).ravel().tolist() == [0.0, 1.0, 2.0, 3.0]


def test_constant_columns_and_later_near_copies_are_dropped_with_a_reason():
    customers = pd.DataFrame(
        {
            "orders": [1.0, 2.0, 3.0, 9.0],
            "legs": 2.0,
            "net_revenue": [10.0, 21.0, 30.0, 90.0],
            "age": [40.0, 20.0, 45.0, 30.0],
        }
    )
    dropper = RedundantDropper(above=0.9).set_output(transform="pandas").fit(customers)
    assert_frame_equal(
        dropper.dropped_,
        pd.DataFrame(
            [
                ("legs", "It is the same for every customer."),
                ("net_revenue", "It moves with Orders, which is kept (correlation 1.00)."),
            ],
            columns=["feature", "reason"],
        ),
    )
    assert_frame_equal(dropper.transform(customers), customers[["orders", "age"]])


def test_a_mirror_image_is_a_copy_too():
    flags = pd.DataFrame({"active=no": [0.0, 1.0, 0.0], "active=yes": [1.0, 0.0, 1.0]})
    dropped = RedundantDropper(above=0.9).fit(flags).dropped_
    assert dropped["reason"].tolist() == ["It moves against Active: no, which is kept (correlation −1.00)."]


def test_a_copy_of_a_dropped_column_only_is_kept():
    # b is near a and c is near b, but c is not near a.
    chain = pd.DataFrame({"a": [0.0, 1, 2, 3, 4, 5], "b": [0.0, 1, 2, 3, 4, 2], "c": [1.0, 0, 2, 3, 4, 0]})
    assert RedundantDropper(above=0.7).fit(chain).dropped_["feature"].tolist() == ["b"]


def test_without_a_limit_constants_and_copies_stay():
    customers = pd.DataFrame({"orders": [1.0, 2.0, 3.0], "legs": 2.0, "invoices": [1.0, 2.0, 3.0]})
    dropper = RedundantDropper(above=None).set_output(transform="pandas").fit(customers)
    assert_frame_equal(dropper.transform(customers), customers)
    assert_frame_equal(dropper.dropped_, pd.DataFrame({"feature": [], "reason": []}, dtype="str"))


def test_nothing_that_tells_customers_apart_is_said_plainly():
    with pytest.raises(StudyError, match="Orders and Age are the same for every customer"):
        RedundantDropper().fit(pd.DataFrame({"orders": [1.0, 1.0], "age": [30.0, 30.0]}))


@pytest.mark.parametrize(
    "estimator",
    [
        Winsoriser({"age": Fence(0.0, 9.0, False)}),
        Straightener("none", 2.0),
        RarePooler(0.2),
        FrequencyRanker(),
        RedundantDropper(0.5),
        RedundantDropper(None),
    ],
)
def test_estimators_can_be_cloned_with_their_settings(estimator):
    assert clone(estimator).get_params() == estimator.get_params()


@settings(max_examples=40)
@given(st.lists(st.lists(st.integers(-5, 5), min_size=4, max_size=4), min_size=3, max_size=12), st.floats(0.1, 1.0))
def test_law_no_two_kept_columns_are_correlated_above_the_limit(rows, limit):
    values = pd.DataFrame(rows, columns=list("abcd"), dtype="float64")
    if values.nunique().max() == 1:
        return
    kept = RedundantDropper(above=limit).set_output(transform="pandas").fit_transform(values)
    sizes = np.abs(np.corrcoef(kept.to_numpy().T)) if kept.shape[1] > 1 else np.eye(1)
    assert (sizes - np.eye(kept.shape[1])).max() <= limit + 1e-8

import numpy as np
import pandas as pd
import pytest

from customer_segments.base.params import ClusteringParams
from customer_segments.steps.clustering import segmentation
from customer_segments.steps.clustering.segmentation import (
    _open,
    _together,
    gap_statistic,
    prediction_strengths,
    segmenter_for,
    stabilities,
)

PARAMS = ClusteringParams(n_init=3, references=8, bootstraps=6)
KS = [2, 3, 4, 5]


def groups(apart, count=3, customers=300, seed=0):
    """As many round groups at the corners of a simplex."""
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(customers, 3)) + apart * np.eye(3)[np.arange(customers) % count]
    return pd.DataFrame(points, columns=["orders", "revenue", "tenure"])


def labelings(inputs, params=PARAMS):
    return np.column_stack([segmenter_for(k, params, seed=1).fit(inputs).labels_ for k in KS])


def test_the_gap_rises_to_the_true_number_and_no_farther():
    table = gap_statistic(groups(apart=8), [1, *KS], PARAMS, seed=1).set_index("k")
    assert table["gap"].idxmax() == 3
    assert table.loc[3, "gap"] > table.loc[2, "gap"] + table.loc[3, "gap_error"]


def test_one_cloud_has_no_larger_gap_than_no_segments():
    table = gap_statistic(groups(apart=0), [1, 2], PARAMS, seed=1).set_index("k")
    assert table.loc[1, "gap"] >= table.loc[2, "gap"] - table.loc[2, "gap_error"]


def test_the_true_number_comes_back_and_a_larger_one_does_not():
    inputs = groups(apart=8)
    found = stabilities(inputs, labelings(inputs), KS, PARAMS, seed=1)
    assert found[1] > 0.95
    assert found[2] < 0.8 > found[3]


@pytest.mark.parametrize("count", [2, 3])
def test_halves_foretell_the_true_number_of_each_other_and_no_larger_one(count):
    found = prediction_strengths(groups(apart=8, count=count), KS, PARAMS, seed=1)
    assert found[KS.index(count)] > 0.95
    assert (found[KS.index(count) + 1 :] < 0.7).all()


def test_halves_of_one_cloud_foretell_no_segments():
    assert (prediction_strengths(groups(apart=0, customers=600), KS, PARAMS, seed=1) < 0.8).all()


def test_pairs_that_stay_together_are_counted_in_the_segment_that_is_torn_most():
    ours = np.array([0, 0, 0, 1, 1, 1, 1, 2])
    theirs = np.array([0, 0, 1, 2, 2, 2, 2, 1])
    everyone = slice(None)
    assert _together(ours, theirs, everyone) == pytest.approx(1 / 3)  # one of three pairs; who is alone has none
    assert _together(theirs, ours, everyone) == 0


def test_halves_with_too_few_different_customers_have_no_prediction_strength():
    inputs = pd.DataFrame({"orders": np.repeat([0.0, 1.0, 5.0], 8)})
    assert np.isnan(prediction_strengths(inputs, [2, 4], PARAMS, seed=1)).tolist() == [False, True]


def test_both_are_the_same_each_time_and_leave_what_they_read():
    inputs = groups(apart=3)
    before = inputs.copy()
    labels = labelings(inputs)
    assert stabilities(inputs, labels, KS, PARAMS, 1).tolist() == stabilities(inputs, labels, KS, PARAMS, 1).tolist()
    first, second = (gap_statistic(inputs, [1, *KS], PARAMS, 1) for _ in range(2))
    assert first.equals(second)
    assert inputs.equals(before)


def test_draws_with_too_few_different_customers_have_no_stability():
    inputs = pd.DataFrame({"orders": np.repeat([0.0, 1.0, 5.0], 4)})
    labels = np.column_stack([np.repeat([1, 1, 2], 4), np.repeat([1, 2, 3], 4)])
    assert np.isnan(stabilities(inputs, labels, [2, 3], PARAMS, 1)[1])


@pytest.mark.parametrize("method", ["ward", "gaussian_mixture", "k_prototypes", "mini_batch_kmeans"])
def test_every_method_that_takes_a_number_has_both(method):
    inputs = groups(apart=9, customers=150)
    params = PARAMS.model_copy(update={"method": method, "references": 2, "bootstraps": 3})
    assert stabilities(inputs, labelings(inputs, params), KS, params, 1)[1] > 0.9
    assert gap_statistic(inputs, [1, *KS], params, 1).set_index("k")["gap"].idxmax() == 3


def test_numbers_that_chance_might_let_pass_are_drawn_again():
    clear, unsure = np.array([0.9, 0.5, 0.3]), np.array([0.9, 0.71, 0.3])
    noise = 0.1 * np.random.default_rng(1).standard_normal((50, 3))
    assert _open(clear + noise) == []
    assert _open(unsure + noise) == [0, 1]
    assert _open(np.column_stack([unsure + noise, np.full(50, np.nan)])) == [0, 1]


def test_which_numbers_come_back_hangs_on_no_seed(monkeypatch):
    inputs = pd.DataFrame(np.random.default_rng(1).standard_normal((200, 2)), columns=["orders", "revenue"])
    labels, params = labelings(inputs), ClusteringParams(n_init=3)

    def largest() -> set[int]:
        found = [stabilities(inputs, labels, KS, params, seed) for seed in range(4)]
        return {max(k for k, each in zip(KS, again, strict=True) if each >= 0.8 * again.max()) for again in found}

    assert largest() == {2}
    monkeypatch.setattr(segmentation, "MOST_TIMES", 1)
    assert largest() == {2, 3}

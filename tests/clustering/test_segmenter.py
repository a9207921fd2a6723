import doctest
import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from customer_segments.base.errors import StudyError
from customer_segments.steps.clustering import segmenter
from customer_segments.steps.clustering.segmenter import Segmenter, WeightedSegmenter


def three_groups(seed=0, customers=90):
    """Three groups of unlike size, far apart, in random order: features and the true group."""
    rng = np.random.default_rng(seed)
    truth = rng.permutation(np.repeat([0, 1, 2], [customers // 2, customers // 3, customers // 6]))
    middles = np.array([[0, 0], [6, 0], [0, 6]])
    return pd.DataFrame(rng.normal(size=(customers, 2)) + middles[truth], columns=["orders", "net_revenue"]), truth


def test_three_groups_are_found():
    features, truth = three_groups()
    assert adjusted_rand_score(truth, Segmenter(k=3).fit(features).labels_) > 0.95


def test_without_a_value_segment_one_is_the_largest():
    features, _ = three_groups()
    sizes = np.bincount(Segmenter(k=3).fit(features).labels_)[1:]
    assert sizes.tolist() == sorted(sizes, reverse=True)


def test_with_a_value_segment_one_is_the_most_valuable_customers():
    features, truth = three_groups()
    fitted = Segmenter(k=3).fit(features, value=pd.Series([20.0, 500.0, 100.0])[truth])
    assert [truth[fitted.labels_ == segment][0] for segment in (1, 2, 3)] == [1, 2, 0]


def test_customers_without_a_value_do_not_move_their_segment():
    features, truth = three_groups()
    value = np.array([np.nan, 500.0, 100.0])[truth]
    value[np.flatnonzero(truth == 1)[3:]] = np.nan
    fitted = Segmenter(k=3).fit(features, value)
    assert [truth[fitted.labels_ == segment][0] for segment in (1, 2, 3)] == [1, 2, 0]


def test_segments_of_one_size_are_ordered_by_their_centres():
    features = np.array([[9.0, 1.0], [9.0, 1.1], [0.0, 5.0], [0.1, 5.0], [0.0, 1.0], [0.1, 1.0]])
    assert Segmenter(k=3).fit(features).labels_.tolist() == [3, 3, 2, 2, 1, 1]


@settings(max_examples=10)
@given(st.integers(0, 1000))
def test_labels_depend_on_neither_the_order_of_customers_nor_the_seed(seed):
    features, _ = three_groups()
    shuffled = np.random.default_rng(seed).permutation(len(features))
    expected = Segmenter(k=3, seed=0).fit(features).labels_[shuffled]
    assert (Segmenter(k=3, seed=seed).fit(features.iloc[shuffled]).labels_ == expected).all()


def test_new_customers_are_assigned_without_refitting_and_old_ones_as_before():
    features, _ = three_groups()
    fitted = pickle.loads(pickle.dumps(Segmenter(k=3).fit(features)))
    assert (fitted.predict(features) == fitted.labels_).all()
    nearby = pd.DataFrame(fitted.cluster_centers_ + 0.1, columns=features.columns)
    assert fitted.predict(nearby).tolist() == [1, 2, 3]
    assert fitted.transform(nearby).shape == (3, 3)
    np.testing.assert_allclose(np.diag(fitted.transform(nearby)), np.hypot(0.1, 0.1))


def test_scikit_learns_conventions_hold():
    features, _ = three_groups()
    original = Segmenter(k=3, n_init=4, seed=7).fit(features)
    assert clone(original).get_params() == {"k": 3, "n_init": 4, "start_sample": 3_000, "seed": 7}
    assert original.feature_names_in_.tolist() == ["orders", "net_revenue"]
    assert (clone(original).fit_predict(features) == original.labels_).all()
    with pytest.raises(ValueError, match="feature names"):
        original.predict(features.rename(columns={"orders": "returns"}))


def far_apart_and_nearly_all_in_one():
    """Four groups of which a sample of 100 customers sees one only, but for a few customers."""
    rng = np.random.default_rng(3)
    middles = np.repeat([[0, 0], [40, 0], [0, 40], [40, 40]], [1980, 20, 20, 20], axis=0)
    return middles + rng.normal(size=middles.shape)


@pytest.mark.parametrize("start_sample", [None, 2040])
def test_without_a_smaller_sample_the_starts_are_compared_on_all_customers_as_scikit_learn_does(start_sample):
    points = far_apart_and_nearly_all_in_one()
    fitted = Segmenter(k=4, n_init=3, start_sample=start_sample, seed=5).fit(points)
    assert adjusted_rand_score(KMeans(4, n_init=3, random_state=5).fit(points).labels_, fitted.labels_) == 1
    assert np.bincount(fitted.labels_)[1:].tolist() == [1980, 20, 20, 20]


def test_a_sample_that_sees_no_customer_of_a_small_group_may_miss_it():
    fitted = Segmenter(k=4, n_init=3, start_sample=100, seed=5).fit(far_apart_and_nearly_all_in_one())
    assert np.bincount(fitted.labels_)[1:].tolist() != [1980, 20, 20, 20]


def test_centres_are_rounded_so_that_they_are_the_same_on_every_machine():
    centres = Segmenter(k=3).fit(three_groups()[0]).cluster_centers_
    assert (centres == np.round(centres, 9)).all()


def test_the_inertia_is_the_sum_of_squared_distances_to_the_own_centre():
    assert Segmenter(k=2).fit(np.array([[0.0], [2.0], [50.0], [54.0]])).inertia_ == 2 * 1 + 2 * 4


def test_a_column_counts_as_far_as_it_tells_segments_apart():
    rng, truth = np.random.default_rng(1), np.arange(120) % 2
    features = np.column_stack([6 * truth + rng.normal(size=120), rng.normal(size=(120, 8))])
    fitted = WeightedSegmenter(k=2).fit(features)
    assert adjusted_rand_score(truth, fitted.labels_) > 0.95
    assert fitted.weights_[0] == 1
    assert fitted.weights_[1:].max() < 0.3
    middle = features[fitted.labels_ == 1].mean(axis=0)
    moved = middle + 10 * np.eye(9)
    assert fitted.transform(middle[None])[0, 0] == pytest.approx(0, abs=1e-6)
    assert fitted.transform(moved)[:, 0] == pytest.approx(10 * fitted.weights_, rel=1e-6)


@pytest.mark.parametrize(
    ("features", "k", "sentence"),
    [
        (
            np.arange(6.0)[:, None],
            6,
            "6 segments cannot be made of 6 customers: lower clustering.k_max .* to 5",
        ),
        (
            np.repeat(np.arange(5.0), 9)[:, None],
            8,
            "8 segments .* of 45 customers of whom only 5 differ .* to 4",
        ),
        (np.zeros((50, 2)), 2, "of whom only 1 differ in their features: name further columns"),
        (pd.DataFrame({"orders": [1, 2, np.nan, 4]}), 2, "orders has gaps: 1 customer has no value"),
        (pd.DataFrame({"orders": [1, 2, np.inf, 4]}), 2, "orders has gaps"),
        (pd.DataFrame({"gender": ["f", "m", "f"]}), 2, "gender is not numeric"),
    ],
)
def test_what_cannot_be_segmented_is_refused_in_a_sentence(features, k, sentence):
    with pytest.raises(StudyError, match=sentence):
        Segmenter(k=k).fit(features)


def test_features_with_gaps_name_the_stage_that_fills_them():
    with pytest.raises(StudyError) as refused:
        Segmenter(k=2).fit(pd.DataFrame({"orders": [1, 2, np.nan, 4]}))
    assert refused.value.stage == "preprocessing"


def test_the_example_in_the_docstring_holds():
    assert doctest.testmod(segmenter).failed == 0

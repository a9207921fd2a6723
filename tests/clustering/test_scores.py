import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import silhouette_samples

from customer_segments.steps.clustering import scores
from customer_segments.steps.clustering.scores import knee, sample_by_segment, score_table, silhouettes


def some_labelings(rng, customers):
    """Random labels with 2 to 6 segments, every segment with two members at least."""
    return np.column_stack([rng.permutation(np.arange(customers) % k) + 1 for k in range(2, 7)])


@pytest.mark.parametrize("features", [1, 2, 14])
def test_silhouettes_of_all_labelings_equal_scikit_learns_one_by_one(features, monkeypatch):
    monkeypatch.setattr(scores, "DISTANCES_AT_ONCE", 7 * 211)  # the last piece is shorter than the others
    rng = np.random.default_rng(1)
    points, labelings = rng.normal(size=(211, features)), some_labelings(rng, 211)
    expected = np.column_stack([silhouette_samples(points, labels) for labels in labelings.T])
    np.testing.assert_allclose(silhouettes(points, labelings), expected, atol=1e-9, rtol=0)


def test_silhouette_by_hand():
    points = np.array([[0.0], [1.0], [4.0], [6.0]])
    found = silhouettes(points, np.array([[1], [1], [2], [2]]))[:, 0]
    np.testing.assert_allclose(found, [1 - 1 / 5, 1 - 1 / 4, 1 - 2 / 3.5, 1 - 2 / 5.5])


def test_a_segments_only_member_has_silhouette_zero():
    found = silhouettes(np.array([[0.0], [1.0], [9.0]]), np.array([[1], [1], [2]]))[:, 0]
    assert found[2] == 0
    assert (found[:2] > 0).all()


def test_customers_who_all_coincide_have_silhouette_zero():
    assert silhouettes(np.zeros((4, 2)), np.array([[1], [1], [2], [2]])).tolist() == [[0]] * 4


def test_the_inertia_bends_most_at_the_knee():
    assert knee(np.arange(2, 9), np.array([100, 60, 20, 16, 12, 8, 4])) == 4


@pytest.mark.parametrize("inertias", [[100, 80, 60, 40, 20], [5, 5, 5, 5, 5], [100, 78, 57, 37, 18]])
def test_a_curve_that_is_nearly_straight_or_flat_has_no_knee(inertias):
    assert knee(np.arange(2, 7), np.array(inertias)) is None


def test_two_numbers_of_segments_have_no_knee_between_them():
    assert knee(np.array([2, 3]), np.array([9, 1])) is None


@settings(max_examples=50)
@given(st.floats(0.01, 1000), st.floats(0, 1e6), st.integers(3, 8))
def test_the_knee_depends_on_neither_unit_nor_zero(unit, base, at):
    ks = np.arange(2, 11)
    bent = np.where(ks <= at, 100 - 10 * (ks - 2), 100 - 10 * (at - 2) - (ks - at))
    assert knee(ks, bent * unit + base) == knee(ks, bent)


@settings(max_examples=50)
@given(st.lists(st.integers(1, 4), min_size=8, max_size=200), st.integers(4, 60), st.integers(0, 5))
def test_in_a_sample_every_segment_has_its_share_give_or_take_one(labels, size, seed):
    labels = np.array(labels)
    rows = sample_by_segment(labels, size, np.random.default_rng(seed))
    assert len(set(rows)) == len(rows) == min(size, len(labels))
    assert (np.diff(rows) > 0).all()
    for segment in np.unique(labels):
        expected = (labels == segment).sum() * len(rows) / len(labels)
        assert abs((labels[rows] == segment).sum() - expected) < 1 + 1e-9


def test_a_sample_of_several_labelings_keeps_the_shares_of_the_finest():
    rng = np.random.default_rng(3)
    labelings = np.column_stack([rng.integers(1, 3, 1000), rng.integers(1, 6, 1000)])
    rows = sample_by_segment(labelings, 100, rng)
    sizes, drawn = np.bincount(labelings[:, 1]), np.bincount(labelings[rows, 1])
    assert (np.abs(drawn - sizes / 10) <= 1).all()


def test_the_silhouette_of_a_sample_is_near_that_of_all():
    rng = np.random.default_rng(4)
    labels = rng.integers(1, 4, 3000)[:, None]
    points = rng.normal(size=(3000, 3)) + 2 * labels
    rows = sample_by_segment(labels, 600, rng)
    assert silhouettes(points[rows], labels[rows]).mean() == pytest.approx(silhouettes(points, labels).mean(), abs=0.02)


def test_scores_are_in_order_of_k_and_best_for_the_true_grouping():
    rng = np.random.default_rng(5)
    truth = np.repeat([1, 2, 3], 40)
    points = rng.normal(size=(120, 2)) + 10 * np.eye(3)[truth - 1][:, :2]
    table = score_table(points, {3: truth, 2: np.minimum(truth, 2)}, {3: 7.0, 2: 9.0})
    assert table["k"].tolist() == [2, 3]
    assert table["inertia"].tolist() == [9.0, 7.0]
    assert table["calinski_harabasz"].idxmax() == 1
    assert table["davies_bouldin"].idxmin() == 1

import numpy as np
from sklearn.metrics import adjusted_rand_score

from customer_segments.steps.clustering.segmenter import MixtureSegmenter, Segmenter


def test_long_segments_side_by_side_are_found_where_k_means_cuts_them():
    rng = np.random.default_rng(1)
    truth = np.repeat([0, 1], 150)
    points = rng.normal(size=(300, 2)) * [4, 0.5] + np.array([[0, 0], [0, 4]])[truth]
    assert adjusted_rand_score(truth, MixtureSegmenter(k=2).fit(points).labels_) > 0.95
    assert adjusted_rand_score(truth, Segmenter(k=2).fit(points).labels_) < 0.5


def test_certainty_is_the_probability_of_the_own_segment():
    rng = np.random.default_rng(2)
    points = np.concatenate([rng.normal(-2, 1, 3000), rng.normal(2, 1, 3000)])[:, None]
    sure = MixtureSegmenter(k=2).fit(points).certainty(np.array([[0.0], [-2.0], [0.5]]))
    expected = 1 / (1 + np.exp(-4 * np.array([0.0, 2.0, 0.5])))
    np.testing.assert_allclose(sure, expected, atol=0.05)


def test_distances_are_counted_in_the_segments_own_standard_deviations():
    rng = np.random.default_rng(3)
    points = np.concatenate([rng.normal(0, 1, 2000), rng.normal(100, 5, 2000)])[:, None]
    distances = MixtureSegmenter(k=2).fit(points, value=-points[:, 0]).transform(np.array([[2.0], [110.0]]))
    np.testing.assert_allclose(np.diag(distances), [2, 2], rtol=0.1)


def test_a_column_that_is_the_same_for_all_members_does_no_harm():
    points = np.column_stack([np.repeat([0.0, 5.0], 40), np.random.default_rng(4).normal(size=80)])
    assert np.bincount(MixtureSegmenter(k=2, n_init=2).fit(points).labels_).tolist() == [0, 40, 40]

"""Mixtures by the BIC: their number and shape where they are known, and where they come to rest."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal
from sklearn.metrics import adjusted_rand_score

from customer_segments.steps.clustering.mixtures import as_likely_mixtures, best_mixture, fitted
from tests.planted import long_clouds

TRUTH = np.arange(400) % 2


def two(first, second, apart=9):
    """Two groups whose columns spread as said."""
    points = np.random.default_rng(3).standard_normal((400, 2))
    return points * np.where(TRUTH[:, None], second, first) + apart * TRUTH[:, None]


@pytest.mark.parametrize(
    ("points", "shape"),
    [(two([3, 1], [1, 3]), "straight"), (two([1, 2], [1, 2]) @ [[1, 0.7], [0, 1]], "shared"),
     (two([1, 3], [3, 1]) @ [[0.8, 0.6], [-0.6, 0.8]], "own")],
)  # fmt: skip
def test_number_and_shape_are_those_of_the_groups(points, shape):
    labels, found = best_mixture(points, np.random.default_rng(1))
    assert (labels.max(), found) == (2, shape)
    assert adjusted_rand_score(TRUTH, labels) > 0.97


def test_one_cloud_is_one_group():
    cloud = np.random.default_rng(2).standard_normal((300, 3))
    assert best_mixture(cloud, np.random.default_rng(1))[0].max() == 1


def test_the_likelihood_is_that_of_the_curves():
    points = long_clouds()[0].to_numpy()
    mixture = fitted(points, np.arange(240) % 2, 2, "own")
    parts = zip(mixture.weights, mixture.means, mixture.covariances, strict=True)
    whole = sum(weight * multivariate_normal(mean, spread).pdf(points) for weight, mean, spread in parts)
    assert mixture.likelihood == pytest.approx(np.log(whole).sum(), abs=0.05)


def test_fits_that_are_about_as_likely_are_told_and_others_are_not():
    """Four groups at the corners of a square are two in two ways."""
    rng, corner = np.random.default_rng(4), np.arange(200) % 4
    half = 9.0 * np.column_stack([corner % 2, corner // 2]) + rng.standard_normal((200, 2))
    square, right = np.vstack([half, half[:, ::-1]]), np.concatenate([corner % 2, corner // 2])
    fits = as_likely_mixtures(square, right, "shared", rng)
    assert {round(abs(adjusted_rand_score(right, fit.codes(square)))) for fit in fits} == {0, 1}


def test_fits_that_came_to_rest_in_a_worse_place_are_left_out():
    rng, place = np.random.default_rng(5), np.arange(300) % 6
    row = np.column_stack([12.0 * place + rng.standard_normal(300), rng.standard_normal(300)])
    fits = as_likely_mixtures(row, place, "own", rng)
    assert all(adjusted_rand_score(place, fit.codes(row)) > 0.99 for fit in fits)

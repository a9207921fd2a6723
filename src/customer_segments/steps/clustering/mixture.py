"""Segments as bell curves: each customer belongs to the one that most probably brought it forth."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import logsumexp
from scipy.stats import multivariate_normal

from customer_segments.steps.clustering.numbered import (
    DECIMALS,
    VALUE_DECIMALS,
    NumberedSegmenter,
    refuse_too_few,
    sample_rows,
)

LEAST_WIDTH = 1e-3  # added to every variance, so that no curve shrinks to a column that is the same for all its members


class MixtureSegmenter(NumberedSegmenter):
    """A mixture of Gaussians with covariances of their own: segments may be long, wide or tilted, and may overlap.

    >>> X = np.array([[0.0], [0.1], [0.2], [0.3], [9.0], [9.2]])
    >>> MixtureSegmenter(k=2).fit(X).labels_
    array([1, 1, 1, 1, 2, 2])
    """

    def __init__(self, k: int = 5, n_init: int = 10, seed: int = 0) -> None:
        self.k = k
        self.n_init = n_init
        self.seed = seed

    def certainty(self, X: pd.DataFrame | np.ndarray) -> np.ndarray:  # noqa: N803
        """The probability that a customer belongs to the own segment and to no other."""
        joint = self._log_joint(self._checked(X))
        return np.exp(joint.max(axis=1) - logsumexp(joint, axis=1)).round(VALUE_DECIMALS)

    def learn(self, points: np.ndarray, names: Sequence[str] = ()) -> None:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.mixture import GaussianMixture

        refuse_too_few(points, self.k)
        # Starts from K-means would all be the same one, which cuts long segments across.
        spread = {"init_params": "k-means++", "reg_covar": LEAST_WIDTH}
        mixture = GaussianMixture(self.k, n_init=self.n_init, random_state=self.seed, **spread)
        with warnings.catch_warnings():  # the best start counts, whether or not its last step was small
            warnings.simplefilter("ignore", ConvergenceWarning)
            mixture.fit(points[sample_rows(len(points), self.seed)])
        self.means_, self.covariances_ = mixture.means_.round(DECIMALS), mixture.covariances_.round(DECIMALS)
        self.weights_ = mixture.weights_.round(DECIMALS)

    def _keep(self, order: np.ndarray) -> None:
        self.means_, self.covariances_ = self.means_[order], self.covariances_[order]
        self.weights_ = self.weights_[order]

    def codes(self, points: np.ndarray) -> np.ndarray:
        return self._log_joint(points).argmax(axis=1)

    def _distances(self, points: np.ndarray) -> np.ndarray:
        """How many standard deviations a customer lies from each middle, in that segment's own shape."""
        peaks = np.array([curve.logpdf(curve.mean) for curve in self._curves()])
        return np.sqrt(np.maximum(2 * (peaks - self._log_densities(points)), 0))

    def _log_joint(self, points: np.ndarray) -> np.ndarray:
        return self._log_densities(points) + np.log(np.maximum(self.weights_, np.finfo(float).tiny))

    def _log_densities(self, points: np.ndarray) -> np.ndarray:
        return np.column_stack([np.atleast_1d(curve.logpdf(points)) for curve in self._curves()])

    def _curves(self) -> list:
        shapes = zip(self.means_, self.covariances_, strict=True)
        return [multivariate_normal(mean, covariance, allow_singular=True) for mean, covariance in shapes]

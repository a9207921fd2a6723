"""The segmenter: fitted once, it assigns any customer to a numbered segment."""

from __future__ import annotations

from typing import Self

import numpy as np
import pandas as pd
from scipy.spatial.distance import cdist
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from customer_segments import words
from customer_segments.errors import StudyError

CENTRE_DECIMALS = 9  # later digits differ between machines
VALUE_DECIMALS = 6


class Segmenter(ClusterMixin, BaseEstimator):
    """K-means whose labels mean the same in every run: 1 is the most valuable segment, or the largest.

    >>> X = np.array([[0.0], [0.2], [9.0]])
    >>> Segmenter(k=2).fit(X).labels_
    array([1, 1, 2])
    >>> Segmenter(k=2).fit(X, value=[10, 20, 500]).labels_
    array([2, 2, 1])
    """

    def __init__(self, k: int = 5, n_init: int = 10, seed: int = 0) -> None:
        self.k = k
        self.n_init = n_init
        self.seed = seed

    def fit(self, X: pd.DataFrame | np.ndarray, value: pd.Series | None = None) -> Self:  # noqa: N803
        """Find the segments; number them by mean `value`, largest first, or by size where no value is given."""
        refuse_unusable(X)
        points = validate_data(self, X, dtype=np.float64)
        refuse_too_few(points, self.k)
        self.cluster_centers_ = np.round(self._centres(points), CENTRE_DECIMALS)
        codes = self._nearest(points)
        self.cluster_centers_ = self.cluster_centers_[_order(codes, self.cluster_centers_, value)]
        self.labels_ = self._nearest(points) + 1
        nearest = cdist(points, self.cluster_centers_)[np.arange(len(points)), self.labels_ - 1]
        self.inertia_ = float(round(np.sum(nearest**2), VALUE_DECIMALS))
        return self

    def predict(self, X: pd.DataFrame | np.ndarray) -> np.ndarray:  # noqa: N803
        """The segment (1 to k) whose centre is nearest; the lower number where two are."""
        return self.transform(X).argmin(axis=1) + 1

    def transform(self, X: pd.DataFrame | np.ndarray) -> np.ndarray:  # noqa: N803
        """Each customer's distance to the centre of each segment."""
        check_is_fitted(self)
        return cdist(validate_data(self, X, dtype=np.float64, reset=False), self.cluster_centers_)

    def _centres(self, points: np.ndarray) -> np.ndarray:
        """The segments' centres, in any order."""
        from sklearn.cluster import KMeans

        return KMeans(self.k, n_init=self.n_init, random_state=self.seed).fit(points).cluster_centers_

    def _nearest(self, points: np.ndarray) -> np.ndarray:
        return cdist(points, self.cluster_centers_).argmin(axis=1)


def refuse_unusable(X: pd.DataFrame | np.ndarray) -> None:  # noqa: N803
    """Stop at features that are not numbers or have gaps, naming the first of them."""
    table = pd.DataFrame(X)
    for name in table.columns:
        if not pd.api.types.is_numeric_dtype(table[name]):
            raise StudyError(f"The feature {name} is not numeric: encode it in the preprocessing, or leave it out.")
        gaps = int((~np.isfinite(table[name].to_numpy(dtype=float, na_value=np.nan))).sum())
        if gaps:
            without = words.counted(gaps, "customer has", "customers have")
            raise StudyError(f"The feature {name} has gaps: {without} no value; `dvc repro preprocessing` fills them.")


def refuse_too_few(points: np.ndarray, k: int) -> None:
    """Stop where there are not more distinct customers than segments."""
    distinct = len(np.unique(points, axis=0))
    if distinct > k:
        return
    problem = f"{words.counted(k, 'segment')} cannot be made of {words.counted(len(points), 'customer')}"
    if distinct < len(points):
        problem += f" of whom only {distinct} differ in their features"
    if distinct <= 3:
        raise StudyError(f"{problem}: too few are left; see in the preprocessing chapter why customers were rejected.")
    raise StudyError(f"{problem}: lower clustering.k_max (or clustering.k) to {distinct - 1} or less.")


def _order(codes: np.ndarray, centres: np.ndarray, value: pd.Series | None) -> np.ndarray:
    """The segments from first to last: by mean value or by size, ties by the centres' coordinates."""
    if value is None:
        rank = np.bincount(codes, minlength=len(centres)).astype(float)
    else:
        means = pd.Series(np.asarray(value, dtype=float)).groupby(codes).mean().round(VALUE_DECIMALS)
        rank = means.reindex(range(len(centres))).fillna(-np.inf).to_numpy()
    return np.lexsort([*centres.T[::-1], -rank])

"""What all methods share: numbered segments, a place for any customer, how sure it is, and what is refused."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, ClusterMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from customer_segments.base import words
from customer_segments.base.errors import StudyError
from customer_segments.steps.clustering.places import NOBODY, Places, group_means, outside

DECIMALS = 9  # of what is learned; later digits differ between machines
VALUE_DECIMALS = 6
FEWEST_UNLIKE = 4  # customers: one more than the fewest segments that a search tries
LEARNT_FROM = 5_000  # customers that a slow method learns from; the others are assigned


class UnusableError(StudyError, ValueError):
    """Features that no segments can be made of; scikit-learn expects a ValueError."""


class NumberedSegmenter(ClassNamePrefixFeaturesOutMixin, TransformerMixin, ClusterMixin, BaseEstimator, ABC):
    """A method of clustering whose labels mean the same in every run: 1 is the most valuable segment, or the largest.

    0 is "not assigned". A method finds groups in `learn`, puts them in a given order in `_keep`, and says in `places`
    where they lie, from which follows who belongs to which.
    """

    def fit(self, X: pd.DataFrame | np.ndarray, value: pd.Series | None = None) -> Self:  # noqa: N803
        """Find the segments; number them by mean `value`, largest first, or by size where no value is given."""
        if isinstance(X, pd.DataFrame):
            refuse_unusable(X)
        points = validate_data(self, X, dtype=np.float64, ensure_min_samples=2)
        self.learn(points, getattr(self, "feature_names_in_", ()))
        order = _order(self.codes(points), points, value)
        self._keep(order)
        codes, own, _ = self.places().look(points)  # anew, so that of two as near the first is taken, as in `predict`
        self.labels_ = codes + 1
        self.inertia_ = float(round(within(points, codes), VALUE_DECIMALS))
        self.reach_ = np.array([own[self.labels_ == label].max(initial=0) for label in range(len(order) + 1)])
        return self

    def predict(self, X: pd.DataFrame | np.ndarray) -> np.ndarray:  # noqa: N803
        """The segment (1 to k) that each customer belongs to, or 0; the lower number where two are as near."""
        return self.codes(self._checked(X)) + 1

    def transform(self, X: pd.DataFrame | np.ndarray) -> np.ndarray:  # noqa: N803
        """Each customer's distance to each segment."""
        return self.places().distances(self._checked(X)).T

    def certainty(self, X: pd.DataFrame | np.ndarray) -> np.ndarray:  # noqa: N803
        """How sure the segment is: 0 on the border to the next, 1 where the next is far; 0 for the unassigned."""
        return self.places().look(self._checked(X))[2]

    def outside(self, X: pd.DataFrame | np.ndarray) -> np.ndarray:  # noqa: N803
        """Whether a customer is farther from the own segment than any customer that it was fitted on."""
        codes, own, _ = self.places().look(self._checked(X))
        return outside(codes, own, self.reach_)

    @property
    def _n_features_out(self) -> int:
        return len(self.reach_) - 1  # scikit-learn's name for the columns of `transform`: one for each segment

    def _checked(self, X: pd.DataFrame | np.ndarray) -> np.ndarray:  # noqa: N803
        check_is_fitted(self)
        return validate_data(self, X, dtype=np.float64, reset=False)

    @abstractmethod
    def learn(self, points: np.ndarray, names: Sequence[str] = ()) -> None:
        """Find the groups, in any order, in features that were checked before."""

    def codes(self, points: np.ndarray) -> np.ndarray:
        """The group of each customer from 0, or NOBODY."""
        return self.places().codes(points)

    @abstractmethod
    def _keep(self, order: np.ndarray) -> None:
        """Put the groups in this order."""

    @abstractmethod
    def places(self) -> Places:
        """Where the groups lie, as plain numbers."""


def sample_rows(count: int, seed: int, most: int | None = None) -> np.ndarray:
    """The customers that a slow method learns from, in ascending order; all where they are few."""
    most = most or LEARNT_FROM
    if count <= most:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).choice(count, most, replace=False))


def within(points: np.ndarray, codes: np.ndarray) -> float:
    """The sum of squared distances to the mean of the own group; customers in no group do not count."""
    members = codes != NOBODY
    if not members.all():
        points, codes = points[members], codes[members]
    return float(np.sum((points - group_means(points, codes)[codes]) ** 2))


def refuse_unusable(table: pd.DataFrame) -> None:
    """Stop at features that are not numbers or have gaps, naming the first of them."""
    if set(table.dtypes) <= {np.dtype("float64")} and np.isfinite(table.to_numpy()).all():
        return  # at once, for the many fits of a search
    for name in table.columns:
        if not pd.api.types.is_numeric_dtype(table[name]):
            raise UnusableError(f"The feature {name} is not numeric: encode it in the preprocessing, or leave it out.")
        gaps = int((~np.isfinite(table[name].to_numpy(dtype=float, na_value=np.nan))).sum())
        if gaps:
            without = words.counted(gaps, "customer has", "customers have")
            raise UnusableError(f"The feature {name} has gaps: {without} no value.", stage="preprocessing")


def refuse_too_few(points: np.ndarray, k: int) -> None:
    """Stop where there are not more distinct customers than segments."""
    first = len(np.unique(points[: 20 * k], axis=0))  # mostly enough, and much faster
    distinct = first if first > k else len(np.unique(points, axis=0))
    if distinct > k:
        return
    problem = f"{words.counted(k, 'segment')} cannot be made of {words.counted(len(points), 'customer')}"
    if distinct < len(points):
        problem += f" of whom only {distinct} differ in their features"
    if distinct < FEWEST_UNLIKE:
        more = "name further columns under `preprocessing.features.use`, or see chapter 2 for who was taken out"
        raise UnusableError(f"{problem}: {more}.", setting="preprocessing.features.use")
    remedy = f"lower clustering.k_max (and clustering.k) to {distinct - 1} or less."
    raise UnusableError(f"{problem}: {remedy}", setting="clustering.k_max")


def _order(codes: np.ndarray, points: np.ndarray, value: pd.Series | None) -> np.ndarray:
    """The groups that have members from first to last: by mean value or by size, ties by their middles."""
    members = codes != NOBODY
    codes, points = codes[members], points[members]
    sizes = np.bincount(codes)
    if value is None:
        rank = sizes.astype(float)
    else:
        means = pd.Series(np.asarray(value, dtype=float)[members]).groupby(codes).mean().round(VALUE_DECIMALS)
        rank = means.reindex(range(len(sizes))).fillna(-np.inf).to_numpy()
    order = np.lexsort([*group_means(points, codes).round(DECIMALS).T[::-1], -rank])
    return order[sizes[order] > 0]

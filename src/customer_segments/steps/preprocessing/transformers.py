"""Small scikit-learn transformers for what scikit-learn lacks: fences, straightening, pooling, ranking and dropping."""

# ruff: noqa: N803 (scikit-learn calls the table `X`)
from typing import Literal, NamedTuple, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.feature_selection import SelectorMixin
from sklearn.preprocessing import PowerTransformer
from sklearn.utils.validation import check_is_fitted, validate_data

from customer_segments.base import registry, words
from customer_segments.base.errors import StudyError

UNKNOWN = "unknown"  # the category of those whose category is missing
OTHER = "other"  # the category of those whose category is rare
ROUNDING = 1e-9  # what differs by less than this differs by rounding only


class Fence(NamedTuple):
    """What a column's values are drawn in to; on a log scale those at or below zero are of another kind, and stay."""

    low: float
    high: float
    above_zero: bool


class Winsoriser(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Draw the values beyond a column's fences in to them; infinite values become gaps, and gaps stay.

    >>> bills = pd.DataFrame({"amount": [-900.0, 2.0, 900.0, np.inf], "guests": [1.0, 2.0, 3.0, 4.0]})
    >>> Winsoriser({"amount": Fence(1.0, 9.0, above_zero=True)}).fit_transform(bills)[:, 0]
    array([-900.,    2.,    9.,   nan])
    """

    def __init__(self, fences: dict[str, Fence] | None = None) -> None:
        self.fences = fences

    def fit(self, X: pd.DataFrame, y: object = None) -> Self:
        self._values(X, reset=True)
        nowhere = Fence(-np.inf, np.inf, above_zero=False)
        fences = [(self.fences or {}).get(name, nowhere) for name in self.get_feature_names_out()]
        self.low_, self.high_, self.above_zero_ = map(np.array, zip(*fences, strict=True))
        return self

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        check_is_fitted(self)
        values = self._values(X, reset=False)
        below = (values < self.low_) & ((values > 0) | ~self.above_zero_)
        return np.where(below, self.low_, np.minimum(values, self.high_))

    def _values(self, X: pd.DataFrame, reset: bool) -> np.ndarray:
        numbers = pd.DataFrame(X).astype("float64")
        values = validate_data(self, numbers, reset=reset, dtype="float64", ensure_all_finite=False)
        return np.where(np.isfinite(values), values, np.nan)


class Straightener(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Straighten the columns that are skewed at least `above`, where that makes them less skewed.

    "log" takes the logarithm of one more than the size of a value and keeps its sign.

    >>> bills = pd.DataFrame({"amount": [1.0, 2.0, 3.0, 100.0], "guests": [1.0, 2.0, 3.0, 4.0]})
    >>> Straightener(above=1.0).fit(bills).straightened_.tolist()
    [True, False]
    """

    def __init__(self, method: Literal["log", "yeo_johnson", "none"] = "log", above: float = 1.0) -> None:
        self.method = method
        self.above = above

    def fit(self, X: pd.DataFrame, y: object = None) -> Self:
        values = validate_data(self, X, dtype="float64")
        self.skewness_ = skewness(values)
        if self.method == "yeo_johnson":
            self.power_ = PowerTransformer("yeo-johnson", standardize=False).fit(values)
        # Two values stay two values, however they are bent.
        several = np.array([len(np.unique(column)) > 2 for column in values.T])
        less_skewed = several & (np.abs(skewness(self._bent(values))) < np.abs(self.skewness_))
        self.straightened_ = (np.abs(self.skewness_) >= self.above) & less_skewed
        return self

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        check_is_fitted(self)
        values = validate_data(self, X, reset=False, dtype="float64")
        return np.where(self.straightened_, self._bent(values), values)

    def _bent(self, values: np.ndarray) -> np.ndarray:
        if self.method == "yeo_johnson":
            return self.power_.transform(values)
        return np.sign(values) * np.log1p(np.abs(values)) if self.method == "log" else values


class RarePooler(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Pool the categories of each column that fewer than a share of the rows have, and later those never seen.

    >>> RarePooler(rarer_than=0.3).fit_transform(pd.DataFrame({"channel": ["web", "web", "web", "fax"]})).ravel()
    array(['web', 'web', 'web', 'other'], dtype=object)
    """

    def __init__(self, rarer_than: float = 0.01) -> None:
        self.rarer_than = rarer_than

    def fit(self, X: pd.DataFrame, y: object = None) -> Self:
        texts = validate_data(self, X, dtype=object)
        shares = [pd.Series(column).value_counts(normalize=True) for column in texts.T]
        self.kept_ = [sorted(share.index[share >= self.rarer_than]) for share in shares]
        return self

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        check_is_fitted(self)
        texts = validate_data(self, X, reset=False, dtype=object)
        columns = zip(texts.T, self.kept_, strict=True)
        return np.column_stack([np.where(np.isin(column, kept), column, OTHER) for column, kept in columns])


class FrequencyRanker(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Number the categories of each column: 0 for the most frequent, and so on; one never seen comes last.

    >>> FrequencyRanker().fit_transform(pd.DataFrame({"channel": ["web", "shop", "shop"]})).ravel()
    array([1., 0., 0.])
    """

    def fit(self, X: pd.DataFrame, y: object = None) -> Self:
        texts = validate_data(self, X, dtype=object)
        counts = [pd.Series(column).value_counts().sort_index() for column in texts.T]
        self.ranked_ = [list(count.sort_values(ascending=False, kind="stable").index) for count in counts]
        return self

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        check_is_fitted(self)
        texts = validate_data(self, X, reset=False, dtype=object)
        columns = zip(texts.T, self.ranked_, strict=True)
        ranks = np.column_stack([pd.Index(ranked).get_indexer(column) for column, ranked in columns])
        return np.where(ranks < 0, [len(ranked) for ranked in self.ranked_], ranks).astype("float64")


class RedundantDropper(SelectorMixin, BaseEstimator):
    """Drop constant columns, and of two columns correlated above a limit the later one; `dropped_` says why.

    Without a limit nothing is dropped.

    >>> ages = pd.DataFrame({"years": [1.0, 2.0, 4.0], "months": [12.0, 24.0, 48.0], "legs": [2.0, 2.0, 2.0]})
    >>> RedundantDropper(above=0.9).fit(ages).dropped_["feature"].tolist()
    ['months', 'legs']
    """

    def __init__(self, above: float | None = 0.9) -> None:
        self.above = above

    def fit(self, X: pd.DataFrame, y: object = None) -> Self:
        values = validate_data(self, X, dtype="float64")
        if self.above is None:
            self.reasons_, self.support_ = {}, np.ones(values.shape[1], dtype=bool)
            return self
        names = list(getattr(self, "feature_names_in_", [f"x{position}" for position in range(values.shape[1])]))
        varies = np.ptp(values, axis=0) > ROUNDING * np.maximum(1, np.abs(values).max(axis=0))
        correlation = correlations(values, varies)
        kept: list[int] = []
        self.reasons_: dict[str, str] = {}
        for position, name in enumerate(names):
            twin = next((other for other in kept if abs(correlation[other, position]) > self.above), None)
            if not varies[position]:
                self.reasons_[name] = "It is the same for every customer."
            elif twin is not None:
                how = "with" if correlation[twin, position] > 0 else "against"
                size = f"{correlation[twin, position]:.2f}".replace("-", "−")
                kept_one = registry.label(names[twin])
                self.reasons_[name] = f"It moves {how} {kept_one}, which is kept (correlation {size})."
            else:
                kept.append(position)
        if not kept:
            raise StudyError(
                f"No feature tells customers apart: {words.listed(map(registry.label, names))} "
                f"{'is' if len(names) == 1 else 'are'} the same for every customer. Check the source file, or name "
                "other columns under `preprocessing.features.use`.",
                setting="preprocessing.features.use",
            )
        self.support_ = np.isin(np.arange(len(names)), kept)
        return self

    @property
    def dropped_(self) -> pd.DataFrame:
        """The dropped columns (`feature`), each with its `reason`."""
        check_is_fitted(self)
        return pd.DataFrame({"feature": list(self.reasons_), "reason": list(self.reasons_.values())}, dtype="str")

    def _get_support_mask(self) -> np.ndarray:
        check_is_fitted(self)
        return self.support_


def skewness(values: np.ndarray) -> np.ndarray:
    """The third standardised moment of each column; 0 where all values are equal."""
    centred = values - values.mean(axis=0)
    spread = np.sqrt((centred**2).mean(axis=0))
    varies = spread > ROUNDING * np.maximum(1, np.abs(values).max(axis=0))
    return np.where(varies, ((centred / np.where(varies, spread, 1)) ** 3).mean(axis=0), 0.0)


def correlations(values: np.ndarray, varies: np.ndarray) -> np.ndarray:
    """Pearson's correlation of every two columns, rounded; 0 where one of them does not vary."""
    centred = values - values.mean(axis=0)
    length = np.where(varies, np.sqrt((centred**2).sum(axis=0)), 1)
    standardised = np.where(varies, centred / length, 0)
    return np.round(standardised.T @ standardised, 9)

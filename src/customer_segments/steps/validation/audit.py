"""How well a plain classifier finds the segments again, and how well it does where there are none to find."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from customer_segments.base.params import ClusteringParams
from customer_segments.base.privacy import untold
from customer_segments.steps.validation.existence import STRICTEST, labels_of
from customer_segments.steps.validation.explaining import folds, thinned
from customer_segments.steps.validation.references import References


@dataclass(frozen=True)
class Guesses:
    """How many customers of each segment (rows) are taken for one of each (columns), by models that never saw them."""

    counts: pd.DataFrame

    @property
    def customers(self) -> int:
        return int(self.counts.to_numpy().sum())

    @property
    def accuracy(self) -> float:
        """The share of customers whose segment is guessed."""
        return round(float(np.diag(self.counts).sum() / self.customers), 4)

    @property
    def report(self) -> pd.DataFrame:
        """One row per segment: customers, the share that is found, the share of those guessed that is right, and F1."""
        right, own, guessed = np.diag(self.counts), self.counts.sum(axis=1), self.counts.sum(axis=0)
        rates = {"found": right / own, "right": right / guessed.where(guessed > 0), "f1": 2 * right / (own + guessed)}
        return pd.DataFrame({"customers": own, **rates}).round(6).rename_axis("segment").reset_index()

    def shown(self, smallest: int) -> pd.DataFrame:
        """The counts that may be told; NaN for others."""
        hidden = [untold(row, smallest) for row in self.counts.to_numpy().tolist()]
        return self.counts.astype("float64").mask(np.array(hidden))


@dataclass(frozen=True)
class Audit:
    """A classifier's guesses of our segments, and of as many cut from customers without any groups."""

    ours: Guesses
    nothing: Guesses
    classifier: dict[str, Any]  # of our segments, learnt from all customers, as `Opinion` reads it


def audit(inputs: pd.DataFrame, labels: np.ndarray, k: int, clustering: ClusteringParams, seed: int) -> Audit:
    """Let a logistic regression guess the segments: here, and on customers without any groups."""
    rows = thinned(len(inputs))
    nothing = References.of(inputs.iloc[rows]).draw(STRICTEST, np.random.default_rng(seed))
    cut = labels_of(nothing, k, clustering, seed)
    known, own = inputs.iloc[rows], np.asarray(labels)[rows]
    return Audit(_guesses(known, own), _guesses(nothing, cut), _learnt(known, own))


def _guesses(inputs: pd.DataFrame, labels: np.ndarray) -> Guesses:
    segments, guessed = pd.Series(labels), labels
    if segments.nunique() > 1:
        guessed = cross_val_predict(_classifier(), inputs, labels, cv=folds(segments))
    known = np.unique(labels)
    table = pd.crosstab(labels, guessed).reindex(index=known, columns=known, fill_value=0)
    return Guesses(table.rename_axis(index="segment", columns="guessed"))


def _learnt(inputs: pd.DataFrame, labels: np.ndarray) -> dict[str, Any]:
    """The classifier as numbers: for each segment a weight of every column, unscaled, and where it starts."""
    segments = np.unique(labels)
    if len(segments) < 2:
        return {"segments": segments.tolist(), "weights": [[0.0] * inputs.shape[1]], "start": [0.0]}
    scaler, regression = _classifier().fit(inputs.to_numpy(), labels).named_steps.values()
    weights, start = regression.coef_ / scaler.scale_, regression.intercept_
    start = start - weights @ scaler.mean_
    if len(segments) == 2:  # one row tells both
        weights, start = np.vstack([np.zeros_like(weights), weights]), np.append(0.0, start)
    return {"segments": segments.tolist(), "weights": weights.tolist(), "start": start.tolist()}


def _classifier() -> Pipeline:
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=500))

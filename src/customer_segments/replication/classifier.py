"""A classifier that is taught the segments: what it says of customers it has not seen, and what that proves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

TESTED = 0.2  # share of the customers held back
FEWEST = 2  # customers in a segment that can be divided into known and new


@dataclass(frozen=True)
class HeldOut:
    """The customers held back: the segment of each, and the one that the classifier gives."""

    truth: np.ndarray
    predicted: np.ndarray

    @property
    def accuracy(self) -> float:
        return float((self.truth == self.predicted).mean())

    def size(self, segment: str) -> int:
        return int((self.truth == segment).sum())

    def found(self, segment: str) -> int:
        """How many of a segment's customers are recognised as such."""
        return int(((self.truth == segment) & (self.predicted == segment)).sum())

    def missed(self, segment: str) -> int:
        return self.size(segment) - self.found(segment)


def held_out(inputs: pd.DataFrame | np.ndarray, labels: pd.Series | np.ndarray, seed: int) -> HeldOut:
    """Teach a logistic regression four fifths of every segment and ask it about the rest."""
    known, new, taught, truth = train_test_split(
        np.asarray(inputs, dtype=float), np.asarray(labels), test_size=TESTED, random_state=seed, stratify=labels
    )
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(known, taught)
    return HeldOut(truth, model.predict(new))


def on_noise(customers: int, columns: int, k: int, draws: int, seed: int) -> np.ndarray:
    """The accuracy of the same classifier on evenly spread points that hold no groups, cut into k by k-means."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        points = rng.random((customers, columns))
        labels = KMeans(k, n_init=3, random_state=seed).fit(points).labels_
        found.append(held_out(points, labels, seed).accuracy)
    return np.round(found, 6)

"""Made-up customers in groups that are known: the truth that a search for segments is held against."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.spatial.distance import cdist

LARGEST_OF_A_GROUP = 2  # in no group do more than twice as many stray as in all
TRIES = 500
MEASURED = 20_000  # customers that tell how many stray


class Planted(NamedTuple):
    """Features of every customer, and the group each was drawn from."""

    points: np.ndarray
    truth: np.ndarray


def planted(groups: int, features: int, customers: int, overlap: float, seed: int) -> Planted:
    """Round groups of unlike size (1 to 2) and width (1 to 1.5) around middles placed at random.

    `overlap` is the share of customers who stray: they lie nearer to the middle of another group than to their own.
    The middles are moved apart or together until just so many do, and drawn anew where one group holds more than its
    part of them, since a group that lies within another cannot be found by anything.
    """
    rng = np.random.default_rng([seed, groups, features])
    for _ in range(TRIES):
        shares = rng.uniform(1, 2, groups)
        truth = rng.choice(groups, customers, p=shares / shares.sum())
        noise = rng.normal(size=(customers, features)) * rng.uniform(1, 1.5, groups)[truth, None]
        middles = rng.normal(size=(groups, features))
        some = truth[:MEASURED]
        apart = _distance_apart(middles, some, noise[:MEASURED], overlap)
        strays = _strays(apart * middles, some, noise[:MEASURED])
        worst = max(strays[some == group].mean() for group in range(groups))
        if worst <= LARGEST_OF_A_GROUP * overlap and abs(strays.mean() - overlap) < overlap / 5:
            return Planted(apart * middles[truth] + noise, truth)
    raise ValueError(f"No {groups} groups with {features} features overlap so evenly.")


def _distance_apart(middles: np.ndarray, truth: np.ndarray, noise: np.ndarray, overlap: float) -> float:
    """How far the middles are moved apart for the wanted share of strays, by halving the interval."""
    low, high = 0.1, 50.0
    for _ in range(20):
        apart = (low + high) / 2
        if _strays(apart * middles, truth, noise).mean() > overlap:
            low = apart
        else:
            high = apart
    return high


def _strays(middles: np.ndarray, truth: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Which customers lie nearer to the middle of another group."""
    return cdist(middles[truth] + noise, middles).argmin(axis=1) != truth

"""How strongly two columns go together, from a table of counts: without bias, and between what the strength lies."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.special import chdtrc

RESAMPLES, SEED = 500, 0
OUTSIDE = 0.025  # on either side of an interval
LEAST = 1e-6  # where chance does not give as much, there is something, however little


class Strength(NamedTuple):
    """A share explained (0 to 1; a little less than 0 where there is nothing), and how likely chance gives as much."""

    explained: float
    chance: float


def cramers_v(counts: np.ndarray) -> tuple[float, float]:
    """Strength of association (0 to 1, bias-corrected) in a table of counts, and how likely chance gives as much."""
    found = of_categories(counts)
    return max(0.0, found.explained) ** 0.5, found.chance


def of_categories(counts: np.ndarray) -> Strength:
    """The square of Cramér's V without its bias (Bergsma 2013)."""
    observed = _filled(counts)
    shape, n = np.array(observed.shape), observed.sum()
    if shape.min() < 2:
        return Strength(0.0, 1.0)
    expected = observed.sum(axis=1, keepdims=True) * observed.sum(axis=0, keepdims=True) / n
    chi_squared, freedom = ((observed - expected) ** 2 / expected).sum(), (shape - 1).prod()
    most = (shape - (shape - 1) ** 2 / (n - 1)).min() - 1
    explained = min(1.0, (chi_squared / n - freedom / (n - 1)) / max(most, 1e-12))
    return Strength(float(explained), float(chdtrc(freedom, chi_squared)))


def of_order(counts: np.ndarray) -> Strength:
    """The share of the ranks' variance that lies between rows, without its bias; columns are values in their order.

    This is epsilon squared on ranks, so that no few large values decide; chance is told by Kruskal and Wallis.
    """
    observed = _filled(counts)
    rows, columns, n = observed.sum(axis=1), observed.sum(axis=0), observed.sum()
    if min(observed.shape) < 2 or n <= len(rows):
        return Strength(0.0, 1.0)
    ranks = columns.cumsum() - columns / 2 - n / 2
    share = ((observed @ ranks) ** 2 / rows).sum() / (columns * ranks**2).sum()
    explained = 1 - (1 - share) * (n - 1) / (n - len(rows))
    return Strength(float(explained), float(chdtrc(len(rows) - 1, (n - 1) * share)))


def interval(counts: np.ndarray, measure: Callable[[np.ndarray], Strength]) -> tuple[float, float]:
    """Between what the share explained lies (95%): from 0 where chance gives as much, else by drawing customers anew.

    Draws add their own chance to that of the table, so they are moved back by as much as they lie too high on average.
    """
    found, n = measure(counts), int(counts.sum())
    shares = [found.explained]
    if n:
        drawn = np.random.default_rng(SEED).multinomial(n, counts.ravel() / n, RESAMPLES)
        shares = [measure(each.reshape(counts.shape)).explained for each in drawn]
    low, high = np.quantile(shares, [OUTSIDE, 1 - OUTSIDE]) - (np.mean(shares) - found.explained)
    least = LEAST if found.chance <= OUTSIDE else 0.0
    return max(least, float(low)) if least else 0.0, float(np.clip(high, least, 1.0))


def _filled(counts: np.ndarray) -> np.ndarray:
    """The table without rows and columns that hold nobody."""
    return counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0].astype(float)

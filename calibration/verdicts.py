"""How often the verdict is right where the truth is known: customers without groups, and with groups well apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.spatial.distance import pdist

from customer_segments.base.params import ClusteringParams, ValidationParams
from customer_segments.steps.clustering.segmentation import segmenter_for, try_each_k
from customer_segments.steps.segment import choose_k
from customer_segments.steps.validation.existence import STRICTEST, existence
from customer_segments.steps.validation.returning import returning

CUSTOMERS = 300
FEATURES = (2, 3, 5)  # in turn
WELL_APART = 6.0  # standard deviations of a group between any two middles, at least
GROUPS = (2, 3, 4, 5, 6, 7, 8)  # in turn
FEWER_STARTS = ClusteringParams(n_init=3)


def uniform(rng: np.random.Generator, features: int) -> np.ndarray:
    """Evenly spread customers."""
    return rng.uniform(size=(CUSTOMERS, features))


def gaussian(rng: np.random.Generator, features: int) -> np.ndarray:
    """One round cloud."""
    return rng.standard_normal((CUSTOMERS, features))


def skewed_and_correlated(rng: np.random.Generator, features: int) -> np.ndarray:
    """Log-normal columns that move together."""
    mixing = np.eye(features) + 0.5 * rng.standard_normal((features, features))
    return np.exp(0.8 * rng.standard_normal((CUSTOMERS, features)) @ (mixing / np.linalg.norm(mixing, axis=0)))


def one_factor(rng: np.random.Generator, features: int) -> np.ndarray:
    """Columns that all follow one hidden measure."""
    factor = rng.standard_normal((CUSTOMERS, 1))
    return factor * rng.uniform(0.6, 1.0, (1, features)) + 0.4 * rng.standard_normal((CUSTOMERS, features))


STRUCTURELESS = {
    "uniform": uniform,
    "Gaussian": gaussian,
    "skewed and correlated": skewed_and_correlated,
    "one factor": one_factor,
}


def groups_apart(groups: int, features: int, rng: np.random.Generator) -> np.ndarray:
    """Round groups of unlike size (1 to 2) around middles drawn until all are far enough from one another."""
    shares = rng.uniform(1, 2, groups)
    truth = rng.choice(groups, max(CUSTOMERS, 60 * groups), p=shares / shares.sum())
    reach = WELL_APART
    while True:
        middles = rng.uniform(-reach, reach, (groups, features))
        if pdist(middles).min() >= WELL_APART:
            return middles[truth] + rng.standard_normal((len(truth), features))
        reach *= 1.01


def called_distinct(points: np.ndarray, seed: int) -> bool:
    """Whether the whole way, from choosing the number of segments to the verdict, ends at *distinct groups*."""
    table = pd.DataFrame((points - points.mean(axis=0)) / points.std(axis=0)).rename(columns="column {}".format)
    clustering, params = FEWER_STARTS, ValidationParams()
    k = choose_k(try_each_k(table, clustering, seed), clustering).k
    first = existence(table, k, clustering, params.model_copy(update={"references": 2}), seed, kinds=[STRICTEST])
    lost = 2  # of 49 references, so many as clear as the data make p larger than 0.05
    if (first.references["silhouette"] >= first.chosen.silhouette).sum() >= lost:
        return False
    there = existence(table, k, clustering, params, seed, kinds=[STRICTEST])
    if not (there.beats_chance and there.has_gaps):
        return False
    labels = segmenter_for(k, clustering, seed).fit(table).labels_
    return returning(table, labels, k, clustering, params, seed).comes_back


def rates(draws: int, planted_draws: int) -> pd.DataFrame:
    """For each kind of data: how many draws, and the share called *distinct groups*."""
    rows = []
    for name, make in STRUCTURELESS.items():
        called = []
        for draw in range(draws):
            rng = np.random.default_rng([draw, len(name)])
            called.append(called_distinct(make(rng, FEATURES[draw % len(FEATURES)]), draw))
        rows.append((f"without groups: {name}", draws, float(np.mean(called))))
        print(*rows[-1], flush=True)
    called = []
    for draw in range(planted_draws):
        groups, features = GROUPS[draw % len(GROUPS)], FEATURES[draw % len(FEATURES)]
        points = groups_apart(groups, features, np.random.default_rng([draw, groups]))
        called.append(called_distinct(points, draw))
    rows.append((f"{GROUPS[0]} to {GROUPS[-1]} groups well apart", planted_draws, float(np.mean(called))))
    print(*rows[-1], flush=True)
    return pd.DataFrame(rows, columns=["data", "draws", "called distinct groups"])

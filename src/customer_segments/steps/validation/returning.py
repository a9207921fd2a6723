"""Do the segments come back? Looked for again among resampled customers, in halves, and from other starts."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import adjusted_rand_score
from sklearn.metrics.cluster import contingency_matrix

from customer_segments.base.params import ClusteringParams, ValidationParams
from customer_segments.steps.clustering.segmentation import jaccards
from customer_segments.steps.validation.existence import FRESH_STARTS, labels_of

RESAMPLED = 5000  # customers in each sample, at most
REPEATS = 10  # pairs of halves, and other starts
STABLE, DOUBTFUL = 0.75, 0.5  # mean Jaccard: as Hennig (2007) reads it
COMES_BACK = 0.75  # mean adjusted Rand index from which a segmentation as a whole comes back
PARTLY = 0.5
CERTAIN = 0.9


@dataclass(frozen=True)
class Returning:
    """How well the segments come back, as a whole (adjusted Rand index), each (Jaccard), and for each customer."""

    rand: np.ndarray
    halves: np.ndarray
    starts: np.ndarray
    segments: pd.DataFrame  # segment, jaccard, word, sure (the share of its customers who certainly belong to it)
    found_again: np.ndarray  # each customer: the share of resamples in which the own segment was found for them

    @property
    def as_a_whole(self) -> float:
        return float(self.rand.mean())

    @property
    def interval(self) -> tuple[float, float]:
        """Between what 95% of the resamples lie."""
        return tuple(np.quantile(self.rand, [0.025, 0.975]))

    @property
    def comes_back(self) -> bool:
        return self.as_a_whole >= COMES_BACK


def returning(
    inputs: pd.DataFrame, labels: np.ndarray, k: int, clustering: ClusteringParams, params: ValidationParams, seed: int
) -> Returning:
    """Look for the k segments again, `params.bootstraps` times, and compare with the labels everyone has."""
    quick = clustering.model_copy(update={"n_init": min(FRESH_STARTS, clustering.n_init)})
    rng = np.random.default_rng(seed)

    def again(rows: np.ndarray, start: int) -> np.ndarray:
        return labels_of(inputs.iloc[rows].reset_index(drop=True), k, quick, start, inputs)

    count, size = len(inputs), min(len(inputs), RESAMPLED)
    overlaps, rand, kept = [], [], np.zeros(count)
    for start in range(params.bootstraps):
        found = again(np.sort(rng.integers(0, count, size)), seed % 2**16 + start)
        overlaps.append(jaccards(labels, found))
        rand.append(adjusted_rand_score(labels, found))
        kept += matched(labels, found) == labels
    halves, starts = [], []
    for start in range(REPEATS):
        pair = [again(np.sort(half[:size]), seed % 2**16) for half in np.array_split(rng.permutation(count), 2)]
        halves.append(adjusted_rand_score(*pair))
        everyone = np.sort(rng.permutation(count)[:size])
        starts.append(adjusted_rand_score(again(everyone, 1000 + start), again(everyone, 2000 + start)))
    segments = np.unique(labels)
    mean = np.mean(overlaps, axis=0)
    table = pd.DataFrame({"segment": segments, "jaccard": mean.round(6), "word": [word(value) for value in mean]})
    found_again = np.round(kept / params.bootstraps, 6)
    table["sure"] = pd.Series(found_again >= CERTAIN).groupby(labels).mean().to_numpy()
    table = table[table["segment"] > 0].reset_index(drop=True)  # those not assigned are no segment
    return Returning(np.round(rand, 6), np.round(halves, 6), np.round(starts, 6), table, found_again)


def matched(labels: np.ndarray, found: np.ndarray) -> np.ndarray:
    """What was found, called like the segments of `labels` that agree most in total; -1 where none is left."""
    table = contingency_matrix(labels, found)
    rows, columns = linear_sum_assignment(-table)
    names = np.full(table.shape[1], -1)
    names[columns] = np.unique(labels)[rows]
    return names[np.unique(found, return_inverse=True)[1]]


def word(jaccard: float) -> str:
    """A segment's mean Jaccard in a word."""
    return "stable" if jaccard >= STABLE else "doubtful" if jaccard >= DOUBTFUL else "dissolved"

"""Two criteria that take many fits, each on a modest number of customers: the gap statistic and stability."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
from sklearn import config_context

from customer_segments.base.params import ClusteringParams
from customer_segments.steps.clustering.methods import segmenter_for
from customer_segments.steps.clustering.numbered import NumberedSegmenter, UnusableError, within

SPREAD = 500  # customers in each data set without segments
DRAWN = 1_000  # customers in each draw
COMPARED = 1_000  # customers whose segments are compared between two fits
STARTS = 2  # for each draw; one is enough where there are no segments to find
DECIMALS = 6


def gap_statistic(inputs: pd.DataFrame, ks: list[int], params: ClusteringParams, seed: int) -> pd.DataFrame:
    """How much tighter the segments are than those of as many customers spread evenly, for each k (Tibshirani 2001).

    The even spread fills a box around the customers that is turned as they are. Both are fitted alike, on a sample.
    """
    rng = np.random.default_rng([seed, 1])
    sample = inputs.to_numpy()[np.sort(rng.permutation(len(inputs))[:SPREAD])]
    middle = sample.mean(axis=0)
    _, _, turn = np.linalg.svd(sample - middle, full_matrices=False)
    turned = (sample - middle) @ turn.T
    boxes = rng.uniform(turned.min(axis=0), turned.max(axis=0), (params.references, *turned.shape))
    fit = partial(_fitted, names=list(inputs), params=params.model_copy(update={"n_init": 1}))
    logs = [_log_inertias(box @ turn + middle, ks, partial(fit, seed=seed + n)) for n, box in enumerate(boxes)]
    expected = np.array(logs)
    error = expected.std(axis=0) * np.sqrt(1 + 1 / params.references)
    gap = expected.mean(axis=0) - _log_inertias(sample, ks, partial(fit, seed=seed))
    return pd.DataFrame({"k": ks, "gap": gap.round(DECIMALS), "gap_error": error.round(DECIMALS)})


def stabilities(
    inputs: pd.DataFrame, labelings: np.ndarray, ks: list[int], params: ClusteringParams, seed: int
) -> np.ndarray:
    """How well the segment that comes back least is found again in customers drawn anew, on average, for each k.

    Found again is measured by the Jaccard index: the customers that two segments share, of those in either.
    """
    rng = np.random.default_rng([seed, 2])
    points, quick = inputs.to_numpy(), params.model_copy(update={"n_init": min(STARTS, params.n_init)})
    compared = np.sort(rng.permutation(len(points))[:COMPARED])
    found = np.full((params.bootstraps, len(ks)), np.nan)
    for number in range(params.bootstraps):
        again = points[rng.integers(0, len(points), min(len(points), DRAWN))]
        for column, k in enumerate(ks):
            segmenter = _fitted(again, k, seed + number, list(inputs), quick)
            if segmenter is not None:
                codes = segmenter.codes(points[compared])
                found[number, column] = _least_jaccard(labelings[compared, column], codes)
    enough = ~np.isnan(found).any(axis=0)
    return np.where(enough, np.where(enough, found, 0).mean(axis=0).round(DECIMALS), np.nan)


def _least_jaccard(labels: np.ndarray, again: np.ndarray) -> float:
    """Each segment's Jaccard index with the one most like it among those found again; the least of them."""
    shared = np.zeros((labels.max() + 1, again.max() + 1))
    np.add.at(shared, (labels, again), 1)
    either = shared.sum(axis=1, keepdims=True) + shared.sum(axis=0) - shared
    return float((shared / np.maximum(either, 1)).max(axis=1)[np.unique(labels)].min())


def _log_inertias(points: np.ndarray, ks: list[int], fit: Callable[[np.ndarray, int], NumberedSegmenter]) -> np.ndarray:
    """The logarithm of the squared distances to the own middle, for each k; 1 is all customers together."""
    found = np.full(len(ks), np.nan)
    for place, k in enumerate(ks):
        segmenter = fit(points, k) if k > 1 else None
        if k == 1 or segmenter is not None:
            codes = segmenter.codes(points) if segmenter else np.zeros(len(points), dtype=int)
            found[place] = within(points, codes)
    return np.log(np.maximum(found, 10.0**-DECIMALS))


def _fitted(
    points: np.ndarray, k: int, seed: int, names: list[str], params: ClusteringParams
) -> NumberedSegmenter | None:
    """A fit; nothing where a draw holds too few different customers."""
    segmenter = segmenter_for(k, params, seed)
    try:
        with config_context(assume_finite=True, skip_parameter_validation=True):  # checked once, before
            segmenter.learn(points, names)
    except UnusableError:
        return None
    return segmenter

"""Segments around middles: each customer belongs to the nearest. K-means, its fast cousin, and Ward's tree."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from customer_segments.steps.clustering.numbered import (
    DECIMALS,
    NumberedSegmenter,
    group_means,
    refuse_too_few,
    sample_rows,
)
from customer_segments.steps.clustering.places import Middles


class Segmenter(NumberedSegmenter):
    """K-means. Of more than `start_sample` customers a sample tells which start is best, and all of them where it ends.

    >>> X = np.array([[0.0], [0.2], [9.0]])
    >>> Segmenter(k=2).fit(X).labels_
    array([1, 1, 2])
    >>> Segmenter(k=2).fit(X, value=[10, 20, 500]).labels_
    array([2, 2, 1])
    """

    def __init__(self, k: int = 5, n_init: int = 10, start_sample: int | None = 3_000, seed: int = 0) -> None:
        self.k = k
        self.n_init = n_init
        self.start_sample = start_sample
        self.seed = seed

    def learn(self, points: np.ndarray, names: Sequence[str] = ()) -> None:
        refuse_too_few(points, self.k)
        self.cluster_centers_ = np.round(self._centres(points), DECIMALS)

    def _keep(self, order: np.ndarray) -> None:
        self.cluster_centers_ = self.cluster_centers_[order]

    def places(self) -> Middles:
        return Middles(self.cluster_centers_)

    def _centres(self, points: np.ndarray) -> np.ndarray:
        """The segments' middles, in any order."""
        from sklearn.cluster import KMeans

        few = self.start_sample is None or len(points) <= self.start_sample
        sample = points if few else points[sample_rows(len(points), self.seed, self.start_sample)]
        best = KMeans(self.k, n_init=self.n_init, random_state=self.seed).fit(sample).cluster_centers_
        return best if few else KMeans(self.k, init=best, n_init=1).fit(points).cluster_centers_


class MiniBatchSegmenter(Segmenter):
    """K-means that looks at a few thousand customers at a time: a little worse, and faster on millions."""

    def __init__(self, k: int = 5, n_init: int = 10, seed: int = 0) -> None:
        super().__init__(k=k, n_init=n_init, seed=seed)

    def _centres(self, points: np.ndarray) -> np.ndarray:
        from sklearn.cluster import MiniBatchKMeans

        # Of its own `n_init` starts it only looks at the first step, which tells little.
        seeds = range(self.seed, self.seed + self.n_init)
        runs = [MiniBatchKMeans(self.k, n_init=1, random_state=seed).fit(points) for seed in seeds]
        return min(runs, key=lambda run: round(run.inertia_, DECIMALS)).cluster_centers_


class WardSegmenter(Segmenter):
    """Ward's tree, cut at k branches. Each customer then belongs to the nearest branch's middle, as new ones will."""

    def __init__(self, k: int = 5, seed: int = 0) -> None:
        self.k = k
        self.seed = seed

    def _centres(self, points: np.ndarray) -> np.ndarray:
        from sklearn.cluster import AgglomerativeClustering

        sample = points[sample_rows(len(points), self.seed)]
        return group_means(sample, AgglomerativeClustering(self.k, linkage="ward").fit(sample).labels_)

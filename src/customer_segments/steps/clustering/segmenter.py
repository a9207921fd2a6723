"""Segments around middles: K-means, its fast cousin and Ward's tree; and segments as bell curves, which may overlap."""

from collections.abc import Sequence

import numpy as np
from scipy.linalg import eigh

from customer_segments.steps.clustering.mixtures import likeliest_mixture
from customer_segments.steps.clustering.numbered import DECIMALS, NumberedSegmenter, refuse_too_few, sample_rows
from customer_segments.steps.clustering.places import LOG_2PI, Curves, Middles, WeightedMiddles, group_means
from customer_segments.steps.clustering.quick import explained, weighted_labels

NEGLIGIBLE = 1e6 * np.finfo(float).eps  # a variance of so much of the largest is none (as SciPy has it)
OFF_THE_FLAT = 1e3  # who is that many times farther off a flat curve cannot come from it
FEWEST_STARTS = 8  # where columns are weighted: from a poor start they are weighted for the worse


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


class WeightedSegmenter(Segmenter):
    """K-means with columns weighted by what the segments explain of them, so that noise drowns nothing."""

    def __init__(self, k: int = 5, n_init: int = 10, seed: int = 0) -> None:
        super().__init__(k=k, n_init=n_init, seed=seed)

    def places(self) -> WeightedMiddles:
        return WeightedMiddles(self.cluster_centers_, self.weights_)

    def _centres(self, points: np.ndarray) -> np.ndarray:
        sample = points[sample_rows(len(points), self.seed)]
        labels = weighted_labels(sample, self.k, max(self.n_init, FEWEST_STARTS), np.random.default_rng(self.seed))
        self.weights_ = np.sqrt(explained(sample, labels)).round(DECIMALS)
        return group_means(sample * self.weights_, np.unique(labels, return_inverse=True)[1])


class WardSegmenter(Segmenter):
    """Ward's tree, cut at k branches. Each customer then belongs to the nearest branch's middle, as new ones will."""

    def __init__(self, k: int = 5, seed: int = 0) -> None:
        self.k = k
        self.seed = seed

    def _centres(self, points: np.ndarray) -> np.ndarray:
        from sklearn.cluster import AgglomerativeClustering

        sample = points[sample_rows(len(points), self.seed)]
        return group_means(sample, AgglomerativeClustering(self.k, linkage="ward").fit(sample).labels_)


class MixtureSegmenter(NumberedSegmenter):
    """A mixture of Gaussians with covariances of their own: segments may be long, wide or tilted, and may overlap.

    >>> X = np.array([[0.0], [0.1], [0.2], [0.3], [9.0], [9.2]])
    >>> MixtureSegmenter(k=2).fit(X).labels_
    array([1, 1, 1, 1, 2, 2])
    """

    def __init__(self, k: int = 5, n_init: int = 10, seed: int = 0) -> None:
        self.k = k
        self.n_init = n_init
        self.seed = seed

    def learn(self, points: np.ndarray, names: Sequence[str] = ()) -> None:
        refuse_too_few(points, self.k)
        sample = points[sample_rows(len(points), self.seed)]
        mixture = likeliest_mixture(sample, self.k, self.n_init, np.random.default_rng(self.seed))
        self.means_, self.covariances_ = mixture.means.round(DECIMALS), mixture.covariances.round(DECIMALS)
        self.weights_ = mixture.weights.round(DECIMALS)

    def _keep(self, order: np.ndarray) -> None:
        self.means_, self.covariances_ = self.means_[order], self.covariances_[order]
        self.weights_ = self.weights_[order]

    def places(self) -> Curves:
        widths, directions = (np.array(parts) for parts in zip(*map(eigh, self.covariances_), strict=True))
        none = NEGLIGIBLE * np.abs(widths).max(axis=1, keepdims=True)
        flat = widths <= none
        kept = np.where(flat, 1, widths)
        return Curves(
            means=self.means_,
            weights=self.weights_,
            whitening=directions * np.where(flat, 0, 1 / np.sqrt(kept))[:, None],
            flat=directions * flat[:, None] if flat.any() else np.array([]),
            support=OFF_THE_FLAT * none[:, 0],
            constants=(~flat).sum(axis=1) * LOG_2PI + np.log(kept).sum(axis=1),
        )

"""Many small K-Means fits at once: every number of segments, from several starts, in one set of matrix products."""

from __future__ import annotations

import numpy as np

MOST_STEPS = 100


def labelings(points: np.ndarray, ks: list[int], starts: int, rng: np.random.Generator) -> np.ndarray:
    """The best labeling (1 to k) of `starts` for each k, one column each: Lloyd's algorithm from k-means++ centres."""
    sizes = np.repeat(ks, starts)
    centres = _far_apart(points, sizes, rng)
    labels = _nearest(points, centres)
    moving = np.arange(len(sizes))
    for _ in range(MOST_STEPS):
        centres[moving] = _means(points, labels[:, moving], centres[moving])
        moved = _nearest(points, centres[moving])
        still = (moved != labels[:, moving]).any(axis=0)
        labels[:, moving] = moved
        moving = moving[still]
        if not len(moving):
            break
    inertia = np.array([((points - middle[own]) ** 2).sum() for middle, own in zip(centres, labels.T, strict=True)])
    best = inertia.reshape(len(ks), starts).argmin(axis=1) + starts * np.arange(len(ks))
    return labels[:, best] + 1


def _far_apart(points: np.ndarray, sizes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """First centres of every run (runs, largest k, features), drawn far from one another; infinite where unused."""
    runs, largest = len(sizes), int(sizes.max())
    centres = np.full((runs, largest, points.shape[1]), np.inf)
    centres[:, 0] = points[rng.integers(0, len(points), runs)]
    apart = np.full((runs, len(points)), np.inf)
    for place in range(1, largest):
        latest = centres[:, place - 1]
        squared = (points**2).sum(axis=1) - 2 * latest @ points.T + (latest**2).sum(axis=1, keepdims=True)
        apart = np.minimum(apart, squared.clip(0))
        summed = apart.cumsum(axis=1)
        drawn = (summed < (rng.random(runs) * summed[:, -1])[:, None]).sum(axis=1).clip(max=len(points) - 1)
        centres[:, place] = points[drawn]
    centres[np.arange(largest) >= sizes[:, None]] = np.inf
    return centres


def _nearest(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """The place of the nearest centre for every point (rows) in every run (columns)."""
    runs, largest, _ = centres.shape
    used = np.isfinite(centres[:, :, 0])
    flat = np.where(used[:, :, None], centres, 0.0).reshape(runs * largest, -1)
    apart = (flat**2).sum(axis=1) - 2 * points @ flat.T
    apart[:, ~used.ravel()] = np.inf
    return apart.reshape(len(points), runs, largest).argmin(axis=2)


def _means(points: np.ndarray, labels: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """The mean of each centre's points; centres without any stay where they are."""
    runs, largest, features = centres.shape
    members = (labels[:, :, None] == np.arange(largest)).reshape(len(points), -1).astype(float)
    counts = members.sum(axis=0).reshape(runs, largest, 1)
    sums = (members.T @ points).reshape(runs, largest, features)
    return np.where(counts > 0, sums / np.maximum(counts, 1), centres)

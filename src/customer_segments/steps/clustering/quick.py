"""Many k-means fits at once: Lloyd's algorithm for every start and every number of segments in one array."""

import numpy as np

QUICK = ("kmeans", "mini_batch_kmeans")  # the methods whose fits these are, faster than one by one
MOST_STEPS = 100
ROUNDS = 3  # of finding groups and weighting the columns by what the groups explain of them


def quick_labelings(points: np.ndarray, ks: list[int], starts: int, rng: np.random.Generator) -> np.ndarray:
    """The best labeling (1 to k) of `starts` for each k, one column each, from k-means++ centres."""
    return quick_codes(points, points, ks, starts, rng) + 1


def quick_codes(
    points: np.ndarray, everyone: np.ndarray, ks: list[int], starts: int, rng: np.random.Generator
) -> np.ndarray:
    """Everyone's group (from 0) by the best fit of `starts` to some points, one column for each k."""
    centres, _, inertia = _settled(points, _far_apart(points, np.repeat(ks, starts), rng))
    best = inertia.reshape(len(ks), starts).argmin(axis=1) + starts * np.arange(len(ks))
    return _nearest(everyone, centres[best])


def first_codes(points: np.ndarray, k: int, starts: int, rng: np.random.Generator) -> np.ndarray:
    """The nearest (from 0) of k places that lie far apart, one column for each start."""
    return _nearest(points, _far_apart(points, np.full(starts, k), rng))


def as_good_fits(
    points: np.ndarray, everyone: np.ndarray, k: int, starts: int, rng: np.random.Generator,
    middles: np.ndarray, times: float,
) -> np.ndarray:  # fmt: skip
    """Everyone's group (from 1) by each fit to some points whose sum of squares is at most so many times the best.

    Fits start from `middles`, too: from places at random alone, groups that are there may be missed for want of luck.
    """
    centres = np.concatenate([_far_apart(points, np.full(starts, k), rng), middles[None]])
    found, _, inertia = _settled(points, centres)
    return _nearest(everyone, found[inertia <= inertia.min() * times]) + 1


def weighted_labels(points: np.ndarray, k: int, starts: int, rng: np.random.Generator) -> np.ndarray:
    """Groups that are found again and again, each time with columns weighted by what the groups explain of them.

    Columns that tell no group apart would drown those that do (after Witten & Tibshirani 2010).
    """
    labels = quick_labelings(points, [k], starts, rng)[:, 0]
    for _ in range(ROUNDS):
        labels = quick_labelings(points * np.sqrt(explained(points, labels)), [k], starts, rng)[:, 0]
    return labels


def explained(points: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """How much of each column the groups explain, in parts of the largest."""
    groups = np.unique(labels, return_inverse=True)[1]
    within = ((points - middles_of(points, groups + 1)[groups]) ** 2).sum(axis=0)
    whole = ((points - points.mean(axis=0)) ** 2).sum(axis=0)
    shares = np.clip(1 - within / np.maximum(whole, 1e-12), 1e-6, 1)
    return shares / shares.max()


def middles_of(points: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return np.array([points[labels == group].mean(axis=0) for group in range(1, labels.max() + 1)])


def _settled(points: np.ndarray, centres: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where centres (runs, segments, features) come to rest; each run's labels, from 0, and its inertia."""
    labels = _nearest(points, centres)
    moving = np.arange(len(centres))
    for _ in range(MOST_STEPS):
        centres[moving] = _moved(points, labels[:, moving], centres[moving])
        moved = _nearest(points, centres[moving])
        still = (moved != labels[:, moving]).any(axis=0)
        labels[:, moving] = moved
        moving = moving[still]
        if not len(moving):
            break
    inertia = np.array([((points - middle[own]) ** 2).sum() for middle, own in zip(centres, labels.T, strict=True)])
    return centres, labels, inertia


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


def _moved(points: np.ndarray, labels: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """The mean of each centre's points; centres without any stay where they are."""
    runs, largest, features = centres.shape
    members = (labels[:, :, None] == np.arange(largest)).reshape(len(points), -1).astype(float)
    counts = members.sum(axis=0).reshape(runs, largest, 1)
    sums = (members.T @ points).reshape(runs, largest, features)
    return np.where(counts > 0, sums / np.maximum(counts, 1), centres)

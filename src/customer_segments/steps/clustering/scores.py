"""How well a grouping fits: four criteria for every number of segments, and the silhouette of each customer."""

import numpy as np
import pandas as pd

# Below this distance from the chord (share of the curve's height) a bend is not worth the name: a single round cloud
# in five or more features bends the curve by up to 0.2.
BEND_FROM = 0.2
DISTANCES_AT_ONCE = 4_000_000  # 32 MB
DECIMALS = 6


def score_table(points: np.ndarray, labelings: dict[int, np.ndarray], inertias: dict[int, float]) -> pd.DataFrame:
    """The criteria that need no distances between customers, one row per number of segments k."""
    from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score

    scores = [
        (k, inertias[k], calinski_harabasz_score(points, labels), davies_bouldin_score(points, labels))
        for k, labels in sorted(labelings.items())
    ]
    return pd.DataFrame(scores, columns=["k", "inertia", "calinski_harabasz", "davies_bouldin"]).round(DECIMALS)


def silhouettes(points: np.ndarray, labelings: np.ndarray) -> np.ndarray:
    """Each customer's silhouette (rows) in each labeling (columns), from one pass over the distances.

    A customer's distances are summed over the members of every segment of every labeling at once: one product of a
    few rows of the distance matrix with the memberships.
    """
    from scipy.spatial.distance import cdist

    codes = [np.unique(labels, return_inverse=True)[1] for labels in labelings.T]
    sizes = [np.bincount(code) for code in codes]
    members = np.hstack([np.eye(len(size))[code] for code, size in zip(codes, sizes, strict=True)])
    edges = np.cumsum([len(size) for size in sizes])[:-1]
    found = np.empty(labelings.shape)
    step = max(1, DISTANCES_AT_ONCE // len(points))
    for start in range(0, len(points), step):
        rows = slice(start, start + step)
        sums = np.split(cdist(points[rows], points) @ members, edges, axis=1)
        for column, code in enumerate(codes):
            found[rows, column] = _silhouettes(sums[column], code[rows], sizes[column])
    return found


def silhouettes_of(points: np.ndarray, labels: np.ndarray, size: int, seed: int) -> pd.DataFrame:
    """Segment and silhouette of each customer who is assigned to one; a sample of many."""
    points, labels = points[labels > 0], labels[labels > 0]
    rows = sample_by_segment(labels, size, np.random.default_rng(seed))
    return pd.DataFrame({"segment": labels[rows], "silhouette": silhouettes(points[rows], labels[rows, None])[:, 0]})


def _silhouettes(sums: np.ndarray, own: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Silhouettes of some customers: their summed distances to each segment, their own segment, all segments' sizes."""
    if len(sizes) < 2:
        return np.zeros(len(own))
    mine = np.arange(len(own)), own
    within = sums[mine] / np.maximum(sizes[own] - 1, 1)
    means = sums / sizes
    means[mine] = np.inf
    nearest = means.min(axis=1)
    larger = np.maximum(within, nearest)
    # A segment's only member has silhouette 0, and so have customers who coincide with all of two segments.
    defined = (sizes[own] > 1) & (larger > 0)
    return np.divide(nearest - within, larger, out=np.zeros(len(own)), where=defined)


def sample_by_segment(labelings: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """Rows of a random sample in which every segment has its share, give or take one customer; in ascending order.

    With several labelings (columns) this holds for the last one, and nearly so for the others.
    """
    count = len(labelings)
    if count <= size:
        return np.arange(count)
    shuffled = rng.permutation(count)
    by_segment = shuffled[np.lexsort(labelings[shuffled].reshape(count, -1).T)]
    return np.sort(by_segment[np.arange(size) * count // size])


def knee(ks: np.ndarray, inertias: np.ndarray) -> int | None:
    """The k at which a falling curve bends most: farthest below its chord; None where there is no bend to speak of."""
    falling = np.minimum.accumulate(np.asarray(inertias, dtype=float))
    if len(ks) < 3 or falling[0] <= falling[-1]:
        return None
    at, depth = farthest_below_chord(np.asarray(ks, dtype=float), falling)
    return int(ks[at]) if depth >= BEND_FROM else None


def farthest_below_chord(across: np.ndarray, heights: np.ndarray) -> tuple[int, float]:
    """Where a curve lies farthest below the line between its ends, and how far, as a share of its height."""
    height = abs(heights[-1] - heights[0])
    if height == 0:
        return 0, 0.0
    chord = np.interp(across, across[[0, -1]], heights[[0, -1]])
    depths = np.round((chord - heights) / height, DECIMALS)
    return int(depths.argmax()), float(depths.max())

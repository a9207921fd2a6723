"""Are the groups there? The chosen fit against the best fits on data without groups."""

from dataclasses import astuple, dataclass

import numpy as np
import pandas as pd

from customer_segments.base.params import ClusteringParams, ValidationParams
from customer_segments.steps.clustering.methods import finds_k, segmenter_for
from customer_segments.steps.clustering.numbered import UnusableError
from customer_segments.steps.clustering.scores import silhouettes
from customer_segments.steps.validation.references import KINDS, References

FRESH_STARTS = 3  # for each k, on the data and on the references alike
QUICK = ("kmeans", "mini_batch_kmeans")  # the same fits, faster than one by one
STRICTEST = "smooth"  # the reference that decides: nothing but groups can beat it
SIGNIFICANT = 0.05
EMPTY_BELOW = 0.5  # fewer customers than this midway between two segments, for one near a centre, are a gap
MOST_STEPS = 100  # of a quick fit
NEAR, MIDWAY = 0.1, (0.4, 0.6)  # on the way from one segment's centre (0) to the next one's (1)


@dataclass(frozen=True)
class Fit:
    """How clear a grouping is: mean silhouette, and customers midway between segments for one near a centre."""

    k: int
    silhouette: float
    midway: float


@dataclass(frozen=True)
class Existence:
    """The chosen fit and, for every kind of reference, the best fits on tables without groups."""

    chosen: Fit
    references: pd.DataFrame  # kind, k, silhouette, midway
    customers: int

    def drawn(self, kind: str, score: str = "silhouette") -> pd.Series:
        """A score of every reference of a kind."""
        return self.references.loc[self.references["kind"] == kind, score]

    def p_value(self, kind: str, score: str = "silhouette") -> float:
        """How often data without groups look as clear as ours, or clearer."""
        found = self.drawn(kind, score)
        as_clear = found >= self.chosen.silhouette if score == "silhouette" else found <= self.chosen.midway
        return float((1 + as_clear.sum()) / (1 + len(found)))

    def effect(self, kind: str) -> float:
        """How far above the references our silhouette lies, in their standard deviations."""
        found = self.drawn(kind)
        return float((self.chosen.silhouette - found.mean()) / max(found.std(ddof=1), 1e-6))

    @property
    def usual_midway(self) -> float:
        """What `chosen.midway` is on data without groups."""
        return float(self.drawn(STRICTEST, "midway").median())

    @property
    def beats_chance(self) -> bool:
        """Whether even the strictest reference looks less clear."""
        return self.p_value(STRICTEST) <= SIGNIFICANT

    @property
    def has_gaps(self) -> bool:
        """Whether few customers lie between neighbouring segments, fewer than on data without groups."""
        return self.chosen.midway <= EMPTY_BELOW and self.p_value(STRICTEST, "midway") <= SIGNIFICANT


def existence(
    inputs: pd.DataFrame, k: int, clustering: ClusteringParams, params: ValidationParams, seed: int,
    kinds: tuple[str, ...] = KINDS,
) -> Existence:  # fmt: skip
    """Compare the chosen k on a sample with the best of all k tried on references drawn like that sample."""
    rng = np.random.default_rng(seed)
    rows = np.sort(rng.permutation(len(inputs))[: params.reference_sample])
    sample = inputs.iloc[rows].reset_index(drop=True)
    fit, ks, references = best_fit(sample, [k], clustering, seed), tried(k, clustering), References.of(sample)
    found = [
        (kind, *astuple(best_fit(references.draw(kind, rng), ks, clustering, seed)))
        for kind in kinds
        for _ in range(params.references)
    ]
    table = pd.DataFrame(found, columns=["kind", "k", "silhouette", "midway"])
    return Existence(fit, table.round(6), len(sample))


def tried(k: int, clustering: ClusteringParams) -> list[int]:
    """The numbers of segments that were tried before k was taken: the references may try them too."""
    searched = clustering.k is None and not finds_k(clustering)
    return list(range(clustering.k_min, clustering.k_max + 1)) if searched else [k]


def best_fit(table: pd.DataFrame, ks: list[int], clustering: ClusteringParams, seed: int) -> Fit:
    """The clearest grouping of the table over these numbers of segments."""
    points = table.to_numpy()
    starts = min(FRESH_STARTS, clustering.n_init)
    if clustering.method in QUICK:
        labelings = quick_labelings(points, ks, starts, np.random.default_rng(seed))
    else:
        params = clustering.model_copy(update={"n_init": starts})
        labelings = np.column_stack([labels_of(table, k, params, seed) for k in ks])
    found = clear(points, labelings)
    best = int(found.argmax())
    return Fit(ks[best], round(float(found[best]), 6), round(midway(points, labelings[:, best]), 6))


def labels_of(
    table: pd.DataFrame, k: int, clustering: ClusteringParams, seed: int, everyone: pd.DataFrame | None = None
) -> np.ndarray:
    """The segments learnt from a table, of it or of `everyone`; 0 for all where the method finds no groups at all."""
    try:
        fitted = segmenter_for(k, clustering, seed).fit(table)
        return fitted.labels_ if everyone is None else fitted.predict(everyone)
    except UnusableError:
        return np.zeros(len(table if everyone is None else everyone), dtype=int)


def clear(points: np.ndarray, labelings: np.ndarray) -> np.ndarray:
    """Mean silhouette of each labeling; customers who are not assigned (0) count as 0, lying in no group."""
    found = silhouettes(points, labelings)
    return np.where(labelings == 0, 0.0, found).mean(axis=0)


def midway(points: np.ndarray, labels: np.ndarray) -> float:
    """Customers midway between neighbouring segments, for one as near to the emptier one's centre."""
    segments = np.unique(labels[labels > 0])
    if len(segments) < 2:
        return 1.0
    centres = np.array([points[labels == segment].mean(axis=0) for segment in segments])
    between = near = 0
    for place, segment in enumerate(segments):
        apart = ((centres - centres[place]) ** 2).sum(axis=1)
        apart[place] = np.inf
        other = int(apart.argmin())
        way = centres[other] - centres[place]
        pair = points[(labels == segment) | (labels == segments[other])]
        along = (pair - centres[place]) @ way / max(way @ way, 1e-12)
        between += int(((along > MIDWAY[0]) & (along < MIDWAY[1])).sum())
        near += min(int((np.abs(along) < NEAR).sum()), int((np.abs(along - 1) < NEAR).sum()))
    return between / max(near, 1)


def quick_labelings(points: np.ndarray, ks: list[int], starts: int, rng: np.random.Generator) -> np.ndarray:
    """The best labeling (1 to k) of `starts` for each k, one column each: Lloyd's algorithm from k-means++ centres."""
    sizes = np.repeat(ks, starts)
    centres = _far_apart(points, sizes, rng)
    labels = _nearest(points, centres)
    moving = np.arange(len(sizes))
    for _ in range(MOST_STEPS):
        centres[moving] = _moved(points, labels[:, moving], centres[moving])
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


def _moved(points: np.ndarray, labels: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """The mean of each centre's points; centres without any stay where they are."""
    runs, largest, features = centres.shape
    members = (labels[:, :, None] == np.arange(largest)).reshape(len(points), -1).astype(float)
    counts = members.sum(axis=0).reshape(runs, largest, 1)
    sums = (members.T @ points).reshape(runs, largest, features)
    return np.where(counts > 0, sums / np.maximum(counts, 1), centres)

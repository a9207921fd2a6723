"""Four ways to propose groups: around middles, the same with columns weighted, bell curves, crowds of any shape."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from customer_segments.steps.clustering.density import dense
from customer_segments.steps.clustering.gaps import (
    LEAST_SPREAD,
    Crowd,
    Gap,
    any_shape_gap,
    convex_gap,
    fitting,
    shaped_gap,
)  # fmt: skip
from customer_segments.steps.clustering.mixtures import Shape, as_likely_mixtures, best_mixture
from customer_segments.steps.clustering.places import squared
from customer_segments.steps.clustering.quick import (
    as_good_fits,
    explained,
    middles_of,
    quick_labelings,
    weighted_labels,
)
from customer_segments.steps.clustering.segmentation import jaccards

Way = Literal["plain", "weighted", "bell", "dense"]
WEIGHTED_FROM = 4  # columns; with fewer, none can drown the others
SMALLEST = (0.2, 0.1, 0.05, 0.02)  # of all customers: the smallest crowd that is looked for, what is steadiest first
EMPTY_FROM = 0.95  # how lonely a border is between crowds of any shape, where nobody can be counted midway
MISSING_FROM = 30  # customers who would fit between two crowds: a thin curve breaks by chance where up to 15 would
CUSTOMERS_A_COLUMN = 10  # at least, to tell the spread of groups
ROUNDS_OF_BORDERS = 10
AGAIN, AT_MOST = 20, 200  # draws in which groups are looked for again
SURE = 3  # standard errors
DRAWN = 0.63  # of the customers: as many different ones as a draw with replacement holds
AS_GOOD = 1.05  # a fit whose sum of squares is at most so many times the best


@dataclass(frozen=True)
class Proposal:
    """Groups (from 1), how they were found, and the gap between them."""

    labels: np.ndarray
    way: Way
    gap: Gap
    smallest: float = 0.0  # of crowds of any shape
    shape: Shape | None = None  # of bell curves

    @property
    def count(self) -> int:
        return int(self.labels.max())


def around_middles(
    points: np.ndarray, crowd: Crowd, ks: list[int], starts: int, rng: np.random.Generator, widest: float
) -> list[Proposal]:
    """For every number, the groups around middles that have a gap between every two neighbours."""
    found: list[tuple[Way, np.ndarray]] = [("plain", quick_labelings(points, ks, starts, rng))]
    if points.shape[1] >= WEIGHTED_FROM:
        found.append(("weighted", np.column_stack([weighted_labels(points, k, starts, rng) for k in ks])))
    proposed = []
    for way, labelings in found:
        for labels in labelings.T:
            own = np.unique(labels, return_inverse=True)[1] + 1
            gap = convex_gap(crowd, own, widest)
            sharper = _sharpened(points, own, points) if gap and _tell_a_spread(points) else own
            if gap and (sharper != own).any():
                own, gap = sharper, convex_gap(crowd, sharper, widest)
            if gap:
                proposed.append(Proposal(own, way, gap))
    return proposed


def _sharpened(points: np.ndarray, labels: np.ndarray, everyone: np.ndarray) -> np.ndarray:
    """Everyone's group, with borders drawn by the spread that all groups share, which need not be round."""
    groups, columns = labels - 1, points.shape[1]
    for _ in range(ROUNDS_OF_BORDERS):
        middles = middles_of(points, groups + 1)
        apart = points - middles[groups]
        spread = apart.T @ apart / len(points)
        spread += np.eye(columns) * LEAST_SPREAD * np.trace(spread) / columns
        rounding = np.linalg.cholesky(np.linalg.inv(spread))
        moved = squared(points @ rounding, middles @ rounding).argmin(axis=0)
        if (moved == groups).all() or len(np.unique(moved)) < len(middles):
            break
        groups = moved
    return squared(everyone @ rounding, middles @ rounding).argmin(axis=0) + 1


def _tell_a_spread(points: np.ndarray) -> bool:
    """Whether there are customers enough to tell how groups are spread."""
    return len(points) >= CUSTOMERS_A_COLUMN * points.shape[1]


def bells(points: np.ndarray, crowd: Crowd, rng: np.random.Generator, widest: float) -> list[Proposal]:
    """The groups of the best Gaussian mixture, if there is a gap between every two: long, tilted, of unlike widths.

    They are drawn from numbers of their own, so that the other ways find what they would find without them.
    """
    labels, shape = best_mixture(points, rng.spawn(1)[0])
    gap = shaped_gap(crowd, labels, widest)
    return [Proposal(labels, "bell", gap, shape=shape)] if gap else []


def crowds(crowd: Crowd) -> list[Proposal]:
    """Crowds of any shape with next to nobody between them."""
    found = [(smallest, dense(crowd, smallest)) for smallest in SMALLEST]
    told = [Proposal(labels, "dense", Gap(0.0, any_shape_gap(crowd, labels)), smallest) for smallest, labels in found]
    lonely = [each for each in told if each.gap.lonely >= EMPTY_FROM]
    return [each for each in lonely if fitting(crowd, each.labels, MISSING_FROM) == MISSING_FROM]


def found_again(
    proposal: Proposal, points: np.ndarray, crowd: Crowd, starts: int, rng: np.random.Generator, enough: float
) -> float:
    """The mean Jaccard index of the group that is found again least well in draws of the customers.

    Where several fits to a draw are about as good, the one most unlike the proposal counts: a ring may be cut in two
    at any place. There are more draws where the first do not tell whether it is `enough`.
    """
    if proposal.way == "dense":
        again = _crowds_again(proposal, crowd, rng)
    elif proposal.way == "bell":
        again = _bells_again(proposal, points, rng.spawn(1)[0])
    else:
        again = _middles_again(proposal, points, starts, rng)
    drawn: list[np.ndarray] = []
    for jaccards_ in again:
        drawn.append(jaccards_)
        if len(drawn) >= AGAIN:
            means, errors = np.mean(drawn, axis=0), np.std(drawn, axis=0) / np.sqrt(len(drawn))
            if abs(means.min() - enough) > SURE * errors[means.argmin()]:
                break
    return float(np.mean(drawn, axis=0).min())


def _crowds_again(proposal: Proposal, crowd: Crowd, rng: np.random.Generator) -> Iterator[np.ndarray]:
    count = len(crowd.points)
    for _ in range(AT_MOST):
        rows = np.sort(rng.permutation(count)[: int(DRAWN * count)])
        yield jaccards(proposal.labels[rows], dense(crowd.among(rows), proposal.smallest))


def _bells_again(proposal: Proposal, points: np.ndarray, rng: np.random.Generator) -> Iterator[np.ndarray]:
    for _ in range(AT_MOST):
        rows = rng.integers(0, len(points), len(points))
        fits = as_likely_mixtures(points[rows], proposal.labels[rows] - 1, proposal.shape, rng)
        yield min((jaccards(proposal.labels, fit.codes(points) + 1) for fit in fits), key=np.mean)


def _middles_again(
    proposal: Proposal, points: np.ndarray, starts: int, rng: np.random.Generator
) -> Iterator[np.ndarray]:
    if proposal.way == "weighted":
        points = points * np.sqrt(explained(points, proposal.labels))
    middles = middles_of(points, proposal.labels)
    for _ in range(AT_MOST):
        drawn = points[rng.integers(0, len(points), len(points))]
        fits = as_good_fits(drawn, np.vstack([points, drawn]), proposal.count, starts, rng, middles, AS_GOOD)
        again = [_again(drawn, points, labels) for labels in np.unique(fits, axis=1).T]
        yield min((jaccards(proposal.labels, labels) for labels in again), key=np.mean)


def _again(drawn: np.ndarray, points: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The group of each of the points by a fit to those drawn, whose labels follow theirs."""
    own = np.unique(labels[len(points) :], return_inverse=True)[1] + 1
    whole = own.max() == labels.max() and _tell_a_spread(drawn)
    return _sharpened(drawn, own, points) if whole else labels[: len(points)]

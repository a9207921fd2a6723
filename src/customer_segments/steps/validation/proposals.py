"""Three ways to propose groups: around middles, around middles with columns weighted, and crowds of any shape."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from customer_segments.steps.clustering.density import dense
from customer_segments.steps.clustering.gaps import Crowd, Gap, any_shape_gap, convex_gap
from customer_segments.steps.clustering.quick import (
    as_good_fits,
    explained,
    middles_of,
    quick_labelings,
    weighted_labels,
)
from customer_segments.steps.clustering.segmentation import jaccards

Way = Literal["plain", "weighted", "dense"]
WEIGHTED_FROM = 4  # columns; with fewer, none can drown the others
SMALLEST = (0.2, 0.1, 0.05, 0.02)  # of all customers: the smallest crowd that is looked for, what is steadiest first
EMPTY_FROM = 0.95  # how lonely a border is between crowds of any shape, where nobody can be counted midway
AGAIN = 20  # draws in which groups are looked for again
DRAWN = 0.63  # of the customers: as many different ones as a draw with replacement holds
AS_GOOD = 1.05  # a fit whose sum of squares is at most so many times the best


@dataclass(frozen=True)
class Proposal:
    """Groups (from 1), how they were found, and the gap between them."""

    labels: np.ndarray
    way: Way
    gap: Gap
    smallest: float = 0.0  # of crowds of any shape

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
            if gap := convex_gap(crowd, own, widest):
                proposed.append(Proposal(own, way, gap))
    return proposed


def crowds(crowd: Crowd) -> list[Proposal]:
    """Crowds of any shape with next to nobody between them."""
    found = [(smallest, dense(crowd, smallest)) for smallest in SMALLEST]
    told = [Proposal(labels, "dense", Gap(0.0, any_shape_gap(crowd, labels)), smallest) for smallest, labels in found]
    return [each for each in told if each.gap.lonely >= EMPTY_FROM]


def found_again(proposal: Proposal, points: np.ndarray, crowd: Crowd, starts: int, rng: np.random.Generator) -> float:
    """The mean Jaccard index of the group that is found again least well in draws of the customers.

    Where several fits to a draw are about as good, the one most unlike the proposal counts: a ring may be cut in two
    at any place.
    """
    dense = proposal.way == "dense"
    again = _crowds_again(proposal, crowd, rng) if dense else _middles_again(proposal, points, starts, rng)
    return float(np.mean(list(again), axis=0).min())


def _crowds_again(proposal: Proposal, crowd: Crowd, rng: np.random.Generator) -> Iterator[np.ndarray]:
    count = len(crowd.points)
    for _ in range(AGAIN):
        rows = np.sort(rng.permutation(count)[: int(DRAWN * count)])
        yield jaccards(proposal.labels[rows], dense(crowd.among(rows), proposal.smallest))


def _middles_again(
    proposal: Proposal, points: np.ndarray, starts: int, rng: np.random.Generator
) -> Iterator[np.ndarray]:
    if proposal.way == "weighted":
        points = points * np.sqrt(explained(points, proposal.labels))
    middles = middles_of(points, proposal.labels)
    for _ in range(AGAIN):
        drawn = points[rng.integers(0, len(points), len(points))]
        fits = as_good_fits(drawn, points, proposal.count, starts, rng, middles, AS_GOOD)
        yield min((jaccards(proposal.labels, labels) for labels in fits.T), key=np.mean)

"""Distinct groups: which are there, whatever the segments are."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score

from customer_segments.base.params import ClusteringParams, ValidationParams
from customer_segments.steps.clustering.gaps import MIDWAY_BELOW, Crowd, Gap, convex_gap, sampled, spread
from customer_segments.steps.validation import proposals
from customer_segments.steps.validation.existence import SIGNIFICANT, STRICTEST
from customer_segments.steps.validation.proposals import Proposal, Way
from customer_segments.steps.validation.references import References

STARTS, REFERENCE_STARTS = 8, 3  # for each number of groups
HIGHLY_STABLE = 0.85  # mean Jaccard: as Hennig (2007) reads it
THE_SAME = 0.95  # adjusted Rand index from which segments are the groups


@dataclass(frozen=True)
class Groups:
    """Groups with a gap between every two neighbours that data without groups do not show, each found again."""

    rows: np.ndarray  # the sample's, of all customers
    labels: np.ndarray  # each of these customers' group, from 1
    way: Way
    gap: Gap
    p: float
    jaccard: float
    smallest: float = 0.0  # of crowds of any shape: the smallest share that was looked for

    @property
    def count(self) -> int:
        return int(self.labels.max())

    def are(self, segments: np.ndarray) -> bool:
        """Whether the segments of all customers are these groups, with these borders."""
        return bool(adjusted_rand_score(segments[self.rows], self.labels) >= THE_SAME)


@dataclass(frozen=True)
class Apart:
    """How far the segments lie apart, and which groups do, if any."""

    own: Gap | None  # between the segments; None where one is a handful, all are one, or no shape has a midway
    groups: Groups | None
    same: bool  # whether the segments are these groups


def told_apart(
    inputs: pd.DataFrame, segments: np.ndarray, clustering: ClusteringParams, params: ValidationParams, seed: int
) -> Apart:
    """Look for distinct groups, and at the segments beside them."""
    groups = distinct_groups(inputs, clustering, params, seed)
    rows = sampled(len(inputs), np.random.default_rng(seed))
    rows = rows[segments[rows] > 0]
    labels = np.unique(segments[rows], return_inverse=True)[1] + 1
    same = groups is not None and groups.are(segments)
    countable = len(rows) > 1 and not (same and groups.way == "dense")
    own = convex_gap(Crowd.of(inputs.to_numpy()[rows]), labels) if countable else None
    return Apart(own, groups, same)


def distinct_groups(
    inputs: pd.DataFrame, clustering: ClusteringParams, params: ValidationParams, seed: int
) -> Groups | None:
    """The most groups with a gap between every two neighbours, each of them found again; None if there are none.

    Of each number, groups around middles are tried first. Like is held against like: data without groups are
    searched in the same ways, and count where any of what is found in them has as wide a gap.
    """
    rng = np.random.default_rng(seed)
    rows = sampled(len(inputs), rng)
    sample = inputs.iloc[rows].reset_index(drop=True)
    points = sample.to_numpy()
    most = min(clustering.k_max, len(np.unique(points, axis=0)) - 1)
    ks = list(range(2, most + 1))
    if not ks:
        return None
    crowd = Crowd.of(spread(points, rng))
    found = proposals.around_middles(points, crowd, ks, STARTS, rng, MIDWAY_BELOW)
    found = [each for each in found if each.gap.is_one] + proposals.crowds(crowd)
    as_wide = _as_wide(found, sample, ks, params.references, rng)
    for place in sorted(range(len(found)), key=lambda place: -found[place].count):
        p = (1 + as_wide[place]) / (1 + params.references)
        if p > SIGNIFICANT:
            continue
        jaccard = proposals.found_again(found[place], points, crowd, STARTS, rng)
        if jaccard >= HIGHLY_STABLE:
            each = found[place]
            return Groups(rows, each.labels, each.way, each.gap, round(p, 6), round(jaccard, 6), each.smallest)
    return None


def _as_wide(
    found: list[Proposal], sample: pd.DataFrame, ks: list[int], references: int, rng: np.random.Generator
) -> np.ndarray:
    """In how many data sets without groups a gap as wide is found, for each proposal; no further than to say no."""
    as_wide, lost = np.zeros(len(found), dtype=int), int(SIGNIFICANT * (1 + references))
    widest = max((each.gap.midway for each in found), default=0.0)
    without = References.of(sample) if found else None
    for _ in range(references):
        if (as_wide >= lost).all():
            break
        points = without.draw(STRICTEST, rng).to_numpy()
        crowd = Crowd.of(spread(points, rng))
        open_ways = {each.way for each, hits in zip(found, as_wide, strict=True) if hits < lost}
        middles = (
            proposals.around_middles(points, crowd, ks, REFERENCE_STARTS, rng, widest) if open_ways - {"dense"} else []
        )
        dense = proposals.crowds(crowd) if "dense" in open_ways else []
        for place, each in enumerate(found):
            theirs = dense if each.way == "dense" else middles
            as_wide[place] += any(other.gap.as_wide_as(each.gap) for other in theirs)
    return as_wide

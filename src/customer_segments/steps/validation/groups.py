"""Distinct groups: which are there, whatever the segments are."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score

from customer_segments.base.params import ClusteringParams, ValidationParams
from customer_segments.steps.clustering.gaps import (
    LONELY_FROM,
    Crowd,
    Gap,
    convex_gap,
    peakedness,
    sampled,
    shaped_gap,
    spread,
)  # fmt: skip
from customer_segments.steps.validation import proposals
from customer_segments.steps.validation.existence import SIGNIFICANT, STRICTEST
from customer_segments.steps.validation.proposals import Proposal, Way
from customer_segments.steps.validation.references import References, moved

OTHERWISE_MEASURED: set[Way] = {"bell", "dense"}  # than between middles
STARTS, REFERENCE_STARTS = 8, 3  # for each number of groups
UNSURE_TIMES = 4  # so many times the data without groups, where the first leave it open
FEW = 2  # of a handful of data without groups, more with a gap as wide are too many
HIGHLY_STABLE = 0.85  # mean Jaccard: as Hennig (2007) reads it
BELLS_MIDWAY, BELLS_STABLE = 0.3, 0.92  # bell curves fit nearly anything, even pieces of a ring or of a crescent
NEARLY = 0.9  # customers midway for one near a middle: not plainly one group cut in two
BLURRED, BLURS = 5, 0.5 * 1.3 ** np.arange(16)  # draws; parts of the way to the nearest
EVEN_BELOW = 2.4  # peakedness: halfway from customers spread evenly (1.8) to a bell curve (3)
EVEN_MIDWAY = 0.25  # between even groups: pieces of a curve that is bare by chance have more
CUT = 0.1  # of a crowd on the other side: a border runs through it
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
    around, crowds = proposals.around_middles(points, crowd, ks, STARTS, rng, NEARLY), proposals.crowds(crowd)
    told = [each for each in around if each.gap.is_one]
    bells = [
        each
        for each in proposals.bells(points, crowd, rng, BELLS_MIDWAY)
        if each.gap.is_one and not any(_the_same(each, other) for other in told)
    ]
    found = bells + told + crowds
    rivals = crowds + bells + [each for each in around if each.gap.lonely >= LONELY_FROM]
    again = partial(proposals.found_again, points=points, crowd=crowd, starts=STARTS, rng=rng)
    chances = _chances(found, sample, ks, params.references, rng)
    for place in sorted(range(len(found)), key=lambda place: -found[place].count):
        own, p = found[place], chances[place]
        jaccard = again(own, enough=_enough(own)) if p <= SIGNIFICANT else 0.0
        if jaccard < _enough(own) or any(_disputes(rival, own, again) for rival in rivals):
            continue
        roomy = any(_the_same(own, each) for each in crowds)  # between pieces of a curve there is no room
        if not roomy and _like_pieces(own, points):
            continue
        if roomy or not _of_a_curve(own, points, crowd.near, ks, params.references, rng):
            return Groups(rows, own.labels, own.way, own.gap, round(p, 6), round(jaccard, 6), own.smallest)
    return None


def _enough(own: Proposal) -> float:
    """How well the group that is found again least well must be."""
    return BELLS_STABLE if own.way == "bell" else HIGHLY_STABLE


def _the_same(one: Proposal, other: Proposal) -> bool:
    return bool(adjusted_rand_score(one.labels, other.labels) >= THE_SAME)


def _disputes(rival: Proposal, own: Proposal, again: Callable[..., float]) -> bool:
    """Whether a border runs through a group that is found in another way, too, or nearly, and found again."""
    if rival.way == "dense":
        return rival.count >= own.count and _cuts(own, rival)
    more = own.way != "dense" and rival.count > own.count and _cuts(own, rival)
    return more and again(rival, enough=_enough(rival)) >= _enough(rival)


def _cuts(one: Proposal, other: Proposal) -> bool:
    """Whether a border of one runs through a group of the other."""
    shares = np.zeros((other.count, one.count))
    np.add.at(shares, (other.labels - 1, one.labels - 1), 1)
    shares /= shares.sum(axis=1, keepdims=True)
    return bool((1 - shares.max(axis=1)).max() >= CUT)


def _chances(
    found: list[Proposal], sample: pd.DataFrame, ks: list[int], references: int, rng: np.random.Generator
) -> list[float]:
    """The chance of a gap as wide in data without groups, for each proposal.

    Where some such data hold one, and not so many that it is plain, up to so many times as many are looked at: the
    outcome is to be the same from another seed.
    """
    as_wide, tried = np.zeros((2, len(found)), dtype=int)
    widest = max((each.gap.midway for each in found), default=0.0)
    without = References.of(sample) if found else None
    for _ in range(UNSURE_TIMES * (1 + references) - 1):
        open_ = [place for place in range(len(found)) if _is_open(as_wide[place], tried[place], references)]
        if not open_:
            break
        points = without.draw(STRICTEST, rng).to_numpy()
        theirs = _searched(
            Crowd.of(spread(points, rng)), points, ks, {found[place].way for place in open_}, widest, rng
        )
        for place in open_:
            own = found[place]
            alike = [other for other in theirs if _measured_alike(other.way, own.way)]
            as_wide[place] += any(other.gap.as_wide_as(own.gap) for other in alike)
            tried[place] += 1
    return ((1 + as_wide) / (1 + tried)).tolist()


def _like_pieces(own: Proposal, points: np.ndarray) -> bool:
    """Whether groups are as even as the pieces of a thin curve, and some customers stand midway.

    Groups that thin out from their middles may run into one another; those with as many at the border as in the middle
    end where nobody is, or are one curve that by chance has fewer customers there.
    """
    return own.gap.midway > EVEN_MIDWAY and peakedness(points, own.labels) < EVEN_BELOW


def _of_a_curve(
    own: Proposal, points: np.ndarray, near: np.ndarray, ks: list[int], references: int, rng: np.random.Generator
) -> bool:
    """Whether customers as thin as ours, blurred until the gap is closed, show as many groups with as wide a gap.

    Pieces of a bent curve have few customers midway, which no cloud has.
    """
    blurred = partial(moved, points, near, rng=rng)
    far = next((far for far in BLURS if _closed(own, [blurred(far) for _ in range(BLURRED)])), None)
    as_wide, most = 0, SIGNIFICANT * (1 + references) - 1
    for _ in range(references if far else 0):
        drawn = blurred(far)[0]
        theirs = _searched(Crowd.of(drawn), drawn, ks[own.count - ks[0] :], {own.way}, own.gap.midway, rng)
        as_wide += any(each.count >= own.count and each.gap.as_wide_as(own.gap) for each in theirs)
        if as_wide > most:
            return True
    return False


def _closed(own: Proposal, drawn: list[tuple[np.ndarray, np.ndarray]]) -> bool:
    """Whether nearly none of these shows a gap between the groups."""
    measured = shaped_gap if own.way == "bell" else convex_gap
    gaps = [measured(Crowd.of(points), own.labels[rows]) for points, rows in drawn]
    return sum(bool(gap and gap.is_one) for gap in gaps) <= 1


def _measured_alike(one: Way, other: Way) -> bool:
    """Whether gaps are measured in the same way."""
    return one == other or {one, other}.isdisjoint(OTHERWISE_MEASURED)


def _is_open(as_wide: int, tried: int, references: int) -> bool:
    """Whether more data without groups might change the answer."""
    too_many = min(SIGNIFICANT * UNSURE_TIMES * (1 + references), FEW + tried / 5)
    few_enough = (tried - references) // (1 + references)  # a fifth and less of what would be too many
    return as_wide < too_many and not (tried >= references and as_wide <= few_enough)


def _searched(
    crowd: Crowd, points: np.ndarray, ks: list[int], ways: set[Way], widest: float, rng: np.random.Generator
) -> list[Proposal]:
    """What is found in data without groups, in the same ways."""
    around = not ways <= OTHERWISE_MEASURED
    found = proposals.around_middles(points, crowd, ks, REFERENCE_STARTS, rng, widest) if around else []
    found += proposals.bells(points, crowd, rng, widest) if "bell" in ways else []
    return found + (proposals.crowds(crowd) if "dense" in ways else [])

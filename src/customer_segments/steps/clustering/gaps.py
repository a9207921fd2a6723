"""Is there a gap between every two neighbouring groups: few customers midway, and lonelier ones at the border?"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import Self

import numpy as np
from scipy.spatial.distance import cdist
from sklearn.neighbors import KDTree

SAMPLE = 1000  # customers among whom groups are looked for, at most
FEW_VALUES = 25  # a column with no more: between two of them, as between two groups, there is nobody
NEAR, MIDWAY = 0.1, (0.4, 0.6)  # on the way from one group's middle (0) to the next one's (1)
MIDWAY_BELOW, LONELY_FROM = 0.5, 0.55  # a gap: so few midway for one near a middle, and so lonely a border
UNCUT = 1.2, 0.6, 0.5  # one group cut in two: so many midway or more; or more than so few, and no lonelier a border
CUSTOMERS_A_NEIGHBOUR, FEWEST, MOST = 30, 4, 10  # a customer's neighbours: one for so many customers
AXES = 3  # two neighbouring groups are looked at in no more directions
AT_BORDER = 0.3  # of a customer's neighbours in the other group
LEAST_SPREAD = 1e-3  # of the mean, in every direction: a group that is flat is not told from itself
A_HANDFUL = 3  # fewer customers at a border are none
ROUNDING = 1e-9
PASSAGE = 1.5  # so many times as far as where two groups are nearest


@dataclass(frozen=True)
class Gap:
    """Of the two neighbours told apart least: customers midway for one near a middle, and how lonely the border is.

    The border is as lonely as the chance that a customer at it has more room around than a member of either group:
    above a half the crowd thins out on the way.
    """

    midway: float
    lonely: float

    @property
    def is_one(self) -> bool:
        """Whether there is a gap, by chance or not."""
        return self.midway <= MIDWAY_BELOW and self.lonely >= LONELY_FROM

    @property
    def is_no_cut(self) -> bool:
        """Whether there may be two groups, however much they overlap, rather than one that is cut in two."""
        most, little, lonely = UNCUT
        return self.midway <= most and (self.midway <= little or self.lonely >= lonely)

    def as_wide_as(self, other: Self) -> bool:
        return self.midway <= other.midway and self.lonely >= other.lonely


@dataclass(frozen=True)
class Crowd:
    """Customers with their nearest neighbours, and how far away the last of these is."""

    points: np.ndarray
    room: np.ndarray
    near: np.ndarray

    @classmethod
    def of(cls, points: np.ndarray, neighbours: int | None = None) -> Self:
        count = neighbours or int(np.clip(len(points) // CUSTOMERS_A_NEIGHBOUR, FEWEST, MOST))
        apart, near = KDTree(points).query(points, min(count, len(points) - 1) + 1)
        return cls(points, apart[:, -1], near[:, 1:])

    @property
    def neighbours(self) -> int:
        return self.near.shape[1]

    def among(self, rows: np.ndarray) -> Self:
        """Some of the customers alone, with fewer neighbours in the same measure."""
        return self.of(self.points[rows], max(A_HANDFUL, round(self.neighbours * len(rows) / len(self.points))))


def sampled(count: int, rng: np.random.Generator) -> np.ndarray:
    """The customers among whom groups are looked for, in ascending order."""
    return np.sort(rng.permutation(count)[:SAMPLE])


def spread(points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Columns of few values with each of them spread over the room around it: between two of them is no gap."""
    wide = points.copy()
    for place, column in enumerate(points.T):
        values = np.unique(column)
        if 2 <= len(values) <= FEW_VALUES:
            middles = (values[1:] + values[:-1]) / 2
            edges = np.concatenate([[2 * values[0] - middles[0]], middles, [2 * values[-1] - middles[-1]]])
            at = np.searchsorted(values, column)
            wide[:, place] = edges[at] + rng.random(len(column)) * (edges[at + 1] - edges[at])
    return wide


def convex_gap(crowd: Crowd, labels: np.ndarray, widest: float = np.inf) -> Gap | None:
    """The gap between groups around middles; None where more than `widest` lie midway, or a group is a handful."""
    if too_small(crowd, labels):
        return None
    return _least(_neighbouring(crowd, labels), _between_middles, crowd.neighbours, widest)


def shaped_gap(crowd: Crowd, labels: np.ndarray, widest: float = np.inf) -> Gap | None:
    """The same between groups that may be long, tilted and of unlike widths: seen where the spread of both is round."""
    if too_small(crowd, labels):
        return None
    groups = [crowd.points[labels == label] for label in np.unique(labels)]
    pairs = [_rounded(one, other) for one, other in combinations(groups, 2)]
    return _least(pairs, _between_widths, crowd.neighbours, widest)


def _least(
    pairs: list[tuple[np.ndarray, np.ndarray]], along: Callable[[np.ndarray, np.ndarray], np.ndarray],
    neighbours: int, widest: float,
) -> Gap | None:  # fmt: skip
    """The gap between the two that are told apart least."""
    between = 0.0
    for one, other in pairs:
        between = max(between, _midway(along(one, other)))
        if between > widest:
            return None
    return Gap(between, min(_lonely(one, other, neighbours) for one, other in pairs))


def any_shape_gap(crowd: Crowd, labels: np.ndarray) -> float:
    """How lonely the border between groups of any shape is; 0 where a group is a handful."""
    if too_small(crowd, labels):
        return 0.0
    most, found = labels.max(), [1.0]
    for one in range(1, most + 1):
        for other in range(one + 1, most + 1):
            found.append(_at_border(crowd, labels == one, labels == other))
    return min(found)


def fitting(crowd: Crowd, labels: np.ndarray, enough: int) -> int:
    """How many more would fit between the two groups where fewest do, no closer than customers are; up to `enough`.

    A thin curve breaks by chance where some are missing; groups have a wide gap, or a long one.
    """
    everyone, pairs = KDTree(crowd.points), combinations([labels == label for label in np.unique(labels)], 2)
    return min((_fitting(crowd, everyone, one, other, enough) for one, other in pairs), default=0)


def _fitting(crowd: Crowd, everyone: KDTree, one: np.ndarray, other: np.ndarray, enough: int) -> int:
    least = max(_closest(crowd.points[one]), _closest(crowd.points[other]))
    ends = _passage(crowd, everyone, one, other)
    if not least or not len(ends[0]):  # all alike; others stand between
        return enough
    ways = ends[1] - ends[0]
    steps = (2 * np.linalg.norm(ways, axis=1) / least).astype(int).clip(max=2 * enough) + 1
    along = np.concatenate([np.arange(1, count) / count for count in steps])[:, None]
    places = np.repeat(ends[0], steps - 1, axis=0) + along * np.repeat(ways, steps - 1, axis=0)
    places = places[everyone.query(places)[0][:, 0] >= least] if len(places) else places
    kept = 0
    while len(places) and kept < enough:
        places, kept = places[((places - places[0]) ** 2).sum(axis=1) >= least**2], kept + 1
    return kept


def _passage(crowd: Crowd, everyone: KDTree, one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Customers who face each other where two groups are nearest, with nobody between them, the nearest first."""
    ours, theirs = crowd.points[one], crowd.points[other]
    apart = cdist(ours, theirs)
    far = np.maximum(apart, np.maximum.outer(crowd.room[one], crowd.room[other]))
    near = np.argwhere(far <= PASSAGE * far.min())
    length = apart[tuple(near.T)]
    between = everyone.query((ours[near[:, 0]] + theirs[near[:, 1]]) / 2)[0][:, 0]
    order = np.argsort(length, kind="stable")
    facing = near[order][between[order] >= length[order] / 2 * (1 - ROUNDING)]
    return ours[facing[:, 0]], theirs[facing[:, 1]]


def _closest(points: np.ndarray) -> float:
    """How near the nearest is to customers who differ."""
    unlike = np.unique(points, axis=0)
    return float(np.median(KDTree(unlike).query(unlike, 2)[0][:, 1])) if len(unlike) > 1 else 0.0


def peakedness(points: np.ndarray, labels: np.ndarray) -> float:
    """The mean kurtosis of groups, each along its longest direction: 3 of bell curves, 1.8 of those spread evenly."""
    return float(np.mean([_kurtosis(_lengthwise(points[labels == label])) for label in np.unique(labels)]))


def _lengthwise(points: np.ndarray) -> np.ndarray:
    """How far everyone is from the middle, in the direction where they reach farthest."""
    apart = points - points.mean(axis=0)
    return apart @ np.linalg.eigh(apart.T @ apart)[1][:, -1]


def _kurtosis(apart: np.ndarray) -> float:
    return float((apart**4).mean() / max((apart**2).mean() ** 2, 1e-12))


def too_small(crowd: Crowd, labels: np.ndarray) -> bool:
    """Whether there is only one group, or one that is no larger than a neighbourhood."""
    sizes = np.bincount(labels)[1:]
    return len(sizes) < 2 or sizes.min() <= crowd.neighbours


def _neighbouring(crowd: Crowd, labels: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """The groups whose middles are nearest, and those whose customers are each other's neighbours."""
    codes = np.unique(labels, return_inverse=True)[1]
    groups = [crowd.points[codes == code] for code in range(codes.max() + 1)]
    middles = np.array([group.mean(axis=0) for group in groups])
    links = np.zeros((len(groups), len(groups)))
    np.add.at(links, (np.repeat(codes, crowd.neighbours), codes[crowd.near].ravel()), 1)
    linked = links + links.T >= crowd.neighbours
    apart = ((middles[:, None] - middles) ** 2).sum(axis=-1) + np.diag(np.full(len(groups), np.inf))
    linked[np.arange(len(groups)), apart.argmin(axis=1)] = True
    pairs = np.argwhere(linked | linked.T).tolist()
    return [(groups[one], groups[other]) for one, other in pairs if one < other]


def _rounded(one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two groups in the room where the sum of their spreads is round."""
    columns = one.shape[1]
    spread = np.atleast_2d(np.cov(one.T) + np.cov(other.T))
    spread = spread + np.eye(columns) * LEAST_SPREAD * np.trace(spread) / columns
    rounding = np.linalg.cholesky(np.linalg.inv(spread))
    return one @ rounding, other @ rounding


def _between_middles(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """How far everyone is on the way from one group's middle (0) to the other's (1)."""
    middle = one.mean(axis=0)
    way = other.mean(axis=0) - middle
    return (np.vstack([one, other]) - middle) @ way / max(way @ way, 1e-12)


def _between_widths(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The same, where halfway is as many standard deviations from either middle."""
    along, first = _between_middles(one, other), np.arange(len(one) + len(other)) < len(one)
    widths = np.array([along[first].std(), along[~first].std()])
    half = widths[0] / max(widths.sum(), 1e-12)
    return np.where(along < half, along / max(2 * half, 1e-12), 1 - (1 - along) / max(2 * (1 - half), 1e-12))


def _midway(along: np.ndarray) -> float:
    """Customers midway between two groups, for one near the middle where fewer are."""
    near = min((np.abs(along) < NEAR).sum(), (np.abs(along - 1) < NEAR).sum())
    between = ((along > MIDWAY[0]) & (along < MIDWAY[1])).sum()
    return float((between + 1) / (near + 1))  # one more, so that a handful proves nothing


def _lonely(one: np.ndarray, other: np.ndarray, neighbours: int) -> float:
    """How lonely the border between two groups is, seen along the way from one to the other and across it."""
    points, own = np.vstack([one, other]), np.arange(len(one) + len(other)) < len(one)
    if points.shape[1] > AXES:
        way = other.mean(axis=0) - one.mean(axis=0)
        way /= max(np.linalg.norm(way), 1e-12)
        across = points - np.outer(points @ way, way)
        across -= across.mean(axis=0)
        directions = np.linalg.eigh(across.T @ across)[1][:, :-AXES:-1]
        points = np.column_stack([points @ way, across @ directions])
    return _at_border(Crowd.of(points, neighbours), own, ~own)


def _at_border(crowd: Crowd, one: np.ndarray, other: np.ndarray) -> float:
    """The chance that a customer at the border has more room around than a member, of the group where it is less."""
    in_one, in_other = one[crowd.near].mean(axis=1), other[crowd.near].mean(axis=1)
    border = crowd.room[(one & (in_other >= AT_BORDER)) | (other & (in_one >= AT_BORDER))]
    if len(border) < A_HANDFUL:
        return 1.0
    return min(_larger(border, crowd.room[one]), _larger(border, crowd.room[other]))


def _larger(these: np.ndarray, those: np.ndarray) -> float:
    """The chance that one of these is larger than one of those; equal counts half."""
    ordered = np.sort(those)
    below = np.searchsorted(ordered, these, "left") + np.searchsorted(ordered, these, "right")
    return float(below.mean() / 2 / len(ordered))

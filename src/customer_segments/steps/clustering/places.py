"""Where segments lie: which one a customer belongs to, and how surely. All of it plain numbers, a row a segment.

Sums run over columns one after another, so that a customer's numbers do not depend on who is asked for along with it.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property

import numpy as np

A_HAIR = 1 + 1e-9  # whoever is as far as the farthest is not outside, whatever the last digit
NOBODY = -1  # the code of customers in no group
DECIMALS = 6  # of a certainty
NEIGHBOURS = 5  # a distance to a crowd is the mean distance to so many of its customers
LOG_2PI = np.log(2 * np.pi)
Look = tuple[np.ndarray, np.ndarray, np.ndarray]  # codes, distances to the own segment, certainties


class Places(ABC):
    """What all have in common; the first of two segments that are as near is taken."""

    keeps_rows = False  # whether they hold customers as they were

    @abstractmethod
    def distances(self, points: np.ndarray) -> np.ndarray:
        """How far each segment (row) is from each customer (column)."""

    def codes(self, points: np.ndarray) -> np.ndarray:
        """Each customer's segment from 0, or NOBODY."""
        return self.distances(points).argmin(axis=0)

    def look(self, points: np.ndarray) -> Look:
        """Each customer's segment, the distance to it, and how sure it is."""
        distances = self.distances(points)
        codes = distances.argmin(axis=0)
        own = own_distance(distances, codes)
        return codes, own, nearness(distances, codes, own)


@dataclass(frozen=True, eq=False)
class Middles(Places):
    """Each customer belongs to the nearest middle."""

    centres: np.ndarray

    def distances(self, points: np.ndarray) -> np.ndarray:
        return np.sqrt(squared(points, self.centres))


@dataclass(frozen=True, eq=False)
class WeightedMiddles(Places):
    """The same, where columns weigh unlike: `centres` lie in the weighted room."""

    centres: np.ndarray
    weights: np.ndarray

    def distances(self, points: np.ndarray) -> np.ndarray:
        return np.sqrt(squared(points * self.weights, self.centres))


@dataclass(frozen=True, eq=False)
class Prototypes(Places):
    """Numbers have a mean, each question a most frequent answer; another answer adds a weight to the square."""

    means: np.ndarray
    modes: np.ndarray
    numbers: list[int]  # places of the numbers among the features
    questions: list[list[int]]  # places of each question's answers
    halfway: np.ndarray  # a feature above it says that the answer was given
    weight: float

    def distances(self, points: np.ndarray) -> np.ndarray:
        return np.sqrt(self.squared(points[:, self.numbers], answers_given(points, self.questions, self.halfway)))

    def squared(self, numbers: np.ndarray, answers: np.ndarray) -> np.ndarray:
        """Squared distances of customers in two parts."""
        total = squared(numbers, self.means)
        for given, typical in zip(answers.T, self.modes.T, strict=True):
            total += self.weight * (given != typical[:, None])
        return total


@dataclass(frozen=True, eq=False)
class Curves(Places):
    """Each customer belongs to the bell curve that most probably brought it forth.

    A curve may be flat: it then has no width in the directions of `flat`, and nobody farther off than `support`.
    """

    means: np.ndarray
    weights: np.ndarray
    whitening: np.ndarray  # for each curve the directions as columns, of a length that makes its widths 1
    flat: np.ndarray  # the directions without width, or nothing where no curve is flat
    support: np.ndarray
    constants: np.ndarray  # rank and determinant, as they stand in the logarithm of the density

    def distances(self, points: np.ndarray) -> np.ndarray:
        """How many standard deviations a customer lies from each middle, in that segment's own shape."""
        return self._deviations(self._densities(points))

    def codes(self, points: np.ndarray) -> np.ndarray:
        return self._joint(self._densities(points)).argmax(axis=0)

    def look(self, points: np.ndarray) -> Look:
        """The certainty is the probability that a customer belongs to the own segment and to no other."""
        densities = self._densities(points)
        joint = self._joint(densities)
        codes, top = joint.argmax(axis=0), joint.max(axis=0)
        own = own_distance(self._deviations(densities), codes)
        with np.errstate(invalid="ignore"):  # no curve reaches a customer, whose certainty is then 0
            sure = 1 / sum(np.exp(row - top) for row in joint)
        return codes, own, np.where(sure > 0, sure, 0.0).round(DECIMALS)

    def _joint(self, densities: np.ndarray) -> np.ndarray:
        return densities + np.log(np.maximum(self.weights, np.finfo(float).tiny))[:, None]

    def _deviations(self, densities: np.ndarray) -> np.ndarray:
        return np.sqrt(np.maximum(2 * (-0.5 * self.constants[:, None] - densities), 0))

    def _densities(self, points: np.ndarray) -> np.ndarray:
        apart = points.T - self.means[:, :, None]
        densities = -0.5 * (self.constants[:, None] + _squares(apart, self.whitening))
        if self.flat.size:
            beyond = ~(np.sqrt(_squares(apart, self.flat)) < self.support[:, None])
            densities[beyond & self.flat.any(axis=(1, 2))[:, None]] = -np.inf
        return densities


@dataclass(frozen=True, eq=False)
class Crowds(Places):
    """Each customer belongs where the nearest of those who were fitted does, unless that one is too far."""

    anchors: np.ndarray
    members: np.ndarray  # the code of each anchor, or NOBODY
    within: np.ndarray  # how far each crowd reaches
    keeps_rows = True

    def distances(self, points: np.ndarray) -> np.ndarray:
        """The mean distance to the nearest few of each crowd."""
        return _means(self._nearest_of_each(points, NEIGHBOURS))

    def codes(self, points: np.ndarray) -> np.ndarray:
        return self._codes(points, self._nearest_of_each(points, 1))

    def look(self, points: np.ndarray) -> Look:
        near = self._nearest_of_each(points, NEIGHBOURS)
        codes, distances = self._codes(points, near), _means(near)
        own = own_distance(distances, codes)
        return codes, own, nearness(distances, codes, own)

    def nearest(self, anchors: np.ndarray, points: np.ndarray, few: int) -> np.ndarray:
        """Ascending distances (rows) to the nearest few anchors."""
        apart = _squared_by_fours(points, anchors)
        some = np.partition(apart, few - 1, axis=1)[:, :few] if few < len(anchors) else apart
        return np.sqrt(np.sort(some, axis=1).T)

    @cached_property
    def _crowds(self) -> list[np.ndarray]:
        return [np.asfortranarray(self.anchors[self.members == code]) for code in range(len(self.within))]

    @cached_property
    def _loners(self) -> np.ndarray:
        return np.asfortranarray(self.anchors[self.members == NOBODY])

    def _nearest_of_each(self, points: np.ndarray, few: int) -> list[np.ndarray]:
        return [self.nearest(crowd, points, min(few, len(crowd))) for crowd in self._crowds]

    def _codes(self, points: np.ndarray, near: list[np.ndarray]) -> np.ndarray:
        first = np.array([distances[0] for distances in near])
        codes = first.argmin(axis=0)
        far = first.min(axis=0)
        stays = far <= self.within[codes]
        if len(self._loners):
            stays &= far <= self.nearest(self._loners, points, 1)[0]
        return np.where(stays, codes, NOBODY)


KINDS: dict[str, type[Places]] = {
    "middles": Middles,
    "weighted_middles": WeightedMiddles,
    "prototypes": Prototypes,
    "curves": Curves,
    "crowds": Crowds,
}


def group_means(points: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """The mean of each group; zeros for a group without members."""
    sizes = np.bincount(codes)
    sums = np.column_stack([np.bincount(codes, weights=column) for column in points.T])
    return sums / np.maximum(sizes, 1)[:, None]


def squared(points: np.ndarray, middles: np.ndarray) -> np.ndarray:
    """Squared distances of each middle (row) from each point (column)."""
    total = np.zeros((len(middles), len(points)))
    for values, places in zip(points.T, middles.T[:, :, None], strict=True):
        apart = values - places
        apart *= apart
        total += apart
    return total


def answers_given(points: np.ndarray, questions: list[list[int]], halfway: np.ndarray) -> np.ndarray:
    """For every question the number of the answer given (0 = another)."""
    answers = np.zeros((len(points), len(questions)), dtype=np.int64)
    for question, places in enumerate(questions):
        given = points[:, places] > halfway[places]
        answers[:, question] = np.where(given.any(axis=1), given.argmax(axis=1) + 1, 0)
    return answers


def own_distance(distances: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Each customer's distance to the own segment; of the unassigned to the nearest."""
    return np.where(codes != NOBODY, distances[codes, np.arange(len(codes))], distances.min(axis=0))


def nearness(distances: np.ndarray, codes: np.ndarray, own: np.ndarray) -> np.ndarray:
    """How sure a segment is: 0 on the border to the next, 1 where the next is far; 0 for the unassigned."""
    others = distances.copy()
    others[codes, np.arange(len(codes))] = np.inf
    following = others.min(axis=0)
    sure = 1 - np.divide(own, following, out=np.ones(len(own)), where=following > 0)
    return np.where((codes != NOBODY) & (sure > 0), sure, 0.0).round(DECIMALS)


def outside(codes: np.ndarray, own: np.ndarray, reach: np.ndarray) -> np.ndarray:
    """Whether a customer is farther from the own segment than any that was fitted; `reach` begins with nobody's."""
    return ~(own <= reach[codes + 1] * A_HAIR)  # also where no distance can be told


def _squared_by_fours(points: np.ndarray, anchors: np.ndarray) -> np.ndarray:
    """Squared distances of each point (row) from each anchor, added up in the order in which SciPy's trees do."""
    fours = points.shape[1] // 4 * 4
    squares = ((points[:, [place]] - anchors[:, place]) ** 2 for place in range(points.shape[1]))
    quarters = [0.0] * 4
    for place in range(fours):
        quarters[place % 4] = quarters[place % 4] + next(squares)
    return sum(squares, quarters[0] + quarters[1] + quarters[2] + quarters[3])


def _squares(apart: np.ndarray, directions: np.ndarray) -> np.ndarray:
    """The sum of squares of each curve's (first axis) differences along its directions."""
    along = np.zeros(apart.shape)
    for values, weights in zip(apart.transpose(1, 0, 2), directions.transpose(1, 0, 2), strict=True):
        along += weights[:, :, None] * values[:, None]
    return sum((along * along).transpose(1, 0, 2))


def _means(near: list[np.ndarray]) -> np.ndarray:
    return np.array([sum(distances) / len(distances) for distances in near])

"""Customers of whom the truth is known: without groups, in many ways, and in groups that were planted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import pdist
from scipy.stats import truncnorm

COUNT = 300
FEATURES = (2, 3, 5)  # at random
GROUPS = range(2, 9)  # at random
CLOSEST_OF_A_GROUP = 60  # customers, on average
Points = np.ndarray
Truth = np.ndarray | None  # the group of each; none where there are no groups
Draw = Callable[[np.random.Generator], tuple[Points, Truth]]


@dataclass(frozen=True)
class Kind:
    """One way to make customers; those held back are not looked at while methods are made."""

    draw: Draw
    held_back: bool = False
    as_they_are: bool = False  # columns in their own scale, not each in its standard deviations


# ── without groups ──────────────────────────────────────────────────────────────────────────────────────────────────


def without(make: Callable[[np.random.Generator, int, int], Points], count: int = COUNT, features: int = 0) -> Draw:
    """Customers who are made by `make(rng, count, features)`."""

    def structureless(rng: np.random.Generator) -> tuple[Points, Truth]:
        return make(rng, count, features or int(rng.choice(FEATURES))).astype(float), None

    return structureless


def skewed(rng: np.random.Generator, count: int, features: int) -> Points:
    mixing = np.eye(features) + 0.5 * rng.standard_normal((features, features))
    return np.exp(0.8 * rng.standard_normal((count, features)) @ (mixing / np.linalg.norm(mixing, axis=0)))


def one_factor(rng: np.random.Generator, count: int, features: int) -> Points:
    loading = rng.uniform(0.6, 1.0, (1, features))
    return rng.standard_normal((count, 1)) * loading + 0.4 * rng.standard_normal((count, features))


def likert(rng: np.random.Generator, count: int, features: int) -> Points:
    """Answers from 1 to 5 that follow one attitude."""
    return np.clip(np.rint(3 + 1.2 * one_factor(rng, count, features)), 1, 5)


def repeated(rng: np.random.Generator, count: int, features: int) -> Points:
    """A third as many customers, each of them three times."""
    return np.repeat(rng.standard_normal((count // 3, features)), 3, axis=0)


def ring(rng: np.random.Generator, count: int, features: int) -> Points:
    around = rng.standard_normal((count, features))
    return around / np.linalg.norm(around, axis=1, keepdims=True) + 0.05 * rng.standard_normal((count, features))


def ball(rng: np.random.Generator, count: int, features: int) -> Points:
    around = rng.standard_normal((count, features))
    return around / np.linalg.norm(around, axis=1, keepdims=True) * rng.random((count, 1)) ** (1 / features)


def banana(rng: np.random.Generator, count: int, features: int) -> Points:
    table = rng.standard_normal((count, features))
    table[:, 1] += table[:, 0] ** 2
    return table


def fan(rng: np.random.Generator, count: int, features: int) -> Points:
    """Spread that grows with the first column."""
    size = rng.random((count, 1))
    return np.hstack([size, size * rng.standard_normal((count, features - 1))])


def curve(place: Callable[[np.ndarray], list[np.ndarray]]) -> Callable[[np.random.Generator, int, int], Points]:
    """Evenly along a thin curve, of which a place from 0 to 1 is told."""

    def along(rng: np.random.Generator, count: int, _: int) -> Points:
        fine = np.column_stack(place(np.linspace(0, 1, 4000)))
        way = np.append(0, np.linalg.norm(np.diff(fine, axis=0), axis=1).cumsum())
        at = rng.random(count) * way[-1]
        points = np.column_stack([np.interp(at, way, column) for column in fine.T])
        return points + 0.08 * np.sqrt(points.var(axis=0).sum()) * rng.standard_normal(points.shape)

    return along


def swiss_roll(rng: np.random.Generator, count: int, _: int) -> Points:
    turn = 1.5 * np.pi * (1 + 2 * rng.random(count))
    roll = np.column_stack([turn * np.cos(turn), 21 * rng.random(count), turn * np.sin(turn)])
    return roll + rng.standard_normal((count, 3))


TURN = 2 * np.pi


def triangle(place: np.ndarray) -> list[np.ndarray]:
    return [np.interp(3 * place, range(4), corners) for corners in ([0, 1, 0.5, 0], [0, 0, 0.9, 0])]


def trefoil(place: np.ndarray) -> list[np.ndarray]:
    turn = TURN * place
    return [np.sin(turn) + 2 * np.sin(2 * turn), np.cos(turn) - 2 * np.cos(2 * turn), -np.sin(3 * turn)]


def buyers(rng: np.random.Generator, count: int, features: int) -> Points:
    """Recency, frequency and spend of one population whose rates differ smoothly."""
    tenure, rate = rng.uniform(30, 730, count), rng.gamma(1.2, 1 / 60, count)
    orders = 1 + rng.poisson(rate * tenure)
    recency = tenure * rng.beta(1, orders)
    spend = orders * rng.gamma(6, 8, count)
    return np.column_stack([recency, np.log1p(orders), np.log1p(spend)])


def mixed(rng: np.random.Generator, count: int, features: int) -> Points:
    """A column of few values beside continuous ones."""
    return np.column_stack([rng.integers(0, 3, count), rng.standard_normal((count, features - 1))])


def levels(*values: int) -> Callable[[np.random.Generator, int, int], Points]:
    """Columns of so many values each, none linked with another."""
    return lambda rng, count, _: np.column_stack([rng.integers(0, each, count) for each in values])


STRUCTURELESS = {
    "evenly spread": Kind(without(lambda rng, n, d: rng.random((n, d)))),
    "one cloud": Kind(without(lambda rng, n, d: rng.standard_normal((n, d)))),
    "one cloud of 150": Kind(without(lambda rng, n, d: rng.standard_normal((n, d)), count=150)),
    "one cloud of 20,000": Kind(without(lambda rng, n, d: rng.standard_normal((n, d)), count=20_000, features=3)),
    "one cloud in 50 columns": Kind(without(lambda rng, n, d: rng.standard_normal((n, d)), features=50)),
    "skewed and linked": Kind(without(skewed)),
    "one factor": Kind(without(one_factor)),
    "4 by 3 values": Kind(without(levels(4, 3))),
    "3 by 3 values": Kind(without(levels(3, 3))),
    "flags": Kind(without(levels(2, 2, 2, 2, 2))),
    "counts of 1 to 6 in three columns": Kind(without(levels(6, 6, 6)), held_back=True),
    "few values beside a cloud": Kind(without(mixed)),
    "answers, one attitude": Kind(without(likert, features=8)),
    "answers, unlinked": Kind(without(levels(5, 5, 5, 5, 5, 5)), held_back=True),
    "many zeros": Kind(without(lambda rng, n, d: rng.exponential(1, (n, d)) * (rng.random((n, d)) < 0.4))),
    "counts with many zeros": Kind(without(lambda rng, n, d: rng.negative_binomial(0.5, 0.2, (n, d))), held_back=True),
    "heavy tails": Kind(without(lambda rng, n, d: rng.standard_t(2, (n, d)))),
    "very heavy tails": Kind(without(lambda rng, n, d: rng.standard_t(1, (n, d)).clip(-50, 50)), held_back=True),
    "long right tails": Kind(without(lambda rng, n, d: rng.lognormal(0, 1.5, (n, d)))),
    "a few have most": Kind(without(lambda rng, n, d: rng.pareto(1.5, (n, d))), held_back=True),
    "everyone three times": Kind(without(repeated)),
    "a ring": Kind(without(ring, features=2)),
    "a ball": Kind(without(ball), held_back=True),
    "a banana": Kind(without(banana)),
    "a fan": Kind(without(fan), held_back=True),
    "parts of a whole": Kind(without(lambda rng, n, d: rng.dirichlet(np.full(d + 1, 1.5), n)[:, :d])),
    "sums rounded to tens": Kind(without(lambda rng, n, d: np.round(rng.gamma(3, 20, (n, d)), -1))),
    "ages in years": Kind(without(lambda rng, n, d: rng.integers(18, 80, (n, d))), held_back=True),
    "lopsided": Kind(without(lambda rng, n, d: rng.beta(2, 5, (n, d)))),
    "buyers of one kind": Kind(without(buyers, features=3)),
    "a triangle's outline": Kind(without(curve(triangle))),
    "a helix": Kind(without(curve(lambda t: [np.cos(2 * TURN * t), np.sin(2 * TURN * t), np.pi * t]))),
    "a spiral": Kind(without(curve(lambda t: [(1 + 8 * t) * np.cos(1 + 8 * t), (1 + 8 * t) * np.sin(1 + 8 * t)]))),
    "a crescent": Kind(without(curve(lambda t: [np.cos(np.pi * t), np.sin(np.pi * t)]))),
    "an S": Kind(without(curve(lambda t: [2 * t - 1, np.sin(np.pi * (2 * t - 1))])), held_back=True),
    "a figure of eight": Kind(without(curve(lambda t: [np.sin(TURN * t), np.sin(2 * TURN * t)])), held_back=True),
    "a trefoil knot": Kind(without(curve(trefoil)), held_back=True),
    "a swiss roll": Kind(without(swiss_roll), held_back=True),
}


# ── in groups ───────────────────────────────────────────────────────────────────────────────────────────────────────


def round_groups(
    apart: float, groups: int = 0, features: int = 0, noise: int = 0, shares: tuple[float, ...] = (), count: int = COUNT
) -> Draw:
    """Round groups of unlike size (1 to 2) whose middles lie at least `apart` of their standard deviations apart."""

    def planted(rng: np.random.Generator) -> tuple[Points, Truth]:
        k = groups or int(rng.choice(GROUPS))
        wide = features or int(rng.choice(FEATURES))
        sizes = np.array(shares) if shares else rng.uniform(1, 2, k)
        truth = rng.choice(k, max(count, CLOSEST_OF_A_GROUP * k), p=sizes / sizes.sum())
        points = _middles(rng, k, wide, apart)[truth] + rng.standard_normal((len(truth), wide))
        return np.hstack([points, rng.standard_normal((len(truth), noise))]), truth

    return planted


def _middles(rng: np.random.Generator, groups: int, features: int, apart: float) -> Points:
    """Places at random that lie far enough from one another, in as little room as will do."""
    reach = apart
    while True:
        middles = rng.uniform(-reach, reach, (groups, features))
        if pdist(middles).min() >= apart:
            return middles
        reach *= 1.01


def moons(rng: np.random.Generator) -> tuple[Points, Truth]:
    truth, turn = rng.integers(0, 2, COUNT), rng.uniform(0, np.pi, COUNT)
    upper = np.column_stack([np.cos(turn), np.sin(turn)])
    points = np.where(truth[:, None] == 0, upper, [1, 0.5] - upper)
    return points + 0.06 * rng.standard_normal((COUNT, 2)), truth


def circles(rng: np.random.Generator) -> tuple[Points, Truth]:
    truth, turn = rng.integers(0, 2, COUNT), rng.uniform(0, 2 * np.pi, COUNT)
    points = np.column_stack([np.cos(turn), np.sin(turn)]) * np.where(truth == 0, 1, 0.4)[:, None]
    return points + 0.05 * rng.standard_normal((COUNT, 2)), truth


def elongated(rng: np.random.Generator) -> tuple[Points, Truth]:
    """Two to four long groups side by side."""
    k = int(rng.integers(2, 5))
    truth = rng.integers(0, k, COUNT)
    long = np.column_stack([5 * rng.standard_normal(COUNT), 7 * truth + rng.standard_normal(COUNT)])
    angle = rng.uniform(0, np.pi)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return long @ turn.T, truth


def milligan(rng: np.random.Generator) -> tuple[Points, Truth]:
    """50 in 2 to 5 groups in 4 to 8 columns: cut-off normals that do not overlap in the first (Milligan 1985)."""
    k, features = int(rng.integers(2, 6)), int(rng.choice([4, 6, 8]))
    largest = rng.choice([None, 0.1, 0.6])
    shares = np.full(k, 1 / k) if largest is None else np.array([largest, *[(1 - largest) / (k - 1)] * (k - 1)])
    truth = np.repeat(np.arange(k), np.maximum(2, np.rint(50 * shares)).astype(int))
    lengths = rng.uniform(10, 40, (k, features))
    middles = np.empty((k, features))
    gaps = rng.uniform(0.25, 0.75, k - 1) * (lengths[:-1, 0] + lengths[1:, 0]) / 3
    middles[:, 0] = np.cumsum([0, *((lengths[:-1, 0] + lengths[1:, 0]) / 2 + gaps)])
    room = np.ptp(middles[:, 0]) + (lengths[0, 0] + lengths[-1, 0]) / 2
    rest = lengths[:, 1:]
    middles[:, 1:] = rest / 2 + rng.random(rest.shape) * (room * 2 / 3 - rest).clip(0)
    spread = truncnorm.rvs(-1.5, 1.5, size=(len(truth), features), random_state=rng)
    return middles[truth] + spread * lengths[truth] / 3, truth


PLANTED = {
    "groups 6 sd apart": Kind(round_groups(6)),
    "groups 5 sd apart": Kind(round_groups(5)),
    "groups 4 sd apart": Kind(round_groups(4)),
    "2 groups in 2 columns, 6 sd": Kind(round_groups(6, groups=2, features=2)),
    "49, 49 and 2%, 10 sd": Kind(round_groups(10, groups=3, shares=(49, 49, 2), count=1000)),
    "3 groups, 8 more columns of noise, 6 sd": Kind(round_groups(6, groups=3, features=2, noise=8)),
    "moons": Kind(moons),
    "circles": Kind(circles),
    "long groups side by side": Kind(elongated),
    "Milligan and Cooper's design": Kind(milligan, as_they_are=True),
}
KINDS = STRUCTURELESS | PLANTED

"""Mixtures of Gaussians: groups that may be long, tilted and of unlike widths, as many as the BIC says."""

from typing import Literal, NamedTuple

import numpy as np

from customer_segments.steps.clustering.places import LOG_2PI
from customer_segments.steps.clustering.quick import first_codes, quick_codes

Shape = Literal["own", "shared", "straight"]  # of each group; of all groups; along the columns
SHAPES: tuple[Shape, ...] = Shape.__args__
LEAST_WIDTH = 1e-3  # added to every variance, so that no curve shrinks to a column that is the same for all its members
MOST, CUSTOMERS_A_GROUP = 8, 5
STARTS, STARTS_AGAIN = 1, 4  # besides those of k-means
DECIMALS = 6
MOST_STEPS, STEP = 60, 1e-4  # of log-likelihood for each customer
AS_LIKELY = 0.02  # the same


class Mixture(NamedTuple):
    """Bell curves, and the logarithm of the likelihood of the points they were fitted to."""

    weights: np.ndarray
    means: np.ndarray
    covariances: np.ndarray
    likelihood: float

    def codes(self, points: np.ndarray) -> np.ndarray:
        """The group of each, from 0."""
        return _densities(points, *self[:3]).argmax(axis=1)


def best_mixture(points: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, Shape]:
    """Each point's group (from 1) and the shape, by the mixture of up to eight groups that has the smallest BIC."""
    found: list[tuple[float, Mixture, Shape]] = []
    for count in range(1, min(MOST, len(points) // CUSTOMERS_A_GROUP) + 1):
        first = _starts(points, count, STARTS, rng)
        for shape in SHAPES:
            best = _likeliest(points, first, count, shape)
            penalty = np.log(len(points)) * _parameters(count, points.shape[1], shape)
            found.append((penalty - 2 * best.likelihood, best, shape))
    _, mixture, shape = min(found, key=lambda each: each[0])
    return np.unique(mixture.codes(points), return_inverse=True)[1] + 1, shape


def likeliest_mixture(points: np.ndarray, count: int, starts: int, rng: np.random.Generator) -> Mixture:
    """The best fit of some starts, each group of a shape of its own."""
    return _likeliest(points, _starts(points, count, starts, rng), count, "own")


def as_likely_mixtures(points: np.ndarray, codes: np.ndarray, shape: Shape, rng: np.random.Generator) -> list[Mixture]:
    """The fits from these groups and from places at random that are about as likely as the best of them."""
    count = int(codes.max()) + 1
    fits = [fitted(points, each, count, shape) for each in (codes, *_starts(points, count, STARTS_AGAIN, rng))]
    enough = max(fit.likelihood for fit in fits) - AS_LIKELY * len(points)
    return [fit for fit in fits if fit.likelihood >= enough]


def fitted(points: np.ndarray, codes: np.ndarray, count: int, shape: Shape) -> Mixture:
    """Where expectation and maximisation come to rest, from these groups."""
    belongs, before = np.eye(count)[codes], -np.inf
    for _ in range(MOST_STEPS):
        curves = _curves(points, belongs, shape)
        joint = _densities(points, *curves)
        top = joint.max(axis=1, keepdims=True)
        likely = np.exp(joint - top)
        whole = likely.sum(axis=1, keepdims=True)
        belongs, likelihood = likely / whole, float((top + np.log(whole)).sum())
        if likelihood - before < STEP * len(points):
            break
        before = likelihood
    return Mixture(*curves, likelihood)


def _likeliest(points: np.ndarray, first: list[np.ndarray], count: int, shape: Shape) -> Mixture:
    fits = [fitted(points, codes, count, shape) for codes in first]
    return max(fits, key=lambda fit: round(fit.likelihood, DECIMALS))


def _starts(points: np.ndarray, count: int, starts: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Groups to begin with: those of k-means, and so many times the nearest to places at random."""
    if count == 1:
        return [np.zeros(len(points), dtype=int)]
    return [quick_codes(points, points, [count], 2, rng)[:, 0], *first_codes(points, count, starts, rng).T]


def _curves(points: np.ndarray, belongs: np.ndarray, shape: Shape) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weights, means and covariances of groups to which points belong in parts."""
    sizes = belongs.sum(axis=0) + 1e-9
    means = belongs.T @ points / sizes[:, None]
    spread = points.T @ (belongs.T[:, :, None] * points) / sizes[:, None, None] - means[:, :, None] * means[:, None]
    if shape == "shared":
        spread = np.repeat(np.average(spread, axis=0, weights=sizes)[None], len(sizes), axis=0)
    if shape == "straight":
        spread = spread * np.eye(points.shape[1])
    return sizes / sizes.sum(), means, spread + LEAST_WIDTH * np.eye(points.shape[1])


def _densities(points: np.ndarray, weights: np.ndarray, means: np.ndarray, covariances: np.ndarray) -> np.ndarray:
    """The logarithm of each group's part (columns) of the density at each point."""
    rounding = np.linalg.inv(np.linalg.cholesky(covariances))
    apart = rounding @ (points - means[:, None]).transpose(0, 2, 1)
    heights = np.log(np.diagonal(rounding, axis1=1, axis2=2)).sum(axis=1) + np.log(weights)
    return heights - 0.5 * ((apart**2).sum(axis=1).T + points.shape[1] * LOG_2PI)


def _parameters(count: int, columns: int, shape: Shape) -> int:
    each = columns if shape == "straight" else columns * (columns + 1) // 2
    return count - 1 + count * columns + (1 if shape == "shared" else count) * each

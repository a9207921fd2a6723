"""Data without segments: what the customers would look like if every group among them were taken away."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from scipy import stats

from customer_segments.base import registry
from customer_segments.steps.clustering.gaps import FEW_VALUES

KNOTS = 41  # points of a column's quantile curve
FEWEST_VALUES = 3  # a column with fewer different values has no humps to smooth

KINDS = (
    "shuffled",  # columns shuffled, so that no link between them is left
    "cloud",  # the same columns and correlations, but no groups
    "smooth",  # the same, and each column with one hump
)


@dataclass(frozen=True)
class References:
    """Draws tables like `features`, whose rows hold no groups.

    The answers of one question (one-hot columns `question=answer`) stay together as one column of codes. A cloud is a
    Gaussian copula: normal scores with the columns' correlations, mapped back to the columns' own distributions.
    """

    names: list[str]
    columns: list[np.ndarray]  # sorted values, or the sorted codes of a question
    smooth: list[np.ndarray | None]  # quantile curves with a single hump; none for questions
    answers: list[np.ndarray | None]  # the one-hot rows that a question's codes stand for
    order: list[int]
    root: np.ndarray

    @classmethod
    def of(cls, features: pd.DataFrame) -> Self:
        """Learn the columns' distributions and correlations."""
        blocks = [features.columns.get_indexer(names).tolist() for names in questions(features.columns).values()]
        coded, answers = zip(*(_coded(features.iloc[:, block].to_numpy()) for block in blocks), strict=True)
        scores = np.column_stack([_normal_scores(column) for column in coded])
        with np.errstate(invalid="ignore"):  # a constant column has no correlations
            correlations = np.atleast_2d(np.corrcoef(scores, rowvar=False))
        return cls(
            names=list(features.columns),
            columns=[np.sort(column) for column in coded],
            smooth=[single_hump(c) if a is None else None for c, a in zip(coded, answers, strict=True)],
            answers=list(answers),
            order=np.argsort(np.concatenate(blocks)).tolist(),
            root=_root(correlations),
        )

    def draw(self, kind: str, rng: np.random.Generator) -> pd.DataFrame:
        """One table of the given kind, with as many rows as the features have."""
        count = len(self.columns[0])
        if kind == "shuffled":
            drawn = [rng.permutation(column) for column in self.columns]
        else:
            ranks = stats.norm.cdf(rng.standard_normal((count, len(self.columns))) @ self.root.T).T
            curves = self.smooth if kind == "smooth" else [None] * len(self.columns)
            drawn = [_at(rank, *pair) for rank, *pair in zip(ranks, self.columns, curves, strict=True)]
        parts = [d[:, None] if a is None else a[d.astype(int)] for d, a in zip(drawn, self.answers, strict=True)]
        return pd.DataFrame(np.hstack(parts)[:, self.order], columns=self.names)


def _at(ranks: np.ndarray, column: np.ndarray, curve: np.ndarray | None) -> np.ndarray:
    """The values of a column at these ranks (0 to 1): its own, or those of its smoothed curve, the nearest of few."""
    if curve is None:
        return column[np.minimum((ranks * len(column)).astype(int), len(column) - 1)]
    drawn = np.interp(ranks, np.linspace(0, 1, len(curve)), curve)
    values = np.unique(column)
    if len(values) > FEW_VALUES:
        return drawn
    return values[np.searchsorted((values[1:] + values[:-1]) / 2, drawn)]


def single_hump(values: np.ndarray) -> np.ndarray | None:
    """The quantile curve nearest to the column's own whose density rises to one peak and falls from there.

    Density is the inverse of the steps between quantiles, so these have to shrink to one place and grow from there.
    """
    from sklearn.isotonic import isotonic_regression

    if len(np.unique(values)) < FEWEST_VALUES:
        return None
    quantiles = np.quantile(values, np.linspace(0, 1, KNOTS))
    steps = np.diff(quantiles)
    fits = [
        np.concatenate([isotonic_regression(steps[:peak], increasing=False), isotonic_regression(steps[peak:])])
        for peak in range(1, len(steps))
    ]
    nearest = min(fits, key=lambda fit: round(float(np.sum((fit - steps) ** 2)), 12))
    return quantiles[0] + np.concatenate([[0.0], np.cumsum(nearest)])


def questions(names: pd.Index) -> dict[str, list[str]]:
    """The model's columns by the column of the business that they come from."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(registry.split(str(name))[0], []).append(name)
    return found


def _coded(block: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
    """A question's answers as codes with the rows they stand for; a number as it is."""
    if block.shape[1] == 1:
        return block[:, 0], None
    answers, codes = np.unique(block, axis=0, return_inverse=True)
    return codes.ravel().astype(float), answers


def _normal_scores(column: np.ndarray) -> np.ndarray:
    return stats.norm.ppf((stats.rankdata(column) - 0.5) / len(column))


def _root(correlations: np.ndarray) -> np.ndarray:
    """A matrix whose product with its transpose gives the correlations."""
    values, vectors = np.linalg.eigh(np.nan_to_num(correlations))
    return vectors * np.sqrt(np.clip(values, 0, None))


def moved(points: np.ndarray, near: np.ndarray, far: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Customers drawn anew, each moved so far along the ways to its nearest; and who they were.

    They stay as thin as the customers are: along a curve there is more room than beside it.
    """
    rows = rng.integers(0, len(points), len(points))
    ways = points[near[rows]] - points[rows][:, None]
    weights = rng.standard_normal(ways.shape[:2]) / np.sqrt(ways.shape[1])
    return points[rows] + far * np.einsum("ij,ijk->ik", weights, ways), rows

"""Segments of mixed features: numbers have a mean, answers a most frequent one (k-prototypes, Huang 1998)."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from customer_segments.base import registry
from customer_segments.steps.clustering.numbered import DECIMALS, NumberedSegmenter, refuse_too_few, sample_rows
from customer_segments.steps.clustering.places import Prototypes, answers_given, group_means

STEPS = 100


class Mixed(NamedTuple):
    """Customers in two parts: numbers, and for every question the number of the answer given (0 = another)."""

    numbers: np.ndarray
    answers: np.ndarray


class PrototypeSegmenter(NumberedSegmenter):
    """K-prototypes: squared distances of the numbers, plus `category_weight` for each question answered otherwise.

    The weight is half the mean standard deviation of the numbers unless set.
    """

    def __init__(self, k: int = 5, n_init: int = 10, category_weight: float | None = None, seed: int = 0) -> None:
        self.k = k
        self.n_init = n_init
        self.category_weight = category_weight
        self.seed = seed

    def learn(self, points: np.ndarray, names: Sequence[str] = ()) -> None:
        refuse_too_few(points, self.k)
        # A feature called `question=answer` is 1 (or the larger of two numbers) where the answer was given.
        parts = map(registry.split, names)
        asked = ["" if answer is None else question for question, answer in parts] or [""] * points.shape[1]
        self.questions_ = [
            [place for place, question in enumerate(asked) if question == wanted]
            for wanted in dict.fromkeys(question for question in asked if question)
        ]
        self.numbers_ = [place for place, question in enumerate(asked) if not question]
        self.halfway_ = (points.min(axis=0) + points.max(axis=0)) / 2
        sample = points[sample_rows(len(points), self.seed)]
        mixed = Mixed(sample[:, self.numbers_], answers_given(sample, self.questions_, self.halfway_))
        spread = mixed.numbers.std(axis=0).mean() if self.numbers_ else 1.0
        self.category_weight_ = self.category_weight or round(float(spread) / 2, DECIMALS)
        rng = np.random.default_rng(self.seed)
        runs = [self._one_run(mixed, rng) for _ in range(self.n_init)]
        self.means_, self.modes_ = min(runs, key=lambda run: round(run[0], DECIMALS))[1]

    def _keep(self, order: np.ndarray) -> None:
        self.means_, self.modes_ = self.means_[order], self.modes_[order]

    def places(self) -> Prototypes:
        return self._around(Mixed(self.means_, self.modes_))

    def _around(self, prototypes: Mixed) -> Prototypes:
        return Prototypes(*prototypes, self.numbers_, self.questions_, self.halfway_, self.category_weight_)

    def _one_run(self, customers: Mixed, rng: np.random.Generator) -> tuple[float, Mixed]:
        """From one start to where nobody changes segment any more: the cost, and the prototypes."""
        prototypes = self._start(customers, rng)
        codes = np.full(len(customers.answers), -1)
        for _ in range(STEPS):
            squared = self._around(prototypes).squared(*customers)
            before, codes = codes, squared.argmin(axis=0)
            if (codes == before).all():
                break
            prototypes = self._moved(customers, codes, prototypes)
        return float(squared.min(axis=0).sum()), Mixed(prototypes.numbers.round(DECIMALS), prototypes.answers)

    def _start(self, customers: Mixed, rng: np.random.Generator) -> Mixed:
        """Customers drawn one after another, those far from all drawn before with more chance (k-means++)."""
        count = len(customers.answers)
        drawn = [int(rng.integers(count))]
        nearest = np.full(count, np.inf)
        while len(drawn) < self.k:
            last = Mixed(*(part[drawn[-1:]] for part in customers))
            nearest = np.minimum(nearest, self._around(last).squared(*customers)[0])
            drawn.append(int(rng.choice(count, p=nearest / nearest.sum())))
        return Mixed(*(part[drawn] for part in customers))

    def _moved(self, customers: Mixed, codes: np.ndarray, prototypes: Mixed) -> Mixed:
        """Means and most frequent answers of every segment; one that nobody belongs to stays where it was."""
        numbers, answers = prototypes.numbers.copy(), prototypes.answers.copy()
        found = np.flatnonzero(np.bincount(codes, minlength=self.k))
        if self.numbers_:
            numbers[found] = group_means(customers.numbers, codes)[found]
        for question, places in enumerate(self.questions_):
            possible = len(places) + 1
            counts = np.bincount(codes * possible + customers.answers[:, question], minlength=self.k * possible)
            answers[found, question] = counts.reshape(self.k, possible).argmax(axis=1)[found]
        return Mixed(numbers, answers)

"""Do the segments predict? Made from what was known before a cut-off, held against what customers did after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import fdtrc
from sklearn.ensemble import HistGradientBoostingRegressor

from customer_segments.base.errors import StudyError
from customer_segments.base.params import ClusteringParams, ValidationParams
from customer_segments.steps.validation.explaining import thinned
from customer_segments.steps.validation.periods import Past, Then, cut_offs, cut_then, known_on, outcomes

FEWEST_CUSTOMERS = 50  # with fewer who came back, or who stayed away, nothing can be said
FEWEST_FOR_EACH = 10  # customers for each segment
FOLDS = 5
BY_CHANCE = 0.01  # the p-value up to which groups are taken to differ
RESAMPLES = 500
CAME_BACK = "came_back"
OURS, RANDOM, BOOSTING = "segments", "random", "boosting"  # the others are groupings to be had without any segments
RF = ("recency_days", "orders")
RFM = (*RF, "net_revenue")
WORTHWHILE = 0.01  # a share explained below this is of no use, however sure
# Small trees, and few: on some thousand customers larger ones learn what is chance.
BOOSTED = {"max_iter": 30, "learning_rate": 0.2, "max_leaf_nodes": 8, "early_stopping": False}


class Period(NamedTuple):
    """Days that were held out, and of whom they were foretold."""

    cut_off: date
    customers: int
    came_back: float
    k: int  # the number of segments that was chosen then
    explained: float  # of what matters most, by the segments


class _Held(NamedTuple):
    """How far each way to foretell was off in a period; the last, which has no name, is everyone's mean."""

    then: Then
    did: pd.DataFrame
    ways: tuple[str, ...]
    wrong: np.ndarray  # squared: outcome, way, customer


@dataclass(frozen=True)
class Prediction:
    """What each grouping explains of each outcome over all periods that were held out, the last period first.

    `ahead` is how much more the segments explain of the same customers, with its own interval.
    """

    days: int  # of each period
    periods: tuple[Period, ...]
    explained: pd.DataFrame  # outcome, grouping, share, low, high, ahead, ahead_low, ahead_high

    @property
    def outcomes(self) -> list[str]:
        """What is predicted, first what matters most: spend or, where no money is told, orders."""
        return list(self.explained["outcome"].unique())

    @property
    def groupings(self) -> list[str]:
        return list(self.explained["grouping"].unique())

    @property
    def simpler(self) -> list[str]:
        """Groupings that are to be had without any segments."""
        return [name for name in self.groupings if name not in (OURS, RANDOM, BOOSTING)]

    def share(self, grouping: str, outcome: str) -> pd.Series:
        """The row for one grouping and outcome."""
        return self.explained.set_index(["grouping", "outcome"]).loc[(grouping, outcome)]

    @property
    def most(self) -> str:
        """The amount that matters most of those that segments or a simple grouping foretell; the first if none is."""
        mine = self.explained["grouping"].isin([OURS, *self.simpler])
        foretold = set(self.explained.loc[mine & (self.explained["share"] >= WORTHWHILE), "outcome"])
        return next((each for each in self.outcomes if each in foretold and each != CAME_BACK), self.outcomes[0])

    @property
    def predicts(self) -> bool:
        """Whether the segments surely explain something worth knowing of at least one outcome."""
        own = self.explained[self.explained["grouping"] == OURS]
        return bool((own["low"] >= WORTHWHILE).any())

    @property
    def reached(self) -> float | None:
        """Which part the segments explain of what can be foretold of customers; none where nothing can."""
        ours, possible = self.share(OURS, self.most), self.share(BOOSTING, self.most)
        return float(max(0.0, ours["share"]) / possible["share"]) if possible["low"] >= WORTHWHILE else None


def predict_next(past: Past, clustering: ClusteringParams, params: ValidationParams, seed: int) -> Prediction | None:
    """Prepare and segment the customers as it would have been done on some days, then look at what followed each.

    None without transactions or features of them, or where too few customers came back, or stayed away.
    """
    if past.lines is None:
        return None
    days, length = cut_offs(past.lines, params)
    found = {day: _held(past, day, length, clustering, seed) for day in days}
    held = {day: each for day, each in found.items() if each is not None}
    if not held:
        return None
    periods = [_period(day, each) for day, each in held.items()]
    return Prediction(length, tuple(periods), explained(list(held.values()), seed))


def _held(past: Past, day: date, length: int, clustering: ClusteringParams, seed: int) -> _Held | None:
    """What was foretold of the period that begins on a day; none where too little was known, or too few came back."""
    try:
        prepared = known_on(past, day)
        did = outcomes(past.lines, day, length).reindex(prepared.customers["customer_id"]).fillna(0.0)
        then = None if too_few(did) else cut_then(prepared, clustering, seed)
    except StudyError:  # nearly no customers, or the settings ask for what nobody knew then
        return None
    return foretold(then, did, seed) if then and len(did) > FEWEST_FOR_EACH * then.k else None


def _period(day: date, held: _Held) -> Period:
    own, plain = held.wrong[0, held.ways.index(OURS)].sum(), held.wrong[0, -1].sum()
    came_back = float((held.did["orders"] > 0).mean())
    return Period(day, len(held.did), came_back, held.then.k, round(float(1 - own / plain), 6))


def too_few(did: pd.DataFrame) -> bool:
    """Whether too few customers came back, or stayed away."""
    came_back = int((did["orders"] > 0).sum())
    return min(came_back, len(did) - came_back) < FEWEST_CUSTOMERS


def foretold(then: Then, did: pd.DataFrame, seed: int) -> _Held:
    """How far each grouping is off, a model without groups, and everyone's mean, for customers left out."""
    rng = np.random.default_rng(seed)
    groupings = {OURS: then.labels, **_simpler(then.customers, then.labels, "spend" in did)}
    groupings[RANDOM] = rng.permutation(then.labels)
    folds = rng.permutation(np.arange(len(did)) % FOLDS)
    known = np.column_stack([then.inputs, then.customers[[name for name in RFM if name in then.customers]]])
    wrong = []
    for target in _targets(did).values():
        guesses = [by_group(target, group, folds) for group in groupings.values()]
        guesses += [boosted(target, known, folds, seed), by_group(target, np.zeros(len(target)), folds)]
        wrong.append((target - np.array(guesses)) ** 2)
    return _Held(then, did, (*groupings, BOOSTING), np.array(wrong))


def _simpler(customers: pd.DataFrame, labels: np.ndarray, paid: bool) -> Mapping[str, np.ndarray]:
    """The groupings that need no segments: fifths of what orders say, and its last column cut into as many groups."""
    sizes = np.bincount(np.unique(labels, return_inverse=True)[1])
    if paid:
        return {"rfm": rfm_cells(customers), "spend": cut_like(customers["net_revenue"].to_numpy(), sizes)}
    return {"rf": rfm_cells(customers, RF), "orders": cut_like(customers["orders"].to_numpy(), sizes)}


def _targets(did: pd.DataFrame) -> Mapping[str, np.ndarray]:
    amounts = {name: np.log1p(did[name].clip(lower=0)).to_numpy() for name in ("spend", "orders") if name in did}
    return {**amounts, CAME_BACK: (did["orders"] > 0).to_numpy().astype(float)}


def explained(held: list[_Held], seed: int) -> pd.DataFrame:
    """The share of what customers did that each grouping explains, and how much more the segments do, with intervals.

    A customer who was there in several periods is drawn with all of them: they are no several customers.
    """
    codes, customers = pd.factorize(np.concatenate([each.then.customers["customer_id"] for each in held]))
    wrong, count = np.concatenate([each.wrong for each in held], axis=2), len(customers)
    by_customer = np.array([[np.bincount(codes, way, count) for way in outcome] for outcome in wrong])
    rng = np.random.default_rng(seed)
    draws = (np.bincount(rng.integers(0, count, count), minlength=count) for _ in range(RESAMPLES))
    shares = [_shares(by_customer @ times) for times in (np.ones(count), *draws)]
    ways, ahead = held[0].ways, [each[:, [held[0].ways.index(OURS)]] - each for each in shares]
    columns = {}
    for name, (own, *drawn) in {"share": shares, "ahead": ahead}.items():
        low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
        before = "" if name == "share" else f"{name}_"
        columns |= {name: own.ravel(), f"{before}low": low.ravel(), f"{before}high": high.ravel()}
    table = pd.DataFrame(list(product(_targets(held[0].did), ways)), columns=["outcome", "grouping"])
    return table.assign(**columns).round(6)


def _shares(wrong: np.ndarray) -> np.ndarray:
    """What each way explains, of what everyone's mean leaves unexplained."""
    return 1 - wrong[:, :-1] / wrong[:, -1:]


def by_group(target: np.ndarray, groups: np.ndarray, folds: np.ndarray) -> np.ndarray:
    """The group's mean as a guess for customers whom it was not computed from.

    The less groups differ beyond chance, and the fewer customers one has, the more its mean is drawn towards everyone's
    (empirical Bayes): otherwise a hundred cells would seem worse than five segments for their number alone. Where
    groups differ as chance would make them (F test), everyone's mean is all that is known.
    """
    codes = np.unique(groups, return_inverse=True)[1]
    guess = np.empty(len(target))
    for fold in range(FOLDS):
        inside, outside = folds != fold, folds == fold
        guess[outside] = _drawn_in(target[inside], codes[inside], codes.max() + 1)[codes[outside]]
    return guess


def _drawn_in(target: np.ndarray, codes: np.ndarray, count: int) -> np.ndarray:
    """Each group's mean, drawn towards everyone's by what chance explains of the differences between groups."""
    sizes, middle = np.bincount(codes, minlength=count), target.mean()
    apart = np.bincount(codes, target - middle, count) / np.maximum(sizes, 1)
    groups, between = (sizes > 0).sum(), (sizes * apart**2).sum()
    freedom = max(1, groups - 1), max(1, len(target) - groups)
    chance = max(0.0, ((target - middle) ** 2).sum() - between) / freedom[1]
    if chance and fdtrc(*freedom, between / freedom[0] / chance) > BY_CHANCE:
        return np.full(count, middle)
    real = max(0.0, between - (groups - 1) * chance) / max(1.0, len(target) - (sizes**2).sum() / len(target))
    weight = sizes * real
    return middle + apart * np.divide(weight, weight + chance, out=np.zeros(count), where=weight > 0)


def boosted(target: np.ndarray, known: np.ndarray, folds: np.ndarray, seed: int) -> np.ndarray:
    """What gradient boosting guesses from all that was known, of customers whom it has not seen."""
    guess = np.empty(len(target))
    for fold in range(FOLDS):
        inside, outside = np.flatnonzero(folds != fold), folds == fold
        rows = inside[thinned(len(inside))]
        guess[outside] = HistGradientBoostingRegressor(**BOOSTED, random_state=seed).fit(
            known[rows], target[rows]
        ).predict(known[outside])  # fmt: skip
    return guess


def rfm_cells(customers: pd.DataFrame, columns: tuple[str, ...] = RFM) -> np.ndarray:
    """Every customer's cell of recency, frequency and money (if told), each cut into fifths."""
    cells = np.zeros(len(customers), dtype=int)
    for name in columns:
        fifth = np.minimum((customers[name].rank(method="average", pct=True) * 5).astype(int), 4)
        cells = cells * 5 + fifth.to_numpy()
    return cells


def cut_like(values: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """The values in order, cut into groups of these sizes, the largest values first."""
    groups = np.empty(len(values), dtype=int)
    groups[np.argsort(-values, kind="stable")] = np.repeat(np.arange(len(sizes)), sizes)
    return groups

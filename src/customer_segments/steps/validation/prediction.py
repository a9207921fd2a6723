"""Do the segments predict? Made from what was known before a cut-off, held against what customers did after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from customer_segments.base import registry
from customer_segments.base.contract import ROW, UNREADABLE
from customer_segments.base.params import (
    ClusteringParams,
    FeatureParams,
    PreprocessingParams,
    PrivacyParams,
    ValidationParams,
)
from customer_segments.steps.clustering.segmentation import model_inputs
from customer_segments.steps.prepare import Prepared, prepare
from customer_segments.steps.preprocessing.days import days_since
from customer_segments.steps.preprocessing.features import FEATURES, ID
from customer_segments.steps.validation.existence import labels_of

AFTER_SHARE = 0.25  # of the days with orders, the last quarter is predicted
LONGEST_AFTER = 365
SHORTEST_AFTER = 14
FEWEST_CUSTOMERS = 50  # with fewer who came back, or who stayed away, nothing can be said
FOLDS = 5
RESAMPLES = 500
OURS, RANDOM = "segments", "random"  # the other groupings are to be had without any segments
RF = ("recency_days", "orders")
RFM = (*RF, "net_revenue")
WORTHWHILE = 0.01  # a share explained below this is of no use, however sure


@dataclass(frozen=True)
class Past:
    """The tables as collected, their clean lines, and how they are prepared: to do so again as of an earlier day."""

    tables: Mapping[str, ir.Table]
    lines: ir.Table | None  # none in a study without transactions
    preprocessing: PreprocessingParams
    privacy: PrivacyParams


@dataclass(frozen=True)
class Prediction:
    """What each grouping explains of each outcome, and the period predicted."""

    cut_off: date
    last_day: date
    customers: int
    came_back: float
    explained: pd.DataFrame  # outcome, grouping, share, low, high

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
        return [name for name in self.groupings if name not in (OURS, RANDOM)]

    @property
    def days(self) -> int:
        """How many days are predicted."""
        return (self.last_day - self.cut_off).days + 1

    def share(self, grouping: str, outcome: str) -> pd.Series:
        """The row for one grouping and outcome."""
        return self.explained.set_index(["grouping", "outcome"]).loc[(grouping, outcome)]

    @property
    def predicts(self) -> bool:
        """Whether the segments surely explain something worth knowing of at least one outcome."""
        own = self.explained[self.explained["grouping"] == OURS]
        return bool((own["low"] >= WORTHWHILE).any())

    def beats(self, grouping: str) -> bool:
        """Whether the segments explain more of most outcomes than another grouping."""
        shares = self.explained.pivot(index="outcome", columns="grouping", values="share")
        return bool((shares[OURS] > shares[grouping]).sum() > len(shares) / 2)


def predict_next(
    past: Past, k: int, clustering: ClusteringParams, params: ValidationParams, seed: int
) -> Prediction | None:
    """Prepare and segment the customers as it would have been done on the cut-off day, then look at what followed.

    The collected tables are cleaned again as of that day, so that no later return takes away an earlier sale, and
    nobody's attributes take part, which are today's, unless `features.fixed` says that they were the same then. None
    without transactions or features of them, or where too few customers came back, or stayed away.
    """
    if past.lines is None:
        return None
    day, last = cut_off(past.lines, params)
    sold = past.tables["transactions"]
    if sold.filter(sold.ordered_at.date() < ibis.date(day)).customer_id.nunique().execute() < 2 * FEWEST_CUSTOMERS:
        return None
    prepared = known_on(past, day)
    if prepared is None:
        return None
    did = outcomes(past.lines, day).reindex(prepared.customers["customer_id"]).fillna(0.0)
    if too_few(did, k):
        return None
    labels = labels_of(model_inputs(prepared.features), k, clustering, seed)
    table = explained(prepared.customers, did, labels, seed)
    return Prediction(day, last, len(did), float((did["orders"] > 0).mean()), table)


def known_on(past: Past, day: date) -> Prepared | None:
    """The customers as they would have been prepared on an earlier day; none where the settings name nothing known."""
    tables, features = _without_attributes(past)
    if features.use == ():
        return None
    with_orders = past.preprocessing.cleaning.model_copy(update={"customers_without_orders": "reject"})
    then = {"as_of": day, "cleaning": with_orders, "features": features}
    return prepare(tables, past.preprocessing.model_copy(update=then), past.privacy)


def _without_attributes(past: Past) -> tuple[Mapping[str, ir.Table], FeatureParams]:
    """The tables without attributes that may have been others before, and the settings without their names."""
    listed, features = past.tables.get("customers"), past.preprocessing.features
    if listed is None:
        return past.tables, features
    kept = (ID, ROW, UNREADABLE, *features.fixed)
    gone = {each for name in listed.columns if name not in kept for each in (_called(name), days_since(name))}
    tables = {**past.tables, "customers": listed.select([name for name in listed.columns if name in kept])}
    named = {"leave_out": features.leave_out, "use": features.use}
    left = {key: names and tuple(name for name in names if name not in gone) for key, names in named.items()}
    return tables, features.model_copy(update=left)


def _called(attribute: str) -> str:
    return f"{attribute}_listed" if attribute in FEATURES else registry.listed(attribute)


def cut_off(lines: ir.Table, params: ValidationParams) -> tuple[date, date]:
    """The first day that is predicted, and the last day with orders."""
    days = lines.ordered_at.date()
    first, last = lines.aggregate(first=days.min(), last=days.max()).to_pyarrow().to_pylist()[0].values()
    span = (last - first).days + 1
    after = params.cut_off_days or min(LONGEST_AFTER, max(SHORTEST_AFTER, round(AFTER_SHARE * span)))
    return last - timedelta(days=after - 1), last


def outcomes(lines: ir.Table, day: date) -> pd.DataFrame:
    """What each customer did from that day on: spend after returns if told, and orders; only who did anything."""
    after = lines.filter(lines.ordered_at >= ibis.date(day).cast("timestamp(6)"))
    spend = {"spend": after.net_revenue.sum().cast("float64")} if "net_revenue" in lines.columns else {}
    totals = after.group_by("customer_id").agg(**spend, orders=after.invoice_id.nunique().cast("float64"))
    return totals.order_by("customer_id").to_pandas().set_index("customer_id")


def too_few(did: pd.DataFrame, k: int) -> bool:
    """Whether too few customers came back, or stayed away, to tell anything of k segments."""
    came_back = int((did["orders"] > 0).sum())
    return min(came_back, len(did) - came_back) < FEWEST_CUSTOMERS or len(did) <= 10 * k


def explained(customers: pd.DataFrame, did: pd.DataFrame, labels: np.ndarray, seed: int) -> pd.DataFrame:
    """The share of what customers did that each grouping explains, with an interval: outcome, grouping, share, …"""
    rng = np.random.default_rng(seed)
    sizes = np.bincount(np.unique(labels, return_inverse=True)[1])
    if "spend" in did:
        simpler = {"rfm": rfm_cells(customers), "spend": cut_like(customers["net_revenue"].to_numpy(), sizes)}
    else:
        simpler = {"rf": rfm_cells(customers, RF), "orders": cut_like(customers["orders"].to_numpy(), sizes)}
    groupings = {OURS: labels, **simpler, RANDOM: rng.permutation(labels)}
    targets = {name: np.log1p(did[name].clip(lower=0)).to_numpy() for name in ("spend", "orders") if name in did}
    targets["came_back"] = (did["orders"] > 0).to_numpy().astype(float)
    folds = rng.permutation(np.arange(len(customers)) % FOLDS)
    wrong = np.array([mistakes(target, group, folds) for target in targets.values() for group in groupings.values()])
    plain = np.array([mistakes(target, np.zeros(len(target)), folds) for target in targets.values() for _ in groupings])
    share = 1 - wrong.sum(axis=1) / plain.sum(axis=1)
    resamples = (rng.integers(0, len(customers), len(customers)) for _ in range(RESAMPLES))
    drawn = [1 - wrong[:, rows].sum(axis=1) / plain[:, rows].sum(axis=1) for rows in resamples]
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    table = pd.DataFrame(list(product(targets, groupings)), columns=["outcome", "grouping"])
    return table.assign(share=share, low=low, high=high).round(6)


def mistakes(target: np.ndarray, groups: np.ndarray, folds: np.ndarray) -> np.ndarray:
    """Squared errors of the group's mean as a guess for customers whom it was not computed from."""
    codes = np.unique(groups, return_inverse=True)[1]
    guess = np.empty(len(target))
    for fold in range(FOLDS):
        inside, outside = folds != fold, folds == fold
        counts = np.bincount(codes[inside], minlength=codes.max() + 1)
        sums = np.bincount(codes[inside], target[inside], minlength=codes.max() + 1)
        # A group of one or two customers says little: it is drawn towards everyone's mean.
        guess[outside] = ((sums + target[inside].mean()) / (counts + 1))[codes[outside]]
    return (target - guess) ** 2


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

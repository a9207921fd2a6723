"""Do the segments predict? Made from what was known before a cut-off, held against what customers did after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from customer_segments.base import words
from customer_segments.base.params import ClusteringParams, PreprocessingParams, PrivacyParams, ValidationParams
from customer_segments.steps.cleaning.clean import clean
from customer_segments.steps.clustering.segmentation import model_inputs
from customer_segments.steps.preprocessing import prepare
from customer_segments.steps.validation.existence import labels_of

AFTER_SHARE = 0.25  # of the days with orders, the last quarter is predicted
LONGEST_AFTER = 365
SHORTEST_AFTER = 14
FEWEST_CUSTOMERS = 50  # with fewer on one side of the cut-off, nothing can be said
FOLDS = 5
RESAMPLES = 500
OUTCOMES = {"spend": "Spend (logarithm)", "orders": "Orders (logarithm)", "came_back": "Came back at all"}
GROUPINGS = {
    "segments": "Our segments",
    "rfm": "RFM quintiles (up to 125 cells)",
    "spend": "Spend alone, cut into as many groups",
    "random": "Random groups of the same sizes",
}
SIMPLER = {"rfm": "RFM quintiles", "spend": "spend alone"}
WORTHWHILE = 0.01  # a share explained below this is of no use, however sure


@dataclass(frozen=True)
class StudyParts:
    """The sections that decide how customers are prepared and segmented."""

    preprocessing: PreprocessingParams
    privacy: PrivacyParams
    clustering: ClusteringParams


@dataclass(frozen=True)
class Prediction:
    """What each grouping explains of each outcome, and the period predicted."""

    cut_off: date
    last_day: date
    customers: int
    came_back: float
    explained: pd.DataFrame  # outcome, grouping, share, low, high

    def share(self, grouping: str, outcome: str) -> pd.Series:
        """The row for one grouping and outcome."""
        return self.explained.set_index(["grouping", "outcome"]).loc[(grouping, outcome)]

    @property
    def predicts(self) -> bool:
        """Whether the segments surely explain something worth knowing of at least one outcome."""
        own = self.explained[self.explained["grouping"] == "segments"]
        return bool((own["low"] >= WORTHWHILE).any())

    def beats(self, grouping: str) -> bool:
        """Whether the segments explain more of most outcomes than another grouping."""
        shares = self.explained.pivot(index="outcome", columns="grouping", values="share")
        return bool((shares["segments"] > shares[grouping]).sum() > len(shares) / 2)


def cut_off(lines: ir.Table, params: ValidationParams) -> tuple[date, date]:
    """The first day that is predicted, and the last day with orders."""
    days = lines.ordered_at.date()
    first, last = lines.aggregate(first=days.min(), last=days.max()).to_pyarrow().to_pylist()[0].values()
    span = (last - first).days + 1
    after = params.cut_off_days or min(LONGEST_AFTER, max(SHORTEST_AFTER, round(AFTER_SHARE * span)))
    return last - timedelta(days=after - 1), last


def outcomes(lines: ir.Table, day: date) -> pd.DataFrame:
    """What each customer did from that day on: spend after returns and orders; only those who did anything."""
    after = lines.filter(lines.ordered_at >= ibis.date(day).cast("timestamp(6)"))
    totals = after.group_by("customer_id").agg(
        spend=after.net_revenue.sum().cast("float64"), orders=after.invoice_id.nunique().cast("float64")
    )
    return totals.order_by("customer_id").to_pandas().set_index("customer_id")


def predict_next(
    tables: dict[str, ir.Table],
    lines: ir.Table,
    k: int,
    study: StudyParts,
    params: ValidationParams,
    seed: int,
) -> Prediction | None:
    """Prepare and segment the customers as it would have been done on the cut-off day, then look at what followed.

    The collected tables are cleaned again as of that day, so that no later return takes away an earlier sale.
    """
    day, last = cut_off(lines, params)
    earlier = study.preprocessing.model_copy(update={"as_of": day})
    cleaned = clean(tables.get("customers"), tables["transactions"], earlier, tables.get("broken"))
    customers = prepare.customer_table(cleaned, day, earlier)
    customers = customers[customers["orders"] > 0].reset_index(drop=True)
    columns = prepare.choose_columns(customers, earlier.features, study.privacy.sensitive)
    features = prepare.feature_table(prepare.fit_preprocessor(earlier.features, columns, customers), customers)
    return predict(customers, features, outcomes(lines, day), (day, last), k, study.clustering, seed)


def predict(
    customers: pd.DataFrame,
    features: pd.DataFrame,
    after: pd.DataFrame,
    days: tuple[date, date],
    k: int,
    clustering: ClusteringParams,
    seed: int,
) -> Prediction | None:
    """Segment the customers as they were before the cut-off and explain what they did after it; None if too few."""
    did = after.reindex(customers["customer_id"]).fillna(0.0)
    came_back = did["orders"] > 0
    if min(int(came_back.sum()), int((~came_back).sum())) < FEWEST_CUSTOMERS or len(customers) <= 10 * k:
        return None
    inputs = model_inputs(features)
    labels = labels_of(inputs, k, clustering, seed)
    rng = np.random.default_rng(seed)
    sizes = np.bincount(np.unique(labels, return_inverse=True)[1])
    groupings = {
        "segments": labels,
        "rfm": rfm_cells(customers),
        "spend": cut_like(customers["net_revenue"].to_numpy(), sizes),
        "random": rng.permutation(labels),
    }
    targets = {
        "spend": np.log1p(did["spend"].clip(lower=0)).to_numpy(),
        "orders": np.log1p(did["orders"]).to_numpy(),
        "came_back": came_back.to_numpy().astype(float),
    }
    folds = rng.permutation(np.arange(len(customers)) % FOLDS)
    wrong = np.array([mistakes(target, group, folds) for target in targets.values() for group in groupings.values()])
    plain = np.array([mistakes(target, np.zeros(len(target)), folds) for target in targets.values() for _ in groupings])
    share = 1 - wrong.sum(axis=1) / plain.sum(axis=1)
    drawn = [
        1 - wrong[:, rows].sum(axis=1) / plain[:, rows].sum(axis=1)
        for rows in (rng.integers(0, len(customers), len(customers)) for _ in range(RESAMPLES))
    ]
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    named = [(outcome, grouping) for outcome in targets for grouping in groupings]
    rows = [(*names, *numbers) for names, *numbers in zip(named, share, low, high, strict=True)]
    table = pd.DataFrame(rows, columns=["outcome", "grouping", "share", "low", "high"]).round(6)
    return Prediction(days[0], days[1], len(customers), float(came_back.mean()), table)


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


def rfm_cells(customers: pd.DataFrame) -> np.ndarray:
    """Every customer's cell of recency, frequency and money, each cut into fifths."""
    fifths = [
        np.minimum((customers[name].rank(method="average", pct=True) * 5).astype(int), 4)
        for name in ("recency_days", "orders", "net_revenue")
    ]
    return (fifths[0] * 25 + fifths[1] * 5 + fifths[2]).to_numpy()


def cut_like(values: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """The values in order, cut into groups of these sizes, the largest values first."""
    groups = np.empty(len(values), dtype=int)
    groups[np.argsort(-values, kind="stable")] = np.repeat(np.arange(len(sizes)), sizes)
    return groups


def without(transactions: bool) -> str:
    """Why nothing can be said of what customers do next."""
    if transactions:
        return (
            f"Fewer than {FEWEST_CUSTOMERS} customers came back after the cut-off, or stayed away: too few to tell "
            "what the segments predict. Set `validation.cut_off_days` in params.yaml to predict a longer period."
        )
    return "The study has no orders over time, so whether the segments predict what customers do next is not known."


def prediction_table(found: Prediction) -> pd.DataFrame:
    """What each grouping explains, written for a reader."""
    table = pd.DataFrame({"Grouping": list(GROUPINGS.values())})
    for outcome, title in OUTCOMES.items():
        cells = [found.share(grouping, outcome) for grouping in GROUPINGS]
        table[title] = [
            f"{words.percent(share)} ({words.percent(low)}–{words.percent(high)})"
            for share, low, high in (cell[["share", "low", "high"]].clip(lower=0) for cell in cells)
        ]
    return table


def prediction_caption(found: Prediction) -> str:
    """How well the segments predict, against which other groupings."""
    others = [f"{title} {percent_explained(found, name, 'spend')}" for name, title in SIMPLER.items()]
    days = (found.last_day - found.cut_off).days + 1
    return (
        f"Made from orders before {words.day(found.cut_off)} only, the segments explain "
        f"{percent_explained(found, 'segments', 'spend')} of the differences in spend (its logarithm) over the {days} "
        f"days that followed; {words.listed(others)}. {words.percent(found.came_back)} of {found.customers:,} "
        "customers came back. Shares are of the variance, in customers left out when the means were computed; in "
        "brackets what 95% of resampled sets of customers give."
    )


def prediction_alt(found: Prediction) -> str:
    """The figure for those who cannot see it."""
    parts = [
        f"{title}: {words.listed(f'{GROUPINGS[name]} {percent_explained(found, name, outcome)}' for name in GROUPINGS)}"
        for outcome, title in OUTCOMES.items()
    ]
    return f"Dots with intervals of what each grouping explains. {'; '.join(parts)}."


def percent_explained(found: Prediction, grouping: str, outcome: str) -> str:
    """A share explained, as per cent; less than nothing is nothing."""
    return words.percent(max(0.0, found.share(grouping, outcome)["share"]))


def comparison_sentence(found: Prediction) -> str:
    """Whether simpler groupings predict better."""
    better = [name for name in SIMPLER if not found.beats(name)]
    if not better:
        return "On most outcomes the segments explain more than RFM quintiles and more than spend alone."
    verb = "explains" if better == ["spend"] else "explain"
    return (
        f"On most outcomes {words.listed(SIMPLER[name] for name in better)} {verb} "
        "as much or more: for forecasts alone the simpler grouping would do; segments have to earn their place by "
        "being easier to act on."
    )

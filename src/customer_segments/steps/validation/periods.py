"""Days that were held out: what was known of customers before them, their segments as made then, and what followed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from customer_segments.base import registry
from customer_segments.base.contract import ROW, UNREADABLE
from customer_segments.base.engine import materialised
from customer_segments.base.params import (
    ClusteringParams,
    FeatureParams,
    PreprocessingParams,
    PrivacyParams,
    ValidationParams,
)
from customer_segments.steps.clustering.methods import finds_k
from customer_segments.steps.clustering.segmentation import model_inputs, try_each_k
from customer_segments.steps.prepare import Prepared, prepare
from customer_segments.steps.preprocessing.days import days_since
from customer_segments.steps.preprocessing.features import FEATURES, ID
from customer_segments.steps.segment import choose_k
from customer_segments.steps.validation.existence import labels_of

PERIODS = 3  # that are held out, where there are as many days before the first of them as it has itself
HELD_OUT_SHARE = 4  # a quarter of the days with orders
LONGEST, SHORTEST = 365, 14
SEARCHED = 3000  # customers among whom the number of segments is chosen again, at most
# The search costs a fifth of the study's own, and agrees with it as often as that does with itself from another seed.
# Fewer bootstraps are also fewer draws where it is close: there either seed may choose otherwise, however many.
SHORTER = {"n_init": 2, "bootstraps": 15, "silhouette_sample": 1000}
BY_GAP = ("gap", "majority")  # the rules that need the references of the gap statistic
FEWEST_REFERENCES = 2


@dataclass(frozen=True)
class Past:
    """The tables as collected, their clean lines, and how they are prepared: to do so again as of an earlier day."""

    tables: Mapping[str, ir.Table]
    lines: ir.Table | None  # none in a study without transactions
    preprocessing: PreprocessingParams
    privacy: PrivacyParams


@dataclass(frozen=True)
class Then:
    """The customers as they were known on a day, and the segments that would have been made of them."""

    customers: pd.DataFrame
    inputs: pd.DataFrame
    labels: np.ndarray

    @property
    def k(self) -> int:
        return len(np.unique(self.labels[self.labels > 0]))


def cut_offs(lines: ir.Table, params: ValidationParams) -> tuple[list[date], int]:
    """The first days of the periods that are held out, the last period first, and how many days each has."""
    days = lines.ordered_at.date()
    first, last = lines.aggregate(first=days.min(), last=days.max()).to_pyarrow().to_pylist()[0].values()
    span = (last - first).days + 1
    length = params.cut_off_days or min(LONGEST, max(SHORTEST, span // HELD_OUT_SHARE))
    latest, *earlier = [last - timedelta(days=length * number - 1) for number in range(1, PERIODS + 1)]
    return [latest, *(day for day in earlier if (day - first).days >= length)], length


def cut_then(prepared: Prepared, clustering: ClusteringParams, seed: int) -> Then:
    """The customers of an earlier day, segmented as it would have been done then."""
    inputs = model_inputs(prepared.features)
    k = number_then(prepared.features, clustering, seed)
    return Then(prepared.customers, inputs, labels_of(inputs, k, clustering, seed))


def known_on(past: Past, day: date) -> Prepared:
    """The customers as they would have been prepared on an earlier day, from nothing that came later.

    Their lines are cleaned again, so that no later return takes away an earlier sale, and nobody's attributes take
    part, which are today's, unless `features.fixed` says that they were the same then. A StudyError says what the
    settings ask for and nobody knew then.
    """
    sold = past.tables["transactions"]
    tables = {"transactions": materialised(sold.filter(sold.ordered_at < ibis.date(day).cast("timestamp(6)")))}
    features, listed = past.preprocessing.features, past.tables.get("customers")
    if listed is not None:
        features = _without_attributes(features, listed.columns)
        if fixed := [name for name in listed.columns if name in features.fixed]:
            own = [name for name in (ID, ROW, UNREADABLE) if name in listed.columns]
            tables["customers"] = listed.select(*own, *fixed).semi_join(tables["transactions"], ID)
    # What is asked for to describe only is not told then: a season takes a year.
    further = [each for each in features.further if any(each in name for name in features.use or ())]
    with_orders = past.preprocessing.cleaning.model_copy(update={"customers_without_orders": "reject"})
    telling = features.model_copy(update={"further": tuple(further)})
    then = {"as_of": day, "cleaning": with_orders, "features": telling}
    return prepare(tables, past.preprocessing.model_copy(update=then), past.privacy)


def _without_attributes(features: FeatureParams, listed: tuple[str, ...]) -> FeatureParams:
    """The settings without the names of attributes that may have been others before."""
    others = (name for name in listed if name not in (ID, ROW, UNREADABLE, *features.fixed))
    gone = {each for name in others for each in (_called(name), days_since(name))}
    named = {"leave_out": features.leave_out, "use": features.use}
    left = {key: names and tuple(name for name in names if name not in gone) for key, names in named.items()}
    return features.model_copy(update=left)


def _called(attribute: str) -> str:
    return f"{attribute}_listed" if attribute in FEATURES else registry.listed(attribute)


def number_then(features: pd.DataFrame, clustering: ClusteringParams, seed: int) -> int:
    """How many segments the study's own rule takes, in a shorter search; as set by hand, where no rule chooses."""
    if clustering.k or finds_k(clustering):
        return clustering.k or clustering.k_min
    less = {name: min(most, getattr(clustering, name)) for name, most in SHORTER.items()}
    if clustering.choose_by not in BY_GAP:
        less["references"] = FEWEST_REFERENCES
    rows = np.sort(np.random.default_rng(seed).permutation(len(features))[:SEARCHED])
    quick = clustering.model_copy(update=less)
    return choose_k(try_each_k(features.iloc[rows].reset_index(drop=True), quick, seed), quick).k


def outcomes(lines: ir.Table, day: date, days: int) -> pd.DataFrame:
    """What each customer did in so many days: spend after returns if told, and orders; only who did anything.

    Where a study keeps returns as they are, what only came back is no order.
    """
    ends = [ibis.date(each).cast("timestamp(6)") for each in (day, day + timedelta(days=days))]
    during = lines.filter(lines.ordered_at >= ends[0], lines.ordered_at < ends[1])
    spend = {"spend": during.net_revenue.sum().cast("float64")} if "net_revenue" in lines.columns else {}
    orders = during.invoice_id.nunique(where=during.quantity > 0).cast("float64")
    totals = during.group_by("customer_id").agg(**spend, orders=orders)
    return totals.order_by("customer_id").to_pandas().set_index("customer_id")

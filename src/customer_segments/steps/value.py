"""Step 5, value: who is a customer still, and what are they worth?"""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import ibis.expr.types as ir
import pandas as pd

from customer_segments.base.params import LifetimeValueParams
from customer_segments.base.threads import in_one_thread
from customer_segments.steps.lifetime_value import forecast, holdout, ranges, trust
from customer_segments.steps.lifetime_value.forecast import Models, Note
from customer_segments.steps.preprocessing.features import FEATURES, ID, customer_features
from customer_segments.steps.retention import order_days as days_with_orders
from customer_segments.steps.retention.order_days import Table, histories, order_days
from customer_segments.steps.scorer import Scorer

OF_EVERYONE = ["alive_probability", "expected_{}", "{}_at_risk"]
OF_A_SEGMENT = ["customers", "alive_probability", "expected_orders", "expected_{}", "total", "{}_share"]
OF_A_RANGE = ["low_80", "high_80", "low_95", "high_95", "before", "missed_by", "doubtful"]


@dataclass(frozen=True)
class Valued:
    """What is expected of each customer, and how far to trust it; only a refusal where nothing can be expected."""

    params: LifetimeValueParams
    smallest_group: int
    refusal: Note | None = None
    models: Models | None = None
    predicted: pd.DataFrame = field(default_factory=forecast.NOBODY.copy)  # histories, and what is forecast of them
    gaps: pd.DataFrame | None = None
    rolling: tuple[holdout.HoldOut, ...] = ()  # the last days first
    before: pd.DataFrame | None = None  # what each did in as many days before as are forecast, where these are known
    covered: int = ranges.A_YEAR  # days of data

    @property
    def measure(self) -> forecast.Measure:
        """What a customer is expected to bring: value or, where no money is told, orders."""
        return self.models.measure if self.models else "value"

    @property
    def held(self) -> holdout.HoldOut:
        """The last days, held out."""
        return self.rolling[0]

    @cached_property
    def lifetime(self) -> pd.DataFrame:
        """What other chapters read: one row per customer."""
        return self.predicted[[name for name in forecast.LIFETIME if name in self.predicted]]

    @cached_property
    def churn_risk(self) -> pd.DataFrame:
        """The customers at risk."""
        return forecast.at_risk(self.predicted, self.params, self.measure)

    @cached_property
    def everyone(self) -> dict[str, float]:
        """All customers together, and how much the top of them hold."""
        return forecast.everyone(self.predicted, self.churn_risk, self.smallest_group, self.measure)

    @cached_property
    def by_segment(self) -> pd.DataFrame:
        return forecast.by_segment(self.predicted, self.churn_risk, self.params, self.smallest_group, self.measure)

    @cached_property
    def ranges(self) -> pd.DataFrame:
        """What is expected of everyone and of each segment with enough customers, with its intervals."""
        if self.refusal:
            return ranges.NONE
        found = ranges.ranges(
            self.predicted, self.models, self.rolling, self.before, self.params.horizon_days, self.covered
        )
        told = found["segment"].isna() | (found["customers"] >= self.smallest_group)
        return found[told].reset_index(drop=True)

    @property
    def leans(self) -> bool:
        """Whether intervals reach further to the side on which past forecasts were off again and again."""
        return ranges.cover_a_year(self.rolling)

    @cached_property
    def cautions(self) -> trust.Cautions:
        return trust.cautions(self.predicted, self.models, self.gaps, self.held, self.params, self.ranges)

    @property
    def numbers(self) -> dict[str, Any]:
        """The outcome, small enough to compare between runs."""
        of_everyone, of_a_segment = (self._named(names) for names in (OF_EVERYONE, OF_A_SEGMENT))
        segments = self.by_segment.set_index("segment")[of_a_segment].astype(object).to_dict("index")
        spans = self.ranges.astype(object).where(self.ranges.notna(), None)
        whole = spans[spans["segment"].isna()].set_index("what")[["expected", *OF_A_RANGE]]
        own = spans[spans["what"] == self.measure].set_index("segment")[OF_A_RANGE].to_dict("index")
        return {
            "horizon_days": self.params.horizon_days,
            "model": self.models.orders.name,
            "parameters": self.models.parameters,
            "log_likelihood": self.models.orders.fit.log_likelihood,
            "regularity": trust.regularity(self.gaps),
            **({"dependence": trust.dependence(self.predicted)} if self.models.spending else {}),
            **{name: self.everyone[name] for name in of_everyone},
            "ranges": whole.to_dict("index"),
            "held_out": {"days": self.held.days} | (self.held.totals.to_dict("index") if self.held.known else {}),
            "by_segment": {str(segment): numbers | own[segment] for segment, numbers in segments.items()},
        }

    def _named(self, names: list[str]) -> list[str]:
        """The columns of what is measured here, each once."""
        return list(dict.fromkeys(name.format(self.measure) for name in names))


@in_one_thread
def value(
    lines: ir.Table | None, customers: pd.DataFrame, segments: Table, params: LifetimeValueParams, smallest_group: int,
    scorer: Scorer | None = None, undone: ir.Table | None = None,
) -> Valued:  # fmt: skip
    """Fit the models to the customers' orders, forecast, and check the forecast on days that are held out.

    `scorer` tells, with the sales that were `undone`, who would have been in which segment then; without it nothing is
    known of segments' own misses.
    """
    if lines is None:
        return Valued(params, smallest_group, Note("no_transactions", {}))
    as_of = days_with_orders.study_day(lines, customers)
    days = order_days(lines, segments, as_of)
    known = histories(days, as_of)
    models = forecast.fitted(known, params)
    if isinstance(models, Note):
        return Valued(params, smallest_group, models)
    models, rolling = holdout.chosen(days, as_of, models, params, scorer and _placed(scorer, lines, undone, customers))
    predicted = forecast.forecast(models, known, params.horizon_days, params.discount_rate)
    covered = (as_of - days.day.min().to_pyarrow().as_py()).days
    before = _before(days, known, as_of, params.horizon_days) if covered >= params.horizon_days else None
    gaps = days_with_orders.last_gaps(days)
    return Valued(params, smallest_group, None, models, predicted, gaps, rolling, before, covered)


def _before(days: ir.Table, known: pd.DataFrame, as_of: date, length: int) -> pd.DataFrame:
    """What each customer did in the last so many days."""
    did = days_with_orders.what_followed(days, as_of, length)
    return known[[ID, "segment"]].merge(did, on=ID, how="left").fillna(dict.fromkeys(did.columns.drop(ID), 0))


def _placed(scorer: Scorer, lines: ir.Table, undone: ir.Table | None, customers: pd.DataFrame) -> holdout.Placed:
    """Today's rules on what each customer had done by an earlier day; what is no behaviour is as it is today."""
    fixed = [name for name in scorer.needed if name not in FEATURES]

    def on(day: date) -> pd.Series:
        did = customer_features(lines, day, undone=undone).to_pandas().merge(customers[[ID, *fixed]], on=ID)
        return pd.Series(scorer.score(did).segment, index=did[ID])

    return on

"""Step 5, value: who is a customer still, and what are they worth?"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import ibis.expr.types as ir
import pandas as pd

from customer_segments.base.params import LifetimeValueParams
from customer_segments.steps.lifetime_value import forecast, trust
from customer_segments.steps.lifetime_value.forecast import Models, Note
from customer_segments.steps.retention.order_days import Table, histories, last_gaps, order_days, study_day

OF_EVERYONE = ["alive_probability", "expected_value", "value_at_risk"]
OF_A_SEGMENT = ["customers", "alive_probability", "expected_orders", "expected_value", "total", "value_share"]


@dataclass(frozen=True)
class Valued:
    """What is expected of each customer, and how far to trust it; only a refusal where nothing can be expected."""

    params: LifetimeValueParams
    smallest_group: int
    refusal: Note | None = None
    models: Models | None = None
    predicted: pd.DataFrame = field(default_factory=forecast.NOBODY.copy)  # histories, and what is forecast of them
    gaps: pd.DataFrame | None = None
    held: trust.HoldOut | None = None

    @cached_property
    def lifetime(self) -> pd.DataFrame:
        """What other chapters read: one row per customer."""
        return self.predicted[forecast.LIFETIME]

    @cached_property
    def churn_risk(self) -> pd.DataFrame:
        """The customers at risk."""
        return forecast.at_risk(self.predicted, self.params)

    @cached_property
    def everyone(self) -> dict[str, float]:
        """All customers together, and how much the top of them hold."""
        return forecast.everyone(self.predicted, self.churn_risk, self.smallest_group)

    @cached_property
    def by_segment(self) -> pd.DataFrame:
        return forecast.by_segment(self.predicted, self.churn_risk, self.params, self.smallest_group)

    @cached_property
    def cautions(self) -> trust.Cautions:
        return trust.cautions(self.predicted, self.models, self.gaps, self.held, self.params)

    @property
    def numbers(self) -> dict[str, Any]:
        """The outcome, small enough to compare between runs."""
        segments = self.by_segment.set_index("segment")[OF_A_SEGMENT].astype(object).to_dict("index")
        return {
            "horizon_days": self.params.horizon_days,
            "model": self.models.orders.name,
            "parameters": self.models.parameters,
            "log_likelihood": self.models.orders.fit.log_likelihood,
            "regularity": trust.regularity(self.gaps),
            "dependence": trust.dependence(self.predicted),
            **{name: self.everyone[name] for name in OF_EVERYONE},
            "held_out": {"days": self.held.days} | (self.held.totals.to_dict("index") if self.held.known else {}),
            "by_segment": {str(segment): numbers for segment, numbers in segments.items()},
        }


def value(
    lines: ir.Table | None, customers: Table, segments: Table, params: LifetimeValueParams, smallest_group: int
) -> Valued:
    """Fit the models to the customers' orders, forecast, and check the forecast on the last days."""
    if lines is None:
        return Valued(params, smallest_group, Note("no_transactions", {}))
    as_of = study_day(lines, customers)
    days = order_days(lines, segments, as_of)
    known = histories(days, as_of)
    models = forecast.fitted(known, params)
    if isinstance(models, Note):
        return Valued(params, smallest_group, models)
    predicted = forecast.forecast(models, known, params.horizon_days, params.discount_rate)
    held = trust.hold_out(days, as_of, params)
    return Valued(params, smallest_group, None, models, predicted, last_gaps(days), held)

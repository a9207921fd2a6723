"""Step 4, retain: do customers come back, and how long does it take?"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis.expr.types as ir
import pandas as pd

from customer_segments.base.params import RetentionParams
from customer_segments.steps.retention import cohorts, survival
from customer_segments.steps.retention.order_days import Table, order_days, study_day

TOLD_AGES = {"month": (1, 3, 6, 12), "week": (1, 4, 12, 26)}
WITHIN_DAYS = 90


@dataclass(frozen=True)
class Retained:
    """Who came back, by cohort and by segment, and how long everyone and each segment wait for a second order."""

    as_of: date
    period: cohorts.Period
    smallest_group: int
    unfinished: pd.Timestamp | None  # when the last period began, if it had not ended
    cells: pd.DataFrame  # one row per cohort and age
    shown: pd.DataFrame  # those that may be told of
    rates: pd.DataFrame  # at each age
    rates_if_whole: pd.DataFrame  # the same, were the last period a whole one
    by_segment: pd.DataFrame  # the rates of segments that rest on enough customers
    season: cohorts.Contrast | None
    first_cohort: cohorts.Contrast | None
    everyone: survival.Waiting
    waiting: dict[int, survival.Waiting]

    @property
    def covered(self) -> int:
        """How many periods the data covers."""
        return int(self.cells["age"].max()) + 1

    @property
    def numbers(self) -> dict[str, Any]:
        """The outcome, small enough to compare between runs."""
        segments = self.by_segment.groupby("segment")
        return {
            "as_of": f"{self.as_of:%Y-%m-%d}",
            "period": self.period,
            "last_period_whole": self.unfinished is None,
            **self._numbers(self.everyone, self.rates),
            "by_segment": {str(segment): self._numbers(self.waiting[segment], rated) for segment, rated in segments},
        }

    def _numbers(self, waiting: survival.Waiting, rated: pd.DataFrame) -> dict[str, Any]:
        rate_at = rated.set_index("age")["rate"]
        return {
            "customers": waiting.customers,
            "second_order_within_90_days": waiting.returned_by(WITHIN_DAYS)[0],
            "median_days_to_second_order": waiting.median,
            **{f"rate_after_{age}": float(rate_at[age]) for age in TOLD_AGES[self.period] if age in rate_at.index},
        }


def retain(
    lines: ir.Table | None, customers: Table, segments: Table, params: RetentionParams, smallest_group: int
) -> Retained | None:
    """Follow the customers from their first order on; None without transactions."""
    if lines is None:
        return None
    as_of = study_day(lines, customers)
    days = order_days(lines, segments, as_of)
    active, waited = cohorts.activity(days, params.period), survival.waits(days, as_of)
    return followed(active, waited, as_of, params.period, smallest_group)


def followed(
    active: pd.DataFrame, waited: pd.DataFrame, as_of: date, period: cohorts.Period, smallest_group: int
) -> Retained:
    """What follows from customers counted by cohort and period, and by the days waited."""
    cells = cohorts.triangle(active, as_of, period)
    rated = cohorts.rates(cohorts.triangle(active, as_of, period, by=("segment",)), over=("segment", "age"))
    enough = max(smallest_group, cohorts.FEWEST_IN_A_RATE)
    return Retained(
        as_of,
        period,
        smallest_group,
        cohorts.unfinished(as_of, period),
        cells,
        cohorts.shown(cells, smallest_group),
        cohorts.rates(cells),
        cohorts.rates(cells.assign(whole=True)),
        rated[rated["customers"] >= enough].reset_index(drop=True),
        cohorts.season(cells),
        cohorts.first_cohort(cells),
        survival.Waiting(waited),
        survival.by_segment(waited, smallest_group),
    )

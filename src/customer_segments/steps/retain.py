"""Step 4, retain: do customers come back, and how long does it take?"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

import ibis.expr.types as ir
import pandas as pd

from customer_segments.base.params import RetentionParams
from customer_segments.base.threads import in_one_thread
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
    since: date | None = None  # before which a first line is no first order, where some are left out of the waiting

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
            "by_segment": {
                str(segment): self._numbers(self.waiting[segment], rated)
                for segment, rated in segments
                if segment in self.waiting
            },
        }

    def _numbers(self, waiting: survival.Waiting, rated: pd.DataFrame) -> dict[str, Any]:
        rate_at = rated.set_index("age")["rate"]
        return {
            "customers": waiting.customers,
            "second_order_within_90_days": waiting.returned_by(WITHIN_DAYS)[0],
            "median_days_to_second_order": waiting.median,
            **{f"rate_after_{age}": float(rate_at[age]) for age in TOLD_AGES[self.period] if age in rate_at.index},
        }


class Kept(NamedTuple):
    """What other programs draw of who comes back; curves have a row a point, and everyone's have no segment."""

    cohorts: pd.DataFrame  # the cells that may be told of
    return_rates: pd.DataFrame
    second_orders: pd.DataFrame


NOTHING = Kept(
    pd.DataFrame(columns=["cohort", "age", "period", "customers", "active", "rate", "revenue", "whole", "few", "kept"]),
    pd.DataFrame(columns=["segment", "age", "customers", "active", "rate", "low", "high"]),
    pd.DataFrame(columns=["segment", "day", "share", "low", "high"]),
)


def kept(found: Retained | None) -> Kept:
    """The triangle, the rates of everyone and of each segment, and how many have ordered a second time by when."""
    if found is None:
        return NOTHING
    rates = {None: found.rates} | dict(list(found.by_segment.groupby("segment")))
    waiting = {None: found.everyone} | found.waiting
    orders = {segment: _share_by_day(each.shown(found.smallest_group)) for segment, each in waiting.items()}
    return Kept(found.shown, _by_segment(rates), _by_segment(orders))


def _share_by_day(curve: pd.DataFrame) -> pd.DataFrame:
    """The share that has ordered again, from those still waiting."""
    low, high = 1 - curve["high"], 1 - curve["low"]
    return pd.DataFrame({"day": curve["day"], "share": 1 - curve["waiting"], "low": low, "high": high})


def _by_segment(tables: dict[int | None, pd.DataFrame]) -> pd.DataFrame:
    segments = pd.Series([key for key, table in tables.items() for _ in range(len(table))], dtype="Int64")
    together = pd.concat([table.drop(columns="segment", errors="ignore") for table in tables.values()])
    together = together.reset_index(drop=True)
    together.insert(0, "segment", segments)
    return together


@in_one_thread
def retain(
    lines: ir.Table | None, customers: Table, segments: Table, params: RetentionParams, smallest_group: int
) -> Retained | None:
    """Follow the customers from their first order on; None without transactions."""
    if lines is None:
        return None
    as_of = study_day(lines, customers)
    days = order_days(lines, segments, as_of)
    since = survival.first_followed(days, as_of)
    active, waited = cohorts.activity(days, params.period), survival.waits(days, as_of, since)
    found = followed(active, waited, as_of, params.period, smallest_group)
    return replace(found, since=since if since > days.day.min().to_pyarrow().as_py() else None)


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

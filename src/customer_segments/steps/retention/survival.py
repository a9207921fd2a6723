"""How long until a second order, counting those who have not placed one yet (Kaplan and Meier)."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from customer_segments.steps.retention.cohorts import Z

BURN_IN = 90  # days at the data's beginning, on which a first line is no first order
LONG = 360  # days of data, in less than which they cannot be spared
LEFT_AT_LEAST = 0.5  # of the customers: otherwise they came then, as in the data of one cohort


@dataclass(frozen=True)
class Waiting:
    """How long some customers wait until a second order: `counted` as by `waits`, their curve as by `kaplan_meier`."""

    counted: pd.DataFrame

    @cached_property
    def curve(self) -> pd.DataFrame:
        return kaplan_meier(self.counted)

    @property
    def customers(self) -> int:
        return int(self.counted["customers"].sum())

    @property
    def not_yet(self) -> int:
        return int(self.counted.loc[~self.counted["came"], "customers"].sum())

    @property
    def followed(self) -> int:
        """The last day on which anybody was still waiting or came."""
        return int(self.counted["day"].max())

    @property
    def median(self) -> int | None:
        """The day by which half have ordered again; None where that is not reached."""
        reached = self.curve.loc[self.curve["waiting"] <= 0.5, "day"]
        return None if reached.empty else int(reached.iloc[0])

    def returned_by(self, day: int) -> tuple[float, float, float]:
        """The share that has ordered again within so many days, and its interval."""
        reached = self.curve[self.curve["day"] <= day]
        if reached.empty:
            return 0.0, 0.0, 0.0
        now = reached.iloc[-1]
        return 1 - now["waiting"], 1 - now["high"], 1 - now["low"]

    def shown(self, smallest: int) -> pd.DataFrame:
        """The curve as far as enough customers are still waiting, so that it never rests on a few people."""
        by_day = self.counted.groupby("day")["customers"].sum().sort_index(ascending=False).cumsum()
        enough = by_day[by_day >= smallest]
        return self.curve[self.curve["day"] <= (enough.index.max() if len(enough) else self.followed)]


def first_followed(days: ir.Table, as_of: date) -> date:
    """The day from which a customer's first order is taken for one; before it they may have ordered earlier."""
    ordered = days.filter(days.ordered)
    begin = days.day.min().to_pyarrow().as_py()
    later = begin + timedelta(days=BURN_IN)
    first = ordered.group_by("customer_id").agg(first=ordered.day.min())["first"]
    left = (first >= ibis.date(later)).mean().to_pyarrow().as_py() or 0.0
    return later if (as_of - begin).days >= LONG and left >= LEFT_AT_LEAST else begin


def waits(days: ir.Table, as_of: date, since: date | None = None) -> pd.DataFrame:
    """How many customers of each segment waited how many days: segment, day, came (for a second order), customers.

    Who has not come is counted up to the last day that the data covers; further orders on the first day do not count.
    Customers whose first order was before `since` are left out.
    """
    ordered = days.filter(days.ordered)
    first = ordered.group_by("customer_id").agg(first=ordered.day.min())
    first = first if since is None else first.filter(first["first"] >= ibis.date(since))
    later = ordered.inner_join(first, "customer_id")
    each = later.group_by("segment", "customer_id", "first").agg(second=later.day.min(where=later.day > later["first"]))
    until = ibis.coalesce(each.second, ibis.date(as_of) - ibis.interval(days=1))
    waited = each.select("segment", came=each.second.notnull(), day=until.cast("date").delta(each["first"], unit="day"))
    counted = waited.group_by("segment", "day", "came").agg(customers=waited.count())
    return counted.order_by("segment", "day", "came").to_pandas()


def by_segment(counted: pd.DataFrame, smallest: int) -> dict[int, Waiting]:
    """The wait of every segment with enough customers."""
    groups = {int(segment): Waiting(group) for segment, group in counted.groupby("segment")}
    return {segment: waiting for segment, waiting in groups.items() if waiting.customers >= smallest}


def kaplan_meier(counted: pd.DataFrame) -> pd.DataFrame:
    """The share still waiting after each day on which somebody came, with Greenwood's interval on the log-log scale."""
    total = counted["customers"].sum()
    by_day = counted.groupby("day")["customers"].sum()
    came = counted[counted["came"]].groupby("day")["customers"].sum().reindex(by_day.index, fill_value=0)
    at_risk = total - by_day.cumsum().shift(fill_value=0)
    table = pd.DataFrame({"at_risk": at_risk, "events": came})
    table = table[table["events"] > 0]
    waiting = (1 - table["events"] / table["at_risk"]).cumprod()
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = (table["events"] / (table["at_risk"] * (table["at_risk"] - table["events"]))).cumsum()
        half = Z * np.sqrt(variance) / np.abs(np.log(waiting))
        low, high = waiting ** np.exp(half), waiting ** np.exp(-half)
    # Once nobody is left waiting the formula has no answer: nothing is known below, and no more than before above.
    return table.assign(waiting=waiting, low=low.fillna(0.0), high=high.ffill().fillna(1.0)).reset_index()

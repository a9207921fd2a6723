"""How long until a second order, counting those who have not placed one yet (Kaplan and Meier)."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from customer_segments.steps.retention.cohorts import Z

COLUMNS = ("day", "at_risk", "events", "waiting", "low", "high")


def waits(days: ir.Table, as_of: date) -> pd.DataFrame:
    """How many customers of each segment waited how many days: segment, day, came (for a second order), customers.

    Who has not come is counted up to the last day that the data covers; further orders on the first day do not count.
    """
    ordered = days.filter(days.ordered)
    first = ordered.group_by("customer_id").agg(first=ordered.day.min())
    later = ordered.inner_join(first, "customer_id")
    each = later.group_by("segment", "customer_id", "first").agg(second=later.day.min(where=later.day > later["first"]))
    until = ibis.coalesce(each.second, ibis.date(as_of) - ibis.interval(days=1))
    waited = each.select("segment", came=each.second.notnull(), day=until.cast("date").delta(each["first"], unit="day"))
    counted = waited.group_by("segment", "day", "came").agg(customers=waited.count())
    return counted.order_by("segment", "day", "came").to_pandas()


def kaplan_meier(counted: pd.DataFrame) -> pd.DataFrame:
    """The share still waiting after each day on which somebody came, with Greenwood's interval on the log-log scale."""
    total = counted["customers"].sum()
    by_day = counted.groupby("day")["customers"].sum()
    came = counted[counted["came"]].groupby("day")["customers"].sum().reindex(by_day.index, fill_value=0)
    at_risk = total - by_day.cumsum().shift(fill_value=0)
    table = pd.DataFrame({"at_risk": at_risk, "events": came})
    table = table[table["events"] > 0]
    waiting = (1 - table["events"] / table["at_risk"]).cumprod()
    left = table["at_risk"] - table["events"]
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = (table["events"] / (table["at_risk"] * left)).cumsum()
        half = Z * np.sqrt(variance) / np.abs(np.log(waiting))
        low, high = waiting ** np.exp(half), waiting ** np.exp(-half)
    # Once nobody is left waiting the formula has no answer: nothing is known below, and no more than before above.
    table = table.assign(waiting=waiting, low=low.fillna(0.0), high=high.ffill().fillna(1.0)).reset_index()
    return table[list(COLUMNS)]


def by_segment(counted: pd.DataFrame, smallest: int) -> dict[int, pd.DataFrame]:
    """The curve of every segment with enough customers."""
    groups = {int(segment): group for segment, group in counted.groupby("segment")}
    return {segment: kaplan_meier(group) for segment, group in groups.items() if group["customers"].sum() >= smallest}


def returned_by(curve: pd.DataFrame, day: int) -> tuple[float, float, float]:
    """The share that has ordered again within so many days, and its interval."""
    reached = curve[curve["day"] <= day]
    if reached.empty:
        return 0.0, 0.0, 0.0
    now = reached.iloc[-1]
    return 1 - now["waiting"], 1 - now["high"], 1 - now["low"]


def median_wait(curve: pd.DataFrame) -> int | None:
    """The day by which half have ordered again; None where that is not reached."""
    reached = curve.loc[curve["waiting"] <= 0.5, "day"]
    return None if reached.empty else int(reached.iloc[0])


def last_day_followed(counted: pd.DataFrame) -> int:
    """The last day on which anybody was still waiting or came."""
    return int(counted["day"].max())


def last_day_shown(counted: pd.DataFrame, smallest: int) -> int:
    """The last day on which enough customers are still waiting, so that no curve rests on a few people."""
    by_day = counted.groupby("day")["customers"].sum().sort_index(ascending=False).cumsum()
    enough = by_day[by_day >= smallest]
    return int(enough.index.max()) if len(enough) else int(counted["day"].max())


def last_days(counted: pd.DataFrame, curves: dict[int, pd.DataFrame], smallest: int) -> dict[int | None, int]:
    """Where the curve of each segment ends, and under None that of everyone."""
    groups = {segment: counted[counted["segment"] == segment] for segment in curves}
    return {segment: last_day_shown(group, smallest) for segment, group in ({None: counted} | groups).items()}

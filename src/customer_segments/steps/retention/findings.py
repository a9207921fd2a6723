"""What the retention chapter has found: its headline, findings and metrics, all computed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from customer_segments.base import words
from customer_segments.steps.retention import survival
from customer_segments.steps.retention.cohorts import last_is_whole, last_period, rates, rates_by_calendar
from customer_segments.steps.retention.tables import in_prose, sentence_case

TOLD_AGES = {"month": (1, 3, 6, 12), "week": (1, 4, 12, 26)}
TOLD_DAYS = (90, 30, 365)
FEWEST_PERIODS = 6  # to say that one of them stands out
STANDS_OUT = 0.25  # a rate this much above the usual one
FEWEST_IN_A_RATE = 30  # customers behind a point of a segment's curve
BY_CONSTRUCTION = (
    "Segments are made from the same orders as these curves, so that part of the difference between them is there by "
    "construction; whether segments tell what customers do next is asked in the chapter on validation."
)


def headline(counted: pd.DataFrame) -> str:
    """The chapter in a sentence."""
    curve, last = survival.kaplan_meier(counted), survival.last_day_followed(counted)
    day = next((day for day in TOLD_DAYS if day <= last), last)
    share, low, high = survival.returned_by(curve, day)
    if not share:
        who = words.counted(int(counted["customers"].sum()), "customer")
        return f"None of {who} ordered a second time within {words.counted(day, 'day')} of their first order."
    median = survival.median_wait(curve)
    half = f"; half have by day {median:,}" if median else ""
    return (
        f"{words.percent(share)} of customers order a second time within {words.counted(day, 'day')} of their first "
        f"order (95% interval {words.percent(low)} to {words.percent(high)}){half}."
    )


def findings(
    cells: pd.DataFrame, by_segment: pd.DataFrame, counted: pd.DataFrame, as_of: date, period: str
) -> list[str]:
    """What the chapter has shown, and what would change it."""
    told = told_rates(rates(cells), period)
    found = [f"**{headline(counted)}**"]
    found += [f"Over all cohorts, {told}."] if told else []
    found += _season(cells, period) + _first_cohort(cells, period) + _cut_period(cells, as_of, period)
    if by_segment["segment"].nunique() > 1:
        least, most = least_and_most(by_segment)
        found.append(f"{extremes(most, least, period)} {BY_CONSTRUCTION}")
    covered = int(cells["age"].max()) + 1
    found.append(
        f"All of this rests on {words.counted(covered, period)}"
        + ("; in less than two years, seasons cannot be told from a customer's age." if _short(cells, period) else ".")
    )
    return found


def metrics(
    cells: pd.DataFrame, by_segment: pd.DataFrame, counted: pd.DataFrame, as_of: date, period: str
) -> dict[str, Any]:
    """The outcome in numbers, small enough to compare between runs."""
    segments = {
        str(segment): _numbers(counted[counted["segment"] == segment], rated, period)
        for segment, rated in by_segment.groupby("segment")
    }
    return {
        "available": True,
        "headline": headline(counted),
        "as_of": f"{as_of:%Y-%m-%d}",
        "period": period,
        "last_period_whole": last_is_whole(as_of, period),
        **_numbers(counted, rates(cells), period),
        "by_segment": segments,
    }


def large_enough(by_segment: pd.DataFrame, smallest: int) -> pd.DataFrame:
    """The rates of segments that rest on enough customers."""
    return by_segment[by_segment["customers"] >= max(smallest, FEWEST_IN_A_RATE)].reset_index(drop=True)


def told_rates(rated: pd.DataFrame, period: str) -> str:
    """The rates at a few ages, as prose."""
    by_age = rated.set_index("age")
    ages = [age for age in TOLD_AGES[period] if age in by_age.index]
    parts = [
        f"{words.percent(by_age.loc[age, 'rate'])} order {words.counted(age, period)} after the first" for age in ages
    ]
    return words.listed(parts)


def least_and_most(by_segment: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """The segments that come back least and most in the first period after their first order."""
    first = by_segment[by_segment["age"] == by_segment["age"].min()].sort_values(["rate", "segment"])
    return first.iloc[0], first.iloc[-1]


def extremes(most: pd.Series, least: pd.Series, period: str) -> str:
    """How two segments differ one period after the first order."""
    return (
        f"One {period} on, {words.percent(most['rate'])} of {_mid(most)} order and {words.percent(least['rate'])} of "
        f"{_mid(least)}."
    )


def last_name(as_of: date, period: str) -> str:
    """The period that the data ends in."""
    start, _ = last_period(as_of, period)
    return in_prose(pd.Timestamp(start), period)


def _season(cells: pd.DataFrame, period: str) -> list[str]:
    """The calendar period that stands out as a diagonal, if one does."""
    # The first cohort may hold old customers, whose rate is another one.
    calendar = rates_by_calendar(cells[cells["cohort"] > cells["cohort"].min()])
    if len(calendar) < FEWEST_PERIODS:
        return []
    place = calendar["rate"].idxmax()
    best, others = calendar.loc[place], calendar.drop(index=place)
    usual = others["active"].sum() / others["customers"].sum()
    if best["rate"] < usual * (1 + STANDS_OUT) or best["customers"] < FEWEST_IN_A_RATE or not usual:
        return []
    return [
        f"A dark diagonal is a time of the year, not an age: in {in_prose(best['period'], period)} "
        f"{words.percent(best['rate'])} of all earlier cohorts ordered, against {words.percent(usual)} in other "
        f"{period}s. Compare cohorts at the same age only with this in mind."
    ]


def _first_cohort(cells: pd.DataFrame, period: str) -> list[str]:
    """A word on customers who may have been customers before the data begins."""
    first = cells["cohort"].min()
    early, later = rates(cells[cells["cohort"] == first]), rates(cells[cells["cohort"] > first])
    few = early.empty or later.empty or min(early["customers"].iloc[0], later["customers"].iloc[0]) < FEWEST_IN_A_RATE
    if few or not rates(cells)["active"].any():
        return []
    return [
        f"Who first ordered in {in_prose(first, period)} may have been a customer before the data begins: "
        f"{words.percent(early['rate'].iloc[0])} of them ordered one {period} on, against "
        f"{words.percent(later['rate'].iloc[0])} of later cohorts."
    ]


def _cut_period(cells: pd.DataFrame, as_of: date, period: str) -> list[str]:
    """What the last period, counted as whole, would have made of the rate."""
    if last_is_whole(as_of, period):
        return []
    right, wrong = rates(cells), rates(cells.assign(whole=True))
    name = sentence_case(last_name(as_of, period))
    if right.empty:
        return [f"{name} had not ended, and no earlier {period} can be compared."]
    as_whole, as_is = (words.percent(found["rate"].iloc[0], 1) for found in (wrong, right))
    rate = f"the rate one {period} on would read {as_whole} instead of {as_is}, and " if as_whole != as_is else ""
    return [
        f"{name} had not ended and is left out of averages: counted as whole, {rate}the last cell of every row would "
        "look like customers leaving."
    ]


def _short(cells: pd.DataFrame, period: str) -> bool:
    return cells["age"].max() + 1 < (24 if period == "month" else 104)


def _numbers(counted: pd.DataFrame, rated: pd.DataFrame, period: str) -> dict[str, Any]:
    curve, by_age = survival.kaplan_meier(counted), rated.set_index("age")["rate"]
    return {
        "customers": int(counted["customers"].sum()),
        "second_order_within_90_days": survival.returned_by(curve, TOLD_DAYS[0])[0],
        "median_days_to_second_order": survival.median_wait(curve),
        **{f"rate_after_{age}": float(by_age[age]) for age in TOLD_AGES[period] if age in by_age.index},
    }


def _mid(row: pd.Series) -> str:
    name = words.segment(int(row["segment"]))
    return "the group not assigned" if name == "Not assigned" else name[0].lower() + name[1:]

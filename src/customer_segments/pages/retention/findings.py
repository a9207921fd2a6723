"""How segments come back, how long it takes until a second order, and what the chapter has found."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from customer_segments.base import words
from customer_segments.pages.plots import retention as plots
from customer_segments.pages.plots.absent import NO_TRANSACTIONS, not_available
from customer_segments.pages.retention.cohorts import in_prose, told_rates
from customer_segments.steps.retain import WITHIN_DAYS, Retained
from customer_segments.steps.retention.survival import Waiting

TOLD_DAYS = (WITHIN_DAYS, 30, 365)
DAYS_IN_TABLE = (30, 90, 180, 365)
TWO_YEARS = {"month": 24, "week": 104}
BY_CONSTRUCTION = (
    "Segments are made from the same orders as these curves, so that part of the difference between them is there by "
    "construction; whether segments tell what customers do next is asked in the chapter on validation."
)


def curves(found: Retained) -> tuple[Figure, str, str]:
    """The share of each segment that orders again: who comes back most and least, and why this is no discovery."""
    extremes = _extremes(found)
    who = "each segment that orders" if extremes else "customers who order"
    caption = f"The share of {who} in each {found.period} after the first; bands are 95% intervals.{extremes}"
    parts = []
    for segment, curve in found.by_segment.groupby("segment"):
        first, last = (words.percent(curve["rate"].iloc[place]) for place in (0, -1))
        age = words.counted(int(curve["age"].iloc[-1]), found.period)
        parts.append(f"{words.segment(int(segment))} from {first} to {last} after {age}")
    alt = f"Lines of the share that orders in each {found.period}: {words.listed(parts)}."
    return plots.curves(found.by_segment, found.period), caption, alt


def second_order(found: Retained) -> tuple[Figure, str, str]:
    """The time until a second order: what is counted as coming back, and how far the data reaches."""
    smallest, everyone = found.smallest_group, found.everyone
    caption = (
        "A shop without contracts is never told that a customer has left, so the question is how long until the second "
        f"day with an order. {words.counted(everyone.not_yet, 'customer')} of {everyone.customers:,} had placed none "
        f"by {words.day(found.as_of - timedelta(days=1))}; they count for as long as they were observed (Kaplan and "
        "Meier), with 95% intervals (Greenwood, log-log scale). Curves end where fewer than "
        f"{words.counted(smallest, 'customer')} are still waiting; segments with fewer have none."
    )
    within = {segment: waiting.returned_by(WITHIN_DAYS)[0] for segment, waiting in found.waiting.items()}
    told = words.listed(f"{words.segment(segment)} {words.percent(share)}" for segment, share in within.items())
    by_segment = f" By segment, within {WITHIN_DAYS} days: {told}." if told else ""
    alt = f"Rising curves of the share that has ordered a second time. {headline(found)}{by_segment}"
    drawn = {segment: waiting.shown(smallest) for segment, waiting in found.waiting.items()}
    return plots.coming_back(everyone.shown(smallest), drawn), caption, alt


def second_order_table(found: Retained) -> tuple[pd.DataFrame, str]:
    """Who has ordered again within how many days, for everyone and for each segment; with 95 % intervals."""
    last = found.everyone.followed
    days = [day for day in DAYS_IN_TABLE if day <= last] or [last]
    named = {"Everyone": found.everyone} | {words.segment(segment): each for segment, each in found.waiting.items()}
    rows = []
    for name, waiting in named.items():
        told = {f"Within {day} days": _interval(waiting, day) for day in days}
        half = "not reached" if waiting.median is None else f"{waiting.median:,} days"
        rows.append({"": name, "Customers": waiting.customers, **told, "Half by": half})
    return pd.DataFrame(rows), (
        "Share of customers with a second order within so many days of the first, and its 95% interval; “–” where the "
        "data does not follow enough of them for so long."
    )


def headline(found: Retained) -> str:
    """The chapter in a sentence."""
    everyone = found.everyone
    day = next((day for day in TOLD_DAYS if day <= everyone.followed), everyone.followed)
    share, low, high = everyone.returned_by(day)
    days = f"within {words.counted(day, 'day')} of their first order"
    if not share:
        return f"None of {words.counted(everyone.customers, 'customer')} ordered a second time {days}."
    half = f"; half have by day {everyone.median:,}" if everyone.median else ""
    interval = f"95% interval {words.percent(low)} to {words.percent(high)}"
    return f"{words.percent(share)} of customers order a second time {days} ({interval}){half}."


def findings(found: Retained | None) -> list[str]:
    """What the chapter has shown, and what would change it."""
    if found is None:
        return [NO_TRANSACTIONS]
    period, told = found.period, [f"**{headline(found)}**"]
    if rates := told_rates(found):
        told.append(f"Over all cohorts, {rates}.")
    if found.season:
        start, rate, usual = found.season
        told.append(
            f"A dark diagonal is a time of the year, not an age: in {in_prose(start, period)} {words.percent(rate)} of "
            f"all earlier cohorts ordered, against {words.percent(usual)} in other {period}s. Compare cohorts at the "
            "same age only with this in mind."
        )
    if found.first_cohort:
        start, rate, later = found.first_cohort
        told.append(
            f"Who first ordered in {in_prose(start, period)} may have been a customer before the data begins: "
            f"{words.percent(rate)} of them ordered one {period} on, against {words.percent(later)} of later cohorts."
        )
    if found.unfinished:
        told.append(f"{words.capital(in_prose(found.unfinished, period))} had not ended{_cut_period(found)}")
    if extremes := _extremes(found):
        told.append(extremes.strip())
    short = "; in less than two years, seasons cannot be told from a customer's age"
    covered = words.counted(found.covered, period)
    return [*told, f"All of this rests on {covered}{short if found.covered < TWO_YEARS[period] else ''}."]


def metrics(found: Retained | None) -> dict[str, Any]:
    """The outcome in numbers, with the headline."""
    if found is None:
        return not_available(NO_TRANSACTIONS)
    return {"available": True, "headline": headline(found), **found.numbers}


def _extremes(found: Retained) -> str:
    """The segments that come back least and most one period after their first order, where there are two."""
    rated = found.by_segment
    if rated["segment"].nunique() < 2:
        return ""
    ends = rated[rated["age"] == rated["age"].min()].sort_values(["rate", "segment"]).iloc[[0, -1]]
    (least, low), (most, high) = zip(
        ends["segment"].map(words.segment_inline), ends["rate"].map(words.percent), strict=True
    )
    return f" One {found.period} on, {high} of {most} order and {low} of {least}. {BY_CONSTRUCTION}"


def _cut_period(found: Retained) -> str:
    """What the last period, counted as whole, would have made of the rate."""
    if found.rates.empty:
        return f", and no earlier {found.period} can be compared."
    whole, known = (words.percent(rated["rate"].iloc[0], 1) for rated in (found.rates_if_whole, found.rates))
    rate = f"the rate one {found.period} on would read {whole} instead of {known}, and " if whole != known else ""
    return (
        f" and is left out of averages: counted as whole, {rate}the last cell of every row would look like customers "
        "leaving."
    )


def _interval(waiting: Waiting, day: int) -> str:
    if day > waiting.followed:
        return "–"
    share, low, high = waiting.returned_by(day)
    return f"{words.percent(share)} ({words.percent(low)} to {words.percent(high)})" if share else "none so far"

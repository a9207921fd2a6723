"""Captions of the retention chapter, and its figures for those who cannot see them; all computed."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from customer_segments.base import words
from customer_segments.steps.retention import survival
from customer_segments.steps.retention.cohorts import last_is_whole, rates
from customer_segments.steps.retention.findings import (
    BY_CONSTRUCTION,
    TOLD_DAYS,
    extremes,
    headline,
    last_name,
    least_and_most,
    told_rates,
)
from customer_segments.steps.retention.tables import AGES_SHOWN, COHORTS_SHOWN, sentence_case, shown


def rate_caption(cells: pd.DataFrame, as_of: date, period: str, smallest: int) -> str:
    """How to read the triangle, which cells are pale, and what is left out."""
    return (
        f"Each row is the customers whose first order fell in that {period} (their number in brackets); each cell, how "
        f"many per cent of them ordered in the {period} so many {period}s later.{_left_out(cells, period, smallest)}"
        f"{_pale(as_of, period)}"
    ).strip()


def count_caption(as_of: date, period: str) -> str:
    """What the counts are."""
    return (
        f"Customers of each cohort who ordered in each {period}; {period} 0 is that of the first order."
        f"{_pale(as_of, period)}"
    )


def revenue_caption(cells: pd.DataFrame, as_of: date, period: str, smallest: int) -> str:
    """What the revenue is, and where it is not told."""
    few = (shown(cells, smallest)["active"] < smallest).any()
    hidden = f" A dot stands where fewer than {smallest} customers ordered." if few else ""
    return (
        f"Net revenue of each cohort in each {period}, after returns; the darker, the nearer to that of its first "
        f"{period}.{hidden}{_pale(as_of, period)}"
    )


def grid_alt(cells: pd.DataFrame, period: str, smallest: int, of_what: str) -> str:
    """The triangle for those who cannot see it."""
    seen = shown(cells, smallest)
    told = told_rates(rates(cells), period)
    average = f" On average {told}." if told else ""
    return f"Triangle of {of_what} for {words.counted(seen['cohort'].nunique(), 'cohort')} by {period}.{average}"


def curve_caption(by_segment: pd.DataFrame, period: str) -> str:
    """Who comes back most and least, and why this is no discovery."""
    least, most = least_and_most(by_segment)
    if least["segment"] == most["segment"]:
        return f"The share of customers who order in each {period} after the first; bands are 95% intervals."
    return (
        f"The share of each segment that orders in each {period} after the first; bands are 95% intervals. "
        f"{extremes(most, least, period)} {BY_CONSTRUCTION}"
    )


def curve_alt(by_segment: pd.DataFrame, period: str) -> str:
    """The curves at their first and last point."""
    parts = []
    for segment, curve in by_segment.groupby("segment"):
        first, last = curve.iloc[0], curve.iloc[-1]
        parts.append(
            f"{words.segment(int(segment))} from {words.percent(first['rate'])} to {words.percent(last['rate'])} after "
            f"{words.counted(int(last['age']), period)}"
        )
    return f"Lines of the share that orders in each {period}: {words.listed(parts)}."


def waiting_caption(counted: pd.DataFrame, as_of: date, smallest: int) -> str:
    """What is counted as coming back, how it is estimated, and how far the data reaches."""
    waiting = int(counted.loc[~counted["came"], "customers"].sum())
    total = int(counted["customers"].sum())
    return (
        "A shop without contracts is never told that a customer has left, so the question is how long until the second "
        f"day with an order. {words.counted(waiting, 'customer')} of {total:,} had placed none by "
        f"{words.day(as_of - timedelta(days=1))}; they count for as long as they were observed (Kaplan "
        "and Meier), with 95% intervals (Greenwood, log-log scale). Curves end where fewer than "
        f"{words.counted(smallest, 'customer')} are still waiting; segments with fewer have none."
    )


def waiting_alt(counted: pd.DataFrame, curves: dict[int, pd.DataFrame]) -> str:
    """The curves in words."""
    parts = [
        f"{words.segment(segment)} {words.percent(survival.returned_by(curve, TOLD_DAYS[0])[0])}"
        for segment, curve in curves.items()
    ]
    by_segment = f" By segment, within {TOLD_DAYS[0]} days: {words.listed(parts)}." if parts else ""
    return f"Rising curves of the share that has ordered a second time. {headline(counted)}{by_segment}"


def waiting_table_caption() -> str:
    """What the intervals are, and where a gap stands."""
    return (
        "Share of customers with a second order within so many days of the first, and its 95% interval; “–” where the "
        "data does not follow enough of them for so long."
    )


def no_cohort(cells: pd.DataFrame, period: str, smallest: int) -> str:
    """Why there is no triangle."""
    largest = int(cells["customers"].max()) if len(cells) else 0
    return (
        f"No cohort of at least {words.counted(smallest, 'customer')} (`privacy.smallest_group`) could be followed for "
        f"a {period}; the largest has {largest:,}."
    )


def _pale(as_of: date, period: str) -> str:
    if last_is_whole(as_of, period):
        return ""
    name = sentence_case(last_name(as_of, period))
    return f" {name} had not ended: its cells are uncoloured, in italics, and in no average."


def _left_out(cells: pd.DataFrame, period: str, smallest: int) -> str:
    sizes = cells.groupby("cohort")["customers"].first()
    small, large = int((sizes < smallest).sum()), int((sizes >= smallest).sum())
    parts = [f"{words.counted(small, 'cohort')} of fewer than {smallest} customers"] if small else []
    parts += [words.counted(large - COHORTS_SHOWN, "earlier cohort")] if large > COHORTS_SHOWN else []
    found = f" Not shown, but part of the average: {words.listed(parts)}." if parts else ""
    return found + (f" {period.capitalize()}s after the {AGES_SHOWN}th are not shown." if _long(cells) else "")


def _long(cells: pd.DataFrame) -> bool:
    return bool(cells["age"].max() > AGES_SHOWN)

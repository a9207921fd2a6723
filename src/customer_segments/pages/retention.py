"""Chapter 6 in words, tables and figures: each function takes what `retain` found and returns what is shown."""

from datetime import timedelta
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from customer_segments.base import words
from customer_segments.pages.plots import retention as plots
from customer_segments.pages.plots import shaded
from customer_segments.pages.plots.absent import NO_TRANSACTIONS, not_available, nothing
from customer_segments.pages.report import written
from customer_segments.steps.retain import TOLD_AGES, WITHIN_DAYS, Retained
from customer_segments.steps.retention.cohorts import AGES_SHOWN, COHORTS_SHOWN, large_enough
from customer_segments.steps.retention.survival import Waiting

SOURCE = " From `data/processed/cohorts.parquet`."
TOLD_DAYS = (WITHIN_DAYS, 30, 365)
DAYS_IN_TABLE = (30, 90, 180, 365)
TWO_YEARS = {"month": 24, "week": 104}
NOT_FOLLOWED = "Nobody was followed for a day after their first order, so whether customers come back cannot be told."
BY_CONSTRUCTION = (
    "Segments are made from the same orders as these curves, so that part of the difference between them is there by "
    "construction; whether segments tell what customers do next is asked in the chapter on validation."
)


def rates(found: Retained) -> tuple[shaded.Shaded, str, str, str]:
    """How many per cent of each cohort ordered again."""
    title, of_what, finding = "Per cent that ordered", "retention rates", on_average(found)
    return _shown(found, rate_cells(found), "cohorts_per_cent", title, of_what, told_of_rates(found), finding)


def on_average(found: Retained) -> str:
    """The first rate that is known of all cohorts together."""
    known = found.rates.dropna(subset="rate")
    if known.empty:
        return f"No cohort has been followed for a whole {found.period}"
    age = words.counted(int(known["age"].iloc[0]), found.period)
    return f"On average {words.percent(known['rate'].iloc[0])} of a cohort order again {age} after the first order"


def told_of_rates(found: Retained) -> str:
    """How to read the triangle, and what is left out."""
    period, smallest = found.period, found.smallest_group
    large = len(large_enough(found.cells, smallest))
    small = found.cells["cohort"].nunique() - large
    parts = [f"{words.counted(small, 'cohort')} that would tell of fewer than {smallest} customers"] if small else []
    parts += [words.counted(large - COHORTS_SHOWN, "earlier cohort")] if large > COHORTS_SHOWN else []
    left_out = f" Not shown, but part of the average: {words.listed(parts)}." if parts else ""
    if found.covered > AGES_SHOWN + 1:
        left_out += f" {period.capitalize()}s after the {AGES_SHOWN}th are not shown."
    return (
        f"Each row is the customers whose first order fell in that {period} (their number in brackets); each cell, how "
        f"many per cent of them ordered in the {period} so many {period}s later.{left_out}"
    )


def counts(found: Retained) -> tuple[shaded.Shaded, str, str, str]:
    """How many customers of each cohort ordered in each period."""
    shown, period = found.shown, found.period
    caption = f"Customers of each cohort who ordered in each {period}; {period} 0 is that of the first order."
    cells = shown.assign(
        row=_names(shown, period), shade=shown["rate"], value=shown["active"], text=shown["active"].map("{:,}".format)
    )
    largest = shown.loc[shown["customers"].idxmax()]
    finding = (
        f"The largest cohort is that of {in_prose(largest['cohort'], period)}, with "
        f"{words.counted(int(largest['customers']), 'customer')}"
    )
    return _shown(found, cells, "cohorts_customers", "Customers", "customers who ordered", caption, finding)


def revenue(found: Retained, currency: str) -> tuple[shaded.Shaded | None, str, str, str]:
    """Net revenue of each cohort in each period; not told of fewer than the smallest group, or without money."""
    if "revenue" not in found.shown:
        return None, "", "", ""
    shown, few = found.shown, f" A dot stands where {words.fewer_than(found.smallest_group, 'customer')} ordered."
    caption = (
        f"Net revenue of each cohort in each {found.period}, after returns; the darker, the nearer to that of its "
        f"first {found.period}.{few if shown['few'].any() else ''}"
    )
    texts = shown["revenue"].map(words.short).mask(shown["few"], "·")
    numbers = shown["revenue"].mask(shown["few"])
    cells = shown.assign(row=_names(shown, found.period), shade=shown["kept"], value=numbers, text=texts)
    told, finding = shown[~shown["few"]], f"Too few customers ordered in any {found.period} to tell of their revenue"
    if len(told):
        most = told.loc[told["revenue"].idxmax()]
        finding = (
            f"Most came from the cohort of {in_prose(most['cohort'], found.period)}, in "
            f"{f'{found.period} {age}' if (age := most['age']) else f'its first {found.period}'}: "
            f"{words.money(most['revenue'], currency)}"
        )
    return _shown(found, cells, "cohorts_revenue", f"Net revenue in {currency}", "net revenue", caption, finding)


def none_followed(found: Retained) -> str:
    """Why there is no triangle."""
    largest = int(found.cells["customers"].max()) if len(found.cells) else 0
    return (
        f"No cohort of at least {words.counted(found.smallest_group, 'customer')} (`privacy.smallest_group`) could be "
        f"followed for a {found.period}; the largest has {largest:,}."
    )


def rate_cells(found: Retained) -> pd.DataFrame:
    """Per cent of each cohort that ordered again, with the average over whole periods on top."""
    later = found.shown[found.shown["age"] > 0]
    sizes = later.groupby("cohort")["customers"].transform("first").map("  ({:,})".format)
    average = found.rates.set_index("age").reindex(sorted(later["age"].unique())).reset_index()
    average = average.assign(row=shaded.AVERAGE, whole=average["rate"].notna())
    cells = pd.concat([average, later.assign(row=_names(later, found.period) + sizes)])
    texts = cells["rate"].map("{:.0%}".format).str.rstrip("%").mask(cells["rate"].isna(), "")
    highest = cells["rate"].max()
    return cells.assign(
        shade=cells["rate"] / highest if highest else cells["rate"], value=100 * cells["rate"], text=texts
    )


def told_rates(found: Retained) -> str:
    """The rates at a few ages, as prose."""
    told = found.rates[found.rates["age"].isin(TOLD_AGES[found.period])]
    return words.listed(
        f"{words.percent(row.rate)} order {words.counted(row.age, found.period)} after the first"
        for row in told.itertuples()
    )


def in_prose(start: pd.Timestamp, period: str) -> str:
    """A month as `January 2024`, a week as `the week of 2024-01-01`."""
    return f"{start:%B %Y}" if period == "month" else f"the week of {start:%Y-%m-%d}"


def curves(found: Retained) -> tuple[Figure, str, str, str]:
    """The share of each segment that orders again, in each period after the first."""
    parts = []
    for segment, curve in found.by_segment.groupby("segment"):
        first, last = (words.percent(curve["rate"].iloc[place]) for place in (0, -1))
        age = words.counted(int(curve["age"].iloc[-1]), found.period)
        parts.append(f"{words.segment(int(segment))} from {first} to {last} after {age}")
    alt = f"Lines of the share that orders in each {found.period}: {words.listed(parts)}."
    caption = f"{again(found)} From `data/processed/return_rates.parquet`."
    return plots.curves(found.by_segment, found.period), caption, alt, most_and_least(found)


def again(found: Retained) -> str:
    """What is drawn, and why it is no discovery."""
    several = found.by_segment["segment"].nunique() > 1
    who, why = ("each segment that orders", f" {BY_CONSTRUCTION}") if several else ("customers who order", "")
    return f"The share of {who} in each {found.period} after the first; bands are 95% intervals.{why}"


def most_and_least(found: Retained) -> str:
    """The segments that come back most and least one period after their first order."""
    rated = found.by_segment
    ends = rated[rated["age"] == rated["age"].min()].sort_values(["rate", "segment"]).iloc[[0, -1]]
    least, most = ends["segment"].map(words.segment_inline)
    low, high = ends["rate"].map(words.percent)
    than = "" if least == most else f" and {low} of {least}"
    return f"One {found.period} on, {high} of {most} order{than}"


def second_order(found: Retained) -> tuple[Figure, str, str, str]:
    """The time until a second order, for everyone and for each segment."""
    if not found.everyone.followed:
        return nothing(NOT_FOLLOWED), "A second order is one on a later day.", NOT_FOLLOWED, NOT_FOLLOWED.rstrip(".")
    within = {segment: waiting.returned_by(WITHIN_DAYS)[0] for segment, waiting in found.waiting.items()}
    told = words.listed(f"{words.segment(segment)} {words.percent(share)}" for segment, share in within.items())
    by_segment = f" By segment, within {WITHIN_DAYS} days: {told}." if told else ""
    alt = f"Rising curves of the share that has ordered a second time. {headline(found)}{by_segment}"
    drawn = {segment: waiting.shown(found.smallest_group) for segment, waiting in found.waiting.items()}
    caption = f"{waited(found)} From `data/processed/second_orders.parquet`."
    return plots.coming_back(found.everyone.shown(found.smallest_group), drawn), caption, alt, order_again(found)


def waited(found: Retained) -> str:
    """What is counted as coming back, and how far the data reaches."""
    smallest, everyone = found.smallest_group, found.everyone
    few = 0 < everyone.not_yet < smallest
    not_yet = f"Fewer than {smallest} customers" if few else words.counted(everyone.not_yet, "customer")
    placed = f"{not_yet} of {everyone.customers:,} had placed none"
    if not everyone.not_yet:
        placed = f"All {words.counted(everyone.customers, 'customer')} had placed one"
    before = ""
    if found.since:
        before = f" Who is first seen before {words.day(found.since)} is left out: they may have been customers before."
    return (
        f"Share of customers with a second day of orders, by days since the first, in per cent. {placed} by "
        f"{words.day(found.as_of - timedelta(days=1))}; they count for as long as they were observed (Kaplan and "
        "Meier), with 95% intervals (Greenwood, log-log scale). Curves end where "
        f"{words.fewer_than(smallest, 'customer')} are still waiting; segments with fewer have none.{before}"
    )


def second_order_table(found: Retained) -> tuple[pd.DataFrame, str]:
    """Who has ordered again within how many days, for everyone and for each segment; with 95 % intervals."""
    last = found.everyone.followed
    if not last:
        return pd.DataFrame(), ""
    days = [day for day in DAYS_IN_TABLE if day <= last] or [last]
    named = {"Everyone": found.everyone} | {words.segment(segment): each for segment, each in found.waiting.items()}
    rows = []
    for name, waiting in named.items():
        told = {f"Within {words.counted(day, 'day')}": _interval(waiting, day) for day in days}
        half = "not reached" if waiting.median is None else words.counted(waiting.median, "day")
        rows.append({"": name, "Customers followed": waiting.customers, **told, "Half by": half})
    return pd.DataFrame(rows), (
        "Share of customers with a second order within so many days of the first, and its 95% interval; “–” where the "
        "data does not follow enough of them for so long."
    )


def headline(found: Retained) -> str:
    """The chapter in a sentence."""
    everyone = found.everyone
    if not everyone.followed:
        return NOT_FOLLOWED
    share, low, high = everyone.returned_by(_told_day(everyone))
    if not share:
        return f"{order_again(found)}."
    half = f"; half have by day {everyone.median:,}" if everyone.median else ""
    return f"{order_again(found)} (95% interval {words.percent(low)} to {words.percent(high)}){half}."


def order_again(found: Retained) -> str:
    """How many order a second time, within how many days."""
    everyone, day = found.everyone, _told_day(found.everyone)
    days = f"within {words.counted(day, 'day')} of their first order"
    if share := everyone.returned_by(day)[0]:
        return f"{words.percent(share)} of customers order a second time {days}"
    return f"None of {words.counted(everyone.customers, 'customer')} ordered a second time {days}"


def _told_day(everyone: Waiting) -> int:
    return next((day for day in TOLD_DAYS if day <= everyone.followed), everyone.followed)


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
        told.append(extremes)
    short = "; in less than two years, seasons cannot be told from a customer's age"
    covered = words.counted(found.covered, period)
    return [*told, f"All of this rests on {covered}{short if found.covered < TWO_YEARS[period] else ''}."]


def content(found: Retained | None) -> dict[str, Any]:
    """What the Explorer tells of the chapter, beside the tables that are kept of it."""
    if found is None:
        return not_available(NO_TRANSACTIONS)
    _, *learned = findings(found)
    return {
        "available": True,
        "headline": headline(found),
        "learned": learned,
        "period": found.period,
        "smallest_group": found.smallest_group,
        "unfinished": words.capital(in_prose(found.unfinished, found.period)) if found.unfinished else None,
        "none_followed": none_followed(found) if found.shown.empty else None,
        "on_average": on_average(found),
        "rates": told_of_rates(found),
        "most_and_least": most_and_least(found) if len(found.by_segment) else None,
        "again": again(found),
        "order_again": order_again(found),
        "waited": waited(found),
        "second_order": written.told(*second_order_table(found)),
    }


def metrics(found: Retained | None) -> dict[str, Any]:
    """The outcome in numbers, with the headline."""
    if found is None:
        return not_available(NO_TRANSACTIONS)
    return {"available": True, "headline": headline(found), **found.numbers}


def _shown(
    found: Retained, cells: pd.DataFrame, name: str, title: str, of_what: str, caption: str, finding: str
) -> tuple[shaded.Shaded, str, str, str]:
    """The triangle with a word on the period that had not ended, and for those who cannot see it."""
    if found.unfinished:
        last = words.capital(in_prose(found.unfinished, found.period))
        caption += f" {last} had not ended: its cells are uncoloured, in italics, and in no average."
    told, cohorts = told_rates(found), words.counted(found.shown["cohort"].nunique(), "cohort")
    alt = f"Triangle of {of_what} for {cohorts} by {found.period}.{f' On average {told}.' if told else ''}"
    return shaded.triangle(cells, name, title, found.period), f"{caption}{SOURCE}", alt, finding


def _names(cells: pd.DataFrame, period: str) -> pd.Series:
    """A month as `Jan 2024`, a week by its Monday."""
    return cells["cohort"].dt.strftime("%b %Y" if period == "month" else "%Y-%m-%d")


def _extremes(found: Retained) -> str:
    """The segments that come back least and most one period after their first order, where there are two."""
    rated = found.by_segment
    return f"{most_and_least(found)}. {BY_CONSTRUCTION}" if rated["segment"].nunique() > 1 else ""


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

"""How many of each cohort order again, as triangles: cells written, small groups left out, the cut period marked."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from customer_segments.base import words
from customer_segments.pages.plots import retention as plots
from customer_segments.pages.plots.retention import AVERAGE
from customer_segments.steps.retain import TOLD_AGES, Retained
from customer_segments.steps.retention.cohorts import AGES_SHOWN, COHORTS_SHOWN


def rates(found: Retained) -> tuple[Figure, str, str]:
    """How many per cent of each cohort ordered again: how to read the triangle, and what is left out."""
    period, smallest = found.period, found.smallest_group
    sizes = found.cells.groupby("cohort")["customers"].first()
    small, large = int((sizes < smallest).sum()), int((sizes >= smallest).sum())
    parts = [f"{words.counted(small, 'cohort')} of fewer than {smallest} customers"] if small else []
    parts += [words.counted(large - COHORTS_SHOWN, "earlier cohort")] if large > COHORTS_SHOWN else []
    left_out = f" Not shown, but part of the average: {words.listed(parts)}." if parts else ""
    if found.covered > AGES_SHOWN + 1:
        left_out += f" {period.capitalize()}s after the {AGES_SHOWN}th are not shown."
    caption = (
        f"Each row is the customers whose first order fell in that {period} (their number in brackets); each cell, how "
        f"many per cent of them ordered in the {period} so many {period}s later.{left_out}"
    )
    return _shown(found, rate_cells(found), "Per cent that ordered", "retention rates", caption)


def counts(found: Retained) -> tuple[Figure, str, str]:
    """How many customers of each cohort ordered in each period."""
    period = found.period
    caption = f"Customers of each cohort who ordered in each {period}; {period} 0 is that of the first order."
    return _shown(found, count_cells(found), "Customers", "customers who ordered", caption)


def revenue(found: Retained, currency: str) -> tuple[Figure, str, str]:
    """Net revenue of each cohort in each period."""
    few = f" A dot stands where fewer than {found.smallest_group} customers ordered."
    caption = (
        f"Net revenue of each cohort in each {found.period}, after returns; the darker, the nearer to that of its "
        f"first {found.period}.{few if found.shown['few'].any() else ''}"
    )
    return _shown(found, revenue_cells(found), f"Net revenue in {currency}", "net revenue", caption)


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
    average = average.assign(row=AVERAGE, whole=average["rate"].notna())
    cells = pd.concat([average, later.assign(row=_names(later, found.period) + sizes)])
    texts = cells["rate"].map("{:.0%}".format).str.rstrip("%").mask(cells["rate"].isna(), "")
    highest = cells["rate"].max()
    return cells.assign(shade=cells["rate"] / highest if highest else cells["rate"], text=texts)


def count_cells(found: Retained) -> pd.DataFrame:
    """How many customers ordered."""
    shown, names = found.shown, _names(found.shown, found.period)
    return shown.assign(row=names, shade=shown["rate"], text=shown["active"].map("{:,}".format))


def revenue_cells(found: Retained) -> pd.DataFrame:
    """What they brought; not told where fewer than the smallest group did."""
    shown, names = found.shown, _names(found.shown, found.period)
    return shown.assign(row=names, shade=shown["kept"], text=shown["revenue"].map(short).mask(shown["few"], "·"))


def short(value: float) -> str:
    """An amount in a narrow cell: 950 · 12.3k · 1.2M."""
    sign, size = ("−" if round(value) < 0 else ""), abs(value)
    for step, letter in ((1e6, "M"), (1e3, "k")):
        if size >= 0.9995 * step:
            return f"{sign}{size / step:,.{0 if size >= 99.95 * step else 1}f}{letter}"
    return f"{sign}{size:,.0f}"


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


def _shown(found: Retained, cells: pd.DataFrame, title: str, of_what: str, caption: str) -> tuple[Figure, str, str]:
    """The triangle with a word on the period that had not ended, and for those who cannot see it."""
    if found.unfinished:
        name = words.capital(in_prose(found.unfinished, found.period))
        caption += f" {name} had not ended: its cells are uncoloured, in italics, and in no average."
    told, cohorts = told_rates(found), words.counted(found.shown["cohort"].nunique(), "cohort")
    alt = f"Triangle of {of_what} for {cohorts} by {found.period}.{f' On average {told}.' if told else ''}"
    return plots.triangle(cells, title, found.period), caption, alt


def _names(cells: pd.DataFrame, period: str) -> pd.Series:
    """A month as `Jan 2024`, a week by its Monday."""
    return cells["cohort"].dt.strftime("%b %Y" if period == "month" else "%Y-%m-%d")

"""Cohorts and waiting times as a reader sees them: cells written, small groups left out, the cut period marked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from customer_segments.base import words
from customer_segments.steps.retention import survival
from customer_segments.steps.retention.cohorts import rates

COHORTS_SHOWN = 24  # the most recent ones: more rows than this leave no room for numbers
AGES_SHOWN = 12  # periods after the first
DAYS_TOLD = (30, 90, 180, 365)
AVERAGE = "All cohorts"


@dataclass(frozen=True)
class Grid:
    """A triangle ready to draw: rows are cohorts, columns ages; shades from 0 to 1 and gaps where nothing is known."""

    shades: pd.DataFrame
    texts: pd.DataFrame
    whole: pd.DataFrame  # false where the period had not ended


def shown(cells: pd.DataFrame, smallest: int) -> pd.DataFrame:
    """The cells of cohorts with enough customers, the most recent cohorts, up to a dozen periods on."""
    large = cells[(cells["customers"] >= smallest) & (cells["age"] <= AGES_SHOWN)]
    return large[large["cohort"].isin(large["cohort"].drop_duplicates().nlargest(COHORTS_SHOWN))]


def rate_grid(cells: pd.DataFrame, smallest: int, period: str) -> Grid:
    """Per cent of each cohort that ordered again, with the average over whole periods on top."""
    later = shown(cells, smallest).query("age > 0")
    sizes = later.groupby("cohort")["customers"].first()
    grid = _grid(later, later["rate"], [f"{rate:.0%}".rstrip("%") for rate in later["rate"]], period)
    names = [f"{name}  ({size:,})" for name, size in zip(grid.shades.index, sizes, strict=True)]
    average = rates(cells).set_index("age")["rate"].reindex(grid.shades.columns)
    written = average.map(lambda rate: "" if np.isnan(rate) else f"{rate:.0%}".rstrip("%"))
    top = {"shades": average, "texts": written, "whole": average.notna()}
    parts = {
        part: pd.concat([top[part].to_frame(AVERAGE).T, getattr(grid, part).set_axis(names)]).astype(kind)
        for part, kind in (("shades", "float64"), ("texts", "object"), ("whole", "bool"))
    }
    highest = np.nanmax(parts["shades"].to_numpy(), initial=0.0)
    return Grid(parts["shades"] / highest if highest else parts["shades"], parts["texts"], parts["whole"])


def count_grid(cells: pd.DataFrame, smallest: int, period: str) -> Grid:
    """How many customers of each cohort ordered in each period."""
    large = shown(cells, smallest)
    return _grid(large, large["rate"], [f"{count:,}" for count in large["active"]], period)


def revenue_grid(cells: pd.DataFrame, smallest: int, period: str) -> Grid:
    """Net revenue of each cohort in each period; not told where fewer than the smallest group brought it."""
    large = shown(cells, smallest)
    first = large.groupby("cohort")["revenue"].transform("first")
    share = (large["revenue"] / first.where(first > 0)).clip(0, 1).fillna(0.0)
    few = large["active"] < smallest
    texts = ["·" if hidden else short(value) for hidden, value in zip(few, large["revenue"], strict=True)]
    return _grid(large, share.mask(few, 0.0), texts, period)


def short(value: float) -> str:
    """An amount in a narrow cell: 950 · 12.3k · 1.2M."""
    sign, size = ("−" if round(value) < 0 else ""), abs(value)
    for step, letter in ((1e6, "M"), (1e3, "k")):
        if size >= 0.9995 * step:
            return f"{sign}{size / step:,.{0 if size >= 99.95 * step else 1}f}{letter}"
    return f"{sign}{size:,.0f}"


def waiting_table(counted: pd.DataFrame, curves: dict[int, pd.DataFrame]) -> pd.DataFrame:
    """Who has ordered again within how many days, for everyone and for each segment; with 95 % intervals."""
    last = survival.last_day_followed(counted)
    groups = {"Everyone": counted} | {
        words.segment(segment): counted[counted["segment"] == segment] for segment in curves
    }
    days = [day for day in DAYS_TOLD if day <= last] or [last]
    rows = []
    for name, group in groups.items():
        curve, followed = survival.kaplan_meier(group), survival.last_day_followed(group)
        told = {f"Within {day} days": _interval(curve, day) if day <= followed else "–" for day in days}
        median = survival.median_wait(curve)
        half = f"{median:,} days" if median is not None else "not reached"
        rows.append({"": name, "Customers": int(group["customers"].sum()), **told, "Half by": half})
    return pd.DataFrame(rows)


def period_name(start: pd.Timestamp, period: str) -> str:
    """A month as `Jan 2024`, a week by its Monday."""
    return f"{start:%b %Y}" if period == "month" else f"{start:%Y-%m-%d}"


def in_prose(start: pd.Timestamp, period: str) -> str:
    """A month as `January 2024`, a week as `the week of 2024-01-01`."""
    return f"{start:%B %Y}" if period == "month" else f"the week of {start:%Y-%m-%d}"


def sentence_case(text: str) -> str:
    """The text with a capital at its beginning, for the start of a sentence."""
    return text[:1].upper() + text[1:]


def _interval(curve: pd.DataFrame, day: int) -> str:
    share, low, high = survival.returned_by(curve, day)
    if not share:
        return "none so far"
    return f"{words.percent(share)} ({words.percent(low)} to {words.percent(high)})"


def _grid(cells: pd.DataFrame, shades: pd.Series, texts: list[str], period: str) -> Grid:
    placed = cells[["cohort", "age", "whole"]].assign(shade=shades.to_numpy(), text=texts)
    wide = {part: placed.pivot(index="cohort", columns="age", values=part) for part in ("shade", "text", "whole")}
    names = [period_name(cohort, period) for cohort in wide["shade"].index]
    return Grid(
        wide["shade"].set_axis(names).astype("float64"),
        wide["text"].set_axis(names).fillna(""),
        wide["whole"].set_axis(names).eq(True),
    )

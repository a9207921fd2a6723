"""What the invoice lines cover: days and months, weekdays and hours, and what brings in the money."""

from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir
import pandas as pd

from customer_segments.base.errors import StudyError
from customer_segments.base.money import exact_amount, has_money
from customer_segments.steps.eda.columns import pooled

DAYS_OF_GRACE = 3  # a month still counts as whole if trading starts or stops this many days from its end
LONG_PAUSE_DAYS = 7  # longer than any run of holidays
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
THINGS_SOLD = ("category", "product", "country")  # the first that is there is shown
NOTHING_NAMED = "(not named)"


@dataclass(frozen=True)
class Trading:
    """What the lines cover: days and months, the shares of weekdays and hours, and revenue by what is sold."""

    days: pd.DataFrame
    months: pd.DataFrame
    coverage: dict[str, Any]
    weekdays: pd.DataFrame
    hours: pd.DataFrame
    sold: str | None  # the column by which revenue is shown, if there is one
    revenue: pd.DataFrame | None


def trading_of(lines: ir.Table, top: int) -> Trading:
    """Look at when and what the lines sold; revenue by the `top` largest."""
    named = THINGS_SOLD if has_money(lines) else ()
    days, sold = trading_days(lines), next((name for name in named if name in lines.columns), None)
    revenue = revenue_by(lines, sold, top) if sold else None
    return Trading(days, months(days), coverage(days), weekdays(days), hours(lines), sold, revenue)


def trading_days(lines: ir.Table) -> pd.DataFrame:
    """One row per day with a line, in order: day, lines, and revenue (returns taken off) where there is money."""
    money = {"amount": exact_amount(lines)} if has_money(lines) else {}
    dated = lines.filter(lines.ordered_at.notnull()).mutate(day=lines.ordered_at.truncate("D"), **money)
    brought = {"revenue": dated.amount.sum().cast("float64")} if money else {}
    days = dated.group_by("day").agg(lines=dated.count(), **brought)
    found = days.order_by("day").to_pandas()
    if found.empty:
        raise StudyError(
            "No line has a readable time: name the right column as `ordered_at` under `source.columns.transactions`.",
            setting="source.columns.transactions",
        )
    return found.astype({"day": "datetime64[us]"}).fillna(dict.fromkeys(brought, 0.0))


def months(days: pd.DataFrame) -> pd.DataFrame:
    """One row per month from the first to the last, also where nothing was sold: month, lines, revenue, whole.

    Revenue only where there is money.
    """
    month = days["day"].dt.to_period("M")
    every = pd.period_range(month.min(), month.max(), freq="M", name="month")
    told = [name for name in ("lines", "revenue") if name in days]
    summed = days.groupby(month)[told].sum().reindex(every, fill_value=0).reset_index()
    first, last = days["day"].min(), days["day"].max()
    late = (first - first.to_period("M").start_time).days > DAYS_OF_GRACE
    early = (last.to_period("M").end_time.normalize() - last).days > DAYS_OF_GRACE
    cut = ((summed.index == 0) & late) | ((summed.index == len(summed) - 1) & early)
    return summed.assign(month=summed["month"].dt.start_time, whole=~cut)


def pauses(days: pd.DataFrame) -> pd.DataFrame:
    """Stretches of more than a week without a line, the longest first: first_day, last_day, days."""
    day = days["day"].sort_values()
    previous = day.shift()
    found = pd.DataFrame({"first_day": previous + pd.Timedelta(days=1), "last_day": day - pd.Timedelta(days=1)})
    found["days"] = (day - previous).dt.days - 1
    long = found[found["days"] > LONG_PAUSE_DAYS].astype({"days": "int64"})
    return long.sort_values(["days", "first_day"], ascending=[False, True], ignore_index=True)


def coverage(days: pd.DataFrame) -> dict[str, Any]:
    """Small facts on the time covered: first and last day, days from one to the other, days without a line."""
    first, last = days["day"].min(), days["day"].max()
    covered = (last - first).days + 1
    return {
        "first_day": f"{first:%Y-%m-%d}",
        "last_day": f"{last:%Y-%m-%d}",
        "days_covered": covered,
        "days_without_lines": covered - len(days),
    }


def weekdays(days: pd.DataFrame) -> pd.DataFrame:
    """The share of lines on each day of the week: weekday, share."""
    lines = days.groupby(days["day"].dt.day_of_week)["lines"].sum().reindex(range(7), fill_value=0)
    return pd.DataFrame({"weekday": WEEKDAYS, "share": (lines / lines.sum()).to_numpy()})


def hours(lines: ir.Table) -> pd.DataFrame:
    """The share of lines in each hour of the day: hour, share; empty where times carry no hour."""
    dated = lines.filter(lines.ordered_at.notnull())
    by_hour = dated.group_by(hour=dated.ordered_at.hour()).agg(
        lines=dated.count(), timed=(dated.ordered_at != dated.ordered_at.truncate("D")).any()
    )
    found = by_hour.to_pandas().set_index("hour")
    if not found["timed"].any():
        return pd.DataFrame(columns=["hour", "share"])
    found = found["lines"].reindex(range(24), fill_value=0)
    return pd.DataFrame({"hour": range(24), "share": (found / found.sum()).to_numpy()})


def revenue_by(lines: ir.Table, column: str, top: int) -> pd.DataFrame:
    """Revenue by the values of a column, the `top` largest, the rest pooled at the end: value, revenue, share."""
    named = lines.select(value=lines[column].cast("string").fill_null(NOTHING_NAMED), amount=exact_amount(lines))
    found = named.group_by("value").agg(revenue=named.amount.sum().cast("float64")).to_pandas().fillna({"revenue": 0.0})
    found = pooled(found.sort_values(["revenue", "value"], ascending=[False, True], ignore_index=True), "revenue", top)
    return found.assign(share=found["revenue"] / found["revenue"].sum())

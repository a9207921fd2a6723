"""What the invoice lines cover: days and months, weekdays and hours, and what brings in the money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from customer_segments.base import registry, words
from customer_segments.base.errors import StudyError
from customer_segments.steps.eda.categories import pooled
from customer_segments.steps.eda.findings import Finding, Weight

if TYPE_CHECKING:
    import ibis.expr.types as ir

MONEY = "decimal(38, 6)"  # sums do not depend on the order of the lines
DAYS_OF_GRACE = 3  # a month still counts as whole if trading starts or stops this many days from its end
LONG_PAUSE_DAYS = 7  # longer than any run of holidays
DAYS_OF_A_YEAR = 365
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
THINGS_SOLD = ("category", "product", "country")  # the first that is there is shown
NOTHING_NAMED = "(not named)"
NO_TRANSACTIONS = "This study has no transactions, so there is no time and no revenue to look at."


def amount(lines: ir.Table) -> ir.DecimalColumn:
    """What each line comes to, as an exact decimal; returns count below zero."""
    return (lines.quantity * lines.unit_price).try_cast(MONEY)


def trading_days(lines: ir.Table) -> pd.DataFrame:
    """One row per day with a line, in order: day, lines, revenue (returns taken off)."""
    dated = lines.filter(lines.ordered_at.notnull()).mutate(day=lines.ordered_at.truncate("D"), amount=amount(lines))
    days = dated.group_by("day").agg(lines=dated.count(), revenue=dated.amount.sum().cast("float64"))
    found = days.order_by("day").to_pandas()
    if found.empty:
        raise StudyError(
            "No line has a readable time: name the right column as `ordered_at` under `source.columns.transactions`."
        )
    return found.astype({"day": "datetime64[us]"}).fillna({"revenue": 0.0})


def months(days: pd.DataFrame) -> pd.DataFrame:
    """One row per month from the first to the last, also where nothing was sold: month, lines, revenue, whole."""
    month = days["day"].dt.to_period("M")
    every = pd.period_range(month.min(), month.max(), freq="M", name="month")
    summed = days.groupby(month)[["lines", "revenue"]].sum().reindex(every, fill_value=0).reset_index()
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
    named = lines.select(value=lines[column].cast("string").fill_null(NOTHING_NAMED), amount=amount(lines))
    found = named.group_by("value").agg(revenue=named.amount.sum().cast("float64")).to_pandas().fillna({"revenue": 0.0})
    found = found.sort_values(["revenue", "value"], ascending=[False, True], ignore_index=True)
    found = pooled(found, "revenue", top)
    return found.assign(share=found["revenue"] / found["revenue"].sum())


def thing_sold(lines: ir.Table) -> str | None:
    """The column by which revenue is shown, if there is one."""
    return next((name for name in THINGS_SOLD if name in lines.columns), None)


def months_caption(months: pd.DataFrame, days: pd.DataFrame) -> str:
    """The time covered, the best month, and which months are cut."""
    facts, best = coverage(days), months.loc[months["revenue"].idxmax(), "month"]
    empty = facts["days_without_lines"]
    covered = (
        f"{words.counted(facts['days_covered'], 'day')}, {f'{empty:,}' if empty else 'none'} of them without a line"
    )
    pale = f" {_not_whole(months)} and drawn pale." if not months["whole"].all() else ""
    return (
        f"Lines run from {facts['first_day']} to {facts['last_day']} ({covered}). {best:%B %Y} brought most.{pale} "
        "Revenue is as received, returns taken off."
    )


def months_alt(months: pd.DataFrame, currency: str) -> str:
    """The range of monthly revenue."""
    low, high = (words.money(value, currency) for value in (months["revenue"].min(), months["revenue"].max()))
    return f"Bars of revenue in each of {words.counted(len(months), 'month')}, from {low} to {high}."


def rhythm_caption(weekdays: pd.DataFrame, hours: pd.DataFrame) -> str:
    """The busiest day and hour."""
    day = weekdays.loc[weekdays["share"].idxmax()]
    sentence = f"{day['weekday']} is the busiest day ({words.percent(day['share'])} of lines"
    if hours.empty:
        return f"{sentence}); the times carry no hour."
    top = hours.loc[hours["share"].idxmax()]
    busiest = f"{top['hour']:.0f}:00 to {top['hour'] + 1:.0f}:00 the busiest hour"
    return f"{sentence}), {busiest} ({words.percent(top['share'])})."


def rhythm_alt(weekdays: pd.DataFrame, hours: pd.DataFrame) -> str:
    """The share of each weekday in words."""
    shares = words.listed(f"{row.weekday} {words.percent(row.share)}" for row in weekdays.itertuples())
    return f"Bars of the share of lines by weekday{'' if hours.empty else ' and by hour'}: {shares}."


def revenue_caption(by_value: pd.DataFrame, column: str) -> str:
    """What brings in most."""
    top = by_value.iloc[0]
    most = f"{registry.label(column)} “{top['value']}” brings in most"
    return f"{most}, {words.percent(top['share'])} of revenue as received."


def revenue_alt(by_value: pd.DataFrame, column: str, currency: str) -> str:
    """Each bar in words."""
    bars = words.listed(f"{row.value} {words.money(row.revenue, currency)}" for row in by_value.itertuples())
    return f"Bars of revenue by {registry.label(column).lower()}: {bars}."


def coverage_findings(days: pd.DataFrame) -> list[Finding]:
    """Findings on cut months, long pauses and less than a year of data."""
    found, facts, by_month, long = [], coverage(days), months(days), pauses(days)
    if not by_month["whole"].all():
        sentence = f"{_not_whole(by_month)}: do not compare with other months."
        found.append(Finding(Weight.MATTERS, float((~by_month["whole"]).mean()), sentence))
    if len(long):
        longest = long.iloc[0]
        others = f", the longest of {len(long)} pauses of more than a week" if len(long) > 1 else ""
        when = f"{longest['first_day']:%Y-%m-%d} to {longest['last_day']:%Y-%m-%d} ({longest['days']} days{others})"
        share = longest["days"] / facts["days_covered"]
        found.append(Finding(Weight.DISTORTS, share, f"No line from {when}: closed, or not exported?"))
    if facts["days_covered"] < DAYS_OF_A_YEAR:
        covered = words.counted(facts["days_covered"], "day")
        sentence = f"The data covers {covered}, less than a year: seasons cannot be told from trends."
        found.append(Finding(Weight.MATTERS, 1.0, sentence))
    return found


def _not_whole(months: pd.DataFrame) -> str:
    cut = [f"{month:%B %Y}" for month in months.loc[~months["whole"], "month"]]
    return f"{words.listed(cut)} {'is' if len(cut) == 1 else 'are'} not covered whole"

"""What the tables hold: numbers and those far out, categories, what is told twice, and when what was sold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from customer_segments.base import registry, words
from customer_segments.pages.plots import eda as plots
from customer_segments.steps.eda.columns import strongest
from customer_segments.steps.eda.distributions import outliers
from customer_segments.steps.eda.look import FirstLook
from customer_segments.steps.eda.trading import Trading

NO_TRANSACTIONS = "This study has no transactions, so there is no time and no revenue to look at."


def histograms(first: FirstLook, currency: str) -> tuple[Figure, str, str]:
    """A histogram per column: which are skewed, what is not drawn, and where the middle half lies."""
    spread = first.spread
    skewed = spread.loc[spread["scale"] == "log", "column"].map(registry.label)
    shape = "No column needs a log axis."
    if len(skewed):
        shape = f"{words.listed(skewed)} {words.are(len(skewed))} skewed and drawn on a log axis."
    left_out = int(first.bars.drop_duplicates("column")["not_drawn"].sum())
    far_out = f"{words.counted(left_out, 'value')} far out, or not above zero on a log axis,"
    drawn = f"{far_out} {words.are(left_out)} not drawn." if left_out else "Every value is drawn."
    of_sales = spread["column"].isin(["quantity", "unit_price"]).any()
    sales = " Quantities and prices are those of sales." if of_sales else ""
    halves = [
        (registry.label(row.column), in_unit(row.column, (row.lower_quartile, row.upper_quartile), currency))
        for row in spread.itertuples()
    ]
    written = "; ".join(f"{column} {low} to {high}" for column, (low, high) in halves)
    alt = f"Histograms of {words.counted(len(spread), 'column')}; the middle half of each: {written}."
    return plots.histograms(first.bars, currency), f"{shape} {drawn}{sales}", alt


def far_out(first: FirstLook, currency: str) -> tuple[pd.DataFrame, str]:
    """The columns with values beyond their fences; how an outlier is told, and how many there are."""
    found = outliers(first.spread)
    rows = found.to_dict("records")
    content = pd.DataFrame(
        {
            "Column": found["column"].map(registry.label),
            "Expected": [expected(row, row["column"], currency) for row in rows],
            "Beyond": found["beyond"].map("{:,}".format),
            "Share": (found["beyond"] / found["rows"]).map(words.percent),
            "Apart": found["apart"].map("{:,}".format),
            "Furthest": [words.listed(in_unit(row["column"], row["examples"], currency)) for row in rows],
        }
    )
    beyond, apart = int(found["beyond"].sum()), int(found["apart"].sum())
    reach = words.number(first.params.outlier_fence)
    rule = f"more than {reach} interquartile ranges beyond the quartiles, on a log scale where skewed"
    if not beyond:
        return content, f"No value lies far out ({rule})."
    cut_off = f"; {apart:,} of them stand apart, with a wide gap to all others" if apart else "; none stands apart"
    return content, f"{words.counted(beyond, 'value lies', 'values lie')} far out ({rule}){cut_off}."


def in_unit(column: str, values: Iterable[float], currency: str) -> list[str]:
    """Values of one column in its unit."""
    return [registry.in_unit(column, value, currency) for value in values]


def expected(row: dict[str, Any], column: str, currency: str) -> str:
    """The fences that some value lies beyond."""
    low, high = in_unit(column, (row["lower_fence"], row["upper_fence"]), currency)
    if row["lowest"] >= row["lower_fence"]:
        return f"up to {high}"
    return f"{low} to {high}" if row["highest"] > row["upper_fence"] else f"from {low}"


def category_bars(first: FirstLook) -> tuple[Figure, str, str]:
    """The share of each category, a panel per column, with the most frequent of each."""
    shares = first.categories
    most = words.listed(
        f"{registry.label(row.column).lower()} “{row.value}” ({words.percent(row.share)})"
        for row in shares.drop_duplicates(["table", "column"]).itertuples()
    )
    bars = shares["value"] + " " + shares["share"].map(words.percent)
    panels = [
        f"{registry.label(column)}: {words.listed(written)}"
        for (_, column), written in bars.groupby([shares["table"], shares["column"]], sort=False)
    ]
    caption = f"Most frequent: {most}. Shares are of the rows where the column is filled."
    return plots.category_bars(shares), caption, f"Bars of the share of each category. {'; '.join(panels)}."


def correlations(first: FirstLook) -> tuple[Figure, str, str]:
    """The rank correlation of every two columns, with the strongest."""
    caption = "There are no two columns to compare."
    if (found := strongest(first.correlations)) is not None:
        one, other, strength = found
        pair = f"{registry.label(one)} and {registry.label(other)}"
        caption = f"The strongest rank correlation is that of {pair} ({words.signed(strength)})."
    alt = f"Heatmap of the rank correlations of {words.counted(len(first.correlations), 'column')}. {caption}"
    return plots.correlation_heatmap(first.correlations, decimals=2), caption, alt


def same_story(first: FirstLook) -> list[str]:
    """A sentence per pair of columns of which one would do, or that there is none."""
    limit = words.number(first.params.correlated_above)
    none = "No column is constant, none is a copy of another, and there is no pair with a rank correlation beyond"
    return [_sentence(row) for row in first.same_story.to_dict("records")] or [f"{none} ±{limit}."]


def months(trading: Trading, currency: str) -> tuple[Figure, str, str]:
    """Revenue by month: the time covered, the best month, and which months are cut."""
    by_month, facts = trading.months, trading.coverage
    best, empty = by_month.loc[by_month["revenue"].idxmax(), "month"], facts["days_without_lines"]
    days = words.counted(facts["days_covered"], "day")
    covered = f"{days}, {f'{empty:,}' if empty else 'none'} of them without a line"
    cut = by_month.loc[~by_month["whole"], "month"]
    pale = f" {not_whole(cut)} and drawn pale." if len(cut) else ""
    caption = (
        f"Lines run from {facts['first_day']} to {facts['last_day']} ({covered}). {best:%B %Y} brought most.{pale} "
        "Revenue is as received, returns taken off."
    )
    low, high = (words.money(value, currency) for value in (by_month["revenue"].min(), by_month["revenue"].max()))
    alt = f"Bars of revenue in each of {words.counted(len(by_month), 'month')}, from {low} to {high}."
    return plots.monthly_revenue(by_month, currency), caption, alt


def rhythm(trading: Trading) -> tuple[Figure, str, str]:
    """The share of lines by weekday and by hour, with the busiest of each."""
    weekdays, hours = trading.weekdays, trading.hours
    day = weekdays.loc[weekdays["share"].idxmax()]
    busiest = f"{day['weekday']} is the busiest day ({words.percent(day['share'])} of lines"
    if hours.empty:
        caption = f"{busiest}); the times carry no hour."
    else:
        top = hours.loc[hours["share"].idxmax()]
        hour = f"{top['hour']:.0f}:00 to {top['hour'] + 1:.0f}:00 the busiest hour"
        caption = f"{busiest}), {hour} ({words.percent(top['share'])})."
    shares = words.listed(f"{row.weekday} {words.percent(row.share)}" for row in weekdays.itertuples())
    alt = f"Bars of the share of lines by weekday{'' if hours.empty else ' and by hour'}: {shares}."
    return plots.rhythm(weekdays, hours), caption, alt


def revenue(trading: Trading, currency: str) -> tuple[Figure, str, str]:
    """Revenue by what is sold, with what brings in most."""
    by_value, column = trading.revenue, registry.label(trading.sold)
    top = by_value.iloc[0]
    share = words.percent(top["share"])
    caption = f"{column} “{top['value']}” brings in most, {share} of revenue as received."
    bars = words.listed(f"{row.value} {words.money(row.revenue, currency)}" for row in by_value.itertuples())
    alt = f"Bars of revenue by {column.lower()}: {bars}."
    return plots.revenue_bars(by_value, trading.sold, currency), caption, alt


def not_whole(months: Iterable[pd.Timestamp]) -> str:
    """Which months are cut."""
    cut = [f"{month:%B %Y}" for month in months]
    return f"{words.listed(cut)} {words.are(len(cut))} not covered whole"


def _sentence(row: dict[str, Any]) -> str:
    first, second = registry.label(row["first"]), registry.label(row["second"])
    return {
        "constant": f"{first} has the same value in every row.",
        "copy": f"{second} is {first} on another scale: a straight line goes through all values.",
        "renamed": f"{first} and {second} are the same categories under two names.",
        "ordered": f"{first} and {second} rise or fall together (rank correlation {words.signed(row['strength'])}).",
    }[row["how"]]

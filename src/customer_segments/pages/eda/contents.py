"""What was received and what it holds: columns, numbers and those far out, what is told twice, when what was sold."""

from collections.abc import Iterable
from functools import partial
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from customer_segments.base import registry, words
from customer_segments.base.partners import met
from customer_segments.pages.plots import eda as plots
from customer_segments.pages.plots import shaded
from customer_segments.steps.eda.columns import strongest
from customer_segments.steps.eda.distributions import outliers
from customer_segments.steps.eda.look import FirstLook, Source
from customer_segments.steps.eda.trading import Trading

NO_TRANSACTIONS = "This study has no transactions, so there is no time and no revenue to look at."
KINDS = {"flag": "yes or no", "time": "date and time"}
NAMED_CATEGORIES = 3  # of a column
NAMED_GAPS = 4  # columns with gaps
SOURCE = " From `data/raw`."  # of every figure of the chapter


def columns(first: FirstLook, table: str, currency: str) -> tuple[pd.DataFrame, str]:
    """What each column of the table holds; how large it is, and which columns have gaps."""
    described = first.overviews[table]
    content = pd.DataFrame(
        {
            "Column": described["column"].map(registry.label),
            "Kind": described["kind"].replace(KINDS),
            "Filled": described["filled_share"].map(_filled),
            "Distinct": described["distinct"].map("{:,}".format),
            "Range, or most frequent": [_range(row, currency) for row in described.to_dict("records")],
        }
    )
    gappy = described[described["filled_share"] < 1].sort_values(["filled_share", "column"], kind="stable")
    rows, many = words.counted(first.rows[table], "row"), words.counted(len(described), "column")
    size = f"{table.capitalize()}: {rows} and {many}"
    if gappy.empty:
        return content, f"{size}; every cell is filled."
    written = [f"{registry.label(row.column)} ({words.percent(1 - row.filled_share)})" for row in gappy.itertuples()]
    if (more := len(written) - NAMED_GAPS) > 0:
        written = [", ".join(written[:NAMED_GAPS]), words.counted(more, "other")]
    return content, f"{size}; cells are missing in {words.listed(written)}."


def recognition(first: FirstLook) -> tuple[pd.DataFrame, str]:
    """What the source calls each column, and how sure it is; how each table is written."""
    matches = [(name, match) for name, source in first.sources.items() for match in source["columns"]]
    rows = [
        (name.capitalize(), registry.label(match["ours"]), match["theirs"] or "–", match["sureness"], match["why"])
        for name, match in matches
    ]
    content = pd.DataFrame(rows, columns=["Table", "Column", "In the source", "How sure", "Why"])
    content[["How sure", "Why"]] = content[["How sure", "Why"]].map(str.capitalize)
    named = sum(match["sureness"] == "set by hand" for _, match in matches)
    others = "; the others were recognised or kept as they are" if named < len(matches) else ""
    written = [f"{name.capitalize()}: {_writing(source)}." for name, source in first.sources.items()]
    written += [
        f"{name.capitalize()}: {met(each)}."
        for name, source in first.sources.items()
        for each in source.get("joined", ())
    ]
    count = words.counted(len(matches), "column")
    return content, f"Named in params.yaml: {named} of {count}{others}. {' '.join(written)}"


def histograms(first: FirstLook, currency: str) -> tuple[Figure, str, str, str]:
    """A histogram per column: how many are skewed, what is not drawn, and where the middle half lies."""
    spread = first.spread
    skewed = spread.loc[spread["scale"] == "log", "column"].map(registry.label)
    title, shape = "No column is skewed", "None needs a log axis."
    if len(skewed):
        title = f"{len(skewed)} of {words.counted(len(spread), 'column')} {words.are(len(skewed))} skewed"
        shape = f"On a log axis: {words.listed(skewed)}."
    left_out = int(first.bars.drop_duplicates("column")["not_drawn"].sum())
    far_out = f"{words.counted(left_out, 'value')} far out, or not above zero on a log axis,"
    drawn = f"{far_out} {words.are(left_out)} not drawn." if left_out else "Every value is drawn."
    of_sales = spread["column"].isin(["quantity", "unit_price"]).any()
    priced = "Quantities and prices" if spread["column"].eq("unit_price").any() else "Quantities"
    sales = f" {priced} are those of sales." if of_sales else ""
    quartiles = spread[["column", "lower_quartile", "upper_quartile"]].itertuples(index=False)
    halves = (f"{registry.label(column)} {' to '.join(in_unit(column, ends, currency))}" for column, *ends in quartiles)
    alt = f"Histograms of {words.counted(len(spread), 'column')}; the middle half of each: {'; '.join(halves)}."
    caption = f"Rows by value, a panel a column. {shape} {drawn}{sales}{SOURCE}"
    return plots.histograms(first.bars, currency), caption, alt, title


def far_out(first: FirstLook, currency: str) -> tuple[pd.DataFrame, str]:
    """The columns with values beyond their fences; how an outlier is told, and how many there are."""
    found = outliers(first.spread)
    rows = found.to_dict("records")
    content = pd.DataFrame(
        {
            "Column": found["column"].map(registry.label),
            "Expected of all rows": [expected(row, row["column"], currency) for row in rows],
            "Beyond it": found["beyond"].map("{:,}".format),
            "Share": (found["beyond"] / found["rows"]).map(lambda share: words.percent(share, 1)),
            "Apart": found["apart"].map("{:,}".format),
            "Furthest": [words.listed(in_unit(row["column"], row["examples"], currency)) for row in rows],
        }
    )
    beyond, apart, rule = int(found["beyond"].sum()), int(found["apart"].sum()), reach(first.params.outlier_fence)
    if not beyond:
        return content, f"No value lies far out ({rule})."
    cut_off = f"; {apart:,} of them stand apart, with a wide gap to all others" if apart else "; none stands apart"
    return content, f"{words.counted(beyond, 'value lies', 'values lie')} far out ({rule}){cut_off}."


def reach(fence: float) -> str:
    """Where it begins that a value lies far out."""
    return f"more than {words.number(fence)} interquartile ranges beyond the quartiles, on a log scale where skewed"


def in_unit(column: str, values: Iterable[float], currency: str) -> list[str]:
    """Values of one column in its unit."""
    return [registry.in_unit(column, value, currency) for value in values]


def expected(row: dict[str, Any], column: str, currency: str) -> str:
    """The fences that some value lies beyond."""
    low, high = in_unit(column, (row["lower_fence"], row["upper_fence"]), currency)
    if row["lowest"] >= row["lower_fence"]:
        return f"up to {high}"
    return f"{low} to {high}" if row["highest"] > row["upper_fence"] else f"from {low}"


def category_bars(first: FirstLook) -> tuple[Figure, str, str, str]:
    """The share of each category, a panel per column, and the most frequent of all."""
    shares = first.categories
    most = shares.loc[shares["share"].idxmax()]
    bars = shares["value"] + " " + shares["share"].map(words.percent)
    panels = [
        f"{registry.label(column)}: {words.listed(written)}"
        for (_, column), written in bars.groupby([shares["table"], shares["column"]], sort=False)
    ]
    title = (
        f"{registry.label(most['column'])} is the most one-sided: “{words.isolated(most['value'])}” in "
        f"{words.percent(most['share'])} of rows"
    )
    caption = f"Share of each category in the rows where its column is filled, in per cent.{SOURCE}"
    return plots.category_bars(shares), caption, f"Bars of the share of each category. {'; '.join(panels)}.", title


def correlations(first: FirstLook) -> tuple[shaded.Shaded, str, str, str]:
    """The rank correlation of every two columns, with the strongest."""
    title = "There are no two columns to compare"
    if (found := strongest(first.correlations)) is not None:
        one, other, strength = found
        pair = f"{registry.label(one)} and {registry.inline(other)}"
        title = f"{pair} go together most (rank correlation {words.signed(strength)})"
    alt = f"Table of the rank correlations of {words.counted(len(first.correlations), 'column')}. {title}."
    caption = f"Spearman's rank correlation, from −1 (one falls as the other rises) over 0 to 1.{SOURCE}"
    return shaded.correlations(first.correlations, "Rank correlation of each pair", decimals=2), caption, alt, title


def same_story(first: FirstLook) -> list[str]:
    """A sentence per pair of columns of which one would do, or that there is none."""
    limit = words.number(first.params.correlated_above)
    none = "No column is constant, none is a copy of another, and there is no pair with a rank correlation beyond"
    return [_sentence(row) for row in first.same_story.to_dict("records")] or [f"{none} ±{limit}."]


def months(trading: Trading, currency: str) -> tuple[Figure, str, str, str]:
    """Revenue (or lines) by month: the best month, the time covered, and which months are cut."""
    by_month, facts = trading.months, trading.coverage
    what = "revenue" if "revenue" in by_month else "lines"
    best, empty = by_month.loc[by_month[what].idxmax(), "month"], facts["days_without_lines"]
    days, without = words.counted(facts["days_covered"], "day"), f"{empty:,}" if empty else "none"
    cut = by_month.loc[~by_month["whole"], "month"]
    pale = f" {not_whole(cut)} and drawn pale." if len(cut) else ""
    measure = "Revenue as received, returns taken off," if what == "revenue" else "Lines"
    caption = (
        f"{measure} by month. Lines run from {facts['first_day']} to {facts['last_day']} ({days}, {without} of them "
        f"without a line).{pale}{SOURCE}"
    )
    write = partial(words.money, currency=currency) if what == "revenue" else words.number
    low, high = (write(value) for value in (by_month[what].min(), by_month[what].max()))
    title = f"{best:%B %Y} {f'brought most: {high}' if what == 'revenue' else f'has most lines: {high}'}"
    alt = f"Bars of {what} in each of {words.counted(len(by_month), 'month')}, from {low} to {high}."
    return plots.by_month(by_month, what, currency), caption, alt, title


def rhythm(trading: Trading) -> tuple[Figure, str, str, str]:
    """The share of lines by weekday and by hour, with the busiest of each."""
    weekdays, hours = trading.weekdays, trading.hours
    day = weekdays.loc[weekdays["share"].idxmax()]
    by_hour = "The times carry no hour."
    if len(hours):
        top = hours.loc[hours["share"].idxmax()]
        hour = f"{top['hour']:.0f}:00 to {top['hour'] + 1:.0f}:00"
        by_hour = f"The busiest hour is {hour} ({words.percent(top['share'])})."
    title = f"{day['weekday']} is the busiest day, with {words.percent(day['share'])} of lines"
    caption = f"Share of lines by weekday{'' if hours.empty else ' and by hour'}, in per cent. {by_hour}{SOURCE}"
    shares = words.listed(f"{row.weekday} {words.percent(row.share)}" for row in weekdays.itertuples())
    alt = f"Bars of the share of lines by weekday{'' if hours.empty else ' and by hour'}: {shares}."
    return plots.rhythm(weekdays, hours), caption, alt, title


def revenue(trading: Trading, currency: str) -> tuple[Figure, str, str, str]:
    """Revenue by what is sold, with what brings in most."""
    by_value, column = trading.revenue, registry.label(trading.sold)
    top = by_value.iloc[0]
    share = words.percent(top["share"])
    title = f"{column} “{words.isolated(top['value'])}” brings in most: {share} of revenue"
    caption = f"Revenue as received, returns taken off, by {column.lower()}, in {currency}.{SOURCE}"
    bars = words.listed(f"{row.value} {words.money(row.revenue, currency)}" for row in by_value.itertuples())
    alt = f"Bars of revenue by {column.lower()}: {bars}."
    return plots.revenue_bars(by_value, trading.sold, currency), caption, alt, title


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


def _writing(source: Source) -> str:
    """`2 files, utf-8, comma between cells, decimal point, day first`."""
    files, writing = source["files"], source["writing"]
    told = [words.counted(len(files), "file")] if len(files) > 1 else []
    told += sorted({file["encoding"] for file in files if "encoding" in file})
    told += sorted({f"{file['delimiter']} between cells" for file in files if "delimiter" in file})
    told += sorted({f"sheet “{file['sheet']}”" for file in files if "sheet" in file})
    told += [f"decimal {'comma' if writing['decimal'] == ',' else 'point'}"]
    told += [f"dates with the {writing['days']}"] if "days" in writing else []
    told += [f"“{registry.label(name)}” counted in {how}" for name, how in writing["counted"].items()]
    told += [
        f"“{registry.label(name)}” by the clock as written, without its offset from UTC ({words.listed(found)})"
        for name, found in writing.get("offsets", {}).items()
    ]
    return ", ".join(told)


def _filled(share: float) -> str:
    """The share as per cent, never rounded up to all."""
    return words.percent(min(share, 0.999), 1) if 0.995 <= share < 1 else words.percent(share)


def _range(row: dict[str, Any], currency: str) -> str:
    if row["distinct"] == 0:
        return "nothing"
    if row["kind"] == "number":
        low, high, middle = in_unit(row["column"], (row["lowest"], row["highest"], row["median"]), currency)
        return f"{low} to {high}, median {middle}"
    if row["kind"] in ("date", "time"):
        return f"{row['lowest']:%Y-%m-%d} to {row['highest']:%Y-%m-%d}"
    if row["categories"]:
        names = {"true": "yes", "false": "no"} if row["kind"] == "flag" else {}
        frequent = row["categories"][:NAMED_CATEGORIES]
        return ", ".join(
            f"{words.isolated(names.get(value, value))} {words.percent(share)}" for value, share in frequent
        )
    if row["rows"] == row["distinct"]:
        return "all different"
    rows_each = row["rows"] / row["distinct"]
    return "nearly all different" if rows_each < 1.05 else f"each in {words.number(rows_each)} rows on average"

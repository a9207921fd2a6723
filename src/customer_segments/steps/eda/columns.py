"""The columns of each table: what they hold, which cells could not be read, and which tell the same story."""

from itertools import combinations

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from customer_segments.base.contract import ROW, UNREADABLE

IDENTIFIERS = ("customer_id", "invoice_id")  # they name customers and orders, and group nothing
MOST_CATEGORIES = 50  # a text column with more values is no category that could be drawn or compared
EXAMPLES = 3  # of unreadable cells
DESCRIBED = ["column", "kind", "rows", "filled_share", "distinct", "lowest", "median", "highest"]
THINNED_ROWS = 25_000  # enough to see on what the gaps of a table depend
FEWEST_ROWS = 10  # filled in both columns, for a correlation to mean anything
COPY_TOLERANCE = 1e-9  # of a column's range: rounding of floating-point numbers, nothing else
ORDER = ["constant", "copy", "renamed", "ordered"]


def columns_of(table: ir.Table | pd.DataFrame) -> list[str]:
    """The columns that came from the source, without those that `collect` added."""
    return [name for name in table.columns if name not in (ROW, UNREADABLE)]


def describe_columns(table: ir.Table) -> pd.DataFrame:
    """One row per column: kind, rows and share filled, distinct values, lowest, median, highest, categories."""
    measured = [measure for name in columns_of(table) for measure in _measures(table, name)]
    facts = table.aggregate([table.count().name("rows"), *measured]).to_pyarrow().to_pylist()[0]
    rows = [
        (
            name, _kind(table, name), facts[f"{name} filled"], facts[f"{name} filled"] / max(facts["rows"], 1),
            *(facts.get(f"{name} {measure}") for measure in DESCRIBED[4:]),
        )
        for name in columns_of(table)
    ]  # fmt: skip
    described = pd.DataFrame(rows, columns=DESCRIBED).astype(dict.fromkeys(DESCRIBED[5:], object))
    few = described["kind"].isin(["text", "flag"]) & described["distinct"].between(1, MOST_CATEGORIES)
    few &= ~described["column"].isin(IDENTIFIERS)
    categories = [
        list(category_counts(table, name)[["value", "share"]].itertuples(index=False, name=None)) if is_few else None
        for name, is_few in zip(described["column"], few, strict=True)
    ]
    return described.assign(
        kind=described["kind"].mask(few & (described["kind"] == "text"), "category"),
        categories=pd.Series(categories, dtype=object),
    )


def category_counts(table: ir.Table, column: str) -> pd.DataFrame:
    """Rows per value of a column, most first: value (as text), rows, share of the rows where it is filled."""
    filled = table.filter(table[column].notnull()).select(value=table[column].cast("string"))
    found = filled.group_by("value").agg(rows=filled.count()).to_pandas()
    found = found.sort_values(["rows", "value"], ascending=[False, True], ignore_index=True)
    return found.assign(share=found["rows"] / max(found["rows"].sum(), 1))


def pooled(found: pd.DataFrame, measure: str, top: int) -> pd.DataFrame:
    """The first `top` rows of a table of `value` and a measure; the others, if several, summed up in one more row."""
    rest = found.iloc[top:]
    if len(rest) < 2:
        return found
    others = pd.DataFrame({"value": [f"{len(rest):,} others"], measure: [rest[measure].sum()]})
    return pd.concat([found[["value", measure]].head(top), others], ignore_index=True)


def category_shares(overviews: dict[str, pd.DataFrame], top: int) -> pd.DataFrame:
    """The share of each category of each column of categories, the `top` most frequent: table, column, value, share."""
    found = [
        pooled(pd.DataFrame(row.categories, columns=["value", "share"]), "share", top).assign(
            table=table, column=row.column
        )
        for table, described in overviews.items()
        for row in described[described["kind"] == "category"].itertuples()
    ]
    columns = ["table", "column", "value", "share"]
    return pd.concat(found, ignore_index=True)[columns] if found else pd.DataFrame(columns=columns)


def unreadable_cells(raw: dict[str, ir.Table]) -> pd.DataFrame:
    """Cells that could not be read as their column's kind: table, column, rows, share, examples of what stood there."""
    found = []
    for name, table in raw.items():
        told = table.filter(table[UNREADABLE].notnull()).order_by(ROW).select(UNREADABLE).to_pandas()[UNREADABLE]
        if told.empty:
            continue
        cells, rows = told.str.split("; ").explode().str.partition(": "), int(table.count().to_pyarrow().as_py())
        found += [
            (name, column, len(texts), len(texts) / rows, list(texts.drop_duplicates().head(EXAMPLES)))
            for column, texts in cells[cells[0].isin(columns_of(table))].groupby(0, sort=False)[2]
        ]
    return pd.DataFrame(found, columns=["table", "column", "rows", "share", "examples"])


def thinned(table: ir.Table, at_most: int = THINNED_ROWS) -> pd.DataFrame:
    """The table in pandas, every so many-th row of it where it has more than `at_most`."""
    step = -(-int(table.count().to_pyarrow().as_py()) // at_most)
    kept = table if step <= 1 else table.filter((table[ROW] - 1) % step == 0)
    return kept.order_by(ROW).to_pandas()


def measured(table: pd.DataFrame) -> pd.DataFrame:
    """The columns that can be put in order, as numbers: dates as days, yes-or-no as 1 and 0; constants left out."""
    numbers = {name: as_numbers(table[name]) for name in columns_of(table)}
    kept = {name: values for name, values in numbers.items() if values is not None and values.nunique() > 1}
    return pd.DataFrame(kept, index=table.index)


def as_numbers(values: pd.Series) -> pd.Series | None:
    """Numbers as they are, yes-or-no as 1 and 0, dates as days; None for text."""
    filled = values.dropna()
    if filled.empty:
        return None
    if is_flag(values) or pd.api.types.is_numeric_dtype(values):
        return values.astype(float)
    if hasattr(filled.iloc[0], "strftime"):
        return (pd.to_datetime(values) - pd.Timestamp(0)) / pd.Timedelta(days=1)
    return None


def is_flag(values: pd.Series) -> bool:
    """Whether a column says yes or no, also where some of it is missing."""
    filled = values.dropna()
    return len(filled) > 0 and isinstance(filled.iloc[0], bool | np.bool_)


def rank_correlations(numbers: pd.DataFrame) -> pd.DataFrame:
    """Spearman's correlation of each pair of columns, on the rows where both are filled."""
    return numbers.corr(method="spearman", min_periods=FEWEST_ROWS)


def same_story(table: pd.DataFrame, correlated_above: float) -> pd.DataFrame:
    """Pairs of columns of which one would do, strongest first: first, second, how, strength.

    `how` is `copy` (one is the other times a number plus a number), `renamed` (categories one to one), `ordered` (rank
    correlation above the limit), or `constant` (one column, which has the same value everywhere).
    """
    names = columns_of(table)
    found = [(name, "", "constant", 1.0) for name in names if table[name].nunique() == 1 and table[name].notna().all()]
    texts = [name for name in names if as_numbers(table[name]) is None and table[name].nunique() > 1]
    found += [(*pair, "renamed", 1.0) for pair in combinations(texts, 2) if _one_to_one(table, *pair)]
    numbers = measured(table)
    correlations = rank_correlations(numbers)
    for first, second in combinations(numbers.columns, 2):
        strength = correlations.loc[first, second]
        if _is_copy(numbers[first], numbers[second]):
            found.append((first, second, "copy", 1.0))
        elif abs(strength) > correlated_above:
            found.append((first, second, "ordered", strength))
    pairs = pd.DataFrame(found, columns=["first", "second", "how", "strength"])
    order = pairs.assign(how=pairs["how"].map(ORDER.index), strength=-pairs["strength"].abs().round(9))
    return pairs.loc[order.sort_values(["how", "strength", "first", "second"]).index].reset_index(drop=True)


def strongest(correlations: pd.DataFrame) -> tuple[str, str, float] | None:
    """The two columns with the largest correlation in size, and it; None where there is no pair."""
    pairs = [(*pair, correlations.loc[pair]) for pair in combinations(correlations.columns, 2)]
    known = [pair for pair in pairs if not np.isnan(pair[2])]
    return max(known, key=lambda pair: (round(abs(pair[2]), 9), pair[0], pair[1])) if known else None


def _measures(table: ir.Table, name: str) -> list[ir.Value]:
    cells = table[name]
    measured = [cells.count().name(f"{name} filled"), cells.nunique().name(f"{name} distinct")]
    kind = _kind(table, name)
    if kind in ("number", "date", "time"):
        measured += [cells.min().name(f"{name} lowest"), cells.max().name(f"{name} highest")]
    if kind == "number":
        measured.append(cells.median().name(f"{name} median"))
    return measured


def _kind(table: ir.Table, name: str) -> str:
    kind = table[name].type()
    told = {"flag": kind.is_boolean(), "number": kind.is_numeric(), "date": kind.is_date(), "time": kind.is_timestamp()}
    return next((name for name, holds in told.items() if holds), "text")


def _one_to_one(table: pd.DataFrame, first: str, second: str) -> bool:
    """Whether each value of one column stands with one value of the other; in columns of names any two would."""
    pairs = table[[first, second]].dropna()
    if not 2 <= pairs[first].nunique() < len(pairs):
        return False
    return len(pairs.drop_duplicates()) == pairs[first].nunique() == pairs[second].nunique()


def _is_copy(first: pd.Series, second: pd.Series) -> bool:
    """Whether a straight line through two of the points goes through all of them."""
    both = pd.concat([first, second], axis=1).dropna().to_numpy()
    if len(both) < FEWEST_ROWS or len(np.unique(both[:, 0])) < 3:
        return False
    (x0, y0), (x1, y1) = both[both[:, 0].argmin()], both[both[:, 0].argmax()]
    line = y0 + (both[:, 0] - x0) * (y1 - y0) / (x1 - x0)
    span = np.ptp(both[:, 1])
    return bool(span > 0 and np.abs(both[:, 1] - line).max() <= COPY_TOLERANCE * max(span, np.abs(both[:, 1]).max()))

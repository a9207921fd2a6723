"""The columns of each table: what they hold, how they divide into categories, and which cells could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from customer_segments.base.contract import ROW, UNREADABLE

if TYPE_CHECKING:
    import ibis.expr.types as ir

IDENTIFIERS = ("customer_id", "invoice_id")  # they name customers and orders, and group nothing
MOST_CATEGORIES = 50  # a text column with more values is no category that could be drawn or compared
EXAMPLES = 3  # of unreadable cells
DESCRIBED = ["column", "kind", "rows", "filled_share", "distinct", "lowest", "median", "highest"]
THINNED_ROWS = 25_000  # enough to see on what the gaps of a table depend


def columns_of(table: ir.Table) -> list[str]:
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
    if kind.is_boolean():
        return "flag"
    if kind.is_numeric():
        return "number"
    return "date" if kind.is_date() else "time" if kind.is_timestamp() else "text"

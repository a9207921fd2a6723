"""The columns of each table: what they hold, how far they are filled, and which cells could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from customer_segments.base import registry, words
from customer_segments.base.contract import ROW, UNREADABLE
from customer_segments.steps.eda.categories import category_counts
from customer_segments.steps.eda.findings import Finding, Weight

if TYPE_CHECKING:
    import ibis.expr.types as ir

IDENTIFIERS = ("customer_id", "invoice_id")  # they name customers and orders, and group nothing
MOST_CATEGORIES = 50  # a text column with more values is no category that could be drawn or compared
NAMED_CATEGORIES = 3  # of a column in the overview
EXAMPLES = 3  # of unreadable cells
THINNED_ROWS = 25_000  # enough to see on what the gaps of a table depend
KINDS = {"number": "number", "flag": "yes or no", "date": "date", "time": "date and time", "text": "text"}


def columns_of(table: ir.Table) -> list[str]:
    """The columns that came from the source, without those that `collect` added."""
    return [name for name in table.columns if name not in (ROW, UNREADABLE)]


def describe_columns(table: ir.Table) -> pd.DataFrame:
    """One row per column: kind, rows and share filled, distinct values, lowest, median, highest, categories."""
    measured = [measure for name in columns_of(table) for measure in _measures(table, name)]
    facts = table.aggregate([table.count().name("rows"), *measured]).to_pyarrow().to_pylist()[0]
    described = pd.DataFrame(
        [
            {
                "column": name,
                "kind": _kind(table, name),
                "rows": facts[f"{name} filled"],
                "filled_share": facts[f"{name} filled"] / max(facts["rows"], 1),
                "distinct": facts[f"{name} distinct"],
                "lowest": facts.get(f"{name} lowest"),
                "median": facts.get(f"{name} median"),
                "highest": facts.get(f"{name} highest"),
            }
            for name in columns_of(table)
        ]
    ).astype({"lowest": object, "median": object, "highest": object})
    few = described["kind"].isin(["text", "flag"]) & described["distinct"].between(1, MOST_CATEGORIES)
    few &= ~described["column"].isin(IDENTIFIERS)
    categories = [
        _shares(table, name) if is_few else None for name, is_few in zip(described["column"], few, strict=True)
    ]
    return described.assign(
        kind=described["kind"].mask(few & (described["kind"] == "text"), "category"),
        categories=pd.Series(categories, dtype=object),
    )


def columns_for_readers(described: pd.DataFrame, currency: str) -> pd.DataFrame:
    """The overview in a reader's words."""
    return pd.DataFrame(
        {
            "Column": described["column"].map(registry.label),
            "Kind": described["kind"].map(lambda kind: KINDS.get(kind, kind)),
            "Filled": described["filled_share"].map(_filled),
            "Distinct": described["distinct"].map("{:,}".format),
            "Range, or most frequent": [_range(row, currency) for row in described.to_dict("records")],
        }
    )


def columns_caption(table_name: str, described: pd.DataFrame, rows: int) -> str:
    """How large the table is, and which columns have gaps."""
    gappy = described[described["filled_share"] < 1].sort_values(["filled_share", "column"], kind="stable")
    size = f"{table_name.capitalize()}: {words.counted(rows, 'row')} and {words.counted(len(described), 'column')}"
    if gappy.empty:
        return f"{size}; every cell is filled."
    written = [f"{registry.label(row.column)} ({words.percent(1 - row.filled_share)})" for row in gappy.itertuples()]
    more = f" and {words.counted(len(written) - 4, 'other')}" if len(written) > 4 else ""
    return f"{size}; cells are missing in {words.listed(written[:4]) if not more else ', '.join(written[:4]) + more}."


def unreadable_cells(raw: dict[str, ir.Table]) -> pd.DataFrame:
    """Cells that could not be read as their column's kind: table, column, rows, share, examples of what stood there."""
    found = [_unreadable_cells(name, table) for name, table in raw.items()]
    return pd.concat(found, ignore_index=True)


def unreadable_for_readers(unreadable: pd.DataFrame) -> pd.DataFrame:
    """The unreadable cells in a reader's words."""
    return pd.DataFrame(
        {
            "Table": unreadable["table"].str.capitalize(),
            "Column": unreadable["column"].map(registry.label),
            "Cells": unreadable["rows"].map("{:,}".format),
            "For example": [words.listed(f"“{text}”" for text in examples) for examples in unreadable["examples"]],
        }
    )


def unreadable_caption(unreadable: pd.DataFrame) -> str:
    """How many cells could not be read, or that all could."""
    if unreadable.empty:
        return "Every filled cell could be read as what its column holds."
    cells = int(unreadable["rows"].sum())
    return f"{words.counted(cells, 'cell')} could not be read; from here on they count as missing."


def unreadable_findings(unreadable: pd.DataFrame) -> list[Finding]:
    """One finding for all cells that could not be read."""
    if unreadable.empty:
        return []
    columns = words.listed(dict.fromkeys(unreadable["column"].map(registry.label)))
    cells = words.counted(int(unreadable["rows"].sum()), "cell")
    sentence = f"{cells} could not be read, in {columns}: they count as missing."
    return [Finding(Weight.MATTERS, float(unreadable["share"].max()), sentence)]


def thinned(table: ir.Table, at_most: int = THINNED_ROWS) -> pd.DataFrame:
    """The table in pandas, every so many-th row of it where it has more than `at_most`."""
    step = -(-int(table.count().to_pyarrow().as_py()) // at_most)
    kept = table if step <= 1 else table.filter((table[ROW] - 1) % step == 0)
    return kept.order_by(ROW).to_pandas()


def facts(described: pd.DataFrame, rows: int, hits: pd.DataFrame) -> dict[str, Any]:
    """Small facts on one table for comparing runs: rows, columns, missing shares, rows that need a decision."""
    gappy = described[described["filled_share"] < 1]
    return {
        "rows": rows,
        "columns": len(described),
        "missing_share": dict(zip(gappy["column"], 1 - gappy["filled_share"], strict=True)),
        "need_a_decision": dict(zip(hits["check"], hits["rows"], strict=True)),
    }


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


def _shares(table: ir.Table, name: str) -> list[tuple[str, float]]:
    found = category_counts(table, name)
    return list(zip(found["value"], found["share"], strict=True))


def _filled(share: float) -> str:
    """The share as per cent, never rounded up to all."""
    return words.percent(min(share, 0.999), 1) if 0.995 <= share < 1 else words.percent(share)


def _range(row: dict[str, Any], currency: str) -> str:
    if row["distinct"] == 0:
        return "nothing"
    if row["kind"] == "number":
        values = (row["lowest"], row["highest"], row["median"])
        low, high, middle = (registry.in_unit(row["column"], value, currency) for value in values)
        return f"{low} to {high}, median {middle}"
    if row["kind"] in ("date", "time"):
        return f"{row['lowest']:%Y-%m-%d} to {row['highest']:%Y-%m-%d}"
    if row["categories"]:
        names = {"true": "yes", "false": "no"} if row["kind"] == "flag" else {}
        frequent = row["categories"][:NAMED_CATEGORIES]
        return ", ".join(f"{names.get(value, value)} {words.percent(share)}" for value, share in frequent)
    if row["rows"] == row["distinct"]:
        return "all different"
    rows_each = row["rows"] / row["distinct"]
    return "nearly all different" if rows_each < 1.05 else f"each in {words.number(rows_each)} rows on average"


def _unreadable_cells(name: str, table: ir.Table) -> pd.DataFrame:
    rows = int(table.count().to_pyarrow().as_py())
    concerned = table.filter(table[UNREADABLE].notnull()).order_by(ROW).select(UNREADABLE).to_pandas()[UNREADABLE]
    cells = concerned.str.split("; ").explode().str.partition(": ")
    cells = cells[cells[0].isin(columns_of(table))] if len(cells) else pd.DataFrame(columns=[0, 1, 2])
    found = [
        {
            "table": name,
            "column": column,
            "rows": len(texts),
            "share": len(texts) / max(rows, 1),
            "examples": list(texts.drop_duplicates().head(EXAMPLES)),
        }
        for column, texts in cells.groupby(0, sort=False)[2]
    ]
    return pd.DataFrame(found, columns=["table", "column", "rows", "share", "examples"])

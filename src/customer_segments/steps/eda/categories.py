"""How the rows of a table divide into categories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from customer_segments.base import registry, words

if TYPE_CHECKING:
    import ibis.expr.types as ir


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


def categories_caption(shares: pd.DataFrame) -> str:
    """The most frequent category of each column."""
    first = shares.drop_duplicates(["table", "column"])
    most = [
        f"{registry.label(row.column).lower()} “{row.value}” ({words.percent(row.share)})" for row in first.itertuples()
    ]
    return f"Most frequent: {words.listed(most)}. Shares are of the rows where the column is filled."


def categories_alt(shares: pd.DataFrame) -> str:
    """Each bar in words."""
    panels = []
    for (_, column), content in shares.groupby(["table", "column"], sort=False):
        bars = words.listed(f"{row.value} {words.percent(row.share)}" for row in content.itertuples())
        panels.append(f"{registry.label(column)}: {bars}")
    return f"Bars of the share of each category. {'; '.join(panels)}."

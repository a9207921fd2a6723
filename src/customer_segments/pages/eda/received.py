"""What was received: the columns of each table, and what in the source they were taken for."""

from __future__ import annotations

from typing import Any

import pandas as pd

from customer_segments.base import registry, words
from customer_segments.steps.eda.look import FirstLook, Source

KINDS = {"flag": "yes or no", "time": "date and time"}
NAMED_CATEGORIES = 3  # of a column
NAMED_GAPS = 4  # columns with gaps


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
    named, more = written[:NAMED_GAPS], len(written) - NAMED_GAPS
    listed = f"{', '.join(named)} and {words.counted(more, 'other')}" if more > 0 else words.listed(named)
    return content, f"{size}; cells are missing in {listed}."


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
    written = (f"{name.capitalize()}: {_writing(source)}." for name, source in first.sources.items())
    count = words.counted(len(matches), "column")
    return content, f"Named in params.yaml: {named} of {count}{others}. {' '.join(written)}"


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
    return ", ".join(told)


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

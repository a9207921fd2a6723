"""Tables written for a reader: which columns are numbers, and a table as the Explorer's pages take it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from customer_segments.base import words

if TYPE_CHECKING:
    import pandas as pd

# How a cell reads that is one number, with its sign, currency or per cent, the ends of an interval, both, or a gap.
CURRENCY = r"(?:[^\w\s]|[^\W\d_]{1,3}[$£¥]|\S{1,8}\u00a0)?"
ONE = rf"[−+]?{CURRENCY}[\d,.]+ ?(?:%|k|million|billion|trillion)?"
NUMBER = re.compile(rf"{ONE}|{ONE} to {ONE}|{ONE} \({ONE} to {ONE}\)|\d?\d:\d\d|–|∞|under [\d.]+%?")


def written(content: pd.DataFrame) -> pd.DataFrame:
    """The table with every cell as a reader sees it."""
    return content.map(_written)


def numeric(table: pd.DataFrame) -> list[bool]:
    """Which columns of a written table hold nothing but numbers; they stand right, others left."""
    return [bool(table[name].map(NUMBER.fullmatch).notna().all()) for name in table]


def told(content: pd.DataFrame, caption: str) -> dict[str, Any]:
    """A table and its caption, ready for a page."""
    table = written(content)
    rows = [list(row) for row in table.itertuples(index=False)]
    return {"caption": caption, "columns": list(table), "numeric": numeric(table), "rows": rows}


def _written(value: Any) -> str:
    return words.number(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)

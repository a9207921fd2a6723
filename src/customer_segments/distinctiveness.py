"""What sets each segment apart: every column of every segment against all customers, on one scale."""

from __future__ import annotations

import numpy as np
import pandas as pd

from customer_segments import words
from customer_segments.params import Level, ProfilingParams

SEGMENT = "segment"
NOT_MEASURED = (SEGMENT, "segment_name", "customer_id")
SKEWED_ABOVE = 1.0  # beyond this skewness a few large values would decide a mean: logarithms are compared instead
MOST_CATEGORIES = 12  # a column with more categories describes nobody in a sentence
RAREST_CATEGORY = 0.02  # categories rarer than this are too few customers to tell segments apart by
DECIMALS = 6


def measured(customers: pd.DataFrame) -> pd.DataFrame:
    """The columns that can be compared, as numbers: measures, yes/no as 1/0, each category as `column=category`."""
    columns: dict[str, pd.Series] = {}
    for name in customers.columns.drop(list(NOT_MEASURED), errors="ignore"):
        columns |= _as_numbers(customers[name])
    numbers = pd.DataFrame(columns, index=customers.index)
    return numbers.loc[:, numbers.nunique() > 1]


def _as_numbers(column: pd.Series) -> dict[str, pd.Series]:
    """A column's numbers, the indicators of its categories, or nothing (dates, free text)."""
    kind = pd.api.types.infer_dtype(column, skipna=True)
    if kind in ("boolean", "integer", "floating", "mixed-integer-float"):
        return {column.name: column.astype("Float64").astype("float64")}
    if kind not in ("string", "categorical"):
        return {}
    shares = column.value_counts(normalize=True)
    if len(shares) > MOST_CATEGORIES:
        return {}
    common = sorted(str(category) for category, share in shares.items() if share >= RAREST_CATEGORY)
    return {f"{column.name}={name}": (column == name).astype(float).where(column.notna()) for name in common}


def is_share(name: str, numbers: pd.Series) -> bool:
    """Whether a measured column is a share of customers: yes/no, or one category of several."""
    return "=" in name or bool(numbers.dropna().isin([0.0, 1.0]).all())


def straightened(numbers: pd.DataFrame) -> pd.DataFrame:
    """Skewed measures as logarithms (of both signs alike), all others as they are."""
    skewed = [name for name in numbers if _is_skewed(name, numbers[name])]
    logarithms = np.sign(numbers[skewed]) * np.log1p(numbers[skewed].abs())
    return numbers.assign(**{name: logarithms[name] for name in skewed})


def _is_skewed(name: str, numbers: pd.Series) -> bool:
    return not is_share(name, numbers) and abs(numbers.skew()) > SKEWED_ABOVE


def compare(numbers: pd.DataFrame, segment: pd.Series, params: ProfilingParams) -> pd.DataFrame:
    """Each segment against all customers: one row per segment and column.

    `difference` is (mean of the segment - mean of all) / standard deviation of all, on logarithms where a column is
    skewed. `typical` is the median or the mean, whichever tells the same story as the difference in every segment.
    """
    straight = straightened(numbers)
    apart = (straight.groupby(segment).mean() - straight.mean()) / straight.std(ddof=0)
    pieces = [_compared(name, numbers[name], segment, apart[name].round(DECIMALS)) for name in numbers]
    table = pd.concat(pieces, ignore_index=True).dropna(subset="difference")
    table["level"] = [level(difference, params) for difference in table["difference"]]
    return table.sort_values(SEGMENT, kind="stable", ignore_index=True)


def _compared(name: str, numbers: pd.Series, segment: pd.Series, difference: pd.Series) -> pd.DataFrame:
    """One column's means, medians and typical values, a row per segment."""
    table = pd.DataFrame(
        {
            "difference": difference,
            "mean": numbers.groupby(segment).mean(),
            "median": numbers.groupby(segment).median(),
            "mean_of_all": numbers.mean(),
            "median_of_all": numbers.median(),
        }
    )
    typical = _tells_the_same(table, ("median", "mean") if _is_skewed(name, numbers) else ("mean", "median"))
    table["typical"], table["typical_of_all"] = table[typical], table[f"{typical}_of_all"]
    table.insert(0, "column", name)
    table.insert(1, "is_share", is_share(name, numbers))
    return table.rename_axis(SEGMENT).reset_index()


def _tells_the_same(table: pd.DataFrame, statistics: tuple[str, str]) -> str:
    """The first statistic that differs from everyone's in the direction of the difference most often."""
    agreeing = {
        name: (np.sign(table[name] - table[f"{name}_of_all"]) == np.sign(table["difference"])).sum()
        for name in statistics
    }
    return max(statistics, key=agreeing.__getitem__)


def level(difference: float, params: ProfilingParams) -> Level:
    """A standardised difference in words."""
    size = abs(difference)
    if size < params.high_above:
        return "middling"
    side = "high" if difference > 0 else "low"
    return f"very {side}" if size >= params.very_high_above else side


def alike(numbers: pd.DataFrame) -> pd.DataFrame:
    """How much each two columns tell the same story: rank correlation, without sign."""
    return numbers.rank().corr().abs().round(DECIMALS)


def written(column: str, value: float, is_share: bool, currency: str) -> str:
    """A value as a reader sees it, in the column's unit."""
    return words.percent(value) if is_share else words.in_unit(column, value, currency)

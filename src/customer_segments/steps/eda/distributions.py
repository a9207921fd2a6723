"""How numbers are spread: their scale, their histogram, and what lies far out."""

from typing import Any

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from customer_segments.base import meanings
from customer_segments.base.contract import ROW, UNREADABLE

COUNTERS = (ROW, UNREADABLE, "line_number")  # they number rows and measure nothing
SPREAD = [
    *("column", "rows", "scale", "lower_quartile", "median", "upper_quartile"),
    *("lower_fence", "upper_fence", "lowest", "highest", "beyond", "apart", "examples"),
]
BINS = 30
MOST_WHOLE_NUMBERS = 40  # drawn with a bar for each
SKEWED_ABOVE = 0.35  # Kelly's skewness (0 = symmetric, 1 = all on one side), which no outlier can move
WIDE_ABOVE = 10.0  # a log axis needs the 99th percentile to be this many times the first
EXAMPLES = 3


def numbers_of(customers: ir.Table | None, lines: ir.Table | None) -> dict[str, pd.Series]:
    """The filled values of each column that measures something, of customers and of sales (no returns)."""
    sales = lines.filter(lines.quantity > 0) if lines is not None and "quantity" in lines.columns else lines
    found: dict[str, pd.Series] = {}
    for table in (sales, customers):
        schema = {} if table is None else table.schema()
        if numeric := [name for name, kind in schema.items() if kind.is_numeric() and _measures(name)]:
            frame = table.order_by(ROW).select(numeric).to_pandas().astype(float)
            found = {name: frame[name].dropna() for name in frame} | found
    return {name: values for name, values in found.items() if len(values)}


def _measures(name: str) -> bool:
    """Whether a column of numbers measures something; numbers of rows, shops or postcodes are names."""
    return name not in COUNTERS and not meanings.is_written_plain(name)


def spread(numbers: dict[str, pd.Series], fence: float) -> pd.DataFrame:
    """One row per column: rows, scale, quartiles, fences, how many values lie beyond them and apart, and examples.

    The fences lie `fence` interquartile ranges beyond the quartiles, measured on the log scale where values are skewed.
    A column in which half of the values are the same has no fence.
    """
    return pd.DataFrame([_spread_of(name, values, fence) for name, values in numbers.items()], columns=SPREAD)


def histogram(numbers: dict[str, pd.Series], spread: pd.DataFrame) -> pd.DataFrame:
    """Bars to draw, those within the fences: column, scale, left, right, rows, and rows of the column not drawn."""
    bars = [_bars(row, numbers[row["column"]].to_numpy()) for row in spread.to_dict("records")]
    columns = ["column", "scale", "left", "right", "rows", "not_drawn"]
    return pd.concat(bars, ignore_index=True)[columns] if bars else pd.DataFrame(columns=columns)


def outliers(spread: pd.DataFrame) -> pd.DataFrame:
    """The columns with values beyond the fences, those with most first."""
    found = spread[spread["beyond"] > 0]
    return found.sort_values(["beyond", "column"], ascending=[False, True], ignore_index=True)


def _spread_of(name: str, values: pd.Series, fence: float) -> tuple[Any, ...]:
    """A row of the spread, in the order of its columns."""
    scale = _scale(values)
    lower, median, upper = np.quantile(values, [0.25, 0.5, 0.75])
    ordered = np.sort(values.to_numpy())
    # A log scale knows no zero; values at or below it are not far out but of another kind.
    ordered = ordered[ordered > 0] if scale == "log" else ordered
    low, high = _fence_values(lower, upper, fence, scale)
    below, above = ordered[ordered < low], ordered[ordered > high]
    candidates = {*below[:EXAMPLES].tolist(), *above[-EXAMPLES:].tolist()}
    furthest = sorted(candidates, key=lambda value: (-abs(value - median), value))
    beyond, apart = len(below) + len(above), _apart(ordered, low, high, scale)
    facts = (name, len(values), scale, lower, median, upper, low, high, ordered[0], ordered[-1], beyond, apart)
    return *facts, furthest[:EXAMPLES]


def _apart(ordered: np.ndarray, low: float, high: float, scale: str) -> int:
    """How many values beyond the fences are cut off from the rest by a gap: a quarter of the way between the fences."""
    if np.isinf(high):
        return 0
    steps, ends = (np.log(ordered), np.log([low, high])) if scale == "log" else (ordered, np.array([low, high]))
    wide = np.diff(steps) > np.ptp(ends) / 4
    cut_below = np.flatnonzero(wide & (ordered[:-1] < low))
    cut_above = np.flatnonzero(wide & (ordered[1:] > high))
    below = cut_below[-1] + 1 if len(cut_below) else 0
    above = len(ordered) - 1 - cut_above[0] if len(cut_above) else 0
    return int(below + above)


def _scale(values: pd.Series) -> str:
    """Log where nearly all values are positive, spread over a factor of ten and lean to one side; else linear."""
    first, tenth, middle, ninetieth, last = np.quantile(values, [0.01, 0.1, 0.5, 0.9, 0.99])
    if first <= 0 or last / first < WIDE_ABOVE or ninetieth <= tenth:
        return "linear"
    leaning = (ninetieth + tenth - 2 * middle) / (ninetieth - tenth)
    few_whole_numbers = ninetieth - tenth < MOST_WHOLE_NUMBERS and bool((values % 1 == 0).all())
    return "log" if leaning > SKEWED_ABOVE and not few_whole_numbers else "linear"


def _fence_values(lower: float, upper: float, fence: float, scale: str) -> tuple[float, float]:
    if lower == upper:
        return -np.inf, np.inf
    if scale == "log":
        reach = (upper / lower) ** fence
        return lower / reach, upper * reach
    reach = fence * (upper - lower)
    return lower - reach, upper + reach


def _bars(row: dict[str, Any], values: np.ndarray) -> pd.DataFrame:
    drawn = values[(values >= row["lower_fence"]) & (values <= row["upper_fence"])]
    drawn = drawn[drawn > 0] if row["scale"] == "log" else drawn
    edges = _edges(drawn, row["scale"])
    bars = pd.DataFrame({"left": edges[:-1], "right": edges[1:], "rows": np.histogram(drawn, edges)[0]})
    return bars.assign(column=row["column"], scale=row["scale"], not_drawn=len(values) - len(drawn))


def _edges(values: np.ndarray, scale: str) -> np.ndarray:
    """Bin edges; whole numbers get bins of a whole width, so that no bin holds more of them than its neighbour."""
    low, high = values.min(), values.max()
    if low == high and (scale == "log" or low % 1):
        return np.array([low - abs(low) / 10, high + abs(high) / 10])
    if scale == "log":
        return np.geomspace(low, np.nextafter(high, np.inf), BINS + 1)
    if (values % 1 == 0).all():
        width = max(1, int(np.ceil((high - low + 1) / MOST_WHOLE_NUMBERS)))
        return np.arange(low - 0.5, high + width, width)
    return np.linspace(low, high, BINS + 1)

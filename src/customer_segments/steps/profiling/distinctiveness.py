"""What sets each segment apart: every column of every segment against all customers, on one scale."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from customer_segments.base import registry, words
from customer_segments.base.errors import StudyError
from customer_segments.base.params import Level, PrivacyParams, ProfilingParams
from customer_segments.steps.profiling.rounding import percent

SEGMENT = "segment"
UNASSIGNED = 0  # the number of those who are in no segment
NOT_MEASURED = (SEGMENT, "segment_name", "customer_id")
SKEWED_ABOVE = 1.0  # beyond this skewness a few large values would decide a mean: logarithms are compared instead
MOST_CATEGORIES = 12  # a column with more categories describes nobody in a sentence
RAREST_CATEGORY = 0.02  # categories rarer than this are too few customers to tell segments apart by
DECIMALS = 6
QUANTILES = {"whislo": 0.05, "q1": 0.25, "med": 0.5, "q3": 0.75, "whishi": 0.95}
FEWEST_BEYOND = 2  # customers beyond each end of a line: it must not end at the smallest or the largest value


def measured(customers: pd.DataFrame, smallest_group: int = 1) -> pd.DataFrame:
    """The columns that can be compared, as numbers: measures, yes/no as 1/0, each category as `column=category`.

    Categories of fewer than `smallest_group` customers are left out.
    """
    columns: dict[str, pd.Series] = {}
    for name in customers.columns.drop(list(NOT_MEASURED), errors="ignore"):
        columns |= _as_numbers(customers[name], smallest_group)
    numbers = pd.DataFrame(columns, index=customers.index)
    return numbers.loc[:, numbers.nunique() > 1]


def _as_numbers(column: pd.Series, smallest_group: int) -> dict[str, pd.Series]:
    """A column's numbers, the indicators of its categories, or nothing (dates, free text)."""
    kind = pd.api.types.infer_dtype(column, skipna=True)
    if kind in ("boolean", "integer", "floating", "mixed-integer-float"):
        return {column.name: column.astype("Float64").astype("float64")}
    if kind not in ("string", "categorical"):
        return {}
    counts = column.value_counts()
    if len(counts) > MOST_CATEGORIES:
        return {}
    fewest = max(RAREST_CATEGORY * counts.sum(), smallest_group)
    common = sorted(str(category) for category, count in counts.items() if count >= fewest)
    return {registry.joined(column.name, name): (column == name).astype(float).where(column.notna()) for name in common}


def shares(numbers: pd.DataFrame) -> pd.Series:
    """Which measured columns are shares of customers: yes/no, or one category of several."""
    return pd.Series({name: bool(numbers[name].dropna().isin([0.0, 1.0]).all()) for name in numbers}, dtype=bool)


def skewed(numbers: pd.DataFrame) -> pd.Series:
    """Which measured columns a few large values would decide."""
    return ~shares(numbers) & (numbers.skew().abs() > SKEWED_ABOVE)


def straightened(numbers: pd.DataFrame) -> pd.DataFrame:
    """Skewed measures as logarithms (of both signs alike), all others as they are."""
    names = numbers.columns[skewed(numbers)]
    return numbers.assign(**(np.sign(numbers[names]) * np.log1p(numbers[names].abs())))


def tells_who_left(customers: pd.DataFrame) -> bool:
    """Whether the chance of being a customer still tells segments apart, rather than read the same for each of them."""
    # It is near certain for all, also for those long gone quiet, where the model of chapter 7 sees nobody leave.
    if "alive_probability" not in customers:
        return False
    return customers.groupby(SEGMENT)["alive_probability"].mean().map(percent).nunique(dropna=False) > 1


def comparison(
    customers: pd.DataFrame, numbers: pd.DataFrame, params: ProfilingParams, privacy: PrivacyParams
) -> pd.DataFrame:
    """Each segment against all customers in every column that was `measured` (see `compare`).

    Left out are segments of too few customers, whose values would be those of single persons, and shares of sensitive
    attributes that too few customers of a segment make up, or are left by.
    """
    sizes = customers[SEGMENT].value_counts()
    if sizes.max() < privacy.smallest_group:
        raise StudyError(
            f"No segment holds as many as {words.counted(privacy.smallest_group, 'customer')}, so none can be "
            "described: make fewer segments (`clustering.k`), or describe smaller ones (`privacy.smallest_group`).",
            setting="clustering.k",
        )
    compared = compare(numbers, customers[SEGMENT], params)
    if not tells_who_left(customers):
        compared = without(compared, ["alive_probability"])
    size = compared[SEGMENT].map(sizes)
    having = (compared["mean"] * size).round()
    delicate = _is_of(compared, privacy.sensitive) & compared["is_share"]
    few = delicate & (np.minimum(having, size - having) < privacy.smallest_group)
    return unassigned_last(compared[(size >= privacy.smallest_group) & ~few])


def unassigned_last(table: pd.DataFrame) -> pd.DataFrame:
    """The table with the rows of those who are in no segment at its end."""
    return table.sort_values(SEGMENT, key=lambda numbers: numbers == UNASSIGNED, kind="stable", ignore_index=True)


def without(compared: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """The comparison without these columns, which are told elsewhere."""
    return compared[~_is_of(compared, columns)]


def _is_of(compared: pd.DataFrame, columns: Sequence[str]) -> pd.Series:
    return compared["column"].map(lambda column: registry.split(column)[0]).isin(columns)


def compare(numbers: pd.DataFrame, segment: pd.Series, params: ProfilingParams) -> pd.DataFrame:
    """Each segment against all customers: one row per segment and column.

    `difference` is (mean of the segment - mean of all) / standard deviation of all, on logarithms where a column is
    skewed. `typical` is the median or the mean, whichever tells the same story as the difference in more segments.
    `rank` is the median's place among all customers: 0.8 means that four fifths of them lie below it, ties half.
    """
    straight, segments = straightened(numbers), numbers.groupby(segment.rename(SEGMENT))
    apart = (straight.groupby(segment).mean() - straight.mean()) / straight.std(ddof=0)
    means, medians = segments.mean(), segments.median()
    values = {"difference": apart.round(DECIMALS), "mean": means, "median": medians, "rank": _ranks(medians, numbers)}
    stacked = {name: frame.rename_axis(index=SEGMENT, columns="column").stack() for name, frame in values.items()}
    table = pd.DataFrame(stacked).dropna(subset="difference").reset_index()
    column = table["column"]
    by_median = column.map(_told_better_by_medians(numbers, means, medians, apart))
    table.insert(2, "is_share", column.map(shares(numbers)))
    table.insert(3, "by_median", by_median)
    table["typical"] = table["median"].where(by_median, table["mean"])
    table["mean_of_all"], table["median_of_all"] = column.map(numbers.mean()), column.map(numbers.median())
    table["typical_of_all"] = table["median_of_all"].where(by_median, table["mean_of_all"])
    return table.assign(level=[level(difference, params) for difference in table["difference"]])


def _ranks(medians: pd.DataFrame, numbers: pd.DataFrame) -> pd.DataFrame:
    """Where each segment's medians stand among all customers' values, from 0 to 1."""
    ranks = {}
    for name in numbers:
        values = np.sort(numbers[name].dropna().to_numpy())
        places = [np.searchsorted(values, medians[name].to_numpy(), side) for side in ("left", "right")]
        ranks[name] = np.mean(places, axis=0) / len(values)
    return pd.DataFrame(ranks, index=medians.index).round(DECIMALS)


def _told_better_by_medians(
    numbers: pd.DataFrame, means: pd.DataFrame, medians: pd.DataFrame, apart: pd.DataFrame
) -> pd.Series:
    """Of each column, whether medians lie on the side of the difference more often than means; skewed ones win ties."""
    agreeing_medians = (np.sign(medians - numbers.median()) == np.sign(apart)).sum()
    agreeing_means = (np.sign(means - numbers.mean()) == np.sign(apart)).sum()
    return (agreeing_medians > agreeing_means) | (skewed(numbers) & (agreeing_medians == agreeing_means))


def level(difference: float, params: ProfilingParams) -> Level:
    """A standardised difference in words."""
    if abs(difference) < params.high_above:
        return "middling"
    side = "high" if difference > 0 else "low"
    return f"very {side}" if abs(difference) >= params.very_high_above else side


def alike(numbers: pd.DataFrame) -> pd.DataFrame:
    """How much each two columns tell the same story: rank correlation, without sign."""
    return numbers.rank().corr().abs().round(DECIMALS)


def quantiles(numbers: pd.DataFrame, segment: pd.Series, smallest_group: int) -> pd.DataFrame:
    """Where the middle 50% and 90% of each segment's customers lie: a row per column and segment."""
    pieces = []
    for column in numbers:
        values = numbers[column].groupby(segment)
        table = pd.DataFrame({name: values.quantile(share) for name, share in QUANTILES.items()})
        known = values.count()
        few = known * QUANTILES["whislo"] < FEWEST_BEYOND
        # Where the ends would be a single person's value, the middle 50% stand for the 90% too.
        table.loc[few, "whislo"], table.loc[few, "whishi"] = table["q1"], table["q3"]
        table = table[known >= smallest_group].dropna()
        pieces.append(table.reset_index(names=SEGMENT).assign(column=column)[[SEGMENT, "column", *QUANTILES]])
    return pd.concat(pieces, ignore_index=True) if pieces else pd.DataFrame(columns=[SEGMENT, "column", *QUANTILES])


def lying_apart(quantiles: pd.DataFrame) -> list[str]:
    """The columns in which the middle halves of at least two segments do not overlap."""
    halves = quantiles.groupby("column", sort=False)
    apart = halves["q1"].max() > halves["q3"].min()
    return list(apart.index[apart])

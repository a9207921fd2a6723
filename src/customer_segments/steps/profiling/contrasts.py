"""How far the segments lie apart, from all customers and from each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from customer_segments.base import registry, words
from customer_segments.base.errors import StudyError
from customer_segments.base.params import PrivacyParams, ProfilingParams
from customer_segments.steps.profiling import playbook
from customer_segments.steps.profiling.distinctiveness import SEGMENT, UNASSIGNED, compare, measured
from customer_segments.steps.profiling.rounding import percent
from customer_segments.steps.profiling.traits import without_repeats

LIFETIMES = registry.names(registry.LIFETIMES)
DECIMALS = {"expected_orders": 2, "expected_value": 2}  # an expectation is known to no more than that
QUANTILES = {"whislo": 0.05, "q1": 0.25, "med": 0.5, "q3": 0.75, "whishi": 0.95}
FEWEST_BEYOND = 2  # customers beyond each end of a line: it must not end at the smallest or the largest value


def with_segments(customers: pd.DataFrame, segments: pd.DataFrame) -> pd.DataFrame:
    """The customers with the number of their segment, by customer."""
    joined = segments.merge(customers, on="customer_id", how="left", validate="one_to_one", indicator=True)
    unknown = int((joined["_merge"] == "left_only").sum())
    if unknown or joined.empty:
        raise StudyError(
            f"The segments are not those of these customers ({words.counted(unknown, 'customer')} of {len(joined):,} "
            "not found): both must come from the same run.",
            stage="clustering",
        )
    joined = joined.drop(columns="_merge").sort_values("customer_id", kind="stable", ignore_index=True)
    return joined[[*customers.columns, SEGMENT]]


def with_lifetimes(customers: pd.DataFrame, lifetimes: pd.DataFrame) -> pd.DataFrame:
    """The customers with what is expected of them; unchanged where nothing could be expected."""
    if lifetimes.empty:
        return customers
    expected = lifetimes[["customer_id", *LIFETIMES]].round(DECIMALS)
    return customers.merge(expected, on="customer_id", how="left", validate="one_to_one")


def tells_who_left(customers: pd.DataFrame) -> bool:
    """Whether the chance of being a customer still tells segments apart, rather than read the same for each of them."""
    # It is near certain for all, also for those long gone quiet, where the model of chapter 7 sees nobody leave.
    if "alive_probability" not in customers:
        return False
    return customers.groupby(SEGMENT)["alive_probability"].mean().map(percent).nunique(dropna=False) > 1


def comparison(customers: pd.DataFrame, params: ProfilingParams, privacy: PrivacyParams) -> pd.DataFrame:
    """Each segment against all customers in every column that can be compared (see `distinctiveness.compare`).

    Left out are segments of too few customers, whose values would be those of single persons, and shares of sensitive
    attributes that too few customers of a segment make up, or are left by.
    """
    numbers, segment = measured(customers, privacy.smallest_group), customers[SEGMENT]
    playbook.check(params.playbook, list(numbers.columns))
    sizes = segment.value_counts()
    if sizes.max() < privacy.smallest_group:
        raise StudyError(
            f"No segment holds as many as {words.counted(privacy.smallest_group, 'customer')}, so none can be "
            "described: make fewer segments (`clustering.k`), or describe smaller ones (`privacy.smallest_group`).",
            setting="clustering.k",
        )
    compared = compare(numbers, segment, params)
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


def telling_columns(compared: pd.DataFrame, alike: pd.DataFrame, most: int = 4) -> list[str]:
    """The measures (no shares) in which the segments lie furthest apart, each telling something new."""
    differences = compared[~compared["is_share"]].groupby("column", sort=False)["difference"]
    ranked = (differences.max() - differences.min()).sort_values(ascending=False, kind="stable").index
    return without_repeats(ranked, alike)[:most]


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
    return pd.concat(pieces, ignore_index=True)


def lying_apart(quantiles: pd.DataFrame) -> list[str]:
    """The columns in which the middle halves of at least two segments do not overlap."""
    halves = quantiles.groupby("column", sort=False)
    apart = halves["q1"].max() > halves["q3"].min()
    return list(apart.index[apart])

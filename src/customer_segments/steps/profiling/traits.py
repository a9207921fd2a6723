"""What a segment is like: its most distinct columns, each telling something new."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from customer_segments.base import registry
from customer_segments.steps.profiling.distinctiveness import SEGMENT
from customer_segments.steps.profiling.rounding import seen

TOLD_ALREADY_ABOVE = 0.8  # a column this closely ranked with one that was told adds nothing to a description
COLUMNS = [SEGMENT, "column", "difference", "ours", "theirs", "is_share"]


def trait_table(comparison: pd.DataFrame, alike: pd.DataFrame, most: int, currency: str) -> pd.DataFrame:
    """The most distinct columns of each segment, the strongest first: its typical value and that of all customers.

    A column is left out where a reader would see the same value twice, in the study's currency.
    """
    told = by_strength(comparison[comparison["level"] != "middling"])
    told = told.rename(columns={"typical": "ours", "typical_of_all": "theirs"})[COLUMNS]
    differs = [
        seen(row.column, row.ours, row.is_share, currency) != seen(row.column, row.theirs, row.is_share, currency)
        for row in told.itertuples(index=False)
    ]
    told = told.loc[differs]
    kept = [own[own["column"].isin(without_repeats(own["column"], alike)[:most])] for _, own in told.groupby(SEGMENT)]
    return pd.concat([told.head(0), *kept], ignore_index=True)


def by_strength(comparison: pd.DataFrame) -> pd.DataFrame:
    """Each segment's differences, the largest first; only those that its typical values bear out."""
    borne_out = (comparison["typical"] - comparison["typical_of_all"]) * comparison["difference"] > 0
    places = {column: place for place, column in enumerate(comparison["column"].unique())}
    # Copies of one column differ alike: the first of them, which the study itself put first, speaks for all.
    sized = comparison[borne_out].assign(size=comparison["difference"].abs(), place=comparison["column"].map(places))
    return sized.sort_values([SEGMENT, "size", "place"], ascending=[True, False, True], kind="stable")


def without_repeats(columns: Iterable[str], alike: pd.DataFrame) -> list[str]:
    """The columns, in their order, that say something which those before them do not."""
    told: list[str] = []
    for name in columns:
        if not any(_repeats(name, other, alike) for other in told):
            told.append(name)
    return told


def _repeats(column: str, told: str, alike: pd.DataFrame) -> bool:
    """Whether a column is ranked almost as one that was told, or is another category of the same question."""
    (question, answer), (other, _) = registry.split(column), registry.split(told)
    return (answer is not None and question == other) or alike.loc[column, told] > TOLD_ALREADY_ABOVE

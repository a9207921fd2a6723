"""What a segment is like, in words: its most distinct columns, with values that a reader can check."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

from customer_segments.base import registry
from customer_segments.steps.profiling.distinctiveness import SEGMENT, written

TOLD_ALREADY_ABOVE = 0.8  # a column this closely ranked with one that was told adds nothing to a description
NAME_PARTS = 2  # how many differences make a name, unless another segment would be called the same
NOTHING_STANDS_OUT = "like everyone"


def phrase(column: str, difference: float) -> str:
    """A column that is above or below everyone's, in a few words."""
    return registry.wording(column).above if difference > 0 else registry.wording(column).below


def trait_table(comparison: pd.DataFrame, alike: pd.DataFrame, most: int, currency: str) -> pd.DataFrame:
    """The most distinct columns of each segment, each telling something new: segment, column, difference, text."""
    told = _by_strength(comparison[comparison["level"] != "middling"])
    told = told.assign(ours=_written(told, "typical", currency), theirs=_written(told, "typical_of_all", currency))
    told = told[told["ours"] != told["theirs"]]
    kept = [own[own["column"].isin(without_repeats(own["column"], alike)[:most])] for _, own in told.groupby(SEGMENT)]
    told = pd.concat([told.head(0), *kept], ignore_index=True)
    text = [_sentence(*row) for row in told[["column", "difference", "ours", "theirs"]].itertuples(index=False)]
    return told[[SEGMENT, "column", "difference"]].assign(text=text)


def _by_strength(comparison: pd.DataFrame) -> pd.DataFrame:
    """Each segment's differences, the largest first; only those that its typical values bear out."""
    borne_out = (comparison["typical"] - comparison["typical_of_all"]) * comparison["difference"] > 0
    places = {column: place for place, column in enumerate(comparison["column"].unique())}
    # Copies of one column differ alike: the first of them, which the study itself put first, speaks for all.
    sized = comparison[borne_out].assign(size=comparison["difference"].abs(), place=comparison["column"].map(places))
    return sized.sort_values([SEGMENT, "size", "place"], ascending=[True, False, True], kind="stable")


def _written(table: pd.DataFrame, statistic: str, currency: str) -> list[str]:
    rows = zip(table["column"], table[statistic], table["is_share"], strict=True)
    return [written(column, value, is_share, currency) for column, value, is_share in rows]


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


def _sentence(column: str, difference: float, ours: str, theirs: str) -> str:
    """One trait with the values behind it: `Many orders: 14 orders (all customers: 5)`."""
    told = registry.wording(column).value.replace("{}", ours)
    told = re.sub(r"^1 (\w+)s\b", r"1 \1", told)  # 1 order, not 1 orders
    return f"{_capital(phrase(column, difference))}: {told} (all customers: {theirs})"


def descriptive_names(
    told: pd.DataFrame, comparison: pd.DataFrame, segments: list[int], taken: set[str]
) -> dict[int, str]:
    """A name from the strongest traits for each of these segments, longer where two would be called the same."""
    columns = [SEGMENT, "column", "difference"]
    ranked, names = pd.concat([told[columns], _by_strength(comparison)[columns]]), dict[int, str]()
    for segment in segments:
        own = ranked[ranked[SEGMENT] == segment].drop_duplicates("column")
        said = [phrase(column, difference) for column, difference in zip(own["column"], own["difference"], strict=True)]
        shortest = min(NAME_PARTS, int((told[SEGMENT] == segment).sum()))
        names[segment] = _unused(said, shortest, taken | set(names.values()))
    return names


def _unused(said: list[str], shortest: int, taken: set[str]) -> str:
    """The shortest name that no other segment has, from phrases in order of strength."""
    length = shortest
    while (name := _capital(", ".join(said[:length]) or NOTHING_STANDS_OUT)) in taken:
        length += 1
        said = said if length <= len(said) else [*said, "otherwise alike"]
    return name


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

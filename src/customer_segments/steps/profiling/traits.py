"""What a segment is like, and what it is called: its most distinct columns, each telling something new."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from customer_segments.base import registry, words
from customer_segments.base.errors import StudyError
from customer_segments.steps.profiling.distinctiveness import SEGMENT, UNASSIGNED
from customer_segments.steps.profiling.evidence import for_most
from customer_segments.steps.profiling.rounding import seen

DISTINCT = "distinct groups"
CUT = "a useful cut of a continuum"
UNSUPPORTED = "not supported by the data"
VERDICTS = (DISTINCT, CUT, UNSUPPORTED)
TOLD_ALREADY_ABOVE = 0.8  # a column this closely ranked with one that was told adds nothing to a description
ON_A_CARD = 3
EXPECTED = registry.names(registry.LIFETIMES)
LEAST_EXPECTED = 0.05  # more or less than of all: a model that hardly tells customers apart is no trait of theirs
NAME_PARTS = 2  # how many differences make a name, unless another segment would be called the same
IN_A_NAME = 32  # letters of a label
NOTHING_STANDS_OUT = "like everyone"
HAVE = "have "
NUMBER = re.compile(r"[\d.,\s+-]+")  # an answer that would be a number as a category
COLUMNS = [SEGMENT, "column", "difference", "ours", "theirs", "is_share", "by_median"]


def trait_table(comparison: pd.DataFrame, alike: pd.DataFrame, most: int, currency: str) -> pd.DataFrame:
    """The most distinct columns of each segment, the strongest first: its typical value and that of all customers."""
    told = _by_strength(comparison[comparison["level"] != "middling"])
    told = told.rename(columns={"typical": "ours", "typical_of_all": "theirs"})[COLUMNS]
    told = told.loc[[_differs(row, currency) for row in told.to_dict("records")]]
    kept = [own[own["column"].isin(without_repeats(own["column"], alike)[:most])] for _, own in told.groupby(SEGMENT)]
    return pd.concat([told.head(0), *kept], ignore_index=True)


def _differs(row: Mapping[str, Any], currency: str) -> bool:
    """Whether a reader sees two values, and a model expects them to be apart."""
    if row["column"] in EXPECTED and abs(row["ours"] - row["theirs"]) < LEAST_EXPECTED * abs(row["theirs"]):
        return False
    ours, theirs = (seen(row["column"], row[whose], row["is_share"], currency) for whose in ("ours", "theirs"))
    return ours != theirs


def facts(told: pd.DataFrame, named_for: Mapping[int, Collection[str]], most: int = ON_A_CARD) -> pd.DataFrame:
    """The few that a card has room for: what the segment is named for first, what a model expects last."""
    order = [
        0 if row.column in named_for.get(row.segment, ()) else 2 if row.column in EXPECTED else 1
        for row in told.itertuples()
    ]
    ranked = told.assign(order=order).sort_values([SEGMENT, "order"], kind="stable").drop(columns="order")
    return ranked.groupby(SEGMENT).head(most).reset_index(drop=True)


def _by_strength(comparison: pd.DataFrame) -> pd.DataFrame:
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


def telling_columns(compared: pd.DataFrame, alike: pd.DataFrame, most: int = 4) -> list[str]:
    """The measures (no shares) in which the segments lie furthest apart, each telling something new."""
    differences = compared[~compared["is_share"]].groupby("column", sort=False)["difference"]
    ranked = (differences.max() - differences.min()).sort_values(ascending=False, kind="stable").index
    return without_repeats(ranked, alike)[:most]


def _repeats(column: str, told: str, alike: pd.DataFrame) -> bool:
    """Whether a column is ranked almost as one that was told, or is another category of the same question."""
    (question, answer), (other, _) = registry.split(column), registry.split(told)
    return (answer is not None and question == other) or alike.loc[column, told] > TOLD_ALREADY_ABOVE


def may_be_named(verdict: str) -> bool:
    """Whether segments may have names of the playbook at all; a verdict that nobody gives is refused."""
    if verdict not in VERDICTS:
        raise StudyError(f"The verdict is {verdict!r}, known are {words.listed(VERDICTS)}.", stage="validation")
    return verdict != UNSUPPORTED


def names(
    sized: pd.DataFrame, comparison: pd.DataFrame, traits: pd.DataFrame, plays: dict[int, str], verdict: str
) -> dict[int, str]:
    """A name of its own for every segment: of its play, or else of its strongest traits."""
    few = sized[SEGMENT][sized["too_few"]].tolist()
    nameless = [segment for segment in sized[SEGMENT] if segment not in {*plays, *few, UNASSIGNED}]
    told = descriptive(traits, comparison, nameless, set(plays.values()))
    if verdict == CUT:
        told = {segment: f"customers {_who(words.within(name))}" for segment, name in told.items()}
    found = {segment: spoken(name, segment, verdict) for segment, name in (plays | told).items()}
    found |= {segment: f"{words.segment(segment)}, too few to describe" for segment in few}
    return found | {UNASSIGNED: words.segment(UNASSIGNED)}


def _who(phrase: str) -> str:
    return phrase if phrase == NOTHING_STANDS_OUT else f"who {phrase}"


def spoken(name: str, segment: int, verdict: str) -> str:
    """A segment's name as the verdict allows it: as it is, for most of a band, or a number with a description."""
    if verdict == UNSUPPORTED:
        return f"{words.segment(segment)}: {words.within(name)}"
    return f"Mostly {words.within(name)}" if verdict == CUT else name


def descriptive(
    traits: pd.DataFrame, comparison: pd.DataFrame, segments: list[int], taken: Collection[str]
) -> dict[int, str]:
    """A name from the strongest traits for each of these segments, longer where two would be called the same."""
    columns, found = [SEGMENT, "column", "difference", "is_share"], dict[int, str]()
    true = _true_of_most(comparison)
    told = traits[columns].merge(true[[SEGMENT, "column"]], on=[SEGMENT, "column"])
    ranked = pd.concat([told, _by_strength(true)[columns]])
    ranked = ranked.iloc[ranked["column"].isin(EXPECTED).to_numpy().argsort(kind="stable")]  # facts before expectations
    for segment in segments:
        own = ranked[ranked[SEGMENT] == segment].drop_duplicates("column")
        said = [phrase(row.column, row.difference, row.is_share, IN_A_NAME) for row in own.itertuples()]
        shortest = min(NAME_PARTS, int((told[SEGMENT] == segment).sum()))
        found[segment] = _unused(said, shortest, {*taken, *found.values()})
    return found


def _true_of_most(comparison: pd.DataFrame) -> pd.DataFrame:
    """What may stand in a name: measures in which most members lie on its side, answers that are no mere number."""
    true = [
        not NUMBER.fullmatch(registry.split(row["column"])[1] or "")
        and (row["is_share"] or for_most(row, row["difference"] > 0))
        for row in comparison.to_dict("records")
    ]
    return comparison[np.array(true, dtype=bool)]


def phrase(column: str, difference: float, is_share: bool = False, room: int | None = None) -> str:
    """A column that is above or below everyone's, as what its customers do; with labels of so many letters."""
    told = registry.wording(column, is_share, room)
    return told.above if difference > 0 else told.below


def _unused(said: list[str], shortest: int, taken: Collection[str]) -> str:
    """The shortest name that no other segment has, from phrases in order of strength."""
    length = shortest
    while (name := words.capital(words.listed(_said_once(said[:length])) or NOTHING_STANDS_OUT)) in taken:
        length += 1
        said = said if length <= len(said) else [*said, "are otherwise alike"]
    return name


def _said_once(said: list[str]) -> list[str]:
    """Phrases that follow one another with their common verb in the first alone: have a higher a and a higher b."""
    follows = [HAVE if before.startswith(HAVE) else "" for before in ["", *said]]
    return [phrase.removeprefix(have) for phrase, have in zip(said, follows, strict=False)]

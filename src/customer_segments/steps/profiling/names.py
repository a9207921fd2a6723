"""What the segments are called: as their plays or their strongest traits have it, and as the verdict allows it."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from customer_segments.base import registry, words
from customer_segments.base.errors import StudyError
from customer_segments.steps.profiling.distinctiveness import SEGMENT, UNASSIGNED
from customer_segments.steps.profiling.traits import by_strength

DISTINCT = "distinct groups"
CUT = "a useful cut of a continuum"
UNSUPPORTED = "not supported by the data"
VERDICTS = (DISTINCT, CUT, UNSUPPORTED)
NAME_PARTS = 2  # how many differences make a name, unless another segment would be called the same
NOTHING_STANDS_OUT = "like everyone"


def checked(verdict: str) -> str:
    """The verdict, if it is one of the three that there are."""
    if verdict not in VERDICTS:
        raise StudyError(f"The verdict is {verdict!r}, known are {words.listed(VERDICTS)}.", stage="validation")
    return verdict


def names(
    sized: pd.DataFrame, comparison: pd.DataFrame, traits: pd.DataFrame, plays: dict[int, str], verdict: str
) -> dict[int, str]:
    """A name of its own for every segment: of its play, or else of its strongest traits."""
    few = sized[SEGMENT][sized["too_few"]].tolist()
    nameless = [segment for segment in sized[SEGMENT] if segment not in {*plays, *few, UNASSIGNED}]
    found = plays | descriptive(traits, comparison, nameless, set(plays.values()))
    found = {segment: spoken(name, segment, verdict) for segment, name in found.items()}
    found |= {segment: f"{words.segment(segment)}, too few to describe" for segment in few}
    return found | {UNASSIGNED: words.segment(UNASSIGNED)}


def spoken(name: str, segment: int, verdict: str) -> str:
    """A segment's name as the verdict allows it: as it is, for most of a band, or a number with a description."""
    if verdict == UNSUPPORTED:
        return f"{words.segment(segment)}: {words.within(name)}"
    return f"Mostly {words.within(name)}" if verdict == CUT else name


def descriptive(
    traits: pd.DataFrame, comparison: pd.DataFrame, segments: list[int], taken: Collection[str]
) -> dict[int, str]:
    """A name from the strongest traits for each of these segments, longer where two would be called the same."""
    columns = [SEGMENT, "column", "difference"]
    ranked, found = pd.concat([traits[columns], by_strength(comparison)[columns]]), dict[int, str]()
    for segment in segments:
        own = ranked[ranked[SEGMENT] == segment].drop_duplicates("column")
        said = [phrase(column, difference) for column, difference in zip(own["column"], own["difference"], strict=True)]
        shortest = min(NAME_PARTS, int((traits[SEGMENT] == segment).sum()))
        found[segment] = _unused(said, shortest, {*taken, *found.values()})
    return found


def phrase(column: str, difference: float) -> str:
    """A column that is above or below everyone's, in a few words."""
    return registry.wording(column).above if difference > 0 else registry.wording(column).below


def _unused(said: list[str], shortest: int, taken: Collection[str]) -> str:
    """The shortest name that no other segment has, from phrases in order of strength."""
    length = shortest
    while (name := capital(", ".join(said[:length]) or NOTHING_STANDS_OUT)) in taken:
        length += 1
        said = said if length <= len(said) else [*said, "otherwise alike"]
    return name


def capital(text: str) -> str:
    """A text with a capital letter first."""
    return text[:1].upper() + text[1:]

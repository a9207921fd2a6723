"""How far a name may be trusted: the one place that turns the verdict on the segments into words."""

from __future__ import annotations

from customer_segments.base import words
from customer_segments.base.errors import StudyError

DISTINCT = "distinct groups"
CUT = "a useful cut of a continuum"
UNSUPPORTED = "not supported by the data"
PREFACES = {
    DISTINCT: "The verdict is distinct groups: names and actions may be taken at their word.",
    CUT: "The verdict is a useful cut of a continuum: the segments are bands, a name says what most customers of a "
    "band are like, and those near a border could as well stand on its other side.",
    UNSUPPORTED: "The verdict is that the data do not support these segments: they are numbered and described, and "
    "get neither a name nor an action of the playbook.",
}
UNTESTED = "Do not treat them differently on this evidence; test first."
NO_SEGMENT = "Treat them as all customers are treated: they resemble no segment closely enough to be counted to it."
TOO_FEW = "Treat them one by one, as persons; so few customers are no segment to plan for."


def checked(verdict: str) -> str:
    """The verdict, if it is one of the three that there are."""
    if verdict not in PREFACES:
        raise StudyError(
            f"data/processed/verdict.json holds the verdict {verdict!r}, known are {words.listed(PREFACES)}: "
            "run `dvc repro validation`."
        )
    return verdict


def uses_playbook(verdict: str) -> bool:
    """Whether segments may have names and actions of the playbook at all."""
    return verdict != UNSUPPORTED


def spoken(name: str, segment: int, verdict: str) -> str:
    """A segment's name as the verdict allows it: as it is, for most of a band, or a number with a description."""
    if verdict == UNSUPPORTED:
        return f"{words.segment(segment)}: {words.within(name)}"
    return f"Mostly {words.within(name)}" if verdict == CUT else name


def action(do: str, verdict: str) -> str:
    """What to do, or not to do, about a segment."""
    return do if uses_playbook(verdict) else UNTESTED

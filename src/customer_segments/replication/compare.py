"""Every printed figure beside ours, at the rounding that was printed."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from customer_segments.base import registry, words
from customer_segments.base.errors import StudyError
from customer_segments.replication.evidence import Evidence
from customer_segments.replication.measures import Value, computed
from customer_segments.replication.published import Group, Leaf, Published, leaves

NUMBER = re.compile(r"[-−]?[\d,]*\.?\d+")
SPELLED = {
    "std": "standard deviation",
    "min": "lowest",
    "q25": "lower quartile",
    "q75": "upper quartile",
    "max": "highest",
}
NO_STUDY = (
    "This study names no published figures, so there is nothing to replicate: `study.published` in params.yaml names "
    "a file of them."
)


@dataclass(frozen=True)
class Outcome:
    """A printed figure and what came out for it."""

    leaf: Leaf
    value: Value
    name: str  # what it is of, for a reader

    @property
    def ours(self) -> str:
        """Ours, rounded as the printed figure is."""
        return rounded_like(self.leaf.printed, self.value)

    @property
    def matches(self) -> bool:
        return self.ours == self.leaf.printed

    @property
    def as_expected(self) -> bool:
        """Whether it came out, or else the value that the file of figures says comes out instead."""
        if self.leaf.found is None:
            return self.matches
        return not self.matches and rounded_like(self.leaf.found, self.value) == self.leaf.found

    @property
    def shown(self) -> str:
        """Ours with enough decimals to see how it differs."""
        return self.ours if self.matches else rounded_like(self.leaf.found or self.leaf.printed, self.value)


def outcomes(evidence: Evidence) -> list[Outcome]:
    """What comes out for every printed figure."""
    segments = evidence.published.segments
    return [Outcome(leaf, computed(leaf, evidence), _named(leaf, segments)) for leaf in leaves(evidence.published)]


def rounded_like(printed: str, value: Value) -> str:
    """A value with as many decimals as were printed, and written alike; text stays text."""
    if isinstance(value, str):
        return value
    if not NUMBER.fullmatch(printed):
        raise StudyError(
            f"A figure was printed as {printed!r} and {value:g} comes out: write the bare number, as in 38.1."
        )
    thousands, decimals = "," if "," in printed else "", len(printed.partition(".")[2])
    written = f"{value:{thousands}.{decimals}f}"
    return written.replace("-", "−") if "−" in printed else written


def group_table(group: Group, found: list[Outcome]) -> pd.DataFrame:
    """The figures of a group: what, printed, ours, and whether they agree."""
    own = [outcome for outcome in found if outcome.leaf.group is group]
    return pd.DataFrame(
        {
            "Figure": [outcome.name for outcome in own],
            "Printed": [outcome.leaf.printed for outcome in own],
            "Ours": [outcome.shown for outcome in own],
            "Comes out": ["yes" if outcome.matches else "no" for outcome in own],
        }
    )


def group_caption(group: Group, found: list[Outcome]) -> str:
    """How many figures of a group come out."""
    own = [outcome for outcome in found if outcome.leaf.group is group]
    about = f" {group.about}" if group.about else ""
    return f"{group.title}: {_of(own)} at the printed rounding.{about}"


def overview(published: Published, found: list[Outcome]) -> pd.DataFrame:
    """The groups of figures: how many were printed, and how many come out."""
    rows = []
    for group in published.groups:
        own = [outcome for outcome in found if outcome.leaf.group is group]
        rows.append((group.title, len(own), sum(outcome.matches for outcome in own)))
    return pd.DataFrame(rows, columns=["What was printed", "Figures", "Come out"])


def overview_caption(found: list[Outcome]) -> str:
    """How many of all figures come out."""
    return f"{_of(found)}." if found else NO_STUDY


def findings(found: list[Outcome]) -> list[str]:
    """The result in a sentence or two, for a list."""
    return [words.escaped(sentence) for sentence in sentences(found)] or [NO_STUDY]


def sentences(found: list[Outcome]) -> list[str]:
    """The result in a sentence or two; none where nothing was published."""
    if not found:
        return []
    different = [outcome for outcome in found if not outcome.matches]
    told = [f"{_of(found)} at the rounding that was printed."]
    if different:
        others = words.counted(len(different), "figure does", "figures do")
        told.append(f"{others} not: {_grouped(different)}.")
    return told


def proceeding(published: Published) -> list[str]:
    """Which study it is, and how it went about it."""
    return [
        f"**{words.escaped(published.title)}.** {words.escaped(published.source)}",
        *map(words.escaped, published.recipe),
    ]


def metrics(published: Published, found: list[Outcome]) -> dict[str, object]:
    """The outcome in numbers, small enough to compare between runs."""
    return {
        "study": published.title or None,
        "sentences": sentences(found),
        "figures": len(found),
        "reproduced": sum(outcome.matches for outcome in found),
        "not_reproduced": {
            f"{outcome.leaf.group.title}: {outcome.name}": {
                "printed": outcome.leaf.printed,
                "ours": outcome.shown,
            }
            for outcome in found
            if not outcome.matches
        },
    }


def _of(found: list[Outcome]) -> str:
    matching = sum(outcome.matches for outcome in found)
    return f"{matching} of {words.counted(len(found), 'printed figure')} come{'s' if matching == 1 else ''} out"


def _grouped(different: list[Outcome]) -> str:
    counts = pd.Series([outcome.leaf.group.title for outcome in different]).value_counts(sort=False)
    return words.listed(f"{title} ({count})" for title, count in counts.items())


def _named(leaf: Leaf, segments: Collection[str]) -> str:
    """What a figure is of, for a reader; segments are called as in the study."""
    first, *others = leaf.keys if leaf.group.measure else (leaf.measure, *leaf.keys)
    called = {key: registry.inline(key) for key in others if key.islower() and key not in segments}
    ours = [SPELLED.get(key) or called.get(key, key) for key in others]
    return ", ".join([first if first in segments else registry.label(first), *ours])

"""What a reader must know: sentences with a weight, most serious first."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

from customer_segments.base import words

MOST_SENTENCES = 4  # that a reader keeps in mind
NOUNS = {"customers": "customer", "transactions": "line"}  # what a row of each table is called


class Weight(IntEnum):
    """How much depends on a finding."""

    DISTORTS = 1
    MATTERS = 2
    INFORMS = 3


LEADS = {Weight.DISTORTS: "Changes results.", Weight.MATTERS: "Worth knowing.", Weight.INFORMS: "For information."}


class Finding(NamedTuple):
    """A sentence computed from the data, and how serious it is."""

    weight: Weight
    share: float  # of the rows concerned, from 0 to 1; orders findings of one weight
    sentence: str


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """The findings by weight, then by the share of rows concerned."""
    return sorted(findings, key=lambda finding: (finding.weight, -round(finding.share, 6), finding.sentence))


def counts(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings there are of each weight."""
    weights = [finding.weight for finding in findings]
    return {weight.name.lower(): weights.count(weight) for weight in Weight}


def sentences(findings: Iterable[Finding]) -> list[str]:
    """The findings for `show.findings`, each led by its weight in words."""
    return [f"**{LEADS[finding.weight]}** {finding.sentence}" for finding in ordered(findings)]


def learned(noticed: Iterable[Finding]) -> list[str]:
    """The most serious findings as sentences, and what would change them."""
    found = ordered(noticed)
    kept, rest = found[:MOST_SENTENCES], len(found) - MOST_SENTENCES
    distorting = sum(finding.weight is Weight.DISTORTS for finding in found)
    if distorting:
        judged = f"{words.counted(distorting, 'finding')} would change results if left as it is"
        judged = judged if distorting == 1 else judged.replace("left as it is", "left as they are")
    else:
        judged = "Nothing here would change results by itself"
    more = f"; {words.counted(rest, 'lesser one')} can be read above" if rest > 0 else ""
    change = "Another export, or other limits under `eda` in params.yaml, would change this list"
    return [*sentences(kept), f"{judged}{more}. {change}; the next chapter acts on it."]

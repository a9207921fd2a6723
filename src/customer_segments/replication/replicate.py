"""A published study replicated: its figures, what it says, and the same data under our defaults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from customer_segments.replication.published import Published

if TYPE_CHECKING:
    from customer_segments.replication.checks import Corrected
    from customer_segments.replication.evidence import Evidence
    from customer_segments.replication.measures import Outcome
    from customer_segments.replication.ours import Side


@dataclass(frozen=True)
class Replicated:
    """What was published, and what comes out; nothing does where nothing was published."""

    published: Published
    outcomes: Sequence[Outcome] = ()
    corrected: Sequence[Corrected] = ()
    sides: tuple[Side, Side] | None = None  # as published, and under our defaults


def replicate(evidence: Evidence, judged: Mapping[str, Any]) -> Replicated:
    """Compute every figure and every correction anew; `judged` are the numbers of the study's own verdict."""
    from customer_segments.replication import checks, measures, ours

    found = measures.outcomes(evidence)
    sides = None
    if found:
        theirs = ours.as_published(evidence.customers, len(evidence.used), evidence.scores, judged)
        sides = theirs, ours.under_our_defaults(evidence.ours)
    return Replicated(evidence.published, found, checks.corrected(evidence), sides)

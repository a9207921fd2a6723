"""The verdict: distinct groups, a useful cut of a continuum, or not supported by the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from customer_segments.steps.validation.existence import STRICTEST, Existence
from customer_segments.steps.validation.prediction import GROUPINGS, Prediction
from customer_segments.steps.validation.returning import PARTLY, Returning

Kind = Literal["distinct groups", "a useful cut of a continuum", "not supported by the data"]
DISTINCT, USEFUL, UNSUPPORTED = "distinct groups", "a useful cut of a continuum", "not supported by the data"


@dataclass(frozen=True)
class Reason:
    """One question that the verdict rests on (are they there, do they come back, do they predict), and its answer."""

    question: Literal["there", "back", "ahead"]
    answer: Literal["yes", "in part", "no", "not known"]
    figures: Mapping[str, float]


@dataclass(frozen=True)
class Verdict:
    """What the k segments are, with the reasons."""

    kind: Kind
    k: int
    reasons: tuple[Reason, Reason, Reason]


def decide(there: Existence, back: Returning, ahead: Prediction | None, transactions: bool) -> Verdict:
    """The stated rule.

    *Distinct groups*: clearer than the clearest grouping of data without groups, with few customers between them,
    and the same groups come back among other customers. *A useful cut*: comes back, and is worth having, because it
    predicts what customers do next or, where nothing can be predicted, is clearer than chance. Else *not supported*.
    """
    worth_having = ahead.predicts if ahead is not None else there.beats_chance
    if there.beats_chance and there.has_gaps and back.comes_back:
        kind = DISTINCT
    else:
        kind = USEFUL if back.comes_back and worth_having else UNSUPPORTED
    return Verdict(kind, there.chosen.k, (_there(there), _back(back), _ahead(ahead, transactions)))


def _there(found: Existence) -> Reason:
    answer = "no" if not found.beats_chance else "yes" if found.has_gaps else "in part"
    figures = {"p": found.p_value(STRICTEST), "midway": found.chosen.midway, "usual_midway": found.usual_midway}
    return Reason("there", answer, figures)


def _back(found: Returning) -> Reason:
    answer = "yes" if found.comes_back else "in part" if found.as_a_whole >= PARTLY else "no"
    stable, segments = int((found.segments["word"] == "stable").sum()), len(found.segments)
    return Reason("back", answer, {"adjusted_rand": found.as_a_whole, "stable": stable, "segments": segments})


def _ahead(found: Prediction | None, transactions: bool) -> Reason:
    if found is None:
        return Reason("ahead", "not known", {"transactions": transactions})
    explained = {grouping: float(found.share(grouping, "spend")["share"]) for grouping in GROUPINGS}
    return Reason("ahead", "yes" if found.predicts else "no", {"days": found.days, **explained})

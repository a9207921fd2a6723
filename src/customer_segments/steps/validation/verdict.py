"""The verdict: distinct groups, a useful cut of a continuum, or not supported by the data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

from customer_segments.base import words
from customer_segments.steps.validation.existence import EMPTY_BELOW, STRICTEST, Existence, gap_sentence, p_written
from customer_segments.steps.validation.prediction import GROUPINGS, OUTCOMES, SIMPLER, Prediction, percent_explained
from customer_segments.steps.validation.references import KINDS
from customer_segments.steps.validation.returning import PARTLY, Returning

Name = Literal["distinct groups", "a useful cut of a continuum", "not supported by the data"]
DISTINCT, USEFUL, UNSUPPORTED = "distinct groups", "a useful cut of a continuum", "not supported by the data"
FILE = "data/processed/verdict.json"
ADVICE = {
    DISTINCT: "The segments may be named and treated as groups of their own.",
    USEFUL: (
        "Names describe the typical customer of a segment; near its borders customers are much like those across them, "
        "so treat segments as bands, not as kinds of people."
    ),
    UNSUPPORTED: (
        "Do not treat these segments differently on this evidence; whoever wants to use them has to test them first."
    ),
}


@dataclass(frozen=True)
class Reason:
    """One question that the verdict rests on, and its answer."""

    question: str
    answer: str


@dataclass(frozen=True)
class Verdict:
    """What the segments are, in a word, with three reasons and how far names may be trusted."""

    verdict: Name
    headline: str
    reasons: tuple[Reason, Reason, Reason]
    advice: str

    def as_json(self) -> dict[str, object]:
        return asdict(self) | {"reasons": [asdict(reason) for reason in self.reasons]}


def judge(there: Existence, back: Returning, ahead: Prediction | None, transactions: bool) -> Verdict:
    """The stated rule.

    *Distinct groups*: clearer than the clearest grouping of data without groups, with few customers between them,
    and the same groups come back among other customers. *A useful cut*: comes back, and is worth having, because it
    predicts what customers do next or, where nothing can be predicted, is clearer than chance. Else *not supported*.
    """
    worth_having = ahead.predicts if ahead is not None else there.beats_chance
    if there.beats_chance and there.has_gaps and back.comes_back:
        name = DISTINCT
    elif back.comes_back and worth_having:
        name = USEFUL
    else:
        name = UNSUPPORTED
    reasons = (
        Reason("Are they there?", _there(there)),
        Reason("Do they come back?", _back(back)),
        Reason("Do they predict?", _ahead(ahead, transactions)),
    )
    return Verdict(name, _headline(name, there.fit.k), reasons, ADVICE[name])


def _headline(name: Name, k: int) -> str:
    return {
        DISTINCT: f"The {k} segments are distinct groups",
        USEFUL: f"The {k} segments are a useful cut of a continuum",
        UNSUPPORTED: f"The {k} segments are not supported by the data",
    }[name] + "."


def _there(found: Existence) -> str:
    p = p_written(found.p_value(STRICTEST))
    if not found.beats_chance:
        return f"No: data without any groups can be cut just as clearly (p = {p})."
    if not found.has_gaps:
        missing = "there is no gap" if found.fit.midway > EMPTY_BELOW else "gaps as wide come about by chance"
        told = f"In part: the cut is clearer than on data without groups (p = {p}), but {missing}."
    else:
        told = f"Yes: they are clearer than anything found on data without groups (p = {p}), and there are gaps."
    return f"{told} {gap_sentence(found)}"


def _back(found: Returning) -> str:
    rand = words.number(found.as_a_whole, 2)
    stable = int((found.segments["word"] == "stable").sum())
    told = f"{stable} of {len(found.segments)} segments are found again among resampled customers"
    told = f"{told} (adjusted Rand index {rand})."
    if found.comes_back:
        return f"Yes: {told}"
    return f"{'In part' if found.as_a_whole >= PARTLY else 'No'}: {told}"


def _ahead(found: Prediction | None, transactions: bool) -> str:
    if found is None:
        why = (
            "too few customers came back, or stayed away, to tell"
            if transactions
            else "the study has no orders over time"
        )
        return f"Not known: {why}."
    spend = percent_explained(found, "segments", "spend")
    others = words.listed(f"{title} {percent_explained(found, name, 'spend')}" for name, title in SIMPLER.items())
    days = (found.last_day - found.cut_off).days + 1
    told = f"made before, they explain {spend} of the differences in spend over the next {days} days; {others}."
    return f"{'Yes' if found.predicts else 'No'}: {told}"


def sentences(verdict: Verdict) -> list[str]:
    """The verdict and its reasons, as a list for a reader."""
    return [
        f"**{verdict.headline}**",
        *(f"**{reason.question}** {words.escaped(reason.answer)}" for reason in verdict.reasons),
        verdict.advice,
    ]


def metrics(
    verdict: Verdict, there: Existence, back: Returning, ahead: Prediction | None, fidelity: float
) -> dict[str, object]:
    """The verdict in numbers, small enough to compare between runs."""
    shares = {} if ahead is None else {
        outcome: {name: ahead.share(name, outcome)["share"] for name in GROUPINGS} for outcome in OUTCOMES
    }  # fmt: skip
    return {
        "verdict": verdict.verdict,
        "silhouette": there.fit.silhouette,
        "midway": there.fit.midway,
        "p_values": {kind: there.p_value(kind) for kind in KINDS},
        "effects": {kind: there.effect(kind) for kind in KINDS},
        "adjusted_rand": back.as_a_whole,
        "jaccard": {str(row.segment): row.jaccard for row in back.segments.itertuples()},
        "explained": shares,
        "rules_fidelity": fidelity,
    }


def what_would_change(there: Existence, back: Returning) -> str:
    """On what the verdict rests."""
    return (
        f"The verdict rests on {len(back.rand)} resamples and {len(there.references) // len(KINDS)} references of each "
        "kind (`validation.bootstraps`, `validation.references`); other features, another method or another number of "
        "segments may get another verdict, and each try needs its own."
    )

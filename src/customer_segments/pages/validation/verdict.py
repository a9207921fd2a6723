"""The verdict in words: the headline, an answer to each question, and how far names may be trusted."""

from __future__ import annotations

from customer_segments.base import words
from customer_segments.pages.validation.evidence import IN_PROSE, at_least_nothing, gap
from customer_segments.steps.judge import Judged
from customer_segments.steps.validation.existence import EMPTY_BELOW, STRICTEST
from customer_segments.steps.validation.verdict import DISTINCT, UNSUPPORTED, USEFUL, Reason, Verdict

QUESTIONS = {"there": "Are they there?", "back": "Do they come back?", "ahead": "Do they predict?"}
HEADLINES = {
    DISTINCT: "The {k} segments are distinct groups.",
    USEFUL: "The {k} segments are a useful cut of a continuum.",
    UNSUPPORTED: "The {k} segments are not supported by the data.",
}
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


def told(verdict: Verdict) -> dict[str, object]:
    """The verdict as it is written for the pages that follow."""
    return {
        "verdict": verdict.kind,
        "headline": HEADLINES[verdict.kind].format(k=verdict.k),
        "reasons": [
            {"question": QUESTIONS[reason.question], "answer": ANSWERS[reason.question](reason)}
            for reason in verdict.reasons
        ],
        "advice": ADVICE[verdict.kind],
    }


def _there(reason: Reason) -> str:
    figures, p = reason.figures, words.p_value(reason.figures["p"])
    if reason.answer == "no":
        return f"No: data without any groups can be cut just as clearly (p = {p})."
    if reason.answer == "in part":
        missing = "there is no gap" if figures["midway"] > EMPTY_BELOW else "gaps as wide come about by chance"
        said = f"In part: the cut is clearer than on data without groups (p = {p}), but {missing}."
    else:
        said = f"Yes: they are clearer than anything found on data without groups (p = {p}), and there are gaps."
    return f"{said} {gap(figures['midway'], figures['usual_midway'])}"


def _back(reason: Reason) -> str:
    figures, rand = reason.figures, words.number(reason.figures["adjusted_rand"], 2)
    found = f"{figures['stable']} of {figures['segments']} segments are found again among resampled customers"
    return f"{reason.answer.capitalize()}: {found} (adjusted Rand index {rand})."


def _ahead(reason: Reason) -> str:
    figures = reason.figures
    if reason.answer == "not known":
        few = "too few customers came back, or stayed away, to tell"
        return f"Not known: {few if figures['transactions'] else 'the study has no orders over time'}."
    others = words.listed(f"{title} {at_least_nothing(figures[name])}" for name, title in IN_PROSE.items())
    return (
        f"{reason.answer.capitalize()}: made before, they explain {at_least_nothing(figures['segments'])} of the "
        f"differences in spend over the next {figures['days']} days; {others}."
    )


ANSWERS = {"there": _there, "back": _back, "ahead": _ahead}


def sentences(verdict: Verdict) -> list[str]:
    """The verdict and its reasons, as a list for a reader."""
    content = told(verdict)
    reasons = [f"**{reason['question']}** {words.escaped(reason['answer'])}" for reason in content["reasons"]]
    return [f"**{content['headline']}**", *reasons, content["advice"]]


def in_short(verdict: Verdict) -> str:
    """The verdict and what it means for names."""
    content = told(verdict)
    return f"**{content['headline']}** {content['advice']}"


def what_would_change(judged: Judged) -> str:
    """On what the verdict rests."""
    references = len(judged.there.drawn(STRICTEST))
    return (
        f"The verdict rests on {len(judged.back.rand)} resamples and {references} references of each "
        "kind (`validation.bootstraps`, `validation.references`); other features, another method or another number of "
        "segments may get another verdict, and each try needs its own."
    )

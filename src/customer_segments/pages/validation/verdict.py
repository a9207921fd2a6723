"""The verdict in words: the headline, an answer to each question, and how far names may be trusted."""

from __future__ import annotations

from customer_segments.base import words
from customer_segments.pages.validation.evidence import IN_PROSE, at_least_nothing, gap, weakest
from customer_segments.pages.validation.explaining import one_column
from customer_segments.steps.judge import DISTINCT, UNSUPPORTED, USEFUL, Explained, Judged, Reason, Verdict
from customer_segments.steps.validation.existence import EMPTY_BELOW, STRICTEST

QUESTIONS = {"there": "Are they there?", "back": "Do they come back?", "ahead": "Do they predict?"}
HEADLINES = {
    DISTINCT: "The {} segments are distinct groups.",
    USEFUL: "The {} segments are a useful cut of a continuum.",
    UNSUPPORTED: "The {} segments are not supported by the data.",
}
ADVICE = {
    DISTINCT: "The segments may be named and treated as groups of their own.",
    USEFUL: "Names describe the typical customer of a segment; near its borders customers are much like those across "
    "them, so treat segments as bands, not as kinds of people.",
    UNSUPPORTED: "Do not treat these segments differently on this evidence; whoever wants to use them has to test them "
    "first.",
}


def told(verdict: Verdict) -> dict[str, object]:
    """The verdict as it is written for the pages that follow."""
    headline, advice = HEADLINES[verdict.kind].format(verdict.k), ADVICE[verdict.kind]
    reasons = [{"question": QUESTIONS[each.question], "answer": answer(each)} for each in verdict.reasons]
    return {"verdict": verdict.kind, "headline": headline, "reasons": reasons, "advice": advice}


def sentences(verdict: Verdict) -> list[str]:
    """The verdict and its reasons, as a list for a reader."""
    content = told(verdict)
    reasons = [f"**{each['question']}** {words.escaped(each['answer'])}" for each in content["reasons"]]
    return [f"**{content['headline']}**", *reasons, content["advice"]]


def answer(reason: Reason) -> str:
    """Yes, no or in part, and the figures that it rests on."""
    why = {"there": _there, "back": _back, "ahead": _ahead}[reason.question]
    return f"{reason.answer.capitalize()}: {why(reason.answer, **reason.figures)}."


def _there(answer: str, p: float, midway: float, usual_midway: float) -> str:
    written = f"(p = {words.p_value(p)})"
    if answer == "no":
        return f"data without any groups can be cut just as clearly {written}"
    if answer == "in part":
        missing = "there is no gap" if midway > EMPTY_BELOW else "gaps as wide come about by chance"
        said = f"the cut is clearer than on data without groups {written}, but {missing}"
    else:
        said = f"they are clearer than anything found on data without groups {written}, and there are gaps"
    return f"{said}. {gap(midway, usual_midway).removesuffix('.')}"


def _back(answer: str, adjusted_rand: float, stable: int, segments: int) -> str:
    found = f"{stable} of {segments} segments are found again among resampled customers"
    return f"{found} (adjusted Rand index {words.number(adjusted_rand, 2)})"


def _ahead(answer: str, days: int = 0, transactions: bool = True, **explained: float) -> str:
    if answer == "not known":
        few = "too few customers came back, or stayed away, to tell"
        return few if transactions else "the study has no orders over time"
    shares = {name: at_least_nothing(share) for name, share in explained.items()}
    others = words.listed(f"{title} {shares[name]}" for name, title in IN_PROSE.items())
    spend = f"{shares['segments']} of the differences in spend over the next {days} days"
    return f"made before, they explain {spend}; {others}"


def learned(judged: Judged, explained: Explained) -> list[str]:
    """What the chapter has shown, and on what the verdict rests."""
    headline, *_, advice = sentences(judged.verdict)
    references = len(judged.there.drawn(STRICTEST))
    return [
        f"{headline} {advice}",
        weakest(judged.back),
        one_column(explained.single),
        f"The verdict rests on {len(judged.back.rand)} resamples and {references} references of each "
        "kind (`validation.bootstraps`, `validation.references`); other features, another method or another number of "
        "segments may get another verdict, and each try needs its own.",
    ]

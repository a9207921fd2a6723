"""Step 3, judge: are the segments there, do they come back, do they predict? A verdict before any name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from customer_segments.base.params import ClusteringParams, ValidationParams
from customer_segments.base.threads import in_one_thread
from customer_segments.steps.clustering.segmentation import ID, model_inputs
from customer_segments.steps.validation import explaining
from customer_segments.steps.validation.audit import Audit, audit
from customer_segments.steps.validation.existence import STRICTEST, Existence, existence
from customer_segments.steps.validation.groups import Apart, told_apart
from customer_segments.steps.validation.periods import Past
from customer_segments.steps.validation.prediction import OURS, WORTHWHILE, Prediction, predict_next
from customer_segments.steps.validation.references import KINDS
from customer_segments.steps.validation.returning import PARTLY, Returning, returning

Kind = Literal["distinct groups", "a useful cut of a continuum", "not supported by the data"]
MOST_OF_THE_BEST = 0.8  # of what the best simple grouping foretells
DISTINCT, USEFUL, UNSUPPORTED = "distinct groups", "a useful cut of a continuum", "not supported by the data"


@dataclass(frozen=True)
class Cut:
    """The customers as they were cut into k segments: features, customers and labels in one order."""

    features: pd.DataFrame
    customers: pd.DataFrame
    labels: np.ndarray
    k: int

    @property
    def inputs(self) -> pd.DataFrame:
        """The columns that make the segments."""
        return model_inputs(self.features)


@dataclass(frozen=True)
class Reason:
    """One question that the verdict rests on (are they there, do they come back, do they predict), and its answer."""

    question: Literal["there", "back", "ahead"]
    answer: Literal["yes", "in part", "no", "not known"]
    figures: Mapping[str, Any]


@dataclass(frozen=True)
class Verdict:
    """What the k segments are, with the reasons."""

    kind: Kind
    k: int
    reasons: tuple[Reason, Reason, Reason]
    groups: int | None = None  # that are distinct, where there are any: these segments, or others
    outdone_by: str | None = None  # a simple grouping that foretells so much more that segments give something up
    given_up: float = 0.0  # of what it foretells


@dataclass(frozen=True)
class Judged:
    """The answers to the three questions, the verdict that follows, and how often each customer is found again."""

    there: Existence
    apart: Apart
    back: Returning
    ahead: Prediction | None
    verdict: Verdict
    found_again: pd.DataFrame  # customer_id, found_again (in the own segment, among resampled customers)

    @property
    def metrics(self) -> dict[str, Any]:
        """The verdict in numbers, small enough to compare between runs."""
        there, back, ahead = self.there, self.back, self.ahead
        outcomes = ahead.outcomes if ahead else ()
        return {
            "verdict": self.verdict.kind,
            "groups": self.verdict.groups,
            "silhouette": float(there.best["silhouette"]),
            "midway": self.apart.own.midway if self.apart.own else None,
            "lonely": self.apart.own.lonely if self.apart.own else None,
            "p_values": {kind: there.p_value(kind) for kind in KINDS},
            "effects": {kind: there.effect(kind) for kind in KINDS},
            "adjusted_rand": back.as_a_whole,
            "jaccard": {str(row.segment): row.jaccard for row in back.segments.itertuples()},
            "explained": {
                each: {name: ahead.share(name, each)["share"] for name in ahead.groupings} for each in outcomes
            },
            "ahead_of": {each: {name: _ahead_of(ahead, name, each) for name in ahead.simpler} for each in outcomes},
            "reached": ahead.reached if ahead else None,
            "periods": [each._asdict() | {"cut_off": str(each.cut_off)} for each in ahead.periods] if ahead else [],
        }


@dataclass(frozen=True)
class Explained:
    """What people can follow the segments by; nothing of it bears on the verdict."""

    single: pd.DataFrame  # column, agreement
    stories: pd.DataFrame  # columns, weight
    rules: pd.DataFrame  # segment, conditions, right, covers
    fidelity: float  # of the rules
    audit: Audit


@in_one_thread
def judge(cut: Cut, past: Past, clustering: ClusteringParams, params: ValidationParams, seed: int) -> Judged:
    """Ask the three questions and give the verdict by the stated rule."""
    inputs = cut.inputs
    there = existence(inputs, cut.k, clustering, params, seed)
    back = returning(inputs, cut.labels, cut.k, clustering, params, seed)
    ahead = predict_next(past, clustering, params, seed)
    apart = told_apart(inputs, cut.labels, clustering, params, seed)
    verdict = decide(there, apart, back, ahead, past.lines is not None)
    return Judged(there, apart, back, ahead, verdict, cut.customers[[ID]].assign(found_again=back.found_again))


def decide(there: Existence, apart: Apart, back: Returning, ahead: Prediction | None, transactions: bool) -> Verdict:
    """The stated rule.

    *Distinct groups*: there are groups with a gap between every two neighbours, as wide as no data without groups
    show, each found again among other customers, and the segments are these groups and come back. *A useful cut*: comes
    back, and is worth having, because it predicts what customers do next or, where nothing can be predicted, is
    clearer than chance. Else *not supported*.
    """
    worth_having = ahead.predicts if ahead is not None else there.beats_chance
    less = USEFUL if back.comes_back and worth_having else UNSUPPORTED
    kind = DISTINCT if apart.same and back.comes_back else less
    reasons = _there(there, apart), _back(back), _ahead(ahead, transactions)
    return Verdict(kind, there.k, reasons, apart.groups.count if apart.groups else None, *_outdone(ahead))


def _outdone(found: Prediction | None) -> tuple[str | None, float]:
    """The best of the simple groupings and what of it is given up, where segments foretell less than most of it."""
    if found is None:
        return None, 0.0
    shares = {each: found.share(each, found.most)["share"] for each in (OURS, *found.simpler)}
    best = max(shares, key=shares.__getitem__)
    enough = shares[OURS] >= MOST_OF_THE_BEST * shares[best] or shares[best] < WORTHWHILE
    return (None, 0.0) if enough else (best, 1 - max(0.0, shares[OURS]) / shares[best])


def _there(found: Existence, apart: Apart) -> Reason:
    answer = "yes" if apart.same else "in part" if found.beats_chance or apart.groups else "no"
    figures = {"p": found.p_value(STRICTEST)}
    if apart.own:
        figures["midway"] = apart.own.midway
    if apart.groups:
        figures |= {"p": apart.groups.p, "groups": apart.groups.count}
    return Reason("there", answer, figures)


def _back(found: Returning) -> Reason:
    answer = "yes" if found.comes_back else "in part" if found.as_a_whole >= PARTLY else "no"
    stable, segments = int((found.segments["word"] == "stable").sum()), len(found.segments)
    return Reason("back", answer, {"adjusted_rand": found.as_a_whole, "stable": stable, "segments": segments})


def _ahead(found: Prediction | None, transactions: bool) -> Reason:
    if found is None:
        return Reason("ahead", "not known", {"transactions": transactions})
    most = found.most
    figures = {
        "what": most,
        "days": found.days,
        "numbers": [period.k for period in found.periods],
        "share": float(found.share(OURS, most)["share"]),
        "ahead_of": {name: _ahead_of(found, name, most) for name in found.simpler},
        "reached": found.reached,
    }
    return Reason("ahead", "yes" if found.predicts else "no", figures)


def _ahead_of(found: Prediction, grouping: str, outcome: str) -> list[float]:
    """How much more the segments explain than a grouping does, and between what that lies."""
    return [float(each) for each in found.share(grouping, outcome)[["ahead", "ahead_low", "ahead_high"]]]


def explain(cut: Cut, clustering: ClusteringParams, seed: int) -> Explained:
    """Rules that people can follow, and what single columns and a classifier make of the same segments."""
    inputs, labels = cut.inputs, cut.labels
    single, stories = explaining.single_columns(inputs, labels, seed), explaining.stories(inputs)
    rules, fidelity = explaining.rules(cut.customers, inputs, labels)
    return Explained(single, stories, rules, fidelity, audit(inputs, labels, cut.k, clustering, seed))

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
from customer_segments.steps.validation.prediction import Past, Prediction, predict_next
from customer_segments.steps.validation.references import KINDS
from customer_segments.steps.validation.returning import PARTLY, Returning, returning

Kind = Literal["distinct groups", "a useful cut of a continuum", "not supported by the data"]
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
    figures: Mapping[str, float]


@dataclass(frozen=True)
class Verdict:
    """What the k segments are, with the reasons."""

    kind: Kind
    k: int
    reasons: tuple[Reason, Reason, Reason]


@dataclass(frozen=True)
class Judged:
    """The answers to the three questions, the verdict that follows, and how often each customer is found again."""

    there: Existence
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
            "silhouette": there.chosen.silhouette,
            "midway": there.chosen.midway,
            "p_values": {kind: there.p_value(kind) for kind in KINDS},
            "effects": {kind: there.effect(kind) for kind in KINDS},
            "adjusted_rand": back.as_a_whole,
            "jaccard": {str(row.segment): row.jaccard for row in back.segments.itertuples()},
            "explained": {
                each: {name: ahead.share(name, each)["share"] for name in ahead.groupings} for each in outcomes
            },
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
    ahead = predict_next(past, cut.k, clustering, params, seed)
    verdict = decide(there, back, ahead, transactions=past.lines is not None)
    return Judged(there, back, ahead, verdict, cut.customers[[ID]].assign(found_again=back.found_again))


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
    most = found.outcomes[0]
    explained = {grouping: float(found.share(grouping, most)["share"]) for grouping in found.groupings}
    return Reason("ahead", "yes" if found.predicts else "no", {"days": found.days, **explained})


def explain(cut: Cut, clustering: ClusteringParams, seed: int) -> Explained:
    """Rules that people can follow, and what single columns and a classifier make of the same segments."""
    inputs, labels = cut.inputs, cut.labels
    single, stories = explaining.single_columns(inputs, labels, seed), explaining.stories(inputs)
    rules, fidelity = explaining.rules(cut.customers, inputs, labels)
    return Explained(single, stories, rules, fidelity, audit(inputs, labels, cut.k, clustering, seed))

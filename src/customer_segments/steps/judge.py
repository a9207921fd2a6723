"""Step 3, judge: are the segments there, do they come back, do they predict? A verdict before any name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from customer_segments.steps.clustering.segmentation import ID, model_inputs
from customer_segments.steps.validation import explaining
from customer_segments.steps.validation.existence import Existence, existence
from customer_segments.steps.validation.prediction import GROUPINGS, OUTCOMES, Past, Prediction, predict_next
from customer_segments.steps.validation.references import KINDS
from customer_segments.steps.validation.returning import Returning, returning
from customer_segments.steps.validation.verdict import Verdict, decide

if TYPE_CHECKING:
    from customer_segments.base.params import ClusteringParams, ValidationParams


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
class Judged:
    """The answers to the three questions, the verdict that follows from them, and each customer's certainty."""

    there: Existence
    back: Returning
    ahead: Prediction | None
    verdict: Verdict
    certainty: pd.DataFrame  # customer_id, certainty

    @property
    def metrics(self) -> dict[str, Any]:
        """The verdict in numbers, small enough to compare between runs."""
        there, back, ahead = self.there, self.back, self.ahead
        outcomes = OUTCOMES if ahead else ()
        return {
            "verdict": self.verdict.kind,
            "silhouette": there.chosen.silhouette,
            "midway": there.chosen.midway,
            "p_values": {kind: there.p_value(kind) for kind in KINDS},
            "effects": {kind: there.effect(kind) for kind in KINDS},
            "adjusted_rand": back.as_a_whole,
            "jaccard": {str(row.segment): row.jaccard for row in back.segments.itertuples()},
            "explained": {each: {name: ahead.share(name, each)["share"] for name in GROUPINGS} for each in outcomes},
        }


@dataclass(frozen=True)
class Explained:
    """What people can follow the segments by; nothing of it bears on the verdict."""

    single: pd.DataFrame  # column, agreement
    stories: pd.DataFrame  # columns, weight
    rules: pd.DataFrame  # segment, conditions, right, covers
    fidelity: float  # of the rules
    audit: tuple[float, float]  # a classifier's accuracy, and that on customers without any groups


def judge(cut: Cut, past: Past, clustering: ClusteringParams, params: ValidationParams, seed: int) -> Judged:
    """Ask the three questions and give the verdict by the stated rule."""
    inputs = cut.inputs
    there = existence(inputs, cut.k, clustering, params, seed)
    back = returning(inputs, cut.labels, cut.k, clustering, params, seed)
    ahead = predict_next(past, cut.k, clustering, params, seed)
    verdict = decide(there, back, ahead, transactions=past.lines is not None)
    return Judged(there, back, ahead, verdict, cut.customers[[ID]].assign(certainty=back.certainty))


def explain(cut: Cut, clustering: ClusteringParams, seed: int) -> Explained:
    """Rules that people can follow, and what single columns and a classifier make of the same segments."""
    inputs, labels = cut.inputs, cut.labels
    single, stories = explaining.single_columns(inputs, labels, seed), explaining.stories(inputs)
    rules, fidelity = explaining.rules(cut.customers, inputs, labels)
    return Explained(single, stories, rules, fidelity, explaining.audit(inputs, labels, cut.k, clustering, seed))

"""The same data under this project's defaults, and the two ways of looking at them side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import ibis.expr.types as ir
import pandas as pd

from customer_segments.base.params import ClusteringParams, PreprocessingParams, PrivacyParams, ValidationParams
from customer_segments.steps.judge import Cut, Judged, judge, metrics
from customer_segments.steps.prepare import Prepared, prepare
from customer_segments.steps.segment import Segmented, segment
from customer_segments.steps.validation.existence import STRICTEST
from customer_segments.steps.validation.prediction import Past
from customer_segments.studies import catalogue

REVENUE = "net_revenue"
CLUSTERING, PRIVACY = ClusteringParams(), PrivacyParams()


@dataclass(frozen=True)
class Ours:
    """What this project makes of the collected tables; computed once, when asked."""

    tables: Mapping[str, ir.Table]
    preprocessing: PreprocessingParams
    validation: ValidationParams
    seed: int

    @cached_property
    def prepared(self) -> Prepared:
        return prepare(self.tables, self.preprocessing, PRIVACY)

    @cached_property
    def segmented(self) -> Segmented:
        return segment(self.prepared.features, self.prepared.customers, CLUSTERING, self.seed)

    @cached_property
    def judged(self) -> Judged:
        prepared, found = self.prepared, self.segmented
        past = Past(self.tables, prepared.cleaned.lines, self.preprocessing, PRIVACY)
        cut = Cut(prepared.features, prepared.customers, found.labels, found.k)
        return judge(cut, past, CLUSTERING, self.validation, self.seed)


def defaults(study: str | None) -> PreprocessingParams:
    """How this project prepares the data, with the columns that a ready-made study of them names."""
    return PreprocessingParams.of(**(catalogue.overlay(study).params.get("preprocessing", {}) if study else {}))


@dataclass(frozen=True)
class Side:
    """What one way of looking at the data comes to."""

    customers: int
    columns: int
    revenue: float | None
    sizes: tuple[int, ...]
    silhouette: float
    p_value: float
    found_again: float
    verdict: str


def side(customers: pd.DataFrame, columns: int, scores: pd.DataFrame, judged: Mapping[str, Any]) -> Side:
    """What customers cut into segments come to; `judged` are the numbers of their verdict."""
    sizes = customers["segment"].value_counts().sort_index()
    revenue = float(customers[REVENUE].sum()) if REVENUE in customers else None
    silhouette = float(scores.set_index("k").loc[int((sizes.index > 0).sum()), "silhouette"])
    p, again = judged["p_values"][STRICTEST], judged["adjusted_rand"]
    return Side(len(customers), columns, revenue, tuple(map(int, sizes)), silhouette, p, again, judged["verdict"])


def under_our_defaults(ours: Ours) -> Side:
    """What this project's defaults make of the same tables."""
    found, customers = ours.segmented, ours.prepared.customers
    return side(customers.assign(segment=found.labels), len(found.inputs.columns), found.scores, metrics(ours.judged))

"""The same data under this project's defaults, to stand beside a study as it was published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir
import pandas as pd

from customer_segments.base.params import ClusteringParams, PreprocessingParams, PrivacyParams, ValidationParams
from customer_segments.steps.judge import Cut, judge
from customer_segments.steps.prepare import prepare
from customer_segments.steps.segment import segment
from customer_segments.steps.validation.existence import STRICTEST
from customer_segments.steps.validation.prediction import Past
from customer_segments.studies import catalogue

REVENUE = "net_revenue"
CLUSTERING, PRIVACY = ClusteringParams(), PrivacyParams()


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


def defaults(study: str | None) -> PreprocessingParams:
    """How this project prepares the data, with the columns that a ready-made study of them names."""
    return PreprocessingParams.of(**(catalogue.overlay(study).params.get("preprocessing", {}) if study else {}))


def under_our_defaults(
    tables: Mapping[str, ir.Table], params: PreprocessingParams, validation: ValidationParams, seed: int
) -> Side:
    """What this project makes of the collected tables."""
    prepared = prepare(tables, params, PRIVACY)
    found = segment(prepared.features, prepared.customers, CLUSTERING, seed)
    cut = Cut(prepared.features, prepared.customers, found.labels, found.k)
    judged = judge(cut, Past(tables, prepared.cleaned.lines, params, PRIVACY), CLUSTERING, validation, seed)
    customers = prepared.customers.assign(segment=found.labels)
    return side(customers, len(found.inputs.columns), found.scores, judged.metrics)

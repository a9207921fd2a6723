"""Segments: every number of them tried, every customer assigned."""

from __future__ import annotations

import numpy as np
import pandas as pd

from customer_segments.base.params import ClusteringParams
from customer_segments.steps.clustering import settings
from customer_segments.steps.clustering.choice import Choice
from customer_segments.steps.clustering.methods import finds_k, segmenter_for
from customer_segments.steps.clustering.numbered import NumberedSegmenter, refuse_too_few, refuse_unusable
from customer_segments.steps.clustering.resampling import gap_statistic, stabilities
from customer_segments.steps.clustering.scores import sample_by_segment, score_table, silhouettes

__all__ = ["segmenter_for"]  # for those who make segments step by step

ID = "customer_id"
VALUE = "net_revenue"
ALL = 1  # "one segment" is all customers together


def model_inputs(features: pd.DataFrame) -> pd.DataFrame:
    """The columns that make the segments, checked: numbers without gaps."""
    inputs = features.drop(columns=ID, errors="ignore")
    refuse_unusable(inputs)
    return inputs.astype("float64")


def customer_value(features: pd.DataFrame, customers: pd.DataFrame, params: ClusteringParams) -> pd.Series | None:
    """What each customer is worth, in the features' order; None where segments are ordered by size."""
    if params.order_by == "size" or VALUE not in customers or customers[VALUE].isna().all():
        return None
    return customers.set_index(ID)[VALUE].reindex(features[ID]).astype("float64")


def try_each_k(features: pd.DataFrame, params: ClusteringParams, seed: int) -> pd.DataFrame:
    """All criteria for every k of the range (and for a k set by hand), one row per k.

    Where the range begins with two segments, one segment has a row as well, for the gap statistic. Methods that find
    the number themselves are tried with other settings instead.
    """
    inputs = model_inputs(features)
    if finds_k(params):
        return settings.try_each_setting(inputs, params, seed)
    ks = sorted({*range(params.k_min, params.k_max + 1)} | ({params.k} if params.k else set()))
    refuse_too_few(inputs.to_numpy(), ks[-1])
    tried = {k: segmenter_for(k, params, seed).fit(inputs) for k in ks}
    labelings = np.column_stack([tried[k].labels_ for k in ks])
    rows = sample_by_segment(labelings, params.silhouette_sample, np.random.default_rng(seed))
    points = inputs.to_numpy()
    scores = score_table(points, {k: tried[k].labels_ for k in ks}, {k: tried[k].inertia_ for k in ks})
    scores.insert(2, "silhouette", silhouettes(points[rows], labelings[rows]).mean(axis=0).round(6))
    scores["stability"] = stabilities(inputs, labelings, ks, params, seed)
    from_one = [ALL, *ks] if params.k_min == ALL + 1 else ks
    gaps = gap_statistic(inputs, from_one, params, seed)
    return gaps.merge(scores, on="k", how="left")[[*scores, "gap", "gap_error"]]


def segment_table(features: pd.DataFrame, segmenter: NumberedSegmenter) -> pd.DataFrame:
    """Every customer's segment; 0 is not assigned."""
    return pd.DataFrame({ID: features[ID], "segment": segmenter.predict(model_inputs(features))})


def fit_table(features: pd.DataFrame, segments: pd.DataFrame, params: ClusteringParams, seed: int) -> pd.DataFrame:
    """How well each customer fits: segment and silhouette, best fit first within a segment; a sample of many.

    Customers who are not assigned have no silhouette.
    """
    assigned = segments["segment"].to_numpy() > 0
    labels = segments.loc[assigned, "segment"].to_numpy()[:, None]
    rows = sample_by_segment(labels, params.silhouette_sample, np.random.default_rng(seed))
    found = silhouettes(model_inputs(features).to_numpy()[assigned][rows], labels[rows])[:, 0].round(6)
    fit = pd.DataFrame({"segment": labels[rows, 0], "silhouette": found})
    return fit.sort_values(["segment", "silhouette"], ascending=[True, False], kind="stable", ignore_index=True)


def overview(segments: pd.DataFrame, fit: pd.DataFrame, value: pd.Series | None) -> pd.DataFrame:
    """One row per segment: customers, their share, mean silhouette, share closer to another segment, mean value.

    Customers who are not assigned come last.
    """
    sizes = segments.groupby("segment").size().rename("customers")
    by_segment = fit.groupby("segment")["silhouette"]
    table = pd.DataFrame(
        {
            "customers": sizes,
            "share": sizes / sizes.sum(),
            "silhouette": by_segment.mean(),
            "misplaced": by_segment.agg(lambda found: (found < 0).mean()),
        }
    )
    if value is not None:
        table["value"] = value.groupby(segments["segment"].to_numpy()).mean()
    table = table.round(6).rename_axis("segment").reset_index()
    return table.sort_values("segment", key=lambda number: number == 0, kind="stable", ignore_index=True)


def metrics(
    scores: pd.DataFrame, choice: Choice, segments: pd.DataFrame, params: ClusteringParams
) -> dict[str, object]:
    """The outcome in numbers, small enough to compare between runs."""
    chosen = choice.row(scores)
    sizes = segments["segment"].value_counts().sort_index()
    kept = [name for name in scores if name not in ("k", "setting", "not_assigned") and pd.notna(chosen[name])]
    return {
        "method": params.method,
        "k": choice.k,
        "chosen_by": choice.rule,
        "votes": choice.votes,
        **{name: float(chosen[name]) for name in kept},
        "not_assigned": round(float((segments["segment"] == 0).mean()), 6),
        "sizes": {str(segment): int(size) for segment, size in sizes.items()},
    }

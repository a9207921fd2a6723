"""What segments are made of and ordered by, and every number of them tried, or every setting."""

from __future__ import annotations

import numpy as np
import pandas as pd

from customer_segments.base.params import ClusteringParams
from customer_segments.steps.clustering.methods import finds_k, segmenter_for
from customer_segments.steps.clustering.numbered import UnusableError, refuse_too_few, refuse_unusable
from customer_segments.steps.clustering.resampling import gap_statistic, stabilities
from customer_segments.steps.clustering.scores import sample_by_segment, score_table, silhouettes, silhouettes_of

ID = "customer_id"
VALUE = "net_revenue"
ALL = 1  # "one segment" is all customers together
# Of the setting that is used, where the method finds the number of segments itself.
FACTORS = (0.5, 0.7, 0.85, 1.0, 1.2, 1.5, 2.0)
USED = FACTORS.index(1.0)


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
        return try_each_setting(inputs, params, seed)
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


def try_each_setting(inputs: pd.DataFrame, params: ClusteringParams, seed: int) -> pd.DataFrame:
    """How many segments the method finds, how far apart, and whom it leaves out, for the used setting and others."""
    fitted = segmenter_for(params.k_min, params, seed).fit(inputs)
    name, used, rows = fitted.setting, getattr(fitted, f"{fitted.setting}_"), []
    for factor in FACTORS:
        whole = isinstance(used, int)
        setting = max(2, round(used * factor)) if whole else float(np.round(used * factor, 9))
        rows.append({"setting": setting} | _found(inputs, params.model_copy(update={name: setting}), seed))
    return pd.DataFrame(rows)


def _found(inputs: pd.DataFrame, params: ClusteringParams, seed: int) -> dict[str, float]:
    """What one setting leads to; fewer than two segments have no scores."""
    segmenter = segmenter_for(params.k_min, params, seed)
    try:
        labels = segmenter.fit(inputs).labels_
    except UnusableError:
        return {"k": segmenter.found_, "silhouette": np.nan, "not_assigned": round(1 - segmenter.crowded_, 6)}
    k, members = int(labels.max()), labels > 0
    scores = score_table(inputs.to_numpy()[members], {k: labels[members]}, {k: segmenter.inertia_}).iloc[0].drop("k")
    fit = silhouettes_of(inputs.to_numpy(), labels, params.silhouette_sample, seed)["silhouette"]
    return {"k": k, "silhouette": round(fit.mean(), 6), **scores, "not_assigned": round(float((labels == 0).mean()), 6)}

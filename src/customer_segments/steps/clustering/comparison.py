"""The same customers divided by several methods, in one table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from customer_segments.base import words
from customer_segments.base.params import ClusteringParams
from customer_segments.steps.clustering.choice import Choice
from customer_segments.steps.clustering.methods import TITLES, segmenter_for
from customer_segments.steps.clustering.numbered import UnusableError
from customer_segments.steps.clustering.segmentation import fit_table, model_inputs


def compared(
    features: pd.DataFrame, segments: pd.DataFrame, choice: Choice, params: ClusteringParams, seed: int
) -> pd.DataFrame:
    """Method, segments, mean silhouette, share not assigned and agreement with the segments of the chosen method.

    Every method that takes a number of segments is given the chosen one.
    """
    from sklearn.metrics import adjusted_rand_score

    rows = []
    for method in dict.fromkeys((params.method, *params.compare)):
        divided = segments if method == params.method else _divided(features, method, choice.k, params, seed)
        row = {"method": TITLES[method], "segments": 0, "silhouette": np.nan, "not_assigned": 1.0, "agreement": np.nan}
        if divided is not None:
            labels = divided["segment"]
            row["segments"] = int(labels[labels > 0].nunique())
            row["silhouette"] = fit_table(features, divided, params, seed)["silhouette"].mean()
            row["not_assigned"] = (labels == 0).mean()
            row["agreement"] = adjusted_rand_score(segments["segment"], labels)
        rows.append(row)
    return pd.DataFrame(rows).round(6)


def table(found: pd.DataFrame) -> pd.DataFrame:
    """The comparison written for a reader."""
    none = found["segments"] == 0
    return pd.DataFrame(
        {
            "Method": found["method"],
            "Segments": found["segments"].map(str).mask(none, "none"),
            "Mean silhouette": found["silhouette"].map(words.number),
            "Not assigned": found["not_assigned"].map(words.percent).mask(none, "–"),
            "Agreement with the chosen": found["agreement"].map(words.number),
        }
    )


def caption(found: pd.DataFrame) -> str:
    """Which method agrees most and least with the chosen one."""
    chosen, others = found.iloc[0], found.iloc[1:].dropna(subset="agreement")
    if len(found) == 1:
        return f"{chosen['method']} alone was used; `clustering.compare` takes other methods to compare it with."
    meaning = "Agreement is the adjusted Rand index: 1 for the same segments, 0 for chance."
    none = found.loc[found["segments"] == 0, "method"]
    failed = f" {words.listed(none)} {'finds' if len(none) == 1 else 'find'} no two segments." if len(none) else ""
    if others.empty:
        return f"{meaning}{failed}"
    most, least = (others.loc[place] for place in (others["agreement"].idxmax(), others["agreement"].idxmin()))
    said = f"{most['method']} agrees most with {chosen['method']} ({words.number(most['agreement'])})"
    if len(others) > 1:
        said += f", {least['method']} least ({words.number(least['agreement'])})"
    return f"{meaning} {said}.{failed}"


def _divided(features: pd.DataFrame, method: str, k: int, params: ClusteringParams, seed: int) -> pd.DataFrame | None:
    """The customers' segments by another method; nothing where it finds none."""
    other = segmenter_for(k, params.model_copy(update={"method": method}), seed)
    try:
        labels = other.fit(model_inputs(features)).labels_
    except UnusableError:
        return None
    return pd.DataFrame({"customer_id": features["customer_id"], "segment": labels})

"""How well customers fit their segments, and whether other methods would have put them together alike."""

from __future__ import annotations

import numpy as np
import pandas as pd

from customer_segments.base.params import ClusteringParams
from customer_segments.steps.clustering.methods import segmenter_for
from customer_segments.steps.clustering.numbered import UnusableError
from customer_segments.steps.clustering.scores import sample_by_segment, silhouettes


def fit_table(inputs: pd.DataFrame, labels: np.ndarray, params: ClusteringParams, seed: int) -> pd.DataFrame:
    """How well each customer fits: segment and silhouette, best fit first within a segment; a sample of many.

    Customers who are not assigned have no silhouette.
    """
    points, labels = inputs.to_numpy()[labels > 0], labels[labels > 0]
    rows = sample_by_segment(labels, params.silhouette_sample, np.random.default_rng(seed))
    found = silhouettes(points[rows], labels[rows, None])[:, 0].round(6)
    fit = pd.DataFrame({"segment": labels[rows], "silhouette": found})
    return fit.sort_values(["segment", "silhouette"], ascending=[True, False], kind="stable", ignore_index=True)


def overview(labels: np.ndarray, fit: pd.DataFrame, value: pd.Series | None) -> pd.DataFrame:
    """One row per segment: customers, their share, mean silhouette and, where it is known, mean value.

    Customers who are not assigned come last.
    """
    sizes = pd.Series(labels).value_counts()
    table = pd.DataFrame({"customers": sizes, "share": sizes / len(labels)})
    table["silhouette"] = fit.groupby("segment")["silhouette"].mean()
    if value is not None:
        table["value"] = value.groupby(labels).mean()
    table = table.round(6).rename_axis("segment").reset_index()
    return table.sort_values("segment", key=lambda number: number.replace(0, np.inf), ignore_index=True)


def compared(inputs: pd.DataFrame, labels: np.ndarray, k: int, params: ClusteringParams, seed: int) -> pd.DataFrame:
    """Method, segments, mean silhouette, share not assigned and agreement with the labels, which come first.

    Every method that takes a number of segments is given k.
    """
    from sklearn.metrics import adjusted_rand_score

    rows = []
    for method in dict.fromkeys((params.method, *params.compare)):
        try:
            other = segmenter_for(k, params.model_copy(update={"method": method}), seed)
            found = labels if method == params.method else other.fit(inputs).labels_
        except UnusableError:
            rows.append((method, 0, np.nan, 1.0, np.nan))
            continue
        silhouette = fit_table(inputs, found, params, seed)["silhouette"].mean()
        agreement = adjusted_rand_score(labels, found)
        rows.append((method, len(np.unique(found[found > 0])), silhouette, (found == 0).mean(), agreement))
    return pd.DataFrame(rows, columns=["method", "segments", "silhouette", "not_assigned", "agreement"]).round(6)

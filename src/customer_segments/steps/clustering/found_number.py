"""Methods that find the number of segments themselves: what other settings of theirs would find."""

from __future__ import annotations

import numpy as np
import pandas as pd

from customer_segments.base.params import ClusteringParams
from customer_segments.steps.clustering.density import CrowdSegmenter
from customer_segments.steps.clustering.methods import segmenter_for
from customer_segments.steps.clustering.numbered import UnusableError
from customer_segments.steps.clustering.scores import sample_by_segment, score_table, silhouettes

FACTORS = (0.5, 0.7, 0.85, 1.0, 1.2, 1.5, 2.0)  # of the setting that is used
SETTING = {"dbscan": "eps", "hdbscan": "min_cluster_size"}
USED = FACTORS.index(1.0)


def try_each_setting(inputs: pd.DataFrame, params: ClusteringParams, seed: int) -> pd.DataFrame:
    """How many segments the method finds, how far apart, and whom it leaves out, for the used setting and others."""
    name = SETTING[params.method]
    used = segmenter_for(params.k_min, params, seed).fit(inputs)
    rows = []
    for factor in FACTORS:
        setting = _near(getattr(used, f"{name}_"), factor)
        other = segmenter_for(params.k_min, params.model_copy(update={name: setting}), seed)
        rows.append({"setting": setting} | _found(other, inputs, params, seed))
    return pd.DataFrame(rows)


def _near(setting: float, factor: float) -> float:
    return max(2, round(setting * factor)) if isinstance(setting, int) else float(np.round(setting * factor, 9))


def _found(segmenter: CrowdSegmenter, inputs: pd.DataFrame, params: ClusteringParams, seed: int) -> dict[str, float]:
    """What one setting leads to; fewer than two segments have no scores."""
    try:
        labels = segmenter.fit(inputs).labels_
    except UnusableError:
        return {"k": segmenter.found_, "silhouette": np.nan, "not_assigned": round(1 - segmenter.crowded_, 6)}
    points, members = inputs.to_numpy()[labels > 0], labels[labels > 0]
    k = int(members.max())
    scores = score_table(points, {k: members}, {k: segmenter.inertia_}).iloc[0].drop("k").to_dict()
    rows = sample_by_segment(members[:, None], params.silhouette_sample, np.random.default_rng(seed))
    silhouette = float(silhouettes(points[rows], members[rows, None]).mean().round(6))
    return {"k": k, "silhouette": silhouette} | scores | {"not_assigned": round(float((labels == 0).mean()), 6)}

"""Scores of one to five segments in which the criteria disagree, and what was segmented with them."""

from collections.abc import Sequence

import pandas as pd

from customer_segments.base.params import ClusteringParams
from customer_segments.steps.clustering.methods import segmenter_for
from customer_segments.steps.segment import Segmented, choose_k

NONE = float("nan")

SCORES = pd.DataFrame(
    {
        "k": [1, 2, 3, 4, 5],
        "inertia": [NONE, 1000.0, 400.0, 350.0, 300.0],
        "silhouette": [NONE, 0.30, 0.35, 0.36, 0.20],
        "calinski_harabasz": [NONE, 90.0, 80.0, 70.0, 60.0],
        "davies_bouldin": [NONE, 1.5, 0.9, 1.1, 1.2],
        "apart": [NONE, 0, 0, 0, 0],
        "uncut": [NONE, 1, 1, 0, 0],
        "stability": [NONE, 0.95, 0.90, 0.50, 0.30],
        "prediction_strength": [NONE, 0.97, 0.85, 0.60, 0.40],
        "gap": [0.1, 0.2, 0.4, 0.38, 0.37],
        "gap_error": [0.01, 0.01, 0.01, 0.01, 0.01],
    }
)
STRAIGHT = SCORES.assign(inertia=[NONE, 1000.0, 800.0, 600.0, 400.0])
SETTINGS = pd.DataFrame(
    {
        "setting": [0.5, 0.7, 0.85, 1.0, 1.2, 1.5, 2.0],
        "k": [0, 4, 3, 3, 2, 2, 1],
        "silhouette": [NONE, 0.2, 0.4, 0.4, 0.5, 0.5, NONE],
        "inertia": [NONE, 40.0, 50.0, 55.0, 80.0, 85.0, NONE],
        "calinski_harabasz": [NONE, 30.0, 40.0, 45.0, 60.0, 60.0, NONE],
        "davies_bouldin": [NONE, 1.1, 1.0, 1.0, 0.9, 0.9, NONE],
        "not_assigned": [1.0, 0.6, 0.3, 0.2, 0.1, 0.05, 0.01],
    }
)


def found(
    scores: pd.DataFrame, params: ClusteringParams, labels: Sequence[int] = (1, 1, 2), **known: object
) -> Segmented:
    """What was segmented with these scores: customers of these segments, and what of them is known already."""
    segments = pd.DataFrame({"customer_id": range(len(labels)), "segment": labels})
    segmented = Segmented(
        scores, choose_k(scores, params), segmenter_for(2, params, seed=1), segments[[]], segments, None, params, seed=1
    )
    vars(segmented).update(known)
    return segmented

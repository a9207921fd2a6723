"""Step 2, segment: how many segments, and which customer belongs to which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from customer_segments.steps.clustering.choice import Choice, choose_k
from customer_segments.steps.clustering.methods import segmenter_for
from customer_segments.steps.clustering.segmentation import ID, customer_value, model_inputs, try_each_k

if TYPE_CHECKING:
    from customer_segments.base.params import ClusteringParams
    from customer_segments.steps.clustering.numbered import NumberedSegmenter


@dataclass(frozen=True)
class Segmented:
    """Every number of segments that was tried, the one that was chosen, and each customer's segment (0 is none)."""

    scores: pd.DataFrame
    choice: Choice
    segmenter: NumberedSegmenter
    inputs: pd.DataFrame
    segments: pd.DataFrame  # customer_id, segment
    value: pd.Series | None

    @property
    def k(self) -> int:
        return self.choice.k

    @property
    def labels(self) -> np.ndarray:
        return self.segments["segment"].to_numpy()


def segment(features: pd.DataFrame, customers: pd.DataFrame, params: ClusteringParams, seed: int) -> Segmented:
    """Try every number of segments, choose one by the stated rule, and number the segments by what they are worth."""
    inputs = model_inputs(features)
    scores = try_each_k(features, params, seed)
    choice = choose_k(scores, params)
    value = customer_value(features, customers, params)
    segmenter = segmenter_for(choice.k, params, seed).fit(inputs, value)
    segments = pd.DataFrame({ID: features[ID], "segment": segmenter.labels_})
    return Segmented(scores, choice, segmenter, inputs, segments, value)

"""Step 2, segment: how many segments, and which customer belongs to which."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from customer_segments.steps.clustering import fit
from customer_segments.steps.clustering.choice import Choice, choose_k
from customer_segments.steps.clustering.methods import segmenter_for
from customer_segments.steps.clustering.segmentation import ID, customer_value, model_inputs, try_each_k

if TYPE_CHECKING:
    from customer_segments.base.params import ClusteringParams
    from customer_segments.steps.clustering.numbered import NumberedSegmenter


@dataclass(frozen=True)
class Segmented:
    """Every number of segments that was tried, the one that was chosen, and each customer's segment (0 is none).

    How well customers fit, and what other methods find, is computed when it is asked for.
    """

    scores: pd.DataFrame
    choice: Choice
    segmenter: NumberedSegmenter
    inputs: pd.DataFrame
    segments: pd.DataFrame  # customer_id, segment
    value: pd.Series | None
    params: ClusteringParams
    seed: int

    @property
    def k(self) -> int:
        return self.choice.k

    @property
    def labels(self) -> np.ndarray:
        return self.segments["segment"].to_numpy()

    @cached_property
    def fit(self) -> pd.DataFrame:
        return fit.fit_table(self.inputs, self.labels, self.params, self.seed)

    @property
    def silhouette(self) -> float:
        return self.fit["silhouette"].mean()

    @cached_property
    def overview(self) -> pd.DataFrame:
        return fit.overview(self.labels, self.fit, self.value)

    @cached_property
    def compared(self) -> pd.DataFrame:
        return fit.compared(self.inputs, self.labels, self.k, self.params, self.seed)

    @property
    def metrics(self) -> dict[str, object]:
        """The outcome in numbers, small enough to compare between runs."""
        scores = self.choice.row(self.scores).drop(["k", "setting", "not_assigned"], errors="ignore").dropna()
        sizes = self.segments["segment"].value_counts().sort_index()
        return {
            "method": self.params.method,
            "k": self.k,
            "chosen_by": self.choice.rule,
            "votes": self.choice.votes,
            **scores.astype(float).to_dict(),
            "not_assigned": round(float((self.labels == 0).mean()), 6),
            "sizes": {str(segment): int(size) for segment, size in sizes.items()},
        }


def segment(features: pd.DataFrame, customers: pd.DataFrame, params: ClusteringParams, seed: int) -> Segmented:
    """Try every number of segments, choose one by the stated rule, and number the segments by what they are worth."""
    inputs = model_inputs(features)
    scores = try_each_k(features, params, seed)
    choice = choose_k(scores, params)
    value = customer_value(features, customers, params)
    segmenter = segmenter_for(choice.k, params, seed).fit(inputs, value)
    segments = pd.DataFrame({ID: features[ID], "segment": segmenter.labels_})
    return Segmented(scores, choice, segmenter, inputs, segments, value, params, seed)

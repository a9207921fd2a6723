"""Step 2, segment: how many segments, and which customer belongs to which."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from customer_segments.steps.clustering.choice import OUTCOME, Choice, choose_k
from customer_segments.steps.clustering.methods import segmenter_for
from customer_segments.steps.clustering.numbered import UnusableError
from customer_segments.steps.clustering.scores import silhouettes_of
from customer_segments.steps.clustering.segmentation import ID, USED, customer_value, model_inputs, try_each_k

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
    def silhouettes(self) -> pd.DataFrame:
        """How well each customer fits, best first within a segment; a sample of many, and of the assigned only."""
        found = self._silhouettes(self.labels)
        return found.sort_values(["segment", "silhouette"], ascending=[True, False], kind="stable", ignore_index=True)

    @property
    def overview(self) -> pd.DataFrame:
        """One row per segment: customers, share, mean silhouette and, where known, mean value; 0 comes last."""
        sizes = self.segments["segment"].value_counts()
        table = pd.DataFrame({"customers": sizes, "share": sizes / len(self.segments)})
        table["silhouette"] = self.silhouettes.groupby("segment")["silhouette"].mean()
        if self.value is not None:
            table["value"] = self.value.groupby(self.labels).mean()
        table = table.round(6).rename_axis("segment").reset_index()
        return table.sort_values("segment", key=lambda number: number.replace(0, len(table)), ignore_index=True)

    @cached_property
    def compared(self) -> pd.DataFrame:
        """Method, segments (as many as chosen), mean silhouette, share not assigned, agreement with the chosen one."""
        from sklearn.metrics import adjusted_rand_score

        rows = []
        for method in dict.fromkeys((self.params.method, *self.params.compare)):
            other = segmenter_for(self.k, self.params.model_copy(update={"method": method}), self.seed)
            try:
                labels = self.labels if method == self.params.method else other.fit(self.inputs).labels_
            except UnusableError:
                rows.append((method, 0, np.nan, 1.0, np.nan))
                continue
            fit, agreement = self._silhouettes(labels)["silhouette"].mean(), adjusted_rand_score(self.labels, labels)
            rows.append((method, len(set(labels) - {0}), fit, (labels == 0).mean(), agreement))
        return pd.DataFrame(rows, columns=["method", "segments", "silhouette", "not_assigned", "agreement"]).round(6)

    @property
    def metrics(self) -> dict[str, object]:
        """The outcome in numbers, small enough to compare between runs."""
        by_k = self.scores.set_index("k")
        scores = by_k.iloc[USED] if self.choice.rule == OUTCOME else by_k.loc[self.k]
        sizes = self.segments["segment"].value_counts().sort_index()
        return {
            "method": self.params.method,
            "k": self.k,
            "chosen_by": self.choice.rule,
            "votes": self.choice.votes,
            **scores.drop(["setting", "not_assigned"], errors="ignore").dropna().to_dict(),
            "not_assigned": round(float((self.labels == 0).mean()), 6),
            "sizes": {str(segment): int(size) for segment, size in sizes.items()},
        }

    def _silhouettes(self, labels: np.ndarray) -> pd.DataFrame:
        return silhouettes_of(self.inputs.to_numpy(), labels, self.params.silhouette_sample, self.seed).round(6)


def segment(features: pd.DataFrame, customers: pd.DataFrame, params: ClusteringParams, seed: int) -> Segmented:
    """Try every number of segments, choose one by the stated rule, and number the segments by what they are worth."""
    inputs = model_inputs(features)
    scores = try_each_k(features, params, seed)
    choice = choose_k(scores, params)
    value = customer_value(features, customers, params)
    segmenter = segmenter_for(choice.k, params, seed).fit(inputs, value)
    segments = pd.DataFrame({ID: features[ID], "segment": segmenter.labels_})
    return Segmented(scores, choice, segmenter, inputs, segments, value, params, seed)

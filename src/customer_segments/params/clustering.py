"""How many segments, and which?"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from customer_segments.params.section import Section


class ClusteringParams(Section):
    """How many segments, and which?"""

    method: Literal["kmeans"] = "kmeans"
    k: Annotated[int, Field(ge=2, le=50)] | None = None
    k_min: Annotated[int, Field(ge=2, le=50)] = 2
    k_max: Annotated[int, Field(ge=2, le=50)] = 10
    choose_by: Literal["silhouette", "elbow", "calinski_harabasz", "davies_bouldin", "majority"] = "silhouette"
    n_init: Annotated[int, Field(ge=1, le=200)] = 10
    order_by: Literal["value", "size"] = "value"
    silhouette_sample: Annotated[int, Field(ge=100)] = 10_000

    @model_validator(mode="after")
    def _k_range_in_order(self) -> ClusteringParams:
        if self.k_min >= self.k_max:
            raise ValueError("k_min must be below k_max")
        return self

"""How many segments, and which?"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, PositiveFloat, Strict, model_validator

from customer_segments.base.params.section import Section

Method = Literal["kmeans", "mini_batch_kmeans", "gaussian_mixture", "ward", "dbscan", "hdbscan", "k_prototypes"]
Rule = Literal["silhouette", "elbow", "calinski_harabasz", "davies_bouldin", "gap", "stability", "majority"]


class ClusteringParams(Section):
    """How many segments, and which?"""

    method: Method = "kmeans"
    compare: Annotated[tuple[Method, ...], Strict(False)] = ()
    k: Annotated[int, Field(ge=2, le=50)] | None = None
    k_min: Annotated[int, Field(ge=2, le=50)] = 2
    k_max: Annotated[int, Field(ge=2, le=50)] = 10
    choose_by: Rule = "stability"
    n_init: Annotated[int, Field(ge=1, le=200)] = 10
    start_sample: Annotated[int, Field(ge=100)] | None = 3_000
    order_by: Literal["value", "size"] = "value"
    silhouette_sample: Annotated[int, Field(ge=100)] = 6_000
    references: Annotated[int, Field(ge=2, le=500)] = 10
    bootstraps: Annotated[int, Field(ge=2, le=500)] = 10
    eps: PositiveFloat | None = None
    min_samples: Annotated[int, Field(ge=2)] | None = None
    min_cluster_size: Annotated[int, Field(ge=2)] | None = None
    category_weight: PositiveFloat | None = None

    @model_validator(mode="after")
    def _k_range_in_order(self) -> ClusteringParams:
        if self.k_min >= self.k_max:
            raise ValueError("k_min must be below k_max")
        return self

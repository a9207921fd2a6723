"""The methods by the names that `clustering.method` takes."""

from customer_segments.base.params import ClusteringParams
from customer_segments.steps.clustering.density import (
    CrowdSegmenter,
    DbscanSegmenter,
    EveryoneSegmenter,
    HdbscanSegmenter,
)
from customer_segments.steps.clustering.gaps import SAMPLE
from customer_segments.steps.clustering.numbered import LEARNT_FROM, NumberedSegmenter
from customer_segments.steps.clustering.prototypes import PrototypeSegmenter
from customer_segments.steps.clustering.segmenter import (
    MiniBatchSegmenter,
    MixtureSegmenter,
    Segmenter,
    WardSegmenter,
    WeightedSegmenter,
)

METHODS: dict[str, type[NumberedSegmenter]] = {
    "kmeans": Segmenter,
    "weighted_kmeans": WeightedSegmenter,
    "mini_batch_kmeans": MiniBatchSegmenter,
    "gaussian_mixture": MixtureSegmenter,
    "ward": WardSegmenter,
    "k_prototypes": PrototypeSegmenter,
    "dbscan": DbscanSegmenter,
    "hdbscan": HdbscanSegmenter,
    "crowds": EveryoneSegmenter,
}
ALL_CUSTOMERS = ("kmeans", "mini_batch_kmeans")  # methods that learn from every customer, however many


def segmenter_for(k: int, params: ClusteringParams, seed: int) -> NumberedSegmenter:
    """The segmenter that `params` ask for, not fitted yet; methods that find k themselves do not heed it."""
    kind = METHODS[params.method]
    own = {"k": k, "seed": seed}
    return kind(**{name: own[name] if name in own else getattr(params, name) for name in kind().get_params()})


def finds_k(params: ClusteringParams) -> bool:
    """Whether the number of segments is an outcome of the method rather than a choice."""
    return issubclass(METHODS[params.method], CrowdSegmenter)


def learnt_from(customers: int, params: ClusteringParams) -> int:
    """How many customers the method learns from; a slow one assigns the others to what it found."""
    if params.method in ALL_CUSTOMERS:
        return customers
    return min(customers, SAMPLE if params.method == "crowds" else LEARNT_FROM)

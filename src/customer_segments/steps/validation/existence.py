"""Are the groups there? The clearest fits against the clearest on data without groups."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from customer_segments.base.params import ClusteringParams, ValidationParams
from customer_segments.steps.clustering.methods import finds_k, segmenter_for
from customer_segments.steps.clustering.numbered import UnusableError
from customer_segments.steps.clustering.quick import QUICK, quick_labelings
from customer_segments.steps.clustering.scores import silhouettes
from customer_segments.steps.validation.references import KINDS, References

FRESH_STARTS = 3  # for each k, on the data and on the references alike
STRICTEST = "smooth"  # the reference that decides: nothing but groups can beat it
SIGNIFICANT = 0.05


@dataclass(frozen=True)
class Existence:
    """How clear a table's groupings are for every number of segments, and those of tables without groups.

    Like is held against like: of ours and of theirs the clearest grouping over all numbers counts.
    """

    k: int  # the number that was chosen
    tried: pd.DataFrame  # k, silhouette
    references: pd.DataFrame  # kind, silhouette (the highest)
    customers: int

    @property
    def best(self) -> pd.Series:
        """Our clearest grouping: k, silhouette."""
        return self.tried.loc[self.tried["silhouette"].idxmax()]

    def drawn(self, kind: str) -> pd.Series:
        """The silhouettes of the references of a kind."""
        return self.references.loc[self.references["kind"] == kind, "silhouette"]

    def p_value(self, kind: str) -> float:
        """How often data without groups look as clear as ours, or clearer."""
        found = self.drawn(kind)
        return float((1 + (found >= self.best["silhouette"]).sum()) / (1 + len(found)))

    def effect(self, kind: str) -> float:
        """How far above the references our silhouette lies, in their standard deviations."""
        found = self.drawn(kind)
        return float((self.best["silhouette"] - found.mean()) / max(found.std(ddof=1), 1e-6))

    @property
    def beats_chance(self) -> bool:
        """Whether even the strictest reference looks less clear."""
        return self.p_value(STRICTEST) <= SIGNIFICANT


def existence(
    inputs: pd.DataFrame, k: int, clustering: ClusteringParams, params: ValidationParams, seed: int,
    kinds: tuple[str, ...] = KINDS,
) -> Existence:  # fmt: skip
    """Compare a sample, for all k that were tried, with references drawn like it."""
    rng = np.random.default_rng(seed)
    rows = np.sort(rng.permutation(len(inputs))[: params.reference_sample])
    sample = inputs.iloc[rows].reset_index(drop=True)
    ks, references, found = tried(k, clustering), References.of(sample), []
    for kind in kinds:
        for _ in range(params.references):
            found.append((kind, clearness(references.draw(kind, rng), ks, clustering, seed)["silhouette"].max()))
    table = pd.DataFrame(found, columns=["kind", "silhouette"])
    return Existence(k, clearness(sample, sorted({*ks, k}), clustering, seed), table, len(sample))


def tried(k: int, clustering: ClusteringParams) -> list[int]:
    """The numbers of segments that were tried before k was taken: the references may try them too."""
    searched = clustering.k is None and not finds_k(clustering)
    return list(range(clustering.k_min, clustering.k_max + 1)) if searched else [k]


def clearness(table: pd.DataFrame, ks: list[int], clustering: ClusteringParams, seed: int) -> pd.DataFrame:
    """How clear the groupings of a table into these numbers of segments are: k, silhouette."""
    points = table.to_numpy()
    starts = min(FRESH_STARTS, clustering.n_init)
    if clustering.method in QUICK:
        labelings = quick_labelings(points, ks, starts, np.random.default_rng(seed))
    else:
        params = clustering.model_copy(update={"n_init": starts})
        labelings = np.column_stack([labels_of(table, k, params, seed) for k in ks])
    return pd.DataFrame({"k": ks, "silhouette": clear(points, labelings).round(6)})


def labels_of(
    table: pd.DataFrame, k: int, clustering: ClusteringParams, seed: int, everyone: pd.DataFrame | None = None
) -> np.ndarray:
    """The segments learnt from a table, of it or of `everyone`; 0 for all where the method finds no groups at all."""
    try:
        fitted = segmenter_for(k, clustering, seed).fit(table)
        return fitted.labels_ if everyone is None else fitted.predict(everyone)
    except UnusableError:
        return np.zeros(len(table if everyone is None else everyone), dtype=int)


def clear(points: np.ndarray, labelings: np.ndarray) -> np.ndarray:
    """Mean silhouette of each labeling; customers who are not assigned (0) count as 0, lying in no group."""
    found = silhouettes(points, labelings)
    return np.where(labelings == 0, 0.0, found).mean(axis=0)

"""Step 2, segment: how many segments, chosen by a stated rule, and which customer belongs to which."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from customer_segments.base.params import BEST, ClusteringParams, Method, ValidationParams
from customer_segments.base.threads import in_one_thread
from customer_segments.steps.clustering.methods import finds_k, segmenter_for
from customer_segments.steps.clustering.numbered import NumberedSegmenter, UnusableError
from customer_segments.steps.clustering.scores import knee, silhouettes_of
from customer_segments.steps.clustering.segmentation import (
    AS_STABLE,
    ID,
    USED,
    customer_value,
    model_inputs,
    try_each_k,
)  # fmt: skip
from customer_segments.steps.validation.groups import Groups, distinct_groups
from customer_segments.steps.validation.proposals import Way

# Who chose, where no rule did: the person, a method that finds the number itself, or the groups that are distinct.
HAND, OUTCOME, GROUPS = "hand", "method", "groups"
FOUND_BY: dict[Way, Method] = {
    "plain": "kmeans",
    "weighted": "weighted_kmeans",
    "bell": "gaussian_mixture",
    "dense": "crowds",
}
MOSTLY = 0.7
FORETOLD = 0.8  # prediction strength: as Tibshirani & Walther (2005) read it
CLOSE = {"silhouette": 0.02, "stability": 0.05}  # a score this near tips with a slightly different sample of customers


@dataclass(frozen=True)
class Choice:
    """The number of segments, the rule that chose it, and what every criterion would have chosen."""

    k: int
    rule: str
    votes: dict[str, int | None]
    apart: bool = False  # some number of segments has a gap between every two: none may cut a group in two


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
    params: ClusteringParams  # of `best`, with the method that it came to
    seed: int
    best: bool = False  # whether the method was chosen by whether it finds distinct groups
    groups: Groups | None = None  # those that the segments were made of

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
            "method": BEST if self.best else self.params.method,
            **({"found_by": self.params.model_dump(include={"method", "smallest_share"})} if self.best else {}),
            "k": self.k,
            "chosen_by": self.choice.rule,
            "votes": self.choice.votes,
            **scores.drop(["setting", "not_assigned", "apart", "uncut"], errors="ignore").dropna().to_dict(),
            "not_assigned": round(float((self.labels == 0).mean()), 6),
            "sizes": {str(segment): int(size) for segment, size in sizes.items()},
        }

    def _silhouettes(self, labels: np.ndarray) -> pd.DataFrame:
        return silhouettes_of(self.inputs.to_numpy(), labels, self.params.silhouette_sample, self.seed).round(6)


@in_one_thread
def segment(
    features: pd.DataFrame, customers: pd.DataFrame, params: ClusteringParams, seed: int,
    validation: ValidationParams | None = None,
) -> Segmented:  # fmt: skip
    """Try every number of segments, choose one by the stated rule, and number the segments by what they are worth."""
    inputs, best, groups = model_inputs(features), params.method == BEST, None
    if best:
        params, groups = best_method(inputs, params, validation or ValidationParams(), seed)
    scores = try_each_k(features, params, seed)
    choice = choose_k(scores, params, groups)
    value = customer_value(features, customers, params)
    segmenter = segmenter_for(choice.k, params, seed).fit(inputs, value)
    segments = pd.DataFrame({ID: features[ID], "segment": segmenter.labels_})
    return Segmented(scores, choice, segmenter, inputs, segments, value, params, seed, best, groups)


def best_method(
    inputs: pd.DataFrame, params: ClusteringParams, validation: ValidationParams, seed: int
) -> tuple[ClusteringParams, Groups | None]:
    """The method that finds the distinct groups, with these; k-means where there are none of a number allowed."""
    groups = distinct_groups(inputs, params, validation, seed)
    allowed = (params.k, params.k) if params.k else (params.k_min, params.k_max)
    if groups is None or not allowed[0] <= groups.count <= allowed[1]:
        return params.model_copy(update={"method": "kmeans"}), None
    found_by = {"method": FOUND_BY[groups.way]} | ({"smallest_share": groups.smallest} if groups.smallest else {})
    return params.model_copy(update=found_by), groups


def choose_k(scores: pd.DataFrame, params: ClusteringParams, groups: Groups | None = None) -> Choice:
    """The number of segments: as the method or the person says, that of distinct groups, or by the rule in `params`."""
    if finds_k(params):
        return Choice(int(scores.loc[USED, "k"]), OUTCOME, {})
    votes = _votes(scores, params)
    apart = bool(_apart(_tried(scores, params)))
    if params.k:
        return Choice(params.k, HAND, votes, apart)
    if groups:
        return Choice(groups.count, GROUPS, votes, apart)
    return Choice(elected(votes, params.choose_by), params.choose_by, votes, apart)


def elected(votes: dict[str, int | None], rule: str) -> int:
    """The k that the rule chooses; the silhouette's where its criterion sees nothing to choose."""
    if rule == "majority":
        ballots = Counter(vote for vote in votes.values() if vote is not None)
        return min(ballots, key=lambda vote: (-ballots[vote], vote))
    return votes[rule] or votes["silhouette"]


def next_best(scores: pd.DataFrame, choice: Choice) -> tuple[str, int, str] | None:
    """A criterion, the number of segments that comes nearest by it, and how the chosen stands: clear, close, behind.

    The criterion is the silhouette, or stability where that chose; then larger numbers count, if any was tried.
    """
    name = "stability" if choice.rule == "stability" and choice.votes["stability"] else "silhouette"
    score = scores.set_index("k")[name].dropna()
    ours, others = score[choice.k], score[score.index > choice.k] if name == "stability" else score.drop(choice.k)
    if others.empty:
        return None
    lead, needed = ours - others.max(), stable_from(score)
    if name == "stability":
        lead = min(ours - needed, needed - others.max())
    standing = "clear" if lead >= CLOSE[name] else "close" if lead > -CLOSE[name] else "behind"
    return name, int(others.idxmax()), standing


def stable_from(stability: pd.Series) -> float:
    """How well the least stable segment must be found again for its number of segments to count as coming back."""
    return float(round(AS_STABLE * stability.max(), 6))


def _votes(scores: pd.DataFrame, params: ClusteringParams) -> dict[str, int | None]:
    """What each criterion would choose within the range; None where it sees nothing to choose."""
    tried = _tried(scores, params)
    return {
        "silhouette": int(tried["silhouette"].idxmax()),
        "elbow": knee(tried.index.to_numpy(), tried["inertia"].to_numpy()),
        "calinski_harabasz": int(tried["calinski_harabasz"].idxmax()),
        "davies_bouldin": int(tried["davies_bouldin"].idxmin()),
        "gap": _first_gap(scores[scores["k"] <= params.k_max]),
        "stability": _most_stable(tried),
        "prediction_strength": _most_foretold(tried["prediction_strength"]),
    }


def _tried(scores: pd.DataFrame, params: ClusteringParams) -> pd.DataFrame:
    """The numbers of segments within the range, by k."""
    return scores[scores["k"].between(params.k_min, params.k_max)].set_index("k")


def _most_stable(tried: pd.DataFrame) -> int | None:
    """The largest number whose segments all come back; where groups lie apart, one that cuts none of them in two."""
    stability = tried["stability"].dropna()
    if stability.empty:
        return None
    stable, apart = stability.index[stability >= stable_from(stability)], _apart(tried)
    return max([*(k for k in stable if tried["uncut"][k]), *apart]) if apart else int(stable.max())


def _most_foretold(strength: pd.Series) -> int | None:
    """The largest number whose segments each half of the customers foretells of the other."""
    return max((int(k) for k in strength.index[strength >= FORETOLD]), default=None)


def _apart(tried: pd.DataFrame) -> list[int]:
    """The numbers of segments with a gap between every two that are not mere chance, as most of each comes back."""
    return tried.index[tried["apart"].astype(bool) & (tried["stability"] >= MOSTLY)].tolist()


def _first_gap(scores: pd.DataFrame) -> int | None:
    """The first k whose gap the next does not beat by more than its error (Tibshirani 2001); none where that is 1."""
    ks, gaps, errors = (scores[name].to_numpy() for name in ("k", "gap", "gap_error"))
    enough = np.flatnonzero(gaps[:-1] >= gaps[1:] - errors[1:])
    k = int(ks[enough[0]] if len(enough) else ks[-1])
    return k if k > 1 else None

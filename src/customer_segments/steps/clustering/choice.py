"""The number of segments, chosen by a stated rule, and what every criterion would choose."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from customer_segments.base.params import ClusteringParams
from customer_segments.steps.clustering.methods import finds_k
from customer_segments.steps.clustering.scores import knee
from customer_segments.steps.clustering.segmentation import USED

HAND, OUTCOME = "hand", "method"  # who chose, where no rule did: the person, or a method that finds the number itself
# A number of segments comes back where the least stable of them is found again at least so well, compared with the
# best number: beyond the true number a group is cut in two at another place in every draw.
AS_STABLE = 0.8
CLOSE = {"silhouette": 0.02, "stability": 0.05}  # a score this near tips with a slightly different sample of customers


@dataclass(frozen=True)
class Choice:
    """The number of segments, the rule that chose it, and what every criterion would have chosen."""

    k: int
    rule: str
    votes: dict[str, int | None]


def choose_k(scores: pd.DataFrame, params: ClusteringParams) -> Choice:
    """The number of segments by the rule in `params`, as set by hand, or as the method found it."""
    if finds_k(params):
        return Choice(int(scores.loc[USED, "k"]), OUTCOME, {})
    votes = _votes(scores, params)
    if params.k:
        return Choice(params.k, HAND, votes)
    return Choice(elected(votes, params.choose_by), params.choose_by, votes)


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
    tried = scores[scores["k"].between(params.k_min, params.k_max)].set_index("k")
    stability = tried["stability"].dropna()
    return {
        "silhouette": int(tried["silhouette"].idxmax()),
        "elbow": knee(tried.index.to_numpy(), tried["inertia"].to_numpy()),
        "calinski_harabasz": int(tried["calinski_harabasz"].idxmax()),
        "davies_bouldin": int(tried["davies_bouldin"].idxmin()),
        "gap": _first_gap(scores[scores["k"] <= params.k_max]),
        "stability": int(stability.index[stability >= stable_from(stability)].max()) if len(stability) else None,
    }


def _first_gap(scores: pd.DataFrame) -> int | None:
    """The first k whose gap the next does not beat by more than its error (Tibshirani 2001); none where that is 1."""
    ks, gaps, errors = (scores[name].to_numpy() for name in ("k", "gap", "gap_error"))
    enough = np.flatnonzero(gaps[:-1] >= gaps[1:] - errors[1:])
    k = int(ks[enough[0]] if len(enough) else ks[-1])
    return k if k > 1 else None

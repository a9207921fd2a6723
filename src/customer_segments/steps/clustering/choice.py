"""The number of segments, chosen by a stated rule; what the other criteria would choose is said."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from customer_segments.base import words
from customer_segments.base.params import ClusteringParams
from customer_segments.steps.clustering import settings
from customer_segments.steps.clustering.methods import finds_k
from customer_segments.steps.clustering.scores import knee

VOTERS = {
    "silhouette": "Silhouette",
    "elbow": "Elbow",
    "calinski_harabasz": "Calinski-Harabasz",
    "davies_bouldin": "Davies-Bouldin",
    "gap": "Gap statistic",
    "stability": "Stability",
}
IN_PROSE = VOTERS | {
    "silhouette": "the silhouette",
    "elbow": "the elbow",
    "gap": "the gap statistic",
    "stability": "stability",
}
REASONS = {
    "silhouette": "the mean silhouette is highest there",
    "elbow": "the inertia curve bends most there",
    "calinski_harabasz": "Calinski-Harabasz is highest there",
    "davies_bouldin": "Davies-Bouldin is lowest there",
    "gap": "one segment more gains no more than it would among customers spread evenly",
    "stability": "that is the largest number whose segments all come back when customers are drawn again",
}
SILENT = {
    "elbow": "the inertia curve has no bend to speak of, so the elbow cannot decide",
    "gap": "the gap statistic finds no number better than no segments at all, so it cannot decide",
    "stability": "there are too few different customers to draw them again, so stability cannot decide",
}
SAYS_NOTHING = {
    "elbow": "the elbow finds no bend",
    "gap": "the gap statistic would not divide the customers at all",
    "stability": "stability cannot tell",
}
OUTCOME = "method"  # who chose, where the method finds the number itself
# A number of segments comes back where the least stable of them is found again at least so well, compared with the
# best number: beyond the true number a group is cut in two at another place in every draw.
AS_STABLE = 0.8


@dataclass(frozen=True)
class Choice:
    """The number of segments, the rule that chose it, and what every criterion would have chosen."""

    k: int
    rule: str
    sentence: str
    votes: dict[str, int | None]

    def row(self, scores: pd.DataFrame) -> pd.Series:
        """The scores of what was chosen."""
        return scores.loc[settings.USED] if self.rule == OUTCOME else scores.set_index("k", drop=False).loc[self.k]


def choose_k(scores: pd.DataFrame, params: ClusteringParams) -> Choice:
    """The number of segments by the rule in `params`, or as set by hand; what the others say is said."""
    if finds_k(params):
        return Choice(int(scores.loc[settings.USED, "k"]), OUTCOME, settings.sentence(scores, params), {})
    votes = _votes(scores, params)
    k, reason = _by_rule(votes, params.choose_by)
    opinions = _opinions(votes, params.k or k, but=params.choose_by)
    if params.k is None:
        return Choice(k, params.choose_by, f"{k} segments, because {reason}; {opinions}.", votes)
    same = "as the rule would have it" if k == params.k else f"where the rule would have taken {k}, because {reason}"
    return Choice(params.k, "hand", f"{params.k} segments, set by hand, {same}; {opinions}.", votes)


def stable_from(stability: pd.Series) -> float:
    """How well the least stable segment must be found again for its number of segments to count as coming back."""
    return float(round(AS_STABLE * stability.max(), 6))


def _votes(scores: pd.DataFrame, params: ClusteringParams) -> dict[str, int | None]:
    """What each criterion would choose within the range; None where it sees nothing to choose."""
    tried = scores[scores["k"].between(params.k_min, params.k_max)].set_index("k")
    return {
        "silhouette": int(tried["silhouette"].idxmax()),
        "elbow": knee(tried.index.to_numpy(), tried["inertia"].to_numpy()),
        "calinski_harabasz": int(tried["calinski_harabasz"].idxmax()),
        "davies_bouldin": int(tried["davies_bouldin"].idxmin()),
        "gap": _first_gap(scores[scores["k"] <= params.k_max]),
        "stability": _last_stable(tried["stability"].dropna()),
    }


def _first_gap(scores: pd.DataFrame) -> int | None:
    """The first k whose gap the next does not beat by more than its error (Tibshirani 2001); none where that is 1."""
    ks, gaps, errors = (scores[name].to_numpy() for name in ("k", "gap", "gap_error"))
    enough = np.flatnonzero(gaps[:-1] >= gaps[1:] - errors[1:])
    k = int(ks[enough[0]] if len(enough) else ks[-1])
    return k if k > 1 else None


def _last_stable(stability: pd.Series) -> int | None:
    """The largest k whose segments come back."""
    return int(stability.index[stability >= stable_from(stability)].max()) if len(stability) else None


def _by_rule(votes: dict[str, int | None], rule: str) -> tuple[int, str]:
    """The k that the rule chooses, and why."""
    if rule == "majority":
        ballots = Counter(vote for vote in votes.values() if vote is not None)
        k = min(ballots, key=lambda vote: (-ballots[vote], vote))
        tie = ", the smallest such number" if list(ballots.values()).count(ballots[k]) > 1 else ""
        return k, f"{ballots[k]} of {ballots.total()} criteria choose it{tie}"
    if votes[rule] is None:
        k, reason = _by_rule(votes, "silhouette")
        return k, f"{reason} ({SILENT[rule]})"
    return votes[rule], REASONS[rule]


def _opinions(votes: dict[str, int | None], k: int, but: str) -> str:
    """Which of the other criteria agree with k, and what the rest would choose."""
    others = {name: vote for name, vote in votes.items() if name != but}
    agreeing = [IN_PROSE[name] for name, vote in others.items() if vote == k]
    parts = [f"{words.listed(agreeing)} {'agrees' if len(agreeing) == 1 else 'agree'}"] if agreeing else []
    for vote in sorted({vote for vote in others.values() if vote not in (k, None)}):
        parts.append(f"{words.listed(IN_PROSE[name] for name in others if others[name] == vote)} would take {vote}")
    parts += [SAYS_NOTHING[name] for name, vote in others.items() if vote is None]
    return words.listed(parts)

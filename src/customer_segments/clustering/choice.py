"""The number of segments, chosen by a stated rule; what the other criteria would choose is said."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from customer_segments import words
from customer_segments.clustering.scores import CRITERIA, knee
from customer_segments.params import ClusteringParams

VOTERS = {
    "silhouette": "Silhouette",
    "elbow": "Elbow",
    "calinski_harabasz": "Calinski-Harabasz",
    "davies_bouldin": "Davies-Bouldin",
}
REASONS = {
    "silhouette": "the mean silhouette is highest there",
    "elbow": "the inertia curve bends most there",
    "calinski_harabasz": "Calinski-Harabasz is highest there",
    "davies_bouldin": "Davies-Bouldin is lowest there",
}
PREFERS = {
    "silhouette": "Customers much nearer to their own segment than to the next",
    "elbow": "The number after which more segments gain little",
    "calinski_harabasz": "Much variance between segments for the variance within them",
    "davies_bouldin": "Segments that are tight for their distance to the one most like them",
}
SCORE_OF = {"elbow": "inertia"}  # every other criterion is called like its column
CLOSE = 0.02  # a mean silhouette this near to the best tips with a slightly different sample of customers


@dataclass(frozen=True)
class Choice:
    """The number of segments, the rule that chose it, and what every criterion would have chosen."""

    k: int
    rule: str
    sentence: str
    votes: dict[str, int | None]


def choose_k(scores: pd.DataFrame, params: ClusteringParams) -> Choice:
    """The number of segments by the rule in `params`, or as set by hand; what the others say is said."""
    tried = scores[scores["k"].between(params.k_min, params.k_max)].set_index("k")
    votes = {
        "silhouette": int(tried["silhouette"].idxmax()),
        "elbow": knee(tried.index.to_numpy(), tried["inertia"].to_numpy()),
        "calinski_harabasz": int(tried["calinski_harabasz"].idxmax()),
        "davies_bouldin": int(tried["davies_bouldin"].idxmin()),
    }
    k, reason = _by_rule(votes, params.choose_by)
    opinions = _opinions(votes, params.k or k, but=params.choose_by)
    if params.k is None:
        return Choice(k, params.choose_by, f"{k} segments, because {reason}; {opinions}.", votes)
    same = "as the rule would have it" if k == params.k else f"where the rule would have taken {k}, because {reason}"
    return Choice(params.k, "hand", f"{params.k} segments, set by hand, {same}; {opinions}.", votes)


def _by_rule(votes: dict[str, int | None], rule: str) -> tuple[int, str]:
    """The k that the rule chooses, and why."""
    if rule == "majority":
        ballots = Counter(vote for vote in votes.values() if vote is not None)
        k = min(ballots, key=lambda vote: (-ballots[vote], vote))
        tie = ", the smallest such number" if list(ballots.values()).count(ballots[k]) > 1 else ""
        return k, f"{ballots[k]} of {ballots.total()} criteria choose it{tie}"
    if votes[rule] is None:
        k, reason = _by_rule(votes, "silhouette")
        return k, f"{reason} (the inertia curve has no bend to speak of, so the elbow cannot decide)"
    return votes[rule], REASONS[rule]


def _opinions(votes: dict[str, int | None], k: int, but: str) -> str:
    """Which of the other criteria agree with k, and what the rest would choose."""
    others = {name: vote for name, vote in votes.items() if name != but}
    names = {name: VOTERS[name] for name in others} | {"elbow": "the elbow", "silhouette": "the silhouette"}
    agreeing = [names[name] for name, vote in others.items() if vote == k]
    parts = [f"{words.listed(agreeing)} {'agrees' if len(agreeing) == 1 else 'agree'}"] if agreeing else []
    parts += [f"{names[name]} finds no bend" for name, vote in others.items() if vote is None]
    for vote in sorted({vote for vote in others.values() if vote not in (k, None)}):
        parts.append(f"{words.listed(names[name] for name in others if others[name] == vote)} would take {vote}")
    return words.listed(parts)


def vote_table(scores: pd.DataFrame, choice: Choice) -> pd.DataFrame:
    """What each criterion prefers and chooses, written for a reader."""
    by_k = scores.set_index("k")
    rows = []
    for name, vote in choice.votes.items():
        score = SCORE_OF.get(name, name)
        at = [words.number(by_k.loc[k, score]) if k else "–" for k in (vote, choice.k)]
        rows.append([VOTERS[name], PREFERS[name], str(vote) if vote else "no bend", *at])
    columns = ["Criterion", "Prefers", "Would choose", "Its value there", f"Its value at {choice.k}"]
    return pd.DataFrame(rows, columns=columns)


def vote_caption(choice: Choice) -> str:
    """How many criteria stand behind the chosen number."""
    votes = [vote for vote in choice.votes.values() if vote is not None]
    behind = sum(vote == choice.k for vote in votes)
    spread = f"they range from {min(votes)} to {max(votes)}" if min(votes) < max(votes) else "they all agree"
    return f"{behind} of {len(choice.votes)} criteria choose {choice.k}; {spread}."


def choice_caption(scores: pd.DataFrame, choice: Choice) -> str:
    """What the curves show: where each criterion is best, and which number was taken."""
    by_k, votes = scores.set_index("k"), choice.votes
    bend = f"The inertia bends most at {votes['elbow']}" if votes["elbow"] else "The inertia falls without a bend"
    tops = [
        f"{title} is {best} at {votes[name]} ({words.number(by_k.loc[votes[name], name])})"
        for name, title, best in (
            ("silhouette", "the mean silhouette", "highest"),
            ("calinski_harabasz", CRITERIA["calinski_harabasz"], "highest"),
            ("davies_bouldin", CRITERIA["davies_bouldin"], "lowest"),
        )
    ]
    how = "set by hand" if choice.rule == "hand" else "chosen"
    marks = f"Rings mark each criterion's best, the dotted line the {choice.k} segments {how}."
    return f"{bend}; {words.listed(tops)}. {marks}"


def choice_alt(scores: pd.DataFrame, choice: Choice) -> str:
    """The curves for those who cannot see them."""
    curves = words.listed(title.lower() if name == "inertia" else title for name, title in CRITERIA.items())
    return (
        f"Four line charts over {scores['k'].min()} to {scores['k'].max()} segments: {curves}, "
        f"each with its best number marked, and a line at the {choice.k} segments taken."
    )


def tipping_point(scores: pd.DataFrame, choice: Choice) -> str:
    """How near the next best number of segments is by the silhouette, and what could tip the choice."""
    silhouette = scores.set_index("k")["silhouette"]
    rival = int(silhouette.drop(choice.k).idxmax())
    lead = silhouette[choice.k] - silhouette[rival]
    ours, theirs = (words.number(silhouette[k]) for k in (choice.k, rival))
    pair = f"{ours} with {choice.k} segments, {theirs} with {rival}"
    if lead >= CLOSE:
        return f"The number is no close call by the silhouette ({pair}), but other features could still change it."
    if lead > -CLOSE:
        return f"The number is a close call by the silhouette ({pair}): other features or customers could tip it."
    return f"By the silhouette alone {rival} would be the better number ({pair})."

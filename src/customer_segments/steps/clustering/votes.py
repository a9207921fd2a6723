"""What the criteria say of each number of segments, written for a reader."""

from __future__ import annotations

import pandas as pd

from customer_segments.base import words
from customer_segments.steps.clustering import settings
from customer_segments.steps.clustering.choice import OUTCOME, VOTERS, Choice, stable_from
from customer_segments.steps.clustering.scores import CRITERIA

PREFERS = {
    "silhouette": "Customers much nearer to their own segment than to the next",
    "elbow": "The number after which more segments gain little",
    "calinski_harabasz": "Much variance between segments for the variance within them",
    "davies_bouldin": "Segments that are tight for their distance to the one most like them",
    "gap": "Segments tighter than those of customers spread evenly, or none",
    "stability": "The most segments that all come back when customers are drawn again",
}
SCORE_OF = {"elbow": "inertia"}  # every other criterion is called like its column
CLOSE = 0.02  # a mean silhouette this near to the best tips with a slightly different sample of customers
CLOSE_STABILITY = 0.05


def vote_table(scores: pd.DataFrame, choice: Choice) -> pd.DataFrame:
    """What each criterion prefers and chooses; where the method finds the number itself, what its settings lead to."""
    if choice.rule == OUTCOME:
        return settings.table(scores)
    by_k = scores.set_index("k")
    rows = []
    for name, vote in choice.votes.items():
        score = SCORE_OF.get(name, name)
        at = [words.number(by_k.loc[k, score]) if k else "–" for k in (vote, choice.k)]
        rows.append([VOTERS[name], PREFERS[name], str(vote) if vote else "none", *at])
    columns = ["Criterion", "Prefers", "Would choose", "Its value there", f"Its value at {choice.k}"]
    return pd.DataFrame(rows, columns=columns)


def vote_caption(choice: Choice) -> str:
    """How many criteria stand behind the chosen number."""
    if choice.rule == OUTCOME:
        return "No criterion chooses the number of segments: it is what the method finds with its setting."
    votes = [vote for vote in choice.votes.values() if vote is not None]
    behind = sum(vote == choice.k for vote in votes)
    spread = f"they range from {min(votes)} to {max(votes)}" if min(votes) < max(votes) else "they all agree"
    choose = "chooses" if behind == 1 else "choose"
    return f"{behind} of {len(choice.votes)} criteria {choose} {choice.k}; {spread}."


def choice_caption(scores: pd.DataFrame, choice: Choice) -> str:
    """What the curves show: where each criterion is best, and which number was taken."""
    if choice.rule == OUTCOME:
        return settings.caption(scores, choice)
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
    gap = f"would stop at {votes['gap']}" if votes["gap"] else "would not divide the customers at all"
    how = "set by hand" if choice.rule == "hand" else "chosen"
    return (
        f"{bend}; {words.listed(tops)}. The gap statistic {gap}. {_stable(scores, choice)}"
        f"Rings mark each criterion's choice, the dotted line the {choice.k} segments {how}."
    )


def choice_alt(scores: pd.DataFrame, choice: Choice) -> str:
    """The curves for those who cannot see them."""
    if choice.rule == OUTCOME:
        return settings.alt(scores)
    curves = words.listed([*(_small(title) for title in CRITERIA.values()), "gap statistic", "stability"])
    ks = scores.loc[scores["silhouette"].notna(), "k"]
    return (
        f"Six line charts over {ks.min()} to {ks.max()} segments: {curves}, "
        f"each with its choice marked, and a line at the {choice.k} segments taken."
    )


def tipping_point(scores: pd.DataFrame, choice: Choice) -> str:
    """How near the next best number of segments is, and what could tip the choice."""
    if choice.rule == OUTCOME:
        return settings.tipping_point(scores, choice)
    return _by_stability(scores, choice) if choice.rule == "stability" else _by_silhouette(scores, choice)


def _by_silhouette(scores: pd.DataFrame, choice: Choice) -> str:
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


def _by_stability(scores: pd.DataFrame, choice: Choice) -> str:
    stability = scores.set_index("k")["stability"].dropna()
    larger = stability[stability.index > choice.k]
    needed, ours = stable_from(stability), stability[choice.k]
    if larger.empty:
        return f"More than {choice.k} segments were not tried; a larger `clustering.k_max` could change the number."
    rival = int(larger.idxmax())
    pair = (
        f"the least stable of {choice.k} is found again with a Jaccard index of {words.number(ours)}, that of {rival} "
        f"with {words.number(larger[rival])}, where {words.number(needed)} would do"
    )
    if min(ours - needed, needed - larger[rival]) < CLOSE_STABILITY:
        return f"The number is a close call by stability ({pair}): other features or customers could tip it."
    return f"The number is no close call by stability ({pair}), but other features could still change it."


def _stable(scores: pd.DataFrame, choice: Choice) -> str:
    """Where the segments stop coming back; nothing where that could not be found out."""
    vote = choice.votes["stability"]
    if vote is None:
        return ""
    stability = scores.set_index("k")["stability"]
    return (
        f"Up to {vote} segments come back when customers are drawn again: even the least stable is found again with a "
        f"Jaccard index of {words.number(stability[vote])}, where {words.number(stable_from(stability))} would do. "
    )


def _small(title: str) -> str:
    return title if "-" in title else title.lower()

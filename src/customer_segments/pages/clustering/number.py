"""How the number of segments was chosen: what each criterion says of it, and how near another number is."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from customer_segments.base import words
from customer_segments.pages.clustering import found_number, segments
from customer_segments.pages.plots import clustering as plots
from customer_segments.steps.clustering.choice import HAND, OUTCOME, elected, next_best, stable_from
from customer_segments.steps.segment import Segmented


class Criterion(NamedTuple):
    """A criterion in a table and in prose; what it prefers, why it chooses a number, what it says where it cannot."""

    title: str
    name: str
    prefers: str
    reason: str
    silent: str = ""
    silence: str = ""  # where it was to decide


CRITERIA = {
    "silhouette": Criterion(
        "Silhouette", "the silhouette", "Customers much nearer to their own segment than to the next",
        "the mean silhouette is highest {}",
    ),
    "elbow": Criterion(
        "Elbow", "the elbow", "The number after which more segments gain little", "the inertia curve bends most {}",
        "the elbow finds no bend", "the inertia curve has no bend to speak of, so the elbow cannot decide",
    ),
    "calinski_harabasz": Criterion(
        "Calinski-Harabasz", "Calinski-Harabasz", "Much variance between segments for the variance within them",
        "Calinski-Harabasz is highest {}",
    ),
    "davies_bouldin": Criterion(
        "Davies-Bouldin", "Davies-Bouldin", "Segments that are tight for their distance to the one most like them",
        "Davies-Bouldin is lowest {}",
    ),
    "gap": Criterion(
        "Gap statistic", "the gap statistic", "Segments tighter than those of customers spread evenly, or none",
        "one segment more gains no more than it would among customers spread evenly",
        "the gap statistic would not divide the customers at all",
        "the gap statistic finds no number better than no segments at all, so it cannot decide",
    ),
    "stability": Criterion(
        "Stability", "stability", "The most segments that all come back when customers are drawn again",
        "that is the largest number whose segments all come back when customers are drawn again",
        "stability cannot tell", "there are too few different customers to draw them again, so stability cannot decide",
    ),
}  # fmt: skip
BEST = ("silhouette", "calinski_harabasz", "davies_bouldin")  # these always choose the number where they are best


def choice(found: Segmented) -> tuple[Figure, str, str]:
    """The criteria over the numbers of segments: where each is best, and which number was taken."""
    figure, sampled = plots.choice_of_k(found.scores, found.choice), segments.sampled(found)
    if found.choice.rule == OUTCOME:
        caption, alt = found_number.curves(found)
        return figure, caption + sampled, alt
    by_k, votes = found.scores.set_index("k"), found.choice.votes
    bend = f"The inertia bends most at {votes['elbow']}" if votes["elbow"] else "The inertia falls without a bend"
    places = {name: f"at {votes[name]} ({words.number(by_k.loc[votes[name], name])})" for name in BEST}
    tops = words.listed(CRITERIA[name].reason.format(place) for name, place in places.items())
    gap = f"would stop at {votes['gap']}" if votes["gap"] else "would not divide the customers at all"
    stable, how = "", "set by hand" if found.choice.rule == HAND else "chosen"
    if votes["stability"]:
        least, enough = by_k.loc[votes["stability"], "stability"], stable_from(by_k["stability"])
        stable = (
            f"Up to {votes['stability']} segments come back when customers are drawn again: even the least stable is "
            f"found again with a Jaccard index of {words.number(least)}, where {words.number(enough)} would do. "
        )
    caption = (
        f"{bend}; {tops}. The gap statistic {gap}. {stable}"
        f"Rings mark each criterion's choice, the dotted line the {found.k} segments {how}."
    )
    ks = by_k.index[by_k["silhouette"].notna()]
    alt = (
        f"Six line charts over {ks.min()} to {ks.max()} segments: inertia, mean silhouette, Calinski-Harabasz, "
        "Davies-Bouldin, gap statistic and stability, each with its choice marked, and a line at the "
        f"{found.k} segments taken."
    )
    return figure, caption + sampled, alt


def votes(found: Segmented) -> tuple[pd.DataFrame, str]:
    """What each criterion prefers and chooses, and how many stand behind the chosen number."""
    if found.choice.rule == OUTCOME:
        return found_number.settings(found)
    by_k, cast = found.scores.set_index("k").assign(elbow=lambda scores: scores["inertia"]), found.choice.votes
    rows = []
    for name, vote in cast.items():
        at = [words.number(by_k.loc[k, name]) if k else "–" for k in (vote, found.k)]
        rows.append([CRITERIA[name].title, CRITERIA[name].prefers, str(vote or "none"), *at])
    columns = ["Criterion", "Prefers", "Would choose", "Its value there", f"Its value at {found.k}"]
    ks = [vote for vote in cast.values() if vote]
    behind = ks.count(found.k)
    spread = f"they range from {min(ks)} to {max(ks)}" if min(ks) < max(ks) else "they all agree"
    choose = "chooses" if behind == 1 else "choose"
    return pd.DataFrame(rows, columns=columns), f"{behind} of {len(cast)} criteria {choose} {found.k}; {spread}."


def sentence(found: Segmented) -> str:
    """The number, why it was taken, and what the other criteria say of it."""
    if found.choice.rule == OUTCOME:
        return found_number.sentence(found)
    rule, votes = found.params.choose_by, found.choice.votes
    why, k = f"because {_reason(votes, rule)}", elected(votes, rule)
    if found.choice.rule == HAND:
        same = "as the rule would have it" if k == found.k else f"where the rule would have taken {k}, {why}"
        why = f"set by hand, {same}"
    return f"{found.k} segments, {why}; {_opinions(votes, found.k, but=rule)}."


def tipping_point(found: Segmented) -> str:
    """How near the next best number of segments is, and what could tip the choice."""
    if found.choice.rule == OUTCOME:
        return found_number.tipping_point(found)
    rival, k = next_best(found.scores, found.choice), found.k
    if rival is None:
        return f"More than {k} segments were not tried; a larger `clustering.k_max` could change the number."
    ours, theirs = words.number(rival.ours), words.number(rival.theirs)
    pair = f"{ours} with {k} segments, {theirs} with {rival.k}"
    if rival.criterion == "stability":
        needed = words.number(stable_from(found.scores["stability"]))
        pair = (
            f"the least stable of {k} is found again with a Jaccard index of {ours}, that of {rival.k} "
            f"with {theirs}, where {needed} would do"
        )
    by = f"by {CRITERIA[rival.criterion].name} ({pair})"
    return {
        "clear": f"The number is no close call {by}, but other features could still change it.",
        "close": f"The number is a close call {by}: other features or customers could tip it.",
        "behind": f"By the silhouette alone {rival.k} would be the better number ({pair}).",
    }[rival.standing]


def learned(found: Segmented, currency: str) -> list[str]:
    """What the chapter has shown, and what would change it."""
    sizes = segments.sizes(found, currency)[1]
    return [f"**{sentence(found)}**", segments.separation(found), sizes, tipping_point(found)]


def _reason(votes: dict[str, int | None], rule: str) -> str:
    """Why the rule chooses its number."""
    if rule == "majority":
        ballots = Counter(vote for vote in votes.values() if vote)
        most = max(ballots.values())
        tie = ", the smallest such number" if list(ballots.values()).count(most) > 1 else ""
        return f"{most} of {ballots.total()} criteria choose it{tie}"
    reason = CRITERIA[rule if votes[rule] else "silhouette"].reason.format("there")
    return reason if votes[rule] else f"{reason} ({CRITERIA[rule].silence})"


def _opinions(votes: dict[str, int | None], k: int, but: str) -> str:
    """Which of the other criteria agree with k, and what the rest would choose."""
    others = {name: vote for name, vote in votes.items() if name != but}
    groups = {vote: [CRITERIA[name].name for name in others if others[name] == vote] for vote in others.values()}
    agreeing, silent = groups.pop(k, []), [CRITERIA[name].silent for name, vote in others.items() if not vote]
    groups.pop(None, None)
    parts = [f"{words.listed(agreeing)} {'agrees' if len(agreeing) == 1 else 'agree'}"] if agreeing else []
    parts += [f"{words.listed(groups[vote])} would take {vote}" for vote in sorted(groups)]
    return words.listed([*parts, *silent])

"""How the number of segments was chosen: what each criterion, or each setting, says of it, and how near another is."""

from collections import Counter
from typing import NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from customer_segments.base import words
from customer_segments.pages.clustering import segments
from customer_segments.pages.plots import clustering as plots
from customer_segments.steps.clustering.segmentation import USED
from customer_segments.steps.segment import FORETOLD, GROUPS, HAND, OUTCOME, Segmented, elected, next_best, stable_from


class Criterion(NamedTuple):
    """A criterion in a table and in prose; what it prefers and finds, why it chooses, what it says where it cannot."""

    title: str
    name: str
    prefers: str
    finding: str
    reason: str
    silent: str = ""
    undecided: str = ""


CRITERIA = {
    "silhouette": Criterion(
        "Silhouette", "the silhouette", "Customers much nearer to their own segment than to the next",
        "Customers fit best in {k} segments (mean silhouette {value})", "the mean silhouette is highest {}",
    ),
    "elbow": Criterion(
        "Elbow", "the elbow", "The number after which more segments gain little",
        "The inertia bends most at {k} segments", "the inertia curve bends most {}",
        "the elbow finds no bend", "the inertia curve has no bend to speak of, so the elbow cannot decide",
    ),
    "calinski_harabasz": Criterion(
        "Calinski-Harabasz", "Calinski-Harabasz", "Much variance between segments for the variance within them",
        "Calinski-Harabasz is highest at {k} segments ({value})", "Calinski-Harabasz is highest {}",
    ),
    "davies_bouldin": Criterion(
        "Davies-Bouldin", "Davies-Bouldin", "Segments that are tight for their distance to the one most like them",
        "Davies-Bouldin is lowest at {k} segments ({value})", "Davies-Bouldin is lowest {}",
    ),
    "gap": Criterion(
        "Gap statistic", "the gap statistic", "Segments tighter than those of customers spread evenly, or none",
        "The gap statistic stops at {k} segments",
        "one segment more gains no more than it would among customers spread evenly",
        "the gap statistic would not divide the customers at all",
        "the gap statistic finds no number better than no segments at all, so it cannot decide",
    ),
    "stability": Criterion(
        "Stability", "stability", "The most segments that are found again about as well as those of any number",
        "Up to {k} segments are found again about as well as any number (Jaccard {value})",
        "that is the largest number whose segments are found again about as well as those of any other",
        "stability cannot tell", "there are too few different customers to draw them again, so stability cannot decide",
    ),
    "prediction_strength": Criterion(
        "Prediction strength", "prediction strength",
        "The most segments that either half of the customers foretells of the other",
        "Either half of the customers foretells up to {k} segments of the other ({value} of 1)",
        "that is the largest number of segments that either half of the customers foretells of the other",
        "prediction strength would not divide the customers at all",
        "one half of the customers foretells no segments of the other, so prediction strength cannot decide",
    ),
}  # fmt: skip
SOURCE = " From `reports/metrics/k_scores.csv`."
# In every draw another segment may be the one.
LEAST = "on average, the segment that comes back least in a draw has"


def curves(found: Segmented) -> tuple[Figure, str, str, str]:
    """The criteria over the numbers of segments, or what the method finds over its settings."""
    caption, alt, title = curves_in_words(found)
    return plots.choice_of_k(found.scores, found.choice), caption + SOURCE, alt, title


def curves_in_words(found: Segmented) -> tuple[str, str, str]:
    """What the curves show: under them, in their place, and above them."""
    told = _over_settings if found.choice.rule == OUTCOME else _over_numbers
    caption, alt = told(found)
    return caption + segments.sampled(found), alt, _chosen(found)


def _chosen(found: Segmented) -> str:
    """The number of segments and what chose it."""
    rule, cast, k = found.params.choose_by, found.choice.votes, found.k
    if found.choice.rule == OUTCOME:
        ks = found.scores["k"]
        return f"{(ks == k).sum()} of {words.counted(len(ks), 'setting')} lead to {words.counted(k, 'segment')}"
    if found.choice.rule == GROUPS:
        return f"{k} segments, as many as there are distinct groups"
    if found.choice.rule == HAND:
        taken = elected(cast, rule)
        return f"{k} segments, set by hand; the rule {'agrees' if taken == k else f'would take {taken}'}"
    if rule == "majority":
        ballots = [vote for vote in cast.values() if vote]
        return f"{ballots.count(k)} of {len(ballots)} criteria choose {k} segments"
    if rule == "stability" and found.choice.apart:
        return f"{k} is the largest number of segments that cuts no possible group in two"
    rule = rule if cast[rule] else "silhouette"
    column = "inertia" if rule == "elbow" else rule
    value = words.number(found.scores.set_index("k").loc[k, column])
    return CRITERIA[rule].finding.format(k=k, value=value)


def votes(found: Segmented) -> tuple[pd.DataFrame, str]:
    """What each criterion prefers and chooses, and how many stand behind the chosen number; or all settings."""
    if found.choice.rule == OUTCOME:
        return _settings(found.scores), (
            "No criterion chooses the number of segments: it is what the method finds with its setting."
        )
    scores, cast = found.scores.assign(elbow=found.scores["inertia"]).set_index("k"), found.choice.votes
    rows = []
    for name, vote in cast.items():
        at = [words.number(scores.loc[k, name]) if k else "–" for k in (vote, found.k)]
        rows.append([CRITERIA[name].title, CRITERIA[name].prefers, str(vote or "none"), *at])
    columns = ["Criterion", "Prefers", "Would choose", "Its value there", f"Its value at {found.k}"]
    ks = [vote for vote in cast.values() if vote]
    choose = "chooses" if ks.count(found.k) == 1 else "choose"
    spread = f"they range from {min(ks)} to {max(ks)}" if min(ks) < max(ks) else "they all agree"
    caption = f"{ks.count(found.k)} of {len(cast)} criteria {choose} {found.k}; {spread}."
    return pd.DataFrame(rows, columns=columns), caption


def learned(found: Segmented, currency: str) -> list[str]:
    """What the chapter has shown, and what would change it."""
    sizes = segments.told_sizes(found.overview, words.escaped(currency), segments.worth(found))
    return [f"**{sentence(found)}**", segments.separation(found), sizes, tipping_point(found)]


def sentence(found: Segmented) -> str:
    """The number, why it was taken, and what the other criteria say of it; whether the segments are distinct groups."""
    return f"{_number(found)} {_best(found)}".rstrip()


def _best(found: Segmented) -> str:
    """Which method found distinct groups, where one that does was asked for."""
    if not found.best:
        return ""
    if found.groups is None:
        return "No distinct groups of an allowed number were found, so k-means makes the segments."
    return f"{segments.TITLES[found.params.method]} found {found.groups.count} distinct groups, and makes the segments."


def _number(found: Segmented) -> str:
    """The number, why it was taken, and what the other criteria say of it; or how much it hangs on the setting."""
    rule, cast = found.params.choose_by, found.choice.votes
    if found.choice.rule == OUTCOME:
        ks, used, name = found.scores["k"], found.scores.loc[USED], segments.TITLES[found.params.method]
        spread = f"between {ks.min()} and {ks.max()}" if ks.min() < ks.max() else f"{ks.min()} every time"
        return (
            f"{words.counted(found.k, 'segment')}: {name} finds the number itself and leaves "
            f"{words.percent(used['not_assigned'])} of the customers unassigned; with its {found.segmenter.setting} "
            f"from half to twice {words.number(used['setting'])} it finds {spread}."
        )
    uncut = ""
    if found.choice.apart and rule == "stability":
        uncut = ", without cutting in two what may be a group of its own (chapter 4)"
    why, k = f"because {_reason(cast, rule)}{uncut}", elected(cast, rule)
    if found.choice.rule == GROUPS:
        same = "as by the rule" if k == found.k else f"where the rule would have taken {k}"
        why = f"as many as there are distinct groups, {same}, {why}"
    if found.choice.rule == HAND:
        same = "as the rule would have it" if k == found.k else f"where the rule would have taken {k}, {why}"
        why = f"set by hand, {same}"
    others = {name: vote for name, vote in cast.items() if name != rule}
    return f"{found.k} segments, {why}; {_opinions(others, found.k)}."


def tipping_point(found: Segmented) -> str:
    """How near the next best number of segments is, and what could tip the choice."""
    k, scores = found.k, found.scores
    if found.choice.rule == OUTCOME:
        smaller, larger = scores["k"].iloc[[USED - 1, USED + 1]]
        if smaller == larger == k:
            same = "Slightly smaller and larger settings lead to as many segments"
            return f"{same}; other features could still change it."
        smaller, larger = words.counted(smaller, "segment"), words.counted(larger, "segment")
        beside = f"A slightly smaller setting leads to {smaller}, a slightly larger one to {larger}"
        return f"{beside}: the number hangs on the setting."
    if found.choice.rule == GROUPS:
        return "The number is that of the groups, whatever the criteria say; other features could still change it."
    near = next_best(scores, found.choice)
    if near is None:
        return f"More than {k} segments were not tried; a larger `clustering.k_max` could change the number."
    name, rival, standing = near
    ours, theirs = scores.set_index("k")[name][[k, rival]].map(words.number)
    pair = f"{ours} with {k} segments, {theirs} with {rival}"
    if name == "stability":
        again = f"{LEAST} a Jaccard index of {ours}; with {rival} segments it is {theirs}"
        pair = f"{again}, where {words.number(stable_from(scores['stability']))} would do"
    by = f"by {CRITERIA[name].name} ({pair})"
    return {
        "clear": f"The number is no close call {by}, but other features could still change it.",
        "close": f"The number is a close call {by}: other features or customers could tip it.",
        "behind": f"By the silhouette alone {rival} would be the better number ({pair}).",
    }[standing]


def _over_numbers(found: Segmented) -> tuple[str, str]:
    """What stability and prediction strength rest on and which number was taken, and the curves in words."""
    scores, cast, k = found.scores.set_index("k"), found.choice.votes, found.k
    stable = ""
    if cast["stability"]:
        least, enough = scores.loc[cast["stability"], "stability"], stable_from(scores["stability"])
        stable = (
            f"Stability: with {cast['stability']} segments, {LEAST} a Jaccard index of {words.number(least)}, where "
            f"{words.number(enough)} would do (chapter 4 tells of each segment, in draws of its own). "
        )
    foretold = "Prediction strength: one half of the customers foretells no number of segments of the other. "
    if cast["prediction_strength"]:
        strength = words.percent(scores.loc[cast["prediction_strength"], "prediction_strength"])
        foretold = (
            f"Prediction strength: with {cast['prediction_strength']}, the segment torn most by the other half keeps "
            f"{strength} of its pairs together on average, and {words.percent(FORETOLD)} is enough. "
        )
    taken = f"the {k} segments {'set by hand' if found.choice.rule == HAND else 'chosen'}"
    marks = f"Rings mark each criterion's choice, the dotted line {taken}."
    tried = scores.index[scores["silhouette"].notna()]
    return f"Seven criteria by number of segments. {marks} {stable}{foretold}".rstrip(), (
        f"Seven line charts over {tried.min()} to {tried.max()} segments: inertia, mean silhouette, Calinski-Harabasz, "
        f"Davies-Bouldin, gap statistic, stability and prediction strength, each with its choice marked, and a line at "
        f"the {k} segments taken."
    )


def _over_settings(found: Segmented) -> tuple[str, str]:
    """How many settings lead to as many segments and whom they leave out, and the curves in words."""
    left = found.scores["not_assigned"]
    first, last = (words.number(found.scores["setting"].iloc[end]) for end in (0, -1))
    return (
        f"Segments found and customers in none by setting: between {words.percent(left.min())} and "
        f"{words.percent(left.max())} of the customers belong to none. The dotted line marks the setting that is used."
    ), (
        f"Two line charts over settings from {first} to {last}: segments found, and the share of customers who are "
        "not assigned, with a line at the setting that is used."
    )


def _settings(scores: pd.DataFrame) -> pd.DataFrame:
    """The settings and what they lead to."""
    return pd.DataFrame(
        {
            "Setting": scores["setting"].map(words.number),
            "Segments": scores["k"].map(str),
            "Mean silhouette": scores["silhouette"].map(words.number),
            "Not assigned": scores["not_assigned"].map(words.percent),
            "Used": ["yes" if place == USED else "" for place in range(len(scores))],
        }
    )


def _reason(cast: dict[str, int | None], rule: str) -> str:
    """Why the rule chooses its number."""
    if rule == "majority":
        ballots = Counter(vote for vote in cast.values() if vote)
        most = max(ballots.values())
        tie = ", the smallest such number" if list(ballots.values()).count(most) > 1 else ""
        return f"{most} of {ballots.total()} criteria choose it{tie}"
    if cast[rule] is None:
        return f"{_reason(cast, 'silhouette')} ({CRITERIA[rule].undecided})"
    return CRITERIA[rule].reason.format("there")


def _opinions(others: dict[str, int | None], k: int) -> str:
    """Which of the other criteria agree with k, and what the rest would choose."""
    groups = {vote: [CRITERIA[name].name for name in others if others[name] == vote] for vote in others.values()}
    agreeing = groups.pop(k, [])
    parts = [f"{words.listed(agreeing)} {'agrees' if len(agreeing) == 1 else 'agree'}"] if agreeing else []
    parts += [f"{words.listed(groups[vote])} would take {vote}" for vote in sorted(filter(None, groups))]
    return words.listed([*parts, *(CRITERIA[name].silent for name, vote in others.items() if not vote)])

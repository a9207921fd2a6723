"""Where the method finds the number of segments itself: what its settings lead to."""

from __future__ import annotations

import pandas as pd

from customer_segments.base import words
from customer_segments.pages.clustering.segments import TITLES
from customer_segments.steps.clustering.found_number import SETTING, USED
from customer_segments.steps.segment import Segmented


def curves(found: Segmented) -> tuple[str, str]:
    """How many settings lead to as many segments, and whom they leave out."""
    tried, left = found.scores, found.scores["not_assigned"]
    same = int((tried["k"] == found.k).sum())
    caption = (
        f"{same} of the {len(tried)} settings lead to {words.counted(found.k, 'segment')}; between "
        f"{words.percent(left.min())} and {words.percent(left.max())} "
        "of the customers belong to none. The dotted line marks the setting that is used."
    )
    first, last = (words.number(tried["setting"].iloc[end]) for end in (0, -1))
    return caption, (
        f"Two line charts over settings from {first} to {last}: segments found, and the share of customers who are "
        "not assigned, with a line at the setting that is used."
    )


def settings(found: Segmented) -> tuple[pd.DataFrame, str]:
    """The settings and what they lead to."""
    tried = found.scores
    table = pd.DataFrame({"Setting": tried["setting"].map(words.number), "Segments": tried["k"].map(str)})
    table["Mean silhouette"] = tried["silhouette"].map(words.number)
    table["Not assigned"] = tried["not_assigned"].map(words.percent)
    table["Used"] = ["yes" if place == USED else "" for place in range(len(tried))]
    return table, "No criterion chooses the number of segments: it is what the method finds with its setting."


def sentence(found: Segmented) -> str:
    """How many segments were found, and how much that hangs on the setting."""
    ks, used, method = found.scores["k"], found.scores.loc[USED], found.params.method
    spread = f"between {ks.min()} and {ks.max()}" if ks.min() < ks.max() else f"{ks.min()} every time"
    return (
        f"{words.counted(found.k, 'segment')}: {TITLES[method]} finds the number itself and leaves "
        f"{words.percent(used['not_assigned'])} of the customers unassigned; with its "
        f"{SETTING[method]} from half to twice {words.number(used['setting'])} it finds {spread}."
    )


def tipping_point(found: Segmented) -> str:
    """Whether a slightly different setting leads to as many segments."""
    smaller, larger = found.scores["k"].iloc[[USED - 1, USED + 1]]
    if smaller == larger == found.k:
        return "Slightly smaller and larger settings lead to as many segments; other features could still change it."
    return (
        f"A slightly smaller setting leads to {words.counted(smaller, 'segment')}, a slightly larger one to "
        f"{words.counted(larger, 'segment')}: the number hangs on the setting."
    )

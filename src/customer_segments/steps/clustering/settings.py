"""Methods that find the number of segments themselves: what other settings of theirs would find."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from customer_segments.base import words
from customer_segments.base.params import ClusteringParams
from customer_segments.steps.clustering.density import CrowdSegmenter
from customer_segments.steps.clustering.methods import TITLES, segmenter_for
from customer_segments.steps.clustering.numbered import UnusableError
from customer_segments.steps.clustering.scores import sample_by_segment, score_table, silhouettes

if TYPE_CHECKING:
    from customer_segments.steps.clustering.choice import Choice

FACTORS = (0.5, 0.7, 0.85, 1.0, 1.2, 1.5, 2.0)  # of the setting that is used
SETTING = {"dbscan": "eps", "hdbscan": "min_cluster_size"}
USED = FACTORS.index(1.0)


def try_each_setting(inputs: pd.DataFrame, params: ClusteringParams, seed: int) -> pd.DataFrame:
    """How many segments the method finds, how far apart, and whom it leaves out, for the used setting and others."""
    name = SETTING[params.method]
    used = segmenter_for(params.k_min, params, seed).fit(inputs)
    rows = []
    for factor in FACTORS:
        setting = _near(getattr(used, f"{name}_"), factor)
        other = segmenter_for(params.k_min, params.model_copy(update={name: setting}), seed)
        rows.append({"setting": setting} | _found(other, inputs, params, seed))
    return pd.DataFrame(rows)


def sentence(scores: pd.DataFrame, params: ClusteringParams) -> str:
    """How many segments were found, and how much that hangs on the setting."""
    found, used = scores["k"], scores.loc[USED]
    spread = f"between {found.min()} and {found.max()}" if found.min() < found.max() else f"{found.min()} every time"
    return (
        f"{words.counted(int(used['k']), 'segment')}: {TITLES[params.method]} finds the number itself and leaves "
        f"{words.percent(used['not_assigned'])} of the customers unassigned; with its "
        f"{SETTING[params.method]} from half to twice {words.number(used['setting'])} it finds {spread}."
    )


def table(scores: pd.DataFrame) -> pd.DataFrame:
    """The settings and what they lead to, written for a reader."""
    written = pd.DataFrame({"Setting": scores["setting"].map(words.number), "Segments": scores["k"].map(str)})
    written["Mean silhouette"] = scores["silhouette"].map(words.number)
    written["Not assigned"] = scores["not_assigned"].map(words.percent)
    written["Used"] = ["yes" if place == USED else "" for place in range(len(scores))]
    return written


def caption(scores: pd.DataFrame, choice: Choice) -> str:
    """What the curves over the settings show."""
    same = int((scores["k"] == choice.k).sum())
    return (
        f"{same} of the {len(scores)} settings lead to {words.counted(choice.k, 'segment')}; between "
        f"{words.percent(scores['not_assigned'].min())} and {words.percent(scores['not_assigned'].max())} "
        "of the customers belong to none. The dotted line marks the setting that is used."
    )


def alt(scores: pd.DataFrame) -> str:
    """The curves for those who cannot see them."""
    first, last = (words.number(scores["setting"].iloc[end]) for end in (0, -1))
    return (
        f"Two line charts over settings from {first} to {last}: segments found, and the share of customers who are "
        "not assigned, with a line at the setting that is used."
    )


def tipping_point(scores: pd.DataFrame, choice: Choice) -> str:
    """Whether a slightly different setting leads to as many segments."""
    beside = scores["k"].iloc[[USED - 1, USED + 1]].tolist()
    if beside == [choice.k] * 2:
        return "Slightly smaller and larger settings lead to as many segments; other features could still change it."
    return (
        f"A slightly smaller setting leads to {words.counted(beside[0], 'segment')}, a slightly larger one to "
        f"{words.counted(beside[1], 'segment')}: the number hangs on the setting."
    )


def _near(setting: float, factor: float) -> float:
    return max(2, round(setting * factor)) if isinstance(setting, int) else float(np.round(setting * factor, 9))


def _found(segmenter: CrowdSegmenter, inputs: pd.DataFrame, params: ClusteringParams, seed: int) -> dict[str, float]:
    """What one setting leads to; fewer than two segments have no scores."""
    try:
        labels = segmenter.fit(inputs).labels_
    except UnusableError:
        return {"k": segmenter.found_, "silhouette": np.nan, "not_assigned": round(1 - segmenter.crowded_, 6)}
    points, members = inputs.to_numpy()[labels > 0], labels[labels > 0]
    k = int(members.max())
    scores = score_table(points, {k: members}, {k: segmenter.inertia_}).iloc[0].drop("k").to_dict()
    rows = sample_by_segment(members[:, None], params.silhouette_sample, np.random.default_rng(seed))
    silhouette = float(silhouettes(points[rows], members[rows, None]).mean().round(6))
    return {"k": k, "silhouette": silhouette} | scores | {"not_assigned": round(float((labels == 0).mean()), 6)}

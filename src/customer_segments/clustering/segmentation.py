"""Segments: every number of them tried, every customer assigned, the outcome in sentences."""

from __future__ import annotations

import numpy as np
import pandas as pd

from customer_segments import words
from customer_segments.clustering.choice import Choice
from customer_segments.clustering.scores import STRENGTHS, sample_by_segment, score_table, silhouettes, strength
from customer_segments.clustering.segmenter import Segmenter, refuse_too_few, refuse_unusable
from customer_segments.params import ClusteringParams

ID = "customer_id"
VALUE = "net_revenue"


def model_inputs(features: pd.DataFrame) -> pd.DataFrame:
    """The columns that make the segments, checked: numbers without gaps."""
    inputs = features.drop(columns=ID, errors="ignore")
    refuse_unusable(inputs)
    return inputs.astype("float64")


def customer_value(features: pd.DataFrame, customers: pd.DataFrame, params: ClusteringParams) -> pd.Series | None:
    """What each customer is worth, in the features' order; None where segments are ordered by size."""
    if params.order_by == "size" or VALUE not in customers or customers[VALUE].isna().all():
        return None
    return customers.set_index(ID)[VALUE].reindex(features[ID]).astype("float64")


def segmenter_for(k: int, params: ClusteringParams, seed: int) -> Segmenter:
    """The segmenter that `params` ask for, not fitted yet."""
    return Segmenter(k, n_init=params.n_init, seed=seed)


def try_each_k(features: pd.DataFrame, params: ClusteringParams, seed: int) -> pd.DataFrame:
    """All criteria for every k of the range (and for a k set by hand), one row per k."""
    inputs = model_inputs(features)
    ks = sorted({*range(params.k_min, params.k_max + 1)} | ({params.k} if params.k else set()))
    refuse_too_few(inputs.to_numpy(), ks[-1])
    tried = {k: segmenter_for(k, params, seed).fit(inputs) for k in ks}
    labelings = np.column_stack([tried[k].labels_ for k in ks])
    rows = sample_by_segment(labelings, params.silhouette_sample, np.random.default_rng(seed))
    points = inputs.to_numpy()
    scores = score_table(points, {k: tried[k].labels_ for k in ks}, {k: tried[k].inertia_ for k in ks})
    scores.insert(2, "silhouette", silhouettes(points[rows], labelings[rows]).mean(axis=0).round(6))
    return scores


def segment_table(features: pd.DataFrame, segmenter: Segmenter) -> pd.DataFrame:
    """Every customer's segment."""
    return pd.DataFrame({ID: features[ID], "segment": segmenter.predict(model_inputs(features))})


def fit_table(features: pd.DataFrame, segments: pd.DataFrame, params: ClusteringParams, seed: int) -> pd.DataFrame:
    """How well each customer fits: segment and silhouette, best fit first within a segment; a sample of many."""
    labels = segments["segment"].to_numpy()[:, None]
    rows = sample_by_segment(labels, params.silhouette_sample, np.random.default_rng(seed))
    found = silhouettes(model_inputs(features).to_numpy()[rows], labels[rows])[:, 0].round(6)
    fit = pd.DataFrame({"segment": labels[rows, 0], "silhouette": found})
    return fit.sort_values(["segment", "silhouette"], ascending=[True, False], kind="stable", ignore_index=True)


def overview(segments: pd.DataFrame, fit: pd.DataFrame, value: pd.Series | None) -> pd.DataFrame:
    """One row per segment: customers, their share, mean silhouette, share closer to another segment, mean value."""
    sizes = segments.groupby("segment").size().rename("customers")
    by_segment = fit.groupby("segment")["silhouette"]
    table = pd.DataFrame(
        {
            "customers": sizes,
            "share": sizes / sizes.sum(),
            "silhouette": by_segment.mean(),
            "misplaced": by_segment.agg(lambda found: (found < 0).mean()),
        }
    )
    if value is not None:
        table["value"] = value.groupby(segments["segment"].to_numpy()).mean()
    return table.round(6).reset_index(names="segment")


def metrics(scores: pd.DataFrame, choice: Choice, segments: pd.DataFrame) -> dict[str, object]:
    """The outcome in numbers, small enough to compare between runs."""
    chosen = scores.set_index("k").loc[choice.k]
    sizes = segments["segment"].value_counts().sort_index()
    return {
        "k": choice.k,
        "chosen_by": choice.rule,
        **{name: float(chosen[name]) for name in ("silhouette", "calinski_harabasz", "davies_bouldin", "inertia")},
        "sizes": {str(segment): int(size) for segment, size in sizes.items()},
    }


def sampled(customers: int, params: ClusteringParams) -> str:
    """A sentence on the sample behind the silhouettes; nothing where all customers were used."""
    if customers <= params.silhouette_sample:
        return ""
    return (
        f" Silhouettes are estimated from {params.silhouette_sample:,} of the {customers:,} customers, "
        "drawn with the same share of every segment."
    )


def silhouette_caption(fit: pd.DataFrame, table: pd.DataFrame) -> str:
    """How well customers fit, and which segment holds together best and least."""
    mean = fit["silhouette"].mean()
    best, least = (table.loc[place] for place in (table["silhouette"].idxmax(), table["silhouette"].idxmin()))
    return (
        f"The mean silhouette, {words.number(mean)}, is {strength(mean)}. "
        f"Segment {best['segment']:.0f} holds together best ({words.number(best['silhouette'])}), "
        f"segment {least['segment']:.0f} least ({words.number(least['silhouette'])}); "
        f"{words.percent((fit['silhouette'] < 0).mean())} of customers lie closer to another segment "
        "than to their own (left of zero)."
    )


def silhouette_alt(table: pd.DataFrame) -> str:
    """The silhouette plot for those who cannot see it."""
    parts = (f"segment {row.segment} {words.number(row.silhouette)}" for row in table.itertuples())
    return f"Silhouettes of all customers, sorted within their segment; the means are {words.listed(parts)}."


def size_caption(table: pd.DataFrame, currency: str) -> str:
    """The largest and smallest segment, and what the numbering follows."""
    large, small = (table.loc[place] for place in (table["customers"].idxmax(), table["customers"].idxmin()))
    sizes = (
        f"Segment {large['segment']:.0f} is the largest with {words.percent(large['share'])} of customers, "
        f"segment {small['segment']:.0f} the smallest with {words.percent(small['share'])}."
    )
    return f"{sizes} {numbering(table, currency)}"


def size_alt(table: pd.DataFrame) -> str:
    """The sizes for those who cannot see the bars."""
    parts = (f"segment {row.segment} {words.counted(row.customers, 'customer')}" for row in table.itertuples())
    return f"Bars of the segments' sizes: {words.listed(parts)}."


def numbering(table: pd.DataFrame, currency: str) -> str:
    """What the order of the segments' numbers means."""
    if "value" not in table:
        return "Segments are numbered by size, the largest first."
    first, last = table["value"].iloc[0], table["value"].iloc[-1]
    return (
        f"Segments are numbered by mean net revenue per customer, from {words.money(first, currency)} in segment 1 "
        f"down to {words.money(last, currency)} in segment {table['segment'].iloc[-1]}."
    )


def findings(choice: Choice, fit: pd.DataFrame, table: pd.DataFrame, tipping: str, currency: str) -> list[str]:
    """What the chapter has shown, and what would change it."""
    mean, outside = fit["silhouette"].mean(), (fit["silhouette"] < 0).mean()
    word = strength(mean)
    reasonable = next(limit for limit, name in STRENGTHS if name == "reasonable")
    meaning = (
        "segments stand apart"
        if mean >= reasonable
        else f"neighbouring segments shade into each other (separate ones begin at about {reasonable})"
    )
    return [
        f"**{choice.sentence}**",
        f"Their separation is **{word}**: a mean silhouette of {words.number(mean)}, so {meaning}; "
        f"{words.percent(outside)} of customers lie closer to another segment than to their own.",
        size_caption(table, currency),
        tipping,
    ]

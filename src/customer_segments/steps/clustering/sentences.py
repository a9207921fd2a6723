"""The outcome of the clustering chapter in sentences."""

from __future__ import annotations

import pandas as pd

from customer_segments.base import words
from customer_segments.base.params import ClusteringParams
from customer_segments.steps.clustering.choice import Choice
from customer_segments.steps.clustering.methods import learnt_from
from customer_segments.steps.clustering.scores import STRENGTHS, strength


def sampled(customers: int, params: ClusteringParams) -> str:
    """Sentences on the samples behind silhouettes and slow methods; nothing where all customers were used."""
    learnt = learnt_from(customers, params)
    if customers <= params.silhouette_sample:
        return learnt
    return (
        f" Silhouettes are estimated from {params.silhouette_sample:,} of the {customers:,} customers, "
        f"drawn with the same share of every segment.{learnt}"
    )


def silhouette_caption(fit: pd.DataFrame, table: pd.DataFrame) -> str:
    """How well customers fit, and which segment holds together best and least."""
    mean = fit["silhouette"].mean()
    best, least = (table.loc[place] for place in (table["silhouette"].idxmax(), table["silhouette"].idxmin()))
    return (
        f"The mean silhouette, {words.number(mean)}, is {strength(mean)}. "
        f"Segment {best['segment']:.0f} holds together best ({words.number(best['silhouette'])}), "
        f"segment {least['segment']:.0f} least ({words.number(least['silhouette'])}); "
        f"{words.percent((fit['silhouette'] < 0).mean())} of {_whom(table)} lie closer to another segment "
        "than to their own (left of zero)."
    )


def silhouette_alt(table: pd.DataFrame) -> str:
    """The silhouette plot for those who cannot see it."""
    numbered = table[table["segment"] > 0]
    parts = (f"segment {row.segment} {words.number(row.silhouette)}" for row in numbered.itertuples())
    return f"Silhouettes of {_whom(table)}, sorted within their segment; the means are {words.listed(parts)}."


def size_caption(table: pd.DataFrame, currency: str) -> str:
    """The largest and smallest segment, how many are not assigned, and what the numbering follows."""
    numbered = table[table["segment"] > 0]
    large, small = (table.loc[place] for place in (numbered["customers"].idxmax(), numbered["customers"].idxmin()))
    sizes = (
        f"Segment {large['segment']:.0f} is the largest with {words.percent(large['share'])} of customers, "
        f"segment {small['segment']:.0f} the smallest with {words.percent(small['share'])}."
    )
    return f"{sizes}{unassigned(table)} {numbering(table, currency)}"


def size_alt(table: pd.DataFrame) -> str:
    """The sizes for those who cannot see the bars."""
    parts = (
        f"{words.segment(row.segment).lower()} {words.counted(row.customers, 'customer')}" for row in table.itertuples()
    )
    return f"Bars of the segments' sizes: {words.listed(parts)}."


def unassigned(table: pd.DataFrame) -> str:
    """A sentence on the customers who fit no segment; nothing where all fit one."""
    left = table[table["segment"] == 0]
    if left.empty:
        return ""
    return f" {words.percent(left['share'].iloc[0])} are like too few others and belong to no segment (not assigned)."


def numbering(table: pd.DataFrame, currency: str) -> str:
    """What the order of the segments' numbers means."""
    if "value" not in table:
        return "Segments are numbered by size, the largest first."
    numbered = table[table["segment"] > 0]
    first, last = numbered["value"].iloc[0], numbered["value"].iloc[-1]
    return (
        f"Segments are numbered by mean net revenue per customer, from {words.money(first, currency)} in segment 1 "
        f"down to {words.money(last, currency)} in segment {numbered['segment'].iloc[-1]}."
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
        f"{words.percent(outside)} of {_whom(table)} lie closer to another segment than to their own.",
        size_caption(table, currency),
        tipping,
    ]


def _whom(table: pd.DataFrame) -> str:
    return "the assigned customers" if (table["segment"] == 0).any() else "customers"

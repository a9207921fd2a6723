"""The segments: how well customers fit, how large they are, and what other methods make of the same customers."""

from functools import partial

import pandas as pd
from matplotlib.figure import Figure

from customer_segments.base import registry, words
from customer_segments.pages.plots import clustering as plots
from customer_segments.steps.clustering.methods import learnt_from
from customer_segments.steps.segment import Segmented

TITLES = {
    "kmeans": "K-means",
    "weighted_kmeans": "Weighted k-means",
    "mini_batch_kmeans": "Mini-batch k-means",
    "gaussian_mixture": "Gaussian mixture",
    "ward": "Ward's tree",
    "k_prototypes": "K-prototypes",
    "dbscan": "DBSCAN",
    "hdbscan": "HDBSCAN",
    "crowds": "Crowd search",
}
PAPERS = {
    "kmeans": "Lloyd 1982",
    "weighted_kmeans": "after Witten and Tibshirani 2010",
    "mini_batch_kmeans": "Sculley 2010",
    "gaussian_mixture": "McLachlan and Peel 2000",
    "ward": "Ward 1963",
    "k_prototypes": "Huang 1998",
    "dbscan": "Ester, Kriegel, Sander and Xu 1996",
    "hdbscan": "Campello, Moulavi and Sander 2013",
}
# The usual reading of a mean silhouette (Kaufman and Rousseeuw 1990). K-means cuts even a single round cloud into
# pieces with a silhouette of 0.35 (two features) to 0.05 (a dozen), so less than 0.5 is no evidence by itself.
REASONABLE = 0.5
STRENGTHS = {0.7: "strong", REASONABLE: "reasonable", 0.25: "weak"}
SOURCE = " From `data/processed/segments.parquet`."


def sampled(found: Segmented) -> str:
    """Sentences on the samples behind silhouettes and slow methods; nothing where all customers were used."""
    customers, drawn = len(found.inputs), found.params.silhouette_sample
    learnt, said = learnt_from(customers, found.params), ""
    if customers > drawn:
        said = (
            f" Silhouettes are estimated from {drawn:,} of the {customers:,} customers, "
            "drawn with the same share of every segment."
        )
    if customers > learnt:
        said += (
            f" {TITLES[found.params.method]} learns from {learnt:,} of the {customers:,} customers; "
            "the others are assigned to what it found."
        )
    return said


def fits(found: Segmented) -> tuple[Figure, str, str, str]:
    """How well customers fit, and which segment holds together best and least."""
    table, (mean, whom, misplaced) = found.overview, _fit(found)
    best, least = (table.loc[place] for place in (table["silhouette"].idxmax(), table["silhouette"].idxmin()))
    caption = (
        "Silhouette of each customer, from −1 to 1, sorted within the segment. Segment "
        f"{best['segment']:.0f} holds together best ({words.number(best['silhouette'])}), segment "
        f"{least['segment']:.0f} least ({words.number(least['silhouette'])}); {misplaced} (left of zero)."
    )
    parts = (f"segment {row.segment} {words.number(row.silhouette)}" for row in table.itertuples() if row.segment)
    alt = f"Silhouettes of {whom}, sorted within their segment; the means are {words.listed(parts)}."
    title = f"The fit is {strength(mean)}: a mean silhouette of {words.number(mean)}"
    return plots.silhouette_of_each(found.silhouettes, table), caption + sampled(found) + SOURCE, alt, title


def separation(found: Segmented) -> str:
    """How much nearer customers are to their own segment, by the usual reading of silhouettes."""
    (mean, _, misplaced), meaning = _fit(found), "much nearer to their own segment than to the next"
    if mean < REASONABLE:
        meaning = f"on average little nearer to their own segment than to the next (much is from about {REASONABLE} on)"
    told = f"Their mean silhouette, {words.number(mean)}, is **{strength(mean)}**: customers are {meaning}"
    return f"{told}; {misplaced}. Whether there are gaps is for chapter 4 to say: it looks for groups of any shape."


def strength(silhouette: float) -> str:
    """A mean silhouette in a word."""
    return next((word for limit, word in STRENGTHS.items() if silhouette >= limit), "very weak")


def sizes(found: Segmented, currency: str) -> tuple[Figure, str, str, str]:
    """How many customers each segment has, and those in none."""
    table = found.overview.itertuples()
    parts = (f"{words.segment(row.segment).lower()} {words.counted(row.customers, 'customer')}" for row in table)
    alt = f"Bars of the segments' sizes: {words.listed(parts)}."
    caption = f"Customers in each segment. {_numbering(found.overview, currency, worth(found))}{SOURCE}"
    return plots.sizes(found.overview), caption, alt, _largest(found.overview)


def worth(found: Segmented) -> str | None:
    """What says how much a customer is worth, inside a sentence; None where nothing does."""
    return None if found.value is None else registry.inline(str(found.value.name))


def told_sizes(table: pd.DataFrame, currency: str, worth: str | None) -> str:
    """The largest and smallest segment, how many are not assigned, and what the numbering follows."""
    return f"{_largest(table)}. {_numbering(table, currency, worth)}"


def _largest(table: pd.DataFrame) -> str:
    numbered = table[table["segment"] > 0]
    large, small = (table.loc[place] for place in (numbered["customers"].idxmax(), numbered["customers"].idxmin()))
    if large["customers"] == small["customers"]:
        return f"Every segment has {words.percent(large['share'])} of customers"
    largest = f"Segment {large['segment']:.0f} is the largest with {words.percent(large['share'])} of customers"
    return f"{largest}, segment {small['segment']:.0f} the smallest with {words.percent(small['share'])}"


def _numbering(table: pd.DataFrame, currency: str, worth: str | None) -> str:
    numbered, left = table[table["segment"] > 0], table.loc[table["segment"] == 0, "share"].map(words.percent)
    none = [f"{share} are like too few others and belong to no segment (not assigned). " for share in left]
    order = "size, the largest first, which is no order of worth"
    if "value" in table:
        write = words.number if worth == registry.inline("orders") else partial(words.money, currency=currency)
        first, last = (write(numbered["value"].iloc[end]) for end in (0, -1))
        down = f"down to {last} in segment {numbered['segment'].iloc[-1]}"
        order = f"mean {worth} per customer, from {first} in segment 1 {down}"
    return f"{''.join(none)}Segments are numbered by {order}."


def other_methods(found: Segmented) -> tuple[pd.DataFrame, str]:
    """The same customers by several methods: which agrees most and least with the chosen one."""
    methods = found.compared.assign(method=found.compared["method"].map(TITLES))
    none = methods["segments"] == 0
    table = pd.DataFrame(
        {
            "Method": methods["method"],
            "Segments": methods["segments"].map(str).mask(none, "none"),
            "Mean silhouette": methods["silhouette"].map(words.number),
            "Not assigned": methods["not_assigned"].map(words.percent).mask(none, "–"),
            "Agreement with the chosen": methods["agreement"].map(words.number),
        }
    )
    chosen, others = methods["method"].iloc[0], methods.iloc[1:].dropna(subset="agreement")
    if len(methods) == 1:
        return table, f"{chosen} alone was used; `clustering.compare` takes other methods to compare it with."
    used = [f"{TITLES[name]} ({PAPERS[name]})" for name in found.compared["method"] if name in PAPERS]
    caption = (
        f"Methods: {words.listed(used)}. Agreement is the adjusted Rand index (Hubert and Arabie 1985): 1 for the same "
        "segments, 0 for chance."
    )
    if len(others):
        most, least = (others.loc[place] for place in (others["agreement"].idxmax(), others["agreement"].idxmin()))
        rest = f", {least['method']} least ({words.number(least['agreement'])})" if len(others) > 1 else ""
        caption += f" {most['method']} agrees most with {chosen} ({words.number(most['agreement'])}){rest}."
    failed = methods.loc[none, "method"]
    if len(failed):
        caption += f" {words.listed(failed)} {'finds' if len(failed) == 1 else 'find'} no two segments."
    return table, caption


def _fit(found: Segmented) -> tuple[float, str, str]:
    """The mean silhouette, of whom, and how many of them lie closer to another segment."""
    silhouettes = found.silhouettes["silhouette"]
    whom = "the assigned customers" if (found.labels == 0).any() else "customers"
    misplaced = f"{words.percent((silhouettes < 0).mean())} of {whom} lie closer to another segment than to their own"
    return silhouettes.mean(), whom, misplaced

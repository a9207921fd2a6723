"""What is said about the segments: the finding, captions of figures with texts in their place, and conclusions."""

from __future__ import annotations

import pandas as pd

from customer_segments.base import registry, words
from customer_segments.base.params import ProfilingParams
from customer_segments.pages.profiling.profiles import trait_lines
from customer_segments.steps.profile import Profiled
from customer_segments.steps.profiling.distinctiveness import SEGMENT, UNASSIGNED, lying_apart
from customer_segments.steps.profiling.sizes import has_revenue, leaders, totals
from customer_segments.steps.profiling.traits import CUT, DISTINCT, UNSUPPORTED

NUMERALS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
EVEN_BELOW = 0.05  # a share of revenue this close to the share of customers is nothing to speak of
PREFACES = {
    DISTINCT: "The verdict is distinct groups: names and actions may be taken at their word.",
    CUT: "The verdict is a useful cut of a continuum: the segments are bands, a name says what most customers of a "
    "band are like, and those near a border could as well stand on its other side.",
    UNSUPPORTED: "The verdict is that the data do not support these segments: they are numbered and described, and "
    "get neither a name nor an action of the playbook.",
}


def spelled(count: int) -> str:
    """A small number as a word."""
    return NUMERALS[count] if count < len(NUMERALS) else f"{count:,}"


def quoted(name: str) -> str:
    """A segment's name within a sentence, which may itself be several words with commas."""
    return f"“{name}”"


def names_of(profiles: pd.DataFrame) -> pd.Series:
    """The segments' names by their numbers."""
    return profiles.set_index(SEGMENT)["name"]


def headline(profiles: pd.DataFrame) -> str:
    """The finding in one sentence, without its full stop."""
    count = totals(profiles)["segments"]
    if not has_revenue(profiles):
        assigned = profiles[profiles[SEGMENT] != UNASSIGNED]
        largest = assigned.loc[assigned["customers"].idxmax()]
        holds = f"{quoted(largest['name'])}, holds {words.percent(largest['customer_share'])} of the customers"
        return f"{spelled(count).capitalize()} segments; the largest, {holds}"
    first = leaders(profiles)
    if first.revenue_share - first.customer_share < EVEN_BELOW:
        return f"{spelled(count).capitalize()} segments that bring about as much net revenue as they have customers"
    leading = len(first.segments)
    return (
        f"{spelled(leading).capitalize()} of {spelled(count)} segments, {words.percent(first.customer_share)} of "
        f"customers, {'brings' if leading == 1 else 'bring'} {words.percent(first.revenue_share)} of the net revenue"
    )


def sizes(profiles: pd.DataFrame) -> tuple[str, str]:
    """What the main figure shows, and cannot show here; and the figure in words."""
    parts, caption = profiles["name"] + ": " + profiles["customer_share"].map(words.percent) + " of customers", ""
    if has_revenue(profiles):
        parts = parts + ", " + profiles["revenue_share"].map(words.percent) + " of net revenue"
    else:
        why = "more was paid back than paid" if "revenue" in profiles else "the study has no transactions"
        caption = f" Shares of revenue are left out: {why}."
    return f"{headline(profiles)}.{caption}", f"Bars for each segment. {'; '.join(parts)}."


def heat(found: Profiled, params: ProfilingParams, currency: str) -> tuple[str, str]:
    """What the heatmap shows most, and how to read it; and in words: the first trait of each segment."""
    names, compared = names_of(found.segments), found.comparison
    top = compared.loc[compared["difference"].abs().idxmax()]
    side = "above" if top["difference"] > 0 else "below"
    caption = (
        f"{quoted(names[top[SEGMENT]])} stands out most: in {registry.inline(top['column'])}, "
        f"{words.number(abs(top['difference']), 2)} standard deviations {side} the mean of all customers. "
        "Cells hold typical values (means, or medians where a few large values would decide the mean); colours the "
        "difference from all customers in standard deviations, on logarithms where a column is skewed. "
        f"From {params.high_above:g} on a value counts as high or low, from {params.very_high_above:g} on as very high "
        "or very low."
    )
    first = found.traits.groupby(SEGMENT).head(1)
    parts = [f"{names[n]}: {text}" for n, text in zip(first[SEGMENT], trait_lines(first, currency), strict=True)]
    return caption, f"Table of segments and columns, coloured by the difference from all customers. {'; '.join(parts)}."


def spread(found: Profiled, currency: str) -> tuple[str, str]:
    """In which columns the segments hardly overlap; and the box plots in words: the medians."""
    table, names = found.quantiles, names_of(found.segments)
    clear = words.listed(map(registry.inline, lying_apart(table)))
    said = (
        f"In {clear} the middle halves of at least two segments" if clear else "In none of these do the middle halves"
    )
    short = ((table["whislo"] == table["q1"]) & (table["whishi"] == table["q3"])).any()
    few = "; segments of few customers have no lines" if short else ""
    reading = f"Boxes hold the middle half of a segment's customers, lines the middle 90%{few}."
    parts = []
    for column, own in table.groupby("column", sort=False):
        medians = [f"{names[row.segment]} {registry.in_unit(column, row.med, currency)}" for row in own.itertuples()]
        parts.append(f"{registry.label(column)}: {', '.join(medians)}")
    return f"{said} lie wholly apart. {reading}", f"Box plots by segment. Medians: {'; '.join(parts)}."


def findings(found: Profiled, profiles: pd.DataFrame, currency: str) -> list[str]:
    """What we learned, and what would change it."""
    names = names_of(profiles).map(lambda name: f"**{words.escaped(name)}**")
    who = _who(profiles, names) if has_revenue(profiles) else ""
    sentences = [f"{words.escaped(headline(profiles))}{who}."]
    if len(found.traits):
        top = found.traits.loc[[found.traits["difference"].abs().idxmax()]]
        text = words.escaped(words.within(trait_lines(top, currency).item()))
        sentences.append(f"{names[top[SEGMENT].item()]} stands furthest apart from all customers, by {text}.")
    if (verdict := profiles["verdict"].iloc[0]) != DISTINCT:
        sentences.append(PREFACES[verdict])
    if len(found.margins):
        close = found.margins.loc[found.margins["margin"].idxmin()]
        sentences.append(
            f"The name {names[close[SEGMENT]]} hangs by least: it asks for {registry.inline(close['column'])} "
            f"{close['asked']}, and lies {words.number(abs(close['difference']), 2)} standard deviations from all "
            f"customers where {close['limit']:g} are needed."
        )
    return [
        *sentences,
        "Names and actions change with `profiling.playbook`, `high_above` and `very_high_above` in params.yaml; who "
        "belongs to which segment changes only with chapters 2 and 3.",
    ]


def _who(profiles: pd.DataFrame, names: pd.Series) -> str:
    """The leading segments by name, and what their customers are worth against the others'."""
    first = leaders(profiles)
    who = words.listed(names[segment] for segment in first.segments)
    if first.times_the_others is None:
        return f" ({who})"
    return f" ({who}): {words.number(first.times_the_others, 2)} times as much per customer as the others"

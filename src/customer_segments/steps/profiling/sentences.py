"""What is said about the segments: the finding, captions and conclusions, all from the profiles."""

from __future__ import annotations

import pandas as pd

from customer_segments.base import registry, words
from customer_segments.base.params import ProfilingParams
from customer_segments.steps.profiling import tone
from customer_segments.steps.profiling.distinctiveness import SEGMENT
from customer_segments.steps.profiling.tables import has_revenue

NUMERALS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
MOST_REVENUE = 0.5  # the finding names the segments that bring this share of the revenue
EVEN_BELOW = 0.05  # a share of revenue this close to the share of customers is nothing to speak of


def spelled(count: int) -> str:
    """A small number as a word."""
    return NUMERALS[count] if count < len(NUMERALS) else f"{count:,}"


def quoted(name: str) -> str:
    """A segment's name within a sentence, which may itself be several words with commas."""
    return f"“{name}”"


def leaders(profiled: pd.DataFrame) -> pd.DataFrame:
    """The fewest segments, by revenue per customer, that together bring most of the revenue."""
    assigned = profiled[(profiled[SEGMENT] != 0) & profiled["revenue"].notna()]
    worth = assigned.assign(worth=assigned["revenue"] / assigned["customers"])
    ranked = worth.sort_values(["worth", SEGMENT], ascending=[False, True])
    before = ranked["revenue_share"].cumsum() - ranked["revenue_share"]
    return ranked[before < MOST_REVENUE]


def headline(profiled: pd.DataFrame) -> str:
    """The finding in one sentence, without its full stop."""
    count = int((profiled[SEGMENT] != 0).sum())
    if not has_revenue(profiled):
        assigned = profiled[profiled[SEGMENT] != 0]
        largest = assigned.loc[assigned["customers"].idxmax()]
        holds = f"{quoted(largest['name'])}, holds {words.percent(largest['customer_share'])} of the customers"
        return f"{spelled(count).capitalize()} segments; the largest, {holds}"
    first = leaders(profiled)
    customers, revenue = first["customer_share"].sum(), first["revenue_share"].sum()
    if revenue - customers < EVEN_BELOW:
        return f"{spelled(count).capitalize()} segments that bring about as much net revenue as they have customers"
    bring = "brings" if len(first) == 1 else "bring"
    return (
        f"{spelled(len(first)).capitalize()} of {spelled(count)} segments, {words.percent(customers)} of customers, "
        f"{bring} {words.percent(revenue)} of the net revenue"
    )


def size_caption(profiled: pd.DataFrame) -> str:
    """What the sizes show, and what they cannot show here."""
    if has_revenue(profiled):
        return f"{headline(profiled)}."
    why = "more was paid back than paid" if "revenue" in profiled else "the study has no transactions"
    return f"{headline(profiled)}. Shares of revenue are left out: {why}."


def size_alt(profiled: pd.DataFrame) -> str:
    """The main figure in words."""
    parts = profiled["name"] + ": " + profiled["customer_share"].map(words.percent) + " of customers"
    if has_revenue(profiled):
        parts = parts + ", " + profiled["revenue_share"].map(words.percent) + " of net revenue"
    return f"Bars for each segment. {'; '.join(parts)}."


def size_table_caption(profiled: pd.DataFrame) -> str:
    """Whose customers bring most and least, and what is not shown."""
    hidden = " What segments too few to describe bring is not shown." if profiled["too_few"].any() else ""
    if not has_revenue(profiled):
        return f"{profiled['customers'].sum():,} customers in {spelled(len(profiled))} segments.{hidden}"
    worth = (profiled["revenue"] / profiled["customers"]).set_axis(profiled["name"].map(quoted))
    return (
        f"A customer of {worth.idxmax()} brings most on average, one of {worth.idxmin()} least. Segments are numbered "
        f"as in the chapters before.{hidden}"
    )


def profile_caption(profiled: pd.DataFrame) -> str:
    """How far names may be trusted, and how many come from the playbook."""
    verdict = profiled["verdict"].iloc[0]
    if not tone.uses_playbook(verdict):
        return f"{tone.PREFACES[verdict]} High and low are meant against all customers."
    assigned = profiled[profiled[SEGMENT] != 0]
    named = int((assigned["play"] != "").sum())
    verb = "is" if named == 1 else "are"
    return (
        f"{tone.PREFACES[verdict]} "
        f"{spelled(named).capitalize()} of {spelled(len(assigned))} segments {verb} named by the playbook, for the "
        "conditions given; no two segments get the same name. High and low are meant against all customers."
    )


def action_caption(profiled: pd.DataFrame, params: ProfilingParams) -> str:
    """What the numbers of the recommendations assume."""
    power, level = words.percent(params.hold_out.power), words.percent(params.hold_out.significance)
    trials = (
        f"A test leaves a group alone, treats the others, and compares who buys within {params.hold_out.days} days; "
        f"its size is the smallest that shows the response assumed with a probability of {power}, at a two-sided error "
        f"of {level}."
    )
    if not tone.uses_playbook(profiled["verdict"].iloc[0]):
        return f"The data do not support these segments, so no action is recommended and none is valued. {trials}"
    if not has_revenue(profiled):
        return f"What an action would bring cannot be said: the study knows no orders. {trials}"
    return f"How many answer is an assumption (`profiling.response`) until it has been tested. {trials}"


def heat_caption(compared: pd.DataFrame, profiled: pd.DataFrame, params: ProfilingParams) -> str:
    """What the heatmap shows most, and how to read it."""
    top = compared.loc[compared["difference"].abs().idxmax()]
    name = profiled.set_index(SEGMENT).loc[top[SEGMENT], "name"]
    side = "above" if top["difference"] > 0 else "below"
    distance = f"{words.number(abs(top['difference']), 2)} standard deviations {side}"
    return (
        f"{quoted(name)} stands out most: in {registry.inline(top['column'])}, {distance} the mean of all customers. "
        "Cells hold typical values (means, or medians where a few large values would decide the mean); colours the "
        "difference from all customers in standard deviations, on logarithms where a column is skewed. "
        f"From {params.high_above:g} on a value counts as high or low, from {params.very_high_above:g} on as very high "
        "or very low."
    )


def heat_alt(told: pd.DataFrame, profiled: pd.DataFrame) -> str:
    """The heatmap in words: the first trait of each segment."""
    names = profiled.set_index(SEGMENT)["name"]
    parts = [f"{names[segment]}: {text}" for segment, text in told.groupby(SEGMENT)["text"].first().items()]
    return f"Table of segments and columns, coloured by the difference from all customers. {'; '.join(parts)}."


def spread_caption(quantiles: pd.DataFrame) -> str:
    """In which columns the segments hardly overlap."""
    halves = quantiles.groupby("column", sort=False)
    apart = halves["q1"].max() > halves["q3"].min()
    clear = words.listed(registry.inline(column) for column in apart.index[apart])
    said = (
        f"In {clear} the middle halves of at least two segments" if clear else "In none of these do the middle halves"
    )
    reading = "Boxes hold the middle half of a segment's customers, lines the middle 90%"
    short = ((quantiles["whislo"] == quantiles["q1"]) & (quantiles["whishi"] == quantiles["q3"])).any()
    return f"{said} lie wholly apart. {reading}{'; segments of few customers have no lines' if short else ''}."


def spread_alt(quantiles: pd.DataFrame, profiled: pd.DataFrame, currency: str) -> str:
    """The distributions in words: the medians."""
    names = profiled.set_index(SEGMENT)["name"]
    parts = []
    for column, own in quantiles.groupby("column", sort=False):
        medians = [f"{names[row.segment]} {registry.in_unit(column, row.med, currency)}" for row in own.itertuples()]
        parts.append(f"{registry.label(column)}: {', '.join(medians)}")
    return f"Box plots by segment. Medians: {'; '.join(parts)}."


def values_caption(compared: pd.DataFrame, profiled: pd.DataFrame) -> str:
    """The column in which a segment's median, which no few customers can move, exceeds everyone's most."""
    measures = compared[~compared["is_share"] & (compared["median_of_all"] > 0)]
    reading = "A mean far above its median says that a few customers have most."
    if measures.empty:
        return reading
    ratio = measures["median"] / measures["median_of_all"]
    top = measures.loc[ratio.idxmax()]
    name = profiled.set_index(SEGMENT).loc[top[SEGMENT], "name"]
    times = f"{words.number(ratio.max(), 2)} times that of all customers"
    return f"In {registry.inline(top['column'])} the median of {quoted(name)} is {times}. {reading}"


def shares_caption(compared: pd.DataFrame, profiled: pd.DataFrame) -> str:
    """The share that differs most from all customers'."""
    own = compared[compared["is_share"]]
    if own.empty:
        return "Besides sensitive attributes (see below), the study has no categories and no yes/no columns."
    top = own.loc[(own["mean"] - own["mean_of_all"]).abs().idxmax()]
    name = profiled.set_index(SEGMENT).loc[top[SEGMENT], "name"]
    return (
        f"The share that differs most from all customers: {registry.label(top['column'])}, "
        f"{words.percent(top['mean'])} of {quoted(name)} against {words.percent(top['mean_of_all'])} of all."
    )


def findings(profiled: pd.DataFrame, told: pd.DataFrame, close: pd.DataFrame) -> list[str]:
    """What we learned, and what would change it."""
    names = profiled.set_index(SEGMENT)["name"].map(lambda name: f"**{words.escaped(name)}**")
    sentences = [f"{words.escaped(headline(profiled))}{_who(profiled, names) if has_revenue(profiled) else ''}."]
    if len(told):
        top = told.loc[told["difference"].abs().idxmax()]
        text = words.escaped(words.within(top["text"]))
        sentences.append(f"{names[top[SEGMENT]]} stands furthest apart from all customers, by {text}.")
    if (verdict := profiled["verdict"].iloc[0]) != tone.DISTINCT:
        sentences.append(tone.PREFACES[verdict])
    if len(close):
        sentences.append(_closest(close.loc[close["margin"].idxmin()], names))
    return [
        *sentences,
        "Names and actions change with `profiling.playbook`, `high_above` and `very_high_above` in params.yaml; who "
        "belongs to which segment changes only with chapters 2 and 3.",
    ]


def _who(profiled: pd.DataFrame, names: pd.Series) -> str:
    """The leading segments by name, and what their customers are worth against the others'."""
    first = leaders(profiled)
    others = profiled[~profiled[SEGMENT].isin(first[SEGMENT])]
    who = words.listed(names[segment] for segment in first[SEGMENT])
    if others["revenue"].sum() <= 0:
        return f" ({who})"
    ratio = (first["revenue"].sum() / first["customers"].sum()) / (others["revenue"].sum() / others["customers"].sum())
    return f" ({who}): {words.number(ratio, 2)} times as much per customer as the others"


def _closest(condition: pd.Series, names: pd.Series) -> str:
    """Which name would be lost first, were the limits a little stricter."""
    return (
        f"The name {names[condition[SEGMENT]]} hangs by least: it asks for {registry.inline(condition['column'])} "
        f"{condition['asked']}, and lies {words.number(abs(condition['difference']), 2)} standard deviations from all "
        f"customers where {condition['limit']:g} are needed."
    )

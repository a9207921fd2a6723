"""The chapter's tables for a reader, each with its caption: every cell written out, every column in words."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import pandas as pd

from customer_segments.base import registry, words
from customer_segments.base.params import ProfilingParams
from customer_segments.pages.profiling.sentences import (
    PREFACES,
    SOURCE,
    names_of,
    quoted,
    spelled,
    trait_lines,
    written,
)  # fmt: skip
from customer_segments.steps.profile import Profiled
from customer_segments.steps.profiling.distinctiveness import SEGMENT, UNASSIGNED
from customer_segments.steps.profiling.fairness import EVERYONE
from customer_segments.steps.profiling.sizes import brought, has_revenue
from customer_segments.steps.profiling.traits import UNSUPPORTED

Told = tuple[pd.DataFrame, str]
Write = Callable[[float], str]
ALL = "All customers"
UNKNOWN = "–"
NUMBERED = "Segments are numbered as in the chapters before."
NOTHING = 0.0005  # an effect, or the end of its interval, below this
ADVERBS = ("hardly", "a little", "clearly", "strongly")


def profiles(profiled: pd.DataFrame) -> Told:
    """Each segment in words: what it is like, and why it has its name; and how far names may be trusted."""
    assigned, verdict = profiled[profiled[SEGMENT] != UNASSIGNED], profiled["verdict"].iloc[0]
    likeness = profiled["traits"].str.replace("\n", "; ") + "."
    table = pd.DataFrame({"Name": profiled["name"], "What they are like": likeness})
    if profiled["because"].any():
        nameless = (profiled[SEGMENT] == UNASSIGNED) | profiled["too_few"]
        why = profiled["because"].mask(profiled["because"] == "", "its strongest traits")
        table["Named for"] = why.mask(nameless, UNKNOWN)
    named, count = int((assigned["play"] != "").sum()), spelled(len(assigned))
    how_many = spelled(named).capitalize() if named else "None"
    playbook = (
        f"{how_many} of {count} segments {'are' if named > 1 else 'is'} named by the playbook, for the conditions "
        "given; no two segments get the same name. "
    )
    told = f"{PREFACES[verdict]} {'' if verdict == UNSUPPORTED else playbook}"
    return table, f"{told}High and low are meant against all customers."


def _written_as(currency: str) -> dict[str, tuple[str, Write, Write, str]]:
    """What segments bring: its title, how a sum and a single customer's are written, and what who has most does."""
    money = partial(words.money, currency=currency)
    return {
        "revenue": ("Net revenue", money, money, "brings most"),
        "orders": ("Orders", _whole, words.number, "ordered most often"),
    }


def sizes(profiled: pd.DataFrame, currency: str) -> Told:
    """Sizes and revenue, whose customers bring most and least, and what is not shown; the figure shows the shares."""
    columns = {"Segment": profiled[SEGMENT].astype(str), "Name": profiled["name"]}
    columns["Customers"] = profiled["customers"].map("{:,}".format)
    hidden = " What segments too few to describe bring is not shown, nor what would tell it by subtraction."
    hidden = hidden if profiled["untold"].any() else ""
    told = f"{profiled['customers'].sum():,} customers in {spelled(len(profiled))} segments."
    if what := brought(profiled):
        each = profiled[what] / profiled["customers"]
        title, whole, single, does = _written_as(currency)[what]
        columns[title], columns[f"{title} per customer"] = profiled[what].map(whole), each.map(single)
        most, least = (quoted(profiled["name"][place]) for place in (each.idxmax(), each.idxmin()))
        told = f"A customer of {most} {does} on average, one of {least} least. {NUMBERED}"
    if "alive_probability" in profiled:
        columns[registry.label("alive_probability")] = profiled["alive_probability"].map(words.percent)
    if "expected_value" in profiled:
        columns["Expected value"] = profiled["expected_value"].map(partial(words.about, currency=currency))
    elif "expected_orders" in profiled:
        columns["Expected orders"] = profiled["expected_orders"].map(words.about)
    if all(map(str.startswith, profiled["name"], profiled[SEGMENT].map(words.segment))):
        del columns["Segment"]  # every name begins with it
    return pd.DataFrame(columns), told + hidden


def _whole(count: float) -> str:
    return UNKNOWN if pd.isna(count) else f"{count:,.0f}"


def values(compared: pd.DataFrame, profiled: pd.DataFrame, currency: str) -> Told:
    """Mean and median of every measure, and the median, which no few customers can move, that exceeds all most."""

    names, measures = names_of(profiled), compared[~compared["is_share"]]
    if measures.empty:
        return pd.DataFrame(), ""

    def of_average(average: str) -> pd.DataFrame:
        def written(rows: pd.DataFrame, of: str) -> str:
            return registry.in_unit(rows["column"].iloc[0], rows[f"{average}{of}"].iloc[0], currency)

        table = _by_segment("Measure", measures.groupby("column", sort=False), names, written)
        table.insert(1, "Average", average)
        return table

    table = pd.concat(map(of_average, ("mean", "median"))).sort_index(kind="stable", ignore_index=True)
    told = "A mean far above its median says that a few customers have most."
    positive = measures[measures["median_of_all"] > 0]
    if positive.empty:
        return table, told
    ratio = positive["median"] / positive["median_of_all"]
    top, times = positive.loc[ratio.idxmax()], words.number(ratio.max(), 2)
    median = f"the median of {quoted(names[top[SEGMENT]])} is {times} times that of all customers"
    return table, f"In {registry.inline(top['column'])} {median}. {told}"


def shares(compared: pd.DataFrame, profiled: pd.DataFrame) -> Told:
    """Yes/no columns and the most frequent category of each question, and the share that differs most."""

    def most_frequent(answers: pd.DataFrame, of: str) -> str:
        top = answers.sort_values([f"mean{of}", "column"], ascending=[False, True]).iloc[0]
        category = words.isolated(registry.split(top["column"])[1] or "")
        return f"{f'{category}, ' if category else ''}{words.percent(top[f'mean{of}'])}"

    names, own = names_of(profiled), compared[compared["is_share"]]
    if own.empty:
        none = "Besides sensitive attributes (see below), the study has no categories and no yes/no columns."
        return pd.DataFrame(), none
    questions = own.groupby(own["column"].map(lambda column: registry.split(column)[0]), sort=False)
    top = own.loc[(own["mean"] - own["mean_of_all"]).abs().idxmax()]
    return _by_segment("Most frequent", questions, names, most_frequent), (
        f"The share that differs most from all customers: {registry.label(top['column'])}, "
        f"{words.percent(top['mean'])} of {quoted(names[top[SEGMENT]])} against {words.percent(top['mean_of_all'])} "
        "of all."
    )


def _by_segment(
    head: str, groups: Iterable[tuple[str, pd.DataFrame]], names: pd.Series, cell: Callable[[pd.DataFrame, str], str]
) -> pd.DataFrame:
    """A row per group of the comparison's rows: a cell for each segment that has some, and one for all customers."""
    rows = []
    for title, own in groups:
        told = {names[segment]: cell(theirs, "") for segment, theirs in own.groupby(SEGMENT)}
        rows.append({head: registry.label(title)} | dict.fromkeys(names, UNKNOWN) | told | {ALL: cell(own, "_of_all")})
    return pd.DataFrame(rows)


def sensitive(found: Profiled, smallest_group: int) -> Told:
    """Medians and shares of the sensitive attributes, how strongly segments differ, and which names rest on them."""
    names = names_of(found.segments)
    table = pd.DataFrame([_attribute(row, names) for row in found.sensitive.to_dict("records")])
    if found.effects.empty:
        none = "No sensitive column tells customers apart here, so there is nothing to compare."
        return table, none
    ranked = found.effects.sort_values("effect", ascending=False, kind="stable")
    differ = [_differ(row) for row in ranked[ranked["low"] > 0].itertuples()]
    unshown = [_unshown(row) for row in ranked[ranked["low"] == 0].itertuples()]
    told = f"The segments differ {words.listed(differ)}." if differ else ""
    if unshown:
        told = f"{told} No difference is shown in {words.listed(unshown)}.".lstrip()
    resting = [
        f" The name {quoted(names[segment])} rests on {words.listed(map(registry.inline, columns))}: let it choose "
        "words and pictures, never who gets an offer."
        for segment, columns in found.resting.items()
    ]
    return table, (
        f"{told} 0 is not at all, 1 is wholly; intervals are of 95%.{''.join(resting)} Groups of fewer than "
        f"{smallest_group} customers are merged or not shown ({UNKNOWN}), and no smallest or largest value is."
    )


def _differ(effect: Any) -> str:
    """How much segments differ in an attribute, by both ends of the interval."""
    much = " to ".join(dict.fromkeys(ADVERBS[end] for end in (effect.least, effect.most)))
    size, *ends = (_written(each) for each in (effect.effect, effect.low, effect.high))
    return f"{much} in {registry.inline(effect.column)} ({effect.measure} {size}, between {words.listed(ends)})"


def _unshown(effect: Any) -> str:
    """An attribute in which chance would make segments as different, and how much they may differ all the same."""
    high, at_most = _written(effect.high), ADVERBS[effect.most]
    return f"{registry.inline(effect.column)} ({effect.measure} at most {high}: {at_most} if at all)"


def _written(size: float) -> str:
    return words.number(size, 2) if size >= NOTHING else "0"


def _attribute(row: dict, names: pd.Series) -> dict[str, str]:
    """An attribute that is a number with its medians, or one group of another with its shares."""
    group = row.get("group")
    number = group is None or pd.isna(group)
    write = words.number if number else words.percent
    cells = {names[segment]: UNKNOWN if pd.isna(row[segment]) else write(row[segment]) for segment in names.index}
    label = registry.label(row["column"])
    return {"Attribute": f"{label} (median)" if number else f"{label}: {group}", **cells, ALL: write(row[EVERYONE])}


def heat(compared: pd.DataFrame, profiled: pd.DataFrame, currency: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The heatmap's colours by column and segment, and its texts, for everyone too; no category that tells nothing."""
    telling = compared.groupby("column")["level"].transform(lambda levels: (levels != "middling").any())
    shown = compared[telling | compared["column"].map(lambda column: registry.split(column)[1] is None)]
    for name, statistic in {"text": "typical", "everyone": "typical_of_all"}.items():
        rows = shown[["column", statistic, "is_share"]].itertuples(index=False)
        shown = shown.assign(**{name: [written(*row, currency) for row in rows]})
    names = names_of(profiled)
    labels = {column: registry.label(column) for column in shown["column"].unique()}
    wide = shown.pivot(index="column", columns=SEGMENT, values=["difference", "text"]).loc[list(labels)]
    colours, texts = (wide[part].reindex(columns=names.index) for part in ("difference", "text"))
    texts = texts.astype("object").fillna(UNKNOWN).rename(columns=names, index=labels)
    everyone = shown.groupby("column")["everyone"].first()[list(labels)].to_numpy()
    return colours.astype(float).rename(columns=names, index=labels), texts.assign(**{ALL: everyone})


def heat_in_words(found: Profiled, params: ProfilingParams, currency: str) -> tuple[str, str, str]:
    """How to read the heatmap; it in words: the first trait of each segment; and what it shows most."""
    names, compared = names_of(found.segments), found.comparison
    top = compared.loc[compared["difference"].abs().idxmax()]
    side = "above" if top["difference"] > 0 else "below"
    title = (
        f"{quoted(names[top[SEGMENT]])} stands out most: {registry.inline(top['column'])} "
        f"{words.deviations(top['difference'])} {side} the mean"
    )
    caption = (
        "Cells hold typical values (means, or medians where a few large values would decide the mean); colours the "
        "difference from all customers in standard deviations, on logarithms where a column is skewed. "
        f"From {params.high_above:g} on a value counts as high or low, from {params.very_high_above:g} on as very high "
        f"or very low.{SOURCE}"
    )
    first = found.traits.groupby(SEGMENT).head(1)
    parts = [f"{names[n]}: {text}" for n, text in zip(first[SEGMENT], trait_lines(first, currency), strict=True)]
    alt = f"Table of segments and columns, coloured by the difference from all customers. {'; '.join(parts)}."
    return caption, alt, title


def actions(profiled: pd.DataFrame, params: ProfilingParams) -> Told:
    """What to do about each segment, what it may bring, and how to find out, as far as known; and what that assumes."""
    columns = {"What to do": "action", "What it may bring": "worth", "How to test it": "test"}
    table = pd.DataFrame({"Name": profiled["name"]} | {title: profiled[name] for title, name in columns.items()})
    power, level = words.percent(params.hold_out.power), words.percent(params.hold_out.significance)
    told = "How many answer is an assumption (`profiling.response`) until it has been tested."
    if profiled["verdict"].iloc[0] == UNSUPPORTED:
        told = "The data do not support these segments, so no action is recommended and none is valued."
    elif brought(profiled) == "orders":
        told += " What it may bring is told in orders."
    elif not has_revenue(profiled):
        told = "What an action would bring cannot be said: the study knows no orders."
    return table.loc[:, (table != "").any()].replace("", UNKNOWN), (
        f"{told} A test leaves a group alone, treats the others, and compares who buys within {params.hold_out.days} "
        f"days; its size is the smallest that shows the response assumed with a probability of {power}, at a two-sided "
        f"error of {level}."
    )

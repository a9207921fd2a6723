"""The segments in words: what each is like, why it has its name and what to do; and what is said of them all."""

import re
from typing import Any

import pandas as pd

from customer_segments.base import registry, words
from customer_segments.base.params import ProfilingParams
from customer_segments.base.params.profiling import BOUND, RANK, HoldOutParams
from customer_segments.pages.profiling import outcomes
from customer_segments.steps.profile import Profiled
from customer_segments.steps.profiling.advice import Advice
from customer_segments.steps.profiling.distinctiveness import SEGMENT, UNASSIGNED, lying_apart
from customer_segments.steps.profiling.playbook import Fit
from customer_segments.steps.profiling.sizes import brought, has_revenue, leaders, totals
from customer_segments.steps.profiling.traits import CUT, DISTINCT, UNSUPPORTED, phrase
from customer_segments.steps.profiling.worth import HARDEST_BASE, Prospect

ORDINARY = "In nothing far from all customers"
GUARDED = "Far from all customers only in sensitive attributes (chapter 8)"
TOO_FEW_TO_DESCRIBE = "Too few to describe without describing single persons"
UNTESTED = "Do not treat them differently on this evidence; test first."
NO_SEGMENT = "Treat them as all customers are treated: they resemble no segment closely enough to be counted to it."
TOO_FEW = "Treat them one by one, as persons; so few customers are no segment to plan for."
ADDED = ["traits", "facts", "action", "because", "verdict", "worth", "may_bring", "test", "tested"]
NUMERALS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
BROUGHT = {"revenue": "net revenue", "orders": "orders"}
BRING = {"revenue": ("bring", "brings"), "orders": ("place", "places")}
FEW = 3  # columns that a figure's title names
SOURCE = " From `data/processed/segmented_customers.parquet`."
EVEN_BELOW = 0.05  # a share of revenue this close to the share of customers is nothing to speak of
PREFACES = {
    DISTINCT: "The verdict is distinct groups: names and actions may be taken at their word.",
    CUT: "The verdict is a useful cut: the segments are bands, a name says what most customers of a "
    "band are like, and those near a border could as well stand on its other side.",
    UNSUPPORTED: "The verdict is that the data do not support these segments: they are numbered and described, and "
    "get neither a name nor an action of the playbook.",
}


def spelled(count: int) -> str:
    """A small number as a word."""
    return NUMERALS[count] if count < len(NUMERALS) else f"{count:,}"


def quoted(name: str) -> str:
    """A segment's name within a sentence, which may itself be several words with commas."""
    return f"“{words.isolated(name)}”"


def names_of(profiles: pd.DataFrame) -> pd.Series:
    """The segments' names by their numbers."""
    return profiles.set_index(SEGMENT)["name"]


def headline(profiles: pd.DataFrame) -> str:
    """The finding in one sentence, without its full stop."""
    count = totals(profiles)["segments"]
    what = brought(profiles)
    if what is None:
        assigned = profiles[profiles[SEGMENT] != UNASSIGNED]
        largest = assigned.loc[assigned["customers"].idxmax()]
        holds = f"{quoted(largest['name'])}, holds {words.percent(largest['customer_share'])} of the customers"
        return f"{spelled(count).capitalize()} segments; the largest, {holds}"
    first = leaders(profiles)
    if first.share - first.customer_share < EVEN_BELOW:
        told = "bring about as much net revenue" if what == "revenue" else "place about as large a share of the orders"
        return f"{spelled(count).capitalize()} segments that {told} as they have customers"
    leading = len(first.segments)
    return (
        f"{spelled(leading).capitalize()} of {spelled(count)} segments, {words.percent(first.customer_share)} of "
        f"customers, {BRING[what][leading == 1]} {words.percent(first.share)} of the {BROUGHT[what]}"
    )


def sizes(profiles: pd.DataFrame) -> tuple[str, str, str]:
    """What the main figure measures, and cannot show here; the figure in words; and the finding."""
    parts, what = profiles["name"] + ": " + profiles["customer_share"].map(words.percent) + " of customers", ""
    if has_revenue(profiles):
        parts = parts + ", " + profiles["revenue_share"].map(words.percent) + " of net revenue"
        what = " and of net revenue"
    elif brought(profiles) == "orders":
        parts = parts + ", " + profiles["orders_share"].map(words.percent) + " of orders"
        what = " and of orders"
    why = "more was paid back than paid" if "revenue" in profiles else "the study has no transactions"
    left_out = "" if what else f" Shares of revenue are left out: {why}."
    caption = f"Share of customers{what} by segment, in per cent.{left_out}{SOURCE}"
    return caption, f"Bars for each segment. {'; '.join(parts)}.", headline(profiles)


def spread(found: Profiled, currency: str) -> tuple[str, str, str]:
    """How the box plots are read; they in words: the medians; and in which columns the segments hardly overlap."""
    table, names = found.quantiles, names_of(found.segments)
    clear, columns = lying_apart(table), table["column"].nunique()
    said = "In no column do middle halves lie wholly apart"
    if len(clear):
        many = f"all {columns} columns" if len(clear) == columns else f"{len(clear)} of {columns} columns"
        told = many if len(clear) > FEW else words.listed(map(registry.inline, clear))
        said = f"In {told} the middle halves of at least two segments lie wholly apart"
    short = ((table["whislo"] == table["q1"]) & (table["whishi"] == table["q3"])).any()
    few = "; segments of few customers have no lines" if short else ""
    reading = f"Boxes hold the middle half of a segment's customers, lines the middle 90%{few}."
    parts = []
    for column, own in table.groupby("column", sort=False):
        medians = [f"{names[row.segment]} {registry.in_unit(column, row.med, currency)}" for row in own.itertuples()]
        parts.append(f"{registry.label(column)}: {', '.join(medians)}")
    return f"{reading}{SOURCE}", f"Box plots by segment. Medians: {'; '.join(parts)}.", said


def findings(found: Profiled, profiles: pd.DataFrame, currency: str) -> list[str]:
    """What we learned, and what would change it."""
    names = names_of(profiles).map(lambda name: f"**{words.escaped(words.isolated(name))}**")
    who = _who(profiles, names) if brought(profiles) else ""
    sentences = [f"{words.escaped(headline(profiles))}{who}."]
    if len(found.traits):
        top = found.traits.loc[[found.traits["difference"].abs().idxmax()]]
        text = words.escaped(words.within(trait_lines(top, currency).item()))
        sentences.append(f"{names[top[SEGMENT].item()]} stands furthest apart from all customers: {text}.")
    if (verdict := profiles["verdict"].iloc[0]) != DISTINCT:
        sentences.append(PREFACES[verdict])
    if len(found.margins):
        close = found.margins.loc[found.margins["margin"].idxmin()]
        sentences.append(
            f"The name {names[close[SEGMENT]]} hangs by least: it asks for "
            f"{words.escaped(registry.inline(close['column']))} "
            f"{close['asked']}, and lies {words.deviations(close['difference'])} from all "
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
    much = "much" if brought(profiles) == "revenue" else "many"
    return f" ({who}): {words.number(first.times_the_others, 2)} times as {much} per customer as the others"


def in_words(found: Profiled, params: ProfilingParams, currency: str) -> pd.DataFrame:
    """The table of segments with their `traits` (one a line), `action`, `because`, `worth` and `test`."""
    lines, facts = (
        trait_lines(told, currency).groupby(told[SEGMENT]).agg("\n".join) for told in (found.traits, found.facts)
    )
    rows = found.segments.to_dict("records")
    told = {
        "traits": [TOO_FEW_TO_DESCRIBE if row["too_few"] else lines.get(row[SEGMENT], ORDINARY) for row in rows],
        "facts": [
            TOO_FEW_TO_DESCRIBE
            if row["too_few"]
            else facts.get(row[SEGMENT], GUARDED if row[SEGMENT] in lines else ORDINARY)
            for row in rows
        ],
        "action": [_action(row, (found.advised or {}).get(row[SEGMENT]), params, currency) for row in rows],
        "because": [reason(found.fits[row[SEGMENT]]) if row["play"] else "" for row in rows],
        "worth": [_worth(row, found, currency) for row in rows],
        "may_bring": [_may_bring(row, found) for row in rows],
        "test": [_test(found.prospects.get(row[SEGMENT]), params.hold_out) for row in rows],
        "tested": [_tested(found.prospects.get(row[SEGMENT])) for row in rows],
    }
    columns = list(found.segments.columns)
    place = columns.index("verdict")
    return found.segments.assign(**told)[[*columns[:place], *ADDED, *columns[place + 1 :]]]


def written(column: str, value: float, is_share: bool, currency: str) -> str:
    """A value as a reader sees it, in the column's unit."""
    return words.percent(value) if is_share else registry.in_unit(column, value, currency)


def trait_lines(traits: pd.DataFrame, currency: str) -> pd.Series:
    """Each trait with the values behind it, means where it does not say medians: `Older: 50 (all customers: 40)`."""
    lines = []
    for trait in traits.itertuples():
        said = phrase(trait.column, trait.difference, trait.is_share)
        said = words.capital(re.sub(r"^(are|have an?) ", "", said))
        ours, theirs = (written(trait.column, value, trait.is_share, currency) for value in (trait.ours, trait.theirs))
        told = registry.wording(trait.column, trait.is_share).value.replace("{}", ours)
        medians = "; medians" if trait.by_median else ""
        told = re.sub(r"^1 (\w+)s\b", r"1 \1", told)  # 1 order, not 1 orders
        lines.append(" ".join(f"{said}: {told} (all customers: {theirs}{medians})".splitlines()))
    return pd.Series(lines, traits.index, dtype=object)


def bounded(column: str, condition: str) -> str:
    """A condition in words; a bound on a share in per cent."""
    bound = BOUND.fullmatch(condition)
    if bound is None or registry.facts(column).unit != "share":
        return condition
    return f"{bound[1]} {words.percent(float(bound[2]))}"


def reason(fit: Fit) -> str:
    """Why a segment has a play's name: the conditions in words."""
    conditions = {
        column: f"in the {condition} of all customers" if RANK.fullmatch(condition) else bounded(column, condition)
        for column, condition in fit.when.items()
    }
    return words.listed(f"{registry.inline(column)} {condition}" for column, condition in conditions.items())


def _advice(advised: Advice) -> str:
    """The advice, and for how many of them it holds where that is not all."""
    if advised.concerned is None:
        return advised.do
    return f"{advised.do} Those whom it is for: {advised.concerned:,} of the {advised.customers:,}."


def _action(row: dict[str, Any], advised: Advice | None, params: ProfilingParams, currency: str) -> str:
    """What to do, or not to do, in the tone of the verdict, and with the loyalty coins as a lever."""
    if row["too_few"]:
        return TOO_FEW
    if row[SEGMENT] == UNASSIGNED:
        return NO_SEGMENT
    if row["verdict"] == UNSUPPORTED:
        return UNTESTED
    do = _advice(advised) if advised else params.otherwise
    if "coins" not in row:
        return do
    share = row.get("coin_share")
    told = "" if pd.isna(share) else f", {words.percent(share, 1)} of their net revenue"
    worth = words.money(row["coin_cost"], currency)
    return f"{do} Lever: they hold {row['coins']:,.0f} loyalty coins worth {worth}{told}."


def _worth(row: dict[str, Any], found: Profiled, currency: str) -> str:
    """What the outcome of the advice would bring, and what is expected of them anyway."""
    ahead = found.prospects.get(row[SEGMENT])
    if ahead is None or row["verdict"] == UNSUPPORTED:
        return ""
    if ahead.order_value is not None and ahead.order_value <= 0:
        return "An order of theirs usually nets nothing, so one more promises nothing."
    told = outcomes.brings(ahead, currency)
    if ahead.expected_orders is not None:
        days, orders = words.span(found.horizon_days), words.number(ahead.expected_orders)
        return f"{told} Expected of them in any case, over the next {days}: about {orders} orders."
    if ahead.expected <= 0 or not told:
        return told
    days = words.span(found.horizon_days)
    return f"{told} Expected of them in any case, over the next {days}: about {words.about(ahead.expected, currency)}."


def _may_bring(row: dict[str, Any], found: Profiled) -> float:
    """The same as a number: the money that the outcome of the advice would bring, where any is known."""
    ahead = found.prospects.get(row[SEGMENT])
    known = ahead is not None and row["verdict"] != UNSUPPORTED and ahead.money is not None and ahead.money > 0
    return float(ahead.money) if known else float("nan")


def _tested(ahead: Prospect | None) -> str:
    """Whether a test would show anything, in a few words."""
    if ahead is None:
        return ""
    if ahead.held_out is not None:
        return f"Yes: hold out {ahead.held_out:,}"
    return "No: too few" if ahead.has_room else "No: nearly all order anyway"


def _else_compared(ahead: Prospect) -> str:
    return "what they spend" if ahead.expected_orders is None else "how often they order"


def _test(ahead: Prospect | None, params: HoldOutParams) -> str:
    """How many to leave alone so that the comparison shows something."""
    if ahead is None:
        return ""
    does, power = outcomes.MEASURED[ahead.outcome], words.percent(params.power)
    uplift = outcomes.change(ahead)
    if not ahead.has_room:
        rate = HARDEST_BASE if ahead.base_rate is None else ahead.base_rate
        return (
            f"{words.percent(rate)} are expected to order within {params.days} days anyway, which leaves no room for "
            f"{uplift}: compare {_else_compared(ahead)} instead."
        )
    if ahead.held_out is not None:
        return (
            f"Leave {ahead.held_out:,} of the {ahead.customers:,}, drawn at random, alone, and compare {does}: "
            f"{uplift} {outcomes.against(ahead, params.days)} would then show with a probability of {power}."
        )
    if ahead.smallest_uplift is None:
        return "They are too few for any test."
    return (
        f"Too few to show {uplift} in {does}: even with half of the {ahead.customers:,} held out, only "
        f"{outcomes.least(ahead)} or more would show with a probability of {power}; "
        "run it longer, or together with another segment."
    )

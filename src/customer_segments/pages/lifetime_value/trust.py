"""What the forecast rests on: the models, their check on held-out days, and the assumptions that fail."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise, product
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from customer_segments.base import registry, words
from customer_segments.pages.plots import lifetime_value as plots
from customer_segments.pages.plots.absent import NO_TRANSACTIONS
from customer_segments.steps.lifetime_value import behaviour
from customer_segments.steps.lifetime_value.trust import TELLING, HoldOut
from customer_segments.steps.value import Valued

NONE_FAILS = "No assumption that was checked fails on this data."
NAIVE = "that everyone orders in these days what they ordered in as many days before"
TEXTS = {
    "no_transactions": NO_TRANSACTIONS,
    "nobody_came_back": "Every customer ordered on one day only, so nothing tells how often they order or when they "
    "leave.",
    "few_came_back": "In this data {back} ordered on a second day; a model needs at least {needed}.",
    "few_spent": "Fewer than {needed} customers netted anything, so nothing tells what an order is worth.",
    "not_fitted": "The model of {of} ({model}) could not be fitted: {problem}.",
    "not_computed": "the likelihood could not be computed",
    "not_ended": "the search ended before it reached the highest likelihood",
    "too_short": "the data covers {covered}, too few to hold {held_out} of them out.",
    "missed": "**The forecast missed the held-out days**: it expected {biases}. The model knows no seasons, promotions "
    "or trends; read its amounts as a ranking.",
    "no_better": "**The model forecast each customer's orders no better than the naive guess** that everyone does what "
    "they did before (error {model_error} against {naive_error}).",
    "nobody_leaves": "**The model sees nobody leave**: pauses are no longer than chance makes them among customers of "
    "different rates, so the chance of being a customer still tells nothing here, and the forecast assumes that "
    "everyone goes on. Longer data may show who left.",
    "undecided": "**Two models fit equally well and disagree on who is a customer still**: {chance} of all in {model}, "
    "{other_chance} in {other}. The data cannot tell whether those who ordered once have left; their chances are "
    "undetermined.",
    "once": "**{share} of customers ordered on one day only**, and the BG/NBD model takes every one of them for a "
    "customer still, however long ago that was, because in it customers leave only after a repeat order: believe "
    "their expected orders rather than their chance (or set `lifetime_value.model` to mbg_nbd).",
    "alike": "**Customers hardly differ in {what}**, as far as this data shows: forecasts tell them apart by less than "
    "they may.",
    "regular": "**Customers order more regularly than at random** (index {index}; 1 is random): one who is overdue is "
    "likelier to have left than the model says, and one who has just ordered will not order again at once.",
    "bursty": "**Orders come in bursts** (index {index}; 1 is random): a pause between two bursts looks to the model "
    "like a customer who left, so that chances are too low for some.",
    "often_more": "**Customers who order often spend more per order** (rank correlation {correlation}), while the "
    "Gamma-Gamma model takes the two for unrelated: values of frequent customers with a short history are too low.",
    "often_less": "**Customers who order often spend less per order** (rank correlation {correlation}), while the "
    "Gamma-Gamma model takes the two for unrelated: values of frequent customers with a short history are too high.",
    "no_finite_mean": "**A few amounts are so large that the model has no finite mean for a new customer**: values of "
    "customers with few orders are very uncertain.",
    "far": "**The forecast reaches {horizon} ahead, further than any customer has been followed** ({followed}): "
    "nothing shows that customers go on as they began.",
    "netted_nothing": "{customers} netted nothing after returns; they are left out of the model of spending, and their "
    "expected value is nothing.",
}
DIFFERENCES = {"ordering": "how often they order", "leaving": "how soon they leave", "spending": "what they spend"}
TOO = {"orders": ("few", "many"), "revenue": ("little", "much")}
WHO = {"model": "the model", "naive": "as before"}
UNITS = {"orders": "orders", "revenue": "net_revenue"}


def model(found: Valued) -> str:
    """Which model was fitted, why this one, and that the search for it ended where it should; or why there is none."""
    if found.refusal:
        return in_words(*found.refusal)
    kept, other, ahead = found.models.orders, found.models.other, found.models.ahead
    orders, spending = (
        ", ".join(f"{name} {words.number(found.models.parameters[name])}" for name in names)
        for names in (behaviour.HIGHEST_OF_ORDERS, behaviour.HIGHEST_OF_SPENDING)
    )
    chosen = ""
    if other is not None:
        chosen = f", likelier than {other.name} by {words.number(ahead)} in log-likelihood"
        if ahead < TELLING:
            chosen = f", about as likely as {other.name}"
        if not other.converged:
            chosen = f"; {other.name} could not be fitted"
    leaves = "any order, the first included" if kept.may_leave_at_once else "any order but the first"
    return (
        f"Orders follow {kept.name} (customers may leave after {leaves}{chosen}), in weeks: {orders}. Spending follows "
        f"Gamma-Gamma: {spending}. Both searches converged from the best of three starts."
    )


def not_checked(held: HoldOut) -> str:
    """Why the forecast could not be checked."""
    when = f" on the days from {words.day(held.cut)} on. " if held.cut else ": "
    return f"The forecast could not be checked{when}{in_words(*held.refused)}"


def calibration(found: Valued) -> tuple[Figure, str, str]:
    """What was held out, and how the model did against the naive forecast."""
    held, orders = found.held, found.held.totals.loc["orders"]
    errs = "less" if orders["model_error"] < orders["naive_error"] else "no less"
    caption = (
        f"The models were fitted to everything before {words.day(held.cut)} and asked for the "
        f"{words.counted(held.days, 'day')} from then on; customers are grouped by their repeat orders before. They "
        f"expected {orders['model']:,.0f} orders of {len(held.customers):,} customers, {orders['actual']:,.0f} came "
        f"({off(orders['model_bias'])}); the naive forecast, {NAIVE}, is {off(orders['naive_bias'])}. Per customer the "
        f"model errs {errs} ({words.number(orders['model_error'])} against "
        f"{words.number(orders['naive_error'])} orders, root mean square)."
    )
    classes = held.by_repeats(found.smallest_group)
    begins = classes["fewest"].tolist()
    named = [f"{low}" if high == low + 1 else f"{low} to {high - 1}" for low, high in pairwise(begins)]
    classes = classes.assign(repeats=[*named, f"{begins[-1]} or more"])
    told = words.listed(
        f"{row.repeats} repeat order{'s' * (row.repeats != '1')}: {words.number(row.actual, 2)} came, "
        f"{words.number(row.model, 2)} expected"
        for row in classes.itertuples()
    )
    alt = f"Bars of mean orders in the held-out days by repeat orders before: {told}."
    return plots.calibration(classes), caption, alt


def totals(found: Valued, currency: str) -> tuple[pd.DataFrame, str]:
    """What the held-out days brought, against two forecasts, and whether chances told who would come."""
    rows = []
    for (what, row), (who, name) in product(found.held.totals.iterrows(), WHO.items()):
        numbers = (round(row[who]), round(row["actual"]), row[f"{who}_error"])
        expected, came, error = (registry.in_unit(UNITS[what], number, currency) for number in numbers)
        bias = row[f"{who}_bias"]
        off_by = f"{'+' if bias >= 0.005 else ''}{words.percent(bias)}"
        rows.append((f"{what.capitalize()}, {name}", expected, came, off_by, error))
    table = pd.DataFrame(rows, columns=["", "Expected", "Came", "Off by", "Error per customer"])
    gone, still = words.percent(found.params.gone_below), words.percent(found.params.at_risk_below)
    limits = {"gone": f"below {gone}", "alive": f"{still} or more"}
    told = words.listed(
        f"{words.percent(share)} of those whose chance of being one still was {limits[who]}"
        for who, share in found.held.came_by_chance(found.params).items()
        if share is not None
    )
    ordered = f" Of the customers known before, {told} ordered in the held-out days." if told else ""
    return table, f"“As before” is the naive forecast; the error is the root of the mean square.{ordered}"


def cautions(found: Valued) -> list[str]:
    """Everything that limits how far the forecast can be trusted, the weightiest first."""
    told = [
        not_checked(found.held) if code == "not_checked" else in_words(code, figures)
        for code, figures in found.cautions.items()
    ]
    return told or [NONE_FAILS]


def missed(biases: dict[str, float]) -> str:
    """By how much forecasts of the held-out days were off."""
    return words.listed(f"{words.percent(abs(bias))} too {TOO[what][bias > 0]} {what}" for what, bias in biases.items())


def off(bias: float) -> str:
    """How far a forecast of all orders was off."""
    if bias != bias:
        return "not comparable, as none came"
    if abs(bias) < 0.005:
        return "right to the per cent"
    return f"{words.percent(abs(bias))} too {'high' if bias > 0 else 'low'}"


def in_words(code: str, figures: dict[str, Any]) -> str:
    """A refusal, or a limit of the forecast."""
    return TEXTS[code].format_map({name: WRITTEN.get(name, str)(value) for name, value in figures.items()})


WRITTEN: dict[str, Callable[[Any], str]] = {
    **dict.fromkeys(("chance", "other_chance", "share"), words.percent),
    **dict.fromkeys(("model_error", "naive_error"), words.number),
    **dict.fromkeys(("index", "correlation"), lambda value: words.number(value, 2)),
    **dict.fromkeys(("horizon", "followed", "covered"), lambda days: words.counted(days, "day")),
    "held_out": "{:,}".format,
    "back": lambda count: f"only {words.counted(count, 'customer')}" if count else "no customer",
    "customers": lambda count: words.counted(count, "customer"),
    "what": lambda places: words.listed(DIFFERENCES[place] for place in places),
    "biases": missed,
    "problem": TEXTS.__getitem__,
}

"""What the forecast rests on: the models, their check on held-out days, and the assumptions that fail."""

from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from matplotlib.figure import Figure

from customer_segments.base import registry, words
from customer_segments.pages.plots import lifetime_value as plots
from customer_segments.pages.plots.absent import NO_TRANSACTIONS
from customer_segments.steps.lifetime_value import behaviour
from customer_segments.steps.lifetime_value.holdout import HoldOut
from customer_segments.steps.lifetime_value.ranges import WIDEST
from customer_segments.steps.value import Valued

NONE_FAILS = "No assumption that was checked fails on this data."
NAIVE = "that everyone orders in these days what they ordered in as many days before"
TOO = {"orders": ("few", "many"), "revenue": ("little", "much")}
WHO = {"model": "the model", "naive": "as before"}
UNITS = {"orders": "orders", "revenue": "net_revenue"}


def model(found: Valued) -> str:
    """Which model was fitted, why this one, and that the search for it ended where it should; or why there is none."""
    if found.refusal:
        return in_words(*found.refusal)
    kept, other, ahead = found.models.orders, found.models.other, found.models.ahead
    orders, spending = (
        ", ".join(f"{name} {words.number(value)}" for name, value in found.models.parameters.items() if name in names)
        for names in (behaviour.HIGHEST_OF_ORDERS, behaviour.HIGHEST_OF_SPENDING)
    )
    chosen = ""
    if other is not None:
        chosen = f", likelier than {other.name} by {words.number(ahead)} in log-likelihood"
        if found.models.undecided:
            better = ", and better at foreseeing the held-out days" if found.models.by_hold_out else ""
            chosen = f", about as likely as {other.name}{better}"
        if not other.converged:
            chosen = f"; {other.name} could not be fitted"
    leaves = "any order, the first included" if kept.may_leave_at_once else "any order but the first"
    told = f"Orders follow {kept.name} (customers may leave after {leaves}{chosen}), in weeks: {orders}."
    if not spending:
        return f"{told} The search converged from the best of three starts."
    return f"{told} Spending follows Gamma-Gamma: {spending}. Both searches converged from the best of three starts."


def not_checked(held: HoldOut) -> str:
    """Why the forecast could not be checked."""
    when = f" on the days from {words.day(held.cut)} on. " if held.cut else ": "
    return f"The forecast could not be checked{when}{in_words(*held.refused)}"


def calibration(found: Valued) -> tuple[Figure, str, str, str]:
    """Orders in the held-out days, by how often customers had come back before."""
    told_classes = classes(found)
    told = words.listed(
        f"{row.repeats} repeat order{'s' * (row.repeats != '1')}: {words.number(row.actual, 2)} came, "
        f"{words.number(row.model, 2)} expected"
        for row in told_classes.itertuples()
    )
    alt = f"Bars of mean orders in the held-out days by repeat orders before: {told}."
    caption = f"{_held_out(found)} From `data/interim/lines.parquet`."
    return plots.calibration(told_classes), caption, alt, _came(found)


def foreseen(found: Valued) -> str:
    """What was held out, and how the model did against the naive forecast."""
    return f"{_came(found)}. {_held_out(found)}"


def _came(found: Valued) -> str:
    orders = found.held.totals.loc["orders"]
    expected = f"{orders['model']:,.0f} orders were expected in the {words.counted(found.held.days, 'day')} held out"
    return f"{expected}, {orders['actual']:,.0f} came ({off(orders['model_bias'])})"


def _held_out(found: Valued) -> str:
    held, orders = found.held, found.held.totals.loc["orders"]
    errs = "less" if orders["model_error"] < orders["naive_error"] else "no less"
    return (
        f"Mean orders of each of {len(held.customers):,} customers, grouped by their repeat orders before "
        f"{words.day(held.cut)}; the models were fitted to what came before that day and asked for what followed. The "
        f"naive forecast, {NAIVE}, is {off(orders['naive_bias'])}. Per customer the "
        f"model errs {errs} ({words.number(orders['model_error'])} against "
        f"{words.number(orders['naive_error'])} orders, root mean square)."
    )


def classes(found: Valued) -> pd.DataFrame:
    """Mean orders by repeat orders before, each class with its name."""
    table = found.held.by_repeats(found.smallest_group)
    begins = table["fewest"].tolist()
    named = [f"{low}" if high == low + 1 else f"{low} to {high - 1}" for low, high in pairwise(begins)]
    return table.assign(repeats=[*named, f"{begins[-1]} or more"])


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


def missing(errors: dict[int, float]) -> str:
    """Which segments were missed by how much."""
    sizes = {segment: "" if by != by else f" ({words.percent(by)})" for segment, by in errors.items()}
    return words.listed(f"{words.segment_inline(segment)}{size}" for segment, size in sizes.items())


def off(bias: float) -> str:
    """How far a forecast of all orders was off."""
    if bias != bias:
        return "not comparable, as none came"
    if abs(bias) < 0.005:
        return "right to the per cent"
    return f"{words.percent(abs(bias))} too {'high' if bias > 0 else 'low'}"


def in_words(code: str, figures: dict[str, Any]) -> str:
    """A refusal, or a limit of the forecast."""
    return getattr(SENTENCES.get_template("sentences.j2").module, code)(**figures)


SENTENCES = Environment(loader=FileSystemLoader(Path(__file__).parent), undefined=StrictUndefined)
SENTENCES.globals |= {"NO_TRANSACTIONS": NO_TRANSACTIONS, "WIDEST": WIDEST}
SENTENCES.filters |= {
    **{write.__name__: write for write in (words.counted, words.listed, words.number, words.percent)},
    "among": lambda key, names: names[key],
    "too_much": missed,
    "missing": missing,
}

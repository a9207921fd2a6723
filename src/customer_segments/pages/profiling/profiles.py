"""Each segment in words: what it is like, why it has its name, what to do, what that may bring, how to find out."""

from __future__ import annotations

import math
import re
from typing import Any

import pandas as pd

from customer_segments.base import registry, words
from customer_segments.base.params import ProfilingParams
from customer_segments.base.params.profiling import RANK, HoldOutParams
from customer_segments.steps.profile import Profiled
from customer_segments.steps.profiling.distinctiveness import SEGMENT, UNASSIGNED
from customer_segments.steps.profiling.playbook import Fit
from customer_segments.steps.profiling.traits import UNSUPPORTED, phrase
from customer_segments.steps.profiling.worth import HARDEST_BASE, RAREST_BASE, Prospect

ORDINARY = "In nothing far from all customers"
TOO_FEW_TO_DESCRIBE = "Too few to describe without describing single persons"
UNTESTED = "Do not treat them differently on this evidence; test first."
NO_SEGMENT = "Treat them as all customers are treated: they resemble no segment closely enough to be counted to it."
TOO_FEW = "Treat them one by one, as persons; so few customers are no segment to plan for."
ADDED = ["traits", "action", "because", "verdict", "worth", "test"]


def in_words(found: Profiled, params: ProfilingParams, currency: str) -> pd.DataFrame:
    """The table of segments with their `traits` (one a line), `action`, `because`, `worth` and `test`."""
    lines = trait_lines(found.traits, currency).groupby(found.traits[SEGMENT]).agg("\n".join)
    rows = found.segments.to_dict("records")
    told = {
        "traits": [TOO_FEW_TO_DESCRIBE if row["too_few"] else lines.get(row[SEGMENT], ORDINARY) for row in rows],
        "action": [_action(row, found.fits.get(row[SEGMENT]), params, currency) for row in rows],
        "because": [reason(found.fits[row[SEGMENT]]) if row["play"] else "" for row in rows],
        "worth": [_worth(row, found, currency) for row in rows],
        "test": [_test(found.prospects.get(row[SEGMENT]), params.hold_out) for row in rows],
    }
    columns = list(found.segments.columns)
    place = columns.index("verdict")
    return found.segments.assign(**told)[[*columns[:place], *ADDED, *columns[place + 1 :]]]


def written(column: str, value: float, is_share: bool, currency: str) -> str:
    """A value as a reader sees it, in the column's unit."""
    return words.percent(value) if is_share else registry.in_unit(column, value, currency)


def trait_lines(traits: pd.DataFrame, currency: str) -> pd.Series:
    """Each trait with the values behind it: `Many orders: 14 orders (all customers: 5)`."""
    return pd.Series([_line(row, currency) for row in traits.to_dict("records")], traits.index, dtype=object)


def _line(trait: dict[str, Any], currency: str) -> str:
    column, said = trait["column"], words.capital(phrase(trait["column"], trait["difference"]))
    ours, theirs = (written(column, trait[side], trait["is_share"], currency) for side in ("ours", "theirs"))
    told = registry.wording(column).value.replace("{}", ours)
    told = re.sub(r"^1 (\w+)s\b", r"1 \1", told)  # 1 order, not 1 orders
    return f"{said}: {told} (all customers: {theirs})"


def reason(fit: Fit) -> str:
    """Why a segment has a play's name: the conditions in words."""
    conditions = {
        column: f"in the {condition} of all customers" if RANK.fullmatch(condition) else condition
        for column, condition in fit.when.items()
    }
    return words.listed(f"{registry.inline(column)} {condition}" for column, condition in conditions.items())


def _action(row: dict[str, Any], fit: Fit | None, params: ProfilingParams, currency: str) -> str:
    """What to do, or not to do, in the tone of the verdict, and with the loyalty coins as a lever."""
    if row["too_few"]:
        return TOO_FEW
    if row[SEGMENT] == UNASSIGNED:
        return NO_SEGMENT
    if row["verdict"] == UNSUPPORTED:
        return UNTESTED
    do = fit.play.do if fit else params.otherwise
    return f"{do} {_lever(row, currency)}" if "coins" in row else do


def _lever(row: dict[str, Any], currency: str) -> str:
    share = row.get("coin_share")
    told = "" if share is None or pd.isna(share) else f", {words.percent(share, 1)} of their net revenue"
    return f"Lever: they hold {row['coins']:,.0f} loyalty coins worth {words.money(row['coin_cost'], currency)}{told}."


def _worth(row: dict[str, Any], found: Profiled, currency: str) -> str:
    """What one more order of a few of them would bring, and what is expected of them anyway."""
    ahead = found.prospects.get(row[SEGMENT])
    if ahead is None or row["verdict"] == UNSUPPORTED or ahead.order_value is None:
        return ""
    if ahead.order_value <= 0:
        return "An order of theirs usually nets nothing, so one more promises nothing."
    told = (
        f"If {_one_in(ahead.response)} of them ({words.counted(ahead.orders, 'customer')}) ordered once more at their "
        f"usual {words.money(ahead.order_value, currency)}, that would bring about {_about(ahead.money, currency)}."
    )
    if ahead.expected <= 0:
        return told
    days = words.span(found.horizon_days)
    return f"{told} Expected of them in any case, over the next {days}: about {_about(ahead.expected, currency)}."


def _about(amount: float, currency: str) -> str:
    """An amount that rests on an assumption, with no more digits than that deserves."""
    return words.money(float(f"{amount:.3g}"), currency)


def _one_in(share: float) -> str:
    whole = round(1 / share)
    return f"1 in {whole:,}" if abs(1 / share - whole) < 1e-9 else words.percent(share)


def _test(ahead: Prospect | None, params: HoldOutParams) -> str:
    """How many to leave alone so that the comparison shows something."""
    if ahead is None:
        return ""
    uplift, power = f"{100 * ahead.response:g} points", words.percent(params.power)
    if not ahead.has_room:
        rate = HARDEST_BASE if ahead.base_rate is None else ahead.base_rate
        return (
            f"{words.percent(rate)} are expected to order within {params.days} days anyway, which leaves no room for "
            f"{uplift} more: compare what they spend instead."
        )
    if ahead.held_out is not None:
        return (
            f"Leave {ahead.held_out:,} of the {ahead.customers:,}, drawn at random, alone: {uplift} more than "
            f"{_base(ahead.base_rate, params.days)} would then show with a probability of {power}."
        )
    if ahead.smallest_uplift is None:
        return "They are too few for any test."
    return (
        f"Too few to show {uplift} more: even with half of the {ahead.customers:,} held out, only "
        f"{math.ceil(round(100 * ahead.smallest_uplift, 6))} points or more would show with a probability of {power}; "
        "run it longer, or together with another segment."
    )


def _base(base: float | None, days: int) -> str:
    if base is None:
        return "a base of 50%, the hardest case (nothing is expected of them),"
    told = f"under {words.percent(RAREST_BASE)}" if base < RAREST_BASE else words.percent(base)
    return f"the {told} expected to order within {days} days anyway"

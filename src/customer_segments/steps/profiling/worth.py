"""What an action may be worth in each segment, and how to find out: sentences computed from its own customers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from customer_segments.base import words
from customer_segments.base.params import Play, ProfilingParams
from customer_segments.base.params.profiling import HoldOutParams
from customer_segments.steps.profiling import coins, tone, trials
from customer_segments.steps.profiling.distinctiveness import SEGMENT

HARDEST_BASE = 0.5  # a share of one half needs the largest groups


def recommendations(
    profiled: pd.DataFrame, customers: pd.DataFrame, params: ProfilingParams, currency: str, horizon_days: int | None
) -> pd.DataFrame:
    """The profiles with `worth` and `test`, and with the loyalty coins as a lever where these are on.

    What is expected of customers is expected over `horizon_days`; None where nothing is.
    """
    plays = {play.name: play for play in params.playbook}
    groups = dict(list(customers.groupby(SEGMENT)))
    worths, tests = [], []
    for row in profiled.itertuples(index=False):
        own, response = groups[row.segment], _response(plays.get(row.play), params)
        worths.append(worth(own, response, currency, horizon_days) if _is_promising(row) else "")
        tests.append(trial(own, response, params.hold_out, horizon_days) if _is_a_group(row) else "")
    table = profiled.assign(worth=worths, test=tests)
    return _with_coins(table, customers, params, currency) if params.coins.on else table


def _is_a_group(row: Any) -> bool:
    return row.segment != 0 and not row.too_few


def _is_promising(row: Any) -> bool:
    return _is_a_group(row) and tone.uses_playbook(row.verdict)


def _response(play: Play | None, params: ProfilingParams) -> float:
    return play.response if play and play.response else params.response


def worth(own: pd.DataFrame, response: float, currency: str, horizon_days: int | None = None) -> str:
    """What one more order of a few of them would bring, and what is expected of them anyway."""
    if "average_order_value" not in own:
        return ""
    count, usual = max(1, round(response * len(own))), float(own["average_order_value"].median())
    if usual <= 0:
        return "An order of theirs usually nets nothing, so one more promises nothing."
    told = (
        f"If {_one_in(response)} of them ({words.counted(count, 'customer')}) ordered once more at their usual "
        f"{words.money(usual, currency)}, that would bring about {_about(count * usual, currency)}."
    )
    if horizon_days is None or (expected := own["expected_value"].sum()) <= 0:
        return told
    ahead = words.span(horizon_days)
    return f"{told} Expected of them in any case, over the next {ahead}: about {_about(expected, currency)}."


def _about(amount: float, currency: str) -> str:
    """An amount that rests on an assumption, with no more digits than that deserves."""
    return words.money(float(f"{amount:.3g}"), currency)


def _one_in(share: float) -> str:
    whole = round(1 / share)
    return f"1 in {whole:,}" if abs(1 / share - whole) < 1e-9 else words.percent(share)


def trial(own: pd.DataFrame, response: float, params: HoldOutParams, horizon_days: int | None = None) -> str:
    """How many to leave alone so that the comparison shows something, from the segment's own base rate."""
    base, customers = base_rate(own, params.days, horizon_days), len(own)
    uplift, power = f"{100 * response:g} points", words.percent(params.power)
    rate = HARDEST_BASE if base is None else base
    if trials.no_room(rate, response):
        return (
            f"{words.percent(rate)} are expected to order within {params.days} days anyway, which leaves no room for "
            f"{uplift} more: compare what they spend instead."
        )
    group = trials.hold_out(customers, rate, response, params)
    if group is None:
        least = trials.smallest_uplift(customers, rate, params)
        if least is None:
            return "They are too few for any test."
        return (
            f"Too few to show {uplift} more: even with half of the {customers:,} held out, only "
            f"{math.ceil(round(100 * least, 6))} points or more would show with a probability of {power}; run it "
            "longer, or together with another segment."
        )
    return (
        f"Leave {group:,} of the {customers:,}, drawn at random, alone: {uplift} more than {_base(base, params.days)} "
        f"would then show with a probability of {power}."
    )


def base_rate(own: pd.DataFrame, days: int, horizon_days: int | None) -> float | None:
    """The share expected to order within the next `days` days if nothing is done; None where nothing is expected.

    From chapter 7 rather than from the last days: a segment made of those who ordered lately would look as if it
    always ordered.
    """
    if horizon_days is None or "expected_orders" not in own:
        return None
    known = own.dropna(subset=["alive_probability", "expected_orders"])
    known = known[known["alive_probability"] > 0]
    if known.empty:
        return None
    rate = known["expected_orders"] / known["alive_probability"] / horizon_days
    return float((known["alive_probability"] * (1 - np.exp(-rate * days))).mean())


def _base(base: float | None, days: int) -> str:
    if base is None:
        return "a base of 50%, the hardest case (nothing is expected of them),"
    if base < trials.RAREST_BASE:
        return f"the under {words.percent(trials.RAREST_BASE)} expected to order within {days} days anyway"
    return f"the {words.percent(base)} expected to order within {days} days anyway"


def _with_coins(table: pd.DataFrame, customers: pd.DataFrame, params: ProfilingParams, currency: str) -> pd.DataFrame:
    """The coins of each segment as columns, and as a lever in what to do where that is allowed."""
    joined = table.merge(coins.by_segment(customers, params.coins), on=SEGMENT)
    levers = [
        f"{row.action} {_lever(row, currency)}" if _is_promising(row) else row.action
        for row in joined.itertuples(index=False)
    ]
    return joined.assign(action=levers)


def _lever(row: Any, currency: str) -> str:
    share = getattr(row, "coin_share", float("nan"))
    told = f", {words.percent(share, 1)} of their net revenue" if pd.notna(share) else ""
    return f"Lever: they hold {row.coins:,.0f} loyalty coins worth {words.money(row.coin_cost, currency)}{told}."

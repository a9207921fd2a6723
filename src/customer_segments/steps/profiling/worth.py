"""What an action may be worth in a segment, and how large a group shows whether it did anything: numbers of its own."""

import math
from bisect import bisect_left
from typing import NamedTuple

import numpy as np
import pandas as pd

from customer_segments.base.params import ProfilingParams
from customer_segments.base.params.profiling import HoldOutParams
from customer_segments.steps.profiling.playbook import Fit

HARDEST_BASE = 0.5  # a share of one half needs the largest groups
RAREST_BASE = 0.01  # below this the normal approximation to a share is no good; the rate is taken to be this


class Prospect(NamedTuple):
    """If a share of a segment answers, what that brings, and the test that would show it."""

    customers: int
    response: float
    orders: int  # one more of each who answers
    order_value: float | None  # their usual one; None without transactions
    money: float | None  # that such orders bring
    expected: float  # value of them in any case
    base_rate: float | None  # the share expected to order in any case; None where nothing is expected
    has_room: bool  # for so many more
    held_out: int | None  # the smallest group that shows the response; None where even half does not
    smallest_uplift: float | None  # that half does show; None where none does, or it need not be known


def prospect(own: pd.DataFrame, fit: Fit | None, params: ProfilingParams, horizon_days: int | None) -> Prospect:
    """The numbers behind a recommendation for these customers; what is expected, is so over `horizon_days`."""
    count, base = len(own), base_rate(own, params.hold_out.days, horizon_days)
    response, rate = (fit and fit.play.response) or params.response, HARDEST_BASE if base is None else base
    room, orders = rate + response <= 1 - RAREST_BASE, max(1, round(response * count))
    group = hold_out(count, rate, response, params.hold_out) if room else None
    least = smallest_uplift(count, rate, params.hold_out) if room and group is None else None
    usual = float(own["average_order_value"].median()) if "average_order_value" in own else None
    money = None if usual is None else orders * usual
    expected = 0.0 if horizon_days is None or "expected_value" not in own else float(own["expected_value"].sum())
    return Prospect(count, response, orders, usual, money, expected, base, room, group, least)


def base_rate(own: pd.DataFrame, days: int, horizon_days: int | None) -> float | None:
    """The share expected to order within the next `days` days if nothing is done; None where nothing is expected."""
    # From chapter 7, not from the last days: a segment of those who ordered lately would look as if it always ordered.
    if horizon_days is None or "expected_orders" not in own:
        return None
    known = own.dropna(subset=["alive_probability", "expected_orders"])
    known = known[known["alive_probability"] > 0]
    if known.empty:
        return None
    rate = known["expected_orders"] / known["alive_probability"] / horizon_days
    return float((known["alive_probability"] * (1 - np.exp(-rate * days))).mean())


def chance_to_show(held_out: int, customers: int, base: float, uplift: float, significance: float) -> float:
    """The probability that a two-sided comparison of two shares shows an uplift, when all others are treated."""
    from scipy.special import ndtr, ndtri

    treated, better = customers - held_out, base + uplift
    pooled = (held_out * base + treated * better) / customers
    if_nothing = math.sqrt(pooled * (1 - pooled) * (1 / held_out + 1 / treated))
    if_real = math.sqrt(base * (1 - base) / held_out + better * (1 - better) / treated)
    return float(ndtr((uplift - ndtri(1 - significance / 2) * if_nothing) / if_real))


def usable_rate(base: float, uplift: float) -> float:
    """The base rate, kept where an uplift is possible and a comparison of shares is sound."""
    return min(max(base, RAREST_BASE), 1 - uplift - RAREST_BASE)


def hold_out(customers: int, base: float, uplift: float, params: HoldOutParams) -> int | None:
    """The smallest hold-out group that shows the uplift with the asked power; none where even half does not."""
    rate, sizes = usable_rate(base, uplift), range(1, customers // 2 + 1)
    place = bisect_left(sizes, True, key=lambda size: _shows(size, customers, rate, uplift, params))
    return sizes[place] if place < len(sizes) else None


def smallest_uplift(customers: int, base: float, params: HoldOutParams) -> float | None:
    """The smallest uplift, to a tenth of a point, that shows with half of the customers held out."""
    rate, half = usable_rate(base, 0.0), customers // 2
    uplifts = (tenths / 1000 for tenths in range(1, int(1000 * (1 - rate))))
    return next((uplift for uplift in uplifts if half and _shows(half, customers, rate, uplift, params)), None)


def _shows(held_out: int, customers: int, base: float, uplift: float, params: HoldOutParams) -> bool:
    return chance_to_show(held_out, customers, base, uplift, params.significance) >= params.power

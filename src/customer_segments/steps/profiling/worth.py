"""What an action may be worth in a segment, and how to find out: numbers of its own customers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from customer_segments.base.params.profiling import HoldOutParams
from customer_segments.steps.profiling import trials

HARDEST_BASE = 0.5  # a share of one half needs the largest groups


class Prospect(NamedTuple):
    """If a share of a segment answers, what that brings, and the test that would show it."""

    customers: int
    response: float
    orders: int  # one more of each who answers
    order_value: float | None  # their usual one; None without transactions
    expected: float | None  # value of them in any case; None where nothing is expected
    base_rate: float | None  # the share expected to order in any case; None where nothing is expected
    has_room: bool  # for so many more
    held_out: int | None  # the smallest group that shows the response; None where even half does not
    smallest_uplift: float | None  # that half does show; None where none does, or it need not be known

    @property
    def money(self) -> float | None:
        """What one more order of each who answers would bring."""
        return None if self.order_value is None else self.orders * self.order_value


def prospect(own: pd.DataFrame, response: float, params: HoldOutParams, horizon_days: int | None) -> Prospect:
    """The numbers behind a recommendation for these customers; what is expected, is so over `horizon_days`."""
    count, base = len(own), base_rate(own, params.days, horizon_days)
    rate = HARDEST_BASE if base is None else base
    room = trials.has_room(rate, response)
    held_out = trials.hold_out(count, rate, response, params) if room else None
    least = trials.smallest_uplift(count, rate, params) if room and held_out is None else None
    usual = float(own["average_order_value"].median()) if "average_order_value" in own else None
    expected = None if horizon_days is None or "expected_value" not in own else float(own["expected_value"].sum())
    orders = max(1, round(response * count))
    return Prospect(count, response, orders, usual, expected, base, room, held_out, least)


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

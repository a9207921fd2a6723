"""What an action may be worth in a segment, and how large a group shows whether it did anything: numbers of its own."""

import math
from bisect import bisect_left
from typing import NamedTuple

import pandas as pd

from customer_segments.base.params import ProfilingParams
from customer_segments.base.params.profiling import HoldOutParams, Outcome
from customer_segments.steps.profiling.outcomes import OF_SHARES, Aim, aim
from customer_segments.steps.profiling.playbook import Fit

HARDEST_BASE = 0.5  # a share of one half needs the largest groups
RAREST_BASE = 0.01  # below this the normal approximation to a share is no good; the rate is taken to be this


class Prospect(NamedTuple):
    """If a share of a segment answers, or a measure moves by that share: what it brings, and the test to show it."""

    outcome: Outcome
    customers: int  # whom the outcome can concern
    response: float
    orders: int  # successes: one of each who answers
    order_value: float | None  # what one brings; None where no money is known
    money: float | None  # that all of it brings
    expected: float  # value of the segment in any case
    base_rate: float | None  # the share expected to do so in any case; None where nothing is expected
    has_room: bool  # for so many more
    held_out: int | None  # the smallest group that shows the response; None where even half does not
    smallest_uplift: float | None  # that half does show; None where none does, or it need not be known
    whole: float | None = None  # money that would grow (basket) or shrink (returns) by the response
    mean: float | None = None  # today's value of what is measured there
    expected_orders: float | None = None  # of the segment in any case, where no money is told


def prospect(
    own: pd.DataFrame, everyone: pd.DataFrame, fit: Fit | None, params: ProfilingParams, horizon_days: int | None
) -> Prospect:
    """The numbers behind a recommendation for these customers; what is expected, is so over `horizon_days`."""
    asked = fit.play.outcome if fit else "order"
    aimed = aim(own, everyone, asked, params.hold_out.days, horizon_days)
    response = (fit and aimed.outcome == asked and fit.play.response) or params.response
    expected = 0.0 if horizon_days is None or "expected_value" not in own else float(own["expected_value"].sum())
    of_shares = aimed.outcome in OF_SHARES
    found = (_of_a_share if of_shares else _of_a_mean)(aimed, response, expected, params.hold_out)
    if horizon_days is None or "expected_value" in own or "expected_orders" not in own:
        return found
    return found._replace(expected_orders=float(own["expected_orders"].sum()))


def _of_a_share(aimed: Aim, response: float, expected: float, params: HoldOutParams) -> Prospect:
    """Some more of them do something: order, come back, bring a friend, stay."""
    count, base = len(aimed.concerned), aimed.base
    rate = HARDEST_BASE if base is None else base
    room, answers = rate + response <= 1 - RAREST_BASE, max(1, round(response * count))
    group = hold_out(count, rate, response, params) if room else None
    least = smallest_uplift(count, rate, params) if room and group is None else None
    money = None if aimed.each is None else answers * aimed.each
    return Prospect(
        aimed.outcome, count, response, answers, aimed.each, money, expected, base, room, group, least
    )  # fmt: skip


def _of_a_mean(aimed: Aim, response: float, expected: float, params: HoldOutParams) -> Prospect:
    """All of them do something a little more (the size of an order) or less (what is sent back)."""
    count, change = len(aimed.concerned), response * aimed.mean
    group = hold_out_of_means(count, aimed.spread, change, params)
    least = None if group else least_change(count, aimed.spread, params) / aimed.mean if aimed.mean else None
    return Prospect(
        aimed.outcome, count, response, count, None, response * aimed.whole, expected, None, True, group, least,
        aimed.whole, aimed.mean,
    )  # fmt: skip


def hold_out_of_means(customers: int, spread: float, change: float, params: HoldOutParams) -> int | None:
    """The smallest hold-out group that shows a change of a mean with the asked power; none where half does not."""
    # (z_power + z_significance)^2 * spread^2 * (1/held out + 1/treated) <= change^2
    room = (change / (_quantiles(params) * spread)) ** 2 if spread > 0 else math.inf
    sizes = range(1, customers // 2 + 1)
    place = bisect_left(sizes, True, key=lambda size: 1 / size + 1 / (customers - size) <= room)
    return sizes[place] if place < len(sizes) else None


def least_change(customers: int, spread: float, params: HoldOutParams, held_out: int | None = None) -> float:
    """The smallest change of a mean that shows with so many of the customers held out, or with half of them."""
    held_out = held_out or max(1, customers // 2)
    return _quantiles(params) * spread * math.sqrt(1 / held_out + 1 / max(1, customers - held_out))


def _quantiles(params: HoldOutParams) -> float:
    from scipy.special import ndtri

    return float(ndtri(params.power) + ndtri(1 - params.significance / 2))


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


def smallest_uplift(customers: int, base: float, params: HoldOutParams, held_out: int | None = None) -> float | None:
    """The smallest uplift, to a tenth of a point, that shows with so many customers held out, or with half of them."""
    rate, size = usable_rate(base, 0.0), held_out or customers // 2
    uplifts = (tenths / 1000 for tenths in range(1, int(1000 * (1 - rate))))
    return next((uplift for uplift in uplifts if size and _shows(size, customers, rate, uplift, params)), None)


def _shows(held_out: int, customers: int, base: float, uplift: float, params: HoldOutParams) -> bool:
    return chance_to_show(held_out, customers, base, uplift, params.significance) >= params.power

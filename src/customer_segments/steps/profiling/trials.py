"""How large a group must be left alone, so that a comparison shows whether an action did anything."""

from __future__ import annotations

import math

from customer_segments.base.params.profiling import HoldOutParams

RAREST_BASE = 0.01  # below this the normal approximation to a share is no good; the rate is taken to be this


def chance_to_show(held_out: int, customers: int, base: float, uplift: float, significance: float) -> float:
    """The probability that a two-sided comparison of two shares shows an uplift, when all others are treated."""
    from scipy.special import ndtr, ndtri

    treated, better = customers - held_out, base + uplift
    pooled = (held_out * base + treated * better) / customers
    if_nothing = math.sqrt(pooled * (1 - pooled) * (1 / held_out + 1 / treated))
    if_real = math.sqrt(base * (1 - base) / held_out + better * (1 - better) / treated)
    return float(ndtr((uplift - ndtri(1 - significance / 2) * if_nothing) / if_real))


def has_room(base: float, uplift: float) -> bool:
    """Whether not so many do it anyway that the uplift cannot be."""
    return base + uplift <= 1 - RAREST_BASE


def usable_rate(base: float, uplift: float) -> float:
    """The base rate, kept where an uplift is possible and a comparison of shares is sound."""
    return min(max(base, RAREST_BASE), 1 - uplift - RAREST_BASE)


def hold_out(customers: int, base: float, uplift: float, params: HoldOutParams) -> int | None:
    """The smallest hold-out group that shows the uplift with the asked power; none where even half does not."""
    rate, low, high = usable_rate(base, uplift), 1, customers // 2
    if high < 1 or not _shows(high, customers, rate, uplift, params):
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _shows(middle, customers, rate, uplift, params) else (middle + 1, high)
    return low


def _shows(held_out: int, customers: int, base: float, uplift: float, params: HoldOutParams) -> bool:
    return chance_to_show(held_out, customers, base, uplift, params.significance) >= params.power


def smallest_uplift(customers: int, base: float, params: HoldOutParams) -> float | None:
    """The smallest uplift, to a tenth of a point, that shows with half of the customers held out."""
    rate = usable_rate(base, 0.0)
    for tenths in range(1, int(1000 * (1 - rate))):
        uplift = tenths / 1000
        if customers >= 2 and _shows(customers // 2, customers, rate, uplift, params):
            return uplift
    return None

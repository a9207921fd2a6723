"""Values as far as a reader will see them: two are equal here where they would be written alike."""

import math

from customer_segments.base import registry, words

UNDER_ONE = 0.5  # per cent: how every share is seen that is more than nothing and less than this


def seen(column: str, value: float, is_share: bool, currency: str) -> float | tuple[bool, float, float]:
    """A column's value, rounded as in its unit."""
    unit = "share" if is_share else registry.facts(column).unit
    if unit == "share":
        return percent(value)
    if unit == "clock":
        return round(60 * float(value), 0)
    return money(value, currency) if unit == "money" else number(value)


def percent(share: float) -> float:
    """A share in whole per cent."""
    return UNDER_ONE if 0 < abs(share) < UNDER_ONE / 100 else round(100 * float(share), 0)


def number(value: float) -> float:
    """Three digits, or a whole number as it is."""
    value = float(value)
    if not math.isfinite(value) or value.is_integer():
        return value
    return round(value, max(0, 2 - math.floor(math.log10(abs(value)))))


def money(value: float, currency: str) -> tuple[bool, float, float]:
    """An amount: whether it is owed, how large, and in which steps; €100.00 and €100 are not written alike."""
    size, owed = abs(float(value)), bool(value < 0)
    if words.in_thousands(currency):
        if 0 < size < words.LEAST * 1000:
            return owed, number(size), 1e3
        size *= 1000
    step, name = words.scale(size)
    if name:
        return owed, float(f"{size / step:.3g}"), step
    if size < words.HALF_A_CENT:
        return False, 0.0, 1.0
    return (owed, round(size, 2), 0.01) if size < 100 else (owed, round(size, 0), 1.0)

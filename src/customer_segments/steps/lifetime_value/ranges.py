"""Intervals of what is expected in all and of each segment, and whose forecast cannot be relied upon.

Three things make a forecast miss, and all three are counted: each customer's future is open, the parameters are known
roughly, and the models are not the truth (they know no season, trend or promotion). How much the last comes to is
taken from days that were held out: what they missed beyond the first two. What they missed to the same side, and
together cover a year, so that it is no season, is expected to be missed again: the interval leans to that side. Data of
less than a year hold no season to be missed; a usual one is counted then.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from customer_segments.steps.lifetime_value.forecast import Models
from customer_segments.steps.lifetime_value.future import spreads
from customer_segments.steps.lifetime_value.holdout import HoldOut
from customer_segments.steps.retention.order_days import DAYS_OF_A_WEEK

LEVELS = {80: 0.9, 95: 0.975}  # per cent, and the quantile at which such an interval ends
USUAL, WORTH = 0.05, 3.0  # what models miss by where nothing tells, and how many hold-outs that is worth
OVERLAP = 2  # hold-outs, half of whose days are also another's, tell as much as one
A_YEAR = 360  # days of data, in less than which nobody has seen the season ahead
SEASON = 0.25  # what it usually comes to then, as a deviation of the logarithm
ANYTHING = 3.0  # as a deviation: from a twentieth to twenty times as much, and no more need be said
LEAST = 0.135  # of what was expected: had less come, or nothing, it would tell no more
DIGITS = 3  # an end is known to no more than that
WIDEST = 1.5  # times what is expected: an amount whose 80 % interval reaches further is not to be relied upon
OF = {"orders": ("expected_orders", "orders_after", "orders_before"),
      "value": ("expected_value", "revenue_after", "revenue_before")}  # fmt: skip
COLUMNS = {
    "segment": "Int64", "what": "str", "customers": "int64", "expected": "float64",
    **{f"{end}_{level}": "float64" for level in LEVELS for end in ("low", "high")},
    "before": "float64", "missed_by": "float64", "hold_outs": "int64", "doubtful": "bool",
}  # fmt: skip
NONE = pd.DataFrame(columns=list(COLUMNS)).astype(COLUMNS)


def ranges(
    predicted: pd.DataFrame, models: Models, held: Sequence[HoldOut], before: pd.DataFrame | None, days: int,
    covered: int,
) -> pd.DataFrame:  # fmt: skip
    """Rows for orders, and for value if any, of everyone and of each segment: expected, intervals, time before, misses.

    `missed_by` is the root mean square of the hold-outs' relative errors; `before` is what the same customers did in
    as many days before, none where the data do not reach back as far. `covered` is how many days these cover.
    """
    season = 0.0 if covered >= A_YEAR else SEASON
    found, known = spreads(models, predicted, days / DAYS_OF_A_WEEK), [each for each in held if each.known]
    further = np.sqrt(days / known[0].days) if cover_a_year(held) else None
    rows = []
    for place, what in enumerate(OF if models.measure == "value" else ("orders",)):
        usual = USUAL
        for segment in [None, *sorted(key for key in found if key is not None)]:
            expected, spread = _sum(predicted, segment, OF[what][0]), found[segment][place]
            missed = _missed(known, segment, what)
            misfit = _misfit(missed, spread, expected, usual, further)
            usual = misfit.spread if segment is None else usual
            apart = float(np.linalg.norm([spread, misfit.spread, misfit.vague, season]))
            rows.append(
                {"segment": segment, "what": what, "customers": len(_of(predicted, segment)), "expected": expected}
                | _interval(expected, misfit.lean, apart, misfit.certain)
                | {"before": np.nan if before is None else _sum(before, segment, OF[what][2])}
                | {"missed_by": _root_mean_square([error for error, _ in missed]), "hold_outs": len(missed)}
            )
    return pd.DataFrame(rows)[list(COLUMNS)].astype(COLUMNS).round({"expected": 6, "before": 6})


class Misfit(NamedTuple):
    """How the models themselves miss, in logarithms: to which side, how vaguely that is known, how far around it."""

    lean: float
    vague: float
    spread: float
    certain: float  # by how many hold-outs all this is known


def _of(table: pd.DataFrame, segment: int | None) -> pd.DataFrame:
    return table if segment is None else table[table["segment"] == segment]


def _sum(table: pd.DataFrame, segment: int | None, column: str) -> float:
    return float(_of(table, segment)[column].sum())


def cover_a_year(held: Sequence[HoldOut]) -> bool:
    """Whether these cover a year together, so that what they missed to one side is no season."""
    cuts = [each.cut for each in held if each.known]
    return bool(cuts) and (max(cuts) - min(cuts)).days + held[0].days >= A_YEAR


def _missed(known: Sequence[HoldOut], segment: int | None, what: str) -> list[tuple[float, float]]:
    """Of each hold-out the logarithm of what came over what was expected, and this; none where nothing was."""
    sums = [[_sum(each.customers, segment, column) for column in OF[what][:2]] for each in known]
    return [(float(np.log(max(came / expected, LEAST))), expected) for expected, came in sums if expected > 0]


def _misfit(
    missed: list[tuple[float, float]], spread: float, expected: float, usual: float, further: float | None
) -> Misfit:
    """What these misses tell; to one side only where `further` says how much more it comes to by as far as is forecast.

    As any model may miss by what is usual, a mean miss is believed as far as misses do not differ by as much.
    """
    leans = further is not None and len(missed) > 0
    mean = float(np.mean([error for error, _ in missed])) if leans else 0.0
    chance = [spread**2 * expected / then for _, then in missed]
    beyond = sum(max((error - mean) ** 2 - own, 0.0) for (error, _), own in zip(missed, chance, strict=True))
    certain = WORTH + len(missed)
    variance = (WORTH * usual**2 + beyond) / (certain - leans)
    if not leans:
        return Misfit(0.0, 0.0, float(np.sqrt(variance)), certain)
    unsure = (variance + float(np.mean(chance))) * OVERLAP / len(missed)
    believed = USUAL**2 / (USUAL**2 + unsure)
    return Misfit(mean * believed * further, USUAL * float(np.sqrt(1 - believed)) * further, variance**0.5, certain)


def _interval(expected: float, lean: float, spread: float, certain: float) -> dict[str, float | bool]:
    """Where the total lies so often, in round numbers, and whether that is too far off to rely upon."""
    # Amounts without a finite mean have no end that can be told.
    lean, spread = float(np.clip(lean, -ANYTHING, ANYTHING)), min(spread, ANYTHING)
    ends: dict[str, float | bool] = {}
    for level, quantile in LEVELS.items():
        reach = float(stdtrit(certain, quantile)) * spread
        # What is expected lies within, wherever the interval leans to.
        low, high = (round(end, 3) for end in (min(lean - reach, 0.0), max(lean + reach, 0.0)))
        ends |= {f"low_{level}": _round(expected * np.exp(low)), f"high_{level}": _round(expected * np.exp(high))}
        ends.setdefault("doubtful", bool(np.exp(max(-low, high)) > WIDEST))
    return ends


def _round(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def _root_mean_square(errors: list[float]) -> float:
    """The size of relative errors, told by their logarithms."""
    return round(float(np.sqrt(np.mean(np.expm1(errors) ** 2))), 4) if errors else np.nan

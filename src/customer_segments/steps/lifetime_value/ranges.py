"""Intervals of what is expected in all and of each segment, and whose forecast cannot be relied upon.

Three things make a forecast miss, and all three are counted: each customer's future is open, the parameters are known
roughly, and the models are not the truth (they know no season, trend or promotion). How much the last comes to is
taken from days that were held out: what they missed beyond the first two. Data of less than a year hold no season to
be missed; a usual one is counted then.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from customer_segments.steps.lifetime_value.forecast import Models
from customer_segments.steps.lifetime_value.future import spreads
from customer_segments.steps.lifetime_value.holdout import HoldOut
from customer_segments.steps.retention.order_days import DAYS_OF_A_WEEK

LEVELS = {80: 0.9, 95: 0.975}  # per cent, and the quantile at which such an interval ends
USUAL, WORTH = 0.05, 3.0  # what models miss by where nothing tells, and how many hold-outs that is worth
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
    found = spreads(models, predicted, days / DAYS_OF_A_WEEK)
    rows = []
    for place, what in enumerate(OF if models.measure == "value" else ("orders",)):
        usual = USUAL
        for segment in [None, *sorted(key for key in found if key is not None)]:
            expected, spread = _sum(predicted, segment, OF[what][0]), found[segment][place]
            missed = _missed(held, segment, what)
            misfit, certain = _misfit(missed, spread, expected, usual)
            usual = misfit if segment is None else usual
            rows.append(
                {"segment": segment, "what": what, "customers": len(_of(predicted, segment)), "expected": expected}
                | _interval(expected, float(np.linalg.norm([spread, misfit, season])), certain)
                | {"before": np.nan if before is None else _sum(before, segment, OF[what][2])}
                | {"missed_by": _root_mean_square([error for error, _ in missed]), "hold_outs": len(missed)}
            )
    return pd.DataFrame(rows)[list(COLUMNS)].astype(COLUMNS).round({"expected": 6, "before": 6})


def _of(table: pd.DataFrame, segment: int | None) -> pd.DataFrame:
    return table if segment is None else table[table["segment"] == segment]


def _sum(table: pd.DataFrame, segment: int | None, column: str) -> float:
    return float(_of(table, segment)[column].sum())


def _missed(held: Sequence[HoldOut], segment: int | None, what: str) -> list[tuple[float, float]]:
    """Of each hold-out the logarithm of what came over what was expected, and this; none where nothing was."""
    sums = [[_sum(each.customers, segment, column) for column in OF[what][:2]] for each in held if each.known]
    return [(float(np.log(max(came / expected, LEAST))), expected) for expected, came in sums if expected > 0]


def _misfit(missed: list[tuple[float, float]], spread: float, expected: float, usual: float) -> tuple[float, float]:
    """How far the models themselves miss, as a deviation of the logarithm, and by how many hold-outs that is known."""
    beyond = [max(error**2 - spread**2 * expected / then, 0.0) for error, then in missed]
    certain = WORTH + len(beyond)
    return float(np.sqrt((WORTH * usual**2 + sum(beyond)) / certain)), certain


def _interval(expected: float, spread: float, certain: float) -> dict[str, float | bool]:
    """Where the total lies so often, in round numbers, and whether that is too wide to rely upon."""
    spread = min(spread, ANYTHING)  # amounts without a finite mean have none that can be told
    ends: dict[str, float | bool] = {"doubtful": bool(np.exp(float(stdtrit(certain, LEVELS[80])) * spread) > WIDEST)}
    for level, quantile in LEVELS.items():
        reach = float(np.exp(round(float(stdtrit(certain, quantile)) * spread, 3)))
        ends |= {f"low_{level}": _round(expected / reach), f"high_{level}": _round(expected * reach)}
    return ends


def _round(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def _root_mean_square(errors: list[float]) -> float:
    """The size of relative errors, told by their logarithms."""
    return round(float(np.sqrt(np.mean(np.expm1(errors) ** 2))), 4) if errors else np.nan

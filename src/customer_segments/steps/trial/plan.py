"""What a trial compares, how many are left alone, and the smallest effect that this shows: settled before it begins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from customer_segments.base.params import Play, ProfilingParams
from customer_segments.base.params.profiling import HoldOutParams, Outcome
from customer_segments.steps.profiling.distinctiveness import SEGMENT
from customer_segments.steps.profiling.outcomes import aim, base_rate, spending
from customer_segments.steps.profiling.playbook import Fit
from customer_segments.steps.profiling.worth import (
    HARDEST_BASE,
    hold_out_of_means,
    least_change,
    prospect,
    smallest_uplift,
)
from customer_segments.steps.trial.draw import FEWEST

Measure = Literal["orders", "spend"]
ORDERS, SPEND = "orders", "spend"  # whether a customer orders at all; what is spent, less what was sent back
# What the new orders can tell of each outcome. Of the mean order only those who order have one, and who they are is
# itself an effect: what each customer spends is compared in its place.
SEEN: dict[Outcome, Measure] = {
    "order": ORDERS, "second order": ORDERS, "reactivation": ORDERS, "basket": SPEND, "returns": SPEND,
}  # fmt: skip


@dataclass(frozen=True)
class Planned:
    """One segment of a trial; held out are 0 where it has too few customers for one."""

    segment: int
    outcome: Outcome  # that its play is to bring about
    customers: int  # whom that can concern
    held_out: int
    expected: float | None  # of the measure if nothing is done; None where nothing is expected
    smallest: float | None  # effect that shows with the asked power; None where none does


def intervals(segments: int) -> int:
    """How many are given: one of each segment, and of all of them where there are several."""
    return segments + (segments > 1)


def measure_of(plays: Sequence[Play | None], money: bool) -> Measure:
    """What the outcomes have in common: if they differ, what is spent."""
    seen = {SEEN.get(play.outcome, ORDERS) if play else ORDERS for play in plays}
    return SPEND if money and SPEND in seen else ORDERS


def planned(
    customers: pd.DataFrame, plays: Mapping[int, Play | None], measure: Measure, params: ProfilingParams,
    horizon_days: int | None, share: float | None = None,
) -> tuple[list[Planned], pd.DataFrame]:  # fmt: skip
    """Each segment that `plays` names, and whom it concerns: as many held out as show the response, or this share.

    `customers` has the features, expectations and segment of each. Sizes count on as many intervals as are given.
    """
    each = params.hold_out.significance / intervals(len(plays))
    params = params.model_copy(update={"hold_out": params.hold_out.model_copy(update={"significance": each})})
    found, concerned = [], []
    for segment, play in plays.items():
        own = customers[customers[SEGMENT] == segment]
        plan, theirs = _planned(segment, own, customers, play, measure, params, horizon_days, share)
        found.append(plan)
        concerned.append(theirs)
    return found, pd.concat(concerned, ignore_index=True)


def _planned(segment, own, everyone, play, measure, params, horizon_days, share) -> tuple[Planned, pd.DataFrame]:
    days, hold_out = params.hold_out.days, params.hold_out
    outcome = play.outcome if play and play.outcome in SEEN else "order"
    concerned = aim(own, everyone, outcome, days, horizon_days).concerned
    count, most = len(concerned), len(concerned) // 2
    if most < FEWEST:
        return Planned(segment, outcome, count, 0, None, None), concerned
    if measure == ORDERS:
        fit = Fit(play, {}) if play and SEEN.get(play.outcome) == ORDERS else None
        ahead = prospect(own, everyone, fit, params, horizon_days)
        expected, wanted = base_rate(concerned, days, horizon_days), ahead.held_out
    else:
        response = (play and SEEN.get(play.outcome) == SPEND and play.response) or params.response
        expected, spread = spending(concerned, days, horizon_days)
        wanted = hold_out_of_means(count, spread, response * expected, hold_out) if expected > 0 else None
    size = wanted or most if share is None else round(share * count)
    size = min(max(size, FEWEST), most)
    if measure == ORDERS:
        smallest = smallest_uplift(count, HARDEST_BASE if expected is None else expected, hold_out, size)
    else:
        smallest = least_change(count, spread, hold_out, size) if spread > 0 else None
    return Planned(segment, outcome, count, size, expected, smallest), concerned

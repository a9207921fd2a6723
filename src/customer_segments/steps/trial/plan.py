"""What a trial compares, how many are left alone, and the smallest effect that this shows: settled before it begins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

import pandas as pd

from customer_segments.base import words
from customer_segments.base.params import Play, ProfilingParams
from customer_segments.base.params.profiling import Outcome
from customer_segments.steps.profiling.distinctiveness import SEGMENT
from customer_segments.steps.profiling.outcomes import ORDERS as OF_ORDERS
from customer_segments.steps.profiling.outcomes import aim, spending
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
SEEN: dict[Outcome, Measure] = dict.fromkeys(OF_ORDERS, ORDERS) | dict.fromkeys(("basket", "returns"), SPEND)


@dataclass(frozen=True)
class Planned:
    """One segment of a trial; held out are 0 where it has too few customers for one."""

    segment: int
    name: str
    outcome: Outcome  # that its play is to bring about
    customers: int  # whom that can concern
    held_out: int
    expected: float | None  # of the measure if nothing is done; None where nothing is expected
    smallest: float | None  # effect that shows with the asked power; None where none does


@dataclass(frozen=True)
class Plan:
    """What is settled before a trial begins."""

    name: str
    measure: Measure
    start: date
    days: int
    power: float
    significance: float  # of all intervals together
    seed: int
    study: str  # the fingerprint of what it was drawn from
    segments: tuple[Planned, ...]
    sealed: Mapping[str, str]  # the list's files with their fingerprints
    forgotten: int = 0  # customers taken out since, at their request

    @property
    def last_day(self) -> date:
        return self.start + timedelta(days=self.days - 1)

    @property
    def intervals(self) -> int:
        return intervals(len(self.segments))


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

    `customers` has the features, expectations, segment and segment_name of each. Sizes count on as many intervals as
    are given.
    """
    aimed = {
        segment: aim(
            customers[customers[SEGMENT] == segment], customers, _seen(play), params.hold_out.days, horizon_days
        )
        for segment, play in plays.items()
    }
    large = [segment for segment, each in aimed.items() if len(each.concerned) >= 2 * FEWEST]
    each = params.hold_out.significance / max(1, intervals(len(large)))
    params = params.model_copy(update={"hold_out": params.hold_out.model_copy(update={"significance": each})})
    found = []
    for segment, (outcome, concerned, *_) in aimed.items():
        name = str(concerned["segment_name"].iloc[0]) if len(concerned) else words.segment(segment)
        plan = Planned(segment, name, outcome, len(concerned), 0, None, None)
        if segment in large:
            sized = _of_orders if measure == ORDERS else _of_spending
            plan = replace(plan, **sized(concerned, plays[segment], params, horizon_days, share))
        found.append(plan)
    return found, pd.concat([each.concerned for each in aimed.values()], ignore_index=True)


def _seen(play: Play | None) -> Outcome:
    """What the play is to bring about, or an order where that cannot be seen in orders."""
    return play.outcome if play and play.outcome in SEEN else "order"


def _of_orders(
    concerned: pd.DataFrame, play: Play | None, params: ProfilingParams, horizon_days: int | None, share: float | None
) -> dict[str, float | None]:
    """Sizes where it is compared who orders: as a segment's card has them."""
    fit = Fit(play, {}) if play and SEEN.get(play.outcome) == ORDERS else None
    ahead = prospect(concerned, concerned, fit, params, horizon_days)
    size = _size(len(concerned), ahead.held_out, share)
    base = HARDEST_BASE if ahead.base_rate is None else ahead.base_rate
    smallest = smallest_uplift(len(concerned), base, params.hold_out, size)
    return {"held_out": size, "expected": ahead.base_rate, "smallest": smallest}


def _of_spending(
    concerned: pd.DataFrame, play: Play | None, params: ProfilingParams, horizon_days: int | None, share: float | None
) -> dict[str, float | None]:
    """Sizes where it is compared what is spent."""
    response = (play and SEEN.get(play.outcome) == SPEND and play.response) or params.response
    expected, spread = spending(concerned, params.hold_out.days, horizon_days)
    known = expected > 0 and spread > 0
    wanted = hold_out_of_means(len(concerned), spread, response * expected, params.hold_out) if known else None
    size = _size(len(concerned), wanted, share)
    smallest = least_change(len(concerned), spread, params.hold_out, size) if known else None
    return {"held_out": size, "expected": expected, "smallest": smallest}


def _size(customers: int, wanted: int | None, share: float | None) -> int:
    """How many are held out: as many as are wanted, half where that shows too little, or the given share."""
    size = (wanted or customers // 2) if share is None else round(share * customers)
    return min(max(size, FEWEST), customers // 2)

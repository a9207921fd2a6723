"""Step 6, profile: what sets each segment apart, what it is called, and the numbers that any action rests on."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from customer_segments.base.params import PrivacyParams, ProfilingParams
from customer_segments.steps.profiling import coins, fairness, names, playbook
from customer_segments.steps.profiling.distinctiveness import SEGMENT, UNASSIGNED, alike, measured
from customer_segments.steps.profiling.playbook import Fit
from customer_segments.steps.profiling.segments import (
    comparison,
    margins,
    quantiles,
    resting_on,
    telling_columns,
    with_lifetimes,
    with_segments,
)
from customer_segments.steps.profiling.sizes import sizes
from customer_segments.steps.profiling.traits import trait_table
from customer_segments.steps.profiling.worth import Prospect, prospect


@dataclass(frozen=True)
class Profiled:
    """Who the segments are, in numbers and under a name."""

    customers: pd.DataFrame  # with the number and the name of their segment
    segments: pd.DataFrame  # segment, name, sizes, whether too few to show, play (or none), verdict, coins where on
    comparison: pd.DataFrame  # each segment and column against all customers
    traits: pd.DataFrame  # segment, column, difference, ours, theirs: what is told of each segment
    fits: dict[int, Fit]  # the play of each segment that has one, with the conditions that earned it
    margins: pd.DataFrame  # how far each of these conditions is from failing
    prospects: dict[int, Prospect]  # what each segment may bring, and the test of it
    quantiles: pd.DataFrame  # of the most telling columns
    effects: pd.DataFrame  # how strongly the segments differ on sensitive columns
    sensitive: pd.DataFrame  # medians and shares of those
    resting: dict[int, list[str]]  # the sensitive columns that a segment's name rests on
    horizon_days: int | None  # over which something is expected of customers


def profile(
    customers: pd.DataFrame, segments: pd.DataFrame, lifetimes: pd.DataFrame, verdict_kind: str,
    params: ProfilingParams, privacy: PrivacyParams, horizon_days: int | None, currency: str = "€",
) -> Profiled:  # fmt: skip
    """Describe the segments and name them as far as the verdict allows; what is expected, is so over `horizon_days`.

    Two values count as the same where they are written alike in the study's currency.
    """
    own, smallest = with_lifetimes(with_segments(customers, segments), lifetimes), privacy.smallest_group
    compared, numbers = comparison(own, params, privacy), measured(own)
    sized, similar = sizes(own, smallest), alike(numbers)
    traits = trait_table(compared, similar, params.traits, currency)
    fits = _fits(compared, params, names.checked(verdict_kind))
    plays = {number: fit.play.name for number, fit in fits.items()}
    named = names.names(sized, compared, traits, plays, verdict_kind)
    table = sized.assign(play=[plays.get(number, "") for number in sized[SEGMENT]], verdict=verdict_kind)
    table.insert(1, "name", sized[SEGMENT].map(named))
    return Profiled(
        customers=own.assign(segment_name=own[SEGMENT].map(named)),
        segments=table.merge(coins.by_segment(own, params.coins), on=SEGMENT) if params.coins.on else table,
        comparison=compared,
        traits=traits,
        fits=fits,
        margins=margins(fits, compared, params),
        prospects=_prospects(own, sized, fits, params, horizon_days),
        quantiles=quantiles(numbers[telling_columns(compared, similar)], own[SEGMENT], smallest),
        effects=fairness.effects(own, privacy.sensitive, smallest),
        sensitive=fairness.groups(own, privacy.sensitive, smallest),
        resting=resting_on(fits, privacy.sensitive),
        horizon_days=horizon_days,
    )


def _fits(compared: pd.DataFrame, params: ProfilingParams, verdict: str) -> dict[int, Fit]:
    """The play of each segment that may have one: none for those who are in no segment, none without support."""
    assigned = compared[compared[SEGMENT] != UNASSIGNED]
    return {} if verdict == names.UNSUPPORTED else playbook.named(assigned, params.playbook)


def _prospects(
    own: pd.DataFrame, sized: pd.DataFrame, fits: dict[int, Fit], params: ProfilingParams, horizon_days: int | None
) -> dict[int, Prospect]:
    """What may be had of each segment that is one, and large enough to plan for."""
    planned = sized[SEGMENT][(sized[SEGMENT] != UNASSIGNED) & ~sized["too_few"]]
    responses = {number: fit.play.response or params.response for number, fit in fits.items()}
    return {
        number: prospect(
            own[own[SEGMENT] == number], responses.get(number, params.response), params.hold_out, horizon_days
        )
        for number in planned
    }

"""Step 6, profile: what sets each segment apart, what it is called, and the numbers that any action rests on."""

from dataclasses import dataclass

import pandas as pd

from customer_segments.base import registry, words
from customer_segments.base.errors import StudyError
from customer_segments.base.params import PrivacyParams, ProfilingParams
from customer_segments.base.threads import in_one_thread
from customer_segments.steps.preprocessing.about import with_found
from customer_segments.steps.profiling import distinctiveness, evidence, fairness, kinds, playbook, traits
from customer_segments.steps.profiling.advice import Advice, advice
from customer_segments.steps.profiling.distinctiveness import SEGMENT, UNASSIGNED, alike, comparison, measured, without
from customer_segments.steps.profiling.sizes import coins, sizes
from customer_segments.steps.profiling.worth import Prospect, prospect

LIFETIMES = registry.names(registry.LIFETIMES)
# Of one customer an expectation is known to no more than that; sums and means are made before.
DECIMALS = {"expected_orders": 2, "expected_value": 2}


@dataclass(frozen=True)
class Profiled:
    """Who the segments are, in numbers and under a name."""

    customers: pd.DataFrame  # with the number and the name of their segment
    segments: pd.DataFrame  # segment, name, sizes, whether too few to show, play (or none), verdict, coins where on
    comparison: pd.DataFrame  # each segment and column against all customers
    traits: pd.DataFrame  # segment, column, difference, ours, theirs, by_median: what is told of each segment
    facts: pd.DataFrame  # the same, as a card has room for them, and without sensitive columns
    fits: dict[int, playbook.Fit]  # the play of each segment that has one, with the conditions that earned it
    margins: pd.DataFrame  # how far each of these conditions is from failing
    advised: dict[int, Advice]  # what to do in each segment that has a play, and for how many it holds
    prospects: dict[int, Prospect]  # what each segment may bring, and the test of it
    quantiles: pd.DataFrame  # of the most telling columns
    effects: pd.DataFrame  # how strongly the segments differ on sensitive columns
    sensitive: pd.DataFrame  # medians and shares of those
    resting: dict[int, list[str]]  # the sensitive columns that a segment's name rests on
    horizon_days: int | None  # over which something is expected of customers
    guarded: tuple[str, ...] = ()  # columns declared or found to be sensitive


@in_one_thread
def profile(
    customers: pd.DataFrame, segments: pd.DataFrame, lifetimes: pd.DataFrame, verdict_kind: str,
    params: ProfilingParams, privacy: PrivacyParams, horizon_days: int | None, currency: str = "€",
) -> Profiled:  # fmt: skip
    """Describe the segments and name them as far as the verdict allows; what `currency` writes alike is equal."""
    privacy = privacy.model_copy(update={"sensitive": with_found(privacy.sensitive, customers)})
    own = with_lifetimes(with_segments(customers, segments), lifetimes)
    comparable, numbers = measured(own, privacy.smallest_group), measured(own)
    playbook.check(params.playbook, list(comparable))
    plays_here = kinds.in_these_words(params.playbook, list(comparable))
    compared = comparison(own, comparable, params, privacy)
    sized, similar = sizes(own, privacy.smallest_group), alike(numbers)
    told = traits.trait_table(compared, similar, params.traits, currency)
    weighed = evidence.weighed(compared, own, kinds.worth_of(comparable))
    fits = playbook.named(weighed, plays_here) if traits.may_be_named(verdict_kind) else {}
    plays = {number: fit.play.name for number, fit in fits.items()}
    named = traits.names(sized, compared, told, plays, verdict_kind)
    table = sized.assign(play=[plays.get(number, "") for number in sized[SEGMENT]], verdict=verdict_kind)
    table.insert(1, "name", sized[SEGMENT].map(named))
    planned = own[own[SEGMENT].isin(sized[SEGMENT][(sized[SEGMENT] != UNASSIGNED) & ~sized["too_few"]])]
    telling = numbers[traits.telling_columns(compared, similar)]
    return Profiled(
        customers=own.assign(segment_name=own[SEGMENT].map(named)).round(DECIMALS),
        segments=table.merge(coins(own, params.coins), on=SEGMENT) if params.coins.on else table,
        comparison=compared,
        traits=told,
        facts=traits.facts(
            traits.trait_table(without(compared, privacy.sensitive), similar, params.traits, currency),
            {number: fit.when for number, fit in fits.items()},
        ),
        fits=fits,
        margins=playbook.margins(fits, compared, params),
        prospects={n: prospect(group, own, fits.get(n), params, horizon_days) for n, group in planned.groupby(SEGMENT)},
        advised={
            n: advice(group, own, fits[n], privacy.smallest_group) for n, group in planned.groupby(SEGMENT) if n in fits
        },
        quantiles=distinctiveness.quantiles(telling, own[SEGMENT], privacy.smallest_group),
        effects=fairness.effects(own, privacy.sensitive, privacy.smallest_group),
        sensitive=fairness.groups(own, privacy.sensitive, privacy.smallest_group),
        resting=playbook.resting_on(fits, privacy.sensitive),
        horizon_days=horizon_days,
        guarded=privacy.sensitive,
    )


def with_segments(customers: pd.DataFrame, segments: pd.DataFrame) -> pd.DataFrame:
    """The customers with the number of their segment, by customer."""
    joined = segments.merge(customers, on="customer_id", how="left", validate="one_to_one", indicator=True)
    unknown = int((joined["_merge"] == "left_only").sum())
    if unknown or joined.empty:
        raise StudyError(
            f"The segments are not those of these customers ({words.counted(unknown, 'customer')} of {len(joined):,} "
            "not found): both must come from the same run.",
            stage="clustering",
        )
    joined = joined.drop(columns="_merge").sort_values("customer_id", kind="stable", ignore_index=True)
    return joined[[*customers.columns, SEGMENT]]


def with_lifetimes(customers: pd.DataFrame, lifetimes: pd.DataFrame) -> pd.DataFrame:
    """The customers with what is expected of them; unchanged where nothing could be expected."""
    if lifetimes.empty:
        return customers
    expected = lifetimes[["customer_id", *(name for name in LIFETIMES if name in lifetimes)]]
    return customers.merge(expected, on="customer_id", how="left", validate="one_to_one")

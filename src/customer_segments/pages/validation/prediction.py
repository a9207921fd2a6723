"""What the segments foretell of what customers did next, beside groupings without segments, in words and tables."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import pandas as pd
from matplotlib.figure import Figure

from customer_segments.base import words
from customer_segments.pages.plots import validation as plots
from customer_segments.pages.plots.validation import OUTCOMES
from customer_segments.steps.validation.periods import PERIODS
from customer_segments.steps.validation.prediction import FEWEST_CUSTOMERS, Prediction

GROUPINGS = {
    "segments": "Our segments",
    "rfm": "RFM quintiles (up to 125 cells)",
    "spend": "Spend alone, cut into as many groups",
    "rf": "Quintiles of recency and frequency (up to 25 cells)",
    "orders": "Number of orders alone, cut into as many groups",
    "random": "Random groups of the same sizes",
    "boosting": "No groups: gradient boosting of the same columns",
}
IN_PROSE = {
    "rfm": "RFM quintiles",
    "spend": "spend alone",
    "rf": "quintiles of recency and frequency",
    "orders": "the number of orders alone",
}
FORETELLS = {
    "rfm": "RFM quintiles foretell",
    "spend": "spend alone foretells",
    "rf": "quintiles of recency and frequency foretell",
    "orders": "the number of orders alone foretells",
}
FORETOLD = {"spend": "spend", "orders": "the number of orders"}


def figure(found: Prediction) -> tuple[Figure, str, str, str]:
    """What each grouping explains of what customers did next."""
    told = {each: _shares(found, each) for each in found.outcomes}
    dots = [
        f"{OUTCOMES[outcome]}: {words.listed(f'{GROUPINGS[name]} {share}' for name, share in own.items())}"
        for outcome, own in told.items()
    ]
    alt = f"Dots with intervals of what each grouping explains. {'; '.join(dots)}."
    return plots.explained_shares(found), f"{_tried(found)} From `data/raw`.", alt, _explain(found)


def foretold(found: Prediction) -> str:
    """How well the segments predict, when that was tried, and against which other groupings."""
    return f"{_explain(found)}. {_tried(found)}"


def _explain(found: Prediction) -> str:
    most = found.most
    share = at_least_nothing(found.share("segments", most)["share"])
    return f"The segments explain {share} of the differences in {FORETOLD[most]} over the next {found.days} days"


def _tried(found: Prediction) -> str:
    most, periods = found.most, found.periods
    shares = _shares(found, most)
    days = words.listed(words.day(period.cut_off) for period in periods)
    came_back = words.listed(words.percent(period.came_back) for period in periods)
    customers = words.listed(f"{period.customers:,}" for period in periods)
    simpler = words.listed(f"{IN_PROSE[name]} {shares[name]}" for name in found.simpler)
    explained = words.listed(at_least_nothing(period.explained) for period in periods)
    each = f"; they explain {explained}" * (len(periods) > 1 and most == found.outcomes[0])
    return (
        f"Share of the variance ({FORETOLD[most]}: of its logarithm) that is explained in customers left out when the "
        "means were computed, in per cent; intervals are what 95% of resampled sets of customers give. As of "
        f"{days} the segments were made anew from what was known before ({_numbers([period.k for period in periods])})"
        f"{each}. Others explain: {simpler}; gradient boosting, a model without groups, {shares['boosting']}. "
        f"{came_back} of {customers} customers came back.{_fewer(len(periods))}"
    )


def _numbers(ks: Sequence[int]) -> str:
    """How many segments were chosen then: `4, 4 and 3 segments`, `3 segments each time`."""
    if len(set(ks)) > 1:
        return f"{words.listed(map(str, ks))} segments"
    return f"{ks[0]} segments{' each time' * (len(ks) > 1)}"


def _fewer(periods: int) -> str:
    """Why there are no more periods."""
    if periods == PERIODS:
        return ""
    held = "Only one such period" if periods == 1 else f"Only {periods} such periods"
    return f" {held} could be held out: for others there are too few days or customers."


def table(found: Prediction) -> tuple[pd.DataFrame, str]:
    """What each grouping explains and how much more the segments do; whether simpler groupings predict as well."""
    table, most = pd.DataFrame({"Grouping": [GROUPINGS[name] for name in found.groupings]}), found.most
    for outcome in found.outcomes:
        cells = [found.share(name, outcome)[["share", "low", "high"]].map(at_least_nothing) for name in found.groupings]
        table[OUTCOMES[outcome]] = [f"{share} ({low}–{high})" for share, low, high in cells]
    ahead = {name: found.share(name, most)[["ahead", "ahead_low", "ahead_high"]] for name in found.groupings}
    against = {name: "{} ({} to {})".format(*map(points, cells)) for name, cells in ahead.items()}
    against["segments"] = "–"
    table[f"{OUTCOMES[most]}: points that the segments are ahead"] = list(against.values())
    simpler = {name: ahead[name] for name in found.simpler}
    caption = (
        f"Of the differences in {FORETOLD[most]}, taken before rounding, the segments explain {_compared(simpler)}"
    )
    as_good = [IN_PROSE[name] for name, cells in simpler.items() if cells["ahead_low"] <= 0]
    if not as_good:
        return table, f"{caption}."
    return table, (
        f"{caption}. For forecasts alone {words.listed(as_good, 'or')} would do; segments have to earn their place by "
        "being easier to act on."
    )


def _compared(simpler: Mapping[str, Iterable[float]]) -> str:
    return words.listed(compared(name, *ahead) for name, ahead in simpler.items())


def compared(grouping: str, ahead: float, low: float, high: float) -> str:
    """How much more or less the segments explain than a simpler grouping, or that it cannot be told."""
    name = IN_PROSE[grouping]
    if low <= 0 <= high:
        return f"about as much as {name} (95%: from {_with_noun(-low)} less to {points(high)} more)"
    more, least, most = ("more", low, high) if low > 0 else ("less", -high, -low)
    return f"{_with_noun(abs(ahead))} {more} than {name} (95%: {points(least)} to {points(most)})"


def _with_noun(share: float) -> str:
    far = points(share)
    return f"{far} point" if far.split()[-1] == "1" else f"{far} points"


def points(share: float) -> str:
    """A difference between two shares, in points of a per cent."""
    return words.percent(share).removesuffix("%")


def unknown(transactions: bool) -> str:
    """Why nothing can be said of what customers do next."""
    if transactions:
        return (
            f"Fewer than {FEWEST_CUSTOMERS} customers came back after a cut-off, or stayed away, or the segments are "
            "made of attributes alone, which nobody knows of an earlier day: so what they predict is not known. In "
            "params.yaml `validation.cut_off_days` sets a longer period, and `features.fixed` names attributes that "
            "were the same before."
        )
    return "The study has no orders over time, so whether the segments predict what customers do next is not known."


def _shares(found: Prediction, outcome: str) -> dict[str, str]:
    return {of: at_least_nothing(found.share(of, outcome)["share"]) for of in found.groupings}


def at_least_nothing(share: float) -> str:
    """A share explained, as per cent; less than nothing is nothing."""
    return words.percent(max(0.0, share))


def answer(
    found: str, transactions: bool = True, what: str = "", days: int = 0, numbers: Sequence[int] = (),
    share: float = 0.0, ahead_of: Mapping[str, Iterable[float]] = MappingProxyType({}), reached: float | None = None,
) -> str:  # fmt: skip
    """What the verdict's answer, as `found`, rests on."""
    if found == "not known":
        few = "too few customers came back, or stayed away, to tell"
        return few if transactions else "the study has no orders over time"
    tried = f", tried {len(numbers)} times" if len(numbers) > 1 else ""
    made = f"made anew before ({_numbers(numbers)})"
    explain = f"they explain {at_least_nothing(share)} of the differences in {FORETOLD[what]}"
    boosting = "gradient boosting, a model without groups, foretells nothing either"
    if reached is not None:
        boosting = f"{words.percent(reached)} of what gradient boosting, a model without groups, does"
    return f"{made}, {explain} over the next {days} days{tried}: {_compared(ahead_of)}; {boosting}"

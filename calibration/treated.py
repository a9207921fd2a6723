"""Customers of a trial of whom the truth is known: what each would do if left alone, and if treated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import gamma, lognorm, norm, pareto

RNG = np.random.Generator
SMALL, LARGE = (60, 20), (1_000, 200)  # customers of a segment, and how many of them are held out
CORRELATIONS = (0.0, 0.5, 0.8)
SPENT = {"lognormal": lognorm(1.5, scale=30), "gamma": gamma(0.5, scale=80)}  # by those who buy at all
BUYERS = 0.3


class Truth(NamedTuple):
    """Customers with segment and spent_before, how many of each segment are held out, and what they would do."""

    customers: pd.DataFrame
    held_out: dict[int, int]
    left_alone: np.ndarray
    treated: np.ndarray


@dataclass(frozen=True)
class Kind:
    """One way to make customers; those held back were not looked at while the method was made."""

    draw: Callable[[RNG], Truth]
    effect: bool
    measure: str = "spend"
    held_back: bool = False


def before_and_after(rng: RNG, count: int, correlation: float, spent=SPENT["lognormal"], buyers: float = BUYERS):
    """What customers spent before and would spend after, zero for those who do not buy, so far linked."""
    first = rng.standard_normal(count)
    second = correlation * first + np.sqrt(1 - correlation**2) * rng.standard_normal(count)
    return tuple(spent.ppf(np.clip((norm.cdf(each) - 1 + buyers) / buyers, 0, 1 - 1e-9)) for each in (first, second))


def of_segments(rng: RNG, sizes: list[tuple[int, int]], made: Callable[[RNG, int, int], tuple]) -> Truth:
    """Segments of such sizes, with so many held out; `made(rng, count, segment)` gives before, after and treated."""
    parts = [made(rng, count, number) for number, (count, _) in enumerate(sizes, 1)]
    segment = np.repeat(np.arange(1, len(sizes) + 1), [count for count, _ in sizes])
    before, after, treated = (np.concatenate(each) for each in zip(*parts, strict=True))
    names = [f"c{number:06}" for number in range(len(segment))]
    customers = pd.DataFrame({"customer_id": names, "segment": segment, "spent_before": before})
    held_out = {number: held for number, (_, held) in enumerate(sizes, 1)}
    return Truth(customers, held_out, after, treated)


# ── effects ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def none(rng: RNG, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    return after


def added(rng: RNG, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """The same for all; what a gift card does that is always spent."""
    return after + 8


def multiplied(rng: RNG, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    return 1.4 * after


def won(rng: RNG, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """One in ten of those who would not have bought does."""
    bought = (after == 0) & (rng.random(len(after)) < 0.1)
    return after + bought * SPENT["lognormal"].rvs(len(after), random_state=rng)


def few(rng: RNG, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """One in thirty spends much more; nobody else does anything else."""
    return after + (rng.random(len(after)) < 1 / 30) * rng.lognormal(5.5, 1, len(after))


def unlike(rng: RNG, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Some more, some less, nothing on average, by chance of each."""
    change = rng.standard_normal(len(after)) * (after.mean() + 1)
    return after + change - change.mean()


def less(rng: RNG, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """A nuisance: a fifth of the buyers stay away."""
    return after * (rng.random(len(after)) < 0.8)


EFFECTS = {"none": none, "added": added, "multiplied": multiplied}


# ── kinds ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def one(
    size: tuple[int, int], correlation: float, effect: Callable = none, spent=SPENT["lognormal"],
    buyers: float = BUYERS, change: Callable = lambda rng, before, after: (before, after),
) -> Callable[[RNG], Truth]:  # fmt: skip
    """One segment; `change` may make what they do more unusual."""

    def made(rng: RNG, count: int, segment: int) -> tuple:
        before, after = change(rng, *before_and_after(rng, count, correlation, spent, buyers))
        return before, after, effect(rng, before, after)

    return lambda rng: of_segments(rng, [size], made)


def several(sizes: list[tuple[int, int]], effects: list[Callable], correlation: float = 0.5) -> Callable[[RNG], Truth]:
    """Segments of unlike sizes that spend unlike sums."""

    def made(rng: RNG, count: int, segment: int) -> tuple:
        before, after = before_and_after(rng, count, correlation, buyers=0.1 + 0.15 * segment)
        before, after = 4.0 / segment * before, 4.0 / segment * after
        return before, after, effects[segment - 1](rng, before, after)

    return lambda rng: of_segments(rng, sizes, made)


def shares(size: tuple[int, int], base: float, more: float, correlation: float = 0.5) -> Callable[[RNG], Truth]:
    """Whether customers order: so many do in any case, and so many of the others when treated."""

    def made(rng: RNG, count: int, segment: int) -> tuple:
        before, after = before_and_after(rng, count, correlation, buyers=base)
        orders = (after > 0).astype(float)
        return before, orders, np.maximum(orders, rng.random(count) < more)

    return lambda rng: of_segments(rng, [size], made)


def giant(rng: RNG, before: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One customer spends more than all others, as always."""
    return np.append(20 * before.sum() + 1, before[1:]), np.append(3 * after.sum() + 1, after[1:])


def sudden_giant(rng: RNG, before: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same, and nothing foretold it."""
    return before, np.append(3 * after.sum() + 1, after[1:])


def as_before(rng: RNG, before: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """All spend nearly what they spent before: of an effect in per cent a few have most, and that is foretold."""
    return before, before * rng.uniform(0.8, 1.2, len(before))


def rare(rng: RNG, before: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Three customers buy, so that often nobody of those held out does."""
    kept = np.zeros(len(after))
    kept[:3] = 20 + rng.lognormal(3, 1, 3)
    return before, rng.permutation(kept)


def priced(rng: RNG, before: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One article at one price."""
    return before, np.where(after > 0, 29.9 * np.ceil(after / 60), 0.0)


def reversed_(rng: RNG, before: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Who spent much before has no need any more."""
    return before.max() - before, after


KINDS = {
    **{
        f"{spent}, {size}, linked {correlation:g}, effect {effect}": Kind(
            one(SMALL if size == "small" else LARGE, correlation, EFFECTS[effect], SPENT[spent]), effect != "none"
        )
        for spent in SPENT
        for size in ("small", "large")
        for correlation in CORRELATIONS
        for effect in EFFECTS
    },
    "20 in either group, effect none": Kind(one((40, 20), 0.5), False),
    "20 in either group, effect multiplied": Kind(one((40, 20), 0.5, multiplied), True),
    "20 of 2,000 held out, effect none": Kind(one((2_000, 20), 0.5), False),
    "20 of 2,000 held out, effect multiplied": Kind(one((2_000, 20), 0.5, multiplied), True),
    "one giant, effect none": Kind(one((300, 60), 0.5, change=giant), False),
    "one giant, effect multiplied": Kind(one((300, 60), 0.5, multiplied, change=giant), True),
    "one giant that nothing foretold, effect none": Kind(one((300, 60), 0.5, change=sudden_giant), False),
    "one giant that nothing foretold, effect multiplied": Kind(one((300, 60), 0.5, multiplied, change=sudden_giant),
                                                               True),
    "as before, effect none": Kind(one(SMALL, 0.5, change=as_before), False),
    "as before, small, effect multiplied": Kind(one(SMALL, 0.5, multiplied, change=as_before), True),
    "as before, large, effect multiplied": Kind(one(LARGE, 0.5, multiplied, change=as_before), True),
    "three buyers, effect none": Kind(one((100, 20), 0.0, change=rare), False),
    "three buyers, effect multiplied": Kind(one((100, 20), 0.0, multiplied, change=rare), True),
    "effect on a few": Kind(one((600, 150), 0.5, few), True),
    "effect on a few, small": Kind(one((120, 40), 0.5, few), True),
    "others won": Kind(one((600, 150), 0.5, won), True, held_back=True),
    "others won, small": Kind(one((80, 20), 0.5, won), True, held_back=True),
    "a nuisance": Kind(one((600, 150), 0.5, less), True, held_back=True),
    "some more and some less": Kind(one((200, 60), 0.5, unlike), False, held_back=True),
    "one article, effect none": Kind(one((200, 40), 0.5, change=priced), False, held_back=True),
    "one article, effect multiplied": Kind(one((200, 40), 0.5, multiplied, change=priced), True, held_back=True),
    "linked the wrong way, effect none": Kind(one((200, 40), 0.8, change=reversed_), False, held_back=True),
    "linked the wrong way, effect added": Kind(one((200, 40), 0.8, added, change=reversed_), True, held_back=True),
    "Pareto, effect none": Kind(one((300, 60), 0.5, spent=pareto(1.2, scale=10)), False, held_back=True),
    "Pareto, effect multiplied": Kind(one((300, 60), 0.5, multiplied, pareto(1.2, scale=10)), True, held_back=True),
    "Pareto, effect added": Kind(one((300, 60), 0.5, added, pareto(1.2, scale=10)), True, held_back=True),
    "everyone buys, effect multiplied": Kind(one((100, 30), 0.8, multiplied, buyers=1.0), True, held_back=True),
    "4 segments of 50 to 2,000, effect none": Kind(
        several([(2_000, 200), (400, 100), (120, 40), (50, 20)], [none] * 4), False),
    "4 segments of 50 to 2,000, effect multiplied": Kind(
        several([(2_000, 200), (400, 100), (120, 40), (50, 20)], [multiplied] * 4), True),
    "3 segments, effects that cancel": Kind(
        several([(500, 100), (300, 150), (200, 60)], [added, less, none]), True, held_back=True),
    **{
        f"who orders: {base:.0%}, {size}, {f'{more:.0%} of the others more' if more else 'effect none'}": Kind(
            shares(SMALL if size == "small" else LARGE, base, more), more > 0, "orders")
        for base in (0.05, 0.3, 0.8)
        for size in ("small", "large")
        for more in (0.0, 0.1)
    },
    "who orders: 2%, 20 of 2,000 held out, effect none": Kind(
        shares((2_000, 20), 0.02, 0.0), False, "orders", held_back=True),
    "who orders: 2%, 20 of 2,000 held out, 5% of the others more": Kind(
        shares((2_000, 20), 0.02, 0.05), True, "orders", held_back=True),
    "who orders: 50%, 20 in either group, 60% of the others more": Kind(
        shares((40, 20), 0.5, 0.6, 0.8), True, "orders", held_back=True),
}  # fmt: skip

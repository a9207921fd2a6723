"""Simulated exports of shops of other rhythms, in which one thing moves, or none.

Customers are of kinds, each with a rate, a regularity and a size of its own; their orders follow a clock that runs
faster in season, in campaigns and in weeks that are good for everyone. What moves begins some days before or after the
days that are compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

FIRST, YEAR, WINDOW = date(2022, 9, 5), 365, 91
ITEMS = 12  # of a category
BUSY = 180  # days that tell who comes often
# What moves, and the names of the numbers that tell it.
FACTS: dict[str, tuple[str, ...]] = {
    "fewer new customers": ("new customers",),
    "concentration": ("concentration", "largest customers"),
    "a segment grows": ("segment",),
    "a segment declines": ("segment",),
    "a category grows": ("category", "category within"),
    "returns": ("returns",),
    "season": ("season",),
    "dearer": ("prices",),
    "overdue customers": ("lost regulars",),
    "a large customer lost": ("largest customers", "concentration"),
    "larger baskets": ("items per order",),
    "a category falls": ("category", "category within"),
}
QUIET = ("even", "strong noise", "steady growth", "season alone")


@dataclass(frozen=True)
class Kind:
    """A kind of customers: its part of all, orders a year, how regular they are, lines an order and units a line."""

    part: float
    orders: float
    spread: float  # shape of the gamma distribution of rates
    regular: float  # 1: orders at random; more: at intervals
    lines: float
    units: float
    stays: float = 1000.0  # days on average
    spread_of_units: float = 0.3


@dataclass(frozen=True)
class World:
    """A shop's rhythm."""

    kinds: tuple[Kind, ...]
    customers: int  # who were there on any of its days
    days: int
    older: int  # days before the first, in which customers came, too
    categories: tuple[str, ...]
    week: float = 0.05  # standard deviation of the logarithm of weeks
    day: float = 0.12
    growth: float = 0.0  # of arrivals, a year
    season: float = 0.0  # of the sine of a year
    campaigns: int = 0  # weeks in which half as much again is bought
    largest: float = 1.0  # times what the largest customer would take
    open_on: tuple[float, ...] = (1, 1, 1, 1, 1.3, 1.5, 0.6)
    facts: tuple[str, ...] = tuple(FACTS)[:10]
    quiet: tuple[str, ...] = QUIET


GROCERIES = World(
    kinds=(
        Kind(0.25, 48, 6, 5, 5.0, 1.6, stays=1500), Kind(0.45, 14, 2, 1.5, 3.0, 1.3), Kind(0.30, 3, 1.2, 1, 1.5, 1.1),
    ),
    customers=3000, days=800, older=1800, categories=("Dairy", "Bakery", "Produce", "Household", "Drinks", "Frozen"),
    week=0.03, day=0.10, season=0.05,
    facts=(*list(FACTS)[:9], "larger baskets"),
)  # fmt: skip
WHOLESALE = World(
    kinds=(
        Kind(0.06, 30, 3, 3, 7.0, 24, stays=3000, spread_of_units=0.7), Kind(0.34, 9, 2, 2, 4.0, 8, stays=2000),
        Kind(0.60, 2.2, 1.5, 1, 2.0, 3, stays=1200),
    ),
    customers=2600, days=910, older=2500, categories=("Fasteners", "Tools", "Safety", "Paint"),
    week=0.07, day=0.15, season=0.3, largest=2.5, open_on=(1.2, 1.1, 1, 1, 0.8, 0.02, 0.01),
    facts=("a large customer lost", *(each for each in list(FACTS)[:9] if each != "concentration"), "larger baskets"),
)  # fmt: skip
YOUNG = World(
    kinds=(Kind(0.3, 16, 2, 1, 3.0, 1.5, stays=500), Kind(0.7, 5, 0.8, 1, 2.0, 1.2, stays=200)),
    customers=9000, days=250, older=300, categories=("Shoes", "Shirts", "Bags", "Hats", "Coats"),
    week=0.06, campaigns=4,
    facts=tuple(each for each in FACTS if each not in ("season", "a large customer lost")),
    quiet=QUIET[:3],  # of a season less than a year tells nothing
)  # fmt: skip


def export(world: World, seed: int, fact: str | None = None, quiet: str = "even") -> pd.DataFrame:
    """Lines as a shop would export them; returns are lines of less than nothing, some days later."""
    rng = np.random.default_rng([seed, 1207])
    begin = world.days - (WINDOW if world.days > YEAR + 2 * WINDOW else world.days // 4) * rng.uniform(0.85, 1.15)
    clock = _clock(world, fact, quiet, rng)
    growth = rng.uniform(0.1, 0.25) if quiet == "steady growth" else world.growth
    arrived = _arrivals(world, growth, begin if fact == "fewer new customers" else None, rng)
    kind = rng.choice(len(world.kinds), len(arrived), p=[each.part for each in world.kinds])
    of = {
        name: np.array([getattr(each, name) for each in world.kinds])[kind]
        for name in ("orders", "spread", "regular", "lines", "units", "stays", "spread_of_units")
    }
    rate = of["orders"] / YEAR * rng.gamma(of["spread"], 1 / of["spread"])
    size = of["units"] * np.exp(of["spread_of_units"] * rng.normal(size=len(arrived)))
    leaves = np.minimum(arrived + rng.exponential(of["stays"]), world.days)
    worth = rate * size * of["lines"] * (leaves >= world.days) * (arrived < 0)
    size[np.argmax(worth)] *= world.largest
    leaves = _leaving(fact, leaves, worth, rate, begin, rng)
    who, day = _orders(rate, of["regular"], arrived, leaves, clock, rng)
    if fact in ("a segment grows", "a segment declines"):
        who, day = _of_a_segment(fact, who, day, begin, world.days, rng)
    recent = day >= begin
    size = (
        np.where(recent & (worth >= np.quantile(worth, 0.95))[who], 2.5, 1.0) * size[who]
        if fact == "concentration"
        else size[who]
    )
    lines = of["lines"][who] * (np.where(recent, 1.35, 1.0) if fact == "larger baskets" else 1.0)
    taste = rng.dirichlet(np.full(len(world.categories), 4.0), len(arrived))
    return _lines(world, fact, who, day, lines, size, taste, recent, rng)


def _clock(world: World, fact: str | None, quiet: str, rng: np.random.Generator) -> np.ndarray:
    """How much of an average day each day brings, added up from the first."""
    louder = 2.5 if quiet == "strong noise" else 1.0
    days = np.arange(world.days)
    weekly = np.exp(rng.normal(0, world.week * louder, world.days // 7 + 1))[days // 7]
    daily = np.exp(rng.normal(0, world.day * louder, world.days))
    when = pd.Timestamp(FIRST) + pd.to_timedelta(days, unit="D")
    year = np.sin(2 * np.pi * (when.dayofyear.to_numpy() - 100) / YEAR)
    season = np.exp((max(world.season, 0.25) if quiet == "season alone" else world.season) * year)
    if fact == "season":
        season = np.where(when.month == 12, 2.2, 1.0) * season
    campaign = np.ones(world.days)
    for start in rng.integers(0, world.days - 7, world.campaigns):
        campaign[start : start + 7] *= 1.5
    pace = weekly * daily * season * campaign * np.array(world.open_on)[days % 7]
    return np.concatenate([[0.0], np.cumsum(pace / np.mean(world.open_on))])


def _arrivals(world: World, growth: float, begin: float | None, rng: np.random.Generator) -> np.ndarray:
    """At an even or a growing pace; from `begin` on less than half as many."""
    share, span, grown = rng.random(world.customers), world.older + world.days, np.log1p(growth) / YEAR
    arrived = (np.log1p(share * np.expm1(grown * span)) / grown if grown else share * span) - world.older
    return arrived if begin is None else arrived[(arrived < begin) | (rng.random(world.customers) < 0.4)]


def _leaving(
    fact: str | None, leaves: np.ndarray, worth: np.ndarray, rate: np.ndarray, begin: float,
    rng: np.random.Generator,
) -> np.ndarray:  # fmt: skip
    """When each orders last; who leaves because of what moves does so when it begins."""
    gone = np.zeros(len(leaves), dtype=bool)
    if fact == "overdue customers":
        gone = (rate * YEAR > 6) & (rng.random(len(leaves)) < 0.4)
    if fact == "a large customer lost":
        gone[np.argmax(worth)] = True
    return np.where(gone, np.minimum(leaves, begin), leaves)


def _of_a_segment(
    fact: str, who: np.ndarray, day: np.ndarray, begin: float, days: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Those who have come most often of late, a third of all who came, come twice or half as often."""
    late = (day < begin) & (day >= begin - BUSY)
    often = np.bincount(who[late], minlength=who.max() + 1)
    theirs = (day >= begin) & (often > np.quantile(often[often > 0], 2 / 3))[who]
    if fact == "a segment declines":
        kept = ~theirs | (rng.random(len(who)) < 0.5)
        return who[kept], day[kept]
    again = np.clip(day[theirs] + rng.integers(-3, 4, theirs.sum()), int(np.ceil(begin)), days - 1)
    return np.concatenate([who, who[theirs]]), np.concatenate([day, again])


def _orders(
    rate: np.ndarray, regular: np.ndarray, arrived: np.ndarray, leaves: np.ndarray, clock: np.ndarray,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Whose order each is and its day: intervals of the shop's clock, the first on the day of arrival."""
    days = np.arange(len(clock))
    start, end = np.interp(np.clip(arrived, 0, None), days, clock), np.interp(np.clip(leaves, 0, None), days, clock)
    lasts = np.clip(end - start, 0, None)
    most = np.ceil(rate * lasts * 1.3 + 6 * np.sqrt(rate * lasts + 1)).astype(int) + 2
    who = np.repeat(np.arange(len(rate)), most)
    first = np.concatenate([[0], np.cumsum(most)[:-1]])
    with np.errstate(divide="ignore"):
        wait = rng.gamma(regular[who]) / (regular * rate)[who]
    place = np.arange(len(who)) - first[who]
    # Who was there before the shop's first day is somewhere within an interval; who arrives orders at once.
    wait = np.where(place == 0, np.where(arrived[who] >= 0, 0.0, wait * rng.random(len(who))), wait)
    wait = np.where(np.isfinite(wait), wait, np.inf)
    passed = np.cumsum(np.where(np.isfinite(wait), wait, 1e9))
    passed = passed - (passed[first] - wait[first])[who]
    told = passed < lasts[who]
    when = np.interp(start[who][told] + passed[told], clock, days)
    return who[told], np.minimum(np.floor(when).astype(int), len(clock) - 2)


def _lines(
    world: World, fact: str | None, who: np.ndarray, day: np.ndarray, lines: np.ndarray, size: np.ndarray,
    taste: np.ndarray, recent: np.ndarray, rng: np.random.Generator,
) -> pd.DataFrame:  # fmt: skip
    count = 1 + rng.poisson(np.maximum(lines - 1, 0))
    order = np.repeat(np.arange(len(who)), count)
    odds = taste[who[order]]
    if fact in ("a category grows", "a category falls"):
        odds[:, 1] *= np.where(recent[order], 2.0 if fact == "a category grows" else 0.35, 1.0)
    odds = odds.cumsum(axis=1)
    category = (rng.random(len(order))[:, None] * odds[:, -1:] > odds).sum(axis=1)
    item = rng.integers(0, ITEMS, len(order))
    price = np.exp(rng.normal(2.0, 0.6, (len(world.categories), ITEMS)))[category, item]
    price = np.round(price * (np.where(recent[order], 1.18, 1.0) if fact == "dearer" else 1.0), 2)
    quantity = 1 + rng.poisson(np.maximum(size[order] - 1, 0))
    sent_back = rng.binomial(quantity, np.where(recent[order], 0.14, 0.04) if fact == "returns" else 0.04)
    minute = rng.integers(9 * 60, 18 * 60, len(who))[order]
    when = pd.Timestamp(FIRST) + pd.to_timedelta(day[order] * 1440 + minute, unit="min")
    sold = pd.DataFrame(
        {
            "customer_id": np.char.add("C", who[order].astype(str)), "invoice_id": np.char.add("I", order.astype(str)),
            "ordered_at": when, "product": [f"{world.categories[c]} {i}" for c, i in zip(category, item, strict=True)],
            "category": np.array(world.categories)[category], "quantity": quantity, "unit_price": price,
        }
    )  # fmt: skip
    later = pd.to_timedelta(rng.integers(2, 15, len(order)), unit="D")
    back = sold.assign(
        invoice_id=[f"R{each}" for each in order], ordered_at=sold["ordered_at"] + later, quantity=-sent_back
    )
    back = back[(sent_back > 0) & (back["ordered_at"] < pd.Timestamp(FIRST) + timedelta(days=world.days))]
    return pd.concat([sold, back], ignore_index=True)

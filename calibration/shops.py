"""Simulated shops of many kinds, and what their customers then do: the models of lifetime value hold in two of them.

Every shop has existed for a while when its data begin, as shops have: some first orders are in no data.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from customer_segments.sources import demo_life

BEFORE = 400  # days for which the shop has existed when its data begin
YEAR = 365.25
Curve = Callable[[np.ndarray, np.random.Generator], np.ndarray]  # of days, counted from the first day of the data


class Shop(NamedTuple):
    """Days with orders (customer_id, day, revenue), also those after the data end: for `ahead` days."""

    orders: pd.DataFrame
    span: int
    ahead: int


def steady(days: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Nothing changes with time."""
    return np.ones(len(days))


@dataclass(frozen=True)
class World:
    """How customers live: how their demand moves, how regularly they order, how they leave and what they spend."""

    demand: tuple[Curve, ...] = (steady,)  # each customer follows one of these
    prices: tuple[Curve, ...] = (steady,)
    regular: float = 1.0  # 1 is at random
    leaving: tuple[str, ...] = ("after an order",)  # each shop has one of these
    spread: float = 1.0  # of amounts around a customer's own mean, in gamma shape
    heavy: float = 0.0  # above 0, means differ by a log-normal distribution of this deviation
    often_more: float = 0.0  # how much more those spend who order often
    size: tuple[int, int] = (800, 8000)  # customers, at the least and at the most
    yearly: tuple[float, float] = (1.5, 10.0)  # orders of a customer
    held_back: bool = False  # not looked at while the intervals were made
    own: Callable[[int], Shop] | None = None  # what makes the shop instead of all this


def shop(world: World, seed: int) -> Shop:
    """A shop of random size, length and customers in such a world."""
    if world.own:
        return world.own(seed)
    rng = np.random.default_rng(seed)
    span, ahead = [(364, 182), (546, 182), (730, 365), (1095, 365)][rng.integers(4)]
    customers = int(_between(*world.size, rng))
    day = np.arange(-BEFORE, span + ahead + 1)
    curves = [curve(day, rng) for curve in world.demand]
    follows = rng.integers(len(curves), size=customers)
    arrived = rng.uniform(-BEFORE, span, customers)
    r, yearly = _between(0.5, 3.0, rng), _between(*world.yearly, rng)
    rate = rng.gamma(r, yearly / r, customers) / YEAR
    found = []
    chance, until = leaves(world.leaving[rng.integers(len(world.leaving))], arrived, rng)
    for number, curve in enumerate(curves):
        who = np.flatnonzero(follows == number)
        reached = np.concatenate([[0.0], np.cumsum(curve[:-1])])
        found.append(_ordered(who, arrived, rate, chance, until, day, reached, world.regular, rng))
    orders = pd.concat(found)
    own = np.exp(rng.normal(3.0, world.heavy, customers)) if world.heavy else 60 / rng.gamma(4.0, 1 / 3, customers)
    own = own * (rate / rate.mean() + 1e-6) ** world.often_more
    prices = np.array([curve(day, rng) for curve in world.prices])
    pays = rng.integers(len(prices), size=customers)
    who, when = orders["customer"].to_numpy(), np.floor(orders["time"].to_numpy()).astype(int)
    mean = own[who] * prices[pays[who], when + BEFORE]
    orders = orders.assign(day=when, revenue=np.round(rng.gamma(world.spread, mean / world.spread) + 0.01, 2))
    orders = orders[orders["day"] >= 0].groupby(["customer", "day"], as_index=False)["revenue"].sum()
    names = np.array([f"C{number:05}" for number in range(customers)])
    return Shop(orders.assign(customer_id=names[orders["customer"]]).drop(columns="customer"), span, ahead)


def _between(low: float, high: float, rng: np.random.Generator) -> float:
    """A size at random, each order of magnitude as often as another."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def demo_shop(seed: int) -> Shop:
    """The embedded demo shop for three years, of which the last is ahead: seasons, promotions, five kinds of people."""
    rng = np.random.default_rng([seed, 3])
    days = pd.date_range("2022-07-01", "2025-06-30")
    people = demo_life.shop_customers(3000, len(days), rng)
    lines = demo_life.sold_lines(people, demo_life.orders_by_time(people, days, rng), rng)
    lines = lines.assign(customer_id=people["customer_id"].to_numpy()[lines["customer"]])
    lines = lines.assign(revenue=lines["quantity"] * lines["cents"] / 100)
    return Shop(lines.groupby(["customer_id", "day"], as_index=False)["revenue"].sum(), len(days) - 365, 365)


def leaves(how: str, arrived: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Each customer's chance to leave after an order, and the day on which they leave whatever they do."""
    count = len(arrived)
    chance, never = np.zeros(count), np.full(count, np.inf)
    if how in ("after an order", "also after the first"):
        a = _between(0.2, 1.0, rng)
        chance = rng.beta(a, a * rng.uniform(3, 9), count)
        return chance, np.where((how != "after an order") & (rng.random(count) < chance), arrived, never)
    if how == "at any time":
        return chance, arrived + rng.exponential(1 / rng.gamma(1.0, 1 / (rng.uniform(300, 900)), count))
    if how == "after a year":
        return chance, arrived + YEAR * rng.geometric(rng.uniform(0.3, 0.6), count)
    return chance, never


def _ordered(
    who: np.ndarray, arrived: np.ndarray, rate: np.ndarray, chance: np.ndarray, until: np.ndarray,
    day: np.ndarray, reached: np.ndarray, regular: float, rng: np.random.Generator,
) -> pd.DataFrame:  # fmt: skip
    """The orders of those who follow one curve of demand, whose sum up to each day is `reached`."""
    times, whose = [arrived[who]], [who]
    now = np.interp(arrived[who], day, reached)
    while len(who):
        now = now + rng.gamma(regular, 1 / regular, len(who)) / rate[who]
        when = np.interp(now, reached, day, right=np.inf)
        came = (when < day[-1]) & (when < until[who])
        who, now = who[came], now[came]
        times.append(when[came])
        whose.append(who)
        stays = rng.random(len(who)) >= chance[who]
        who, now = who[stays], now[stays]
    return pd.DataFrame({"customer": np.concatenate(whose), "time": np.concatenate(times)})


def seasons(days: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A peak once a year, in a month of its own, of random height."""
    peak, height, width = rng.uniform(0, YEAR), rng.uniform(0.3, 1.5), rng.uniform(20, 60)
    apart = np.abs((days - peak + YEAR / 2) % YEAR - YEAR / 2)
    return 1 + height * np.exp(-((apart / width) ** 2))


def promotions(days: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Two weeks of more demand every now and then."""
    curve = np.ones(len(days))
    for start in np.cumsum(rng.uniform(30, 120, len(days) // 30)).astype(int):
        curve[start : start + 14] *= rng.uniform(1.2, 2.5)
    return curve


def trend(days: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Demand that grows or shrinks steadily by up to a fifth a year."""
    return (1 + rng.uniform(-0.2, 0.2)) ** (days / YEAR)


def growth(days: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Demand that grows by a fifth to three fifths a year."""
    return (1 + rng.uniform(0.2, 0.6)) ** (days / YEAR)


def decline(days: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Demand that shrinks by a seventh to two fifths a year."""
    return (1 - rng.uniform(0.15, 0.4)) ** (days / YEAR)


def christmas(days: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A few weeks before the end of each year in which most is sold."""
    height, width = rng.uniform(2, 5), rng.uniform(12, 25)
    apart = np.abs((days - 340 + YEAR / 2) % YEAR - YEAR / 2)
    return 1 + height * np.exp(-((apart / width) ** 2))


def closed(days: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Six weeks in which hardly anybody buys, some time in the last two thirds of the days."""
    begin = rng.uniform(0.33, 1.0) * days.max()
    return np.where((days >= begin) & (days < begin + 42), 0.1, 1.0)


def moods(days: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Demand that wanders from week to week, and comes back in the long run."""
    level, steps = np.zeros(len(days) // 7 + 1), rng.normal(0, 0.06, len(days) // 7 + 1)
    for week in range(1, len(level)):
        level[week] = 0.95 * level[week - 1] + steps[week]
    return np.exp(np.repeat(level, 7)[: len(days)])


def assortment(days: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Another assortment from a day on, for those who follow this curve: they buy more, or less."""
    return np.where(days < rng.uniform(0.3, 1.0) * days.max(), 1.0, rng.uniform(0.6, 1.4))


def inflation(days: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Prices that rise by up to a tenth a year."""
    return (1 + rng.uniform(0, 0.1)) ** (days / YEAR)


def both(*curves: Curve) -> Curve:
    """Several of these at once."""
    return lambda days, rng: np.prod([curve(days, rng) for curve in curves], axis=0)


PLAIN, SMALL = World(), (150, 600)
BUSINESSES = World(regular=5.0, leaving=("at any time", "never"), heavy=1.5, size=(150, 900), yearly=(8.0, 30.0))
KINDS = {
    "as the model says (BG/NBD)": PLAIN,
    "as the model says (MBG/NBD)": replace(PLAIN, leaving=("also after the first",)),
    "seasons": replace(PLAIN, demand=(seasons,)),
    "promotions": replace(PLAIN, demand=(promotions,), prices=(steady, inflation)),
    "trend": replace(PLAIN, demand=(trend,), leaving=("after an order", "never")),
    "customers leave at any time": replace(PLAIN, leaving=("at any time",)),
    "regular buyers": replace(PLAIN, regular=3.0, leaving=("after an order", "at any time")),
    "demand that wanders": replace(PLAIN, demand=(moods,)),
    "change of assortment": replace(PLAIN, demand=(steady, assortment), prices=(steady, assortment)),
    "customers leave after a year": replace(PLAIN, leaving=("after a year",)),
    "seasons, trend and inflation": replace(
        PLAIN, demand=(both(seasons, trend),), prices=(inflation,), leaving=("at any time",)
    ),
    "a few spend much, promotions": replace(
        PLAIN, demand=(both(promotions, moods),), heavy=1.0, spread=0.8, often_more=0.3
    ),
    "the demo shop": World(own=demo_shop),
    "a few hundred customers": replace(PLAIN, size=SMALL),
    "tens of thousands of customers": replace(PLAIN, size=(20_000, 40_000)),
    "businesses": BUSINESSES,
    "fast growth": replace(PLAIN, demand=(growth,)),
    "decline": replace(PLAIN, demand=(decline,), held_back=True),
    "Christmas business, promotions": replace(PLAIN, demand=(both(christmas, promotions),), held_back=True),
    "businesses, demand that wanders, inflation": replace(
        BUSINESSES, regular=8.0, heavy=1.2, demand=(moods,), prices=(inflation,), held_back=True
    ),
    "buyers in bursts": replace(PLAIN, regular=0.5, leaving=("at any time",), held_back=True),
    "rare buyers": replace(PLAIN, yearly=(0.6, 1.5), leaving=("at any time", "after a year"), held_back=True),
    "very few spend very much": replace(PLAIN, heavy=1.8, spread=0.5, held_back=True),
    "closed for six weeks": replace(PLAIN, demand=(closed,), held_back=True),
    "a few hundred customers, seasons and trend": replace(
        PLAIN, size=SMALL, demand=(both(seasons, trend),), heavy=1.0, held_back=True
    ),
}

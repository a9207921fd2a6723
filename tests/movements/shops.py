"""Simulated shops in which one thing moves, or none: they have existed for a while when their data begin."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

FIRST, DAYS, BEFORE, WINDOW = date(2023, 1, 2), 840, 2500, 91
CATEGORIES = ("Garden", "Kitchen", "Books", "Toys", "Office")
KINDS = {
    "fewer new": "new customers", "more new": "new customers", "lost regulars": "lost regulars",
    "fewer orders": "orders per customer", "dearer": "prices", "larger baskets": "items per order",
    "one category grows": "category", "one category falls": "category", "returns": "returns",
    "top customers": "concentration", "season": "season",
}  # fmt: skip


def shop(kind: str | None, seed: int, customers: int = 15_000) -> pd.DataFrame:
    """Lines as they are when clean; what moves, moves in the last 91 days (a season in each year)."""
    rng = np.random.default_rng([seed, 77])
    arrived = _arrivals(kind, customers, rng)
    rate = rng.gamma(1.5, rng.uniform(3, 6), len(arrived)) / 365
    leaves = arrived + rng.exponential(rng.uniform(300, 700), len(arrived))
    basket = rng.gamma(4, 0.6, len(arrived))
    taste = rng.dirichlet(np.ones(len(CATEGORIES)) * 2, len(arrived))
    day, who = _orders(kind, arrived, leaves, rate, rng)
    return _lines(kind, day, who, basket, taste, rate, rng)


def _recent(day: np.ndarray) -> np.ndarray:
    return day >= DAYS - WINDOW


def _arrivals(kind: str | None, customers: int, rng: np.random.Generator) -> np.ndarray:
    arrived = rng.uniform(-BEFORE, DAYS, customers)
    if kind == "fewer new":
        return arrived[~_recent(arrived) | (rng.random(customers) < 0.4)]
    if kind == "more new":
        return np.concatenate([arrived, rng.uniform(DAYS - WINDOW, DAYS, int(customers * WINDOW / (DAYS + BEFORE)))])
    return arrived


def _orders(
    kind: str | None, arrived: np.ndarray, leaves: np.ndarray, rate: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    if kind == "lost regulars":
        gone = (arrived < DAYS - 300) & (rng.random(len(arrived)) < 0.5)
        leaves = np.where(gone, np.minimum(leaves, DAYS - WINDOW), leaves)
    stays = np.maximum(0.0, np.minimum(leaves, DAYS) - arrived)
    count = rng.poisson(rate * stays)
    who = np.repeat(np.arange(len(arrived)), count)
    day = arrived[who] + rng.random(len(who)) * stays[who]
    first = np.flatnonzero((arrived >= 0) & (arrived < DAYS))
    who, day = np.concatenate([who, first]), np.concatenate([day, arrived[first]])
    daily = np.exp(rng.normal(0, 0.12, DAYS + BEFORE + 1))  # days differ for everyone
    weekly = np.exp(rng.normal(0, 0.05, (DAYS + BEFORE) // 7 + 2))
    place = (day + BEFORE).astype(int)
    chance = daily[place] * weekly[place // 7]
    if kind == "fewer orders":
        chance = np.where(_recent(day) & (day > arrived[who]), 0.6, 1.0) * chance
    if kind == "season":
        month = (pd.Timestamp(FIRST) + pd.to_timedelta(np.floor(day), unit="D")).month
        chance = np.where(month == 12, 2.2, 1.0) * chance
    kept = rng.random(len(day)) < chance / chance.max()
    if kind != "season":
        kept = rng.random(len(day)) < np.minimum(1.0, chance / 1.6)
    kept &= day >= 0
    return np.floor(day[kept]).astype(int), who[kept]


def _lines(
    kind: str | None, day: np.ndarray, who: np.ndarray, basket: np.ndarray, taste: np.ndarray, rate: np.ndarray,
    rng: np.random.Generator,
) -> pd.DataFrame:  # fmt: skip
    size = basket[who] * (np.where(_recent(day), 1.35, 1.0) if kind == "larger baskets" else 1.0)
    if kind == "top customers":
        own = basket * rate
        size = size * np.where(_recent(day) & (own >= np.quantile(own, 0.93))[who], 2.5, 1.0)
    lines = 1 + rng.poisson(size)
    order = np.repeat(np.arange(len(day)), lines)
    odds = taste[who[order]].copy()
    if kind in ("one category grows", "one category falls"):
        odds[:, 1] *= np.where(_recent(day[order]), 2.0 if kind.endswith("grows") else 0.35, 1.0)
    odds = odds.cumsum(axis=1)
    category = (rng.random(len(order))[:, None] * odds[:, -1:] > odds).sum(axis=1)
    item = rng.integers(0, 12, len(order))
    price = np.round(np.exp(rng.normal(2.0, 0.7, (len(CATEGORIES), 12))), 2)[category, item]
    if kind == "dearer":
        price = np.round(price * np.where(_recent(day[order]), 1.18, 1.0), 2)
    quantity = 1 + rng.poisson(0.4, len(order))
    share = np.where(_recent(day[order]), 0.14, 0.05) if kind == "returns" else 0.05
    returned = rng.binomial(quantity, share)
    when = pd.Timestamp(FIRST) + pd.to_timedelta(day[order], unit="D") + pd.to_timedelta(10, unit="h")
    return pd.DataFrame(
        {
            "customer_id": np.char.add("C", who[order].astype(str)), "invoice_id": np.char.add("I", order.astype(str)),
            "ordered_at": when.astype("datetime64[us]"), "category": np.array(CATEGORIES)[category],
            "product": [f"{CATEGORIES[c]} {i}" for c, i in zip(category, item, strict=True)],
            "quantity": quantity.astype(float), "returned_quantity": returned.astype(float),
            "refunded": np.round(returned * price, 2), "net_revenue": np.round((quantity - returned) * price, 2),
        }
    )  # fmt: skip

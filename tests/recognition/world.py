"""A small shop whose lines every export of the corpus is a view of: customers come again, orders have lines."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal

CENT = Decimal("0.01")


@dataclass(frozen=True)
class World:
    """What a description may say of its shop."""

    rows: int = 50
    customers: int = 18
    lines: int = 1  # at most, in an order
    days: int = 420
    refunds: float = 0.0  # share of the orders, as negative quantities
    discounts: float = 0.0  # share of the lines
    bulk: int = 4  # the largest quantity of a line
    worth: float = 25.0  # the median price
    people: bool = False  # one row a customer
    lang: str = "en"


@dataclass(frozen=True)
class Line:
    """One line of an order."""

    row: int
    customer: int
    order: int
    line: int
    product: int
    time: dt.datetime
    qty: int
    price: Decimal
    discount: Decimal
    total: Decimal = Decimal(0)  # of the whole order

    @property
    def gross(self) -> Decimal:
        return self.qty * self.price

    @property
    def amount(self) -> Decimal:
        return self.gross - self.discount


def lines(world: World, seed: str) -> list[Line]:
    """The shop's lines in the order of time; the last order may be cut at the number of rows."""
    draw = random.Random(seed)
    found: list[Line] = []
    for order, day in enumerate(sorted(draw.uniform(0, world.days) for _ in range(world.rows))):
        time = dt.datetime(2023, 1, 9, draw.randint(7, 21), draw.randint(0, 59)) + dt.timedelta(days=int(day))
        customer = order if world.people else int(world.customers * draw.random() ** 1.6)
        sign = -1 if draw.random() < world.refunds else 1
        for line in range(1, draw.randint(1, world.lines) + 1):
            product, moment = draw.randrange(24), time + dt.timedelta(seconds=draw.randint(0, 59))
            price, qty = _priced(product, world.worth), sign * draw.choice([1, 1, 1, 2, draw.randint(1, world.bulk)])
            less = draw.choice([5, 10, 15]) if draw.random() < world.discounts else 0
            cut = (qty * price * less / 100).quantize(CENT)
            found.append(Line(len(found), customer, order, line, product, moment, qty, price, cut))
    kept, totals = found[: world.rows], Counter()
    for each in kept:
        totals[each.order] += each.amount
    return [replace(each, total=totals[each.order]) for each in kept]


def _priced(product: int, worth: float) -> Decimal:
    """A product's price, with the ends that shops like."""
    draw = random.Random(product)
    whole = max(1, int(draw.lognormvariate(0, 0.8) * worth))
    return Decimal(whole) + draw.choice([Decimal("-0.05"), Decimal("-0.01"), Decimal("0.50")])

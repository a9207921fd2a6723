"""A small shop whose lines every export of the corpus is a view of: customers come again, orders have lines."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from decimal import Decimal

CENT = Decimal("0.01")


@dataclass(frozen=True)
class World:
    """What a description may say of its shop."""

    rows: int = 50
    customers: int = 18
    lines: int = 1  # at most, in an order
    start: str = "2023-01-09"
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

    @property
    def gross(self) -> Decimal:
        return self.qty * self.price

    @property
    def amount(self) -> Decimal:
        return self.gross - self.discount


def lines(world: World, seed: str) -> list[Line]:
    """The shop's lines in the order of time; the last order may be cut at the number of rows."""
    draw = random.Random(seed)
    start = dt.datetime.fromisoformat(world.start)
    found: list[Line] = []
    moments = sorted(draw.uniform(0, world.days) for _ in range(world.rows))
    for order, day in enumerate(moments):
        time = (start + dt.timedelta(days=int(day))).replace(hour=draw.randint(7, 21), minute=draw.randint(0, 59))
        customer = order if world.people else int(world.customers * draw.random() ** 1.6)
        refund = draw.random() < world.refunds
        for line in range(1, draw.randint(1, world.lines) + 1):
            product = draw.randrange(24)
            price = priced(product, world.worth)
            qty = draw.choice([1, 1, 1, 2, draw.randint(1, world.bulk)]) * (-1 if refund else 1)
            cut = (qty * price * draw.choice([5, 10, 15]) / 100).quantize(CENT)
            less = cut if draw.random() < world.discounts else Decimal("0.00")
            moment = time + dt.timedelta(seconds=draw.randint(0, 59))
            found.append(Line(len(found), customer, order, line, product, moment, qty, price, less))
    return found[: world.rows]


def priced(product: int, worth: float) -> Decimal:
    """A product's price, with the ends that shops like."""
    whole = max(1, int(random.Random(product).lognormvariate(0, 0.8) * worth))
    return Decimal(whole) + random.Random(product + 99).choice([Decimal("-0.05"), Decimal("-0.01"), Decimal("0.50")])

"""The words in which a description says what stands in a column: `order #{} 1001 | first`, `of web,app @c`."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tests.recognition.names import CATEGORIES, PLACES, PRODUCTS, names
from tests.recognition.world import CENT, Line, World

ENTITIES = {"c": "customer", "o": "order", "p": "product", "r": "row"}
PERSONAL = {"email", "name", "first", "last", "company", "phone", "street", "city", "zip", "country", "code"}
GOODS = {"title", "category"}


def column(spec: str, rows: list[Line], world: World, seed: str) -> list[Any]:
    """A column's cells, one for each row."""
    said, *options = (part.strip() for part in spec.split(" | "))
    word, _, rest = said.partition(" ")
    entity = "customer" if word in PERSONAL else "product" if word in GOODS else "row"
    if rest[-2:-1] == "@" or rest == "@c":
        rest, entity = rest[:-2].strip(), ENTITIES[rest[-1]]
    totals = Counter()
    for row in rows:
        totals[row.order] += row.amount
    cells = []
    for row in rows:
        key = f"{seed}/{word if entity == 'customer' and word in PERSONAL else spec}/{getattr(row, entity)}"
        value = totals[row.order] if word == "total" else WORDS[word](random.Random(key), row, rest, world)
        for option in options:
            value = _option(value, row, option, random.Random(f"{key}/{option}"))
        cells.append(value)
    return cells


def _option(value: Any, row: Line, option: str, draw: random.Random) -> Any:
    name, _, rest = option.partition(" ")
    if name == "first":
        return value if row.line == 1 else None
    if name == "blank":
        return None if draw.random() < float(rest) else value
    if name == "bad":
        share, text = rest.split(" ", 1)
        return text if draw.random() < float(share) else value
    if value is None:
        return None
    if name == "minus":
        return -value
    if name == "plus":
        return abs(value)
    return {"as": lambda: rest.replace("{}", f"{value}"), "float": lambda: f"{value}.0",
            "sci": lambda: f"{int(value):.5E}", "tax": lambda: (value * Decimal(rest) / 100).quantize(CENT),
            "whole": lambda: int(value)}[name]()  # fmt: skip


def _number(field: str) -> Callable[..., Any]:
    def numbered(draw: random.Random, row: Line, rest: str, world: World) -> Any:
        """`TEMPLATE START`: numbers that tell the field's values apart, with gaps where it is no row or line."""
        *template, start = rest.split(" ") if rest else ["0"]
        value = int(start) + getattr(row, field) * (17 if field in ("customer", "product") else 1)
        return template[0].format(value) if template else value

    return numbered


def _moment(draw: random.Random, row: Line, rest: str, world: World) -> Any:
    """`[+DAYS] FORMAT`: when the line was; `epoch` in seconds."""
    days, _, form = rest.partition(" ") if rest.startswith("+") else ("0", "", rest)
    time = row.time + dt.timedelta(days=int(days))
    return int(time.replace(tzinfo=dt.UTC).timestamp()) if form == "epoch" else time.strftime(form)


def _date(draw: random.Random, row: Line, rest: str, world: World) -> str:
    """`YEAR YEAR FORMAT`: any moment between two years."""
    first, last, form = rest.split(" ", 2)
    start = dt.datetime(int(first), 1, 1)
    seconds = draw.randrange((dt.datetime(int(last) + 1, 1, 1) - start).days * 86_400)
    return (start + dt.timedelta(seconds=seconds)).strftime(form)


def _between(draw: random.Random, row: Line, rest: str, world: World) -> Any:
    """`LOW HIGH [DIGITS]`."""
    low, high, *digits = rest.split()
    return draw.randint(int(low), int(high)) if not digits else _rounded(draw.uniform(float(low), float(high)), digits)


def _skewed(draw: random.Random, row: Line, rest: str, world: World) -> Any:
    """`MEDIAN [DIGITS]`: many small, few large."""
    median, *digits = rest.split()
    return _rounded(draw.lognormvariate(0, 0.9) * float(median), digits)


def _rounded(value: float, digits: list[str]) -> Any:
    return Decimal(f"{value:.{digits[0]}f}") if digits else round(value)


def _of(draw: random.Random, row: Line, rest: str, world: World) -> str:
    """`A,B,C`, the first ones more often."""
    choices = rest.split(",")
    return choices[int(len(choices) * draw.random() ** 1.5)]


def _odds(draw: random.Random, row: Line, rest: str, world: World) -> str:
    """`SHARE YES,NO`."""
    share, _, both = rest.partition(" ")
    return both.split(",")[draw.random() >= float(share)]


def _person(word: str) -> Callable[..., Any]:
    def written(draw: random.Random, row: Line, rest: str, world: World) -> str:
        first, last, company, street = names(world.lang, row.customer)
        city, code, country, short = PLACES[world.lang][row.customer % len(PLACES[world.lang])]
        handle = f"{first}.{last}{row.customer}".lower().replace(" ", "").encode("ascii", "ignore").decode()
        return {"email": f"{handle}@example.{draw.choice(['com', 'org', 'net'])}", "name": f"{first} {last}",
                "first": first, "last": last, "company": company, "street": street, "city": city,
                "zip": code, "country": country, "code": short,
                "phone": f"+{draw.randint(31, 49)} {draw.randint(100, 999)} {draw.randint(10**5, 10**6)}"}[word]  # fmt: skip

    return written


WORDS: dict[str, Callable[..., Any]] = {
    **{field: _number(field) for field in ("customer", "order", "product", "row", "line")},
    **{word: _person(word) for word in PERSONAL},
    **{field: lambda draw, row, rest, world, field=field: getattr(row, field)
       for field in ("qty", "price", "gross", "discount", "amount")},
    "total": lambda *_: None,  # the sum of the order, which only the column knows
    "uuid": lambda draw, *_: str(uuid.UUID(int=draw.getrandbits(128), version=4)),
    "hex": lambda draw, row, rest, world: f"{draw.getrandbits(128):032x}",
    "token": lambda draw, row, rest, world: rest + "".join(draw.choices("ABCDEFGHJKLMNPQRSTUVabcdefghjk123456789", k=14)),
    "digits": lambda draw, row, rest, world: draw.randint(10 ** (int(rest) - 1), 10 ** int(rest) - 1),
    "time": _moment, "date": _date, "int": _between, "num": _between, "skew": _skewed, "of": _of, "odds": _odds,
    "fixed": lambda draw, row, rest, world: rest,
    "empty": lambda *_: None,
    "title": lambda draw, row, rest, world: PRODUCTS[world.lang][row.product % len(PRODUCTS[world.lang])],
    "category": lambda draw, row, rest, world: CATEGORIES[world.lang][row.product % len(CATEGORIES[world.lang])],
}  # fmt: skip

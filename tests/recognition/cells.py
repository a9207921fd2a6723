"""The words in which a description says what stands in a column: `order #{} 1001 | first`, `of web,app @c`."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.recognition.world import CENT, Line, World

NAMES = YAML(typ="safe").load(Path(__file__).with_name("names.yaml"))
ENTITIES = {"c": "customer", "o": "order", "p": "product"}
PERSONAL = ("email", "name", "first", "last", "company", "phone", "street", "city", "zip", "country", "code")
LETTERS = "ABCDEFGHJKLMNPQRSTUVabcdefghjk123456789"


def column(spec: str, rows: list[Line], world: World, seed: str) -> list[Any]:
    """A column's cells, one for each row; `@c`, `@o` or `@p` is one value for each customer, order or product."""
    said, *options = (part.strip() for part in spec.split(" | "))
    word, _, rest = said.partition(" ")
    entity = "customer" if word in PERSONAL else "row"
    if rest[-2:-1] == "@":
        rest, entity = rest[:-2].strip(), ENTITIES[rest[-1]]
    cells = []
    for row in rows:
        key = f"{seed}/{spec}/{getattr(row, entity)}"
        value = WORDS[word](random.Random(key), row, rest, world)
        for option in options:
            name, _, argument = option.partition(" ")
            value = OPTIONS[name](value, row, argument, random.Random(f"{key}/{option}"))
        cells.append(value)
    return cells


def _number(field: str) -> Callable[..., Any]:
    def numbered(draw: random.Random, row: Line, rest: str, world: World) -> Any:
        """`[TEMPLATE] START`: customers and products with gaps between them."""
        template, start = rest.rsplit(" ", 1) if " " in rest else (None, rest)
        value = int(start) + getattr(row, field) * (17 if field in ("customer", "product") else 1)
        return template.format(value) if template else value

    return numbered


def _moment(draw: random.Random, row: Line, rest: str, world: World) -> Any:
    """`[+DAYS] FORMAT`: when the line was, or so many days later or sooner; `epoch` in seconds, `serial` in days."""
    days, form = rest.split(" ", 1) if rest[0] in "+-" else ("0", rest)
    time = row.time + dt.timedelta(days=int(days))
    if form == "serial":
        return (time - dt.datetime(1899, 12, 30)).days
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
    return _rounded(draw.uniform(float(low), float(high)), digits) if digits else draw.randint(int(low), int(high))


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


def _person(word: str) -> Callable[..., str]:
    def written(draw: random.Random, row: Line, rest: str, world: World) -> str:
        known, number = NAMES[world.lang], row.customer
        first, last = known["first"][number % len(known["first"])], known["last"][number * 7 % len(known["last"])]
        city, code, country, short = known["places"][number % len(known["places"])]
        handle = f"{first}.{last}{number}".lower().encode("ascii", "ignore").decode()
        street = known["street"].format(n=3 + number * 5 % 97)
        phone = f"+{draw.randint(31, 49)} {draw.randint(100, 999)} {draw.randint(10**5, 10**6)}"
        return {"email": f"{handle}@example.{('com', 'org', 'net')[number % 3]}", "name": f"{first} {last}",
                "first": first, "last": last, "company": f"{first[0]}. {last} {known['firm']}", "street": street,
                "phone": phone, "city": city, "zip": code, "country": country, "code": short}[word]  # fmt: skip

    return written


def _goods(kind: str) -> Callable[..., str]:
    return lambda draw, row, rest, world: NAMES[world.lang][kind][row.product % len(NAMES[world.lang][kind])]


WORDS: dict[str, Callable[..., Any]] = {
    **{field: _number(field) for field in ("customer", "order", "product", "row", "line")},
    **{word: _person(word) for word in PERSONAL},
    **{field: lambda draw, row, rest, world, field=field: getattr(row, field)
       for field in ("qty", "price", "gross", "discount", "amount", "total")},
    "uuid": lambda draw, *_: str(uuid.UUID(int=draw.getrandbits(128), version=4)),
    "hex": lambda draw, *_: f"{draw.getrandbits(128):032x}",
    "token": lambda draw, row, rest, world: rest + "".join(draw.choices(LETTERS, k=14)),
    "digits": lambda draw, row, rest, world: draw.randint(10 ** (int(rest) - 1), 10 ** int(rest) - 1),
    "time": _moment, "date": _date, "int": _between, "num": _between, "skew": _skewed, "of": _of, "odds": _odds,
    "fixed": lambda draw, row, rest, world: rest,
    "empty": lambda *_: None,
    "title": _goods("goods"), "category": _goods("kinds"),
}  # fmt: skip
OPTIONS: dict[str, Callable[..., Any]] = {
    "first": lambda value, row, rest, draw: value if row.line == 1 else None,  # of an order's lines
    "blank": lambda value, row, rest, draw: None if draw.random() < float(rest) else value,
    "bad": lambda value, row, rest, draw: rest.split()[1] if draw.random() < float(rest.split()[0]) else value,
    "as": lambda value, row, rest, draw: None if value is None else rest.replace("{}", f"{value}"),
    "float": lambda value, row, rest, draw: f"{value}.0",
    "sci": lambda value, row, rest, draw: f"{value:.5E}",
    "tax": lambda value, row, rest, draw: (value * Decimal(rest) / 100).quantize(CENT),
    "minus": lambda value, row, rest, draw: -value,
    "whole": lambda value, row, rest, draw: int(value),
}

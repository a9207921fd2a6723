"""The smallest single change that would put a customer into another segment, found and checked by the scorer alone.

Values are tried outwards from the customer's own, the border is closed in on, and what is proposed is the next figure
beyond it that a person can read. That figure is scored again: only what then lies in the other segment is proposed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from customer_segments.base import registry, words
from customer_segments.steps.scorer import Scorer
from customer_segments.web.typical import Spread

STEPS = 400  # evenly spaced values that are tried, besides the column's percentiles
HALVINGS = 60
FINEST = 6  # decimals of a figure


@dataclass(frozen=True)
class Change:
    """One column changed, all others as they are."""

    column: str
    now: Any
    to: Any
    text: str  # `to`, as it is shown; it says exactly the figure that was scored
    segment: int
    certainty: float
    outside: bool
    passed: float | None  # the share of customers between the two values; of numbers only


@dataclass
class _Search:
    """A border between a value that changes nothing and one that does."""

    column: str
    same: float
    other: float


def changes(scorer: Scorer, customer: Mapping[str, Any], spreads: Mapping[str, Spread], currency: str) -> list[Change]:
    """For each column the nearest change that moves the customer, the smallest first: by how many it passes."""
    own = int(_scored(scorer, customer, [{}]).segment[0])
    numbers = [name for name in scorer.needed if name in spreads and _is_number(customer.get(name))]
    searches = _closed_in(scorer, customer, _begun(scorer, customer, numbers, spreads, own), own)
    found: dict[str, Change] = {}
    for search in searches:
        change = _readable(scorer, customer, search, spreads[search.column], own, currency)
        if change and (change.column not in found or _size(change) < _size(found[change.column])):
            found[change.column] = change
    ranked = sorted(found.values(), key=lambda change: change.passed)
    return ranked + _answers(scorer, customer, own)


def _is_number(value: Any) -> bool:
    return not isinstance(value, str | bool) and value is not None and math.isfinite(value)


def _size(change: Change) -> float:
    return abs(change.to - float(change.now))


def _scored(scorer: Scorer, customer: Mapping[str, Any], changed: list[Mapping[str, Any]]) -> Any:
    """The customer as often as something is changed, each time with that."""
    return scorer.score([{name: customer.get(name) for name in scorer.needed} | each for each in changed])


def _moves(segments: np.ndarray, own: int) -> np.ndarray:
    """Whether it is another segment; to fit none is no segment."""
    return (segments != own) & (segments != 0)


def _begun(
    scorer: Scorer, customer: Mapping[str, Any], numbers: list[str], spreads: Mapping[str, Spread], own: int
) -> list[_Search]:
    """On each side of each number the first value tried that moves the customer, and the last before it."""
    tried = {name: _values(spreads[name], float(customer[name])) for name in numbers}
    flat = [{name: value} for name in numbers for value in tried[name]]
    if not flat:
        return []
    moves = dict.fromkeys(numbers)
    parts = np.split(_moves(_scored(scorer, customer, flat).segment, own), np.cumsum([len(tried[n]) for n in numbers]))
    moves = dict(zip(numbers, parts, strict=False))
    begun = []
    for name in numbers:
        now, values = float(customer[name]), tried[name]
        for side, order in ((values > now, 1), (values < now, -1)):
            ahead, moving = values[side][::order], moves[name][side][::order]
            if moving.any():
                first = int(moving.argmax())
                begun.append(_Search(name, ahead[first - 1] if first else now, ahead[first]))
    return begun


def _values(spread: Spread, now: float) -> np.ndarray:
    """Values within what the study has seen, ascending."""
    even = np.linspace(spread.lowest, spread.highest, STEPS)
    values = np.concatenate([even, spread.points])
    if spread.whole:
        every = spread.highest - spread.lowest <= STEPS
        values = np.arange(spread.lowest, spread.highest + 1) if every else np.rint(values)
    return np.array(sorted({*values.tolist()} - {now}))  # NumPy's own way loads its masked arrays, a megabyte


def _closed_in(scorer: Scorer, customer: Mapping[str, Any], searches: list[_Search], own: int) -> list[_Search]:
    """All borders at once, by halves, until two neighbouring values are left."""
    for _ in range(HALVINGS):
        middles = [(search.same + search.other) / 2 for search in searches]
        open_ = [
            (search, middle) for search, middle in zip(searches, middles, strict=True)
            if middle not in (search.same, search.other)
        ]  # fmt: skip
        if not open_:
            break
        placed = _scored(scorer, customer, [{search.column: middle} for search, middle in open_]).segment
        for (search, middle), moves in zip(open_, _moves(placed, own), strict=True):
            if moves:
                search.other = middle
            else:
                search.same = middle
    return searches


def _readable(
    scorer: Scorer, customer: Mapping[str, Any], search: _Search, spread: Spread, own: int, currency: str
) -> Change | None:
    """The first figure beyond the border that a person can read and that does move the customer."""
    now = float(customer[search.column])
    first = _decimals(search.column, search.other, spread.whole)
    for decimals in range(first, first + 1 if spread.whole else FINEST + 1):
        to = outwards(search.other, decimals, rising=search.other > now)
        if not spread.lowest <= to <= spread.highest:
            continue
        placed = _scored(scorer, customer, [{search.column: to}])
        if _moves(placed.segment, own)[0]:
            text = written(search.column, to, decimals, currency)
            passed = abs(spread.rank(to) - spread.rank(now))
            return Change(
                search.column, customer[search.column], to, text, int(placed.segment[0]), float(placed.certainty[0]),
                bool(placed.outside[0]), passed,
            )  # fmt: skip
    return None


def _decimals(column: str, value: float, whole: bool) -> int:
    """How many decimals a reader is given first."""
    unit = registry.facts(column).unit
    if whole or unit == "count":
        return 0
    if unit == "share":
        return 2  # whole per cents
    if unit == "money":
        return 0 if abs(value) >= 100 else 2
    return min(FINEST, max(0, 2 - math.floor(math.log10(abs(value))))) if value else 2


def outwards(value: float, decimals: int, rising: bool) -> float:
    """The next figure of so many decimals that is not short of a value."""
    scale = 10**decimals
    rounded = math.ceil(value * scale) if rising else math.floor(value * scale)
    return rounded / scale


def written(column: str, value: float, decimals: int, currency: str) -> str:
    """A figure to the last of its decimals."""
    unit, sign = registry.facts(column).unit, "−" if value < 0 else ""
    if unit == "share":
        return f"{sign}{abs(100 * value):,.{max(0, decimals - 2)}f}%"
    return f"{sign}{words.before(currency) if unit == 'money' else ''}{abs(value):,.{decimals}f}"


def _answers(scorer: Scorer, customer: Mapping[str, Any], own: int) -> list[Change]:
    """Other answers that move the customer."""
    others = [(name, text) for name, texts in scorer.categories.items() for text in texts if text != customer.get(name)]
    if not others:
        return []
    placed = _scored(scorer, customer, [{name: text} for name, text in others])
    return [
        Change(name, customer.get(name), text, text, int(segment), float(sure), bool(outside), None)
        for (name, text), segment, sure, outside, moves in zip(
            others, placed.segment, placed.certainty, placed.outside, _moves(placed.segment, own), strict=True
        )
        if moves
    ]

"""Columns of numbers, and how they go together: pieces times price is money, one sum is another with a tax on it."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, pairwise, permutations, product

from customer_segments.sources import guess

Cells = Sequence[str | None]  # of one column, row by row

ENOUGH = 20  # cells, below which nothing is said
NEARLY_ALL = 0.9
MOST_MULTIPLIED, FEWEST_MULTIPLIED = 100, 8  # rows in which columns are multiplied, and of more than one piece
MOST_PIECES = 100  # that are mostly on a line
MULTIPLIED, UNDISCOUNTED = 0.75, 0.4  # of the rows, and of them where all others come to less

_PADDED = re.compile(r"0\d")
_NUMBER = re.compile(r"-?\d+(\.\d*)?|-?\.\d+")
_AROUND_NUMBERS = re.compile(r"[^\d,.\-]")


def in_proportion(one: Cells, other: Cells) -> bool:
    """Whether one column's numbers are nearly always the same multiple of the other's, as net is of gross."""
    shares = sorted(b / a for a, b in _pairs(one, other) if a)
    if not shares:
        return False
    middle = shares[len(shares) // 2]
    return sum(abs(share - middle) <= 0.02 * abs(middle) for share in shares) >= NEARLY_ALL * len(shares)


def growth(prices: Cells, quantities: Cells, products: Cells | None = None) -> float | None:
    """By which power prices grow with the number of pieces, of the same product where they are told: 0 to about 1."""
    groups = defaultdict(list)
    pairs = _pairs(prices, quantities, products or ["all"] * len(prices))
    for price, number, kind in pairs:
        if price and number:
            groups[kind].append((math.log(abs(number)), math.log(abs(price))))
    away = [pair for group in groups.values() for pair in _away(group)]
    spread = sum(number**2 for number, _ in away)
    told = [number for number, _ in chain(*groups.values())]
    if len(away) - len(groups) < ENOUGH or not spread or _few_differ(told):
        return None
    return sum(number * price for number, price in away) / spread


def _few_differ(numbers: Sequence[float]) -> bool:
    """Whether nearly all are the same, so that what moves with them rests on a few."""
    return len(numbers) - Counter(numbers).most_common(1)[0][1] < FEWEST_MULTIPLIED


def products(columns: Mapping[str, Cells]) -> list[tuple[str, str, str]]:
    """Columns of which one is another times a third, row by row: whole pieces, their price, and their money."""
    numbers = {name: values for name, cells in columns.items() if (values := _counted(cells))}
    pieces = [name for name, values in numbers.items() if _are_pieces(values)]
    varied = [name for name, values in numbers.items() if len(set(values) - {None}) > 1]  # ten times 100 is chance
    found = {
        (quantity, price, money): share
        for quantity in pieces
        for price, money in permutations((name for name in varied if name != quantity), 2)
        if (share := _multiplied(*(numbers[name] for name in (quantity, price, money))))
    }
    best = {names[1:]: max(share for each, share in found.items() if each[1:] == names[1:]) for names in found}
    return [names for names, share in found.items() if share == best[names[1:]]]


def sums_of_orders(columns: Mapping[str, Cells], orders: Cells) -> list[tuple[str, str]]:
    """Whole pieces and their prices that, line by line, come to a sum that stands on all lines of an order."""
    numbers = {name: values for name, cells in columns.items() if (values := _counted(cells))}
    lines = _lines(orders[:MOST_MULTIPLIED])
    several = [places for places in lines if len(places) > 1]
    if len(several) < FEWEST_MULTIPLIED:
        return []
    alike = (name for name, each in numbers.items() if all(len({each[p] for p in places}) == 1 for places in lines))
    told = {name: numbers[name] for name in alike}
    pieces = [name for name, each in numbers.items() if name not in told and _are_pieces(each)]
    prices = [name for name, each in numbers.items() if name not in told and len(set(each)) > 1]
    return [
        (quantity, price)
        for quantity, price in product(pieces, prices)
        if quantity != price
        if any(_add_up(numbers[quantity], numbers[price], total, several) for total in told.values())
    ]


def _lines(orders: Cells) -> list[list[int]]:
    """The rows of each order but of the last one, of which more may follow."""
    rows = defaultdict(list)
    for row, order in enumerate(orders):
        if order:
            rows[order].append(row)
    return list(rows.values())[:-1]


def _add_up(
    pieces: Sequence[float | None], prices: Sequence[float | None], total: Sequence[float | None],
    orders: Sequence[Sequence[int]],
) -> bool:  # fmt: skip
    """Whether pieces times prices come to the total of most orders, and of enough in which pieces count."""
    known = [places for places in orders if None not in [each[p] for each in (pieces, prices, total) for p in places]]
    fits = [places for places in known if _is_product(1, sum(pieces[p] * prices[p] for p in places), total[places[0]])]
    telling = [places for places in fits if any(abs(pieces[p]) != 1 and prices[p] for p in places)]
    return len(telling) >= FEWEST_MULTIPLIED and len(fits) >= MULTIPLIED * len(orders)


def put_on(tax: str, columns: Mapping[str, Cells]) -> str | None:
    """The sum that another one and this, which is less than half of it, come to on nearly all rows, if there is one."""
    numbers = {name: values for name, cells in columns.items() if (values := _counted(cells))}
    for net, gross in permutations((name for name in numbers if name != tax and tax in numbers), 2):
        rows = list(zip(*(numbers[name] for name in (net, tax, gross)), strict=True))
        added = (None not in row and 0 < 2 * abs(row[1]) < abs(row[0]) and _is_sum(*row) for row in rows)
        if sum(added) >= NEARLY_ALL * len(rows):
            return gross
    return None


def _is_sum(net: float, tax: float, gross: float) -> bool:
    return abs(net + tax - gross) < 0.02


def runs(balance: Cells, sums: Cells) -> bool:
    """Whether a column is what was there before, with the other's sum put on it or taken from it, row by row."""
    steps = _steps(values_of(balance))
    moved = values_of(sums)
    known = [
        (step, (up, down))
        for step, up, down in zip(steps, moved[1:], moved, strict=False)
        if None not in (step, up, down)
    ]
    fits = max((sum(abs(abs(step) - abs(at[side])) < 0.02 for step, at in known) for side in (0, 1)), default=0)
    return len(known) >= ENOUGH and fits >= NEARLY_ALL * len(known) and len({step for step, _ in known}) > 1


def _steps(numbers: Sequence[float | None]) -> list[float | None]:
    return [None if None in pair else pair[1] - pair[0] for pair in pairwise(numbers)]


def pieces(cells: Cells) -> bool:
    """Whether cells hold whole numbers, small ones and not all alike, as of pieces; `P001` is a code."""
    return not any(text and text[0].isalpha() for text in cells) and _are_pieces(_counted(cells))


def far_below(one: Cells, other: Cells) -> bool:
    """Whether one column's numbers are mostly far smaller than the other's."""
    medians = [sorted(abs(number) for number in values_of(cells) if number is not None) for cells in (one, other)]
    low, high = (numbers[len(numbers) // 2] if numbers else 0.0 for numbers in medians)
    return 3 * low < high


def padded(texts: Sequence[str]) -> bool:
    """Whether some cells begin with zeros that no number has, as those of codes do."""
    return any(_PADDED.match(text) for text in texts)


def rise(cells: Cells) -> bool:
    """Whether a column's numbers are the larger, the further below they stand."""
    texts = [text or "" for text in cells]
    numbers = list(map(int, texts)) if all(map(str.isdecimal, texts)) else values(texts)
    return None not in numbers and all(a < b for a, b in pairwise(numbers))


def _counted(cells: Cells) -> list[float | None]:
    """The numbers of a column's first rows, none where it holds others than numbers."""
    filled = [text for text in cells[:MOST_MULTIPLIED] if text]
    if padded(filled):
        return []
    if guess.readable(filled, "number") < NEARLY_ALL:
        return []
    numbers = values_of(cells[:MOST_MULTIPLIED])
    read = sum(number is not None for number in numbers)
    return numbers if len(filled) >= ENOUGH and read >= NEARLY_ALL * len(filled) else []


def _are_pieces(numbers: Sequence[float | None]) -> bool:
    known = [abs(number) for number in numbers if number is not None]
    whole = sum(number == int(number) for number in known)
    return bool(known) and whole == len(known) and len(set(known)) > 1 and sorted(known)[len(known) // 2] <= MOST_PIECES


def _multiplied(*columns: Sequence[float | None]) -> float:
    """Of how many rows the first times the second is the third; 0 where it is not, or either hardly ever but 1."""
    rows = [row for row in zip(*columns, strict=True) if None not in row and row[0] and row[1]]
    telling = [row for row in rows if abs(row[0]) != 1 and row[1] != 1]
    less = all(0 < money / (q * price) < 1 or _is_product(q, price, money) for q, price, money in rows)
    least = UNDISCOUNTED if less else MULTIPLIED
    share, of_all = (sum(_is_product(*row) for row in each) / max(len(each), 1) for each in (telling, rows))
    return share if len(telling) >= FEWEST_MULTIPLIED and min(share, of_all) >= least else 0.0


def _is_product(quantity: float, price: float, money: float) -> bool:
    return abs(quantity * price - money) <= 0.006 * max(1.0, abs(quantity)) + 0.0005 * abs(money)


def values_of(cells: Cells) -> tuple[float | None, ...]:
    return values([text or "" for text in cells])


def _away(group: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """How far each of a group's pairs is from their mean."""
    middle = [sum(values) / len(group) for values in zip(*group, strict=True)]
    return ((number - middle[0], price - middle[1]) for number, price in group)


def _pairs(one: Cells, other: Cells, of: Cells | None = None) -> Iterator[tuple]:
    """The numbers of two columns where both tell one, and beside them what they are `of`."""
    beside = (of,) if of is not None else ()
    rows = [row for row in zip(one, other, *beside, strict=True) if all(row)]
    columns = [values([row[place] for row in rows]) for place in (0, 1)]
    found = zip(*columns, rows, strict=True)
    return ((a, b, *row[2:]) for a, b, row in found if a is not None and b is not None)


def values(texts: Sequence[str]) -> tuple[float | None, ...]:
    """Numbers as well as they can be told, whatever stands around them."""
    return _values(tuple(texts))


@lru_cache(maxsize=16)
def _values(texts: tuple[str, ...]) -> tuple[float | None, ...]:
    comma = guess.decimal_sign([texts], None) == ","
    plain = (_AROUND_NUMBERS.sub("", text) for text in texts)
    written = (text.replace(".", "").replace(",", ".") if comma else text.replace(",", "") for text in plain)
    return tuple(float(text) if _NUMBER.fullmatch(text) else None for text in written)

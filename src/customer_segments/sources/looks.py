"""What cells look like, and so what a column can be: no amount, rating or date is an id, no order's total a line's."""

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise, permutations

from customer_segments.sources import guess

ENOUGH = 20  # cells, below which nothing is said
FEWEST_IDS = 12  # different values, below which short ones are a rating or a group
FEWEST_PEOPLE, OF_GROUPS = (
    5,
    0.15,
)  # different values, below which they are hardly of people or orders; how well they fit
LONGEST_CODE = 2  # signs of such a rating
AGAIN = 0.95  # below so many different values among all cells, they occur again
NEARLY_ALL, MOSTLY = 0.9, 0.7
SHARED = 0.25  # of the rows
FEWEST_ORDERS = 4  # of several lines, below which nothing is said of orders
MOST_MULTIPLIED, FEWEST_MULTIPLIED = 100, 8  # rows in which columns are multiplied, and of more than one piece
MOST_PIECES = 100  # that are mostly on a line
MULTIPLIED, UNDISCOUNTED = 0.75, 0.4  # of the rows, and of them where all others come to less

FEW_DAYS = 4  # between two times of one order
ADULT, OLDEST = 18, 120
PLACES = ("country", "location")  # which all may have in common

SEXES = tuple(
    frozenset(pair.split())
    for pair in ("m f", "m w", "v m", "h f", "h m", "male female", "man woman", "mann frau", "homme femme",
                 "hombre mujer", "uomo donna", "man vrouw", "maschio femmina", "männlich weiblich", "masculin féminin",
                 "k m")
)  # fmt: skip
HOW_FAR = """active inactive open closed new pending complete completed processing paid unpaid canceled
    cancelled refunded enabled disabled draft sent shipped delivered subscribed unsubscribed aktiv inaktiv
    offen bezahlt actif inactif activo inactivo attivo ativo inativo actief aktywny won lost approved rejected
    expired trial"""
STATES_OF_THINGS = frozenset(HOW_FAR.split())
DIVERSE = frozenset("d x o div divers other andere non-binary u n/a unknown unbekannt".split())  # noqa: SIM905

Cells = Sequence[str | None]  # of one column, row by row

_PADDED = re.compile(r"0\d")
_WHOLE = re.compile(r"[+-]?\d+(?:[.,]0*)?")
_FRACTION = re.compile(r"[^\w\s]?\s?[+-]?\d[\d.,' ]*[.,]\d{1,4}\s?\S{0,3}")
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d\d")
_NUMBER = re.compile(r"-?\d+(\.\d*)?|-?\.\d+")
_AROUND_NUMBERS = re.compile(r"[^\d,.\-]")
_CLOCK = re.compile(r"\d?\d:\d\d(?::\d\d)?")
_ARTICLE = re.compile(r"(?:une?|eine?|una|een|an?) ")
_SEVERAL_WORDS = re.compile(r"[^\W\d]\S*\s+[^\W\d].*")


def as_id(texts: Sequence[str], unique: bool) -> float:
    """How well a column's cells fit an id (0 to 1), in a list where each row has `unique` ids or in lines."""
    if len(texts) < ENOUGH:
        return 1.0
    different = len(set(texts))
    if _share(texts, _is_fraction) > 0.05 or guess.readable(texts, "flag") == 1 or different == 1:
        return 0.0
    if guess.readable(texts, "time") >= NEARLY_ALL and not all(text.isdigit() for text in texts):
        return 0.0
    if _share(texts, lambda text: bool(_CLOCK.fullmatch(text))) > 0.5:
        return 0.0
    if different <= FEWEST_IDS and len(texts) >= 2 * FEWEST_IDS:
        if unique:
            return 0.0
        if different < FEWEST_PEOPLE:
            return OF_GROUPS
        return 0.4 if max(map(len, texts)) <= LONGEST_CODE else 1.0 if numbered(texts) else 0.5
    fits = max(0.4, different / len(texts)) if unique else 1.0
    return fits * (0.7 if _share(texts, lambda text: bool(_SEVERAL_WORDS.fullmatch(text))) > 0.5 else 1.0)


def as_text(ours: str, texts: Sequence[str]) -> float:
    """How well a column's cells fit one of our texts: sums are none, nor what is always the same or always new."""
    different = len(set(texts))
    if len(texts) < ENOUGH:
        return 1.0
    if fractions(texts) or (different == 1 and ours not in PLACES):
        return 0.0
    if ours == "category" and different == len(texts):
        return 0.0
    if ours == "product" and (different == len(texts) >= 2 * ENOUGH or pieces(texts)):
        return 0.5
    fits = {"gender": different <= FEWEST_IDS and not _of_animals(texts), "location": not _are_states_of_things(texts)}
    return float(fits.get(ours, True))


def _are_states_of_things(texts: Sequence[str]) -> bool:
    """Whether cells tell how far an order or a membership is, and not the state that somebody lives in."""
    return _share(texts, lambda text: text.lower() in STATES_OF_THINGS) > 0.5


def _of_animals(texts: Sequence[str]) -> bool:
    """Whether cells tell two sexes and more than people write of them, as of animals that were neutered."""
    found = _sexes_told(texts)
    return any(pair <= found and not found <= pair | DIVERSE for pair in SEXES)


def sexes(texts: Sequence[str]) -> bool:
    """Whether the cells tell who is a man and who a woman."""
    found = _sexes_told(texts)
    return len(texts) >= ENOUGH and any(len(found & pair) >= 2 and found <= pair | DIVERSE for pair in SEXES)


def _sexes_told(texts: Sequence[str]) -> set[str]:
    return {_ARTICLE.sub("", text.lower()).rstrip(".") for text in texts}


def fractions(texts: Sequence[str]) -> bool:
    """Whether most cells are numbers, many of them with decimals."""
    return guess.readable(texts, "number") >= NEARLY_ALL and _share(texts, _is_fraction) > 0.3


def ages(texts: Sequence[str]) -> bool:
    """Whether cells can be years of life: mostly numbers up to those that people reach, of adults among them."""
    years = sorted(number for number in _values(texts) if number is not None)
    reached = sum(0 <= number <= OLDEST for number in years)
    return len(years) < ENOUGH or (reached >= MOSTLY * len(years) and years[-1] >= ADULT)


def empty_sums(texts: Sequence[str]) -> bool:
    """Whether more than half of the cells are zero, as those of what is left to pay."""
    numbers = [number for number in _values(texts) if number is not None]
    return len(numbers) >= ENOUGH and sum(number == 0 for number in numbers) > len(numbers) / 2


def all_alike(texts: Sequence[str]) -> bool:
    """Whether enough cells are known, and all are the same, so that they tell nothing of the rows."""
    return len(texts) >= ENOUGH and len(set(texts)) == 1


def cents(texts: Sequence[str]) -> bool:
    """Whether nearly all cells have two decimals, and many of them tell something, as sums of money do."""
    two = [text for text in texts if re.fullmatch(r"-?[\d.,' ]*\d[.,]\d\d", text)]
    broken = sum(not text.endswith("00") for text in two)
    return len(texts) >= ENOUGH and len(two) >= NEARLY_ALL * len(texts) and broken > 0.5 * len(two)


def again(cells: Cells) -> bool:
    """Whether enough cells are filled, and not all of them differ."""
    texts = [text for text in cells if text]
    return len(texts) >= ENOUGH and len(set(texts)) < len(texts)


def repeats(texts: Sequence[str]) -> bool | None:
    """Whether the same cells occur again; None where too few are known."""
    return len(set(texts)) < AGAIN * len(texts) if len(texts) >= ENOUGH else None


def scientific(texts: Sequence[str]) -> int:
    """How many cells a spreadsheet has shortened to something like 1.2E+11."""
    return sum(bool(_SCIENTIFIC.fullmatch(text)) for text in texts)


def same_groups(one: Cells, other: Cells) -> bool:
    """Whether two columns tell the same rows apart, so that either will do."""
    pairs = {(a, b) for a, b in zip(one, other, strict=True) if a and b}
    return bool(pairs) and len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})


def same_times(one: Cells, other: Cells) -> bool:
    """Whether two columns nearly always tell the same day, or one that is a few days from it."""
    pairs = [(a, b) for a, b in zip(one, other, strict=True) if a and b]
    if bool(pairs) and sum(a[:10] == b[:10] for a, b in pairs) >= NEARLY_ALL * len(pairs):
        return True
    here, there = days(one), days(other)
    apart = [abs((here[row] - there[row]).days) <= FEW_DAYS for row in here.keys() & there.keys()]
    return len(apart) >= NEARLY_ALL * len(pairs) > 0 and sum(apart) >= NEARLY_ALL * len(apart)


def days(cells: Cells) -> dict[int, date]:
    """The days of a column that holds some, by their rows; nothing where it holds others than days."""
    texts = [text for text in cells if text]
    if not texts or guess.counted(texts) or guess.readable(texts, "time") < NEARLY_ALL:
        return {}
    first, second = guess.day_votes(texts)
    formats = ("%Y-%m-%d", "%Y/%m/%d", *guess.time_formats(texts, first >= second))
    read = {text: _day(text, formats) for text in set(texts)}
    return {row: read[text] for row, text in enumerate(cells) if text and read[text]}


def _day(text: str, formats: Collection[str]) -> date | None:
    for form in formats:
        for written in (text, text[:10]):
            try:
                return datetime.strptime(written, form).date()
            except ValueError:
                continue
    return None


def in_proportion(one: Cells, other: Cells) -> bool:
    """Whether one column's numbers are nearly always the same multiple of the other's, as net is of gross."""
    shares = sorted(b / a for a, b in _pairs(one, other) if a)
    if not shares:
        return False
    middle = shares[len(shares) // 2]
    return sum(abs(share - middle) <= 0.02 * abs(middle) for share in shares) >= NEARLY_ALL * len(shares)


def of_the_order(orders: Cells, cells: Cells) -> bool:
    """Whether a column tells the same on all lines of an order, or something on its first line only."""
    lines = defaultdict(list)
    for order, text in zip(orders, cells, strict=True):
        lines[order].append(text)
    headless = lines.pop(None, [])  # where the order's own cells stand on its first line only
    if len(headless) > 0.2 * len(cells) and not any(headless):
        return True
    several = [set(filter(None, texts)) for texts in lines.values() if len(texts) > 1]
    return len(several) >= FEWEST_ORDERS and sum(len(told) <= 1 for told in several) >= NEARLY_ALL * len(several)


def on_several_days(orders: Cells, times: Cells) -> bool:
    """Whether many rows share what should be their order with others of another day."""
    days = defaultdict(set)
    for order, time in zip(orders, times, strict=True):
        if order and time:
            days[order].add(time[:8])
    many = sum(len(days[order]) > 1 for order in orders if order)
    return len(orders) >= ENOUGH and many > SHARED * len(orders)


def on_first_lines(orders: Cells, cells: Cells) -> bool:
    """Whether a column is filled on the first line of nearly all orders, and empty on the further ones."""
    seen, first, further = set(), [], []
    for order, text in zip(orders, cells, strict=True):
        (further if order is None or order in seen else first).append(text)
        seen.add(order)
    empty, filled = sum(text is None for text in further), sum(text is not None for text in first)
    return len(further) >= FEWEST_ORDERS and empty >= NEARLY_ALL * len(further) and filled >= MOSTLY * len(first)


def growth(prices: Cells, quantities: Cells, products: Cells | None = None) -> float | None:
    """By which power prices grow with the number of pieces, of the same product where they are told: 0 to about 1."""
    groups = defaultdict(list)
    pairs = _pairs(prices, quantities, products or ["all"] * len(prices))
    for price, number, product in pairs:
        if price and number:
            groups[product].append((math.log(abs(number)), math.log(abs(price))))
    away = [pair for group in groups.values() for pair in _away(group)]
    spread = sum(number**2 for number, _ in away)
    if len(away) - len(groups) < ENOUGH or not spread:
        return None
    return sum(number * price for number, price in away) / spread


def products(columns: Mapping[str, Cells]) -> list[tuple[str, str, str]]:
    """Columns of which one is another times a third, row by row: whole pieces, their price, and their money."""
    numbers = {name: values for name, cells in columns.items() if (values := _counted(cells))}
    pieces = [name for name, values in numbers.items() if _are_pieces(values)]
    found = {
        (quantity, price, money): share
        for quantity in pieces
        for price, money in permutations((name for name in numbers if name != quantity), 2)
        if (share := _multiplied(*(numbers[name] for name in (quantity, price, money))))
    }
    best = {names[1:]: max(share for each, share in found.items() if each[1:] == names[1:]) for names in found}
    return [names for names, share in found.items() if share == best[names[1:]]]


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


def new_on_each(cells: Cells) -> bool:
    """Whether a column is filled everywhere, and never twice the same."""
    return len(cells) >= ENOUGH and all(cells) and len(set(cells)) == len(cells)


def count_rows(cells: Cells) -> bool:
    """Whether a column counts the rows, from 1 on."""
    return len(cells) >= ENOUGH and list(cells) == [str(number) for number in range(1, len(cells) + 1)]


def rise(cells: Cells) -> bool:
    """Whether a column's numbers are the larger, the further below they stand."""
    numbers = values_of(cells)
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


def values_of(cells: Cells) -> list[float | None]:
    return _values([text or "" for text in cells])


def _away(group: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """How far each of a group's pairs is from their mean."""
    middle = [sum(values) / len(group) for values in zip(*group, strict=True)]
    return ((number - middle[0], price - middle[1]) for number, price in group)


def _pairs(one: Cells, other: Cells, of: Cells | None = None) -> Iterator[tuple]:
    """The numbers of two columns where both tell one, and beside them what they are `of`."""
    beside = (of,) if of is not None else ()
    rows = [row for row in zip(one, other, *beside, strict=True) if all(row)]
    columns = [_values([row[place] for row in rows]) for place in (0, 1)]
    found = zip(*columns, rows, strict=True)
    return ((a, b, *row[2:]) for a, b, row in found if a is not None and b is not None)


def _values(texts: Sequence[str]) -> list[float | None]:
    """Numbers as well as they can be told, whatever stands around them."""
    comma = guess.decimal_sign([texts], None) == ","
    plain = (_AROUND_NUMBERS.sub("", text) for text in texts)
    written = (text.replace(".", "").replace(",", ".") if comma else text.replace(",", "") for text in plain)
    return [float(text) if _NUMBER.fullmatch(text) else None for text in written]


def numbered(texts: Sequence[str]) -> bool:
    """Whether nearly all cells have a digit, or the sign of an address."""
    return _share(texts, lambda text: any(sign.isdigit() or sign == "@" for sign in text)) > NEARLY_ALL


def _is_fraction(text: str) -> bool:
    return bool(_FRACTION.fullmatch(text)) and not _WHOLE.fullmatch(text)


def _share(texts: Sequence[str], test) -> float:
    return sum(map(test, texts)) / len(texts) if texts else 0.0

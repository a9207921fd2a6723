"""What the cells of lines tell where names do not: who comes again, which numbers are of orders, what is money."""

from collections.abc import Mapping

from customer_segments.sources import dated, dependence, figures, looks, naming, settling
from customer_segments.sources.matching import Candidate
from customer_segments.sources.scoring import (
    ADDS_UP,
    CLEAR,
    FAINT,
    IDS,
    KNOWN_NAME,
    LIKELY_NAME,
    NAMELESS,
    NOTHING_THERE,
    PLAIN_ID,
    THIN,
)

NAMED, MANY = 0.4, 0.2  # how far a name speaks for customers, and the share of the rows that are many to lack them
HALF_NAMED = 0.35  # and how far for the time of an order
COMES_AGAIN = 1.25  # how much more a name counts above numbers that occur again on other days
NEAR = 0.1  # what scores so little less could as well be it
OF_LINES = 0.2  # of the rows that stand beside another of the same customer and time, from which on they are lines
GOODS = ("product", "description")
CALLED_SO = 0.75  # how well a number fits that another column calls a customer's
ALONE = 0.7  # of the customers, so many of whose names differ at the least
MONEY = ("amount", "unit_price")
DECISIVE = {"customer_id": ("customer_id",), "amount": MONEY}


def with_evidence(candidates: list[Candidate], rows: Mapping[str, looks.Cells]) -> list[Candidate]:
    """Without totals of whole orders where lines have money of their own; ids that are new each time count less."""
    candidates = candidates + _of_called(rows)
    known_again = {name for _, ours, name in candidates if ours == "customer_id" and looks.again(rows.get(name, ()))}
    if known_again:
        candidates = [
            (score * (PLAIN_ID if c_ours == "customer_id" and name not in known_again else 1.0), c_ours, name)
            for score, c_ours, name in candidates
        ]
    for seen in (
        without_gaps,
        _without_numbers_of_few,
        _without_days_of_customers,
        _without_closings,
        _of_signups,
        _by_their_days,
        _with_numbers_of_orders,
        _without_numbers_of_lines,
        _without_ids_of_orders,
        _without_goods,
        _without_balances,
        _without_taxes,
        _unnamed,
        _without_names_of_customers,
        _first_of_days,
    ):
        candidates = seen(candidates, rows)
    if any(c[1] == "unit_price" and c[0] >= LIKELY_NAME for c in candidates):  # what else is money is of something else
        candidates = [c for c in candidates if c[1] != "amount" or c[0] >= THIN]
    orders = max((c for c in candidates if c[1] == "invoice_id"), default=None)
    if orders is None or orders[2] not in rows:
        return candidates
    told = {name for _, ours, name in candidates if ours in ("amount", "unit_price", "line_number") and name in rows}
    whole = {name for name in told if looks.of_the_order(rows[orders[2]], rows[name])}
    candidates = [c for c in candidates if c[2] not in whole or c[1] != "line_number"]
    money = {name for _, ours, name in candidates if ours in ("amount", "unit_price")}
    return [c for c in candidates if c[2] not in whole or c[1] != "amount"] if money - whole else candidates


def _of_called(rows: Mapping[str, looks.Cells]) -> list[Candidate]:
    """Numbers of what the column of its kind calls a customer on all rows, as `Source No.` beside `Source Type`."""
    kinds = {_but(name, "kind") for name, cells in rows.items() if naming.speaks_of(name, "kind") if _are_people(cells)}
    named = (name for name in rows if naming.speaks_of(name, "id") and _but(name, "id") in kinds)
    return [(CALLED_SO, "customer_id", name) for name in named]


def _but(name: str, meant: str) -> tuple[frozenset[str], ...]:
    """What a name says but for words of this meaning."""
    return tuple(word for word in naming.meanings(name) if meant not in word)


def _are_people(cells: looks.Cells) -> bool:
    told = set(cells)
    return len(told) == 1 and all(text and naming.only_says(text, "who") for text in told)


def _with_numbers_of_orders(candidates: list[Candidate], rows: Mapping[str, looks.Cells]) -> list[Candidate]:
    """With the first number that is new on each row and nothing else's, where no name says which are the orders'."""
    if any(c[1] == "invoice_id" and c[0] >= THIN for c in candidates):
        return candidates
    new = [
        name
        for name, cells in rows.items()
        if looks.new_on_each(cells) and not looks.count_rows(cells)
        if settling.are_numbers(name, cells) or _is_unknown_number(name, list(cells))
    ]
    chosen = (n for n in new if n == next(iter(rows)) or figures.rise(rows[n]) or naming.speaks_of(n, "reference"))
    return candidates + [(THIN, "invoice_id", name) for name in chosen][:1]


def _is_unknown_number(name: str, texts: list[str]) -> bool:
    return naming.is_unknown(name) and looks.numbered(texts) and not looks.fractions(texts)


def without_gaps(candidates: list[Candidate], rows: Mapping[str, looks.Cells]) -> list[Candidate]:
    """A customer's number, or a time, that many rows lack counts less where something else tells it on more of them."""
    gaps = _gaps("customer_id", NAMED, candidates, rows)
    for ours in ("ordered_at", "signed_up_on"):
        gaps |= _gaps(ours, HALF_NAMED, candidates, rows)
    return [(score * gaps.get((ours, name), 1.0), ours, name) for score, ours, name in candidates]


def _gaps(
    ours: str, least: float, candidates: list[Candidate], rows: Mapping[str, looks.Cells]
) -> dict[tuple[str, str], float]:
    """How much less of what many rows lack and others tell, by the squares of what is filled."""
    named = {c[2] for c in candidates if c[1] == ours and c[0] >= least and c[2] in rows}
    filled = {name: sum(map(bool, rows[name])) / max(len(rows[name]), 1) for name in named}
    most = max(filled.values(), default=0.0)
    return {(ours, name): share**2 for name, share in filled.items() if share < most - MANY}


def _by_their_days(candidates: list[Candidate], rows: Mapping[str, looks.Cells]) -> list[Candidate]:
    """An order is of one day, whoever comes again comes on several: what is otherwise fits less."""
    times = max((c for c in candidates if c[1] == "ordered_at" and c[2] in rows), default=None)
    if times is None:
        return candidates
    again = {name for _, ours, name in candidates if ours in IDS and looks.again(rows.get(name, ()))}
    several = {name for name in again if looks.on_several_days(rows[name], rows[times[2]])}
    again = {name for name in again if not dated.days(rows[name])}
    who = {name for score, ours, name in candidates if ours == "customer_id" and score <= LIKELY_NAME}
    less = {("invoice_id", name): NOTHING_THERE for name in several}
    less |= {("customer_id", name): PLAIN_ID for name in who & again - several if who & several}
    likely = {name for score, ours, name in candidates if ours == "customer_id" and score < LIKELY_NAME}
    more = {name for name in several & likely if looks.numbered(list(filter(None, rows[name])))}
    less |= {("customer_id", name): COMES_AGAIN for name in more if not naming.speaks_of(name, "phone")}
    orders = [(THIN, "invoice_id", name) for _, name in less if name not in several and NAMELESS.fullmatch(name)]
    return [(score * less.get((ours, name), 1.0), ours, name) for score, ours, name in candidates] + orders


def _unnamed(candidates: list[Candidate], rows: Mapping[str, looks.Cells]) -> list[Candidate]:
    """With what can only be the customers, or the money, where no name says so: it is asked about."""
    best = {ours: max((c[0] for c in candidates if c[1] in roles), default=0.0) for ours, roles in DECISIVE.items()}
    dated = next((c[2] for c in sorted(candidates, reverse=True) if c[1] == "ordered_at" and c[2] in rows), None)
    called = {name for score, ours, name in candidates if ours in ("product", "invoice_id") and score >= LIKELY_NAME}
    free = {name: cells for name, cells in rows.items() if name not in called and not NAMELESS.fullmatch(name)}
    if best["customer_id"] < FAINT and dated is not None:
        candidates = candidates + settling.somebody(free, rows[dated])
    if best["amount"] < FAINT:
        candidates = candidates + settling.some_money(free)
    return candidates


def _first_of_days(candidates: list[Candidate], rows: Mapping[str, looks.Cells]) -> list[Candidate]:
    """With the day before all others that could as well be the order's: whatever follows, it was ordered first."""
    dated_so = {c[2]: c[0] for c in candidates if c[1] == "ordered_at" and c[2] in rows}
    best = max(dated_so.values(), default=0.0)
    near = (n for n, score in dated_so.items() if score > best - NEAR or best < CLEAR)
    near = (n for n in near if naming.speaks_of(n, "other time") or not naming.speaks_of(n, "signup", "left", "age"))
    days = dated.without_births({n: found for n in near if dated.of_all(found := dated.days(rows[n]), rows[n])})
    first = (n for n in days if len(days) > 1 and all(dated.before(days[n], days[o]) for o in days if o != n))
    return candidates + [(best + FAINT / 100, "ordered_at", name) for name in first]


def _without_numbers_of_lines(candidates: list[Candidate], rows: Mapping[str, looks.Cells]) -> list[Candidate]:
    """What is new on each row is no order where a customer has several rows at one time."""
    best = [max((c for c in candidates if c[1] == ours), default=None) for ours in ("customer_id", "ordered_at")]
    if None in best or any(c[2] not in rows for c in best):
        return candidates
    at_once = list(zip(*(rows[c[2]] for c in best), strict=True))
    if len(at_once) < looks.ENOUGH or len(set(at_once)) > (1 - OF_LINES) * len(at_once):
        return candidates
    return [
        (score * (NOTHING_THERE if ours == "invoice_id" and looks.new_on_each(rows.get(name, ())) else 1.0), ours, name)
        for score, ours, name in candidates
    ]


def _without_numbers_of_few(candidates: list[Candidate], rows: Mapping[str, looks.Cells]) -> list[Candidate]:
    """Ids of a handful, as of accounts or branches, are nobody's where others are of many who come again."""
    named = {c[2] for c in candidates if c[1] == "customer_id" and c[0] >= FAINT and looks.again(rows.get(c[2], ()))}
    told = {name: len(set(filter(None, rows[name]))) for name in named}
    few = {name for name, different in told.items() if different < looks.FEWEST_PEOPLE}
    if max(told.values(), default=0) < looks.FEWEST_IDS:
        return candidates
    return [c for c in candidates if c[1] != "customer_id" or c[2] not in few]


def _without_ids_of_orders(candidates: list[Candidate], rows: Mapping[str, looks.Cells]) -> list[Candidate]:
    """What is new with each order is hardly the customer, where something else is called so and occurs again."""
    orders = max((c for c in candidates if c[1] == "invoice_id"), default=None)
    named = [c for c in candidates if c[1] == "customer_id" and c[0] >= FAINT and looks.again(rows.get(c[2], ()))]
    if orders is None or orders[2] not in rows or len(named) < 2:
        return candidates
    new = {c[2] for c in named if looks.same_groups(rows[orders[2]], rows[c[2]])}
    if len(new) == len(named):
        return candidates
    return [
        (s * (PLAIN_ID if ours == "customer_id" and name in new else 1.0), ours, name) for s, ours, name in candidates
    ]


def _without_goods(candidates: list[Candidate], rows: Mapping[str, looks.Cells]) -> list[Candidate]:
    """Without customers who each have one price of a piece, as only goods do."""
    price = max((c for c in candidates if c[1] == "unit_price" and c[0] >= LIKELY_NAME), default=None)
    if price is None or price[2] not in rows:
        return candidates
    own = {c[2] for c in candidates if c[1] == "customer_id" and c[0] < LIKELY_NAME and c[2] in rows}
    goods = {name for name in own if dependence.tells(rows[name], rows[price[2]], settling.FEWEST_GOODS)}
    return [c for c in candidates if c[1] != "customer_id" or c[2] not in goods]


def _without_names_of_customers(candidates: list[Candidate], rows: Mapping[str, looks.Cells]) -> list[Candidate]:
    """Nothing that each customer who comes again has one of, and that hardly any two share, is a product."""
    who = max((c for c in candidates if c[1] == "customer_id" and looks.again(rows.get(c[2], ()))), default=None)
    if who is None:
        return candidates
    people = rows[who[2]]
    of_goods = {c[2] for c in candidates if c[1] in GOODS and c[0] < KNOWN_NAME and c[2] in rows}
    names = {
        name
        for name in of_goods
        if len(set(rows[name])) >= ALONE * len(set(people)) and dependence.tells(people, rows[name], looks.FEWEST_IDS)
    }
    return [c for c in candidates if c[1] not in GOODS or c[2] not in names]


def _without_balances(candidates: list[Candidate], rows: Mapping[str, looks.Cells]) -> list[Candidate]:
    """What grows or shrinks by another sum from row to row is what is left, and that sum the money."""
    money = {c[2] for c in candidates if c[1] in MONEY and c[2] in rows}
    left = {name for name in money if any(figures.runs(rows[name], rows[other]) for other in rows if other != name)}
    return [c for c in candidates if c[1] not in MONEY or c[2] not in left]


def _without_taxes(candidates: list[Candidate], rows: Mapping[str, looks.Cells]) -> list[Candidate]:
    """What is put on one sum to make another is a tax, and the other the money where nothing else is called so."""
    called = {name for score, ours, name in candidates if ours == "amount" and name in rows}
    taxed = {tax: gross for tax in called if (gross := figures.put_on(tax, rows))}
    left = [c for c in candidates if c[1] != "amount" or c[2] not in taxed]
    paid = any(c[1] in ("amount", "unit_price") and c[0] >= THIN for c in left)
    return left if paid else left + [(ADDS_UP, "amount", gross) for gross in dict.fromkeys(taxed.values())]


def _without_days_of_customers(candidates: list[Candidate], rows: Mapping[str, looks.Cells]) -> list[Candidate]:
    """A day that each customer has one of counts less beside one of which the same customers have several."""
    who = max((c for c in candidates if c[1] == "customer_id" and looks.again(rows.get(c[2], ()))), default=None)
    times = {c[2] for c in candidates if c[1] == "ordered_at" and c[2] in rows}
    if who is None or not any(looks.on_several_days(rows[who[2]], rows[name]) for name in times):
        return candidates
    own = {name for name in times if dependence.tells(rows[who[2]], rows[name], looks.FEWEST_PEOPLE)}
    return [(s * (NOTHING_THERE if ours == "ordered_at" and n in own else 1.0), ours, n) for s, ours, n in candidates]


def _without_closings(candidates: list[Candidate], rows: Mapping[str, looks.Cells]) -> list[Candidate]:
    """What is at one hour on every day ends the day, and orders nothing, where another time tells its hours."""
    hours = {c[2]: looks.hours(rows[c[2]]) for c in candidates if c[1] == "ordered_at" and c[2] in rows}
    ends = {name for name, told in hours.items() if len(told) == 1 and not told & looks.NO_HOUR}
    moments = {name for name, told in hours.items() if len(told) > looks.ENOUGH}
    closed = {name for name in ends if any(dated.same_times(rows[name], rows[other]) for other in moments)}
    return [
        (s * (NOTHING_THERE if ours == "ordered_at" and n in closed else 1.0), ours, n) for s, ours, n in candidates
    ]


def _of_signups(candidates: list[Candidate], rows: Mapping[str, looks.Cells]) -> list[Candidate]:
    """Where the same customers sign up on several days, that is what they order."""
    who = max((c for c in candidates if c[1] == "customer_id" and looks.again(rows.get(c[2], ()))), default=None)
    if who is None or any(c[1] == "ordered_at" and c[0] >= THIN for c in candidates):
        return candidates
    named = (name for name in rows if naming.says(name).get("signed_up_on", 0) >= LIKELY_NAME)
    times = [name for name in named if dated.of_all(dated.days(rows[name]), rows[name])]
    several = [name for name in times if looks.on_several_days(rows[who[2]], rows[name])]
    return candidates + [(LIKELY_NAME, "ordered_at", name) for name in several]

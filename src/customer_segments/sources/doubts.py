"""What only a person can tell about columns whose cells speak against what they were taken for."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from customer_segments.base import words
from customer_segments.sources import dated, dependence, figures, guess, looks, naming, settling, unpaid
from customer_segments.sources.columns import EXACT, NEAREST, USUAL, Match, shortened
from customer_segments.sources.scoring import NAMELESS

GROWS = 0.45  # the power from which on a price is rather of all pieces; that of single ones falls, if anything
DECISIVE = ("customer_id", "ordered_at", "unit_price", "amount", "quantity")
CLEARLY = 0.75
TAXED = 1.45  # times the amount, up to which a sum is rather the same with what comes on top
NOT_OF_A_LINE = tuple({*settling.NO_MONEY, "fee", "before", "income", "price", "left", "yearly"} - {"aspect"})
SHARED, SEVERAL = 0.2, 3  # of the rows that have one id, and how many people, from which on it may be no one's
GOODS = ("product", "description", "unit_price")
OF_NO_ORDER = ("birth", "signup", "left", "age", "who", "contract")
SEVERAL_IDS = 12  # different ones, below which they are of a group
LINES = "`--table transactions` if so"
Rows = Mapping[str, looks.Cells]


@dataclass(frozen=True)
class Doubt:
    """A sentence, and the one of our columns that settles it if it is named by hand; perhaps another option does."""

    ours: str
    told: str
    option: str = ""


def about(table: str, matches: Sequence[Match], rows: Rows) -> Iterator[Doubt]:
    """What speaks against the columns as they were found."""
    theirs = {match.ours: match.theirs for match in matches}
    found = {ours: rows[name] for ours, name in theirs.items() if name is not None}
    who = theirs.get("customer_id")
    yield from _thin(table, matches)
    yield from _apart(rows)
    if who is not None:
        match = next(match for match in matches if match.ours == "customer_id")
        yield from _ids(table, match, [text for text in found["customer_id"] if text])
        yield from _guests(who, rows)
    if table == "transactions":
        yield from _once(matches, found)
        yield from _of_several(matches, found)
        yield from _goods(matches, found)
        yield from _days(theirs, found)
        yield from _earlier(matches, rows)
        yield from _money(theirs, found, rows)
        yield from _unpaid(theirs, rows)
    elif who is not None:
        yield from _events(matches, rows)
        yield from _others(who, matches, rows)


def _apart(rows: Rows) -> Iterator[Doubt]:
    """Columns behind an empty one without a name, as those of a second table in the same sheet stand."""
    names = list(rows)
    gaps = (place for place, name in enumerate(names) if NAMELESS.fullmatch(name) and not any(rows[name]))
    gap = next((place for place in gaps if any(map(any, map(rows.get, names[:place])))), len(names))
    behind = [name for name in names[gap:] if any(rows[name]) and not NAMELESS.fullmatch(name)]
    if len(behind) > 1:
        yield Doubt(
            "customer_id",
            f"{shortened(behind, most=3)} stand behind an empty column without a name, so that they may be of another "
            "table; keep one table in a sheet",
        )


def _ids(table: str, match: Match, texts: Sequence[str]) -> Iterator[Doubt]:
    """Ids that occur again in a list, that tell hardly anybody apart, or that have lost their last digits."""
    name, different = match.theirs, len(set(texts))
    if shortened := looks.scientific(texts):
        yield Doubt(
            "customer_id",
            f"{words.counted(shortened, 'cell')} of {name!r} are in scientific notation ({texts[0]}), as a spreadsheet "
            "shortens long numbers, so that several customers may have become one; export them as text",
        )
    elif table == "transactions" and looks.of_few(texts) and match.why not in (USUAL, EXACT):
        yield Doubt(
            "customer_id",
            f"{name!r} tells only {words.counted(different, 'customer')} apart in {len(texts):,} rows looked at, so "
            "that it may be a group, or a till's or an account's own",
        )
    elif table == "customers" and looks.repeats(texts) and match.sureness != "certain":
        yield Doubt(
            "customer_id",
            f"only {different:,} of {len(texts):,} cells of {name!r} that were looked at differ, so that one row may "
            "be an event rather than a customer",
            LINES,
        )


def _guests(name: str, rows: Rows) -> Iterator[Doubt]:
    """One id that many share, who have addresses of their own, as shops give one to all who order as guests."""
    if len(rows[name]) < looks.ENOUGH or not any(rows[name]):
        return
    shared, often = Counter(rows[name]).most_common(1)[0]
    for other in (each for each in rows if each != name and naming.speaks_of(each, "email")):
        people = {mail for who, mail in zip(rows[name], rows[other], strict=True) if who == shared and mail}
        if often >= SHARED * len(rows[name]) and len(people) >= SEVERAL:
            yield Doubt(
                "customer_id",
                f"{often:,} of {len(rows[name]):,} rows looked at have the same {name!r} ({shared or 'none'}) "
                f"and {len(people):,} different {other!r}, so that they may be guests",
                f"`--column customer_id={other}` if so",
            )
            return


def _events(matches: Sequence[Match], rows: Rows) -> Iterator[Doubt]:
    """A list that has the time of an order and money, as lines have."""
    taken = {match.theirs for match in matches}
    names = [name for name, cells in rows.items() if name not in taken and any(cells)]
    times = [name for name in names if naming.says(name).get("ordered_at", 0) >= CLEARLY and _is_time(rows[name])]
    paid = [name for name in names if naming.says(name).get("amount", 0) >= CLEARLY]
    if times and paid:
        yield Doubt(
            "customer_id",
            f"{times[0]!r} and {paid[0]!r} may be of single orders, so that one row is one of them rather than a "
            "customer",
            LINES,
        )


def _others(who: str, matches: Sequence[Match], rows: Rows) -> Iterator[Doubt]:
    """A list whose ids are all new, beside ids or addresses that occur again, as those of people do among events."""
    if not looks.new_on_each(rows[who]) or not any(_is_time(cells) for cells in rows.values()):
        return
    taken = {match.theirs for match in matches}
    if other := next((name for name, cells in rows.items() if name not in taken and _are_keys(name, cells)), None):
        yield Doubt(
            "customer_id",
            f"each row has a {who!r} of its own and {other!r} occurs again, so that one row may be an event, not a "
            "customer",
            f"`--table transactions --column 'customer_id={other}'` if so",
        )


def _are_keys(name: str, cells: looks.Cells) -> bool:
    """Whether a column holds numbers or addresses of somebody, some of whom occur again."""
    if not naming.speaks_of(name, "id", "email") or naming.speaks_of(name, "place", "aspect"):
        return False
    texts = [text for text in cells if text]
    several = len(set(texts)) >= SEVERAL_IDS and len(texts) >= CLEARLY * len(cells)
    return several and bool(looks.repeats(texts)) and looks.numbered(texts)


def _is_time(cells: looks.Cells) -> bool:
    return guess.readable([text for text in cells if text], "time") >= CLEARLY


def _days(theirs: Mapping[str, str | None], found: Rows) -> Iterator[Doubt]:
    """A day that each customer has one of, however often they come, as of birth or of signing up."""
    if not {"customer_id", "ordered_at"} <= set(found):
        return
    who = found["customer_id"]
    again = sum(1 for _ in groupby(who)) - len(set(who))  # rows of a customer behind those of others
    if again >= looks.FEWEST_PEOPLE and dependence.tells(who, found["ordered_at"], looks.FEWEST_PEOPLE):
        yield Doubt(
            "ordered_at",
            f"all rows of a {theirs['customer_id']!r} have the same {theirs['ordered_at']!r}, so that it may be a day "
            "of the customer's own rather than of an order",
        )


def _earlier(matches: Sequence[Match], rows: Rows) -> Iterator[Doubt]:
    """A time that no name calls an order's, and another one before it on nearly all rows."""
    when = next((each for each in matches if each.ours == "ordered_at"), None)
    if when is None or when.why in (USUAL, EXACT) or naming.says(when.theirs).get("ordered_at", 0) >= CLEARLY:
        return
    taken = {match.theirs for match in matches}
    who = next((rows[match.theirs] for match in matches if match.ours == "customer_id" and match.theirs), ())
    days = dated.days(rows[when.theirs])
    for name in (each for each in rows if each not in taken and not naming.speaks_of(each, *OF_NO_ORDER)):
        others = dated.days(rows[name])
        if len(set(others.values())) < 2 or (who and dependence.tells(who, rows[name], looks.FEWEST_PEOPLE)):
            continue
        earlier = sum(others[row] < days[row] for row in days.keys() & others.keys())
        if days and len(days) >= looks.ENOUGH and earlier >= looks.NEARLY_ALL * len(days):
            yield Doubt("ordered_at", f"{name!r} is earlier than {when.theirs!r} on nearly all rows, and a day as well")
            return


def _of_several(matches: Sequence[Match], found: Rows) -> Iterator[Doubt]:
    """Ids of which the lines of nearly every order have several, as those of goods are."""
    who = next((each for each in matches if each.ours == "customer_id"), None)
    if who is None or who.why in (USUAL, EXACT) or not {"customer_id", "invoice_id"} <= set(found):
        return
    if looks.varies(found["invoice_id"], found["customer_id"]):
        yield Doubt(
            "customer_id", f"most orders of several lines have several {who.theirs!r}, so that it may be nobody's id"
        )


def _goods(matches: Sequence[Match], found: Rows) -> Iterator[Doubt]:
    """Ids that each stand beside one product, or one price, as only those of goods do."""
    who = next((each for each in matches if each.ours == "customer_id"), None)
    if who is None or who.why in (USUAL, EXACT) or "customer_id" not in found:
        return
    goods = GOODS if who.sureness != "a guess" else (*GOODS, "amount")
    if any(
        dependence.tells(found["customer_id"], found[each], settling.FEWEST_GOODS) for each in goods if each in found
    ):
        yield Doubt(
            "customer_id", f"each {who.theirs!r} stands beside one product or price, so that it may be a product's own"
        )


def _once(matches: Sequence[Match], found: Rows) -> Iterator[Doubt]:
    """A number whose rows are all of one moment, as those of an order are, where nothing else numbers orders."""
    who = next((each for each in matches if each.ours == "customer_id"), None)
    if who is None or who.why in (USUAL, EXACT) or "invoice_id" in found or not {who.ours, "ordered_at"} <= set(found):
        return
    pairs = [(one, when) for one, when in zip(found[who.ours], found["ordered_at"], strict=True) if one and when]
    different = {one for one, _ in pairs}
    if len(pairs) - len(different) >= looks.FEWEST_IDS <= len(different) == len(set(pairs)):
        yield Doubt(
            "customer_id",
            f"all rows of a {who.theirs!r} are of one moment, so that it may be an order's number, and nobody's",
        )


def _larger(theirs: Mapping[str, str | None], found: Rows, rows: Rows) -> str | None:
    """Another column of money that is larger than what was taken for the amount, by more than a tax."""
    if "amount" not in found or "unit_price" in found:
        return None
    amounts = figures.values_of(found["amount"])
    for name in (name for name in rows if name not in theirs.values() and _is_money(name, rows[name])):
        pairs = [(a, b) for a, b in zip(amounts, figures.values_of(rows[name]), strict=True) if a and b is not None]
        larger = sum(b > TAXED * a for a, b in pairs if a > 0)
        of_orders = looks.of_the_order(found["invoice_id"], rows[name]) if "invoice_id" in found else False
        if len(pairs) >= looks.ENOUGH and larger >= looks.NEARLY_ALL * len(pairs) and not of_orders:
            return name
    return None


def _is_money(name: str, cells: looks.Cells) -> bool:
    numbers = guess.readable([text for text in cells if text], "number") >= CLEARLY
    called_so = naming.speaks_of(name, "amount") and not naming.speaks_of(name, *NOT_OF_A_LINE)
    return numbers and (called_so or (naming.is_unknown(name) and looks.cents([text for text in cells if text])))


def _money(theirs: Mapping[str, str | None], found: Rows, rows: Rows) -> Iterator[Doubt]:
    """A price that is of all pieces of a line, and an amount that is of all lines of an order."""
    if {"unit_price", "quantity"} <= set(found) and "amount" not in found:
        grows = figures.growth(found["unit_price"], found["quantity"])
        if grows is not None and grows >= GROWS:
            yield Doubt(
                "unit_price",
                f"{theirs['unit_price']!r} grows with {theirs['quantity']!r}, so that it may be the amount of all "
                "pieces rather than the price of one",
                f"`--column amount={theirs['unit_price']}` if so",
            )
    orders = found.get("invoice_id")
    if larger := _larger(theirs, found, rows):
        yield Doubt("amount", f"{larger!r} is more than {theirs['amount']!r} on nearly all rows, and money as well")
    if orders is not None and "amount" in found and looks.of_the_order(orders, found["amount"]):
        yield Doubt(
            "amount", f"{theirs['amount']!r} tells the same on all lines of an order, so that it may be its total"
        )


def _unpaid(theirs: Mapping[str, str | None], rows: Rows) -> Iterator[Doubt]:
    """No money, and columns that could be it."""
    if names := unpaid.could_be_money(theirs, rows):
        yield Doubt("amount", f"no column was taken for money, and {shortened(names, 'or')} could be it")


def _thin(table: str, matches: Sequence[Match]) -> Iterator[Doubt]:
    """Columns that hardly their names speak for, where figures depend on them."""
    or_event = ", so that one row may be an event rather than a customer" if table == "customers" else ""
    for match in matches:
        if match.ours in DECISIVE and match.why == NEAREST:
            yield Doubt(
                match.ours,
                f"little speaks for {match.theirs!r} as `{match.ours}` but that no other column comes nearer{or_event}",
            )

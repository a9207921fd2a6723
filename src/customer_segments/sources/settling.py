"""What columns are taken for once all are known: prices of all pieces, money in pieces, names and codes of goods."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from customer_segments.sources import dependence, figures, kinds, looks, naming
from customer_segments.sources.matching import Candidate, Match

PIECES = "called an amount, and holds small whole numbers beside prices"
OF_PEOPLE = "codes that each stand beside one name, on several days"
OF_GOODS = "codes that each stand beside one description or price"
OF_ALL_PIECES = 0.8  # the power by which a price grows with its pieces, from which on it is of all of them
OF_EACH_PIECE = 0.1  # the power up to which it does not grow with them
FEWEST_GOODS = 4  # different codes, and descriptions or prices
NO_GOODS = ("who", "time", "aspect", "country", "place", "amount", "price", "other money", "cost", "quantity", "line",
            "address", "birth", "phone", "email", "status", "age", "rating", "category", "card", "level", "fee", "unit",
            "purpose", "kind")  # fmt: skip

NO_MONEY = (
    "who",
    "time",
    "aspect",
    "place",
    "address",
    "cost",
    "quantity",
    "rating",
    "age",
    "other money",
    "id",
    "unit",
)
HALF_NAMED = 0.3  # how far a name has to speak for a description, where each product has one
UNNAMED = 0.2  # how well fits what no name speaks for, so that it is asked about
NOBODY = tuple({*NO_GOODS, "product", "order", "other time", "created"} - {"who", "card"})


def settled(matches: list[Match], rows: Mapping[str, looks.Cells]) -> list[Match]:
    """A price of all pieces, or of no number of them, is an amount; a product's name stands in for its number."""
    found = {match.ours: match for match in matches if match.sureness != "set by hand"}
    cells = {match.ours: rows.get(match.theirs) for match in matches}
    by_hand = {match.ours for match in matches} - set(found)
    if rows and _counts_pieces(cells, found):
        found["amount"] = replace(found["amount"], ours="quantity", sureness="a guess", why=PIECES)
        found = {match.ours: match for match in found.values()}
        cells = {"quantity": cells.pop("amount"), **cells}
    priced = {"unit_price", "quantity", "product"} <= set(cells) and "amount" not in cells and "unit_price" in found
    if priced and rows and _of_all_pieces(cells):
        why = "grows with the quantity of the same product"
        found["unit_price"] = replace(found["unit_price"], ours="amount", sureness="likely", why=why)
    if rows and "amount" in found and "unit_price" not in cells and _of_one_piece(cells):
        why = "each product has one, however many pieces there are"
        found["unit_price"] = replace(found.pop("amount"), ours="unit_price", sureness="likely", why=why)
        cells["unit_price"] = cells.pop("amount")
    lines = {"customer_id", "ordered_at"} <= set(cells)
    if lines and "quantity" not in cells and "amount" not in cells and "unit_price" in found:
        found["unit_price"] = replace(found["unit_price"], ours="amount")
    if rows and lines and (code := _code_of_people(found, cells, rows)):
        found["customer_id"] = Match("customer_id", code, "likely", OF_PEOPLE)
    if rows and "product" not in cells and (code := _code_of_goods(found, cells, rows)):
        found["product"] = Match("product", code, "likely", OF_GOODS)
        cells["product"] = rows[code]
    if rows and "product" in found and "description" not in cells and (code := _code_of_names(found, cells, rows)):
        found["description"] = replace(found["product"], ours="description")
        found["product"] = Match("product", code, "likely", OF_GOODS)
        cells |= {"description": cells["product"], "product": rows[code]}
    if rows and cells.get("product") and "description" not in cells and (name := _name_of_goods(found, cells, rows)):
        found["description"] = Match("description", name, "likely", "each product has one")
    if rows:
        kinds.settled(found, cells, rows)
    if rows and cells.get("invoice_id") and "line_number" not in cells and (no := _number_of_lines(found, cells, rows)):
        found["line_number"] = Match("line_number", no, "likely", "counts the lines of each order anew")
    described = found.get("description")
    if described and "product" not in cells and naming.speaks_of(described.theirs, "product", "title"):
        found["description"] = replace(described, ours="product")
    return [match for match in matches if match.ours in by_hand] + list(found.values())


def _counts_pieces(cells: Mapping[str, looks.Cells], found: Mapping[str, Match]) -> bool:
    """Whether what is called an amount is one of pieces, beside what is money."""
    paid = "amount" in found and "unit_price" in cells and "quantity" not in cells
    return (
        paid and figures.pieces(cells["amount"] or ()) and figures.far_below(cells["amount"], cells["unit_price"] or ())
    )


def _of_all_pieces(cells: Mapping[str, looks.Cells]) -> bool:
    grows = figures.growth(cells["unit_price"], cells["quantity"], cells["product"])
    return grows is not None and grows >= OF_ALL_PIECES


def _of_one_piece(cells: Mapping[str, looks.Cells]) -> bool:
    """Whether what each product costs does not grow with the pieces."""
    if not cells.get("product") or not cells.get("quantity"):
        return False
    grows = figures.growth(cells["amount"], cells["quantity"], cells["product"])
    return (
        grows is not None
        and grows <= OF_EACH_PIECE
        and dependence.tells(cells["product"], cells["amount"], FEWEST_GOODS)
    )


def _code_of_goods(
    found: Mapping[str, Match], cells: Mapping[str, looks.Cells], rows: Mapping[str, looks.Cells]
) -> str | None:
    """The one column of codes that occur again, each always beside the same description, or the same price."""
    told = [cells[ours] for ours in ("description", "unit_price") if cells.get(ours)]
    if "quantity" not in cells and cells.get("amount"):
        told.append(cells["amount"])
    taken = {match.theirs for match in found.values()}
    free = {name: each for name, each in rows.items() if name not in taken and _are_codes(name, each)}
    codes = [name for name, each in free.items() if any(dependence.tells(each, other, FEWEST_GOODS) for other in told)]
    return _the_one(codes, rows)


def _the_one(codes: Sequence[str], rows: Mapping[str, looks.Cells]) -> str | None:
    """The first of several columns that tell the same rows apart."""
    same = all(looks.same_groups(rows[codes[0]], rows[other]) for other in codes[1:])
    return codes[0] if codes and same else None


def _code_of_people(
    found: Mapping[str, Match], cells: Mapping[str, looks.Cells], rows: Mapping[str, looks.Cells]
) -> str | None:
    """The first column of codes that tell the customers, where those are known by what they are called."""
    named = cells["customer_id"]
    if "customer_id" not in found or not named or looks.numbered([text for text in named if text]):
        return None
    taken = {match.theirs for match in found.values()}
    free = (name for name, each in rows.items() if name not in taken and _are_codes(name, each, NOBODY))
    codes = (name for name in free if dependence.tells(rows[name], named, FEWEST_GOODS))
    return next((name for name in codes if looks.on_several_days(rows[name], cells["ordered_at"] or ())), None)


def are_numbers(name: str, cells: looks.Cells) -> bool:
    """Whether a column is called a number of nothing that is known, and holds numbers as ids are."""
    of_others = naming.speaks_of(name, *NOBODY, "who", "card", "device", "contract")
    texts = [text for text in cells if text]
    return naming.speaks_of(name, "id") and not of_others and looks.numbered(texts) and looks.as_id(texts, True) > 0


def _are_codes(name: str, cells: looks.Cells, other: Sequence[str] = NO_GOODS) -> bool:
    """Whether nearly all of a column is filled, with what has digits and is no decimal or of anything else."""
    texts = [text for text in cells if text]
    if len(texts) < figures.NEARLY_ALL * len(cells) or naming.speaks_of(name, *other) or looks.are_links(texts):
        return False
    return looks.numbered(texts) and not looks.fractions(texts) and bool(looks.repeats(texts))


def _code_of_names(
    found: Mapping[str, Match], cells: Mapping[str, looks.Cells], rows: Mapping[str, looks.Cells]
) -> str | None:
    """The one column of codes that tell the products, where those are known by what they are called."""
    named = cells["product"]
    if not named or not all(named) or looks.numbered(named):
        return None
    taken = {match.theirs for match in found.values()}
    free = (name for name, each in rows.items() if name not in taken and _are_codes(name, each))
    codes = [name for name in free if dependence.tells(rows[name], named, FEWEST_GOODS)]
    return _the_one(codes, rows)


def _name_of_goods(
    found: Mapping[str, Match], cells: Mapping[str, looks.Cells], rows: Mapping[str, looks.Cells]
) -> str | None:
    """The one column of words that is called a name or a product and nothing else, where each product has one."""
    taken = {match.theirs for match in found.values()}
    free = (name for name in rows if name not in taken and _is_called_a_name(name, rows[name]))
    names = [name for name in free if dependence.tells(cells["product"], rows[name], FEWEST_GOODS)]
    return names[0] if len(names) == 1 else None


def _is_called_a_name(name: str, cells: looks.Cells) -> bool:
    of_goods = naming.only_says(name, "product") and not looks.numbered([text for text in cells if text])
    described = naming.says(name).get("description", 0) >= HALF_NAMED
    return naming.only_says(name, "name") or of_goods or described


def _number_of_lines(
    found: Mapping[str, Match], cells: Mapping[str, looks.Cells], rows: Mapping[str, looks.Cells]
) -> str | None:
    """The one column that counts the lines of each order anew."""
    taken = {match.theirs for match in found.values()}
    numbers = [n for n in rows if n not in taken and dependence.number_lines(cells["invoice_id"], rows[n])]
    return numbers[0] if len(numbers) == 1 else None


def somebody(rows: Mapping[str, looks.Cells], times: looks.Cells) -> list[Candidate]:
    """The columns of many codes, or of people's names, that occur again on other days, as only customers do."""
    told = [name for name, cells in rows.items() if _are_codes(name, cells, NOBODY) or looks.names(cells)]
    return [
        (UNNAMED, "customer_id", name)
        for name in told
        if len(set(rows[name])) > looks.FEWEST_IDS and looks.on_several_days(rows[name], times)
    ]


def some_money(rows: Mapping[str, looks.Cells]) -> list[Candidate]:
    """The largest of several columns of sums with cents that are multiples of each other, as with and without tax."""
    sums = {
        name: figures.values_of(cells)
        for name, cells in rows.items()
        if not naming.speaks_of(name, *NO_MONEY) and looks.cents([text for text in cells if text])
    }
    largest = max(sums, key=lambda name: sum(filter(None, sums[name])), default=None)
    alike = [name for name in sums if name != largest and figures.in_proportion(rows[largest], rows[name])]
    return [(UNNAMED, "amount", largest)] if alike and len(alike) == len(sums) - 1 else []

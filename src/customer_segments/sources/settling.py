"""What columns are taken for once all are known: prices of all pieces, money in pieces, names and codes of goods."""

from collections.abc import Mapping
from dataclasses import replace

from customer_segments.sources import dependence, looks, naming
from customer_segments.sources.matching import Match

PIECES = "called an amount, and holds small whole numbers beside prices"
OF_GOODS = "codes that each stand beside one description or price"
OF_ALL_PIECES = 0.8  # the power by which a price grows with its pieces, from which on it is of all of them
FEWEST_GOODS = 4  # different codes, and descriptions or prices
NO_GOODS = ("who", "time", "aspect", "country", "place", "amount", "price", "other money", "cost", "quantity", "line",
            "address", "birth", "phone", "email", "status", "age", "rating", "category", "card", "level", "fee", "unit",
            "reference", "kind")  # fmt: skip


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
    lines = {"customer_id", "ordered_at"} <= set(cells)
    if lines and "quantity" not in cells and "amount" not in cells and "unit_price" in found:
        found["unit_price"] = replace(found["unit_price"], ours="amount")
    if rows and "product" not in cells and (code := _code_of_goods(found, cells, rows)):
        found["product"] = Match("product", code, "likely", OF_GOODS)
        cells["product"] = rows[code]
    if rows and "product" in found and "description" not in cells and (code := _code_of_names(found, cells, rows)):
        found["description"] = replace(found["product"], ours="description")
        found["product"] = Match("product", code, "likely", OF_GOODS)
        cells |= {"description": cells["product"], "product": rows[code]}
    if rows and cells.get("product") and "description" not in cells and (name := _name_of_goods(found, cells, rows)):
        found["description"] = Match("description", name, "likely", "each product has one")
    if rows and cells.get("invoice_id") and "line_number" not in cells and (no := _number_of_lines(found, cells, rows)):
        found["line_number"] = Match("line_number", no, "likely", "counts the lines of each order anew")
    described = found.get("description")
    if described and "product" not in cells and naming.speaks_of(described.theirs, "product", "title"):
        found["description"] = replace(described, ours="product")
    return [match for match in matches if match.ours in by_hand] + list(found.values())


def _counts_pieces(cells: Mapping[str, looks.Cells], found: Mapping[str, Match]) -> bool:
    """Whether what is called an amount is one of pieces, beside what is money."""
    paid = "amount" in found and "unit_price" in cells and "quantity" not in cells
    return paid and looks.pieces(cells["amount"] or ()) and looks.far_below(cells["amount"], cells["unit_price"] or ())


def _of_all_pieces(cells: Mapping[str, looks.Cells]) -> bool:
    grows = looks.growth(cells["unit_price"], cells["quantity"], cells["product"])
    return grows is not None and grows >= OF_ALL_PIECES


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
    return codes[0] if len(codes) == 1 else None


def _are_codes(name: str, cells: looks.Cells) -> bool:
    """Whether a column is filled everywhere, with what has digits and is no decimal or of anything else."""
    if not all(cells) or naming.speaks_of(name, *NO_GOODS):
        return False
    return looks.numbered(cells) and not looks.fractions(cells) and bool(looks.repeats(cells))


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
    return codes[0] if len(codes) == 1 else None


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
    return naming.only_says(name, "name") or of_goods


def _number_of_lines(
    found: Mapping[str, Match], cells: Mapping[str, looks.Cells], rows: Mapping[str, looks.Cells]
) -> str | None:
    """The one column that counts the lines of each order anew."""
    taken = {match.theirs for match in found.values()}
    numbers = [n for n in rows if n not in taken and dependence.number_lines(cells["invoice_id"], rows[n])]
    return numbers[0] if len(numbers) == 1 else None

"""Kinds of goods: what is called a kind of something, and stands for what was ordered where nothing else does."""

from collections.abc import Mapping

from customer_segments.sources import dependence, looks, naming
from customer_segments.sources.matching import Match

KINDS_ONLY = "tells of what kind each is"
CALLED_SO = 0.3  # how far a name has to speak for a category
FEWEST_KINDS, MOST_KINDS = 2, 30
OFTEN = 4  # times that each kind occurs
OF_OTHERS = ("who", "paid", "address", "card", "phone", "email", "status", "time", "country", "place", "currency",
             "aspect", "price", "cost", "age", "birth", "id", "contract", "device", "channel", "level", "fee",
             "other money")  # fmt: skip
OF_OTHER_GOODS = (*OF_OTHERS, "amount", "quantity", "line", "rating", "category", "unit")
Rows = Mapping[str, looks.Cells]


def settled(found: dict[str, Match], cells: dict[str, looks.Cells | None], rows: Rows) -> None:
    """Add the kind that each product has one of, and else kinds of what was ordered, where nothing else tells them."""
    if cells.get("product") and "category" not in cells and (kind := _kind_of_goods(found, cells, rows)):
        _take("category", kind, "each product has one, and several have the same", found, cells, rows)
    if "customer_id" not in cells or "ordered_at" not in cells:
        return
    kinds = _kinds(found, cells, rows)
    if kinds and "category" not in cells:
        _take("category", kinds[0], KINDS_ONLY, found, cells, rows)


def _take(
    ours: str, name: str, why: str, found: dict[str, Match], cells: dict[str, looks.Cells | None], rows: Rows
) -> None:
    found[ours], cells[ours] = Match(ours, name, "likely", why), rows[name]


def _kind_of_goods(found: Mapping[str, Match], cells: Mapping[str, looks.Cells | None], rows: Rows) -> str | None:
    """The one column that is called a kind of anything, where each product has one that several have."""
    kinds = [
        name
        for name, each in _free(found, rows).items()
        if _is_called_a_kind(name, OF_OTHER_GOODS) or "category" in naming.says(name)
        if dependence.tells(cells["product"], each, FEWEST_KINDS) and not dependence.tells(each, cells["product"], 1)
    ]
    return kinds[0] if len(kinds) == 1 else None


def _kinds(found: Mapping[str, Match], cells: Mapping[str, looks.Cells | None], rows: Rows) -> list[str]:
    """Columns that are called a kind, and hold a few words that occur often, of which customers have several."""
    who = cells["customer_id"] or ()
    several = [
        name
        for name, each in _free(found, rows).items()
        if _are_few_words(each) and not dependence.tells(who, each, FEWEST_KINDS)
    ]
    of_goods = [n for n in several if _is_a_kind_of_goods(n) or naming.says(n).get("category", 0) >= CALLED_SO]
    # Where orders have kinds of their own, a purpose may be what brought the customer.
    purposes = [n for n in several if _is_a_purpose(n)] if not any(map(_is_a_kind_of_order, several)) else []
    return [name for name in several if name in (*of_goods, *purposes)]


def _free(found: Mapping[str, Match], rows: Rows) -> Rows:
    taken = {match.theirs for match in found.values()}
    return {name: each for name, each in rows.items() if name not in taken}


def _is_a_kind_of_goods(name: str) -> bool:
    """Whether a column is called a kind of something other than of orders or papers themselves."""
    return _is_called_a_kind(name, (*OF_OTHERS, "order")) and not naming.only_says(name, "kind")


def _is_a_kind_of_order(name: str) -> bool:
    return _is_called_a_kind(name, OF_OTHERS) and naming.speaks_of(name, "order")


def _is_a_purpose(name: str) -> bool:
    return naming.speaks_of(name, "purpose") and not naming.speaks_of(name, *OF_OTHERS)


def _is_called_a_kind(name: str, of_others: tuple[str, ...]) -> bool:
    return naming.speaks_of(name, "kind") and not naming.speaks_of(name, *of_others)


def _are_few_words(cells: looks.Cells) -> bool:
    texts = [text for text in cells if text]
    different = len(set(texts))
    few = FEWEST_KINDS <= different <= min(MOST_KINDS, len(texts) / OFTEN) and len(texts) >= looks.ENOUGH
    return few and not looks.numbered(texts) and not looks.ways_to_pay(texts) and max(map(len, texts)) > 1

"""Lines of which no column was taken for money: which of their columns could be it all the same."""

from collections.abc import Iterable, Mapping

from customer_segments.base.contract import tells_money
from customer_segments.sources import figures, guess, looks, naming

MONEY = (
    "amount",
    "price",
    "fee",
    "level",
    "other money",
    "before",
    "tariff",
    "cost",
    "income",
)  # what a name of money is made of
OTHER = ("id", "time", "created", "other time", "begin", "end", "age", "rating", "line", "quantity", "aspect", "place")
MOSTLY = 0.5  # of the cells
NUMBERED = ("customer_id", "invoice_id", "ordered_at", "line_number", "quantity")  # which hold numbers, and no money


def could_be_money(theirs: Mapping[str, str | None], rows: Mapping[str, looks.Cells]) -> list[str]:
    """Their columns that could be the money, where none was taken for it; none where one was."""
    if tells_money(theirs):
        return []
    taken = {theirs[ours] for ours in NUMBERED if ours in theirs}
    others = {name for ours, name in theirs.items() if ours not in NUMBERED}
    return [
        name for name, cells in rows.items() if name not in taken and _could_be(name, _filled(cells), name in others)
    ]


def _filled(cells: Iterable[str | None]) -> list[str]:
    return [text for text in cells if text]


def _could_be(name: str, texts: list[str], is_text: bool) -> bool:
    """Whether a column's cells are numbers, which neither its name nor what they are like calls something else."""
    if not texts or guess.readable(texts, "time") >= MOSTLY or guess.readable(texts, "flag") == 1:
        return False
    if is_text:
        return looks.fractions(texts)
    if naming.speaks_of(name, *MONEY):
        return looks.numbered(texts)
    named_otherwise = naming.speaks_of(name, *OTHER) and not looks.fractions(texts)
    return guess.readable(texts, "number") >= MOSTLY and not named_otherwise and not figures.padded(texts)

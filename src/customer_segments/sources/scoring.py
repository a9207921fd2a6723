"""How well a column of the source fits one of ours: by its name, and by what its cells hold."""

import re
import unicodedata
from functools import lru_cache

from customer_segments.base.registry import Column
from customer_segments.sources import figures, guess, looks, naming
from customer_segments.sources.aliases import ALIASES

READABLE = 0.5  # a column is taken for a number or a time if at least this share of its cells can be read as one
EVIDENT = 0.9  # and by its cells alone only from this share on
EXACT_NAME, KNOWN_NAME, LIKELY_NAME, CONTENT_ONLY = 1.0, 0.9, 0.55, 0.3
ADDS_UP = 0.54  # how well money fits that is another sum with a tax on it, whatever it is called
CLEAR = 0.5  # from this on, a column is taken that a study can do without
THIN = 0.35  # below this, hardly the name speaks for it
FAINT = 0.12  # and from this on, one that its figures rest on, which may be asked about
PLAIN_ID = 0.5  # how much less a number that nothing calls a customer's is one where it never occurs again
OF_FEW = 0.35  # how much less what hardly tells any rows apart is an id, unless its name is a usual one
NOTHING_THERE = 0.3  # how much less a name counts above cells that are all empty
MOSTLY_ZERO = 0.75  # and how much less that of a sum above cells that are mostly zero
ALL_ALIKE = 0.6  # and that of money above cells that are all the same
PAID_LATER = 0.9  # how much less the day of a payment counts than that of an order
IDS = ("customer_id", "invoice_id")
NAMELESS = re.compile(r"column \d+")


def fit(table: str, column: Column, name: str, texts: list[str]) -> float:
    """How well a column fits by name and content; 0 where it does not."""
    by_name = named(column.name, name)
    # A name that is the very one decides whatever the cells hold, and so does any name where all cells are empty.
    if by_name == EXACT_NAME or (by_name and not texts):
        return by_name
    if not by_name and texts and (seen := _by_content(table, column.name, name, texts)):
        return seen
    if column.name == "line_number" and (looks.fractions(texts) or looks.long_again(texts)):
        return 0.0
    if column.name == "age" and not looks.ages(texts):
        return 0.0
    if column.name in IDS:
        few = table == "transactions" and by_name < KNOWN_NAME and looks.of_few(texts)
        return by_name * _as_id(table, column.name, name, texts) * (OF_FEW if few else 1.0)
    if column.name != "gender" and column.kind == "text" and looks.sexes(texts):
        return 0.0
    if column.kind == "text":
        return by_name * looks.as_text(column.name, texts)
    if not by_name and column.name != "ordered_at":
        return 0.0
    share = guess.readable(texts, column.kind)
    if by_name and column.kind in ("time", "date") and guess.in_six_digits(texts):
        share = 1.0
    if column.name == "ordered_at" and looks.all_alike(texts):
        by_name *= NOTHING_THERE  # the day of the export
    if column.name == "ordered_at" and naming.speaks_of(name, "paid"):
        by_name *= PAID_LATER
    if column.name in ("amount", "unit_price"):
        by_name *= MOSTLY_ZERO if looks.empty_sums(texts) else ALL_ALIKE if looks.all_alike(texts) else 1.0
    if column.name == "unit_price" and looks.paid_out(texts):
        return 0.0
    if column.name == "quantity" and (looks.cents(texts) or looks.empty_sums(texts)):
        return 0.0
    if by_name:
        return by_name if share >= (EVIDENT if column.kind == "flag" else READABLE) else 0.0
    if not texts or share < EVIDENT or guess.counted(texts):
        return 0.0
    return CONTENT_ONLY / 3 if naming.speaks_of(name, "other time", "signup", "left", "age") else CONTENT_ONLY


def _by_content(table: str, ours: str, name: str, texts: list[str]) -> float:
    """How well cells fit whose column's name says nothing: enough to ask about it."""
    if ours == "gender":
        return CLEAR if naming.is_unknown(name) and looks.sexes(texts) else 0.0
    if ours == "preferred_channel":
        return CLEAR if looks.channels(texts) else 0.0
    if table != "transactions" or not NAMELESS.fullmatch(name):
        return 0.0
    if ours == "customer_id":
        fits = looks.repeats(texts) and looks.as_id(texts, unique=False) and not figures.pieces(texts)
        return FAINT * (1 + len(set(texts)) / len(texts)) if fits else 0.0
    if ours == "amount":
        return 1.5 * FAINT if looks.fractions(texts) else 0.0
    return 1.5 * FAINT if ours == "quantity" and figures.pieces(texts) and looks.repeats(texts) else 0.0


def _as_id(table: str, ours: str, name: str, texts: list[str]) -> float:
    fits = looks.as_id(texts, unique=table == "customers")
    if naming.only_says(name, "name"):  # of a person, or of an order, as in `#1001`
        fits *= looks.numbered(texts) == (ours == "invoice_id")
    if ours == "invoice_id" and looks.count_rows(texts) and not naming.speaks_of(name, "order", "created"):
        return 0.0
    if (
        naming.speaks_of(name, "email")
        and not naming.speaks_of(name, "id")
        and guess.readable(texts, "number") > READABLE
    ):
        return 0.0  # how many were sent
    if ours != "customer_id" or table == "customers" or naming.speaks_of(name, "who", "card", "email", "device"):
        return fits
    if naming.speaks_of(name, naming.UNKNOWN):
        # Called after something unknown it is hardly the customer's; the more of them there are, the rather.
        return fits * (0.4 + 0.3 * len(set(texts)) / len(texts)) if texts and looks.repeats(texts) else 0.0
    return fits * (PLAIN_ID if len(set(texts)) == len(texts) >= looks.ENOUGH else 1.0)


@lru_cache(maxsize=1 << 15)
def named(ours: str, name: str) -> float:
    """How far a column's name speaks for one of ours."""
    bare = _bare(name)
    if bare == ours.replace("_", ""):
        return EXACT_NAME
    if bare in ALIASES[ours] or _bare(re.sub(r"\(.*?\)|\[.*?\]", "", name)) in ALIASES[ours]:
        return KNOWN_NAME
    return naming.says(name).get(ours, 0.0)


def rank(ours: str, name: str) -> int:
    bare = _bare(name)
    return ALIASES[ours].index(bare) if bare in ALIASES[ours] else len(ALIASES[ours])


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", plain_letters(name).lower())


def plain_letters(name: str) -> str:
    """Without the accents of Europe; the marks of other scripts are part of their letters."""
    apart = unicodedata.normalize("NFKD", name.replace("ß", "ss"))
    return unicodedata.normalize("NFC", re.sub(r"[\u0300-\u036f]", "", apart))

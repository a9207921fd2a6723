"""What the cells of a column look like, and so what it cannot be: an amount, a rating or a date is no id."""

import re
from collections.abc import Sequence

from customer_segments.sources import guess

ENOUGH = 20  # cells, below which nothing is said
FEWEST_IDS = 12  # different values, below which whole numbers are a rating or a group
AGAIN = 0.95  # below so many different values among all cells, they occur again

_WHOLE = re.compile(r"[+-]?\d+(?:[.,]0*)?")
_FRACTION = re.compile(r"[^\w\s]?\s?[+-]?\d[\d.,' ]*[.,]\d{1,4}\s?\S{0,3}")


def as_id(texts: Sequence[str], unique: bool) -> float:
    """How well a column's cells fit an id (0 to 1), in a list where each row has `unique` ids or in lines."""
    if len(texts) < ENOUGH:
        return 1.0
    different = len(set(texts))
    if _share(texts, _is_fraction) > 0.05 or guess.readable(texts, "flag") == 1:
        return 0.0
    if guess.readable(texts, "time") >= 0.9 and not all(text.isdigit() for text in texts):
        return 0.0
    if 1 < different <= FEWEST_IDS and len(texts) >= 2 * FEWEST_IDS:
        return 0.0 if _share(texts, lambda text: bool(_WHOLE.fullmatch(text))) > 0.9 else 0.5
    return max(0.4, different / len(texts)) if unique else 1.0


def repeats(texts: Sequence[str]) -> bool | None:
    """Whether the same cells occur again; None where too few are known."""
    return len(set(texts)) < AGAIN * len(texts) if len(texts) >= ENOUGH else None


def _is_fraction(text: str) -> bool:
    return bool(_FRACTION.fullmatch(text)) and not _WHOLE.fullmatch(text)


def _share(texts: Sequence[str], test) -> float:
    return sum(map(test, texts)) / len(texts)

"""Where a table's header stands: below titles and comments, or nowhere."""

from collections import Counter
from collections.abc import Sequence

from customer_segments.sources.amounts import is_number
from customer_segments.sources.guess import time_shape
from customer_segments.sources.naming import says

MOST_ABOVE = 20  # lines
FEWEST_BELOW, FEWEST_NUMBERS = 5, 2  # rows, and columns of numbers, by which a second line of names is known
PAIR = 2  # cells
FEW = 0.25  # of the cells of a row that is padded to the others' width
USUAL = 0.5  # of the rows that must be as wide as most, before one is called a title for being otherwise

Row = Sequence[str]


def above(rows: Sequence[Row]) -> int:
    """How many of the first rows, none of them empty, are titles or comments above the header."""
    widths = Counter(map(len, rows))
    usual, often = max(widths.items(), key=lambda pair: (pair[1], pair[0]), default=(0, 0))
    if usual < 2 or often < USUAL * len(rows):
        return 0
    for place, row in enumerate(rows[: MOST_ABOVE + 1]):
        if len(row) == usual and _all_names(row):
            return place + _is_above_another(rows[place:], usual)
        following = rows[place + 1] if place + 1 < len(rows) else ()
        if not _is_title(row, usual, following):
            return 0
    return 0


def is_header(first: Row, others: Sequence[Row]) -> bool:
    """Whether the first line holds names: some that is none of the numbers or times that stand below it."""
    below = [[row[place].strip() for row in others if len(row) == len(first)] for place in range(len(first))]
    counting = [
        bool(_counts(first[place])) for place, texts in enumerate(below) if len(texts) > 1 and all(map(_counts, texts))
    ]
    return not counting or not all(counting)


def _is_title(row: Row, usual: int, following: Row) -> bool:
    """Whether a row holds one cell, or few of many, or such as stand in no header, and others than the rows below."""
    filled = [text for text in row if text.strip()]
    if len(row) == usual:
        sparse = 1 < len(filled) <= FEW * usual
        return sparse or (len(filled) == 1 and (usual > 2 or all(says(text) for text in following)))
    pair = len(row) <= PAIR and usual > 2 * PAIR  # what something is called, and what it is
    return len(filled) == 1 or pair or any(map(_counts, filled))


def _is_above_another(rows: Sequence[Row], usual: int) -> bool:
    """Whether the row below a row of names holds names as well, and nothing like the numbers of the rows below it."""
    below = [row for row in rows[2:] if len(row) == usual]
    if len(below) < FEWEST_BELOW or len(rows[1]) != usual or not _all_names(rows[1]):
        return False
    counting = [place for place in range(usual) if all(_counts(row[place]) for row in below)]
    upper, lower = (sum(bool(says(text)) for text in row) for row in rows[:2])
    return len(counting) >= FEWEST_NUMBERS and len(set(rows[1])) == usual and lower >= upper


def _all_names(row: Row) -> bool:
    filled = [text.strip() for text in row if text.strip()]
    return len(filled) > 1 and len(filled) > len(row) / 2 and not any(map(_counts, filled))


def _counts(text: str) -> bool:
    return bool(text.strip()) and (is_number(text.strip()) or time_shape(text.strip()) is not None)

"""Columns of days: which one comes before another, and which are those on which people were born."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from customer_segments.sources import guess, naming
from customer_segments.sources.figures import NEARLY_ALL, Cells

FEW_DAYS = 4  # between two times of one order
OLD, GROWN = 45, 25  # years from the first day of birth, and from the middle one, to the last day of all
Days = Mapping[int, date]  # by their rows


def same_times(one: Cells, other: Cells) -> bool:
    """Whether two columns nearly always tell the same day, or one that is a few days from it."""
    pairs = [(a, b) for a, b in zip(one, other, strict=True) if a and b]
    if bool(pairs) and sum(a[:10] == b[:10] for a, b in pairs) >= NEARLY_ALL * len(pairs):
        return True
    here, there = days(one), days(other)
    apart = [abs((here[row] - there[row]).days) <= FEW_DAYS for row in here.keys() & there.keys()]
    return len(apart) >= NEARLY_ALL * len(pairs) > 0 and sum(apart) >= NEARLY_ALL * len(apart)


def days(cells: Cells) -> Days:
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


def before(one: Days, other: Days) -> bool:
    """Whether nearly all days of one column are no later than those of the other, and not all are the same."""
    both = [(one[row], other[row]) for row in one.keys() & other.keys()]
    return sum(a <= b for a, b in both) >= NEARLY_ALL * len(both) and any(a < b for a, b in both)


def of_all(days: Days, cells: Cells) -> bool:
    """Whether nearly all rows have one."""
    return len(days) >= NEARLY_ALL * len(cells)


def without_births(columns: Mapping[str, Days]) -> dict[str, Days]:
    """Without the days on which people were born, by their names, or far before all others and far apart."""
    latest = max((day for found in columns.values() for day in found.values()), default=date.min)
    return {
        name: found
        for name, found in columns.items()
        if not naming.speaks_of(name, "birth")
        if naming.speaks_of(name, "signup") or not _are_births(sorted(found.values()), latest)
    }


def _are_births(days: list[date], latest: date) -> bool:
    first, middle = ((latest - days[place]).days / 365 for place in (0, len(days) // 2))
    return first > OLD and middle > GROWN

"""What the cells of a list of customers tell where names do not: which column is a key, which day the first."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from customer_segments.sources import guess, looks, naming
from customer_segments.sources.matching import Candidate
from customer_segments.sources.scoring import CLEAR, EVIDENT

# How well a column of keys fits that is called after nothing known, the first one of a list the better; and how much
# less a telephone number is a key beside one. Whichever it is, a person is asked.
FIRST_KEY, ANY_KEY, BESIDE_A_KEY = 0.34, 0.18, 0.5
LONG = 6  # digits, so that numbers that all differ do so hardly by chance
HALF_NAMED = 0.3  # how far a name has to speak for a day before its cells are looked at
NEARLY_ALL = 0.9


def with_evidence(
    candidates: list[Candidate], rows: Mapping[str, looks.Cells], wanted: Collection[str]
) -> list[Candidate]:
    """With keys and first days that their cells give away."""
    if "customer_id" in wanted:
        candidates = _with_keys(candidates, _keys(rows))
    first = _first_days(candidates, rows) if "signed_up_on" in wanted else set()
    return [
        (max(score, CLEAR) if ours == "signed_up_on" and name in first else score, ours, name)
        for score, ours, name in candidates
    ]


def _with_keys(candidates: list[Candidate], keys: Mapping[str, float]) -> list[Candidate]:
    """With the keys, before which a telephone number steps back."""
    phones = {c[2] for c in candidates if keys and c[1] == "customer_id" and naming.speaks_of(c[2], "phone")}
    others = [
        (score * (BESIDE_A_KEY if ours == "customer_id" and name in phones else 1.0), ours, name)
        for score, ours, name in candidates
    ]
    return others + [(score, "customer_id", name) for name, score in keys.items()]


def _keys(rows: Mapping[str, looks.Cells]) -> dict[str, float]:
    """Columns of keys that are called after nothing known, and how well they fit: the first column the rather."""
    found = [name for name, cells in rows.items() if naming.is_unknown(name) and _is_key(cells)]
    return {name: FIRST_KEY if name == next(iter(rows)) else ANY_KEY for name in found}


def _is_key(cells: looks.Cells) -> bool:
    if not looks.new_on_each(cells) or not looks.numbered(cells) or looks.fractions(cells):
        return False
    if not all(text.isdigit() for text in cells):
        return guess.readable(cells, "time") < EVIDENT
    numbers = [int(text) for text in cells]
    return numbers == sorted(numbers) or min(map(len, cells)) == max(map(len, cells)) >= LONG


def _first_days(candidates: list[Candidate], rows: Mapping[str, looks.Cells]) -> set[str]:
    """Days that come before all others of the same row, in columns whose names are those of some day."""
    days = {name: found for name, cells in rows.items() if (found := _days(cells))}
    half = {name for score, ours, name in candidates if ours == "signed_up_on" and score >= HALF_NAMED}
    told = [name for name in days if not naming.speaks_of(name, "birth")]
    return {
        name
        for name in half & set(told)
        if len(days[name]) >= NEARLY_ALL * len(rows[name]) and len(told) > 1
        if all(_is_before(days[name], days[other]) for other in told if other != name)
    }


def _is_before(one: Mapping[int, date], other: Mapping[int, date]) -> bool:
    """Whether nearly all days of one column are no later than those of the other, and not all are the same."""
    both = [(one[row], other[row]) for row in one.keys() & other.keys()]
    return sum(a <= b for a, b in both) >= NEARLY_ALL * len(both) and any(a < b for a, b in both)


def _days(cells: looks.Cells) -> dict[int, date]:
    """The days of a column that holds some, by their rows; nothing where it holds others than days."""
    texts = [text for text in cells if text]
    if not texts or guess.counted(texts) or guess.readable(texts, "time") < EVIDENT:
        return {}
    first, second = guess.day_votes(texts)
    formats = ("%Y-%m-%d", "%Y/%m/%d", *guess.time_formats(texts, first >= second))
    return {row: day for row, text in enumerate(cells) if text and (day := _day(text, formats))}


def _day(text: str, formats: Collection[str]) -> date | None:
    for form in formats:
        for written in (text, text[:10]):
            try:
                return datetime.strptime(written, form).date()
            except ValueError:
                continue
    return None

"""What the cells of a list of customers tell where names do not: which column is a key, which day the first."""

from collections.abc import Collection, Mapping

from customer_segments.sources import dated, guess, looks, naming
from customer_segments.sources.matching import Candidate
from customer_segments.sources.scoring import CLEAR, EVIDENT, LIKELY_NAME

# How well a column of keys fits that is called after nothing known, the first one of a list the better; and how much
# less a telephone number is a key beside one. Whichever it is, a person is asked.
FIRST_KEY, ANY_KEY, BESIDE_A_KEY = 0.34, 0.18, 0.5
TELLS_APART = 1.15  # how much more a name counts above cells that are new on each row
IN_WORDS = 0.5  # and how much less a name does
OF_ANOTHER = ".id"
LONG = 6  # digits, so that numbers that all differ do so hardly by chance
HALF_NAMED = 0.3  # how far a name has to speak for a day before its cells are looked at
MOSTLY_OPEN = 0.6
Days = Mapping[str, dated.Days]  # of each column that holds some


def with_evidence(
    candidates: list[Candidate], rows: Mapping[str, looks.Cells], wanted: Collection[str]
) -> list[Candidate]:
    """With keys and first days that their cells give away."""
    if "customer_id" in wanted:
        candidates = _with_keys(_told_apart(_without_others_keys(candidates, rows), rows), _keys(rows))
    days = dated.without_births({name: found for name, cells in rows.items() if (found := dated.days(cells))})
    to_come = {name for name in days if dated.of_all(days[name], rows[name]) and not naming.speaks_of(name, "left")}
    candidates = [c for c in candidates if c[1] != "left_on" or c[2] not in to_come]
    told = {"signed_up_on": _first_days(candidates, days, rows), "left_on": _last_days(candidates, days, rows)}
    return [
        (max(score, CLEAR) if name in told.get(ours, ()) else score, ours, name) for score, ours, name in candidates
    ]


def _without_others_keys(candidates: list[Candidate], rows: Mapping[str, looks.Cells]) -> list[Candidate]:
    """The key of something else that is named beside it, as `Account Name.id` is beside `Account Name`, steps back."""
    others = {name for name in rows if name.endswith(OF_ANOTHER) and name.removesuffix(OF_ANOTHER) in rows}
    return [(s * (BESIDE_A_KEY if o == "customer_id" and n in others else 1.0), o, n) for s, o, n in candidates]


def _told_apart(candidates: list[Candidate], rows: Mapping[str, looks.Cells]) -> list[Candidate]:
    """Firms and names step back before numbers or addresses that tell all rows apart."""
    named = {c[2] for c in candidates if c[1] == "customer_id" and c[0] >= HALF_NAMED and c[2] in rows}
    if not any(looks.new_on_each(rows[name]) and looks.numbered(rows[name]) for name in named):
        return candidates
    words = {name for name in named if not looks.numbered([text for text in rows[name] if text])}
    return [
        (
            score * (_apart(name in words, score, rows[name]) if ours == "customer_id" and name in named else 1.0),
            ours,
            name,
        )
        for score, ours, name in candidates
    ]


def _apart(in_words: bool, score: float, cells: looks.Cells) -> float:
    return IN_WORDS if in_words else TELLS_APART if score < LIKELY_NAME and looks.new_on_each(cells) else 1.0


def _with_keys(candidates: list[Candidate], keys: Mapping[str, float]) -> list[Candidate]:
    """With the keys, before which a telephone number steps back."""
    phones = {c[2] for c in candidates if keys and c[1] == "customer_id" and naming.speaks_of(c[2], "phone")}
    others = [
        (score * (BESIDE_A_KEY if ours == "customer_id" and name in phones else 1.0), ours, name)
        for score, ours, name in candidates
    ]
    return others + [(score, "customer_id", name) for name, score in keys.items()]


def _keys(rows: Mapping[str, looks.Cells]) -> dict[str, float]:
    """Columns of keys that are called after nothing known, or as a number of papers: the first column the rather."""
    found = [name for name, cells in rows.items() if _may_be_key(name) and _is_key(cells)]
    return {name: FIRST_KEY if name == next(iter(rows)) else ANY_KEY for name in found}


def _may_be_key(name: str) -> bool:
    return naming.is_unknown(name) or naming.says(name).get("invoice_id", 0) >= LIKELY_NAME


def _is_key(cells: looks.Cells) -> bool:
    if not looks.new_on_each(cells) or not looks.numbered(cells) or looks.fractions(cells):
        return False
    if not all(text.isdigit() for text in cells):
        return guess.readable(cells, "time") < EVIDENT
    numbers = [int(text) for text in cells]
    return numbers == sorted(numbers) or min(map(len, cells)) == max(map(len, cells)) >= LONG


def _first_days(candidates: list[Candidate], days: Days, rows: Mapping[str, looks.Cells]) -> set[str]:
    """Days that come before all others of the same row, in columns whose names are those of some day."""
    return {
        name
        for name in _half_named(candidates, "signed_up_on") & set(days)
        if dated.of_all(days[name], rows[name]) and len(days) > 1
        if all(dated.before(days[name], days[other]) for other in days if other != name)
    }


def _last_days(candidates: list[Candidate], days: Days, rows: Mapping[str, looks.Cells]) -> set[str]:
    """Days that most rows do not have, called an end, and after another day that nearly all have."""
    begun = [name for name in days if dated.of_all(days[name], rows[name])]
    return {
        name
        for name in _half_named(candidates, "left_on") & set(days)
        if len(days[name]) <= MOSTLY_OPEN * len(rows[name])
        if any(dated.before(days[other], days[name]) for other in begun)
    }


def _half_named(candidates: list[Candidate], ours: str) -> set[str]:
    return {name for score, each, name in candidates if each == ours and score >= HALF_NAMED}

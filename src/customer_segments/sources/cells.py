"""How cells of text become numbers, times and flags: the SQL that reads them, once it is known how they are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from customer_segments.base.contract import TABLES
from customer_segments.base.params import Format
from customer_segments.sources import guess
from customer_segments.sources.part import BLANKS, RARE_BLANKS, literal, trimmed

KNOWN = {column.name for columns in TABLES.values() for column in columns} | {"amount"}
MISSING_TEXT = ("NULL", "#N/A", "NaN", "<NA>", "(null)")  # in text, the other marks of a missing value may be words
MOMENTS = {
    "days since 1900": "TIMESTAMP '1899-12-30' + to_microseconds(round({n} * 86400)::BIGINT * 1000000)",
    "seconds since 1970": "make_timestamp(round({n} * 1000000)::BIGINT)",
    "milliseconds since 1970": "make_timestamp(round({n} * 1000)::BIGINT)",
}


@dataclass(frozen=True)
class Writing:
    """How the cells of one table are written; found out from a sample or set by hand."""

    decimal: str = "."
    day_first: bool = True
    formats: dict[str, tuple[str, ...]] = field(default_factory=dict)  # by column, the date formats that occur
    counted: dict[str, str] = field(default_factory=dict)  # by column, what its numbers count
    float_ids: frozenset[str] = frozenset()  # columns of ids that end in `.0`
    open_order: frozenset[str] = frozenset()  # columns in which day and month could be exchanged
    doubts: tuple[str, ...] = ()  # those of them in which the sample does not tell which comes first

    def described(self) -> dict[str, Any]:
        """For `source.json`: what a reader can check and set by hand."""
        days = {"days": "day first" if self.day_first else "month first"} if self.open_order else {}
        return {"decimal": self.decimal, **days, "counted": self.counted, "doubts": list(self.doubts)}


def find_out(cells: dict[str, tuple[str, Sequence[str]]], given: Format, delimiter: str | None = None) -> Writing:
    """Look at a sample: `cells` holds, by our name, the kind and the filled cells; `given` is what was set by hand."""
    times = {name: texts for name, (kind, texts) in cells.items() if kind in ("time", "date")}
    votes = {name: guess.day_votes(texts) for name, texts in times.items()}
    first, second = (sum(each[place] for each in votes.values()) for place in (0, 1))
    day_first = first >= second if given.day_first is None else given.day_first
    open_order = frozenset(name for name, texts in times.items() if guess.order_is_open(texts))
    undecided = given.day_first is None and first == second
    numbers = [texts for kind, texts in cells.values() if kind == "number"]
    return Writing(
        decimal=given.decimal or guess.decimal_sign(numbers, delimiter),
        day_first=day_first,
        formats={name: guess.time_formats(texts, day_first) for name, texts in times.items()},
        counted={name: how for name, texts in times.items() if (how := guess.counted(texts))},
        float_ids=frozenset(n for n, (_, texts) in cells.items() if n.endswith("_id") and guess.float_ids(texts)),
        open_order=open_order,
        doubts=tuple(sorted(open_order)) if undecided else (),
    )


def typed(kind: str, name: str, cell: str, writing: Writing, blanks: str = RARE_BLANKS) -> str:
    """The SQL that reads a cell of text as its kind; what `checked` lets pass is the value."""
    bare = trimmed(cell, blanks)
    if kind == "number":
        number = _number(cell, writing.decimal)
        # What begins with a zero may be a postcode: unreadable here, so that the attribute is read again as text.
        return number if name in KNOWN else f"CASE WHEN regexp_matches({cell}, '^\\s*0\\d') THEN NULL ELSE {number} END"
    if kind in ("time", "date"):
        return f"coalesce({_time(name, cell, writing)}, {_time(name, bare, writing)})"
    if kind == "flag":
        said = f"lower({bare})"
        return f"CASE WHEN {_among(said, guess.YES)} THEN true WHEN {_among(said, guess.NO)} THEN false END"
    text = f"CASE WHEN {_among(bare, MISSING_TEXT)} THEN NULL ELSE {bare} END"
    return f"regexp_replace({text}, '^(\\d+)\\.0+$', '\\1')" if name in writing.float_ids else text


def checked(kind: str, value: str) -> str:
    """The SQL that lets a value pass unless it is beyond reason; apart from `typed`, so that no cell is read twice."""
    if kind == "number":
        return f"CASE WHEN isfinite({value}) THEN {value} END"
    if kind in ("time", "date"):
        first, last = f"TIMESTAMP '{guess.FIRST_YEAR}-01-01'", f"TIMESTAMP '{guess.LAST_YEAR}-12-31 23:59:59'"
        within = f"CASE WHEN {value} BETWEEN {first} AND {last} THEN {value} END"
        return f"CAST({within} AS {'TIMESTAMP' if kind == 'time' else 'DATE'})"
    return value


def unreadable(name: str, cell: str, value: str) -> str:
    """The column and its text where there is text, no value, and no mark of a missing one; shortened."""
    bare = f"trim({cell}, '{BLANKS}')"
    lost = f"{cell} IS NOT NULL AND {value} IS NULL AND NOT {_among(f'lower({bare})', guess.MISSING)}"
    return f"CASE WHEN {lost} THEN {literal(f'{name}: ')} || left({bare}, 80) END"


def _number(cell: str, decimal: str) -> str:
    plain = f"try_cast({cell} AS DOUBLE)"
    if decimal == ".":
        return f"coalesce({plain}, {_cleaned(cell, guess.WITH_POINT, ',', '.')})"
    return f"coalesce({_cleaned(cell, guess.WITH_COMMA, '.', ',')}, {plain})"


def _cleaned(cell: str, pattern: str, thousands: str, decimal: str) -> str:
    """A number among currency signs and separators; negative with a minus on either side or in brackets."""
    bare = f"regexp_replace({cell}, {literal(guess.CLUTTER)}, '', 'g')"
    fits = f"regexp_full_match({bare}, '[-+−]?({pattern})|\\(({pattern})\\)|({pattern})-')"
    sign = f"CASE WHEN regexp_matches({bare}, '^[-−(]|-$') THEN -1 ELSE 1 END"
    digits = f"translate({bare}, '{decimal}{thousands}-+−()', '.')"
    return f"CASE WHEN {fits} THEN {sign} * try_cast({digits} AS DOUBLE) END"


def _time(name: str, cell: str, writing: Writing) -> str:
    if name in writing.counted:
        how = writing.counted[name]
        lowest, highest = guess.COUNTED[how]
        number = f"try_cast({cell} AS DOUBLE)"
        return f"CASE WHEN {number} BETWEEN {lowest} AND {highest} THEN {MOMENTS[how].format(n=number)} END"
    iso, formats = f"try_cast({cell} AS TIMESTAMP)", writing.formats.get(name, ())
    return f"coalesce(try_strptime({cell}, [{_joined(formats)}]), {iso})" if formats else iso


def _among(cell: str, texts: Sequence[str]) -> str:
    """Whether a cell is one of the texts; `IN` would become a join, which is many times slower here."""
    return f"list_contains([{_joined(texts)}], {cell})"


def _joined(texts: Sequence[str]) -> str:
    return ", ".join(map(literal, texts))

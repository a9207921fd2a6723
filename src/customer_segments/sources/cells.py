"""How cells of text become numbers, times and flags: the SQL that reads them, once it is known how they are written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from customer_segments.base.contract import TABLES, UNREADABLE
from customer_segments.sources import amounts, guess
from customer_segments.sources.part import BLANKS, RARE_BLANKS, literal, trimmed

if TYPE_CHECKING:
    from customer_segments.base.params import Format

KNOWN = {column.name for columns in TABLES.values() for column in columns} | {"amount"}
MISSING_TEXT = ("NULL", "#N/A", "NaN", "<NA>", "(null)")  # in text, the other marks of a missing value may be words
ISO = r"\d{4}[-/]\d{1,2}[-/]\d{1,2}[ T]\s*\d{1,2}:\d\d(?::\d\d(?:\.\d*)?)?\s*"  # without an offset
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
    offsets: dict[str, tuple[str, ...]] = field(default_factory=dict)  # by column, those behind clocks; "" for none
    float_ids: frozenset[str] = frozenset()  # columns of ids that end in `.0`
    open_order: frozenset[str] = frozenset()  # columns in which day and month could be exchanged
    doubts: tuple[str, ...] = ()  # those of them in which the sample does not tell which comes first
    mixed: dict[str, tuple[str, str]] = field(default_factory=dict)  # by column, a cell of each decimal sign

    def described(self) -> dict[str, Any]:
        """For `source.json`: what a reader can check and set by hand."""
        days = {"days": "day first" if self.day_first else "month first"} if self.open_order else {}
        offsets = {name: sorted(set(map(guess.in_full, found))) for name, found in self.offsets.items()}
        told = {"offsets": offsets} if offsets else {}
        told |= {"mixed": {name: list(found) for name, found in self.mixed.items()}} if self.mixed else {}
        return {"decimal": self.decimal, **days, "counted": self.counted, **told, "doubts": list(self.doubts)}


def find_out(cells: dict[str, tuple[str, Sequence[str]]], given: Format, delimiter: str | None = None) -> Writing:
    """Look at a sample: `cells` holds, by our name, the kind and the filled cells; `given` is what was set by hand."""
    times = {name: texts for name, (kind, texts) in cells.items() if kind in ("time", "date")}
    votes = {name: guess.day_votes(texts) for name, texts in times.items()}
    first, second = (sum(each[place] for each in votes.values()) for place in (0, 1))
    day_first = first >= second if given.day_first is None else given.day_first
    open_order = frozenset(name for name, texts in times.items() if guess.order_is_open(texts))
    undecided = given.day_first is None and first == second
    numbers = {name: texts for name, (kind, texts) in cells.items() if kind == "number"}
    return Writing(
        decimal=given.decimal or guess.decimal_sign(numbers.values(), delimiter),
        day_first=day_first,
        formats={name: guess.time_formats(texts, day_first) for name, texts in times.items()},
        counted={name: how for name, texts in times.items() if (how := guess.as_number(texts))},
        offsets={name: found for name, texts in times.items() if (found := guess.offsets(texts))},
        float_ids=frozenset(n for n, (_, texts) in cells.items() if n.endswith("_id") and guess.float_ids(texts)),
        open_order=open_order,
        doubts=tuple(sorted(open_order)) if undecided else (),
        mixed={name: found for name, texts in numbers.items() if (found := guess.both_signs(texts))},
    )


def typed(kind: str, name: str, cell: str, writing: Writing, blanks: str = RARE_BLANKS) -> str:
    """The SQL that reads a cell of text as its kind; what `checked` lets pass is the value."""
    bare = trimmed(cell, blanks)
    if kind == "number":
        number = _number(cell, writing.decimal)
        # What begins with a zero may be a postcode: unreadable here, so that the attribute is read again as text.
        return number if name in KNOWN else f"CASE WHEN regexp_matches({cell}, '^\\s*0\\d') THEN NULL ELSE {number} END"
    if kind in ("time", "date"):
        return f"coalesce({_time(name, cell, writing)}, {_late(cell, _time(name, bare, writing))})"
    if kind == "flag":
        said = f"lower({bare})"
        return f"CASE WHEN {_among(said, guess.YES)} THEN true WHEN {_among(said, guess.NO)} THEN false END"
    text = f"CASE WHEN {_among(bare, MISSING_TEXT)} THEN NULL ELSE {bare} END"
    return f"regexp_replace({text}, '^(\\d+)\\.0+$', '\\1')" if name in writing.float_ids else text


def checked(kind: str, value: str, cell: str) -> str:
    """The SQL that lets a value pass unless it is beyond reason; apart from `typed`, so that no cell is read twice."""
    if kind == "number":
        return f"CASE WHEN abs({value}) < {amounts.LARGEST} THEN {value} END"
    if kind in ("time", "date"):
        first, last = f"TIMESTAMP '{guess.FIRST_YEAR}-01-01'", f"TIMESTAMP '{guess.LAST_YEAR}-12-31 23:59:59'"
        # DuckDB reads `infinity` and `epoch` as the first day, whatever the format.
        said = rf"({value} > {first} OR regexp_matches({cell}, '\d'))"
        within = f"CASE WHEN {value} BETWEEN {first} AND {last} AND {said} THEN {value} END"
        return f"CAST({within} AS {'TIMESTAMP' if kind == 'time' else 'DATE'})"
    return value


def unreadable(name: str, cell: str, value: str) -> str:
    """The column and its text where there is text, no value, and no mark of a missing one; shortened."""
    bare = f"trim({cell}, '{BLANKS}')"
    # Nothing in a cell may look like the blank that stands between two of them.
    told = f"{literal(f'{name}: ')} || replace(left({bare}, 80), '; ', ';\u00a0')"
    lost = f"CASE WHEN NOT {_among(f'lower({bare})', guess.MISSING)} THEN {told} END"
    # Nested, because DuckDB works out all that an AND combines, and few cells need it.
    return f"CASE WHEN {cell} IS NOT NULL AND {value} IS NULL THEN {lost} END"


def told_of(name: str) -> str:
    """The SQL of what is told of a column's unreadable cells, null where nothing is."""
    told = literal(f"{name}: ")
    entry = f"list_filter(string_split({UNREADABLE}, '; '), lambda told: starts_with(told, {told}))[1]"
    return f"substr({entry}, {len(name) + 3})"


def offset_told(name: str) -> tuple[str, str]:
    """The SQL of whether a column's unreadable cell ends in a clock, with or without an offset behind it, and which."""
    clock = literal(rf":\d\d(?:\.\d+)?(?: ?[AaPp][Mm])?(?: ?({guess.OFFSET}))?$")
    return f"regexp_matches({told_of(name)}, {clock})", f"regexp_extract({told_of(name)}, {clock}, 1)"


def _number(cell: str, decimal: str) -> str:
    both = f"contains({cell}, '.') AND contains({cell}, ',')"  # which of them is the decimal sign, the last one says
    other = f"CASE WHEN {both} THEN {_amount(cell, '.' if decimal == ',' else ',')} END"
    if decimal == ".":
        return f"coalesce({_plain(cell)}, {_amount(cell, '.')}, {_plain(f'ltrim({cell})')}, {other})"
    comma = f"CASE WHEN NOT contains({cell}, '.') THEN {_plain(cell, ',')} END"
    return f"coalesce({comma}, {_amount(cell, ',')}, {_plain(cell)}, {other})"


def _plain(cell: str, decimal: str = ".") -> str:
    """A number that begins with a digit, a point or a minus; DuckDB itself would also take `+-5` and `1_0`."""
    begins = f"{cell} >= '-' AND {cell} < ':' AND NOT contains({cell}, '_')"
    pointed = cell if decimal == "." else f"replace({cell}, '{decimal}', '.')"
    return f"CASE WHEN {begins} THEN try_cast({pointed} AS DOUBLE) END"


def _amount(cell: str, decimal: str) -> str:
    """A number among currencies and separators; negative with a minus on either side or in brackets."""
    pattern = amounts.WITH_POINT if decimal == "." else amounts.WITH_COMMA
    fits = " AND ".join(f"regexp_full_match({cell}, {literal(each)})" for each in (pattern, amounts.ONE_CURRENCY))
    sign = f"CASE WHEN regexp_matches({cell}, {literal(amounts.NEGATIVE)}) THEN -1 ELSE 1 END"
    digits = f"replace(regexp_replace({cell}, '[^0-9{decimal}]+', '', 'g'), ',', '.')"
    return f"CASE WHEN {fits} THEN {sign} * try_cast({digits} AS DOUBLE) END"


def _time(name: str, cell: str, writing: Writing) -> str:
    if name in writing.counted:
        how = writing.counted[name]
        if how in guess.SIX_DIGITS:
            digits = f"CASE WHEN regexp_full_match({cell}, '[0-9]{{5,6}}') THEN lpad({cell}, 6, '0') END"
            return f"try_strptime({digits}, '{how}')"
        lowest, highest = guess.COUNTED[how]
        pointed = _plain(cell, ",")
        number = f"CASE WHEN NOT contains(lower({cell}), 'e') THEN {pointed} END"  # 1.7E+09 is no exact moment
        return f"CASE WHEN {number} BETWEEN {lowest} AND {highest} THEN {MOMENTS[how].format(n=number)} END"
    formats, offsets = writing.formats.get(name, ()), writing.offsets.get(name, ())
    if not offsets:
        return _without_offset(cell, formats)
    told = "|".join(map(re.escape, filter(None, offsets)))
    bare = rf"regexp_replace({cell}, '(:\d\d.*?) ?(?:{told})$', '\1')"
    bare = bare if "" in offsets else f"CASE WHEN contains({cell}, ':') THEN nullif({bare}, {cell}) ELSE {cell} END"
    # The clock on the shop's wall counts; an offset right behind an ISO time can stand, since DuckDB drops it.
    usual = (f"____-__-_____:__:__{part}{offset}" for offset in offsets if offset for part in ("", ".%"))
    direct = _iso(cell, " OR ".join(f"{cell} LIKE '{each}'" for each in usual))
    return f"coalesce({direct}, {_late(cell, _without_offset(bare, formats))})"


def _without_offset(cell: str, formats: Sequence[str]) -> str:
    """A time in one of the formats, or else as ISO 8601; DuckDB alone would take numbers that lack a digit."""
    compact = [
        f"CASE WHEN strlen({cell}) = {signs} AND try_cast({cell} AS BIGINT) >= 19{'0' * (signs - 2)} "
        f"THEN try_strptime({cell}, '{format}') END"
        for format, signs in guess.COMPACT.items()
        if format in formats
    ]
    others = [format for format in formats if format not in guess.COMPACT]
    read = [f"try_strptime({cell}, [{_joined(others)}])"] if others else []
    short = [r":\d(?:\D|$)"] if any(":" in format for format in others) else []
    short += [r"[^\d:]\d(?:\s+\d+:.*)?\s*$"] if any("%y" in format[2:] for format in others) else []
    if short:
        read = [f"CASE WHEN NOT regexp_matches({cell}, '(?s){'|'.join(short)}') THEN {read[0]} END"]
    # Nothing may follow the clock: DuckDB would drop an offset without a word.
    usual = [f"{cell} LIKE '____-__-_____:__:__'", *(f"NOT suffix({cell}, '{sign}')" for sign in "Z .")]
    iso = _iso(cell, f"{' AND '.join(usual)} OR strlen({cell}) < 11 OR regexp_full_match({cell}, '{ISO}')")
    return f"coalesce({', '.join([*compact, *read, iso])})"


def _late(cell: str, value: str) -> str:
    """A value worked out only where it is looked at; what occurs twice, DuckDB else works out first, in all rows."""
    return f"CASE WHEN {cell} IS NOT NULL THEN {value} END"


def _iso(cell: str, ends: str) -> str:
    """A time as ISO 8601 has it, if it ends in the right way."""
    return f"CASE WHEN {cell} >= '1900' AND {cell} < '2101' AND ({ends}) THEN try_cast({cell} AS TIMESTAMP) END"


def _among(cell: str, texts: Sequence[str]) -> str:
    """Whether a cell is one of the texts; `IN` would become a join, which is many times slower here."""
    return f"list_contains([{_joined(texts)}], {cell})"


def _joined(texts: Sequence[str]) -> str:
    return ", ".join(map(literal, texts))

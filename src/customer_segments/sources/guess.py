"""What cells of text may be, judged from a sample: numbers, times, flags, and how each column writes them."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from customer_segments.sources import amounts
from customer_segments.sources.flags import NO, YES

MISSING = ("", "-", "–", "?", "n/a", "#n/a", "na", "nan", "null", "none", "nat", "(null)", "<na>")
_IS_MISSING, _FLAGS = frozenset(MISSING), frozenset(YES + NO)
FIRST_YEAR, LAST_YEAR = 1900, 2100  # dates beyond are slips, or a system's "never"
# Numbers that stand for times, by their lowest and highest; the ranges leave no two alike.
COUNTED = {
    "days since 1900": (20_000, 80_000),
    "seconds since 1970": (631_152_000, 4_102_444_800),
    "milliseconds since 1970": (631_152_000_000, 4_102_444_800_000),
}
# Days in six digits, and what they look like.
SIX_DIGITS = {
    "%y%m%d": re.compile(r"\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"),
    "%d%m%y": re.compile(r"(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d\d"),
    "1%y%j": re.compile(r"1\d\d(?:00[1-9]|0[1-9]\d|[12]\d\d|3[0-5]\d|36[0-6])"),  # the century, and the day of the year
}
NEARLY_ALL = 0.9

_POINT = re.compile(r"\d\.(\d|\d\d|\d{4,})\D*$|,\d{3}\.\d|^\D*0\.\d")
_COMMA = re.compile(r"\d,(\d|\d\d|\d{4,})\D*$|\.\d{3},\d|^\D*0,\d")
_FLOAT_ID = re.compile(r"\d+\.0+")
# How far a clock is from UTC, written behind it; no place is further than these.
_MINUTES = "(?::?(?:00|15|30|45))?"
OFFSET = rf"(?:Z|UTC|\+(?:0\d|1[0-3]){_MINUTES}|\+14(?::?00)?|-(?:0\d|1[01]){_MINUTES}|-12(?::?00)?)"
_WEEKDAY = r"(?:(?P<week>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?P<behind>,? ))?"
GAPS = "-| - | à | um | at | a las | alle | alle ore | om "  # before a clock, where people put no blank alone
_TIME = re.compile(
    rf"{_WEEKDAY}"
    r"(?P<a>\d{1,4}|[A-Za-z]{3,9})(?P<s>[/.\-]|\.? |年|년 ?|)(?P<b>\d{1,2}|[A-Za-z]{3,9})"
    r"(?P<t>[/.\-]|,? |\. |月|월 ?|)"
    r"(?P<c>\d{4}|\d{1,2})(?P<dot>[.日일]?)"
    rf"(?:(?P<gap>,? |T|{GAPS})"
    r"(?P<hour>\d{1,2}):\d\d(?P<second>:\d\d)?(?P<part>[.]\d{1,6})?(?P<half> ?[AaPp][Mm])?"
    rf"(?: ?(?P<offset>{OFFSET}))?)?",
    re.ASCII,
)
_COMPACT = re.compile(
    r"(?P<year>19\d\d|20\d\d|2100)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])"
    r"(?:(?P<gap>[ T;]?)(?P<clock>\d{6}))?"
)
ISO = "as ISO 8601"
_COUNT = re.compile(r"\d{5,13}([.,]\d+)?", re.ASCII)
COMPACT = {"%Y%m%d": 8, "%Y%m%d%H%M%S": 14}  # and how many signs they have
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True)
class TimeShape:
    """A format in which a cell can be read; `{1}` and `{2}` stand where day and month could be exchanged."""

    format: str
    first: int = 0  # the first and the second number, where their order is open
    second: int = 0
    year: int = 0  # where it has two digits and stands behind them, so that it could also be a day


def readable(texts: Sequence[str], kind: str) -> float:
    """Which share of the filled cells can be read as this kind; 0 where none is filled."""
    return _readable(tuple(texts), kind)


@lru_cache(maxsize=128)
def _readable(texts: tuple[str, ...], kind: str) -> float:
    filled = _filled(tuple(texts))
    if not filled:
        return 0.0
    if kind in ("time", "date"):
        return max(sum(time_shape(text) is not None for text in filled) / len(filled), _most_counted(filled)[1])
    test = {"number": amounts.is_number, "flag": is_flag}[kind]
    return sum(map(test, filled)) / len(filled)


def is_flag(text: str) -> bool:
    return text.lower() in _FLAGS


def decimal_sign(columns: Iterable[Sequence[str]], delimiter: str | None) -> str:
    """The decimal sign for which more cells speak; where none does, the one that goes with the delimiter."""
    points = commas = 0
    for texts in columns:
        points += sum(_POINT.search(text) is not None for text in texts)
        commas += sum(_COMMA.search(text) is not None for text in texts)
    if points == commas:
        return "," if delimiter == "semicolon" else "."
    return "," if commas > points else "."


def both_signs(texts: Sequence[str]) -> tuple[str, str] | None:
    """A cell with a decimal point and one with a decimal comma, where a column has both."""
    found = [next(filter(sign.search, texts), None) for sign in (_POINT, _COMMA)]
    return None if None in found else (found[0], found[1])


def float_ids(texts: Sequence[str]) -> bool:
    """Whether numbers went through a program that gave them a point (17850.0)."""
    return bool(texts) and sum(_FLOAT_ID.fullmatch(text) is not None for text in texts) > len(texts) / 2


def counted(texts: Sequence[str]) -> str | None:
    """Which count of days or seconds the numbers are, if nearly all can be one."""
    filled = _filled(tuple(texts))
    how, share = _most_counted(filled)
    return how if share > NEARLY_ALL else None


def in_six_digits(texts: Sequence[str]) -> str | None:
    """The format of days that are written in six digits, if all cells fit it; a number may have lost its first zero."""
    filled = _filled(tuple(texts))
    written = [text.zfill(6) for text in filled if len(text) in (5, 6)]
    fits = (form for form, shape in SIX_DIGITS.items() if written and all(map(shape.fullmatch, written)))
    return next(fits, None) if len(written) == len(filled) else None


@lru_cache(maxsize=16)
def _filled(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text for text in texts if text.lower() not in _IS_MISSING)


def as_number(texts: Sequence[str]) -> str | None:
    """Which count of days or seconds, or which day in six digits, the cells of a column of times are."""
    return counted(texts) or in_six_digits(texts)


@lru_cache(maxsize=16)
def _most_counted(texts: tuple[str, ...]) -> tuple[str, float]:
    numbers = [float(text.replace(",", ".")) for text in texts if _COUNT.fullmatch(text)]
    shares = {
        how: sum(lowest <= number <= highest for number in numbers) / max(len(texts), 1)
        for how, (lowest, highest) in COUNTED.items()
    }
    return max(shares.items(), key=lambda pair: pair[1])


def day_votes(texts: Sequence[str]) -> tuple[int, int]:
    """How many cells can only have the day first, and how many only the month."""
    shapes = _shapes(texts)
    return sum(shape.first > 12 for shape in shapes), sum(shape.second > 12 for shape in shapes)


def order_is_open(texts: Sequence[str]) -> bool:
    """Whether there are cells in which day and month could be exchanged."""
    return any(shape.first for shape in _shapes(texts))


def time_formats(texts: Sequence[str], day_first: bool) -> tuple[str, ...]:
    """The formats that occur, most frequent first; two-digit years before all, since `%Y` takes them too."""
    first, second = ("%d", "%m") if day_first else ("%m", "%d")
    formats = (shape.format for shape in _shapes(texts) if shape.format != ISO)
    counts = Counter(format.replace("{1}", first).replace("{2}", second) for format in formats)
    return tuple(sorted(counts, key=lambda format: ("%y" not in format, -counts[format], format)))


def offsets(texts: Sequence[str]) -> tuple[str, ...]:
    """The offsets from UTC that stand behind the clocks, "" where one has none; nothing if none has one."""
    found = {shape["offset"] or "" for text in texts if (shape := _TIME.fullmatch(text)) and shape["hour"]}
    return tuple(sorted(found)) if any(found) else ()


def in_full(offset: str) -> str:
    """An offset as `+02:00`, or `none`."""
    if offset in ("Z", "UTC", ""):
        return "+00:00" if offset else "none"
    return f"{offset[:3]}:{offset[3:].strip(':') or '00'}".replace("-00:00", "+00:00")


def _shapes(texts: Sequence[str]) -> list[TimeShape]:
    """In which formats the cells can be read, those that can; `24-01-05` only where its neighbours say how."""
    shapes = [shape for text in texts if (shape := time_shape(text))]
    short = [shape for shape in shapes if shape.year]
    if not short:
        return shapes
    others = [shape for shape in shapes if not shape.year]
    if sum(shape.format == ISO or shape.format.startswith("%Y") for shape in others) > len(short):
        return others
    firsts, lasts = {shape.first for shape in short}, {shape.year for shape in short}
    # Days are more than years; and where no first number can be a month, and all of the last a day, years come first.
    if min(firsts) > 12 and max(lasts) <= 31 and len(lasts) >= 3 * len(firsts):
        turned = (shape.format.replace("%y", "%d").replace("{1}", "%y").replace("{2}", "%m") for shape in short)
        return others + [TimeShape(format) for format in turned]
    return shapes


@lru_cache(maxsize=1 << 14)
def time_shape(text: str) -> TimeShape | None:
    """In which format a cell can be read as a time, if in any."""
    if compact := _COMPACT.fullmatch(text):
        return TimeShape(f"%Y%m%d{compact['gap']}%H%M%S" if compact["clock"] else "%Y%m%d")
    found = _TIME.fullmatch(text)
    if found is None or not (found["s"] and found["t"]):
        return None
    clock, week = _clock(found), _week(found)
    a, b, c = found["a"], found["b"], found["c"]
    if len(a) == 4 and a.isdigit():
        return None if week else _year_first(found, clock)
    if found["dot"] and (len(c) != 4 or found["dot"] != "."):
        return None
    year = f"%Y{found['dot']}" if len(c) == 4 else "%y"
    if len(c) == 1 or (len(c) == 4 and not FIRST_YEAR <= int(c) <= LAST_YEAR) or (len(a) == 3 and a.isdigit()):
        return None
    if a.isdigit() and b.isdigit():
        first, second = int(a), int(b)
        if not (1 <= first <= 31 and 1 <= second <= 31 and min(first, second) <= 12):
            return None
        short = int(c) if len(c) == 2 else 0
        return TimeShape(f"{week}{{1}}{found['s']}{{2}}{found['t']}{year}{clock}", first, second, short)
    name, day = (a, b) if b.isdigit() else (b, a)
    if name[:3].lower() not in MONTHS or not day.isdigit() or not 1 <= int(day) <= 31:
        return None
    month = "%b" if len(name) == 3 else "%B"
    first, second = (month, "%d") if name == a else ("%d", month)
    return TimeShape(f"{week}{first}{found['s']}{second}{found['t']}{year}{clock}")


def _week(found: re.Match[str]) -> str:
    """The part of the format that stands before the day: what day of the week it is."""
    if not found["week"]:
        return ""
    return f"{'%A' if found['week'].endswith('day') else '%a'}{found['behind']}"


def _year_first(found: re.Match[str], clock: str) -> TimeShape | None:
    """2024-12-31, 2024/12/31, 2024.12.31, `2024. 12. 31.` as in Hungary, or 2024年12月31日."""
    try:
        day = date(int(found["a"]), int(found["b"]), int(found["c"]))
    except ValueError:
        return None
    if not FIRST_YEAR <= day.year <= LAST_YEAR or not _go_together(found["s"], found["t"], found["dot"]):
        return None
    apart = re.fullmatch(GAPS, found["gap"] or "")
    iso = found["s"] in "-/" and not (found["half"] or found["dot"] or apart)
    return TimeShape(ISO if iso else f"%Y{found['s']}%m{found['t']}%d{found['dot']}{clock}")


def _go_together(behind_year: str, behind_month: str, behind_day: str) -> bool:
    """Whether what stands behind a year, a month and a day is alike, or says what they are."""
    if behind_day in ("", "."):
        return behind_year == behind_month
    return f"{behind_year[:1]}{behind_month[:1]}{behind_day}" in ("年月日", "년월일")


def _clock(found: re.Match[str]) -> str:
    """The part of the format that follows the day; an offset is read apart from it."""
    if found["hour"] is None:
        return ""
    hour = "%I" if found["half"] else "%H"
    seconds = ":%S" if found["second"] else ""
    part = {0: "", 4: ".%g"}.get(len(found["part"] or ""), ".%f")
    half = (" %p" if found["half"].startswith(" ") else "%p") if found["half"] else ""
    return f"{found['gap']}{hour}:%M{seconds}{part}{half}"

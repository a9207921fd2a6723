"""How numbers, days and lists are written for a reader: the one place for it."""

import datetime
import html
import math
import re
import unicodedata
from collections.abc import Iterable

DAYS_OF_A_YEAR = (365, 366)
LEAST = 0.99995  # of a million, from where on amounts are told in millions; and so on
HALF_A_CENT = 0.005
LEAST_SHORT = 10_000  # from where on an axis tells thousands
SAYS_NOTHING = re.compile(r"\.0+(?!\d)")
STEPS = ((1e12, " trillion"), (1e9, " billion"), (1e6, " million"))
TURNING = ("R", "AL", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI")  # letters and marks that set a direction


def within(text: str) -> str:
    """A text that begins with a capital, inside a sentence; abbreviations such as VIP keep theirs."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def capital(text: str) -> str:
    """A text with a capital letter first, all others as they are."""
    return text[:1].upper() + text[1:]


def segment(number: int) -> str:
    """A segment before it has a name: `Segment 3`, or `Not assigned` for customers who fit none."""
    return f"Segment {number}" if number else "Not assigned"


def segment_inline(number: float) -> str:
    """A segment inside a sentence."""
    return within(segment(int(number))) if number else "the group not assigned"


def isolated(label: str) -> str:
    """A label among other words; one written from right to left is fenced, so that what follows stays in its place."""
    turned = not label.isascii() and any(unicodedata.bidirectional(sign) in TURNING for sign in label)
    return f"\u2068{label}\u2069" if turned else label


def width(text: str) -> int:
    """How many letters' room a text takes: two for a wide sign of Asia or an emoji, none for a mark on another sign."""
    return sum(
        0 if unicodedata.category(sign) in ("Mn", "Me", "Cf") else 1 + (unicodedata.east_asian_width(sign) in "WF")
        for sign in text
    )


def cut(text: str, most: int) -> str:
    """A text that takes at most so many letters' room, ending in … where it would take more."""
    if width(text) <= most:
        return text
    room, kept = most - 1, ""
    for sign in text:
        room -= width(sign)
        if room < 0:
            break
        kept += sign
    return kept.rstrip(" \u200d") + "…"  # no sign that would join what was cut off


def number(value: float, digits: int = 3) -> str:
    """A number with as many digits as a reader can use: 12,345 · 123 · 12.3 · 0.123 · –."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    if float(value).is_integer():
        places = 0
    written = f"{abs(value):,.{places}f}"
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return f"−{written}" if value < 0 and written != "0" else written


def percent(share: float, places: int = 0) -> str:
    """A share as per cent: 0.123 becomes 12%; small shares keep their first digit."""
    if share is None or math.isnan(share):
        return "–"
    if 0 < abs(share) < 0.5 * 10 ** -(places + 2):
        return f"under {10**-places:.{places}f}%"
    return f"{100 * share:,.{places}f}%".replace("-", "−")


def clock(hours: float) -> str:
    """A time of the day: 9.39 hours are 9:23."""
    if hours is None or math.isnan(hours):
        return "–"
    minutes = round(60 * hours)
    return f"{minutes // 60}:{minutes % 60:02}"


def p_value(p: float) -> str:
    """A p-value, with the digits that it has."""
    return f"{p:.2f}" if p >= 0.1 else f"{p:.3f}".rstrip("0")


def money(value: float, currency: str) -> str:
    """An amount for a report: €1,234 · €12.30 · €0 · €1.20 million · CHF 1,234; in thousands (k€) €12.3k."""
    if value is None or math.isnan(value):
        return "–"
    size = abs(value)
    if in_thousands(currency):
        whole = not 0 < size < 999.95
        return money(1000 * value, currency[1:]) if whole else f"{_owed(value)}{before(currency[1:])}{number(size)}k"
    step, name = scale(size)
    if name:
        return f"{_owed(value)}{before(currency)}{_three(size / step)}{name}"
    if size < HALF_A_CENT:
        return f"{before(currency)}0"
    return f"{_owed(value)}{before(currency)}{size:,.{2 if size < 100 else 0}f}"


def to_the_cent(amount: float, currency: str) -> str:
    """An amount with its cents: −€1,234.50."""
    return f"{_owed(amount)}{before(currency)}{abs(amount):,.2f}"


def before(currency: str) -> str:
    """A currency as it stands before a number; its letters stand apart from the digits."""
    return f"{isolated(currency)}\u00a0" if currency[-1:].isalpha() else currency


def scale(size: float) -> tuple[float, str]:
    """The millions, or more, in which an amount of this size is told, and their name; nothing for smaller ones."""
    return next((step for step in STEPS if size >= LEAST * step[0]), (1.0, ""))


def about(value: float, currency: str | None = None) -> str:
    """An amount that nobody knows to the last digit, in three of them; a count where no currency is told."""
    value = float(f"{value:.3g}")
    if currency is not None:
        return money(value, currency)
    return "–" if math.isnan(value) else f"{value:,.0f}"


def ends(low: float, high: float, currency: str | None = None, joined: str = " to ") -> str:
    """Between what an amount or a count lies: €96,000 to €148,000 · €0.94 to €2.35 million."""
    first, last = about(low, currency), about(high, currency)
    if currency is not None and not in_thousands(currency):
        step, name = scale(float(f"{high:.3g}"))
        if name and low >= step / 10:
            first = before(currency) + _three(low / step)
    return first + joined + last


def _owed(value: float) -> str:
    return "−" if value < 0 else ""


def _three(size: float) -> str:
    """Three digits, but no more than two behind the point."""
    size = float(f"{size:.3g}")
    return f"{size:,.{max(0, min(2, 2 - math.floor(math.log10(size))))}f}"


def times(level: int) -> str:
    """How often something holds that holds so many per cent of the time: 8 times in 10 · 19 times in 20."""
    of = next(of for of in (10, 20, 100) if level * of % 100 == 0)
    return f"{level * of // 100} times in {of}"


def short(value: float) -> str:
    """An amount in a narrow cell: 950 · 12.3k · 1.2M · 3.4B."""
    sign, size = ("−" if round(value) < 0 else ""), abs(value)
    for step, letter in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")):
        if size >= 0.9995 * step:
            return f"{sign}{size / step:,.{0 if size >= 99.95 * step else 1}f}{letter}"
    return f"{sign}{size:,.0f}"


def few(value: float, currency: str | None = None) -> str:
    """A number or an amount on an axis, in few letters: €0 · 0.25 · €500 · 20k · €1.5M."""
    if abs(value) >= LEAST_SHORT and not in_thousands(currency or ""):
        return _owed(value) + before(currency or "") + SAYS_NOTHING.sub("", short(abs(value)))
    return SAYS_NOTHING.sub("", money(value, currency)) if currency else number(value)


def in_thousands(currency: str) -> bool:
    """Whether amounts are thousands: k€ or kEUR, but not kr."""
    return currency[:1] == "k" and len(currency) > 1 and not currency[1].islower()


def listed(items: Iterable[str], last: str = "and") -> str:
    """Join as prose: `a`, `a and b`, `a, b and c`."""
    parts = list(items)
    return f" {last} ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def span(days: int) -> str:
    """So many days ahead: `90 days`, `12 months`."""
    return "12 months" if days in DAYS_OF_A_YEAR else counted(days, "day")


def day(date: datetime.date) -> str:
    """A day in prose: `8 September 2011`."""
    return f"{date.day} {date:%B} {date.year}"


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """A count with its noun: `1 row`, `2,000 rows`."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def fewer_than(count: int, noun: str) -> str:
    """Fewer than so many: `fewer than 10 customers`, `no customers`."""
    return f"fewer than {counted(count, noun)}" if count > 1 else f"no {noun}s"


def deviations(difference: float) -> str:
    """How far from something, whichever way: `1 standard deviation`, `1.2 standard deviations`."""
    written = number(abs(difference), 2)
    return f"{written} standard deviation{'' if written == '1' else 's'}"


def are(count: int) -> str:
    """The verb after so many: `1 … is`, `2 … are`."""
    return "is" if count == 1 else "are"


def signed(value: float, places: int = 2) -> str:
    """A number with exactly so many decimals: −0.60; nothing is less than nothing."""
    return f"{value:z.{places}f}".replace("-", "−")


def unmarked(sentence: str) -> str:
    """A sentence of ours without the marks of bold type."""
    return sentence.replace("**", "")


def escaped(text: object) -> str:
    """Text from data, safe inside HTML and Markdown."""
    marks = {ord(mark): f"&#{ord(mark)};" for mark in "*_`[]|$\\#~\"'"}
    return html.escape(str(text), quote=False).translate(marks).replace("://", "&#58;//")

"""How numbers, days and lists are written for a reader: the one place for it."""

import datetime
import html
import math
import unicodedata
from collections.abc import Iterable

DAYS_OF_A_YEAR = (365, 366)
MILLION = " million"
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
    return f"{100 * share:.{places}f}%".replace("-", "−")


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
    """An amount for a report: €1,234 · €12.30 · €0 · €1.20 million; in thousands (k€) €12.3k."""
    if value is None or math.isnan(value):
        return "–"
    sign, size = ("−" if value < 0 else ""), abs(value)
    if in_thousands(currency):
        whole = not 0 < size < 999.95
        return money(1000 * value, currency[1:]) if whole else f"{sign}{currency[1:]}{number(size)}k"
    if size >= 999_950:
        return f"{sign}{currency}{size / 1e6:,.2f}{MILLION}"
    return f"{sign}{currency}{size:,.2f}" if 0 < size < 100 else f"{sign}{currency}{size:,.0f}"


def about(value: float, currency: str | None = None) -> str:
    """An amount that nobody knows to the last digit, in three of them; a count where no currency is told."""
    value = float(f"{value:.3g}")
    if currency is not None:
        return money(value, currency)
    return "–" if math.isnan(value) else f"{value:,.0f}"


def ends(low: float, high: float, currency: str | None = None, joined: str = " to ") -> str:
    """Between what an amount or a count lies: €96,000 to €148,000 · €0.94 to €2.35 million."""
    first, last = about(low, currency), about(high, currency)
    if last.endswith(MILLION) and low >= 1e5 and not in_thousands(currency):
        first = f"{currency}{low / 1e6:,.2f}"
    return first + joined + last


def times(level: int) -> str:
    """How often something holds that holds so many per cent of the time: 8 times in 10 · 19 times in 20."""
    of = next(of for of in (10, 20, 100) if level * of % 100 == 0)
    return f"{level * of // 100} times in {of}"


def short(value: float) -> str:
    """An amount in a narrow cell: 950 · 12.3k · 1.2M."""
    sign, size = ("−" if round(value) < 0 else ""), abs(value)
    for step, letter in ((1e6, "M"), (1e3, "k")):
        if size >= 0.9995 * step:
            return f"{sign}{size / step:,.{0 if size >= 99.95 * step else 1}f}{letter}"
    return f"{sign}{size:,.0f}"


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

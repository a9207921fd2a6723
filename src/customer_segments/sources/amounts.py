"""How amounts are written: among blanks, signs, currencies and thousands; what is written otherwise is none.

The patterns are read by Python (for the sample) and by DuckDB (for all cells).
"""

import re
from functools import cache

from customer_segments.sources.part import BLANKS

# ISO 4217, without metals and codes for tests.
CODES = """AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
    CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ
    GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL
    LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN
    PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD
    TZS UAH UGX USD USN UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG"""
SIGNS = {
    "$": "USD CAD AUD NZD SGD HKD MXN", "£": "GBP", "€": "EUR", "¥": "JPY CNY", "₹": "INR", "₽": "RUB", "₺": "TRY",
    "₩": "KRW", "₴": "UAH", "₪": "ILS", "₫": "VND", "₱": "PHP", "฿": "THB", "円": "JPY", "元": "CNY", "원": "KRW",
}  # fmt: skip
BEFORE, BEHIND = ("R$", "kr"), ("zł", "Kč", "kr", "Ft", "lei", "TL", "грн", "руб")  # as they are said at home
LARGEST = 1 << 53  # from here on not every whole number can be held

_GAP = f"[{BLANKS}\u2009]*"


def _marks(said: tuple[str, ...]) -> str:
    return f"(?:(?:[{''.join(SIGNS)}]|[A-Z]{{3}}|{'|'.join(map(re.escape, said))}){_GAP}){{0,2}}"


_HOME = (*BEFORE, *BEHIND)
_FIRST, _LAST = _marks(BEFORE), _marks(BEHIND)
_OTHERS = f"[^A-Z{''.join(sorted({*SIGNS, *''.join(_HOME)}))}]*"
_PAIRS = ((f"[{sign}]", f"(?:{'|'.join(codes.split())})") for sign, codes in SIGNS.items())
_CURRENCY = "|".join(
    [
        *CODES.split(),
        *map(re.escape, _HOME),
        *(f"{sign}(?:{_OTHERS}{code})?|{code}{_OTHERS}{sign}" for sign, code in _PAIRS),
    ]
)
# One currency at most, told once or by its sign and its code.
ONE_CURRENCY = f"{_OTHERS}(?:{_CURRENCY})?{_OTHERS}"
NEGATIVE = r"^[^0-9]*[-−(]|[0-9][^0-9.,]*[-−]"  # a minus right behind a decimal sign says that there are no cents


def pattern(thousands: str, decimal: str) -> str:
    """The pattern of an amount; a minus stands on either side, or brackets for it."""
    groups = "|".join(rf"(?:{sign}\d{{3}})+" for sign in (f"[{thousands}]", "[ \u00a0\u2007\u2009\u202f]", "['’]"))
    whole, part = rf"(?:[1-9]\d{{0,2}}(?:{groups})|\d+)", rf"[{decimal}]\d+"
    digits, no_cents = rf"(?:{whole}(?:{part})?|{part})", rf"(?:[{decimal}]|[.,](?:--|[-−–—]))"
    before = rf"{_FIRST}(?:[-+−]{_GAP})?{_FIRST}(?:{digits}|{whole}{no_cents}){_GAP}{_LAST}"
    behind = rf"{_FIRST}{digits}{_GAP}{_LAST}[-−]{_GAP}{_LAST}"
    brackets = rf"{_FIRST}\({_GAP}{_FIRST}{digits}{_GAP}{_LAST}\){_GAP}{_LAST}"
    return f"{_GAP}(?:{before}|{behind}|{brackets})"


WITH_POINT, WITH_COMMA = pattern(",", "."), pattern(".", ",")
_POWER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)[eE][-+]?\d+", re.ASCII)
_PLAIN = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)  # as most are written


def is_number(text: str) -> bool:
    return bool(_PLAIN.fullmatch(text) or _is_amount(text) or _POWER.fullmatch(text))


def _is_amount(text: str) -> bool:
    amount, currency = _patterns()
    return bool(amount.fullmatch(text) and currency.fullmatch(text))


@cache
def _patterns() -> tuple[re.Pattern, re.Pattern]:
    """Read when the first text wants it, since they are long."""
    return re.compile(rf"{WITH_POINT}|{WITH_COMMA}", re.ASCII), re.compile(ONE_CURRENCY)

"""Cells: numbers, times, texts and ids, as businesses write them and as they should not."""

from __future__ import annotations

from tests.malformed.cases import Refused, Result, customers, day, days, lines, number

# ── numbers: no value means unreadable ──
number("number: as usual", "2.50", 2.5)
number("number: thousands", "1,234.50", 1234.5)
number("number: thousands without decimals", "1,234,567", 1234567.0)
number("number: a euro in front", "€9.50", 9.5)
number("number: a pound in front", "£1,009.50", 1009.5)
number("number: a euro behind", "9.50 €", 9.5)
number("number: a code in front", "EUR 9.50", 9.5)
number("number: a rupee", "₹9.50", 9.5)
number("number: in brackets as accountants write", "(12.50)", -12.5)
number("number: a minus behind", "12.50-", -12.5)
number("number: the typographic minus", "−12.50", -12.5)
number("number: a minus and a currency", "-€12.50", -12.5)
number("number: a plus", "+5", 5.0)
number("number: negative zero", "-0", 0.0)
number("number: with an exponent", "1.5e3", 1500.0)
number("number: non-breaking thousands", "1\u00a0234.50", 1234.5)
number("number: narrow thousands", "1\u202f234.50", 1234.5)
number("number: blank thousands", "1 234.50", 1234.5)
number("number: apostrophes as in Switzerland", "1'234.50", 1234.5)
number("number: zeros in front", "0009.50", 9.5)
number("number: no digit before the point", ".5", 0.5)
number("number: no digit behind the point", "5.", 5.0)
number("number: thirty digits", "1" + "0" * 30)
for written in ("1e400", "-1e400", "inf", "-Infinity"):
    number(f"number: {written}", written)
for written in (
    "0x10",
    "0b1",
    "abc",
    "1,2,3",
    "1.2.3",
    "--5",
    "5--",
    "(5",
    "five",
    "9.50 or so",
    "=1+1",
    "1/2",
    "2024-01-05",
):
    number(f"number: {written}", written)
number("number: 400 digits", "9" * 400)
for name, written, value in (
    ("NaN", "NaN", None), ("nothing", "", None), ("a dash", "-", None), ("n/a", "n/a", None), ("null", "NULL", None),
    ("an Excel error", "#N/A", None),
):  # fmt: skip
    number(f"number: {name}", written, value)
HONEST = (
    ("1_000", "1_000", 1000.0), ("full-width digits", "１２.５", 12.5), ("Arabic digits", "١٢", 12.0),
    ("per cent", "12%", 0.12), ("a fraction", "½", 0.5), ("a unit", "9.50 each", 9.5),
    ("an Excel text mark", "'9.50", 9.5),
    ("a division by zero", "#DIV/0!", None), ("a zero-width space", "9\u200b.50", 9.5), ("two signs", "-(5)", 5.0),
    ("a superscript", "9⁵", None), ("thousands amiss", "12,34", None), ("a decimal comma among points", "2,5", 2.5),
)  # fmt: skip
for name, written, value in HONEST:
    lines(f"number: {name}", "unit_price", ["9.5", written, "1.25", "3", "12.95"],
          Result(5, honest={(2, "unit_price"): value}))  # fmt: skip
PRICES = {(1, "unit_price"): 9.5, (2, "unit_price"): 1234.5, (3, "unit_price"): -3.25}
lines("decimal commas", "unit_price", ["9,50", "1.234,50", "-3,25"], Result(3, cells=PRICES), delimiter=";")
lines("decimal commas in quotes", "unit_price", ["9,50", "1.234,50", "-3,25"], Result(3, cells=PRICES))
lines(
    "decimal commas with euros",
    "unit_price",
    ["9,50 €", "1.234,50 €", "-3,25 €"],
    Result(3, cells=PRICES),
    delimiter=";",
)
lines(
    "decimal sign set by hand",
    "unit_price",
    ["9,500", "1.234,500", "-3,250"],
    Result(3, cells=PRICES),
    delimiter=";",
    settings={"formats": {"transactions": {"decimal": ","}}},
)
lines("no number in the whole column", "quantity", ["x", "y", "z"],
      Result(3, unreadable={1: "quantity", 2: "quantity", 3: "quantity"}), Refused(("quantity",)))  # fmt: skip
lines(
    "a needed column without cells",
    "quantity",
    ["", "", ""],
    Result(3, cells={(1, "quantity"): None}),
    Refused(("quantity",)),
)

# ── times: no value means unreadable ──
MORNING = "2024-01-05 10:00"
day("day: ISO without a clock", "2024-02-29", "2024-02-29")
day("day: ISO with a T", "2024-01-05T10:00:00", MORNING)
day("day: Z for Greenwich", "2024-01-05T10:00:00Z", MORNING)
day("day: a zone", "2024-01-05T10:00:00+02:00", MORNING, "2024-01-05 08:00")
day("day: parts of a second", "2024-01-05 10:00:00.250", "2024-01-05 10:00:00.250000")
for written in (
    "31/02/2024", "2023-02-29", "2024-13-01", "2024-00-10", "0000-00-00", "0001-01-01", "9999-12-31", "1066-10-14",
    "2024-01-05 25:00:00", "yesterday", "32.01.2024", "=TODAY()", "5", "2024",
):  # fmt: skip
    day(f"day: {written}", written)
day("day: 1900", "1900-01-01", "1900-01-01")
day("day: 2100", "2100-12-31", "2100-12-31")
EUROPEAN = "25/12/2024 10:00"
day("day: 31/02 among days first", "31/02/2024 10:00", usual=EUROPEAN)
day("day: 00/00 among days first", "00/00/0000 00:00", usual=EUROPEAN)
day("day: year 0024 among days first", "05/01/0024 10:00", usual=EUROPEAN)
day("day: ISO among days first", "2024-01-05 10:00:00", MORNING, usual=EUROPEAN)
day("day: a dash among slashes", "05-01-2024 10:00", MORNING, usual=EUROPEAN)
day("day: month first among days first", "12/31/2024 10:00", usual=EUROPEAN)
days("days first", ["25/12/2024 10:00", "05/01/2024 09:30"], ["2024-12-25 10:00", "2024-01-05 09:30"])
days("days first with points", ["25.12.2024 10:00", "5.1.2024 09:30"], ["2024-12-25 10:00", "2024-01-05 09:30"])
days("days first with dashes", ["25-12-2024", "05-01-2024"], ["2024-12-25", "2024-01-05"])
days("months first", ["12/25/2024 10:00", "01/05/2024 09:30"], ["2024-12-25 10:00", "2024-01-05 09:30"])
days("day or month first: day", ["05/01/2024", "06/02/2024"], ["2024-01-05", "2024-02-06"])
days("day or month first: set to month", ["05/01/2024", "06/02/2024"], ["2024-05-01", "2024-06-02"],
     settings={"formats": {"transactions": {"day_first": False}}})  # fmt: skip
days("days first, seen late", ["05/01/2024"] * 30 + ["25/01/2024"], ["2024-01-05"] * 30 + ["2024-01-25"])
days("months first, seen late", ["01/05/2024"] * 30 + ["01/25/2024"], ["2024-01-05"] * 30 + ["2024-01-25"])
days("two-digit years", ["25/12/24", "05/01/25"], ["2024-12-25", "2025-01-05"])
days("two-digit years with a clock", ["25.12.24 10:00", "05.01.25 09:30"], ["2024-12-25 10:00", "2025-01-05 09:30"])
days("morning and afternoon", ["12/25/2024 10:00 AM", "01/05/2024 09:30 PM"], ["2024-12-25 10:00", "2024-01-05 21:30"])
days("compact", ["20241225", "20240105"], ["2024-12-25", "2024-01-05"])
days("months in words", ["25 Dec 2024", "5 Jan 2024"], ["2024-12-25", "2024-01-05"])
days("months in words first", ["Dec 25, 2024", "Jan 5, 2024"], ["2024-12-25", "2024-01-05"])
days("days of a spreadsheet", ["45296", "45651.5"], ["2024-01-05", "2024-12-25 12:00"])
days("seconds of Unix", ["1704448800", "1735120800"], ["2024-01-05 10:00", "2024-12-25 10:00"])
days("milliseconds of Unix", ["1704448800000", "1735120800000"], ["2024-01-05 10:00", "2024-12-25 10:00"])
days("many ways in one column", ["2024-01-05 10:00", "25/12/2024 10:00", "5 Jan 2024", "20240105"],
     [MORNING, "2024-12-25 10:00", "2024-01-05", "2024-01-05"])  # fmt: skip
lines("no time in the whole column", "ordered_at", ["x", "y"], Result(2, unreadable={1: "ordered_at", 2: "ordered_at"}),
      Refused(("ordered_at",)))  # fmt: skip
customers("a day in a customers table", "customer_id,signed_up_on\na,31/02/2024\nb,25/12/2024\n",
          Result(2, unreadable={1: "signed_up_on"}))  # fmt: skip
customers("a flag that is none", "customer_id,active\na,yes\nb,perhaps\nc,no\n",
          Result(3, cells={(1, "active"): True, (3, "active"): False}, unreadable={2: "active"}))  # fmt: skip
customers("an age in words", "customer_id,age\na,20\nb,thirty\nc,40\n", Result(3, unreadable={2: "age"}))
customers(
    "an attribute that is a number but once",
    "customer_id,points\na,1\nb,2\nc,x\nd,4\n",
    Result(4, cells={(3, "points"): "x", (1, "points"): "1"}),
    Result(4, cells={(1, "points"): 1.0}, unreadable={3: "points"}),
)

# ── texts are kept to the letter ──
TEXTS = {
    "a formula": "=cmd|' /C calc'!A0",
    "a formula with a plus": "+1-1",
    "a formula with an at": "@SUM(1+1)*cmd",
    "a formula with a minus": "-2+3",
    "a tag": "<b>Cup</b>",
    "a script": "<script>alert('x')</script>",
    "an image that runs": '<img src=x onerror="alert(1)">',
    "Markdown": "[cup](javascript:alert(1)) **bold** `x` $y$",
    "a template": "{{ 7 * 7 }} ${7*7} {% raw %}",
    "a path": "../../../../etc/passwd",
    "a Windows path": "..\\..\\boot.ini",
    "SQL": "'; DROP TABLE lines; --",
    "emoji": "☕️ 👩‍👩‍👧 🇨🇭",
    "right to left": "كوب \u202egnihtyreve\u202c",
    "letters with marks": "Z̸a̷l̴g̵o̶",
    "Chinese": "杯子",
    "a null in words": "null and void",
    "a format string": "%s %n {0} \\x00",
    "a tab": "a\tb",
    "a backslash": "a\\",
    "quotes": 'the "cup"',
    "ten thousand letters": "x" * 10_000,
    "a zero-width joiner": "a\u200db",
}
for name, written in TEXTS.items():
    lines(f"text: {name}", "product", ["cup", written, "pot"],
          Result(3, cells={(2, "product"): written}))  # fmt: skip

# ── ids ──
IDS = {
    "zeros in front": ("00017", "00017"),
    "capitals": ("C1", "C1"),
    "twenty digits": ("12345678901234567890",) * 2,
    "like an exponent": ("1E5", "1E5"),
    "like a day": ("2024-01-05", "2024-01-05"),
    "blanks around": ("  c9  ", "c9"),
    "blanks within": ("c 9", "c 9"),
    "a comma": ("c,9", "c,9"),
    "like a flag": ("true", "true"),
    "non-breaking blanks": ("\u00a0c9\u00a0", "c9"),
    "5,000 letters": ("k" * 5000,) * 2,
    "an e-mail": ("anne@example.org",) * 2,
    "a formula": ("=1+1", "=1+1"),
    "a right-to-left mark behind": ("c9\u200f", "c9"),
    "a zero-width space in front": ("\u200bc9", "c9"),
}
for name, (written, kept) in IDS.items():
    lines(f"id: {name}", "customer_id", ["c1", written, "c3"], Result(3, cells={(2, "customer_id"): kept}))
lines("id: a zero-width space within", "customer_id", ["c1", "c\u200b9", "c3"],
      Result(3, cells={(2, "customer_id"): {"c9", "c\u200b9"}}))  # fmt: skip
lines("id: zeros and no zeros are two", "customer_id", ["17", "017", "0017"],
      Result(3, cells={(1, "customer_id"): "17", (2, "customer_id"): "017", (3, "customer_id"): "0017"}))  # fmt: skip
lines(
    "id: small and capital are two",
    "customer_id",
    ["ab", "AB"],
    Result(2, cells={(1, "customer_id"): "ab", (2, "customer_id"): "AB"}),
)
lines("id: 17850.0", "customer_id", ["17850.0", "17851.0", "17852.0", ""],
      Result(4, cells={(1, "customer_id"): "17850", (4, "customer_id"): None}))  # fmt: skip
lines("id: one with .0 among others", "customer_id", ["a.0", "b", "3.0", "c", "d", "e"],
      Result(6, cells={(1, "customer_id"): "a.0", (3, "customer_id"): "3.0"}))  # fmt: skip
lines("id: missing in every way", "customer_id", ["c1", "", "   ", "NULL", "NaN", "#N/A"],
      Result(6, cells={(row, "customer_id"): None for row in range(2, 7)}))  # fmt: skip
lines("id: missing in all rows", "customer_id", ["", "", ""], Result(3), Refused(("customer_id",)))

"""Amounts and dates one by one, each among usual cells: the value a careful clerk would enter, or rejected."""

from __future__ import annotations

from datetime import datetime
from functools import cache

import pytest

from customer_segments.base import engine
from customer_segments.base.params import Format
from customer_segments.sources import files, tables

REJECTED = "rejected"
COLUMNS = ("invoice_id", "product", "quantity", "unit_price", "ordered_at", "customer_id")

# Usual cells around the odd one: the column and what stands above and below.
AMONG = {
    "point": ("unit_price", "9.50", "12.25"),
    "comma": ("unit_price", "9,50", "12,25"),
    "iso": ("ordered_at", "2024-12-25 10:00:00", "2024-11-30 18:45:00"),
    "day": ("ordered_at", "25/12/2024 10:00", "30/11/2024 18:45"),
    "month": ("ordered_at", "12/25/2024 10:00", "11/30/2024 18:45"),
    "dots": ("ordered_at", "25.12.24", "30.11.24"),
    "compact": ("ordered_at", "20241225", "20241130"),
    "words": ("ordered_at", "25 Dec 2024", "30 Nov 2024"),
    "words first": ("ordered_at", "Dec 25, 2024", "Nov 30, 2024"),
    "half days": ("ordered_at", "12/25/2024 10:00 AM", "11/30/2024 06:45 PM"),
    "spreadsheet": ("ordered_at", "45651", "45626.5"),
    "seconds": ("ordered_at", "1735120800", "1732992300"),
}

AMOUNTS: dict[str, dict[str, float | str | None]] = {
    "point": {
        # signs
        "-5": -5, "+5": 5, "−5": -5, "5-": -5, "5.25-": -5.25, "(5.25)": -5.25, "( 5.25 )": -5.25, "- 5": -5, "-0": 0,
        "+-5": REJECTED, "-+5": REJECTED, "--5": REJECTED, "5--": REJECTED, "-5-": REJECTED, "(-5)": REJECTED,
        "(5": REJECTED, "5)": REJECTED, "((5))": REJECTED, "5+": REJECTED, "±5": REJECTED, " +-5": REJECTED,
        # price tags: a dash says that there are no cents
        "5.-": 5, "5.--": 5, "CHF 19.-": 19, "CHF 1'234.-": 1234, "5.–": 5, "5.—": 5, "-5.-": -5, "5,-": 5,
        "5.50.-": REJECTED, "5.50,-": REJECTED, ".5.-": REJECTED, "5. -": REJECTED, "5.USD-": REJECTED,
        "(5.)": REJECTED,
        "5.-6": REJECTED, "5.---": REJECTED,
        # currencies
        "$5": 5, "5 €": 5, "5€": 5, "-$5": -5, "$-5": -5, "($5.00)": -5, "$(5.00)": -5, "USD 5": 5, "5 USD": 5,
        "USD5": 5, "5USD-": -5, "$5.00 USD": 5, "CHF\u00a05": 5, "₹1,234.50": 1234.5, "JPY -500": -500,
        "USD 5 EUR": REJECTED, "USD USD 5": REJECTED, "€5 USD": REJECTED, "£5£": REJECTED, "5€30": REJECTED,
        "2£50": REJECTED, "5 kr": 5, "5 Kč": 5, "-5 zł": -5, "₺5": 5, "kr 5 zł": REJECTED, "5 kr zł": REJECTED,
        "5 km": REJECTED, "5 MIO": REJECTED, "5 TSD": REJECTED, "5 MRD": REJECTED, "5 PCT": REJECTED,
        "5 BPS": REJECTED, "NEG 5": REJECTED, "MAX 5": REJECTED, "QTY 5": REJECTED, "5 DEC": REJECTED,
        "5 PCS": REJECTED,
        "JAN 5": REJECTED, "5 USDEUR": REJECTED, "50¢": REJECTED, "€": REJECTED, "USD": REJECTED, "5 usd": REJECTED,
        "1 USD 5": REJECTED,
        # thousands
        "1,234": 1234, "1,234.50": 1234.5, "1,234,567": 1234567, "1 234": 1234, "1\u00a0234.5": 1234.5, "1'234": 1234,
        "1\u202f234\u202f567": 1234567, "1\u2009234": 1234, "1’234’567.8": 1234567.8, "12 345": 12345,
        "999,999": 999999,
        "1 2": REJECTED, "12 34": REJECTED, "1 23": REJECTED, "1234 567": REJECTED, "5\u00a06": REJECTED,
        "5\t600": REJECTED, "1\n500": REJECTED, "6'2": REJECTED, "12'34": REJECTED, "1’5": REJECTED, "1,2,3": REJECTED,
        "1,23": REJECTED, "1,,234": REJECTED, "1,234,56": REJECTED, "1'234,567": REJECTED, "1  234": REJECTED,
        "0,123": REJECTED, "0 500": REJECTED, "00,123": REJECTED, "1,234 567": REJECTED, "1 234'567": REJECTED,
        "1.234.567": REJECTED, "1.2.3": REJECTED, "1,23,456.78": REJECTED, "1_000": REJECTED, "1_2": REJECTED,
        "1.234,50": 1234.5, "1,50": REJECTED, "1 234 5": REJECTED, "1,234'": REJECTED,
        # how large, how exact
        "9007199254740991": 9007199254740991, "9007199254740992": REJECTED, "9007199254740993": REJECTED,
        "-9007199254740993": REJECTED, "12345678901234567890.12": REJECTED, "1e16": REJECTED, "1e400": REJECTED,
        "9,007,199,254,740,993": REJECTED, "1" + "0" * 30: REJECTED, "inf": REJECTED, "-Infinity": REJECTED,
        "1e3": 1000, "1.5E+3": 1500, "2.5e-1": 0.25, " 1e3": 1000, "1e": REJECTED, "e5": REJECTED, "1e5e5": REJECTED,
        "1e2.5": REJECTED, "0x10": REJECTED, "0b11": REJECTED, "1d5": REJECTED,
        # other scripts, other things
        "٣": REJECTED, "１２": REJECTED, "५": REJECTED, "½": REJECTED, "1½": REJECTED, "1/2": REJECTED, "5²": REJECTED,
        "10%": REJECTED, "10 %": REJECTED, "5‰": REJECTED, "5k": REJECTED, "5M": REJECTED, "~5": REJECTED,
        "<5": REJECTED,
        "5 x 2": REJECTED, "5-6": REJECTED, "5 - 6": REJECTED, "5:30": REJECTED, "=1+1": REJECTED, "#5": REJECTED,
        ".": REJECTED, ",": REJECTED, "+": REJECTED, "()": REJECTED, "-.": REJECTED, "..5": REJECTED, "5..": REJECTED,
        "TBD": REJECTED, "true": REJECTED, "2024-01-05": REJECTED, "5; 6": REJECTED, "'5'": REJECTED,
        ".5": 0.5, "5.": 5, "-.5": -0.5, "0009.50": 9.5, "  7.5  ": 7.5, "\u00a07.5\u200b": 7.5, "\ufeff5": 5,
        "n/a": None, "-": None, "NaN": None, "": None, "#N/A": None,
    },
    "comma": {
        "1234,5": 1234.5, "1.234,50": 1234.5, "12.345.678,90": 12345678.9, "5,00 €": 5, "EUR 5,00": 5, "1.234": 1234,
        "1,234": 1.234, "1'234,50": 1234.5, "1 234,50": 1234.5, "5,25-": -5.25, "-5,25 €": -5.25, "5,25- EUR": -5.25,
        "5,-": 5, "5,--": 5, "5,– €": 5, "CHF 1.234,-": 1234, "5.-": 5, "-5,-": -5, "(5,25)": -5.25, "1,5e3": 1500,
        "0.123": 0.123, "1.50": 1.5, ",5": 0.5, "5,": 5, "−1.234,5": -1234.5, "+5,5": 5.5, "1.234.567": 1234567,
        "1,2,3": REJECTED, "1,234,567": REJECTED, "1.23,4": REJECTED, "1.2.3": REJECTED, "1 2": REJECTED,
        "6'2": REJECTED, "5,-6": REJECTED, "1,234.50": 1234.5, "12,5%": REJECTED, "+-5,5": REJECTED,
        "5,5 TSD": REJECTED, "1.234.56": REJECTED, "5€30": REJECTED, "1_2,5": REJECTED, "0.123,5": REJECTED,
        "9007199254740993,0": REJECTED, "1.234,5.6": REJECTED, "5,5,": REJECTED, "-+5,5": REJECTED, "R$ 5,00": 5,
        "5,50 zł": 5.5,
        "inf": REJECTED,
    },
}  # fmt: skip

DATES: dict[str, dict[str, str | None]] = {
    "iso": {
        "2024-01-05": "2024-01-05", "2024-01-05T10:00": "2024-01-05T10:00", "2024-1-5": "2024-01-05",
        "2024/01/05": "2024-01-05", "2024-01-05 10:00:00.250": "2024-01-05T10:00:00.250", "2024-02-29": "2024-02-29",
        "2024-01-05 10:00:00.1234567": "2024-01-05T10:00:00.123456", "20240105": "2024-01-05",
        "2024.01.05": "2024-01-05", "1900-01-01": "1900-01-01", "1970-01-01": "1970-01-01", "2100-12-31": "2100-12-31",
        "2024-01-05 24:00:00": "2024-01-06", "2024-01-05 10:00 PM": "2024-01-05T22:00", " 2024-01-05 ": "2024-01-05",
        "2024-01-05 12:30 AM": "2024-01-05T00:30", "5 Jan 2024": "2024-01-05", "NaT": None, "": None,
        "infinity": REJECTED, "-infinity": REJECTED, "epoch": REJECTED, " epoch": REJECTED, "Infinity": REJECTED,
        "now": REJECTED, "today": REJECTED, "24-01-05": REJECTED, "24/01/05": REJECTED, "31-12-24": REJECTED,
        "24-1-5": REJECTED, "2024-02-30": REJECTED, "2023-02-29": REJECTED, "1900-02-29": REJECTED,
        "2024-13-01": REJECTED, "2024-00-10": REJECTED, "0000-00-00": REJECTED, "0000-01-01": REJECTED,
        "0001-01-01": REJECTED, "9999-12-31": REJECTED, "1899-12-30": REJECTED, "2101-01-01": REJECTED,
        "12024-01-05": REJECTED, "+2024-01-05": REJECTED, "-2024-01-05": REJECTED, "2024-01-05 (BC)": REJECTED,
        "2024-01-05 23:59:60": REJECTED, "2024-01-05 25:00:00": REJECTED, "2024-01-05 10:60:00": REJECTED,
        "2024-01-05 13:00 PM": REJECTED, "2024-01-05 24:01:00": REJECTED, "2024-W05-1": REJECTED, "2024-366": REJECTED,
        "2024-01": REJECTED, "2024": REJECTED, "5": REJECTED, "1e9": REJECTED, "45296": REJECTED, "10:00": REJECTED,
        "2024-01-05/2024-01-06": REJECTED, "2024-01-05 - 2024-01-06": REJECTED, "2024-01-05?": REJECTED,
        "２０２４-01-05": REJECTED, "٢٠٢٤-٠١-٠٥": REJECTED, "2024–01–05": REJECTED, "2024年1月5日": "2024-01-05",
        "2024年01-05": REJECTED, "2024年13月5日": REJECTED, "Fri, 5 Jan 2024": "2024-01-05", "2024.1.5.": "2024-01-05",
        "2024010510": REJECTED, "2024105": REJECTED, "2024-01-05x": REJECTED, "2024-01-05 10:00:00 BC": REJECTED,
        "2024-01-05 10:00:00 10:00:00": REJECTED, "2024--01-05": REJECTED, "31.12.24 8 Uhr": REJECTED,
        # offsets from UTC: the clock on the shop's wall counts
        "2024-01-05T10:00:00Z": "2024-01-05T10:00", "2024-01-05T10:00:00+02:00": "2024-01-05T10:00",
        "2024-01-05 10:00:00-08": "2024-01-05T10:00", "2024-01-05 10:00:00 +0530": "2024-01-05T10:00",
        "2024-01-05 10:00:00 UTC": "2024-01-05T10:00", "2024-01-05T00:30:00.5+14:00": "2024-01-05T00:30:00.5",
        "2024-01-05T10:00:00-00:00": "2024-01-05T10:00", "2024-01-05T10:00:00Z ": "2024-01-05T10:00",
        "2024-01-05T10:00:00+99:00": REJECTED, "2024-01-05T10:00:00+14:30": REJECTED,
        "2024-01-05T10:00:00-13:00": REJECTED, "2024-01-05T10:00:00+02:60": REJECTED,
        "2024-01-05T10:00:00+02:00:30": REJECTED, "2024-01-05T10:00:00+2": REJECTED,
        "2024-01-05 10:00:00 EST": REJECTED, "2024-01-05 10:00:00 Europe/Berlin": REJECTED,
        "2024-01-05T10:00:00+02:00[Europe/Paris]": REJECTED, "2024-01-05T10:00:00+02:00Z": REJECTED,
        "2024-01-05T10:00:00ZZ": REJECTED, "2024-01-05T10:00:0ZZ": REJECTED, "2024-01-05T10:00:3Z+02:00": REJECTED,
        "2024-01-05 10:00:3": REJECTED, "2024-01-05 10:3": REJECTED, "2024-01-05 020:30": REJECTED,
        "2024-01-05 10:00:": REJECTED, "2024-01-05 10:00:3 ": REJECTED, "2024-01-05T10:00:0Z": REJECTED,
    },
    "day": {
        "05/01/2024 10:00": "2024-01-05T10:00", "5/1/2024 9:05": "2024-01-05T09:05",
        "05/01/24 10:00": "2024-01-05T10:00",
        "29/02/2024 00:00": "2024-02-29", "05.01.2024": "2024-01-05", "2024-01-05 10:00:00": "2024-01-05T10:00",
        "05/01/2024 12:30 AM": "2024-01-05T00:30", "05/01/2024 01:30pm": "2024-01-05T13:30",
        "05/01/2024 10:00 +02:00": "2024-01-05T10:00", "05/01/2024 10:00-0800": "2024-01-05T10:00",
        "05/01/2024 10:00Z": "2024-01-05T10:00", "05/01/2024 10:00 AM UTC": "2024-01-05T10:00",
        "05/01/2024 10:00+99": REJECTED, "05/01/2024 10:00 +15:00": REJECTED,
        "infinity": REJECTED, "-infinity": REJECTED, "epoch": REJECTED, " infinity ": REJECTED, "now": REJECTED,
        "12/31/2024 10:00": REJECTED, "12/31/24": REJECTED, "29/02/2023 10:00": REJECTED, "31/04/2024": REJECTED,
        "00/00/0000": REJECTED, "05/01/0024 10:00": REJECTED, "05/01/024": REJECTED, "05/01/4": REJECTED,
        "05/01/20244": REJECTED, "5/1": REJECTED, "05/01/2024 24:01": REJECTED, "05/01/2024 13:30 PM": REJECTED,
        "05/01/2024 00:30 PM": REJECTED, "05/01/2024 10:00 XM": REJECTED, "05/01/2024 10h30": REJECTED,
        "05/01/2024 10:00:60": REJECTED, "05//01/2024": REJECTED, "05/01/2024;06/01/2024": REJECTED,
        "05/01/2024 10:00 p.m.": REJECTED, "32/01/2024": REJECTED, "05/13/2O24": REJECTED, "1 2": REJECTED,
        "05/01/2024 10:3": REJECTED, "05/01/2024 10:3 AM": REJECTED,
    },
    "month": {
        "01/05/2024 10:00": "2024-01-05T10:00", "12/31/24": "2024-12-31", "1/5/24 9:05": "2024-01-05T09:05",
        "01/05/2024 12:30 PM": "2024-01-05T12:30", "02/30/2024": REJECTED, "31/12/2024 10:00": REJECTED,
        "epoch": REJECTED, "13/13/2024": REJECTED, "01/05/2024 24:01": REJECTED, "01/05/5": REJECTED,
    },
    "dots": {
        "05.01.24": "2024-01-05", "5.1.24": "2024-01-05", "05.01.2024": "2024-01-05",
        "05.01.24 08:30": "2024-01-05T08:30",
        "31.12.24 8 Uhr": REJECTED, "05.01.4": REJECTED, "05.01.": REJECTED, "2024-01-05": "2024-01-05",
        "epoch": REJECTED, "05.13.24": REJECTED, "29.02.23": REJECTED, "05.01.024": REJECTED, "5.1.4": REJECTED,
        "05.01.4\n10:00": REJECTED, "05.01.24 8:5": REJECTED,
    },
    "compact": {
        "20240105": "2024-01-05", "20240105100000": "2024-01-05T10:00", " 20240105": "2024-01-05",
        "2024105": REJECTED, "2024015": REJECTED, "240105": REJECTED, "20241305": REJECTED, "20240230": REJECTED,
        "2024010510": REJECTED, "2024010510000": REJECTED, "202401051": REJECTED, "epoch": REJECTED,
        "00000000": REJECTED, "99991231": REJECTED, "2024105 ": REJECTED, " 2024105": REJECTED,
        "2024010510230 ": REJECTED,
    },
    "words": {
        "5 Jan 2024": "2024-01-05", "05 JAN 2024": "2024-01-05", "5 January 2024": "2024-01-05",
        "5-Jan-2024": "2024-01-05", "5 Jan 24": "2024-01-05", "32 Jan 2024": REJECTED, "30 Feb 2024": REJECTED,
        "5 Foo 2024": REJECTED, "5 Janx 2024": REJECTED, "infinity": REJECTED, "5th Jan 2024": REJECTED,
        "5 Jan 4": REJECTED, "Jan 2024": REJECTED,
    },
    "words first": {
        "Jan 5, 2024": "2024-01-05", "January 5, 2024": "2024-01-05", "Jan 5 2024": "2024-01-05",
        "infinity": REJECTED, "epoch": REJECTED, "Feb 30, 2024": REJECTED, "Jan 32, 2024": REJECTED,
    },
    "half days": {
        "01/05/2024 12:00 AM": "2024-01-05", "01/05/2024 12:00 pm": "2024-01-05T12:00",
        "01/05/2024 1:05PM": "2024-01-05T13:05",
        "01/05/2024 13:05 PM": REJECTED, "01/05/2024 0:05 AM": REJECTED, "01/05/2024 1:05 P": REJECTED,
        "01/05/2024 1:05 A.M.": REJECTED, "01/05/2024 PM 1:05": REJECTED, "01/05/2024 13:05": "2024-01-05T13:05",
    },
    "spreadsheet": {
        "45296": "2024-01-05", "45296.75": "2024-01-05T18:00", "1": REJECTED, "-45296": REJECTED,
        "1704448800": REJECTED,
        "4.5296e4": REJECTED, "45_296": REJECTED, "45,296": REJECTED, "inf": REJECTED, "epoch": REJECTED,
    },
    "seconds": {
        "1704448800": "2024-01-05T10:00", "1704448800.5": "2024-01-05T10:00:00.5", "1704448800000": REJECTED,
        "1.70445E+09": REJECTED, "0": REJECTED, "1_704_448_800": REJECTED,
    },
}  # fmt: skip

CASES = [
    pytest.param(among, written, right, id=f"{among}: {written[:40]!r}")
    for table in (AMOUNTS, DATES)
    for among, literals in table.items()
    for written, right in literals.items()
]


@pytest.fixture(scope="module")
def connection():
    return engine.connect().con


@pytest.fixture(scope="module")
def usual(connection, tmp_path_factory):
    """The cells without the odd one, as collected: the same for all that stand among them."""

    @cache
    def among(*usual):
        return collected(connection, tmp_path_factory.mktemp("usual"), *usual)[0]

    return among


def collected(connection, folder, name, delimiter, *written):
    """The cells of one column as collected, and what of them is told to be unreadable."""
    plain = dict(zip(COLUMNS, ("A", "cup", "2", "9", "2024-01-05", "c"), strict=True))
    rows = [
        delimiter.join('"' + cell.replace('"', '""') + '"' for cell in (plain | {name: w}).values()) for w in written
    ]
    path = folder / "lines.csv"
    path.write_text("\n".join([delimiter.join(COLUMNS), *rows, ""]), encoding="utf-8", newline="")
    parts = files.read("lines.csv", Format(), folder, folder)
    found = tables.write_table(connection, "transactions", parts, {}, Format(), folder / "lines.parquet")
    query = f"SELECT {name}, unreadable FROM '{folder / 'lines.parquet'}' ORDER BY row"
    return connection.execute(query).fetchall(), found.account["writing"]


@pytest.mark.parametrize(("among", "written", "right"), CASES)
def test_a_literal_is_read_as_a_careful_clerk_would_or_rejected(connection, usual, tmp_path, among, written, right):
    name, above, *below = AMONG[among]
    below *= 11  # a count of days is known as one where nearly all cells can be one
    delimiter = ";" if among == "comma" else ","
    (first, (value, told), *others), _ = collected(connection, tmp_path, name, delimiter, above, written, *below)
    assert [first, *others] == usual(name, delimiter, above, *below)
    if right == REJECTED:
        assert value is None
        assert told.startswith(f"{name}: ")
    elif right is not None:
        assert value == (datetime.fromisoformat(right) if isinstance(right, str) else right)
        assert told is None
    else:
        assert (value, told) == (None, None)

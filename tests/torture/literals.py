"""Amounts and dates as people, programs and spreadsheets write them, each with what is right, found by hand.

One odd cell stands among usual ones. What is right is a value, or that the cell is reported as unreadable; its
neighbours must come out as they would without it.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

import pandas as pd
import studies
from collected import UNREADABLE, account, expect_every_row_once, raw
from trial import Case, Trial

WHAT = "amounts and dates, each with its right value or reported as unreadable: no silent surprise"
REJECTED, MISSING = "reported as unreadable", "missing"


class Literal(NamedTuple):
    """A cell as it is written, the column it stands in, and everything that may be made of it."""

    written: str
    context: str
    right: tuple[Any, ...]


# Which cells stand around it: the column, the delimiter, and usual cells with their values.
DAYS = ("2024-12-25T10:00", "2024-01-13T09:30", "2024-11-30T18:45")
CONTEXTS: dict[str, tuple[str, str, list[str], list[Any]]] = {
    "point": ("unit_price", ",", ["9.5", "1.25", "12.95"], [9.5, 1.25, 12.95]),
    "comma": ("unit_price", ";", ["9,50", "1,25", "12,95"], [9.5, 1.25, 12.95]),
    "iso": ("ordered_at", ",", ["2024-12-25 10:00:00", "2024-01-13 09:30:00", "2024-11-30 18:45:00"], [*DAYS]),
    "day": ("ordered_at", ",", ["25/12/2024 10:00", "13/01/2024 09:30", "30/11/2024 18:45"], [*DAYS]),
    "month": ("ordered_at", ",", ["12/25/2024 10:00", "01/13/2024 09:30", "11/30/2024 18:45"], [*DAYS]),
}
# The value must come out.
SURELY: dict[str, dict[str, Any]] = {
    "point": {
        "1234.5": 1234.5,
        "1,234.50": 1234.5,
        "12,345,678.90": 12345678.9,
        "$1,234.50": 1234.5,
        "£9.99": 9.99,
        "-5.25": -5.25,
        "(5.25)": -5.25,
        "($5.25)": -5.25,
        "5.25-": -5.25,
        "−5.25": -5.25,
        "+5.25": 5.25,
        "5 USD": 5.0,
        "USD 5.00": 5.0,
        "00012": 12.0,
        ".5": 0.5,
        "-0": 0.0,
        "0.00": 0.0,
        "1e3": 1000.0,
        "1'234.50": 1234.5,
        "1 234.50": 1234.5,
        "1,234": 1234.0,
        "1.234": 1.234,
        "  7.5  ": 7.5,
        "\u00a07.5\u00a0": 7.5,
        "": MISSING,
        "n/a": MISSING,
        "NULL": MISSING,
        "-": MISSING,
        "#N/A": MISSING,
    },
    "comma": {
        "1234,5": 1234.5,
        "1.234,50": 1234.5,
        "12.345.678,90": 12345678.9,
        "5,00 €": 5.0,
        "EUR 5,00": 5.0,
        "1 234,50": 1234.5,
        "1\u202f234,50": 1234.5,
        "1\u00a0234,50 €": 1234.5,
        "-5,25": -5.25,
        "5,25-": -5.25,
        "1.234": 1234.0,
        "1,234": 1.234,
        "1'234,50": 1234.5,
    },
    "iso": {
        "2024-01-05": "2024-01-05",
        "2024-01-05T10:00:00": "2024-01-05T10:00",
        "2024-02-29": "2024-02-29",
        "2024-01-05T10:00:00Z": "2024-01-05T10:00",
        "2024-01-05 10:00:00.250": "2024-01-05T10:00:00.250",
        "2024-01-05T10:00:00+00:00": "2024-01-05T10:00",
        "2100-12-31": "2100-12-31",
        "NaT": MISSING,
        "": MISSING,
    },
    "day": {
        "05/01/2024 10:00": "2024-01-05T10:00",
        "5/1/2024 9:05": "2024-01-05T09:05",
        "29/02/2024 00:00": "2024-02-29",
        "2024-01-05 10:00:00": "2024-01-05T10:00",
    },
    "month": {
        "01/05/2024 10:00": "2024-01-05T10:00",
        "1/5/2024 9:05": "2024-01-05T09:05",
        "02/29/2024 00:00": "2024-02-29",
        "2024-01-05 10:00:00": "2024-01-05T10:00",
    },
}
# The value may come out, or the cell is reported; nothing else.
PERHAPS: dict[str, dict[str, Any]] = {
    "point": {
        # other scripts, other signs for one digit
        "٣٫٥": 3.5,
        "１２．５": 12.5,
        "१२": 12.0,
        "1٬234٫5": 1234.5,
        "½": 0.5,
        "1½": 1.5,
        "5\u200b0": 50.0,
        # prices as they stand on a tag: dashes say that there are no cents, no minus is meant
        "5.-": 5.0,
        "12.--": 12.0,
        "5.–": 5.0,
        "5.—": 5.0,
        "CHF 19.-": 19.0,
        # the currency's sign stands where the point would
        "5€30": 5.3,
        "2£50": 2.5,
        "3$99": 3.99,
        "£-5": -5.0,
        "-£5": -5.0,
        "$(5.00)": -5.0,
        "5 kr": 5.0,
        "US$5": 5.0,
        "5円": 5.0,
        "5usd": 5.0,
        "5 zł": 5.0,
        "£5£": 5.0,
        "- 5": -5.0,
        "5 -": -5.0,
        "–5": -5.0,
        "5 CR": -5.0,
        # grouped and powered otherwise
        "1,23,456.00": 123456.0,
        "1_000": 1000.0,
        "1.23e2": 123.0,
        "1e-400": 0.0,
        "1e308": 1e308,
        "'5": 5.0,
        "1.234,50": 1234.5,
        "1,50": 1.5,
        "5.": 5.0,
        "9007199254740993": 9007199254740993,
        "12345678901234567890.12": 12345678901234567890,
        "5 MIO": 5e6,
        "5 TSD": 5e3,
        "5 MRD": 5e9,
        "10 PCT": 0.1,
        "\\N": MISSING,
        "--": MISSING,
        "NEG 5": -5.0,
    },
    "comma": {
        "5,-": 5.0,
        "5,--": 5.0,
        "5,–": 5.0,
        "CHF 1.234,-": 1234.0,
        "1,234.50": 1234.5,
        "1.50": 1.5,
        "1,23E2": 123.0,
        "5€30": 5.3,
        "R$ 5,00": 5.0,
        "5,00 Kč": 5.0,
        "1,5E+3": 1500.0,
        "12,5%": 0.125,
    },
    "iso": {
        "2024-1-5": "2024-01-05",
        "2024/01/05": "2024-01-05",
        "2024.01.05": "2024-01-05",
        "20240105": "2024-01-05",
        "20240105T100000": "2024-01-05T10:00",
        "20240105100000": "2024-01-05T10:00",
        "2024-W01-5": "2024-01-05",
        "2024-005": "2024-01-05",
        "2024-01-05T10": "2024-01-05T10:00",
        "2024-01-05 10:00 PM": "2024-01-05T22:00",
        "2024-01-05 12:30 AM": "2024-01-05T00:30",
        "2024-01-05 24:00:00": "2024-01-06",
        "10:00 2024-01-05": "2024-01-05T10:00",
        "2024-01-05 10:00:00.1234567": ("2024-01-05T10:00:00.123456", "2024-01-05T10:00:00.123457"),
        "2024-01-05T10:00:00.000000000Z": "2024-01-05T10:00",
        "2024-01-05T10:00:00,250": "2024-01-05T10:00:00.250",
        "2024-01-05 10:00:00 UTC": "2024-01-05T10:00",
        "2024-01-05 10.00.00": "2024-01-05T10:00",
        "2024-01-05-10.00.00.000000": "2024-01-05T10:00",
        "05-JAN-24 10.00.00.000000 AM": "2024-01-05T10:00",
        "05JAN2024": "2024-01-05",
        "/Date(1704448800000)/": "2024-01-05T10:00",
        "1704448800": "2024-01-05T10:00",
        "1704448800000": "2024-01-05T10:00",
        "1704448800000000": "2024-01-05T10:00",
        "45296": "2024-01-05",
        "45296.5": "2024-01-05T12:00",
        "Fri, 05 Jan 2024 10:00:00 GMT": "2024-01-05T10:00",
        "24-01-05": "2024-01-05",
        "Fri Jan  5 10:00:00 2024": "2024-01-05T10:00",
        "5th Jan 2024": "2024-01-05",
        "5 Sept 2024": "2024-09-05",
        "5 mars 2024": "2024-03-05",
        "5 Mai 2024": "2024-05-05",
        "5. Januar 2024": "2024-01-05",
        "5 Jan 2024": "2024-01-05",
        "2024年1月5日": "2024-01-05",
        "令和6年1月5日": "2024-01-05",
        "2024–01–05": "2024-01-05",
        "2024‑01‑05": "2024-01-05",
        "٢٠٢٤-٠١-٠٥": "2024-01-05",
        "２０２４-01-05": "2024-01-05",
        "1904-01-01": "1904-01-01",
        "1970-01-01": "1970-01-01",
        "2024-01-05 23:59:60": "2024-01-06",
        "2024-01-05T10:00:00-00:00": "2024-01-05T10:00",
        "2024 01 05": "2024-01-05",
        "24/01/05": "2024-01-05",
    },
    "day": {
        "05/01/24 10:00": "2024-01-05T10:00",
        "05.01.2024": "2024-01-05",
        "05/01-2024": "2024-01-05",
        "12/31/2024 10:00": "2024-12-31T10:00",
        "05/01/2024 12:30 AM": "2024-01-05T00:30",
        "05/01/2024 10h30": "2024-01-05T10:30",
        "5/1/2024 12:00 a.m.": "2024-01-05",
        "05 01 2024": "2024-01-05",
        "2024/05/01": "2024-05-01",
        "05\u200f/01\u200f/2024": "2024-01-05",
    },
    "month": {
        "01/05/24 10:00": "2024-01-05T10:00",
        "31/12/2024 10:00": "2024-12-31T10:00",
        "01/05/2024 12:30 AM": "2024-01-05T00:30",
        "01/05/2024 00:30 PM": "2024-01-05T12:30",
        "2024/05/01": "2024-05-01",
    },
}
# Nothing but a report is right.
NEVER: dict[str, tuple[str, ...]] = {
    "point": (
        "1 2",
        "12 34",
        "1 23",
        "1234 567",
        "5\u00a06",
        "1\n500",
        "5\n6",
        "5\t6",
        "6'2",
        "12'34",
        "1’5",
        "1,2,3",
        "1,,234",
        "1.2.3",
        "1.234.56",
        "1,234,56",
        "0x1F",
        "0b101",
        "0o17",
        "1e400",
        "-1e400",
        "inf",
        "-Infinity",
        "1.#INF",
        "1.#QNAN",
        "5²",
        "Ⅴ",
        "五",
        "10%",
        "5k",
        "5M",
        "1/2",
        "5:30",
        "1.5.2024",
        "=1+1",
        "+-5",
        "--5",
        "(-5)",
        "((5))",
        "(5",
        "5)",
        "-5-",
        "5-6",
        "5..6",
        ".",
        ",",
        "+",
        "()",
        "€",
        "5 x 2",
        "2x5",
        "~5",
        "<5",
        ">5",
        "5+",
        "5*",
        "#5",
        "5e",
        "e5",
        "1e5e5",
        "1d5",
        "#DIV/0!",
        "#REF!",
        "TBD",
        "free",
        "true",
        "\u202e12",
        "5 DEC",
        "JAN 5",
        "MAX 5",
        "USD 5 EUR",
        "5 BPS",
        "QTY 5",
        "5; 6",
        "5|6",
        "5,6,",
        "5 °C",
        "[5]",
        "{5}",
        '"5" "6"',
        "5\r\n6",
        "2024-01-05",
        "1__000",
        "_1",
        "1_",
        "1.0.0",
        "0-0",
        "9" * 400,
    ),
    "comma": ("1 2", "1,2,3", "1.23,4", "1,234,567", "1.2.3", "1.234.56", "6'2", "5\n6", "1;2", "=1,5", "5,-6"),
    "iso": (
        "infinity",
        "-infinity",
        "epoch",
        "now",
        "today",
        "yesterday",
        "tomorrow",
        "NOW()",
        "1 2",
        "5",
        "0",
        "-1",
        "2024",
        "2024-01",
        "01/2024",
        "Jan 2024",
        "Q1 2024",
        "2024-02-30",
        "2023-02-29",
        "1900-02-29",
        "2024-13-05",
        "2024-00-10",
        "2024-01-00",
        "1900-01-00",
        "0000-00-00",
        "0001-01-01",
        "9999-12-31",
        "99999-01-01",
        "1753-01-01",
        "1899-12-30",
        "2567-01-05",
        "1445-06-23",
        "2024-01-05 25:00:00",
        "2024-01-05 10:60:00",
        "2024-01-05 (BC)",
        "2024-01-05 13:00 PM",
        "2024-01-05 - 2024-01-06",
        "2024-01-05/2024-01-06",
        "2024-01-05\n2024-01-06",
        "2024-01-05 est.",
        "~2024-01-05",
        "2024-01-05?",
        "10:00",
        "10:00:00",
        "1e9",
        "true",
        "5 Junk 2024",
        "32 Jan 2024",
        "P1D",
        "2024-01-05T10:00:00+99:00",
        "2024-01-05 10:00:00 Mars/Phobos",
        "2024-01-05 10:00:00 10:00:00",
        "20241305",
        "2024010510",
        "+002024-01-05",
        "-2024-01-05",
        "2024-01-05x",
        "2024--01-05",
        "2024-01-05 10:00:00 BC",
    ),
    "day": (
        "infinity",
        "-infinity",
        "epoch",
        "now",
        "1 2",
        "29/02/2023 10:00",
        "31/04/2024 10:00",
        "00/00/0000 00:00",
        "05/01/0024 10:00",
        "05/01/024 10:00",
        "5/1",
        "05/01/2024 25:00",
        "05/01/2024 10:60",
        "05//01/2024",
        "05/01/2024;06/01/2024",
        "32/01/2024 10:00",
        "05/13/2O24",
        "05/01/2024 10:00 13:00",
        "05/01/20244",
    ),
    "month": (
        "infinity",
        "epoch",
        "02/30/2024 10:00",
        "13/13/2024 10:00",
        "00/05/2024 10:00",
        "01/05/2024 24:01",
        "01/05/2024 10:00 XM",
    ),
}
# With an offset from UTC either moment is right, if the account says which was taken.
ZONES = {
    "2024-01-05T10:00:00+02:00": "2024-01-05T08:00",
    "2024-01-05T10:00:00+0530": "2024-01-05T04:30",
    "2024-01-05 10:00:00-08": "2024-01-05T18:00",
    "2024-01-05 10:00:00 +02:00": "2024-01-05T08:00",
    "2024-01-05T00:30:00+14:00": "2024-01-04T10:30",
    "2024-01-05 10:00:00 CET": "2024-01-05T09:00",
    "2024-01-05 10:00:00 Europe/Berlin": "2024-01-05T09:00",
    "2024-01-05T10:00:00+02:00[Europe/Paris]": "2024-01-05T08:00",
    "2024-01-05 10:00:00 EST": "2024-01-05T15:00",
}
WORD_ON_ZONES = ("utc", "offset", "zone")
# A cell that cannot be read is told of its own column, whatever stands in it and whatever the others are called.
BYSTANDERS = {
    "a longer name": ("engagement_score", "score", "x"),
    "a longer name, the other way": ("score", "engagement_score", "x"),
    "another column named in the cell": ("engagement_score", "age", "; age: 5"),
    "another column named first": ("engagement_score", "age", "age: 5"),
    "its own name twice": ("age", "engagement_score", "age: age: x"),
    "a semicolon": ("engagement_score", "age", "1; 2"),
}
FLIPPING = {"a quantity": "quantity", "a price": "unit_price"}


def cases(seed: int, number: int) -> list[Case]:
    known = [Literal(cell, where, _ways(right)) for where, cells in SURELY.items() for cell, right in cells.items()]
    known += [
        Literal(cell, where, (*_ways(right), REJECTED))
        for where, cells in PERHAPS.items()
        for cell, right in cells.items()
    ]
    known += [Literal(cell, where, (REJECTED,)) for where, cells in NEVER.items() for cell in cells]
    tried = [Case(f"{each.context}: {each.written[:40]!r}", partial(_one, each)) for each in known]
    tried += [Case(f"zone: {cell!r}", partial(_zone, cell, moment)) for cell, moment in ZONES.items()]
    tried += [Case(f"bystander: {what}", partial(_bystander, *facts)) for what, facts in BYSTANDERS.items()]
    return tried + [Case(f"order of days: {what}", partial(_flipping, name)) for what, name in FLIPPING.items()]


def _ways(right: Any) -> tuple[Any, ...]:
    return right if isinstance(right, tuple) else (right,)


def _one(literal: Literal, trial: Trial) -> None:
    found, _ = _among_usual(literal.written, literal.context, trial)
    if found is not None:
        said = f"{literal.written!r} became {found}; right is {' or '.join(map(str, literal.right))}"
        trial.expect(any(_same(found, right) for right in literal.right), said)


def _zone(written: str, moment: str, trial: Trial) -> None:
    found, study = _among_usual(written, "iso", trial)
    if found in (None, REJECTED):
        return
    told = json.dumps(account(study)["tables"]["transactions"]["writing"]).lower()
    local = written[:19].replace(" ", "T")
    right = any(_same(found, each) for each in (moment, local)) and any(word in told for word in WORD_ON_ZONES)
    trial.expect(right, f"{written!r} became {found} without a word on its offset")


def _among_usual(written: str, context: str, trial: Trial) -> tuple[Any, Any]:
    """What became of the cell; the usual ones around it must not change."""
    name, delimiter, usual, values = CONTEXTS[context]
    study = trial.folder / "study"
    _write(study, name, delimiter, [usual[0], written, *usual[1:]])
    ran = trial.stage("collect", study)
    if not trial.expect(ran.code == 0, f"{written!r}: {ran.output.strip()[-200:]}"):
        return None, study
    expect_every_row_once(trial, study)
    cells, unreadable = (raw(study, "transactions")[each].tolist() for each in (name, UNREADABLE))
    if not trial.expect(len(cells) == len(usual) + 1, f"{written!r}: {len(cells)} rows instead of {len(usual) + 1}"):
        return None, study
    neighbours = [cells[0], *cells[2:]]
    same = all(_same(found, value) for found, value in zip(neighbours, values, strict=True))
    trial.expect(same, f"beside {written!r} usual cells became {neighbours}")
    reported = unreadable[1] is not None and str(unreadable[1]).startswith(f"{name}: ")
    if not pd.isna(cells[1]):
        trial.expect(not reported, f"{written!r} has a value and is reported as unreadable")
        return cells[1], study
    return REJECTED if reported else MISSING, study


def _write(study: Any, name: str, delimiter: str, cells: list[str]) -> None:
    """Invoice lines that are as they should be, but for one column."""
    usual = {"invoice_id": "A{row}", "product": "cup", "quantity": "2", "unit_price": "9", "ordered_at": "2024-01-05"}
    rows = []
    for row, cell in enumerate(cells, 1):
        line = {key: value.format(row=row) for key, value in usual.items()} | {name: cell, "customer_id": f"c{row}"}
        rows.append(delimiter.join(_quoted(each, delimiter) for each in line.values()))
    header = delimiter.join([*usual, "customer_id"])
    studies.bare(study, {"transactions": "data/external/lines.csv"})
    text = "\n".join([header, *rows, ""])
    (study / "data" / "external" / "lines.csv").write_bytes(text.encode())


def _quoted(cell: str, delimiter: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(sign in cell for sign in f'{delimiter}"\r\n') else cell


def _same(found: Any, right: Any) -> bool:
    """Whether a value is exactly the one that is right; a moment is written as ISO 8601."""
    if isinstance(found, str) or right in (REJECTED, MISSING):
        return found == right
    if isinstance(right, str):
        return isinstance(found, datetime) and found == datetime.fromisoformat(right)
    return (
        not isinstance(found, datetime)
        and float(found).as_integer_ratio() == (right / 1).as_integer_ratio()
        and (not isinstance(right, int) or int(found) == right)
    )


def _bystander(odd: str, other: str, written: str, trial: Trial) -> None:
    """A bad cell of one column is told of that one, by the account and by `check`."""
    study = studies.bare(trial.folder / "study", {"customers": "data/external/customers.csv"})
    rows = [f"c{row},{20 + row},{30 + row}" for row in range(1, 9)]
    rows[4] = f'c5,25,"{written}"'
    text = "\n".join([f"customer_id,{other},{odd}", *rows, ""])
    (study / "data" / "external" / "customers.csv").write_text(text, encoding="utf-8")
    known = {"age", "engagement_score"}  # any other column becomes one of text
    ran = trial.stage("collect", study)
    if trial.expect(ran.code == 0, ran.output.strip()[-200:]):
        table = raw(study, "customers")
        trial.expect(
            table[other].astype(str).iloc[0].removesuffix(".0") == "21", f"{other} became {table[other].iloc[0]!r}"
        )
        reported = table[UNREADABLE].dropna().tolist()
        right = len(reported) == 1 and reported[0].startswith(f"{odd}: ") if odd in known else not reported
        trial.expect(right, f"reported: {reported}")
    said = trial.segments("check", "data/external/customers.csv", folder=study).output
    trial.expect(f" {other}: 1 cell" not in said, f"check tells it of {other}: {written!r}")
    trial.expect(odd not in known or f" {odd}: 1 cell" in said, f"check does not tell it of {odd}: {written!r}")


def _flipping(name: str, trial: Trial) -> None:
    """Days of which no cell tells the order stay as they are, whatever stands in another column."""
    days = ["05/01/2024", "06/02/2024", "07/03/2024", "08/04/2024"]
    made = []
    for written in ("2", "ordered_at: 25/12/2024"):
        study = studies.bare(trial.folder / f"study{len(made)}", {"transactions": "data/external/lines.csv"})
        cells = {"quantity": "2", "unit_price": "9"}
        rows = []
        for row, day in enumerate(days):
            line = cells | ({name: written} if row == 1 else {})
            rows.append(f"A{row},{day},{line['quantity']},{line['unit_price']},c{row}")
        text = "\n".join(["invoice_id,ordered_at,quantity,unit_price,customer_id", *rows, ""])
        (study / "data" / "external" / "lines.csv").write_text(text, encoding="utf-8")
        ran = trial.stage("collect", study)
        if not trial.expect(ran.code == 0, ran.output.strip()[-200:]):
            return
        made.append(raw(study, "transactions")["ordered_at"].tolist())
    trial.expect(made[0] == made[1], f"a bad cell in {name} turns {made[0][1]} into {made[1][1]}")

import re
from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customer_segments import StudyError
from customer_segments.base import engine
from customer_segments.base.params import Format
from customer_segments.sources import files, plainly, tables
from customer_segments.steps.rfm import rfm

NAMES = ["InvoiceNo", "Customer ID", "Quantity", "Price", "InvoiceDate"]
LINES = [
    ("1", "ann", 2.0, 5.0, "2024-03-01 10:00"),
    ("1", "ann", 1.0, 2.5, "2024-03-01 10:00"),
    ("2", "ann", 1.0, 0.1, "2024-03-09 12:00"),
    ("C3", "ann", -1.0, 0.1, "2024-03-10 08:00"),
    ("4", "bob", 3.0, 1.0, "2024-03-08 12:01"),
    ("5", "bob", 3.0, 0.0, "2024-03-11 12:00"),
    ("6", None, 3.0, 1.0, "2024-03-11 12:00"),
]
EXPECTED = pd.DataFrame(
    {"customer_id": ["ann", "bob"], "recency_days": [1, 1], "frequency": [2, 1], "monetary": [12.6, 3.0]}
)


def test_each_customer_is_told_by_whole_days_invoices_and_money(tmp_path):
    path = tmp_path / "lines.csv"
    pd.DataFrame(LINES, columns=NAMES).to_csv(path, index=False)
    pd.testing.assert_frame_equal(rfm(path).df(), EXPECTED, check_dtype=False)


def test_lines_without_money_tell_how_often_and_how_lately(tmp_path):
    path = tmp_path / "lines.csv"
    pd.DataFrame(LINES, columns=NAMES).drop(columns="Price").to_csv(path, index=False)
    found = rfm(path).df()  # line 5, at no price, counts now
    assert found.to_dict("list") == {"customer_id": ["ann", "bob"], "recency_days": [3, 1], "frequency": [2, 2]}


MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2024, 12, 31)).map(lambda moment: moment.replace(microsecond=0))
DIRTY = st.tuples(
    st.sampled_from(["1", "2", "3", "C4", "c5", ""]),
    st.sampled_from(["ann", "bob", "Cem", "", "NULL"]),
    st.sampled_from(["1", "2", "-1", "0", "1,200", " 3 ", "two", "+4"]),
    st.sampled_from(["0.1", "2.50", "0", "-3", "£9.99", "n/a", "1_0", "1e2"]),
    MOMENTS.map(str),
)
CLEAN = [  # by which the columns are known
    (
        str(n // 3),
        ("zoe", "yan", "xia")[n // 3 % 3],
        str(n % 4 + 1),
        f"{n % 7 + 1}.25",
        f"2024-06-{n // 3 % 28 + 1:02} 12:0{n // 3 % 10}:00",
    )
    for n in range(30, 150)
]
READ = {"1,200": 1200, " 3 ": 3, "+4": 4, "£9.99": Decimal("9.99"), "1e2": 100}
UNREAD = ("two", "n/a", "1_0", "")


@settings(max_examples=30)
@given(st.lists(DIRTY, max_size=12))
def test_dirt_is_left_out_as_by_hand(dirt):
    with TemporaryDirectory() as folder:
        path = Path(folder, "lines.csv")
        pd.DataFrame(CLEAN + dirt, columns=NAMES).to_csv(path, index=False)
        found = rfm(path).df().to_dict("records")
    assert found == _by_hand(CLEAN + dirt)


USUAL = ("900", "ann", "3", "2.5", "2024-06-09 12:00:00")
ODD_IDS = ["NULL", "<NA>", "C7", "0012", "zoë", "12.0", " ann", "c 7", "", "\u00a0"]
ODD_NUMBERS = ["1_0", "+1e3", "inf", "nan", "1e400", "5.", ".5", "0x1F", "(5)", "5,5", "NULL", " 5", "5 ", "\u00a05"]
ODD_TIMES = ["", "soon", "infinity", "epoch", "1700-01-01", "2024-06-31", "2024-06-01", "01/06/2024 12:5", "1.6.2024",
             *(f"2024-06-01{end}" for end in (" 12:00", " 12:00:00", " 12:00:00Z", "T12:00:00", " 1:5"))]  # fmt: skip
ODD = [ODD_IDS, ODD_IDS, ODD_NUMBERS, ODD_NUMBERS, ODD_TIMES]
ODD_CELLS = [(place, text) for place, texts in enumerate(ODD) for text in texts]
CLOCKED = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$")
CLOCKS = ["%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M", "%d.%m.%Y"]


def written(lines: list[tuple[str, ...]], clock: str, path: Path) -> Path:
    """Lines as a file with another clock; a cell of time that is none stands as it is."""
    times = (CLOCKED.sub(lambda found: datetime.fromisoformat(found[0]).strftime(clock), line[4]) for line in lines)
    told = [(*line[:4], time) for line, time in zip(lines, times, strict=True)]
    pd.DataFrame(told, columns=NAMES).to_csv(path, index=False)
    return path


@pytest.mark.parametrize("clock", CLOCKS)
def test_lines_that_are_read_plainly_and_without_doubt_are_read_alike_carefully(tmp_path, clock):
    """A reading that was settled on clean lines, of all odd cells, each on a line of its own."""
    clean = written(CLEAN, clock, tmp_path / "clean.csv")
    odd = written([(*USUAL[:at], text, *USUAL[at + 1 :]) for at, text in ODD_CELLS], clock, tmp_path / "odd.csv")
    plain, connection = plainly.lines(clean, tmp_path), engine.opened(1)
    careful = tables.scan(
        connection, "transactions", files.read(str(clean), Format(), tmp_path, tmp_path), {}, Format()
    )
    names = "customer_id, invoice_id, quantity, unit_price"
    sure = f"SELECT {names}, {plain.moment} AS ordered_at FROM ({plain.query}) WHERE NOT (doubt OR {plain.odd})"
    found = connection.execute(sure.replace(str(clean), str(odd))).fetchall()
    alike = f"{sure} EXCEPT ALL SELECT {names}, ordered_at FROM ({careful})".replace(str(clean), str(odd))
    assert len(found) >= 8
    assert connection.execute(alike).fetchall() == []


@settings(max_examples=20)
@given(st.lists(st.sampled_from(ODD_CELLS), max_size=3), st.sampled_from(CLOCKS))
def test_law_what_is_read_plainly_is_what_is_read_carefully(odd, clock):
    odd = [(*USUAL[:place], text, *USUAL[place + 1 :]) for place, text in odd]
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        path = written([*CLEAN, *odd], clock, Path(folder, "lines.csv"))
        found = rfm(path).fetchall()
        patched.setattr(plainly, "lines", lambda *_: None)
        assert rfm(path).fetchall() == found


@pytest.mark.parametrize("clock", ["%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M:%S"])
def test_what_is_written_as_usual_is_read_plainly(tmp_path, monkeypatch, clock):
    path = written(CLEAN, clock, tmp_path / "lines.csv")
    monkeypatch.setattr("customer_segments.steps.rfm._carefully", None)
    assert len(rfm(path)) == 3


def test_a_file_in_another_encoding_is_read_carefully(tmp_path):
    path = tmp_path / "lines.csv"
    pd.DataFrame([("1", "zoë", *line[2:]) for line in CLEAN], columns=NAMES).to_csv(
        path, index=False, encoding="cp1252"
    )
    assert [row[0] for row in rfm(path).fetchall()] == ["zoë"]


def test_a_format_in_which_nothing_is_set_is_that_of_params():
    assert vars(plainly.AS_FOUND) == Format().model_dump()


def _by_hand(lines: list[tuple[str, str, str, str, str]]) -> list[dict]:
    """The same in Python, line by line."""
    last, invoices, money = {}, defaultdict(set), defaultdict(Decimal)
    for invoice, who, *measures, moment in lines:
        if who in ("", "NULL") or invoice == "" or invoice.upper().startswith("C") or set(measures) & set(UNREAD):
            continue
        pieces, price = (Decimal(READ.get(text) or text) for text in measures)
        if pieces > 0 and price > 0:
            last[who] = max(last.get(who, datetime.min), datetime.fromisoformat(moment))
            invoices[who].add(invoice)
            money[who] += pieces * price
    now = max(last.values()) + timedelta(days=1)
    return [
        {
            "customer_id": who,
            "recency_days": (now - last[who]).days,
            "frequency": len(invoices[who]),
            "monetary": float(money[who]),
        }
        for who in sorted(last)
    ]


def test_a_file_that_is_none_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(StudyError, match=r"nowhere\.csv is not in"):
        rfm(tmp_path / "nowhere.csv")


def test_a_file_with_ragged_rows_is_refused_in_a_sentence(tmp_path):
    path = tmp_path / "lines.csv"
    path.write_text("InvoiceNo,Customer ID,Quantity,Price,InvoiceDate\n1,ann,1,2.0,2024-03-01\n2,bob,1\n")
    with pytest.raises(StudyError, match=r"lines\.csv has rows that cannot be split"):
        rfm(path)

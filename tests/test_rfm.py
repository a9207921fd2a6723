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


@settings(max_examples=30, deadline=None)
@given(st.lists(DIRTY, max_size=12))
def test_dirt_is_left_out_as_by_hand(dirt):
    with TemporaryDirectory() as folder:
        path = Path(folder, "lines.csv")
        pd.DataFrame(CLEAN + dirt, columns=NAMES).to_csv(path, index=False)
        found = rfm(path).df().to_dict("records")
    assert found == _by_hand(CLEAN + dirt)


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

from datetime import datetime

import pandas as pd
import pytest

from customer_segments import StudyError
from customer_segments.base import engine
from customer_segments.steps.rfm import rfm, rfm_table, sales_only
from tests.tables import frame_of, table_of

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


@pytest.fixture(scope="module")
def lines():
    return table_of(engine.connect(), "invoice_id customer_id quantity unit_price ordered_at", LINES)


def test_each_customer_is_told_by_whole_days_invoices_and_money(lines):
    found = frame_of(rfm_table(sales_only(lines)), "customer_id")
    pd.testing.assert_frame_equal(found, EXPECTED, check_dtype=False)


def test_the_day_to_look_back_from_can_be_set(lines):
    found = frame_of(rfm_table(sales_only(lines), datetime(2024, 3, 12)), "customer_id")
    assert found["recency_days"].tolist() == [2, 3]


def test_a_file_gives_the_same_numbers(tmp_path):
    path = tmp_path / "lines.csv"
    names = ["InvoiceNo", "Customer ID", "Quantity", "Price", "InvoiceDate"]
    pd.DataFrame(LINES, columns=names).to_csv(path, index=False)
    pd.testing.assert_frame_equal(rfm(path), EXPECTED, check_dtype=False)


def test_a_file_that_is_none_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(StudyError, match=r"nowhere\.csv is not in"):
        rfm(tmp_path / "nowhere.csv")


def test_a_file_with_ragged_rows_is_refused_in_a_sentence(tmp_path):
    path = tmp_path / "lines.csv"
    path.write_text("InvoiceNo,Customer ID,Quantity,Price,InvoiceDate\n1,ann,1,2.0,2024-03-01\n2,bob,1\n")
    with pytest.raises(StudyError, match=r"lines\.csv has rows that cannot be split"):
        rfm(path)

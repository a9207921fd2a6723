import gzip

import pandas as pd
import pytest

from customer_segments import engine
from customer_segments.errors import StudyError
from customer_segments.sources import files

LINES = "InvoiceNo,Qty,Price,When,Client\nA1,2,9.50,2024-01-05 10:00:00,c1\nA2,x,1.25,31/02/2024,\n"
NAMES = {
    "invoice_id": "InvoiceNo", "quantity": "Qty", "unit_price": "Price", "ordered_at": "When", "customer_id": "Client",
}  # fmt: skip


@pytest.fixture(scope="module")
def connection():
    return engine.connect()


def read(connection, tmp_path, content: str, table: str = "transactions", names=None) -> pd.DataFrame:
    path = tmp_path / f"{table}.csv"
    path.write_text(content, encoding="utf-8")
    return files.read(connection, table, path, NAMES if names is None else names).order_by("row").to_pandas()


def test_columns_get_our_names_and_cells_their_kinds(connection, tmp_path):
    found = read(connection, tmp_path, LINES)
    expected = pd.DataFrame(
        {
            "row": [1, 2],
            "invoice_id": ["A1", "A2"],
            "quantity": [2.0, None],
            "unit_price": [9.5, 1.25],
            "ordered_at": pd.to_datetime(["2024-01-05 10:00:00", None]).astype("datetime64[us]"),
            "customer_id": ["c1", None],
            "unreadable": [None, "quantity: x; ordered_at: 31/02/2024"],
        }
    )
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def test_other_columns_become_attributes_and_numbers_where_all_cells_are(connection, tmp_path):
    found = read(connection, tmp_path, "customer_id,Loyalty Points,Fav Colour\na,1.5,red\nb,,2\n", "customers", {})
    assert found[["loyalty_points", "fav_colour"]].values.tolist()[0] == [1.5, "red"]
    assert found["fav_colour"].tolist() == ["red", "2"]


def test_flags_are_read_as_businesses_write_them(connection, tmp_path):
    found = read(connection, tmp_path, "customer_id,active\na,Yes\nb,0\nc,maybe\n", "customers", {})
    assert found["active"].tolist()[:2] == [True, False]
    assert found["unreadable"].tolist()[2] == "active: maybe"


def test_infinity_is_not_a_number(connection, tmp_path):
    found = read(connection, tmp_path, "customer_id,age\na,1e999\nb,nan\n", "customers", {})
    assert found["age"].isna().all()


def test_gzip_and_parquet_are_read_alike(connection, tmp_path):
    plain = read(connection, tmp_path, LINES)
    (tmp_path / "lines.csv.gz").write_bytes(gzip.compress(LINES.encode()))
    pd.read_csv(tmp_path / "transactions.csv", dtype=str).to_parquet(tmp_path / "lines.parquet")
    for name in ("lines.csv.gz", "lines.parquet"):
        again = files.read(connection, "transactions", tmp_path / name, NAMES).order_by("row").to_pandas()
        pd.testing.assert_frame_equal(again, plain)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("InvoiceNo,Qty,Price,When,Client\n", "has a header and no rows"),
        (LINES.replace("Qty", "Pieces"), "has no column 'Qty'"),
        (b"\xff\xfe\x00broken", "customers|has no column|could not be read"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_sentence(connection, tmp_path, content, said):
    path = tmp_path / "lines.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(StudyError, match=said) as caught:
        files.read(connection, "transactions", path, NAMES)
    assert "\n" not in str(caught.value)


def test_a_missing_required_column_says_where_to_name_it(connection, tmp_path):
    with pytest.raises(StudyError, match=r"no column for `invoice_id`.*source\.columns\.transactions\.invoice_id"):
        read(connection, tmp_path, LINES, names={})


def test_a_missing_file_and_an_unknown_kind_are_named(connection, tmp_path):
    with pytest.raises(StudyError, match=r"nowhere\.csv is not in"):
        files.read(connection, "customers", tmp_path / "nowhere.csv", {})
    (tmp_path / "x.docx").write_text("x")
    with pytest.raises(StudyError, match=r"\.csv, \.gz or \.parquet"):
        files.read(connection, "customers", tmp_path / "x.docx", {})


def test_quotes_in_names_do_no_harm(connection, tmp_path):
    found = read(connection, tmp_path, 'customer_id,"a""; DROP TABLE x; --"\nc1,1\n', "customers", {})
    assert found["a_drop_table_x"].tolist() == [1.0]

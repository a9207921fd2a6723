from datetime import datetime
from decimal import Decimal

import pytest

from customer_segments.base.errors import StudyError
from tests.malformed.packed import parquet


def test_cells_keep_their_kinds(shop):
    found = shop.transactions(
        parquet(
            order=[1, 2],
            qty=[2, None],
            price=[Decimal("9.50"), Decimal("1.25")],
            date=[datetime(2024, 1, 5, 10), datetime(2024, 2, 6)],
            customer=["a", None],
        ),
        "shop.parquet",
    )
    assert found["invoice_id"].tolist() == ["1", "2"]
    assert found["quantity"].fillna(-1).tolist() == [2, -1]
    assert found["unit_price"].tolist() == [9.5, 1.25]
    assert found["ordered_at"].tolist() == [datetime(2024, 1, 5, 10), datetime(2024, 2, 6)]
    assert found["customer_id"].fillna("").tolist() == ["a", ""]
    assert found["unreadable"].isna().all()


def test_ids_that_are_floats_lose_their_point(shop):
    found = shop.customers(parquet(customer_id=[17850.0, 17851.0, None]), "shop.parquet")
    assert found["customer_id"].fillna("").tolist() == ["17850", "17851", ""]


def test_nested_cells_become_json_and_bytes_are_left_out(shop):
    found = shop.customers(parquet(customer_id=["a"], tags=[["x", "ü"]], photo=[b"\xff"]), "shop.parquet")
    assert found["tags"].tolist() == ['["x","ü"]']
    assert "photo" not in found
    assert shop.source()["tables"]["customers"]["files"][0]["left out"] == "photo"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"rubbish", "is damaged, or no Parquet file at all"),
        (parquet(customer_id=["a"])[:-20], "is damaged, or no Parquet file at all"),
        (parquet(customer_id=[]), "has columns and no rows"),
        (parquet(customer_id=["c"] * 5_000_001, age=[5] * 5_000_001), "unpacks to 10,000,002 cells from"),
    ],
)
def test_what_is_no_parquet_table_is_refused(shop, content, said):
    with pytest.raises(StudyError) as caught:
        shop.customers(content, "shop.parquet")
    assert f"shop.parquet {said}" in str(caught.value)

"""What `collect` leaves in `data/raw`: of small files, of a refusal, and of three public data sets where they are."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

from customer_segments.base.errors import StudyError
from tests.sources.shop import Shop

CUSTOMERS = "customer_id,age\na,20\nb,30\nx\n"
LINES = "invoice_id,quantity,unit_price,ordered_at,customer_id\nA1,1,9.50,2024-01-05,a\nA2,1\n"
RAW = {f"data/raw/{name}" for name in ("customers.parquet", "transactions.parquet", "broken.parquet", "source.json")}
DATA = Path(os.environ.get("CUSTOMER_SEGMENTS_DATA", Path(__file__).parents[3] / "shared" / "data"))


def both(shop):
    return {"customers": shop.put("c.csv", CUSTOMERS), "transactions": shop.put("t.csv", LINES)}


def test_two_tables_at_once_each_with_its_broken_rows(shop):
    shop.collect(**both(shop))
    assert shop.table("customers")["customer_id"].tolist() == ["a", "b"]
    assert shop.table("transactions")["invoice_id"].tolist() == ["A1"]
    assert [(table, row) for table, row, *_ in shop.broken()] == [("customers", 3), ("transactions", 2)]
    assert list(shop.source()["tables"]) == ["customers", "transactions"]


def test_the_same_input_gives_the_same_bytes(shop):
    shop.collect(**both(shop))
    first = shop.files()
    shop.collect(**both(shop))
    assert shop.files() == first
    assert set(first) >= RAW


def test_the_fingerprint_follows_the_content_and_each_file_has_its_own(shop):
    shop.collect(**both(shop))
    before = shop.source()
    shop.collect(customers=shop.put("c.csv", CUSTOMERS.replace("20", "21")), transactions="data/external/t.csv")
    after = shop.source()
    assert before["fingerprint"] != after["fingerprint"]
    assert before["tables"]["transactions"]["sha256"] == after["tables"]["transactions"]["sha256"]
    assert before["tables"]["customers"]["files"][0]["sha256"] == hashlib.sha256(CUSTOMERS.encode()).hexdigest()


def test_a_refusal_leaves_nothing_behind(shop):
    places = both(shop)
    shop.put("t.csv", "nothing,of,ours\n1,2,3\n")
    before = shop.files()
    with pytest.raises(StudyError, match=r"t\.csv has no column that could be `customer_id`"):
        shop.collect(**places)
    assert shop.files() == before


def test_nothing_is_written_outside_data_raw(shop):
    places = both(shop)
    before = set(shop.files())
    shop.collect(**places)
    assert set(shop.files()) - before == RAW


def test_neither_the_current_folder_nor_the_environment_decides_what_is_read(shop, monkeypatch, tmp_path_factory):
    shop.collect(**both(shop))
    before, elsewhere = shop.files(), Shop(tmp_path_factory.mktemp("elsewhere"))
    elsewhere.put("c.csv", "customer_id,age\nz,99\n")
    monkeypatch.chdir(elsewhere.folder)
    for name in ("CUSTOMER_SEGMENTS_ROOT", "CUSTOMER_SEGMENTS_STAGING"):
        monkeypatch.setenv(name, str(elsewhere.folder))
    shop.collect(**both(shop))
    assert shop.files() == before
    assert list(elsewhere.files()) == ["data/external/c.csv"]


def test_two_studies_at_once_each_give_their_own_bytes(tmp_path):
    ages = {"first": 20, "second": 40}
    shops = {name: Shop(tmp_path / name) for name in ages}
    rows = {name: f"a,{age}\nx\n" * 500 for name, age in ages.items()}
    places = {name: shop.put("c.csv", f"customer_id,age\n{rows[name]}") for name, shop in shops.items()}
    apart = {}
    for name, shop in shops.items():
        shop.collect(customers=places[name])
        apart[name] = shop.files()
        shutil.rmtree(shop.folder / "data/raw")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda name: shops[name].collect(customers=places[name]), shops))
    assert {name: shop.files() for name, shop in shops.items()} == apart
    assert shops["first"].table("customers")["age"].dropna().unique().tolist() == [20]


def real(shop, name):
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{name} is not in {DATA.name}")
    return shop.put(name, path.read_bytes())


def test_online_retail_is_collected_whole_and_to_the_cent(shop):
    place = real(shop, "online_retail.csv.gz")
    shop.collect(transactions=place)
    found = shop.table("transactions")
    with gzip.open(shop.folder / place) as file:
        plain = pd.read_csv(file, encoding="latin-1", dtype={"UnitPrice": float, "Quantity": float})
    assert len(found) == len(plain) == 541_909
    assert shop.broken() == []
    assert found["unreadable"].isna().all()
    cents = (found["quantity"] * found["unit_price"] * 1000).round().sum()
    assert cents == (plain["Quantity"] * plain["UnitPrice"] * 1000).round().sum()
    assert found["customer_id"].isna().sum() == plain["CustomerID"].isna().sum()
    expected = pd.to_datetime(plain["InvoiceDate"], format="%d/%m/%Y %H:%M")
    assert (found["ordered_at"] == expected).all()


def test_mall_customers_are_collected_whole(shop):
    shop.collect(customers=real(shop, "mall_customers.csv"))
    found = shop.table("customers")
    assert len(found) == 200
    assert found["customer_id"].iloc[0] == "0001"
    assert found.select_dtypes("number").columns.tolist() == ["row", "age", "income", "spending_score_1_100"]


def test_jewellery_customers_are_collected_whole_and_most_have_not_left(shop):
    shop.collect(customers=real(shop, "jewellery_sales.csv"))
    found = shop.table("customers")
    assert len(found) == 1_000
    assert found["left_on"].isna().sum() == 800
    assert found["unreadable"].isna().all()

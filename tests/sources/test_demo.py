"""The demo shop's export: the same bytes for a seed, clean without dirt, and every kind of dirt with it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from customer_segments.base.contract import TABLES
from customer_segments.base.params import DemoSource
from customer_segments.sources.columns import recognise
from customer_segments.sources.demo import make_demo_shop, write_demo_shop
from customer_segments.sources.demo_life import KINDS

CUSTOMERS, SEED = 600, 7
WAYS_TO_SAY_TIME = "%Y-%m-%d %H:%M"


def shop_with(dirt: float, seed: int = SEED) -> dict[str, pd.DataFrame]:
    return make_demo_shop(DemoSource(kind="demo", customers=CUSTOMERS, dirt=dirt), seed)


@pytest.fixture(scope="module")
def clean() -> dict[str, pd.DataFrame]:
    return shop_with(dirt=0)


@pytest.fixture(scope="module")
def dirty() -> dict[str, pd.DataFrame]:
    return shop_with(dirt=1)


def written(shop: dict[str, pd.DataFrame], folder: Path) -> dict[str, bytes]:
    folder.mkdir()
    write_demo_shop(shop, folder)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def matched_units(lines: pd.DataFrame) -> pd.DataFrame:
    """Each cancellation with the units of its customer and product that are left to cancel, before and after it."""
    readable = lines.drop_duplicates().assign(Quantity=lambda table: pd.to_numeric(table["Quantity"], errors="coerce"))
    in_time = readable.dropna().sort_values("InvoiceDate", kind="stable")
    units = in_time.groupby(["CustomerID", "Product"])["Quantity"].cumsum()
    return in_time.assign(units_left=units)[in_time["InvoiceNo"].str.startswith("C")]


def test_the_same_seed_writes_the_same_bytes(dirty, tmp_path):
    assert written(dirty, tmp_path / "first") == written(shop_with(dirt=1), tmp_path / "second")


def test_another_seed_writes_other_bytes(dirty, tmp_path):
    first, second = written(dirty, tmp_path / "first"), written(shop_with(dirt=1, seed=SEED + 1), tmp_path / "second")
    assert list(first) == ["customers.csv", "planted.csv", "transactions.csv"]
    assert all(first[name] != second[name] for name in first)


def test_what_is_written_is_read_back_as_it_was(dirty, tmp_path):
    files = written(dirty, tmp_path / "shop")
    lines = pd.read_csv(tmp_path / "shop" / "transactions.csv", dtype={"CustomerID": str, "Quantity": str})
    assert_frame_equal(lines, dirty["transactions"], check_dtype=False)
    assert b"\r" not in files["transactions.csv"]
    assert "Köln" in files["customers.csv"].decode("utf-8")


def test_default_shop_has_6000_customers_two_years_and_about_150000_lines():
    shop = make_demo_shop(DemoSource(kind="demo"), seed=20240607)
    time = pd.to_datetime(shop["transactions"]["InvoiceDate"], format=WAYS_TO_SAY_TIME, errors="coerce")
    assert len(shop["planted"]) == 6000
    assert 140_000 < len(shop["transactions"]) < 165_000
    assert (str(time.min())[:10], str(time.max())[:10]) == ("2024-01-01", "2025-12-31")
    per_category = shop["transactions"].groupby("Category")["Product"].nunique()
    assert (len(per_category), per_category.sum()) == (8, 121)


def test_lines_grow_with_customers_and_months(clean):
    more = make_demo_shop(DemoSource(kind="demo", customers=2 * CUSTOMERS, months=24, dirt=0), SEED)
    longer = make_demo_shop(DemoSource(kind="demo", customers=CUSTOMERS, months=48, dirt=0), SEED)
    assert 1.7 < len(more["transactions"]) / len(clean["transactions"]) < 2.3
    assert 1.4 < len(longer["transactions"]) / len(clean["transactions"]) < 2.3


@pytest.mark.parametrize("table", ["customers", "transactions"])
def test_columns_are_called_so_that_each_of_the_contract_is_recognised(dirty, table):
    # The shop sells by name at a price, so a description and an amount would only repeat these.
    known = [column.name for column in TABLES[table] if column.name not in ("description", "amount")]
    matches = recognise(table, {name: [] for name in dirty[table]}, {}, "the shop")
    ours = {match.theirs: match.ours for match in matches}
    assert [ours.get(name) for name in dirty[table]] == known


def test_nothing_planted_is_exported(dirty):
    assert list(dirty["planted"]) == ["customer_id", "kind"]
    assert set(dirty["planted"]["kind"]) == set(KINDS["kind"])
    for table in (dirty["customers"], dirty["transactions"]):
        assert not {"kind", "Kind"} & set(table)
        assert not any(table[column].isin(KINDS["kind"]).any() for column in table)


def test_planted_customers_are_the_exported_customers_in_unequal_kinds(dirty):
    assert dirty["planted"]["customer_id"].tolist() == dirty["customers"]["CustomerID"].drop_duplicates().tolist()
    sizes = dirty["planted"]["kind"].value_counts()
    assert sizes.to_dict() == dict(zip(KINDS["kind"], [180, 150, 120, 90, 60], strict=True))


def test_without_dirt_the_export_is_clean(clean):
    customers, lines = clean["customers"], clean["transactions"]
    assert customers.drop(columns="ExitDate").notna().all(axis=None)
    assert lines.notna().all(axis=None)
    assert customers["CustomerID"].is_unique
    assert not lines.duplicated(["InvoiceNo", "LineNo"]).any()
    assert customers["Age"].between(18, 92).all()
    assert (lines["Quantity"] >= 1).all()
    assert (lines["UnitPrice"] > 0).all()
    assert (customers["Active"].eq("No") == customers["ExitDate"].notna()).all()
    assert not (customers["ExitDate"] < customers["SignUpDate"]).any()
    assert set(lines["CustomerID"]) < set(customers["CustomerID"])  # a few never bought


def test_orders_lie_between_sign_up_and_exit_or_the_shops_last_day(clean):
    lines = clean["transactions"].merge(clean["customers"], on="CustomerID", validate="many_to_one")
    day = lines["InvoiceDate"].str[:10]
    assert (day >= lines["SignUpDate"]).all()
    assert (day <= lines["ExitDate"].fillna("2025-12-31")).all()


def test_dirt_is_added_to_the_same_purchases(clean, dirty):
    sold = dirty["transactions"][~dirty["transactions"]["InvoiceNo"].str.startswith("C")].drop_duplicates()
    assert len(sold) == len(clean["transactions"])
    key = ["InvoiceDate", "Product", "LineNo", "Country"]
    readable = pd.MultiIndex.from_frame(sold.loc[sold["InvoiceDate"].str.startswith("202"), key])
    assert readable.isin(pd.MultiIndex.from_frame(clean["transactions"][key])).all()
    assert clean["planted"].equals(dirty["planted"])


def test_lines_have_every_kind_of_dirt_in_its_measure(dirty):
    lines = dirty["transactions"]
    invoices = lines.drop_duplicates("InvoiceNo")
    assert invoices["CustomerID"].isna().mean() == pytest.approx(0.02, abs=0.001)
    assert lines.duplicated().mean() == pytest.approx(0.005, abs=0.001)
    assert lines["InvoiceNo"].str.startswith("C").mean() == pytest.approx(0.02, abs=0.008)
    assert (lines["UnitPrice"] == 0).mean() == pytest.approx(0.002, abs=0.0005)
    assert pd.to_numeric(lines["Quantity"], errors="coerce").isna().any()
    assert pd.to_datetime(lines["InvoiceDate"], format=WAYS_TO_SAY_TIME, errors="coerce").isna().any()


def test_customers_have_every_kind_of_dirt(dirty):
    customers = dirty["customers"]
    assert customers.duplicated().sum() == 2  # 0.3% of 600, rounded up
    assert customers["Age"].isna().mean() == pytest.approx(0.04, abs=0.025)
    assert customers["AnnualIncome"].isna().mean() == pytest.approx(0.06, abs=0.03)
    assert not customers["Age"].dropna().between(18, 92).all()
    assert (customers["ExitDate"] < customers["SignUpDate"]).any()


def test_gaps_have_a_structure():
    customers = make_demo_shop(DemoSource(kind="demo", customers=4000, months=6), SEED)["customers"]
    gaps = customers.isna()
    income_by_channel = gaps["AnnualIncome"].groupby(customers["PreferredChannel"]).mean()
    age_by_city = gaps["Age"].groupby(customers["Location"]).mean()
    assert income_by_channel["App"] > 2 * income_by_channel[["Store", "Web"]].max()
    assert age_by_city["Lille"] > 2 * age_by_city.drop("Lille").max()


def test_half_the_dirt_is_half_as_much(dirty):
    half, whole = shop_with(dirt=0.5)["transactions"], dirty["transactions"]
    assert half["CustomerID"].isna().sum() == pytest.approx(whole["CustomerID"].isna().sum() / 2, rel=0.3)
    assert half.duplicated().sum() == pytest.approx(whole.duplicated().sum() / 2, rel=0.1)


def test_all_but_a_handful_of_cancellations_undo_an_earlier_sale(dirty):
    cancelled = matched_units(dirty["transactions"])
    unmatched = cancelled["units_left"] < 0
    assert (cancelled["Quantity"] < 0).all()
    assert 1 <= unmatched.sum() <= 5
    assert set(cancelled.loc[unmatched, "Product"]) == {"Old Season Wreath"}


def test_a_cancellation_repeats_customer_product_and_price_of_its_sale(dirty):
    same = ["CustomerID", "Product", "UnitPrice", "Country"]
    is_back = dirty["transactions"]["InvoiceNo"].str.startswith("C")
    back, sold = dirty["transactions"][is_back], dirty["transactions"][~is_back]
    back = back[back["Product"] != "Old Season Wreath"].drop_duplicates()
    assert len(back.merge(sold[same].drop_duplicates(), on=same)) == len(back)


def test_money_is_in_whole_cents(dirty):
    cents = 100 * dirty["transactions"]["UnitPrice"]
    assert (cents - cents.round()).abs().max() < 1e-9

"""Files and sheets that belong together: found by their keys, said, and put into the section that uses them."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from customer_segments.__main__ import main
from customer_segments.base.params import FilesSource
from customer_segments.commands.check import found
from customer_segments.commands.taken import named
from customer_segments.pages.preprocessing.accounts import joins
from customer_segments.sources import collect
from customer_segments.sources.secrets import Reach
from tests.malformed.packed import workbook
from tests.sources.database import database
from tests.support import make_study

KEPT = database(seed=9)
SHOP = KEPT.tables
WHO = {"customer_id": "customer_id", "age": "age", "city": "city"}


def renamed(table: str, names: dict[str, str], **more) -> pd.DataFrame:
    """Some columns of one of the shop's tables, as another system calls them."""
    return SHOP[table].rename(columns=names)[list(names.values())].assign(**more)


def item_numbers() -> range:
    return range(1, len(SHOP["items"]) + 1)


WITH_MONEY = {"order_id": "order_id", "product_id": "product_id", "quantity": "quantity", "price": "unit_price"}
# What other systems call the same shop; written after recognition of joins, which was mended once by what they showed.
OTHERS = {
    "woocommerce": {
        "wc_order_stats": renamed(
            "orders",
            {"order_id": "order_id", "order_date": "date_created", "customer_id": "customer_id", "total": "total"},
        ),
        "wc_order_product_lookup": renamed(
            "items", {"order_id": "order_id", "product_id": "product_id", "quantity": "product_qty"},
            order_item_id=item_numbers(), product_net_revenue=SHOP["items"]["price"],
        ),
        "wc_customer_lookup": renamed("customers", WHO),
    },
    "chinook": {
        "Invoice": renamed(
            "orders",
            {"order_id": "InvoiceId", "customer_id": "CustomerId", "order_date": "InvoiceDate", "total": "Total"},
        ),
        "InvoiceLine": renamed(
            "items",
            {"order_id": "InvoiceId", "product_id": "TrackId", "price": "UnitPrice", "quantity": "Quantity"},
            InvoiceLineId=item_numbers(),
        ),
        "Customer": renamed("customers", {"customer_id": "CustomerId", "city": "City", "age": "Age"}),
        "Track": renamed("products", {"product_id": "TrackId", "title": "Name", "list_price": "UnitPrice"}),
    },
    "german": {
        "Auftraege": renamed("orders", {"order_id": "Auftragsnr", "customer_id": "KdNr", "order_date": "Datum"}),
        "Positionen": renamed(
            "items", {"order_id": "Auftragsnr", "product_id": "Artikelnr", "quantity": "Menge", "price": "Einzelpreis"}
        ),
        "Kunden": renamed("customers", {"customer_id": "KdNr", "age": "Alter", "city": "Ort"}),
        "Artikel": renamed("products", {"product_id": "Artikelnr", "title": "Bezeichnung"}),
    },
    "rails": {
        "users": renamed("customers", {"customer_id": "id", "city": "city", "age": "age"}),
        "orders": renamed("orders", {"order_id": "id", "customer_id": "user_id", "order_date": "created_at"}),
        "line_items": renamed("items", WITH_MONEY, id=item_numbers()),
        "products": renamed("products", {"product_id": "id", "title": "name", "list_price": "price"}),
    },
    "french": {
        "commandes": renamed(
            "orders", {"order_id": "num_commande", "customer_id": "code_client", "order_date": "date_commande"}
        ),
        "lignes": renamed(
            "items",
            {"order_id": "num_commande", "product_id": "reference", "quantity": "quantite", "price": "prix_unitaire"},
        ),
        "clients": renamed("customers", {"customer_id": "code_client", "age": "age", "city": "ville"}),
    },
}  # fmt: skip


def put(folder: Path, tables: dict[str, pd.DataFrame]) -> list[Path]:
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    return [folder / f"{name}.csv" for name in tables]


def looked_at(folder: Path, tables: dict[str, pd.DataFrame]):
    return found(named(put(folder, tables), None, (), {}), folder, folder)


def collected(folder: Path, source: dict) -> pd.DataFrame:
    collect(FilesSource.of(**source), Reach(folder, {}), folder / "raw", seed=1)
    return pd.read_parquet(folder / "raw/transactions.parquet").sort_values("row", ignore_index=True)


def cents(lines: pd.DataFrame, quantity: str, price: str, of_whom: str) -> dict[str, int]:
    known = lines[lines[of_whom].notna()]
    worth = (known[quantity].astype(int) * (known[price].astype(float) * 100).round().astype(int)).astype(int)
    return worth.groupby(known[of_whom].astype(float).astype(int)).sum().to_dict()


@pytest.mark.parametrize("name", OTHERS)
def test_every_customers_money_is_what_pandas_makes_of_it(tmp_path, name):
    told = looked_at(tmp_path, OTHERS[name])
    lines = collected(tmp_path, told.source)
    due = cents(KEPT.lines(), "quantity", "price", "customer_id")
    if "amount" in lines:  # where the export has what a line comes to, here it is the price of a piece
        assert lines["amount"].astype(float).tolist() == KEPT.tables["items"]["price"].astype(float).tolist()
    else:
        assert cents(lines, "quantity", "unit_price", "customer_id") == due
    assert told.tables["customers"]["rows"] == 40
    assert told.tables["transactions"]["rows"] == len(KEPT.lines())
    assert told.questions == []


def test_the_whole_shop_is_put_together_and_said(tmp_path):
    told = looked_at(tmp_path, SHOP)
    lines = told.tables["transactions"]
    assert [each["table"] for each in told.source["joined"]["transactions"]] == [
        "orders.csv", "products.csv", "categories.csv"
    ]  # fmt: skip
    assert lines["columns"]["category"] == "category"
    assert lines["joined"][0]["told"] == (
        "joined with orders.csv by 'order_id': 663 of 680 rows meet their partner there; 17 rows have a key that "
        "orders.csv does not have; 7 rows of orders.csv are asked for by none"
    )
    (left,) = lines["left_out"]
    assert left.startswith("payments.csv is left out: it has several rows for one of orders.csv")


def test_chapter_2_says_what_was_joined_by_which_key_and_what_met_no_partner(tmp_path):
    told = looked_at(tmp_path, SHOP)
    sources = collect(FilesSource.of(**told.source), Reach(tmp_path, {}), tmp_path / "raw", seed=1)["tables"]
    table, caption = joins(sources)
    lines, orders = SHOP["items"], SHOP["orders"]
    met = lines["order_id"].isin(orders["order_id"])
    unused = ~orders["order_id"].isin(lines["order_id"])
    counts = [f"{count:,}" for count in (len(lines), met.sum(), (~met).sum(), unused.sum())]
    assert table.iloc[0].tolist() == ["Transactions", "orders.csv", "order_id", *counts]
    assert table["Joined with"].tolist() == ["orders.csv", "products.csv", "categories.csv"]
    assert caption == "No row was lost or doubled by joining. What a row without its partner lacks stays empty."
    for meeting in sources["transactions"]["joined"]:
        meeting |= {"met": meeting["lines"], "unmet": 0, "without_key": 0, "by": {"order": "id", "shop": "shop"}}
    table, caption = joins(sources)
    assert table.iloc[0].tolist()[2:6] == ["order = id and shop", counts[0], counts[0], "0"]
    assert caption.endswith("Every row met its partner.")


def test_the_page_of_chapter_2_has_the_joins(tmp_path):
    study = make_study(tmp_path / "study", 0)
    told = looked_at(study.folder, SHOP)
    study.change(source=told.source)
    for stage in ("collect", "preprocessing"):
        study.stage(stage)
    page = study.path("reports/02_preprocessing.html").read_text(encoding="utf-8")
    row = re.search(r"<th[^>]*>Transactions</th><th[^>]*>orders.csv</th><td>order_id</td>(.*?)</tr>", page)[1]
    assert re.findall(r">([\d,]+)<", row) == ["680", "663", "17", "7"]
    assert "Which rows can be used?" in page[: page.index("No row was lost or doubled by joining")]


def test_chapter_2_says_nothing_of_joins_where_there_are_none():
    table, caption = joins({"transactions": {"file": "lines.csv"}, "customers": {"joined": []}})
    assert table.empty
    assert caption == ""


def test_rows_that_are_broken_or_stand_twice_are_told_of_tables_that_are_joined_too(tmp_path):
    places = put(tmp_path, OTHERS["german"])
    orders = tmp_path / "Auftraege.csv"
    header, *rows = orders.read_text().splitlines()
    rows = [*rows, *rows]
    rows[3], rows[7] = f"{rows[3]},more", rows[7].partition(",")[0]
    orders.write_text("\n".join([header, *rows]))
    told = found(named(places, None, (), {}), tmp_path, tmp_path)
    said = told.tables["transactions"]["joined"][0]["told"]
    assert said.startswith("joined with Auftraege.csv by 'Auftragsnr': 663 of 680 rows meet their partner")
    assert "2 rows of Auftraege.csv cannot be split into cells" in said
    lines = collected(tmp_path, told.source)
    assert cents(lines, "quantity", "unit_price", "customer_id") == cents(
        KEPT.lines(), "quantity", "price", "customer_id"
    )


def test_without_money_of_their_own_the_orders_are_the_lines(tmp_path):
    items = SHOP["items"].drop(columns="price")
    told = looked_at(tmp_path, {"items": items, "orders": SHOP["orders"]})
    assert (told.source["transactions"], "joined" in told.source) == ("orders.csv", False)
    assert told.tables["transactions"]["columns"]["amount"] == "total"
    assert told.tables["transactions"]["left_out"][0].startswith("items.csv is left out: it has several rows")


def test_the_price_of_a_product_is_that_of_its_lines(tmp_path):
    tables = {
        "items": SHOP["items"].drop(columns="price"),
        "orders": SHOP["orders"].drop(columns=["total", "shipping"]),
        "products": SHOP["products"],
    }
    lines = collected(tmp_path, looked_at(tmp_path, tables).source)
    due = tables["items"].merge(SHOP["products"], on="product_id")["list_price"].astype(float).sum()
    assert round(lines["unit_price"].sum(), 2) == round(due, 2)


def test_the_number_in_a_list_is_the_one_by_which_the_lines_name_their_customers(tmp_path):
    orders = renamed("orders", {"order_id": "CVE_DOC", "customer_id": "CVE_CLPV", "order_date": "FECHA_DOC"})
    lines = renamed("items", {"order_id": "CVE_DOC", "product_id": "CVE_ART", "quantity": "CANT", "price": "PREC"})
    listed = renamed("customers", {"customer_id": "CLAVE", "city": "MUNICIPIO"})
    for table, name in ((orders, "CVE_CLPV"), (listed, "CLAVE")):
        table[name] = [None if pd.isna(number) else f"{int(number):010d}" for number in table[name]]
    listed["RFC"] = [f"XAX{number:05d}" for number in range(len(listed))]  # of taxes: as good a key by itself
    told = looked_at(tmp_path, {"FACT": orders, "PAR": lines, "CLIE": listed})
    (role,) = [each for each in told.tables["customers"]["roles"] if each["role"] == "customer_id"]
    assert (role["column"], role["why"]) == ("CLAVE", "the lines name their customers by it")
    assert told.problems == []


def test_lines_and_their_money_meet_by_the_order_and_the_place_in_it(tmp_path):
    items = SHOP["items"].assign(place=SHOP["items"].groupby("order_id").cumcount() + 1)
    names = {"order_id": "BON_ID", "place": "POS_ZEILE", "till": "Z_KASSE_ID"}
    both = items.assign(till="KASSE-01").rename(columns=names)
    sums = both[list(names.values())].assign(POS_BRUTTO=items["quantity"].astype(int) * items["price"].astype(float))
    goods = both[[*names.values(), "product_id", "quantity"]]
    told = looked_at(tmp_path, {"bons": SHOP["orders"].rename(columns=names), "zeilen": goods, "betraege": sums})
    assert ["BON_ID", "POS_ZEILE"] in [each["by"] for each in told.source["joined"]["transactions"]]
    lines = collected(tmp_path, told.source)
    assert len(lines) == len(items)
    assert round(lines["amount"].sum(), 2) == round(sums["POS_BRUTTO"].sum(), 2)


def test_lines_meet_their_heads_where_only_the_cells_tell_whose_they_are(tmp_path):
    heads = renamed("orders", {"order_id": "BelegNr", "customer_id": "SuchBeg", "order_date": "Dat"})
    heads = heads[heads["SuchBeg"].notna()].assign(SuchBeg=lambda table: "K" + table["SuchBeg"].astype(int).astype(str))
    lines = renamed("items", {"order_id": "BelegNr", "product_id": "ArtNr", "quantity": "Mge", "price": "EPr"})
    told = looked_at(tmp_path, {"VorgangArchiv": heads, "VorgangPosArchiv": lines})
    assert list(told.tables) == ["transactions"]
    assert told.tables["transactions"]["columns"]["customer_id"] == "SuchBeg"
    assert any("SuchBeg" in each.told and "customer_id" in each.told for each in told.questions)


def test_a_key_that_too_few_meet_is_asked_about(tmp_path):
    told = looked_at(tmp_path, {"orders": SHOP["orders"].head(180), "items": SHOP["items"]})
    assert any(each.told.startswith("Only ") and "find a row of orders.csv" in each.told for each in told.questions)


def test_the_sheets_of_a_workbook_are_put_together(tmp_path):
    sheets = {"Cover": [["Our shop"]]} | {
        name: [list(table), *(list(map(str, row)) for row in table.itertuples(index=False))]
        for name, table in SHOP.items()
        if name in ("orders", "items", "customers")
    }
    (tmp_path / "shop.xlsx").write_bytes(workbook(sheets))
    told = found(named([tmp_path / "shop.xlsx"], None, (), {}), tmp_path, tmp_path)
    assert told.source["formats"]["transactions"] == {"sheet": "items"}
    assert told.source["joined"]["transactions"] == [{"table": "shop.xlsx", "by": "order_id", "sheet": "orders"}]
    lines = collected(tmp_path, told.source)
    due = cents(KEPT.lines(), "quantity", "price", "customer_id")
    assert cents(lines, "quantity", "unit_price", "customer_id") == due


def test_tables_that_have_nothing_to_do_with_each_other_are_not_joined(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    put(tmp_path, {"a": SHOP["customers"], "b": SHOP["categories"]})
    assert main(["check", "a.csv", "b.csv"]) == 1
    assert "a.csv and b.csv have different columns, and no column is found" in capsys.readouterr().err


def test_programs_are_told_of_joins(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    put(tmp_path, SHOP)
    assert main(["check", "--json", *(f"{name}.csv" for name in SHOP)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["tables"]["transactions"]["joined"][0]["unmet"] == 17


def test_visits_that_nobody_pays_for_are_the_lines_of_those_who_are_listed(tmp_path):
    visits = renamed("orders", {"customer_id": "Lidnr", "order_date": "Datum"})
    members = renamed("customers", {"customer_id": "Lidnr", "city": "Woonplaats"})
    sheets = {
        name: [list(table), *(list(map(str, row)) for row in table.itertuples(index=False))]
        for name, table in (("Leden", members), ("Bezoeken", visits))
    }
    (tmp_path / "club.xlsx").write_bytes(workbook(sheets))
    told = found(named([tmp_path / "club.xlsx"], None, (), {}), tmp_path, tmp_path)
    assert told.tables["transactions"]["columns"]["customer_id"] == "Lidnr"
    assert told.tables["transactions"]["rows"] == len(visits)
    assert told.tables["customers"]["rows"] == len(members)

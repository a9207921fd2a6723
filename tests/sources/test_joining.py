"""Tables that belong together become one: every row accounted for, every cent as plain pandas has it."""

import json
import sqlite3
from contextlib import closing
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customer_segments.base import engine
from customer_segments.base.errors import StudyError
from customer_segments.base.params import FilesSource, PreprocessingParams
from customer_segments.pages.eda.decisions import sentence
from customer_segments.steps.cleaning.clean import clean
from customer_segments.steps.eda.look import Weight, in_joins
from tests.sources.database import database

ORDERS = "order_id,customer_id,order_date,total\n007,c1,2024-01-01,30\n8,c2,2024-01-02,5\n9,c1,2024-02-02,9\n"
ITEMS = "order_id,product_id,quantity,price\n7,a,1,10\n7,b,2,10\n8.0,a,1,5\n10,b,5,1.5\n,b,1,2\n"


def joined(shop, lines: str = ITEMS, other: str = ORDERS, by="order_id", **more):
    """The lines as they are collected with their orders, and what is told of the join."""
    further = [{"table": shop.put("orders.csv", other), "by": by}]
    shop.collect(transactions=shop.put("items.csv", lines), joined={"transactions": further}, **more)
    return shop.table("transactions"), shop.source()["tables"]["transactions"]["joined"][0]


def who(lines: pd.DataFrame) -> list[str | None]:
    return [None if pd.isna(each) else each for each in lines["customer_id"]]


def test_each_item_gets_its_order_however_the_key_is_written(shop):
    lines, told = joined(shop)
    assert lines["row"].tolist() == [1, 2, 3, 4, 5]
    assert who(lines) == ["c1", "c1", "c2", None, None]
    assert lines["ordered_at"].dt.strftime("%m-%d").tolist()[:3] == ["01-01", "01-01", "01-02"]
    counted = {name: told[name] for name in ("rows", "lines", "met", "unmet", "without_key", "unused", "several")}
    assert counted == {
        "rows": 3, "lines": 5, "met": 3, "unmet": 1, "without_key": 1, "unused": 1, "several": True
    }  # fmt: skip


def test_zeros_before_a_number_tell_keys_apart_where_both_are_there(shop):
    lines, _ = joined(shop, "order_id,quantity,price\n7,1,1\n", ORDERS.replace("\n8,", "\n7,"))
    assert lines["customer_id"].tolist() == ["c2"]


def test_a_key_that_is_there_twice_is_refused_with_an_example(shop):
    with pytest.raises(StudyError, match=r"orders\.csv has 2 rows in which 'order_id' is '8' \(rows 2 and 3\)"):
        joined(shop, other=ORDERS.replace("\n9,", "\n8,"))


def test_rows_exported_twice_count_once_and_are_told(shop):
    lines, told = joined(shop, other=ORDERS + "8,c2,2024-01-02,5\n")
    assert (len(lines), told["repeated"], told["unused"]) == (5, 1, 1)


def test_the_total_of_an_order_is_never_the_money_of_each_of_its_items(shop):
    lines, _ = joined(shop)
    assert "amount" not in lines
    with pytest.raises(StudyError, match=r"'total' of orders\.csv stands once for several rows of items\.csv"):
        joined(shop, columns={"transactions": {"amount": "total"}})


def test_an_unknown_column_of_a_key_is_named(shop):
    with pytest.raises(StudyError, match=r"orders\.csv has no column 'id' to join by; it has 'order_id'"):
        joined(shop, by={"order_id": "id"})


def test_columns_of_the_same_name_are_told_apart(shop):
    other = "order_id,customer_id,order_date,price\n7,c1,2024-01-01,30\n8,c2,2024-01-02,5\n"
    lines, told = joined(shop, other=other)
    assert told["columns"] == ["customer_id", "order_date", "orders.price"]
    assert lines["unit_price"].tolist() == [10.0, 10.0, 5.0, 1.5, 2.0]


def test_keys_of_several_columns(shop):
    orders = "shop,no,customer_id,order_date\nA,1,c1,2024-01-01\nB,1,c2,2024-01-02\n"
    items = "shop,receipt,quantity,price\nA,1,1,2\nB,1,1,3\nC,1,1,4\n"
    lines, _ = joined(shop, items, orders, {"shop": "shop", "receipt": "no"})
    assert who(lines) == ["c1", "c2", None]


def test_a_row_that_cannot_be_split_is_counted_without_its_content(shop):
    _, told = joined(shop, other=ORDERS + "11,nobody\n")
    assert (told["rows"], told["broken"]) == (4, 1)
    assert "nobody" not in json.dumps(told)


def test_the_fingerprint_follows_what_is_joined(shop):
    joined(shop)
    before = shop.source()["fingerprint"]
    joined(shop, other=ORDERS.replace("c2", "c3"))
    assert shop.source()["fingerprint"] != before


def test_the_same_tables_give_the_same_bytes(shop):
    joined(shop)
    first = shop.files()
    joined(shop)
    assert shop.files() == first


def test_several_files_of_lines_keep_their_places(shop):
    shop.put("months/1.csv", "order_id,product_id,quantity,price\n7,a,1,10\n7,b,2,10\n")
    shop.put("months/2.csv", "order_id,product_id,quantity,price\n8,a,1,5\n")
    further = [{"table": shop.put("orders.csv", ORDERS), "by": "order_id"}]
    shop.collect(transactions="data/external/months", joined={"transactions": further})
    assert [file["rows"] for file in shop.source()["tables"]["transactions"]["files"]] == [2, 1]
    assert shop.table("transactions")["customer_id"].tolist() == ["c1", "c1", "c2"]


def test_what_is_joined_to_nothing_is_refused():
    with pytest.raises(StudyError, match="tables are joined to `customers`, which is not named"):
        FilesSource.of(kind="files", transactions="a", joined={"customers": [{"table": "b", "by": "c"}]})


@pytest.mark.parametrize("by", [[], {}, 3, [3]])
def test_a_key_is_one_column_or_several(by):
    with pytest.raises(StudyError, match="write the key's column"):
        FilesSource.of(kind="files", transactions="a", joined={"transactions": [{"table": "b", "by": by}]})


def test_a_shops_database_comes_to_what_pandas_makes_of_it(shop):
    kept = database()
    for name, table in kept.tables.items():
        shop.put(f"{name}.csv", table.to_csv(index=False))
    further = [
        {"table": "data/external/orders.csv", "by": "order_id"},
        {"table": "data/external/products.csv", "by": "product_id"},
        {"table": "data/external/categories.csv", "by": "category_id"},
    ]
    shop.collect(transactions="data/external/items.csv", joined={"transactions": further})
    found, due = shop.table("transactions"), kept.lines()
    assert len(found) == len(due)
    assert found["customer_id"].notna().tolist() == due["customer_id"].notna().tolist()
    assert set(found["category"]) == {"Tea", "Cups", "Books", "Maps"}
    assert worth(found["quantity"], found["unit_price"]) == worth(due["quantity"], due["price"])
    orders, *_ = shop.source()["tables"]["transactions"]["joined"]
    assert (orders["unmet"], orders["unused"]) == (int(due["customer_id"].isna().sum()), 7)


def test_the_first_chapter_says_who_met_nobody(shop):
    _, told = joined(shop)
    (finding,) = in_joins("transactions", {"joined": [told]})
    assert (finding.weight, finding.share) == (Weight.DISTORTS, 0.4)
    assert sentence(finding, "$") == (
        "Joined with orders.csv by &#39;order&#95;id&#39;: 3 of 5 rows meet their partner there; 1 row has a key that "
        "orders.csv does not have; 1 row has no key; 1 row of orders.csv is asked for by none. What a row without its "
        "partner lacks stays empty."
    )


def worth(quantities: pd.Series, prices: pd.Series) -> Decimal:
    return sum(
        (Decimal(str(int(n))) * Decimal(str(float(p))) for n, p in zip(quantities, prices, strict=True)), Decimal(0)
    )


NAMED = {
    "transactions": {
        # Without orders, for a number that stands on an order's first line holds for its other lines, too.
        **{"invoice_id": None, "customer_id": "customer_id", "ordered_at": "order_date", "unit_price": "price"}
    }
}
KEYS = st.one_of(st.none(), st.integers(1, 6).map(str), st.integers(1, 6).map("{}.0".format))


@settings(max_examples=25)
@given(lines=st.lists(KEYS, min_size=1, max_size=12), there=st.sets(st.integers(1, 6), min_size=1))
def test_no_row_is_lost_or_doubled(tmp_path_factory, lines, there):
    from tests.sources.shop import Shop

    shop = Shop(tmp_path_factory.mktemp("shop"))
    items = "order_id,quantity,price\n" + "".join(f"{key or ''},1,{n}\n" for n, key in enumerate(lines, 1))
    orders = "order_id,customer_id,order_date\n" + "".join(f"{n},c{n},2024-01-0{n}\n" for n in sorted(there))
    due = [f"c{int(float(key))}" if key and int(float(key)) in there else None for key in lines]
    if not any(due):
        with pytest.raises(StudyError, match=r"No row of items\.csv finds a row of orders\.csv by 'order_id'"):
            joined(shop, items, orders)
        return
    found, told = joined(shop, items, orders, columns=NAMED)
    assert who(found) == due
    assert found["unit_price"].tolist() == [float(n) for n in range(1, len(lines) + 1)]
    assert told["met"] + told["unmet"] + told["without_key"] == told["lines"] == len(lines)


def test_tables_of_a_database_are_joined_as_files_are(shop):
    kept = database(orders=60)
    with closing(sqlite3.connect(shop.folder / "shop.sqlite")) as connection:
        for name in ("orders", "items"):
            kept.tables[name].to_sql(name, connection, index=False)
    shop.collect(
        kind="database", url="sqlite:///shop.sqlite", transactions="items",
        joined={"transactions": [{"table": "SELECT order_id, customer_id, order_date FROM orders", "by": "order_id"}]},
    )  # fmt: skip
    found, due = shop.table("transactions"), kept.lines()
    assert worth(found["quantity"], found["unit_price"]) == worth(due["quantity"], due["price"])
    assert shop.source()["tables"]["transactions"]["joined"][0]["unmet"] == int(due["customer_id"].isna().sum())


def test_a_broken_row_of_a_joined_table_stands_with_the_rejected_ones_as_it_came(shop):
    joined(shop, other=ORDERS + "11,nobody\n")
    reason = "it has 2 cells, and the header has 4"
    assert shop.broken() == [("orders.csv", 4, reason, "11,nobody")]
    connection = engine.connect()
    raw = shop.folder / "data/raw"
    lines, broken = (engine.read_parquet(connection, raw / f"{name}.parquet") for name in ("transactions", "broken"))
    cleaned = clean(None, lines, PreprocessingParams(), broken)
    (row,) = [row for row in engine.fetched(cleaned.rejected) if row["table"] == "orders.csv"]
    assert (row["file"], row["row_in_file"], row["reason"], row["content"]) == ("orders.csv", 4, reason, "11,nobody")
    assert cleaned.entries[0].rows_rejected == 0  # no line is lost by it

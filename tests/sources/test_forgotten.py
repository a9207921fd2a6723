import json

import pytest

from customer_segments.base.errors import StudyError
from customer_segments.sources.forgotten import FILE, forgotten

LINES = "invoice_id,quantity,unit_price,ordered_at,customer_id\nA1,1,9.50,2024-01-05,a\nA2,1,9,2024-01-06,k77\nA3,k77\n"


def remember(shop, customers) -> None:
    path = shop.folder / FILE
    path.write_text(json.dumps(forgotten(path).remembering(customers)))


def test_rows_of_the_forgotten_are_counted_and_hold_nothing(shop):
    place = shop.put("t.csv", LINES)
    remember(shop, ["k77"])
    shop.collect(transactions=place)
    assert shop.table("transactions")["customer_id"].tolist() == ["a"]
    reason = "was forgotten at the customer's request"
    assert shop.broken() == [("transactions", 2, reason, ""), ("transactions", 3, reason, "")]
    account = shop.source()["tables"]["transactions"]
    assert (account["rows"], account["broken"]) == (3, 2)
    made = {path: content for path, content in shop.files().items() if path.startswith("data/raw")}
    assert not [path for path, content in made.items() if b"k77" in content]


def test_without_anyone_forgotten_nothing_changes(shop):
    place = shop.put("t.csv", LINES)
    shop.collect(transactions=place)
    before = shop.files()
    remember(shop, [])
    shop.collect(transactions=place)
    assert {path: content for path, content in shop.files().items() if path != FILE} == before


def test_those_remembered_earlier_stay_remembered(shop):
    shop.put("t.csv", LINES)
    remember(shop, ["a"])
    remember(shop, ["k77"])
    known = forgotten(shop.folder / FILE)
    assert known.knows("a")
    assert known.knows("k77")
    assert not known.knows("c")
    text = (shop.folder / FILE).read_text()
    assert "k77" not in text


def test_a_damaged_memory_stops_the_collection(shop):
    place = shop.put("t.csv", LINES)
    (shop.folder / FILE).write_text("{")
    with pytest.raises(StudyError, match="nobody knows who is to be left out"):
        shop.collect(transactions=place)

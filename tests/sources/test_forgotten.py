import pytest

from customer_segments.base.errors import StudyError
from customer_segments.run import workspace
from customer_segments.sources.forgotten import FILE, forgotten, remember

LINES = "invoice_id,quantity,unit_price,ordered_at,customer_id\nA1,1,9.50,2024-01-05,a\nA2,1,9,2024-01-06,k77\nA3,k77\n"


def test_rows_of_the_forgotten_are_counted_and_hold_nothing(shop):
    place = shop.put("t.csv", LINES)
    remember(["k77"])
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
    remember([])
    shop.collect(transactions=place)
    assert {path: content for path, content in shop.files().items() if path != FILE} == before


def test_those_remembered_earlier_stay_remembered(shop):
    shop.put("t.csv", LINES)
    remember(["a"])
    remember(["k77"])
    assert forgotten().knows("a")
    assert forgotten().knows("k77")
    assert not forgotten().knows("c")
    text = (shop.folder / FILE).read_text()
    assert "k77" not in text


def test_a_damaged_memory_stops_the_collection(shop):
    place = shop.put("t.csv", LINES)
    workspace.write_text("{", FILE)
    with pytest.raises(StudyError, match="nobody knows who is to be left out"):
        shop.collect(transactions=place)

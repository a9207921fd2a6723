import hashlib
import json
import time

import pytest

from customer_segments.base.errors import StudyError
from customer_segments.sources import forgotten as forgetting
from customer_segments.sources.forgotten import FILE, FIRST_BITS, forgotten, named_in

LINES = "invoice_id,quantity,unit_price,ordered_at,customer_id\nA1,1,9.50,2024-01-05,a\nA2,1,9,2024-01-06,k77\nA3,k77\n"


@pytest.fixture(autouse=True)
def external(shop):
    (shop.folder / FILE).parent.mkdir(parents=True)


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


def test_broken_rows_of_joined_tables_hold_nothing_of_the_forgotten_either(shop):
    lines = shop.put("lines.csv", "order_id,quantity,unit_price\n1,1,5\n2,1,6\n")
    orders = shop.put("orders.csv", "order_id,customer_id,order_date\n1,a,2024-01-05\n2,b,2024-01-06\n3,k77\n4,b\n")
    remember(shop, ["k77"])
    shop.collect(transactions=lines, joined={"transactions": [{"table": orders, "by": "order_id"}]})
    assert [(row, content) for _, row, _, content in shop.broken()] == [(3, ""), (4, "4,b")]


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


EARLY = {"about": "…", "salt": "s", "prints": [hashlib.sha256(b"sk77").hexdigest()]}


def test_lists_of_earlier_versions_are_still_honoured(shop):
    (shop.folder / FILE).write_text(json.dumps(EARLY))
    assert forgotten(shop.folder / FILE).knows("k77")
    remember(shop, ["a"])
    known = forgotten(shop.folder / FILE)
    assert known.knows("k77")
    assert known.knows("a")
    assert not known.knows("k7")


@pytest.mark.parametrize(
    "damage", ["{", "[]", '{"slow": {}}', '{"slow": {"salt": "", "scrypt": {}, "bits": [], "prints": []}}']
)
def test_a_list_that_cannot_be_understood_stops_everything(shop, damage):
    (shop.folder / FILE).write_text(damage)
    with pytest.raises(StudyError, match="nobody knows who is to be left out"):
        forgotten(shop.folder / FILE)


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("@eve", "'@eve"), ("17850", "17850.0"), ("17850.00", "17850"), (" k 7\u00a0", "k 7"), ("-12", "'-12"),
        ("Zoë", "Zoe\u0308"), ("\ud800x", "\ud800x"),
    ],
)  # fmt: skip
def test_an_id_is_known_however_it_is_written(shop, asked, written):
    remember(shop, [asked])
    assert forgotten(shop.folder / FILE).knows(written)


@pytest.mark.parametrize(("asked", "other"), [("eve", "EVE"), ("007", "7"), ("12", "-12"), ("k 7", "k7"), ("1", "10")])
def test_another_customer_is_not_taken_for_one_of_them(shop, asked, other):
    remember(shop, [asked])
    assert not forgotten(shop.folder / FILE).knows(other)


@pytest.mark.parametrize(
    "row", ['A1;"Müller, Zoë";x', "A1,Müller, Zoë,9", '{"who": "M\\u00fcller, Zo\\u00eb"', "A1\tMüller, Zoë"]
)
def test_a_row_that_could_not_be_split_is_emptied_where_it_names_one(shop, row):
    remember(shop, ["Müller, Zoë"])
    known = forgotten(shop.folder / FILE)
    assert any(map(known.knows, named_in(row)))
    assert not any(map(known.knows, named_in(row.replace("ë", "e").replace("00eb", "0065"))))


def test_few_strangers_cost_anything_and_a_guess_does(shop):
    remember(shop, [f"k{number}" for number in range(40)])
    known = forgotten(shop.folder / FILE)
    assert sum(len(bits) for bits in known.bits) >= 40 * FIRST_BITS
    looked = [f"c{number}" for number in range(100_000)]
    started = time.process_time()
    assert not any(map(known.knows, looked))
    assert time.process_time() - started < 6
    started = time.process_time()
    assert known.knows("k1")
    forgetting._slow.cache_clear()
    known.knows("k2")
    assert time.process_time() - started > 0.01


def test_whom_the_list_names_cannot_be_read_in_it(shop):
    remember(shop, ["k77", "a"])
    content = json.loads((shop.folder / FILE).read_text())
    assert set(content) == {"about", "slow"}
    assert {len(each) for each in content["slow"]["prints"]} == {128}

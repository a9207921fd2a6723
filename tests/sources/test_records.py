import json

import pytest

from customer_segments.base.errors import StudyError
from customer_segments.sources import records

RECORDS = [{"customer_id": "a", "age": 20}, {"customer_id": "b", "age": 30, "active": True}]


def test_a_list_of_records(shop):
    found = shop.customers(json.dumps(RECORDS), "shop.json")
    assert found[["customer_id", "age"]].values.tolist() == [["a", 20.0], ["b", 30.0]]
    assert found["active"].fillna("").tolist() == ["", True]


@pytest.mark.parametrize(
    ("content", "file"),
    [
        (json.dumps({"status": "ok", "data": RECORDS}), "shop.json"),
        ("\n".join(map(json.dumps, RECORDS)), "shop.jsonl"),
        ("\n\n".join(map(json.dumps, RECORDS)), "shop.ndjson"),
        ("\n".join(map(json.dumps, RECORDS)), "shop.json"),
    ],
)
def test_records_within_an_object_or_one_a_line(shop, content, file):
    assert shop.customers(content, file)["age"].tolist() == [20, 30]


@pytest.mark.parametrize("file", ["shop.json", "shop.jsonl"])
def test_a_field_that_only_a_late_record_has_is_a_column_too(monkeypatch, shop, file):
    monkeypatch.setattr(records, "FIRST", 1)
    late = [*RECORDS, {"customer_id": "c", "home": {"pet": "cat"}}]
    content = json.dumps(late) if file == "shop.json" else "\n".join(map(json.dumps, late))
    found = shop.customers(content, file)
    assert found["row"].tolist() == [1, 2, 3]
    assert found["home_pet"].fillna("").tolist() == ["", "", "cat"]


def test_nested_fields_are_named_with_dots_and_lists_stay_json(shop):
    record = {"customer_id": "a", "home": {"pet": {"voice": "müüh"}}, "tags": ["x", "ü"]}
    found = shop.customers(json.dumps([record]), "shop.json")
    assert found[["home_pet_voice", "tags"]].values.tolist() == [["müüh", '["x", "ü"]']]


def test_ids_and_amounts_keep_every_digit(shop):
    found = shop.customers('[{"customer_id": 12345678901234567890123, "note": 1.10}, {"customer_id": 2}]', "shop.json")
    assert found["customer_id"].tolist() == ["12345678901234567890123", "2"]


def test_a_moment_in_milliseconds_is_one_of_the_calendar(shop):
    old = {"customer_id": "a", "signed_up_on": "/Date(1577836800000)/", "note": "/Date(soon)/"}
    later = {"customer_id": "b", "signed_up_on": "/Date(-86400000+0100)/", "note": "/Date(99999999999999)/"}
    found = shop.customers(json.dumps([old, later]), "shop.json")
    assert found["signed_up_on"].astype(str).tolist() == ["2020-01-01", "1969-12-31"]
    assert found["note"].tolist() == [old["note"], later["note"]]


@pytest.mark.parametrize(
    ("content", "file", "said"),
    [
        ('[{"customer_id": "a"', "shop.json", "is not whole JSON"),
        ('{"customer_id": "a"}\n{"customer', "shop.jsonl", "is not whole JSON in line 2"),
        ("[]", "shop.json", "holds no records"),
        ("[1, 2]", "shop.json", "record 1, is no object with named fields"),
        ("{}\n{}\n", "shop.jsonl", "holds no records with fields"),
        ('{"customer_id": "a"}{"customer_id": "b"}\n', "shop.jsonl", "is not whole JSON in line 1"),
        ('"hello"', "shop.json", "holds no list of records"),
        (json.dumps({"a": RECORDS, "b": RECORDS}), "shop.json", "holds no list of records"),
        ("[" * 100_000, "shop.json", "nested too deeply"),
        ('[{"customer_id": ' + '{"x": ' * 30 + "1" + "}" * 30 + "}]", "shop.json", "record 1, is nested too deeply"),
    ],
)
def test_what_holds_no_records_is_refused(shop, content, file, said):
    with pytest.raises(StudyError) as caught:
        shop.customers(content, file)
    assert str(caught.value).startswith(file)
    assert said in str(caught.value)


def test_a_name_that_no_text_can_hold_is_marked_where_it_cannot(shop):
    content = r"""[{"customer_id\u0000": "abc", "age \ud800": "20"}, {"customer_id\u0000": "de"}]"""
    place = shop.put("shop.json", content)
    shop.collect(customers=place, columns={"customers": {"customer_id": "customer_id\ufffd"}})
    assert shop.table("customers")["customer_id"].tolist() == ["abc", "de"]
    columns = shop.source()["tables"]["customers"]["columns"]
    assert [match["theirs"] for match in columns] == ["customer_id\ufffd", "age \ufffd"]

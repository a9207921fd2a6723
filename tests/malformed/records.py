"""Tables with kinds of their own: JSON and Parquet."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa

from tests.malformed.cases import BOTH, TWO, Refused, Result, customers
from tests.malformed.packed import flipped, parquet, parquet_of


# ── JSON ──
def in_json(name, text, *expected, file="customers.json"):
    customers(f"json: {name}", text, *expected, file=file)


LIST = '[{"customer_id": "a", "age": 20}, {"customer_id": "b", "age": 30}]'
LINES = '{"customer_id": "a", "age": 20}\n{"customer_id": "b", "age": 30}\n'
in_json("as it should be", LIST, BOTH)
in_json("with a mark", LIST.encode("utf-8-sig"), BOTH)
in_json("in utf-16", LIST.encode("utf-16"), BOTH)
in_json(
    "in latin-1",
    '[{"customer_id": "a", "location": "Zürich"}]'.encode("latin-1"),
    Result(1, cells={(1, "location"): "Zürich"}),
    Refused(),
)
in_json("within an object", f'{{"status": "ok", "data": {LIST}}}', BOTH)
in_json("two lists within an object", f'{{"a": {LIST}, "b": {LIST}}}', Refused())
in_json("ends early", LIST[:-20], Refused(("line",)))
in_json("a scalar", "42", Refused())
in_json("a text", '"hello"', Refused())
in_json("null", "null", Refused())
in_json("a list of lists", '[["customer_id", "age"], ["a", 20]]', Refused())
in_json("a list of scalars", "[1, 2, 3]", Refused(("record 1",)), Refused())
in_json("an empty list", "[]", Refused())
in_json("an empty object", "{}", Refused())
in_json("a list of empty objects", "[{}, {}]", Refused())
in_json("nested deeply", "[" * 100_000 + "]" * 100_000, Refused())
in_json("objects nested deeply", '[{"customer_id": "a", "x": ' + '{"x": ' * 500 + "1" + "}" * 500 + "}]", Refused())
in_json(
    "mixed types",
    '[{"customer_id": "a", "age": 20}, {"customer_id": 7, "age": "thirty"}, {"customer_id": true, "age": 1}]',
    Result(3, cells={(2, "customer_id"): "7"}, unreadable={2: "age"}),
)
in_json("one record is none", '[{"customer_id": "a"}, 5, {"customer_id": "b"}]', Refused(("record 2",)), Result(2, 1))
in_json(
    "keys that some lack",
    '[{"customer_id": "a"}, {"customer_id": "b", "age": 30}]',
    Result(2, cells={(1, "age"): None, (2, "age"): 30.0}),
)
in_json(
    "keys twice", '[{"customer_id": "a", "age": 20, "age": 21}, {"customer_id": "b", "age": 30}]', Result(2), Refused()
)
in_json(
    "nested fields",
    '[{"customer_id": "a", "home": {"pet": "Bern"}}, {"customer_id": "b"}]',
    Result(2, columns=("home_pet",)),
)
in_json("nested fields that meet others", '[{"customer_id": "a", "x": {"y": 1}, "x.y": 2}]', Result(1), Refused())
in_json("lists in cells", '[{"customer_id": "a", "tags": ["x", "y"]}, {"customer_id": "b", "tags": []}]', Result(2))
in_json(
    "ids of twenty digits",
    '[{"customer_id": 12345678901234567890}]',
    Result(1, cells={(1, "customer_id"): "12345678901234567890"}),
)
in_json(
    "NaN and infinity",
    '[{"customer_id": "a", "age": NaN}, {"customer_id": "b", "age": Infinity}, {"customer_id": "c", "age": 30}]',
    Result(3, honest={(1, "age"): None, (2, "age"): None}, cells={(3, "age"): 30.0}),
    Refused(),
)
in_json("half of a sign", '[{"customer_id": "a", "location": "\\ud800"}]', Result(1), Refused())
in_json("a NUL in a cell", '[{"customer_id": "a", "location": "x\\u0000y"}]', Result(1), Refused())
in_json("a key of nothing", '[{"customer_id": "a", "": 1}]', Result(1), Refused())
in_json("a Python dictionary", "[{'customer_id': 'a'}]", Refused(("line 1",)))
in_json("a comma too many", '[{"customer_id": "a"},]', Refused(("line 1",)))
in_json("lines in a .json", LINES, BOTH)
in_json("lines", LINES, BOTH, file="customers.jsonl")
in_json("lines with blank ones", LINES.replace("\n", "\n\n"), BOTH, file="customers.ndjson")
in_json(
    "lines with a broken one",
    LINES + '{"customer_id": "c", "age"\n' + LINES,
    Refused(("line 3",)),
    Result(4, 1),
    file="customers.jsonl",
)
in_json("lines with a scalar", LINES + "5\n", Refused(("3",)), Result(2, 1), file="customers.jsonl")
in_json("a list in a .jsonl", LIST, BOTH, Refused(), file="customers.jsonl")
in_json("a web page", "<!DOCTYPE html><html></html>", Refused())
in_json("a CSV renamed", TWO.decode(), Refused())
in_json("only blanks", "  \n \n", Refused())


# ── Parquet ──
def columnar(name, content, *expected, **more):
    customers(f"parquet: {name}", content, *expected, file="customers.parquet", **more)


columnar("as it should be", parquet(customer_id=["a", "b"], age=[20, 30]), BOTH)
columnar("cut short", parquet(customer_id=["a", "b"], age=[20, 30])[:-40], Refused())
columnar("damaged inside", lambda: flipped(parquet(customer_id=[f"c{row}" for row in range(9999)]), 3000), Refused())
columnar("that is none", TWO, Refused())
columnar("without rows", parquet(customer_id=pa.array([], pa.string())), Refused(("rows",)))
columnar("without the needed column", parquet(x=[1.5, 2.5], y=[True, False]), Refused(("customer_id",)))
columnar(
    "nested cells", parquet(customer_id=["a", "b"], tags=[["x"], ["y", "z"]], home=[{"city": "Bern"}, None]), Result(2)
)
columnar("maps", parquet(customer_id=["a"], facts=pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int64()))), Result(1))
columnar("cells of bytes", parquet(customer_id=["a", "b"], picture=[b"\x00\xff", b"\x89PNG"]), Result(2))
columnar("ids that are floats", parquet(customer_id=[17850.0, 17851.0]), Result(2, cells={(1, "customer_id"): "17850"}))
columnar("ids that are numbers", parquet(customer_id=[17850, 17851]), Result(2, cells={(1, "customer_id"): "17850"}))
columnar(
    "categories",
    parquet(customer_id=["a", "b"], gender=pa.array(["x", "y"]).dictionary_encode()),
    Result(2, cells={(2, "gender"): "y"}),
)
columnar("a column of nothing", parquet(customer_id=["a", "b"], age=pa.nulls(2)), Result(2, cells={(1, "age"): None}))
columnar(
    "not a number and infinity",
    parquet(customer_id=["a", "b"], age=[float("nan"), float("inf")]),
    Result(2, honest={(1, "age"): None, (2, "age"): None}),
)
columnar(
    "times with a zone",
    parquet(customer_id=["a"], signed_up_on=pa.array([datetime(2024, 1, 5)], pa.timestamp("us", "UTC"))),
    Result(1, columns=("signed_up_on",)),
)
columnar(
    "year 9999",
    parquet(customer_id=["a", "b"], left_on=[datetime(9999, 12, 31), None]),
    Result(2, unreadable={1: "left_on"}),
)
columnar(
    "a column twice",
    parquet_of(["customer_id", "age", "age"], [pa.array(["a"]), pa.array([1]), pa.array([2])]),
    Refused(),
)
columnar("columns that differ by case", parquet(customer_id=["a"], Age=[1], age=[2]), Result(1), Refused())
columnar(
    "decimals",
    parquet(customer_id=["a"], income=pa.array(["12.50"]).cast(pa.decimal128(10, 2))),
    Result(1, cells={(1, "income"): 12.5}),
)
columnar(
    "durations and times of day",
    parquet(customer_id=["a"], d=pa.array([5], pa.duration("s")), t=pa.array([5], pa.time32("s"))),
    Result(1),
    Refused(),
)

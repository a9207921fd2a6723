"""JSON and CSV that unpack to far more than they weigh, or nest, or widen."""

from __future__ import annotations

import gzip
import os

from tests.malformed.cases import BOTH, TWO, Refused, Result
from tests.malformed.hostile import HOSTILE, Case, hostile
from tests.malformed.packed import zipped

RECORDS = '[{"customer_id": "a", "age": 20}, {"customer_id": "b", "age": 30}@]'


def json_(name, more, *expected, file="shop.json"):
    """The two records with something put behind them."""
    hostile(f"json: {name}", file, lambda: RECORDS.replace("@", more() if callable(more) else more).encode(), *expected)


def wide(columns):
    return ", ".join(f'"x{n}": {n}' for n in range(columns))


hostile("json.gz: 30 million empty records", "shop.json.gz",
        lambda: gzip.compress(b"[" + b"{}," * 30_000_000 + b"{}]", 1), Refused(("memory",)))  # fmt: skip
hostile("json.gz: 30 million empty lists", "shop.json.gz",
        lambda: gzip.compress(b"[" + b"[]," * 30_000_000 + b"[]]", 1), Refused(("memory",)))  # fmt: skip
hostile(
    "jsonl: a line of 100 MB",
    "shop.jsonl",
    lambda: b'{"customer_id": "' + b"x" * 100_000_000 + b'"}',
    Refused(("line 1",)),
)
hostile("jsonl: 100,000 records of keys of their own", "shop.jsonl",
        lambda: "".join(f'{{"k{n}": 1}}\n' for n in range(100_000)).encode(), Refused(("1,000",)))  # fmt: skip
json_("100,000 brackets", lambda: ', {"x": ' + "[" * 100_000 + "]" * 100_000 + "}", Refused(("deeply",)))
json_("100,000 braces", lambda: ', {"x": ' + '{"x":' * 100_000 + "1" + "}" * 100_000 + "}", Refused(("deeply",)))
json_("100,000 brackets that stay open", lambda: "," + "[" * 100_000, Refused())
json_("a key ten times", ', {"customer_id": "c"' + ', "age": 5' * 10 + "}", Result(3), Refused())
json_(
    "a number of 10,000 digits",
    f', {{"customer_id": {"9" * 10_000}, "age": {"9" * 10_000}}}',
    Result(3),
    Result(3, honest={(3, "age"): None}),
)
json_("a fraction of 10,000 digits", f', {{"customer_id": "c", "age": 0.{"3" * 10_000}}}', Result(3))
json_(
    "an exponent of 10,000 digits",
    f', {{"customer_id": "c", "age": 1e{"9" * 10_000}}}',
    Result(3, unreadable={3: "age"}),
    Result(3, honest={(3, "age"): None}),
)
json_("a text of 60 MB", lambda: ', {"customer_id": "c", "note": "' + "x" * 60_000_000 + '"}', Result(3), Refused())
json_("950 columns", lambda: f', {{"customer_id": "c", {wide(950)}}}', Result(3))
json_("5,000 columns", lambda: f', {{"customer_id": "c", {wide(5_000)}}}', Refused(("1,000",)))
json_("a long key", lambda: f', {{"customer_id": "c", "{"k" * 1_000_000}": 1}}', Result(3))
json_("half signs for keys", ', {"customer_id": "c", "\\ud800": 1}', Result(3), Refused())


def csv(name, content, *expected, file="shop.csv"):
    hostile(f"csv: {name}", file, content, *expected)


def wide_csv(columns, cell):
    return ("customer_id," + ",".join(f"x{n}" for n in range(columns)) + "\n"
            + "".join(f"c{row}," + ",".join([cell] * columns) + "\n" for row in range(20))).encode()  # fmt: skip


csv("950 columns of numbers", lambda: wide_csv(950, "5"), Result(20))
csv("950 columns of days", lambda: wide_csv(950, "13/05/2024"), Result(20))
csv("950 columns of one name", lambda: b"customer_id" + b",x" * 950 + b"\n", Refused(("two columns",)))
csv("a million columns", lambda: b"customer_id" + b",x" * 1_000_000 + b"\n", Refused())
csv("50 MB in one cell", lambda: TWO + b"c," + b"x" * 50_000_000 + b"\n", Result(2, 1))
csv("50 MB of quotes", lambda: TWO + b'"' * 50_000_000, Refused(), Result(2, 1))
csv("a number of 10,000 digits", lambda: TWO + b"c," + b"9" * 10_000 + b"\n", Result(3, unreadable={3: "age"}))


# ── packed ──
def packed(name, content, *expected, file="shop.zip"):
    hostile(f"packed: {name}", file, content, *expected)


packed("gz with rubbish behind", gzip.compress(TWO) + b"rubbish", BOTH, Refused(), file="shop.csv.gz")
packed("gz with zeros behind", gzip.compress(TWO) + bytes(1000), BOTH, file="shop.csv.gz")
packed(
    "gz in a thousand parts", gzip.compress(TWO) + gzip.compress(b"c,40\n") * 1_000, Result(1_002), file="shop.csv.gz"
)
packed("gz bomb", lambda: gzip.compress(bytes(300_000_000), 1), Refused(("bomb",)), file="shop.csv.gz")
packed("zip of 10,000 files", lambda: zipped({f"{n}.csv": TWO for n in range(10_000)}), Refused(("one file",)))
packed("a zip in a zip", zipped({"inner.zip": zipped({"shop.csv": TWO})}), Refused())
for inner in (
    "../../../shop.csv",
    "/etc/shop.csv",
    "C:\\shop.csv",
    "a/./../shop.csv",
    "\u202evsc.csv",
):
    packed(f"a zip of {inner!r}", zipped({inner: TWO}), BOTH)
packed("a zip of hidden names only", zipped({"..\\shop.csv": TWO}), Refused(("nothing",)), BOTH)
packed("a zip of a name of 10,000 signs", zipped({"x" * 10_000 + ".csv": TWO}), BOTH, Refused())
packed(
    "a zip whose sizes lie",
    zipped({"shop.csv": TWO}).replace(len(TWO).to_bytes(4, "little"), b"\xff\xff\xff\x7f"),
    Refused(),
    BOTH,
)
packed(
    "a zip that lies small",
    zipped({"shop.csv": TWO * 50}).replace((len(TWO) * 50).to_bytes(4, "little"), (5).to_bytes(4, "little")),
    Refused(),
)

ODD = os.fsdecode(b"shop\xff.csv")
for name, file, place in [
    ("name: no UTF-8 in a folder", f"all/{ODD}", "all"),
    ("name: no UTF-8 by a pattern", ODD, "*.csv"),
]:
    HOSTILE[name] = Case(name, {file: TWO}, (Refused(("UTF-8",), names_file=False),), place=place)

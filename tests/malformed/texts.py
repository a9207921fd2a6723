"""Delimited text: encodings, ragged rows, headers, quotes, line ends, sizes, settings."""

from __future__ import annotations

from tests.malformed.cases import BOTH, TWO, Refused, Result, case, customers

GOOD = TWO.decode()


# ── encodings ──
def _names(name: str, count: int = 2) -> str:
    return "customer_id,location\n" + "".join(f"c{number},{name}\n" for number in range(1, count + 1))


def _damaged() -> bytes:
    text = bytearray(_names("Zürich", 60_000).encode())
    place = text.index("ü".encode(), len(text) // 2)
    text[place : place + 1] = b"\xff"
    return bytes(text)


ZURICH = Result(2, cells={(2, "location"): "Zürich"})
customers("utf-8 with a mark", _names("Zürich").encode("utf-8-sig"), ZURICH)
customers("utf-16 with a mark", _names("Zürich").encode("utf-16"), ZURICH)
customers("utf-16 little end first without a mark", _names("Zürich").encode("utf-16-le"), ZURICH)
customers("utf-16 big end first without a mark", _names("Zürich").encode("utf-16-be"), ZURICH)
customers("utf-16 of an odd length", _names("Zürich").encode("utf-16")[:-1], Refused())
customers("utf-32 with a mark", _names("Zürich").encode("utf-32"), ZURICH, Refused())
customers("latin-1", _names("Zürich").encode("latin-1"), ZURICH)
customers("cp1252 with a euro", _names("5€").encode("cp1252"), Result(2, cells={(2, "location"): "5€"}))
customers("utf-8 damaged in the middle", _damaged, Refused(("line", "export")))
customers("utf-8 cut within a sign", _names("Zürich", 9).encode()[:-6], Refused(("line", "export")))
customers("only a mark", b"\xef\xbb\xbf", Refused())
customers("a mark and a header", b"\xef\xbb\xbfcustomer_id,age\n", Refused(("header",)))
for encoding, expected in (
    ("klingon", [Refused(("klingon", "encoding"))]), ("utf-16", [Refused(("utf-16", "encoding"))]),
    ("hex", [Refused(("hex", "encoding"))]), ("ascii", [Refused(("ascii", "encoding")), ZURICH]),
    ("latin-1; rm", [Refused(("latin-1; rm", "encoding"))]), ("", [Refused(("encoding",)), ZURICH]),
):  # fmt: skip
    customers(
        f"encoding set to {encoding!r}", _names("Zürich").encode(), *expected,
        settings={"formats": {"customers": {"encoding": encoding}}},
    )  # fmt: skip
customers("encoding set rightly", _names("Zürich").encode("latin-1"), ZURICH,
          settings={"formats": {"customers": {"encoding": "latin-1"}}})  # fmt: skip

# ── rows ──
customers("a short row", "customer_id,age,income\na,20,5\nb,30\nc,40,7\n", Result(2, 1, {(3, "age"): 40.0}))
customers("a long row", "customer_id,age\na,20\nb,30,x,y\nc,40\n", Result(2, 1, {(3, "age"): 40.0}))
customers("short and long rows", "customer_id,age\na,20\nb\nc,1,2,3\nd,50\n", Result(2, 2, {(4, "age"): 50.0}))
customers("a ragged first row", "customer_id,age\na,1,2,3\nb,30\nc,40\nd,50\n", Result(3, 1, {(2, "age"): 30.0}))
customers("every row is ragged", "customer_id,age\na,1,2\nb,3,4\nc,5,6\n", Refused())
customers("a comment for a row", "customer_id,age\n# made by hand\na,20\nb,30\n", Result(2, 1))
customers("blank lines", "customer_id,age\n\na,20\n\n\nb,30\n\n\n", BOTH)
customers("lines of blanks", "customer_id,age\n   \na,20\n \t \nb,30\n", Result(2, cells={(2, "age"): 30.0}))
customers("blank lines above the header", "\n\n\ncustomer_id,age\na,20\nb,30\n", BOTH)
customers("a delimiter at every end", "customer_id,age,\na,20,\nb,30,\n", BOTH)
customers("a delimiter at every end but the header's", "customer_id,age\na,20,\nb,30,\n", BOTH)
customers("no last line end", GOOD.rstrip("\n"), BOTH)
customers("one broken row late in a large file",
          lambda: ("customer_id,age\n" + "x,20\n" * 60_000 + "y\n" + "z,30\n" * 10).encode(),
          Result(60_010, 1, {(60_011, "age"): 30.0, (60_011, "customer_id"): "z"}))  # fmt: skip
customers("a title above the header", "Customers of 2024\n\ncustomer_id,age\na,20\nb,30\n", BOTH)
customers("a sum below the rows", "customer_id,age\na,20\nb,30\nTotal\n", Result(2, 1))
customers("header only", "customer_id,age\n", Refused(("rows",)))
customers("header without a line end", "customer_id,age", Refused(("rows",)))
customers("header and blank lines", "customer_id,age\n\n\n", Refused(("rows",)))
customers("one word", "hello", Refused())
customers("empty file", "", Refused(("empty",)))
customers("only line ends", "\n\n\r\n\n", Refused())
customers("only blanks", "   \t  ", Refused())
customers("only delimiters", ",,,\n,,,\n", Refused())
customers("no header", "17,52\n18,40\n19,33\n", Refused(("customer_id",)))
customers("one column", "customer_id\na\nb\n", Result(2, cells={(2, "customer_id"): "b"}))

# ── headers ──
customers("a header twice", "customer_id,age,age\na,20,21\n", Refused(("age", "twice")), Refused(("'age'",)))
customers("a header three times", "customer_id,x,x,x\na,1,2,3\n", Refused(("x",)))
customers("a header twice but for its case", "customer_id,Age,age\na,20,20\n", Result(1), Refused(("ge'",)))
customers("the id twice", "customer_id,customer_id\na,b\n", Refused(("customer_id",)))
customers("a blank header above cells", "customer_id,age,\na,20,x\nb,30,y\n", Result(2, cells={(1, "column_3"): "x"}))
customers("a blank header above nothing", "customer_id,age,\na,20,\nb,30,\n", Result(2, lacking=("column_3",)))
customers(
    "two blank headers", "customer_id,,\na,x,1\nb,y,2\n", Result(2, cells={(2, "column_2"): "y", (2, "column_3"): 2})
)
customers("a blank header and its stand-in", "customer_id,,column_2\na,x,1\nb,y,2\n", Result(2), Refused(("column_2",)))
customers("blanks around headers", " customer_id , age \na,20\nb,30\n", BOTH)
customers("non-breaking spaces around headers", "\u00a0customer_id\u00a0,age\na,20\nb,30\n", BOTH)
customers("a zero-width space before a header", "\u200bcustomer_id,age\na,20\nb,30\n", BOTH)
customers("a right-to-left mark in a header", "customer_id\u200f,age\na,20\nb,30\n", BOTH)
customers("a second mark in the header", "\ufeff\ufeffcustomer_id,age\na,20\nb,30\n", BOTH)
customers("headers in capitals", "CUSTOMER_ID,AGE\na,20\nb,30\n", BOTH)
customers("headers in quotes", '"customer_id","age"\n"a","20"\n"b","30"\n', BOTH)
customers("a line end in a header", '"customer_id","age\nin years"\na,20\nb,30\n', Result(2))
customers("an emoji for a header", "customer_id,😀\na,1\nb,2\n", Result(2))
customers("two emoji for headers", "customer_id,😀,😁\na,1,3\nb,2,4\n", Result(2))
customers("a header in Chinese", "customer_id,年龄\na,1\nb,2\n", Result(2))
customers("headers that are our own words", "customer_id,row,unreadable,segment\na,1,x,3\nb,2,y,4\n", Result(2))
customers("SQL in a header", 'customer_id,"x""; DROP TABLE customers; --"\na,1\nb,2\n', Result(2))
customers("HTML in a header", "customer_id,<script>alert(1)</script>\na,1\nb,2\n", Result(2))
customers("numbers for headers", "1,2,3\n4,5,6\n", Refused(("customer_id",)))
customers(
    "a header of 100,000 letters", lambda: f"customer_id,{'x' * 100_000}\na,1\nb,2\n".encode(), Result(2), Refused()
)
customers("a web page", "<!DOCTYPE html>\n<html><body>Please log in</body></html>\n", Refused())
customers("a control sign in a header", "customer_id,a\x07ge\na,20\nb,30\n", Result(2))
customers(
    "many headers and none is ours",
    ",".join(f"field number {n}" for n in range(200)) + "\n" + "1," * 199 + "1\n",
    Refused(),
)


def _wide(count: int) -> bytes:
    header = ",".join(["customer_id", *(f"x{number}" for number in range(1, count))])
    return f"{header}\na{',1' * (count - 1)}\nb{',2' * (count - 1)}\n".encode()


customers("5,000 columns", lambda: _wide(5000), Result(2, columns=("x4999",)), Refused(("columns",)))

# ── delimiters, quotes, line ends ──
customers("semicolons", GOOD.replace(",", ";"), BOTH)
customers("tabs", GOOD.replace(",", "\t"), BOTH)
customers("tabs in a .tsv", GOOD.replace(",", "\t"), BOTH, file="customers.tsv")
customers("commas in a .tsv", GOOD, BOTH, file="customers.tsv")
customers("commas in a .txt", GOOD, BOTH, file="customers.txt")
customers("pipes", GOOD.replace(",", "|"), BOTH)
customers("a line that names its delimiter", "sep=;\ncustomer_id;age\na;20\nb;30\n", BOTH, Refused())
customers("a delimiter that is absent", GOOD, Refused(("delimiter",)),
          settings={"formats": {"customers": {"delimiter": ";"}}})  # fmt: skip
customers("a delimiter set rightly", "customer_id!age\na!20\nb!30\n", BOTH,
          settings={"formats": {"customers": {"delimiter": "!"}}})  # fmt: skip
for name, delimiter in {"a quote": '"', "a line end": "\n", "two signs": ";;"}.items():
    customers(
        f"{name} for a delimiter", GOOD, Refused(("source.formats.customers.delimiter",), names_file=False),
        settings={"formats": {"customers": {"delimiter": delimiter}}},
    )  # fmt: skip
QUOTED = "customer_id,location\n"
# Only the row in which the quote opens is lost; the reader does not know where it should have closed.
UNCLOSED = "a quote opens in it and does not close"
customers("a quote that never closes", QUOTED + 'a,"Bern\nb,Rome\nc,Oslo\n',
          Result(2, 1, {(2, "location"): "Rome", (3, "location"): "Oslo"}, reasons={1: UNCLOSED}))  # fmt: skip
customers("a quote that never closes in the last line", QUOTED + 'a,Bern\nb,Rome\nc,"Oslo\n',
          Result(2, 1, {(1, "location"): "Bern", (2, "location"): "Rome"}, reasons={3: UNCLOSED}))  # fmt: skip
customers("a quote that never closes in the only line", QUOTED + 'a,"Bern\n', Refused(("no row",)))
customers("a quote that never closes in a large file",
          lambda: (QUOTED + "a,Bern\n" * 50_000 + 'b,"Rome\n' + "c,Oslo\n" * 50_000).encode(),
          Result(100_000, 1, {(50_000, "location"): "Bern", (50_002, "location"): "Oslo"},
                 reasons={50_001: UNCLOSED}))  # fmt: skip
customers("a quote inside a cell", QUOTED + 'a,5" pipe\nb,Rome\n', Result(2, cells={(1, "location"): '5" pipe'}))
customers(
    "doubled quotes", QUOTED + 'a,"the ""old"" town"\nb,Rome\n', Result(2, cells={(1, "location"): 'the "old" town'})
)
customers("a line end in a cell", QUOTED + 'a,"Bern,\nold town"\nb,Rome\n',
          Result(2, cells={(1, "location"): "Bern,\nold town", (2, "location"): "Rome"}))  # fmt: skip
customers("text behind a closing quote", QUOTED + 'a,"Bern" city\nb,Rome\nc,Oslo\n', Result(3), Result(2, 1), Refused())
customers("quotes escaped by backslashes", QUOTED + 'a,"the \\"old\\" town"\nb,Rome\nc,Oslo\n',
          Result(3), Result(2, 1), Refused(("quote",)))  # fmt: skip
customers(
    "apostrophes", QUOTED + "a,'s-Hertogenbosch\nb,L'Aquila\n", Result(2, cells={(1, "location"): "'s-Hertogenbosch"})
)
customers("empty quotes", QUOTED + 'a,""\nb,Rome\n', Result(2, cells={(1, "location"): None}))
customers("a backslash at the end of a cell", QUOTED + "a,C:\\\nb,Rome\n", Result(2, cells={(1, "location"): "C:\\"}))
customers("line ends of old Macs", GOOD.replace("\n", "\r"), BOTH)
customers("line ends of Windows", GOOD.replace("\n", "\r\n"), BOTH)
customers("mixed line ends", "customer_id,age\r\na,20\nb,30\rc,40\n", Result(3, cells={(3, "age"): 40.0}), Result(2, 1))
customers("line ends within quotes of another kind", QUOTED + 'a,"x\ny"\r\nb,Rome\r\n', Result(2))
customers("a NUL byte", b"customer_id,age\na,2\x000\nb,30\n", Refused(("NUL", "line 2")))
customers("nothing but NUL bytes", b"\x00" * 10_000, Refused())
customers("random bytes", bytes((number * 7919 + number // 251) % 256 for number in range(20_000)), Refused())
customers(
    "a cell of 10 MB",
    lambda: QUOTED.encode() + b"a," + b"x" * 10_000_000 + b"\nb,Rome\n",
    Result(2, cells={(2, "location"): "Rome"}),
    Result(1, 1, cells={(2, "location"): "Rome"}),
    Refused(),
)
customers("a line of 10 MB without a delimiter", lambda: b"x" * 10_000_000, Refused())
customers("a quoted cell of 200,000 lines", lambda: QUOTED.encode() + b'a,"' + b"x\n" * 200_000 + b'"\nb,Rome\n',
          Result(1, 200_001, cells={(200_002, "location"): "Rome"},
                 reasons={1: UNCLOSED, 2: "it has 1 cell, and the header has 2"}))  # fmt: skip

# ── what `columns` may say ──
customers("a column that is not there", GOOD, Refused(("Kunde", "customer_id")),
          settings={"columns": {"customers": {"customer_id": "Kunde"}}})  # fmt: skip
customers(
    "one column for two of ours",
    GOOD,
    Refused(("'age'",)),
    Refused(("`age`",)),
    settings={"columns": {"customers": {"customer_id": "customer_id", "age": "age", "income": "age"}}},
)
customers(
    "an attribute named by hand",
    "customer_id,Score (1-100)\na,1\nb,2\n",
    Result(2, cells={(2, "spending_score"): 2.0}),
    settings={"columns": {"customers": {"spending_score": "Score (1-100)"}}},
)
case("columns of a table that is not there", {"customers.csv": TWO}, BOTH, Refused(names_file=False),
     settings={"columns": {"transactions": {"invoice_id": "Invoice"}}})  # fmt: skip

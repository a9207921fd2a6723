"""Files that hold files or tables of their own kind: gzip, zip, workbooks."""

from __future__ import annotations

from tests.malformed.cases import BOTH, TWO, Refused, Result, customers
from tests.malformed.packed import (
    OLE,
    Fault,
    Formula,
    flipped,
    gzipped,
    workbook,
    zip_bomb,
    zip_marked_as_encrypted,
    zipped,
)

LONG = b"customer_id,age\n" + b"".join(b"c%d,%d\n" % (row, row * 7919 % 90) for row in range(20_000))


def gz(name, content, *expected, file="customers.csv.gz"):
    customers(f"gzip: {name}", content, *expected, file=file)


# ── gzip ──
gz("as it should be", gzipped(TWO), BOTH)
gz(
    "cut short",
    gzipped(LONG)[:-5000],
    Refused(("damaged",)),
    Refused(("whole",)),
    Refused(("cut",)),
    Refused(("broken",)),
)
gz("without its last bytes", gzipped(LONG)[:-4], Refused())
gz("with a wrong checksum", gzipped(LONG)[:-8] + b"\x00" * 8, Refused())
gz("that is no gzip", TWO, Refused(("gzip",)), Refused((".gz",)))
gz("of nothing", gzipped(b""), Refused(("empty",)), Refused(("rows",)))
gz("only its head", gzipped(TWO)[:9], Refused())
gz("in gzip", gzipped(gzipped(TWO)), Refused(), file="customers.csv.gz.gz")
gz("of gzip, not named so", gzipped(gzipped(TWO)), Refused())
gz("of two parts", gzipped(TWO) + gzipped(b"c,40\n"), Result(3, cells={(3, "age"): 40.0}))
gz("of an unnamed kind", gzipped(TWO), BOTH, Refused(("kind",)), file="customers.gz")
gz("with rubbish behind", gzipped(TWO) + b"rubbish", BOTH, Refused())
gz("named .csv", gzipped(LONG), Refused(), file="customers.csv")


# ── zip ──
def zip_(name, content, *expected, file="customers.zip", **more):
    customers(f"zip: {name}", content, *expected, file=file, **more)


zip_("of one file", zipped({"customers.csv": TWO}), BOTH)
zip_("of one file in a folder", zipped({"export/customers.csv": TWO}), BOTH)
zip_("of a folder and a file", zipped({"export/": b"", "export/customers.csv": TWO}), BOTH)
zip_(
    "of two files",
    zipped({"a.csv": TWO, "b.csv": TWO}),
    Refused(("a.csv", "b.csv")),
    Refused(("2 files",)),
    Refused(("one",)),
)
zip_("of nothing", zipped({}), Refused())
zip_("of an empty file", zipped({"customers.csv": b""}), Refused(("empty",)), Refused(("rows",)))
zip_(
    "with what Macs add",
    zipped({"customers.csv": TWO, "__MACOSX/._customers.csv": b"x", ".DS_Store": b"x"}),
    BOTH,
    Refused(),
)
zip_("with a password", zip_marked_as_encrypted("customers.csv", TWO), Refused(("password",)))
zip_("in zip", zipped({"inner.zip": zipped({"customers.csv": TWO})}), Refused())
zip_("that climbs out", zipped({"../../../climbed.csv": TWO}), BOTH, Refused())
zip_("of an absolute path", zipped({"/climbed.csv": TWO}), BOTH, Refused())
zip_("cut short", zipped({"customers.csv": LONG})[:-200], Refused())
zip_("with damage inside", lambda: flipped(zipped({"customers.csv": LONG}), 2000), Refused())
zip_("that is no zip", TWO, Refused(("zip",)))
zip_("of a program", zipped({"customers.exe": b"MZ"}), Refused(("customers.exe",)))
zip_(
    "of a workbook",
    zipped({"customers.xlsx": workbook({"Sheet1": [["customer_id", "age"], ["a", 20], ["b", 30]]})}),
    BOTH,
)
zip_("of a gzip", zipped({"customers.csv.gz": gzipped(TWO)}), BOTH, Refused())
zip_(
    "that is a bomb",
    lambda: zip_bomb("customers.csv", TWO, 400),
    Refused(("MB",)),
    Refused(("larger",)),
    Refused(("times",)),
)


# ── workbooks ──
def excel(name, content, *expected, file="customers.xlsx", **more):
    customers(f"workbook: {name}", content, *expected, file=file, **more)


HEADER, ROWS = ["customer_id", "age"], [["a", 20], ["b", 30]]
SHEET = [HEADER, *ROWS]
excel("as it should be", workbook({"Customers": SHEET}), BOTH)
SHEET_2024 = {"formats": {"customers": {"sheet": "2024"}}}
excel("no such sheet", workbook({"Customers": SHEET}), Refused(("2024", "Customers", "sheet")), settings=SHEET_2024)
excel("the sheet named", workbook({"2023": [HEADER, ["x", 9]], "2024": SHEET}), BOTH, settings=SHEET_2024)
excel("a hidden sheet beside", workbook({"Customers": SHEET, "Lookup": [["x"], ["y"]]}, hidden=["Lookup"]), BOTH)
excel("only hidden sheets", workbook({"Customers": SHEET}, hidden=["Customers"]), BOTH, Refused(("sheet",)))
excel("two sheets", workbook({"2023": SHEET, "2024": SHEET}), Refused(("2023", "2024", "sheet")))
excel("an empty sheet beside", workbook({"Customers": SHEET, "Sheet2": []}), BOTH)
excel("an empty sheet", workbook({"Customers": []}), Refused(("empty",)))
excel("header only", workbook({"Customers": [HEADER]}), Refused(("rows",)))
excel("a title above the header", workbook({"Customers": [["Customers of 2024"], [], *SHEET]}), BOTH)
excel(
    "empty rows above and within", workbook({"Customers": [[], [], HEADER, ROWS[0], [], [None, None], ROWS[1]]}), BOTH
)
excel(
    "a merged header",
    workbook({"Customers": [["customer_id", "address", None], ["a", "x", "y"], ["b", "z", "w"]]}, merged="B1:C1"),
    Result(2, cells={(1, "address"): "x", (1, "column_3"): "y"}),
)
excel(
    "formulas without values",
    workbook({"Customers": [HEADER, ["a", Formula("10+10")], ["b", 30]]}),
    Result(2, cells={(1, "age"): None}),
)
excel("cells with errors", workbook({"Customers": [HEADER, ["a", Fault("#DIV/0!")], ["b", Fault("#N/A")], ["c", 40]]}),
      Result(3, honest={(1, "age"): None, (2, "age"): None}))  # fmt: skip
excel(
    "ids that are numbers",
    workbook({"Customers": [HEADER, [17850, 20], [17851, 30]]}),
    Result(2, cells={(1, "customer_id"): "17850"}),
)
excel("a header twice", workbook({"Customers": [["customer_id", "age", "age"], ["a", 1, 2]]}), Refused(("age",)))
excel("a row wider than the header", workbook({"Customers": [HEADER, ["a", 20], ["b", 30, "more"], ["c", 40]]}),
      Result(2, 1), Result(3, cells={(2, "column_3"): "more"}))  # fmt: skip
excel("a formula for a name", workbook({"Customers": [["customer_id", "location"], ["a", "=cmd|' /C calc'!A0"]]}),
      Result(1, cells={(1, "location"): "=cmd|' /C calc'!A0"}))  # fmt: skip
excel("a sheet with a name that is markup", workbook({"<b>&'\"": SHEET}), BOTH)
excel("rubbish", b"rubbish " * 500, Refused())
excel("cut short", workbook({"Customers": SHEET})[:-300], Refused())
excel("with a password, or damaged", OLE + b"\x00" * 4096, Refused(("password",)), Refused(("damaged",)))
excel("a CSV renamed", TWO, Refused())
excel("another zip renamed", zipped({"customers.csv": TWO}), Refused())
excel("a workbook without its sheets", zipped({"xl/workbook.xml": b"<workbook/>"}), Refused())
excel("an old workbook renamed .csv", OLE + bytes(range(256)) * 16, Refused(), file="customers.csv")
excel("a workbook renamed .csv", workbook({"Customers": SHEET}), Refused(), file="customers.csv")
excel("a workbook renamed .xls", workbook({"Customers": SHEET}), BOTH, Refused(), file="customers.xls")
excel(
    "a web page renamed .xls",
    b"<html><table><tr><td>customer_id</td></tr></table></html>",
    Refused(),
    file="customers.xls",
)
excel("rubbish named .ods", b"rubbish " * 500, Refused(), file="customers.ods")
excel("rubbish named .xlsb", b"rubbish " * 500, Refused(), file="customers.xlsb")
OPEN = "application/vnd.oasis.opendocument.spreadsheet"
CUT = b'<table:table-r<table:table-row><table:table-cell office:value-type="ow><tstring"><table:text'
excel(
    "an .ods in which the library would look for the end for ever",
    zipped({
        "mimetype": OPEN.encode(),
        "content.xml": b'<table:table table:name="x">%s</table:table>' % CUT,
        "META-INF/manifest.xml": b'<manifest:manifest xmlns:manifest="urn:manifest"/>',
    }),
    Refused(("damaged",)),
    file="customers.ods",
)  # fmt: skip

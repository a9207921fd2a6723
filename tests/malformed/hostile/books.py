"""Workbooks that ask for all memory, or that never end."""

from __future__ import annotations

from tests.malformed.cases import BOTH, Refused, Result
from tests.malformed.hostile import hostile
from tests.malformed.packed import SPREADSHEET, opened, workbook, zipped

HEADER, ROWS = ["customer_id", "age"], [["a", 20], ["b", 30]]
GOOD = workbook({"Customers": [HEADER, *ROWS]})
SHEET = "xl/worksheets/sheet1.xml"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns"


def xlsx(name, sheet, *expected, **parts):
    """A sheet of the two rows with something put in place of `@`, and further parts."""
    hostile(f"xlsx: {name}", "shop.xlsx", lambda: _xlsx(sheet, parts), *(expected or (Refused(),)))


def _xlsx(sheet, parts):
    files = opened(GOOD)
    text = files[SHEET].decode().replace("</sheetData>", f"{sheet() if callable(sheet) else sheet}</sheetData>")
    strings = {"strings": "xl/sharedStrings.xml"}
    more = {strings[name]: (part() if callable(part) else part).encode() for name, part in parts.items()}
    if "strings" in parts:
        files["[Content_Types].xml"] = files["[Content_Types].xml"].replace(
            b"</Types>",
            b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.'
            b'spreadsheetml.sharedStrings+xml"/></Types>',
        )
        files["xl/_rels/workbook.xml.rels"] = files["xl/_rels/workbook.xml.rels"].replace(
            b"</Relationships>",
            b'<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
            b'sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        )
    return zipped(files | {SHEET: text.encode()} | more)


def filled(place):
    return f'<row r="9"><c r="{place}"><v>1</v></c></row>'


FAR = Refused(("cell",)), Refused(("memory",)), Refused(("columns",))
xlsx("the last cell of all", filled("XFD1048576"), Refused(("cell XFD1048576",)))
xlsx("a cell beyond all rows", filled("A4294967295"), *FAR, Refused(("damaged",)))
xlsx("a cell beyond all columns", filled("ZZZZZZZ9"), *FAR, Refused(("damaged",)))
xlsx("a cell in row 99999999999999999999", filled("A99999999999999999999"), *FAR, Refused(("damaged",)))
xlsx("a cell far below in two letters", filled("ZZ999999"), *FAR)
xlsx("a cell far below in one letter", filled("B1048576"), Result(3, 0), Result(2, 1), Result(3, 1), *FAR)
xlsx("a cell far to the right", filled("XFD3"), Result(2, 1), *FAR)
xlsx("a far cell that is only coloured", '<row r="9"><c r="XFD1048576" s="1"/></row>', BOTH)
xlsx("a row far below that is only high", '<row r="1048576" ht="30"/>', BOTH)
for place in ("", "A", "9", "A0", "A-1", "Ä1", "A1:B2", "1A", "A 9", "a9", "$A$9", "A9.5", "\u0661\u0662", "R9C1"):
    xlsx(
        f"a cell at {place!r}", filled(place), Refused(("damaged",)), BOTH,
        Result(3), Result(2, 1), Result(2), Result(3, 1)
    )  # fmt: skip
xlsx(
    "rows that go backwards",
    filled("A1").replace("9", "1") * 3,
    Result(2),
    Result(3),
    Refused(),
    Result(1),
    Result(2, 1),
)
xlsx("shared strings of 90,000 signs", lambda: shared(9_000), Result(9_002), Refused(), strings=lambda: texts(90_000))
xlsx("shared strings of 32,767 signs", lambda: shared(90_000), Refused(), strings=lambda: texts(32_767))
xlsx(
    "shared strings of 1,000,000 signs",
    lambda: shared(900),
    Result(2, 900),
    Refused(),
    strings=lambda: texts(1_000_000),
)
xlsx("shared strings that are not there", lambda: shared(3), Result(2), Refused(), Result(5))
xlsx(
    "a shared string at -1",
    '<row r="9"><c r="A9" t="s"><v>-1</v></c></row>', Refused(), BOTH, Result(3), strings=lambda: texts(3)
)  # fmt: skip
xlsx(
    "four billion shared strings announced",
    "",
    BOTH,
    Refused(),
    strings=lambda: texts(3).replace('count="1"', 'count="4294967295" uniqueCount="4294967295"'),
)
xlsx("eight million empty shared strings", "", BOTH, Refused(), strings=lambda: strings("<si/>" * 8_000_000))
xlsx(
    "a shared string in a million pieces",
    "",
    BOTH,
    Refused(),
    strings=lambda: strings("<si>" + "<r><t>x</t></r>" * 1_000_000 + "</si>"),
)
xlsx("a million empty rows", lambda: "<row/>" * 1_000_000, BOTH)
xlsx(
    "a million cells in one row",
    lambda: '<row r="9">' + "<c><v>1</v></c>" * 1_000_000 + "</row>",
    Refused(),
    Result(2, 1),
)
xlsx("tags nested a million deep", lambda: "<x>" * 1_000_000, Refused(), BOTH)
xlsx("100 MB of blanks", lambda: " " * 100_000_000, BOTH, Refused())
xlsx("a comment of 50 MB", lambda: "<!--" + "x" * 50_000_000 + "-->", BOTH, Refused())
xlsx("an attribute of 50 MB", lambda: '<row r="9" x="' + "x" * 50_000_000 + '"/>', BOTH, Refused())
xlsx(
    "a cell of 20 MB",
    lambda: '<row r="9"><c r="A9" t="inlineStr"><is><t>' + "x" * 20_000_000 + "</t></is></c></row>",
    Result(2, 1),
)
xlsx("a number of 10,000 digits", f'<row r="9"><c r="A9"><v>{"9" * 10_000}</v></c></row>', Result(3), Refused())
xlsx(
    "a day of the year 10^300",
    '<row r="9"><c r="B9" s="14"><v>1e300</v></c></row>',
    Result(3, unreadable={3: "age"}),
    Refused(),
    Result(2, 1),
)
xlsx("a kind of cell that is none", '<row r="9"><c r="A9" t="zzz"><v>x</v></c></row>', Refused(), Result(3), BOTH)
xlsx("an open tag at the end", "<row", Refused(), BOTH)
xlsx("a stray sign that opens a tag", "<", Refused(), BOTH)
xlsx("entities within entities", filled("A9").replace("1<", "&lol;<"), Refused(), BOTH, Result(3))
hostile(
    "xlsx: a folder of 30,000 names",
    "shop.xlsx",
    lambda: zipped(opened(GOOD) | {f"{n}.xml": b"" for n in range(30_000)}),
    BOTH,
)
hostile(
    "xlsx: 2,000 sheets",
    "shop.xlsx",
    lambda: workbook({f"S{n}": [HEADER, *ROWS] for n in range(2_000)}),
    Refused(("sheet",)),
)


def shared(rows):
    cells = (f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(10, 10 + rows))
    return "".join(cells)


def texts(signs):
    return strings(f"<si><t>{'x' * signs}</t></si>")


def strings(items):
    return f'<sst xmlns="{SPREADSHEET}" count="1">{items}</sst>'


# ── OpenDocument ──
def ods(name, rows, *expected):
    hostile(f"ods: {name}", "shop.ods", lambda: _ods(rows() if callable(rows) else rows), *(expected or (Refused(),)))


def _ods(rows):
    first = "".join(f"<table:table-row>{cell(who)}{cell(age)}</table:table-row>" for who, age in (HEADER, *ROWS))
    content = (
        f'<office:document-content xmlns:office="{OFFICE}:office:1.0" xmlns:table="{OFFICE}:table:1.0" '
        f'xmlns:text="{OFFICE}:text:1.0"><office:body><office:spreadsheet><table:table table:name="S">{first}{rows}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return zipped({
        "mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": content.encode(),
        "META-INF/manifest.xml": manifest.encode(),
    })  # fmt: skip


def cell(text, repeated=""):
    more = f' table:number-columns-repeated="{repeated}"' if repeated else ""
    kind = f'office:value-type="float" office:value="{text}"' if isinstance(text, int) else 'office:value-type="string"'
    return f"<table:table-cell{more} {kind}><text:p>{text}</text:p></table:table-cell>"


def row(cells, repeated=""):
    more = f' table:number-rows-repeated="{repeated}"' if repeated else ""
    return f"<table:table-row{more}>{cells}</table:table-row>"


EMPTY = '<table:table-cell table:number-columns-repeated="16384"/>'
ods("as it should be", "", BOTH)
ods("all empty rows and columns of a sheet", row(EMPTY, "1048576"), BOTH)
ods("2^31 empty rows", row("<table:table-cell/>", str(2**31)), BOTH, Refused())
ods("2^31 filled rows", row(cell("c") + cell(1), str(2**31)), Refused())
ods("a million filled rows", row(cell("c") + cell(1), "1000000"), Result(1_000_002), Refused())
ods("16,384 filled columns", row(cell("c", "16384")), Result(2, 1), Refused())
ods("16,384 filled columns in a million rows", row(cell("c", "16384"), "1048576"), Refused())
ods("2^63 columns", row(cell("c", str(2**63))), Refused(), BOTH, Result(3), Result(2, 1))
ods("a text for a number of columns", row(cell("c", "many") + cell(1)), Refused(), Result(3))
ods("-1 columns", row(cell("c", "-1") + cell(1)), Refused(), Result(3), BOTH)
ods("columns without end after empty rows", row(EMPTY, "1048570") + row(cell("c")), Result(3), Refused())
ods("a long text in 10,000 rows", lambda: row(cell("x" * 90_000), "10000"), Result(10_002), Refused())
ods("a stray sign that opens a tag", "<", Refused())
ods("a tag that does not close", "<table:table-row>", Refused(), BOTH)
ods("a cell within cells", "<table:table-row><table:table-cell>" * 50_000, Refused(), BOTH)
ods("blanks without end", row(f'<table:table-cell office:value-type="string"><text:p><text:s text:c="{2**31}"/>'
                              "</text:p></table:table-cell>"), Refused(), BOTH, Result(3), Result(2, 1))  # fmt: skip
for kind in ("xls", "xlsb", "ods", "xlsx"):
    hostile(f"{kind}: nothing but zeros", f"shop.{kind}", bytes(100_000), Refused(("damaged",)))
    hostile(f"{kind}: an empty zip", f"shop.{kind}", zipped({}), Refused(("damaged",)))

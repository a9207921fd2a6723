"""Workbooks that lie about where their cells are, what they hold and how large they are."""

from __future__ import annotations

import itertools
import zipfile
from collections.abc import Iterator
from pathlib import Path

from samples import MAIN, Hostile, cell_of, ods_cell, ods_of, row_of, written, xlsx_members, zipped

HEADER = row_of(["customer_id", "age"])
TWO = HEADER + row_of(["a", 20]) + row_of(["b", 30])
REFERENCES = (
    "XFD1048576",
    "A1048576",
    "XFD1",
    "XFE1",
    "A1048577",
    "A0",
    "A",
    "1",
    "",
    "1A",
    "AAAA1",
    "ZZZZZZZZ1",
    "A-1",
    "a3",
    "$A$3",
    "A3:B4",
    "A99999999999999999999",
    "R3C1",
    "@1",
    "Á1",
    "A3 ",
    "A 3",
    "A4294967296",
    "FXSHRXX1",
    "\u0661",
)
ROW_NUMBERS = ("0", "-1", "1048577", "4294967296", "99999999999999999999", "x", "", "1")
DIMENSIONS = ("A1:XFD1048576", "A1", "", "ZZZ", "A1:A99999999999", "B2:A1", "XFD1048576:XFD1048576")
KINDS = ("e", "b", "str", "inlineStr", "d", "n", "s", "z", "")
VALUES = ("NaN", "1e400", "", "-1", "99999999999", "2024-13-45", "0x10", "#DIV/0!", " 5 ")
SERIALS = (
    "-1",
    "0",
    "0.5",
    "59",
    "60",
    "61",
    "2958465",
    "2958466",
    "1e10",
    "1e300",
    "-1e300",
    "NaN",
    "inf",
    "0.99999999",
)
STRINGS = ((32_767, 100_000), (100_000, 20_000), (1_000_000, 5_000), (1_000_000, 100))
REPEATS = ("1000", "1000000", "1000000000", "2147483648", "18446744073709551616", "-1", "0", "x", "")
ENTITIES = {
    "laughs": "<!DOCTYPE x [{}]>".format(
        '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 11))
    ),
    "quadratic": f'<!DOCTYPE x [<!ENTITY a10 "{"ha" * 50_000}">]>',
    "file": '<!DOCTYPE x [<!ENTITY a10 SYSTEM "file:///etc/passwd">]>',
    "recursive": '<!DOCTYPE x [<!ENTITY a10 "&a9;"><!ENTITY a9 "&a10;">]>',
    "parameter": '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
}
PARTS = (
    "[Content_Types].xml",
    "_rels/.rels",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/worksheets/sheet1.xml",
)


def files() -> Iterator[Hostile]:
    """All of them."""
    for name, members in _sheets():
        yield Hostile(f"xlsx: {name}", "customers.xlsx", written(zipped(members)))
    for name, rows in _open_documents():
        yield Hostile(f"ods: {name}", "customers.ods", written(ods_of(rows)))
    for length, times in STRINGS:
        yield Hostile(f"xlsx: {times} cells of {length} signs", "customers.xlsx", _strings_bomb(length, times))
    for megabytes in (64, 512, 3000):
        yield Hostile(f"xlsx: a sheet of {megabytes} MB of blanks", "customers.xlsx", _blank_sheet(megabytes))
    yield from _packages()


def _sheets() -> Iterator[tuple[str, dict[str, bytes]]]:
    for place in REFERENCES:
        yield f"a cell at {place!r}", xlsx_members(f'{TWO}<row r="4"><c r="{place}"><v>5</v></c></row>')
    for number in ROW_NUMBERS:
        yield f"a row at {number!r}", xlsx_members(f'{TWO}<row r="{number}">{cell_of("c")}{cell_of(40)}</row>')
    for size in DIMENSIONS:
        yield f"says it reaches over {size!r}", xlsx_members(TWO, before=f'<dimension ref="{size}"/>')
        merged = f'<mergeCells count="1"><mergeCell ref="{size}"/></mergeCells>'
        yield f"merges {size!r}", xlsx_members(TWO, after=merged)
    for kind, value in itertools.product(KINDS, VALUES):
        odd = f'<row><c t="{kind}"><v>{value}</v></c><c t="{kind}"><v>{value}</v></c></row>'
        yield f"a cell of type {kind!r} holding {value!r}", xlsx_members(TWO + odd)
    for serial, from_1904 in itertools.product(SERIALS, (False, True)):
        days = f'{row_of(["customer_id", "signed_up_on"])}<row>{cell_of("a")}<c s="1"><v>{serial}</v></c></row>'
        book = '<workbookPr date1904="1"/>' if from_1904 else ""
        yield f"day {serial}{' from 1904' if from_1904 else ''}", xlsx_members(days, styles=True, book=book)
    for index in ("0", "1", "-1", "4294967296", "x", ""):
        shared = f'{TWO}<row><c t="s"><v>{index}</v></c>{cell_of(5)}</row>'
        yield f"shared text {index!r} of one", xlsx_members(shared, strings="<si><t>z</t></si>")
    for depth in (1000, 200_000):
        yield f"tags {depth} deep", xlsx_members(TWO + "<row><c>" + "<x>" * depth + "</x>" * depth + "</c></row>")
    yield "no rows", xlsx_members("")
    yield "a header only", xlsx_members(HEADER)
    yield "rows not closed", xlsx_members(TWO + "<row><c>")
    yield "2,000 columns", xlsx_members(row_of(["customer_id", *range(1999)]) + row_of(["a", *range(1999)]))
    yield "16,384 columns", xlsx_members(row_of(["customer_id", *range(16_383)]) + row_of(["a", *range(16_383)]))
    yield "a text of 5 million signs", xlsx_members(TWO + row_of(["x" * 5_000_000, 5]))
    yield "half a million empty rows", xlsx_members(TWO + "<row/>" * 500_000)
    for (name, declared), part in itertools.product(ENTITIES.items(), PARTS):
        members = xlsx_members(TWO.replace("<t>b</t>", "<t>&a10;</t>"))
        text = members[part].decode()
        members[part] = text.replace("?>", f"?>{declared}", 1).encode()
        yield f"entities: {name} in {part}", members
    for part in PARTS:
        for what, inner in (
            ("lacks", None),
            ("empty", b""),
            ("zeros", b"\0" * 100),
            ("UTF-16", "<x/>".encode("utf-16")),
        ):
            members = xlsx_members(TWO)
            if inner is None:
                del members[part]
            else:
                members[part] = inner
            yield f"{what}: {part}", members


def _open_documents() -> Iterator[tuple[str, str]]:
    head = f"<table:table-row>{ods_cell('customer_id')}{ods_cell('age')}</table:table-row>"
    for times in REPEATS:
        across, down = f' table:number-columns-repeated="{times}"', f' table:number-rows-repeated="{times}"'
        row = f"{ods_cell('a')}{ods_cell(5)}"
        yield f"a cell repeated {times!r} times", f"{head}<table:table-row>{row}{ods_cell(5, across)}</table:table-row>"
        yield f"a row repeated {times!r} times", f"{head}<table:table-row{down}>{row}</table:table-row>"
        empty = f"<table:table-row{down}><table:table-cell{across}/></table:table-row>"
        yield f"empty cells repeated {times!r} times", f"{head}<table:table-row>{row}</table:table-row>{empty}"
    for tag in ("table:table-row", "table:table-cell", "text:p", "x", "!--", "![CDATA[", "?"):
        yield f"<{tag} that is not closed", f"{head}<{tag}><table:table-cell>"
    yield "a stray sign that opens a tag", f"{head}<"
    yield "tags that are cut", f'{head}<table:table-row><table:table-cell office:value-type="stringtable:table'
    for kind in ("float", "date", "time", "boolean", "percentage", "currency", "void", "x"):
        for value in ("NaN", "1e400", "", "99999-01-01", "PT99999999999H"):
            odd = f'<table:table-cell office:value-type="{kind}" office:value="{value}" office:date-value="{value}"/>'
            yield f"{kind} of {value!r}", f"{head}<table:table-row>{ods_cell('a')}{odd}</table:table-row>"
    end = "</table:table-cell>"
    for spaces in ("5", "1000000", "4000000000", "-1", "x"):
        odd = f'<table:table-cell office:value-type="string"><text:p>a<text:s text:c="{spaces}"/>b</text:p>{end}'
        yield f"{spaces} spaces", f"{head}<table:table-row>{odd}{ods_cell(5)}</table:table-row>"


def _strings_bomb(length: int, times: int) -> object:
    """One long text that many cells point to."""

    def make(path: Path) -> None:
        rows = row_of(["customer_id", "name"]) + "".join(
            f'<row>{cell_of(f"c{row}")}<c t="s"><v>0</v></c></row>' for row in range(times)
        )
        path.write_bytes(zipped(xlsx_members(rows, strings=f"<si><t>{'x' * length}</t></si>")))

    return make


def _blank_sheet(megabytes: int) -> object:
    def make(path: Path) -> None:
        members = xlsx_members(TWO)
        del members["xl/worksheets/sheet1.xml"]
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, inner in members.items():
                archive.writestr(name, inner)
            with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
                sheet.write(f'<worksheet xmlns="{MAIN}"><sheetData>{TWO}'.encode())
                for _ in range(megabytes):
                    sheet.write(b" " * (1 << 20))
                sheet.write(b"</sheetData></worksheet>")

    return make


def _packages() -> Iterator[Hostile]:
    """Archives that are damaged, or hold what no workbook holds."""
    whole = zipped(xlsx_members(TWO))
    for share in (0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99):
        yield Hostile(f"xlsx: cut at {share:.0%}", "customers.xlsx", written(whole[: int(len(whole) * share)]))
    for ending in ("xlsx", "xlsm", "xlsb", "xls", "ods"):
        yield Hostile(f"{ending}: a CSV", f"customers.{ending}", written("customer_id,age\na,20\n"))
        yield Hostile(f"{ending}: an xlsx", f"customers.{ending}", written(whole))
        yield Hostile(f"{ending}: no zip", f"customers.{ending}", written(b"PK\x03\x04" + b"\xff" * 500))
        yield Hostile(
            f"{ending}: an old header", f"customers.{ending}", written(bytes.fromhex("d0cf11e0a1b11ae1") * 200)
        )
    many = xlsx_members(TWO) | {f"x/{number}": b"" for number in range(60_000)}
    yield Hostile("xlsx: 60,000 members", "customers.xlsx", written(zipped(many)))
    climbing = xlsx_members(TWO) | {"../../../climbed.txt": b"x", "/tmp/climbed.txt": b"x"}
    yield Hostile("xlsx: members that climb", "customers.xlsx", written(zipped(climbing)))
    yield Hostile("xlsx: stored", "customers.xlsx", written(zipped(xlsx_members(TWO), zipfile.ZIP_STORED)))
    yield Hostile("xlsx: LZMA", "customers.xlsx", written(zipped(xlsx_members(TWO), zipfile.ZIP_LZMA)))
    yield Hostile("xlsx: locked", "customers.xlsx", written(_locked(whole)))
    yield Hostile("xlsx: a wrong checksum", "customers.xlsx", written(whole.replace(whole[14:18], b"\0\0\0\0")))


def _locked(archive: bytes) -> bytes:
    """The archive with the flag for a password set on every member."""
    changed = bytearray(archive)
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = -1
        while (place := archive.find(mark, place + 1)) >= 0:
            changed[place + flags] |= 1
    return bytes(changed)

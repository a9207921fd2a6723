"""Files inside files, built from code: workbooks, zips, gzips, Parquet."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

import pyarrow as pa
import pyarrow.parquet as pq

OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # how .xls files, and .xlsx files with a password, begin
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HIDDEN = ' state="hidden"'
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def flipped(content: bytes, place: int) -> bytes:
    """Damage: fifty bytes inside are turned over."""
    return content[:place] + bytes(255 - byte for byte in content[place : place + 50]) + content[place + 50 :]


class Formula(str):
    """A cell with a formula that no program has calculated yet."""


class Fault(str):
    """A cell that holds an error such as #DIV/0!"""


Cell = str | float | None


def gzipped(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def zipped(files: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def zip_marked_as_encrypted(name: str, content: bytes) -> bytes:
    """A zip whose file claims to need a password."""
    raw = bytearray(zipped({name: content}))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = raw.index(signature) + flags
        raw[place : place + 2] = struct.pack("<H", struct.unpack("<H", raw[place : place + 2])[0] | 1)
    return bytes(raw)


def zip_bomb(name: str, first: bytes, megabytes: int) -> bytes:
    """A small zip that unpacks to many megabytes of spaces."""
    target, chunk = io.BytesIO(), b" " * (1 << 20)
    with (
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(name, "w", force_zip64=True) as file,
    ):
        file.write(first)
        for _ in range(megabytes):
            file.write(chunk)
    return target.getvalue()


def parquet(**columns: object) -> bytes:
    target = io.BytesIO()
    pq.write_table(pa.table(columns), target)
    return target.getvalue()


def parquet_of(names: Sequence[str], arrays: Sequence[pa.Array]) -> bytes:
    """Like `parquet`, for names that occur twice."""
    target = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(list(arrays), names=list(names)), target)
    return target.getvalue()


def _letters(place: int) -> str:
    """What a column is called: A to Z, then AA."""
    return (chr(64 + place // 26) if place >= 26 else "") + chr(65 + place % 26)


def workbook(
    sheets: Mapping[str, Sequence[Sequence[Cell]]], hidden: Sequence[str] = (), merged: str | None = None
) -> bytes:
    """A minimal .xlsx."""
    entries = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"{HIDDEN if name in hidden else ""}/>'
        for number, name in enumerate(sheets, 1)
    )
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATION}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(sheets) + 1)
    )
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for number in range(1, len(sheets) + 1)
    )
    package = "http://schemas.openxmlformats.org/package/2006"
    files = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        f"{types}</Types>",
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{SPREADSHEET}" xmlns:r="{RELATION}">'
        f"<sheets>{entries}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">{relations}</Relationships>',
    }
    files |= {
        f"xl/worksheets/sheet{number}.xml": _sheet(rows, merged) for number, rows in enumerate(sheets.values(), 1)
    }
    return zipped({name: f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode() for name, text in files.items()})


def _sheet(rows: Sequence[Sequence[Cell]], merged: str | None) -> str:
    written = ""
    for number, row in enumerate(rows, 1):
        cells = (_cell(cell, f"{_letters(place)}{number}") for place, cell in enumerate(row))
        written += f'<row r="{number}">{"".join(cells)}</row>'
    joined = f'<mergeCells count="1"><mergeCell ref="{merged}"/></mergeCells>' if merged else ""
    return f'<worksheet xmlns="{SPREADSHEET}"><sheetData>{written}</sheetData>{joined}</worksheet>'


def _cell(cell: Cell, place: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Formula):
        return f'<c r="{place}"><f>{escape(cell)}</f></c>'
    if isinstance(cell, Fault):
        return f'<c r="{place}" t="e"><v>{escape(cell)}</v></c>'
    if isinstance(cell, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
    return f'<c r="{place}"><v>{cell}</v></c>'


def opened(archive: bytes) -> dict[str, bytes]:
    """What a zip holds."""
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}

"""What hostile and mutated files start from: a few invoice lines and customers in every format, written plainly."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pandas as pd

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OPEN = "urn:oasis:names:tc:opendocument:xmlns"
DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


@dataclass(frozen=True)
class Hostile:
    """A file below data/external/, what it is to be read as, and what writes it."""

    name: str
    file: str
    make: Callable[[Path], object]
    table: str = "customers"


def lines(count: int = 40) -> pd.DataFrame:
    """Invoice lines without a flaw."""
    return pd.DataFrame(
        {
            "invoice_id": [f"I{row:04}" for row in range(count)],
            "customer_id": [f"c{row % 13:03}" for row in range(count)],
            "product": [("cup", "pot", "größe", "杯")[row % 4] for row in range(count)],
            "ordered_at": [f"2024-{1 + row % 12:02}-{1 + row % 28:02} 10:{row % 60:02}:00" for row in range(count)],
            "quantity": [1 + row % 5 for row in range(count)],
            "unit_price": [round(1.25 + row * 0.5, 2) for row in range(count)],
        }
    )


def content(kind: str, table: pd.DataFrame) -> bytes:
    """The table as a file that ends in `kind`."""
    if kind in ("csv", "tsv"):
        return table.to_csv(index=False, sep="," if kind == "csv" else "\t").encode()
    if kind == "csv.gz":
        return gzip.compress(content("csv", table), mtime=0)
    if kind == "csv.zip":
        return zipped({"lines.csv": content("csv", table)})
    if kind == "json":
        return json.dumps(table.to_dict("records"), ensure_ascii=False).encode()
    if kind == "jsonl":
        return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in table.to_dict("records")).encode()
    if kind == "parquet":
        buffer = io.BytesIO()
        table.to_parquet(buffer, index=False)
        return buffer.getvalue()
    rows = [list(table.columns), *table.values.tolist()]
    return {"xlsx": xlsx, "ods": ods}[kind](rows)


def zipped(members: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as archive:
        for name, inner in members.items():
            archive.writestr(zipfile.ZipInfo(name), inner, packing)
    return buffer.getvalue()


def xlsx(rows: list[list[object]]) -> bytes:
    return zipped(xlsx_members("".join(map(row_of, rows))))


def row_of(cells: list[object]) -> str:
    return f"<row>{''.join(map(cell_of, cells))}</row>"


def cell_of(value: object) -> str:
    if isinstance(value, int | float):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def xlsx_members(
    rows: str, strings: str | None = None, before: str = "", after: str = "", styles: bool = False, book: str = ""
) -> dict[str, bytes]:
    """The files within a workbook of one sheet."""
    more = [("xl/styles.xml", "styles")] if styles else []
    more += [("xl/sharedStrings.xml", "sharedStrings")] if strings is not None else []
    kinds = {"xl/workbook.xml": "sheet.main", "xl/worksheets/sheet1.xml": "worksheet"} | dict(more)
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="{OFFICE}.{kind}+xml"/>' for name, kind in kinds.items()
    )
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATIONS}/{kind}" Target="{name.removeprefix("xl/")}"/>'
        for number, (name, kind) in enumerate([("xl/worksheets/sheet1.xml", "worksheet"), *more], 1)
    )
    members = {
        "[Content_Types].xml": f'{DECLARED}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{overrides}</Types>',
        "_rels/.rels": f'{DECLARED}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{DECLARED}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{book}<sheets>'
        '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{DECLARED}<Relationships xmlns="{PACKAGE}/relationships">{relations}'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": f'{DECLARED}<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}'
        "</worksheet>",
    }
    if strings is not None:
        members["xl/sharedStrings.xml"] = f'{DECLARED}<sst xmlns="{MAIN}">{strings}</sst>'
    if styles:
        members["xl/styles.xml"] = (
            f'{DECLARED}<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs>'
            "</styleSheet>"
        )
    return {name: text.encode() for name, text in members.items()}


def ods(rows: list[list[object]]) -> bytes:
    return ods_of("".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows))


def ods_cell(value: object, more: str = "") -> str:
    kind = "float" if isinstance(value, int | float) else "string"
    number = f' office:value="{value}"' if kind == "float" else ""
    return (
        f'<table:table-cell office:value-type="{kind}"{number}{more}><text:p>{escape(str(value))}</text:p>'
        "</table:table-cell>"
    )


def ods_of(rows: str, name: str = "Sheet1") -> bytes:
    spaces = "".join(f' xmlns:{each}="{OPEN}:{each}:1.0"' for each in ("office", "table", "text"))
    sheet = (
        f'{DECLARED}<office:document-content{spaces} office:version="1.2"><office:body><office:spreadsheet>'
        f"<table:table table:name={quoteattr(name)}>{rows}</table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    manifest = (
        f'{DECLARED}<manifest:manifest xmlns:manifest="{OPEN}:manifest:1.0"><manifest:file-entry '
        'manifest:full-path="/" '
        'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
    )
    return zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": sheet.encode(),
            "META-INF/manifest.xml": manifest.encode(),
        }
    )


def written(inner: bytes | str) -> Callable[[Path], object]:
    """What writes these bytes."""
    return lambda path: path.write_bytes(inner.encode() if isinstance(inner, str) else inner)


def streamed(pieces: Callable[[], object]) -> Callable[[Path], object]:
    """What packs pieces of bytes one after the other, without ever holding all of them."""

    def make(path: Path) -> None:
        with gzip.open(path, "wb", compresslevel=9) as file:
            for piece in pieces():
                file.write(piece)

    return make

"""CSV, JSON and packed files: bombs, depths, widths, encodings, and names of columns that mean something elsewhere."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from samples import Hostile, streamed, written, zipped

TWO = "customer_id,age\na,20\nb,30\n"
NAMES = (
    "row",
    "unreadable",
    "_c0",
    "content",
    "reason",
    "table",
    " ",
    "\n",
    'a"b',
    "a'b",
    "x" * 1_000_000,
    "'; DROP TABLE t;--",
    "{0}",
    "%s",
    "$HOME",
    "\u202egnp",
    "😀" * 100,
    "customer_id",
    "Customer_ID",
    "ï",
    "i\u0308",
    "=1+1",
    "__class__",
    "null",
    "select",
    "a\\",
    "\ufeffage",
    "a\tb",
    "1",
    "-",
    "true",
)
ENCODINGS = (
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "utf-32-le",
    "latin-1",
    "cp1252",
    "cp037",
    "gb18030",
    "shift_jis",
    "utf-7",
    "koi8-r",
    "big5",
    "iso2022_jp",
)
DEPTHS = (100, 1_000, 10_000, 100_000, 1_000_000)


def files() -> Iterator[Hostile]:
    """All of them."""
    for name, text in _csvs():
        yield Hostile(f"csv: {name}", "customers.csv", written(text))
    for name, text in _jsons():
        yield Hostile(f"json: {name}", "customers.json", written(text))
        yield Hostile(f"jsonl: {name}", "customers.jsonl", written(text))
    for name, ending, make in _packed():
        yield Hostile(f"{ending}: {name}", f"customers.{ending}", make)


def _csvs() -> Iterator[tuple[str, str | bytes]]:
    for name in NAMES:
        quoted = '"' + name.replace('"', '""') + '"'
        yield f"a column called {name[:20]!r}", f"customer_id,{quoted}\na,20\nb,30\n"
    for encoding in ENCODINGS:
        yield f"in {encoding}", "customer_id,name\na,Zoe\nb,Anna\n".encode(encoding)
        yield f"in {encoding}, cut", "customer_id,name\na,Zoe\nb,Anna\n".encode(encoding)[:-1]
    for count in (500, 1_900, 5_000, 20_000):
        head, row = (",".join(f"{sign}{n}" for n in range(count)) for sign in ("n", ""))
        yield f"{count} columns", f"customer_id,{head}\na,{row}\nb,{row}\n"
    yield from {
        "a line of 30 MB": f"{TWO}c,{'x' * 30_000_000}\n",
        "a quote that is never closed": TWO + 'c,"' + "x\n" * 2_000_000,
        "nothing but quotes": '"' * 1_000_000,
        "nothing but delimiters": "," * 2_000_000,
        "nothing but line ends": "\n" * 5_000_000,
        "nothing but zeros": b"\0" * 1_000_000,
        "a million empty lines within": TWO + "\n" * 1_000_000 + "c,40\n",
        "a million delimiters in a row": TWO + "," * 1_000_000 + "\n",
        "old line ends": TWO.replace("\n", "\r"),
        "all kinds of line ends": "customer_id,age\r\na,20\rb,30\nc,40\n\rd,50\r\n\r\n",
        "zeros in cells": TWO + "c\0d,40\n",
        "one column": "customer_id\na\nb\n",
        "a header only": "customer_id,age\n",
        "one sign": "x",
        "a mark of bytes only": b"\xef\xbb\xbf",
        "half a mark of bytes": b"\xff",
        "an image": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 200,
        "a program": b"\x7fELF" + bytes(range(256)) * 200,
        "no UTF-8 in the header": b"customer_id,\xff\xfe\na,20\n",
        "no UTF-8 far inside": TWO.encode() + b"c,40\n" * 100_000 + b"\xc3\x28,50\n",
        "another delimiter said": f"sep=x\n{TWO}",
        "a line end said as delimiter": f"sep=\n\n{TWO}",
        "a quote said as delimiter": f'sep="\n{TWO}',
        "a thousand names alike": "customer_id," + ",".join(["age"] * 1000) + "\na" + ",1" * 1000 + "\n",
        "a cell of a thousand lines": TWO + 'c,"' + "x\n" * 1000 + '"\n',
        "200,000 quoted cells with quotes": "customer_id,name\n" + 'c,"a ""b"" c"\n' * 200_000,
        "400 digits": "customer_id,age\na," + "9" * 400 + "\nb,1e-400\n",
        "ragged in every row": "customer_id,age\n" + "".join(f"c{n}{',1' * (n % 50)}\n" for n in range(20_000)),
        "letters joined a hundred thousand times": f"{TWO}c,e{chr(0x301) * 100_000}\n",
        "a script": "<script>alert(1)</script>,age\na,20\n",
    }.items()


def _jsons() -> Iterator[tuple[str, str | bytes]]:
    for depth in DEPTHS:
        yield f"{depth} lists deep", "[" * depth + "]" * depth
        yield f"{depth} lists deep, open", "[" * depth
        yield f"{depth} objects deep", '{"a":' * depth + "1" + "}" * depth
        row = '[{"customer_id":"a","x":' + "[" * depth + "]" * depth + "}]"
        yield f"{depth} lists deep in a cell", row
    for count in (1_000, 5_000, 20_000):
        yield (
            f"{count} records, each of another column",
            json.dumps([{f"c{n}": n, "customer_id": n} for n in range(count)]),
        )
        yield f"{count} columns", json.dumps([{"customer_id": "a"} | {f"c{n}": n for n in range(count)}] * 2)
    yield from {
        "nothing": "",
        "null": "null",
        "a number": "5",
        "a text": '"x"',
        "an empty list": "[]",
        "an empty object": "{}",
        "empty records": "[" + "{}," * 99_999 + "{}]",
        "lists in a list": "[[1,2],[3,4]]",
        "numbers": "[1,2,3]",
        "numbers and objects": '[1,{"customer_id":"a"},null,"x"]',
        "a comment": '[{"customer_id":"a"}] // x',
        "a comma too many": '[{"customer_id":"a"},]',
        "single quotes": "[{'customer_id':'a'}]",
        "cut": '[{"customer_id":"a"},{"cu',
        "twice": '[{"customer_id":"a"}][{"customer_id":"b"}]',
        "NaN": '[{"customer_id":"a","x":NaN,"y":Infinity}]',
        "a number of 1e999": '[{"customer_id":"a","x":1e999}]',
        "an integer of 5,000 digits": f'[{{"customer_id":{"9" * 5000}}}]',
        "names alike": '[{"customer_id":"a","customer_id":"b","x":1,"x":2}]',
        "half a pair": '[{"customer_id":"\\ud800"}]',
        "a zero": '[{"customer_id":"a\\u0000b"}]',
        "no UTF-8": b'[{"customer_id":"\xff\xfe"}]',
        "a mark of bytes": b"\xef\xbb\xbf[]",
        "UTF-16": '[{"customer_id":"a"}]'.encode("utf-16"),
        "UTF-32": '[{"customer_id":"a"}]'.encode("utf-32"),
        "kinds that change": '[{"customer_id":"a","x":1},{"customer_id":2,"x":"y"},{"customer_id":[1],"x":{"z":1}}]',
        "an empty name": '[{"customer_id":"a","":1}]',
        "records far inside": '{"a":{"b":{"c":[{"customer_id":"a"}]}}}',
        "two lists": '{"a":[{"customer_id":"a"}],"b":[{"customer_id":"b"}]}',
        "records by name": '{"r1":{"customer_id":"a"}}',
        "columns": '{"customer_id":["a","b"],"age":[20,30]}',
        "a text of 20 MB": json.dumps([{"customer_id": "x" * 20_000_000}]),
    }.items()


def _packed() -> Iterator[tuple[str, str, Callable[[Path], object]]]:
    """Packed files that become large, or are not what they seem."""
    for name, ending, head, piece, times in (
        ("350,000 empty records", "json.gz", b"[", b"{}," * 10_000, 35),
        ("30 million empty records", "json.gz", b"[", b"{}," * 1_000_000, 30),
        ("30 million empty lines of records", "jsonl.gz", b"", b"{}\n" * 1_000_000, 30),
        ("30 million zeros of a list", "json.gz", b"[", b"0," * 1_000_000, 30),
        ("5 million records of one cell", "jsonl.gz", b"", b'{"customer_id":1}\n' * 100_000, 50),
        ("a gigabyte of letters", "csv.gz", TWO.encode(), b"x" * (1 << 20), 1000),
        ("a gigabyte of line ends", "csv.gz", TWO.encode(), b"\n" * (1 << 20), 1000),
        ("a gigabyte of delimiters", "csv.gz", TWO.encode(), b"," * (1 << 20), 1000),
        ("200 MB of quotes", "csv.gz", TWO.encode(), b'"' * (1 << 20), 200),
        ("200 MB of ragged rows", "csv.gz", TWO.encode(), b"a,b,c\n" * 170_000, 200),
        ("200 MB of zeros", "csv.gz", TWO.encode(), b"\0" * (1 << 20), 200),
        ("a gigabyte of an open text", "json.gz", b'[{"customer_id":"', b"x" * (1 << 20), 1000),
        ("100 MB of open lists", "json.gz", b"", b"[" * (1 << 20), 100),
    ):

        def pieces(head: bytes = head, piece: bytes = piece, times: int = times) -> Iterator[bytes]:
            yield head
            yield from (piece for _ in range(times))

        yield name, ending, streamed(pieces)
    whole = gzip.compress(TWO.encode(), mtime=0)
    for share in (0.1, 0.3, 0.5, 0.8, 0.95):
        yield f"cut at {share:.0%}", "csv.gz", written(whole[: int(len(whole) * share)])
    for name, inner in {
        "with a tail": whole + b"tail",
        "with zeros behind": whole + b"\0" * 1000,
        "twice": whole + whole,
        "no gzip": TWO.encode(),
        "in gzip": gzip.compress(whole),
        "nothing packed": gzip.compress(b""),
        "empty": b"",
        "a wrong checksum": whole[:-8] + b"\0" * 8,
        "an odd method": whole[:2] + b"\x07" + whole[3:],
    }.items():
        yield name, "csv.gz", written(inner)
    names = (
        "../../climbed.csv",
        "/tmp/climbed.csv",
        "a/b/c.csv",
        ".csv",
        "x.exe",
        "no_ending",
        "a.csv.gz",
        "a.zip",
        "\n.csv",
        "x" * 200 + ".csv",
        "Ü.csv",
        "customer_id=42/a.csv",
        "con.csv",
        "a*.csv",
        "a.CSV",
        "a.parquet",
        "a.xlsx",
    )
    for name in names:
        yield f"holds {name[:30]!r}", "zip", written(zipped({name: TWO.encode()}))
    yield "two files", "zip", written(zipped({"a.csv": TWO.encode(), "b.csv": TWO.encode()}))
    yield "no files", "zip", written(zipped({}))
    yield "a Mac's", "zip", written(zipped({"a.csv": TWO.encode(), "__MACOSX/._a.csv": b"x", ".DS_Store": b"x"}))
    yield "two files of one name", "zip", written(_one_name_twice)
    yield "a gigabyte of zeros", "zip", _zip_bomb
    for packing in (zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        yield f"packed by method {packing}", "zip", written(zipped({"a.csv": TWO.encode()}, packing))


_one_name_twice = zipped({"a.csv": TWO.encode(), "b.csv": TWO.encode()}).replace(b"b.csv", b"a.csv")


def _zip_bomb(path: Path) -> None:
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.csv", "w", force_zip64=True) as file,
    ):
        for _ in range(1000):
            file.write(b"0" * (1 << 20))

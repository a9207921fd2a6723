"""Seeded mutants of a good file of every format: bytes flipped, cut, doubled, moved, and words of the format put in."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable
from functools import partial

import samples
import studies
from collected import account, expect_every_row_once, nothing_written
from trial import Case, Trial

WHAT = "mutants of csv, tsv, gz, zip, xlsx, ods, json, jsonl, parquet and params.yaml: every row used or rejected"
CASES = 2000
FORMATS = ("csv", "tsv", "csv.gz", "csv.zip", "xlsx", "ods", "json", "jsonl", "parquet", "params.yaml")
WORDS: dict[str, tuple[bytes, ...]] = {
    "csv": (
        b'"',
        b'""',
        b",",
        b";",
        b"\t",
        b"\n",
        b"\r",
        b"\0",
        b"\xff",
        b"\xef\xbb\xbf",
        b"NULL",
        b"1e999",
        b"-",
        b"\xc2\xa0",
        b"infinity",
        b"\xe2\x80\xa8",
        b"'",
        b"\\",
        b"=1+1",
        b"31/02/2024",
        b"1 2",
        b"customer_id",
        b"quantity: ",
    ),
    "json": (
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b'"',
        b"\\u0000",
        b"\\ud800",
        b"null",
        b"1e999",
        b"NaN",
        b"\n",
        b"\xff",
        b"[[[[",
        b"true",
        b'"customer_id"',
        b"\xef\xbb\xbf",
        b"0" * 400,
    ),
    "xlsx": (
        b"<",
        b">",
        b"</row>",
        b"<row>",
        b"<c>",
        b't="s"',
        b'r="XFD1"',
        b"&a;",
        b"&#0;",
        b"<v>1e999</v>",
        b"\0",
        b"\xff",
        b'r="A0"',
        b"<!--",
        b"]]>",
        b'table:number-columns-repeated="999999999"',
    ),
    "params.yaml": (
        b": ",
        b"- ",
        b"{",
        b"}",
        b"[",
        b"]",
        b"&a ",
        b"*a",
        b"!!",
        b"'",
        b'"',
        b"\n",
        b"\t",
        b"#",
        b"|",
        b"<<",
        b"null",
        b".inf",
        b"1e999",
        b"\0",
        b"\xff",
        b"---",
        b"${HOME}",
    ),
    "parquet": (b"\0\0\0\0", b"\xff\xff\xff\xff", b"PAR1", b"\x15", b"\x7f\xff\xff\xff"),
}
ALIKE = {"tsv": "csv", "csv.gz": "csv", "csv.zip": "csv", "jsonl": "json", "ods": "xlsx"}
PACKED = ("csv.gz", "csv.zip", "xlsx", "ods")
MOST_CHANGES = 6


def cases(seed: int, number: int) -> list[Case]:
    return [
        Case(f"{kind} {each}", partial(_one, kind, seed, each))
        for each in range(number)
        for kind in [FORMATS[each % len(FORMATS)]]
    ]


def mutant(kind: str, seed: int, number: int) -> bytes:
    """The good file with a few changes; of packed ones, every other is changed within."""
    draw = random.Random(f"{seed} {kind} {number}")
    content = _params() if kind == "params.yaml" else samples.content(kind, samples.lines())
    changes = 1 + draw.randrange(MOST_CHANGES)
    if kind in PACKED and number // len(FORMATS) % 2:
        return _within(content, kind, draw, changes)
    return _changed(content, kind, draw, changes)


def _params() -> bytes:
    source = {
        "kind": "files",
        "transactions": "data/external/lines.csv",
        "columns": {"transactions": {"product": "product"}},
    }
    told = {
        "study": {"name": "torture", "title": "Torture", "currency": "€"},
        "seed": 1,
        "threads": 1,
        "source": source,
        "clustering": {"k": 3, "k_max": 5},
        "preprocessing": {"as_of": "2025-01-01"},
    }
    return json.dumps(told, indent=1, ensure_ascii=False).encode()


def _changed(content: bytes, kind: str, draw: random.Random, changes: int) -> bytes:
    for _ in range(changes):
        content = draw.choice(CHANGES)(content, draw, WORDS[ALIKE.get(kind, kind)])
    return content or b" "


def _within(content: bytes, kind: str, draw: random.Random, changes: int) -> bytes:
    """One of the files inside changed, and all packed again."""
    if kind == "csv.gz":
        return samples.gzip.compress(_changed(samples.content("csv", samples.lines()), "csv", draw, changes), mtime=0)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = draw.choice(sorted(members))
    members[name] = _changed(members[name], kind, draw, changes)
    return samples.zipped(members)


def _flip(content: bytes, draw: random.Random, words: tuple[bytes, ...]) -> bytes:
    place = draw.randrange(max(len(content), 1))
    return content[:place] + bytes([draw.randrange(256)]) + content[place + 1 :]


def _cut(content: bytes, draw: random.Random, words: tuple[bytes, ...]) -> bytes:
    start = draw.randrange(max(len(content), 1))
    return content[:start] + content[start + draw.randrange(1, 60) :]


def _double(content: bytes, draw: random.Random, words: tuple[bytes, ...]) -> bytes:
    start = draw.randrange(max(len(content), 1))
    piece = content[start : start + draw.randrange(1, 200)]
    return content[:start] + piece * draw.choice((1, 1, 2, 50)) + content[start:]


def _move(content: bytes, draw: random.Random, words: tuple[bytes, ...]) -> bytes:
    start, place = (draw.randrange(max(len(content), 1)) for _ in range(2))
    piece = content[start : start + draw.randrange(1, 100)]
    rest = content[:start] + content[start + len(piece) :]
    return rest[:place] + piece + rest[place:]


def _insert(content: bytes, draw: random.Random, words: tuple[bytes, ...]) -> bytes:
    place = draw.randrange(len(content) + 1)
    return content[:place] + draw.choice(words) * draw.choice((1, 1, 1, 2, 30)) + content[place:]


def _end(content: bytes, draw: random.Random, words: tuple[bytes, ...]) -> bytes:
    return content[: draw.randrange(len(content) + 1)]


CHANGES: tuple[Callable[[bytes, random.Random, tuple[bytes, ...]], bytes], ...] = (
    _flip,
    _flip,
    _cut,
    _double,
    _move,
    _insert,
    _insert,
    _insert,
    _end,
)


def _one(kind: str, seed: int, number: int, trial: Trial) -> None:
    """The mutant is collected, each row once, or refused in a sentence; `check` keeps within the same bounds."""
    ending = "csv" if kind == "params.yaml" else kind
    study = studies.bare(trial.folder / "study", {"transactions": f"data/external/lines.{ending}"})
    file = study / "data" / "external" / f"lines.{ending}"
    file.write_bytes(samples.content(ending, samples.lines()))
    changed = study / "params.yaml" if kind == "params.yaml" else file
    changed.write_bytes(mutant(kind, seed, number))
    ran = trial.stage("collect", study)
    if ran.code == 0 and "demo" not in account(study).get("kind", ""):
        expect_every_row_once(trial, study)
        _expect_as_many_rows(trial, kind, file.read_bytes(), study)
    elif ran.code == 1:
        trial.expect(nothing_written(study), "refused, and left something behind")
    if number // len(FORMATS) % 4 == 0:
        trial.segments("check", f"data/external/lines.{ending}", folder=study)


def _expect_as_many_rows(trial: Trial, kind: str, content: bytes, study: object) -> None:
    """Where lines can be counted without a doubt, that many rows came in."""
    if kind not in ("csv", "tsv") or set(content) & set(b'"\r\0') or not content.isascii():
        return
    lines = [line for line in content.split(b"\n") if line.strip(b" \t,;|")]
    only_signs = [line for line in content.split(b"\n") if line and not line.strip(b" \t,;|")]
    if not only_signs:
        told = account(study)["tables"]["transactions"]["rows"]
        trial.expect(told == len(lines) - 1, f"{len(lines) - 1} lines below the header, {told} rows told")

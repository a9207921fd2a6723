"""Nothing that `forget` proves is false: each kind of id in each kind of file, held against an independent search."""

from __future__ import annotations

import contextlib
import gzip
import html
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import unicodedata
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from customer_segments.base.errors import StudyError
from customer_segments.base.files import SCRATCH, write_table
from customer_segments.base.params import Params
from customer_segments.commands import forget as forgetting
from customer_segments.commands.export import to_database
from customer_segments.commands.forget import forget
from customer_segments.commands.leftovers import IDS, PREFIX
from customer_segments.run.workspace import Workspace
from customer_segments.sources.forgotten import FILE, forgotten
from tests.commands.conftest import at
from tests.commands.oracle import found
from tests.malformed.packed import workbook, zipped
from tests.sources.shop import collect_into
from tests.support import PROJECT

# As it is asked for: as it stands in the file, and whose rows stay however alike the ids are.
KINDS = {
    "@eve": ("@eve", "@evelyn"),
    "-12": ("-12", "12"),
    "+49 170 1234567": ("+49 170 1234567", "49 170 1234567"),
    "=1+1": ("=1+1", "=1+11"),
    'O"Brien, "Zoë"': ('O"Brien, "Zoë"', 'O"Brien, "Zoe"'),
    "Zoë Müller": (unicodedata.normalize("NFD", "Zoë Müller"), "zoë müller"),
    "00712": ("  00712 ", "712"),
    "17850": ("17850.0", "178500"),
}
HELD_BACK = {
    "=cmd|'/c calc'!A1": ("=cmd|'/c calc'!A1", "cmd|'/c calc'!A1"),
    "two\nlines": ("two\nlines", "two lines"),
    "'@ann": ("@ann", "ann"),
    "R&D <7>": ("\u00a0R&D <7>", "R&D <8>"),
    "7": ("7", "70"),
    "Łódź/Ω-1": ("Łódź/Ω-1", "Łódź/Ω-12"),
}
MAIL = "someone@shop.example"


@pytest.fixture(autouse=True)
def temporary(tmp_path_factory, monkeypatch):
    """A folder for temporary files that nobody else uses."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("temporary")))
    return Path(tempfile.gettempdir())


def rows_of(written: str, neighbour: str) -> list[dict[str, object]]:
    others = [{"customer_id": f"c{n}", "mail": f"c{n}@x.example", "spent": 17850 + n} for n in range(3)]
    theirs = [{"customer_id": neighbour, "mail": "other@x.example", "spent": 7}]
    return [*others, {"customer_id": written, "mail": MAIL, "spent": 712}, *theirs]


def put(path: Path, rows: list[dict[str, object]]) -> None:
    """The rows as a file of the kind that its name ends in."""
    match path.suffix:
        case ".csv":
            pd.DataFrame(rows).to_csv(path, index=False)
        case ".xlsx":
            path.write_bytes(workbook({"S": [list(rows[0]), *(list(row.values()) for row in rows)]}))
        case ".parquet":
            pd.DataFrame(rows).to_parquet(path)
        case ".json":
            path.write_text(json.dumps(rows))


def study(root: Path, kind: str) -> Workspace:
    source = {"kind": "files", "customers": f"data/external/c.{kind}"}
    return at(root, Params.of(study={"name": "s", "title": "S"}, seed=1, source=source))


def finished(root: Path, temporary: Path, kind: str, ids: tuple[str, str, str]) -> Workspace:
    """A study that holds a customer wherever one can be."""
    asked, written, neighbour = ids
    rows = rows_of(written, neighbour)
    for folder in ("data/external", "data/interim", "reports/figures", ".staging/eda/reports", "docs", "notebooks"):
        (root / folder).mkdir(parents=True)
    put(root / f"data/external/c.{kind}", rows)
    here = study(root, kind)
    collect_into(root, here.params())
    clean = [row | {"customer_id": str(row["customer_id"]).strip("\u00a0 ").removesuffix(".0")} for row in rows]
    broken = [
        {"table": "customers", "row": place, "reason": "ragged", "content": f'x;"{row["customer_id"]}";{row["mail"]}',
         "customer_id": row["customer_id"] if place % 2 else None} for place, row in enumerate(clean)
    ]  # fmt: skip
    for target in (
        root / "data/interim/rejected.csv",
        root / "data/interim/rejected.parquet",
        root / "new_rejected.csv",
    ):
        write_table(pd.DataFrame(broken), target)
    for target in (root / "new_segments.csv", root / "docs/export.parquet", root / "reports/segmented_customers.csv"):
        write_table(pd.DataFrame(clean), target)
    (root / "export.json").write_text(json.dumps(clean))
    page = f"<img alt='{html.escape(asked)}'><p>{html.escape(asked)}</p>".encode("ascii", "xmlcharrefreplace")
    for place in ("reports/01_eda.html", "docs/page.html", ".staging/eda/reports/01_eda.html"):
        (root / place).write_bytes(page)
    cell = {
        "cell_type": "code",
        "source": ["table"],
        "execution_count": 3,
        "metadata": {},
        "outputs": [{"text": [asked]}],
    }
    (root / "notebooks/01_eda.ipynb").write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4}))
    cache = root / ".dvc/cache/files/md5"
    made = [path for path in root.rglob("*") if path.is_file() and path.suffix not in (".yaml", ".png")]
    for number, path in enumerate(sorted(made)):
        target = cache / f"{number:02}" / "e1f7c0"
        target.parent.mkdir(parents=True)
        shutil.copy(path, target)
    dead = temporary / f"{SCRATCH}{ended()}_x1"
    dead.mkdir()
    (dead / "half.parquet").write_bytes((root / "data/interim/rejected.parquet").read_bytes()[:-9])
    put(dead / "lines.csv", rows)
    return here


def ended() -> int:
    """The number of a process that is no more."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def rewritten_by_hand(path: Path, ids: tuple[str, str]) -> None:
    put(path, [row for row in rows_of(*ids) if row["mail"] != MAIL])


# Each kind of id in two kinds of file, each kind of file with half of them; `make torture` tries others.
PAIRS = [
    (kind, asked)
    for number, asked in enumerate([*KINDS, *HELD_BACK])
    for place, kind in enumerate(["csv", "xlsx", "parquet", "json"])
    if (number + place) % 2 == 0
]


@pytest.mark.parametrize(("kind", "asked"), PAIRS)
def test_nothing_is_found_after_a_proof(tmp_path, temporary, kind, asked):
    ids = (KINDS | HELD_BACK)[asked]
    here = finished(tmp_path, temporary, kind, (asked, *ids))
    looked = asked.removeprefix("'")
    assert len(found(looked, tmp_path, temporary)) >= 8
    before = everything(tmp_path)
    told = forget([asked], here, dry_run=True) if kind != "xlsx" else None
    if kind == "xlsx":
        with pytest.raises(StudyError, match=r"data/external/c\.xlsx holds an id"):
            forget([asked], here)
        assert everything(tmp_path) == before
        rewritten_by_hand(tmp_path / "data/external/c.xlsx", ids)
    assert everything(tmp_path).keys() == before.keys()
    said = forget([asked], here)
    assert "nothing was found" in said
    assert found(looked, tmp_path, temporary) == []
    assert not list(temporary.iterdir())
    assert not [name for name, content in everything(tmp_path).items() if MAIL.encode() in content]
    if told:
        assert [line for line in told.splitlines() if line.startswith("  ")] == [
            line for line in said.splitlines()[: len(told.splitlines())] if line.startswith("  ")
        ]
    for name in ("new_segments.csv", "docs/export.parquet"):
        table = pd.read_csv(tmp_path / name) if name.endswith("csv") else pd.read_parquet(tmp_path / name)
        assert len(table) == 4, name
    put(tmp_path / f"data/external/c.{kind}", rows_of(*ids))  # exported again by the business
    collect_into(tmp_path, here.params())
    assert found(looked, tmp_path / "data/raw") == []
    assert len(pd.read_parquet(tmp_path / "data/raw/customers.parquet")) == 4


def everything(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def small(root: Path, content: bytes | str = "customer_id,age\n@eve,20\nc7,30\n", name: str = "c.csv") -> Workspace:
    """A study of one file of customers, of which nothing was made."""
    external = root / "data" / "external"
    external.mkdir(parents=True, exist_ok=True)
    (external / name).write_bytes(content.encode() if isinstance(content, str) else content)
    source = {"kind": "files", "customers": f"data/external/{name}"}
    return at(root, Params.of(study={"name": "s", "title": "S"}, seed=1, source=source))


TEXT = "customer_id;note\r\nZoë Müller;x\r\nc7;é\r\nc8;\r\n"
LEFT = TEXT.replace("Zoë Müller;x\r\n", "")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "mac_roman"])
def test_an_id_may_hold_any_letters_in_any_encoding(tmp_path, encoding):
    here = small(tmp_path, TEXT.encode(encoding))
    if encoding == "mac_roman":  # which nobody can tell from others: it is found, and left to the person
        with pytest.raises(StudyError, match="cannot be rewritten"):
            forget(["Zoë Müller"], here)
        return
    assert "c.csv: 1 row taken out" in forget(["Zoë Müller"], here)
    assert (tmp_path / "data/external/c.csv").read_bytes() == LEFT.encode(encoding)


@pytest.mark.parametrize("name", ["c.csv.gz", "c.zip", "other.zip", "notes.txt", "shop.sqlite", "shop.duckdb", "c.npy"])
def test_what_cannot_be_rewritten_is_found_and_named(tmp_path, name):
    here = small(tmp_path)
    external, table = tmp_path / "data/external", "customer_id,age\n@eve,20\nc7,30\n"
    if name == "c.csv.gz":
        (external / name).write_bytes(gzip.compress(table.encode()))
        assert "c.csv.gz: 1 row taken out" in forget(["@eve"], here)
        assert gzip.decompress((external / name).read_bytes()).decode() == table.replace("@eve,20\n", "")
        return
    if name.endswith(".zip"):
        inner = {"c.csv": table.encode()} | ({"more.csv.gz": gzip.compress(b"x")} if name == "other.zip" else {})
        (external / name).write_bytes(zipped(inner))
    elif name == "notes.txt":
        (external / name).write_text("call @eve back")
    elif name == "c.npy":
        np.save(external / name, np.array(["c7", "@eve"]))
    else:
        (tmp_path / "data/processed").mkdir()
        known = pd.DataFrame({"customer_id": ["@eve", "c7"]})
        known.to_parquet(tmp_path / "data/processed/segmented_customers.parquet")
        kind = name.partition(".")[2]
        to_database(here, f"{kind}:///data/external/{name}", "segments")
    before = everything(tmp_path)
    with pytest.raises(StudyError, match=f"data/external/{name} holds an id"):
        forget(["@eve"], here)
    assert everything(tmp_path) == before


def test_short_numbers_are_found_in_databases_by_their_column(tmp_path):
    here = small(tmp_path, "customer_id,age\n12,20\nc7,30\n")
    with contextlib.closing(sqlite3.connect(tmp_path / "crm.db")) as base, base:
        base.execute("CREATE TABLE t (customer_id INTEGER, age INTEGER)")
        base.executemany("INSERT INTO t VALUES (?, ?)", [(12, 7), (13, 99)])
    with pytest.raises(StudyError, match=r"crm\.db holds an id"):
        forget(["12"], here)
    with pytest.raises(StudyError, match="No file of this study holds the customer '99'"):
        forget(["99"], here)


def test_what_people_wrote_is_never_deleted(tmp_path):
    here = small(tmp_path, "customer_id,age\n12345,20\nEve-1,20\nc7,30\n")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/notes.md").write_text("12345 units; Eve-1 complained")
    with pytest.raises(StudyError, match=r"docs/notes\.md holds an id"):
        forget(["Eve-1"], here)
    said = forget(["12345"], here)
    assert "docs/notes.md: the same signs stand in other places too" in said
    assert (tmp_path / "docs/notes.md").exists()


def test_a_link_out_of_the_study_is_searched_and_not_followed_blindly(tmp_path, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "c.csv"
    outside.write_text("customer_id,age\n@eve,20\nc7,30\n")
    here = small(tmp_path)
    (tmp_path / "data/external/linked.csv").symlink_to(outside)
    with pytest.raises(StudyError, match=r"data/external/linked\.csv holds an id"):
        forget(["@eve"], here)
    assert "@eve" in outside.read_text()


def test_another_customer_by_case_or_zeros_stays(tmp_path):
    text = "customer_id,age\nEVE-77,20\neve-77,30\n0077123,1\n77123,2\n"
    here = small(tmp_path, text)
    forget(["eve-77", "77123"], here)
    assert (tmp_path / "data/external/c.csv").read_text() == "customer_id,age\nEVE-77,20\n0077123,1\n"


def killed(root: Path, at_write: int) -> None:
    """A call that is killed before its n-th file is moved or removed."""
    code = f"""
import os, signal, sys
from pathlib import Path
from customer_segments.commands.forget import forget
from customer_segments.run.workspace import Workspace
count = 0
def counted(function):
    def inner(*arguments, **more):
        global count
        count += 1
        if count > {at_write}:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **more)
    return inner
Path.replace, Path.unlink = counted(Path.replace), counted(Path.unlink)
print(forget(["@eve"], Workspace(Path({str(root)!r}))))
"""
    ours = os.environ | {"PYTHONPATH": str(PROJECT / "src"), "TMPDIR": tempfile.gettempdir()}
    run = subprocess.run([sys.executable, "-c", code], env=ours, capture_output=True, text=True, check=False)
    assert run.returncode in (0, -signal.SIGKILL), run.stderr


@pytest.mark.parametrize("at_write", [0, 4, 8, 16, 32])
def test_a_killed_call_is_taken_up_again_by_the_next(tmp_path, temporary, at_write):
    here = finished(tmp_path, temporary, "csv", ("@eve", "@eve", "@evelyn"))
    whole = set(everything(tmp_path).values())
    killed(tmp_path, at_write)
    left = {name: each for name, each in everything(tmp_path).items() if PREFIX not in name and name != FILE}
    assert all(content in whole or b"@eve," not in content for content in left.values())
    begun = [*(tmp_path / "data").glob(f"{PREFIX}*/{IDS}")]
    said = forget(["c1"], here)  # somebody else
    assert ("taken up again" in said) == bool(begun)
    forget(["@eve"], here)
    assert found("@eve", tmp_path, temporary) == []
    assert not list((tmp_path / "data").glob(f"{PREFIX}*"))


def test_folders_of_running_commands_are_left_alone_and_stop_the_proof(tmp_path, temporary):
    here = small(tmp_path)
    alive = [temporary / f"{SCRATCH}{os.getpid()}_a", tmp_path / "data" / f"{PREFIX}{os.getppid()}_b"]
    alive[0].mkdir()
    (alive[0] / "rows.csv").write_text("customer_id\n@eve\n")
    with pytest.raises(StudyError, match="which a command has open that is still running"):
        forget(["@eve"], here)
    assert (alive[0] / "rows.csv").exists()
    shutil.rmtree(alive[0])
    assert "Proof" in forget(["@eve"], here)
    alive[1].mkdir()
    with pytest.raises(StudyError, match="Another `segments forget` is at work"):
        forget(["c7"], here)


def test_what_a_full_disk_stops_is_taken_up_again(tmp_path, monkeypatch):
    here = small(tmp_path)
    with monkeypatch.context() as full:
        full.setattr(forgetting.leftovers, "remove", lambda _: (_ for _ in ()).throw(OSError(28, "No space left")))
        with pytest.raises(OSError, match="No space left"):
            forget(["@eve"], here)
    waiting = next((tmp_path / "data").glob(f"{PREFIX}*/{IDS}"))
    assert json.loads(waiting.read_text()) == ["@eve"]
    assert "1 customer taken up again" in forget(["c7"], here)
    assert forgotten(tmp_path / FILE).knows("@eve")

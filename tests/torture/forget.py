"""Customers who ask to be forgotten: after any proof nothing of them is left anywhere, and nobody gives them a segment.

The search is independent of the package: every file below the study and the temporary folder is opened, unpacked where
it is packed, and looked through for the id and for an e-mail address that stands nowhere but in that customer's rows.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import random
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pandas as pd
import samples
import studies
from trial import PIPELINE, Case, Trial, group_is_gone, kill_group

WHAT = "customers forgotten: none found after any proof, and none given a segment"
IDS = {
    "a number": "100423",
    "an at": "@eve",
    "a minus": "-12",
    "a plus": "+49",
    "letters with marks": "Zoë Müller",
    "short": "7",
    "an e-mail": "eve.o'hara@shop.example",
    "Chinese": "客户一号",
    "quotes and a comma": 'Eve "E", Ltd',
    "zeros in front": "0004200",
}
FORMATS = ("csv", "parquet", "json", "jsonl", "csv.gz", "xlsx")
REWRITTEN = ("csv", "parquet", "json", "jsonl", "csv.gz")  # the others may be refused, in a sentence
MARK = "secret.mark.8261@nowhere.example"
KILLS = 8
NOBODY = 4_194_303  # a number that no process here has
FAST = {r"\n  k: ": "\n  k: 3 ", r"n_init: 10 ": "n_init: 2 ", r"\n  references: 10 ": "\n  references: 3 ",
        r"bootstraps: 50 +# times": "bootstraps: 3  # times"}  # fmt: skip
SHORT = 5  # a shorter id is a number like any other outside a column of ids


def cases(seed: int, number: int) -> list[Case]:
    tried = [
        Case(f"{what} in {kind}", partial(_forgotten, each, kind)) for what, each in IDS.items() for kind in FORMATS
    ]
    ids = list(IDS.items())
    kills = [(*ids[number % len(ids)], random.Random(seed + number).random()) for number in range(KILLS)]
    return tried + [
        Case(f"killed forget {number} of {what}", partial(_killed, each, share))
        for number, (what, each, share) in enumerate(kills)
    ]


def _forgotten(wanted: str, kind: str, trial: Trial) -> None:
    study = _study(wanted, kind, trial)
    if study is None:
        return
    _left_behind(wanted, study, trial)
    ran = trial.segments("forget", "--", wanted, folder=study)
    if ran.code == 0:
        _expect_gone(wanted, study, trial, ran.output)
        _expect_no_segment(wanted, study, trial)
    else:
        refused = "nothing was changed" in ran.output and kind not in REWRITTEN
        trial.expect(refused, f"not forgotten: {ran.output.strip()[-300:]}")


def _killed(wanted: str, share: float, trial: Trial) -> None:
    """The command is killed at some moment and given again: the proof then holds for what the first one left, too."""
    study = _study(wanted, "csv", trial)
    if study is None:
        return
    command = [sys.executable, "-m", "customer_segments", "forget", "--", wanted]
    process = trial.start(command, study)
    try:
        process.wait(timeout=0.3 + 3 * share)
    except Exception:
        kill_group(process.pid, 9)
        process.wait()
    trial.expect(group_is_gone(process.pid), "processes are left after a kill")
    ran = trial.segments("forget", "--", wanted, folder=study)
    if trial.expect(ran.code == 0, f"not forgotten after a kill: {ran.output.strip()[-300:]}"):
        _expect_gone(wanted, study, trial, ran.output)


def _study(wanted: str, kind: str, trial: Trial) -> Path | None:
    """A study that knows the customer, run as far as its models, with the DVC cache filled."""
    study = studies.copied(studies.laid("forget", FAST), trial.folder / "study")
    lines, customers = _tables(wanted)
    external = study / "data" / "external"
    _written(lines, external / f"lines.{kind}", wanted)
    _written(customers, external / f"people.{kind}", None)
    places = {name: f"data/external/{name}.{kind}" for name in ("lines", "people")}
    studies.reading(study, kind="files", transactions=places["lines"], customers=places["people"])
    ran = trial.run([sys.executable, "-m", "dvc", "repro", "--quiet", "clustering"], study, PIPELINE)
    if not trial.expect(ran.code == 0, f"the study did not run: {ran.output.strip()[-300:]}"):
        return None
    if not trial.expect(bool(list(_found(wanted, [study / "data"]))), "the search finds nobody: it proves nothing"):
        return None
    return study


def _tables(wanted: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Lines and customers; those of the wanted one say the mark, and one of them cannot be used."""
    ids = [f"k{number:04}" for number in range(130)]
    ids[50] = wanted
    draw = random.Random(4)
    lines, customers = [], []
    for number, each in enumerate(ids):
        note = f"for {MARK}" if each == wanted else "-"
        customers.append(
            {"customer_id": each, "age": 20 + number % 50, "income": draw.randrange(9, 99) * 1000, "note": note}
        )
        for order in range(2 + number % 4):
            day = f"2024-{1 + (number + order) % 12:02}-{1 + number % 28:02} 10:00:00"
            lines.append(
                {"invoice_id": f"I{number}-{order}", "customer_id": each, "ordered_at": day, "quantity": str(1 + order),
                 "unit_price": str(draw.randrange(100, 9000) / 100), "note": note}
            )  # fmt: skip
    lines.append({**next(line for line in lines if line["customer_id"] == wanted), "quantity": "some"})
    return pd.DataFrame(lines), pd.DataFrame(customers)


def _written(table: pd.DataFrame, path: Path, broken_of: str | None) -> None:
    kind = path.name.partition(".")[2]
    content = samples.content(kind, table)
    if kind == "csv" and broken_of:
        cell = '"' + broken_of.replace('"', '""') + '"'
        content += f"I9,{cell},2024-01-05,1,5,{MARK},more,cells\n".encode()
    path.write_bytes(content)


def _left_behind(wanted: str, study: Path, trial: Trial) -> None:
    """What earlier commands that were killed may have left, and what was exported into the study."""
    lines, _ = _tables(wanted)
    for folder in (
        study / "data" / ".forgetting_abc123",
        study / ".staging" / "eda",
        trial.temporary / f"customer_segments_{NOBODY}_x1",
    ):
        folder.mkdir(parents=True)
        lines.to_csv(folder / "0.csv", index=False)
        lines.to_parquet(folder / "1.parquet", index=False)
    lines.to_json(study / "reports" / "exported.json", orient="records", force_ascii=False)
    lines.to_csv(study / "reports" / "exported.csv", index=False)


def _expect_gone(wanted: str, study: Path, trial: Trial, said: str) -> None:
    folders = [study / name for name in ("data", "reports", ".dvc", ".staging", ".git")]
    left = [str(path.relative_to(trial.folder)) for path in _found(wanted, [*folders, trial.temporary])]
    trial.expect(not left, f"still there after the proof: {', '.join(left[:6])}")
    known = json.loads((study / "data" / "external" / "forgotten.json").read_text(encoding="utf-8"))
    cheap = hashlib.sha256(f"{known.get('salt', '')}{wanted}".encode()).hexdigest() in json.dumps(known)
    trial.expect(not cheap or "pseudonym" in said, "who was forgotten can be guessed at a million ids a second")


def _expect_no_segment(wanted: str, study: Path, trial: Trial) -> None:
    """New lines of the forgotten are neither collected nor given a segment."""
    lines, _ = _tables(wanted)
    again = lines[lines["customer_id"].isin([wanted, "k0001", "k0002", "k0003"])]
    again.to_csv(trial.folder / "again.csv", index=False)
    ran = trial.segments("assign", "../again.csv", "--out", "../given.csv", folder=study)
    if trial.expect(ran.code == 0, f"assign: {ran.output.strip()[-200:]}"):
        given = pd.read_csv(trial.folder / "given.csv", dtype=str)["customer_id"].str.removeprefix("'").tolist()
        trial.expect(wanted not in given, "`assign` gives the forgotten a segment")
        trial.expect(len(given) >= 3, f"`assign` gives only {given} a segment")
    lines.to_csv(study / "data" / "external" / "lines.csv", index=False)
    text = (study / "params.yaml").read_text(encoding="utf-8")
    text = re.sub(r"external/lines\.[a-z.]+", "external/lines.csv", text)
    (study / "params.yaml").write_text(text, encoding="utf-8")
    ran = trial.stage("collect", study)
    if trial.expect(ran.code == 0, f"collect: {ran.output.strip()[-200:]}"):
        trial.expect(not list(_found(wanted, [study / "data" / "raw"])), "`collect` brings the forgotten back")


def _found(wanted: str, folders: list[Path]) -> Iterator[Path]:
    """Files that hold the id or the mark."""
    for path in sorted(path for folder in folders for path in folder.rglob("*")):
        if (
            path.is_file()
            and not path.is_symlink()
            and any(_holds(inner, wanted) for inner in _unpacked(path.read_bytes()))
        ):
            yield path


def _unpacked(content: bytes) -> Iterator[bytes]:
    """The bytes, and those within them where they are packed."""
    yield content
    try:
        if content[:2] == b"\x1f\x8b":
            yield gzip.decompress(content)
        elif content[:4] == b"PK\x03\x04":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                yield from (archive.read(name) for name in archive.namelist())
        elif content[:1] == b"\x78":
            yield zlib.decompress(content)
        elif content[:4] == b"PAR1":
            yield pd.read_parquet(io.BytesIO(content)).to_csv(index=False).encode()
    except (OSError, EOFError, ValueError, zlib.error, zipfile.BadZipFile):
        return


def _holds(content: bytes, wanted: str) -> bool:
    if any(MARK.encode(encoding) in content for encoding in ("utf-8", "utf-16-le")):
        return True
    if len(wanted) < SHORT:
        return _in_column_of_ids(content, wanted)
    ways = {wanted, wanted.replace('"', '""'), json.dumps(wanted)[1:-1], json.dumps(wanted, ensure_ascii=False)[1:-1]}
    ways |= {each.replace("'", "&apos;").replace('"', "&quot;") for each in (wanted,)}
    letters = rb"(?<![0-9A-Za-z])(?:" + b"|".join(re.escape(way.encode()) for way in ways) + rb")(?![0-9A-Za-z])"
    return re.search(letters, content) is not None


def _in_column_of_ids(content: bytes, wanted: str) -> bool:
    """Whether a table of text has the short id in a column called customer_id."""
    if b"customer_id" not in content[:2000]:
        return False
    if content.lstrip()[:1] in (b"[", b"{"):
        return re.search(rb'"customer_id": ?"?' + wanted.encode() + rb'"?[,}\s]', content) is not None
    try:
        table = pd.read_csv(io.BytesIO(content), dtype=str, on_bad_lines="skip")
    except (ValueError, UnicodeDecodeError):
        return False
    return "customer_id" in table and wanted in table["customer_id"].str.strip().str.removeprefix("'").tolist()

"""One execution: bytes as a file, read by the package in this process; distinct failures are noted, and it goes on."""

from __future__ import annotations

import hashlib
import json
import random
import re
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

try:
    import atheris
except ImportError:
    atheris = None

if atheris:
    with atheris.instrument_imports(include=["customer_segments"]):
        from customer_segments.base.params import Format, Params, read_params, validate
        from customer_segments.sources import files, guess, sheets, tables, workbooks
else:
    from customer_segments.base.params import Format, Params, read_params, validate
    from customer_segments.sources import files, guess, sheets, tables, workbooks

from samples import ods_of, xlsx_members, zipped

from customer_segments.base import engine
from customer_segments.base.errors import StudyError

WRITTEN = 8  # every so many executions the table is written, too
APART = 256  # of so many workbooks one is read in a process of its own, as all are by the package
LARGE = re.compile(rb"\d{4}|[A-Z]{3}")  # what may ask for much memory, which only that process may do without harm
USUAL = "<row><c t='s'><v>0</v></c><c t='s'><v>1</v></c></row><row><c t='s'><v>2</v></c><c><v>5</v></c></row>"
AS_FILES: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "csv": ("x.csv", bytes),
    "json": ("x.json", bytes),
    "jsonl": ("x.jsonl", bytes),
    "parquet": ("x.parquet", bytes),
    "gz": ("x.csv.gz", bytes),
    "sheet": ("x.xlsx", lambda data: zipped(_sheet(rows=data))),
    "strings": ("x.xlsx", lambda data: zipped(_sheet(strings=data))),
    "ods": ("x.ods", lambda data: ods_of(data.decode("utf-8", errors="replace"))),
}
SCRATCH = Path(tempfile.mkdtemp(prefix="fuzz_", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
CONNECTION = engine.connect().con
APART_TOLD = workbooks._told
seen: set[str] = set()
executions = 0


def main() -> None:
    kind, found = sys.argv[1], Path(sys.argv[2])
    one = lambda data: execute(kind, data, found)  # noqa: E731
    try:
        if atheris:
            atheris.Setup([sys.argv[0], *sys.argv[3:]], one)
            atheris.Fuzz()
        else:
            _without_a_guide(one, sys.argv[3:])
    finally:
        shutil.rmtree(SCRATCH, ignore_errors=True)


def execute(kind: str, data: bytes, found: Path) -> None:
    """Read the bytes as this kind; whatever is raised beside a sentence is noted once."""
    global executions
    executions += 1
    try:
        _read(kind, data)
    except StudyError:
        return
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in place if "customer_segments" in frame.filename] or place
        what = f"{type(error).__name__} in {Path(own[-1].filename).name}:{own[-1].lineno} ({own[-1].name}): {error}"[
            :300
        ]
        key = f"{type(error).__name__}-{Path(own[-1].filename).stem}-{own[-1].lineno}"
        if key not in seen:
            seen.add(key)
            (found / f"{key}.bytes").write_bytes(data)
            (found / f"{key}.json").write_text(json.dumps({"what": what, "kind": kind}), encoding="utf-8")


def _read(kind: str, data: bytes) -> None:
    if kind == "guess":
        _guess(data.decode("utf-8", errors="replace").split("\n"))
        return
    for left in SCRATCH.iterdir():
        left.unlink() if left.is_file() else shutil.rmtree(left)
    if kind == "params":
        path = SCRATCH / "params.yaml"
        path.write_bytes(data)
        validate(Params, read_params(path))
        return
    name, packed = AS_FILES[kind]
    path = SCRATCH / name
    path.write_bytes(packed(data))
    inner = SCRATCH / "inner"
    inner.mkdir()
    apart = executions % APART == 0 or LARGE.search(data)
    workbooks._told = APART_TOLD if apart else _told_here
    part = files.read_one(path, Format(), inner)
    if executions % WRITTEN == 0 or hashlib.sha256(data).digest()[0] % WRITTEN == 0:
        tables.write_table(CONNECTION, "customers", [part], {}, Format(), SCRATCH / "made.parquet")


def _told_here(path: Path, name: str, wanted: str | None) -> Iterator[Any]:
    """What the process that reads workbooks would tell, told in this one: so it is seen which lines are reached."""
    sent: list[Any] = []
    sheets._send = lambda content: sent.append(json.loads(json.dumps(content))) or 1
    try:
        if problem := sheets.problem_of(path):
            sent.append(problem)
        else:
            sheets._send_sheet(str(path), wanted)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # the library's own panics are no Exception
        sent.append({"problem": "damaged"})
    for content in sent:
        if content == sheets.ALL:
            return
        if isinstance(content, dict) and "problem" in content:
            raise StudyError(f"{name} {workbooks.PROBLEMS[content['problem']].format(**content)}")
        yield content
    raise StudyError(f"{name} {workbooks.PROBLEMS['memory']}")  # as where that process ended without having sent all


def _guess(texts: list[str]) -> None:
    for kind in ("number", "time", "date", "flag"):
        guess.readable(texts, kind)
    guess.decimal_sign([texts], "comma")
    guess.counted(texts)
    guess.float_ids(texts)
    guess.order_is_open(texts)
    guess.day_votes(texts)
    guess.time_formats(texts, day_first=True)


def _sheet(rows: bytes = b"", strings: bytes = b"") -> dict[str, bytes]:
    if rows:
        return xlsx_members(rows.decode("utf-8", errors="replace"))
    return xlsx_members(USUAL, strings=strings.decode("utf-8", errors="replace"))


def _without_a_guide(one: Callable[[bytes], None], options: list[str]) -> None:
    """Mutants of the first file, as many as are asked for."""
    from mutants import CHANGES, WORDS

    told = dict(option[1:].split("=", 1) for option in options if option.startswith("-"))
    first = (Path(options[-1]) / "first").read_bytes()
    words = tuple(word for group in WORDS.values() for word in group)
    draw = random.Random(int(told["seed"]))
    for _ in range(int(told["runs"])):
        data = first
        for _ in range(1 + draw.randrange(6)):
            data = draw.choice(CHANGES)(data, draw, words)[:8192]
        one(data)
    print(f"stat::number_of_executed_units: {executions}")


if __name__ == "__main__":
    main()

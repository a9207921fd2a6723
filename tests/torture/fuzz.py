"""The readers fuzzed in process, led by which of their lines are reached, with atheris in an environment of its own.

Where atheris cannot be installed, mutants without such a guide are tried instead. What reaches new lines is kept under
`.torture/corpus/`, so that each night begins where the last one ended.
"""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
from functools import partial
from pathlib import Path

import samples
from mutants import WORDS
from trial import PROJECT, Case, Limits, Trial

WHAT = "executions of the readers, guided by coverage: nothing but a sentence may be raised"
KINDS = ("csv", "json", "jsonl", "parquet", "sheet", "strings", "ods", "gz", "guess", "params")
EXECUTIONS = 50_000  # of one case
CASES = 20
STATE = PROJECT / ".torture"
LIMITS = Limits(address_space=None, cpu_seconds=None, wall_seconds=4 * 3600)
MOST_MB = 2048


def cases(seed: int, number: int) -> list[Case]:
    return [
        Case(f"{kind} {each // len(KINDS)}", partial(_one, kind, seed + each))
        for each in range(max(number, len(KINDS)))
        for kind in [KINDS[each % len(KINDS)]]
    ]


def _one(kind: str, seed: int, trial: Trial) -> None:
    corpus, found = STATE / "corpus" / kind, trial.folder / "found"
    corpus.mkdir(parents=True, exist_ok=True)
    found.mkdir()
    _sow(kind, corpus)
    words = trial.folder / "words.txt"
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in WORDS[_words_of(kind)]), encoding="ascii")
    command = [str(_python()), str(PROJECT / "tests/torture" / "fuzz_target.py"), kind, str(found)]
    command += [
        f"-runs={EXECUTIONS}",
        f"-seed={seed}",
        f"-dict={words}",
        "-max_len=8192",
        "-timeout=60",
    ]
    command += [f"-rss_limit_mb={MOST_MB}", f"-artifact_prefix={found}/", "-print_final_stats=1", str(corpus)]
    ran = trial.run(command, trial.folder, LIMITS)
    problems = sorted(path for path in found.iterdir() if path.suffix == ".json")
    for path in problems:
        trial.expect(False, f"{json.loads(path.read_text(encoding='utf-8'))['what']}")
    stopped = [path.name for path in found.iterdir() if path.name.startswith(("crash-", "timeout-", "oom-", "leak-"))]
    trial.expect(not stopped, f"stopped by {stopped}: {ran.output.strip()[-300:]}")
    done = [line.split()[-1] for line in ran.output.splitlines() if "number_of_executed_units" in line]
    trial.expect(bool(done), f"did not come to its end: {ran.output.strip()[-300:]}")
    trial.tried = int(done[0]) if done else 0


def _words_of(kind: str) -> str:
    same = {"jsonl": "json", "sheet": "xlsx", "strings": "xlsx", "ods": "xlsx", "gz": "csv", "guess": "csv"}
    return {"params": "params.yaml"}.get(kind, same.get(kind, kind))


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word[:60])


def _sow(kind: str, corpus: Path) -> None:
    """Good files to begin with."""
    table = samples.lines(6)
    first = {
        "csv": lambda: samples.content("csv", table),
        "json": lambda: samples.content("json", table),
        "jsonl": lambda: samples.content("jsonl", table),
        "parquet": lambda: samples.content("parquet", table),
        "sheet": lambda: samples.row_of(["customer_id", "age"]).encode() + samples.row_of(["a", 20]).encode(),
        "strings": lambda: b"<si><t>customer_id</t></si><si><t>age</t></si><si><t>a</t></si>",
        "ods": lambda: (
            f"<table:table-row>{samples.ods_cell('customer_id')}{samples.ods_cell('age')}</table:table-row>"
            f"<table:table-row>{samples.ods_cell('a')}{samples.ods_cell(20)}</table:table-row>".encode()
        ),
        "gz": lambda: samples.content("csv.gz", table),
        "guess": lambda: b"2024-01-05 10:00:00\n1,234.50\n5 Jan 2024\n(5.00)\n01/05/24 10:00 PM",
        "params": lambda: b"seed: 1\nclustering: {k: 3}\npreprocessing:\n  as_of: '2024-01-05'\n",
    }[kind]()
    (corpus / "first").write_bytes(first)


def _python() -> Path:
    """An interpreter that has atheris and everything that this one has; this one where it cannot be had."""
    python = STATE / "fuzzing" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", python.parents[1]], check=True, capture_output=True)
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        beside = python.parents[1] / "lib" / version / "site-packages" / "beside.pth"
        beside.write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "atheris"]
        subprocess.run(install, check=False, capture_output=True)
    return python

"""Try to break the package from outside, kind by kind, and write RELIABILITY.md.

`python tests/torture/run.py [KIND...] [--cases N] [--seed S]`. Each finished case is a line in a file under
`.torture/`, so that a run that was stopped goes on where it was; a changed package begins anew. Failed cases' folders
are kept there.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from trial import PROJECT, Case, Trial

KINDS = ("paths", "literals", "hostile", "forget", "labels", "mutants", "faults", "kills", "power", "fuzz")
STATE = PROJECT / ".torture"
REPORT = PROJECT / "RELIABILITY.md"
SEED = 20240607
KEPT_BYTES = 50_000_000
HEAD = """# Reliability

What was tried from outside to break the package, by `make torture`; what a kind means stands in `tests/torture/`, at
the head of the module of its name. A case fails where a command ends in a traceback or a signal, takes more than 2 GB
or 20 s of processor time on a single file, or leaves anything that an independent count does not find right.

| kind | what | tried | failed | worst memory (MB) | worst processor time (s) | version | date |
|---|---|---|---|---|---|---|---|
"""


def main() -> int:
    """Try the kinds that are asked for; exit code 1 if any case failed."""
    asked = _arguments()
    failed = 0
    for kind in asked.kinds or KINDS:
        module = importlib.import_module(kind)
        results = _tried(kind, module, asked)
        failed += sum(bool(result["problems"]) for result in results)
        _report(asked.report, kind, module.WHAT, results)
    return int(failed > 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Try to break the package from outside.")
    parser.add_argument("kinds", nargs="*", metavar="KIND", choices=[*KINDS, []], help=f"of {', '.join(KINDS)}")
    parser.add_argument("--cases", type=int, help="how many of each kind; else as many as are promised")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--jobs", type=int, default=1, help="cases at one time")
    parser.add_argument("--only", help="cases whose name holds this")
    parser.add_argument("--report", type=Path, default=REPORT, help="where the table is written")
    parser.add_argument("--state", type=Path, default=STATE, help="where finished cases are remembered")
    return parser.parse_args()


def _tried(kind: str, module: Any, asked: argparse.Namespace) -> list[dict[str, Any]]:
    """The results of all cases tried so far on this very package, those of earlier runs among them."""
    cases = _chosen(module.cases(asked.seed, asked.cases or getattr(module, "CASES", 0)), asked)
    log = asked.state / f"{kind}-{asked.seed}-{_fingerprint(kind)}.jsonl"
    log.parent.mkdir(parents=True, exist_ok=True)
    known = {result["case"]: result for result in _lines(log)}
    waiting = [case for case in cases if case.name not in known]
    print(f"{kind}: {len(cases)} cases, {len(cases) - len(waiting)} of them tried before", flush=True)
    with ThreadPoolExecutor(getattr(module, "JOBS", asked.jobs)) as pool, log.open("a", encoding="utf-8") as file:
        for result in pool.map(lambda case: _result(kind, case, asked.state), waiting):
            known[result["case"]] = result
            file.write(json.dumps(result, ensure_ascii=False) + "\n")
            file.flush()
            if result["problems"]:
                print(f"  FAILED {result['case']!r}: {'; '.join(result['problems'])[:600]}", flush=True)
    return list(known.values())


def _chosen(cases: list[Case], asked: argparse.Namespace) -> list[Case]:
    fitting = [case for case in cases if not asked.only or asked.only in case.name]
    if asked.cases is None or asked.cases >= len(fitting):
        return fitting
    return random.Random(asked.seed).sample(fitting, asked.cases)


def _result(kind: str, case: Case, state: Path) -> dict[str, Any]:
    """Try one case in a folder that goes away, unless it failed."""
    started = time.perf_counter()
    with _scratch() as folder:
        trial = Trial(folder)
        try:
            case.attempt(trial)
        except Exception as error:
            trial.problems.append(f"the trial itself: {type(error).__name__}: {error}")
        if trial.problems:
            _keep(folder, state / "failed" / kind / re.sub(r"[^\w.-]+", "_", case.name)[:80])
    return {
        "case": case.name,
        "tried": trial.tried,
        "problems": trial.problems,
        "memory_mb": round(trial.memory_mb),
        "cpu_seconds": round(trial.cpu_seconds, 1),
        "seconds": round(time.perf_counter() - started, 1),
    }


@contextmanager
def _scratch() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="torture_"))
    try:
        yield folder
    finally:
        subprocess.run(["chmod", "-R", "u+rwX", folder], check=False, capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)


def _keep(folder: Path, place: Path) -> None:
    """Keep a failed case's files, unless they are large."""
    if sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) <= KEPT_BYTES:
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(folder, place, symlinks=True, ignore=_special)


def _special(folder: str, names: list[str]) -> list[str]:
    """What cannot be copied, such as sockets."""
    return [name for name in names if not (Path(folder, name).is_file() or Path(folder, name).is_dir())]


def _fingerprint(kind: str) -> str:
    """What the results depend on: the package, and how this kind is tried."""
    seen = hashlib.sha256()
    for path in [*sorted((PROJECT / "src").rglob("*.py")), PROJECT / "tests/torture" / f"{kind}.py"]:
        seen.update(path.read_bytes())
    return seen.hexdigest()[:12]


def _lines(log: Path) -> Iterator[dict[str, Any]]:
    """The results so far; a last line that a killed run left half-written does not count."""
    for line in log.read_text(encoding="utf-8").splitlines() if log.exists() else ():
        try:
            yield json.loads(line)
        except ValueError:
            continue


def _report(report: Path, kind: str, what: str, results: list[dict[str, Any]]) -> None:
    """Put this kind's row into the table; the other rows stay."""
    text = report.read_text(encoding="utf-8") if report.exists() else ""
    rows = {
        line.split("|")[1].strip(): line for line in text.splitlines() if re.match(rf"\| ({'|'.join(KINDS)}) ", line)
    }
    failed = sum(bool(result["problems"]) for result in results)
    memory, cpu = (max((result[name] for result in results), default=0) for name in ("memory_mb", "cpu_seconds"))
    tried = sum(result["tried"] for result in results)
    rows[kind] = f"| {kind} | {what} | {tried:,} | {failed:,} | {memory:,} | {cpu:,} | {_version()} | {date.today()} |"
    lines = [rows[name] for name in KINDS if name in rows]
    report.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{kind}: {tried:,} tried, {failed:,} failed, at most {memory:,} MB and {cpu:,} s", flush=True)


def _version() -> str:
    """The last commit that changed the package, marked where it has been changed since."""
    said = [
        subprocess.run(["git", *command, "--", "src"], cwd=PROJECT, capture_output=True, text=True, check=False).stdout
        for command in (("log", "-1", "--format=%h"), ("status", "--porcelain"))
    ]
    return f"{said[0].strip() or 'unknown'}{' and changes' if said[1].strip() else ''}"


if __name__ == "__main__":
    sys.exit(main())

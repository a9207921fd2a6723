"""Measure what large tables cost, from CSV to RFM and through collect and preprocessing, and write it to BENCHMARKS.md.

`python benchmarks/scale.py [COPIES …]` repeats UCI Online Retail 1, 10 and 100 times (or as often as named) with new
ids. The file is looked for in the folder named by CUSTOMER_SEGMENTS_DATA. Processor seconds are compared, because
wall-clock time on shared machines says more about the neighbours.
"""

from __future__ import annotations

import math
import re
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from measure import Measured, measured, write_down
from ruamel.yaml import YAML

PROJECT = Path(__file__).parents[1]
HEADING = "## Scale"
LINES = 541_909
LARGEST_FOR_PANDAS = 10  # copies; beyond, the plain script needs more memory than most machines have
PLAIN, OURS, BARE = "plain script", "this project", "bare count"
STAGES = ("collect", "preprocessing")


def main() -> None:
    copies = [int(argument) for argument in sys.argv[1:]] or [1, 10, 100]
    with tempfile.TemporaryDirectory(prefix="customer_segments_") as scratch:
        results = {count: _measure(count, Path(scratch)) for count in copies}
    write_down(HEADING, _report(results))
    print(_report(results))


def _measure(count: int, scratch: Path) -> dict[str, Measured]:
    """Every measurement on one size, one after the other."""
    file = scratch / f"lines_{count}.csv"
    # By a process of its own, because a child's peak memory counts from its parent's.
    measured([sys.executable, "benchmarks/repeat_lines.py", str(count), str(file)], PROJECT)
    script = {PLAIN: "plain_rfm.py", OURS: "our_rfm.py", BARE: "bare_count.py"}
    wanted = [PLAIN, OURS, BARE] if count <= LARGEST_FOR_PANDAS else [OURS, BARE]
    found = {}
    for name in wanted:
        found[name] = measured([sys.executable, f"benchmarks/{script[name]}", str(file)], PROJECT)
        print(f"{count}: {name}: {_took(found[name])} {found[name].output.strip()}", flush=True)
    if PLAIN in found and found[PLAIN].output != found[OURS].output:
        raise SystemExit(f"The numbers differ: {found[PLAIN].output} against {found[OURS].output}")
    study = _study(file, scratch / f"study_{count}")
    for stage in STAGES:
        command = ["env", "PYTHONPATH=src", sys.executable, "-m", "customer_segments.stage", stage]
        found[stage] = measured(command, study)
        print(f"{count}: {stage}: {_took(found[stage])}", flush=True)
    file.unlink()
    return found


def _study(file: Path, folder: Path) -> Path:
    """A clone of the project that studies the file."""
    measured(["git", "clone", "--quiet", str(PROJECT), str(folder)], PROJECT)
    yaml, path = YAML(), folder / "params.yaml"
    params = yaml.load(path)
    params["source"] = {"kind": "files", "transactions": str(file)}
    params["study"]["currency"] = "£"
    yaml.dump(params, path)
    return folder


def _report(results: dict[int, dict[str, Measured]]) -> str:
    rows = [row for count, found in results.items() for row in _rows(count, found)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in [*rows, *_growth(results)])
    return f"""{HEADING}

Measured by `python benchmarks/scale.py` on UCI Online Retail, repeated with new ids. Seconds are the processor's, one
thread each, imports included; a bare count is DuckDB's `SELECT count(*)` over the same CSV file.

| what | to reach | measured |
|---|---|---|
{table}
"""


def _rows(count: int, found: dict[str, Measured]) -> Iterable[tuple[str, str, str]]:
    size, ours, bare = f"{count * LINES:,} lines", found[OURS], found[BARE]
    if PLAIN in found:
        plain, times = found[PLAIN], {1: (2, "half")}.get(count, (3, "a third"))
        reach = f"at least {times[0]} times faster than the plain script, at most {times[1]} of its memory"
        faster, memory = plain.cpu_seconds / ours.cpu_seconds, ours.peak_mb / plain.peak_mb
        seen = f"{faster:.2f} times as fast, {memory:.2f} of the memory ({_took(ours)} against {_took(plain)})"
    else:
        reach = "at most 2.5 times a bare count, at most 3 GB"
        seen = f"{ours.cpu_seconds / bare.cpu_seconds:.2f} times ({_took(ours)} against {_took(bare)})"
    yield f"{size}, CSV to RFM", reach, seen
    total = sum(found[stage].cpu_seconds for stage in STAGES)
    parts = ", ".join(f"{stage} {_took(found[stage])}" for stage in STAGES)
    yield (
        f"{size}, all of collect and preprocessing",
        "at most 10 times a bare count, at most 4 GB",
        f"{total / bare.cpu_seconds:.1f} times ({parts}; bare count {bare.cpu_seconds:.1f} s)",
    )


def _growth(results: dict[int, dict[str, Measured]]) -> Iterable[tuple[str, str, str]]:
    """The exponent with which time grows from the smallest to the largest size."""
    first, last = min(results), max(results)
    if first == last:
        return
    totals = {count: sum(results[count][stage].cpu_seconds for stage in STAGES) for count in (first, last)}
    exponent = math.log(totals[last] / totals[first]) / math.log(last / first)
    peak = max(found[stage].peak_mb for found in results.values() for stage in STAGES)
    what = f"growth of collect and preprocessing from {first * LINES:,} to {last * LINES:,} lines"
    yield what, "exponent at most 1.1, below 4 GB", f"exponent {exponent:.2f}, {peak / 1024:.1f} GB at most"


def _took(run: Measured) -> str:
    return re.sub(r"\s+", " ", f"{run.cpu_seconds:,.1f} s, {run.peak_mb:,.0f} MB")


if __name__ == "__main__":
    main()

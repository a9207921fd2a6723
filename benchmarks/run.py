"""Measure the pipeline's cost against plain Python and an empty pipeline, and write BENCHMARKS.md.

Every ratio is taken within one run, pair by pair in turn, because machines drift; the median of the pairs is quoted.
"""

from __future__ import annotations

import os
import platform
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

from measure import Measured, measured

PROJECT = Path(__file__).parents[1]
PAIRS = 2
PIXELS = re.compile(r'src="data:image/png;base64,[^"]*"')


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        clone, empty = Path(scratch, "clone"), Path(scratch, "empty")
        _run(["git", "clone", "--quiet", str(PROJECT), str(clone)], PROJECT)
        _make_empty_pipeline(empty)
        forced, plain = _in_turn((["dvc", "repro", "--force"], clone), ([sys.executable, "benchmarks/plain.py"], clone))
        _run(["dvc", "repro"], clone)
        unchanged, status = _in_turn((["dvc", "repro"], clone), (["dvc", "status"], empty))
        changed = _run(["dvc", "repro"], clone, before=lambda: _change_k(clone / "params.yaml"))
        pages = {page.name: _size_without_pixels(page) for page in sorted((clone / "reports").glob("0*.html"))}
    benchmarks = PROJECT / "BENCHMARKS.md"
    _, others, told = benchmarks.read_text(encoding="utf-8").partition("\n## ")  # measured by the other scripts
    report = _report(forced, plain, unchanged, status, changed, pages)
    benchmarks.write_text(f"{report}{others}{told}", encoding="utf-8")
    print(report)


def _in_turn(first: tuple[list[str], Path], second: tuple[list[str], Path]) -> tuple[list[Measured], list[Measured]]:
    """Run two commands alternately, after one round that does not count."""
    rounds = [(_run(*first), _run(*second)) for _ in range(PAIRS + 1)][1:]
    return [pair[0] for pair in rounds], [pair[1] for pair in rounds]


def _run(command: list[str], folder: Path, before: Callable[[], None] | None = None) -> Measured:
    if before:
        before()
    return measured(command, folder)


def _make_empty_pipeline(folder: Path) -> None:
    folder.mkdir()
    _run(["git", "init", "--quiet"], folder)
    _run(["dvc", "init", "--quiet"], folder)
    (folder / ".dvc" / "config").write_text((PROJECT / ".dvc" / "config").read_text())
    (folder / "dvc.yaml").write_text("stages: {}\n")


def _change_k(params: Path) -> None:
    text = params.read_text(encoding="utf-8")
    params.write_text(text.replace("\n  k:  ", "\n  k: 4  "), encoding="utf-8")


def _size_without_pixels(page: Path) -> float:
    return len(PIXELS.sub("", page.read_text(encoding="utf-8")).encode()) / 1000


def _report(forced, plain, unchanged, status, changed, pages) -> str:
    ran = re.findall(r"Running stage '(\w+)'", changed.output)
    largest = max(pages, key=pages.get)
    rows = [
        (
            "whole pipeline by force, against the same computations and figures in one plain process",
            "at most 2.5 times",
            f"{_ratio(forced, plain)} ({_seconds(forced)} against {_seconds(plain)})",
        ),
        (
            "nothing changed, `dvc repro`, against `dvc status` of an empty pipeline",
            "at most 2 times",
            f"{_ratio(unchanged, status)} ({_seconds(unchanged)} against {_seconds(status)})",
        ),
        ("`clustering.k` changed", "only clustering and the stages after it run", f"ran: {', '.join(ran)}"),
        (
            "one chapter's HTML without its figures' pixels",
            "at most 300 KB",
            f"{pages[largest]:.0f} KB ({largest}, the largest of {len(pages)})",
        ),
        ("peak memory of any process", "at most 600 MB", f"{max(run.peak_mb for run in forced):.0f} MB"),
    ]
    table = "\n".join(f"| {what} | {reach} | {seen} |" for what, reach, seen in rows)
    return f"""# Benchmarks

Measured by `make bench` on the demo shop (6,000 customers, two years of invoice lines). Ratios are the median of
{PAIRS} pairs run in turn, after one round that does not count; seconds are medians.

Machine: {_processor()}, {os.cpu_count()} cores, {_memory_gb():.0f} GiB, {platform.system()},
Python {platform.python_version()}.

| what | to reach | measured |
|---|---|---|
{table}
"""


def _ratio(first: list[Measured], second: list[Measured]) -> str:
    return f"{median(a.seconds / b.seconds for a, b in zip(first, second, strict=True)):.2f} times"


def _seconds(runs: list[Measured]) -> str:
    return f"{median(run.seconds for run in runs):.1f} s"


def _processor() -> str:
    models = (
        re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text()) if Path("/proc/cpuinfo").exists() else []
    )
    return models[0] if models else platform.processor() or platform.machine()


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


if __name__ == "__main__":
    main()

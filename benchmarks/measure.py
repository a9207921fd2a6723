"""What one command took, and where it is written down."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

BENCHMARKS = Path(__file__).parents[1] / "BENCHMARKS.md"


@dataclass(frozen=True)
class Measured:
    """Wall-clock and processor seconds, memory, and what was printed."""

    seconds: float
    cpu_seconds: float  # of the command and all it waited for
    peak_mb: float  # of the largest single process among the command and all it started
    output: str


def measured(command: list[str], folder: Path) -> Measured:
    """Run the command in the folder; stop where it fails."""
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT)
        _, code, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(code)
        seconds = time.perf_counter() - started
        output.seek(0)
        text = output.read()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{text[-2000:]}")
    return Measured(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, text)


def write_down(heading: str, part: str) -> None:
    """The part of BENCHMARKS.md below a heading, in the place of the one before, or at the end."""
    before, _, after = BENCHMARKS.read_text(encoding="utf-8").partition(heading)
    _, found, later = after.partition("\n## ")
    BENCHMARKS.write_text(f"{before.rstrip()}\n\n{part}{found}{later}", encoding="utf-8")

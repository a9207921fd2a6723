"""Measure what the whole study of Online Retail costs, against one plain script, and write it to BENCHMARKS.md.

The file is looked for in the folder named by CUSTOMER_SEGMENTS_DATA. Processor seconds are compared, because wall-clock
time on shared machines says more about the neighbours.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from measure import Measured, measured, write_down

PROJECT = Path(__file__).parents[1]
HEADING = "## A whole study"
FILE = "online_retail.csv.gz"


def main() -> None:
    data = Path(os.environ.get("CUSTOMER_SEGMENTS_DATA", PROJECT.parent / "shared" / "data")) / FILE
    if not data.exists():
        raise SystemExit(f"{data} is not there: name its folder in CUSTOMER_SEGMENTS_DATA.")
    with tempfile.TemporaryDirectory() as scratch:
        clone = Path(scratch, "clone")
        measured(["git", "clone", "--quiet", str(PROJECT), str(clone)], PROJECT)
        shutil.copy(data, clone / "data" / "external" / FILE)
        measured(["segments", "use", "online_retail"], clone)
        plain = measured([sys.executable, "benchmarks/plain_study.py", str(data)], clone)
        ours = measured(["dvc", "repro"], clone)
    write_down(HEADING, _report(ours, plain))
    print(_report(ours, plain))


def _report(ours: Measured, plain: Measured) -> str:
    ratio = ours.cpu_seconds / plain.cpu_seconds
    processor = f"{ours.cpu_seconds:.0f} s against {plain.cpu_seconds:.0f} s"
    wall_clock = f"wall-clock {ours.seconds:.0f} s against {plain.seconds:.0f} s"
    return f"""{HEADING}

Measured by `benchmarks/study.py` on UCI Online Retail (541,909 lines): all stages and chapters, against one plain
script that reads the file, builds RFM, fits K-Means for k = 1 to 10, audits by regression and builds cohorts.

| what | to reach | measured |
|---|---|---|
| processor time against the plain script | at most 10 times | {ratio:.1f} times ({processor}; {wall_clock}) |
| peak memory of any process | at most 1,500 MB | {ours.peak_mb:,.0f} MB |
"""


if __name__ == "__main__":
    main()

"""What placing customers costs: by the scorer's file, by the fitted pipeline, by the command `segments assign`.

`python benchmarks/placing.py FOLDER` measures on a finished study of the demo shop, and writes to BENCHMARKS.md.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from measure import measured, write_down

PROJECT = Path(__file__).parents[1]
HEADING = "## Placing customers"
RUNS, MILLION = 5, 1_000_000
IMPORT = "from customer_segments import scorer"
# The lines of a customer with about 50 of them, in a file of their own.
ONE_CUSTOMER = """
import pandas as pd
lines = pd.read_csv("data/raw/demo/transactions.csv", dtype=str)
counts = lines["CustomerID"].value_counts()
lines[lines["CustomerID"] == counts.index[(counts - 50).abs().argmin()]].to_csv("one.csv", index=False)
"""


def main(folder: Path) -> None:
    # Commands first: what this process has loaded would count as theirs.
    measured([sys.executable, "-c", ONE_CUSTOMER], folder)
    alone, bare = _command("-c", IMPORT), _command("-c", "pass")
    assign = _command("-m", "customer_segments", "assign", "one.csv", "--replace", folder=folder)
    from customer_segments import scorer
    from customer_segments.run.workspace import Workspace
    from customer_segments.steps.clustering.segmentation import model_inputs
    from customer_segments.steps.preprocessing.prepare import feature_table

    here = Workspace(folder)
    placer = scorer.Scorer.read(here.existing("data/models/scorer.json"))
    pipeline, segmenter = (here.read_model(f"data/models/{name}.joblib") for name in ("preprocessor", "segmenter"))
    customers = here.read_table("data/processed/customers.parquet")
    one = customers.head(1)
    row = {name: [one[name].iloc[0]] for name in placer.needed}
    many = {name: customers[name].sample(MILLION, replace=True, random_state=1).to_numpy() for name in placer.needed}
    scored = _seconds(lambda: placer.score(row), 2000)
    piped = _seconds(lambda: segmenter.predict(model_inputs(feature_table(pipeline, one))), 20)
    million = _seconds(lambda: placer.score(many), 1)
    rows = [
        ("one customer by the scorer, warm", "at most 0.1 ms",
         f"{1000 * scored:.3f} ms; the fitted pipeline takes {1000 * piped:.1f} ms"),
        ("1,000,000 customers by the scorer", "at most 1 s", f"{million:.2f} s"),
        ("importing the scorer alone", "at most 0.25 s, 80 MB", f"{alone[0] - bare[0]:.2f} s, {alone[1]:.0f} MB"),
        ("`segments assign`, one customer with 50 lines, imports included", "at most 0.6 s",
         f"{assign[0]:.2f} s, {assign[1]:.0f} MB"),
    ]  # fmt: skip
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    report = f"""{HEADING}

Measured by `benchmarks/placing.py` on the demo shop: processor seconds, medians of {RUNS} runs.

| what | to reach | measured |
|---|---|---|
{table}
"""
    write_down(HEADING, report)
    print(table)


def _seconds(work: Callable[[], object], times: int) -> float:
    """The processor time of one call, after one that does not count."""
    work()
    return statistics.median(_round(work, times) for _ in range(RUNS))


def _round(work: Callable[[], object], times: int) -> float:
    started = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - started) / times


def _command(*arguments: str, folder: Path = PROJECT) -> tuple[float, float]:
    """Processor seconds and megabytes of a Python command, after one run that does not count."""
    runs = [measured([sys.executable, *arguments], folder) for _ in range(RUNS + 1)][1:]
    return statistics.median(run.cpu_seconds for run in runs), max(run.peak_mb for run in runs)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

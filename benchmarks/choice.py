"""What choosing k with all criteria costs, against the plain loop of scikit-learn fits, and that it is the same k.

`python benchmarks/choice.py` measures, and writes to BENCHMARKS.md, the plain loop, the plain loop with the exact
silhouette where that is possible, and ours, each in a process of its own; then the choice with exact criteria on a
sample. `python benchmarks/choice.py 20000 10` does so for one number of customers and of starts.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from measure import measured, write_down

PROJECT = Path(__file__).parents[1]
FEATURES, GROUPS, OVERLAP, SEED = 10, 5, 0.05, 1
KS, STARTS, SAMPLE = range(2, 11), 10, 5_000
HEADING = "## Choosing the number of segments"
RUNS = [(20_000, 10), (1_000_000, 1)]
MOST_EXACT = 50_000  # customers; the exact silhouette takes hours beyond
WAYS = {
    "plain": "plain loop of KMeans fits, no criteria",
    "exact": "plain loop with exact silhouette_score",
    "ours": "all six criteria and the choice",
    "sample": f"the choice with exact criteria on {SAMPLE:,} of them",
}


def main(runs: list[tuple[int, int]]) -> None:
    rows = [row for customers, starts in runs for row in _rows(customers, starts)]
    report = f"""{HEADING}

Measured by `benchmarks/choice.py`: k from {min(KS)} to {max(KS)}, {FEATURES} features, each way in its own process.

| what | to reach | measured |
|---|---|---|
{chr(10).join(rows)}
"""
    write_down(HEADING, report)


def _rows(customers: int, starts: int) -> list[str]:
    """What one size of data takes, as rows of the report."""
    found, peaks = {}, {}
    for way, title in WAYS.items():
        if way == "exact" and customers > MOST_EXACT:
            continue
        run = measured([sys.executable, __file__, str(customers), str(starts), way], PROJECT)
        found[way], peaks[way] = json.loads(run.output.splitlines()[-1]), run.peak_mb
        print(f"{customers:,} customers, {title}: {found[way]['seconds']:.1f} s, {run.peak_mb:,.0f} MB", flush=True)
    ours, plain, sample = found["ours"], found["plain"], found["sample"]
    what = f"{customers:,} customers, {starts} {'start' if starts == 1 else 'starts'} each"
    same = f"k = {ours['k']}, on a sample of {SAMPLE:,} with exact criteria {sample['k']}"
    rows = [
        f"| {what}: all criteria against the plain loop of KMeans fits | at most 2.5 times, 2 GB, the same k "
        f"| {ours['seconds'] / plain['seconds']:.2f} times ({ours['seconds']:.1f} s against {plain['seconds']:.1f} s), "
        f"{peaks['ours']:,.0f} MB; {same} |"
    ]
    if "exact" in found:
        exact = found["exact"]["seconds"]
        rows.append(
            f"| {what}: against the loop with exact `silhouette_score` | at least 10 times faster "
            f"| {exact / ours['seconds']:.1f} times ({exact:.1f} s) |"
        )
    return rows


def one(customers: int, starts: int, way: str) -> dict[str, object]:
    """The seconds that one way takes, data and imports not counted, and the k it chooses."""
    import pandas as pd
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score

    sys.path.insert(0, str(PROJECT / "calibration"))
    from planted import planted

    from customer_segments import load_params
    from customer_segments.steps.clustering import segmentation
    from customer_segments.steps.segment import choose_k

    points = planted(GROUPS, FEATURES, customers, OVERLAP, SEED).points
    if way == "sample":
        points = points[:SAMPLE]
    features = pd.DataFrame(points, columns=[f"feature_{number}" for number in range(FEATURES)])
    params = load_params(PROJECT / "params.yaml").clustering.model_copy(update={"n_init": starts})
    segmentation.try_each_k(features.iloc[:100], params.model_copy(update={"k_max": 3}), SEED)  # imports
    started = time.perf_counter()
    if way in ("plain", "exact"):
        for k in KS:
            labels = KMeans(k, n_init=starts, random_state=SEED).fit(points).labels_
            if way == "exact":
                silhouette_score(points, labels)
        return {"seconds": time.perf_counter() - started, "k": None}
    chosen = choose_k(segmentation.try_each_k(features, params, SEED), params)
    return {"seconds": time.perf_counter() - started, "k": chosen.k, "votes": chosen.votes}


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "2")
    if len(sys.argv) > 3:
        print(json.dumps(one(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])))
    else:
        main([(int(sys.argv[1]), int(sys.argv[2]))] if len(sys.argv) > 2 else RUNS)

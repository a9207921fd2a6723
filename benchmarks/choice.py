"""What choosing k with all criteria costs, against the plain loop of scikit-learn fits, and that it is the same k.

`python benchmarks/choice.py 20000` measures with so many customers: the plain loop, the plain loop with the exact
silhouette where that is possible, and ours, each in a process of its own; then the choice with exact criteria on a
sample. `python benchmarks/choice.py 1000000 1` does so with a single start each.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from measure import measured

PROJECT = Path(__file__).parents[1]
FEATURES, GROUPS, OVERLAP, SEED = 10, 5, 0.05, 1
KS, STARTS, SAMPLE = range(2, 11), 10, 5_000
MOST_EXACT = 50_000  # customers; the exact silhouette takes hours beyond
WAYS = {
    "plain": "plain loop of KMeans fits, no criteria",
    "exact": "plain loop with exact silhouette_score",
    "ours": "all six criteria and the choice",
    "sample": f"the choice with exact criteria on {SAMPLE:,} of them",
}


def main(customers: int, starts: int) -> None:
    found = {}
    print(f"{customers:,} customers, {FEATURES} features, k from {min(KS)} to {max(KS)}, {starts} starts")
    for way, title in WAYS.items():
        if way == "exact" and customers > MOST_EXACT:
            continue
        run = measured([sys.executable, __file__, str(customers), str(starts), way], PROJECT)
        found[way] = json.loads(run.output.splitlines()[-1])
        chosen = f", k = {found[way]['k']}" if found[way]["k"] else ""
        print(f"{title}: {found[way]['seconds']:.1f} s, {run.peak_mb:,.0f} MB{chosen}", flush=True)
    ours = found["ours"]["seconds"]
    print(f"ours takes {ours / found['plain']['seconds']:.2f} times the plain loop")
    if "exact" in found:
        print(f"ours is {found['exact']['seconds'] / ours:.1f} times faster than the loop with the exact silhouette")
    votes = {name: (vote, found["sample"]["votes"][name]) for name, vote in found["ours"]["votes"].items()}
    print(f"k by each criterion, of all and of the sample: {votes}")


def one(customers: int, starts: int, way: str) -> dict[str, object]:
    """The seconds that one way takes, data and imports not counted, and the k it chooses."""
    import pandas as pd
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score

    sys.path.insert(0, str(PROJECT / "calibration"))
    from planted import planted

    from customer_segments.clustering import choice, segmentation
    from customer_segments.params import ClusteringParams

    points = planted(GROUPS, FEATURES, customers, OVERLAP, SEED).points
    if way == "sample":
        points = points[:SAMPLE]
    features = pd.DataFrame(points, columns=[f"feature_{number}" for number in range(FEATURES)])
    params = ClusteringParams(n_init=starts)
    segmentation.try_each_k(features.iloc[:100], ClusteringParams(n_init=1, k_max=3), SEED)  # imports
    started = time.perf_counter()
    if way in ("plain", "exact"):
        for k in KS:
            labels = KMeans(k, n_init=starts, random_state=SEED).fit(points).labels_
            if way == "exact":
                silhouette_score(points, labels)
        return {"seconds": time.perf_counter() - started, "k": None}
    chosen = choice.choose_k(segmentation.try_each_k(features, params, SEED), params)
    return {"seconds": time.perf_counter() - started, "k": chosen.k, "votes": chosen.votes}


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "2")
    count, starts_each = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else STARTS
    if len(sys.argv) > 3:
        print(json.dumps(one(count, starts_each, sys.argv[3])))
    else:
        main(count, starts_each)

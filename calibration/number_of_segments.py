"""How often the true number of planted groups is found: `python calibration/number_of_segments.py DRAWS OVERLAP`.

For each number of groups and of features, so many sets of customers are made whose groups are known, and searched
with the default settings. Printed are the share found, for each rule that could choose, and the verdict on the target.
"""

from __future__ import annotations

import sys

import pandas as pd
from planted import planted

from customer_segments.base.params import ClusteringParams
from customer_segments.steps.clustering import segmentation
from customer_segments.steps.segment import choose_k

GROUPS, FEATURES, CUSTOMERS = range(2, 9), (2, 4, 8), 1_000
DRAWS, MODERATE = 5, 0.05
TARGET = 0.9


def main(draws: int, overlap: float) -> bool:
    """Whether the rule that is the default finds the true number often enough."""
    found = searched(draws, overlap)
    rules = [name for name in found if name not in ("groups", "features")]
    right = found[rules].eq(found["groups"], axis=0).assign(groups=found["groups"], features=found["features"])
    print(f"{len(found)} sets of {CUSTOMERS:,} customers; {overlap:.0%} of them lie nearer to another group's middle")
    for by in ("groups", "features"):
        print(f"\nShare in which the true number was chosen, by number of {by}:")
        print(right.groupby(by)[rules].mean().round(2).to_string())
    default = ClusteringParams().choose_by
    share = right[default].mean()
    print(f"\nIn all: {right[rules].mean().round(3).to_dict()}")
    print(f"{default} (the default): {share:.1%}, where {TARGET:.0%} is to be reached")
    return share >= TARGET


def searched(draws: int, overlap: float = MODERATE) -> pd.DataFrame:
    """The true number of groups of each planted set, and what each criterion would choose."""
    places = [(draw, features, groups) for draw in range(draws) for features in FEATURES for groups in GROUPS]
    return pd.DataFrame([_searched(*place, overlap) for place in places])


def _searched(draw: int, features: int, groups: int, overlap: float) -> dict[str, int | None]:
    """What each criterion, and the majority, would choose for one planted set."""
    points = planted(groups, features, CUSTOMERS, overlap, draw).points
    table = pd.DataFrame(points, columns=[f"feature_{number}" for number in range(features)])
    scores = segmentation.try_each_k(table, ClusteringParams(), draw)
    majority = choose_k(scores, ClusteringParams(choose_by="majority"))
    return {"groups": groups, "features": features, **majority.votes, "majority": majority.k}


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else DRAWS
    raise SystemExit(0 if main(wanted, float(sys.argv[2]) if len(sys.argv) > 2 else MODERATE) else 1)

"""Groups of published benchmark suites, found without being told how many: `python calibration/suites.py FOLDER`.

FOLDER holds a folder for each suite, in the form of the clustering benchmarks by Gagolewski and others: points in
NAME.data.gz, and in NAME.labels0.gz and further files the groups that experts see, 0 for noise. The part of
CALIBRATION.md is written anew.
"""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score

sys.path.insert(0, str(Path(__file__).parent))
import claims
import drawing

from customer_segments.base.params import ClusteringParams, ValidationParams
from customer_segments.steps.segment import segment
from customer_segments.steps.validation.groups import distinct_groups

HEADING = "## Published benchmark suites"
SEED = 1


@dataclass(frozen=True)
class Found:
    """What came of one set: the groups claimed, if any, and how far they and the segments are those of an expert."""

    name: str
    experts: list[int]  # groups
    claimed: int | None
    way: str
    rand: float  # of the groups claimed, or of the segments where none are
    segments: int
    segments_rand: float
    cut: int  # groups through which a claimed border runs, by the expert who agrees most


def found(data: Path) -> Found:
    """Claims for one set, in the points' own scale, as both columns are coordinates."""
    points = np.loadtxt(data, ndmin=2)
    name = data.name.removesuffix(".data.gz")
    truths = [np.loadtxt(file, dtype=int) for file in sorted(data.parent.glob(f"{name}.labels*.gz"))]
    table = pd.DataFrame((points - points.mean(axis=0)) / points.std()).rename(columns="column {}".format)
    names = pd.DataFrame({"customer_id": [str(row) for row in range(len(table))]})
    clustering = ClusteringParams(order_by="size")
    segments = segment(pd.concat([names, table], axis=1), names, clustering, SEED)
    groups = distinct_groups(table, clustering, ValidationParams(), SEED)
    everyone = np.arange(len(table))
    rows, labels = (groups.rows, groups.labels) if groups else (everyone, segments.labels)
    truth = max(truths, key=lambda each: _rand(each[rows], labels))
    known = truth[rows] > 0
    return Found(
        name=f"{data.parent.name}/{name}",
        experts=sorted({int(each.max()) for each in truths}),
        claimed=groups.count if groups else None,
        way=groups.way if groups else "",
        rand=_rand(truth[rows], labels),
        segments=segments.k,
        segments_rand=max(_rand(each, segments.labels) for each in truths),
        cut=claims._truly(labels[known], truth[rows][known])["cut"] if groups else 0,
    )


def report(sets: list[Found]) -> str:
    """The part of CALIBRATION.md."""
    rows = [
        f"| {each.name} | {' or '.join(map(str, each.experts))} | {each.claimed or '–'} | {each.way or '–'} | "
        f"{each.rand:.2f} | {each.cut} | {each.segments} | {each.segments_rand:.2f} |"
        for each in sets
    ]
    mean, by_segments = (np.mean([getattr(each, name) for each in sets]) for name in ("rand", "segments_rand"))
    return f"""{HEADING}

{len(sets)} sets, nobody told how many groups there are: the groups claimed, or the segments where none are claimed,
held against the expert who agrees most (adjusted Rand index, without what experts call noise).
Measured on {datetime.now(UTC):%Y-%m-%d} by `python calibration/suites.py`, version {version("customer-segments")},
Python {platform.python_version()}.

| set | experts see | claimed | way | adjusted Rand | borders through groups | segments | their adjusted Rand |
|---|---|---|---|---|---|---|---|
{chr(10).join(rows)}

Mean adjusted Rand index: {mean:.2f} (to reach: 0.80); of the segments alone {by_segments:.2f}. Sets with a claimed
border through a group: {sum(each.cut > 0 for each in sets)} (to reach: 0).
"""


def _rand(truth: np.ndarray, labels: np.ndarray) -> float:
    known = truth > 0
    return round(float(adjusted_rand_score(truth[known], labels[known])), 6)


if __name__ == "__main__":
    drawing.write(HEADING, report([found(data) for data in sorted(Path(sys.argv[1]).glob("*/*.data.gz"))]))

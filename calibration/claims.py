"""Whether the claim is true: *these groups, with these borders, are there*. Held against customers that are known.

`python calibration/claims.py [--draws N] [--part 1/2]` draws customers of every kind, each draw a line in
`calibration/drawn/claims.jsonl`; what is there already is not drawn again. It ends by writing its part of
CALIBRATION.md. `--tuning` draws others, writes nothing, and leaves out the kinds that are held back: methods are made
on those. `--only` takes the kinds whose name holds a text.
"""

from __future__ import annotations

import argparse
import platform
import sys
from collections import Counter
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score

sys.path.insert(0, str(Path(__file__).parent))
import drawing
from customers import KINDS, PLANTED, STRUCTURELESS

from customer_segments.base.params import ClusteringParams, ValidationParams
from customer_segments.steps.judge import DISTINCT, decide
from customer_segments.steps.segment import segment
from customer_segments.steps.validation.existence import STRICTEST, existence
from customer_segments.steps.validation.returning import returning

NAME, HEADING = "claims", "## Called *distinct groups*"
DRAWS, TUNING = 200, 1_000_000  # the first seed of draws that methods may be made on
FIRST_REFERENCES, LOST = 2, 2  # of 49 references, so many as clear as the data make p larger than 0.05
SAME_GROUPS = 0.95  # adjusted Rand index
CUT = 0.1  # of a group in another segment than most of it: a border runs through it
STEADY, SEEDS = 20, 20  # data sets that are judged again and again from other seeds
TO_REACH = {
    **dict.fromkeys(STRUCTURELESS, "at most 1%"), "groups 6 sd apart": "at least 95%",
    "groups 5 sd apart": "at least 90%", "groups 4 sd apart": "at least 70%",
    **dict.fromkeys(("2 groups in 2 columns, 6 sd", "49, 49 and 2%, 10 sd", "3 groups, 8 more columns of noise, 6 sd",
                     "moons", "circles"), "at least 90%"),
}  # fmt: skip


def drawn(kind: str, seed: int) -> dict[str, Any]:
    """Customers of a kind, and what is claimed of them."""
    points, truth = KINDS[kind].draw(np.random.default_rng([seed, crc32(kind.encode())]))
    return {"kind": kind, "seed": seed} | claimed(points, truth, seed % 2**16)


def claimed(points: np.ndarray, truth: np.ndarray | None, seed: int) -> dict[str, Any]:
    """What the whole way says, from choosing the number of segments to the verdict, and how far that is true."""
    spread = points.std(axis=0)
    table = pd.DataFrame((points - points.mean(axis=0)) / np.where(spread == 0, 1, spread))
    table = table.rename(columns="column {}".format)
    most = min(ClusteringParams().k_max, len(np.unique(points, axis=0)) - 1)
    clustering, params = ClusteringParams(order_by="size", k_max=most), ValidationParams()
    names = pd.Series(range(len(table)), name="customer_id").astype(str)
    features = pd.concat([names, table], axis=1)
    found = segment(features, features[["customer_id"]], clustering, seed)
    told = {"k": found.k, "distinct": _distinct(table, found.labels, found.k, clustering, params, seed)}
    return told if truth is None else told | _truly(found.labels, truth)


def _distinct(
    table: pd.DataFrame, labels: np.ndarray, k: int, clustering: ClusteringParams, params: ValidationParams, seed: int
) -> bool:
    """Whether the verdict is *distinct groups*; against few references first, where these are enough to say no."""
    few = params.model_copy(update={"references": FIRST_REFERENCES})
    there = existence(table, k, clustering, few, seed, kinds=(STRICTEST,))
    if (there.drawn(STRICTEST) >= there.chosen.silhouette).sum() >= LOST:
        return False
    there = existence(table, k, clustering, params, seed, kinds=(STRICTEST,))
    if not (there.beats_chance and there.has_gaps):
        return False
    back = returning(table, labels, k, clustering, params, seed)
    return decide(there, back, None, transactions=False).kind == DISTINCT


def _truly(labels: np.ndarray, truth: np.ndarray) -> dict[str, Any]:
    """How far segments are the groups: through how many a border runs, and how many segments are several."""
    shares = pd.crosstab(truth, labels, normalize="index")
    main = shares.idxmax(axis=1)
    return {
        "groups": len(shares),
        "rand": round(float(adjusted_rand_score(truth, labels)), 6),
        "cut": int((shares.apply(lambda row: row.nlargest(2).iloc[1:].sum(), axis=1) >= CUT).sum()),
        "merged": int((main.value_counts() > 1).sum()),
    }


def steady(number: int, start: int) -> dict[str, Any]:
    """One of some data sets, of every kind in turn, judged from another seed."""
    kind = list(KINDS)[number * len(KINDS) // STEADY]
    points, _ = KINDS[kind].draw(np.random.default_rng([number, crc32(kind.encode())]))
    return {"kind": f"steady {number}", "seed": start} | claimed(points, None, start)


def report(lines: list[dict[str, Any]]) -> str:
    """The part of CALIBRATION.md."""
    table = pd.DataFrame([line for line in lines if line["kind"] in KINDS])
    kinds = {kind: table[table["kind"] == kind] for kind in KINDS}
    without = [
        f"| {name}{' (held back)' * KINDS[name].held_back} | {len(draws)} | {TO_REACH[name]} | "
        f"{draws['distinct'].mean():.1%} |"
        for name, draws in kinds.items()
        if name in STRUCTURELESS and len(draws)
    ]
    within = [_planted_row(name, draws) for name, draws in kinds.items() if name in PLANTED and len(draws)]
    claims = table[table["distinct"] & table["kind"].isin(PLANTED)]
    borders = f"{(claims['cut'] > 0).mean():.1%} of {len(claims)}" if len(claims) else "none"
    steady = _steady(lines)
    return f"""{HEADING}

The claim is that *these groups, with these borders, are there*; on customers in groups it is true where k is right and
the adjusted Rand index is at least {SAME_GROUPS}. The whole way is gone with the default settings, from choosing k to
the verdict; how customers are made stands in `calibration/customers.py`.
Measured on {datetime.now(UTC):%Y-%m-%d} by `python calibration/claims.py`, version {version("customer-segments")},
Python {platform.python_version()}.

| customers without groups | draws | to reach | called distinct |
|---|---|---|---|
{chr(10).join(without)}

| customers in groups | draws | to reach | called distinct, and truly | called distinct | right k | mean adjusted Rand |
|---|---|---|---|---|---|---|
{chr(10).join(within)}

Borders through real groups, among all called distinct: {borders} (to reach: at most 1%).
{steady}"""


def _planted_row(name: str, draws: pd.DataFrame) -> str:
    right = draws["k"] == draws["groups"]
    truly = draws["distinct"] & right & (draws["rand"] >= SAME_GROUPS)
    return (
        f"| {name} | {len(draws)} | {TO_REACH.get(name, '')} | {truly.mean():.1%} | {draws['distinct'].mean():.1%} | "
        f"{right.mean():.1%} | {draws['rand'].mean():.2f} |"
    )


def _steady(lines: list[dict[str, Any]]) -> str:
    """How often another seed says the same as most seeds do."""
    told: dict[str, Counter[tuple[int, bool]]] = {}
    for line in lines:
        if line["kind"] not in KINDS:
            told.setdefault(line["kind"], Counter())[line["k"], line["distinct"]] += 1
    if not told:
        return ""
    same, all_of_them = sum(max(each.values()) for each in told.values()), sum(map(Counter.total, told.values()))
    return (
        f"\nThe same k and verdict as most seeds give: {same / all_of_them:.1%} of {all_of_them} "
        f"({len(told)} data sets; to reach: 98%).\n"
    )


def main() -> None:
    """Draw what is missing, then write the report (but for `--tuning`)."""
    options = _options()
    number, of = (int(part) for part in options.part.split("/"))
    name, first = (f"{NAME}_tuning", TUNING) if options.tuning else (NAME, 0)
    done = {(line["kind"], line["seed"]) for line in drawing.lines(name)}
    kinds = [kind for kind in KINDS if options.only in kind and not (options.tuning and KINDS[kind].held_back)]
    for seed in range(first, first + options.draws):
        for kind in kinds[number - 1 :: of]:
            if (kind, seed) not in done:
                drawing.keep(name, [drawn(kind, seed)])
    if options.tuning:
        print(report(drawing.lines(name)))
        return
    for again in range(number - 1, STEADY if not options.only else 0, of):
        drawing.keep(name, [steady(again, start) for start in range(SEEDS) if (f"steady {again}", start) not in done])
    drawing.write(HEADING, report(drawing.lines(name)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Hold the verdict against customers that are known.")
    parser.add_argument("--draws", type=int, default=DRAWS, help="of each kind")
    parser.add_argument("--part", default="1/1", help="only these kinds, such as 1/2 and 2/2 side by side")
    parser.add_argument("--only", default="", help="kinds whose name holds this")
    parser.add_argument("--tuning", action="store_true", help="draws that methods may be made on; writes nothing")
    return parser.parse_args()


if __name__ == "__main__":
    main()

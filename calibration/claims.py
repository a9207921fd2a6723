"""Whether the claim is true: *these groups, with these borders, are there*. Held against customers that are known.

`python calibration/claims.py [--draws N] [--part 1/2]` draws customers of every kind, each draw a line in
`calibration/drawn/claims.jsonl`; what is there already, by the same code, is not drawn again. It ends by writing its
part of CALIBRATION.md. `--tuning` draws others, writes nothing, and leaves out the kinds that are held back: methods
are made on those. `--best` draws customers in groups again, in a file and a part of their own, whose segments are made
by the method that finds the groups. `--only` takes the kinds whose name holds a text.
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
import customers
import drawing
from customers import KINDS, PLANTED, STRUCTURELESS, Kind

from customer_segments.base.params import BEST, ClusteringParams, ValidationParams
from customer_segments.steps import segment as segmenting
from customer_segments.steps.segment import segment
from customer_segments.steps.validation.groups import distinct_groups

NAME, HEADING = "claims", "## Called *distinct groups*"
NAME_BEST, HEADING_BEST = "claims_best", "## Segments by the method that finds the groups"
DRAWS = 200
# The first seeds: of draws that count, by k-means and by the best method; of draws that methods may be made on.
FIRST, FIRST_BEST, TUNING = 3_000, 4_000, 1_000_000
STEPS = Path(segmenting.__file__).parent
CODE = drawing.print_of(STEPS / "clustering", STEPS / "validation", STEPS / "segment.py", Path(customers.__file__))
SAME_GROUPS = 0.95  # adjusted Rand index
CUT = 0.1  # of a group in another segment than most of it: a border runs through it
STEADY, SEEDS = 20, 20  # data sets that are judged again and again from other seeds
TO_REACH = {
    **dict.fromkeys(STRUCTURELESS, "at most 1%"), "groups 6 sd apart": "at least 95%",
    "groups 5 sd apart": "at least 90%", "groups 4 sd apart": "at least 70%",
    **dict.fromkeys(("2 groups in 2 columns, 6 sd", "49, 49 and 2%, 10 sd", "3 groups, 8 more columns of noise, 6 sd",
                     "moons", "circles"), "at least 90%"),
}  # fmt: skip


def drawn(kind: str, seed: int, method: str = "kmeans") -> dict[str, Any]:
    """Customers of a kind, and what is claimed of them."""
    points, truth = KINDS[kind].draw(np.random.default_rng([seed, crc32(kind.encode())]))
    return {"kind": kind, "seed": seed} | claimed(_scaled(points, KINDS[kind]), truth, seed % 2**16, method=method)


def _scaled(points: np.ndarray, kind: Kind) -> np.ndarray:
    spread = points.std() if kind.as_they_are else points.std(axis=0)
    return (points - points.mean(axis=0)) / np.where(spread == 0, 1, spread)


def claimed(
    points: np.ndarray, truth: np.ndarray | None, seed: int, always: bool = False, method: str = "kmeans"
) -> dict[str, Any]:
    """Which groups are claimed, and whether the segments are they; and how far that is true.

    Where there is nothing to claim, and nothing to claim it of, the segments are asked for `always` only.
    """
    table = pd.DataFrame(points).rename(columns="column {}".format)
    most = min(ClusteringParams().k_max, len(np.unique(points, axis=0)) - 1)
    clustering, params = ClusteringParams(method=method, order_by="size", k_max=most), ValidationParams()
    groups = distinct_groups(table, clustering, params, seed)
    told: dict[str, Any] = {"claimed": groups.count if groups else None}
    if groups is None and truth is None and not always:
        return told
    names = pd.Series(range(len(table)), name="customer_id").astype(str)
    features = pd.concat([names, table], axis=1)
    found = segment(features, features[["customer_id"]], clustering, seed)
    told |= {"k": found.k, "are": groups is not None and groups.are(found.labels)}
    if truth is None:
        return told
    told["segments_rand"] = round(float(adjusted_rand_score(truth, found.labels)), 6)
    return told | (_truly(groups.labels, truth[groups.rows]) if groups else {"groups": len(np.unique(truth))})


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
    points, _ = KINDS[kind].draw(np.random.default_rng([FIRST + number, crc32(kind.encode())]))
    return {"kind": f"steady {number}", "seed": start} | claimed(_scaled(points, KINDS[kind]), None, start, always=True)


def report(lines: list[dict[str, Any]]) -> str:
    """The part of CALIBRATION.md."""
    table = pd.DataFrame([line for line in lines if line["kind"] in KINDS])
    kinds = {kind: table[table["kind"] == kind] for kind in KINDS}
    without = [
        f"| {name}{' (held back)' * KINDS[name].held_back} | {len(draws)} | {TO_REACH[name]} | "
        f"{draws['claimed'].notna().mean():.1%} |"
        for name, draws in kinds.items()
        if name in STRUCTURELESS and len(draws)
    ]
    claims = table[table["claimed"].notna() & table["kind"].isin(PLANTED)]
    borders = f"{(claims['cut'] > 0).mean():.1%} of {len(claims)}" if len(claims) else "none"
    merged = f"{(claims['merged'] > 0).mean():.1%}" if len(claims) else "none"
    steady = _steady(lines)
    return f"""{HEADING}

The claim is that *these groups, with these borders, are there*; on customers in groups it is true where their number is
right and the adjusted Rand index is at least {SAME_GROUPS}. *Distinct groups* is what segments are called that are the
groups claimed (adjusted Rand index from {SAME_GROUPS}). The default settings are used; how customers are made
stands in `calibration/customers.py`.
Measured on {datetime.now(UTC):%Y-%m-%d} by `python calibration/claims.py`, version {version("customer-segments")},
Python {platform.python_version()}.

| customers without groups | draws | to reach | groups claimed |
|---|---|---|---|
{chr(10).join(without)}

{_planted_rows(kinds)}

Borders through real groups, among all claims: {borders} (to reach: at most 1%). Claims that merge groups: {merged}.
{steady}"""


def report_best(lines: list[dict[str, Any]]) -> str:
    """The part of CALIBRATION.md on segments by the method that finds the groups."""
    table = pd.DataFrame(lines)
    return f"""{HEADING_BEST}

The same of other draws, with `clustering.method: best`: where groups are claimed, the method that found them makes
the segments, else k-means.
Measured on {datetime.now(UTC):%Y-%m-%d} by `python calibration/claims.py --best`, version
{version("customer-segments")}, Python {platform.python_version()}.

{_planted_rows({kind: table[table["kind"] == kind] for kind in PLANTED})}
"""


def _planted_rows(kinds: dict[str, pd.DataFrame]) -> str:
    rows = [_planted_row(name, draws) for name, draws in kinds.items() if name in PLANTED and len(draws)]
    return f"""| customers in groups | draws | to reach | groups claimed, and truly | claimed | \
segments called distinct, and truly | right number of segments | their mean adjusted Rand |
|---|---|---|---|---|---|---|---|
{chr(10).join(rows)}"""


def _planted_row(name: str, draws: pd.DataFrame) -> str:
    right, claimed = draws["k"] == draws["groups"], draws["claimed"].notna()
    truly = (draws["claimed"] == draws["groups"]) & (draws["rand"] >= SAME_GROUPS if "rand" in draws else False)
    shares = (truly.mean(), claimed.mean(), (truly & draws["are"]).mean(), right.mean())
    told = " | ".join(f"{share:.1%}" for share in shares)
    return f"| {name} | {len(draws)} | {TO_REACH.get(name, '')} | {told} | {draws['segments_rand'].mean():.2f} |"


def _steady(lines: list[dict[str, Any]]) -> str:
    """How often another seed says the same as most seeds do."""
    told: dict[str, Counter[tuple[Any, ...]]] = {}
    for line in lines:
        if line["kind"] not in KINDS:
            told.setdefault(line["kind"], Counter())[line["k"], line["claimed"], line["are"]] += 1
    if not told:
        return ""
    same, all_of_them = sum(max(each.values()) for each in told.values()), sum(map(Counter.total, told.values()))
    return (
        f"\nThe same number of segments, claim and verdict as most seeds give: {same / all_of_them:.1%} of "
        f"{all_of_them} ({len(told)} data sets; to reach: 98%).\n"
    )


def main() -> None:
    """Draw what is missing, then write the report (but for `--tuning`)."""
    options = _options()
    number, of = (int(part) for part in options.part.split("/"))
    name, first, among, told = (
        (NAME_BEST, FIRST_BEST, PLANTED, report_best) if options.best else (NAME, FIRST, KINDS, report)
    )
    if options.tuning:
        name, first = f"{name}_tuning", TUNING
    done = {(line["kind"], line["seed"]) for line in _lines(name)}
    kinds = [kind for kind in among if options.only in kind and not (options.tuning and KINDS[kind].held_back)]
    for seed in range(first, first + options.draws):
        for kind in kinds[number - 1 :: of]:
            if (kind, seed) not in done:
                _keep(name, [drawn(kind, seed, BEST if options.best else "kmeans")])
    if options.tuning:
        print(told(_lines(name)))
        return
    if options.best:
        drawing.write(HEADING_BEST, report_best(_lines(name)))
        return
    for again in range(number - 1, STEADY if not options.only else 0, of):
        _keep(name, [steady(again, start) for start in range(SEEDS) if (f"steady {again}", start) not in done])
    drawing.write(HEADING, report(_lines(name)))


def _lines(name: str) -> list[dict[str, Any]]:
    """What was drawn by the code as it is."""
    return [line for line in drawing.lines(name) if line["code"] == CODE]


def _keep(name: str, found: list[dict[str, Any]]) -> None:
    drawing.keep(name, [line | {"code": CODE} for line in found])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Hold the verdict against customers that are known.")
    parser.add_argument("--draws", type=int, default=DRAWS, help="of each kind")
    parser.add_argument("--part", default="1/1", help="only these kinds, such as 1/2 and 2/2 side by side")
    parser.add_argument("--only", default="", help="kinds whose name holds this")
    parser.add_argument("--best", action="store_true", help="segments by the method that finds the groups")
    parser.add_argument("--tuning", action="store_true", help="draws that methods may be made on; writes nothing")
    return parser.parse_args()


if __name__ == "__main__":
    main()

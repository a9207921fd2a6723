"""How often the intervals of lifetime value hold what then came: in simulated shops, and in Online Retail.

`python calibration/intervals.py [--draws N] [--retail FILE]` draws shops of every kind, each a line in
`calibration/drawn/intervals.jsonl`; what is there already is not drawn again. Two may run side by side, with
`--part 1/2` and `--part 2/2`. It ends by writing its part of CALIBRATION.md. `--tuning` draws other shops, writes
nothing, and leaves out the kinds that are held back: intervals are made on those. `--quick` looks at one shop of each.
"""

from __future__ import annotations

import argparse
import platform
import sys
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zlib import crc32

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ruamel.yaml import YAML

sys.path.insert(0, str(Path(__file__).parent))
import drawing
import shops

import customer_segments as cs
from customer_segments.base import engine
from customer_segments.base.params import LifetimeValueParams
from customer_segments.steps.lifetime_value import forecast, holdout
from customer_segments.steps.lifetime_value.ranges import LEVELS, OF, ranges
from customer_segments.steps.retention.order_days import histories, order_days, what_followed

NAME, HEADING = "intervals", "## Intervals of lifetime value"
RETAIL = "Online Retail"
STUDY = Path(cs.__file__).parent / "studies" / "online_retail.yaml"
FEWEST = 10  # customers in a segment that is told of
AHEAD = 90  # days of Online Retail that are forecast
DRAWS, TUNING = 25, 1_000_000  # shops of each kind, and the first seed of those that intervals may be made on
FIRST_DAY = date(2021, 1, 4)
DAYS = {"customer_id": "string", "segment": "int64", "day": "date", "revenue": "float64", "ordered": "boolean"}
TO_REACH = {80: "75 to 85%", 95: "92 to 98%"}


def drawn(kind: str, seed: int) -> dict[str, Any]:
    """One shop: whether what its customers then did lies within the intervals."""
    shop = shops.shop(shops.KINDS[kind], crc32(f"{kind} {seed}".encode()))
    day = pd.Timestamp(FIRST_DAY) + pd.to_timedelta(shop.orders["day"], unit="D")
    orders = shop.orders.assign(segment=0, day=day, ordered=True)[list(DAYS)]
    table = engine.connect().create_table("shop", ibis.memtable(orders, schema=DAYS))
    about = {"kind": kind, "held_back": shops.KINDS[kind].held_back, "seed": seed, "span": shop.span}
    return about | judged(table, FIRST_DAY + timedelta(days=shop.span), shop.ahead)


def judged(days: ir.Table, as_of: date, ahead: int) -> dict[str, Any]:
    """Forecast so many days from what came before `as_of`, and look at what came."""
    params = LifetimeValueParams(horizon_days=ahead, discount_rate=0.0)
    before = days.filter(days.day < ibis.date(as_of))
    known = histories(before, as_of)
    known["segment"] = known["customer_id"].map(simple_segments(known))
    models = forecast.fitted(known, params)
    if isinstance(models, forecast.Note):
        return {"refused": models.code}

    def placed(day: date) -> pd.Series:
        return simple_segments(histories(before, day))

    models, held = holdout.chosen(before, as_of, models, params, placed)
    predicted = forecast.forecast(models, known, ahead, 0.0)
    covered = (as_of - before.day.min().to_pyarrow().as_py()).days
    told = ranges(predicted, models, held, None, ahead, covered)
    came = predicted[["customer_id", "segment"]].merge(what_followed(days, as_of, ahead), on="customer_id", how="left")
    came = came.fillna(dict.fromkeys([name for name in came if name.startswith(("orders_", "revenue_"))], 0))
    rows = [row | {"came": _sum(came, row["segment"], row["what"])} for row in told.to_dict("records")]
    return {
        "ahead": ahead, "customers": len(known), "model": models.orders.name, "undecided": models.undecided,
        "rows": [{key: None if pd.isna(value) else value for key, value in row.items()} for row in rows],
    }  # fmt: skip


def simple_segments(known: pd.DataFrame) -> pd.Series:
    """Four segments by what customers have done: those who came once, now and then, often for little, for much."""
    repeats = known["repeats"].to_numpy()
    each = known["revenue"].to_numpy() / (repeats + 1)
    segment = np.select([repeats == 0, repeats < 4, each < 25], [4, 3, 2], default=1)
    return pd.Series(segment, index=known["customer_id"])


def _sum(came: pd.DataFrame, segment: Any, what: str) -> float:
    rows = came if pd.isna(segment) else came[came["segment"] == segment]
    return float(rows[OF[what][1]].sum())


def retail(file: Path) -> list[dict[str, Any]]:
    """Online Retail, forecast for 90 days from each of three days on, each time from what came before."""
    params = YAML(typ="safe").load(STUDY.read_text(encoding="utf-8"))["params"]
    study = cs.run_study(transactions=file, params=params)
    lines = study.steps.prepared.cleaned.lines
    segments = lines.select("customer_id").distinct().mutate(segment=0)
    return _from_three_days(order_days(lines, segments, date(2012, 1, 1)))


def _from_three_days(everything: ir.Table) -> list[dict[str, Any]]:
    last = everything.day.max().to_pyarrow().as_py()
    found = []
    for earlier in (0, 45, 90):
        as_of = last + timedelta(days=1 - AHEAD - earlier)
        about = {"kind": RETAIL, "held_back": True, "seed": earlier, "span": None, "as_of": f"{as_of}"}
        found.append(about | judged(everything, as_of, AHEAD))
    return found


def held(lines: list[dict[str, Any]]) -> pd.DataFrame:
    """One row per total (and per segment): whether what came lay within its intervals, and how wide these were."""
    rows = [
        {key: line[key] for key in ("kind", "held_back", "seed")}
        | {"total": row["segment"] is None, "what": row["what"], "doubtful": row["doubtful"]}
        | {f"in_{level}": row[f"low_{level}"] <= row["came"] <= row[f"high_{level}"] for level in LEVELS}
        | {"half": np.sqrt(row["high_80"] / row["low_80"]) - 1, "off": abs(row["came"] / row["expected"] - 1)}
        for line in lines
        for row in line.get("rows", ())
        if row["expected"] >= 1 and row["customers"] >= FEWEST
    ]
    return pd.DataFrame(rows)


def report(lines: list[dict[str, Any]]) -> str:
    """The part of CALIBRATION.md."""
    table = held(lines)
    totals = table[table["total"]]
    kinds = dict.fromkeys(line["kind"] for line in lines if line["kind"] != RETAIL)
    simulated = totals[totals["kind"] != RETAIL]
    groups = {
        "all": totals,
        "all simulated shops": simulated,
        "of these, kinds that the intervals were made with": simulated[~simulated["held_back"]],
        "of these, kinds held back until they were done": simulated[simulated["held_back"]],
        **{f"{kind}{' (held back)' * shops.KINDS[kind].held_back}": simulated[simulated["kind"] == kind]
           for kind in shops.KINDS if kind in kinds},
        f"{RETAIL}, three days, {AHEAD} days ahead": totals[totals["kind"] == RETAIL],
        "segments of all simulated shops (for information)": table[~table["total"] & (table["kind"] != RETAIL)],
        "of these, those not called doubtful": table[~table["total"] & (table["kind"] != RETAIL) & ~table["doubtful"]],
    }  # fmt: skip
    rows = [
        f"| {name} | {len(each)} | {each['in_80'].mean():.1%} | {each['in_95'].mean():.1%} | "
        f"±{each['half'].median():.0%} | {each['off'].median():.0%} |"
        for name, each in groups.items()
        if len(each)
    ]
    drawn_shops = [line for line in lines if line["kind"] != RETAIL]
    refused = sum("refused" in line for line in drawn_shops)
    reach = ", ".join(f"{level}% intervals {share}" for level, share in TO_REACH.items())
    return f"""{HEADING}

How often what came, orders or revenue in all, lay within its interval; to reach, over all: {reach}.
{len(drawn_shops) - refused} simulated shops ({refused} more were refused) of {len(kinds)} kinds,
each forecast half a year or a year ahead, from seeds that were not used while the intervals were made.
{RETAIL} was looked at: that a usual season is counted where the data cover less than a year was decided after it
had been missed (3 of 6 in either interval).
Measured on {datetime.now(UTC):%Y-%m-%d} by `python calibration/intervals.py`, version {version("customer-segments")},
Python {platform.python_version()}.

| what | totals | in the 80% interval | in the 95% interval | half its width (80%) | typically off by |
|---|---|---|---|---|---|
{chr(10).join(rows)}
"""


def cannot_fail_by_chance(lines: list[dict[str, Any]]) -> None:
    """What holds of every draw: the intervals lie within one another, around what is expected."""
    for row in (row for line in lines for row in line.get("rows", ())):
        assert row["low_95"] <= row["low_80"] <= row["expected"] * 1.01, row
        assert row["expected"] * 0.99 <= row["high_80"] <= row["high_95"], row


def main() -> None:
    """Draw what is missing, then write the report (but for `--tuning` and `--quick`)."""
    options = _options()
    number, of = (int(part) for part in options.part.split("/"))
    kinds = [kind for kind in shops.KINDS if not (options.tuning and shops.KINDS[kind].held_back)][number - 1 :: of]
    if options.quick:
        cannot_fail_by_chance([drawn(kind, seed=0) for kind in kinds])
        return
    name, first = (f"{NAME}_tuning", TUNING) if options.tuning else (NAME, 0)
    done = {(line["kind"], line["seed"]) for line in drawing.lines(name)}
    for seed in range(first, first + options.draws):
        for kind in kinds:
            if (kind, seed) not in done:
                drawing.keep(name, [drawn(kind, seed)])
    if options.tuning:
        print(report(drawing.lines(name)))
        return
    if options.retail and RETAIL not in {kind for kind, _ in done}:
        drawing.keep(name, retail(options.retail))
    drawing.write(HEADING, report(drawing.lines(name)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Hold the intervals of lifetime value against what then came.")
    parser.add_argument("--draws", type=int, default=DRAWS, help="shops of each kind")
    parser.add_argument("--part", default="1/1", help="only these kinds, such as 1/2 and 2/2 side by side")
    parser.add_argument("--retail", type=Path, help="the file of Online Retail, to be forecast as well")
    parser.add_argument("--tuning", action="store_true", help="shops that intervals may be made on; writes nothing")
    parser.add_argument("--quick", action="store_true", help="one shop of each kind; writes nothing")
    return parser.parse_args()


if __name__ == "__main__":
    main()

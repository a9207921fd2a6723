"""Whether what segments foretell is told truly: in shops where they tell much, where only spend does, and nothing.

`python calibration/foretelling.py [--draws N] [--part 1/2]` draws shops of every kind, each a line in
`calibration/drawn/foretelling.jsonl`; what is there already is not drawn again. It ends by writing its part of
CALIBRATION.md. `--quick` looks at one shop of each kind.
"""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zlib import crc32

import ibis
import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))
import drawing

from customer_segments.base import engine
from customer_segments.base.contract import ROW
from customer_segments.base.params import ClusteringParams, PreprocessingParams, PrivacyParams, ValidationParams
from customer_segments.steps.prepare import prepare
from customer_segments.steps.validation.periods import Past
from customer_segments.steps.validation.prediction import BOOSTING, OURS, Prediction, predict_next

NAME, HEADING = "foretelling", "## What segments foretell"
DRAWS, REACH = 120, 0.93
FIRST = 2_000  # the draws before were looked at while the method was made
CUSTOMERS, DAYS = 900, 480
YEARLY = 4.0  # orders of a customer
Kind = Callable[[np.ndarray, np.random.Generator], tuple[np.ndarray, np.ndarray]]  # habits to orders a year and a price


def segments_tell(habit: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """How often somebody orders follows from the habits alone, which show sooner than the orders can be counted."""
    return np.array([1.5, 3.0, 9.0])[habit], rng.lognormal(3, 0.8, len(habit))


def spend_tells(habit: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """All order as often; what an order costs is each customer's own, whatever the habits."""
    return np.full(len(habit), YEARLY), rng.lognormal(3, 2, len(habit))


def nothing_tells(habit: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """All order as often and pay the same, so that what somebody did says nothing of what they will do."""
    return np.full(len(habit), YEARLY), np.full(len(habit), 20.0)


NOTHING = "nothing tells"
KINDS: dict[str, Kind] = {"segments tell": segments_tell, "only spend tells": spend_tells, NOTHING: nothing_tells}


def sold(kind: Kind, rng: np.random.Generator) -> pd.DataFrame:
    """The lines of a shop whose customers are of three habits: how many pieces they take, and on which days."""
    habit = rng.integers(3, size=CUSTOMERS)
    yearly, price = kind(habit, rng)
    who = np.repeat(np.arange(CUSTOMERS), rng.poisson(yearly * DAYS / 365))
    day = rng.integers(DAYS, size=len(who))
    on_weekends = rng.random(len(who)) < np.array([0.05, 0.9, 0.3])[habit[who]]
    day = np.minimum(day - day % 7 + np.where(on_weekends, 5, 0) + rng.integers(2, size=len(who)), DAYS - 1)
    pieces = 1 + rng.poisson(np.array([0.2, 4.0, 20.0])[habit[who]])
    # Pieces are a habit, and must not be money.
    paid = (price[who] * rng.lognormal(0, 0.5, len(who)) / pieces).round(4)
    when = pd.Timestamp("2023-01-02") + pd.to_timedelta(day, unit="D")
    table = pd.DataFrame({"customer_id": who, "ordered_at": when, "quantity": pieces.astype(float), "unit_price": paid})
    numbers, names = np.arange(1, len(table) + 1), table["customer_id"].map("C{:04}".format)
    invoices = pd.Series(numbers).map("I{}".format)
    return table.assign(customer_id=names, invoice_id=invoices, product="goods", **{ROW: numbers})


def foretold(name: str, seed: int) -> Prediction | None:
    """What the project says of a drawn shop."""
    shop = sold(KINDS[name], np.random.default_rng([seed, crc32(name.encode())]))
    tables = {"transactions": engine.connect().create_table("sold", ibis.memtable(shop))}
    rules = PreprocessingParams(), PrivacyParams()
    past = Past(tables, prepare(tables, *rules).cleaned.lines, *rules)
    return predict_next(past, ClusteringParams(), ValidationParams(), seed)


def drawn(name: str, seed: int) -> dict[str, Any]:
    """What is told of a drawn shop, in numbers."""
    found = foretold(name, seed)
    most = found.outcomes[0]
    ahead = {grouping: found.share(grouping, most) for grouping in found.simpler}
    return {
        "kind": name, "seed": seed, "share": found.share(OURS, most)["share"], "predicts": found.predicts,
        "reached": found.reached, "periods": len(found.periods), "k": [period.k for period in found.periods],
        **{f"ahead_of_{grouping}": each["ahead"] for grouping, each in ahead.items()},
        **{f"more_than_{grouping}": bool(each["ahead_low"] > 0) for grouping, each in ahead.items()},
        **{f"less_than_{grouping}": bool(each["ahead_high"] < 0) for grouping, each in ahead.items()},
    }  # fmt: skip


def cannot_fail_by_chance(name: str) -> None:
    """What holds of every shop of a kind: what foretells is found, and nothing where there is nothing."""
    found = foretold(name, seed=5000)
    ahead = {simple: found.share(simple, "spend") for simple in found.simpler}
    if name == NOTHING:
        assert not found.predicts, found
        assert found.reached is None, found
        assert all(abs(each["ahead"]) < 0.03 for each in ahead.values()), ahead
    elif name == "segments tell":
        assert found.predicts, found
        assert found.reached > 0.5, found
        assert ahead["spend"]["ahead_low"] > 0, ahead
    else:
        assert ahead["spend"]["ahead_high"] < 0, ahead
        assert found.share(BOOSTING, "spend")["low"] > found.share(OURS, "spend")["high"], found


def report(lines: list[dict[str, Any]]) -> str:
    """The part of CALIBRATION.md."""
    table = pd.DataFrame(lines)
    rows = [_row(name, table[table["kind"] == name]) for name in KINDS if (table["kind"] == name).any()]
    nothing = table[table["kind"] == NOTHING]
    held = [1 - (nothing[f"more_than_{name}"] | nothing[f"less_than_{name}"]).mean() for name in ("rfm", "spend")]
    return f"""{HEADING}

Shops of {CUSTOMERS} customers in which habits tell what customers will do, only what they spent does, or nothing. How
they are made stands in `calibration/foretelling.py`. Where nothing tells, the intervals of the difference hold zero in
{held[0]:.1%} (to RFM quintiles) and {held[1]:.1%} (to spend alone) of {len(nothing)} draws; to reach: {REACH:.0%}.
Measured on {datetime.now(UTC):%Y-%m-%d} by `python calibration/foretelling.py`, version {version("customer-segments")},
Python {platform.python_version()}.

*More* and *less* are draws in which the whole interval lies on that side.

| shop | draws | of spend (median) | they predict | more than RFM quintiles | less | more than spend alone | less |
|---|---|---|---|---|---|---|---|
{chr(10).join(rows)}
"""


def _row(name: str, draws: pd.DataFrame) -> str:
    told = ("predicts", "more_than_rfm", "less_than_rfm", "more_than_spend", "less_than_spend")
    called = " | ".join(f"{draws[each].mean():.0%}" for each in told)
    return f"| {name} | {len(draws)} | {draws['share'].median():.1%} | {called} |"


def main() -> None:
    """Draw what is missing, then write the report."""
    parser = argparse.ArgumentParser(description="Hold what segments foretell against shops that are known.")
    parser.add_argument("--draws", type=int, default=DRAWS, help="of each kind")
    parser.add_argument("--part", default="1/1", help="only these draws, such as 1/2 and 2/2 side by side")
    parser.add_argument("--quick", action="store_true", help="one shop of each kind; writes nothing")
    options = parser.parse_args()
    if options.quick:
        for kind in KINDS:
            cannot_fail_by_chance(kind)
        return
    number, of = (int(part) for part in options.part.split("/"))
    done = {(line["kind"], line["seed"]) for line in drawing.lines(NAME)}
    for seed in range(FIRST + number - 1, FIRST + options.draws, of):
        drawing.keep(NAME, [drawn(kind, seed) for kind in KINDS if (kind, seed) not in done])
    drawing.write(HEADING, report(drawing.lines(NAME)))


if __name__ == "__main__":
    main()

"""How often a trial calls nothing an effect, and how often its intervals hold the truth: on customers that are known.

`python calibration/trials.py [--draws N] [--part 1/2]` draws trials of every kind, each a line in
`calibration/drawn/trials.jsonl`; what is there already is not drawn again. It ends by writing its part of
CALIBRATION.md. `--only` takes the kinds whose name holds a text, `--tuning` draws others, of kinds that are not held
back, and writes nothing. `--quick` looks at one trial of each kind.
"""

from __future__ import annotations

import argparse
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))
import drawing
from treated import KINDS, Kind, Truth

from customer_segments.steps.trial import TREATED, Result, draw, result

NAME, HEADING = "trials", "## Trials"
DRAWS, TUNING = 1_000, 1_000_000  # the first seed of draws that methods may be made on
REACH_CALLED, REACH_COVERED = 0.05, 0.94
TINY = 1e-9


def drawn(name: str, seed: int) -> dict[str, Any]:
    """A trial of a kind, from the draw to the result; and whether what it says is true."""
    kind, rng = KINDS[name], np.random.default_rng([seed, crc32(name.encode())])
    truth = kind.draw(rng)
    listed = draw(truth.customers, truth.held_out, [seed, 1])
    found = result(listed, _followed(listed, truth), kind.measure, seed=seed)
    return {"kind": name, "seed": seed} | judged(found, truth)


def _followed(listed: pd.DataFrame, truth: Truth) -> pd.DataFrame:
    """The orders that came of it; who spent nothing has none."""
    treated = truth.customers["customer_id"].map(listed.set_index("customer_id")["group"]) == TREATED
    did = np.where(treated, truth.treated, truth.left_alone)
    came = pd.DataFrame({"customer_id": truth.customers["customer_id"], "orders": (did > 0).astype(int), "spend": did})
    return came[did != 0]


def judged(found: Result, truth: Truth) -> dict[str, Any]:
    """Of the last interval (all customers) and of all intervals: whether they hold the truth, and say anything.

    The truth is what treating all of these customers does, against treating none.
    """
    effects = truth.treated - truth.left_alone
    held, called, wrongly = [], [], []
    for each in found.uplifts:
        whose = slice(None) if each.segment is None else (truth.customers["segment"] == each.segment).to_numpy()
        effect = float(effects[whose].mean())
        slack = TINY * (1 + abs(effect))
        held.append(each.low is None or each.low - slack <= effect <= each.high + slack)
        called.append(each.shows)
        wrongly.append(each.shows and (abs(effect) <= slack or (effect > 0) != (each.uplift > 0)))
    last = found.overall
    return {
        "told": last.low is not None, "held": held[-1], "called": called[-1], "all_held": all(held),
        "any_wrong": any(wrongly), "intervals": len(held),
        "half": None if last.low is None else round((last.high - last.low) / 2, 6),
    }  # fmt: skip


def report(lines: list[dict[str, Any]]) -> str:
    """The part of CALIBRATION.md."""
    table = pd.DataFrame([line for line in lines if line["kind"] in KINDS])
    without, within = [], []
    for name, kind in KINDS.items():
        draws = table[table["kind"] == name]
        if len(draws):
            (within if kind.effect else without).append(_row(name, kind, draws))
    nothing = table[~table["kind"].map(lambda name: KINDS[name].effect)]
    return f"""{HEADING}

A trial is drawn, some of the customers are treated, and the result is read (`segments trial`). The truth is what
treating all of them does, against treating none. To reach for each kind: where there is no effect, one is called in at
most {REACH_CALLED:.0%}; intervals hold the truth in at least {REACH_COVERED:.0%}. Where segments have intervals of
their own, *all hold* is of them together, and an effect counts as called if any of them calls one. How customers are
made stands in `calibration/treated.py`: spending is zero for most and skewed for the others.
Measured on {datetime.now(UTC):%Y-%m-%d} by `python calibration/trials.py`, version {version("customer-segments")},
Python {platform.python_version()}.

{_summary(table, nothing)}

| no effect | draws | called an effect | interval holds | all hold |
|---|---|---|---|---|
{chr(10).join(without)}

| an effect | draws | called an effect | of the wrong sign | interval holds | all hold |
|---|---|---|---|---|---|
{chr(10).join(within)}
"""


def _row(name: str, kind: Kind, draws: pd.DataFrame) -> str:
    called = draws["called" if kind.effect else "any_wrong"].mean()
    wrong = f" {draws['any_wrong'].mean():.1%} |" if kind.effect else ""
    return (
        f"| {name}{' (held back)' * kind.held_back} | {len(draws)} | {called:.1%} |{wrong} "
        f"{draws['held'].mean():.1%} | {draws['all_held'].mean():.1%} |"
    )


def _summary(table: pd.DataFrame, nothing: pd.DataFrame) -> str:
    """Over all kinds, and the worst of each."""
    by_kind = table.groupby("kind")
    called, held = nothing.groupby("kind")["any_wrong"].mean(), by_kind["held"].mean()
    return (
        f"Over all {len(table):,} draws of {len(held)} kinds: nothing called an effect "
        f"{nothing['any_wrong'].mean():.1%} (the worst kind {called.max():.1%}: {called.idxmax()}), intervals hold "
        f"{table['held'].mean():.1%} (the worst kind {held.min():.1%}: {held.idxmin()}). Nothing could be said in "
        f"{(~table['told']).mean():.1%}."
    )


def cannot_fail_by_chance(name: str) -> None:
    """What holds of every trial: it is told the same twice, around what was found, and nothing without orders."""
    line = drawn(name, seed=0)
    assert line == drawn(name, seed=0), line
    assert line["told"] or not line["called"], line
    kind = KINDS[name]
    truth = kind.draw(np.random.default_rng([0, crc32(name.encode())]))
    listed = draw(truth.customers, truth.held_out, [0, 1])
    nobody = pd.DataFrame({"customer_id": [], "orders": [], "spend": []})
    assert not any(each.shows for each in result(listed, nobody, kind.measure).uplifts)
    assert listed.groupby("segment")["group"].apply(lambda group: (group != TREATED).sum()).to_dict() == truth.held_out
    for each in result(listed, _followed(listed, truth), kind.measure).uplifts:
        assert each.low is None or each.low <= each.uplift <= each.high, each


def main() -> None:
    """Draw what is missing, then write the report (but for `--tuning` and `--quick`)."""
    options = _options()
    number, of = (int(part) for part in options.part.split("/"))
    name, first = (f"{NAME}_tuning", TUNING) if options.tuning else (NAME, 0)
    kinds = [kind for kind in KINDS if options.only in kind and not (options.tuning and KINDS[kind].held_back)]
    kinds = kinds[number - 1 :: of]
    if options.quick:
        for kind in kinds:
            cannot_fail_by_chance(kind)
        return
    done = {(line["kind"], line["seed"]) for line in drawing.lines(name)}
    for seed in range(first, first + options.draws):
        drawing.keep(name, [drawn(kind, seed) for kind in kinds if (kind, seed) not in done])
    if options.tuning:
        print(report(drawing.lines(name)))
        return
    drawing.write(HEADING, report(drawing.lines(name)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Hold the results of trials against what treating customers does.")
    parser.add_argument("--draws", type=int, default=DRAWS, help="of each kind")
    parser.add_argument("--part", default="1/1", help="only these kinds, such as 1/2 and 2/2 side by side")
    parser.add_argument("--only", default="", help="kinds whose name holds this")
    parser.add_argument("--tuning", action="store_true", help="draws that methods may be made on; writes nothing")
    parser.add_argument("--quick", action="store_true", help="one trial of each kind; writes nothing")
    return parser.parse_args()


if __name__ == "__main__":
    main()

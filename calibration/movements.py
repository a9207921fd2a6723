"""Which facts planted in simulated shops are among the first three movements: `python -m calibration.movements [SEED]`.

Shops are those of `rhythms.py`; each export is collected, cleaned and cut into segments as a study would, and its
movements looked for. Writes its part of CALIBRATION.md.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import count, repeat
from multiprocessing import get_context
from pathlib import Path

import pandas as pd

from calibration import drawing, rhythms
from calibration.rhythms import FACTS, World, export
from customer_segments.base import engine
from customer_segments.base.params import Params, validate
from customer_segments.sources import collect
from customer_segments.sources.secrets import Reach
from customer_segments.steps.movements.found import Moved, moved
from customer_segments.steps.movements.migration import Placing
from customer_segments.steps.movements.windows import Back
from customer_segments.steps.prepare import prepare
from customer_segments.steps.recipe import Recipe
from customer_segments.steps.retention.order_days import study_day
from customer_segments.steps.scorer import scorer_of
from customer_segments.steps.segment import segment

HEADING = "## What has moved"
SHOPS, REACH, FIRST = 20, 18, 3
SEED = 1000
WORLDS = {"weekly groceries": rhythms.GROCERIES, "wholesale": rhythms.WHOLESALE, "a young shop": rhythms.YOUNG}
# Four segments, looked for in few ways: not how they are chosen is tried here, but what is said of them.
CLUSTERING = {"k": 4, "k_max": 4, "bootstraps": 2, "references": 2, "n_init": 3}


def found(table: pd.DataFrame) -> Moved | None:
    """What has moved in an export, with segments."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table.to_parquet(folder / "lines.parquet")
        source = {"kind": "files", "transactions": "lines.parquet"}
        told = {"study": {"name": "shop", "title": "Shop"}, "source": source, "clustering": CLUSTERING}
        params = validate(Params, told)
        account = collect(params.source, Reach(folder), folder / "raw", seed=params.seed)
        backend = engine.connect(1, engine.MEMORY_LIMIT)
        names = (*account["tables"], "broken")
        tables = {name: engine.read_parquet(backend, folder / f"raw/{name}.parquet") for name in names}
        prepared = prepare(tables, params.preprocessing, params.privacy, None, folder)
        cut = segment(prepared.features, prepared.customers, params.clustering, params.seed, params.validation)
        scorer, lines = scorer_of(prepared.preprocessor, cut.segmenter), prepared.cleaned.lines
        recipe, collected = Recipe(**prepared.recipe["recipe"]), tables["transactions"]
        placing = Placing.of(collected, recipe, scorer, prepared.customers)
        back = Back.of(prepared.cleaned.undone, collected, prepared.rejected)
        day = study_day(lines, prepared.customers)
        return moved(lines, back, day, params.privacy.smallest_group, placing)


def is_told(world: World, fact: str, seed: int) -> bool:
    """Whether the planted fact is among the first."""
    movements = found(export(world, seed, fact)).movements
    return any(each.kind in FACTS[fact] for each in movements[:FIRST])


def is_quiet(world: World, quiet: str, seed: int) -> bool:
    """Whether it is said of a shop without any that nothing has moved; a season comes every year."""
    return all(each.kind == "season" for each in found(export(world, seed, quiet=quiet)).movements)


def main(seed: int) -> None:
    lines = []
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        for name, world in WORLDS.items():
            facts = [world.facts[number % len(world.facts)] for number in range(SHOPS)]
            quiet = [world.quiet[number % len(world.quiet)] for number in range(SHOPS)]
            told = list(pool.map(is_told, repeat(world), facts, count(seed)))
            silent = list(pool.map(is_quiet, repeat(world), quiet, count(seed + SHOPS)))
            missed = [fact for fact, hit in zip(facts, told, strict=True) if not hit]
            lines.append(f"| {name} | {sum(told)} | {', '.join(missed) or '–'} | {sum(silent)} |")
            print(lines[-1], flush=True)
    drawing.write(HEADING, _part(lines, seed))


def _part(lines: list[str], seed: int) -> str:
    table = "\n".join(lines)
    return f"""{HEADING}

Exports of simulated shops in which one of ten kinds of fact is planted, {SHOPS} of each rhythm; and {SHOPS} without
any: even, with strong noise, with steady growth, with a season alone. To reach: the fact among the first {FIRST}
movements in {REACH} of {SHOPS}, and nothing told where nothing is planted in as many. How the shops are made stands in
`calibration/rhythms.py`. Large customers of wholesale leave by themselves, too, so that it is told of some shops in
which nothing was planted that they have.
Measured on {datetime.now(UTC):%Y-%m-%d} by `python -m calibration.movements {seed}`,
version {version("customer_segments")}, Python {platform.python_version()}.

| rhythm | planted, and among the first three | missed | nothing planted, nothing told |
|---|---|---|---|
{table}
"""


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SEED)

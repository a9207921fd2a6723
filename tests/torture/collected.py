"""What `collect` wrote, read and counted by plain pandas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
from trial import Trial

ROW, UNREADABLE = "row", "unreadable"


def raw(study: Path, table: str) -> pd.DataFrame:
    return pd.read_parquet(study / "data" / "raw" / f"{table}.parquet")


def account(study: Path) -> dict[str, Any]:
    return json.loads((study / "data" / "raw" / "source.json").read_text(encoding="utf-8"))


def expect_every_row_once(trial: Trial, study: Path) -> None:
    """Each row that came in is in the table or among the broken ones, under a number of its own."""
    broken = raw(study, "broken")
    for table, told in account(study)["tables"].items():
        own = [*raw(study, table)[ROW], *broken.loc[broken["table"] == table, ROW]]
        trial.expect(
            sorted(own) == list(range(1, told["rows"] + 1)),
            f"{table}: {told['rows']} rows came in, {len(own)} are there, {len(set(own))} of them different",
        )


def nothing_written(study: Path) -> bool:
    """Whether a refused `collect` left no table behind."""
    return not list((study / "data" / "raw").glob("*")) and not list((study / ".staging").glob("*"))

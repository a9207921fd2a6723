"""The last stage: the front page and the brief, from what the stages before have made."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from customer_segments.pages.report.publication import Results, brief, content, front_page
from customer_segments.run.workspace import RAW, Workspace

if TYPE_CHECKING:
    from customer_segments.base.params import Params

TOLD = ("retention", "lifetime_value", "pca", "replication")  # chapters whose metrics are read
SHOWN = ("segments", "map", "heatmap")


def publish(workspace: Workspace, params: Params) -> None:
    """Write reports/index.html and reports/brief.pdf."""
    found = results(workspace)
    common = content(params, found)
    workspace.write_text(front_page(params, found, common), "reports/index.html")
    workspace.write_bytes(brief(common), "reports/brief.pdf")


def results(workspace: Workspace) -> Results:
    """What the front page and the brief tell of."""
    return Results(
        workspace.read_table("data/processed/profiles.parquet"),
        workspace.read_table("data/interim/ledger.parquet"),
        workspace.read_json(f"{RAW}/source.json"),
        workspace.read_json("data/processed/verdict.json"),
        {chapter: workspace.read_json(f"reports/metrics/{chapter}.json") for chapter in TOLD},
        {name: workspace.existing(f"reports/figures/{name}.png").read_bytes() for name in SHOWN},
        _days(workspace),
    )


def _days(workspace: Workspace) -> tuple[date, date] | None:
    """The days of the first and the last order, read from one column."""
    path = "data/interim/lines.parquet"
    if not workspace.has(path):
        return None
    ordered_at = pd.read_parquet(workspace.existing(path), columns=["ordered_at"])["ordered_at"]
    return ordered_at.min().date(), ordered_at.max().date()

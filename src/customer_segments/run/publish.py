"""The last stage: the front page, the brief and the numbers that runs are compared by, from what was made before."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from customer_segments.pages.report.publication import Results, brief, content, front_page, told
from customer_segments.run.workspace import RAW, Workspace

if TYPE_CHECKING:
    from customer_segments.base.params import Params

CHAPTERS = (
    "preprocessing",
    "clustering",
    "validation",
    "pca",
    "retention",
    "lifetime_value",
    "profiling",
    "replication",
)
# What runs are compared by: the columns of `dvc exp show`, and where each stands among the chapters' metrics.
COMPARED = (
    ("customers", "preprocessing.customers"),
    ("lines_used", "preprocessing.rows.transactions.used"),
    ("features", "pca.features"),
    ("k", "clustering.k"),
    ("silhouette", "clustering.silhouette"),
    ("stability", "clustering.stability"),
    ("not_assigned", "clustering.not_assigned"),
    ("verdict", "validation.verdict"),
    ("midway", "validation.midway"),
    ("p_shuffled", "validation.p_values.shuffled"),
    ("p_cloud", "validation.p_values.cloud"),
    ("p_smooth", "validation.p_values.smooth"),
    ("adjusted_rand", "validation.adjusted_rand"),
    ("explained_spend", "validation.explained.spend.segments"),
    ("explained_orders", "validation.explained.orders.segments"),
    ("second_order_within_90_days", "retention.second_order_within_90_days"),
    ("alive_probability", "lifetime_value.alive_probability"),
    ("expected_value", "lifetime_value.expected_value"),
    ("orders_bias", "lifetime_value.held_out.orders.model_bias"),
    ("orders_error", "lifetime_value.held_out.orders.model_error"),
    ("revenue_bias", "lifetime_value.held_out.revenue.model_bias"),
    ("revenue_error", "lifetime_value.held_out.revenue.model_error"),
    ("figures_reproduced", "replication.reproduced"),
)


def publish(workspace: Workspace, params: Params) -> None:
    """Write the front page, the brief, what both say (for programs), and what runs are compared by."""
    found = results(workspace)
    common = content(params, found)
    workspace.write_text(front_page(params, found, common), "reports/index.html")
    workspace.write_bytes(brief(common), "reports/brief.pdf")
    workspace.write_json(told(common, found.ledger), "reports/content.json")
    workspace.write_json(compared(found), "reports/metrics/summary.json")


def results(workspace: Workspace) -> Results:
    """What the front page and the brief tell of."""
    return Results(
        workspace.read_table("data/processed/profiles.parquet"),
        workspace.read_table("data/interim/ledger.parquet"),
        workspace.read_json(f"{RAW}/source.json"),
        workspace.read_json("data/processed/verdict.json"),
        {chapter: workspace.read_json(f"reports/metrics/{chapter}.json") for chapter in CHAPTERS},
        workspace.existing("reports/figures/map.svg").read_bytes(),
        _days(workspace),
    )


def compared(found: Results) -> dict[str, Any]:
    """The same keys for every study, null where it has nothing to say."""
    revenue = {"net_revenue": found.sums.get("revenue")}
    return {name: _at(found.metrics, path) for name, path in COMPARED} | revenue


def _at(content: Any, path: str) -> Any:
    for key in path.split("."):
        content = content.get(key) if isinstance(content, dict) else None
    return content


def _days(workspace: Workspace) -> tuple[date, date] | None:
    """The days of the first and the last order, read from one column."""
    path = "data/interim/lines.parquet"
    if not workspace.has(path):
        return None
    ordered_at = pd.read_parquet(workspace.existing(path), columns=["ordered_at"])["ordered_at"]
    return ordered_at.min().date(), ordered_at.max().date()

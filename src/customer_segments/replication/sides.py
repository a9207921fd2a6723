"""The study as it was published and the same data under our defaults, side by side."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from customer_segments.base import words
from customer_segments.replication.evidence import SEGMENT, Evidence
from customer_segments.replication.ours import Ours
from customer_segments.run import workspace
from customer_segments.steps.validation.existence import STRICTEST, p_written

REVENUE = "net_revenue"


@dataclass(frozen=True)
class Side:
    """What one way of looking at the data comes to."""

    customers: int
    columns: int
    revenue: float | None
    sizes: tuple[int, ...]
    silhouette: float
    p_value: float
    found_again: float
    verdict: str


def as_published(evidence: Evidence) -> Side:
    """What the stages before have found under the study's own settings."""
    judged = workspace.read_json("reports/metrics/validation.json")
    return Side(
        len(evidence.customers),
        len(evidence.used),
        _total(evidence.customers),
        _sizes(evidence.customers[SEGMENT]),
        _silhouette(evidence.scores, evidence.k),
        judged["p_values"][STRICTEST],
        judged["adjusted_rand"],
        judged["verdict"],
    )


def under_our_defaults(ours: Ours) -> Side:
    """What this project's defaults make of the same tables."""
    verdict, there, back = ours.verdict()
    return Side(
        len(ours.customers),
        len(ours.inputs.columns),
        _total(ours.customers),
        _sizes(ours.labels),
        _silhouette(ours.scores, ours.k),
        there.p_value(STRICTEST),
        back.as_a_whole,
        verdict.verdict,
    )


def table(published: Side, ours: Side, currency: str) -> pd.DataFrame:
    """Both sides, written for a reader."""
    rows = {
        "Customers": lambda side: f"{side.customers:,}",
        "Columns that make the segments": lambda side: f"{side.columns}",
        "Revenue": lambda side: "–" if side.revenue is None else words.money(side.revenue, currency),
        "Segments": lambda side: f"{len(side.sizes)}",
        "Customers in each": lambda side: " · ".join(f"{size:,}" for size in side.sizes),
        "Mean silhouette": lambda side: f"{side.silhouette:.3f}",
        "p-value against data without groups": lambda side: p_written(side.p_value),
        "Found again (adjusted Rand index)": lambda side: words.number(side.found_again, 2),
        "Verdict": lambda side: side.verdict,
    }
    written = [(name, write(published), write(ours)) for name, write in rows.items()]
    shown = [row for row in written if row[1:] != ("–", "–")]
    return pd.DataFrame(shown, columns=["", "As published", "Under our defaults"])


def caption(published: Side, ours: Side) -> str:
    """What the change of settings comes to."""
    more = ours.customers - published.customers
    customers = f"{abs(more):,} {'more' if more > 0 else 'fewer'} customers" if more else "The same customers"
    return (
        f"{customers} under our defaults. The p-value is that of the strictest comparison of chapter 4. Segments are "
        "counted from the most valuable, or the largest, to the least."
    )


def sentence(published: Side, ours: Side) -> str:
    """The two verdicts, for the end of the chapter."""
    theirs = f"As published ({words.counted(published.customers, 'customer')}, {len(published.sizes)} segments)"
    own = f"under our defaults ({words.counted(ours.customers, 'customer')}, {len(ours.sizes)} segments)"
    if published.verdict == ours.verdict:
        return f"{theirs} and {own} the verdict is the same: “{ours.verdict}”."
    return f"{theirs} the verdict is “{published.verdict}”, {own} “{ours.verdict}”."


def _silhouette(scores: pd.DataFrame, k: int) -> float:
    """As chapter 3 has it."""
    return float(scores.set_index("k").loc[k, "silhouette"])


def _total(customers: pd.DataFrame) -> float | None:
    return float(customers[REVENUE].sum()) if REVENUE in customers else None


def _sizes(labels: pd.Series) -> tuple[int, ...]:
    return tuple(int(size) for size in labels.value_counts().sort_index())

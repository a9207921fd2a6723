"""A folder with what the stages before `publish` make, for the tests of the front page and the brief."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from customer_segments.pages.plots.style import new_figure, svg
from customer_segments.run.workspace import Workspace
from tests.report.test_accounts import ledger

VERDICT = {
    "verdict": "distinct groups",
    "headline": "There are groups.",
    "reasons": [
        {"question": "Is it real?", "answer": "Yes & no."},
        {"question": "Do they come back?", "answer": "They do."},
        {"question": "Do they predict?", "answer": "A little."},
    ],
    "advice": "Trust them.",
}


def profiles_of_two() -> pd.DataFrame:
    """Two segments whose texts are markup of several kinds."""
    return pd.DataFrame(
        {
            "segment": [1, 2],
            "name": ["<script>alert(1)</script>", "Many & few"],
            "customers": [30, 70],
            "customer_share": [0.3, 0.7],
            "orders": [300, 200],
            "revenue": [8000.0, 2000.0],
            "revenue_share": [0.8, 0.2],
            "traits": [
                "Many orders: 10 orders (all customers: 5)\nOlder: <b>",
                "Few orders: 3 orders (all customers: 5)",
            ],
            "facts": [
                "Many orders: 10 orders (all customers: 5)\nOlder: <b>",
                "Few orders: 3 orders (all customers: 5)",
            ],
            "action": ["Thank them.", "Ask them."],
            "because": ["orders high", ""],
            "too_few": [False, False],
            "untold": [False, False],
        }
    )


def finished_study(folder: Path, profiles: pd.DataFrame) -> Workspace:
    """Write what `publish` reads."""
    study = Workspace(folder)
    study.write_table(profiles, "data/processed/profiles.parquet")
    study.write_table(ledger(), "data/interim/ledger.parquet")
    days = pd.DataFrame({"ordered_at": pd.to_datetime(["2024-03-01 10:00", "2025-02-28 20:00"])})
    study.write_table(days, "data/interim/lines.parquet")
    tables = {"transactions": {"file": "t.csv", "rows": 100, "sha256": "0"}}
    study.write_json({"kind": "demo", "tables": tables, "fingerprint": "abc"}, "data/raw/source.json")
    study.write_json(VERDICT, "data/processed/verdict.json")
    for name in ("retention", "lifetime_value"):
        study.write_json({"available": False, "headline": None}, f"reports/metrics/{name}.json")
    study.write_json({}, "reports/metrics/profiling.json")
    study.write_json({"explained_by_two": 0.5}, "reports/metrics/pca.json")
    least = {"one": 1.0, "other": 2.0, "seen": 1.0}
    study.write_json({"plane": {"kept": 1.0, "least_seen": least, "nearest": least}}, "reports/metrics/profiling.json")
    study.write_json({"sentences": None, "reproduced": 0}, "reports/metrics/replication.json")
    prepared = {"customers": 100, "money": {"in": 10_266.0, "used": 10_000.0}}
    study.write_json(prepared, "reports/metrics/preprocessing.json")
    study.write_json({"k": 2, "silhouette": 0.4}, "reports/metrics/clustering.json")
    study.write_json({"verdict": "distinct groups", "explained": {}}, "reports/metrics/validation.json")
    study.write_bytes(svg(new_figure(2)[0]), "reports/figures/map.svg")
    return study

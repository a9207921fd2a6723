"""The stages of a study in the order of running, and what each of them makes."""

from __future__ import annotations

PIPELINE = "dvc.yaml"
# Folders stand for all that is in them. A test holds this against the template of dvc.yaml.
OUTPUTS: dict[str, tuple[str, ...]] = {
    "collect": ("data/raw",),
    "eda": (
        "reports/01_eda.html",
        "reports/metrics/eda.json",
    ),
    "preprocessing": (
        "data/interim",
        "data/processed/customers.parquet",
        "data/processed/features.parquet",
        "data/models/preprocessor.joblib",
        "reports/02_preprocessing.html",
        "reports/metrics/preprocessing.json",
    ),
    "clustering": (
        "data/models/segmenter.joblib",
        "data/models/scorer.json",
        "data/processed/segments.parquet",
        "reports/03_clustering.html",
        "reports/metrics/clustering.json",
        "reports/figures/choice_of_k.png",
        "reports/metrics/k_scores.csv",
    ),
    "validation": (
        "data/processed/verdict.json",
        "data/processed/certainty.parquet",
        "reports/04_validation.html",
        "reports/metrics/validation.json",
        "reports/figures/references.png",
    ),
    "pca": (
        "data/processed/map.parquet",
        "reports/assets/plotly.min.js",
        "reports/05_pca.html",
        "reports/metrics/pca.json",
        "reports/figures/map.png",
    ),
    "retention": (
        "reports/06_retention.html",
        "reports/metrics/retention.json",
        "reports/figures/retention.png",
    ),
    "lifetime_value": (
        "data/processed/lifetime.parquet",
        "data/processed/churn_risk.parquet",
        "reports/07_lifetime_value.html",
        "reports/metrics/lifetime_value.json",
        "reports/figures/lifetime_value.png",
    ),
    "profiling": (
        "data/processed/profiles.parquet",
        "data/processed/segmented_customers.parquet",
        "reports/segmented_customers.csv",
        "reports/08_profiling.html",
        "reports/metrics/profiling.json",
        "reports/figures/heatmap.png",
        "reports/figures/segments.png",
    ),
    "replication": (
        "reports/09_replication.html",
        "reports/metrics/replication.json",
    ),
    "publish": (
        "reports/index.html",
        "reports/brief.pdf",
    ),
}


def maker_of(path: str) -> str | None:
    """The stage that makes a file."""
    made = ((stage, out) for stage, outs in OUTPUTS.items() for out in outs)
    return next((stage for stage, out in made if path == out or path.startswith(f"{out}/")), None)

"""The stages of a study in the order of running, and what each of them makes."""

PIPELINE, LOCK = "dvc.yaml", "dvc.lock"
PROCESSED, FIGURES = "data/processed", "reports/figures"
CONTENT = "reports/content"  # what a chapter says, for the Explorer's pages
# What each chapter makes beside its page and its metrics. Folders stand for all that is in them.
CHAPTERS: dict[str, tuple[str, ...]] = {
    "eda": (),
    "preprocessing": (
        "data/interim", f"{PROCESSED}/customers.parquet", f"{PROCESSED}/features.parquet",
        "data/models/preprocessor.joblib",
    ),
    "clustering": (
        "data/models/segmenter.joblib", "data/models/scorer.json", f"{PROCESSED}/segments.parquet",
        f"{FIGURES}/choice_of_k.svg", "reports/metrics/k_scores.csv", f"{CONTENT}/clustering.json",
    ),
    "validation": (
        f"{PROCESSED}/verdict.json", f"{PROCESSED}/returning.parquet", "data/models/audit.json",
        f"{FIGURES}/references.svg", f"{CONTENT}/validation.json",
    ),
    "pca": (f"{PROCESSED}/map.parquet", "reports/assets/plotly.min.js"),
    "retention": (
        f"{PROCESSED}/cohorts.parquet", f"{PROCESSED}/return_rates.parquet", f"{PROCESSED}/second_orders.parquet",
        f"{FIGURES}/retention.svg", f"{CONTENT}/retention.json",
    ),
    "lifetime_value": (
        f"{PROCESSED}/lifetime.parquet", f"{PROCESSED}/churn_risk.parquet",
        f"{PROCESSED}/forecasts.parquet", f"{FIGURES}/lifetime_value.svg", f"{CONTENT}/lifetime_value.json",
    ),
    "profiling": (
        f"{PROCESSED}/profiles.parquet", f"{PROCESSED}/segmented_customers.parquet", "reports/segmented_customers.csv",
        "reports/lists", f"{FIGURES}/segments.svg", f"{FIGURES}/map.svg",
    ),
    "replication": (),
}  # fmt: skip
# A test holds this against the template of dvc.yaml.
OUTPUTS: dict[str, tuple[str, ...]] = {
    "collect": ("data/raw", "data/earlier"),
    **{
        name: (f"reports/{number:02}_{name}.html", f"reports/metrics/{name}.json", f"{FIGURES}/{name}", *others)
        for number, (name, others) in enumerate(CHAPTERS.items(), 1)
    },
    "publish": ("reports/index.html", "reports/brief.pdf", "reports/content.json", "reports/metrics/summary.json"),
}


def maker_of(path: str) -> str | None:
    """The stage that makes a file."""
    made = ((stage, out) for stage, outs in OUTPUTS.items() for out in outs)
    return next((stage for stage, out in made if path == out or path.startswith(f"{out}/")), None)

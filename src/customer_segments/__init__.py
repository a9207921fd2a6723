"""Customer segments that can be believed, reproduced and acted on.

The functions that the notebooks call, for use without notebooks; each is imported when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "connect": "engine",
    "read_parquet": "engine",
    "verdict": "checking",
    "clean": "cleaning.clean",
    "customer_features": "features",
    "join_attributes": "features",
    "resolve_as_of": "features",
    "rfm_of_files": "rfm",
    "rfm_table": "rfm",
    "choose_columns": "preprocessing.prepare",
    "fit_preprocessor": "preprocessing.prepare",
    "feature_table": "preprocessing.prepare",
    "try_each_k": "clustering.segmentation",
    "choose_k": "clustering.choice",
    "Segmenter": "clustering.segmenter",
    "principal_components": "pca.directions",
    "existence": "validation.existence",
    "returning": "validation.returning",
    "predict_next": "validation.prediction",
    "judge": "validation.verdict",
    "assigned_customers": "commands.assign",
    "export_table": "commands.export",
    "Params": "params",
    "load_params": "params",
    "CleaningParams": "params",
    "PreprocessingParams": "params",
    "ClusteringParams": "params",
    "FeatureParams": "params",
    "ValidationParams": "params",
    "StudyError": "errors",
}
__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)

"""Customer segments that can be believed, reproduced and acted on.

The functions that the notebooks call, for use without notebooks; each is imported when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "connect": "base.engine",
    "read_parquet": "base.engine",
    "check": "commands.check",
    "clean": "steps.cleaning.clean",
    "customer_features": "steps.preprocessing.features",
    "join_attributes": "steps.preprocessing.features",
    "resolve_as_of": "steps.preprocessing.features",
    "rfm": "steps.rfm",
    "rfm_table": "steps.rfm",
    "choose_columns": "steps.preprocessing.prepare",
    "fit_preprocessor": "steps.preprocessing.prepare",
    "feature_table": "steps.preprocessing.prepare",
    "try_each_k": "steps.clustering.segmentation",
    "choose_k": "steps.clustering.choice",
    "Segmenter": "steps.clustering.segmenter",
    "principal_components": "steps.pca.segment_map",
    "existence": "steps.validation.existence",
    "returning": "steps.validation.returning",
    "predict_next": "steps.validation.prediction",
    "judge": "steps.judge",
    "assigned_customers": "commands.assign",
    "export_table": "commands.export",
    "Params": "base.params",
    "load_params": "base.params",
    "CleaningParams": "base.params",
    "PreprocessingParams": "base.params",
    "ClusteringParams": "base.params",
    "FeatureParams": "base.params",
    "ValidationParams": "base.params",
    "StudyError": "base.errors",
}
__all__ = ["__version__", "scorer", *_HOMES]


def __getattr__(name: str) -> Any:
    if name == "scorer":  # a module, so that it can be used without all that fits it
        return import_module(f"{__name__}.steps.scorer")
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)

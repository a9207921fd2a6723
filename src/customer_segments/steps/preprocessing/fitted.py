"""What a fitted pipeline holds, as plain numbers; scikit-learn's objects are asked, none is imported."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import numpy as np

from customer_segments.base.errors import StudyError
from customer_segments.steps.preprocessing.plain import DECIMALS, LOG, scaled


def preparation_of(preprocessor: Any) -> dict[str, Any]:
    """What makes a `Preparation`, of those columns alone whose features make the segments."""
    fitted = {name: (steps, list(columns)) for name, steps, columns in preprocessor["by_kind"].transformers_}
    support = preprocessor["drop"].support_
    steps, names = fitted["numbers"]
    categories = _categories(*fitted["categories"], support[len(names) :]) if "categories" in fitted else []
    return {"numbers": _numbers(steps, names, support[: len(names)]), "categories": categories}


def _numbers(steps: Any, names: list[str], kept: np.ndarray) -> dict[str, Any]:
    fences, fill = steps["winsoriser"].fences or {}, steps["simpleimputer"].statistics_
    empty = [name for name, value in zip(names, fill, strict=True) if not np.isfinite(value)]
    if empty:
        raise StudyError(
            f"`{empty[0]}` has no typical value that could fill a gap: leave it out of the segments.",
            setting="preprocessing.features.leave_out",
        )
    bent = steps["straightener"]
    powers = bent.power_.lambdas_.tolist() if bent.method == "yeo_johnson" else [LOG] * len(names)
    way, first, second = _scaling(steps[-1], len(names))
    told = {
        "names": names,
        "fences": [[float(fence.low), float(fence.high), bool(fence.above_zero)] if fence else None
                   for fence in map(fences.get, names)],
        "fill": fill.tolist(),
        "powers": [power if straight else None for power, straight in zip(powers, bent.straightened_, strict=True)],
        "first": first.tolist(),
        "second": second.tolist(),
    }  # fmt: skip
    only_kept = {key: [each for each, stays in zip(values, kept, strict=True) if stays] for key, values in told.items()}
    return {**only_kept, "scaling": way}


def _categories(steps: Any, names: list[str], kept: np.ndarray) -> list[dict[str, Any]]:
    from customer_segments.steps.preprocessing.transformers import OTHER, UNKNOWN

    pooler, encoder = steps["rarepooler"], steps[2]
    way, *scaling = _scaling(steps[-1], len(names))
    told = []
    for place, (name, texts) in enumerate(zip(names, pooler.kept_, strict=True)):
        features = np.array([_encoded(encoder, place, text) for text in (*texts, OTHER)])
        if not hasattr(encoder, "drop_idx_"):  # indicators are not scaled
            features = scaled(features, way, *(part[place] for part in scaling))
        told.append({"name": name, "texts": list(texts), "features": features.round(DECIMALS)})
    ends = [0, *accumulate(category["features"].shape[1] for category in told)]
    for category, start, end in zip(told, ends[:-1], ends[1:], strict=True):
        rows = category["features"][:, kept[start:end]].tolist()
        gap = category["texts"].index(UNKNOWN) if UNKNOWN in category["texts"] else -1
        category["features"] = [*rows, rows[gap]]
    return [category for category in told if category["features"][0]]


def _encoded(encoder: Any, place: int, text: str) -> list[float]:
    """The features of one text: 0s and a 1, or its number."""
    ranked = hasattr(encoder, "ranked_")
    known = list(encoder.ranked_[place] if ranked else encoder.categories_[place])
    if hasattr(encoder, "drop_idx_"):
        return [float(text == other) for other in known]
    return [float(known.index(text)) if text in known else float(len(known) if ranked else encoder.unknown_value)]


def _scaling(last: Any, columns: int) -> tuple[str, np.ndarray, np.ndarray]:
    """How the last step of a part scales, and by what."""
    if hasattr(last, "data_min_"):
        return "multiply", last.scale_, last.min_
    middle = getattr(last, "center_", getattr(last, "mean_", None))
    return ("divide", np.zeros(columns), np.ones(columns)) if middle is None else ("divide", middle, last.scale_)

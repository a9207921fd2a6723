"""From customers' own values to the model's scale: what a fitted pipeline holds and does, as plain numbers."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from customer_segments.base.errors import StudyError

DECIMALS = 6  # of a feature; as tables are written, so that a pipeline fitted in memory fits the files too
GAPS = ("None", "nan", "NaN", "NaT", "<NA>")  # how an empty cell reads that is no text
NUMERIC = "fiub"  # kinds of NumPy's types
NO_NUMBERS = (str, bytes, np.datetime64, np.timedelta64)
NEGLIGIBLE = np.finfo(float).eps  # the power of a Yeo-Johnson transformation that is a logarithm (as SciPy has it)
LOG = "log"


class Preparation:
    """Gaps filled, outliers drawn in, numbers straightened and scaled, categories coded.

    `numbers` has for each number its fence, what fills a gap, how it is straightened (`log`, a power or null) and its
    scale; `categories` for each the texts that are known by name, and the features of each, of others, and of gaps.
    """

    def __init__(self, numbers: dict[str, Any], categories: list[dict[str, Any]]) -> None:
        self._numbers, self._categories = tuple(numbers["names"]), [_Codes(**category) for category in categories]
        self.needed = (*self._numbers, *(codes.name for codes in self._categories))
        fences = numbers["fences"]
        self._low, self._high = (
            _column([own[end] if own else beyond for own in fences]) for end, beyond in ((0, -np.inf), (1, np.inf))
        )
        self._above_zero = _column([bool(own and own[2]) for own in fences])
        self._fenced, self._fill = any(fences), _column(numbers["fill"])
        self._logs = [place for place, power in enumerate(numbers["powers"]) if power == LOG]
        self._powers = [(place, power) for place, power in enumerate(numbers["powers"]) if power not in (None, LOG)]
        self._scaling = numbers["scaling"], _column(numbers["first"]), _column(numbers["second"])

    def columns(self, rows: Any) -> list[Sequence[Any]]:
        """The needed columns of a mapping of columns, or of a list of customers, all of one length."""
        columns = [_whole_column(rows, name) for name in self.needed]
        for name, column in zip(self.needed, columns, strict=True):
            if len(column) != len(columns[0]):
                raise StudyError(
                    f"The columns differ in length: `{self.needed[0]}` has {len(columns[0])}, `{name}` {len(column)}."
                )
        return columns

    def features(self, columns: list[Sequence[Any]]) -> tuple[np.ndarray, np.ndarray]:
        """The customers (rows) on the model's scale, and whether a cell could not be used as it was."""
        values = self._values(columns[: len(self._numbers)])
        gaps = ~np.isfinite(values)
        if self._fenced:
            below = (values < self._low) & ((values > 0) | ~self._above_zero)
            values = np.where(below, self._low, np.minimum(values, self._high))
        filled = gaps.any(axis=0)
        if filled.any():
            values = np.where(gaps, self._fill, values)
        if self._logs:
            skewed = values[self._logs]
            values[self._logs] = np.copysign(np.log1p(np.abs(skewed)), skewed)
        for place, power in self._powers:
            values[place] = yeo_johnson(values[place], power)
        features = [scaled(values, *self._scaling).round(DECIMALS)]
        for codes, column in zip(self._categories, columns[len(self._numbers) :], strict=True):
            coded, unknown = codes.of(column)
            features.append(coded)
            filled = filled | unknown
        return (np.concatenate(features) if self._categories else features[0]).T, filled

    def _values(self, columns: list[Sequence[Any]]) -> np.ndarray:
        """The numbers, a row a column."""
        values = _array(columns)
        if values.dtype.kind not in NUMERIC or values.ndim != 2:
            values = np.array([_numbers_of(*each) for each in zip(self._numbers, columns, strict=True)])
        return values.astype("float64", copy=False)


class _Codes:
    """The features of a category: a row a text known by name, then those of other texts, then of gaps."""

    def __init__(self, name: str, texts: list[str], features: list[list[float]]) -> None:
        self.name, self._features = name, np.array(features).T
        self._others, self._gap = len(texts), len(texts) + 1
        self._known = {text: code for code, text in enumerate(texts)}
        # Flags are told as yes and no.
        self._known |= {flag: self._known.get(text, self._others) for flag, text in (("True", "yes"), ("False", "no"))}

    def of(self, cells: Sequence[Any]) -> tuple[np.ndarray, np.ndarray]:
        """The features (a row each) of all cells, and whether a cell holds nothing, or what is not known by name."""
        listed = cells.tolist() if isinstance(cells, np.ndarray) else cells
        codes = np.array([self._code(cell) for cell in listed], dtype=np.intp)
        return self._features[:, codes], codes >= self._others

    def _code(self, cell: Any) -> int:
        text = cell if type(cell) is str else str(cell)
        if text in GAPS and not isinstance(cell, str):
            return self._gap
        return self._known.get(text, self._others)


def scaled(values: np.ndarray, way: str, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Multiplied by the first and raised by the second; or lowered by the first and divided by the second."""
    return values * first + second if way == "multiply" else (values - first) / second


def yeo_johnson(values: np.ndarray, power: float) -> np.ndarray:
    """The transformation of Yeo and Johnson (2000)."""
    logs = np.log1p(np.abs(values))
    above = logs if abs(power) < NEGLIGIBLE else np.expm1(power * logs) / power
    below = -np.expm1((2 - power) * logs) / (2 - power) if abs(power - 2) > NEGLIGIBLE else -logs
    return np.where(values >= 0, above, below)


def _column(values: Iterable[Any]) -> np.ndarray:
    return np.array(values)[:, None]


def _whole_column(rows: Any, name: str) -> Sequence[Any]:
    try:
        column = [row[name] for row in rows] if isinstance(rows, list | tuple) else rows[name]
    except KeyError:
        raise StudyError(
            f"The customers have no column `{name}`, which makes segments: add it (empty cells are filled)."
        ) from None
    except (TypeError, IndexError):
        raise StudyError("Customers come as a mapping of columns, or as a list with a mapping for each.") from None
    if isinstance(column, list | tuple):  # stays: in an array one text would make texts of all cells
        return column
    column = np.asarray(column)
    if column.ndim != 1:
        raise StudyError(f"`{name}` is no column of cells: give a list of them, also for a single customer.")
    return column


def _numbers_of(name: str, column: Sequence[Any]) -> np.ndarray:
    """The cells as numbers, NaN where they are empty."""
    values = _array(column)
    return values if values.ndim == 1 and values.dtype.kind in NUMERIC else np.array([_number(name, c) for c in column])


def _number(name: str, cell: Any) -> float:
    if not isinstance(cell, NO_NUMBERS):
        try:
            return float(cell)
        except (TypeError, ValueError, OverflowError):
            if str(cell) in GAPS:
                return np.nan
    raise StudyError(
        f"The column `{name}` holds {str(cell)[:40]!r} where the study has numbers: correct it, or empty the cell."
    )


def _array(cells: Sequence[Any]) -> np.ndarray:
    try:
        return np.array(cells)
    except ValueError:  # a cell holds a list
        return np.array(None)


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
    ends = np.cumsum([category["features"].shape[1] for category in told])
    for category, stays in zip(told, np.split(kept, ends[:-1]), strict=True):
        rows = category["features"][:, stays].tolist()
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

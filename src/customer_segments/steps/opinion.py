"""A second opinion on a customer's segment: the audit's classifier as one data file, asked with numpy alone."""

import json
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np


class Guess(NamedTuple):
    """What the classifier takes each customer for, and how sure it is (0 to 1)."""

    segment: np.ndarray
    share: np.ndarray


class Opinion:
    """Guesses segments from features as the model sees them (`Scorer.features`)."""

    def __init__(self, content: dict[str, Any]) -> None:
        self._segments = np.array(content["segments"])
        self._weights, self._start = np.array(content["weights"]), np.array(content["start"])

    @classmethod
    def read(cls, path: str | Path) -> Self:
        return cls(json.loads(Path(path).read_text(encoding="utf-8")))

    def guess(self, features: np.ndarray) -> Guess:
        """The likeliest segment of each customer; numbers too large to be weighed are a guess without any sureness."""
        with np.errstate(all="ignore"):
            scores = np.asarray(features) @ self._weights.T + self._start
            shares = np.exp(scores - scores.max(axis=1, keepdims=True))
            shares = np.nan_to_num(shares / shares.sum(axis=1, keepdims=True))
        return Guess(self._segments[shares.argmax(axis=1)], shares.max(axis=1))

"""The corpus of malformed files: what exports look like when something has gone wrong, and what must come of each."""

from __future__ import annotations

from tests.malformed import containers, notations, places, records, samples, texts  # noqa: F401  each adds its cases
from tests.malformed.cases import CASES

__all__ = ["CASES"]

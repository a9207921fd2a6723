"""Which features move together: the correlations of the model's columns, and what they say."""

from __future__ import annotations

import numpy as np
import pandas as pd

from customer_segments.base import registry, words
from customer_segments.steps.preprocessing.prepare import ID
from customer_segments.steps.preprocessing.transformers import correlations

MOST_READ_OUT = 5  # correlations that the text in place of the figure names
WORTH_NAMING = 0.5  # a correlation from which two features tell much of the same story


def correlation_matrix(features: pd.DataFrame) -> pd.DataFrame:
    """Pearson's correlation of every two model columns."""
    values = features.drop(columns=ID)
    matrix = correlations(values.to_numpy(), np.ptp(values.to_numpy(), axis=0) > 0)
    return pd.DataFrame(matrix, index=values.columns, columns=values.columns)


def strongest_pair(matrix: pd.DataFrame) -> tuple[str, str, float]:
    """The two features with the largest correlation in size; empty names where there is no pair."""
    rows, columns = np.triu_indices(len(matrix), 1)
    if not len(rows):
        return "", "", 0.0
    most = int(np.argmax(np.abs(matrix.to_numpy()[rows, columns])))
    first, second = matrix.index[rows[most]], matrix.index[columns[most]]
    return first, second, float(matrix.loc[first, second])


def correlation_caption(matrix: pd.DataFrame) -> str:
    """The two features that move together most, and how many pairs come near."""
    first, second, strongest = strongest_pair(matrix)
    if not first:
        return "There is only one feature."
    sizes = np.abs(matrix.to_numpy()[np.triu_indices(len(matrix), 1)])
    pairs = words.counted(int((sizes >= WORTH_NAMING).sum()), "pair")
    return (
        f"{registry.label(first)} and {registry.inline(second)} move together most ({_size(strongest)}); {pairs} of "
        f"{len(sizes)} reach {WORTH_NAMING} in size. What several features say, the model hears several times."
    )


def correlation_alt(matrix: pd.DataFrame) -> str:
    """The strongest correlations as text."""
    rows, columns = np.triu_indices(len(matrix), 1)
    sizes = matrix.to_numpy()[rows, columns]
    largest = np.argsort(-np.abs(sizes), kind="stable")[:MOST_READ_OUT]
    pairs = (
        f"{registry.label(matrix.index[rows[at]])} with {registry.label(matrix.index[columns[at]])} {_size(sizes[at])}"
        for at in largest
    )
    return f"Correlations of {len(matrix)} columns; the strongest are {words.listed(pairs)}."


def _size(correlation: float) -> str:
    return f"{correlation:.2f}".replace("-", "−")

"""Who is left alone: drawn by chance, with as many of those who spent much and of those who spent little."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from customer_segments.base import words
from customer_segments.base.errors import StudyError

TREATED, HELD_OUT = "treat", "hold out"
FEWEST = 20  # in either group: of fewer, no interval is narrow enough to say anything
STRATA, FEWEST_OF_A_STRATUM = 10, 2  # of a segment; held out of each, on average
LIST = ["customer_id", "segment", "group", "stratum", "spent_before"]


def draw(customers: pd.DataFrame, held_out: Mapping[int, int], seed: Sequence[int]) -> pd.DataFrame:
    """The list of a trial: customer_id, segment, group, stratum, spent_before.

    `customers` has customer_id, segment and spent_before; of each segment that `held_out` names so many are left alone.
    """
    rng, found = np.random.default_rng(seed), []
    for segment, size in sorted(held_out.items()):
        own = customers[customers["segment"] == segment].sort_values("customer_id", ignore_index=True)
        if min(size, len(own) - size) < FEWEST:
            raise StudyError(
                f"{words.segment(segment)} has {words.counted(len(own), 'customer')}, of whom {size:,} would be held "
                f"out: a trial needs {FEWEST} in either group; take another segment, or several."
            )
        found.append(drawn(own, size, rng))
    return pd.concat(found, ignore_index=True)[LIST]


def drawn(own: pd.DataFrame, size: int, rng: np.random.Generator) -> pd.DataFrame:
    """The customers of a segment, each held out with the same probability, and of each stratum its share."""
    spent = own["spent_before"].to_numpy(dtype=float)
    strata = np.array_split(np.lexsort((rng.random(len(own)), spent)), max(1, min(STRATA, size // FEWEST_OF_A_STRATUM)))
    # A share that is no whole number is rounded up or down by chance, so that nobody is likelier to be held out.
    until = np.cumsum([len(each) for each in strata]) * size
    of_each = np.diff((until + int(rng.integers(len(own)))) // len(own), prepend=0)
    held, stratum = np.zeros(len(own), dtype=bool), np.zeros(len(own), dtype=np.int64)
    for number, (each, count) in enumerate(zip(strata, of_each, strict=True), 1):
        stratum[each] = number
        held[rng.permutation(each)[:count]] = True
    return own.assign(group=np.where(held, HELD_OUT, TREATED), stratum=stratum)

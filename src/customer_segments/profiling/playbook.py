"""The playbook: which named play fits which segment, and no two segments the same play."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from customer_segments import words
from customer_segments.contract import CUSTOMERS, TRANSACTIONS
from customer_segments.errors import StudyError
from customer_segments.params import Level, Play
from customer_segments.profiling.distinctiveness import SEGMENT
from customer_segments.profiling.traits import in_sentence

# A study may lack some of these; a play that asks for one then fits nobody.
KNOWN = {column.name for column in CUSTOMERS} | set(words.LABELS) - {column.name for column in TRANSACTIONS}
NOT_COMPARED = {"customer_id", "signed_up_on", "left_on"}
INCLUDES: dict[Level, tuple[Level, ...]] = {"high": ("high", "very high"), "low": ("low", "very low")}
EARLIER_PLAYS_WIN_TIES_BY = 1e-6  # less than any difference in strength that counts


def check(playbook: Sequence[Play], columns: Sequence[str]) -> None:
    """Refuse a play whose condition names no column that this project, or this study, knows."""
    known = sorted((KNOWN - NOT_COMPARED) | {column.partition("=")[0] for column in columns})
    for play in playbook:
        for column in play.when:
            if column.partition("=")[0] not in known:
                raise StudyError(
                    f"The play {play.name!r} in `profiling.playbook` of params.yaml asks for the column {column!r}, "
                    f"which nobody knows: use one of {words.listed(known, 'or')}."
                )


def fits(comparison: pd.DataFrame, playbook: Sequence[Play]) -> pd.DataFrame:
    """Every play that fits a segment: segment, play (its place in the playbook), conditions, strength.

    A play fits when all its conditions hold; its strength is the mean size of the differences it asks for.
    """
    known = comparison.set_index([SEGMENT, "column"])[["level", "difference"]]
    found = []
    for segment, own in known.groupby(level=SEGMENT, sort=True):
        own = own.droplevel(SEGMENT)
        for place, play in enumerate(playbook):
            if _holds(play, own["level"]):
                strength = own.loc[list(play.when), "difference"].abs().mean()
                found.append((segment, place, len(play.when), strength))
    return pd.DataFrame(found, columns=[SEGMENT, "play", "conditions", "strength"])


def _holds(play: Play, levels: pd.Series) -> bool:
    return all(column in levels and _is_at(levels[column], asked) for column, asked in play.when.items())


def _is_at(level: Level, asked: Level) -> bool:
    return level in INCLUDES.get(asked, (asked,))


def assign(fitting: pd.DataFrame) -> dict[int, int]:
    """One play at most per segment and one segment at most per play: the assignment that fits best in total.

    A play with more conditions fits better than one with fewer; of equally many, the stronger one does.
    """
    if fitting.empty:
        return {}
    from scipy.optimize import linear_sum_assignment

    strength = fitting["strength"] / (1 + fitting["strength"])
    worth = fitting["conditions"] + strength.round(4) - EARLIER_PLAYS_WIN_TIES_BY * fitting["play"]
    table = fitting.assign(worth=worth).pivot(index=SEGMENT, columns="play", values="worth")
    rows, columns = linear_sum_assignment(table.fillna(0).to_numpy(), maximize=True)
    chosen = zip(table.index[rows], table.columns[columns], table.to_numpy()[rows, columns], strict=True)
    return {int(segment): int(play) for segment, play, value in chosen if not np.isnan(value)}


def reason(play: Play) -> str:
    """Why a segment has a play's name: the play's conditions in words."""
    return words.listed(f"{in_sentence(column)} {level}" for column, level in play.when.items())

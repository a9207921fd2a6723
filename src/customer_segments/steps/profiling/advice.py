"""For whom of a segment the advice holds: what is said of all of them must be true of them."""

from typing import NamedTuple

import pandas as pd

from customer_segments.base.params.profiling import BOUND
from customer_segments.steps.profiling.evidence import evidence
from customer_segments.steps.profiling.playbook import COMPARISONS, Fit

ENOUGH = 0.2  # of a segment: advice that holds for fewer gives way to another


class Advice(NamedTuple):
    """What to do, and for how many of how many it holds; None where that is not asked, or told of too few."""

    do: str
    concerned: int | None = None
    customers: int = 0


def advice(own: pd.DataFrame, everyone: pd.DataFrame, fit: Fit, smallest_group: int) -> Advice:
    """The play's advice, checked against the members: for whom it holds, or other advice where they are too few."""
    concerned = int(holding(own, everyone, fit).sum())
    if concerned == len(own):
        return Advice(fit.play.do)
    if concerned < max(ENOUGH * len(own), smallest_group):
        return Advice(fit.play.otherwise or fit.play.do)
    told = len(own) - concerned >= smallest_group
    return Advice(fit.play.do, concerned if told else None, len(own))


def holding(own: pd.DataFrame, everyone: pd.DataFrame, fit: Fit) -> pd.Series:
    """Which members keep every bound that the advice asks for, of columns that the study has."""
    facts = evidence(everyone).loc[own.index]
    holds = pd.Series(True, index=own.index)
    for column, bound in fit.play.holds_for.items():
        values = own[column] if column in own else facts.get(column)
        if values is not None:
            comparison, limit = BOUND.fullmatch(bound).groups()
            holds &= COMPARISONS[comparison](values.astype("float64"), float(limit))
    return holds

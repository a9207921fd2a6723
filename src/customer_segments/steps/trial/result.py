"""The result of a trial: how much more those did who were treated, from where to where, and whether that tells."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from customer_segments.steps.trial.draw import HELD_OUT, TREATED
from customer_segments.steps.trial.plan import ORDERS, Measure, Plan, intervals
from customer_segments.steps.trial.redraws import FITTED, Redraws, drawn_again, interval

ENOUGH = 50  # customers of a group for a line through spending as it is
STEADIED = 2.0  # of shares, whose spread in a small group is none as soon as all of it did the same


@dataclass(frozen=True)
class Uplift:
    """One comparison: of a segment, or of all of them together, where each counts by its size."""

    segment: int | None
    treated: int
    held_out: int
    treated_mean: float | None  # of the measure, as it came
    held_out_mean: float | None
    uplift: float | None = None  # with earlier spending taken into account; None where nothing can be said
    low: float | None = None
    high: float | None = None

    @property
    def shows(self) -> bool:
        """Whether there is an effect, as far as the error allows to say so."""
        return self.low is not None and (self.low > 0 or self.high < 0)


@dataclass(frozen=True)
class Result:
    """What came of a trial."""

    measure: Measure
    level: float  # with which each interval holds
    together: float  # with which all of them do
    uplifts: tuple[Uplift, ...]  # of each segment, then of all where there are several
    strangers: int  # customers with orders who are not on the list

    @property
    def overall(self) -> Uplift:
        return self.uplifts[-1]


@dataclass(frozen=True)
class Read:
    """A trial that was looked at: what came of it so far, and how far that is to be trusted."""

    plan: Plan
    result: Result
    day: date  # up to which orders count
    final: bool
    looks: int  # days on which it was looked at, with this one
    error: float  # with which one of these looks, or that at the end, shows an effect where there is none
    left_out: dict[str, int]  # lines before and after the trial
    forgotten: int
    first_order: date | None  # that counts


def result(
    drawn: pd.DataFrame, followed: pd.DataFrame, measure: Measure, significance: float = 0.05, seed: int = 0
) -> Result:
    """Compare the groups of a list (see `draw`) by what followed: customer_id, orders and spend of those with any.

    Who is not among `followed` did nothing. As many intervals as are given hold together.
    """
    came = followed.set_index("customer_id")[measure]
    values = drawn["customer_id"].map(came).fillna(0.0).astype(float)
    table = drawn.assign(value=(values > 0).astype(float) if measure == ORDERS else values)
    rng, each = np.random.default_rng(seed), significance / intervals(table["segment"].nunique())
    parts = {int(segment): (own, _redraws(own, measure, each, rng)) for segment, own in table.groupby("segment")}
    found = [_uplift(segment, [own], [made], each) for segment, (own, made) in parts.items()]
    if len(parts) > 1:
        found.append(_uplift(None, *map(list, zip(*parts.values(), strict=True)), each))
    strangers = int((~followed["customer_id"].isin(drawn["customer_id"])).sum())
    return Result(measure, 1 - each, 1 - significance, tuple(found), strangers)


def _redraws(own: pd.DataFrame, measure: Measure, significance: float, rng: np.random.Generator) -> Redraws | None:
    """The groups drawn again; None where one of them is too small for a line."""
    treated = (own["group"] == TREATED).to_numpy()
    if min(treated.sum(), (~treated).sum()) <= FITTED:
        return None
    value, spent = (own[name].to_numpy(dtype=float) for name in ("value", "spent_before"))
    small, steadied = min(treated.sum(), (~treated).sum()) < ENOUGH, STEADIED if measure == ORDERS else 0.0
    before = np.sign(spent) * _scaled(np.abs(spent), measure, small)
    return drawn_again(value, treated, before, own["stratum"].to_numpy(), rng, significance, steadied)


def _scaled(spent: np.ndarray, measure: Measure, small: bool) -> np.ndarray:
    """Earlier spending on a scale on which it foretells; in a small group, one customer would draw the line alone."""
    if measure == ORDERS:
        return np.log1p(spent)
    return np.sqrt(spent) if small else spent


def _uplift(
    segment: int | None, tables: list[pd.DataFrame], parts: list[Redraws | None], significance: float
) -> Uplift:
    found = None if None in parts else interval(parts, significance)
    groups = [[own.loc[own["group"] == group, "value"] for own in tables] for group in (TREATED, HELD_OUT)]
    sizes = [sum(map(len, each)) for each in groups]
    means = [_mean(each, list(map(len, tables))) for each in groups]
    return Uplift(segment, *sizes, *means, *(found or ()))


def _mean(values: list[pd.Series], sizes: list[int]) -> float | None:
    """The mean over segments, each by its size: they are not held out alike."""
    if not all(map(len, values)):
        return None
    return float(np.average([each.mean() for each in values], weights=sizes))

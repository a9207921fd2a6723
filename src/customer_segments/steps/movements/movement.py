"""A number that is another one than before, and how far that is beyond how weeks differ anyway."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from customer_segments.steps.movements.windows import WEEK, Windows

SURE = 3.5  # standard errors: weeks are many, and so are the numbers that are looked at
SURE_OF_SEGMENT = 4.5  # of several, each by its sales and by its orders
LEAST = 0.1  # of what it was: less is no news
SMOOTH = 9  # weeks whose median is the course of things
PACE = 2.0  # standard errors from where it would be had it gone on as before


@dataclass(frozen=True)
class Movement:
    """A number that is another one than before: what it is of, both values, and what that comes to in money."""

    kind: str
    what: str  # the category or month, where there are several
    before: float
    now: float
    money: float  # in the window, more or less than if it were as before
    sure: float  # in standard errors
    course: tuple[float, ...] = ()  # over all the data, by four weeks or by month; none where there is none
    segment: int | None = None
    left_out: float = 0.0  # of those counted before: who may have been customers long before the data begin

    @property
    def change(self) -> float:
        return self.now / self.before - 1 if self.before else float("inf")

    @property
    def weight(self) -> float:
        """The money that is beyond chance."""
        return abs(self.money) * max(0.0, 1 - 2 / abs(self.sure))


def ratio_moved(
    kind: str, what: str, before: float, now: float, money: float, error: float, pace: tuple[float, float] = (1.0, 0.0),
    segment: int | None = None,
) -> Iterator[Movement]:  # fmt: skip
    """A number with a natural zero; `money` is what it came to before, `error` that of its logarithm.

    What has only gone on at its pace has not moved.
    """
    if before > 0 and now > 0 and money and 0 < error < np.inf:
        change = float(np.log(now / before))
        sure = change / error if is_beyond(change, error, *pace) else 0.0
        yield Movement(kind, what, float(before), float(now), money * (now / before - 1), sure, segment=segment)


def is_beyond(change: float, error: float, pace: float, its_error: float) -> bool:
    if not (np.isfinite(pace) and np.isfinite(its_error)):
        return True
    further = (change - np.log(pace)) * np.sign(change)
    return further >= max(np.log1p(LEAST), PACE * float(np.hypot(error, its_error)))


def pace_of(above: pd.Series, here: Windows, below: pd.Series | None = None) -> tuple[float, float]:
    """What a number would have come to, times what it was, had it gone on as in the weeks before; and its error."""
    ago = here.ago // WEEK
    weeks = min(len(above) - here.weeks - ago, max(here.weeks, ago - here.weeks))
    if weeks < here.weeks:
        return 1.0, np.inf
    spans = [slice(here.weeks + back, here.weeks + back + weeks) for back in (0, ago)]
    late, early = (above.iloc[span].sum() for span in spans)
    of_late, of_early = (1.0, 1.0) if below is None else (below.iloc[span].sum() for span in spans)
    ratio = late / of_late / (early / of_early) if min(late, early, of_late, of_early) > 0 else np.nan
    return float(ratio), noise(above if below is None else ratio_of(above, below), weeks)


def noise(weekly: pd.Series, weeks: int) -> float:
    """The relative standard error of one period's mean against another's, from how weeks differ from their course."""
    values = weekly.dropna().to_numpy(dtype=float)
    course = pd.Series(values).rolling(SMOOTH, center=True, min_periods=SMOOTH // 2).median().to_numpy()
    off = (values / np.where(course > 0, course, np.nan) - 1)[np.isfinite(course) & (course > 0)]
    if len(off) < SMOOTH:
        return np.inf
    usual = 3 * 1.4826 * float(np.median(np.abs(off - np.median(off))))
    off = np.clip(off - np.median(off), -usual, usual)  # a week of holidays is no measure of the others
    lag = np.corrcoef(off[:-1], off[1:])[0, 1] if off.std() else 0.0
    again = min(0.8, max(0.0, float(lag)))
    return float(off.std() * np.sqrt(SMOOTH / (SMOOTH - 1) * 2 / weeks * (1 + again) / (1 - again)))


def ratio_of(above: pd.Series, below: pd.Series) -> pd.Series:
    return above / below.where(below > 0)

"""What has moved most: every number that can be held against an earlier one, ranked by the money beyond chance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from customer_segments.base.threads import in_one_thread
from customer_segments.steps.movements.windows import Counted, Windows, counted, windows

SURE = 4.0  # standard errors: weeks are many, and so are the numbers that are looked at
LEAST = 0.1  # of what it was: less is no news
LEAST_POINTS = 0.03  # of a share
SMOOTH = 9  # weeks whose median is the course of things
FEWEST = 30  # orders or customers on either side
TOP = 0.1  # of the customers
GROUPS = 20  # of customers, each left out once
MONTHS = 12
PEAK = 1.3  # times an average month, every year
STEP = 4  # weeks of a point in a number's course
# What a number is of, by week: so many, or so many of so many.
OF_WEEKS = {
    "new customers": ("new", None), "items per order": ("items", "orders"),
    "orders per customer": ("orders", "customers"), "returns": ("returned", "items"),
}  # fmt: skip
OF_MONTHS = {"customers": "customers", "season": "gross"}


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

    @property
    def change(self) -> float:
        return self.now / self.before - 1 if self.before else float("inf")

    @property
    def weight(self) -> float:
        """The money that is beyond chance."""
        return abs(self.money) * max(0.0, 1 - 2 / abs(self.sure))


@dataclass(frozen=True)
class Moved:
    """The days that were compared, what moved in them, the most telling first, and what came in before and now."""

    windows: Windows
    movements: tuple[Movement, ...]
    gross: tuple[float, float]
    months: pd.DataFrame  # gross, customers and new of every whole month

    @property
    def numbers(self) -> dict[str, Any]:
        """The outcome, small enough to compare between runs."""
        here = self.windows
        before, now = self.gross
        return {
            "days": here.days, "days_before": here.ago, "gross_before": round(before, 2), "gross_now": round(now, 2),
            "movements": {  # by kind, for DVC takes a list of rows for something to draw
                each.kind: {"what": each.what, "before": each.before, "now": each.now, "sure": each.sure}
                | {"money": round(each.money, 2), "course": each.course}
                for each in self.movements
            },
        }  # fmt: skip


@in_one_thread
def moved(lines: ir.Table | None, undone: ir.Table | None, as_of: date, smallest: int) -> Moved | None:
    """What has moved in the last period; nothing where the data are too short to tell."""
    first = None if lines is None else lines.ordered_at.min().date().to_pyarrow().as_py()
    here = windows(first, as_of) if first else None
    if here is None:
        return None
    have = counted(lines, undone, here, smallest)
    told = [each for each in _looked_at(have, here) if _tells(each)]
    best: dict[str, Movement] = {}
    for each in sorted(told, key=lambda each: (-each.weight, each.kind, each.what)):
        best.setdefault(each.kind, each)  # a second category moves because the first does
    gross = tuple(_sum(have.weekly["gross"], here, ago) for ago in (here.ago, 0))
    return Moved(here, tuple(replace(each, course=_course(each, have)) for each in best.values()), gross, have.months)


def _course(each: Movement, have: Counted) -> tuple[float, ...]:
    """The number all along, to four digits: enough to draw."""
    if each.kind in OF_MONTHS:
        course = have.months[OF_MONTHS[each.kind]]
    elif each.kind == "category":
        course = _by_four_weeks(have.categories[each.what].reindex(have.weekly.index, fill_value=0.0))
        course = course / _by_four_weeks(have.weekly["gross"])
    elif each.kind in OF_WEEKS:
        above, below = OF_WEEKS[each.kind]
        course = _by_four_weeks(have.weekly[above])
        course = course / _by_four_weeks(have.weekly[below]) if below else course
    else:
        return ()
    return tuple(float(f"{value:.4g}") for value in course if np.isfinite(value))


def _by_four_weeks(weekly: pd.Series) -> pd.Series:
    """Sums, the oldest first; weeks before the first whole four are left out."""
    sums = weekly.groupby(weekly.index // STEP).sum()[: len(weekly) // STEP]
    return sums.iloc[::-1]


def _tells(each: Movement) -> bool:
    shares = each.kind in ("returns", "concentration", "lost regulars")
    moved = abs(each.now - each.before) >= LEAST_POINTS if shares else abs(each.change) >= LEAST
    return moved and abs(each.sure) >= SURE


def _looked_at(have: Counted, here: Windows) -> Iterator[Movement]:
    week, now, before = have.weekly, 0, here.ago
    gross = _sum(week["gross"], here, before)
    yield from _new(have, here)
    yield from _ratio_moved("customers", "", *_active(have), gross, noise(week["customers"], here.weeks))
    yield from _often(have, gross, here)
    items = [_sum(week["items"], here, ago) / max(1.0, _sum(week["orders"], here, ago)) for ago in (before, now)]
    basket = noise(_ratio(week["items"], week["orders"]), here.weeks)
    yield from _ratio_moved("items per order", "", *items, gross, basket)
    back = [_sum(week["returned"], here, ago) / max(1.0, _sum(week["items"], here, ago)) for ago in (before, now)]
    yield from _returns(back, have, here)
    yield from _prices(have.products)
    yield from _lost(have, here)
    yield from _concentrated(have.customers)
    yield from _categories(have, here)
    yield from _seasons(have, here)


def _sum(weekly: pd.Series, here: Windows, ago: int) -> float:
    first = ago // 7
    return float(weekly.iloc[first : first + here.weeks].sum())


def _active(have: Counted) -> tuple[int, int]:
    """How many customers ordered: before, now."""
    return tuple(int((have.customers[f"orders_{when}"] > 0).sum()) for when in ("before", "now"))


def _often(have: Counted, gross: float, here: Windows) -> Iterator[Movement]:
    """Orders of each who ordered. Of an ebb in all orders less than half shows here: others do not come at all."""
    counts = [have.customers[f"orders_{when}"] for when in ("before", "now")]
    means, errors = zip(*((each.mean(), each.sem() / each.mean()) for each in (n[n > 0] for n in counts)), strict=True)
    error = float(np.hypot(np.hypot(*errors), noise(have.weekly["orders"], here.weeks) / 2))
    yield from _ratio_moved("orders per customer", "", *means, gross, error)


def _ratio(above: pd.Series, below: pd.Series) -> pd.Series:
    return above / below.where(below > 0)


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


def _ratio_moved(kind: str, what: str, before: float, now: float, money: float, error: float) -> Iterator[Movement]:
    """A number with a natural zero; `money` is what it came to before, `error` that of its logarithm."""
    if before > 0 and now > 0 and money and 0 < error < np.inf:
        sure = float(np.log(now / before) / error)
        yield Movement(kind, what, float(before), float(now), money * (now / before - 1), sure)


def _new(have: Counted, here: Windows) -> Iterator[Movement]:
    told = have.customers
    before, now = (_sum(have.weekly["new"], here, ago) for ago in (here.ago, 0))
    if min(before, now) < 1 or max(before, now) < FEWEST:
        return
    brought = sum(float(told.loc[told[f"new_{when}"], f"gross_{when}"].sum()) for when in ("now", "before"))
    money = brought / (before + now) * before
    error = max(noise(have.weekly["new"], here.weeks), float(np.sqrt(1 / before + 1 / now)))
    yield from _ratio_moved("new customers", "", before, now, money, error)


def _returns(shares: list[float], have: Counted, here: Windows) -> Iterator[Movement]:
    before, now = shares
    weekly = _ratio(have.weekly["returned"], have.weekly["items"])
    error = noise(weekly, here.weeks)
    if max(before, now) > 0 and 0 < error < np.inf:
        sure = (now - before) / (error * max(before, now))
        yield Movement("returns", "", before, now, -(now - before) * _sum(have.weekly["gross"], here, 0), float(sure))


def _prices(products: pd.DataFrame) -> Iterator[Movement]:
    """The same products for what they cost before and now."""
    both = products[(products["items_now"] >= FEWEST) & (products["items_before"] >= FEWEST)]
    if len(both) < 5:
        return
    old, new = both["gross_before"] / both["items_before"], both["gross_now"] / both["items_now"]
    weight = both["gross_before"] / both["gross_before"].sum()
    ratio = np.log(new / old)
    index = float((weight * ratio).sum())
    error = float(np.sqrt((weight**2 * (ratio - index) ** 2).sum())) + 1e-3
    before = float((old * both["items_before"]).sum() / both["items_before"].sum())
    money = float(both["gross_now"].sum() * (1 - np.exp(-index)))
    yield Movement("prices", "", before, before * float(np.exp(index)), money, index / error)


def _lost(have: Counted, here: Windows) -> Iterator[Movement]:
    """Of those who ordered regularly just before, who did not come at all."""
    (count_before, came_before), (count, came) = have.regulars
    if min(count, count_before) < FEWEST:
        return
    now, before = 1 - came / count, 1 - came_before / count_before
    both = (count - came + count_before - came_before) / (count + count_before)
    error = np.sqrt(max(both * (1 - both), 1 / count) * (1 / count + 1 / count_before))
    each = float(have.customers["gross_now"].sum() / max(1, have.customers["gross_now"].gt(0).sum()))
    yield Movement("lost regulars", "", before, now, -(now - before) * count * each, float((now - before) / error))


def _concentrated(told: pd.DataFrame) -> Iterator[Movement]:
    """The share of the top tenth; its error by leaving out a twentieth of the customers at a time."""
    values = [told[f"gross_{when}"].to_numpy() for when in ("before", "now")]
    if min((each > 0).sum() for each in values) < FEWEST / TOP:
        return
    before, now = map(_top_share, values)
    group = np.arange(len(told)) % GROUPS
    left_out = [np.subtract(*(_top_share(each[group != number]) for each in values[::-1])) for number in range(GROUPS)]
    error = float(np.sqrt((GROUPS - 1) / GROUPS * ((left_out - np.mean(left_out)) ** 2).sum())) + 1e-9
    yield Movement("concentration", "", before, now, (now - before) * values[1].sum(), float((now - before) / error))


def _top_share(values: np.ndarray) -> float:
    spent = np.sort(values[values > 0])[::-1]
    return float(spent[: max(1, round(len(spent) * TOP))].sum() / spent.sum()) if len(spent) else 0.0


def _categories(have: Counted, here: Windows) -> Iterator[Movement]:
    """What each has of all that is sold, so that none moves because all do."""
    total = have.weekly["gross"]
    was, comes = (_sum(total, here, ago) for ago in (here.ago, 0))
    if not was or not comes:
        return
    for name in have.categories:
        weekly = have.categories[name].reindex(total.index, fill_value=0.0)
        before, now = _sum(weekly, here, here.ago) / was, _sum(weekly, here, 0) / comes
        error = noise(_ratio(weekly, total), here.weeks)
        yield from _ratio_moved("category", str(name), before, now, before * comes, error)


def _seasons(have: Counted, here: Windows) -> Iterator[Movement]:
    """A month that is above the others in both years, by more than its weeks would be if they were like the others."""
    if len(have.months) < 2 * MONTHS:
        return
    gross = have.months["gross"]
    years = [part / part.mean() for part in (gross.iloc[-2 * MONTHS : -MONTHS], gross.iloc[-MONTHS:])]
    least = np.minimum(*(year.to_numpy() for year in years))
    place = int(least.argmax())
    month, peak = years[1].index[place], float(least[place])
    week = pd.DatetimeIndex([here.as_of - timedelta(days=7 * number + 4) for number in have.weekly.index])
    error = noise(have.weekly["gross"][week.month != month.month], 4)
    if peak >= PEAK and 0 < error < np.inf:
        money = float((years[1].iloc[place] - 1) * gross.iloc[-MONTHS:].mean())
        yield Movement("season", f"{month:%B}", 1.0, peak, money, (peak - 1) / error)

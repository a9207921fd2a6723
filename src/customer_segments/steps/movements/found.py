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
from customer_segments.steps.movements.migration import Placing
from customer_segments.steps.movements.movement import (
    LEAST,
    PACE,
    SURE,
    SURE_OF_SEGMENT,
    Movement,
    is_beyond,
    noise,
    pace_of,
    ratio_moved,
    ratio_of,
)
from customer_segments.steps.movements.segments import GROUPS, BySegment, by_segment
from customer_segments.steps.movements.windows import Back, Counted, Windows, counted, windows
from customer_segments.steps.profiling.distinctiveness import SEGMENT

LEAST_POINTS = 0.03  # of a share
FEWEST = 30  # orders or customers on either side
TOP = 0.1  # of the customers
MONTHS = 12
PEAK = 1.3  # times an average month, every year
STEP = 4  # weeks of a point in a number's course
# What a number is of, by week: so many, or so many of so many.
OF_WEEKS = {
    "new customers": ("new", None), "items per order": ("items", "orders"),
    "orders per customer": ("orders", "customers"), "returns": ("returned", "items"),
}  # fmt: skip
OF_MONTHS = {"customers": "customers", "season": "gross"}
SHARES = ("returns", "concentration", "lost regulars", "largest customers")
# Of these only one is told: they are ways of looking at one thing.
ALIKE = {
    "category within": "category", "largest customers": "concentration",
}  # fmt: skip


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
                | ({} if each.segment is None else {"segment": each.segment})
                | {"money": round(each.money, 2), "course": each.course}
                for each in self.movements
            },
        }  # fmt: skip


@in_one_thread
def moved(
    lines: ir.Table | None, back: Back, as_of: date, smallest: int, placing: Placing | None = None
) -> Moved | None:
    """What has moved in the last period, of segments where customers can be placed; None where data are too short."""
    first = None if lines is None else lines.ordered_at.min().date().to_pyarrow().as_py()
    here = windows(first, as_of) if first else None
    if here is None:
        return None
    have = counted(lines, back, here, smallest)
    segments = by_segment(have.told, here, placing, smallest)
    told = [each for each in (*_looked_at(have, here), *_of_segments(segments, have, here)) if _tells(each)]
    best: dict[str, Movement] = {}
    for each in sorted(told, key=lambda each: (-each.weight, each.kind, each.what)):
        best.setdefault(ALIKE.get(each.kind, each.kind), each)  # a second category moves because the first does
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
    moved = abs(each.now - each.before) >= LEAST_POINTS if each.kind in SHARES else abs(each.change) >= LEAST
    return moved and abs(each.sure) >= (SURE_OF_SEGMENT if each.kind == "segment" else SURE)


def _looked_at(have: Counted, here: Windows) -> Iterator[Movement]:
    week, now, before = have.weekly, 0, here.ago
    gross = _sum(week["gross"], here, before)
    yield from _new(have, here)
    active, pace = noise(week["customers"], here.weeks), pace_of(week["customers"], here)
    yield from ratio_moved("customers", "", *_active(have), gross, active, pace)
    yield from _often(have, gross, here)
    items = [_sum(week["items"], here, ago) / max(1.0, _sum(week["orders"], here, ago)) for ago in (before, now)]
    basket = noise(ratio_of(week["items"], week["orders"]), here.weeks)
    yield from ratio_moved("items per order", "", *items, gross, basket, pace_of(week["items"], here, week["orders"]))
    back = [_sum(week["returned"], here, ago) / max(1.0, _sum(week["items"], here, ago)) for ago in (before, now)]
    yield from _returns(back, have, here)
    yield from _prices(have.products)
    yield from _lost(have, here)
    yield from _concentrated(have.customers)
    yield from _largest(have, here)
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
    pace = pace_of(have.weekly["orders"], here, have.weekly["customers"])
    yield from ratio_moved("orders per customer", "", *means, gross, error, pace)


def _new(have: Counted, here: Windows) -> Iterator[Movement]:
    """Of those who had not ordered for long, as many came back before as now, when it can be told."""
    told = have.customers
    now, back = float((told["new_now"] & told["first_now"]).sum()), float((told["new_now"] & ~told["first_now"]).sum())
    seen = float(told["new_before"].sum())
    before = seen - back
    if min(before, now) < 1 or max(before, now) < FEWEST:
        return
    brought = sum(float(told.loc[told[f"new_{when}"], f"gross_{when}"].sum()) for when in ("now", "before"))
    money = brought / (seen + now + back) * before
    error = max(noise(have.weekly["new"], here.weeks), float(np.sqrt((seen + back) / before**2 + 1 / now)))
    for each in ratio_moved("new customers", "", before, now, money, error):
        yield replace(each, left_out=back)


def _returns(shares: list[float], have: Counted, here: Windows) -> Iterator[Movement]:
    before, now = shares
    weekly = ratio_of(have.weekly["returned"], have.weekly["items"])
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
        error = noise(ratio_of(weekly, total), here.weeks)
        yield from ratio_moved("category", str(name), before, now, before * comes, error, pace_of(weekly, here, total))


def _largest(have: Counted, here: Windows) -> Iterator[Movement]:
    """What those bring who brought most before each window; chosen alike, they fall back alike.

    One who has come often and hardly comes any more tells more than weeks do: by the deviance of so few from so many.
    But some leave at any time, of whom one may be as large as any.
    """
    brought, weekly, missed, leaving = have.largest
    was, comes = (_sum(have.weekly["gross"], here, ago) for ago in (here.ago, 0))
    if was <= 0 or comes <= 0:
        return
    before, now, error = (
        brought / was,
        _sum(weekly, here, 0) / comes,
        noise(ratio_of(weekly, have.weekly["gross"]), here.weeks),
    )
    if now < before and missed > 0:
        error = min(error, float(np.log(before / max(now, 1e-9)) / np.sqrt(2 * missed)))
    error = float(np.hypot(error, leaving))
    yield from ratio_moved("largest customers", "", before, now, before * comes, error)


def _of_segments(found: BySegment | None, have: Counted, here: Windows) -> Iterator[Movement]:
    """A segment that moves as all others do, or as all have before, has not moved."""
    if found is None:
        return
    weekly, orders = (each.reindex(have.weekly.index, fill_value=0.0) for each in (found.weekly, found.weekly_orders))
    of_segment = weekly.T.groupby(level=SEGMENT).sum().T
    for number, told in found.sales.iterrows():
        of_sales = _sure(told, of_segment[number], have.weekly["gross"], here)
        of_orders = _sure(found.orders.loc[number], orders[number], have.weekly["orders"], here)
        sure = max(of_sales, of_orders, key=abs) if of_sales * of_orders >= 0 else of_sales
        before, now = float(told["before"]), float(told["now"])
        if (now - before) * sure > 0:
            yield Movement("segment", "", before, now, now - before, sure, segment=number)
    for (number, name), (before, now, error) in found.categories.iterrows():
        error = float(np.hypot(error, noise(ratio_of(weekly[number, name], of_segment[number]), here.weeks)))
        money = before * found.sales["now"].get(number, 0.0)
        yield from ratio_moved("category within", str(name), before, now, money, error, segment=number)


def _sure(told: pd.Series, weekly: pd.Series, everyone: pd.Series, here: Windows) -> float:
    """A segment's change in standard errors; 0 where it is not beyond the others' and beyond what all did before."""
    before, now, error, others, apart = told
    error = float(np.hypot(error, noise(weekly, here.weeks)))
    if not (before > 0 and now > 0 and 0 < error < np.inf):
        return 0.0
    change = float(np.log(now / before))
    beyond = is_beyond(change, error, others, apart / PACE) and is_beyond(change, error, *pace_of(everyone, here))
    return change / error if beyond else 0.0


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
    error = noise(have.weekly["gross"][week.month != month.month], 4) / np.sqrt(2)  # both years say so
    if peak >= PEAK and 0 < error < np.inf:
        money = float((years[1].iloc[place] - 1) * gross.iloc[-MONTHS:].mean())
        yield Movement("season", f"{month:%B}", 1.0, peak, money, (peak - 1) / error)

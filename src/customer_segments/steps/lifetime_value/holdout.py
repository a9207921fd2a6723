"""Days that were held out: forecast from what came before them, and compared with what came."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from customer_segments.base.params import LifetimeValueParams
from customer_segments.steps.lifetime_value.forecast import Models, Note, fitted, forecast
from customer_segments.steps.retention.order_days import histories, what_followed

FEWEST_DAYS = 60  # of data, in less than which nothing is held out
HELD_OUT_SHARE = 4  # a quarter
TIMES = 4  # that days are held out
CLASSES = (0, 1, 2, 3, 5, 10, 20)  # repeat orders before the cut-off, from which a class begins
TOTALS = {"orders": "expected_orders", "revenue": "expected_value"}  # what came, and what was expected of it

Placed = Callable[[date], pd.Series]  # the segment of each customer as it would have been told on that day


@dataclass(frozen=True)
class HoldOut:
    """What was expected of the held-out days and what came, one row per customer known before; or why there is none."""

    cut: date | None
    days: int
    customers: pd.DataFrame
    refused: Note | None = None

    @property
    def known(self) -> bool:
        return self.refused is None

    @cached_property
    def totals(self) -> pd.DataFrame:
        """Orders and revenue if any: what came, what the model and the naive forecast expected, and their errors.

        The naive forecast is that all do what they did in as many days before; errors are root mean squares.
        """
        rows = {}
        for what, expected in ((what, name) for what, name in TOTALS.items() if name in self.customers):
            actual, came = self.customers[f"{what}_after"], self.customers[f"{what}_after"].sum()
            forecasts = {"model": self.customers[expected], "naive": self.customers[f"{what}_before"]}
            rows[what] = {
                "actual": came,
                **{who: each.sum() for who, each in forecasts.items()},
                **{f"{who}_bias": each.sum() / came - 1 if came > 0 else np.nan for who, each in forecasts.items()},
                **{f"{who}_error": np.sqrt(((each - actual) ** 2).mean()) for who, each in forecasts.items()},
            }
        return pd.DataFrame.from_dict(rows, orient="index").round(6)

    def by_repeats(self, smallest: int) -> pd.DataFrame:
        """Mean orders in the held-out days by the repeat orders before: what came, and what two forecasts expected.

        A class begins at `fewest` repeat orders; of fewer than the smallest group, it joins the one before (or after).
        """
        begins = list(CLASSES)
        while True:
            places = np.searchsorted(begins, self.customers["repeats"], side="right") - 1
            small = np.flatnonzero(np.bincount(places, minlength=len(begins)) < smallest)
            if not len(small) or len(begins) == 1:
                break
            del begins[max(small[-1], 1)]
        grouped = self.customers.groupby(places)
        means = grouped[["orders_after", "expected_orders", "orders_before"]].mean()
        table = means.set_axis(["actual", "model", "naive"], axis=1).assign(customers=grouped.size())
        return table.assign(fewest=[begins[place] for place in table.index]).reset_index(drop=True)

    def came_by_chance(self, params: LifetimeValueParams) -> dict[str, float | None]:
        """The share who ordered in the held-out days, of those thought gone and of those thought customers still."""
        chance, came = self.customers["alive_probability"], self.customers["orders_after"] > 0
        groups = {"gone": chance < params.gone_below, "alive": chance >= params.at_risk_below}
        return {name: float(came[group].mean()) if group.any() else None for name, group in groups.items()}


def hold_outs(
    days: ir.Table, as_of: date, params: LifetimeValueParams, placed: Placed | None = None
) -> tuple[HoldOut, ...]:
    """Fit to what came before some days and forecast these: the last ones first, then others half as long earlier.

    Each has as many days before it as it holds, or more; of the last ones it is told why they could not be forecast.
    """
    first = days.day.min().to_pyarrow().as_py()
    span = (as_of - first).days
    length = params.holdout_days or min(span // HELD_OUT_SHARE, params.horizon_days)
    if span < FEWEST_DAYS or 2 * length > span:
        return (HoldOut(None, length, pd.DataFrame(), Note("too_short", {"covered": span, "held_out": length})),)
    cuts = [as_of - timedelta(days=length + number * (length // 2)) for number in range(TIMES)]
    return tuple(_held(days, cut, length, params, placed) for cut in cuts if (cut - first).days >= length)


def _held(days: ir.Table, cut: date, length: int, params: LifetimeValueParams, placed: Placed | None) -> HoldOut:
    known = histories(days, cut)
    models = fitted(known, params)
    if isinstance(models, Note):
        return HoldOut(cut, length, pd.DataFrame(), models)
    predicted = forecast(models, known, length, discount_rate=0.0)
    followed = what_followed(days, cut, length)
    together = predicted.merge(followed, on="customer_id", how="left")
    together = together.fillna(dict.fromkeys(followed.columns.drop("customer_id"), 0))
    if placed is not None:
        together["segment"] = together["customer_id"].map(placed(cut))
    return HoldOut(cut, length, together)


def chosen(
    days: ir.Table, as_of: date, models: Models, params: LifetimeValueParams, placed: Placed | None = None
) -> tuple[Models, tuple[HoldOut, ...]]:
    """The models and their hold-outs; of two that fit about alike, those that foresaw each customer's orders better."""
    tried = [models]
    if models.undecided:
        tried.append(replace(models, orders=models.other, other=models.orders))
    held = [hold_outs(days, as_of, params.model_copy(update={"model": each.orders.kind}), placed) for each in tried]
    errors = [_error(each) for each in held]
    best = int(errors[-1] < errors[0])
    return replace(tried[best], by_hold_out=len(tried) > 1 and np.isfinite(min(errors))), held[best]


def _error(held: tuple[HoldOut, ...]) -> float:
    """The root mean square error of each customer's orders, over all hold-outs."""
    missed = [(each.customers["expected_orders"] - each.customers["orders_after"]) ** 2 for each in held if each.known]
    return float(np.sqrt(pd.concat(missed).mean().round(9))) if missed else np.inf

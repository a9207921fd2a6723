"""How far the forecast can be trusted: checked on held-out days, and by what the models assume."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from customer_segments.base.params import LifetimeValueParams
from customer_segments.steps.lifetime_value.behaviour import LOWEST, spenders, still_customers
from customer_segments.steps.lifetime_value.forecast import Models, Note, fitted, forecast
from customer_segments.steps.retention.order_days import DAYS_OF_A_WEEK, histories, what_followed

FEWEST_DAYS = 60  # of data, in less than which nothing is held out
HELD_OUT_SHARE = 4  # a quarter
CLASSES = (0, 1, 2, 3, 5, 10, 20)  # repeat orders before the cut-off, from which a class begins
FOLLOWED = ("orders_after", "orders_before", "revenue_after", "revenue_before")
CERTAIN_ABOVE = 0.99  # a mean chance of being a customer still
TELLING = 2.0  # a smaller difference in log-likelihood favours neither model
DIFFERENT_FROM = 0.05  # of the mean chance between two models
ALIKE = {"ordering": {"r", "alpha"}, "leaving": {"a", "b"}, "spending": {"p", "q", "v"}}
DEPENDENT_FROM = 0.2  # rank correlation between how often and how much
FEWEST_GAPS = 50  # pairs of gaps, fewer than which do not tell how regular customers are
REGULAR_FROM, BURSTY_BELOW = 1.5, 0.7  # of the index of regularity, which is 1 at random

Cautions = dict[str, dict[str, Any]]  # figures by code


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
        """Orders and revenue: what came, what the model and the naive forecast expected, and their errors.

        The naive forecast is that all do what they did in as many days before; errors are root mean squares.
        """
        rows = {}
        for what, expected in (("orders", "expected_orders"), ("revenue", "expected_value")):
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


def hold_out(days: ir.Table, as_of: date, params: LifetimeValueParams) -> HoldOut:
    """Fit to what came before the last days and forecast these."""
    span = (as_of - days.day.min().to_pyarrow().as_py()).days
    length = params.holdout_days or min(span // HELD_OUT_SHARE, params.horizon_days)
    if span < FEWEST_DAYS or 2 * length > span:
        return HoldOut(None, length, pd.DataFrame(), Note("too_short", {"covered": span, "held_out": length}))
    cut = as_of - timedelta(days=length)
    known = histories(days, cut)
    models = fitted(known, params)
    if isinstance(models, Note):
        return HoldOut(cut, length, pd.DataFrame(), models)
    predicted = forecast(models, known, length, discount_rate=0.0)
    together = predicted.merge(what_followed(days, cut, length), on="customer_id", how="left")
    return HoldOut(cut, length, together.fillna(dict.fromkeys(FOLLOWED, 0)))


def dependence(known: pd.DataFrame) -> float:
    """The rank correlation between days with orders and revenue per such day, of customers who came back."""
    back = spenders(known)
    back = back[back["repeats"] > 0]
    ordered = back["repeats"] + 1
    return float(ordered.corr(back["revenue"] / ordered, method="spearman"))


def regularity(gaps: pd.DataFrame) -> float | None:
    """Wheat and Morrison's index (1990) of how regularly customers order: 1 at random, more for habits.

    The last gap's share of the last two varies widely if orders come at random, and little if they come by the clock.
    """
    if len(gaps) < FEWEST_GAPS:
        return None
    variance = float((gaps["last"] / (gaps["last"] + gaps["before"])).var(ddof=0))
    return (1 - 4 * variance) / (8 * variance) if variance > 0 else float("inf")


def cautions(
    predicted: pd.DataFrame, models: Models, gaps: pd.DataFrame, held: HoldOut, params: LifetimeValueParams
) -> Cautions:
    """All that limits how far the forecast can be trusted, the weightiest first."""
    alike, index, correlation = _alike(models), regularity(gaps), dependence(predicted)
    longest = round(predicted["age"].max() * DAYS_OF_A_WEEK)
    nothing = len(predicted) - len(spenders(predicted))
    others = (
        ("alike", bool(alike), {"what": alike}),
        ("regular", index is not None and index > REGULAR_FROM, {"index": index}),
        ("bursty", index is not None and index < BURSTY_BELOW, {"index": index}),
        ("often_more", correlation > DEPENDENT_FROM, {"correlation": correlation}),
        ("often_less", correlation < -DEPENDENT_FROM, {"correlation": correlation}),
        ("no_finite_mean", models.spending.parameters[1] <= 1, {}),
        ("far", params.horizon_days > longest, {"horizon": params.horizon_days, "followed": longest}),
        ("netted_nothing", nothing > 0, {"customers": nothing}),
    )
    failing = {code: figures for code, fails, figures in others if fails}
    return on_held_out_days(held, params) | _leaving(predicted, models) | failing


def on_held_out_days(held: HoldOut, params: LifetimeValueParams) -> Cautions:
    """By how much these were missed, where it is more than `params` allow, and where the naive forecast did as well."""
    if not held.known:
        return {"not_checked": {}}
    biases, orders = held.totals["model_bias"], held.totals.loc["orders", ["model_error", "naive_error"]]
    missed = biases[biases.abs() > params.bias_above].to_dict()
    found: Cautions = {"missed": {"biases": missed}} if missed else {}
    return found | ({"no_better": orders.to_dict()} if orders["model_error"] >= orders["naive_error"] else {})


def _leaving(predicted: pd.DataFrame, models: Models) -> Cautions:
    """Where the chance of being a customer still says little or nothing."""
    if predicted["alive_probability"].mean() > CERTAIN_ABOVE:
        return {"nobody_leaves": {}}
    if models.ahead < TELLING:
        chances = [float(still_customers(model, predicted).mean()) for model in (models.orders, models.other)]
        if abs(chances[0] - chances[1]) >= DIFFERENT_FROM:
            names = {"model": models.orders.name, "other": models.other.name}
            return {"undecided": names | {"chance": chances[0], "other_chance": chances[1]}}
    once = float((predicted["repeats"] == 0).mean())
    return {} if models.orders.may_leave_at_once or not once else {"once": {"share": once}}


def _alike(models: Models) -> list[str]:
    """In what customers do not differ, by a parameter at its limit; where nobody leaves, it has been said."""
    at_limit = {*models.orders.fit.at_limit, *models.spending.at_limit}
    leave_nothing_open = models.orders.fit.parameters[2] > LOWEST * 2
    return [what for what, names in ALIKE.items() if at_limit & names and (what != "leaving" or leave_nothing_open)]

"""Calibration: the models fitted to all but the last days, and what they expected of those days against what came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from customer_segments.base import words
from customer_segments.base.params import LifetimeValueParams
from customer_segments.steps.lifetime_value.forecast import fit_models, forecast, problem, refusal
from customer_segments.steps.lifetime_value.histories import covered, histories, what_followed

FEWEST_DAYS = 60  # of data, in less than which nothing is held out
HELD_OUT_SHARE = 4  # a quarter
CLASSES = (0, 1, 2, 3, 5, 10, 20)  # repeat orders before the cut-off, from which a class begins
FOLLOWED = ("orders_after", "orders_before", "revenue_after", "revenue_before")


@dataclass(frozen=True)
class HoldOut:
    """What was expected of the held-out days and what came, one row per customer known before; or why there is none."""

    cut: date | None
    days: int
    customers: pd.DataFrame
    refused: str | None = None

    @property
    def known(self) -> bool:
        return self.refused is None


def hold_out(days: ir.Table, as_of: date, params: LifetimeValueParams) -> HoldOut:
    """Fit to what came before the last days and forecast these."""
    span = (as_of - covered(days)[0]).days
    length = params.holdout_days or min(span // HELD_OUT_SHARE, params.horizon_days)
    if span < FEWEST_DAYS or 2 * length > span:
        why = f"the data covers {words.counted(span, 'day')}, too few to hold {length:,} of them out"
        return HoldOut(None, length, pd.DataFrame(), f"The forecast could not be checked: {why}.")
    cut = as_of - timedelta(days=length)
    known = histories(days, cut)
    refused = refusal(known)
    if not refused:
        models = fit_models(known, params)
        refused = problem(models)
    if refused:
        sentence = f"The forecast could not be checked on the days from {words.day(cut)} on. {refused}"
        return HoldOut(cut, length, pd.DataFrame(), sentence)
    predicted = forecast(models, known, length, discount_rate=0.0)
    together = predicted.merge(what_followed(days, cut, length), on="customer_id", how="left")
    return HoldOut(cut, length, together.fillna(dict.fromkeys(FOLLOWED, 0)))


def totals(held: HoldOut) -> pd.DataFrame:
    """Orders and revenue of the held-out days: what came, what the model and the naive forecast expected, and errors.

    The naive forecast is that everyone does in these days what they did in as many days before. The error is the root
    of the mean squared difference per customer.
    """
    rows = []
    for what, expected in (("orders", "expected_orders"), ("revenue", "expected_value")):
        actual, naive = held.customers[f"{what}_after"], held.customers[f"{what}_before"]
        model = held.customers[expected]
        rows.append(
            {
                "what": what,
                "actual": actual.sum(),
                "model": model.sum(),
                "naive": naive.sum(),
                "model_bias": _bias(model.sum(), actual.sum()),
                "naive_bias": _bias(naive.sum(), actual.sum()),
                "model_error": np.sqrt(((model - actual) ** 2).mean()),
                "naive_error": np.sqrt(((naive - actual) ** 2).mean()),
            }
        )
    return pd.DataFrame(rows).round(6)


def by_repeats(held: HoldOut, smallest: int) -> pd.DataFrame:
    """Mean orders in the held-out days by the repeat orders before.

    With the repeats in words, the customers, and what came, what the model and what the naive forecast expected. A
    class of fewer than the smallest group joins the one before it, or after it where it is the first.
    """
    repeats = held.customers["repeats"].to_numpy()
    begins = list(CLASSES)
    while len(begins) > 1:
        counts = np.bincount(_class_of(repeats, begins), minlength=len(begins))
        small = [place for place, count in enumerate(counts) if count < smallest]
        if not small:
            break
        del begins[max(small[-1], 1)]
    places = _class_of(repeats, begins)
    columns = {"actual": "orders_after", "model": "expected_orders", "naive": "orders_before"}
    grouped = held.customers.groupby(places)
    table = pd.DataFrame({name: grouped[column].mean() for name, column in columns.items()})
    table.insert(0, "customers", grouped.size())
    table.insert(0, "repeats", [_class_name(begins, place) for place in table.index])
    return table.reset_index(drop=True)


def came_by_chance(held: HoldOut, params: LifetimeValueParams) -> dict[str, float | None]:
    """The share who ordered in the held-out days, of those thought gone and of those thought customers still."""
    chance, came = held.customers["alive_probability"], held.customers["orders_after"] > 0
    groups = {"gone": chance < params.gone_below, "alive": chance >= params.at_risk_below}
    return {name: float(came[group].mean()) if group.any() else None for name, group in groups.items()}


def _bias(expected: float, actual: float) -> float:
    return expected / actual - 1 if actual > 0 else np.nan


def _class_of(repeats: np.ndarray, begins: list[int]) -> np.ndarray:
    return np.searchsorted(begins, repeats, side="right") - 1


def _class_name(begins: list[int], place: int) -> str:
    if place == len(begins) - 1:
        return f"{begins[place]} or more"
    last = begins[place + 1] - 1
    return f"{begins[place]}" if last == begins[place] else f"{begins[place]} to {last}"

"""The forecast: who is a customer still, how many orders and how much value to expect of everyone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from customer_segments.base import registry, words
from customer_segments.base.params import LifetimeValueParams
from customer_segments.steps.lifetime_value.bg_nbd import OrderModel, expected_if_still, fit_orders, still_customers
from customer_segments.steps.lifetime_value.fitting import Fit
from customer_segments.steps.lifetime_value.gamma_gamma import expected_spending, fit_spending, spenders
from customer_segments.steps.lifetime_value.histories import DAYS_OF_A_WEEK

DAYS_OF_A_YEAR = 365.25
STEPS = 12  # in which what is earned later is discounted
FEWEST_BACK = 30  # customers who came back, fewer than which determine no model
LIFETIME = ("customer_id", *registry.names(registry.LIFETIMES))


@dataclass(frozen=True)
class Models:
    """What was fitted: the order model, the other one where both were tried, and the spending."""

    orders: OrderModel
    other: OrderModel | None
    spending: Fit


def refusal(known: pd.DataFrame) -> str | None:
    """Why no model can be fitted to these customers, if so."""
    back = int((known["repeats"] > 0).sum())
    if len(known) and back == 0:
        return "Every customer ordered on one day only, so nothing tells how often they order or when they leave."
    if back < FEWEST_BACK:
        who = "no customer" if back == 0 else f"only {words.counted(back, 'customer')}"
        return f"In this data {who} ordered on a second day; a model needs at least {FEWEST_BACK}."
    if len(spenders(known)) < FEWEST_BACK:
        return f"Fewer than {FEWEST_BACK} customers netted anything, so nothing tells what an order is worth."
    return None


def fit_models(known: pd.DataFrame, params: LifetimeValueParams) -> Models:
    """Fit the order model that `params` ask for, or both and keep the likelier, and the spending."""
    wanted = (False, True) if params.model == "better" else (params.model == "mbg_nbd",)
    tried = [fit_orders(known, may_leave_at_once) for may_leave_at_once in wanted]
    # A model that did not converge is kept only if no other did.
    tried.sort(key=lambda model: (model.fit.problem is not None, -model.fit.log_likelihood))
    return Models(tried[0], tried[1] if len(tried) > 1 else None, fit_spending(known))


def problem(models: Models) -> str | None:
    """Why the fitted models cannot be used, if so."""
    if models.orders.fit.problem:
        return f"The model of orders ({models.orders.name}) could not be fitted: {models.orders.fit.problem}."
    if models.spending.problem:
        return f"The model of spending (Gamma-Gamma) could not be fitted: {models.spending.problem}."
    return None


def forecast(models: Models, known: pd.DataFrame, days: int, discount_rate: float) -> pd.DataFrame:
    """Each customer's chance to be one still, orders and value expected over the days, and value if they are one."""
    alive = still_customers(models.orders, known)
    ends = np.linspace(0, days, STEPS + 1)[1:]
    so_far = np.column_stack([expected_if_still(models.orders, known, end / DAYS_OF_A_WEEK) for end in ends])
    by_step = np.diff(so_far, axis=1, prepend=0.0)
    middles = (ends - days / (2 * STEPS)) / DAYS_OF_A_YEAR
    value_if_still = by_step @ (1 + discount_rate) ** -middles * expected_spending(models.spending, known)
    return known.assign(
        alive_probability=alive.round(6),
        expected_orders=(alive * so_far[:, -1]).round(6),
        expected_value=(alive * value_if_still).round(6),
        value_if_still=value_if_still.round(6),
    )


def lifetime_table(predicted: pd.DataFrame | None) -> pd.DataFrame:
    """What other chapters read: one row per customer, none where nothing could be predicted."""
    if predicted is None:
        return pd.DataFrame(
            {"customer_id": pd.Series(dtype="str")} | dict.fromkeys(LIFETIME[1:], pd.Series(dtype=float))
        )
    return predicted[list(LIFETIME)].reset_index(drop=True)


def at_risk(predicted: pd.DataFrame, params: LifetimeValueParams) -> pd.DataFrame:
    """Customers who may be leaving but can still be won, the greatest loss first: with the value at risk."""
    chance = predicted["alive_probability"]
    found = predicted[(chance >= params.gone_below) & (chance < params.at_risk_below)]
    found = found.assign(value_at_risk=(found["value_if_still"] * (1 - found["alive_probability"])).round(6))
    columns = ["customer_id", "segment", "alive_probability", "expected_value", "value_if_still", "value_at_risk"]
    return found.sort_values(["value_at_risk", "customer_id"], ascending=[False, True], ignore_index=True)[columns]


def risk_table(predicted: pd.DataFrame | None, params: LifetimeValueParams) -> pd.DataFrame:
    """The list of customers at risk, without rows where nothing could be predicted."""
    if predicted is not None:
        return at_risk(predicted, params)
    columns = ["alive_probability", "expected_value", "value_if_still", "value_at_risk"]
    none = {"customer_id": pd.Series(dtype="str"), "segment": pd.Series(dtype="int64")}
    return pd.DataFrame(none | dict.fromkeys(columns, pd.Series(dtype=float)))

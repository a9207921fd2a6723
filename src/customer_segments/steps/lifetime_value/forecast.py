"""The forecast: who is a customer still, what to expect of everyone and of each segment, and what of it may be lost."""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from customer_segments.base import registry
from customer_segments.base.params import LifetimeValueParams
from customer_segments.steps.lifetime_value import behaviour
from customer_segments.steps.lifetime_value.behaviour import Fit, OrderModel, spenders
from customer_segments.steps.retention.order_days import DAYS_OF_A_WEEK

DAYS_OF_A_YEAR = 365.25
STEPS = 12  # in which what is earned later is discounted
MEANS = ("gone", "alive", "alive_probability", "expected_orders", "expected_value")  # told of a segment
FEWEST = 30  # customers who came back, or who spent, fewer than which determine no model
TOP_SHARE = 0.1
TELLING = 2.0  # a smaller difference in log-likelihood favours neither model
LIFETIME = ["customer_id", *registry.names(registry.LIFETIMES)]
Measure = Literal["value", "orders"]  # what a customer is expected to bring: money or, where none is told, orders
KINDS = {"customer_id": "str", "segment": "int64"}
NOBODY = pd.DataFrame(columns=[*LIFETIME, "segment", "value_if_still"], dtype="float64").astype(KINDS)  # as forecast


class Note(NamedTuple):
    """Why something cannot be told, as a code and its figures."""

    code: str
    figures: dict[str, Any]


@dataclass(frozen=True)
class Models:
    """What was fitted: the order model, the other one where both were tried, and the spending where money is told."""

    orders: OrderModel
    other: OrderModel | None
    spending: Fit | None
    by_hold_out: bool = False  # whether the order model was chosen by what it foresaw, not by its likelihood

    @property
    def undecided(self) -> bool:
        """Whether two models fit about equally well."""
        return self.other is not None and self.other.converged and abs(self.ahead) < TELLING

    @property
    def ahead(self) -> float:
        """By how much the order model is likelier than the other one, in log-likelihood."""
        return self.orders.fit.log_likelihood - self.other.fit.log_likelihood if self.other else np.inf

    @property
    def measure(self) -> Measure:
        return "value" if self.spending else "orders"

    @property
    def parameters(self) -> dict[str, float]:
        orders = dict(zip(behaviour.HIGHEST_OF_ORDERS, self.orders.fit.parameters, strict=True))
        spending = self.spending.parameters if self.spending else ()
        return orders | dict(zip(behaviour.HIGHEST_OF_SPENDING, spending, strict=bool(spending)))


def fitted(known: pd.DataFrame, params: LifetimeValueParams) -> Models | Note:
    """The models of these customers, or why there are none."""
    if refused := refusal(known):
        return refused
    models = fit_models(known, params)
    return problem(models) or models


def refusal(known: pd.DataFrame) -> Note | None:
    """Why no model can be fitted to these customers, if so."""
    back = int((known["repeats"] > 0).sum())
    if len(known) and back == 0:
        return Note("nobody_came_back", {})
    if back < FEWEST:
        return Note("few_came_back", {"back": back, "needed": FEWEST})
    few = "revenue" in known and len(spenders(known)) < FEWEST
    return Note("few_spent", {"needed": FEWEST}) if few else None


def fit_models(known: pd.DataFrame, params: LifetimeValueParams) -> Models:
    """Fit the order model that `params` ask for, or both and keep the likelier, and the spending if any is told."""
    wanted = (False, True) if params.model == "better" else (params.model == "mbg_nbd",)
    tried = [behaviour.fit_orders(known, may_leave_at_once) for may_leave_at_once in wanted]
    # A model that did not converge is kept only if no other did.
    tried.sort(key=lambda model: (not model.converged, -model.fit.log_likelihood))
    spending = behaviour.fit_spending(known) if "revenue" in known else None
    return Models(tried[0], tried[1] if len(tried) > 1 else None, spending)


def problem(models: Models) -> Note | None:
    """Why the fitted models cannot be used, if so."""
    tried = [("orders", models.orders.name, models.orders.fit)]
    tried += [("spending", "Gamma-Gamma", models.spending)] if models.spending else []
    failed = ({"of": of, "model": name, "problem": fit.problem} for of, name, fit in tried if fit.problem)
    return next((Note("not_fitted", figures) for figures in failed), None)


def forecast(models: Models, known: pd.DataFrame, days: int, discount_rate: float) -> pd.DataFrame:
    """Each customer's chance to be one still, orders and value expected over the days, and the same if they are one.

    Without money it is orders that are told of who is one still.
    """
    alive = behaviour.still_customers(models.orders, known)
    ends = np.linspace(0, days, STEPS + 1)[1:]
    so_far = np.column_stack([behaviour.expected_if_still(models.orders, known, end / DAYS_OF_A_WEEK) for end in ends])
    found = known.assign(
        alive_probability=alive.round(6),
        expected_orders=(alive * so_far[:, -1]).round(6),
    )
    if models.spending is None:
        return found.assign(orders_if_still=so_far[:, -1].round(6))
    by_step = np.diff(so_far, axis=1, prepend=0.0)
    middles = (ends - days / (2 * STEPS)) / DAYS_OF_A_YEAR
    value_if_still = by_step @ (1 + discount_rate) ** -middles * behaviour.expected_spending(models.spending, known)
    return found.assign(
        expected_value=(alive * value_if_still).round(6),
        value_if_still=value_if_still.round(6),
    )


def at_risk(predicted: pd.DataFrame, params: LifetimeValueParams, measure: Measure = "value") -> pd.DataFrame:
    """Customers who may be leaving but can still be won, the greatest loss first: with the value (orders) at risk."""
    chance, if_still, lost = predicted["alive_probability"], f"{measure}_if_still", f"{measure}_at_risk"
    found = predicted[(chance >= params.gone_below) & (chance < params.at_risk_below)]
    found = found.assign(**{lost: (found[if_still] * (1 - found["alive_probability"])).round(6)})
    ranked = found.sort_values([lost, "customer_id"], ascending=[False, True], ignore_index=True)
    return ranked[["customer_id", "segment", "alive_probability", f"expected_{measure}", if_still, lost]]


def everyone(
    predicted: pd.DataFrame, risk: pd.DataFrame, smallest: int, measure: Measure = "value"
) -> dict[str, float]:
    """All customers together, and what the top share of them hold; of those at risk, at least the smallest group."""
    values, losses = predicted[f"expected_{measure}"].sort_values(ascending=False), risk[f"{measure}_at_risk"]
    most, most_at_risk = max(1, round(len(values) * TOP_SHARE)), max(smallest, round(len(losses) * TOP_SHARE))
    return {
        "alive_probability": predicted["alive_probability"].mean(),
        f"expected_{measure}": predicted[f"expected_{measure}"].sum(),
        f"{measure}_at_risk": losses.sum(),
        "top_share": values.head(most).sum() / values.sum() if values.sum() > 0 else 0.0,
        "top_at_risk": most_at_risk,
        "top_at_risk_share": losses.head(most_at_risk).sum() / losses.sum() if losses.sum() > 0 else 0.0,
    }


def by_segment(
    predicted: pd.DataFrame, risk: pd.DataFrame, params: LifetimeValueParams, smallest: int, measure: Measure = "value"
) -> pd.DataFrame:
    """One row per segment with enough customers: what is expected of it, and what of that is at risk."""
    chance, expected, at_risk = predicted["alive_probability"], f"expected_{measure}", f"{measure}_at_risk"
    states = predicted.assign(gone=chance < params.gone_below, alive=chance >= params.at_risk_below)
    grouped, lost = states.groupby("segment"), risk.groupby("segment")[at_risk]
    means = [name for name in MEANS if name in states]
    table = grouped[means].mean().assign(customers=grouped.size(), total=grouped[expected].sum())
    table = table.assign(at_risk=lost.size(), **{at_risk: lost.sum()}).fillna({"at_risk": 0, at_risk: 0.0})
    everything = table["total"].sum()
    table["share"] = table["customers"] / table["customers"].sum()
    table[f"{measure}_share"] = table["total"] / everything if everything > 0 else 0.0
    # The total is rounded because sums of many numbers end differently on different machines.
    table = table[table["customers"] >= smallest].round(6).astype({"at_risk": "int64"})
    return table.reset_index(names="segment")

"""What an action is to bring about: whom that can concern, what one success is worth, and what is measured."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from customer_segments.base.params.profiling import Outcome
from customer_segments.steps.profiling.kinds import orders_over_time

OF_SHARES = ("order", "second order", "reactivation", "referral", "renewal", "answer")
ORDERS = ("order", "second order", "reactivation")
USUAL = "average_order_value"


class Aim(NamedTuple):
    """One outcome in one segment, before anyone has answered."""

    outcome: Outcome
    concerned: pd.DataFrame  # the members whom it can concern
    each: float | None  # money that one success brings: an order, a new customer's; None where no money is known
    whole: float | None  # of baskets and returns: the money that grows or shrinks
    base: float | None  # the share who do it in any case; None where nothing is known
    mean: float | None = None  # of baskets and returns: what is measured, and how it varies between customers
    spread: float | None = None


def aim(own: pd.DataFrame, everyone: pd.DataFrame, outcome: Outcome, days: int, horizon_days: int | None) -> Aim:
    """The outcome as this study can count it; what it cannot count becomes an order, or an answer without orders.

    Orders are counted also where no money is told; none of them is then worth anything.
    """
    usual = float(own[USUAL].median()) if USUAL in own else None
    has_orders = usual is not None or orders_over_time(own)
    if outcome == "basket" and usual is not None and usual > 0:
        return _basket(own, horizon_days)
    if outcome == "returns" and (money := sent_back(own)) > 0:
        return Aim(outcome, own, None, money, None, *_measured(own["returned_share"]))
    if outcome == "second order" and has_orders and "orders" in own and len(once := own[own["orders"] == 1]):
        each = float(once[USUAL].median()) if USUAL in once else None
        return Aim(outcome, once, each, None, base_rate(once, days, horizon_days))
    if outcome == "referral":
        return Aim(outcome, own, float(everyone[USUAL].median()) if USUAL in everyone else None, None, 0.0)
    if outcome == "renewal" or (outcome == "answer" and has_orders) or not has_orders:
        kept = outcome if outcome == "renewal" else "answer"
        return Aim(kept, own, None, None, None)
    kept = "reactivation" if outcome == "reactivation" else "order"
    return Aim(kept, own, usual, None, base_rate(own, days, horizon_days))


def _basket(own: pd.DataFrame, horizon_days: int | None) -> Aim:
    """Larger orders: of what is expected of them, or else of what they have brought so far."""
    ahead = horizon_days is not None and "expected_value" in own
    whole = float(own["expected_value" if ahead else "net_revenue"].sum())
    return Aim("basket", own, None, max(whole, 0.0), None, *_measured(own[USUAL]))


def _measured(values: pd.Series) -> tuple[float, float]:
    known = values.astype("float64").dropna()
    return round(float(known.mean()), 6), round(float(known.std(ddof=0)), 6)


def sent_back(own: pd.DataFrame) -> float:
    """The money of what they have sent back, at the value of what they kept: none where nothing was, or is known."""
    if "refunded" in own:
        return float(own["refunded"].sum())
    if not {"returned_share", "net_revenue"} <= set(own):
        return 0.0
    share = own["returned_share"].astype("float64").fillna(0).clip(0, 0.99)
    return float((own["net_revenue"].astype("float64").clip(lower=0) * share / (1 - share)).sum())


def base_rate(own: pd.DataFrame, days: int, horizon_days: int | None) -> float | None:
    """The share expected to order within the next `days` days if nothing is done; None where nothing is expected."""
    # From chapter 7, not from the last days: a segment of those who ordered lately would look as if it always ordered.
    if horizon_days is None or "expected_orders" not in own:
        return None
    known = own.dropna(subset=["alive_probability", "expected_orders"])
    known = known[known["alive_probability"] > 0]
    if known.empty:
        return None
    rate = known["expected_orders"] / known["alive_probability"] / horizon_days
    return float((known["alive_probability"] * (1 - np.exp(-rate * days))).mean())


def spending(own: pd.DataFrame, days: int, horizon_days: int | None) -> tuple[float, float]:
    """What a customer is expected to spend within the next `days` days if nothing is done, and how that varies.

    Orders come by chance (Poisson) at each customer's own rate, each of the customer's own usual value.
    """
    if horizon_days is not None and "expected_orders" in own:
        orders = own["expected_orders"].astype("float64").fillna(0) * days / horizon_days
    else:
        orders = own["orders"].astype("float64") * days / own["tenure_days"].astype("float64").clip(lower=days)
    each = own[USUAL].astype("float64").fillna(0).clip(lower=0)
    spent = orders * each
    return float(spent.mean()), float(np.sqrt((spent * each).mean() + spent.var(ddof=0)))

"""How far the forecast can be trusted: checked on held-out days, and by what the models assume."""

from typing import Any

import pandas as pd

from customer_segments.base.params import LifetimeValueParams
from customer_segments.steps.lifetime_value.behaviour import LOWEST, spenders, still_customers
from customer_segments.steps.lifetime_value.forecast import Measure, Models
from customer_segments.steps.lifetime_value.holdout import HoldOut
from customer_segments.steps.retention.order_days import DAYS_OF_A_WEEK

CERTAIN_ABOVE = 0.99  # a mean chance of being a customer still
DIFFERENT_FROM = 0.05  # of the mean chance between two models
ALIKE = {"ordering": {"r", "alpha"}, "leaving": {"a", "b"}, "spending": {"p", "q", "v"}}
DEPENDENT_FROM = 0.2  # rank correlation between how often and how much
FEWEST_GAPS = 50  # pairs of gaps, fewer than which do not tell how regular customers are
REGULAR_FROM, BURSTY_BELOW = 1.5, 0.7  # of the index of regularity, which is 1 at random

Cautions = dict[str, dict[str, Any]]  # figures by code
Limit = tuple[str, bool, dict[str, Any]]  # a code, whether it holds, its figures


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
    predicted: pd.DataFrame, models: Models, gaps: pd.DataFrame, held: HoldOut, params: LifetimeValueParams,
    ranges: pd.DataFrame,
) -> Cautions:  # fmt: skip
    """All that limits how far the forecast can be trusted, the weightiest first."""
    alike, index = _alike(models), regularity(gaps)
    longest = round(predicted["age"].max() * DAYS_OF_A_WEEK)
    others = (
        ("alike", bool(alike), {"what": alike}),
        ("regular", index is not None and index > REGULAR_FROM, {"index": index}),
        ("bursty", index is not None and index < BURSTY_BELOW, {"index": index}),
        *_of_spending(predicted, models),
        ("far", params.horizon_days > longest, {"horizon": params.horizon_days, "followed": longest}),
        *_of_nothing(predicted, models),
    )
    failing = {code: figures for code, fails, figures in others if fails}
    return on_held_out_days(held, params) | doubtful(ranges, models.measure) | _leaving(predicted, models) | failing


def _of_spending(predicted: pd.DataFrame, models: Models) -> tuple[Limit, ...]:
    if models.spending is None:
        return ()
    correlation = dependence(predicted)
    return (
        ("often_more", correlation > DEPENDENT_FROM, {"correlation": correlation}),
        ("often_less", correlation < -DEPENDENT_FROM, {"correlation": correlation}),
        ("no_finite_mean", models.spending.parameters[1] <= 1, {}),
    )


def _of_nothing(predicted: pd.DataFrame, models: Models) -> tuple[Limit, ...]:
    nothing = len(predicted) - len(spenders(predicted)) if models.spending else 0
    return (("netted_nothing", nothing > 0, {"customers": nothing}),)


def doubtful(ranges: pd.DataFrame, measure: Measure = "value") -> Cautions:
    """Segments whose value (or orders) was missed by too much, each with by how much."""
    own = ranges[ranges["segment"].notna() & (ranges["what"] == measure) & ranges["doubtful"].astype(bool)]
    missed = dict(zip(own["segment"].astype(int), own["missed_by"], strict=True))
    return {"doubtful": {"missed": missed}} if missed else {}


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
    if models.undecided:
        chances = [float(still_customers(model, predicted).mean()) for model in (models.orders, models.other)]
        if abs(chances[0] - chances[1]) >= DIFFERENT_FROM:
            names = {"model": models.orders.name, "other": models.other.name}
            return {"undecided": names | {"chance": chances[0], "other_chance": chances[1]}}
    once = float((predicted["repeats"] == 0).mean())
    return {} if models.orders.may_leave_at_once or not once else {"once": {"share": once}}


def _alike(models: Models) -> list[str]:
    """In what customers do not differ, by a parameter at its limit; where nobody leaves, it has been said."""
    at_limit = {*models.orders.fit.at_limit, *(models.spending.at_limit if models.spending else ())}
    leave_nothing_open = models.orders.fit.parameters[2] > LOWEST * 2
    return [what for what, names in ALIKE.items() if at_limit & names and (what != "leaving" or leave_nothing_open)]

"""What the models assume, checked on the data: each assumption that fails is said in a sentence."""

from __future__ import annotations

import pandas as pd

from customer_segments.base import words
from customer_segments.base.params import LifetimeValueParams
from customer_segments.steps.lifetime_value.bg_nbd import still_customers
from customer_segments.steps.lifetime_value.calibration import HoldOut, totals
from customer_segments.steps.lifetime_value.fitting import LOWEST
from customer_segments.steps.lifetime_value.forecast import Models
from customer_segments.steps.lifetime_value.gamma_gamma import spenders
from customer_segments.steps.lifetime_value.histories import DAYS_OF_A_WEEK

CERTAIN_ABOVE = 0.99  # a mean chance of being a customer still
TELLING = 2.0  # a smaller difference in log-likelihood favours neither model
DIFFERENT_FROM = 0.05  # of the mean chance between two models
ALIKE = {"how often they order": {"r", "alpha"}, "how soon they leave": {"a", "b"}, "what they spend": {"p", "q", "v"}}
DEPENDENT_FROM = 0.2  # rank correlation between how often and how much
FEWEST_GAPS = 50  # pairs of gaps, fewer than which do not tell how regular customers are
REGULAR_FROM, BURSTY_BELOW = 1.5, 0.7  # of the index of regularity, which is 1 at random


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


def nobody_leaves(predicted: pd.DataFrame) -> bool:
    """Whether the chance of being a customer still is so near certain for all that it tells nothing."""
    return bool(predicted["alive_probability"].mean() > CERTAIN_ABOVE)


def cautions(
    predicted: pd.DataFrame, models: Models, gaps: pd.DataFrame, held: HoldOut, params: LifetimeValueParams
) -> list[str]:
    """Everything that limits how far the forecast can be trusted, the weightiest first."""
    return [
        *_calibration(held, params),
        *_leaving(predicted, models),
        *_alike(models),
        *_regularity(regularity(gaps)),
        *_dependence(dependence(predicted)),
        *_spending(models),
        *_reach(predicted, params),
        *_netted_nothing(predicted),
    ]


def missed_by(held: HoldOut, params: LifetimeValueParams) -> list[str]:
    """By how much the forecast of the held-out days was off, where that is more than `params` allow."""
    rows = totals(held).itertuples() if held.known else ()
    much = {"orders": ("few", "many"), "revenue": ("little", "much")}
    return [
        f"{words.percent(abs(row.model_bias))} too {much[row.what][row.model_bias > 0]} {row.what}"
        for row in rows
        if abs(row.model_bias) > params.bias_above
    ]


def _calibration(held: HoldOut, params: LifetimeValueParams) -> list[str]:
    if not held.known:
        return [held.refused or ""]
    missed = missed_by(held, params)
    found = [
        f"**The forecast missed the held-out days**: it expected {words.listed(missed)}. The model knows no seasons, "
        "promotions or trends; read its amounts as a ranking."
    ] * bool(missed)
    orders = totals(held).iloc[0]
    if orders["model_error"] >= orders["naive_error"]:
        found.append(
            "**The model forecast each customer's orders no better than the naive guess** that everyone does what they "
            f"did before (error {words.number(orders['model_error'])} against {words.number(orders['naive_error'])})."
        )
    return found


def _leaving(predicted: pd.DataFrame, models: Models) -> list[str]:
    """Where the chance of being a customer still says little or nothing."""
    if nobody_leaves(predicted):
        return [
            "**The model sees nobody leave**: pauses are no longer than chance makes them among customers of different "
            "rates, so the chance of being a customer still tells nothing here, and the forecast assumes that everyone "
            "goes on. Longer data may show who left."
        ]
    if undecided := _undecided(predicted, models):
        return undecided
    once = float((predicted["repeats"] == 0).mean())
    if not once or models.orders.may_leave_at_once:
        return []
    return [
        f"**{words.percent(once)} of customers ordered on one day only**, and the BG/NBD model takes every one of them "
        "for a customer still, however long ago that was, because in it customers leave only after a repeat order: "
        "believe their expected orders rather than their chance (or set `lifetime_value.model` to mbg_nbd)."
    ]


def _undecided(predicted: pd.DataFrame, models: Models) -> list[str]:
    """Where two models fit alike and differ on who is a customer still."""
    if models.other is None or models.orders.fit.log_likelihood - models.other.fit.log_likelihood >= TELLING:
        return []
    chances = [float(still_customers(model, predicted).mean()) for model in (models.orders, models.other)]
    if abs(chances[0] - chances[1]) < DIFFERENT_FROM:
        return []
    return [
        f"**Two models fit equally well and disagree on who is a customer still**: {words.percent(chances[0])} of all "
        f"in {models.orders.name}, {words.percent(chances[1])} in {models.other.name}. The data cannot tell whether "
        "those who ordered once have left; their chances are undetermined."
    ]


def _alike(models: Models) -> list[str]:
    """What a parameter at its limit means; where nobody leaves, it has been said."""
    at_limit = {*models.orders.fit.at_limit, *models.spending.at_limit}
    leave_nothing_open = models.orders.fit.parameters[2] > LOWEST * 2
    alike = [what for what, names in ALIKE.items() if at_limit & names and ("a" not in names or leave_nothing_open)]
    if not alike:
        return []
    return [
        f"**Customers hardly differ in {words.listed(alike)}**, as far as this data shows: forecasts tell them apart "
        "by less than they may."
    ]


def _regularity(index: float | None) -> list[str]:
    if index is None or BURSTY_BELOW <= index <= REGULAR_FROM:
        return []
    told = f"(index {words.number(index, 2)}; 1 is random)"
    if index > REGULAR_FROM:
        return [
            f"**Customers order more regularly than at random** {told}: one who is overdue is likelier to have left "
            "than the model says, and one who has just ordered will not order again at once."
        ]
    return [
        f"**Orders come in bursts** {told}: a pause between two bursts looks to the model like a customer who left, so "
        "that chances are too low for some."
    ]


def _dependence(correlation: float) -> list[str]:
    if not abs(correlation) > DEPENDENT_FROM:
        return []
    more, who = ("more", "too low") if correlation > 0 else ("less", "too high")
    return [
        f"**Customers who order often spend {more} per order** (rank correlation {words.number(correlation, 2)}), "
        "while the Gamma-Gamma model takes the two for unrelated: values of frequent customers with a short history "
        f"are {who}."
    ]


def _spending(models: Models) -> list[str]:
    if models.spending.parameters[1] > 1:
        return []
    return [
        "**A few amounts are so large that the model has no finite mean for a new customer**: values of customers with "
        "few orders are very uncertain."
    ]


def _reach(known: pd.DataFrame, params: LifetimeValueParams) -> list[str]:
    longest = round(known["age"].max() * DAYS_OF_A_WEEK)
    if params.horizon_days <= longest:
        return []
    return [
        f"**The forecast reaches {words.counted(params.horizon_days, 'day')} ahead, further than any customer has been "
        f"followed** ({words.counted(longest, 'day')}): nothing shows that customers go on as they began."
    ]


def _netted_nothing(known: pd.DataFrame) -> list[str]:
    nothing = len(known) - len(spenders(known))
    if not nothing:
        return []
    return [
        f"{words.counted(nothing, 'customer')} netted nothing after returns; they are left out of the model of "
        "spending, and their expected value is nothing."
    ]

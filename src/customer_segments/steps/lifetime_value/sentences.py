"""What the chapter on lifetime value says: captions, findings and metrics, all computed."""

from __future__ import annotations

import pandas as pd

from customer_segments.base import words
from customer_segments.base.params import LifetimeValueParams
from customer_segments.steps.lifetime_value.assumptions import TELLING, missed_by, nobody_leaves
from customer_segments.steps.lifetime_value.bg_nbd import HIGHEST as ORDERS
from customer_segments.steps.lifetime_value.calibration import HoldOut, came_by_chance, totals
from customer_segments.steps.lifetime_value.forecast import Models, at_risk
from customer_segments.steps.lifetime_value.gamma_gamma import HIGHEST as SPENDING

NAIVE = "that everyone orders in these days what they ordered in as many days before"
TOP_SHARE = 0.1


def horizon(params: LifetimeValueParams) -> str:
    """The time ahead in words."""
    return words.span(params.horizon_days)


def headline(predicted: pd.DataFrame, held: HoldOut, params: LifetimeValueParams, currency: str) -> str:
    """The chapter in a sentence, with how far to trust it."""
    total, top = predicted["expected_value"].sum(), _top_share(predicted)
    alive = predicted["alive_probability"].mean()
    who = (
        "nobody is seen to leave"
        if nobody_leaves(predicted)
        else f"{words.percent(alive)} are likely to be customers still"
    )
    return (
        f"The {len(predicted):,} customers are expected to bring {words.money(total, currency)} in the next "
        f"{horizon(params)}, {words.percent(top)} of it from the top {words.percent(TOP_SHARE)} of them; "
        f"{who}{_trust(held, params)}."
    )


def model_sentence(models: Models) -> str:
    """Which model was fitted, why this one, and that the search for it ended where it should."""
    orders = ", ".join(
        f"{name} {words.number(value)}" for name, value in zip(ORDERS, models.orders.fit.parameters, strict=True)
    )
    spending = ", ".join(
        f"{name} {words.number(value)}" for name, value in zip(SPENDING, models.spending.parameters, strict=True)
    )
    chosen = ""
    if models.other is not None:
        ahead = models.orders.fit.log_likelihood - models.other.fit.log_likelihood
        chosen = f", likelier than {models.other.name} by {words.number(ahead)} in log-likelihood"
        if ahead < TELLING:
            chosen = f", about as likely as {models.other.name}"
        if models.other.fit.problem:
            chosen = f"; {models.other.name} could not be fitted"
    leaves = "any order, the first included" if models.orders.may_leave_at_once else "any order but the first"
    return (
        f"Orders follow {models.orders.name} (customers may leave after {leaves}{chosen}), in weeks: {orders}. "
        f"Spending follows Gamma-Gamma: {spending}. Both searches converged from the best of three starts."
    )


def calibration_caption(held: HoldOut) -> str:
    """What was held out, and how the model did against the naive forecast."""
    orders = totals(held).iloc[0]
    better = orders["model_error"] < orders["naive_error"]
    return (
        f"The models were fitted to everything before {words.day(held.cut)} and asked for the "
        f"{words.counted(held.days, 'day')} from then on; customers are grouped by their repeat orders before. They "
        f"expected {orders['model']:,.0f} orders of {len(held.customers):,} customers, {orders['actual']:,.0f} came "
        f"({_off(orders['model_bias'])}); the naive forecast, {NAIVE}, is {_off(orders['naive_bias'])}. "
        f"Per customer the model errs {'less' if better else 'no less'} ({words.number(orders['model_error'])} against "
        f"{words.number(orders['naive_error'])} orders, root mean square)."
    )


def calibration_alt(table: pd.DataFrame) -> str:
    """The bars in words."""
    parts = (
        f"{row.repeats} repeat order{'s' * (row.repeats != '1')}: {words.number(row.actual, 2)} came, "
        f"{words.number(row.model, 2)} expected"
        for row in table.itertuples()
    )
    return f"Bars of mean orders in the held-out days by repeat orders before: {words.listed(parts)}."


def totals_caption(held: HoldOut, params: LifetimeValueParams) -> str:
    """Whether the chance of being a customer still told who would come."""
    came = came_by_chance(held, params)
    limits = {
        "gone": f"below {words.percent(params.gone_below)}",
        "alive": f"{words.percent(params.at_risk_below)} or more",
    }
    told = [
        f"{words.percent(came[name])} of those whose chance of being one still was {limit}"
        for name, limit in limits.items()
        if came[name] is not None
    ]
    ordered = f" Of the customers known before, {words.listed(told)} ordered in the held-out days." if told else ""
    return f"“As before” is the naive forecast; the error is the root of the mean square.{ordered}"


def states_caption(table: pd.DataFrame, params: LifetimeValueParams, smallest: int) -> str:
    """What gone and at risk mean, and which segment keeps its customers best and worst."""
    ranked = table.sort_values(["alive_probability", "segment"])
    least, most = ranked.iloc[0], ranked.iloc[-1]
    highest, lowest = (words.percent(row["alive_probability"]) for row in (most, least))
    extremes = (
        f" {_first(most)} holds most of its customers ({highest} likely to be customers still), {_mid(least)} fewest "
        f"({lowest})."
        if highest != lowest
        else f" In every segment {highest} are likely to be customers still, so this does not tell them apart."
        if len(table) > 1
        else ""
    )
    return (
        f"Gone: a chance of being a customer still below {words.percent(params.gone_below)}; at risk: from there up to "
        f"{words.percent(params.at_risk_below)}.{extremes}{_left_out(table, smallest)}"
    )


def states_alt(table: pd.DataFrame) -> str:
    """The bars in words."""
    parts = (
        f"{words.segment(row.segment)} {words.percent(row.gone)} gone, "
        f"{words.percent(1 - row.gone - row.alive)} at risk"
        for row in table.itertuples()
    )
    return f"Bars of the share of customers who are gone, at risk, or customers still: {words.listed(parts)}."


def value_caption(table: pd.DataFrame, params: LifetimeValueParams, currency: str) -> str:
    """What a value is, and which segment brings most in all and for each customer."""
    most, dearest = (table.loc[table[column].idxmax()] for column in ("total", "expected_value"))
    discount = f", discounted by {words.percent(params.discount_rate)} a year" if params.discount_rate else ""
    who = "and" if most["segment"] == dearest["segment"] else f"{_mid(dearest)}"
    return (
        f"Net revenue expected in the next {horizon(params)}{discount}; costs are not known. "
        f"{_first(most)} brings most in all ({words.percent(most['value_share'])} of the value "
        f"from {words.percent(most['share'])} of the customers), {who} most for each customer "
        f"({words.money(dearest['expected_value'], currency)})."
    )


def value_alt(table: pd.DataFrame, currency: str) -> str:
    """The bars in words."""
    parts = (
        f"{words.segment(row.segment)} {words.money(row.expected_value, currency)} each, "
        f"{words.percent(row.value_share)} of all"
        for row in table.itertuples()
    )
    return f"Bars of the value expected for each customer and of each segment's share: {words.listed(parts)}."


def risk_caption(predicted: pd.DataFrame, params: LifetimeValueParams, currency: str, smallest: int) -> str:
    """What is at risk in all, how concentrated it is, and where the list lies."""
    risk = at_risk(predicted, params)
    if len(risk) < smallest:
        return f"Fewer than {smallest} customers are at risk, too few to tell more of them here."
    total, tenth = risk["value_at_risk"].sum(), max(smallest, round(len(risk) * TOP_SHARE))
    top = risk["value_at_risk"].head(tenth).sum()
    share = f"; the {tenth:,} with most hold {words.percent(top / total)} of it" if total > 0 else ""
    return (
        f"Value at risk is what a customer would bring in the next {horizon(params)} were they certain to be one, "
        f"times the chance that they are not. {words.counted(len(risk), 'customer')} at risk hold "
        f"{words.money(total, currency)}{share}. Those thought gone are not counted: little brings them back. The "
        "list, the greatest loss first, is `data/processed/churn_risk.parquet`; it names customers and is in no report."
    )


def findings(
    predicted: pd.DataFrame,
    table: pd.DataFrame,
    held: HoldOut,
    cautions: list[str],
    params: LifetimeValueParams,
    currency: str,
) -> list[str]:
    """What the chapter has shown, and what would change it."""
    found = [f"**{headline(predicted, held, params, currency)}**", value_caption(table, params, currency)]
    if held.known:
        orders = totals(held).iloc[0]
        found.append(
            f"On the last {words.counted(held.days, 'day')}, held out, the forecast of all orders was "
            f"{_off(orders['model_bias'])}; the naive one, {_off(orders['naive_bias'])}."
        )
    limits = len(cautions)
    found.append(
        f"{words.counted(limits, 'caution')} above {'limits' if limits == 1 else 'limit'} how far single numbers can "
        "be trusted."
        if limits
        else "No assumption that was checked fails on this data."
    )
    found.append(
        "A new price, a promotion or a competitor changes what customers do; the models only carry on what was. Fit "
        "them again when the held-out forecast drifts."
    )
    return found


def _trust(held: HoldOut, params: LifetimeValueParams) -> str:
    if not held.known:
        return " (not checked on held-out days)"
    missed = missed_by(held, params)
    return (
        f" (a ranking rather than amounts: held-out days were forecast with {words.listed(missed)})" if missed else ""
    )


def _top_share(predicted: pd.DataFrame) -> float:
    values = predicted["expected_value"].sort_values(ascending=False)
    total = values.sum()
    return values.head(max(1, round(len(values) * TOP_SHARE))).sum() / total if total > 0 else 0.0


def _off(bias: float) -> str:
    if bias != bias:
        return "not comparable, as none came"
    if abs(bias) < 0.005:
        return "right to the per cent"
    return f"{words.percent(abs(bias))} too {'high' if bias > 0 else 'low'}"


def _left_out(table: pd.DataFrame, smallest: int) -> str:
    return "" if table["share"].sum() > 1 - 1e-9 else f" Segments of fewer than {smallest} customers are not shown."


def _first(row: pd.Series) -> str:
    """The segment at the beginning of a sentence."""
    name = _mid(row)
    return name[0].upper() + name[1:]


def _mid(row: pd.Series) -> str:
    name = words.segment(int(row["segment"]))
    return "the group not assigned" if name == "Not assigned" else name[0].lower() + name[1:]

"""Who is a customer still, what they will bring, whose loss would cost most, and what the chapter has found."""

from functools import partial
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from customer_segments.base import registry, words
from customer_segments.base.privacy import untold
from customer_segments.pages.lifetime_value.trust import NONE_FAILS, in_words, missed, not_checked, off
from customer_segments.pages.plots import lifetime_value as plots
from customer_segments.pages.plots.absent import not_available
from customer_segments.steps.lifetime_value.forecast import TOP_SHARE
from customer_segments.steps.lifetime_value.ranges import A_YEAR, LEVELS
from customer_segments.steps.value import Valued

BRING, AMOUNTS = {"value": "bring", "orders": "place"}, {"value": "amounts", "orders": "numbers"}
CHANGES = {"value": "A new price, a promotion or a competitor", "orders": "A new offer, a new rule or a competitor"}
WHOM = {"value": "them", "orders": "customers"}
SOURCE = " From `data/processed/lifetime.parquet`."
THE_LIST = "The list, the greatest loss first, is `reports/lists/at_risk.csv`; it names customers and is in no report."


def headline(found: Valued, currency: str) -> str:
    """The chapter in a sentence, with how far to trust it."""
    everyone, limits, row = found.everyone, found.cautions, in_all(found)
    value = expected(found, everyone[f"expected_{found.measure}"], currency)
    top = f"{words.percent(everyone['top_share'])} of {'it' if found.measure == 'value' else 'them'}"
    still = f"{words.percent(everyone['alive_probability'])} are likely still customers"
    still = "nobody is seen to leave" if "nobody_leaves" in limits else still
    trust = " (not checked on held-out days)" if "not_checked" in limits else ""
    if "missed" in limits:
        off_by = missed(limits["missed"]["biases"])
        trust = f" (a ranking rather than {AMOUNTS[found.measure]}: held-out days were forecast with {off_by})"
    return (
        f"The {len(found.lifetime):,} customers are expected to {BRING[found.measure]} {value} in the next "
        f"{words.span(found.params.horizon_days)} ({between(row, 80, currency)}), {top} from the top "
        f"{words.percent(TOP_SHARE)} of {WHOM[found.measure]}; {still}{trust}."
    )


def shares_of_states(found: Valued) -> pd.DataFrame:
    """The share of each segment that is gone, at risk, or safe (`alive`); nothing of what tells of a few."""
    rows = []
    for row in found.by_segment.itertuples():
        shares = {"gone": row.gone, "at_risk": 1 - row.gone - row.alive, "alive": row.alive}
        hidden = untold([round(share * row.customers) for share in shares.values()], found.smallest_group)
        known = {name: None if few else share for (name, share), few in zip(shares.items(), hidden, strict=True)}
        rows.append({"segment": row.segment} | known)
    return pd.DataFrame(rows, columns=["segment", "gone", "at_risk", "alive"])


def states(found: Valued) -> tuple[Figure, str, str, str]:
    """Which segment keeps its customers best and worst, and what gone and at risk mean."""
    table, params = found.by_segment, found.params
    ends = table.sort_values(["alive_probability", "segment"]).iloc[[0, -1]]
    least, most = ends["segment"].map(words.segment_inline)
    lowest, highest = ends["alive_probability"].map(words.percent)
    title = f"In every segment {highest} are likely still customers"
    if len(table) == 1:
        title = f"{highest} of {most} are likely still customers"
    elif highest != lowest:
        title = f"{words.capital(most)} keeps most: {highest} are likely still customers, {lowest} of {least}"
    few = f" Segments of fewer than {found.smallest_group} customers are not shown."
    caption = (
        "Share of customers by their chance of being one still, in per cent. Gone: below "
        f"{words.percent(params.gone_below)}; at risk: from there up to {words.percent(params.at_risk_below)}; safe: "
        f"above it.{few if table['share'].sum() <= 1 - 1e-9 else ''}{SOURCE}"
    )
    shares = shares_of_states(found)
    told = words.listed(
        f"{words.segment(row.segment)} {' and '.join(_told_states(row))}" for row in shares.itertuples(index=False)
    )
    alt = f"Bars of the share of customers who are gone, at risk, or safe: {told}."
    return plots.states(shares), caption, alt, title


def _told_states(row: Any) -> list[str]:
    """Gone and at risk, of which the safe are the rest; what is known beside where these are not told."""
    parts = {"gone": row.gone, "at risk": row.at_risk, "safe": row.alive}
    told = [f"{words.percent(share)} {state}" for state, share in parts.items() if not pd.isna(share)]
    return told[:2] if len(told) == len(parts) else told or ["is not told, being of a few"]


def value(found: Valued, currency: str) -> tuple[Figure, str, str, str]:
    """What is expected of each customer of a segment, and each segment's share."""
    table, measure = found.by_segment, found.measure
    told = words.listed(
        f"{words.segment(segment)} {in_measure(found, each, currency)} each, {words.percent(share)} of all"
        for segment, each, share in zip(
            table["segment"], table[f"expected_{measure}"], table[f"{measure}_share"], strict=True
        )
    )
    what = "the value" if measure == "value" else "the orders"
    alt = f"Bars of {what} expected for each customer and of each segment's share: {told}."
    drawing, caption = plots.value(table, measure, currency), f"{_expected_is(found, currency)}{SOURCE}"
    return drawing, caption, alt, _most(found)


def value_table(found: Valued, currency: str) -> tuple[pd.DataFrame, str]:
    """What is expected of each segment, under the headline."""
    table = found.by_segment
    written = {
        "": table["segment"].map(words.segment),
        "Customers": table["customers"],
        "Likely still customers": table["alive_probability"].map(words.percent),
        "Orders each": table["expected_orders"].map(words.number),
    }
    if found.measure == "orders":
        written |= {"Orders in all": table["total"].map(words.about)}
        written |= {"Share of expected orders": table["orders_share"].map(words.percent)}
        return pd.DataFrame(written), headline(found, currency)
    written |= {
        "Value each": [words.money(value, currency) for value in table["expected_value"]],
        "Value in all": [words.about(value, currency) for value in table["total"]],
        "Share of value": table["value_share"].map(words.percent),
    }
    return pd.DataFrame(written), headline(found, currency)


def ranges_table(found: Valued, currency: str) -> tuple[pd.DataFrame, str]:
    """What is expected in all and of each segment with its intervals, beside the time before and what was missed."""
    shown = found.ranges[found.ranges["segment"].isna() | (found.ranges["what"] == found.measure)]
    rows = [
        {
            "": _whose(row, found.measure),
            "Expected": words.about(row.expected, currency if row.what == "value" else None),
            **{words.capital(words.times(level)): interval(row, level, currency) for level in LEVELS},
            f"The {words.span(found.params.horizon_days)} before": _amount(row, row.before, currency),
            "Past forecasts off by": words.percent(row.missed_by),
        }
        for row in shown.sort_values(["segment", "what"], na_position="last", kind="stable").itertuples()
    ]
    return pd.DataFrame(rows), what_ranges_are(found)


def what_ranges_are(found: Valued) -> str:
    """What an interval holds, what it counts, and what stands beside it."""
    checked, (sure, surer) = sum(each.known for each in found.rolling), LEVELS
    periods = words.counted(checked, "past period of", "past periods of")
    known = f"how far the forecasts of {periods} {words.counted(found.held.days, 'day')}, held out, were off"
    if not checked:
        known = "how far such models usually are off, because nothing could be held out"
    leans = " Ranges reach further to the side on which past forecasts were off again and again." if found.leans else ""
    before = "" if found.before is not None else " The data do not reach back far enough for the time before."
    season = " The data cover less than a year: as the season ahead is not known, a usual one is counted."
    before += season if found.covered < A_YEAR else ""
    return (
        f"The sum lies within the first range {words.times(sure)}, within the wider one {words.times(surer)}. They "
        f"count that each customer's future is open, that the models' parameters are known roughly, and {known} (last "
        f"column: root mean square, for customers who were then as the segment is now).{leans} New customers are not "
        f"counted; the time before is that of the same customers.{before}"
    )


def interval(row: Any, level: int, currency: str, joined: str = " to ") -> str:
    """Between what the sum lies so often: `€96,000 to €148,000`."""
    low, high = (getattr(row, f"{end}_{level}") for end in ("low", "high"))
    return words.ends(low, high, currency if row.what == "value" else None, joined)


def between(row: Any, level: int, currency: str) -> str:
    """The same within a sentence: `between €96,000 and €148,000, 8 times in 10`."""
    return f"between {interval(row, level, currency, ' and ')}, {words.times(level)}"


def _amount(row: Any, value: float, currency: str) -> str:
    if row.what == "value":
        return words.money(value, currency)
    return registry.in_unit("orders", round(value), currency) if value == value else "–"


def in_measure(found: Valued, value: float, currency: str) -> str:
    """An amount of money, or of orders where no money is told, within a sentence."""
    return words.money(value, currency) if found.measure == "value" else f"{words.number(value)} orders"


def expected(found: Valued, total: float, currency: str) -> str:
    """What is expected in all, which nobody knows to the last digit."""
    return words.about(total, currency) if found.measure == "value" else f"{words.about(total)} orders"


def _whose(row: Any, measure: str) -> str:
    if pd.notna(row.segment):
        return words.segment(int(row.segment))
    return "All customers" if row.what == measure else "All customers, orders"


def in_all(found: Valued) -> Any:
    """The row of what everyone is expected to bring."""
    return next(row for row in found.ranges.itertuples() if pd.isna(row.segment) and row.what == found.measure)


def risk_table(found: Valued, currency: str) -> tuple[pd.DataFrame, str]:
    """Who may be leaving, by segment; small groups are told neither in number nor in value, few in all not at all."""
    smallest, table = found.smallest_group, found.by_segment
    caption = at_risk(found, currency)
    if len(found.churn_risk) < smallest:
        return pd.DataFrame(), caption
    if table["at_risk"].sum() < smallest:
        return pd.DataFrame(), f"{caption} {THE_LIST}"
    rows = []
    hidden_, lost_ = untold(table["at_risk"].tolist(), smallest), table[f"{found.measure}_at_risk"]
    write = partial(words.about, currency=currency) if found.measure == "value" else words.number
    for row, hidden, lost in zip(table.itertuples(), hidden_, lost_, strict=True):
        amounts = (lost, lost / row.at_risk if row.at_risk else float("nan"))
        told = [f"{row.at_risk:,}", words.percent(row.at_risk / row.customers)]
        told += [write(amount) for amount in amounts]
        if hidden:
            told = [f"under {smallest}" if row.at_risk < smallest else "–", "–", "–", "–"]
        rows.append([words.segment(row.segment), *told])
    columns = ["", "Customers at risk", "Of the segment", f"{found.measure.capitalize()} at risk", "For each of them"]
    return pd.DataFrame(rows, columns=columns), f"{caption} {THE_LIST}"


def at_risk(found: Valued, currency: str) -> str:
    """What is at risk in all, and how much of it hangs on how few."""
    customers, smallest = len(found.churn_risk), found.smallest_group
    if customers < smallest:
        return f"Fewer than {smallest} customers are at risk, too few to tell more of them here."
    total, most = found.everyone[f"{found.measure}_at_risk"], found.everyone["top_at_risk"]
    top = f"; the {most:,} with most hold {words.percent(found.everyone['top_at_risk_share'])} of it"
    is_what = "Value at risk is what a customer would bring"
    if found.measure == "orders":
        is_what = "Orders at risk are those that a customer would place"
    return (
        f"{is_what} in the next {words.span(found.params.horizon_days)} were they "
        f"certain to be one, times the chance that they are not. {words.counted(customers, 'customer')} at risk hold "
        f"{expected(found, total, currency)}{top if total > 0 else ''}. Those thought gone are not counted: little "
        "brings them back."
    )


def findings(found: Valued, currency: str) -> list[str]:
    """What the chapter has shown, and what would change it."""
    if found.refusal:
        return [in_words(*found.refusal)]
    currency = words.escaped(currency)
    told = [f"**{headline(found, currency)}**", in_the_end(found, currency)]
    told += [what_value_is(found, currency)] if len(found.by_segment) else []
    if found.held.known:
        orders = found.held.totals.loc["orders"]
        told.append(
            f"On the last {words.counted(found.held.days, 'day')}, held out, the forecast of all orders was "
            f"{off(orders['model_bias'])}; the naive one, {off(orders['naive_bias'])}."
        )
    limits = len(found.cautions)
    limit = f"above {'limits' if limits == 1 else 'limit'} how far single numbers can be trusted."
    return [
        *told,
        f"{words.counted(limits, 'caution')} {limit}" if limits else NONE_FAILS,
        f"{CHANGES[found.measure]} changes what customers do; the models only carry on what was. Fit "
        "them again when the held-out forecast drifts.",
    ]


def in_the_end(found: Valued, currency: str) -> str:
    """The total with both intervals, beside the time before."""
    row, span = in_all(found), words.span(found.params.horizon_days)
    ends = "; ".join(between(row, level, currency) for level in LEVELS)
    known = found.before is not None
    before = f", after {in_measure(found, row.before, currency)} in the {span} before" if known else ""
    return f"All of them together: {expected(found, row.expected, currency)} ({ends}){before}."


def metrics(found: Valued, currency: str) -> dict[str, Any]:
    """The outcome in numbers, with the headline."""
    if found.refusal:
        return not_available(in_words(*found.refusal))
    numbers = found.numbers
    if not found.held.known:
        numbers["held_out"]["refused"] = not_checked(found.held)
    return {"available": True, "headline": headline(found, currency), **numbers}


def what_value_is(found: Valued, currency: str) -> str:
    """Which segment brings most in all and for each customer, and what a value is."""
    return f"{_most(found)}. {_expected_is(found, currency)}"


def _most(found: Valued) -> str:
    table, of = found.by_segment, "value" if found.measure == "value" else "orders"
    most = table.loc[table["total"].idxmax()]
    return (
        f"{words.capital(words.segment_inline(most['segment']))} {BRING[found.measure]}s most in all: "
        f"{words.percent(most[f'{found.measure}_share'])} of the {of} from {words.percent(most['share'])} of customers"
    )


def _expected_is(found: Valued, currency: str) -> str:
    table, params, column = found.by_segment, found.params, f"expected_{found.measure}"
    dearest = table.loc[table[column].idxmax()]
    discount = f", discounted by {words.percent(params.discount_rate)} a year" if params.discount_rate else ""
    what = "Orders" if found.measure == "orders" else "Net revenue"
    each = in_measure(found, dearest[column], currency)
    return (
        f"{what} expected in the next {words.span(params.horizon_days)}"
        f"{f'{discount}; costs are not known' if found.measure == 'value' else ''}. For each customer "
        f"{words.segment_inline(dearest['segment'])} {BRING[found.measure]}s most ({each})."
    )

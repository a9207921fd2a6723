"""Checks of what was said of customers' orders, money and return, and of the classifier taken as proof."""

from __future__ import annotations

import pandas as pd

from customer_segments.base import words
from customer_segments.replication import classifier
from customer_segments.replication.evidence import Evidence
from customer_segments.replication.found import Found
from customer_segments.replication.ours import Ours
from customer_segments.steps.retention import cohorts

LEAST = "Least kept by a customer"
MONTHS = "months"  # the figure of the months after the first order


def taken_for_population(evidence: Evidence, ours: Ours) -> Found:
    """The customers of each segment, beside those who were held back to test the classifier."""
    names = list(evidence.published.segments)
    sizes = {name: int(evidence.members(name).sum()) for name in names}
    tested = {name: evidence.held_out.size(name) for name in names}
    table = pd.DataFrame(
        {
            "Segment": names,
            "Held back for the test": [f"{tested[name]:,}" for name in names],
            "In the population": [f"{sizes[name]:,}" for name in names],
        }
    )
    held, everyone = len(evidence.held_out.truth), len(evidence.customers)
    sentence = (
        f"The {held:,} are the {words.percent(held / everyone)} of the customers held back to test the classifier; the "
        f"segments have {words.counted(everyone, 'customer')}."
    )
    return Found(sentence, table, "The printed sizes are those of the test; a marketing plan needs the others.")


def classifier_on_noise(evidence: Evidence, ours: Ours) -> Found:
    """The accuracy of the same classifier where there is nothing to find."""
    held, draws = evidence.held_out, evidence.noise_draws
    noise = classifier.on_noise(len(evidence.customers), len(evidence.used), evidence.k, draws, evidence.seed)
    missed = {name: held.size(name) - held.found(name) for name in evidence.published.segments}
    worst = max(missed, key=lambda name: missed[name])
    found = f"{noise.min():.1%} to {noise.max():.1%}, {noise.mean():.1%} on average of {words.counted(draws, 'draw')}"
    return Found(
        f"The classifier recognises {held.accuracy:.2%} of the customers held back, and misses {missed[worst]} of "
        f"{held.size(worst)} in “{words.escaped(worst)}”. On evenly spread points without any groups, cut by k-means "
        f"in the same way, it recognises {found}."
    )


def returns_dropped(evidence: Evidence, ours: Ours, currency: str) -> Found:
    """What is left of each segment's revenue when returned lines are counted too."""
    customers = evidence.customers.assign(left=evidence.all_lines, share=1.0)
    customers["share"] = customers["left"] / customers["net_revenue"]
    table = pd.DataFrame(
        [_left(name, customers[evidence.members(name)], currency) for name in evidence.published.segments]
    )
    undone = 1 - customers["left"].sum() / customers["net_revenue"].sum()
    nothing, first = int((customers["left"] <= 0).sum()), customers.sort_values("customer_id").iloc[0]
    sentence = (
        f"{words.percent(undone, 1)} of the revenue was sent back and counts all the same. "
        f"{words.counted(nothing, 'customer')} kept nothing or less; one in “{words.escaped(table['Segment'][0])}” "
        f"kept {table[LEAST][0]}, the first in the list {_kept(first, currency)}."
    )
    return Found(sentence, table, "Lines of returns counted with their sign, customer by customer.")


def _left(name: str, own: pd.DataFrame, currency: str) -> dict[str, str]:
    return {
        "Segment": name,
        "Revenue as published": words.money(own["net_revenue"].sum(), currency),
        "Left after returns": words.money(own["left"].sum(), currency),
        "Customers who kept nothing": f"{int((own['left'] <= 0).sum()):,}",
        LEAST: _kept(own.loc[own["share"].idxmin()], currency),
    }


def _kept(customer: pd.Series, currency: str) -> str:
    """What a customer kept of what was bought, to the penny."""
    sign = "−" if customer["left"] < 0 else ""
    return f"{sign}{currency}{abs(customer['left']):,.2f} of {currency}{customer['net_revenue']:,.2f}"


def single_purchase(evidence: Evidence, ours: Ours, segment: str) -> Found:
    """How many customers of a segment ordered once."""
    own = evidence.customers[evidence.members(segment)]
    share = words.percent((own["orders"] == 1).mean(), 1)
    return Found(
        f"{share} of the {words.counted(len(own), 'customer')} in “{words.escaped(segment)}” ordered once, the others "
        f"up to {int(own['orders'].max())} times."
    )


def drop_off(evidence: Evidence, ours: Ours, month: int) -> Found:
    """How many customers order so many months after the first order, with and without a month that had not ended."""
    cells = evidence.cohorts
    whole = cohorts.rates(cells).set_index("age")["rate"]
    cut = cohorts.rates(cells.assign(whole=True)).set_index("age")["rate"]
    before, then = whole[month - 1], whole[month]
    told = {age: words.percent(rate, 1) for age, rate in whole.items()}
    verdict = "nothing drops there" if then >= before else "it is lower there"
    sentence = (
        f"{told[1]} order again in month 1 after the first order, {told[month - 1]} in month {month - 1}, "
        f"{told[month]} in month {month} and {told[month + 1]} in month {month + 1}: {verdict}."
    )
    unfinished = cells.loc[~cells["whole"], "period"]
    about = (
        f" {unfinished.max():%B %Y} had not ended, and taken for whole it looks like leaving."
        if len(unfinished)
        else ""
    )
    return Found(
        sentence,
        pd.DataFrame({"month": whole.index, "whole": whole.to_numpy(), "cut": cut.reindex(whole.index).to_numpy()}),
        f"Customers who order again, by months since their first order; the last months are those of the earliest "
        f"customers alone.{about}",
        MONTHS,
        f"Order again: {words.listed(f'{rate} in month {age}' for age, rate in told.items())}.",
    )


def home_market(evidence: Evidence, ours: Ours, currency: str) -> Found:
    """Where the shop sells."""
    lines = evidence.tables["transactions"]
    counts = lines.group_by("country").agg(lines=lines.count()).to_pandas().sort_values("lines", ascending=False)
    top = counts.iloc[0]
    share = words.percent(top["lines"] / counts["lines"].sum())
    return Found(f"{share} of the lines are sold in {words.escaped(top['country'])}, and amounts are in {currency}.")

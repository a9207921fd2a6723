"""Each outcome in words: what it may bring, what a test of it compares, and what that would show."""

import math

from customer_segments.base import words
from customer_segments.steps.profiling.worth import RAREST_BASE, Prospect

# If so many of them did this, it would bring so much.
DID = {
    "order": "ordered once more at their usual {each}",
    "second order": "who have ordered once ordered a second time, at their usual {each}",
    "reactivation": "came back with one order, at their usual {each}",
    "referral": "brought one new customer, whose order is worth the usual {each} of all customers",
}
# The same where no money is told.
MORE = {
    "order": "ordered once more",
    "second order": "who have ordered once ordered a second time",
    "reactivation": "came back with one order",
}
MEASURED = {
    "order": "who orders",
    "second order": "who orders a second time",
    "reactivation": "who orders again",
    "referral": "who brings a new customer",
    "renewal": "who stays",
    "answer": "who answers",
    "basket": "the mean value of an order",
    "returns": "the share of items sent back",
}
MEANS = ("basket", "returns")


def brings(ahead: Prospect, currency: str) -> str:
    """What the outcome would bring, in one sentence; in customers where no money is known."""
    if ahead.outcome == "basket":
        return (
            f"If their orders were {words.percent(ahead.response)} larger (today {words.money(ahead.mean, currency)} "
            f"on average), that would bring about {words.about(ahead.money, currency)} more than "
            f"{'is expected of them' if ahead.expected > 0 else 'they have brought so far'}."
        )
    if ahead.outcome == "returns":
        return (
            f"They have sent back about {words.about(ahead.whole, currency)} so far "
            f"({words.percent(ahead.mean)} of a customer's items on average). If {_one_in(ahead.response)} of these "
            f"items had stayed, that would have saved about {words.about(ahead.money, currency)}."
        )
    who = f"If {_one_in(ahead.response)} of them ({words.counted(ahead.orders, 'customer')})"
    if ahead.outcome == "second order":
        who = f"If {_one_in(ahead.response)} of the {ahead.customers:,} ({words.counted(ahead.orders, 'customer')})"
    if ahead.money is not None:
        told = DID[ahead.outcome].format(each=words.money(ahead.order_value, currency))
        return f"{who} {told}, that would bring about {words.about(ahead.money, currency)}."
    if ahead.outcome in MORE:
        return f"{who} {MORE[ahead.outcome]}, that would be {words.counted(ahead.orders, 'order')} more."
    does = {"renewal": "who might have left stayed", "referral": "brought one new customer"}
    done = does.get(ahead.outcome, "answered")
    if ahead.expected_orders is not None:
        return f"{who} {done}: what that is worth is for you to say."
    return f"{who} {done}: what that is worth is for you to say, as no money is known here."


def change(ahead: Prospect) -> str:
    """The change that is assumed: per cent of a mean, or points of a share."""
    if ahead.outcome in MEANS:
        return f"{words.percent(ahead.response)} {'more' if ahead.outcome == 'basket' else 'less'}"
    return f"{100 * ahead.response:g} points more"


def least(ahead: Prospect) -> str:
    """The least change that half of them would show."""
    size = math.ceil(round(100 * ahead.smallest_uplift, 6))
    return f"{size}%" if ahead.outcome in MEANS else f"{size} points"


def against(ahead: Prospect, days: int) -> str:
    """What the change is measured against."""
    if ahead.outcome in MEANS:
        return "than today's"
    if ahead.outcome == "referral":
        return "than those who do so anyway, hardly anybody,"
    if ahead.base_rate is None:
        return "than a base of 50%, the hardest case (nothing is expected of them),"
    rare = ahead.base_rate < RAREST_BASE
    told = f"under {words.percent(RAREST_BASE)}" if rare else words.percent(ahead.base_rate)
    return f"than the {told} expected to order within {days} days anyway"


def _one_in(share: float) -> str:
    whole = round(1 / share)
    return f"1 in {whole:,}" if abs(1 / share - whole) < 1e-9 else words.percent(share)

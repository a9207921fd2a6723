"""The law of names: nothing on a segment's card contradicts what it is called.

It is read off a finished profile, with no help from the playbook: from the words of each name and from the members.
"""

import re
from collections.abc import Callable, Iterator

import pandas as pd

from customer_segments.base import registry
from customer_segments.steps.profile import Profiled
from customer_segments.steps.profiling.distinctiveness import SEGMENT, UNASSIGNED
from customer_segments.steps.profiling.traits import phrase

MOST = 0.5  # of a segment's members: what its name says must be true of so many
Members = pd.DataFrame

# What words in a name claim of each member, by the columns that it takes to know it.
CLAIMS: dict[str, tuple[tuple[str, Callable[[pd.Series], pd.Series]], ...]] = {
    r"lapsed": (("alive_probability", lambda chance: chance <= 0.5), ("recency_days", lambda days: days > 30)),
    r"at risk": (("alive_probability", lambda chance: chance <= 0.8),),
    r"\bnew\b(?! followers)|newcomers": (("tenure_days", lambda days: days <= 180),),
    r"VIP|loyal|regular|frequent shoppers|core customers|promising|mainstream": (
        ("alive_probability", lambda chance: chance >= 0.5),
        ("orders", lambda orders: orders >= 1),
    ),
    r"VIP|loyal|regular|frequent shoppers": (("orders", lambda orders: orders >= 2),),
    r"occasional": (("orders_a_year", lambda orders: orders <= 4),),
    r"weekend stock": (("weekend_share", lambda share: share >= 0.5),),
    r"\bselective": (("returned_share", lambda share: share > 0),),
    r"\byoung\b": (("age", lambda years: years <= 35),),
}
LARGEST_VIP, LEAST_VIP = 0.2, 2.0  # share of all customers at most; worth of a customer against the mean at least
WORTH = ("net_revenue", "total_spend")


def contradictions(found: Profiled) -> list[str]:
    """Every statement of a name that its segment's numbers do not bear out; none where all is well."""
    told = [
        sentence
        for row in found.segments.to_dict("records")
        if row[SEGMENT] != UNASSIGNED and not row["too_few"]
        for sentence in _of_a_segment(found, row)
    ]
    twice = found.segments["name"][found.segments["name"].duplicated()]
    return [*told, *(f"two segments are called {name!r}" for name in twice)]


def _of_a_segment(found: Profiled, row: dict) -> Iterator[str]:
    own = found.customers[found.customers[SEGMENT] == row[SEGMENT]]
    compared = found.comparison[found.comparison[SEGMENT] == row[SEGMENT]].set_index("column")
    name = row["name"]
    yield from _claims(name, own)
    yield from _still_customers(name, own)
    if "VIP" in name:
        yield from _vip(name, own, found.customers)
    fit = found.fits.get(row[SEGMENT])
    if fit is not None:
        yield from _levels(name, fit.when, own, found.customers)
    else:
        yield from _words(name, compared)


def _claims(name: str, own: Members) -> Iterator[str]:
    """Whether most members are what the name's words say."""
    known = own
    if {"orders", "tenure_days"} <= set(own):
        known = own.assign(orders_a_year=own["orders"] * 365 / own["tenure_days"].clip(lower=365))
    for words, asked in CLAIMS.items():
        for column, holds in asked if re.search(words, name, re.IGNORECASE) else ():
            values = known[column].astype("float64").dropna() if column in known else []
            if len(values) and holds(values).mean() < MOST:
                yield f"{name!r}: {column} says so of {holds(values).mean():.0%} of the members"


def _still_customers(name: str, own: Members) -> Iterator[str]:
    """Whether the chance on the card, a mean, agrees with the name."""
    chance = own["alive_probability"].mean() if "alive_probability" in own else None
    if chance is not None and re.search(r"lapsed|at risk", name) and chance > (0.5 if "lapsed" in name else 0.8):
        yield f"{name!r}: {chance:.0%} are likely still customers"


def _vip(name: str, own: Members, everyone: Members) -> Iterator[str]:
    """A VIP is one of few, and worth much more than others."""
    if len(own) > LARGEST_VIP * len(everyone):
        yield f"{name!r}: {len(own) / len(everyone):.0%} of all customers"
    worth = next((column for column in WORTH if column in own), None)
    if worth and own[worth].mean() < LEAST_VIP * everyone[worth].mean():
        yield f"{name!r}: {own[worth].mean():.2f} each, and everyone {everyone[worth].mean():.2f}"


def _levels(name: str, when: dict[str, str], own: Members, everyone: Members) -> Iterator[str]:
    """Whether what earned the name lies on its side for most members, not only on average."""
    for column, asked in when.items():
        if not asked.endswith(("high", "low")):
            continue
        question, answer = registry.split(column)
        ours, theirs = own[question].dropna(), everyone[question].dropna()
        if answer is not None or theirs.isin([0, 1]).all():
            has = (ours.astype(str) == answer).mean() if answer is not None else ours.astype("float64").mean()
            if (has < MOST) if asked.endswith("high") else (has > MOST):
                yield f"{name!r}: {column} {asked}, and {has:.0%} have it"
            continue
        middle, usual = ours.astype("float64").median(), theirs.astype("float64").median()
        if (middle <= usual) if asked.endswith("high") else (middle > usual):
            yield f"{name!r}: {column} {asked}, and the median is {middle:g}, everyone's {usual:g}"


def _words(name: str, compared: pd.DataFrame) -> Iterator[str]:
    """Whether each phrase of a descriptive name lies on the side that it says, by the value that a reader sees."""
    for column, value in compared.iterrows():
        for side in (1, -1):
            said = phrase(column, side, bool(value["is_share"]))
            is_said = re.search(rf"(^|: |, |and |mostly ){re.escape(said)}(,| and |$)", name, re.IGNORECASE)
            if is_said and (value["typical"] - value["typical_of_all"]) * side <= 0:
                yield f"{name!r}: {column} is {value['typical']:g}, everyone's {value['typical_of_all']:g}"

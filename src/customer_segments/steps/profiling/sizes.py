"""How large the segments are, what they bring, and which of them bring most."""

from typing import NamedTuple

import pandas as pd

from customer_segments.base.params.profiling import CoinParams
from customer_segments.base.privacy import untold
from customer_segments.steps.profiling.distinctiveness import SEGMENT, UNASSIGNED, tells_who_left, unassigned_last
from customer_segments.steps.profiling.kinds import orders_over_time

# What each rule of the loyalty account multiplies; a column that the study lacks earns nothing.
EARNED_BY = {"net_revenue": "per_amount", "orders": "per_order", "referrals": "per_referral", "reviews": "per_review"}
COMPARED = ("customers", "customer_share", "revenue_share", "orders_share", "expected_value", "expected_orders")
MOST_REVENUE = 0.5  # the leading segments bring this share of it
# What is not shown of too few customers.
PRIVATE = {"orders", "revenue", "revenue_share", "orders_share", "alive_probability", "expected_value"}
PRIVATE |= {"expected_orders"}
PRIVATE |= {"coins", "coin_cost", "coin_share"}


class Leaders(NamedTuple):
    """The fewest segments that together bring most of the revenue (or orders): those who bring most of it."""

    segments: list[int]
    customer_share: float
    share: float  # of the revenue, or of the orders
    times_the_others: float | None  # of that per customer; None where the others bring none


def sizes(customers: pd.DataFrame, smallest_group: int = 1) -> pd.DataFrame:
    """One row per segment, those who are in none last: customers, their share, whether they are too few to show.

    With transactions orders, revenue and its share too, and where chapter 7 expects something of them that as well.
    Without money it is the share of the orders, and orders that are expected.
    """
    segments = customers.groupby(SEGMENT)
    table = pd.DataFrame({"customers": segments.size()})
    table["customer_share"] = table["customers"] / len(customers)
    if "orders" in customers:
        table["orders"] = segments["orders"].sum()
    if "net_revenue" in customers:
        table["revenue"] = segments["net_revenue"].sum()
        total = table["revenue"].sum()
        # Where more was paid back than paid, a share means nothing.
        table["revenue_share"] = table["revenue"] / total if total > 0 else float("nan")
    elif orders_over_time(customers):
        table["orders_share"] = table["orders"] / table["orders"].sum()
    expected = next((name for name in ("expected_value", "expected_orders") if name in customers), None)
    if expected:
        if tells_who_left(customers):
            table["alive_probability"] = segments["alive_probability"].mean()
        table[expected] = segments[expected].sum()
    table["too_few"] = table["customers"] < smallest_group
    table["untold"] = untold(table["customers"].tolist(), smallest_group)
    return unassigned_last(table.reset_index())


def coins(customers: pd.DataFrame, rules: CoinParams) -> pd.DataFrame:
    """One row per segment: coins earned by the rules, their cost when spent, and its share of net revenue if any."""
    earned = pd.Series(rules.welcome, index=customers.index)
    for column, rule in EARNED_BY.items():
        if column in customers:
            earned += getattr(rules, rule) * customers[column].astype("float64").fillna(0.0).clip(lower=0)
    earned = earned // 1  # only whole ones
    summed = pd.DataFrame({"coins": earned, "coin_cost": earned * rules.worth}).groupby(customers[SEGMENT]).sum()
    if "net_revenue" in customers:
        revenue = customers.groupby(SEGMENT)["net_revenue"].sum()
        summed["coin_share"] = summed["coin_cost"] / revenue.where(revenue > 0)
    return summed.reset_index()


def shown(profiles: pd.DataFrame) -> pd.DataFrame:
    """The segments as they may be published: what those of too few customers did and are worth is left out.

    So is that of the next larger one where all others, taken from the sum of all, would tell it.
    """
    private = profiles[[name for name in profiles if name in PRIVATE]]
    return profiles.assign(**private.astype("float64").where(~profiles["untold"]))


def has_revenue(profiles: pd.DataFrame) -> bool:
    """Whether there are shares of revenue to speak of."""
    return "revenue_share" in profiles and bool(profiles["revenue_share"].notna().any())


def brought(profiles: pd.DataFrame) -> str | None:
    """What the segments bring: revenue or, where no money is told, orders; None where neither is known."""
    if has_revenue(profiles):
        return "revenue"
    return "orders" if "orders_share" in profiles and bool(profiles["orders_share"].notna().any()) else None


def leaders(profiles: pd.DataFrame) -> Leaders:
    """Those who bring most, customers in no segment aside."""
    what = brought(profiles) or "revenue"
    share = f"{what}_share"
    known = profiles[(profiles[SEGMENT] != UNASSIGNED) & profiles[what].notna()]
    ranked = known.sort_values([what, SEGMENT], ascending=[False, True])
    first = ranked[ranked[share].cumsum() - ranked[share] < MOST_REVENUE]
    others = profiles[~profiles[SEGMENT].isin(first[SEGMENT])][[what, "customers"]].sum()
    own = first[["customers", "customer_share", what, share]].sum()
    times = None
    if others[what] > 0:
        times = float(own[what] / own["customers"] / (others[what] / others["customers"]))
    return Leaders(first[SEGMENT].tolist(), float(own["customer_share"]), float(own[share]), times)


def totals(profiles: pd.DataFrame) -> dict[str, float]:
    """The whole study: segments, customers, and orders and revenue where there are any."""
    known = {name: profiles[name].sum() for name in ("customers", "orders", "revenue") if name in profiles}
    return {"segments": int((profiles[SEGMENT] != UNASSIGNED).sum())} | known


def metrics(profiles: pd.DataFrame) -> dict[str, dict[str, float]]:
    """What `dvc metrics diff` compares: size and revenue share by the segments' names."""
    columns = [name for name in COMPARED if name in profiles]
    return shown(profiles).set_index("name")[columns].to_dict("index")

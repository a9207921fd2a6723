"""A loyalty account in coins: what each customer has earned by the rules, and what that costs."""

from __future__ import annotations

import pandas as pd

from customer_segments.base.params.profiling import CoinParams

# What each rule multiplies; a column that the study lacks earns nothing.
EARNED_BY = {"net_revenue": "per_amount", "orders": "per_order", "referrals": "per_referral", "reviews": "per_review"}


def accounts(customers: pd.DataFrame, rules: CoinParams) -> pd.DataFrame:
    """One row per customer: customer_id, coins earned so far (whole ones), and what they cost when spent."""
    earned = pd.Series(rules.welcome, index=customers.index)
    for column, rule in EARNED_BY.items():
        if column in customers:
            earned += getattr(rules, rule) * customers[column].astype("float64").fillna(0.0).clip(lower=0)
    earned = earned // 1
    return pd.DataFrame({"customer_id": customers["customer_id"], "coins": earned, "coin_cost": earned * rules.worth})


def by_segment(customers: pd.DataFrame, rules: CoinParams) -> pd.DataFrame:
    """One row per segment: coins, their cost, and the cost as a share of net revenue where there is any."""
    summed = accounts(customers, rules).groupby(customers["segment"])[["coins", "coin_cost"]].sum()
    if "net_revenue" in customers:
        revenue = customers.groupby("segment")["net_revenue"].sum()
        summed["coin_share"] = summed["coin_cost"] / revenue.where(revenue > 0)
    return summed.reset_index()

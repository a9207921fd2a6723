"""Count names that contradict a figure, over simulated shops and customer lists: `python -m calibration.names [SHOPS]`.

Shops are the demo shop and the worlds of `shops.py` with settings drawn at random, cut into segments without asking
whether there are any: names must hold for any cut. Customer lists are drawn from columns that such lists have.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans

from calibration import shops
from calibration.law import contradictions
from customer_segments.base.params import LifetimeValueParams, PrivacyParams, ProfilingParams
from customer_segments.steps.lifetime_value import forecast
from customer_segments.steps.lifetime_value.forecast import Models
from customer_segments.steps.profile import Profiled, profile
from customer_segments.steps.profiling.traits import CUT, DISTINCT

SHOPS = 1000
MOST_CUSTOMERS = 1500
WEEK = 7
HORIZON = 365
# What customer lists hold, in several languages and systems: the range of a typical value, and whether it is a count.
COLUMNS = {
    "Annual Income (k$)": (15, 120, 0), "Spending Score (1-100)": (1, 99, 0), "MntWines": (5, 900, 0),
    "MntMeatProducts": (5, 500, 0), "NumWebPurchases": (1, 9, 1), "NumStorePurchases": (1, 9, 1),
    "NumDealsPurchases": (1, 5, 1), "NumWebVisitsMonth": (1, 9, 1), "tenure": (1, 72, 1),
    "MonthlyCharges": (20, 110, 0),
    "TotalCharges": (50, 5000, 0), "Account_Balance": (100, 90_000, 0), "CreditLimit": (500, 20_000, 0),
    "NumOfProducts": (1, 4, 1), "Complaints": (0, 3, 1), "SatisfactionScore": (1, 5, 1), "Total Spend": (50, 3000, 0),
    "Items Purchased": (1, 30, 1), "Days Since Last Purchase": (1, 90, 1), "loyalty_points": (10, 9000, 1),
    "Kidhome": (0, 2, 1), "Umsatz": (50, 5000, 0), "Anzahl Bestellungen": (1, 30, 1), "height_cm": (150, 200, 0),
    "total_minutes": (10, 900, 0), "late_payments": (0, 6, 1), "xq7": (1, 10, 0), "avg_basket": (5, 200, 0),
}  # fmt: skip
HELD_BACK = {
    "Avg Credit Limit": (3000, 90_000, 0), "Total_visits_online": (0, 10, 1), "Total_calls_made": (0, 10, 1),
    "Age": (20, 70, 1), "Einkommen": (10_000, 90_000, 0), "gasto_total": (10, 4000, 0), "membership_years": (1, 12, 1),
    "NPS": (0, 10, 1), "SMS_sent": (0, 90, 1), "coupon_used": (0, 9, 1), "avg_order_value": (9, 300, 0),
    "app_sessions": (1, 60, 1), "depenses": (10, 4000, 0), "data_usage_gb": (1, 60, 0), "dependents": (0, 4, 1),
}  # fmt: skip


def shop(seed: int) -> Profiled:
    """A shop's customers in any number of segments, some shops without what is expected of them."""
    rng = np.random.default_rng([seed, 14])
    kinds = list(shops.KINDS.values())
    world = kinds[seed % len(kinds)]
    made = shops.demo_shop(seed) if world.own else shops.shop(replace(world), seed)
    orders = made.orders[made.orders["day"] <= made.span]
    kept = rng.permutation(orders["customer_id"].unique())[:MOST_CUSTOMERS]
    customers = _behaviour(orders[orders["customer_id"].isin(kept)], made.span + 1, rng)
    segments = _cut(customers, rng)
    lifetimes = _lifetimes(customers, segments) if seed % 4 else pd.DataFrame()
    return _profiled(customers, segments, lifetimes, rng)


def customer_list(seed: int, columns: dict[str, tuple[float, float, int]] = COLUMNS) -> Profiled:
    """A list of some hundred to some thousand customers, in groups that overlap."""
    from customer_segments.sources.columns import ours_for

    rng = np.random.default_rng([seed, 41])
    groups, count = rng.integers(2, 7), rng.integers(300, 3000)
    group = rng.integers(groups, size=count)
    chosen = rng.permutation(list(columns))[: rng.integers(5, 11)]
    told = {"customer_id": [f"C{number:05}" for number in range(count)]}
    for name in chosen:
        low, high, whole = columns[name]
        level = rng.uniform(low, high, groups)[group] + rng.normal(0, (high - low) * rng.uniform(0.05, 0.4), count)
        values = np.clip(level, low, high)
        told[ours_for(name)] = values.round().astype(int) if whole else values.round(2)
    if seed % 3 == 0:
        months = np.where(rng.random(count) < rng.uniform(0.1, 0.9, groups)[group], "Month-to-month", "Two year")
        told["contract"] = months
    customers = pd.DataFrame(told)
    return _profiled(customers, _cut(customers, rng), pd.DataFrame(), rng)


def _behaviour(orders: pd.DataFrame, as_of: int, rng: np.random.Generator) -> pd.DataFrame:
    """The columns that preparing computes, from days with orders."""
    days = orders.groupby("customer_id")
    table = days["day"].agg(["min", "max", "count"])
    revenue, count = days["revenue"].sum().round(2), table["count"]
    table = table.assign(
        recency_days=as_of - table["max"],
        orders=count,
        net_revenue=revenue,
        tenure_days=as_of - table["min"],
        average_order_value=(revenue / count).round(6),
        days_between_orders=((table["max"] - table["min"]) / (count - 1).where(count > 1)).round(6),
        items_per_order=rng.gamma(2.0, rng.uniform(0.5, 3.0), len(table)).round(6),
        returned_share=np.where(rng.random(len(table)) < rng.uniform(0, 0.6), rng.beta(1, 5, len(table)), 0.0).round(6),
        weekend_share=orders.assign(weekend=orders["day"] % WEEK >= 5)
        .groupby("customer_id")["weekend"]
        .mean()
        .round(6),
        category_variety=np.minimum(rng.poisson(count / 2) + 1, 8),
        engagement_score=rng.normal(50, 15, len(table)).round(),
    )
    return table.drop(columns=["min", "max", "count"]).reset_index()


def _cut(customers: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Segments of any number by any few of the columns."""
    numbers = customers.drop(columns="customer_id").select_dtypes("number").fillna(0).astype("float64")
    chosen = numbers[list(rng.permutation(numbers.columns)[: rng.integers(2, numbers.shape[1] + 1)])]
    straight = np.sign(chosen) * np.log1p(chosen.abs())
    scaled = (straight - straight.mean()) / straight.std(ddof=0).replace(0, 1)
    labels = KMeans(int(rng.integers(2, 9)), n_init=1, random_state=int(rng.integers(1e6))).fit_predict(scaled)
    return pd.DataFrame({"customer_id": customers["customer_id"], "segment": labels + 1})


def _lifetimes(customers: pd.DataFrame, segments: pd.DataFrame) -> pd.DataFrame:
    """What the models of chapter 7 expect of them; nothing where none can be fitted."""
    known = customers[["customer_id"]].assign(
        segment=segments["segment"],
        repeats=customers["orders"] - 1,
        recency=(customers["tenure_days"] - customers["recency_days"]) / WEEK,
        age=customers["tenure_days"] / WEEK,
        revenue=customers["net_revenue"],
    )
    models = forecast.fitted(known, LifetimeValueParams())
    if not isinstance(models, Models):
        return pd.DataFrame()
    return forecast.forecast(models, known, HORIZON, 0.1)[forecast.LIFETIME]


def _profiled(
    customers: pd.DataFrame, segments: pd.DataFrame, lifetimes: pd.DataFrame, rng: np.random.Generator
) -> Profiled:
    verdict = (DISTINCT, CUT)[rng.integers(2)]
    horizon = None if lifetimes.empty else HORIZON
    return profile(customers, segments, lifetimes, verdict, ProfilingParams(), PrivacyParams(), horizon)


def main(count: int) -> None:
    names, told, unnamed, of_lists = Counter(), [], Counter(), Counter()
    for seed in range(count):
        for kind, make in {"shop": shop, "list": customer_list, "held back": _held_back}.items():
            if kind != "shop" and seed % 2:
                continue
            found = make(seed)
            own = found.segments[~found.segments["too_few"]]
            names.update(own["play"].replace("", "(none)"))
            of_lists[kind] += len(own)
            unnamed[kind] += int((own["play"] == "").sum())
            told += [f"{kind} {seed}: {each}" for each in contradictions(found)]
    print(*told, sep="\n")
    print(f"{len(told)} contradictions in {count:,} shops and their lists; plays: {names.most_common()}")
    for kind, all_of_them in of_lists.items():
        print(f"{kind}: no play fits {unnamed[kind] / all_of_them:.1%} of {all_of_them:,} segments")


def _held_back(seed: int) -> Profiled:
    return customer_list(seed, HELD_BACK)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SHOPS)

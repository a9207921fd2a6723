"""What a name can be held against besides the study's own columns: absolute facts, made from several of them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from customer_segments.steps.profiling.distinctiveness import SEGMENT

DAYS_A_YEAR = 365
WORTH = "net_revenue"  # of a customer, where there are orders; a list may have a column of its own


def evidence(customers: pd.DataFrame, worth: str | None = None) -> pd.DataFrame:
    """For each customer: how long silent by their own rhythm, orders a year, their segment's share and its worth.

    The chance of being a customer still is there even where it reads the same for all segments: a name must not
    contradict it either.
    """
    found = {"segment_share": customers.groupby(SEGMENT)[SEGMENT].transform("size") / len(customers)}
    if {"recency_days", "days_between_orders"} <= set(customers):
        found["silence"] = _silence(customers["recency_days"], customers["days_between_orders"])
    if {"orders", "tenure_days"} <= set(customers):
        found["orders_a_year"] = customers["orders"] / customers["tenure_days"].clip(lower=DAYS_A_YEAR) * DAYS_A_YEAR
    if "category_variety" in customers:
        found["categories_untried"] = customers["category_variety"].max() - customers["category_variety"].fillna(0)
    if "alive_probability" in customers:
        found["alive_probability"] = customers["alive_probability"]
    worth = WORTH if WORTH in customers else worth
    if worth and (mean := customers[worth].astype("float64").mean()) > 0:
        own = customers[worth].astype("float64").groupby(customers[SEGMENT]).transform("mean")
        found["times_average_worth"] = own / mean
    return pd.DataFrame(found).astype("float64").round(6)


def _silence(recency: pd.Series, gaps: pd.Series) -> pd.Series:
    """Days since the last order over the customer's own mean gap; over everyone's usual one after a single day."""
    known = gaps.astype("float64")
    return recency.astype("float64") / known.fillna(known.median()).clip(lower=1.0)


def weighed(compared: pd.DataFrame, customers: pd.DataFrame, worth: str | None = None) -> pd.DataFrame:
    """The comparison with the evidence's means and medians, which only bounds ask for: they are on no one's scale."""
    facts = evidence(customers, worth)
    segments = facts.groupby(customers[SEGMENT])
    values = {"mean": segments.mean(), "median": segments.median()}
    stacked = {name: frame.rename_axis(index=SEGMENT, columns="column").stack() for name, frame in values.items()}
    table = pd.DataFrame(stacked).dropna().reset_index()
    table = table[table[SEGMENT].isin(compared[SEGMENT])]
    told = pd.MultiIndex.from_frame(compared[[SEGMENT, "column"]])
    table = table[~pd.MultiIndex.from_frame(table[[SEGMENT, "column"]]).isin(told)]
    table = table.assign(
        difference=0.0, level="middling", rank=np.nan, is_share=False, by_median=True, typical=table["median"]
    )
    return pd.concat([compared, table], ignore_index=True) if len(table) else compared


def for_most(value: Mapping[str, Any], high: bool) -> bool:
    """Whether a column is high, or low, for at least half of a segment's members, not only on average.

    Of yes/no columns half must say so; of measures half must lie on that side of everyone's median.
    """
    if value["is_share"]:
        return bool(value["mean"] >= 0.5 if high else value["mean"] <= 0.5)
    return bool(value["median"] > value["median_of_all"] if high else value["median"] <= value["median_of_all"])

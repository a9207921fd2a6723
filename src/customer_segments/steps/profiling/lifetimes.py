"""What chapter 7 expects of each customer, as columns that describe the segments."""

from __future__ import annotations

import pandas as pd

from customer_segments.base import registry, words
from customer_segments.steps.profiling.distinctiveness import SEGMENT

LIFETIMES = registry.names(registry.LIFETIMES)
DECIMALS = {"expected_orders": 2, "expected_value": 2}  # an expectation is known to no more than that


def with_lifetimes(customers: pd.DataFrame, lifetimes: pd.DataFrame) -> pd.DataFrame:
    """The customers with what is expected of them; unchanged where nothing could be expected."""
    if lifetimes.empty:
        return customers
    expected = lifetimes[["customer_id", *LIFETIMES]].round(DECIMALS)
    return customers.merge(expected, on="customer_id", how="left", validate="one_to_one")


def tells_who_left(customers: pd.DataFrame) -> bool:
    """Whether the chance of being a customer still tells segments apart, rather than read the same for each of them.

    It is near certain for all, also for those long gone quiet, where the model of chapter 7 sees nobody leave.
    """
    if "alive_probability" not in customers:
        return False
    return customers.groupby(SEGMENT)["alive_probability"].mean().map(words.percent).nunique() > 1

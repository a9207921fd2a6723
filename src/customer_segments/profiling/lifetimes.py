"""What chapter 8 expects of each customer, as columns that describe the segments."""

from __future__ import annotations

import pandas as pd

LIFETIMES = ("alive_probability", "expected_orders", "expected_value")
DECIMALS = {"expected_orders": 2, "expected_value": 2}  # an expectation is known to no more than that


def with_lifetimes(customers: pd.DataFrame, lifetimes: pd.DataFrame) -> pd.DataFrame:
    """The customers with what is expected of them; unchanged where nothing could be expected."""
    if lifetimes.empty:
        return customers
    expected = lifetimes[["customer_id", *LIFETIMES]].round(DECIMALS)
    return customers.merge(expected, on="customer_id", how="left", validate="one_to_one")

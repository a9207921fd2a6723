"""Small hand-made results of profiling, for the tests of what is said about them."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pandas as pd

from customer_segments.base.params import ProfilingParams
from customer_segments.steps.profile import Profiled
from customer_segments.steps.profiling.distinctiveness import level

PARAMS = ProfilingParams()


def comparison(rows: list[tuple]) -> pd.DataFrame:
    """A comparison from (segment, column, difference, typical value, everyone's)."""
    table = pd.DataFrame(rows, columns=["segment", "column", "difference", "typical", "typical_of_all"])
    table["is_share"] = table["column"].str.contains("=")
    table["by_median"] = False
    table["mean"] = table["median"] = table["typical"]
    table["median_of_all"] = table["typical_of_all"]
    table["rank"] = 1 / (1 + np.exp(-1.7 * table["difference"]))
    return table.assign(level=[level(difference, PARAMS) for difference in table["difference"]])


def unlike(table: pd.DataFrame) -> pd.DataFrame:
    """No two columns rank customers alike."""
    columns = table["column"].unique()
    return pd.DataFrame(0.0, index=columns, columns=columns)


def profiles(customers=(30, 70), revenue=(800.0, 200.0)) -> pd.DataFrame:
    """As many segments as there are numbers of customers, called Group A, B and so on."""
    table = pd.DataFrame({"segment": range(1, len(customers) + 1), "customers": customers})
    table["name"] = [f"Group {letter}" for letter in "ABCDEFG"[: len(customers)]]
    table["customer_share"] = table["customers"] / table["customers"].sum()
    table["because"] = table["play"] = "orders high"
    table["verdict"] = "distinct groups"
    table["too_few"] = table["untold"] = False
    if revenue is not None:
        table["revenue"] = revenue
        table["revenue_share"] = table["revenue"] / table["revenue"].sum()
    return table


def found(**parts: Any) -> Profiled:
    """A result of which only these parts are known, of segments that are the two groups unless others are given."""
    return Profiled(**dict.fromkeys(field.name for field in fields(Profiled)) | {"segments": profiles()} | parts)

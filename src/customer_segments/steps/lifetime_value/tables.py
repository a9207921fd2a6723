"""Lifetime value by segment, as tables and as a reader sees them; small groups are not told."""

from __future__ import annotations

import pandas as pd

from customer_segments.base import registry, words
from customer_segments.base.params import LifetimeValueParams
from customer_segments.steps.lifetime_value.calibration import HoldOut, totals
from customer_segments.steps.lifetime_value.forecast import at_risk


def by_segment(predicted: pd.DataFrame, params: LifetimeValueParams, smallest: int) -> pd.DataFrame:
    """One row per segment with enough customers: what is expected of it, and what of that is at risk."""
    risk = at_risk(predicted, params).groupby("segment")["value_at_risk"].agg(["size", "sum"])
    chance = predicted["alive_probability"]
    states = predicted.assign(gone=chance < params.gone_below, alive=chance >= params.at_risk_below)
    grouped = states.groupby("segment")
    table = pd.DataFrame(
        {
            "customers": grouped.size(),
            "gone": grouped["gone"].mean(),
            "alive": grouped["alive"].mean(),
            "alive_probability": grouped["alive_probability"].mean(),
            "expected_orders": grouped["expected_orders"].mean(),
            "expected_value": grouped["expected_value"].mean(),
            "total": grouped["expected_value"].sum(),
            "at_risk": risk["size"],
            "value_at_risk": risk["sum"],
        }
    ).fillna({"at_risk": 0, "value_at_risk": 0.0})
    table["share"] = table["customers"] / table["customers"].sum()
    everything = table["total"].sum()
    table["value_share"] = table["total"] / everything if everything > 0 else 0.0
    # The total is rounded because sums of many numbers end differently on different machines.
    table = table[table["customers"] >= smallest].round(6).astype({"at_risk": "int64"})
    return table.reset_index(names="segment")


def value_for_readers(table: pd.DataFrame, currency: str) -> pd.DataFrame:
    """What is expected of each segment."""
    return pd.DataFrame(
        {
            "": table["segment"].map(words.segment),
            "Customers": table["customers"],
            "Still customers": table["alive_probability"].map(words.percent),
            "Orders each": table["expected_orders"].map(lambda orders: words.number(orders)),
            "Value each": [words.money(value, currency) for value in table["expected_value"]],
            "Value in all": [words.money(value, currency) for value in table["total"]],
            "Share of value": table["value_share"].map(words.percent),
        }
    )


def risk_for_readers(table: pd.DataFrame, currency: str, smallest: int) -> pd.DataFrame:
    """Who may be leaving, by segment; small groups are told neither in number nor in value, few in all not at all."""
    if table["at_risk"].sum() < smallest:
        return pd.DataFrame()
    few = (table["at_risk"] > 0) & (table["at_risk"] < smallest)
    each = table["value_at_risk"] / table["at_risk"].where(table["at_risk"] > 0)
    return pd.DataFrame(
        {
            "": table["segment"].map(words.segment),
            "At risk": [
                f"under {smallest}" if hide else f"{n:,}" for hide, n in zip(few, table["at_risk"], strict=True)
            ],
            "Of the segment": (table["at_risk"] / table["customers"]).mask(few).map(words.percent),
            "Value at risk": [
                _money(value, hide, currency) for value, hide in zip(table["value_at_risk"], few, strict=True)
            ],
            "For each of them": [_money(value, hide, currency) for value, hide in zip(each, few, strict=True)],
        }
    )


def totals_for_readers(held: HoldOut, currency: str) -> pd.DataFrame:
    """What the held-out days brought, against the model and the naive forecast."""
    rows = []
    for row in totals(held).itertuples():
        unit = "net_revenue" if row.what == "revenue" else "orders"
        for who, expected, bias, error in (
            ("the model", row.model, row.model_bias, row.model_error),
            ("as before", row.naive, row.naive_bias, row.naive_error),
        ):
            rows.append(
                {
                    "": f"{row.what.capitalize()}, {who}",
                    "Expected": registry.in_unit(unit, round(expected), currency),
                    "Came": registry.in_unit(unit, round(row.actual), currency),
                    "Off by": f"{'+' * (bias >= 0.005)}{words.percent(bias)}",
                    "Error per customer": registry.in_unit(unit, error, currency),
                }
            )
    return pd.DataFrame(rows)


def _money(value: float, hide: bool, currency: str) -> str:
    return "–" if hide else words.money(value, currency)

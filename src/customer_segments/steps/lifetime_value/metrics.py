"""The outcome of the chapter on lifetime value in numbers, small enough to compare between runs."""

from __future__ import annotations

from typing import Any

import pandas as pd

from customer_segments.base.params import LifetimeValueParams
from customer_segments.steps.lifetime_value.assumptions import dependence, regularity
from customer_segments.steps.lifetime_value.bg_nbd import HIGHEST as ORDERS
from customer_segments.steps.lifetime_value.calibration import HoldOut, totals
from customer_segments.steps.lifetime_value.forecast import Models, at_risk
from customer_segments.steps.lifetime_value.gamma_gamma import HIGHEST as SPENDING
from customer_segments.steps.lifetime_value.sentences import headline


def metrics(
    predicted: pd.DataFrame,
    models: Models,
    gaps: pd.DataFrame,
    held: HoldOut,
    table: pd.DataFrame,
    params: LifetimeValueParams,
    currency: str,
) -> dict[str, Any]:
    """The outcome in numbers, small enough to compare between runs."""
    numbers = ("customers", "alive_probability", "expected_orders", "expected_value", "total", "value_share")
    segments = table.set_index("segment")
    return {
        "available": True,
        "headline": headline(predicted, held, params, currency),
        "horizon_days": params.horizon_days,
        "model": models.orders.name,
        "parameters": dict(zip(ORDERS, models.orders.fit.parameters, strict=True))
        | dict(zip(SPENDING, models.spending.parameters, strict=True)),
        "log_likelihood": models.orders.fit.log_likelihood,
        "regularity": regularity(gaps),
        "dependence": dependence(predicted),
        "alive_probability": predicted["alive_probability"].mean(),
        "expected_value": predicted["expected_value"].sum(),
        "value_at_risk": at_risk(predicted, params)["value_at_risk"].sum(),
        "held_out": {"days": held.days, **_held(held)},
        "by_segment": {
            str(segment): {name: segments.loc[segment, name].item() for name in numbers} for segment in segments.index
        },
    }


def _held(held: HoldOut) -> dict[str, Any]:
    if not held.known:
        return {"refused": held.refused}
    return {row["what"]: {key: row[key] for key in row.index if key != "what"} for _, row in totals(held).iterrows()}

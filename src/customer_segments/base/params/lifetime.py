"""Do customers come back, and what are they worth?"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, PositiveFloat, model_validator

from customer_segments.base.params.section import Section, Share


class RetentionParams(Section):
    """Do they come back?"""

    period: Literal["month", "week"] = "month"


class LifetimeValueParams(Section):
    """What are they worth?"""

    model: Literal["bg_nbd", "mbg_nbd", "better"] = "better"
    horizon_days: Annotated[int, Field(ge=1, le=3650)] = 365
    discount_rate: Annotated[float, Field(ge=0, le=10)] = 0.1
    holdout_days: Annotated[int, Field(ge=7)] | None = None
    bias_above: PositiveFloat = 0.2
    gone_below: Share = 0.2
    at_risk_below: Share = 0.8

    @model_validator(mode="after")
    def _risk_in_order(self) -> LifetimeValueParams:
        if self.gone_below >= self.at_risk_below:
            raise ValueError("gone_below must be below at_risk_below")
        return self

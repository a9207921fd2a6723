"""Do customers come back, and what are they worth?"""

from __future__ import annotations

from typing import Literal

from customer_segments.params.section import Section


class RetentionParams(Section):
    """Do they come back?"""

    period: Literal["month", "week"] = "month"


class LifetimeValueParams(Section):
    """What are they worth?"""

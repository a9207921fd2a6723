"""Are the segments there, do they come back, do they predict anything?"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from customer_segments.base.params.section import Section


class ValidationParams(Section):
    """Are the segments there, do they come back, do they predict anything?"""

    references: Annotated[int, Field(ge=19, le=999)] = 49
    reference_sample: Annotated[int, Field(ge=50)] = 500
    bootstraps: Annotated[int, Field(ge=10, le=1000)] = 50
    cut_off_days: Annotated[int, Field(ge=1)] | None = None

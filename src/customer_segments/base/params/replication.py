"""Do the published figures come out, and what changes under our defaults?"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from customer_segments.base.params.section import Section


class ReplicationParams(Section):
    """Do the published figures come out, and what changes under our defaults?"""

    noise_draws: Annotated[int, Field(ge=1, le=1000)] = 10

"""All six steps of a study: their order is written here, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from customer_segments.steps.judge import Judged
from customer_segments.steps.prepare import Prepared
from customer_segments.steps.profile import Profiled
from customer_segments.steps.retain import Retained
from customer_segments.steps.segment import Segmented
from customer_segments.steps.value import Valued

if TYPE_CHECKING:
    pass


@dataclass(frozen=True)
class Steps:
    """What each step came to, in the order of running."""

    prepared: Prepared
    segmented: Segmented
    judged: Judged
    retained: Retained | None
    valued: Valued | None
    profiled: Profiled

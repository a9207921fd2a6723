"""What a published study says, what its data say, and why it matters."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from customer_segments.base import words
from customer_segments.base.errors import StudyError
from customer_segments.replication import column_checks, trade_checks
from customer_segments.replication.evidence import CannotTellError, Evidence
from customer_segments.replication.found import Found
from customer_segments.replication.ours import Ours
from customer_segments.replication.published import Correction

CHECKS: dict[str, Callable[..., Found]] = {
    check.__name__: check
    for check in (
        column_checks.dropped_rows, column_checks.copies, column_checks.alphabetical_dates,
        column_checks.number_of_segments, column_checks.structure, column_checks.adds_up,
        trade_checks.taken_for_population, trade_checks.classifier_on_noise, trade_checks.returns_dropped,
        trade_checks.single_purchase, trade_checks.drop_off, trade_checks.home_market,
    )
}  # fmt: skip


class Corrected(NamedTuple):
    """A correction and what its check has found."""

    correction: Correction
    found: Found

    def told(self) -> str:
        """All of it in a list item."""
        said, why = words.escaped(self.correction.said), words.escaped(self.correction.why)
        return f"**{said}** {self.found.sentence} {why}"


def corrected(evidence: Evidence, ours: Ours) -> list[Corrected]:
    """Every correction of the study, computed."""
    return [Corrected(each, _checked(each, evidence, ours)) for each in evidence.published.corrections]


def _checked(correction: Correction, evidence: Evidence, ours: Ours) -> Found:
    if correction.check not in CHECKS:
        raise StudyError(f"A correction names the check `{correction.check}`; there are {', '.join(CHECKS)}.")
    try:
        return CHECKS[correction.check](evidence, ours, **correction.given)
    except CannotTellError as why:
        return Found(f"Under these settings this cannot be told: {words.escaped(why)}.")
    except TypeError as error:
        raise StudyError(f"The check `{correction.check}` of a correction cannot be made ({error}).") from None

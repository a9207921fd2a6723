"""What the Explorer shows of the chapter on validation: the three questions, the verdict's figures, the audit."""

from typing import Any

from customer_segments.base import words
from customer_segments.pages.report.written import told
from customer_segments.pages.validation import audit, explaining, prediction, verdict
from customer_segments.steps.judge import Explained, Judged


def content(judged: Judged, explained: Explained, currency: str, smallest: int) -> dict[str, Any]:
    """The chapter's tables and sentences, as they stand in the report."""
    back, segments = judged.back, judged.back.segments
    table, caption = verdict.back_table(back)
    ahead, transactions = judged.ahead, judged.verdict.reasons[2].figures.get("transactions", True)
    return {
        "there": told(*verdict.there_table(judged.there, judged.apart)),
        "clearer": verdict.clearer(judged.there),
        "back": told(table, caption.removesuffix(verdict.EACH)),
        "found_again": verdict.found_again(back),
        "stability": {str(row.segment): row.jaccard for row in segments.itertuples()},
        "weakest": words.capital(verdict.weakest(back)),
        "ahead": told(*prediction.table(ahead)) if ahead else None,
        "foretold": prediction.foretold(ahead) if ahead else prediction.unknown(transactions),
        "rules": told(*explaining.rules(explained, currency)),
        "audit": audit.content(explained.audit, smallest),
    }

"""What the Explorer shows of the chapter on value: what is expected, what may be lost, and how far to trust it."""

from typing import Any

from customer_segments.base import words
from customer_segments.pages.lifetime_value import outlook, trust
from customer_segments.pages.plots.absent import not_available
from customer_segments.pages.report.written import told
from customer_segments.steps.value import Valued


def content(found: Valued, currency: str) -> dict[str, Any]:
    """The chapter's tables and sentences, as they stand in the report; or why there are none."""
    if found.refusal:
        return not_available(trust.in_words(*found.refusal))
    params, held, table = found.params, found.held, found.by_segment
    risk, _ = outlook.risk_table(found, currency)
    return {
        "available": True,
        "headline": outlook.headline(found, currency),
        "horizon": words.span(params.horizon_days),
        **({"measure": found.measure} if found.measure != "value" else {}),
        "currency": currency,
        "smallest_group": found.smallest_group,
        "limits": {"gone_below": params.gone_below, "at_risk_below": params.at_risk_below},
        "states": _states(found),
        "value": _value(found, currency) if len(table) else None,
        "ranges": told(*outlook.ranges_table(found, currency)),
        "at_risk": told(risk, outlook.at_risk(found, currency)),
        "model": trust.model(found),
        "held_out": _held_out(found, currency) if held.known else None,
        "not_checked": None if held.known else trust.not_checked(held),
        "cautions": [words.unmarked(sentence) for sentence in trust.cautions(found)],
    }


def _states(found: Valued) -> list[dict[str, Any]]:
    shares = outlook.shares_of_states(found)
    return shares.astype(object).where(shares.notna(), None).to_dict("records")


def _value(found: Valued, currency: str) -> dict[str, Any]:
    table, _ = outlook.value_table(found, currency)
    return told(table, outlook.what_value_is(found, currency))


def _held_out(found: Valued, currency: str) -> dict[str, Any]:
    """What the held-out days brought against two forecasts, and by how often customers had come before."""
    return {
        "days": found.held.days,
        "caption": trust.foreseen(found),
        "totals": told(*trust.totals(found, currency)),
        "by_repeats": trust.classes(found).to_dict("records"),
    }

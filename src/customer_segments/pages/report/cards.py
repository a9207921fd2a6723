"""One card per segment, as the front page, the brief and the Explorer show it."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from customer_segments.base import words
from customer_segments.pages.plots.palette import MUTED, segment_colour
from customer_segments.steps.profiling.distinctiveness import SEGMENT

SURE = 80  # per cent: the interval that a card tells


def cards(profiles: pd.DataFrame, currency: str, forecasts: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """One card per segment: colour, name, size, worth, what it is like, what to do and how to test it."""
    return [
        {
            "segment": int(row[SEGMENT]),
            "number": None if row["name"].startswith(number := words.segment(row[SEGMENT])) else number,
            "colour": segment_colour(place) if row[SEGMENT] else MUTED,
            "name": words.isolated(row["name"]),
            "customers": f"{row['customers']:,}",
            "customer_share": words.percent(row["customer_share"]),
            "revenue_share": _told(words.percent, row.get("revenue_share")),
            "expected_value": _told(words.about, row.get("expected_value"), currency),
            "brought_before": _before(row, forecasts, currency),
            "expected_range": _how_sure(forecasts.get(str(row[SEGMENT])), currency),
            "alive": _told(words.percent, row.get("alive_probability")),
            "traits": row["facts"].split("\n"),
            "action": row["action"],
            "worth": row.get("worth") or None,
            "may_bring": _told(words.about, row.get("may_bring"), currency),
            "range": _ends(forecasts.get(str(row[SEGMENT])), currency),
            "tested": row.get("tested") or None,
            "test": row.get("test") or None,
        }
        for place, row in enumerate(profiles.to_dict("records"))
    ]


def cards_of_orders(
    profiles: pd.DataFrame, currency: str, forecasts: dict[str, dict[str, Any]]
) -> list[dict[str, Any]]:
    """The same for lines without money: what each segment orders, and is expected to."""
    rows = zip(cards(profiles, currency, {}), profiles.to_dict("records"), strict=True)
    return [card | _in_orders(row, forecasts.get(str(row[SEGMENT]))) for card, row in rows]


def by_money_at_stake(profiles: pd.DataFrame) -> list[int]:
    """The places of the segments: first what may bring most, then what is expected of most, then the largest."""
    ranks = [name for name in ("may_bring", "expected_value", "expected_orders", "customers") if name in profiles]
    ordered = profiles.reset_index(drop=True).sort_values(ranks, ascending=False, kind="stable", na_position="last")
    assigned = ordered[SEGMENT] != 0
    return [int(place) for place in [*ordered.index[assigned], *ordered.index[~assigned]]]


def _in_orders(row: dict[str, Any], forecast: dict[str, Any] | None) -> dict[str, Any]:
    known = not pd.isna(row.get("expected_orders")) and forecast is not None
    return {
        "orders_share": _told(words.percent, row.get("orders_share")),
        "expected_orders": _told(words.about, row.get("expected_orders")),
        "range": _ends(forecast, None) if known else None,
        "orders_before": _told(_whole, forecast["before"]) if known else None,
        "expected_range": _how_sure(forecast, None) if known else None,
    }


def _whole(count: float) -> str:
    return f"{count:,.0f}"


def _before(row: dict[str, Any], forecasts: dict[str, dict[str, Any]], currency: str) -> str | None:
    """What a segment brought in as many days as are forecast, to hold its expectation against; none where untold."""
    known = not pd.isna(row.get("expected_value"))
    return _told(words.money, forecasts.get(str(row[SEGMENT]), {}).get("before") if known else None, currency)


def _how_sure(forecast: dict[str, Any] | None, currency: str | None) -> str | None:
    """Between what a segment's value (or orders) lies so often, by how much that was missed, whether to rely on it."""
    if forecast is None:
        return None
    sure = words.ends(forecast[f"low_{SURE}"], forecast[f"high_{SURE}"], currency, " and ")
    missed = _told(words.percent, forecast.get("missed_by"))
    off = f"; past forecasts were off by {missed}" if missed else ""
    doubt = "; not to be relied upon" if forecast["doubtful"] else ""
    return f"between {sure}, {words.times(SURE)}{off}{doubt}"


def _ends(forecast: dict[str, Any] | None, currency: str | None) -> str | None:
    """Between what it lies 8 times in 10, and whether to rely on it, for a narrow cell."""
    if forecast is None:
        return None
    doubt = ", not to be relied upon" if forecast["doubtful"] else ""
    return words.ends(forecast[f"low_{SURE}"], forecast[f"high_{SURE}"], currency) + doubt


def _told(write: Callable[..., str], value: float | None, *unit: str) -> str | None:
    return None if pd.isna(value) else write(value, *unit)

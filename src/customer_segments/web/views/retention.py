"""Do they come back? The cohort triangle, and curves for each segment."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from customer_segments.base import words
from customer_segments.web.curves import Curve, chart, shape_of
from customer_segments.web.pages import page
from customer_segments.web.results import Run
from customer_segments.web.views.study import latest, untold

SHADES = 10
SHOWN = {"rates": "Per cent that ordered", "customers": "Customers", "revenue": "Net revenue"}
WHOLE = 0.01  # rates are told in whole per cent: of many customers, that leaves as many open


def retention(request: HttpRequest, study: UUID) -> HttpResponse:
    """The chapter on retention as a page; `show` says what stands in the triangle."""
    run = latest(request)
    told = run.chapter("retention")
    if not told["available"]:
        return untold(request, "Do they come back?", told["reason"])
    shown = {name: title for name, title in SHOWN.items() if name != "revenue" or not run.without_money}
    asked = request.GET.get("show", "rates")
    show = asked if asked in shown else "rates"
    rates = _segments_rates(run, run.told_from(request.role))
    return page(
        request, "retention", 200 if asked in shown else 422, told=told, names=run.names, show=show, shown=shown,
        unknown=asked not in shown, triangle=triangle(run, show, told["smallest_group"]),
        again=_again(run, rates, told), waited=_waited(run), rates=_rates(rates),
        currency=run.content()["study"]["currency"],
    )  # fmt: skip


def triangle(run: Run, show: str, smallest: int) -> dict[str, Any]:
    """Rows of cells, each with its text and shade; what rests on a few customers has neither."""
    cells = run.rows(f"SELECT * FROM {run.table('cohorts')} ORDER BY cohort, age")
    cells = [cell for cell in cells if cell["age"] > 0 or show != "rates"]
    ages = sorted({cell["age"] for cell in cells})
    average = {age: rate for age, rate in _averages(run, cells, smallest).items() if age in ages}
    told = [cell["rate"] for cell in cells if not cell["few"]]
    highest = max([*told, *average.values()], default=0) if show == "rates" else 1.0
    rows: dict[Any, dict[str, Any]] = {}
    for cell in cells:
        row = rows.setdefault(cell["cohort"], {"customers": cell["customers"], "cells": dict.fromkeys(ages)})
        row["cells"][cell["age"]] = _cell(cell, show, highest)
    everyone = {age: _average(average[age], highest) if age in average else None for age in ages}
    return {"ages": ages, "rows": rows, "average": everyone if show == "rates" else None}


def _averages(run: Run, cells: list[dict[str, Any]], smallest: int) -> dict[int, float]:
    """The rates of all cohorts together, but for those that would tell, less what is shown, of a few customers."""
    seen: dict[int, int] = {}
    for cell in cells:
        if cell["whole"] and not cell["few"]:
            seen[cell["age"]] = seen.get(cell["age"], 0) + cell["active"]
    rates = run.rows(f"SELECT * FROM {run.table('return_rates')} WHERE segment IS NULL AND customers >= ?", [smallest])
    return {
        each["age"]: each["rate"] for each in rates
        if not 0 < each["active"] - seen.get(each["age"], 0) < smallest or each["customers"] * WHOLE >= smallest
    }  # fmt: skip


def _cell(cell: dict[str, Any], show: str, highest: float) -> dict[str, Any]:
    if show == "revenue":
        text = words.short(cell["revenue"])
    else:
        text = f"{cell['active']:,}" if show == "customers" else f"{cell['rate']:.0%}".rstrip("%")
    shade = cell["kept"] if show == "revenue" else cell["rate"]
    return {"text": text, "shade": _shade(shade, highest), "whole": cell["whole"], "few": cell["few"]}


def _average(rate: float, highest: float) -> dict[str, Any]:
    return {"text": f"{rate:.0%}".rstrip("%"), "shade": _shade(rate, highest), "whole": True, "few": False}


def _shade(share: float, highest: float) -> int:
    return min(SHADES - 1, int(SHADES * share / highest)) if highest else 0


def _segments_rates(run: Run, smallest: int) -> list[dict[str, Any]]:
    """The rates of the segments, but for those of a few who ordered."""
    where = "segment IS NOT NULL AND active NOT BETWEEN 1 AND ?"
    return run.rows(f"SELECT * FROM {run.table('return_rates')} WHERE {where} ORDER BY segment, age", [smallest - 1])


def _again(run: Run, rows: list[dict[str, Any]], told: dict[str, Any]) -> Any:
    """How many of each segment order in each period after the first; None where there is no segment to tell of."""
    found = [
        _curve(run, segment, [(row["age"], row["rate"]) for row in own], own) for segment, own in _parted(rows).items()
    ]
    if not found:
        return None
    oldest, highest = max(row["age"] for row in rows), max(row["high"] for row in rows)
    title = f"{told['period'].capitalize()}s after the first order"
    return chart(found, title, words.percent, across=(0, oldest), up=(0, highest))


def _waited(run: Run) -> Any:
    """How many have ordered a second time by which day; everyone last, on top of the segments."""
    rows = run.rows(f"SELECT * FROM {run.table('second_orders')} ORDER BY segment NULLS LAST, day")
    found = [
        _curve(run, segment, [(0, 0.0), *((row["day"], row["share"]) for row in own)], own if segment is None else [])
        for segment, own in _parted(rows).items()
    ]
    if not found:
        return None
    latest_day = max(row["day"] for row in rows)
    return chart(found, "Days since the first order", words.percent, across=(0, latest_day), up=(0, 1), stepped=True)


def _rates(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The rates of the segments as a table: a row for each age."""
    segments = sorted({row["segment"] for row in rows})
    ages: dict[int, dict[int, str]] = {}
    for row in rows:
        interval = f"{words.percent(row['rate'])} ({words.percent(row['low'])} to {words.percent(row['high'])})"
        ages.setdefault(row["age"], {})[row["segment"]] = interval
    return {"segments": segments, "ages": dict(sorted(ages.items()))}


def _parted(rows: list[dict[str, Any]]) -> dict[int | None, list[dict[str, Any]]]:
    found: dict[int | None, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["segment"], []).append(row)
    return found


def _curve(run: Run, segment: int | None, points: list[tuple[float, float]], band: list[dict[str, Any]]) -> Curve:
    """A segment's line with its interval; a line that begins with nobody has an interval of nothing there."""
    start = [0.0] * (len(points) - len(band)) if band else []
    low, high = ([*start, *(row[side] for row in band)] for side in ("low", "high"))
    name = "Everyone" if segment is None else run.called(segment)
    short = "all" if segment is None else str(segment)
    return Curve(name, shape_of(segment), points, low, high, short)

"""Can I trust it? Why so many segments, the verdict with its reasons, and what a classifier's accuracy proves."""

from __future__ import annotations

import csv
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from customer_segments.base import words
from customer_segments.web.curves import Chart, Curve, chart
from customer_segments.web.pages import page
from customer_segments.web.results import Run
from customer_segments.web.views.study import latest, untold

QUESTION = "Can I trust it?"


def model(request: HttpRequest, study: UUID) -> HttpResponse:
    """The evidence of the chapters on clustering and validation as a page."""
    run = latest(request)
    choice, evidence = run.chapter("clustering"), run.chapter("validation")
    for told in (choice, evidence):
        if "reason" in told:
            return untold(request, QUESTION, told["reason"])
    tried = scores(run)
    return page(
        request, "model", question=QUESTION, verdict=run.content()["verdict"], choice=choice, evidence=evidence,
        names=run.names, charts=[(each["title"], _drawn(each, choice, tried)) for each in choice["curves"]],
        tried=_table(choice, tried),
    )  # fmt: skip


def scores(run: Run) -> list[dict[str, float | None]]:
    """All numbers of segments, or settings, that were tried, with their scores."""
    with (run.folder / "reports/metrics/k_scores.csv").open(encoding="utf-8", newline="") as file:
        return [{name: float(cell) if cell else None for name, cell in row.items()} for row in csv.DictReader(file)]


def _drawn(wanted: dict[str, Any], choice: dict[str, Any], tried: list[dict[str, float | None]]) -> Chart | None:
    """One criterion over all that was tried; None where it has no value at all."""
    over, column = choice["over"], wanted["column"]
    points = [(row[over], row[column]) for row in tried if row[column] is not None]
    if not points:
        return None
    known = [row[over] for row in tried]
    rings = [point for point in points if point[0] == wanted["best"]]
    title = "Segments" if over == "k" else "Setting"
    curve = Curve(wanted["title"], "score", points)
    return chart([curve], title, words.number, across=(min(known), max(known)), mark=choice["used"], ringed=rings)


def _table(choice: dict[str, Any], tried: list[dict[str, float | None]]) -> dict[str, Any]:
    """The same as a table."""
    over = choice["over"]
    columns = [each["column"] for each in choice["curves"]]
    rows = [(words.number(row[over]), [words.number(row[name]) for name in columns]) for row in tried]
    titles = [each["title"].partition(":")[0] for each in choice["curves"]]
    return {"over": "Segments" if over == "k" else "Setting", "titles": titles, "rows": rows}

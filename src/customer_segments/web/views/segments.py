"""Who are they? The segments' sizes, rules, answers and map; what a reader sees of small groups is hidden."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.gzip import gzip_page

from customer_segments.base import privacy, words
from customer_segments.base.privacy import untold
from customer_segments.pages.plots.palette import MUTED, segment_colour
from customer_segments.web import drawing, kinds, points, results, typical
from customer_segments.web.models import Role
from customer_segments.web.pages import page
from customer_segments.web.shield import DRAWING_POLICY
from customer_segments.web.views.study import latest

MOST_ANSWERS, MOST_DIFFERENT = 10, 60


def segments(request: HttpRequest, study: UUID) -> HttpResponse:
    """Everything about the segments that is no single person."""
    run = latest(request)
    smallest = run.told_from(request.role)
    rows = sized(run, smallest)
    columns = asked_of(run)
    by = request.GET.get("by") or (columns[0] if columns else None)
    wrong = by is not None and by not in columns
    told = {
        "rows": rows, "shown": {name: any(row["card"].get(name) for row in rows) for name in typical.NUMBERS},
        "pie": _pie(rows), "bar": drawing.bar, "shade": drawing.shade, "label": typical.label,
        "rules": run.chapter("validation").get("rules"), "names": run.names, "columns": columns, "by": by,
        "wrong": wrong,
        "answers": answered(run, by, smallest) if by and not wrong else None,
        "kind": "" if wrong or not by else kinds.kind(run.columns[by]),
        "places": _places(run, smallest), "smallest": smallest, "content": run.content(),
        "bring": "orders" if run.without_money else "net revenue",
        "has_map": run.has("data/processed/map.parquet"), "is_manager": request.role >= Role.MANAGER,
    }  # fmt: skip
    answer = page(request, "segments", 422 if wrong else 200, **told)
    answer.headers["Content-Security-Policy"] = DRAWING_POLICY
    return answer


def sized(run: results.Run, smallest: int) -> list[dict[str, Any]]:
    """The report's cards with what is drawn of them; small groups, and what would give one away, without numbers."""
    brought = "orders_share" if run.without_money else "revenue_share"
    rows = zip(typical.segments(run), typical.cards(run, smallest), strict=True)
    return [
        {
            "segment": row["segment"],
            "card": card,
            "few": row["customers"] < smallest,
            "share": row["customer_share"] if card["customers"] else 0.0,
            "brought": row.get(brought) if card["customers"] and not row["untold"] else None,
            "brought_told": card.get(brought),
        }
        for row, card in rows
    ]


def _pie(rows: list[dict[str, Any]]) -> Any:
    slices = [
        drawing.Slice(row["segment"], f"{row['card']['name']}: {row['card']['customer_share']}", row["share"])
        for row in rows
    ]
    return drawing.pie(slices, "Shares of customers. " + "; ".join(each.label for each in slices if each.share))


def asked_of(run: results.Run) -> list[str]:
    """The columns whose answers are few enough to be compared."""
    skipped = ("customer_id", "segment_name")
    return [
        name for name, told in run.usual["answers"].items()
        if name not in skipped and 1 < told["different"] <= MOST_DIFFERENT
    ]  # fmt: skip


def answered(run: results.Run, column: str, smallest: int) -> dict[str, Any]:
    """How often each answer is given in each segment; `None` where it is not told."""
    rows = _pooled(_answers(run, kinds.quoted(column)), smallest)
    order = [row["segment"] for row in typical.segments(run)]
    sizes = {row["segment"]: row["customers"] for row in typical.segments(run)}
    counts = [[counted.get(segment, 0) for segment in order] for _, counted in rows]
    gone = privacy.hidden(counts, smallest) if smallest > 1 else set()
    return {
        "segments": order,
        "rows": [
            {
                "answer": answer,
                "cells": [
                    None if (line, place) in gone else _cell(count, sizes[segment], smallest)
                    for place, (segment, count) in enumerate(zip(order, counts[line], strict=True))
                ],
            }
            for line, (answer, _) in enumerate(rows)
        ],
        "hidden": bool(gone),
    }


def _cell(count: int, of: int, smallest: int) -> tuple[int, float]:
    """A count and its share; rounded to whole smallest groups, so that two of them never differ by a few people."""
    rounded = (count + smallest // 2) // smallest * smallest
    return rounded, min(1.0, rounded / of)


@lru_cache(maxsize=results.KEPT_OPEN * 10)
def _answers(run: results.Run, column: str) -> tuple[tuple[Any, dict[int, int]], ...]:
    """The most frequent answers with the customers of each segment, all others together as the last."""
    found = run.rows(
        f"SELECT {column} AS answer, segment, count(*) AS customers FROM {run.customers} GROUP BY 1, 2 ORDER BY 1, 2"
    )
    by_answer: dict[Any, dict[int, int]] = {}
    for row in found:
        by_answer.setdefault(row["answer"], {})[row["segment"]] = row["customers"]
    known = sorted((each for each in by_answer if each is not None), key=lambda each: -sum(by_answer[each].values()))
    told = [(each, by_answer[each]) for each in known[:MOST_ANSWERS]]
    if rest := known[MOST_ANSWERS:]:
        told.append((OTHERS, _together([by_answer[each] for each in rest])))
    if None in by_answer:
        told.append((None, by_answer[None]))
    return tuple(told)


def _pooled(rows: Iterable[tuple[Any, dict[int, int]]], smallest: int) -> list[tuple[Any, dict[int, int]]]:
    """Answers of a few people, which could say who they are, among all others."""
    few = [row for row in rows if row[0] not in (None, OTHERS) and sum(row[1].values()) < smallest]
    if not few:
        return list(rows)
    kept = [row for row in rows if row not in few and row[0] not in (None, OTHERS)]
    together = _together([counted for answer, counted in rows if answer == OTHERS or (answer, counted) in few])
    return [*kept, (OTHERS, together), *(row for row in rows if row[0] is None)]


OTHERS = ("others",)  # no answer can be a tuple


def _together(parts: list[dict[int, int]]) -> dict[int, int]:
    return {segment: sum(part.get(segment, 0) for part in parts) for segment in sorted(set().union(*parts))}


@gzip_page
def segments_map(request: HttpRequest, study: UUID) -> JsonResponse:
    """The customers as points, thinned; only who may see persons is told which, others see means of neighbours."""
    run, is_manager = latest(request), request.role >= Role.MANAGER
    places = points.few(run) if is_manager else points.grouped(run, run.smallest_group)
    drawn = []
    for row in typical.segments(run):
        own = [point for point in places if point[1] == row["segment"]]
        if own:
            drawn.append(_drawn(run, row["segment"], own, is_manager))
    return JsonResponse({"segments": drawn, "axes": [f"Component {place}" for place in (1, 2, 3)]})


def _drawn(run: results.Run, segment: int, own: list[tuple[Any, ...]], named: bool) -> dict[str, Any]:
    told = {
        "name": typical.names(run)[segment],
        "colour": segment_colour(segment - 1) if segment else MUTED,
        **{axis: [point[place] for point in own] for place, axis in enumerate("xyz", 2)},
    }
    return told | ({"customers": [point[0] for point in own]} if named else {})


def _places(run: results.Run, smallest: int) -> list[dict[str, Any]]:
    """Where each segment's middle lies in the map."""
    if not run.has("data/processed/map.parquet"):
        return []
    names, middles = typical.names(run), points.middles(run)
    hidden = untold([customers for _, customers, *_ in middles], smallest)
    return [
        {"segment": segment, "name": names[segment], "at": [words.signed(value) for value in at]}
        for (segment, _, *at), gone in zip(middles, hidden, strict=True)
        if not gone
    ]

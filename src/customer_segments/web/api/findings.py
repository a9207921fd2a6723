"""What a finished run found, as it was written."""

from __future__ import annotations

import base64
import math
from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from pydantic import Field

from customer_segments.web import events, results
from customer_segments.web.api.contract import plain
from customer_segments.web.api.working import run_in
from customer_segments.web.models import Job
from customer_segments.web.views.study import zipped

router = Router(tags=["What a run found"])
RUN = "/studies/{uuid:study}/runs/{uuid:run}"


def _file(kind: str) -> dict[str, Any]:
    return {"responses": {200: {"content": {kind: {"schema": {"type": "string", "format": "binary"}}}}}}


class Reason(Schema):
    question: str
    answer: str


class Verdict(Schema):
    verdict: str
    headline: str
    reasons: list[Reason]
    advice: str


class Page(Schema):
    customers: list[dict[str, Any]]
    next: str | None = Field(description="The cursor of those that follow; null at the end.")


@router.get(f"{RUN}/verdict", url_name="verdict", response=Verdict)
def verdict(request: HttpRequest, study: UUID, run: UUID) -> Any:
    """Are there segments, do they come back, do they predict?"""
    return _finished(request, run).content()["verdict"]


@router.get(f"{RUN}/segments", url_name="segments", response=list[dict[str, Any]])
def segments(request: HttpRequest, study: UUID, run: UUID) -> Any:
    """The segments: names, sizes, shares, what is typical and what to do."""
    return [_plain(each) for each in _finished(request, run).segments()]


@router.get(f"{RUN}/customers", url_name="customers", response=Page)
def customers(
    request: HttpRequest,
    study: UUID,
    run: UUID,
    cursor: str | None = Query(None, max_length=1000),
    limit: int = Query(100, ge=1, le=1000),
) -> Any:
    """All customers in the order of their numbers, page by page: give `next` as the next one's `cursor`."""
    found = _finished(request, run)
    after = read(cursor)
    rows = found.rows(
        f"SELECT * FROM {found.customers} WHERE customer_id > ? ORDER BY customer_id LIMIT ?", [after, limit + 1]
    )
    if cursor is None:
        events.record(request.key, "read the customers", request.study, job=str(run))
    told = [_plain(each) for each in rows[:limit]]
    return {"customers": told, "next": cursor_after(told[-1]["customer_id"]) if len(rows) > limit else None}


def cursor_after(customer: str) -> str:
    return base64.urlsafe_b64encode(customer.encode()).decode()


def read(cursor: str | None) -> str:
    """After which customer to go on; the first where there is no cursor."""
    try:
        if not cursor:
            return ""
        return plain(base64.b64decode(cursor.encode("ascii"), b"-_", validate=True).decode())
    except ValueError:
        raise HttpError(422, "The cursor is none that was given here: begin without one.") from None


@router.get(f"{RUN}/ledger", url_name="ledger", response=list[dict[str, Any]])
def ledger(request: HttpRequest, study: UUID, run: UUID) -> Any:
    """What became of every row: the rules, what each took out or mended, and whether it adds up."""
    return _finished(request, run).content()["accounts"]


@router.get(f"{RUN}/report.pdf", url_name="report", openapi_extra=_file("application/pdf"))
def report(request: HttpRequest, study: UUID, run: UUID) -> Any:
    """The brief: two pages to print or to send."""
    path = _finished(request, run).folder / "reports/brief.pdf"
    if not path.is_file():
        raise Http404("The run made no report.")
    events.record(request.key, "took away brief.pdf", request.study)
    return FileResponse(path.open("rb"), as_attachment=True, filename="report.pdf", content_type="application/pdf")


@router.get(f"{RUN}/project.zip", url_name="project", openapi_extra=_file("application/zip"))
def project(request: HttpRequest, study: UUID, run: UUID) -> Any:
    """The run as a folder with its data, to run again on another machine: it comes to the same bytes."""
    return zipped(_finished(request, run), request.study, request.key)


def _finished(request: HttpRequest, run: UUID) -> results.Run:
    job = run_in(request, run)
    if job.state != Job.State.FINISHED:
        raise Http404("The run has found nothing yet: it is not finished.")
    return results.of(job)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """JSON knows no NaN: what is not known is null."""
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value for name, value in row.items()
    }

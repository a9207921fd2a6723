"""A study's front page, its chapters, and what can be taken away."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse

from customer_segments.pages.report.chapters import CHAPTERS, chapters_of
from customer_segments.web import archive, events, results, typical
from customer_segments.web.access import may_read
from customer_segments.web.models import ApiKey, Person, Role, Study
from customer_segments.web.pages import page, problem
from customer_segments.web.shield import CHAPTER_POLICY

WORD = re.compile(r"[a-z_]+")
OF_MANAGERS = "This chapter shows single customers: only a manager of the study, or more, may read it."
PAGE = re.compile(r"(index|0\d_[a-z_]+)\.html")
# What may be taken away, by whom, and what it is.
TABLE = "text/csv; charset=utf-8"
FILES: dict[str, tuple[str, Role, str]] = {
    "brief.pdf": ("reports/brief.pdf", Role.READER, "application/pdf"),
    "segmented_customers.csv": ("reports/segmented_customers.csv", Role.MANAGER, TABLE),
}
LISTS = "reports/lists"
LIST = re.compile(r"(segment_\d{1,3}|at_risk)\.csv")


def latest(request: HttpRequest) -> results.Run:
    """The run that people see; there may be none yet."""
    if request.latest is None:
        raise Http404
    return results.of(request.latest)


def untold(request: HttpRequest, question: str, reason: str) -> HttpResponse:
    """A page on which a study has nothing to say, and why."""
    return page(request, "untold", question=question, reason=reason)


def study(request: HttpRequest, study: UUID) -> HttpResponse:
    """What did we find? The front page of the report."""
    if request.latest is None:
        return redirect("progress", study=request.study.id)
    run = results.of(request.latest)
    content, cards = run.content(), typical.cards(run, run.told_from(request.role))
    newer = request.study.runs().filter(state__in=("queued", "running")).exists()
    tables = {account["table"].lower() for account in content["accounts"]}
    made = chapters_of(content["study"]["published"], tables, "measure" in content)
    chapters = [each for each in made if may_read(request.role, each.stage)]
    listed = request.role >= Role.MANAGER and (run.folder / LISTS).is_dir()
    lists = f"{reverse('study', args=[study])}/files/" if listed else None
    return page(request, "study", content=content, cards=cards, chapters=chapters, newer=newer, lists=lists)


def chapter(request: HttpRequest, study: UUID, name: str) -> HttpResponse:
    """A chapter of the run that people see, or what the report's front page gives to take away."""
    if name in FILES:
        return file(request, study, name)
    return shut_in(request, latest(request).folder / "reports", name)


def shut_in(request: HttpRequest, reports: Path, name: str) -> HttpResponse:
    """A chapter, byte for byte as it was rendered, shut in so that nothing in it can act for its reader."""
    path = reports / name
    if not PAGE.fullmatch(name) or not path.is_file():
        raise Http404
    if any(each.page == name and not may_read(request.role, each.stage) for each in CHAPTERS):
        return problem(request, 403, OF_MANAGERS)
    answer = FileResponse(path.open("rb"), content_type="text/html; charset=utf-8")
    answer.headers["Content-Security-Policy"] = CHAPTER_POLICY
    return answer


def numbers(request: HttpRequest, study: UUID, stage: str, name: str) -> HttpResponse:
    """What a figure of a chapter shows, of the run that people see."""
    return of_figure(request, latest(request).folder / "reports", stage, name)


def of_figure(request: HttpRequest, reports: Path, stage: str, name: str) -> HttpResponse:
    """A figure's numbers, for those who may read its chapter."""
    path = reports / "figures" / stage / f"{name}.csv"
    if stage not in {each.stage for each in CHAPTERS} or not WORD.fullmatch(name) or not path.is_file():
        raise Http404
    if not may_read(request.role, stage):
        return problem(request, 403, OF_MANAGERS)
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type=TABLE)


def asset(request: HttpRequest, study: UUID) -> HttpResponse:
    """The script of chapters that turn; shut in as they are, they ask for it as strangers, without a session."""
    answer = redirect(static("plotly/plotly.min.js"))
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def project(request: HttpRequest) -> HttpResponse:
    if request.role < Role.ANALYST:
        return problem(request, 403, "Only an analyst of the study, or more, may take this away.")
    return zipped(latest(request), request.study, request.user)


def zipped(run: results.Run, study: Study, who: Person | ApiKey) -> HttpResponse:
    """A run as a folder that can be run again, packed while it is sent."""
    events.record(who, "took away project.zip", study)
    answer = StreamingHttpResponse(archive.stream(run.folder), content_type="application/zip")
    answer.headers["Content-Disposition"] = 'attachment; filename="project.zip"'
    return answer


def file(request: HttpRequest, study: UUID, name: str) -> HttpResponse:
    if name == "project.zip":
        return project(request)
    if name not in FILES and not LIST.fullmatch(name):
        raise Http404
    path, least, kind = FILES.get(name, (f"{LISTS}/{name}", Role.MANAGER, TABLE))
    if request.role < least:
        return problem(request, 403, f"Only a {least.label} of the study, or more, may take this away.")
    found = latest(request).folder / path
    if not found.is_file():
        raise Http404
    events.record(request.user, f"took away {name}", request.study)
    return FileResponse(found.open("rb"), as_attachment=True, filename=name, content_type=kind)

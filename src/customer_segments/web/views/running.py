"""How far a run is, to stop it, and to go on."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Avg, F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from customer_segments.base.contract import tells_money
from customer_segments.pages.report.chapters import CHAPTERS, called
from customer_segments.run.pipeline import OUTPUTS
from customer_segments.run.staging import CELL
from customer_segments.run.workspace import STAGING
from customer_segments.web import events, jobs, results
from customer_segments.web.access import may_read
from customer_segments.web.models import Job, Role
from customer_segments.web.pages import page, problem
from customer_segments.web.results import folder_of
from customer_segments.web.views.study import of_figure, shut_in

STAGES = tuple(OUTPUTS)
ENDS = {"collect": "The data", "publish": "The report"}  # the stages that are no chapters
USUAL_SECONDS = 90.0  # a run, where none has been seen yet


def progress(request: HttpRequest, study: UUID) -> HttpResponse:
    """Which stage, how long still, what is there already; on its own the page comes again until it is done."""
    job = request.study.runs().first()
    if job is None:
        return problem(request, 404)
    if job.state == Job.State.FINISHED:
        if request.htmx:
            return HttpResponse(headers={"HX-Redirect": f"/studies/{request.study.id}"})
        return redirect("study", study=request.study.id)
    at = _at(job)
    name = "progress_part" if request.htmx else "progress"
    return page(
        request, name, job=job, stages=STAGES, titles=_titles(job, request.latest), at=at, share=at / len(STAGES),
        left=_left(job, at), able=jobs.has_its_data(job), ready=_ready(job, request.role), before=_before(job),
        cell=_cell(job),
    )  # fmt: skip


def _titles(job: Job, latest: Job | None) -> dict[str, str]:
    """What the stages are called; chapters as in the report that they make."""
    without_money = _without_money(job, latest)
    return ENDS | {each.stage: called(each, without_money).title for each in CHAPTERS}


def _without_money(job: Job, latest: Job | None) -> bool:
    """Whether the lines tell no money: as the upload was read, or as the run found that this one begins from."""
    source = job.settings.get("settings", {}).get("source", {})
    if columns := source.get("columns", {}).get("transactions"):
        return not tells_money([ours for ours, theirs in columns.items() if theirs])
    return latest is not None and results.of(latest).without_money


def made(request: HttpRequest, study: UUID, name: str) -> HttpResponse:
    """A chapter of the latest run, which may still be on its way."""
    job = request.study.runs().first()
    if job is None or name not in _ready(job, Role.OWNER).values():
        raise Http404
    return shut_in(request, folder_of(job) / "reports", name)


def made_numbers(request: HttpRequest, study: UUID, stage: str, name: str) -> HttpResponse:
    """What a figure of such a chapter shows."""
    job = request.study.runs().first()
    if job is None or stage not in _ready(job, Role.OWNER):
        raise Http404
    return of_figure(request, folder_of(job) / "reports", stage, name)


def _at(job: Job) -> int:
    """How many stages are done."""
    if job.state == Job.State.FINISHED:
        return len(STAGES)
    return STAGES.index(job.stage) if job.stage in STAGES else 0


def _ready(job: Job, role: Role) -> dict[str, str]:
    """The chapters that can be read already, by stage; what an earlier run has left for a later stage is none."""
    reports, done = folder_of(job) / "reports", STAGES[: _at(job)]
    made = (each for each in CHAPTERS if each.stage in done and (reports / each.page).is_file())
    return {each.stage: each.page for each in made if may_read(role, each.stage)}


def _cell(job: Job) -> str:
    """Which cell of the stage's notebook is running, of how many."""
    told = folder_of(job) / STAGING / job.stage / CELL
    try:
        at, cells = told.read_text(encoding="ascii").split() if job.stage else ("", "")
    except (OSError, ValueError):  # between two stages, or just being written
        return ""
    return f"cell {at} of {cells}" if at else ""


def _before(job: Job) -> int:
    """How much work is done first."""
    return Job.objects.filter(state__in=jobs.OPEN, in_line__lt=job.in_line).exclude(kind=Job.Kind.CHECK).count()


def _left(job: Job, at: int) -> str:
    """How long it will still take, by runs before and by how far this one is."""
    if job.state != Job.State.RUNNING or job.started is None:
        return ""
    seen = Job.objects.filter(kind=Job.Kind.RUN, state=Job.State.FINISHED).aggregate(
        mean=Avg(F("ended") - F("started"))
    )["mean"]
    usual = seen.total_seconds() if seen else USUAL_SECONDS
    spent = (timezone.now() - job.started).total_seconds()
    whole = spent / (at / len(STAGES)) if at >= 3 else usual
    left = max(5.0, whole - spent)
    return "less than a minute" if left < 50 else f"about {round(left / 60) or 1} min"


def cancel(request: HttpRequest, study: UUID) -> HttpResponse:
    for job in request.study.runs().filter(state__in=jobs.OPEN):
        jobs.cancel(job)
        events.record(request.user, "cancelled a run", request.study, job=str(job.id))
    return redirect("progress", study=request.study.id)


def again(request: HttpRequest, study: UUID) -> HttpResponse:
    """Go on where it stopped."""
    job = request.study.runs().first()
    if job and job.state in (Job.State.FAILED, Job.State.CANCELLED) and jobs.has_its_data(job) and jobs.go_on(job):
        events.record(request.user, "went on with a run", request.study, job=str(job.id))
    return redirect("progress", study=request.study.id)

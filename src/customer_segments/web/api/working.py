"""Studies and runs: what is there, what is going on, and to start and stop it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Router, Schema, Status
from ninja.errors import HttpError
from pydantic import Field

from customer_segments.web import events, jobs
from customer_segments.web.api.contract import RefusedError, Sent, Text
from customer_segments.web.api.once import TOKEN, once
from customer_segments.web.api.uploads import ByTable, checked
from customer_segments.web.models import ApiKey, Job, Study
from customer_segments.web.views.uploads import StartForm, begun, run_of

router = Router(tags=["Studies and runs"])


class StudyOut(Schema):
    id: UUID
    title: str
    made_up: bool = Field(description="Simulated data: nobody's.")
    created: datetime
    latest_run: UUID | None = Field(description="The last one that finished.")


class RunOut(Schema):
    id: UUID
    state: str = Field(description="queued, running, finished, failed or cancelled")
    stage: str
    error: str
    created: datetime
    started: datetime | None
    ended: datetime | None


CONFIRMED = Field(False, description="That what the check asks was looked at, and is right as it was taken.")


class Begin(Sent):
    upload: UUID = Field(description="Files that were checked.")
    title: Text = Field(description="What the study is called.")
    columns: ByTable = Field({}, description="Which columns you count on: refused where the check took others.")
    confirmed: bool = CONFIRMED


class Begun(Schema):
    study: StudyOut
    run: RunOut
    key: str | None = Field(
        description="A key of the new study, for what the asking one may; told once, and null if you ask again."
    )


class From(Sent):
    upload: UUID | None = Field(None, description="Files that were checked; without one, the last run's once more.")
    confirmed: bool = CONFIRMED


@router.get("/studies", url_name="studies", response=list[StudyOut])
def studies(request: HttpRequest) -> Any:
    """The studies that the key opens: one."""
    return [_study(request.study)]


@router.post("/studies", url_name="studies", response={202: Begun})
def begin(request: HttpRequest, given: Begin, token: str | None = TOKEN) -> Any:
    """Make a study of its own from an upload that was checked, and start its first run."""
    fresh: list[str] = []  # a secret is never stored, and so cannot be told again

    def make() -> dict[str, Any]:
        stored, found = checked(request, given.upload, given.confirmed)
        title = StartForm({"title": given.title}, found={})
        if not title.is_valid():
            raise RefusedError(422, [("title", title.errors["title"][0])])
        _hold_to(given.columns, found)
        study = begun(request.key.by, stored, title.cleaned_data["title"], found, request.key)
        fresh.append(_key_like(request.key, study))
        return {"study": _study(study), "run": _told(study.runs().get())}

    return once(
        request, token, given.model_dump(mode="json"), make, show=lambda kept: kept | {"key": next(iter(fresh), None)}
    )


def _hold_to(columns: dict[str, dict[str, str | None]], found: dict[str, Any]) -> None:
    """Refuse columns that are others than those of the check, which alone says what can be used by them."""
    taken = {
        (table, role["role"]): role["column"] for table, facts in found["tables"].items() for role in facts["roles"]
    }
    for table, named in columns.items():
        for ours, theirs in named.items():
            if (table, ours) not in taken:
                raise RefusedError(422, [(f"columns.{table[:80]}", "The upload has no such table or no such column.")])
            if taken[table, ours] != theirs:
                told = "The check took another column: have the upload checked with yours first."
                raise RefusedError(409, [(f"columns.{table}.{ours}", told)])


def _key_like(key: ApiKey, study: Study) -> str:
    secret = ApiKey.make(study=study, name=key.name, scopes=key.scopes, by=key.by, expires=key.expires)
    events.record(key, "made a key", study, start=secret[:8], scopes=key.scopes)
    return secret


@router.get("/studies/{uuid:study}", url_name="study", response=StudyOut)
def study(request: HttpRequest, study: UUID) -> Any:
    """A study."""
    return _study(request.study)


def _study(of: Study) -> dict[str, Any]:
    latest = of.latest()
    return {"latest_run": latest and latest.id} | {
        name: getattr(of, name) for name in ("id", "title", "made_up", "created")
    }


@router.get("/studies/{uuid:study}/runs", url_name="runs", response=list[RunOut])
def runs(request: HttpRequest, study: UUID) -> Any:
    """The last hundred runs of a study, newest first."""
    return [_told(each) for each in request.study.runs()[:100]]


@router.post("/studies/{uuid:study}/runs", url_name="runs", response={202: RunOut})
def start(request: HttpRequest, study: UUID, given: From, token: str | None = TOKEN) -> Any:
    """Start a run: of an upload that was checked, or the last run's files and settings once more."""

    def make() -> dict[str, Any]:
        if request.study.runs().filter(state__in=jobs.OPEN).exists():
            raise HttpError(409, "A run of this study is on its way: wait for its end, or cancel it.")
        job = _of_upload(request, given) if given.upload else _once_more(request)
        events.record(request.key, "started a run", request.study, job=str(job.id))
        return _told(job)

    return once(request, token, given.model_dump(mode="json"), make)


def _of_upload(request: HttpRequest, given: From) -> Job:
    stored, found = checked(request, given.upload, given.confirmed)
    return run_of(request.study, stored, found, request.key.by)


def _once_more(request: HttpRequest) -> Job:
    last = request.study.runs().first()
    if last is None:
        raise HttpError(422, "The study has no run yet that could be made again: name an upload.")
    return Job.objects.create(
        kind=Job.Kind.RUN, study=request.study, upload=last.upload, asked_by=request.key.by, settings=last.settings
    )


@router.get("/studies/{uuid:study}/runs/{uuid:run}", url_name="run", response=RunOut)
def run(request: HttpRequest, study: UUID, run: UUID) -> Any:
    """A run: how far it is, or how it ended."""
    return _told(run_in(request, run))


@router.post("/studies/{uuid:study}/runs/{uuid:run}/cancel", url_name="cancel", response={202: RunOut})
def cancel(request: HttpRequest, study: UUID, run: UUID) -> Any:
    """Stop a run that waits or runs; one that has ended stays as it is."""
    job = run_in(request, run)
    if job.state in jobs.OPEN:
        jobs.cancel(job)
        events.record(request.key, "cancelled a run", request.study, job=str(job.id))
    return Status(202, _told(run_in(request, run)))


def run_in(request: HttpRequest, run: UUID) -> Job:
    job = request.study.runs().filter(id=run).first()
    if job is None:
        raise Http404("There is no such run in this study.")
    return job


def _told(job: Job) -> dict[str, Any]:
    return {name: getattr(job, name) for name in RunOut.__annotations__}

"""Studies, uploads, and runs: what is there, what is going on, and to start and stop it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest
from ninja import File, Router, Schema, Status, UploadedFile
from ninja.errors import HttpError
from pydantic import Field

from customer_segments.web import events, jobs
from customer_segments.web.api.contract import RefusedError, Sent, Text
from customer_segments.web.api.once import TOKEN, once
from customer_segments.web.models import ApiKey, Job, Study, Upload
from customer_segments.web.views.uploads import StartForm, UploadForm, begun, run_of, taken

router = Router(tags=["Studies and runs"])
OPEN = jobs.OPEN
FILES = File(..., min_length=1)


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


class UploadOut(Schema):
    id: UUID
    names: dict[str, str] = Field(description="The files as they were called, by the names that they have here.")
    bytes: int
    created: datetime
    check: str = Field(description="The state of its check: queued, running, finished, failed or cancelled.")
    found: dict[str, Any] | None = Field(description="What the check says of the files, where it is done.")


ByTable = dict[Text, dict[Text, Text | None]]


class Look(Sent):
    columns: ByTable = Field(
        {},
        description="By table (`customers`, `transactions`): which of the file's columns is which of ours, or null.",
    )
    table: Literal["customers", "transactions"] | None = Field(None, description="What each row is, if it is known.")
    sheet: Text | None = Field(None, description="Which sheet of a workbook is meant.")


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
        stored, found = _checked(request, given.upload, given.confirmed)
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


@router.post("/uploads", url_name="uploads", response={202: UploadOut})
def upload(request: HttpRequest, files: list[UploadedFile] = FILES, token: str | None = TOKEN) -> Any:
    """Give files of customers or their orders; they are looked at by the worker, and their check comes with them."""
    form = UploadForm({}, request.FILES)
    if not form.is_valid():
        raise HttpError(422, form.errors["files"][0])

    def make() -> dict[str, Any]:
        try:
            stored = taken(request.key.by, form.cleaned_data["files"])
        except forms.ValidationError as error:
            raise HttpError(422, error.messages[0]) from None
        _look_at(request, stored)
        events.record(request.key, "uploaded", request.study, upload=str(stored.id), bytes=stored.bytes)
        return _upload(stored)

    return once(request, token, sorted((each.name, each.size) for each in files), make)


@router.get("/uploads/{uuid:upload}", url_name="upload", response=UploadOut)
def uploaded(request: HttpRequest, upload: UUID) -> Any:
    """An upload, and what its check found."""
    return _upload(_own(request, upload))


@router.post("/uploads/{uuid:upload}/check", url_name="check", response={202: UploadOut})
def check(request: HttpRequest, upload: UUID, given: Look, token: str | None = TOKEN) -> Any:
    """Look at an upload again, with the columns, the kind of rows and the sheet that you name."""
    stored = _own(request, upload)

    def make() -> dict[str, Any]:
        named = [f"{ours}={theirs or ''}" for table in given.columns.values() for ours, theirs in table.items()]
        _look_at(request, stored, columns=named, table=given.table, sheet=given.sheet)
        return _upload(stored)

    return once(request, token, given.model_dump(mode="json"), make)


def _look_at(request: HttpRequest, stored: Upload, **settings: Any) -> None:
    """The check's job names the study, so that no other study's key sees the upload."""
    Job.objects.create(
        kind=Job.Kind.CHECK, study=request.study, upload=stored, asked_by=request.key.by, settings=settings
    )


def _own(request: HttpRequest, upload: UUID) -> Upload:
    checks = Job.objects.filter(upload=upload, study=request.study, kind=Job.Kind.CHECK)
    if not checks.exists():
        raise Http404("There is no such upload, or none of this study.")
    return Upload.objects.get(id=upload)


def _upload(stored: Upload) -> dict[str, Any]:
    job = stored.jobs.filter(kind=Job.Kind.CHECK).order_by("-created").first()
    found = stored.found if job.state == Job.State.FINISHED else {"refused": job.error} if job.error else None
    told = {name: getattr(stored, name) for name in ("id", "names", "bytes", "created")}
    return told | {"check": job.state, "found": found}


@router.get("/studies/{uuid:study}/runs", url_name="runs", response=list[RunOut])
def runs(request: HttpRequest, study: UUID) -> Any:
    """The last hundred runs of a study, newest first."""
    return [_told(each) for each in request.study.runs()[:100]]


@router.post("/studies/{uuid:study}/runs", url_name="runs", response={202: RunOut})
def start(request: HttpRequest, study: UUID, given: From, token: str | None = TOKEN) -> Any:
    """Start a run: of an upload that was checked, or the last run's files and settings once more."""

    def make() -> dict[str, Any]:
        if request.study.runs().filter(state__in=OPEN).exists():
            raise HttpError(409, "A run of this study is on its way: wait for its end, or cancel it.")
        job = _of_upload(request, given) if given.upload else _once_more(request)
        events.record(request.key, "started a run", request.study, job=str(job.id))
        return _told(job)

    return once(request, token, given.model_dump(mode="json"), make)


def _of_upload(request: HttpRequest, given: From) -> Job:
    stored, found = _checked(request, given.upload, given.confirmed)
    return run_of(request.study, stored, found, request.key.by)


def _checked(request: HttpRequest, upload: UUID, confirmed: bool) -> tuple[Upload, dict[str, Any]]:
    """An upload that can be made into a study: nothing about it is open any more."""
    stored = _own(request, upload)
    told = _upload(stored)
    if told["check"] in OPEN:
        raise HttpError(409, "The upload is still being looked at: wait for its check.")
    if told["found"] is None or "refused" in told["found"]:
        raise HttpError(422, "The upload cannot be used: its check says why.")
    asked = told["found"].get("questions")
    if asked and not (confirmed and told["found"]["tables"]):
        sentences = "; ".join(question["told"] for question in asked)
        raise HttpError(409, f"{sentences}: have it checked with your answer, or confirm it as it was taken.")
    return stored, told["found"]


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
    if job.state in OPEN:
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

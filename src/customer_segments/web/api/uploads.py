"""Uploads: files of customers or their orders, and what the check finds of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest
from ninja import File, Router, Schema, UploadedFile
from ninja.errors import HttpError
from pydantic import Field

from customer_segments.web import events, jobs
from customer_segments.web.api.contract import Sent, Text
from customer_segments.web.api.once import TOKEN, once
from customer_segments.web.models import Job, Upload
from customer_segments.web.views.uploads import UploadForm, taken

router = Router(tags=["Uploads"])
FILES = File(..., min_length=1)
ByTable = dict[Text, dict[Text, Text | None]]


class UploadOut(Schema):
    id: UUID
    names: dict[str, str] = Field(description="The files as they were called, by the names that they have here.")
    bytes: int
    created: datetime
    check: str = Field(description="The state of its check: queued, running, finished, failed or cancelled.")
    found: dict[str, Any] | None = Field(description="What the check says of the files, where it is done.")


class Look(Sent):
    columns: ByTable = Field(
        {},
        description="By table (`customers`, `transactions`): which of the file's columns is which of ours, or null.",
    )
    table: Literal["customers", "transactions"] | None = Field(None, description="What each row is, if it is known.")
    sheet: Text | None = Field(None, description="Which sheet of a workbook is meant.")


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
    found = found and {name: value for name, value in found.items() if name not in ("before", "settings")}
    told = {name: getattr(stored, name) for name in ("id", "names", "bytes", "created")}
    return told | {"check": job.state, "found": found}


def checked(request: HttpRequest, upload: UUID, confirmed: bool) -> tuple[Upload, dict[str, Any]]:
    """An upload that can be made into a study: nothing about it is open any more."""
    stored = _own(request, upload)
    told = _upload(stored)
    if told["check"] in jobs.OPEN:
        raise HttpError(409, "The upload is still being looked at: wait for its check.")
    if told["found"] is None or "refused" in told["found"]:
        raise HttpError(422, "The upload cannot be used: its check says why.")
    asked = told["found"].get("questions")
    if asked and not (confirmed and told["found"]["tables"]):
        sentences = "; ".join(question["told"] for question in asked)
        raise HttpError(409, f"{sentences}: have it checked with your answer, or confirm it as it was taken.")
    return stored, told["found"]

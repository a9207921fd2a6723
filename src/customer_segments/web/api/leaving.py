"""Customers who ask to be forgotten, and a study that is to be gone: each told first, and done when asked again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Router, Schema, Status
from ninja.errors import HttpError
from pydantic import AfterValidator, Field, StringConstraints

from customer_segments.web import deleting, forgetting, jobs
from customer_segments.web.api.contract import Sent, Text
from customer_segments.web.api.once import TOKEN, once
from customer_segments.web.models import Job
from customer_segments.web.views.forgetting import BUSY, LONGEST, MOST

router = Router(tags=["Forgetting and deleting"])


def _one_line(number: str) -> str:
    if len(number.splitlines()) != 1:
        raise ValueError("a customer's number stands in one line")
    return number


Number = Annotated[
    Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST), AfterValidator(_one_line)
]
LOOK = Field(True, description="Only say what would be done, and change nothing: so it is unless you send false.")


class ToForget(Sent):
    customers: list[Number] = Field(min_length=1, max_length=MOST, description="Their numbers, as in your file.")
    dry_run: bool = LOOK


class Place(Schema):
    run: UUID | None = None
    upload: UUID | None = None
    deleted: bool = Field(description="The file that was given cannot be rewritten, and goes as a whole.")
    done: list[str] = Field(description="What is done, or would be, to which files.")
    proof: str = Field(description="What was searched again afterwards, and that nothing was found.")


class Forgetting(Schema):
    id: UUID
    state: str = Field(description="queued, running, finished or failed")
    dry_run: bool
    customers: int = Field(description="How many were asked for; their numbers are told to nobody.")
    entries: int | None = Field(description="How many of them were entered by hand; null until it has ended.")
    places: list[Place] = Field(description="Where they are; empty until it has ended.")
    error: str
    created: datetime
    ended: datetime | None


class ToDelete(Sent):
    title: Text = Field("", description="The study's name, to be sure; needed where it is no dry run.")
    dry_run: bool = LOOK


class Goes(Schema):
    deleted: bool
    runs: int
    uploads: int = Field(description="Those that only this study was made from.")
    entries: int = Field(description="Customers entered by hand.")
    keys: int = Field(description="Of programs, with that which asks.")
    members: int
    links: int = Field(description="Invitations that nobody has used.")


@router.post("/forget", url_name="forget", response={202: Forgetting})
def forget(request: HttpRequest, given: ToForget, token: str | None = TOKEN) -> Any:
    """Take customers out of all that the key's study stores: first as a dry run, then for good."""

    def make() -> dict[str, Any]:
        if request.study.jobs.filter(state__in=jobs.OPEN).exists():
            raise HttpError(409, BUSY)
        ids = list(dict.fromkeys(given.customers))
        return _told(forgetting.ask(request.study, ids, request.key.by, dry_run=given.dry_run, key=request.key))

    return once(request, token, given.model_dump(mode="json"), make)


@router.get("/forget/{uuid:job}", url_name="forgetting", response=Forgetting)
def forgetting_of(request: HttpRequest, job: UUID) -> Any:
    """How far it is, what was done or would be, and the proof."""
    asked = Job.objects.filter(id=job, study=request.key.study_id, kind=Job.Kind.FORGET).first()
    if asked is None:
        raise Http404("Nothing of the kind was asked for in this study.")
    return _told(asked)


def _told(job: Job) -> dict[str, Any]:
    said = job.said or {}
    return {
        "id": job.id, "state": job.state, "dry_run": job.settings["dry_run"], "customers": job.settings["count"],
        "entries": said.get("rows"), "places": said.get("places", []), "error": job.error, "created": job.created,
        "ended": job.ended,
    }  # fmt: skip


@router.post("/studies/{uuid:study}/delete", url_name="delete", response={200: Goes, 202: Goes})
def delete(request: HttpRequest, study: UUID, given: ToDelete) -> Any:
    """Delete the study with all that is stored of it, the key that asks as well: first as a dry run, then for good."""
    goes = deleting.what_goes(request.study)
    if given.dry_run:
        return Status(200, goes | {"deleted": False})
    if given.title.strip() != request.study.title.strip():
        raise HttpError(422, "`title` is not the study's name: all of it would be deleted.")
    if not deleting.delete(request.study, request.key):
        raise HttpError(409, deleting.BUSY)
    return Status(202, goes | {"deleted": True})

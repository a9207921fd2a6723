"""Customers entered by hand: kept, read, changed and deleted, with what for and why that is allowed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from customer_segments.base import words
from customer_segments.web import events, results
from customer_segments.web.api.contract import RefusedError, Sent, Text
from customer_segments.web.api.findings import cursor_after, read
from customer_segments.web.api.once import TOKEN, once
from customer_segments.web.api.placing import finished
from customer_segments.web.entering import entered
from customer_segments.web.models import Added
from customer_segments.web.views.added import TAKEN, AddForm, entries

router = Router(tags=["Customers entered by hand"])
ALL, ONE = "/studies/{uuid:study}/added", "/studies/{uuid:study}/added/{uuid:added}"
Basis = Literal["consent", "contract", "legal obligation", "legitimate interest"]


class Entry(Sent):
    customer_id: Text = Field(description="A number that no customer of the study has.", max_length=120)
    values: dict[Text, float | Text | bool | None] = Field(
        description="By the columns that make the segments; what is null or left out is not known."
    )
    purpose: Text = Field(description="What the entry is for.", max_length=200)
    basis: Basis = Field(description="Why it is allowed.")


class EntryOut(Schema):
    id: UUID
    customer_id: str
    values: dict[str, Any]
    segment: int = Field(description="By the study's last finished run, from 1; 0 where it leaves such customers out.")
    name: str
    certainty: float = Field(description="0 to 1")
    outside: bool = Field(description="Unlike all customers that the segments were made of.")
    purpose: str
    basis: str
    created: datetime
    changed: datetime


class EntryPage(Schema):
    entries: list[EntryOut]
    next: str | None = Field(description="The cursor of those that follow; null at the end.")


@router.post(ALL, url_name="added", response={201: EntryOut})
def enter(request: HttpRequest, study: UUID, given: Entry, token: str | None = TOKEN) -> HttpResponse:
    """Enter a customer, who is placed in a segment and kept beside the study."""

    def make() -> dict[str, Any]:
        entry = Added(study_id=study, by=request.key.by)
        _keep(request, entry, given)
        events.record(request.key, "added a customer", request.study, entry=str(entry.id))
        return {"id": str(entry.id)}  # nothing else of a customer is kept elsewhere

    def show(kept: dict[str, Any]) -> dict[str, Any]:
        return _told(finished(request.key), [_own(request, kept["id"])])[0]

    return once(request, token, given.model_dump(mode="json"), make, 201, show)


@router.get(ALL, url_name="added", response=EntryPage)
def entered_by_hand(
    request: HttpRequest, study: UUID, cursor: str | None = Query(None, max_length=1000),
    limit: int = Query(100, ge=1, le=1000),
) -> Any:  # fmt: skip
    """All who were entered, in the order of their numbers, page by page: give `next` as the next one's `cursor`."""
    run, after = finished(request.key), read(cursor)
    found = list(Added.objects.filter(study=study, customer_id__gt=after).order_by("customer_id")[: limit + 1])
    if cursor is None:
        events.record(request.key, "read the added customers", request.study)
    shown = found[:limit]
    return {
        "entries": _told(run, shown), "next": cursor_after(shown[-1].customer_id) if len(found) > limit else None,
    }  # fmt: skip


@router.get(ONE, url_name="entry", response=EntryOut)
def entry(request: HttpRequest, study: UUID, added: UUID) -> Any:
    """A customer who was entered."""
    return _told(finished(request.key), [_own(request, added)])[0]


@router.put(ONE, url_name="entry", response=EntryOut)
def change(request: HttpRequest, study: UUID, added: UUID, given: Entry) -> Any:
    """Change an entry; it is placed anew. What is left out of `values` is not known any more."""
    own = _own(request, added)
    _keep(request, own, given)
    events.record(request.key, "changed an added customer", request.study, entry=str(added))
    return _told(finished(request.key), [own])[0]


@router.delete(ONE, url_name="entry", response={204: None})
def remove(request: HttpRequest, study: UUID, added: UUID) -> Any:
    """Delete an entry for good."""
    _own(request, added).delete()
    events.record(request.key, "deleted an added customer", request.study, entry=str(added))
    return Status(204, None)


def _own(request: HttpRequest, added: UUID | str) -> Added:
    found = Added.objects.filter(id=added, study=request.key.study_id).first()
    if found is None:
        raise Http404("There is no such entry in this study; it may have been deleted.")
    return found


def _keep(request: HttpRequest, own: Added, given: Entry) -> None:
    """By the page's form, whose sentences are told under the names that a program knows."""
    run = finished(request.key)
    places = {f"f{place}": name for place, name in enumerate(run.scorer.needed)}
    if unknown := [name for name in given.values if name not in run.scorer.needed]:
        told = f"It makes no segments; these do: {words.listed(run.scorer.needed)}."
        raise RefusedError(422, [(f"values.{name[:80]}", told) for name in unknown])
    sent = {key: _as_entered(given.values.get(name), name, run) for key, name in places.items()}
    form = AddForm(sent | given.model_dump(exclude={"values"}), run=run, entry=own)
    if form.stored():
        return
    taken = form.has_error("customer_id", TAKEN)
    errors = [(_place(key, places), each) for key, all_ in form.errors.items() for each in all_]
    raise RefusedError(409 if taken else 422, errors)


def _as_entered(value: Any, name: str, run: results.Run) -> str:
    """As it would stand in the form; a text where a number belongs stays one, to be read or refused."""
    return value if isinstance(value, str) and name not in run.scorer.categories else entered(value, name, run)


def _place(key: str, places: dict[str, str]) -> str:
    return f"values.{places[key]}" if key in places else "values" if key == "__all__" else key


def _told(run: results.Run, stored: list[Added]) -> list[dict[str, Any]]:
    kept = ("id", "customer_id", "values", "purpose", "basis", "created", "changed")
    placed = entries(run, stored)
    return [
        {name: getattr(each["entry"], name) for name in kept}
        | {name: each[name] for name in ("segment", "name", "certainty", "outside")}
        for each in placed
    ]

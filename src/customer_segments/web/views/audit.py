"""Who did what, and was any of it changed since?"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from customer_segments.web import events
from customer_segments.web.models import ApiKey, Event, Person, Study
from customer_segments.web.pages import page

A_PAGE = 50


def audit(request: HttpRequest) -> HttpResponse:
    """The book, newest entry first."""
    before = request.GET.get("before", "")
    known = Event.objects.order_by("-id")
    if before.isascii() and before.isdigit() and len(before) < 19:
        known = known.filter(id__lt=int(before))
    shown = list(known[: A_PAGE + 1])
    newest = Event.objects.order_by("-id").first()
    return page(
        request, "audit", entries=_told(shown[:A_PAGE]), older=shown[A_PAGE - 1].id if len(shown) > A_PAGE else None,
        first=not before, total=Event.objects.count(), broken=events.first_broken(), newest=newest,
    )  # fmt: skip


def _told(shown: list[Event]) -> list[dict[str, Any]]:
    """Entries with people, keys and studies called as they are called now; the book itself holds only their numbers."""
    numbers = {kind: {_number(each, kind) for each in shown} - {None} for kind in ("person", "key")}
    people = dict(Person.objects.filter(id__in=numbers["person"]).values_list("id", "email"))
    keys = dict(ApiKey.objects.filter(id__in=numbers["key"]).values_list("id", "name"))
    studies = dict(Study.objects.filter(id__in={each.study for each in shown}).values_list("id", "title"))
    names = {f"person {number}": name for number, name in people.items()}
    names |= {f"key {number}": f"key “{name}”" for number, name in keys.items()}
    return [
        {"event": each, "who": names.get(each.who, each.who), "study": studies.get(each.study, each.study or "")}
        for each in shown
    ]


def _number(event: Event, kind: str) -> int | None:
    word, _, number = event.who.partition(" ")
    return int(number) if word == kind and number.isdigit() else None

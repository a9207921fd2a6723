"""Who has an account, who waits for one, and who administers?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from customer_segments.web import events
from customer_segments.web.models import Invitation, Person
from customer_segments.web.pages import page

A_PAGE = 50


def _set(**facts: bool) -> Callable[[Person], None]:
    def change(person: Person) -> None:
        Person.objects.filter(id=person.id).update(**facts)
        if not (person.is_active and facts.get("is_active", True)):
            for session in UserSession.objects.filter(user=person):
                session.end()

    return change


# Each button: what it does, how it is told, and whether one may do it to oneself.
ACTS: dict[str, tuple[Callable[[Person], None], str, bool]] = {
    "approve": (_set(approved=True), "approved", True),
    "deactivate": (_set(is_active=False), "deactivated", False),
    "activate": (_set(is_active=True), "activated", True),
    "raise": (_set(is_superuser=True, approved=True), "made an administrator", True),
    "lower": (_set(is_superuser=False), "made no administrator any more", False),
}


def people(request: HttpRequest) -> HttpResponse:
    """Approve, deactivate, make administrator; invite someone by a link."""
    if request.method == "GET":
        return _page(request)
    if "invite" in request.POST:
        return _invited(request)
    act = next((name for name in ACTS if name in request.POST), None)
    if act is None:
        raise Http404
    change, told, oneself = ACTS[act]
    person = _person(request.POST[act])
    if person == request.user and not oneself:
        return _page(request, 422, wrong="Another administrator has to do this to you.")
    change(person)
    events.record(request.user, told, person=person.id)
    messages.info(request, f"{person.email} is {told}.")
    return redirect("people")


def _invited(request: HttpRequest) -> HttpResponse:
    administrator = {"person": False, "administrator": True}.get(request.POST["invite"])
    if administrator is None:
        raise Http404
    secret = Invitation.make(administrator=administrator, by=request.user)
    events.record(request.user, "invited", administrator=administrator)
    return _page(request, link=request.build_absolute_uri(f"/enter/{secret}"), administrator=administrator)


def _person(given: str) -> Person:
    found = Person.objects.filter(id=int(given)).first() if given.isascii() and given.isdigit() else None
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, status: int = 200, **told: Any) -> HttpResponse:
    asked = request.GET.get("q", "").strip()[:120]
    known = Person.objects.filter(Q(email__icontains=asked) if asked else Q()).order_by("approved", "email")
    shown = Paginator(known, A_PAGE).get_page(request.GET.get("page"))
    common = {"link": "", "administrator": False, "wrong": ""}
    return page(request, "people", status, shown=shown, asked=asked, **common | told)

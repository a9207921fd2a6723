"""Who may see this study, and as what?"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from customer_segments.web import events
from customer_segments.web.models import Invitation, Member, Role, Study
from customer_segments.web.pages import page

MAY = {
    Role.READER: "reads the report and what is true of whole segments",
    Role.MANAGER: "also sees customers, places and adds them",
    Role.ANALYST: "also uploads, runs, and makes keys",
    Role.OWNER: "also shares, forgets and deletes",
}
LAST = "A study needs an owner: make someone else one first."


class RoleForm(forms.Form):
    role = forms.TypedChoiceField(
        coerce=lambda value: Role(int(value)), choices=Role.choices, initial=Role.READER,
        error_messages={"required": "Choose a role.", "invalid_choice": "Choose one of these roles."},
    )  # fmt: skip


def sharing(request: HttpRequest, study: UUID) -> HttpResponse:
    """Change or remove a member; invite someone by a link, or take a link back."""
    if request.method == "GET":
        return _page(request, RoleForm())
    for button, act in (("withdraw", _withdrawn), ("remove", _removed), ("change", _changed)):
        if button in request.POST:
            return act(request, _number(request.POST[button]))
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _page(request, form, 422)
    role = form.cleaned_data["role"]
    secret = Invitation.make(study=request.study, role=role, by=request.user)
    events.record(request.user, "invited", request.study, role=role.label)
    return _page(request, RoleForm(), link=request.build_absolute_uri(f"/enter/{secret}"), invited=role.label)


def _changed(request: HttpRequest, number: int) -> HttpResponse:
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _page(request, RoleForm(), 422, wrong=form.errors["role"][0])
    with transaction.atomic():
        member = _member(request.study, number)
        if _last_owner(member) and form.cleaned_data["role"] != Role.OWNER:
            return _page(request, RoleForm(), 422, wrong=LAST)
        member.role = form.cleaned_data["role"]
        member.save(update_fields=["role"])
    told = Role(member.role).label
    events.record(request.user, "changed a role", request.study, person=member.person_id, role=told)
    messages.info(request, f"{member.person.email} is now {told}.")
    return _back(request, member)


def _removed(request: HttpRequest, number: int) -> HttpResponse:
    with transaction.atomic():
        member = _member(request.study, number)
        if _last_owner(member):
            return _page(request, RoleForm(), 422, wrong=LAST)
        Member.objects.filter(id=number).delete()
    events.record(request.user, "removed a member", request.study, person=member.person_id)
    messages.info(request, f"{member.person.email} sees this study no more; keys that they made have ended.")
    return _back(request, member)


def _withdrawn(request: HttpRequest, number: int) -> HttpResponse:
    if not _open(request.study).filter(id=number).update(expires=timezone.now()):
        raise Http404
    events.record(request.user, "took an invitation back", request.study)
    messages.info(request, "The link opens nothing any more.")
    return redirect("sharing", study=request.study.id)


def _back(request: HttpRequest, member: Member) -> HttpResponse:
    """Whoever has just given up their own right to see this page sees the studies."""
    return redirect("home") if member.person_id == request.user.id else redirect("sharing", study=request.study.id)


def _number(given: str) -> int:
    if not (given.isascii() and given.isdigit() and len(given) < 19):
        raise Http404
    return int(given)


def _member(study: Study, number: int) -> Member:
    """The member; all of the study are held until the change is made, so that two owners cannot remove each other."""
    held = list(Member.objects.select_for_update().filter(study=study).select_related("person").order_by("id"))
    found = next((each for each in held if each.id == number), None)
    if found is None:
        raise Http404
    return found


def _last_owner(member: Member) -> bool:
    owners = Member.objects.filter(study=member.study_id, role=Role.OWNER, person__is_active=True)
    return member.role == Role.OWNER and not owners.exclude(id=member.id).exists()


def _open(study: Study) -> Any:
    return Invitation.objects.filter(study=study, used=None, expires__gt=timezone.now())


def _page(request: HttpRequest, form: RoleForm, status: int = 200, **told: Any) -> HttpResponse:
    members = Member.objects.filter(study=request.study).select_related("person").order_by("-role", "person__email")
    common = {"link": "", "invited": "", "wrong": ""}
    return page(
        request, "sharing", status, form=form, members=members, roles=Role.choices, may=MAY,
        invitations=_open(request.study).order_by("expires"), **common | told,
    )  # fmt: skip

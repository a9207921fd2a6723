"""Which programs may use this study, and what may each do?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from customer_segments.web import events
from customer_segments.web.models import ApiKey, Role, Scope, Study
from customer_segments.web.pages import page, visible

DAYS = {"30": "30 days", "90": "90 days", "365": "a year", "": "until it is revoked"}
MOST = 50  # keys of a study that are in use


class KeyForm(forms.Form):
    name = forms.CharField(
        max_length=80, validators=[visible],
        error_messages={"required": "Say what the key is for, such as the program's name.",
                        "max_length": "Keep the name to 80 characters."},
    )  # fmt: skip
    scopes = forms.MultipleChoiceField(initial=[Scope.PLACE], error_messages={"required": "Choose at least one."})
    days = forms.ChoiceField(choices=list(DAYS.items()), required=False, initial="90")

    def __init__(self, *args: Any, role: Role, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["scopes"].choices = [(scope.value, scope.label) for scope in Scope if scope.least <= role]


def keys(request: HttpRequest, study: UUID) -> HttpResponse:
    """Make a key, which is told once; revoke one."""
    if "revoke" in request.POST:
        return _revoked(request)
    form = KeyForm(request.POST if request.method == "POST" else None, role=request.role)
    if request.method == "GET":
        return _page(request, form)
    if form.is_valid() and _in_use(request.study).count() >= MOST:
        form.add_error("name", f"The study has {MOST} keys in use: revoke one first.")
    if not form.is_valid():
        return _page(request, form, 422)
    # Told in this very answer, and nowhere again: not even a session holds it.
    return _page(request, KeyForm(role=request.role), secret=_made(request, form.cleaned_data))


def _made(request: HttpRequest, asked: dict[str, Any]) -> str:
    days = asked["days"]
    secret = ApiKey.make(
        study=request.study, name=asked["name"], scopes=asked["scopes"], by=request.user,
        expires=timezone.now() + timedelta(days=int(days)) if days else None,
    )  # fmt: skip
    events.record(request.user, "made a key", request.study, start=secret[:8], scopes=asked["scopes"])
    return secret


def _revoked(request: HttpRequest) -> HttpResponse:
    given = request.POST["revoke"]
    key = _in_use(request.study).filter(id=int(given)).first() if given.isascii() and given.isdigit() else None
    if key is None:
        raise Http404
    ApiKey.objects.filter(id=key.id).update(revoked=timezone.now())
    events.record(request.user, "revoked a key", request.study, start=key.start)
    messages.info(request, f"{key.name} is revoked: nothing can use it any more.")
    return redirect("keys", study=request.study.id)


def _in_use(study: Study) -> Any:
    return study.keys.filter(revoked=None)


def _page(request: HttpRequest, form: KeyForm, status: int = 200, secret: str = "") -> HttpResponse:
    known = _in_use(request.study).select_related("by").order_by("-created")
    return page(
        request, "keys", status, form=form, secret=secret, keys=known, scopes=form.fields["scopes"].choices, days=DAYS,
        now=timezone.now(), root=request.build_absolute_uri("/")[:-1],
    )  # fmt: skip

"""Whether the service is up, and the doors for those who have no account yet."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from customer_segments.web import events
from customer_segments.web.models import Invitation, Person
from customer_segments.web.pages import page, problem
from customer_segments.web.people import INVITATION, join

USED = "This link was used already, or has expired: ask for a new one."


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ready\n", content_type="text/plain")


def enter(request: HttpRequest, secret: str) -> HttpResponse:
    """A link that lets someone register, or join a study with the account that they have."""
    invitation = Invitation.open(secret)
    if invitation is None:
        return problem(request, 404, USED)
    if invitation.study is None or "register" in request.POST:
        request.session[INVITATION] = invitation.secret  # its hash
        return redirect("account_signup")
    if request.method == "POST" and request.user.is_authenticated:
        return _joined(request, invitation)
    return page(request, "join", invitation=invitation, log_in=redirect_to_login(request.path).url)


def _joined(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    if not invitation.take():
        return problem(request, 404, USED)
    join(request.user, invitation)
    Person.objects.filter(id=request.user.id).update(approved=True)  # as whoever registers by such a link is
    events.record(request.user, "joined", invitation.study)
    return redirect("study", study=invitation.study_id)

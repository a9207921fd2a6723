"""Whether the service is up, and the doors for those who have no account yet."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from customer_segments.web.models import Invitation
from customer_segments.web.pages import problem
from customer_segments.web.people import INVITATION


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ready\n", content_type="text/plain")


def enter(request: HttpRequest, secret: str) -> HttpResponse:
    """A link that lets someone register."""
    if Invitation.open(secret) is None:
        return problem(request, 404, "This link was used already, or has expired: ask for a new one.")
    request.session[INVITATION] = secret
    return redirect("account_signup")

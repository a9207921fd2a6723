"""How a page is made: the templates' surroundings, and the answers that are no page of their own."""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import get_template
from django.templatetags.static import static
from django.urls import reverse
from jinja2 import Environment, StrictUndefined

from customer_segments.base import words
from customer_segments.pages.plots.palette import MUTED, segment_colour

AWAY = "The database is away for a moment: wait a little, then try again."
PROGRAMS = re.compile(r"/api/|/segment$")  # what answers programs
TITLES = {
    400: "Not understood",
    403: "Not allowed",
    404: "Not found",
    405: "Not possible",
    500: "Something went wrong",
    503: "Please wait",
}
SAID = {
    400: "This request could not be understood.",
    403: "You may not do this.",
    404: "There is nothing here, or nothing that you may see.",
    405: "This cannot be done here.",
    500: "Something went wrong here; it has been written down.",
}


def environment(**options: Any) -> Environment:
    made = Environment(**options | {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True})
    made.globals |= {"static": static, "url": address_of, "words": words}
    made.filters |= {
        "count": "{:,}".format,
        "percent": words.percent,
        "day": "{0:%-d %b %Y}".format,
        "moment": "{0:%-d %b %Y %H:%M:%S}".format,
        "colour": lambda segment: segment_colour(segment - 1) if segment else MUTED,
    }
    return made


@lru_cache(maxsize=4096)
def address_of(name: str, *args: Any) -> str:
    """Where a page is; each holds some twenty of the same."""
    return reverse(name, args=args)


def page(request: HttpRequest, name: str, status: int = 200, **told: Any) -> HttpResponse:
    """A page of ours, with what every page needs."""
    study = getattr(request, "study", None)
    # What went wrong may have come before it was known who asks, or be the database itself.
    person = getattr(request, "user", None) if status < 500 else None
    common = {
        "person": person if person and person.is_authenticated else None,
        "csrf": get_token(request),
        "study": study,
        "role": getattr(request, "role", None),
        "navigation": getattr(request, "navigation", ()),
        "said": list(messages.get_messages(request)) if status < 500 else [],
        "here": request.resolver_match.view_name if request.resolver_match else "",
        "partial": bool(getattr(request, "htmx", False)),
    }
    text = get_template(f"{name}.html", using="jinja2").render(common | told)
    return HttpResponse(text, status=status)


def visible(text: str) -> None:
    """Signs that break lines or turn the direction of writing would make a name look like something else."""
    if not text.isprintable():
        raise ValidationError("It holds signs that cannot be seen: type it anew.")


def problem(request: HttpRequest, status: int, said: str | None = None) -> HttpResponse:
    """What could not be done, as a page or, for programs, as `application/problem+json`."""
    said = said or SAID.get(status, HTTPStatus(status).description)
    if PROGRAMS.match(request.path):
        return problem_json(status, said)
    return page(request, "problem", status, title=TITLES[status], told=said)


def problem_json(status: int, said: str, **more: Any) -> HttpResponse:
    told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": said}
    return JsonResponse(told | more, status=status, content_type="application/problem+json")


def refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    return problem(request, 403, "The form had gone stale: go back, load the page again, and send it once more.")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return away(request) if _is_away(exception) else problem(request, 400)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem(request, 404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem(request, 403)


def failed(request: HttpRequest) -> HttpResponse:
    error = sys.exc_info()[1]
    if isinstance(error, IntegrityError):  # such as a study that was deleted while something was begun in it
        return problem(request, 409, "Somebody changed the same at this moment: look at it again.")
    return away(request) if _is_away(error) else problem(request, 500)


def _is_away(error: BaseException | None) -> bool:
    """Whether the database is behind it, as it is where a session could not be kept."""
    while error is not None:
        if isinstance(error, OperationalError | InterfaceError):
            return True
        error = error.__cause__ or error.__context__
    return False


def away(request: HttpRequest) -> HttpResponse:
    """The database is away for a moment: an answer that asks it nothing."""
    if PROGRAMS.match(request.path):
        response = problem(request, 503, AWAY)
    else:
        nobody = {"person": None, "csrf": "", "study": None, "role": None, "said": [], "here": "", "partial": False}
        told = nobody | {"title": TITLES[503], "told": AWAY}
        response = HttpResponse(get_template("problem.html", using="jinja2").render(told), status=503)
    response.headers["Retry-After"] = "5"
    return response

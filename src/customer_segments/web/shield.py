"""What every answer and every session carries, whatever page it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from http import HTTPStatus

from allauth.usersessions.middleware import UserSessionsMiddleware
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django_htmx.middleware import HtmxMiddleware
from whitenoise.middleware import WhiteNoiseMiddleware

Answer = Callable[[HttpRequest], HttpResponse]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A chapter is a finished page with a script and styles of its own: shown alone, without the reader's session.
CHAPTER_POLICY = (
    "sandbox allow-scripts allow-popups allow-downloads; default-src 'none'; script-src 'unsafe-inline' 'self'; "
    "style-src 'unsafe-inline'; img-src data: blob: 'self'; font-src data:; frame-ancestors 'self'"
)
# Plotly brings two <style> of its own: an empty one, which it fills by rules, and that of the maps it can draw. They
# are let in by what they hold; a browser's test says when a later Plotly brings others.
DRAWING_STYLES = (
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' 'sha256-ji27qzEtxXZW+7dun6UwjHXJ18e6WAin1VvNtkzIE/o='"
)
DRAWING_POLICY = POLICY.replace("style-src 'self'", f"style-src 'self' {DRAWING_STYLES}")
BEGAN, SEEN = "began", "seen"
SEEN_EVERY = 60  # seconds


def headers(answer: Answer) -> Answer:
    """Nothing from elsewhere, nothing inline, nothing kept by what stands between."""

    def with_headers(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        if response.headers["Content-Security-Policy"] == CHAPTER_POLICY:
            response.headers["X-Frame-Options"] = "SAMEORIGIN"
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        public = request.path.startswith(settings.STATIC_URL)  # also to chapters, which are shut in as strangers
        response.headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin" if public else "same-origin")
        if not public:
            response.headers.setdefault("Cache-Control", "no-store")
        return _headers_alone(response) if request.method == "HEAD" else response

    return with_headers


def _headers_alone(response: HttpResponse) -> HttpResponse:
    """The answer without what it holds, which the server would send, and a browser take for its next answer."""
    alone = HttpResponse(status=response.status_code, headers=response.headers)
    alone.cookies = response.cookies
    response.close()
    return alone


def for_people(middleware: Callable[[Answer], Answer]) -> Callable[[Answer], Answer]:
    """What programs, who have no session and see no page, are not led through: it costs them more than the answer."""

    def made(answer: Answer) -> Answer:
        led = middleware(answer)
        return lambda request: (answer if request.by_program else led)(request)

    return made


static_files, sessions = for_people(WhiteNoiseMiddleware), for_people(SessionMiddleware)
people, messages = for_people(AuthenticationMiddleware), for_people(MessageMiddleware)
parts_of_pages = for_people(HtmxMiddleware)


@for_people
def refusals(answer: Answer) -> Answer:
    """A form that came back with something wrong in it says so in its status, also on the accounts' pages."""

    def with_status(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        form = (getattr(response, "context_data", None) or {}).get("form")
        if request.method == "POST" and response.status_code == HTTPStatus.OK and form is not None and form.errors:
            response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response

    return with_status


@for_people
def sessions_end(answer: Answer) -> Answer:
    """A session ends after its longest time, however busy it is."""

    def within_time(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            began = request.session.setdefault(BEGAN, int(time.time()))
            if time.time() - began > settings.SESSION_LONGEST:
                logout(request)
        return answer(request)

    return within_time


@for_people
def sessions_seen(answer: Answer) -> Answer:
    """That someone is there, and from where, is noted once a minute, which begins the time anew that a session has.

    Each time, it would cost as much as half a page.
    """

    noting = UserSessionsMiddleware(answer)

    def noted(request: HttpRequest) -> HttpResponse:
        now = int(time.time())
        if request.user.is_authenticated and now - request.session.get(SEEN, 0) >= SEEN_EVERY:
            request.session[SEEN] = now
            return noting(request)
        return answer(request)

    return noted

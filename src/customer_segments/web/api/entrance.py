"""The door for programs: a key, what it may do, in which study, how often, and how much may be sent."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from customer_segments.web.models import ApiKey, Scope
from customer_segments.web.pages import PROGRAMS, problem_json

JSON, FILES = "application/json", "multipart/form-data"
TAKES_FILES = ("api:uploads",)
ROOM_FOR_HEADS = 1 << 20  # bytes of a form beside its files
SEEN_EVERY = timedelta(minutes=5)  # to write it down at every call would cost more than many calls do
_left: dict[int, tuple[float, float]] = {}  # by key: calls that are left, and when that was so
_lock = threading.Lock()


def without_cookies(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Programs are known by keys alone: a browser that is led here by another page brings nothing."""

    def for_programs(request: HttpRequest) -> HttpResponse:
        request.by_program = bool(PROGRAMS.match(request.path))
        if request.by_program:
            request.COOKIES = {}
        return answer(request)

    return for_programs


def admit(request: HttpRequest, scope: Scope, kwargs: dict[str, Any]) -> HttpResponse | None:
    """Refuse, or say in the request whose key it is and which study it opens."""
    way, _, secret = request.headers.get("Authorization", "").partition(" ")
    key = ApiKey.open(secret.strip()) if way.lower() == "bearer" and secret else None
    if key is None:
        answer = problem_json(401, "Send a key of a study that is in use: `Authorization: Bearer …`.")
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    if wait := seconds_to_wait(key):
        answer = problem_json(429, f"This key was used more than {settings.CALLS_A_MINUTE:,} times in a minute.")
        answer.headers["Retry-After"] = str(wait)
        return answer
    if scope not in key.scopes:
        return problem_json(403, f"This key may not {scope.label}: it lacks the scope `{scope.value}`.")
    if key.role < scope.least:
        return problem_json(403, f"This key may not {scope.label}: whoever made it is no {scope.least.label}.")
    if str(kwargs.get("study", key.study_id)) != str(key.study_id):
        return problem_json(404, "There is no such study, or none that this key opens.")
    request.key, request.study = key, SimpleLazyObject(lambda: key.study)  # many calls need its number alone
    _seen(key)
    return _unfit(request)


def seconds_to_wait(key: ApiKey) -> int:
    """Take one of the calls that the key has; they come back evenly. Counted in this process, which is the only one."""
    now, most = time.monotonic(), settings.CALLS_A_MINUTE
    with _lock:
        left, then = _left.get(key.id, (most, now))
        left = min(most, left + (now - then) * most / 60)
        _left[key.id] = (left - 1 if left >= 1 else left, now)
    return 0 if left >= 1 else math.ceil((1 - left) * 60 / most)


def _seen(key: ApiKey) -> None:
    now = timezone.now()
    if key.used is None or now - key.used > SEEN_EVERY:
        ApiKey.objects.filter(id=key.id).update(used=now)


def _unfit(request: HttpRequest) -> HttpResponse | None:
    """Refuse what is too large or of another kind, before any of it is read."""
    files = request.resolver_match.view_name in TAKES_FILES
    kind, most = (FILES, settings.LARGEST_UPLOAD + ROOM_FOR_HEADS) if files else (JSON, settings.LARGEST_JSON)
    sent = int(request.META.get("CONTENT_LENGTH") or 0)
    if sent > most:
        return problem_json(413, f"That is more than {most >> 20} MB: send less at once.")
    if sent and request.content_type != kind:
        return problem_json(415, f"Send it as `Content-Type: {kind}`.")
    return None

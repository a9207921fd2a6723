"""`Idempotency-Key`: a request that is sent again, because its answer was lost, makes nothing a second time."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from ninja import Header
from ninja.errors import HttpError

from customer_segments.web.models import Answered, hashed

KEPT = timedelta(hours=24)
TOKEN = Header(
    None, alias="Idempotency-Key", min_length=1, max_length=200,
    description="Any text of your own: the same one within 24 hours gives the same answer, and makes nothing again.",
)  # fmt: skip


def once(
    request: HttpRequest, token: str | None, asked: Any, make: Callable[[], dict[str, Any]], status: int = 202,
    show: Callable[[dict[str, Any]], dict[str, Any]] = dict,
) -> HttpResponse:  # fmt: skip
    """Make it and answer; or, where this token was answered before, answer the same.

    What `make` returns is kept for a day: where that must not be the answer itself, `show` makes the answer of it.
    """
    if token is None:
        return JsonResponse(show(make()), status=status)
    seal = hashed(json.dumps([request.method, request.path, asked], sort_keys=True, default=str))
    with transaction.atomic():  # of two at once, one waits here for what the other answers
        Answered.objects.filter(created__lt=timezone.now() - KEPT).delete()
        kept, new = Answered.objects.get_or_create(key=request.key, token=hashed(token), defaults={"asked": seal})
        if kept.asked != seal:
            raise HttpError(422, "This Idempotency-Key was sent before with something else: choose a new one.")
        if new:
            kept.status, kept.body = status, json.loads(json.dumps(make(), cls=DjangoJSONEncoder))
            kept.save(update_fields=["status", "body"])
    answer = JsonResponse(show(kept.body), status=kept.status)
    if not new:
        answer.headers["Idempotency-Replayed"] = "true"
    return answer

"""The book of who did what."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from customer_segments.web.models import ApiKey, Event, Person, Study

BEGINNING = "0" * 64
SYSTEM = "system"
ONE_AFTER_THE_OTHER = 0x5E6  # the lock's number, any that nothing else uses


def record(who: Person | ApiKey | None, what: str, study: Study | None = None, **about: Any) -> None:
    """Write an entry that is chained to the last one; `about` never holds personal data."""
    with transaction.atomic():
        if connection.vendor == "postgresql":  # a lock of the last row would not wait for the one that follows it
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AFTER_THE_OTHER])
        last = Event.objects.select_for_update().order_by("-id").first()
        event = Event(
            at=timezone.now(), who=_name(who), what=what, study=study and study.id, about=about,
            before=last.seal if last else BEGINNING,
        )  # fmt: skip
        event.seal = seal(event)
        event.save()


def seal(event: Event) -> str:
    told = [event.at.isoformat(), event.who, event.what, str(event.study or ""), event.about, event.before]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def first_broken() -> Event | None:
    """The first entry that was changed, or before which one is missing."""
    before = BEGINNING
    for event in Event.objects.order_by("id").iterator():
        if event.before != before or event.seal != seal(event):
            return event
        before = event.seal
    return None


def _name(who: Person | ApiKey | None) -> str:
    if who is None or not getattr(who, "pk", None):
        return SYSTEM
    return f"{'key' if isinstance(who, ApiKey) else 'person'} {who.pk}"

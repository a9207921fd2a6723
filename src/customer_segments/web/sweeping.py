"""What goes by itself: uploads that have expired, and what work that was killed has left behind."""

from __future__ import annotations

import shutil
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from customer_segments.web import events, forgetting, jobs
from customer_segments.web.models import Invitation, Job, Study, Upload

EVERY = 600.0  # seconds
LEFT_ALONE = 24 * 3600  # seconds after which what nobody owns was left by a request that broke off
NUMBERS_KEPT = timedelta(hours=1)  # of customers whose forgetting was looked at and not asked for
LOGS_KEPT = 7 * 24 * 3600
_last = [-EVERY]


def now_and_then() -> None:
    """Called often, does its work seldom."""
    if time.monotonic() - _last[0] >= EVERY:
        _last[0] = time.monotonic()
        sweep()


def sweep() -> None:
    now = timezone.now()
    for upload in Upload.objects.filter(created__lt=now - timedelta(days=settings.UPLOADS_KEPT_DAYS)):
        if not upload.jobs.filter(state__in=jobs.OPEN).exists():
            expire(upload)
    forgetting.empty(Job.objects.filter(kind=Job.Kind.FORGET, ended__lt=now - NUMBERS_KEPT))
    Session.objects.filter(expire_date__lt=now).delete()
    Invitation.objects.filter(expires__lt=now - timedelta(days=settings.UPLOADS_KEPT_DAYS)).delete()
    _remove_what_nobody_owns()


def expire(upload: Upload) -> None:
    """The files first: where it breaks off, the next sweep takes it up again."""
    number = str(upload.id)
    shutil.rmtree(settings.HOME / "uploads" / number, ignore_errors=True)
    Upload.objects.filter(id=upload.id).delete()
    events.record(None, "upload expired", upload=number)


def _remove_what_nobody_owns() -> None:
    for place, owners in (("uploads", Upload.objects), ("studies", Study.objects)):
        known = {str(number) for number in owners.values_list("id", flat=True)}
        for path in (settings.HOME / place).iterdir():
            if path.name not in known and _older(path, LEFT_ALONE):
                _remove(path)
    for path in (settings.HOME / "studies").glob("*/*.log"):
        if _older(path, LOGS_KEPT):
            _remove(path)


def _older(path: Path, seconds: float) -> bool:
    try:
        return time.time() - path.lstat().st_mtime > seconds
    except FileNotFoundError:
        return False


def _remove(path: Path) -> Any:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)

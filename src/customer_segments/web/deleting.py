"""A study that its owner no longer needs: its entries go at once and together, its files by the worker right after."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q

from customer_segments.web import events, forgetting, jobs
from customer_segments.web.models import ApiKey, Invitation, Job, Person, Study, Upload

WRONG_TITLE = "Write the study's name just as it stands above: all of it will be deleted."
BUSY = "Work on this study is on its way: wait until it has ended, or stop it; then try again."


def what_goes(study: Study) -> dict[str, int]:
    """How much would be deleted with it."""
    return {
        "runs": study.runs().count(),
        "uploads": _uploads(study).count(),
        "entries": study.added.count(),
        "keys": study.keys.filter(revoked=None).count(),
        "members": study.members.count(),
        "links": Invitation.objects.filter(study=study, used=None).count(),
    }


def _uploads(study: Study) -> Any:
    """What it alone was made from."""
    others = Study.objects.exclude(id=study.id)
    return Upload.objects.filter(jobs__study=study).exclude(jobs__study__in=others).distinct()


class AtWorkError(Exception):
    """Something works at the study."""


def delete(study: Study, who: Person | ApiKey) -> bool:
    """Nothing of it can be seen from here on; False where something works at it, or is begun at this very moment."""
    try:
        with transaction.atomic():
            _delete(study, who)
    except (AtWorkError, IntegrityError):
        return False
    return True


def _delete(study: Study, who: Person | ApiKey) -> None:
    uploads = list(_uploads(study).values_list("id", flat=True))
    places = {"study": str(study.id), "uploads": [str(each) for each in uploads]}
    job = Job.objects.create(kind=Job.Kind.DELETE, settings=places)
    # Before the study is held: whoever writes in the book while they begin something holds the two in this order.
    events.record(who, "deleted a study", study, job=str(job.id), **what_goes(study))
    held = Study.objects.select_for_update().filter(id=study.id).first()
    work = Job.objects.filter(Q(study=study) | Q(upload__in=uploads))
    if held is None or work.filter(state__in=jobs.OPEN).exists():
        raise AtWorkError
    work.delete()
    Upload.objects.filter(id__in=uploads).delete()
    held.delete()


def clear(job: Job) -> None:
    """The worker's part: its folders, and what the database still holds of deleted rows."""
    places = [settings.HOME / "studies" / str(UUID(job.settings["study"]))]
    places += [settings.HOME / "uploads" / str(UUID(each)) for each in job.settings["uploads"]]
    for place in places:
        _remove(place)
    forgetting.leave_nothing_behind()


def _remove(place: Path) -> None:
    if place.exists():
        shutil.rmtree(place)

"""The queue: jobs in the database, claimed by one worker each, held by a lease that must be renewed."""

from __future__ import annotations

import socket
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from customer_segments.web.models import Job

LEASE = timedelta(seconds=30)
MOST_ATTEMPTS = 3  # without getting any further
OPEN = (Job.State.QUEUED, Job.State.RUNNING)
ENDED = (Job.State.FINISHED, Job.State.FAILED, Job.State.CANCELLED)


def claim(worker: str, kinds: Collection[str] = tuple(Job.Kind)) -> Job | None:
    """Take the job that waits longest and nobody works at; one whose worker was not heard of is taken over."""
    now = timezone.now()
    free = Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, lease__lt=now)
    forgetting = Job.objects.filter(kind=Job.Kind.FORGET, state=Job.State.RUNNING, study__isnull=False)
    waits = Q(kind=Job.Kind.RUN, study__in=forgetting.values("study"))  # what is being cut is not to be read
    while waiting := Job.objects.filter(free, kind__in=kinds).exclude(waits).order_by("in_line", "created").first():
        # Only the one whose condition still holds when it writes has the job.
        taken = Job.objects.filter(free, id=waiting.id, attempts=waiting.attempts).update(
            state=Job.State.RUNNING, worker=worker, lease=now + LEASE, attempts=F("attempts") + 1,
            started=waiting.started or now,
        )  # fmt: skip
        if taken:
            return Job.objects.get(id=waiting.id)
    return None


def renew(job: Job, worker: str, **seen: Any) -> bool:
    """Say that the job goes on, and what was seen of it; False where another worker has it by now, or it is to end."""
    mine = Job.objects.filter(id=job.id, worker=worker, state=Job.State.RUNNING)
    return mine.filter(cancelled=False).update(lease=timezone.now() + LEASE, **seen) == 1


def release(job: Job, worker: str) -> None:
    """Give a job back that this worker cannot end; the attempt does not count."""
    mine = Job.objects.filter(id=job.id, worker=worker, state=Job.State.RUNNING)
    mine.update(state=Job.State.QUEUED, lease=None, group=None, attempts=F("attempts") - 1)


def end(job: Job, state: str, error: str = "", worker: str | None = None, **facts: Any) -> bool:
    """Write down how a job ended, unless another worker has it by now."""
    mine = Job.objects.filter(id=job.id, state__in=OPEN)
    mine = mine if worker is None else mine.filter(worker=worker)
    return mine.update(state=state, error=error, ended=timezone.now(), lease=None, group=None, **facts) == 1


def cancel(job: Job) -> None:
    """End a job that waits; ask the worker to end one that runs."""
    Job.objects.filter(id=job.id, state=Job.State.QUEUED).update(state=Job.State.CANCELLED, ended=timezone.now())
    Job.objects.filter(id=job.id, state=Job.State.RUNNING).update(cancelled=True)


def go_on(job: Job) -> bool:
    """Queue a job again that has ended, to go on where it stopped; False where it is under way already."""
    again = Job.objects.filter(id=job.id, state__in=ENDED)
    fresh = {"attempts": 0, "cancelled": False, "error": "", "worker": "", "started": None, "ended": None,
             "in_line": timezone.now()}  # fmt: skip
    return again.update(state=Job.State.QUEUED, **fresh) == 1


def has_its_data(job: Job) -> bool:
    """Whether a run can go on or begin again: its upload may have expired before its folder was laid."""
    from customer_segments.web.results import folder_of  # the queue alone reads no tables

    earlier = job.settings.get("from")
    if earlier:
        return (folder_of(job).parent / earlier / "params.yaml").exists() or (folder_of(job) / "params.yaml").exists()
    return bool("study" in job.settings or job.upload_id or (folder_of(job) / "params.yaml").exists())


def machine() -> str:
    """How the names of this machine's workers begin."""
    return socket.gethostname()[:40]

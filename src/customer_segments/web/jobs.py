"""The queue: jobs in the database, claimed by one worker each, held by a lease that must be renewed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from customer_segments.web.models import Job

LEASE = timedelta(seconds=30)
MOST_ATTEMPTS = 3
OPEN = (Job.State.QUEUED, Job.State.RUNNING)


def claim(worker: str) -> Job | None:
    """Take the oldest job that nobody works at; one whose worker was not heard of is taken over."""
    now = timezone.now()
    free = Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, lease__lt=now)
    while waiting := Job.objects.filter(free).order_by("created").first():
        if waiting.attempts >= MOST_ATTEMPTS:
            end(
                waiting, Job.State.FAILED, "It was begun three times, and each time its worker was gone before the end."
            )
            continue
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


def end(job: Job, state: str, error: str = "", worker: str | None = None) -> bool:
    """Write down how a job ended, unless another worker has it by now."""
    mine = Job.objects.filter(id=job.id, state__in=OPEN)
    mine = mine if worker is None else mine.filter(worker=worker)
    return mine.update(state=state, error=error, ended=timezone.now(), lease=None, group=None) == 1


def cancel(job: Job) -> None:
    """End a job that waits; ask the worker to end one that runs."""
    Job.objects.filter(id=job.id, state=Job.State.QUEUED).update(state=Job.State.CANCELLED, ended=timezone.now())
    Job.objects.filter(id=job.id, state=Job.State.RUNNING).update(cancelled=True)

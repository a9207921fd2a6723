"""Customers who ask to be forgotten: asked for in a study, taken out of all that is stored of it, and proved."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from customer_segments.base import ids as numbers
from customer_segments.web import events, jobs
from customer_segments.web.models import Added, ApiKey, Job, Person, Study, Upload
from customer_segments.web.results import folder_of

FORGOTTEN_SINCE = "A customer of this file was forgotten since it was looked at: upload it again to begin anew."
WROTE = tuple(
    f"web_{name}" for name in ("added", "job", "upload", "study", "member", "apikey", "invitation", "answered")
)


def ask(study: Study, ids: list[str], by: Person | None, *, dry_run: bool, key: ApiKey | None = None) -> Job:
    """Queue the forgetting; the numbers are kept for as long as it takes."""
    empty(Job.objects.filter(study=study, kind=Job.Kind.FORGET))  # of a look that nobody followed up
    job = Job.objects.create(
        kind=Job.Kind.FORGET, study=study, asked_by=by, settings={"ids": ids, "count": len(ids), "dry_run": dry_run}
    )
    what = "looked for customers to forget" if dry_run else "asked to forget customers"
    events.record(key or by, what, study, job=str(job.id), customers=len(ids))
    return job


def empty(asked: Any) -> None:
    """Take the customers' numbers out of jobs that have ended."""
    for job in asked.filter(state__in=jobs.ENDED):
        if "ids" in job.settings:
            kept = {key: value for key, value in job.settings.items() if key != "ids"}
            Job.objects.filter(id=job.id, state__in=jobs.ENDED).update(settings=kept)


def told(job: Job) -> dict[str, Any]:
    """What the work has to know: whom, and every place to look in."""
    runs = [folder_of(each) for each in job.study.runs()]
    made_from = {each.upload_id: each for each in job.study.runs() if each.upload_id and "settings" in each.settings}
    uploads = [
        {"id": str(upload), "folder": str(settings.HOME / "uploads" / str(upload) / "files"), **run.settings}
        for upload, run in made_from.items()
    ]
    return {
        "ids": job.settings["ids"],
        "dry_run": job.settings["dry_run"],
        "runs": [str(folder) for folder in runs if (folder / "params.yaml").exists()],
        "uploads": [each for each in uploads if Path(each["folder"]).exists()],
    }


def taken(folder: Path) -> Any:
    """What the work has written for the database, which keeps it from now on."""
    return json.loads(folder.with_suffix(".found").read_text(encoding="utf-8"))


def ended(job: Job, folder: Path) -> None:
    """The database's part: form rows, sentences that name them; then all of it is made anew without them."""
    if job.said is None:
        with transaction.atomic():
            _written_down(job, taken(folder))
    if not job.settings["dry_run"]:
        for log in folder.parent.glob("*.log"):
            log.unlink()
        leave_nothing_behind()
    folder.with_suffix(".found").unlink(missing_ok=True)


def _written_down(job: Job, places: list[dict[str, Any]]) -> None:
    ids, kept = job.settings["ids"], {key: value for key, value in job.settings.items() if key != "ids"}
    rows = _added(job.study, ids)
    said = {"places": places, "rows": len(rows), "count": len(ids), "dry_run": kept["dry_run"]}
    Job.objects.filter(id=job.id).update(said=said)
    if kept["dry_run"]:
        return
    Added.objects.filter(id__in=[row.id for row in rows]).delete()
    _without_them(job.study, ids, places)
    _made_anew([place["run"] for place in places if "run" in place and not place["deleted"]])
    Job.objects.filter(id=job.id).update(settings=kept)


def _added(study: Study, ids: list[str]) -> list[Added]:
    wanted = {numbers.key(each) for each in ids}
    return [row for row in study.added.only("id", "customer_id") if numbers.key(row.customer_id) in wanted]


def _without_them(study: Study, ids: list[str], places: list[dict[str, Any]]) -> None:
    """What jobs and uploads say of them; an upload whose file had to be deleted is gone."""
    for run in study.jobs.exclude(error=""):
        if any(each in run.error for each in ids):
            Job.objects.filter(id=run.id).update(error="It could not be made.")
    for upload in Upload.objects.filter(jobs__study=study).distinct():
        if any(each in json.dumps(upload.found, ensure_ascii=False) for each in ids):
            Upload.objects.filter(id=upload.id).update(found={"refused": FORGOTTEN_SINCE})
    gone = [place["upload"] for place in places if "upload" in place and place["deleted"]]
    Upload.objects.filter(id__in=gone).delete()


def _made_anew(runs: list[str]) -> None:
    """Finished runs go on, first the one that is shown: what was deleted is computed again, without the forgotten."""
    for job in Job.objects.filter(id__in=runs, state=Job.State.FINISHED).order_by("-created"):
        jobs.go_on(job)


def leave_nothing_behind() -> None:
    """A database keeps what was deleted until the place is used again: clear it now."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            for table in WROTE:
                cursor.execute(f"VACUUM {table}")

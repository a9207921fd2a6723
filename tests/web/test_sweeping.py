"""What goes by itself: expired uploads and what was left behind; results stay."""

from __future__ import annotations

import os
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from customer_segments.web import sweeping
from customer_segments.web.models import Event, Job, Role, Upload


@pytest.fixture
def upload(person, settings, shop):
    stored = Upload.objects.create(person=person("ada", shop, Role.OWNER), names={"file1.csv": "x.csv"}, bytes=1)
    (settings.HOME / "uploads" / str(stored.id) / "files").mkdir(parents=True)
    (settings.HOME / "uploads" / str(stored.id) / "files/file1.csv").write_text("a")
    return stored


def aged(upload, days: float):
    Upload.objects.filter(id=upload.id).update(created=timezone.now() - timedelta(days=days))


def test_an_upload_goes_when_its_days_are_over(upload, settings):
    aged(upload, settings.UPLOADS_KEPT_DAYS - 0.1)
    sweeping.sweep()
    assert Upload.objects.exists()
    aged(upload, settings.UPLOADS_KEPT_DAYS + 0.1)
    sweeping.sweep()
    assert not Upload.objects.exists()
    assert not (settings.HOME / "uploads" / str(upload.id)).exists()
    assert Event.objects.latest("id").what == "upload expired"


def test_an_upload_that_is_being_worked_at_stays(upload):
    Job.objects.create(kind=Job.Kind.CHECK, upload=upload)
    aged(upload, 1000)
    sweeping.sweep()
    assert Upload.objects.exists()


def test_results_outlive_their_upload(upload, shop, at):
    Job.objects.filter(study=shop).update(upload=upload)
    aged(upload, 1000)
    sweeping.sweep()
    assert at(upload.person).get(f"/studies/{shop.id}").status_code == 200


def test_a_run_that_never_began_says_that_its_file_is_gone(upload, shop, at, settings):
    sections = {"settings": {"study": {"name": "x"}}}
    Job.objects.create(kind=Job.Kind.RUN, study=shop, upload=upload, state=Job.State.FAILED, settings=sections)
    page = at(upload.person).get(f"/studies/{shop.id}/progress").content.decode()
    assert "Go on where it stopped" in page
    aged(upload, 1000)
    sweeping.sweep()
    page = at(upload.person).get(f"/studies/{shop.id}/progress").content.decode()
    assert "Upload it again" in page
    assert "Go on where it stopped" not in page
    at(upload.person).post(f"/studies/{shop.id}/again")
    assert Job.objects.latest("created").state == Job.State.FAILED


def test_what_a_broken_off_upload_left_goes_after_a_day(db, settings):
    young, old = (settings.HOME / "uploads" / f"tmp{age}.upload" for age in ("young", "old"))
    for path in (young, old):
        path.write_text("half")
    os.utime(old, (time.time() - 2 * 86400,) * 2)
    sweeping.sweep()
    assert young.exists()
    assert not old.exists()
    young.unlink()


def test_what_runs_can_be_stopped_though_its_file_is_gone(upload, shop, at):
    sections = {"settings": {"study": {"name": "x"}}}
    Job.objects.create(kind=Job.Kind.RUN, study=shop, state=Job.State.RUNNING, stage="validation", settings=sections)
    page = at(upload.person).get(f"/studies/{shop.id}/progress").content.decode()
    assert "Stop it" in page
    assert "Upload it again" not in page

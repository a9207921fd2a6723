"""The queue: each job is done by one worker at a time, none is lost, and none is tried for ever."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from customer_segments.web import jobs
from customer_segments.web.models import Job
from tests.sources.servers import postgres_programs, running_postgres
from tests.web.homes import Home

HUNDREDS = 300
CLAIMING = """
from customer_segments.web import jobs
import os, sys
while job := jobs.claim(f"worker-{os.getpid()}"):
    print(job.id)
    assert jobs.end(job, "finished", worker=f"worker-{os.getpid()}")
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def home(request, tmp_path) -> Iterator[Home]:
    if request.param == "sqlite":
        yield Home(tmp_path / "home").prepare()
        return
    if postgres_programs() is None:
        pytest.skip("no PostgreSQL on this machine")
    with running_postgres() as server:
        address = f"postgresql://owner:owner%27s%20own@127.0.0.1:{server.port}/shop"
        yield Home(tmp_path / "home", address).prepare()


def test_eight_processes_claim_every_job_exactly_once(home):
    home.manage(f"Job.objects.bulk_create(Job(kind='check') for _ in range({HUNDREDS}))")
    setup = "import django; django.setup()\n"
    command = [sys.executable, "-c", setup + CLAIMING]
    started = [
        subprocess.Popen(command, env=home.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(8)
    ]
    told = [each.communicate(timeout=120) for each in started]
    assert [errors for _, errors in told if errors] == []
    claimed = Counter(line for said, _ in told for line in said.split())
    assert len(claimed) == HUNDREDS
    assert set(claimed.values()) == {1}
    assert home.ask("SELECT state, attempts, count(*) FROM web_job GROUP BY 1, 2") == [("finished", 1, HUNDREDS)]


WRITING = """
import pathlib, sys, time
from customer_segments.web import events
pathlib.Path(sys.argv[1]).touch()
while not pathlib.Path(sys.argv[2]).exists():
    time.sleep(0.001)
for _ in range(50):
    events.record(None, "tried")
"""
BROKEN = "from customer_segments.web import events; print(Event.objects.count(), events.first_broken())"


def test_the_book_stays_one_chain_however_many_write_at_once(home):
    setup = "import django; django.setup()\n"
    ready, go = [home.path / f"ready{number}" for number in range(4)], home.path / "go"
    started = [
        subprocess.Popen([sys.executable, "-c", setup + WRITING, str(each), str(go)], env=home.environment)
        for each in ready
    ]
    while not all(each.exists() for each in ready):
        assert all(each.poll() is None for each in started)
    go.touch()
    assert [each.wait(60) for each in started] == [0, 0, 0, 0]
    assert home.manage(BROKEN) == "200 None"


@pytest.fixture
def job(db) -> Job:
    return Job.objects.create(kind=Job.Kind.CHECK)


def late(job: Job) -> None:
    Job.objects.filter(id=job.id).update(lease=timezone.now() - timedelta(seconds=1))


def test_a_job_is_taken_over_only_when_its_lease_has_run_out(job):
    assert jobs.claim("a") == job
    assert jobs.claim("b") is None
    late(job)
    assert jobs.claim("b") == job
    job.refresh_from_db()
    assert (job.worker, job.attempts) == ("b", 2)


def test_a_sign_of_life_keeps_the_lease(job):
    jobs.claim("a")
    late(job)
    assert jobs.renew(job, "a", stage="eda")
    assert jobs.claim("b") is None


def test_whoever_lost_a_job_can_neither_renew_nor_end_it(job):
    jobs.claim("a")
    late(job)
    jobs.claim("b")
    assert not jobs.renew(job, "a")
    assert not jobs.end(job, Job.State.FAILED, "late", "a")
    assert jobs.end(job, Job.State.FINISHED, worker="b")


def test_the_oldest_waits_least_and_kinds_have_lanes_of_their_own(db):
    first, second = (Job.objects.create(kind=kind) for kind in (Job.Kind.RUN, Job.Kind.CHECK))
    assert jobs.claim("a", (Job.Kind.CHECK,)) == second
    assert jobs.claim("a") == first


def test_what_waits_is_cancelled_at_once_and_what_runs_is_asked_to_end(job):
    jobs.cancel(job)
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    assert jobs.go_on(job)
    jobs.claim("a")
    jobs.cancel(job)
    assert not jobs.renew(job, "a")
    job.refresh_from_db()
    assert (job.state, job.cancelled) == (Job.State.RUNNING, True)


def test_a_job_that_was_given_back_costs_no_attempt(job):
    jobs.claim("a")
    jobs.release(job, "a")
    assert jobs.claim("b").attempts == 1


def test_what_is_under_way_cannot_be_begun_again(job):
    assert not jobs.go_on(job)
    jobs.claim("a")
    assert not jobs.go_on(job)
    jobs.end(job, Job.State.FAILED, "because", "a")
    assert jobs.go_on(job)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == (Job.State.QUEUED, 0, "")

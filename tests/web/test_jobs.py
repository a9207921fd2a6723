"""The queue: each job is done by one worker at a time, none is lost, and none is tried for ever."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from customer_segments.web import jobs
from customer_segments.web.models import Job
from tests.sources.servers import postgres_programs, running_postgres
from tests.web.homes import Home, apart

HUNDREDS = 300
AT_ONCE = """
import os, sys
from customer_segments.web import events, jobs
if all(os.fork() for _ in range({count})):  # a copy goes on below
    sys.exit(max(os.wait()[1] for _ in range({count})) > 0)
"""
CLAIMING = """
while job := jobs.claim(f"worker-{os.getpid()}"):
    print(job.id, flush=True)
    assert jobs.end(job, "finished", worker=f"worker-{os.getpid()}")
"""
WRITING = """
for _ in range(50):
    events.record(None, "tried")
"""
BROKEN = "from customer_segments.web import events; print(Event.objects.count(), events.first_broken())"


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


def at_once(home: Home, count: int, code: str) -> str:
    """What as many processes say that do the same; they begin as copies of one that has loaded everything."""
    return apart(home.environment, AT_ONCE.format(count=count) + code)


def test_eight_processes_claim_every_job_exactly_once(home):
    home.manage(f"Job.objects.bulk_create(Job(kind='check') for _ in range({HUNDREDS}))")
    claimed = Counter(at_once(home, 8, CLAIMING).split())
    assert len(claimed) == HUNDREDS
    assert set(claimed.values()) == {1}
    assert home.ask("SELECT state, attempts, count(*) FROM web_job GROUP BY 1, 2") == [("finished", 1, HUNDREDS)]


def test_the_book_stays_one_chain_however_many_write_at_once(home):
    at_once(home, 4, WRITING)
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


def test_a_job_that_goes_on_stands_at_the_end_of_the_line(job):
    jobs.claim("a")
    jobs.end(job, Job.State.FAILED, "because", "a")
    other = Job.objects.create(kind=Job.Kind.RUN)
    assert jobs.go_on(job)
    assert [jobs.claim("a"), jobs.claim("a")] == [other, job]

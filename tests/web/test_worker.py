"""The worker: whatever is done to it, a run ends, in the same bytes, or says in a sentence why not."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from customer_segments.web import jobs, worker
from customer_segments.web.models import Job, Study, Upload
from customer_segments.web.worker import Lane
from tests.conftest import once
from tests.sources.servers import postgres_programs, running_postgres
from tests.support import ENVIRONMENT, PROJECT, fingerprints
from tests.web.homes import Home, customers

KILLED_ALONE, KILLED_WITH_ITS_WORK = "validation", "preprocessing"
CANCELLED_AFTER = "clustering"


@pytest.fixture(scope="module")
def survivor(tmp_path_factory) -> tuple[Home, Path]:
    """A study whose worker was killed twice, which was stopped once, and which came to its end."""
    home = Home(once(tmp_path_factory, "survivor", _survive))
    study, job = home.ask("SELECT study_id, id FROM web_job")[0]
    return home, home.path / "studies" / _dashed(study) / _dashed(job)


def _dashed(number: str) -> str:
    from uuid import UUID

    return str(UUID(number))


def _survive(place: Path) -> None:
    """Killed at random moments, each within another stage; cancelled in the midst, and made to go on."""
    home, moments = Home(place).prepare(), random.Random(7)
    study, _, folder = home.study()
    running = home.worker()
    for stage in worker.STAGES[:-1]:
        _until_stage(home, stage)
        if stage == CANCELLED_AFTER:
            home.manage(f"from customer_segments.web import jobs; jobs.cancel(Job.objects.get(study='{study}'))")
            assert home.until("cancelled")[0] == "cancelled"
            assert home.processes(folder) == []
            assert "preprocessing" in _stages_done(folder)
            home.manage(f"from customer_segments.web import jobs; jobs.go_on(Job.objects.get(study='{study}'))")
        if stage in (KILLED_ALONE, KILLED_WITH_ITS_WORK):
            time.sleep(moments.random())
            running.kill()
            running.wait()
            if stage == KILLED_WITH_ITS_WORK:
                # Halted first: else one that is left for a moment may still say how another ended.
                for sign in (signal.SIGSTOP, signal.SIGKILL):
                    for number in home.processes(folder):
                        with suppress(ProcessLookupError):
                            os.kill(number, sign)
            running = home.worker()
    assert home.until("finished", "failed", seconds=400) == ("finished", "publish", "")
    running.send_signal(signal.SIGTERM)
    assert running.wait(30) == 0


def _until_stage(home: Home, stage: str) -> None:
    end = time.monotonic() + 200
    while (now := home.state())[1] not in worker.STAGES[worker.STAGES.index(stage) :]:
        assert now[0] in ("queued", "running"), now
        assert time.monotonic() < end, now
        time.sleep(0.05)


def _stages_done(folder: Path) -> list[str]:
    from ruamel.yaml import YAML

    return list(YAML(typ="safe").load(folder / "dvc.lock")["stages"])


@pytest.mark.long
def test_what_was_killed_and_stopped_ends_in_the_bytes_of_an_undisturbed_run(survivor, tmp_path):
    _, folder = survivor
    from customer_segments.web import archive

    (tmp_path / "project.zip").write_bytes(b"".join(archive.stream(folder)))
    shutil.unpack_archive(tmp_path / "project.zip", tmp_path)
    again = tmp_path / "project"
    (lock := again / "dvc.lock").unlink()  # nothing is taken over
    ran = subprocess.run(
        [sys.executable, "-m", "customer_segments", "run"], cwd=again, text=True, capture_output=True, check=False,
        env=ENVIRONMENT | {"PYTHONPATH": str(PROJECT / "src")},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert lock.read_bytes() == (folder / "dvc.lock").read_bytes()
    assert fingerprints(again) == fingerprints(folder)


def test_nothing_is_left_beside_a_finished_run(survivor):
    home, folder = survivor
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
    assert home.processes(folder) == []


@pytest.fixture
def job(db, settings) -> Job:
    """A run that is queued, of a study that was uploaded."""
    from customer_segments.web.models import Person

    person = Person.objects.create_user("ada@example.org")
    upload = Upload.objects.create(person=person, names={"file1.csv": "my list.csv"}, bytes=1)
    folder = settings.HOME / "uploads" / str(upload.id) / "files"
    folder.mkdir(parents=True)
    (folder / "file1.csv").write_text(customers(30))
    source = {"kind": "files", "customers": "data/external/file1.csv"}
    sections = {"study": {"name": "list", "title": "List"}, "source": source}
    study = Study.objects.create(title="List")
    return Job.objects.create(kind=Job.Kind.RUN, study=study, upload=upload, settings={"settings": sections})


def ended(job: Job) -> tuple[str, str]:
    assert Lane("test").turn()
    job.refresh_from_db()
    return job.state, job.error


def test_a_failure_is_told_in_words_and_goes_on_when_mended(job, settings):
    place = settings.HOME / "uploads" / str(job.upload_id) / "files/file1.csv"
    place.write_text("a,b\n1,2\n")
    state, error = ended(job)
    assert state == "failed"
    assert error.startswith("my list.csv")
    assert "correct the name" in error or "column" in error
    assert str(settings.HOME) not in error
    assert "params.yaml" not in error


@pytest.mark.parametrize(
    ("limit", "most", "told"),
    [
        ("RUN_ROOM", 200 << 10, "It filled the 0 MB of room that one study may take"),
        ("RUN_MEMORY", 400 << 20, "There is not enough memory: this process may take 400 MB"),
        ("RUN_SECONDS", {"run": 1}, "It took longer than the 1 minute that it may take"),
        ("LEAST_FREE", 1 << 60, "The disk of this server is nearly full"),
    ],
)
def test_limits_end_a_run_in_a_sentence(job, settings, monkeypatch, limit, most, told):
    monkeypatch.setattr(worker, "BEAT", 0.2)
    setattr(settings, limit, most)
    state, error = ended(job)
    assert state == "failed"
    assert error.startswith(told)


def test_what_a_file_larger_than_allowed_says(job, settings):
    settings.RUN_ROOM = 1000  # bytes: the first notebook is larger
    assert ended(job)[0] == "failed"
    assert job.error


def test_three_workers_gone_at_the_same_place_are_enough(job):
    Job.objects.filter(id=job.id).update(attempts=3)
    assert ended(job) == (
        "failed",
        "It was begun three times, and each time its worker was gone before it got any further.",
    )


def test_a_run_that_was_to_be_stopped_when_its_worker_was_gone_is_not_begun_again(job):
    Job.objects.filter(id=job.id).update(cancelled=True)
    assert ended(job) == ("cancelled", "")


def test_a_run_whose_upload_is_gone_says_so(job):
    job.upload.delete()
    assert ended(job) == ("failed", "The file that it is to be made from is gone: upload it again.")


HOLDER = "import os, sys, time; os.setsid() if sys.argv[1] == 'own' else 0; time.sleep(60)"


def test_processes_with_sessions_of_their_own_are_found_and_ended(job, settings):
    from customer_segments.web import processes
    from customer_segments.web.names import MARK_VARIABLE

    started = [
        subprocess.Popen([sys.executable, "-c", HOLDER, kind], env={MARK_VARIABLE: str(name), "HOME": str(home)})
        for kind, name, home in (
            ("own", job.id, settings.HOME / "studies"),
            ("same", job.id, settings.HOME),
            ("own", "another", settings.HOME),
            ("own", job.id, settings.HOME.with_name("a copy")),
        )
    ]
    time.sleep(0.5)
    processes.end(str(job.id))
    assert [each.poll() is None for each in started] == [False, False, True, True]
    for each in started[2:]:
        each.kill()
        each.wait()


def test_a_worker_that_lost_its_job_ends_its_own_part_and_leaves_the_rest(tmp_path):
    home = Home(tmp_path / "home").prepare()
    _, _, folder = home.study()
    with home.working():
        home.until("running")
        _until(lambda: home.processes(folder))
        home.manage(
            "from django.utils import timezone as t; from datetime import timedelta as d\n"
            "Job.objects.update(worker='another', lease=t.now() + d(hours=1))"
        )
        _until(lambda: not home.processes(folder))
        assert home.ask("SELECT state, worker FROM web_job") == [("running", "another")]


def _until(holds, seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_a_run_goes_on_while_its_worker_is_gone(tmp_path):
    home = Home(tmp_path / "home").prepare()
    _, _, folder = home.study()
    running = home.worker()
    home.until("running")
    _until(lambda: home.ask('SELECT "group" FROM web_job') != [(None,)])
    ((work,),) = home.ask('SELECT "group" FROM web_job')
    running.kill()
    running.wait()
    with home.working():
        _until(lambda: home.ask("SELECT worker FROM web_job") != [(f"{jobs.machine()}-{running.pid}-run",)])
        time.sleep(worker.BEAT + 1)
        assert work in home.processes(folder)
        assert home.ask('SELECT state, attempts, "group" FROM web_job') == [("running", 1, work)]


def test_work_that_came_to_its_end_without_a_worker_is_not_done_again(job):
    from customer_segments.web import processes

    folder = worker.place_of(job)
    folder.parent.mkdir(parents=True)
    processes.ended_by(folder).write_text("0")
    assert ended(job) == ("finished", "")
    assert not processes.ended_by(folder).exists()


CHECK = """
from django.conf import settings
person = Person.objects.create(email="ada@example.org")
upload = Upload.objects.create(person=person, names={"file1.csv": "list.csv"}, bytes=1)
folder = settings.HOME / "uploads" / str(upload.id) / "files"
folder.mkdir(parents=True)
(folder / "file1.csv").write_text("customer_id,age\\n1,2\\n")
Job.objects.create(kind="check", upload=upload)
"""


@pytest.mark.skipif(postgres_programs() is None, reason="no PostgreSQL on this machine")
def test_a_database_that_is_away_for_a_moment_costs_nothing(tmp_path):
    with running_postgres() as server:
        address = f"postgresql://owner:owner%27s%20own@127.0.0.1:{server.port}/shop"
        home = Home(tmp_path / "home", address).prepare()
        home.manage(CHECK)
        with home.working() as running:
            home.until("running")
            server.stop()
            time.sleep(4)
            assert running.poll() is None
            server.start()
            home.until("finished")
            assert home.ask("SELECT attempts FROM web_job") == [(1,)]
            assert home.ask("SELECT found FROM web_upload")[0][0]["tables"]


def test_a_worker_that_is_ended_gives_its_job_back(tmp_path):
    home = Home(tmp_path / "home").prepare()
    _, _, folder = home.study()
    running = home.worker()
    home.until("running")
    _until(lambda: home.processes(folder))
    running.send_signal(signal.SIGTERM)
    assert running.wait(40) == 0
    assert home.processes(folder) == []
    assert home.ask("SELECT state, attempts FROM web_job") == [("queued", 0)]

"""The worker: claims one job after the other, has it done by processes of its own, and tells how far it is.

Whatever kills the worker, the next one takes the job over when the lease has run out, ends what is left of it, and
goes on where it stopped. Files are looked at in a lane of their own: nobody waits for a long run to upload something.
"""

from __future__ import annotations

import logging
import os
import re
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import psutil
from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.utils import timezone

from customer_segments.base.words import counted
from customer_segments.run.pipeline import OUTPUTS
from customer_segments.web import deleting, events, forgetting, jobs, processes, sweeping
from customer_segments.web.models import Job
from customer_segments.web.names import SERVER_VARIABLE
from customer_segments.web.reasons import reason
from customer_segments.web.results import folder_of

log = logging.getLogger(__name__)
T = TypeVar("T")
AWAY = (OperationalError, InterfaceError)  # the database, for a moment
LANES = {"look": (Job.Kind.CHECK, Job.Kind.DELETE), "run": (Job.Kind.RUN, Job.Kind.FORGET)}
PAUSE, BEAT, GLANCE, BACK = 0.5, 2.0, 0.1, 1.0  # seconds: between looks for work, signs of life, looks at the work
STAGES = tuple(OUTPUTS)
STAGE = re.compile(r"(?:Running stage|Stage) '(\w+)'")


class StoppingError(Exception):
    """The worker is to end; its job is for the next one."""


def main() -> None:
    """Work until a signal says otherwise, or the server that started this worker is gone."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    lanes = [Lane(f"{jobs.machine()}-{os.getpid()}-{name}", kinds, stopping) for name, kinds in LANES.items()]
    lanes[0].patiently(take_from_the_dead, wait=True)
    threads = [threading.Thread(target=lane.work, daemon=True) for lane in lanes]
    for thread in threads:
        thread.start()
    server = int(os.environ.get(SERVER_VARIABLE, "0"))
    sweeper = Lane("sweep", (), stopping)
    while not stopping.wait(PAUSE):
        if server and os.getppid() != server:
            stopping.set()
        with suppress(StoppingError):
            sweeper.patiently(sweeping.now_and_then)
    for thread in threads:
        thread.join()


def take_from_the_dead() -> None:
    """Jobs whose worker ran on this machine and is gone are free at once."""
    for job in Job.objects.filter(state=Job.State.RUNNING, worker__startswith=f"{jobs.machine()}-"):
        number = job.worker.removeprefix(f"{jobs.machine()}-").partition("-")[0]
        if not (number.isdigit() and psutil.pid_exists(int(number))):
            Job.objects.filter(id=job.id, worker=job.worker).update(lease=timezone.now() - timedelta(seconds=1))


@dataclass
class Lane:
    """One that claims and does jobs of some kinds, one at a time."""

    name: str
    kinds: tuple[str, ...] = tuple(Job.Kind)
    stopping: threading.Event = field(default_factory=threading.Event)

    def work(self) -> None:
        with suppress(StoppingError):
            while not self.stopping.is_set():
                if not self.turn():
                    self.stopping.wait(PAUSE)

    def turn(self) -> bool:
        """Do one job, if there is one."""
        job = self.patiently(lambda: jobs.claim(self.name, self.kinds))
        if job is not None:
            try:
                self._do(job)
            except StoppingError:
                with suppress(*AWAY):
                    jobs.release(job, self.name)
                raise
            except Exception:
                log.exception("job %s", job.id)
                self._end(job, Job.State.FAILED, "Something that is not foreseen went wrong; it has been written down.")
        return job is not None

    def patiently(self, ask: Callable[[], T], wait: bool = True) -> T:
        """Ask the database until it answers: it may be away for a moment."""
        while True:
            try:
                close_old_connections()
                return ask()
            except AWAY as error:
                log.warning("the database is away: %s", type(error).__name__)
                connection.close()
            if not wait or self.stopping.wait(BACK):
                raise StoppingError

    def _do(self, job: Job) -> None:
        if job.kind == Job.Kind.DELETE:  # nothing is read that a stranger gave
            self.patiently(lambda: deleting.clear(job))
            return self._end(job, Job.State.FINISHED)
        folder = place_of(job)
        folder.parent.mkdir(parents=True, exist_ok=True)
        work = processes.begun(str(job.id), folder)
        if work is None or job.cancelled:
            processes.end(str(job.id))  # what a worker that was killed has left
            if refused := self.patiently(lambda: _refused(job, folder)):
                return self._end(job, *refused)
            work = processes.start(job.kind, folder, self.patiently(lambda: _told(job)), str(job.id))
        else:  # the run went on without its worker, and the attempt does not count
            job.attempts = max(1, job.attempts - 1)
            self.patiently(lambda: jobs.renew(job, self.name, attempts=job.attempts))
        self._see_to_its_end(job, work)

    def _see_to_its_end(self, job: Job, work: processes.Work) -> None:
        try:
            state, error = self._watched(job, work)
        except StoppingError:
            processes.end(str(job.id))
            processes.clear(work.folder)
            raise
        if state is None and self.patiently(lambda: _is_here(job)):
            return
        processes.end(str(job.id))  # also where it has ended: what it started may be left
        if state == Job.State.FINISHED:
            self.patiently(lambda: _answer(job, work.folder))
            processes.said_by(work.folder).unlink(missing_ok=True)
        processes.clear(work.folder)  # first: what is left of an end would be taken for the end of a later attempt
        if state is not None:
            self._end(job, state, error)

    def _watched(self, job: Job, work: processes.Work) -> tuple[str | None, str]:
        """Wait for the end of the work; how it ended, and why. No state: another worker has the job by now."""
        began, beat, most = time.monotonic(), 0.0, settings.RUN_SECONDS[job.kind]
        while work.goes_on():
            if self.stopping.is_set():
                raise StoppingError
            if time.monotonic() - beat > BEAT:
                beat = time.monotonic()
                if not self._goes_on(job, work):
                    return self.patiently(lambda: _asked_to_end(job, self.name)), ""
                if passed := processes.beyond(str(job.id), work.folder, processes.home_of(work.folder)):
                    return Job.State.FAILED, passed
            if time.monotonic() - began > most:
                told = counted(max(1, round(most / 60)), "minute")
                return Job.State.FAILED, f"It took longer than the {told} that it may take, and was stopped."
            time.sleep(GLANCE)
        if work.code == 0:
            self._goes_on(job, work)  # the last stage may have been too short to be seen
            return Job.State.FINISHED, ""
        return Job.State.FAILED, self._by_their_names(job, reason(processes.said_by(work.folder), work.code))

    def _goes_on(self, job: Job, work: processes.Work) -> bool:
        """Give a sign of life; while the database is away the work just goes on."""
        seen: dict[str, Any] = {"group": work.group}
        stage = _stage(processes.said_by(work.folder))
        if stage in STAGES and (job.stage not in STAGES or STAGES.index(stage) > STAGES.index(job.stage)):
            job.stage = stage
            seen |= {"stage": stage, "attempts": 1}  # it got further: three attempts from here
        try:
            close_old_connections()
            return jobs.renew(job, self.name, **seen)
        except AWAY as error:
            log.warning("the database is away: %s", type(error).__name__)
            connection.close()
            job.stage = ""  # to be told again
            return True

    def _by_their_names(self, job: Job, told: str) -> str:
        """A sentence with the files called as the person knows them."""
        names = self.patiently(lambda: job.upload.names if job.upload else {})
        for ours, theirs in sorted(names.items(), reverse=True):
            told = told.replace(ours, theirs)
        return told

    def _end(self, job: Job, state: str, error: str = "") -> None:
        if self.patiently(lambda: jobs.end(job, state, error, self.name)):
            self.patiently(lambda: events.record(None, f"{job.kind} {state}", job.study, job=str(job.id)))


def place_of(job: Job) -> Path:
    """The folder in which a job works, or beside which its files lie."""
    return settings.HOME / "uploads" / str(job.upload_id) / "files" if job.kind == Job.Kind.CHECK else folder_of(job)


def _refused(job: Job, folder: Path) -> tuple[str, str] | None:
    """How a job ends that is not begun, and why."""
    why = ""
    if job.cancelled:
        return Job.State.CANCELLED, ""
    if job.said is not None:  # all but the last word was written down
        return Job.State.FINISHED, ""
    if job.attempts > jobs.MOST_ATTEMPTS:
        why = "It was begun three times, and each time its worker was gone before it got any further."
    elif job.kind == Job.Kind.CHECK and not folder.exists():
        why = "The file is gone: upload it again."
    elif job.kind == Job.Kind.RUN and not jobs.has_its_data(job):
        why = "The file that it is to be made from is gone: upload it again."
    elif job.kind == Job.Kind.FORGET and job.study.runs().filter(state=Job.State.RUNNING).exists():
        why = "A run of this study is on its way: wait until it has ended, or stop it; then try again."
    return (Job.State.FAILED, why) if why else None


def _told(job: Job) -> dict[str, Any]:
    if job.kind == Job.Kind.FORGET:
        return forgetting.told(job)
    given = {"given": str(settings.HOME / "uploads" / str(job.upload_id) / "files")} if job.upload_id else {}
    return job.settings | given


def _answer(job: Job, folder: Path) -> None:
    """Take over what the work has found, where that is no folder of its own."""
    if job.kind == Job.Kind.CHECK:
        job.upload.found = _beside_what_was_found(job, forgetting.taken(folder))
        job.upload.save(update_fields=["found"])
    elif job.kind == Job.Kind.FORGET:
        forgetting.ended(job, folder)


def _beside_what_was_found(job: Job, found: dict[str, Any]) -> dict[str, Any]:
    """What was found; a refusal of what someone changed keeps, for the form, what was found before the change."""
    earlier = job.upload.found or {}
    if "refused" not in found:
        return found | {"settings": job.settings}
    before = earlier.get("before") or (earlier if "tables" in earlier else None)
    return found | {"before": before} if before else found


def _is_here(job: Job) -> bool:
    """Whether the worker that has the job by now is on this machine, and so watches the same processes."""
    return Job.objects.filter(id=job.id, worker__startswith=f"{jobs.machine()}-").exists()


def _asked_to_end(job: Job, worker: str) -> str | None:
    asked = Job.objects.filter(id=job.id, worker=worker, cancelled=True).exists()
    return Job.State.CANCELLED if asked else None


def _stage(said: Path) -> str:
    """The stage that was last said to run."""
    try:
        with said.open("rb") as file:
            file.seek(max(0, said.stat().st_size - 20_000))
            found = STAGE.findall(file.read().decode(errors="replace"))
    except FileNotFoundError:
        return ""
    return found[-1] if found else ""

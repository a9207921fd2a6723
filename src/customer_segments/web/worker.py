"""The worker: claims one job after the other, has it done in a process group of its own, and tells how far it is.

Whatever kills the worker, the next one takes the job over when the lease has run out, ends what is left of it, and
goes on where it stopped.
"""

from __future__ import annotations

import json
import logging
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
from django.conf import settings
from django.db import OperationalError, close_old_connections

from customer_segments.web import events, jobs
from customer_segments.web.models import Job
from customer_segments.web.names import HOME_VARIABLE
from customer_segments.web.results import folder_of

log = logging.getLogger(__name__)
NICE, MEMORY, LARGEST_FILE = 10, 12 << 30, 8 << 30
SECONDS = {Job.Kind.CHECK: 120, Job.Kind.RUN: 6 * 3600}
PAUSE, BEAT = 0.5, 5.0
PATIENCE = 20  # seconds that a process group is given to clear up
STAGE = re.compile(r"(?:Running stage|Stage) '(\w+)'")
KEPT = ("PATH", "LANG", "TZ", "SSL_CERT_FILE", "PYTHONPATH")


class StoppedError(Exception):
    """The worker itself is to end; its job is for the next one."""


def main() -> None:
    """Work until a signal says otherwise."""
    name = f"{socket.gethostname()[:40]}-{os.getpid()}"

    def stop(*_: Any) -> None:
        raise StoppedError

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    with suppress(StoppedError):
        while True:
            if not turn(name):
                time.sleep(PAUSE)


def turn(name: str) -> bool:
    """Do one job, if there is one; a database that is away for a moment is waited for."""
    try:
        close_old_connections()
        job = jobs.claim(name)
        if job is not None:
            _do(job, name)
        return job is not None
    except OperationalError as error:
        log.warning("the database is away: %s", type(error).__name__)
        time.sleep(2)
        return False


def _do(job: Job, name: str) -> None:
    folder = _place(job)
    _end_leftovers(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder.exists() and job.kind == Job.Kind.RUN and not (folder / "dvc.yaml").exists():
        shutil.rmtree(folder)  # half laid
    folder.with_suffix(".json").write_text(json.dumps(_told(job)), encoding="utf-8")
    state, error = _watched(job, name, folder)
    if state is None:  # another worker has it by now
        return
    if state == Job.State.FINISHED and job.kind == Job.Kind.CHECK:
        found = json.loads(folder.with_suffix(".found").read_text(encoding="utf-8"))
        job.upload.found = found
        job.upload.save(update_fields=["found"])
    if jobs.end(job, state, error, name):
        events.record(None, f"{job.kind} {state}", job.study, job=str(job.id))


def _place(job: Job) -> Path:
    return folder_of(job) if job.kind == Job.Kind.RUN else settings.HOME / "uploads" / str(job.upload_id) / "files"


def _told(job: Job) -> dict[str, Any]:
    given = {"given": str(settings.HOME / "uploads" / str(job.upload_id) / "files")} if job.upload_id else {}
    return job.settings | given


def _watched(job: Job, name: str, folder: Path) -> tuple[str | None, str]:
    """Start the work and wait for its end; how it ended, and what it said where it failed."""
    said = folder.with_suffix(".log")
    home = folder.with_suffix(".home")
    home.mkdir(exist_ok=True)
    with said.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "customer_segments.web.work", job.kind, str(folder)],
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            cwd=folder.parent, env=_variables(home), preexec_fn=_limited,
        )  # fmt: skip
    began, beat = time.monotonic(), 0.0
    try:
        while process.poll() is None:
            if time.monotonic() - beat > BEAT:
                beat = time.monotonic()
                if not jobs.renew(job, name, group=process.pid, stage=_stage(said)):
                    _end(process, folder)
                    asked = Job.objects.filter(id=job.id, worker=name, cancelled=True).exists()
                    return (Job.State.CANCELLED, "") if asked else (None, "")
            if time.monotonic() - began > SECONDS[job.kind]:
                _end(process, folder)
                return Job.State.FAILED, "It took longer than it may take, and was stopped."
            time.sleep(0.1)
    except StoppedError:
        _end(process, folder)
        raise
    if process.returncode == 0:
        return Job.State.FINISHED, ""
    return Job.State.FAILED, _reason(said, process.returncode)


def _variables(home: Path) -> dict[str, str]:
    """Nothing of ours but what it needs to start."""
    kept = {key: value for key, value in os.environ.items() if key in KEPT}
    return kept | {
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        HOME_VARIABLE: str(settings.HOME),
        "DJANGO_SETTINGS_MODULE": "customer_segments.web.settings",
    }


def _limited() -> None:
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.umask(0o077)


def _stage(said: Path) -> str:
    """The stage that was last said to run."""
    found = STAGE.findall(said.read_text(encoding="utf-8", errors="replace")[-20_000:])
    return found[-1] if found else ""


def _reason(said: Path, code: int) -> str:
    """The sentence that a person can act on, among all that was said."""
    lines = [line.strip() for line in said.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    stages = [
        line for line in lines if re.match(r"\w+: (?!cell \d+ of|done in)", line) and not line.startswith("ERROR")
    ]
    last = stages[-1] if stages else (lines[-1] if lines else "")
    return (last or f"It ended with code {code}.").replace(str(settings.HOME), "…")[:1000]


def _end(process: subprocess.Popen[bytes], folder: Path) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(PATIENCE)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    _end_leftovers(folder)


def _end_leftovers(folder: Path) -> None:
    """End every process that still works in this folder, such as a kernel in a session of its own."""
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if Path(process.cwd()).is_relative_to(folder):
                process.kill()
                process.wait(5)

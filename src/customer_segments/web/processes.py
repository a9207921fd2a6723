"""A job's processes: started in a group of their own, known by a mark in their environment, and ended all together.

A mark reaches where a process group does not: kernels have sessions of their own.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from django.conf import settings

from customer_segments.web.names import MARK_VARIABLE

WORK = "customer_segments.web.work"
KEPT = ("PATH", "LANG", "TZ", "SSL_CERT_FILE", "PYTHONPATH")  # nothing of ours but what it needs to start
PATIENCE = 15.0  # seconds that processes are given to clear up
ROUNDS = 5  # what is just being started is seen in the next round


@dataclass
class Work:
    """A job's work: begun by this worker, or by one before it that is gone."""

    folder: Path
    process: subprocess.Popen[bytes] | psutil.Process | None  # none where it has come to its end already

    def goes_on(self) -> bool:
        if isinstance(self.process, subprocess.Popen):
            return self.process.poll() is None
        with suppress(psutil.Error):
            return bool(self.process) and self.process.is_running() and self.process.status() != psutil.STATUS_ZOMBIE
        return False

    @property
    def group(self) -> int | None:
        return self.process.pid if self.process else None

    @property
    def code(self) -> int | None:
        """How it ended, as it wrote it down itself; None where it was killed."""
        ended = ended_by(self.folder)
        return int(ended.read_text(encoding="ascii")) if ended.exists() else None


def begun(job: str, folder: Path) -> Work | None:
    """What a worker before this one has begun, where that goes on or has come to its end: it need not be done again."""
    leader = next(iter(_leaders(job)), None)
    return Work(folder, leader) if leader or ended_by(folder).exists() else None


def start(kind: str, folder: Path, told: dict[str, Any], job: str) -> Work:
    """Begin the work of a job; what is to be done goes by a pipe, so that it stands in no file."""
    home = home_of(folder)
    shutil.rmtree(home, ignore_errors=True)  # with the locks of who was killed, whose number another may bear by now
    (home / "tmp").mkdir(parents=True, exist_ok=True)
    ended_by(folder).unlink(missing_ok=True)
    with said_by(folder).open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", WORK, kind, str(folder)],
            stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            cwd=home, env=_variables(home, job),
        )  # fmt: skip
    with suppress(BrokenPipeError), process.stdin:  # where it has ended already, it says why
        process.stdin.write(json.dumps(told | {"limits": limits()}).encode())
    return Work(folder, process)


def clear(folder: Path) -> None:
    """Remove what was for the work alone."""
    ended_by(folder).unlink(missing_ok=True)
    shutil.rmtree(home_of(folder), ignore_errors=True)


def home_of(folder: Path) -> Path:
    """What stands for a person's home folder, with temporary files in it; it goes when the work has ended."""
    return folder.with_suffix(".home")


def said_by(folder: Path) -> Path:
    return folder.with_suffix(".log")


def ended_by(folder: Path) -> Path:
    return folder.with_suffix(".end")


def limits() -> dict[str, int]:
    return {"memory": settings.RUN_MEMORY, "file": settings.RUN_ROOM, "nice": settings.RUN_NICE}


def _variables(home: Path, job: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key in KEPT}
    own = {"HOME": str(home), "TMPDIR": str(home / "tmp"), "DVC_SITE_CACHE_DIR": str(home / "dvc")}
    return kept | own | {"LC_ALL": "C.UTF-8", MARK_VARIABLE: job}


def marked(job: str) -> list[psutil.Process]:
    """Every process of a job of ours; a copy of all that is stored, served beside it, has the same jobs."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            known = process.environ()
            if known.get(MARK_VARIABLE) == job and Path(known.get("HOME", "/")).is_relative_to(settings.HOME):
                found.append(process)
    return found


def _leaders(job: str) -> list[psutil.Process]:
    found = []
    for process in marked(job):
        with suppress(psutil.Error):
            if WORK in process.cmdline()[:3]:
                found.append(process)
    return found


def end(job: str) -> None:
    """End every process of a job: those of its group may clear up first, what is left then is killed."""
    if leaders := _leaders(job):
        for leader in leaders:
            with suppress(ProcessLookupError):
                os.killpg(leader.pid, signal.SIGTERM)
        psutil.wait_procs(marked(job), timeout=PATIENCE)
    for _ in range(ROUNDS):
        left = marked(job)
        if not left:
            return
        for each in left:
            with suppress(psutil.Error):
                each.kill()
        psutil.wait_procs(left, timeout=2)


def end_all_in(place: Path) -> None:
    """End the work of every job below a folder."""
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            known = process.environ()
            if MARK_VARIABLE in known and Path(known.get("HOME", "/")).is_relative_to(place):
                end(known[MARK_VARIABLE])


def memory(job: str) -> int:
    """Bytes that all processes of a job hold together."""
    total = 0
    for process in marked(job):
        with suppress(psutil.Error):
            total += process.memory_full_info().pss  # what copies of a process share counts once
    return total


def room(folder: Path) -> int:
    """Bytes that a folder takes; what vanishes meanwhile counts nothing."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += (Path(place) / name).lstat().st_blocks * 512
    return total


def beyond(job: str, *folders: Path) -> str:
    """Which limit a job has passed, in a sentence; empty where it keeps all of them."""
    if memory(job) > settings.RUN_MEMORY:
        return (
            f"It took more than the {_size(settings.RUN_MEMORY)} of memory that one run may take: send fewer rows, "
            "or run it on your machine."
        )
    if sum(map(room, folders)) > settings.RUN_ROOM:
        return (
            f"It filled the {_size(settings.RUN_ROOM)} of room that one study may take: send fewer rows or columns, "
            "or run it on your machine."
        )
    if shutil.disk_usage(settings.HOME).free < settings.LEAST_FREE:
        return "The disk of this server is nearly full: an administrator has to make room; then go on."
    return ""


def _size(count: int) -> str:
    return f"{count / (1 << 30):.3g} GB" if count >= 1 << 30 else f"{count >> 20} MB"

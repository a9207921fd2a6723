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
from pathlib import Path
from typing import Any

import psutil
from django.conf import settings

from customer_segments.web.names import MARK_VARIABLE

KEPT = ("PATH", "LANG", "TZ", "SSL_CERT_FILE", "PYTHONPATH")  # nothing of ours but what it needs to start
PATIENCE = 15.0  # seconds that processes are given to clear up
ROUNDS = 5  # what is just being started is seen in the next round


def start(kind: str, folder: Path, told: dict[str, Any], mark: str) -> subprocess.Popen[bytes]:
    """Begin the work of a job; what is to be done goes by a pipe, so that it stands in no file."""
    home = home_of(folder)
    (home / "tmp").mkdir(parents=True, exist_ok=True)
    with said_by(folder).open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "customer_segments.web.work", kind, str(folder)],
            stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            cwd=home, env=_variables(home, mark),
        )  # fmt: skip
    with suppress(BrokenPipeError):  # it has ended already, and says why
        process.stdin.write(json.dumps(told | {"limits": limits(), "worker": os.getpid()}).encode())
        process.stdin.close()
    return process


def home_of(folder: Path) -> Path:
    """What stands for a person's home folder, with temporary files in it; it goes when the work has ended."""
    return folder.with_suffix(".home")


def said_by(folder: Path) -> Path:
    return folder.with_suffix(".log")


def limits() -> dict[str, int]:
    return {"memory": settings.RUN_MEMORY, "file": settings.RUN_ROOM, "nice": settings.RUN_NICE}


def _variables(home: Path, mark: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key in KEPT}
    own = {"HOME": str(home), "TMPDIR": str(home / "tmp"), "DVC_SITE_CACHE_DIR": str(home / "dvc")}
    return kept | own | {"LC_ALL": "C.UTF-8", MARK_VARIABLE: mark}


def marked(mark: str) -> list[psutil.Process]:
    """Every process whose mark begins so."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.environ().get(MARK_VARIABLE, "").startswith(mark):
                found.append(process)
    return found


def end(mark: str, process: subprocess.Popen[bytes] | None = None) -> None:
    """End every process of a job: those of its group may clear up first, what is left then is killed."""
    if process is not None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        psutil.wait_procs(marked(mark), timeout=PATIENCE)
    for _ in range(ROUNDS):
        left = marked(mark)
        if not left:
            break
        for each in left:
            with suppress(psutil.Error):
                each.kill()
        psutil.wait_procs(left, timeout=2)
    if process is not None:
        process.wait()


def memory(mark: str) -> int:
    """Bytes that all processes of a job hold together."""
    total = 0
    for process in marked(mark):
        with suppress(psutil.Error):
            total += process.memory_info().rss
    return total


def room(folder: Path) -> int:
    """Bytes that a folder takes; what vanishes meanwhile counts nothing."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += (Path(place) / name).lstat().st_blocks * 512
    return total


def beyond(mark: str, *folders: Path) -> str:
    """Which limit a job has passed, in a sentence; empty where it keeps all of them."""
    if memory(mark) > settings.RUN_MEMORY:
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

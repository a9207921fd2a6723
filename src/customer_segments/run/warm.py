"""One process that has imported everything once, and of which each stage of a run is a copy.

`python -m customer_segments.stage` asks it, where `segments run` has started one; without one a stage runs by itself,
and makes the same.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from select import select
from typing import Any

from customer_segments.run import edge
from customer_segments.run.child import Child
from customer_segments.run.environment import THREADS, pinned

NAME_VARIABLE = "SEGMENTS_WARM"
STAGE = "customer_segments.stage"
OURS = str(Path(__file__).resolve())
# What takes time to import: all that more than one chapter needs.
LIBRARIES = (
    "customer_segments.pages.report.chapters", "customer_segments.run.execution", "fontTools.ttLib",
    "ibis.backends.duckdb",
    "ipykernel.debugger", "ipykernel.ipkernel", "ipykernel.kernelapp", "IPython.lib.lexers", "joblib",
    "matplotlib.backends.backend_agg", "nbconvert", "pandas", "papermill", "pyarrow.parquet",
    "pygments.formatters.html", "pygments.lexers.python", "scipy.optimize", "scipy.stats", "seaborn",
    "sklearn.cluster", "sklearn.ensemble", "sklearn.metrics", "sklearn.mixture", "sklearn.pipeline",
    "sklearn.preprocessing",
)  # fmt: skip
KILL_WITH_PARENT = 1  # of prctl


# ── of the stage that asks ──────────────────────────────────────────────────────────────────────────────────────────


def asked(arguments: list[str]) -> int | None:
    """The exit code of a stage that a warm process has run; None where there is none that could."""
    name = os.environ.pop(NAME_VARIABLE, None)
    if name is None:
        return None
    with suppress(OSError), socket.socket(socket.AF_UNIX) as warm:
        warm.connect(_place(name))
        if _who(warm) != os.getuid():
            return None
        socket.send_fds(warm, [b"\n"], [1, 2])
        warm.sendall(json.dumps(_told(arguments)).encode() + b"\n")
        answers = warm.makefile("rb")
        child = answers.readline()
        return _awaited(int(child), answers.readline) if child else None
    return None


def _told(arguments: list[str]) -> dict[str, Any]:
    return {
        "package": OURS, "arguments": arguments, "folder": str(Path.cwd()),
        "variables": dict(os.environ), "path": sys.path,
        "ignored": [number for number in edge.ENDING if signal.getsignal(number) == signal.SIG_IGN],
    }  # fmt: skip


def _awaited(child: int, answer: Any) -> int:
    """The child's exit code, once it has ended; signals are passed on to it."""
    for number, usual in edge.ENDING.items():
        if signal.getsignal(number) == usual:
            signal.signal(number, lambda number, _: _pass_on(number, child))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, edge.ENDING)
    code = answer()
    edge.not_yet()  # one that comes while Python ends would take the place of the code
    if code:
        return int(code) if int(code) >= 0 else edge.SIGNALLED - int(code)
    print("The process in which the stage ran was killed: run it again.", file=sys.stderr)
    return edge.FAILED


def _pass_on(number: int, child: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(child, number)


def _place(name: str) -> str:
    """An address that is no file, so that nothing is left of it."""
    return f"\0customer_segments_{name}"


def _who(other: socket.socket) -> int:
    """The person whose process is at the other end."""
    return struct.unpack("3i", other.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))[1]


# ── of who starts it ────────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def warmed(root: Path, threads: int) -> Iterator[dict[str, str]]:
    """Variables by which stages find a warm process, which ends with this; none where there can be no such process."""
    if sys.platform != "linux":
        yield {}
        return
    name = secrets.token_hex(16)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(_place(name))
        listener.listen()
        command = [sys.executable, "-m", "customer_segments.run.warm", str(listener.fileno())]
        with edge.held_back():
            warm = subprocess.Popen(
                command, cwd=root, env=pinned(threads), pass_fds=[listener.fileno()],
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            )  # fmt: skip
    try:
        yield {NAME_VARIABLE: name}
    finally:
        warm.stdin.close()
        warm.wait()


# ── of the warm process ─────────────────────────────────────────────────────────────────────────────────────────────


def main() -> int:
    """Serve stages until whoever started this has ended, and the last of them, too."""
    edge.seldom_swept()
    for number in edge.ENDING:  # the stages answer them
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, edge.ENDING)
    running: dict[int, tuple[Child, socket.socket]] = {}  # by what tells of the copy's end
    awaited: list[Any] = [sys.stdin]
    with socket.socket(fileno=int(sys.argv[1])) as listener:
        while awaited or running:
            asking = [other for _, other in running.values()]
            ready = select([listener, *awaited, *running, *asking], [], [])[0]
            for end in [end for end, (_, other) in running.items() if end in ready or other in ready]:
                _end(end, *running.pop(end))
            if listener in ready:
                running |= _begun(listener.accept()[0])
            elif sys.stdin in ready:
                awaited.clear()
    return 0


def _begun(other: socket.socket) -> dict[int, tuple[Child, socket.socket]]:
    """The stage that is asked for, as a copy of this process; nothing where it has to run by itself."""
    streams: list[int] = []
    with suppress(OSError, ValueError):
        if _who(other) == os.getuid():
            _, streams, _, _ = socket.recv_fds(other, 1, 2)
            told = json.loads(other.makefile("rb").readline())
            if told["package"] == OURS:
                return _copy(told, streams, other)
    _close(streams)
    other.close()
    return {}


def _copy(told: dict[str, Any], streams: list[int], other: socket.socket) -> dict[int, tuple[Child, socket.socket]]:
    with suppress(Exception):  # the stage that needs it will say so
        _ready()
    with edge.held_back():  # until the stage can answer them; what is ignored here would be lost
        child = Child(lambda: _as_stage(told, streams))
    _close(streams)
    with suppress(OSError):
        other.sendall(f"{child.pid}\n".encode())
    return {os.pidfd_open(child.pid): (child, other)}


@cache
def _ready() -> None:
    """Import and compile what more than one chapter needs."""
    for library in LIBRARIES:
        import_module(library)
    import nbformat
    from nbconvert.filters import Highlight2HTML, markdown2html

    from customer_segments.pages.report.chapters import exporter

    for loose in (False, True):
        nbformat.validate(nbformat.v4.new_notebook(), relax_add_props=loose)
    markdown2html("")
    exporter().register_filter("highlight_code", highlight := Highlight2HTML())
    highlight("pass")
    _ = exporter().template


def _close(streams: list[int]) -> None:
    for stream in streams:
        os.close(stream)


def _end(end: int, child: Child, other: socket.socket) -> None:
    """Say how the copy ended; where nobody waits for it any more, end it."""
    os.close(end)
    if child.poll() is None:
        child.kill()
    code = child.wait()
    with suppress(OSError), other:
        other.sendall(f"{code}\n".encode())


def _as_stage(told: dict[str, Any], streams: list[int]) -> int:
    """Become the stage: in its folder, with its variables and streams, and with signals that reach it."""
    import ctypes

    ctypes.CDLL(None).prctl(KILL_WITH_PARENT, signal.SIGKILL)
    for number, stream in enumerate([os.open(os.devnull, os.O_RDONLY), *streams]):
        os.dup2(stream, number)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    sys.stdout = open(1, "w", 1 if os.isatty(1) else -1, "utf-8", "surrogateescape", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", 1, "utf-8", "backslashreplace", closefd=False)  # noqa: SIM115
    os.chdir(told["folder"])
    threads = int(os.environ[THREADS[0]])
    os.environ.clear()
    os.environ.update(pinned(threads, told["variables"]))
    sys.path[:] = told["path"]
    sys.argv = [STAGE, *told["arguments"]]
    for number, usual in edge.ENDING.items():
        signal.signal(number, signal.SIG_IGN if number in told["ignored"] else usual)
    return import_module(STAGE).main()


if __name__ == "__main__":
    sys.exit(main())

"""One case being tried: a folder of its own, the real commands as child processes under limits, what went wrong."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

PROJECT = Path(__file__).parents[2]
GIGABYTE = 1 << 30
MOST_MEMORY_MB, MOST_CPU_SECONDS = 2048, 20  # what any one command on a hostile file may take
SECONDS_AFTER_KILL = 5
NEVER_SAID = re.compile(
    r"Traceback \(most recent|^\s*File \"[^\"]+\", line \d+|terminate called|core dumped|Fatal Python error|"
    r"Exception ignored|panicked at",
    re.MULTILINE,
)
# Done, refused in a sentence, misspelt, with questions (or nobody to forget), not to be rewritten, interrupted.
USUAL_CODES = (0, 1, 2, 3, 4, 130)


class Limits(NamedTuple):
    """What the system grants a child process; the address space is wider than what it may really fill."""

    address_space: int | None = 6 * GIGABYTE
    cpu_seconds: int | None = MOST_CPU_SECONDS + 5
    wall_seconds: float = 400
    file_bytes: int | None = None


USUAL = Limits()
PIPELINE = Limits(address_space=None, cpu_seconds=None, wall_seconds=900)  # a whole run starts many processes


class Ran(NamedTuple):
    """How a command ended."""

    code: int  # below zero: the signal that ended it
    output: str
    memory_mb: float  # of the largest process
    cpu_seconds: float  # of all processes that it waited for
    seconds: float
    timed_out: bool


@dataclass
class Trial:
    """The case's folder, what its commands took at most, and what went wrong."""

    folder: Path
    problems: list[str] = field(default_factory=list)
    memory_mb: float = 0.0
    cpu_seconds: float = 0.0
    said: list[str] = field(default_factory=list)
    tried: int = 1  # how much a case counts for

    @property
    def temporary(self) -> Path:
        """Where its commands put temporary files, so that what is left there can be looked for."""
        path = self.folder / "tmp"
        path.mkdir(parents=True, exist_ok=True)
        return path

    def expect(self, holds: bool, otherwise: str) -> bool:
        """Note a problem where something does not hold."""
        if not holds:
            self.problems.append(otherwise)
        return bool(holds)

    def environment(self, **variables: str | None) -> dict[str, str]:
        """A shell that knows nothing but the interpreter, a home and a place for temporary files."""
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        known = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(home),
            "TMPDIR": str(self.temporary),
            "PYTHONPATH": str(PROJECT / "src"),
            "LC_ALL": "C.UTF-8",
        }
        return {name: value for name, value in (known | variables).items() if value is not None}

    def start(
        self, command: list[str], folder: Path, limits: Limits = USUAL, **variables: str | None
    ) -> subprocess.Popen[bytes]:
        """Start a command as a process group of its own; what it says goes to a file."""
        output = (self.folder / f"said-{len(self.said)}.txt").open("w+b")
        self.said.append(output.name)
        limited = ["/bin/sh", "-c", f'{_ulimits(limits)} exec "$@"', "sh", *command]
        process = subprocess.Popen(
            limited,
            cwd=folder,
            env=self.environment(**variables),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_heed_signals,
        )
        output.close()
        return process

    def finish(self, process: subprocess.Popen[bytes], wall_seconds: float) -> Ran:
        """Wait for a command, end it where it takes too long, and measure it."""
        said, started, timed_out = Path(self.said[-1]), time.perf_counter(), threading.Event()

        def end() -> None:
            timed_out.set()
            kill_group(process.pid, signal.SIGKILL)

        timer = threading.Timer(wall_seconds, end)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        ran = Ran(
            process.returncode,
            said.read_text(encoding="utf-8", errors="replace"),
            usage.ru_maxrss / 1024,
            usage.ru_utime + usage.ru_stime,
            time.perf_counter() - started,
            timed_out.is_set(),
        )
        self.memory_mb = max(self.memory_mb, ran.memory_mb)
        self.cpu_seconds = max(self.cpu_seconds, ran.cpu_seconds)
        return ran

    def run(self, command: list[str], folder: Path, limits: Limits = USUAL, **variables: str | None) -> Ran:
        """Run a command to its end, and note what must never happen."""
        ran = self.finish(self.start(command, folder, limits, **variables), limits.wall_seconds)
        called = " ".join(command[command.index("-m") + 1 :][:3]) if "-m" in command else Path(command[0]).name
        self.note(ran, called, bounded=limits.cpu_seconds is not None)
        return ran

    def segments(self, *arguments: str, folder: Path, limits: Limits = USUAL, **variables: str | None) -> Ran:
        return self.run([sys.executable, "-m", "customer_segments", *arguments], folder, limits, **variables)

    def stage(self, name: str, folder: Path, limits: Limits = USUAL, **variables: str | None) -> Ran:
        return self.run([sys.executable, "-m", "customer_segments.stage", name], folder, limits, **variables)

    def note(self, ran: Ran, called: str, bounded: bool = True) -> None:
        """The bounds that hold for every command: no traceback, no signal, not too much memory or time."""
        found = NEVER_SAID.search(ran.output)
        last = ran.output.strip().splitlines()[-1][:200] if ran.output.strip() else ""
        self.expect(found is None, f"{called}: {found and found[0].strip()} … {last}")
        self.expect(not ran.timed_out, f"{called}: not done after {ran.seconds:.0f} s")
        if not ran.timed_out:
            self.expect(ran.code in USUAL_CODES, f"{called}: ended by {_ending(ran.code)}, saying: {last}")
        self.expect(ran.code in (0, 130) or ran.timed_out or bool(last), f"{called}: failed without a word")
        if bounded:
            self.expect(ran.memory_mb <= MOST_MEMORY_MB, f"{called}: {ran.memory_mb:,.0f} MB of memory")
            self.expect(ran.cpu_seconds <= MOST_CPU_SECONDS, f"{called}: {ran.cpu_seconds:.0f} s of processor time")


@dataclass(frozen=True)
class Case:
    """Something that is tried, by a name that stays the same from run to run."""

    name: str
    attempt: Callable[[Trial], None]


def _heed_signals() -> None:
    """As a person's shell would start it, whatever the one that starts the trials ignores, as `&` and `nohup` do."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_DFL)


def kill_group(group: int, sign: int) -> None:
    """Send a signal to a process group, if there still is one."""
    try:
        os.killpg(group, sign)
    except ProcessLookupError:
        return


def group_is_gone(group: int) -> bool:
    """Whether no process of the group is left, given a little time."""
    until = time.monotonic() + SECONDS_AFTER_KILL
    while time.monotonic() < until:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


def _ulimits(limits: Limits) -> str:
    told = ["ulimit -c 0;"]
    if limits.address_space is not None:
        told.append(f"ulimit -v {limits.address_space // 1024};")
    if limits.cpu_seconds is not None:
        told.append(f"ulimit -t {limits.cpu_seconds};")
    if limits.file_bytes is not None:
        told.append(f"ulimit -f {limits.file_bytes // 512};")
    return " ".join(told)


def _ending(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"

"""The power fails: the folder as it stands at any moment of a run, ends of open files lost, is run to the same lock.

All processes are halted while the folder is copied, so that the copy is what a file system would have held at one
moment; in every other case the files that were open for writing lose what was written last.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from functools import partial
from pathlib import Path

import runs
from trial import PIPELINE, Case, Trial, kill_group

WHAT = "the folder as it stands at random moments of a run, run to its end: the same lock and bytes"
CASES = 20


def cases(seed: int, number: int) -> list[Case]:
    return [
        Case(f"{each}: {how} after {seconds:.1f} s", partial(_one, how, seconds, each % 4 > 1, seed + each))
        for each, (how, seconds) in enumerate(runs.moments(seed + 1, number))
    ]


def _one(how: str, seconds: float, torn: bool, seed: int, trial: Trial) -> None:
    study, whole = runs.begin(how, trial.folder / "study")
    process = trial.start(runs.RUN, study, PIPELINE)
    time.sleep(seconds)
    kill_group(process.pid, signal.SIGSTOP)
    working = _open_for_writing(study)
    moment = trial.folder / "moment"
    shutil.copytree(study, moment, symlinks=True, ignore=_sockets)
    if torn:
        _lose_ends([moment / path.relative_to(study) for path in working], random.Random(seed))
    kill_group(process.pid, signal.SIGKILL)
    trial.finish(process, 30)
    shutil.rmtree(study)
    moment.rename(study)  # in the place where it was
    for left in trial.temporary.iterdir():  # goes with the power
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    runs.expect_the_same(trial, study, whole)


def _open_for_writing(study: Path) -> list[Path]:
    """Files in the study that any process has open for writing."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            path, opened = entry.readlink(), (entry.parents[1] / "fdinfo" / entry.name).read_text()
        except OSError:
            continue
        flags = next((int(line.split()[1], 8) for line in opened.splitlines() if line.startswith("flags:")), 0)
        if path.is_relative_to(study) and flags & (os.O_WRONLY | os.O_RDWR) and path.is_file():
            found.add(path)
    return sorted(found)


def _lose_ends(paths: list[Path], draw: random.Random) -> None:
    for path in paths:
        if path.exists() and not path.is_symlink():
            os.truncate(path, draw.randrange(path.stat().st_size + 1))


def _sockets(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if Path(folder, name).is_socket()]

"""What a whole run of a small study leaves, to hold interrupted runs against."""

from __future__ import annotations

import hashlib
import os
import random
import sys
from pathlib import Path

import studies
from trial import PIPELINE, Trial, group_is_gone

RUN = [sys.executable, "-m", "customer_segments", "run"]
SECONDS = 60.0  # what a run takes on an idle machine, about
# A first run, or one after a change of what the later stages depend on.
STARTS = {
    "from nothing": ("small-laid", "small"),
    "after another k": ("small", "three"),
}
CHANGED = {r"\n  k: ": "\n  k: 3 "}
# Books of the tools, which no result depends on: git's index, DVC's state of files and its caches.
OF_THE_TOOLS = (".git/", ".dvc/tmp/", ".dvc/cache/")


def begin(how: str, folder: Path) -> tuple[Path, Path]:
    """A study folder to be run, and the finished one that it must come to equal."""
    if how == "from nothing":
        return studies.copied(studies.laid("small"), folder), studies.finished("small")
    study = studies.copied(studies.finished("small"), folder)
    studies.changed(study / "params.yaml", CHANGED)
    return study, studies.finished("three", CHANGED)


def moments(seed: int, number: int) -> list[tuple[str, float]]:
    """How a run begins and after how many seconds it is cut short, at random."""
    draw = random.Random(seed)
    return [(list(STARTS)[each % 2], SECONDS * draw.random() ** 1.5) for each in range(number)]


def contents(study: Path) -> dict[str, str]:
    """Every file of a study by its content, but for the tools' own books."""
    found = {}
    for path in sorted(study.rglob("*")):
        name = path.relative_to(study).as_posix()
        if not path.is_dir() and not name.startswith(OF_THE_TOOLS):
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "no file"
    return found


def expect_the_same(trial: Trial, study: Path, whole: Path) -> None:
    """After another run: the same lock, the same bytes, no file more or less, nothing in the temporary folder."""
    ran = trial.run(RUN, study, PIPELINE)
    if not trial.expect(ran.code == 0, f"does not run again: {ran.output.strip()[-400:]}"):
        return
    found, wanted = contents(study), contents(whole)
    trial.expect(found.get("dvc.lock") == wanted["dvc.lock"], "another lock")
    other = sorted(name for name in found.keys() & wanted.keys() if found[name] != wanted[name])
    trial.expect(not other, f"other bytes: {other[:5]}")
    trial.expect(not (lost := sorted(set(wanted) - set(found))), f"lost: {lost[:5]}")
    trial.expect(not (more := sorted(set(found) - set(wanted))), f"new files: {more[:5]}")
    left = sorted(path.name for path in trial.temporary.iterdir())
    trial.expect(not left, f"left in the temporary folder: {left[:5]}")


def expect_no_third_version(trial: Trial, study: Path, before: dict[str, str], whole: Path) -> None:
    """Right after the cut every output is the earlier one or the new one, or not there."""
    wanted = contents(whole)
    third = [
        name
        for name, found in contents(study).items()
        if name.startswith(("data/", "reports/")) and found not in (before.get(name), wanted.get(name))
    ]
    trial.expect(not third, f"neither the old nor the new: {third[:5]}")


def expect_ended(trial: Trial, group: int) -> None:
    trial.expect(group_is_gone(group), "processes are left")
    trial.expect(not _processes_in(trial.folder), f"processes work on in the folder: {_processes_in(trial.folder)[:3]}")


def _processes_in(folder: Path) -> list[str]:
    """Processes whose current folder lies in this one, such as kernels that outlive who started them."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and str((entry / "cwd").readlink()).startswith(str(folder)):
                found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()[:80])
        except OSError:
            continue
    return [each for each in found if str(os.getpid()) not in each]

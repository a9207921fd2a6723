"""A surrounding that fails: no room, no right, no memory, no kernel, no home, an odd clock, an interrupt at any moment.

Each command must end in one sentence and an exit code, leave what was there as it was, and work again afterwards.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import studies
from trial import PROJECT, Case, Limits, Ran, Trial, group_is_gone, kill_group

WHAT = "faults of the environment: one sentence, an exit code, data intact, and well again afterwards"
NOBODY = "65534"
WORDY = 1500  # signs that are no one sentence any more
FREE = Limits(address_space=None, cpu_seconds=None, wall_seconds=600)
CLI = [sys.executable, "-m", "customer_segments"]
STAGE = [sys.executable, "-m", "customer_segments.stage"]
CHECK = [*CLI, "check", "data/raw/demo/customers.csv"]
NEW_LINES = "data/raw/demo/transactions.csv"
COMMANDS = {
    "collect": [*STAGE, "collect"],
    "preprocessing": [*STAGE, "preprocessing"],
    "clustering": [*STAGE, "clustering"],
    "publish": [*STAGE, "publish"],
    "check": CHECK,
    "export": [*CLI, "export", "../made/out.csv"],
    "assign": [*CLI, "assign", NEW_LINES, "--out", "../made/out.csv"],
    "forget": [*CLI, "forget", "--dry-run", "100001"],
    "new": [*CLI, "new", "../made/study"],
    "run": [*CLI, "run"],
}


@dataclass(frozen=True)
class Fault:
    """What fails around a command, and whether the command can do its work nevertheless."""

    command: str
    through: str = 'exec "$@"'  # a shell that starts the command; $STUDY and $MADE are places
    limits: Limits = FREE
    variables: tuple[tuple[str, str | None], ...] = ()
    before: Callable[[Path], None] | None = None
    works: bool | None = False  # None: either is right
    same: bool = True  # whether the outputs stay as they were


def _mounted(place: str, size: str, then: str = 'exec "$@"') -> str:
    """A small file system of its own, which the command alone sees."""
    return f"exec unshare -m sh -c 'mkdir -p {place} && mount -t tmpfs -o size={size} none {place} && {then}' sh \"$@\""


READ_ONLY = 'exec unshare -m sh -c \'mount --bind "$STUDY" "$STUDY" && mount -o remount,ro,bind "$STUDY" && cd "$STUDY" && exec "$@"\' sh "$@"'  # noqa: E501
AS_NOBODY = f'exec setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups "$@"'
ODD_KERNELS = {
    "ends": "raise SystemExit(1)",
    "is killed": "import os; os.kill(os.getpid(), 9)",
    "fails": "import nosuch",
}
FILES_OF_64K = FREE._replace(file_bytes=1 << 16)


def _removed(name: str) -> Callable[[Path], None]:
    def remove(study: Path) -> None:
        path = study / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    return remove


def _put(name: str, content: bytes) -> Callable[[Path], None]:
    return lambda study: (study / name).write_bytes(content) and None


def _cache_is_a_file(study: Path) -> None:
    shutil.rmtree(study / ".dvc" / "cache")
    (study / ".dvc" / "cache").touch()


def _dated(seconds: int) -> Callable[[Path], None]:
    def date(study: Path) -> None:
        for path in study.rglob("*"):
            os.utime(path, (seconds, seconds), follow_symlinks=False)

    return date


def _locked(study: Path) -> None:
    """Everything belongs to another, and may only be read."""
    for path in [study, *study.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o555 if path.is_dir() else 0o444)


def _handed_over(study: Path) -> None:
    for path in [study.parent, *study.parent.rglob("*")]:
        os.chown(path, int(NOBODY), int(NOBODY), follow_symlinks=False)


FAULTS: dict[str, Fault] = {
    **{
        f"files of 64 KB at most: {name}": Fault(
            name, limits=FILES_OF_64K, works=None if name in ("check", "new") else False
        )
        for name in ("collect", "preprocessing", "clustering", "check", "assign", "new")
    },
    **{
        f"no room in the study: {name}": Fault(name, _mounted("$STUDY/.staging", "48k"))
        for name in ("collect", "clustering", "publish")
    },
    "no room for a new study": Fault("new", _mounted("$MADE", "16k")),
    "no room for an export": Fault("export", _mounted("$MADE", "4k")),
    "no room for assigned customers": Fault("assign", _mounted("$MADE", "4k")),
    **{
        f"no room for temporary files: {name}": Fault(name, _mounted("$TMPDIR", "16k"), works=None)
        for name in ("check", "assign", "eda", "forget")
    },
    **{f"a read-only study: {name}": Fault(name, READ_ONLY) for name in ("collect", "preprocessing", "run")},
    **{
        f"a read-only study, which is not written to: {name}": Fault(name, READ_ONLY, works=True)
        for name in ("check", "export", "assign")
    },
    **{
        f"another user's study: {name}": Fault(name, AS_NOBODY, before=_locked, works=None)
        for name in ("check", "collect", "run", "export")
    },
    "as a user without rights, in a folder of its own: run": Fault("run", AS_NOBODY, before=_handed_over, works=True),
    **{
        f"{megabytes} MB of address space: {name}": Fault(
            name, limits=FREE._replace(address_space=megabytes << 20), works=None
        )
        for name, megabytes in (
            ("check", 500),
            ("collect", 700),
            ("preprocessing", 1000),
            ("clustering", 1200),
            ("assign", 700),
        )
    },
    **{
        f"a kernel that {how} as it starts": Fault("preprocessing", variables=(("ODD_KERNEL", code),))
        for how, code in ODD_KERNELS.items()
    },
    "no home": Fault("run", variables=(("HOME", None),), works=True),
    "a home that is not there": Fault("run", variables=(("HOME", "/nonexistent"),), works=True),
    "a home that cannot be written: a stage": Fault("clustering", variables=(("HOME", "/proc"),), works=True),
    "temporary files nowhere": Fault("check", variables=(("TMPDIR", "/nonexistent"),), works=None),
    "a cache that is a file": Fault("collect", before=_cache_is_a_file, works=True),
    "a cache that is a file, and a run": Fault("run", before=_cache_is_a_file, works=None),
    "every file of 1970": Fault("run", before=_dated(1), works=True),
    "every file of 2100": Fault("run", before=_dated(4_102_444_800), works=True),
    "a time zone that is none": Fault("check", variables=(("TZ", ":/nonexistent"),), works=True),
    "a language of ASCII": Fault(
        "check",
        variables=(("LC_ALL", "C"), ("PYTHONUTF8", "0"), ("PYTHONCOERCECLOCALE", "0"), ("PYTHONIOENCODING", "ascii")),
        works=None,
    ),
    "words go to a full disk": Fault("check", 'exec "$@" > /dev/full', works=None),
    "words go nowhere": Fault("check", 'exec "$@" >&-', works=None),
    "words go to a reader who left": Fault("check", '"$@" | true', works=None),
    "nothing is open": Fault("check", 'exec "$@" <&- >&- 2>&-', works=None),
    "20 open files at most": Fault("check", 'ulimit -n 20; exec "$@"', works=None),
    "the folder is gone": Fault("check", 'mkdir gone && cd gone && rmdir ../gone && exec "$@"', works=None),
    "no git": Fault("new", variables=(("PATH", str(Path(sys.executable).parent)),)),
    "no settings": Fault("collect", before=_removed("params.yaml")),
    "no pipeline": Fault("export", before=_removed("dvc.yaml")),
    "a lock that is none": Fault("run", before=_put("dvc.lock", b"<<<<<<< HEAD\n"), works=None),
    "no account of what was collected": Fault("preprocessing", before=_removed("data/raw/source.json")),
    "a damaged account of what was collected": Fault("preprocessing", before=_put("data/raw/source.json", b"{")),
    "a damaged account, and customers to be placed": Fault("assign", before=_put("data/raw/source.json", b"{")),
    "a damaged table": Fault("export", before=_put("data/processed/segmented_customers.parquet", b"PAR1PAR1")),
    "a damaged table, and a chapter": Fault("clustering", before=_put("data/processed/features.parquet", b"PAR1")),
    "an empty scorer": Fault("assign", before=_put("data/models/scorer.json", b"")),
    "a scorer of another kind": Fault("assign", before=_put("data/models/scorer.json", b"[]")),
    "a damaged list of the forgotten": Fault("collect", before=_put("data/external/forgotten.json", b"[1]")),
    "a notebook that is none": Fault("clustering", before=_put("notebooks/03_clustering.ipynb", b"{}")),
    "a settings file that is no text": Fault("run", before=_put("params.yaml", b"\xff\xfe\x00")),
}
COMMANDS["eda"] = [*STAGE, "eda"]
INTERRUPTED = {
    f"{sign.name} while {name} works, at {share:.0%}": (name, sign, share)
    for name in ("check", "assign", "preprocessing", "run", "new")
    for sign, share in ((signal.SIGINT, 0.4), (signal.SIGINT, 0.8), (signal.SIGTERM, 0.7))
}
SECONDS = {"check": 2.0, "assign": 3.0, "preprocessing": 8.0, "run": 20.0, "new": 2.0}


def cases(seed: int, number: int) -> list[Case]:
    tried = [Case(name, partial(_failing, fault)) for name, fault in FAULTS.items()]
    tried += [Case(name, partial(_interrupted, *how)) for name, how in INTERRUPTED.items()]
    tried += [
        Case("a kernel that is killed while it works", _kernel_killed),
        Case("two stages at one time", _two_at_once),
        Case("a mask that lets nobody else read", _masked),
        Case("an export over the study's own data", _over_own_data),
        Case("customers placed into the file that they come from", _over_own_input),
    ]
    return tried


def _failing(fault: Fault, trial: Trial) -> None:
    if fault.through == AS_NOBODY and not _nobody_can_start_it():
        trial.tried = 0
        return
    study, made = _places(trial)
    if fault.before:
        fault.before(study)
    before = _fingerprints(study)
    variables = dict(fault.variables) | {"STUDY": str(study), "MADE": str(made)}
    if code := variables.pop("ODD_KERNEL", None):
        odd = trial.folder / "odd"
        odd.mkdir()
        (odd / "ipykernel_launcher.py").write_text(code, encoding="utf-8")
        variables["PYTHONPATH"] = f"{odd}:{PROJECT / 'src'}"
    ran = trial.run(["/bin/sh", "-c", fault.through, "sh", *COMMANDS[fault.command]], study, fault.limits, **variables)
    if fault.works is not None:
        trial.expect((ran.code == 0) == fault.works, f"exit code {ran.code}: {ran.output.strip()[-300:]}")
    if ran.code and fault.command != "run":  # DVC says more
        trial.expect(
            len(ran.output.strip()) <= WORDY, f"{len(ran.output):,} signs of words: {ran.output.strip()[:200]}"
        )
    if ran.code:
        _expect_intact(trial, study, before)
        _expect_nothing_half_made(trial, made)


def _nobody_can_start_it() -> bool:
    """Whether a user without rights may start this interpreter, which may lie in somebody's home."""
    twice = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'pass'], check=True)"
    command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", sys.executable, "-c", twice]
    return subprocess.run(command, check=False, capture_output=True, cwd="/").returncode == 0


def _interrupted(name: str, sign: signal.Signals, share: float, trial: Trial) -> None:
    study, made = _places(trial)
    if name == "run":
        studies.changed(study / "params.yaml", {r"\n  k: ": "\n  k: 3 "})
    before = _fingerprints(study)
    process = trial.start(COMMANDS[name], study, FREE)
    time.sleep(SECONDS[name] * share)
    kill_group(process.pid, sign)
    ran = trial.finish(process, 60)
    trial.note(ran._replace(code=130) if ran.code == 128 + sign else ran, name, bounded=False)
    trial.expect(group_is_gone(process.pid), "processes are left")
    if ran.code and name != "run" and sign == signal.SIGINT:  # who is ended cannot clear up; the next one does
        _expect_intact(trial, study, before)
        _expect_nothing_half_made(trial, made)
    again = trial.run(COMMANDS[name], study, FREE) if ran.code else ran
    trial.expect(again.code == 0, f"afterwards: {again.output.strip()[-300:]}")
    left = sorted(_fingerprints(study).keys() - before.keys())
    trial.expect(not left, f"left in the study: {left[:4]}")


def _kernel_killed(trial: Trial) -> None:
    """As when the system runs out of memory and ends the largest process."""
    study, _ = _places(trial)
    before = _fingerprints(study)
    process = trial.start(COMMANDS["clustering"], study, FREE)
    until = time.monotonic() + 60
    while time.monotonic() < until and not (kernels := _kernels(study)):
        time.sleep(0.05)
    time.sleep(2)
    trial.expect(bool(kernels), "no kernel was seen")
    for kernel in kernels:
        os.kill(kernel, signal.SIGKILL)
    ran = trial.finish(process, 120)
    trial.note(ran, "clustering", bounded=False)
    trial.expect(ran.code == 1, f"exit code {ran.code}: {ran.output.strip()[-300:]}")
    _expect_intact(trial, study, before)


def _kernels(folder: Path) -> list[int]:
    """Processes that run a notebook's code in this folder: copies of the stage, in sessions of their own."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            number = int(entry.name)
            here = (entry / "cwd").readlink().is_relative_to(folder)
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            if here and os.getsid(number) == number != os.getsid(parent) and _is_stage(parent):
                found.append(number)
        except OSError:
            continue
    return found


def _is_stage(process: int) -> bool:
    return b"customer_segments.stage" in Path(f"/proc/{process}/cmdline").read_bytes()


def _two_at_once(trial: Trial) -> None:
    """Both end well or say why, and what is there is whole."""
    study, _ = _places(trial)
    before = _fingerprints(study)
    first = trial.start(COMMANDS["preprocessing"], study, FREE)
    said = trial.said[-1]
    second = trial.start(COMMANDS["preprocessing"], study, FREE)
    ended = [trial.finish(second, 300)]
    first.wait()
    text = Path(said).read_text(encoding="utf-8", errors="replace")
    ended.append(Ran(first.returncode, text, 0, 0, 0, False))
    for ran in ended:
        trial.note(ran, "preprocessing beside another", bounded=False)
    _expect_intact(trial, study, before)


def _masked(trial: Trial) -> None:
    study, made = _places(trial)
    ran = trial.run(["sh", "-c", 'umask 077; exec "$@"', "sh", *COMMANDS["export"]], study, FREE)
    if trial.expect(ran.code == 0, ran.output.strip()[-300:]):
        mode = (made / "out.csv").stat().st_mode & 0o777
        trial.expect(mode == 0o600, f"others may read what was exported ({mode:o})")


def _over_own_data(trial: Trial) -> None:
    study, _ = _places(trial)
    for place in ("data/raw/customers.parquet", "data/external/mine.csv", "params.yaml", "dvc.lock"):
        target = study / place
        if not target.exists():
            target.write_text("customer_id\na\n", encoding="utf-8")
        before = target.read_bytes()
        ran = trial.segments("export", place, "--replace", "--format", "csv", folder=study)
        if ran.code == 0 or target.read_bytes() != before:
            trial.expect(False, f"an export replaced {place}")


def _over_own_input(trial: Trial) -> None:
    study, made = _places(trial)
    own = made / "lines.csv"
    shutil.copy(study / NEW_LINES, own)
    before = own.read_bytes()
    trial.segments("assign", str(own), "--out", str(own), "--replace", folder=study)
    trial.expect(own.read_bytes() == before, "the lines were replaced by the segments made from them")


def _places(trial: Trial) -> tuple[Path, Path]:
    made = trial.folder / "made"
    made.mkdir()
    return studies.copied(studies.finished("small"), trial.folder / "study"), made


def _fingerprints(study: Path) -> dict[str, str]:
    """Every file that a person or the pipeline made, by its content."""
    files = [path for name in ("data", "reports", "notebooks") for path in (study / name).rglob("*")]
    files += [study / name for name in ("params.yaml", "dvc.yaml", "dvc.lock")]
    return {
        str(path.relative_to(study)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if path.is_file() and "reports/failed" not in str(path)
    }


def _expect_intact(trial: Trial, study: Path, before: dict[str, str]) -> None:
    after = _fingerprints(study)
    lost = sorted(set(before) - set(after))
    trial.expect(not lost, f"lost: {lost[:4]}")
    other = sorted(name for name in before.keys() & after.keys() if before[name] != after[name])
    trial.expect(not other, f"changed: {other[:4]}")
    more = sorted(set(after) - set(before))
    trial.expect(not more, f"left in the study: {more[:4]}")
    left = [path.name for path in (study / ".staging").glob("*")] + [path.name for path in study.glob("kernel*")]
    trial.expect(not left, f"left in the study: {left[:4]}")
    trial.expect(
        not list(trial.temporary.glob("*")),
        f"left in the temporary folder: {[each.name for each in trial.temporary.iterdir()][:4]}",
    )


def _expect_nothing_half_made(trial: Trial, made: Path) -> None:
    left = [path.name for path in made.iterdir()]
    trial.expect(not left, f"half-made: {left[:4]}")

"""One stage at a time: the folder that it writes to, and how its outputs take the place of the earlier ones."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from customer_segments.base.errors import StudyError
from customer_segments.run.pipeline import OUTPUTS, PIPELINE
from customer_segments.run.workspace import STAGING, Workspace

ASIDE = "aside"  # where an earlier folder stands until the new one is in its place
OWNER, CELL = "process", "cell"  # who runs the stage, and how far its notebook is
SOCKETS, SOCKETS_PREFIX = "sockets", "segments_"
SHORT = Path("/tmp")  # the path of a socket has at most some 100 signs


def temporary(workspace: Workspace, stage: str) -> Path:
    """Where a stage's temporary files are, so that those of a killed one are cleared with all else."""
    return workspace.root / STAGING / stage / "tmp"


@contextmanager
def staged(workspace: Workspace, stage: str) -> Iterator[Workspace]:
    """The study while this stage runs, which no other stage does meanwhile; what a killed one left is cleared first."""
    folder = workspace.root / STAGING
    folder.mkdir(exist_ok=True)
    with _alone(folder):
        _clear(workspace.root)
        made = workspace.staged(stage)
        try:
            temporary(workspace, stage).mkdir(parents=True)
            (made.staging / OWNER).write_text(str(os.getpid()), encoding="ascii")
            yield made
        finally:
            _clear(workspace.root)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, which ends with the process, however that ends."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # a file system that knows no locks
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise _busy(folder) from None
        yield
    finally:
        with suppress(OSError):  # a process that another thread is just starting still holds a copy of the handle
            fcntl.flock(handle, fcntl.LOCK_UN)
        os.close(handle)


def _busy(folder: Path) -> StudyError:
    owner = next(folder.glob(f"*/{OWNER}"), None)
    try:
        which = f"{owner.parent.name}, process {owner.read_text(encoding='ascii')}" if owner else "another process"
    except OSError:  # it ended just now
        which = "another process"
    return StudyError(f"A stage of this study is running ({which}): wait until it has ended, then try again.")


def _clear(root: Path) -> None:
    """Put back the folders that were set aside for new ones that never came, and remove all else."""
    folder = root / STAGING
    for path in (path for outputs in OUTPUTS.values() for path in outputs):
        aside = folder / ASIDE / path
        if os.path.lexists(aside) and not os.path.lexists(root / path):
            aside.rename(root / path)
    for link in folder.glob(f"*/{SOCKETS}"):
        place = link.readlink() if link.is_symlink() else Path()
        if place.parent == SHORT and place.name.startswith(SOCKETS_PREFIX):
            shutil.rmtree(place, ignore_errors=True)
    for path in folder.iterdir():
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def sockets(workspace: Workspace) -> Iterator[Path]:
    """A folder for a kernel's sockets; one that a killed stage leaves is found by the next."""
    with tempfile.TemporaryDirectory(prefix=SOCKETS_PREFIX, dir=SHORT, ignore_cleanup_errors=True) as name:
        if workspace.staging:
            (workspace.staging / SOCKETS).symlink_to(name)
        yield Path(name)


def move_into_place(workspace: Workspace, outputs: tuple[str, ...]) -> None:
    """Replace the earlier outputs by the new ones; refuse if one is missing."""
    missing = [path for path in outputs if not (workspace.staging / path).exists()]
    if missing:
        raise StudyError(
            f"{missing[0]} was not written: add it to the notebook's save cell or take it out of {PIPELINE}."
        )
    for path in outputs:
        target, aside = workspace.root / path, workspace.root / STAGING / ASIDE / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_dir():  # in one step only a file can be replaced
            aside.parent.mkdir(parents=True, exist_ok=True)
            target.rename(aside)
        (workspace.staging / path).replace(target)

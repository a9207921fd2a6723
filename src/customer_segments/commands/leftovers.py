"""What killed commands leave behind: their temporary folders, and a `forget` that is to be taken up again."""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

import psutil

from customer_segments.base.errors import StudyError
from customer_segments.base.files import SCRATCH

PREFIX = ".forgetting_"
IDS = "ids.json"  # who is being forgotten, in clear only until it is done
CLOCK = 2  # seconds that the clocks of processes and files may differ
OWNER = re.compile(rf"(?:{re.escape(PREFIX)}|{re.escape(SCRATCH)})(\d+)_")


def is_alive(folder: Path) -> bool:
    """Whether the process that made a folder, whose number is in its name, is still there."""
    owner = OWNER.match(folder.name)
    try:
        # A number is given again; who came after the folder did not make it.
        return bool(owner) and psutil.Process(int(owner[1])).create_time() <= folder.stat().st_mtime + CLOCK
    except (psutil.NoSuchProcess, OSError):
        return False
    except psutil.AccessDenied:
        return True


def interrupted(root: Path) -> list[Path]:
    """What earlier calls of `forget` left; another one at work is waited for."""
    found = sorted((root / "data").glob(f"{PREFIX}*"))
    mine = f"{PREFIX}{os.getpid()}_"
    if at_work := next((each for each in found if is_alive(each) and not each.name.startswith(mine)), None):
        raise StudyError(
            f"Another `segments forget` is at work in data/{at_work.name}: nothing can be proved until it has ended. "
            "Wait for it, then run this again."
        )
    return found


def ids_of(folders: Iterable[Path]) -> set[str]:
    """Whom they were about to forget when they were killed."""
    found: set[str] = set()
    for folder in folders:
        if (folder / IDS).exists():
            found |= set(json.loads((folder / IDS).read_text(encoding="utf-8")))
    return found


def temporary() -> list[Path]:
    """The temporary folders of commands; a folder of an earlier version does not say whose it is."""
    found = sorted(Path(tempfile.gettempdir()).glob(f"{SCRATCH}*"))
    return [each for each in found if each.is_dir() and not each.is_symlink() and os.access(each, os.R_OK | os.X_OK)]


def abandoned() -> list[Path]:
    """Those whose process is gone: nobody will ever read them again."""
    return [folder for folder in temporary() if OWNER.match(folder.name) and not is_alive(folder)]


def remove(folders: Iterable[Path]) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)

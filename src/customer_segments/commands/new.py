"""`segments new`: a study in a folder of its own, with git and DVC set up."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from customer_segments.base.errors import StudyError
from customer_segments.base.files import write_text
from customer_segments.commands.use import merged, next_step
from customer_segments.run.template import study_files
from customer_segments.studies import catalogue

SOMEONE = ("-c", "user.name=customer_segments", "-c", "user.email=nobody@localhost")  # where git knows nobody


def new(folder: Path, study: str = catalogue.DEFAULT) -> str:
    """Lay a study folder whole or not at all, and say what comes next."""
    about = catalogue.overlay(study).about
    lay(folder, {"params.yaml": lambda text: merged(text, study)})
    return f"{folder} is a study folder now ({about.title}).\n\n{next_step(about, folder)}"


def lay(folder: Path, changes: dict | None = None, extra: Path | None = None) -> None:
    """The files of a new study in an empty place, `changes` made to some of them, others copied from `extra`."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StudyError(f"{folder} is there already and not empty: name a folder that is new.")
    try:
        folder.absolute().parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.absolute().parent, prefix=f".{folder.name}.") as aside:
            made = Path(aside, "study")
            if extra:
                shutil.copytree(extra, made)
            for name, text in study_files().items():
                write_text((changes or {}).get(name, str)(text), made / name)
            (made / "reports").mkdir(exist_ok=True)
            _under_git(made)
            if folder.exists():
                folder.rmdir()
            made.rename(folder)
    except OSError as error:
        raise StudyError(f"{folder} could not be made ({error.strerror}): name another place.") from None


def _under_git(folder: Path) -> None:
    """A repository with a first commit, which DVC's experiments start from."""
    if shutil.which("git") is None:
        raise StudyError("git is not installed, and a study is kept under it: install git first.")
    known = subprocess.run(["git", "config", "user.email"], cwd=folder, capture_output=True, check=False).stdout
    who = () if known.strip() else SOMEONE
    for command in (("init", "--initial-branch=main"), ("add", "--all"), (*who, "commit", "--message=New study")):
        finished = subprocess.run(
            ["git", *[part for part in command if part]], cwd=folder, capture_output=True, text=True, check=False
        )
        if finished.returncode:
            raise StudyError(f"git could not keep the study: {finished.stderr.strip().splitlines()[-1]}")

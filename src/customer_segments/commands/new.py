"""`segments new`: a study in a folder of its own, with git and DVC set up."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from customer_segments.base.errors import StudyError
from customer_segments.base.files import write_text
from customer_segments.base.params import PARAMS_FILE, Params, validate
from customer_segments.commands.edit import KeyPath, Value, with_values
from customer_segments.commands.use import merged, next_step
from customer_segments.run.template import study_files
from customer_segments.studies import catalogue

SOMEONE = ("-c", "user.name=customer_segments", "-c", "user.email=nobody@localhost")  # where git knows nobody


def new(folder: Path, study: str = catalogue.DEFAULT) -> str:
    """Lay a study folder whole or not at all, and say what comes next."""
    about = catalogue.overlay(study).about
    lay(folder, lambda text: merged(text, study))
    return f"{folder} is a study folder now ({about.title}).\n\n{next_step(about, folder)}"


def lay(folder: Path, edited: Callable[[str], str], given: Path | None = None) -> None:
    """The files of a new study in an empty place, with its params.yaml edited and the person's own files copied."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StudyError(f"{folder} is there already and not empty: name a folder that is new.")
    try:
        folder.absolute().parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.absolute().parent, prefix=f".{folder.name}.") as aside:
            made = Path(aside, "study")
            for name, text in study_files().items():
                write_text(edited(text) if name == PARAMS_FILE else text, made / name)
            if given:
                shutil.copytree(given, made / "data/external", dirs_exist_ok=True)
            _under_git(made)
            if folder.exists():
                folder.rmdir()
            made.rename(folder)
    except OSError as error:
        raise StudyError(f"{folder} could not be made ({error.strerror}): name another place.") from None


def with_params(text: str, params: Params) -> str:
    """The text of a params file, made to say what these parameters say; its comments stay."""
    theirs = validate(Params, YAML(typ="safe").load(text)).model_dump(mode="json")
    own = params.model_dump(mode="json")
    wanted = {path: Value(json.dumps(value, ensure_ascii=False)) for path, value in _changed(own, theirs)}
    if own["source"] != theirs["source"]:
        source = {"kind": params.source.kind} | params.source.model_dump(mode="json", exclude_defaults=True)
        lines = (f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in source.items())
        wanted |= {("source",): Value("", tuple(lines))}
    return with_values(text, wanted)


def _changed(own: dict[str, Any], theirs: dict[str, Any], above: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
    """The settings, by their keys, that differ; the source is another matter."""
    for key, value in own.items():
        path = (*above, key)
        if isinstance(value, dict) and isinstance(theirs[key], dict):
            yield from () if path == ("source",) else _changed(value, theirs[key], path)
        elif value != theirs[key]:
            yield path, value


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

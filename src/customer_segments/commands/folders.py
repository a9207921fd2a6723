"""A study in a folder of its own: laid by `segments new`, with git and DVC set up, and run by `segments run`."""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from customer_segments.base.errors import StudyError
from customer_segments.base.files import write_text
from customer_segments.base.params import PARAMS_FILE, Params, read_params, validate
from customer_segments.base.version import NAMED, STAMP
from customer_segments.commands.use import KeyPath, as_dvc_writes, merged, next_step, with_values
from customer_segments.run import edge
from customer_segments.run.warm import warmed
from customer_segments.run.workspace import Workspace
from customer_segments.studies import catalogue

PACKAGE = Path(__file__).parents[1]
PACKED = PACKAGE / "template"  # in a wheel; in the repository these files stand at its root
FILES = (".gitignore", ".dvcignore", ".dvc/.gitignore", ".dvc/config", "data/external/.gitignore", "params.yaml")
SOURCES = re.compile(r"(?m)(^ +- src/customer_segments/.*\n)+")
FROM_SOURCES = "env PYTHONPATH=src python"
NOT_COPIED = (".staging", ".explorer", "failed", "trials")  # of an earlier study
SOMEONE = ("-c", "user.name=customer_segments", "-c", "user.email=nobody@localhost")  # where git knows nobody


def new(
    folder: Path, study: str | None = None, *, like: Path | None = None, settings: Path | None = None,
    files: Path | None = None,
) -> str:  # fmt: skip
    """Lay a study folder whole or not at all, and say what comes next."""
    if study and like:
        raise StudyError("Name either a ready-made study with `--study` or an earlier one with `--like`.")
    changes = read_params(settings) if settings else {}
    if like:
        _refuse_no_study(like)
        lay(folder, lambda text: _with_changes(text, changes), given=files, like=like)
        return f"{folder} is a study folder like {like} now.\n\nNext: `segments run` there."
    name = study or catalogue.DEFAULT
    lay(folder, lambda text: _with_changes(merged(text, name), changes), given=files)
    about = catalogue.overlay(name).about
    next_one = "Next: `segments run`." if "source" in changes else next_step(about, folder)
    title = changes.get("study", {}).get("title", about.title)
    return f"{folder} is a study folder now ({title}).\n\n{next_one}"


def _refuse_no_study(folder: Path) -> None:
    if not (folder / STAMP).exists():
        raise StudyError(f"{folder} is no study folder: it has no {STAMP}.")


def _with_changes(text: str, changes: dict[str, Any]) -> str:
    """The text of a params file with these sections changed; their other keys stay, a source is replaced whole."""
    if not changes:
        return text
    content = YAML(typ="safe").load(text)

    def merge(into: dict[str, Any], more: dict[str, Any]) -> None:
        for key, value in more.items():
            if isinstance(value, dict) and isinstance(into.get(key), dict):
                merge(into[key], value)
            else:
                into[key] = value

    if "source" in changes:
        content.pop("source")
    merge(content, changes)
    return with_params(text, validate(Params, content, "settings"))


def lay(folder: Path, edited: Callable[[str], str], given: Path | None = None, like: Path | None = None) -> None:
    """A study in an empty place, new or like another, with its params.yaml edited and the person's own files copied."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StudyError(f"{folder} is there already and not empty: name a folder that is new.")
    try:
        folder.absolute().parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.absolute().parent, prefix=f".{folder.name}.") as aside:
            made = Path(aside, "study")
            if like:
                shutil.copytree(like, made, symlinks=True, ignore=shutil.ignore_patterns(*NOT_COPIED))
            else:
                for name, text in study_files().items():
                    write_text(text, made / name)
            write_text(edited((made / PARAMS_FILE).read_text(encoding="utf-8")), made / PARAMS_FILE)
            if given:
                shutil.copytree(given, made / "data/external", dirs_exist_ok=True)
            if not like:
                _under_git(made)
            if folder.exists():
                folder.rmdir()
            made.rename(folder)
    except OSError as error:
        raise StudyError(f"{folder} could not be made ({error.strerror or error}): name another place.") from None


def with_params(text: str, params: Params) -> str:
    """The text of a params file, made to say what these parameters say; its comments stay."""
    theirs = validate(Params, YAML(typ="safe").load(text)).model_dump(mode="json")
    own = params.model_dump(mode="json")
    wanted = {path: as_dvc_writes(value) for path, value in _changed(own, theirs)}
    if own["source"] != theirs["source"]:
        given = params.source.model_dump(mode="json", exclude_defaults=True)
        # Formats first: DVC loses the comment that follows a section whose last value is a list.
        source = {"kind": params.source.kind} | {key: given[key] for key in sorted(given, key="formats".__ne__)}
        wanted["source",] = as_dvc_writes(source)
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
        finished = subprocess.run(["git", *command], cwd=folder, capture_output=True, text=True, check=False)
        if finished.returncode:
            raise StudyError(f"git could not keep the study: {finished.stderr.strip().splitlines()[-1]}")


def study_files() -> dict[str, str]:
    """Every file of a new study folder by its path; the pipeline depends on the package, not on its sources."""
    root = PACKED if PACKED.exists() else PACKAGE.parents[1]
    texts = {name: (root / name).read_text(encoding="utf-8") for name in FILES}
    texts |= {
        f"notebooks/{path.name}": path.read_text(encoding="utf-8") for path in (root / "notebooks").glob("*.ipynb")
    }
    pipeline = (root / "dvc.yaml").read_text(encoding="utf-8").replace(FROM_SOURCES, "python")
    return texts | {"dvc.yaml": SOURCES.sub(f"      - {STAMP}\n", pipeline), STAMP: stamp()}


@cache
def stamp() -> str:
    """The package's version and the fingerprint of its code, which a change of either changes."""
    seen = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        seen.update(path.relative_to(PACKAGE).as_posix().encode() + path.read_bytes())
    return f"{NAMED}\n{seen.hexdigest()}\n"


def refuse_another_version(root: Path) -> None:
    """Stop at a study that was laid by another version, whose notebooks may ask for what is not there."""
    if not (root / STAMP).exists():
        if (root / "src/customer_segments").exists():  # the repository itself
            return
        raise StudyError(f"{root} is no study folder: it has no {STAMP}; `segments new FOLDER` lays one.")
    laid, own = (root / STAMP).read_text(encoding="utf-8").split("\n")[0], stamp().split("\n")[0]
    if laid != own:
        raise StudyError(
            f"{root.name} was laid by {laid}, and this is {own}: install that version, or lay a new folder with "
            "`segments new FOLDER` and copy params.yaml and data/external into it."
        )


def run(workspace: Workspace) -> str:
    """Run every stage that is not up to date; what they say is passed on as they say it."""
    refuse_another_version(workspace.root)
    params = workspace.params()  # a mistake is told before anything starts
    if (workspace.root / STAMP).exists() and (workspace.root / STAMP).read_text(encoding="utf-8") != stamp():
        write_text(stamp(), workspace.root / STAMP)  # the same version with other code
    started = time.perf_counter()
    variables = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    command = [sys.executable, "-m", "customer_segments.run.reproduce"]
    with warmed(workspace.root, params.threads) as warm:
        with edge.held_back():
            dvc = subprocess.Popen(command, cwd=workspace.root, env=variables | warm)
        try:
            dvc.wait()
        except KeyboardInterrupt as stopped:
            if stopped.args != (signal.SIGINT,):  # Ctrl-C has reached all of them
                _end(dvc)
            dvc.wait()
            raise
    if dvc.returncode:
        raise StudyError("The study could not be run to its end: the last lines above say where it stopped, and why.")
    page = workspace.existing("reports/index.html")
    return f"Done in {time.perf_counter() - started:.0f} s. The report: {page}"


def _end(dvc: subprocess.Popen[bytes]) -> None:
    """End the stage that DVC runs, which clears up and makes DVC end as well; or DVC itself between two stages."""
    import psutil

    while dvc.poll() is None:
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(dvc.pid)
            for each in process.children(recursive=True) or [process]:
                each.terminate()
        with suppress(subprocess.TimeoutExpired):
            dvc.wait(timeout=1)

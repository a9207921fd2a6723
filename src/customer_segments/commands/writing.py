"""Tables to take away: written as their name's ending says, whole or not at all, never over another by accident."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customer_segments.base import files, words
from customer_segments.base.errors import StudyError
from customer_segments.run.pipeline import OUTPUTS, PIPELINE
from customer_segments.run.workspace import PARAMS_FILE, Workspace

if TYPE_CHECKING:
    import pandas as pd

FORMATS = ("csv", "parquet", "json")
# What stands in a study's folder and is not to be written over by hand, with what it is.
OURS = {out: f"the stage {stage} makes it" for stage, outs in OUTPUTS.items() for out in outs} | {
    "data/external": "it is made from what stands there",
    **dict.fromkeys((PARAMS_FILE, PIPELINE, "dvc.lock", "notebooks", "src", ".git", ".dvc"), "it is made by that"),
}


def format_of(path: Path, given: str | None = None) -> str:
    """The format that is asked for, or that the file's name ends in."""
    kind = given or path.suffix[1:].lower()
    if kind in FORMATS:
        return kind
    endings = words.listed((f".{each}" for each in FORMATS), "or")
    raise StudyError(f"{path.name} does not say what it is to be: let its name end in {endings}, or add `--format`.")


def refuse_existing(path: Path, replace: bool, *inputs: Path | str | None) -> None:
    """Stop before anything is made where a file would be lost, or could not be written; `inputs` are never replaced."""
    if path.is_dir():
        raise StudyError(f"{path} is a folder: name a file in it.")
    if any(_reads(each, path) for each in inputs if each is not None):
        raise StudyError(f"{path} is what is read here, and would be lost: name another file to write to.")
    if why := _kept(path):
        raise StudyError(f"{path} is the study's own ({why}): name a file elsewhere.")
    if path.exists() and not replace:
        raise StudyError(f"{path} is there already: add `--replace` to overwrite it, or name another file.")


def _kept(path: Path) -> str | None:
    """Why a study keeps what is in this place, however the place is named; None where it keeps nothing there."""
    for place in {Path(os.path.normpath(path.absolute())), path.resolve()}:
        above = (place, *place.parents)
        for depth, root in enumerate(above[1:], 1):
            if not (root / PIPELINE).is_file():
                continue
            for kept, why in OURS.items():
                if any(_same(root / kept, each) for each in above[:depth]):
                    return why
            if path.exists() and _is_source(path, root):
                return OURS["data/external"]
    return None


def _is_source(path: Path, root: Path) -> bool:
    """Whether a study that reads files reads this one."""
    settings = root / PARAMS_FILE
    if not settings.is_file() or path.name not in settings.read_text(encoding="utf-8", errors="replace"):
        return False  # known without loading what reads settings
    source = Workspace(root).params("source")
    return source.kind == "files" and any(_reads(root / each, path) for each in source.places)


def _reads(place: Path | str, path: Path) -> bool:
    """Whether a file is, or would be, among those that a path, a folder or a pattern names."""
    folder = Path(place)
    if folder.is_dir():
        return _same(folder, path.parent) or any(_same(each, path) for each in folder.iterdir())
    return any(_same(Path(each), path) for each in (place, *glob(str(place))))  # noqa: PTH207 - absolute, too


def _same(one: Path, other: Path) -> bool:
    """Whether two names lead to one place: also by links, and where capital letters make no difference."""
    try:
        return one.samefile(other)
    except OSError:  # one of them is not there
        return one.resolve() == other.resolve()


def write(table: pd.DataFrame | dict[str, Sequence[Any]], path: Path, kind: str) -> None:
    """Write the table, or its columns; CSV is safe to open in a spreadsheet, JSON is a list of records."""
    target = path.absolute()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as scratch:
            made = Path(scratch, f"table.{kind}")
            if kind == "csv" and isinstance(table, dict):
                files.write_csv(table, made)
            elif kind == "json":
                made.write_text(_records(as_frame(table)), encoding="utf-8", newline="\n")
            else:
                files.write_table(as_frame(table), made)
            made.replace(target)
    except OSError as error:
        raise StudyError(f"{path} could not be written ({error.strerror or error}): name another place.") from None


def as_frame(columns: pd.DataFrame | Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    """The table of plain columns."""
    import pandas as pd

    return columns if isinstance(columns, pd.DataFrame) else pd.DataFrame(dict(columns))


def _records(table: pd.DataFrame) -> str:
    days = {name: table[name].dt.strftime("%Y-%m-%d") for name in table.select_dtypes("datetime")}
    text = table.assign(**days).to_json(orient="records", force_ascii=False, double_precision=6, indent=1)
    return f"{text}\n"

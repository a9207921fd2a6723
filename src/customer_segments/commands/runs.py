"""Segmented customers to compare: a run, a git revision or a table with segments."""

import subprocess
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path

import pandas as pd

from customer_segments.base import words
from customer_segments.base.errors import StudyError
from customer_segments.steps.movements.drift import ID, NAME, SEGMENT, Run

FOLDER = "data/processed"
TABLES = ("segments", "customers", "profiles")
AS_CSV, AS_JSON = partial(pd.read_csv, dtype={ID: str}), partial(pd.read_json, orient="records", dtype={ID: str})
READERS = {".parquet": pd.read_parquet, ".pq": pd.read_parquet, ".json": AS_JSON}


def read_run(place: str, root: Path) -> Run:
    """The run that a path names, or a revision of git in the study at `root`."""
    path = Path(place)
    if path.is_dir():
        folder = path / FOLDER if (path / FOLDER).is_dir() else path
        return _of_tables(place, lambda name: _bytes_of(folder / f"{name}.parquet"))
    if path.is_file():
        return _of_table(place, path)
    if revision := _revision(place, root):
        return _of_tables(place, lambda name: _at(revision, root, f"{FOLDER}/{name}.parquet"))
    raise StudyError(f"{place} is neither a folder or a file nor a revision of git: name one of them.")


def _of_tables(label: str, read: Callable[[str], bytes | None]) -> Run:
    found = {name: None if (content := read(name)) is None else pd.read_parquet(BytesIO(content)) for name in TABLES}
    segments, customers, profiles = (found[name] for name in TABLES)
    if segments is None or customers is None:
        lacking = "segments" if segments is None else "customers"
        raise StudyError(
            f"{label} has no {FOLDER}/{lacking}.parquet within reach: run `make run` there (or `dvc pull`) first."
        )
    names = {} if profiles is None else dict(zip(profiles[SEGMENT], profiles["name"], strict=True))
    return Run(label, segments[[ID, SEGMENT]], names, customers)


def _of_table(label: str, path: Path) -> Run:
    """A table such as `segments export` or `segments assign --values` writes."""
    try:
        table = READERS.get(path.suffix.lower(), AS_CSV)(path)
    except (ValueError, OSError) as error:
        reason = str(error).splitlines()[0][:100]
        raise StudyError(
            f"{path.name} could not be read as CSV, Parquet or JSON ({reason}): export it again."
        ) from None
    lacking = [name for name in (ID, SEGMENT) if name not in table]
    if lacking:
        raise StudyError(
            f"{path.name} has no column {words.listed(lacking)}: name a table that `segments export` or "
            "`segments assign` has written, or a run's folder."
        )
    if table[ID].duplicated().any():
        raise StudyError(f"{path.name} holds a customer twice: one row for each customer is wanted.")
    if not pd.api.types.is_integer_dtype(table[SEGMENT]):
        raise StudyError(f"The column {SEGMENT} of {path.name} holds other things than whole numbers: export it again.")
    known = table.dropna(subset=[NAME]) if NAME in table else table.head(0).assign(**{NAME: None})
    names = known.drop_duplicates(SEGMENT).set_index(SEGMENT)[NAME].to_dict()
    return Run(label, table[[ID, SEGMENT]], names, table.drop(columns=[SEGMENT, NAME], errors="ignore"))


def _bytes_of(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _revision(name: str, root: Path) -> str | None:
    """The commit that git knows by this name."""
    asked = ["git", "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"]
    try:
        found = subprocess.run(asked, cwd=root, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return found.stdout.strip() or None


def _at(revision: str, root: Path, path: str) -> bytes | None:
    """A file of an earlier run, from DVC's cache."""
    import dvc.api
    from dvc.exceptions import DvcException

    try:
        return dvc.api.read(path, repo=str(root), rev=revision, mode="rb")
    except (DvcException, OSError):
        return None

"""Segmented customers to compare: a run, a git revision or a table with segments; and how far two of them lie apart."""

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import chi2

from customer_segments.base import words
from customer_segments.base.errors import StudyError

ID, SEGMENT, NAME = "customer_id", "segment", "segment_name"
FOLDER = "data/processed"
TABLES = ("segments", "customers", "profiles")
AS_CSV, AS_JSON = partial(pd.read_csv, dtype={ID: str}), partial(pd.read_json, orient="records", dtype={ID: str})
READERS = {".parquet": pd.read_parquet, ".pq": pd.read_parquet, ".json": AS_JSON}
BINS = 10  # deciles of the old customers
WATCH, REFIT = 0.1, 0.25  # of the index, and of the share of customers who moved
MOST_CATEGORIES = 30
CHANCE = 0.95  # an index that chance alone exceeds more often than in one of twenty cases means nothing
NOT_COMPARED = {ID, NAME, "certainty", "found_again", "outside"}


@dataclass(frozen=True)
class Run:
    """Who was in which segment (customer_id, segment), what segments were called, and what customers were like."""

    label: str
    segments: pd.DataFrame
    names: dict[int, str]
    values: pd.DataFrame


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


def stability_table(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """The population stability index of every column that both tables have, the largest first."""
    shared = [name for name in old if name in new and name not in NOT_COMPARED]
    rows = [(name, *found) for name in shared if (found := stability(old[name], new[name])) is not None]
    table = pd.DataFrame(rows, columns=["column", "psi", "chance"])
    real = table["psi"].where(table["psi"] > table["chance"], 0)
    shifts = np.select([real > REFIT, real > WATCH], ["shifted", "moved a little"], "stable")
    return table.assign(shift=shifts).sort_values(["psi", "column"], ascending=[False, True], ignore_index=True)


def stability(old: pd.Series, new: pd.Series) -> tuple[float, float] | None:
    """The index between two columns, and what chance alone would exceed in one of twenty cases.

    Numbers are cut at the old deciles, categories taken as they are, gaps counted as a group; days are not compared.

    >>> stability(pd.Series(["a"] * 50 + ["b"] * 50), pd.Series(["a"] * 50 + ["b"] * 50))[0]
    0.0
    """
    groups = _groups(old, new)
    if groups is None:
        return None
    counted = pd.DataFrame({"old": groups[0].value_counts(), "new": groups[1].value_counts()}).fillna(0)
    # Half a customer more in each group, so that an empty one does not make the index infinite.
    shares = (counted + 0.5) / (counted + 0.5).sum()
    index = float(((shares["new"] - shares["old"]) * np.log(shares["new"] / shares["old"])).sum())
    freedom = max(len(counted) - 1, 1)
    chance = float(chi2.ppf(CHANCE, freedom) * (1 / len(old) + 1 / len(new)))
    return round(index, 6) + 0.0, round(chance, 6)


def _groups(old: pd.Series, new: pd.Series) -> tuple[pd.Series, pd.Series] | None:
    """Both columns cut into the same groups; none where they cannot be compared."""
    if not len(old) or not len(new) or any(pd.api.types.is_datetime64_any_dtype(each) for each in (old, new)):
        return None
    if all(pd.api.types.is_numeric_dtype(each) and not pd.api.types.is_bool_dtype(each) for each in (old, new)):
        cuts = np.unique(np.nanquantile(old.astype(float), np.arange(1, BINS) / BINS)) if old.notna().any() else []
        return _cut(old, cuts), _cut(new, cuts)
    texts = [each.astype("object").where(each.notna(), "").astype(str) for each in (old, new)]
    return None if texts[0].nunique() > MOST_CATEGORIES else (texts[0], texts[1])


def _cut(column: pd.Series, cuts: np.ndarray) -> pd.Series:
    """Which of the groups between the cuts each number lies in; -1 where there is none."""
    numbers = column.astype(float)
    return pd.Series(np.where(numbers.isna(), -1, np.searchsorted(cuts, numbers, side="left")))

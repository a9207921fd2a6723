"""Where the study's files are: found from the repository's root, read whole, written whole or not at all."""

from __future__ import annotations

import csv
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

from customer_segments.base.errors import StudyError

if TYPE_CHECKING:
    import pandas as pd

PIPELINE = "dvc.yaml"
ROOT_VARIABLE = "CUSTOMER_SEGMENTS_ROOT"  # another root than the folder above that holds dvc.yaml
STAGING_VARIABLE = "CUSTOMER_SEGMENTS_STAGING"  # where a running stage writes until it has succeeded
RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")  # as the first sign of a text
DECIMALS = 6  # what is kept of a number in a table; later digits differ between machines


def root() -> Path:
    """The folder that holds dvc.yaml: named by the environment, or found upwards from here."""
    if named := os.environ.get(ROOT_VARIABLE):
        return Path(named)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / PIPELINE).exists():
            return folder
    raise StudyError(f"No {PIPELINE} in {here} or above it: change to the project's folder first.")


def stages() -> dict[str, Any]:
    """The stages of the pipeline as dvc.yaml states them."""
    return YAML(typ="safe").load(root() / PIPELINE)["stages"]


def outputs(stage: dict[str, Any]) -> list[str]:
    """Every path that a stage writes."""
    entries = [entry for key in ("outs", "metrics", "plots") for entry in stage.get(key, [])]
    return [entry if isinstance(entry, str) else next(iter(entry)) for entry in entries]


def existing(path: str) -> Path:
    """The place of a file that this or an earlier stage made, or a word on which stage makes it."""
    for found in (destination(path, make=False), root() / path):
        if found.exists():
            return found
    maker = next((name for name, stage in stages().items() if _makes(stage, path)), None)
    remedy = f"run `dvc repro {maker}` (or `make run`) first" if maker else "no stage of the pipeline makes it"
    raise StudyError(f"{path} is not there: {remedy}.")


def has(path: str) -> bool:
    """Whether an earlier stage made this file; studies without transactions lack some."""
    return (root() / path).exists()


def destination(path: str, make: bool = True) -> Path:
    """Where to write a file: in place, or in the staging folder while a stage is running; makes its folder."""
    base = Path(os.environ[STAGING_VARIABLE]) if STAGING_VARIABLE in os.environ else root()
    if make:
        (base / path).parent.mkdir(parents=True, exist_ok=True)
    return base / path


def read_table(path: str) -> pd.DataFrame:
    """Read a Parquet table."""
    import pandas as pd

    return pd.read_parquet(existing(path))


def read_json(path: str) -> Any:
    """Read a JSON file."""
    return json.loads(existing(path).read_text(encoding="utf-8"))


def read_model(path: str) -> Any:
    """Read a fitted scikit-learn object."""
    import joblib

    return joblib.load(existing(path))


def write_table(table: pd.DataFrame, path: str) -> None:
    """Write a table as Parquet, or as CSV that is safe to open where the path says so; numbers rounded."""
    rounded = table.assign(**table.select_dtypes("floating").round(DECIMALS))
    with _whole(path) as partial:
        if path.endswith(".csv"):
            safe = _for_spreadsheets(rounded)
            safe.to_csv(partial, index=False, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
        else:
            rounded.to_parquet(partial, index=False, compression="zstd")


def write_json(content: Any, path: str) -> None:
    """Write JSON that git can compare: one key a line, numbers rounded."""
    with _whole(path) as partial:
        text = json.dumps(_rounded(content), indent=2, ensure_ascii=False, allow_nan=False)
        partial.write_text(text + "\n", encoding="utf-8")


def write_model(model: Any, path: str) -> None:
    """Write a fitted scikit-learn object."""
    import joblib

    with _whole(path) as partial:
        joblib.dump(model, partial)


def write_text(text: str, path: str) -> None:
    """Write a text file."""
    with _whole(path) as partial:
        partial.write_text(text, encoding="utf-8", newline="\n")


def write_bytes(content: bytes, path: str) -> None:
    """Write bytes, such as a figure's PNG."""
    with _whole(path) as partial:
        partial.write_bytes(content)


@contextmanager
def _whole(path: str) -> Iterator[Path]:
    """Write beside the destination and move into place at the end, so that no half-written file is ever seen."""
    target = destination(path)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    os.close(handle)
    partial = Path(name)
    try:
        yield partial
        partial.chmod(0o644)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _for_spreadsheets(table: pd.DataFrame) -> pd.DataFrame:
    """The table with an apostrophe before every text that a spreadsheet would run as a formula."""
    return table.map(_defused).rename(columns=_defused)


def _defused(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(RUN_BY_SPREADSHEETS) else cell


def _makes(stage: dict[str, Any], path: str) -> bool:
    return any(path == out or path.startswith(f"{out}/") for out in outputs(stage))


def _rounded(content: Any) -> Any:
    """The same structure with floats rounded and NumPy's numbers made plain."""
    if isinstance(content, dict):
        return {str(key): _rounded(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_rounded(value) for value in content]
    if hasattr(content, "item"):
        content = content.item()
    if isinstance(content, float):
        return round(content, DECIMALS) if content == content else None
    return content

"""Tables to take away: written as their name's ending says, whole or not at all, never over another by accident."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customer_segments.base import files, words
from customer_segments.base.errors import StudyError

if TYPE_CHECKING:
    import pandas as pd

FORMATS = ("csv", "parquet", "json")


def format_of(path: Path, given: str | None = None) -> str:
    """The format that is asked for, or that the file's name ends in."""
    kind = given or path.suffix[1:].lower()
    if kind in FORMATS:
        return kind
    endings = words.listed((f".{each}" for each in FORMATS), "or")
    raise StudyError(f"{path.name} does not say what it is to be: let its name end in {endings}, or add `--format`.")


def refuse_existing(path: Path, replace: bool) -> None:
    """Stop before anything is made where a file would be lost, or could not be written."""
    if path.is_dir():
        raise StudyError(f"{path} is a folder: name a file in it.")
    if path.exists() and not replace:
        raise StudyError(f"{path} is there already: add `--replace` to overwrite it, or name another file.")


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
        raise StudyError(f"{path} could not be written ({error.strerror}): name another place.") from None


def as_frame(columns: pd.DataFrame | Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    """The table of plain columns."""
    import pandas as pd

    return columns if isinstance(columns, pd.DataFrame) else pd.DataFrame(dict(columns))


def _records(table: pd.DataFrame) -> str:
    days = {name: table[name].dt.strftime("%Y-%m-%d") for name in table.select_dtypes("datetime")}
    text = table.assign(**days).to_json(orient="records", force_ascii=False, double_precision=6, indent=1)
    return f"{text}\n"

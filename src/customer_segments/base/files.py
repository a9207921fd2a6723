"""Files written whole or not at all: tables, JSON, models, texts."""

from __future__ import annotations

import csv
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")  # as the first sign of a text
DECIMALS = 6  # what is kept of a number in a table; later digits differ between machines

SCRATCH = "customer_segments_"  # how the temporary folders of this package begin, before their process's number


def scratch_folder() -> tempfile.TemporaryDirectory[str]:
    """A temporary folder that says whose it is, so that what a killed process left is known as such."""
    return tempfile.TemporaryDirectory(prefix=f"{SCRATCH}{os.getpid()}_")


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """Write beside the destination and move into place at the end, so that no half-written file is ever seen."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name[:40]}.{os.urandom(4).hex()}")
    partial.touch(exist_ok=False)  # not by tempfile, which would let nobody else read it, whatever the umask says
    try:
        yield partial
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def write_table(table: pd.DataFrame, target: Path) -> None:
    """Write a table as Parquet, or as CSV that is safe to open where the name says so; numbers rounded."""
    rounded = table.assign(**table.select_dtypes("floating").round(DECIMALS))
    with whole(target) as partial:
        if target.suffix == ".csv":
            safe = rounded.map(defused).rename(columns=defused)
            safe.to_csv(partial, index=False, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
        else:
            rounded.to_parquet(partial, index=False, compression="zstd")


def write_csv(columns: Mapping[str, Sequence[Any]], target: Path) -> None:
    """Write plain columns as `write_table` writes a table as CSV, without pandas."""
    rows = zip(*([_cell(cell) for cell in column] for column in columns.values()), strict=True)
    with whole(target) as partial, partial.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
        writer.writerow(map(defused, columns))
        writer.writerows(rows)


def write_json(content: Any, target: Path) -> None:
    """Write JSON that git can compare: one key a line, numbers rounded."""
    write_text(json.dumps(_rounded(content), indent=2, ensure_ascii=False, allow_nan=False) + "\n", target)


def write_model(model: Any, target: Path) -> None:
    """Write a fitted scikit-learn object."""
    import joblib

    with whole(target) as partial:
        joblib.dump(model, partial)


def write_text(text: str, target: Path) -> None:
    """Write a text file."""
    write_bytes(text.encode("utf-8"), target)


def write_bytes(content: bytes, target: Path) -> None:
    """Write bytes, such as a figure's PNG."""
    with whole(target) as partial:
        partial.write_bytes(content)


def defused(cell: Any) -> Any:
    """The cell with an apostrophe before a text that a spreadsheet would run as a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(RUN_BY_SPREADSHEETS) else cell


def _cell(cell: Any) -> Any:
    """The cell as CSV has it: nothing for a gap, numbers rounded."""
    if isinstance(cell, float):
        return round(cell, DECIMALS) if cell == cell else None
    return defused(cell)


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

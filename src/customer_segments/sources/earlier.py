"""The run that a study is compared with: who was in which segment of it, what they were like, and its verdict.

It is kept beside the collected tables, so that the comparison can be made again when the other folder is gone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customer_segments.base.contract import ABOUT_EARLIER
from customer_segments.base.errors import StudyError
from customer_segments.base.files import write_json, write_table
from customer_segments.base.version import NAMED, STAMP
from customer_segments.sources.forgotten import without

if TYPE_CHECKING:
    import pandas as pd

    from customer_segments.sources.secrets import Reach

FOLDER = "data/earlier"
MADE = "data/processed"
TABLES = {"segments": ("customer_id", "segment"), "customers": ("customer_id",), "profiles": ("segment", "name")}
VERDICT = "verdict.json"
SETTING = "compare"


def keep(place: str | None, reach: Reach, folder: Path) -> None:
    """Keep what is compared of the run at the place, without the forgotten; of none, that there is none."""
    if place is None:
        write_json({"place": None}, folder / ABOUT_EARLIER)  # DVC warns of empty folders
        return
    made = _found(place, reach.base)
    tables = {name: _read(made, name, place) for name in TABLES}
    verdict = _told(place, lambda: json.loads((made / VERDICT).read_text(encoding="utf-8"))["verdict"])
    for name in ("segments", "customers"):
        write_table(without(tables[name], "customer_id", reach.gone), folder / f"{name}.parquet")
    named = tables["profiles"]
    names = {str(segment): name for segment, name in zip(named["segment"], named["name"], strict=True)}
    about = {"place": place, "fingerprint": fingerprint(place, reach.base), "verdict": verdict, "names": names}
    write_json(about, folder / ABOUT_EARLIER)


def fingerprint(place: str, base: Path) -> str | None:
    """What changes when the run at the place does; None where there is none any more."""
    made, seen = _made(base / place), hashlib.sha256()
    try:
        for name in (*(f"{table}.parquet" for table in TABLES), VERDICT):
            seen.update(hashlib.sha256((made / name).read_bytes()).digest())
    except OSError:
        return None
    return seen.hexdigest()


def has_changed(place: str | None, base: Path) -> bool:
    """Whether the run at the place is another than the one that was kept of it."""
    kept = base / FOLDER / ABOUT_EARLIER
    if place is None or not kept.is_file():
        return False
    told = json.loads(kept.read_text(encoding="utf-8"))
    return told["place"] == place and fingerprint(place, base) not in (None, told["fingerprint"])


def _made(folder: Path) -> Path:
    return folder / MADE if (folder / MADE).is_dir() else folder


def _found(place: str, base: Path) -> Path:
    folder = base / place
    made = _made(folder)
    if base.resolve() in (folder.resolve(), made.resolve().parent.parent):
        raise StudyError(f"{place} is this study itself: name the folder of an earlier run, or none.", SETTING)
    lacking = [name for name in (*(f"{table}.parquet" for table in TABLES), VERDICT) if not (made / name).is_file()]
    if lacking:
        raise StudyError(
            f"{place} is no finished study (it has no {MADE}/{lacking[0]}): name the folder of a study that was run to "
            "its end, or none.",
            SETTING,
        )
    if (folder / STAMP).is_file():
        laid = (folder / STAMP).read_text(encoding="utf-8", errors="replace").split("\n")[0]
        if laid != NAMED:
            raise StudyError(
                f"{place} was run by {laid}, and this is {NAMED}: run it again with this version.", SETTING
            )
    return made


def _read(made: Path, name: str, place: str) -> pd.DataFrame:
    import pandas as pd

    table = _told(place, lambda: pd.read_parquet(made / f"{name}.parquet"))
    lacking = [column for column in TABLES[name] if column not in table]
    if lacking:
        raise _of_another(place)
    return table


def _told(place: str, read: Callable[[], Any]) -> Any:
    from pyarrow import ArrowException

    try:
        return read()
    except (OSError, ValueError, KeyError, TypeError, ArrowException):
        raise _of_another(place) from None


def _of_another(place: str) -> StudyError:
    return StudyError(
        f"The tables of {place} cannot be read as this version writes them: run that study again with this version.",
        SETTING,
    )

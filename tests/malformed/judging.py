"""How a case is put into a study's folder, and whether what came of it is what may come of it."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from customer_segments.base.params import Params
from tests.malformed.cases import Case, Refused, Result

RAW = Path("data/raw")
MOST_SHOWN = 100_000  # signs of a broken row
INTERNALS = re.compile(
    r"Traceback|\w+Error\b|\w+Exception\b|0x[0-9a-f]{4}|/tmp/|/var/|/home/|duckdb|pyarrow|Arrow|pandas|calamine|"
    r"read_csv|SELECT |Invalid Input|Errno|NoneType|<class",
)
REMEDY = re.compile(
    r"\b(export|save|put|correct|name|set|take|give|write|unpack|pack|run|choose|close|add|remove)\b|allowed is", re.I
)
SECOND_SENTENCE = re.compile(r"[.!?]\s+[A-Z]")


def put(case: Case, project: Path) -> None:
    for name, content in case.files.items():
        path = project / "data" / "external" / name
        if name.endswith("/"):
            path.mkdir(parents=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content() if callable(content) else content)


def files_in(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def params(case: Case) -> Params:
    source = {"kind": "files", case.table: f"data/external/{case.place}", **case.settings}
    return Params.of(study={"name": "malformed", "title": "Malformed"}, seed=1, source=source)


def check_sentence(said: str, case: Case, project: Path) -> None:
    refusals = [expected for expected in case.expected if isinstance(expected, Refused)]
    assert refusals, f"should have given a table, but: {said}"
    assert any(all(word in said for word in refusal.words) for refusal in refusals), (
        f"lacks a word of {refusals}: {said}"
    )
    if any(refusal.names_file for refusal in refusals):
        assert any(name in said for name in _names(case)), f"names no file: {said}"
    assert len(said) <= 400, f"{len(said)} signs: {said}"
    assert said.isprintable(), f"holds control signs: {said!r}"
    assert len(SECOND_SENTENCE.findall(said)) <= 1, f"more than two sentences: {said}"
    assert not INTERNALS.search(said), f"shows {INTERNALS.search(said)[0]!r}: {said}"
    assert str(project) not in said, f"shows a machine's path: {said}"
    assert REMEDY.search(said), f"no remedy: {said}"


def _names(case: Case) -> list[str]:
    """What a person calls the file: long names may be cut, and what a .gz holds goes by its own name."""
    return [Path(name).name.removesuffix(".gz")[:40] for name in (case.place, *case.files)]


def check_result(case: Case, project: Path) -> None:
    results = [expected for expected in case.expected if isinstance(expected, Result)]
    collected = pd.read_parquet(project / RAW / f"{case.table}.parquet").set_index("row")
    broken = _broken(project, case.table)
    seen = _seen(collected, broken)
    assert results, f"should have been refused, but gave {seen}"
    assert (project / RAW / "source.json").exists()
    rows = sorted([*collected.index, *broken["row"]])
    assert rows == list(range(1, len(rows) + 1)), f"rows are missing or twice: {seen}"
    assert broken["reason"].fillna("").str.len().gt(0).all()
    assert broken["content"].fillna("").str.len().gt(0).all()
    assert broken.empty or broken["content"].str.len().max() <= MOST_SHOWN
    problems = [_problem(result, collected, broken) for result in results]
    assert None in problems, f"{'; or '.join(filter(None, problems))}\n{seen}"


def _broken(project: Path, table: str) -> pd.DataFrame:
    path = project / RAW / "broken.parquet"
    if not path.exists():
        return pd.DataFrame(columns=["table", "row", "reason", "content"])
    broken = pd.read_parquet(path)
    assert list(broken.columns) == ["table", "row", "reason", "content"]
    return broken[broken["table"] == table]


def _seen(collected: pd.DataFrame, broken: pd.DataFrame) -> str:
    shown = collected.iloc[:8, :8].map(lambda cell: str(cell)[:60])
    return f"{len(collected)} collected, {len(broken)} broken\n{shown.to_string()}\n{broken.head().to_string()}"[:3000]


def _problem(result: Result, collected: pd.DataFrame, broken: pd.DataFrame) -> str | None:
    """What is not as expected; none where all is."""
    if (len(collected), len(broken)) != (result.rows, result.broken):
        return f"{len(collected)} collected and {len(broken)} broken, not {result.rows} and {result.broken}"
    reasons = broken.set_index("row")["reason"].to_dict()
    for row, reason in result.reasons.items():
        if reasons.get(row) != reason:
            return f"row {row} is broken because {reasons.get(row)!r}, not {reason!r}"
    named = collected["unreadable"].dropna().to_dict()
    for (row, column), value in {**result.cells, **result.honest}.items():
        if row not in collected.index or column not in collected:
            return f"no {column} in row {row}"
        found = collected.loc[row, column]
        wanted = value if isinstance(value, set) else {value}
        is_right = any(_same(found, each) for each in wanted)
        if (row, column) in result.honest:
            unread = pd.isna(found) and column in named.pop(row, "")
            if not is_right and not unread:
                return f"{column} in row {row} is {found!r}, neither {value!r} nor named as unreadable"
        elif not is_right:
            return f"{column} in row {row} is {str(found)[:200]!r}, not {str(value)[:200]!r}"
    for row, column in result.unreadable.items():
        if column not in named.pop(row, ""):
            return f"{column} in row {row} is not named as unreadable"
        if not pd.isna(collected.loc[row, column]):
            return f"{column} in row {row} is unreadable and has a value"
    if named:
        return f"unreadable for no reason: {named}"
    if absent := set(result.columns) - set(collected):
        return f"lacks the columns {absent}"
    if besides := set(result.lacking) & set(collected):
        return f"has the columns {besides}"
    return None


def _same(found: Any, value: Any) -> bool:
    if value is None:
        return bool(pd.isna(found))
    if isinstance(value, float):
        return isinstance(found, int | float) and math.isclose(found, value, rel_tol=1e-12)
    if isinstance(value, datetime) and isinstance(found, datetime | date):
        return pd.Timestamp(found) == pd.Timestamp(value)
    return bool(found == value)

"""What calibrations share: draws that are kept a line each, so that one that was stopped goes on, and their report."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

DRAWN = Path(__file__).parent / "drawn"
REPORT = Path(__file__).parents[1] / "CALIBRATION.md"


def lines(name: str) -> list[dict[str, Any]]:
    """What was drawn so far; a line that was cut off is drawn again."""
    file = DRAWN / f"{name}.jsonl"
    whole = file.read_text(encoding="utf-8").rpartition("\n")[0] if file.exists() else ""
    return [json.loads(line) for line in whole.splitlines()]


def print_of(*places: Path) -> str:
    """What tells by which code something was drawn: a fingerprint of these files, and of all in these folders."""
    files = (file for place in places for file in (sorted(place.rglob("*.py")) if place.is_dir() else [place]))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:8]


def keep(name: str, found: Iterable[dict[str, Any]]) -> None:
    """Add lines to what was drawn."""
    DRAWN.mkdir(exist_ok=True)
    with (DRAWN / f"{name}.jsonl").open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(line) + "\n" for line in found)


def write(heading: str, part: str) -> None:
    """Put a part into CALIBRATION.md."""
    REPORT.write_text(with_part(REPORT.read_text(encoding="utf-8"), heading, part), encoding="utf-8")


def with_part(text: str, heading: str, part: str) -> str:
    """The report with this part in the place of the one before, or at its end."""
    before, _, after = text.partition(heading)
    rest = after.partition("\n## ")[2]
    return f"{before.rstrip()}\n\n{part}" + (f"\n## {rest}" if rest else "")

"""The commands, as whoever works for the Explorer calls them: by their names, in processes of their own."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from customer_segments.base.files import write_json

SEGMENTS = (sys.executable, "-m", "customer_segments")
UNFORESEEN = "Something that is not foreseen"


def segments(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Call a command in a folder; what it says is kept."""
    return subprocess.run([*SEGMENTS, *arguments], cwd=folder, text=True, capture_output=True, check=False)


def fail(ran: subprocess.CompletedProcess[str]) -> None:
    """End as a command has ended, in its own words."""
    print(ran.stdout, ran.stderr, sep="\n", file=sys.stderr, flush=True)
    sys.exit(ran.returncode)


def lay(folder: Path, told: dict[str, Any]) -> None:
    """A study's folder: a ready-made study, a new one with the files that were given, or an earlier run changed."""
    asked = ["new", str(folder)]
    if earlier := told.get("from"):
        asked += ["--like", str(folder.parent / earlier)]
    elif told.get("study"):
        asked += ["--study", told["study"]]
    else:
        asked += ["--files", told["given"]]
    with tempfile.TemporaryDirectory() as aside:
        if changes := told.get("changes") or told.get("settings"):
            write_json(changes, Path(aside, "settings.json"))
            asked += ["--settings", f"{aside}/settings.json"]
        ran = segments(*asked, folder=folder.parent)
    if ran.returncode:
        fail(ran)

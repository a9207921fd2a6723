"""`segments run`: the whole study, as far as it is not up to date, and where the report is."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from customer_segments.base.errors import StudyError
from customer_segments.base.files import write_text
from customer_segments.run.template import STAMP, refuse_another_version, stamp
from customer_segments.run.workspace import Workspace


def run(workspace: Workspace) -> str:
    """Run every stage that is not up to date; what they say is passed on as they say it."""
    refuse_another_version(workspace.root)
    workspace.params()  # a mistake is told before anything starts
    if (workspace.root / STAMP).exists() and (workspace.root / STAMP).read_text(encoding="utf-8") != stamp():
        write_text(stamp(), workspace.root / STAMP)  # the same version with other code
    started = time.perf_counter()
    variables = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    command = [sys.executable, "-m", "dvc", "repro"]
    finished = subprocess.run(command, cwd=workspace.root, env=variables, check=False)
    if finished.returncode:
        raise StudyError("The study could not be run to its end: the last lines above say where it stopped, and why.")
    page = workspace.existing("reports/index.html")
    return f"Done in {time.perf_counter() - started:.0f} s. The report: {page}"

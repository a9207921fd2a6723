"""What a worker has done in a process of its own, with limits: look at an upload, run a study, forget customers.

`python -m customer_segments.web.work check FOLDER`, `… run FOLDER`, `… forget FOLDER`; what is to be done comes by
standard input. Here, and nowhere in the web process, a stranger's file is read.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from customer_segments.base.files import write_json, write_text
from customer_segments.run import edge
from customer_segments.run.edge import FAILED
from customer_segments.run.pipeline import PIPELINE
from customer_segments.web import commands
from customer_segments.web.shelving import shelve

LOCKS = ".dvc/tmp/rwlock"
ASKS = 3  # the code of a check that has questions


def main() -> int:
    kind, folder = sys.argv[1], Path(sys.argv[2])
    told = json.load(sys.stdin)

    def do() -> None:
        _limited(told.pop("limits"))
        {"check": check, "run": run, "forget": forget}[kind](folder, told)

    code = FAILED
    try:
        code = edge.ended(do)
    except SystemExit as error:  # as the study's run ended
        code = int(error.code or 0)
    finally:  # for a worker that was not there from the beginning
        write_text(str(code), folder.with_suffix(".end"))
    return code


def _limited(limits: dict[str, int]) -> None:
    import resource

    os.umask(0o077)
    os.nice(limits["nice"])
    for what, most in ((resource.RLIMIT_AS, limits["memory"]), (resource.RLIMIT_FSIZE, limits["file"])):
        resource.setrlimit(what, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def check(folder: Path, told: dict[str, Any]) -> None:
    """What `segments check` finds in an upload, for the page that shows it."""
    asked = [f"--column={each}" for each in told.get("columns") or ()]
    asked += [f"--{option}={told[option]}" for option in ("table", "sheet") if told.get(option)]
    names = sorted(path.name for path in folder.iterdir())
    ran = commands.segments("check", "--json", *asked, "--", *names, folder=folder)
    if ran.returncode not in (0, FAILED, ASKS) or commands.UNFORESEEN in ran.stderr:
        commands.fail(ran)
    found = {"refused": ran.stderr.strip()} if ran.returncode == FAILED else json.loads(ran.stdout)
    write_json(found, folder.with_suffix(".found"))


def run(folder: Path, told: dict[str, Any]) -> None:
    """Lay the study's folder where it is not there yet, run it as far as it is not up to date, and shelve it."""
    if not (folder / PIPELINE).exists():
        for half in folder.parent.glob(f".{folder.name}.*"):  # begun by one that was killed
            shutil.rmtree(half, ignore_errors=True)
        commands.lay(folder, told)
    # Whoever was killed holds nothing any more, but DVC counts the dead whom nobody has taken note of yet.
    (folder / LOCKS).unlink(missing_ok=True)
    ran = subprocess.run([*commands.SEGMENTS, "run"], cwd=folder, check=False)
    if ran.returncode:
        sys.exit(ran.returncode)
    shelve(folder)


def forget(folder: Path, told: dict[str, Any]) -> None:
    """Take customers out of a study's runs and uploads; what was done in each."""
    from customer_segments.web.cutting_out import cut_out

    write_json(cut_out(folder, told), folder.with_suffix(".found"))


if __name__ == "__main__":
    sys.exit(main())

"""What a worker has done in a process of its own, with limits: look at an upload, run a study, forget customers.

`python -m customer_segments.web.work check FOLDER`, `… run FOLDER`, `… forget FOLDER`; what is to be done comes by
standard input. Here, and nowhere in the web process, a stranger's file is read.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customer_segments.base.errors import StudyError
from customer_segments.base.files import write_json, write_text
from customer_segments.run import edge
from customer_segments.web.names import CUSTOMERS

if TYPE_CHECKING:
    from customer_segments.base.params import Params

PARAMS_FILE = "params.yaml"
GLANCE = 0.5  # seconds between looks whether the worker is still there


def main() -> int:
    kind, folder = sys.argv[1], Path(sys.argv[2])
    told = json.load(sys.stdin)

    threading.Thread(target=_end_with, args=(told.pop("worker"),), daemon=True).start()

    def do() -> None:
        _limited(told.pop("limits"))
        {"check": check, "run": run, "forget": forget}[kind](folder, told)

    return edge.ended(do)


def _end_with(worker: int) -> None:
    """Where the worker is killed, this ends too: the next one takes the job over, and two must not do it at once."""
    while os.getppid() == worker:
        time.sleep(GLANCE)
    os.killpg(0, signal.SIGTERM)


def _limited(limits: dict[str, int]) -> None:
    import resource

    os.umask(0o077)
    os.nice(limits["nice"])
    for what, most in ((resource.RLIMIT_AS, limits["memory"]), (resource.RLIMIT_FSIZE, limits["file"])):
        resource.setrlimit(what, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def check(folder: Path, told: dict[str, Any]) -> None:
    """What `segments check` finds in an upload, for the page that shows it; files are told by their own names."""
    from customer_segments.commands.check import found

    names = sorted(path.name for path in folder.iterdir())
    try:
        seen = asdict(found(names, told.get("table"), base=folder, columns=told.get("columns")))
    except StudyError as error:
        seen = {"refused": str(error)}
    write_json(seen, folder.with_suffix(".found"))


def run(folder: Path, told: dict[str, Any]) -> None:
    """Lay the study's folder where it is not there yet, run it as far as it is not up to date, and shelve it."""
    from customer_segments.commands.folders import STAMP

    if not (folder / STAMP).exists():
        for half in folder.parent.glob(f".{folder.name}.*"):  # begun by one that was killed
            shutil.rmtree(half, ignore_errors=True)
        begin(folder, told)
    ran = subprocess.run([sys.executable, "-m", "customer_segments", "run"], cwd=folder, check=False)
    if ran.returncode:
        sys.exit(ran.returncode)
    shelve(folder)


def begin(folder: Path, told: dict[str, Any]) -> None:
    """The study's folder: a ready-made study, a new one with the files that were given, or an earlier run changed."""
    from customer_segments.base.params import Params, load_params, validate
    from customer_segments.commands.folders import lay, with_params
    from customer_segments.commands.use import merged

    if told.get("from"):
        earlier = folder.parent / told["from"]
        params = _changed(load_params(earlier / PARAMS_FILE), told["changes"])
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as aside:
            made = Path(aside, "study")
            shutil.copytree(earlier, made, symlinks=True, ignore=shutil.ignore_patterns(".explorer", ".staging"))
            text = (made / PARAMS_FILE).read_text(encoding="utf-8")
            write_text(with_params(text, params), made / PARAMS_FILE)
            made.rename(folder)
    elif told.get("study"):
        lay(folder, lambda text: merged(text, told["study"]))
    else:
        params = validate(Params, told["settings"], "params")
        lay(folder, lambda text: with_params(text, params), given=Path(told["given"]))


def _changed(params: Params, changes: dict[str, Any]) -> Params:
    """The parameters with these in place of theirs; what was left out before stays out."""
    from customer_segments.base.params import Params, validate

    content, before = params.model_dump(mode="json"), params.preprocessing.features

    def merge(into: dict[str, Any], more: dict[str, Any]) -> None:
        for key, value in more.items():
            if isinstance(value, dict):
                merge(into[key], value)
            else:
                into[key] = value

    merge(content, changes)
    features = content["preprocessing"]["features"]
    if before.use is not None:
        features["use"] = [name for name in before.use if name not in features["leave_out"]]
    features["leave_out"] = list(dict.fromkeys([*before.leave_out, *features["leave_out"]]))
    return validate(Params, content, "params")


def forget(folder: Path, told: dict[str, Any]) -> None:
    """Take customers out of a study's runs and uploads; what was done in each."""
    from customer_segments.web.cutting_out import cut_out

    write_json(cut_out(folder, told), folder.with_suffix(".found"))


def shelve(folder: Path) -> None:
    """One table of all that pages show of customers, in the order of their numbers, so that pages need not join."""
    import duckdb

    with duckdb.connect() as connection:
        tables = {
            name: f"read_parquet('{_quoted(folder)}/data/processed/{name}.parquet')"
            for name in ("segmented_customers", "certainty", "map")
        }
        target = folder / CUSTOMERS
        target.parent.mkdir(exist_ok=True)
        more = ", certainty" if (folder / "data/processed/certainty.parquet").exists() else ""
        query = f"SELECT customers.*{more} FROM {tables['segmented_customers']} customers"
        if more:
            query += f" LEFT JOIN {tables['certainty']} USING (customer_id)"
        partial = target.with_suffix(".partial")
        connection.execute(f"COPY ({query} ORDER BY customer_id) TO '{_quoted(partial)}' (FORMAT parquet)")
        partial.replace(target)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


if __name__ == "__main__":
    sys.exit(main())

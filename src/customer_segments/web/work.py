"""What a worker has done in a process of its own, with limits: look at an upload, or run a study.

`python -m customer_segments.web.work check FOLDER` and `… run FOLDER`; what is to be done stands in `FOLDER.json`.
Here, and nowhere in the web process, a stranger's file is read.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from customer_segments.base.errors import StudyError
from customer_segments.base.files import write_json
from customer_segments.run import edge
from customer_segments.web.names import CUSTOMERS

GIVEN = "data/external"
ROWS_TOGETHER = 20_480


def main() -> int:
    kind, folder = sys.argv[1], Path(sys.argv[2])
    told = json.loads(folder.with_suffix(".json").read_text(encoding="utf-8"))
    return edge.ended(lambda: {"check": check, "run": run}[kind](folder, told))


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
    from customer_segments.base.params import Params, validate
    from customer_segments.commands.folders import STAMP, lay, with_params
    from customer_segments.commands.use import merged

    if not (folder / STAMP).exists():
        given = Path(told["given"]) if told.get("given") else None
        if told.get("study"):
            lay(folder, lambda text: merged(text, told["study"]))
        else:
            params = validate(Params, told["settings"], "params")
            lay(folder, lambda text: with_params(text, params), given=given)
    ran = subprocess.run([sys.executable, "-m", "customer_segments", "run"], cwd=folder, check=False)
    if ran.returncode:
        sys.exit(ran.returncode)
    shelve(folder)


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
        # Small groups of rows, so that the fifty of a page are read without their neighbours.
        form = f"(FORMAT parquet, ROW_GROUP_SIZE {ROWS_TOGETHER})"
        connection.execute(f"COPY ({query} ORDER BY customer_id) TO '{_quoted(partial)}' {form}")
        partial.replace(target)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


if __name__ == "__main__":
    sys.exit(main())

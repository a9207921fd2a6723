"""Run one stage of the pipeline: validate its parameters, execute its notebook, publish what it made.

`python -m customer_segments.stage clustering` runs notebooks/03_clustering.ipynb with the sections of params.yaml that
dvc.yaml names for the stage. Everything is written to a staging folder and moved into place only when all went well.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from customer_segments.base.errors import StudyError
from customer_segments.base.params import PARAMS_FILE, load_params, read_params
from customer_segments.run import environment, workspace

STAGING = Path(".staging")
FAILED = Path("reports/failed")


def main() -> int:
    """Run the stage named on the command line; a sentence and exit code 1 if it cannot be done."""
    try:
        name = _stage_name(sys.argv[1:])
        os.chdir(workspace.root())
        params = load_params(Path(PARAMS_FILE))
        environment.restart_pinned(params.threads)
        run(name)
    except StudyError as error:
        print(f"\n{' '.join(sys.argv[1:]) or 'stage'}: {error.in_a_study_folder()}", file=sys.stderr)
        return 1
    return 0


def run(name: str) -> None:
    """Run a stage in a staging folder and move its outputs into place."""
    started = time.perf_counter()
    staging = (STAGING / name).absolute()
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    os.environ[workspace.STAGING_VARIABLE] = str(staging)
    try:
        _work_of(name)(name)
        _move_into_place(staging, workspace.outputs(workspace.stages()[name]))
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    print(f"{name}: done in {time.perf_counter() - started:.1f} s", flush=True)


def _stage_name(arguments: list[str]) -> str:
    """The stage asked for, if there is such a stage."""
    known = workspace.stages()
    if len(arguments) == 1 and arguments[0] in known:
        return arguments[0]
    raise StudyError(f"Name one stage of {workspace.PIPELINE}: {', '.join(known)}.")


def _work_of(name: str) -> Callable[[str], None]:
    """What a stage does: two are plain functions, the others execute their notebook."""
    if name == "collect":
        return lambda _: _collect()
    if name == "publish":
        return lambda _: _publish()
    return _execute_notebook


def _collect() -> None:
    from customer_segments.sources import collect
    from customer_segments.sources.forgotten import FILE, forgotten
    from customer_segments.sources.secrets import Reach

    params, account = load_params(Path(PARAMS_FILE)), "data/raw/source.json"
    reach = Reach(workspace.root(), os.environ, forgotten(workspace.root() / FILE))
    raw = workspace.destination(account).parent
    content = collect(params.source, reach, raw, seed=params.seed, threads=params.threads)
    workspace.write_json(content, account)


def _publish() -> None:
    from customer_segments.pages.report.index import publish

    publish(load_params(Path(PARAMS_FILE)))


def _execute_notebook(name: str) -> None:
    from customer_segments.pages.report.chapter import render
    from customer_segments.pages.report.chapters import chapter_of
    from customer_segments.run.execution import execute

    chapter, parameters = chapter_of(name), _parameters(name)
    executed = execute(Path(chapter.notebook), parameters, keep_failed_in=FAILED)
    workspace.write_text(render(executed, chapter, parameters), f"reports/{chapter.page}")


def _parameters(name: str) -> dict[str, Any]:
    """The notebook's parameters: the stage's own section, opened, and the other sections that dvc.yaml names."""
    params = read_params(Path(PARAMS_FILE))
    named = [entry for entry in workspace.stages()[name].get("params", []) if isinstance(entry, str)]
    own = params.get(name, {})
    return {key: params[key] for key in named if key != name and key in params} | own


def _move_into_place(staging: Path, outputs: list[str]) -> None:
    """Replace the earlier outputs by the new ones; refuse if one is missing."""
    missing = [path for path in outputs if not (staging / path).exists()]
    if missing:
        raise StudyError(
            f"{missing[0]} was not written: add it to the notebook's save cell or take it out of dvc.yaml."
        )
    for path in outputs:
        target = Path(path)
        if target.is_dir():
            shutil.rmtree(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        (staging / path).replace(target)


if __name__ == "__main__":
    sys.exit(main())

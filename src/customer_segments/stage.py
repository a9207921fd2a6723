"""Run one stage of the pipeline: validate the parameters, execute its notebook, publish what it made.

`python -m customer_segments.stage clustering` runs notebooks/03_clustering.ipynb with the sections of params.yaml that
the notebook declares. Everything is written to a staging folder and moved into place only when all went well.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from typing import TYPE_CHECKING

from customer_segments.base.errors import StudyError
from customer_segments.run import environment
from customer_segments.run.pipeline import OUTPUTS, PIPELINE
from customer_segments.run.workspace import RAW, Workspace

if TYPE_CHECKING:
    from customer_segments.base.params import Params

FAILED = "reports/failed"


def main() -> int:
    """Run the stage named on the command line; a sentence and exit code 1 if it cannot be done."""
    try:
        name = _stage_name(sys.argv[1:])
        workspace = Workspace.here()
        params = workspace.params()
        environment.restart_pinned(params.threads)
        run(name, workspace, params)
    except (StudyError, OSError) as problem:
        error = problem if isinstance(problem, StudyError) else StudyError.of_the_disk(problem)
        print(f"\n{' '.join(sys.argv[1:]) or 'stage'}: {error.in_a_study_folder()}", file=sys.stderr)
        return 1
    return 0


def run(name: str, workspace: Workspace, params: Params) -> None:
    """Run a stage of a study in a staging folder and move its outputs into place."""
    started = time.perf_counter()
    staged = workspace.staged(name)
    shutil.rmtree(staged.staging, ignore_errors=True)
    staged.staging.mkdir(parents=True)
    try:
        WORK.get(name, _chapter)(name, staged, params)
        _move_into_place(staged, OUTPUTS[name])
    finally:
        shutil.rmtree(staged.staging, ignore_errors=True)
    print(f"{name}: done in {time.perf_counter() - started:.1f} s", flush=True)


def _stage_name(arguments: list[str]) -> str:
    """The stage asked for, if there is such a stage."""
    if len(arguments) == 1 and arguments[0] in OUTPUTS:
        return arguments[0]
    raise StudyError(f"Name one stage of {PIPELINE}: {', '.join(OUTPUTS)}.")


def _collect(_: str, workspace: Workspace, params: Params) -> None:
    from customer_segments.sources import collect
    from customer_segments.sources.forgotten import FILE, forgotten
    from customer_segments.sources.secrets import Reach, given

    secrets = given(os.environ, getattr(params.source, "secrets", ()))
    reach = Reach(workspace.root, secrets, forgotten(workspace.root / FILE))
    raw = workspace.destination(f"{RAW}/source.json").parent
    content = collect(params.source, reach, raw, seed=params.seed, threads=params.threads)
    workspace.write_json(content, f"{RAW}/source.json")


def _publish(_: str, workspace: Workspace, params: Params) -> None:
    from customer_segments.run.publish import publish

    publish(workspace, params)


def _chapter(name: str, workspace: Workspace, params: Params) -> None:
    from customer_segments.pages.report.chapters import CHAPTERS, render
    from customer_segments.run.execution import execute

    chapter = next(chapter for chapter in CHAPTERS if chapter.stage == name)
    executed = execute(workspace, chapter.notebook, keep_failed_in=workspace.root / FAILED)
    verdict = workspace.read_json("data/processed/verdict.json") if chapter.after_verdict else None
    page = render(executed, chapter, params, workspace.read_json(f"{RAW}/source.json"), verdict)
    workspace.write_text(page, f"reports/{chapter.page}")


WORK = {"collect": _collect, "publish": _publish}  # the others execute their notebook


def _move_into_place(workspace: Workspace, outputs: tuple[str, ...]) -> None:
    """Replace the earlier outputs by the new ones; refuse if one is missing."""
    missing = [path for path in outputs if not (workspace.staging / path).exists()]
    if missing:
        raise StudyError(
            f"{missing[0]} was not written: add it to the notebook's save cell or take it out of dvc.yaml."
        )
    for path in outputs:
        target = workspace.root / path
        if target.is_dir():
            shutil.rmtree(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        (workspace.staging / path).replace(target)


if __name__ == "__main__":
    sys.exit(main())

"""Run one stage of the pipeline: validate the parameters, execute its notebook, publish what it made.

`python -m customer_segments.stage clustering` runs notebooks/03_clustering.ipynb with the sections of params.yaml that
the notebook declares. Everything is written to a staging folder and moved into place only when all went well.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import TYPE_CHECKING

if __name__ == "__main__":  # `main` answers them, once all that it needs is loaded
    signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM, signal.SIGHUP))

from customer_segments.base.errors import StudyError
from customer_segments.run import edge, environment, staging, warm
from customer_segments.run.pipeline import FIGURES, OUTPUTS, PIPELINE
from customer_segments.run.restoring import put_back
from customer_segments.run.workspace import RAW, Workspace

if TYPE_CHECKING:
    from customer_segments.base.params import Params

FAILED = "reports/failed"


def main() -> int:
    """Run the stage named on the command line; a sentence and an exit code if it cannot be done."""
    code = warm.asked(sys.argv[1:])
    return edge.ended(_asked, f"\n{' '.join(sys.argv[1:]) or 'stage'}") if code is None else code


def _asked() -> None:
    name = _stage_name(sys.argv[1:])
    workspace = Workspace.here()
    with staging.staged(workspace, name) as staged:
        put_back(staged, name)  # before anything can fail
    params = workspace.params()
    environment.start_pinned(
        params.threads, ("-m", "customer_segments.stage", name), staging.temporary(workspace, name)
    )
    run(name, workspace, params)


def run(name: str, workspace: Workspace, params: Params) -> None:
    """Run a stage of a study in a staging folder and move its outputs into place."""
    started = time.perf_counter()
    with staging.staged(workspace, name) as made:
        WORK.get(name, _chapter)(name, made, params)
        staging.move_into_place(made, OUTPUTS[name])
    print(f"{name}: done in {time.perf_counter() - started:.1f} s", flush=True)


def _stage_name(arguments: list[str]) -> str:
    """The stage asked for, if there is such a stage."""
    if len(arguments) == 1 and arguments[0] in OUTPUTS:
        return arguments[0]
    raise StudyError(f"Name one stage of {PIPELINE}: {', '.join(OUTPUTS)}.")


def _collect(_: str, workspace: Workspace, params: Params) -> None:
    from customer_segments.sources import collect, earlier
    from customer_segments.sources.forgotten import FILE, forgotten
    from customer_segments.sources.secrets import Reach, given

    secrets = given(os.environ, getattr(params.source, "secrets", ()))
    reach = Reach(workspace.root, secrets, forgotten(workspace.root / FILE))
    raw = workspace.destination(f"{RAW}/source.json").parent
    workspace.folder(earlier.FOLDER)
    earlier.keep(params.compare, reach, workspace.destination(earlier.FOLDER))
    content = collect(params.source, reach, raw, seed=params.seed, threads=params.threads)
    workspace.write_json(content, f"{RAW}/source.json")


def _publish(_: str, workspace: Workspace, params: Params) -> None:
    from customer_segments.run.publish import publish

    publish(workspace, params)


def _chapter(name: str, workspace: Workspace, params: Params) -> None:
    from customer_segments.pages.report.chapters import CHAPTERS, numbers_of, render
    from customer_segments.run.execution import execute

    chapter = next(chapter for chapter in CHAPTERS if chapter.stage == name)
    executed = execute(workspace, chapter.notebook, keep_failed_in=workspace.root / FAILED)
    workspace.folder(f"{FIGURES}/{name}")
    for figure, numbers in numbers_of(executed).items():
        workspace.write_text(numbers, f"{FIGURES}/{name}/{figure}.csv")
    verdict = workspace.read_json("data/processed/verdict.json") if chapter.after_verdict else None
    page = render(executed, chapter, params, workspace.read_json(f"{RAW}/source.json"), verdict)
    workspace.write_text(page, f"reports/{chapter.page}")


WORK = {"collect": _collect, "publish": _publish}  # the others execute their notebook


if __name__ == "__main__":
    sys.exit(main())

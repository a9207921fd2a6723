"""`dvc repro`, which speaks of `dvc push` only where the study has a remote, and mends what a killed one left."""

import json
import re
import shutil
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from customer_segments.base.errors import StudyError, of_the_machine
from customer_segments.run import edge

HINT = "Use `dvc push`"
AT_WORK = Path(".dvc/tmp/rwlock")  # which stage reads and writes what, for another DVC to see
RECORDED = Path("dvc.lock")
KEPT = Path(".dvc/tmp/dvc.lock")  # as it was when the last run began
A_MOMENT = 0.5  # seconds that another DVC may take to write them


def main() -> int:
    """Run every stage that is not up to date; DVC's exit code."""
    edge.seldom_swept()
    from dvc.cli import main as dvc
    from dvc.config import Config
    from dvc.ui import ui
    from dvc.utils.serialize import _yaml

    try:
        _prepare()
    except OSError as error:
        print(of_the_machine({each.__name__ for each in type(error).__mro__}, str(error)) or error, file=sys.stderr)
        return edge.FAILED
    write = ui.write

    def written(*told: Any, **how: Any) -> None:
        if not str(told[:1]).count(HINT) or Config.from_cwd()["remote"]:
            write(*told, **how)

    ui.write = written
    with_comments = _yaml.parse_yaml_for_update
    # Read anew after every stage, which takes six times as long with the comments that this file never has.
    _yaml.parse_yaml_for_update = lambda text, path: (
        _yaml.parse_yaml if Path(path).name == RECORDED.name else with_comments
    )(text, path)
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, edge.ENDING)  # who starts this holds them back until here
        # DVC cannot see into the folder of another study.
        stale = _compared_anew() and dvc(["repro", "--single-item", "--force", "collect"])
        return stale or dvc(["repro"])
    except KeyboardInterrupt:  # where DVC has not come to answer it
        return edge.SIGNALLED + signal.SIGINT


def _compared_anew() -> bool:
    """Whether the run that the study is compared with has been run again; settings that are wrong are told later."""
    from customer_segments.run.workspace import Workspace
    from customer_segments.sources.earlier import SETTING, has_changed

    with suppress(StudyError, ValueError, KeyError, TypeError):
        return has_changed(Workspace(Path()).params(SETTING), Path())
    return False


def _prepare() -> None:
    if _is_half_written(AT_WORK, json.loads) or _is_left_behind(AT_WORK):
        AT_WORK.unlink()
    if _is_half_written(RECORDED, _records):
        _put_right()
    _keep()


def _is_half_written(file: Path, read: Callable[[bytes], Any]) -> bool:
    """DVC, killed while it writes one of its files, leaves what it cannot read any more."""
    with suppress(OSError):
        while True:
            try:
                read(file.read_bytes())
            except Exception:  # whatever the reader finds wrong
                if abs(time.time() - file.stat().st_mtime) > A_MOMENT:
                    return True
                time.sleep(A_MOMENT / 5)
            else:
                return False
    return False


def _is_left_behind(file: Path) -> bool:
    """Nobody works who is named there: DVC would take for one what waits to be cleared away, or has the number now."""
    with suppress(OSError):
        written = file.stat().st_mtime
        holders = {int(number) for number in re.findall(r'"pid": (\d+)', file.read_text(encoding="utf-8"))}
        return bool(holders) and not any(_is_at_work(number, written) for number in holders)
    return False


def _is_at_work(number: int, since: float) -> bool:
    """Whether a process of this number runs, and did when the file was written; one that is not told of does."""
    import psutil

    try:
        process = psutil.Process(number)
        return process.status() != psutil.STATUS_ZOMBIE and process.create_time() <= since
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True


def _records(text: bytes) -> None:
    """Read what the stages have made, as DVC reads it."""
    from dvc.schema import COMPILED_LOCKFILE_SCHEMA
    from ruamel.yaml import YAML

    COMPILED_LOCKFILE_SCHEMA(YAML(typ="safe").load(text))


def _put_right() -> None:
    """Take what was recorded when the run began that was killed; what it made since then is made, or found, again."""
    if KEPT.exists():
        shutil.copyfile(KEPT, RECORDED)
    else:
        RECORDED.unlink()
    print(f"{RECORDED} was left half-written by a run that was killed: it has been put right.", flush=True)


def _keep() -> None:
    if RECORDED.exists():
        KEPT.parent.mkdir(exist_ok=True)
        beside = KEPT.with_suffix(".new")
        shutil.copyfile(RECORDED, beside)
        beside.replace(KEPT)


if __name__ == "__main__":
    sys.exit(main())

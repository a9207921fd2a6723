"""`dvc repro`, which speaks of `dvc push` only where the study has a remote."""

import json
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

HINT = "Use `dvc push`"
LOCKS = Path(".dvc/tmp/rwlock")  # which stage reads and writes what, for another DVC to see
A_MOMENT = 0.5  # seconds that another DVC may take to write them


def main() -> int:
    """Run every stage that is not up to date; DVC's exit code."""
    from dvc.cli import main as dvc
    from dvc.config import Config
    from dvc.ui import ui

    _clear_half_written_locks()
    write = ui.write

    def written(*told: Any, **how: Any) -> None:
        if not str(told[:1]).count(HINT) or Config.from_cwd()["remote"]:
            write(*told, **how)

    ui.write = written
    return dvc(["repro"])


def _clear_half_written_locks() -> None:
    """DVC, killed while it writes them, leaves a file that it cannot read any more."""
    with suppress(OSError):
        try:
            json.loads(LOCKS.read_bytes())
        except ValueError:
            if time.time() - LOCKS.stat().st_mtime > A_MOMENT:
                LOCKS.unlink()


if __name__ == "__main__":
    sys.exit(main())

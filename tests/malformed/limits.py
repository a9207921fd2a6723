"""A case collected in a child process whose memory and time are limited, and what that took."""

from __future__ import annotations

import multiprocessing
import resource
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from tests.malformed.cases import Case

GIGABYTE = 1 << 30
MOST_MEMORY_MB, MOST_SECONDS = 2048, 20  # what any hostile file may take, processor time of all processes
# Each case gets a fresh copy of one process that has loaded everything and done nothing yet.
FRESH = multiprocessing.get_context("forkserver")
FRESH.set_forkserver_preload(["tests.malformed.loaded"])


class Ended(NamedTuple):
    """How collecting ended."""

    refused: str | None  # the sentence, if it was refused in one
    trouble: str | None  # any other error, or how the process was ended
    memory_mb: float = 0.0  # of the largest process
    seconds: float = 0.0


def collected_apart(case: Case, project: Path) -> Ended:
    """What `collect` does with the case, apart from this process."""
    ours, theirs = FRESH.Pipe(duplex=False)
    process = FRESH.Process(target=_collect, args=(case.table, case.place, case.settings, project, theirs))
    process.start()
    theirs.close()
    try:
        return ours.recv()
    except EOFError:
        process.join()
        return Ended(None, f"ended with {process.exitcode}")
    finally:
        process.join()


def _collect(table: str, place: str, settings: dict[str, object], project: Path, answer: Connection) -> None:
    from customer_segments.base.errors import StudyError
    from tests.malformed.judging import params
    from tests.sources.shop import collect_into

    resource.setrlimit(resource.RLIMIT_AS, (6 * GIGABYTE, 6 * GIGABYTE))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS + 5, MOST_SECONDS + 5))
    refused = trouble = None
    try:
        collect_into(project, params(Case("", {}, (), table, place, settings)))
    except StudyError as error:
        refused = error.in_a_study_folder()
    except BaseException as error:  # of libraries written in Rust, some are no Exception
        trouble = f"{type(error).__name__}: {error}"[:300]
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    seconds = sum(each.ru_utime + each.ru_stime for each in used)
    answer.send(Ended(refused, trouble, max(each.ru_maxrss for each in used) / 1024, seconds))

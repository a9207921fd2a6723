"""`segments run` killed with all its processes, or interrupted, at any moment; then run again to the same bytes."""

from __future__ import annotations

import signal
import time
from functools import partial

import runs
from trial import PIPELINE, Case, Trial, kill_group

WHAT = "runs killed, interrupted or ended at random moments, then run again: the same lock and bytes, no new file"
CASES = 100
SIGNS = (signal.SIGKILL, signal.SIGINT, signal.SIGTERM)
LONGEST_TO_END = 30


def cases(seed: int, number: int) -> list[Case]:
    return [
        Case(
            f"{each}: {SIGNS[each % 3].name} {how} after {seconds:.1f} s", partial(_one, how, SIGNS[each % 3], seconds)
        )
        for each, (how, seconds) in enumerate(runs.moments(seed, number))
    ]


def _one(how: str, sign: signal.Signals, seconds: float, trial: Trial) -> None:
    study, whole = runs.begin(how, trial.folder / "study")
    before = runs.contents(study)
    process = trial.start(runs.RUN, study, PIPELINE)
    time.sleep(seconds)
    kill_group(process.pid, sign)
    ran = trial.finish(process, LONGEST_TO_END)
    ended = ran._replace(code=130) if ran.code == (-sign if sign == signal.SIGKILL else 128 + sign) else ran
    trial.note(ended, f"run, at {sign.name},", bounded=False)
    runs.expect_ended(trial, process.pid)
    kill_group(process.pid, signal.SIGKILL)
    runs.expect_no_third_version(trial, study, before, whole)
    runs.expect_the_same(trial, study, whole)

"""A small seeded part of what `make torture` tries, and that a trial notes what must never happen."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import PROJECT

# Two kinds that no other test tries alike; literals, hostile tables and forgetting have tests of their own.
PART = {"paths": 1, "mutants": 4}


def torture(*arguments: str, into: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """What `make torture` runs, with its report and its state elsewhere."""
    command = [
        sys.executable,
        "tests/torture/run.py",
        *arguments,
        "--report",
        str(into / "report.md"),
        "--state",
        str(into),
    ]
    environment = os.environ | variables
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.long
@pytest.mark.parametrize("kind", sorted(PART))
def test_a_part_of_each_kind_holds(kind, tmp_path, warm):
    ran = torture(kind, "--cases", str(PART[kind]), into=tmp_path, **warm)
    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
    assert f"| {kind} | " in (tmp_path / "report.md").read_text(encoding="utf-8")


def test_a_run_that_was_stopped_goes_on_where_it_was(tmp_path):
    asked = ("literals", "--only", "iso: '2024-02-29'")
    assert "1 cases, 0 of them tried before" in torture(*asked, into=tmp_path).stdout
    (log,) = tmp_path.glob("*.jsonl")
    assert json.loads(log.read_text(encoding="utf-8"))["problems"] == []
    with log.open("a", encoding="utf-8") as file:
        file.write('{"case": "cut in the mid')
    assert "1 cases, 1 of them tried before" in torture(*asked, into=tmp_path).stdout


@pytest.mark.parametrize(
    ("code", "noted"),
    [
        ("raise ValueError('x')", "Traceback"),
        ("import os; os.kill(os.getpid(), 9)", "SIGKILL"),
        ("raise SystemExit(7)", "exit code 7"),
        ("raise SystemExit(1)", "failed without a word"),
        ("import time; time.sleep(60)", "not done after"),
        ("x = bytearray(2200 << 20); x[::4096] = x[::4096]", "MB of memory"),
    ],
)
def test_a_trial_notes_what_must_never_happen(code, noted, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(PROJECT / "tests/torture"))
    from trial import Limits, Trial

    trial = Trial(tmp_path)
    trial.run([sys.executable, "-c", code], tmp_path, Limits(wall_seconds=5 if "sleep" in code else 100))
    assert any(noted in problem for problem in trial.problems), trial.problems


def test_a_trial_has_nothing_to_say_of_a_refusal_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(PROJECT / "tests/torture"))
    from trial import Trial

    trial = Trial(tmp_path)
    ran = trial.segments("check", "nothing.csv", folder=tmp_path)
    assert (ran.code, trial.problems) == (1, [])
    assert ran.output.startswith("The source file nothing.csv is not in")

import os
import subprocess
import sys

from customer_segments.run import environment

SHOW = """
import os, sys, tempfile
from pathlib import Path
from customer_segments.run import environment
environment.start_pinned(2, sys.orig_argv[1:], Path("/somewhere"))
print({})
"""


def started_with(variable: str, **variables: str) -> str:
    """What a variable is after a process has pinned its environment."""
    command = [sys.executable, "-c", SHOW.format(f"os.environ[{variable!r}]")]
    return subprocess.run(
        command, env=os.environ | variables, text=True, capture_output=True, check=True
    ).stdout.strip()


def test_what_a_shell_has_set_is_overruled():
    assert started_with("OMP_NUM_THREADS", OMP_NUM_THREADS="8") == "2"
    assert started_with("TZ", TZ="Asia/Tokyo") == "UTC"
    assert started_with("PYTHONHASHSEED", PYTHONHASHSEED="77") == "0"


def test_temporary_files_are_where_the_stage_has_them():
    assert started_with("TMPDIR") == "/somewhere"


def test_a_backend_that_would_swallow_figures_is_unset(monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    assert "MPLBACKEND" not in environment.pinned(1)


def test_everything_else_is_kept(monkeypatch):
    monkeypatch.setenv("DATABASE_PASSWORD", "x")
    assert environment.pinned(1)["DATABASE_PASSWORD"] == "x"

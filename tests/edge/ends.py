"""A study of one chapter, started as a person would start it, and how that ends."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from ruamel.yaml import YAML

from tests.support import ENVIRONMENT, PROJECT

# Nor is a disk that is full for a test to leave half of a compiled module behind.
VARIABLES = ENVIRONMENT | {"PYTHONPATH": str(PROJECT / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
# What a process would do by itself, whatever the one that starts the tests ignores.
STOPPABLE = (
    "import signal; [signal.signal(s, signal.SIG_DFL) for s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]; "
)


def settings(folder: Path, source: dict[str, Any]) -> None:
    ours = YAML(typ="safe").load(PROJECT / "params.yaml")
    (folder / "params.yaml").write_text(json.dumps(ours | {"source": source}))


def cell(folder: Path, source: str) -> None:
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(each) for each in ("eda = {}", source)])
    made.cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(made, folder / "notebooks/01_eda.ipynb")


def started(folder: Path, *command: str, **how: Any) -> subprocess.Popen[str]:
    """A command in a process group of its own; SIGINT is answered even where this test's own process ignores it."""
    code = f"{STOPPABLE}import os, sys; os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    variables = VARIABLES | how.pop("variables", {})
    return subprocess.Popen(
        [sys.executable, "-c", code, *command], cwd=folder, env=variables, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, **how,
    )  # fmt: skip


def stage(folder: Path, name: str, **how: Any) -> subprocess.Popen[str]:
    return started(folder, "-m", "customer_segments.stage", name, **how)


def limited(kind: int, most: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(kind, (most, most))


def refused(process: subprocess.Popen[str], folder: Path, code: int = 1) -> str:
    """The one sentence with which it ended; earlier results are as they were, and nothing else is left."""
    out, told = process.communicate(timeout=120)
    assert process.returncode == code, (out, told)
    assert "Traceback" not in out + told
    assert (folder / "data/raw/source.json").read_text() == "{}"
    assert (folder / "reports/01_eda.html").read_text() == "{}"
    assert not list((folder / ".staging").glob("*"))
    lines = [line for line in told.splitlines() if line and not line.startswith("(The notebook as far")]
    assert len(lines) == 1, told
    return lines[0]


def until(fact: Callable[[], Any], seconds: float = 40) -> None:
    ends = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < ends
        time.sleep(0.02)

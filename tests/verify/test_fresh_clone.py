"""The promise of reproducibility: everything run again in a fresh clone gives the committed dvc.lock, byte for byte."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support import PROJECT


def test_the_committed_lock_comes_out_again(tmp_path):
    clone = tmp_path / "another folder"
    variables = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    subprocess.run(["git", "clone", "--quiet", PROJECT, clone], check=True)
    subprocess.run(["dvc", "repro", "--force"], cwd=clone, env=variables, check=True)
    lock = _printed("git", "diff", "dvc.lock", folder=clone)
    assert lock == "", lock[:3000]
    assert _printed("git", "status", "--short", folder=clone) == ""


def _printed(*command: str, folder: Path) -> str:
    return subprocess.run(command, cwd=folder, text=True, capture_output=True, check=True).stdout

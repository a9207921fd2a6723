"""The wheel is all that a study needs: built, installed into an empty environment, a study laid and run elsewhere."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import PROJECT

KEPT = ("PATH", "HOME", "UV_SYSTEM_CERTS", "UV_CACHE_DIR", "SSL_CERT_FILE")


def run(*command: object, folder: Path) -> str:
    """What a command prints, in a shell that knows nothing of the repository."""
    known = {name: os.environ[name] for name in KEPT if name in os.environ}
    finished = subprocess.run(
        [str(part) for part in command], cwd=folder, env=known, text=True, capture_output=True, check=False
    )
    assert finished.returncode == 0, f"{finished.stdout[-2000:]}\n{finished.stderr[-2000:]}"
    return finished.stdout


@pytest.fixture(scope="module")
def segments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of a package that was built and installed, with nothing else but what it asks for."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", folder, PROJECT,
        folder=folder)  # fmt: skip
    run(sys.executable, "-m", "venv", folder / "empty", folder=folder)
    python = folder / "empty" / "bin" / "python"
    (wheel,) = folder.glob("*.whl")
    uv = shutil.which("uv")
    install = (uv, "pip", "install", "--python", python) if uv else (python, "-m", "pip", "install")
    pinned = re.findall(r"^[a-z0-9-]+==[^ ;\\]+", (PROJECT / "requirements.lock").read_text(), re.MULTILINE)
    (folder / "versions.txt").write_text("\n".join(pinned))
    run(*install, "--quiet", "--constraint", folder / "versions.txt", wheel, folder=folder)
    return python.with_name("segments")


def test_a_study_is_laid_and_run_outside_the_repository(segments, tmp_path):
    assert "is a study folder now" in run(segments, "new", tmp_path / "mine", folder=tmp_path)
    params = tmp_path / "mine" / "params.yaml"
    smaller = params.read_text(encoding="utf-8").replace("customers: 6000", "customers: 400")
    params.write_text(smaller.replace("bootstraps: 50 ", "bootstraps: 10 "), encoding="utf-8")
    said = run(segments, "run", folder=tmp_path / "mine" / "notebooks")
    assert said.rstrip().endswith(f"The report: {tmp_path / 'mine' / 'reports' / 'index.html'}")
    pages = sorted(path.name for path in (tmp_path / "mine" / "reports").glob("*.html"))
    assert len(pages) == 10
    assert "Running stage" not in run(segments, "run", folder=tmp_path / "mine")
    assert not list((tmp_path / "mine").glob("kernel*"))

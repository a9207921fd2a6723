"""The wheel is all that a study needs: built, installed into an empty environment, a study laid and run elsewhere."""

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PathDistribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.support import PROJECT

KEPT = ("PATH", "HOME")
LESS = {  # enough to tell, and quick
    "customers: 6000": "customers: 400", "references: 49 ": "references: 19 ", "bootstraps: 50 ": "bootstraps: 10 ",
}  # fmt: skip


def run(*command: object, folder: Path) -> str:
    """What a command prints, in a shell that knows nothing of the repository."""
    known = {name: os.environ[name] for name in KEPT if name in os.environ}
    finished = subprocess.run(
        [str(part) for part in command], cwd=folder, env=known, text=True, capture_output=True, check=False
    )
    assert finished.returncode == 0, f"{finished.stdout[-2000:]}\n{finished.stderr[-2000:]}"
    return finished.stdout


def asked_for(package: Distribution, extra: str = "") -> Iterator[tuple[str, str]]:
    """The packages that one needs here, and with which of their extras."""
    for needed in map(Requirement, package.requires or ()):
        if needed.marker is None or needed.marker.evaluate({"extra": extra}):
            yield from ((needed.name, each) for each in ("", *needed.extras))


def all_asked_for(package: Distribution) -> dict[str, Distribution]:
    """What an installer would bring with a package, in the versions of this environment, which are the lock's."""
    waiting, seen = [*asked_for(package)], set()
    while waiting:
        if (each := waiting.pop()) not in seen:
            seen.add(each)
            waiting += asked_for(distribution(each[0]), each[1])
    return {name: distribution(name) for name, _ in seen}


def lend(package: Distribution, environment: Path) -> None:
    """Links in place of an installed package; its commands are copied, as they name their Python."""
    own = Path(sys.prefix)
    for file in {package.locate_file(path.parts[0] if path.parts[0] != ".." else path) for path in package.files}:
        place = environment / Path(os.path.normpath(file)).relative_to(own)
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.parent == environment / "bin":
            place.write_bytes(Path(file).read_bytes().replace(str(own).encode(), str(environment).encode(), 1))
            place.chmod(0o755)
        elif not place.exists():
            place.symlink_to(file)


@pytest.fixture(scope="module")
def segments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of a package that was built and installed, with nothing else but what it asks for."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", folder, PROJECT,
        folder=folder)  # fmt: skip
    environment = folder / "empty"
    run(sys.executable, "-m", "venv", "--without-pip", environment, folder=folder)
    pip = (sys.executable, "-m", "pip", "--python", environment / "bin/python")
    (wheel,) = folder.glob("*.whl")
    run(*pip, "install", "--quiet", "--no-deps", "--no-index", wheel, folder=folder)
    (told,) = environment.glob("lib/python*/site-packages/customer_segments-*.dist-info")
    for package in all_asked_for(PathDistribution(told)).values():
        lend(package, environment)
    run(*pip, "check", folder=folder)
    return environment / "bin/segments"


def test_a_study_is_laid_and_run_outside_the_repository(segments, tmp_path):
    assert "is a study folder now" in run(segments, "new", tmp_path / "mine", folder=tmp_path)
    params = tmp_path / "mine" / "params.yaml"
    smaller = params.read_text(encoding="utf-8")
    for much, less in LESS.items():
        assert much in smaller
        smaller = smaller.replace(much, less)
    params.write_text(smaller, encoding="utf-8")
    said = run(segments, "run", folder=tmp_path / "mine" / "notebooks")
    assert said.rstrip().endswith(f"The report: {tmp_path / 'mine' / 'reports' / 'index.html'}")
    pages = sorted(path.name for path in (tmp_path / "mine" / "reports").glob("*.html"))
    assert len(pages) == 10
    assert "Running stage" not in run(segments, "run", folder=tmp_path / "mine")
    assert not list((tmp_path / "mine").glob("kernel*"))

"""environment.yml, pyproject.toml and the locks say the same."""

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.support import PROJECT

PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
CONDA = YAML(typ="safe").load(PROJECT / "environment.yml")
LOCKS = ["requirements.lock", "requirements-lab.lock"]


def locked(name: str) -> dict[str, str]:
    """Package and version of every line in a lock."""
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", (PROJECT / name).read_text(), re.MULTILINE))


def pip(*arguments: str, folder: Path) -> str:
    """What pip says that it would do here, where everything that is locked is installed."""
    command = [sys.executable, "-m", "pip", "--isolated", "install", "--dry-run", "--no-index", *arguments]
    finished = subprocess.run(command, cwd=folder, text=True, capture_output=True, check=False)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def plain(requirement: str) -> str:
    """A requirement's name as locks write it."""
    return re.split(r"[\[<>=; ]", requirement)[0].lower().replace(".", "-").replace("_", "-")


def test_conda_is_asked_for_the_python_that_pyproject_asks_for():
    python, pip, _ = CONDA["dependencies"]
    assert python.removeprefix("python").split(",")[0] == PYPROJECT["requires-python"]
    assert pip == "pip"
    assert CONDA["name"] == PYPROJECT["name"]


def test_pip_accepts_what_conda_hands_it(tmp_path):
    (tmp_path / "condaenv.requirements.txt").write_text("\n".join(CONDA["dependencies"][2]["pip"]))
    shutil.copy(PROJECT / "requirements.lock", tmp_path)
    said = pip("-U", "-r", "condaenv.requirements.txt", "--exists-action=b", folder=tmp_path)  # as conda calls it
    assert f"Requirement already satisfied: pandas=={locked('requirements.lock')['pandas']}" in said


def test_pip_accepts_the_command_that_follows():
    told = (PROJECT / "environment.yml").read_text().split("name:")[0]
    (command,) = re.findall(rf"conda run -n {CONDA['name']} pip install (.+)", told)
    assert command in (PROJECT / "README.md").read_text()
    assert f"Would install {PYPROJECT['name']}-{PYPROJECT['version']}" in pip(*shlex.split(command), folder=PROJECT)


@pytest.mark.parametrize("name", LOCKS)
def test_every_dependency_is_locked(name):
    more = PYPROJECT["optional-dependencies"]
    wanted = {*PYPROJECT["dependencies"], *more["dev"], *more["web"]} - {"customer_segments[web]"}
    assert {plain(requirement) for requirement in wanted} <= set(locked(name))


def test_the_laboratory_uses_the_same_versions():
    small, large = (locked(name) for name in LOCKS)
    assert small.items() <= large.items()
    assert "jupyterlab" in large


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_has_a_hash_and_no_address(name):
    text = (PROJECT / name).read_text()
    entries = [entry for entry in re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE) if "==" in entry]
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in text
    assert "index-url" not in text


def test_one_version_of_each_package_serves_every_python():
    for name in LOCKS:
        names = re.findall(r"^([a-z0-9-]+)==", (PROJECT / name).read_text(), re.MULTILINE)
        assert len(names) == len(set(names))

"""environment.yml, pyproject.toml and the locks say the same."""

import re
import tomllib

import pytest
from ruamel.yaml import YAML

from tests.support import PROJECT

PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
LOCKS = ["requirements.lock", "requirements-lab.lock"]


def locked(name: str) -> dict[str, str]:
    """Package and version of every line in a lock."""
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", (PROJECT / name).read_text(), re.MULTILINE))


def plain(requirement: str) -> str:
    """A requirement's name as locks write it."""
    return re.split(r"[\[<>=; ]", requirement)[0].lower().replace(".", "-").replace("_", "-")


def test_conda_gets_what_the_lock_holds_and_the_python_that_pyproject_asks_for():
    environment = YAML(typ="safe").load(PROJECT / "environment.yml")
    python, pip, packages = environment["dependencies"]
    assert python.removeprefix("python").split(",")[0] == PYPROJECT["requires-python"]
    assert pip == "pip"
    assert packages == {"pip": ["-r requirements.lock", "-e ."]}
    assert environment["name"] == PYPROJECT["name"]


@pytest.mark.parametrize("name", LOCKS)
def test_every_dependency_is_locked(name):
    wanted = [*PYPROJECT["dependencies"], *PYPROJECT["optional-dependencies"]["dev"]]
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

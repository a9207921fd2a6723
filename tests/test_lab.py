"""JupyterLab on a study: whose it is, under which settings, and what it saves."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from customer_segments.__main__ import main
from customer_segments.commands.lab import as_committed
from customer_segments.pages.report.chapters import CHAPTERS
from tests.support import PROJECT

HERE = SimpleNamespace(root_dir=str(PROJECT))
# What JupyterLab adds of its own to a notebook that has been run in it, and what opening a closed cell takes away.
NOISE = {
    "execution": {"iopub.execute_input": "2024-01-01T00:00:00Z"},
    "collapsed": False,
    "jupyter": {"outputs_hidden": False},
}
KERNEL = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"codemirror_mode": {"name": "ipython", "version": 3}, "name": "python", "version": "3.11.7"},
    "widgets": {"application/vnd.jupyter.widget-state+json": {}},
}


def executed(name: str) -> dict:
    """A chapter as JupyterLab hands it over to be saved once it has been run."""
    content = json.loads((PROJECT / "tests" / "reference" / name).read_text(encoding="utf-8"))
    assert any(cell.get("outputs") for cell in content["cells"])
    content["metadata"] = KERNEL
    for cell in content["cells"]:
        cell["metadata"] |= NOISE
    return {"type": "notebook", "content": content}


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.stage)
def test_a_chapter_that_was_run_is_saved_as_it_was_committed(chapter):
    model = executed(Path(chapter.notebook).name)
    as_committed(path=chapter.notebook, model=model, contents_manager=HERE)
    saved = nbformat.writes(nbformat.from_dict(model["content"])) + "\n"
    assert saved == (PROJECT / chapter.notebook).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", ["notebooks/./03_clustering.ipynb", "notebooks/../notebooks/03_clustering.ipynb"])
def test_a_chapter_is_known_however_its_path_is_written(path):
    model = executed("03_clustering.ipynb")
    as_committed(path=path, model=model, contents_manager=HERE)
    assert not any(cell.get("outputs") for cell in model["content"]["cells"])


@pytest.mark.parametrize(
    "path", ["notebooks/Untitled.ipynb", "notebooks/03_clustering-Copy1.ipynb", "03_clustering.ipynb", "eda.ipynb"]
)
def test_other_notebooks_keep_what_they_show(path):
    model = executed("03_clustering.ipynb")
    as_committed(path=path, model=model, contents_manager=HERE)
    assert model == executed("03_clustering.ipynb")


@pytest.mark.parametrize("model", [{"type": "file", "content": "a,b"}, {"type": "directory", "content": None}])
def test_other_files_are_left_alone(model):
    as_committed(path="notebooks/03_clustering.ipynb", model=model | {}, contents_manager=HERE)
    assert model["content"] in ("a,b", None)


def test_what_a_person_changed_in_a_chapter_is_kept():
    model = executed("03_clustering.ipynb")
    code = next(cell for cell in model["content"]["cells"] if cell["cell_type"] == "code")
    code["source"], code["metadata"]["tags"] = "mine = 1", ["parameters", "mine"]
    note = {"cell_type": "markdown", "id": "n", "metadata": {}, "source": "A note", "attachments": {"a.png": {}}}
    model["content"]["cells"].append(note | {})
    as_committed(path="notebooks/03_clustering.ipynb", model=model, contents_manager=HERE)
    assert code["source"] == "mine = 1"
    assert code["metadata"] == {"tags": ["parameters", "mine"], "jupyter": {"source_hidden": True}}
    assert model["content"]["cells"][-1] == note


@pytest.mark.parametrize("left", ["", "{", "[]", '{"cells": [{}]}', None])
def test_what_is_open_is_saved_also_over_a_damaged_file(tmp_path, left):
    shutil.copy(PROJECT / "dvc.yaml", tmp_path)
    path = "notebooks/03_clustering.ipynb"
    (tmp_path / "notebooks").mkdir()
    if left is not None:
        (tmp_path / path).write_text(left)
    model = executed("03_clustering.ipynb")
    as_committed(path=path, model=model, contents_manager=SimpleNamespace(root_dir=str(tmp_path)))
    assert not any(cell.get("outputs") for cell in model["content"]["cells"])


@pytest.fixture
def started(monkeypatch):
    """What `segments lab` becomes where there is a JupyterLab."""
    became = []
    monkeypatch.setattr(os, "execve", lambda *arguments: became.append(arguments))
    monkeypatch.setattr("customer_segments.commands.lab.find_spec", lambda name: name)
    return became


def test_the_environments_own_is_started_under_the_fixed_settings(started, monkeypatch):
    monkeypatch.setenv("PATH", "/somebody/elses/bin")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("MPLBACKEND", "agg")
    monkeypatch.setenv("CUSTOMER_SEGMENTS_ROOT", str(PROJECT))
    main(["lab", "--", "--no-browser", "--port=1"])
    ((program, command, variables),) = started
    assert program == sys.executable
    assert command[1:3] == ["-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={PROJECT}" in command
    assert command[-2:] == ["--no-browser", "--port=1"]
    assert variables["PATH"] == f"{Path(sys.executable).parent}:/somebody/elses/bin"
    assert variables["TZ"] == "UTC"
    assert "MPLBACKEND" not in variables


def test_without_jupyterlab_it_is_a_sentence(monkeypatch, capsys):
    monkeypatch.setattr("customer_segments.commands.lab.find_spec", lambda name: None)
    monkeypatch.setenv("CUSTOMER_SEGMENTS_ROOT", str(PROJECT))
    assert main(["lab"]) == 1
    assert capsys.readouterr().err.startswith("JupyterLab is not installed in this environment: ")


@pytest.fixture
def checkout(tmp_path):
    """A place with the Makefile, an environment that is made, and another's JupyterLab and `segments` on PATH."""
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "requirements-lab.lock"):
        shutil.copy(PROJECT / name, tmp_path)
    for program in ("own/segments", "foreign/segments", "foreign/jupyter-lab", "foreign/jupyter", "foreign/uv"):
        folder, name = program.split("/")
        path = tmp_path / {"own": ".venv/bin"}.get(folder, folder) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'#!/bin/sh\necho {program} "$@"\n')
        path.chmod(0o755)
    (tmp_path / ".venv" / ".installed").touch()
    return tmp_path


def made(checkout: Path, *options: str) -> list[str]:
    path = f"{checkout / 'foreign'}:/usr/bin:/bin"
    return subprocess.run(
        ["make", "lab", *options], cwd=checkout, env={"PATH": path}, text=True, capture_output=True, check=True
    ).stdout.splitlines()


def test_make_lab_installs_once_and_starts_its_own_whatever_is_on_the_path(checkout):
    first, second = made(checkout), made(checkout, "OPTIONS=--no-browser")
    installed = "foreign/uv pip install --quiet --python .venv/bin/python --require-hashes"
    assert any(line.startswith(installed) and line.endswith("-r requirements-lab.lock") for line in first)
    assert first[-1] == "own/segments lab --"
    assert second == ["own/segments lab -- --no-browser"]

"""The notebooks are clean, thin, and declare exactly the parameters that params.yaml holds."""

import ast
import json
import re
from functools import reduce
from pathlib import Path

import nbformat
import pytest
from ruamel.yaml import YAML

from customer_segments.base.params import Params
from customer_segments.pages.report.chapters import CHAPTERS, MECHANICS
from customer_segments.run.execution import declared
from tests.support import PROJECT

NOTEBOOKS = sorted(Path(PROJECT / "notebooks").glob("*.ipynb"))
SECTIONS = tuple(Params.model_fields)


def cells(path: Path) -> list[dict]:
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def code_cells(path: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in cells(path) if cell["cell_type"] == "code"]


def is_closed(cell: dict) -> bool:
    return cell["metadata"].get("jupyter", {}).get("source_hidden", False)


def test_there_is_one_notebook_for_each_chapter():
    assert [f"notebooks/{path.name}" for path in NOTEBOOKS] == [chapter.notebook for chapter in CHAPTERS]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_nothing_that_a_run_leaves_is_stored(path):
    for cell in cells(path):
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None
        assert set(cell["metadata"]) <= {"tags", "jupyter"}
    ids = [cell["id"] for cell in cells(path)]
    assert len(set(ids)) == len(ids)
    nbformat.validate(nbformat.read(path, as_version=4))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_thin(path):
    assert len(cells(path)) <= 32
    for cell in (each for each in cells(path) if each["cell_type"] == "code"):
        assert len(cell["source"]) <= 12 or is_closed(cell), cell["source"]
    for source in code_cells(path):
        assert not any(
            isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda) for node in ast.walk(ast.parse(source))
        )
        for word in ("sys.path", "os.chdir", "filterwarnings", "!pip", "%"):
            assert not any(line.lstrip().startswith(word) or f" {word}(" in line for line in source.splitlines())


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_mechanics_stand_closed_behind_two_named_steps(path):
    steps = [cell for cell in cells(path) if MECHANICS in cell["metadata"].get("tags", ())]
    assert ["".join(step["source"]).split(".")[0] for step in steps] == ["**Set up", "**Kept"]
    for cell in (each for each in cells(path) if each["cell_type"] == "code"):
        does = re.search(
            r"here\.(write_|params|read_table)|engine\.connect|Workspace\.here|^study = ", "".join(cell["source"])
        )
        assert is_closed(cell) == bool(does), cell["source"]


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.stage)
def test_the_heading_is_the_chapters_question_and_other_headings_are_questions(chapter):
    texts = ["".join(cell["source"]) for cell in cells(PROJECT / chapter.notebook) if cell["cell_type"] == "markdown"]
    assert texts[0].splitlines()[0] == f"# {chapter.number}. {chapter.question}"
    headings = [line for text in texts for line in text.splitlines() if line.startswith("## ")]
    assert headings[-1] == "## What we learned"
    assert all(heading.endswith("?") for heading in headings[:-1] if heading != "## What is kept")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_declares_empty_names_only(path):
    found = declared(nbformat.read(path, as_version=4))
    assert all(value == ({} if name not in ("seed", "threads") else None) for name, value in found.items())
    assert set(found) <= set(SECTIONS)


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.stage)
def test_one_parameter_of_the_chapter_is_there_to_be_changed(chapter):
    text = "".join("".join(cell["source"]) for cell in cells(PROJECT / chapter.notebook))
    ((name, value),) = re.findall(r"`dvc exp run -S ([\w.]+)=(\w[\w.]*)`", text)
    *sections, last = name.split(".")
    assert sections[0] == chapter.stage
    params = YAML(typ="safe").load(PROJECT / "params.yaml")
    section = reduce(dict.__getitem__, sections, params)
    before, section[last] = section[last], YAML(typ="safe").load(value)
    assert section[last] != before
    Params.model_validate(params)


def test_all_notebooks_together_are_short():
    code = [line for path in NOTEBOOKS for source in code_cells(path) for line in source.splitlines() if line.strip()]
    assert len(code) <= 450


def test_the_reference_notebooks_are_these_notebooks_executed():
    for path in NOTEBOOKS:
        reference = PROJECT / "tests" / "reference" / path.name
        assert [cell["source"] for cell in cells(reference)] == [cell["source"] for cell in cells(path)], path.name
        assert [cell["id"] for cell in cells(reference)] == [cell["id"] for cell in cells(path)], path.name
        shown = [cell for cell in cells(reference) if cell["cell_type"] == "code" and cell["outputs"]]
        fewest = 2 if "replication" in path.name else 4  # nothing was published of the demo shop
        assert len(shown) >= fewest, path.name

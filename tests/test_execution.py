from pathlib import Path

import nbformat
import pytest

from customer_segments.base.errors import StudyError
from customer_segments.run.execution import declared, execute
from customer_segments.run.workspace import Workspace


def notebook(tmp_path: Path, *cells: str) -> Path:
    """A notebook whose first code cell is tagged `parameters`."""
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    made.cells[0].metadata["tags"] = ["parameters"]
    path = tmp_path / "01_eda.ipynb"
    nbformat.write(made, path)
    return path


def executed(path: Path, params: str = "k: 5\nseed: 1\n", keep_failed_in: Path | None = None) -> nbformat.NotebookNode:
    """The notebook executed in a study of its own folder."""
    (path.parent / "params.yaml").write_text(params)
    return execute(Workspace(path.parent), path.name, keep_failed_in or path.parent / "failed")


def test_the_sections_that_a_notebook_declares_are_injected_and_no_others(tmp_path):
    path = notebook(tmp_path, "k = None\nnames = ['a']", "print(k, names, 'seed' in globals())")
    assert executed(path).cells[-1].outputs[0].text == "5 ['a'] False\n"
    assert not (tmp_path / "failed").exists()


def test_the_kernel_stands_in_the_studys_folder_and_knows_the_workspace(tmp_path):
    shown = (
        "from customer_segments.run.workspace import Workspace\nimport os\nprint(Workspace.here().root, os.getcwd())"
    )
    assert executed(notebook(tmp_path, "k = 3", shown)).cells[-1].outputs[0].text == f"{tmp_path} {tmp_path}\n"
    assert not list(tmp_path.glob("kernel*"))  # its sockets are elsewhere


def test_a_failing_cell_is_named_with_its_cause_and_the_notebook_is_kept(tmp_path):
    path = notebook(tmp_path, "k = 3", "total = k / 0")
    with pytest.raises(StudyError) as caught:
        executed(path)
    assert "(`total = k / 0`) failed with ZeroDivisionError: division by zero" in str(caught.value)
    assert "Traceback" not in str(caught.value)
    kept = nbformat.read(tmp_path / "failed" / "01_eda.ipynb", as_version=4)
    assert any(output.output_type == "error" for cell in kept.cells for output in cell.get("outputs", []))


def test_a_persons_own_mistake_is_told_as_a_sentence(tmp_path):
    path = notebook(
        tmp_path, "k = 3", "from customer_segments.base.errors import StudyError\nraise StudyError('Lower k to 2.')"
    )
    with pytest.raises(StudyError, match=r"^Lower k to 2\.\n\(The notebook as far as it came"):
        executed(path)


def test_a_folder_may_be_called_as_a_parameter_would_be(tmp_path):
    for name in ("{k}", "{lines,orders}", "}{"):
        (tmp_path / name).mkdir()
        with pytest.raises(StudyError, match="ZeroDivisionError"):
            executed(notebook(tmp_path / name, "k = 3", "k / 0"))
        assert (tmp_path / name / "failed/01_eda.ipynb").exists()


def test_a_kernel_that_dies_is_reported_and_not_waited_for(tmp_path):
    path = notebook(tmp_path, "k = 3", "import os; os._exit(9)")
    with pytest.raises(StudyError, match="its kernel died"):
        executed(path)


def test_a_file_that_is_no_notebook_says_how_to_restore_it(tmp_path):
    path = tmp_path / "01_eda.ipynb"
    path.write_text("{ not json")
    with pytest.raises(StudyError, match="is not a notebook any more: restore it with `git checkout"):
        executed(path)


def test_only_plain_assignments_in_the_tagged_cell_are_parameters(tmp_path):
    path = notebook(tmp_path, "k = 3  # how many\nnested = {'a': [1, None]}", "other = 4")
    assert declared(nbformat.read(path, as_version=4)) == {"k": 3, "nested": {"a": [1, None]}}

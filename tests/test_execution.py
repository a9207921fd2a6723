from pathlib import Path

import nbformat
import pytest

from customer_segments.base.errors import StudyError
from customer_segments.run.execution import declared, execute


def notebook(tmp_path: Path, *cells: str) -> Path:
    """A notebook whose first code cell is tagged `parameters`."""
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    made.cells[0].metadata["tags"] = ["parameters"]
    path = tmp_path / "01_eda.ipynb"
    nbformat.write(made, path)
    return path


def test_parameters_replace_the_declared_values(tmp_path):
    path = notebook(tmp_path, "k = 3\nnames = ['a']", "print(k, names)")
    executed = execute(path, {"k": 5}, keep_failed_in=tmp_path / "failed")
    assert executed.cells[-1].outputs[0].text == "5 ['a']\n"
    assert not (tmp_path / "failed").exists()


def test_a_parameter_that_the_notebook_does_not_declare_is_refused_before_anything_runs(tmp_path):
    path = notebook(tmp_path, "k = 3", "open('ran', 'w')")
    with pytest.raises(StudyError, match="does not declare the parameter `n_init`"):
        execute(path, {"k": 5, "n_init": 3}, keep_failed_in=tmp_path)
    assert not Path("ran").exists()


def test_a_failing_cell_is_named_with_its_cause_and_the_notebook_is_kept(tmp_path):
    path = notebook(tmp_path, "k = 3", "total = k / 0")
    with pytest.raises(StudyError) as caught:
        execute(path, {"k": 5}, keep_failed_in=tmp_path / "failed")
    assert "(`total = k / 0`) failed with ZeroDivisionError: division by zero" in str(caught.value)
    assert "Traceback" not in str(caught.value)
    kept = nbformat.read(tmp_path / "failed" / "01_eda.ipynb", as_version=4)
    assert any(output.output_type == "error" for cell in kept.cells for output in cell.get("outputs", []))


def test_a_persons_own_mistake_is_told_as_a_sentence(tmp_path):
    path = notebook(
        tmp_path, "k = 3", "from customer_segments.base.errors import StudyError\nraise StudyError('Lower k to 2.')"
    )
    with pytest.raises(StudyError, match=r"^Lower k to 2\.\n\(The notebook as far as it came"):
        execute(path, {}, keep_failed_in=tmp_path)


def test_a_kernel_that_dies_is_reported_and_not_waited_for(tmp_path):
    path = notebook(tmp_path, "k = 3", "import os; os._exit(9)")
    with pytest.raises(StudyError, match="its kernel died"):
        execute(path, {}, keep_failed_in=tmp_path)


def test_a_file_that_is_no_notebook_says_how_to_restore_it(tmp_path):
    path = tmp_path / "01_eda.ipynb"
    path.write_text("{ not json")
    with pytest.raises(StudyError, match="is not a notebook any more: restore it with `git checkout"):
        execute(path, {}, keep_failed_in=tmp_path)


def test_only_plain_assignments_in_the_tagged_cell_are_parameters(tmp_path):
    path = notebook(tmp_path, "k = 3  # how many\nnested = {'a': [1, None]}", "other = 4")
    assert declared(nbformat.read(path, as_version=4)) == {"k": 3, "nested": {"a": [1, None]}}

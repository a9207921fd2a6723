"""params.yaml is in DVC's own form, whichever study it is for: `-S` changes the line of its key and no other."""

import json
from difflib import ndiff
from functools import cache
from pathlib import Path

import pytest
from dvc.utils.hydra import apply_overrides
from ruamel.yaml import YAML

from customer_segments.base.params import Params, validate
from customer_segments.commands.folders import with_params
from customer_segments.commands.use import as_dvc_writes, merged, with_values
from customer_segments.studies import catalogue
from tests.support import PROJECT

COMMITTED = (PROJECT / "params.yaml").read_text(encoding="utf-8")
STUDIES = catalogue.names()
ONE_LINE = [
    "clustering.k=4", "clustering.k=null", "seed=7", "threads=2", "study.title=Mine", 'study.currency=""',
    "clustering.choose_by=elbow", "profiling.coins.on=true", "eda.missing_structure_above=1e-3",
    'preprocessing.as_of="2025-12-31"', "preprocessing.cleaning.last_day='2025-12-31'",
    "profiling.otherwise='Look: wait'",
    "study.title='Über: # 1'", "replication.noise_draws=11",
]  # fmt: skip
LISTS = [
    "privacy.sensitive", "preprocessing.cleaning.service_words", "preprocessing.features.use",
    "preprocessing.features.leave_out", "clustering.compare", "profiling.playbook",
]  # fmt: skip


@cache
def used(name: str) -> str:
    return merged(COMMITTED, name)


def written_by_dvc(text: str, override: str, folder: Path) -> str:
    path = folder / "params.yaml"
    path.write_text(text, encoding="utf-8")
    apply_overrides(str(path), [override])
    return path.read_text(encoding="utf-8")


def changed(before: str, after: str) -> tuple[list[str], list[str]]:
    """Lines taken out and lines put in."""
    lines = list(ndiff(before.splitlines(), after.splitlines()))
    return [line[2:] for line in lines if line[0] == "-"], [line[2:] for line in lines if line[0] == "+"]


def value_at(text: str, path: str) -> object:
    found = YAML(typ="safe").load(text)
    for key in path.split("."):
        found = found[key]
    return found


@pytest.mark.parametrize("override", ONE_LINE)
@pytest.mark.parametrize("study", STUDIES)
def test_a_value_changes_one_line(study, override, tmp_path):
    after = written_by_dvc(used(study), override, tmp_path)
    key = override.partition("=")[0].rpartition(".")[2]
    taken, put = changed(used(study), after)
    assert len(taken) == len(put) <= 1
    assert all(line.strip().startswith(f"{key}:") for line in (*taken, *put))
    assert written_by_dvc(after, override, tmp_path) == after


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("study", STUDIES)
def test_a_list_changes_its_own_lines_and_can_be_emptied_and_filled_again(study, path, tmp_path):
    before, key = used(study), path.rpartition(".")[2]
    for items in ([], ["orders"], ["orders", "income"], None, ["a", "b", "c"], [], None):
        after = written_by_dvc(before, f"{path}={json.dumps(items)}", tmp_path)
        assert value_at(after, path) == items
        lines = [line.strip() for lines in changed(before, after) for line in lines]
        assert all(line.startswith((f"{key}:", "- ")) for line in lines)
        before = after
    assert with_values(before, {tuple(path.split(".")): as_dvc_writes(value_at(used(study), path))}) == used(study)


@pytest.mark.parametrize("study", STUDIES)
def test_going_back_gives_back_the_file(study, tmp_path):
    there = written_by_dvc(used(study), "study.title=Another", tmp_path)
    title = YAML(typ="safe").load(used(study))["study"]["title"]
    assert written_by_dvc(there, f"study.title='{title}'", tmp_path) == used(study)


def test_what_is_written_from_python_is_in_the_same_form(tmp_path):
    params = validate(Params, {
        "study": {"name": "own", "title": "It's: mine", "currency": ""},
        "source": {
            "kind": "files", "customers": "data/external/a.csv",
            "columns": {"customers": {"customer_id": "Client No"}},
            "formats": {"customers": {"as_text": ["A", "B"], "decimal": ","}},
        },
        "preprocessing": {"as_of": "2025-12-31", "features": {"use": ["age", "income"]}},
        "clustering": {"k": 4, "compare": ["ward"]},
    })  # fmt: skip
    text = with_params(COMMITTED, params)
    assert validate(Params, YAML(typ="safe").load(text)) == params
    assert written_by_dvc(text, "clustering.k=4", tmp_path) == text


@pytest.mark.parametrize(
    "value",
    [None, True, 3, 0.001, "", "a", "null", "yes", "2024-01-01", "a: b # c", "it's", "a\nb", "ü € 😀", " lead", "- x",
     [], ["a", ["b"]], {"a": {"b": None}, "c": [{"d": 1}]}, "word " * 40],
)  # fmt: skip
def test_any_value_comes_back_as_it_went_in(value):
    text = with_values("first: 1\nkey: 2  # why\n# end\n", {("key",): as_dvc_writes(value)})
    assert YAML(typ="safe").load(text) == {"first": 1, "key": value}
    assert text.endswith("# end\n")

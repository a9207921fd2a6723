"""dvc.yaml keeps its promises: order, dependencies, parameters, atomic outputs."""

from pathlib import Path

import nbformat
import pytest
from ruamel.yaml import YAML

from customer_segments.base.params import Params
from customer_segments.pages.report.chapters import CHAPTERS
from customer_segments.run.execution import declared
from customer_segments.run.pipeline import OUTPUTS, maker_of
from customer_segments.run.publish import COMPARED
from tests.imports import closure, code_of
from tests.support import PROJECT

STAGES = YAML(typ="safe").load(PROJECT / "dvc.yaml")["stages"]
PACKAGE = "src/customer_segments"
KEYS = ["desc", "cmd", "deps", "params", "outs", "metrics", "plots"]
# The runner imports these inside functions, for the stages that need them.
BY_STAGE = frozenset({"src/customer_segments/stage.py"})
RUNNER = {
    "collect": "from customer_segments import stage\nfrom customer_segments.sources import collect",
    "publish": "from customer_segments import stage\nfrom customer_segments.run import publish",
}
EXECUTES = (
    "from customer_segments import stage\nfrom customer_segments.run import execution\n"
    "from customer_segments.pages.report import chapters\n"
)


def modules_of(stage: str) -> set[str]:
    """Every module that decides what a stage makes."""
    source = RUNNER.get(stage) or EXECUTES + code_of(PROJECT / "notebooks" / _notebook(stage))
    started = closure("from customer_segments.run import environment, workspace", PROJECT)
    return started | closure(source, PROJECT, leaving=BY_STAGE)


def _notebook(stage: str) -> str:
    return next(chapter.notebook for chapter in CHAPTERS if chapter.stage == stage).split("/")[1]


def test_there_is_a_stage_for_every_chapter_between_the_first_and_the_last():
    assert set(STAGES) == {"collect", *(chapter.stage for chapter in CHAPTERS), "publish"}
    assert (next(iter(STAGES)), list(STAGES)[-1]) == ("collect", "publish")


def test_no_segment_is_drawn_or_named_before_the_verdict():
    order = list(STAGES)
    for chapter in CHAPTERS:
        if chapter.after_verdict and chapter.stage != "validation":
            assert order.index(chapter.stage) > order.index("validation")
            assert "data/processed/verdict.json" in STAGES[chapter.stage]["deps"]


@pytest.mark.parametrize("stage", STAGES)
def test_each_stage_has_the_same_keys_in_the_same_order(stage):
    assert list(STAGES[stage]) == [key for key in KEYS if key in STAGES[stage]]
    assert STAGES[stage]["cmd"] == f"env PYTHONPATH=src python -m customer_segments.stage {stage}"


@pytest.mark.parametrize("stage", STAGES)
def test_each_stage_depends_on_the_code_that_it_uses_and_on_no_other(stage):
    listed = [path for path in STAGES[stage]["deps"] if path.startswith("src/")]
    used = {path for path in modules_of(stage) if path != f"{PACKAGE}/__init__.py"}
    assert {
        path for path in used if not path.startswith(tuple(f"{each}/" for each in listed)) and path not in listed
    } == set()
    assert [each for each in listed if not any(path == each or path.startswith(f"{each}/") for path in used)] == []


@pytest.mark.parametrize("stage", STAGES)
def test_a_stages_code_is_told_in_at_most_eight_lines(stage):
    assert len([path for path in STAGES[stage]["deps"] if path.startswith(("src/", "notebooks/"))]) <= 8


@pytest.mark.parametrize("stage", STAGES)
def test_what_the_code_knows_of_a_stages_outputs_is_what_dvc_tracks(stage):
    entries = [entry for key in ("outs", "metrics", "plots") for entry in STAGES[stage].get(key, [])]
    assert sorted(OUTPUTS[stage]) == sorted(entry if isinstance(entry, str) else next(iter(entry)) for entry in entries)


def test_a_files_maker_is_found_also_within_a_folder():
    assert maker_of("data/interim/ledger.parquet") == "preprocessing"
    assert maker_of("data/interim.parquet") is None


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.stage)
def test_a_chapter_depends_on_its_notebook_and_on_the_sections_that_it_declares(chapter):
    stage = STAGES[chapter.stage]
    assert stage["deps"][0] == chapter.notebook
    assert list(declared(nbformat.read(PROJECT / chapter.notebook, as_version=4))) == stage["params"]
    assert chapter.stage in stage["params"]
    assert stage["desc"] == chapter.question
    assert f"reports/{chapter.page}" in OUTPUTS[chapter.stage]


@pytest.mark.parametrize("stage", STAGES)
def test_what_a_notebook_reads_and_writes_is_listed(stage):
    if stage in RUNNER:
        return
    code = code_of(PROJECT / "notebooks" / _notebook(stage))
    paths = {word for word in code.replace("'", '"').split('"') if word.startswith(("data/", "reports/"))}
    listed = [*STAGES[stage]["deps"], *OUTPUTS[stage]]
    unlisted = {path for path in paths if not any(path == entry or path.startswith(f"{entry}/") for entry in listed)}
    assert not unlisted


@pytest.mark.parametrize("stage", STAGES)
def test_parameters_exist(stage):
    named = [entry for entry in STAGES[stage]["params"] if isinstance(entry, str)]
    assert set(named) <= set(Params.model_fields)


def test_the_last_stage_depends_on_every_parameter_so_that_no_unknown_key_goes_unseen():
    assert {"params.yaml": None} in STAGES["publish"]["params"]


def flags_of(stage: str, *keys: str) -> dict[str, dict[str, bool]]:
    """What dvc.yaml says of each output of a stage."""
    entries = [entry for key in keys for entry in STAGES[stage].get(key, [])]
    return dict(pair for entry in entries for pair in ({entry: {}} if isinstance(entry, str) else entry).items())


@pytest.mark.parametrize("stage", STAGES)
def test_what_was_run_before_can_be_looked_up_but_the_tables_are_read_again(stage):
    flags = flags_of(stage, "outs", "metrics", "plots")
    assert {flag.get("persist", False) for flag in flags.values()} == {stage == "collect"}
    assert not any("cache" in flag for flag in flags_of(stage, "outs").values())  # DVC would keep no run of the stage


def test_runs_are_compared_by_few_numbers_which_one_file_holds():
    assert len(COMPARED) + 1 <= 25
    assert [path for stage in STAGES for path in flags_of(stage, "metrics")] == ["reports/metrics/summary.json"]


def test_git_keeps_what_is_compared():
    kept = [path for stage in STAGES for path, flag in flags_of(stage, "metrics", "plots").items() if "cache" in flag]
    made = [path for outs in OUTPUTS.values() for path in outs if path.startswith("reports/metrics/")]
    assert sorted(kept) == sorted(made)


def test_every_input_made_by_the_pipeline_has_a_maker_before_it():
    made = ["data/external"]  # people put their files there
    for name, stage in STAGES.items():
        inputs = [path for path in stage["deps"] if path.startswith(("data/", "reports/"))]
        assert all(any(path == out or path.startswith(f"{out}/") for out in made) for path in inputs)
        made += OUTPUTS[name]


def test_only_the_workspace_and_the_edges_read_the_params_file():
    readers = [
        path.relative_to(PROJECT / PACKAGE).as_posix()
        for path in Path(PROJECT / "src").rglob("*.py")
        if "load_params(" in path.read_text() or "read_params(" in path.read_text()
    ]
    assert sorted(readers) == [
        "base/params/__init__.py", "commands/folders.py", "commands/use.py", "library.py", "run/execution.py",
        "run/workspace.py",
    ]  # fmt: skip

"""Study folders: laid from the package, run, and refused where they cannot be."""

import os
import re
import shutil
import subprocess
import sys

import pytest
from ruamel.yaml import YAML

from customer_segments.base.errors import StudyError
from customer_segments.base.params import load_params
from customer_segments.commands.folders import STAMP, new, run, stamp
from customer_segments.run.pipeline import OUTPUTS
from customer_segments.run.workspace import Workspace
from tests.support import PROJECT


@pytest.fixture
def folder(tmp_path):
    new(tmp_path / "mine")
    return tmp_path / "mine"


def git(folder, *command):
    return subprocess.run(["git", *command], cwd=folder, text=True, capture_output=True, check=True).stdout


def test_a_new_folder_is_the_projects_study_under_git_and_dvc(folder):
    assert git(folder, "status", "--short") == ""
    assert git(folder, "log", "--format=%s") == "New study\n"
    assert (folder / "params.yaml").read_text() == (PROJECT / "params.yaml").read_text()
    laid, own = (YAML(typ="safe").load(each / "dvc.yaml")["stages"] for each in (folder, PROJECT))
    for name, stage in own.items():
        kept = [path for path in stage["deps"] if not path.startswith("src/")]
        assert sorted(laid[name]["deps"]) == sorted([*kept, STAMP])
        assert laid[name]["cmd"] == f"python -m customer_segments.stage {name}"
        assert laid[name]["outs"] == stage["outs"]
    assert Workspace(folder).params().study.name == "demo"


def test_a_ready_made_study_can_be_laid_and_says_what_is_missing(tmp_path):
    said = new(tmp_path / "mall", "mall")
    assert load_params(tmp_path / "mall" / "params.yaml").study.name == "mall"
    assert "data/external/mall_customers.csv is not there yet" in said
    assert said.endswith("Then: `segments run`.")


def test_nothing_is_laid_over_what_is_there(tmp_path):
    (tmp_path / "kept.txt").write_text("mine")
    with pytest.raises(StudyError, match="is there already and not empty"):
        new(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


def test_an_unknown_study_leaves_no_folder(tmp_path):
    with pytest.raises(StudyError, match="did you mean `mall`"):
        new(tmp_path / "mine", "mal")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_place_that_cannot_be_written_to_is_one_sentence(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(StudyError, match="could not be made"):
        new(tmp_path / "mine")


def test_a_place_below_a_file_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StudyError, match=r"could not be made \(.*\): name another place"):
        new(tmp_path / "file" / "mine")


def test_a_folder_that_another_version_laid_is_refused(folder):
    (folder / STAMP).write_text("customer_segments 0.0.1\nabc\n")
    with pytest.raises(StudyError, match=r"mine was laid by customer_segments 0\.0\.1, and this is"):
        run(Workspace(folder))


def test_a_folder_that_is_no_study_is_refused(tmp_path):
    with pytest.raises(StudyError, match="is no study folder"):
        run(Workspace(tmp_path))


def test_a_wrong_parameter_is_told_before_anything_runs(folder):
    text = (folder / "params.yaml").read_text().replace("k_max: 10", "k_max: many")
    (folder / "params.yaml").write_text(text)
    with pytest.raises(StudyError, match=r"`clustering\.k_max` is 'many'"):
        run(Workspace(folder))
    assert not (folder / "data/raw").exists()


def test_the_code_of_the_same_version_may_change_and_every_stage_hears_of_it(folder, monkeypatch):
    (folder / STAMP).write_text(stamp().splitlines()[0] + "\nother code\n")
    ending = [sys.executable, "-c", "raise SystemExit(1)"]
    started = subprocess.Popen
    monkeypatch.setattr("subprocess.Popen", lambda *_, **how: started(ending, stdin=how.get("stdin")))
    with pytest.raises(StudyError, match="could not be run to its end"):
        run(Workspace(folder))
    assert (folder / STAMP).read_text() == stamp()


def test_what_stages_make_is_not_committed(folder):
    for path in (path for outs in OUTPUTS.values() for path in outs):
        target = folder / path
        if not target.suffix:
            target /= "file"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("{}")
    assert {line[3:] for line in git(folder, "status", "--short").splitlines()} == {"reports/"}
    shutil.rmtree(folder / "reports/metrics")
    assert git(folder, "status", "--short") == ""


def test_what_dvc_keeps_for_itself_is_not_committed(folder):
    subprocess.run([sys.executable, "-m", "dvc", "status"], cwd=folder, capture_output=True, check=True)
    assert git(folder, "status", "--short") == ""


def test_a_place_that_cannot_be_written_is_a_sentence_of_the_stage_too(folder):
    (folder / ".staging").write_text("in the way")
    command = [sys.executable, "-m", "customer_segments.stage", "collect"]
    variables = os.environ | {"PYTHONPATH": str(PROJECT / "src")}
    finished = subprocess.run(command, cwd=folder, text=True, capture_output=True, check=False, env=variables)
    assert finished.returncode == 1
    assert re.search(r"^collect: .*\.staging.* could not be read or written", finished.stderr, re.MULTILINE)
    assert "Traceback" not in finished.stderr


def test_a_study_of_ones_own_files_is_laid_with_its_settings(tmp_path):
    (tmp_path / "given").mkdir()
    (tmp_path / "given/list.csv").write_text("id,age\n1,20\n")
    settings = tmp_path / "settings.json"
    settings.write_text(
        '{"study": {"title": "Mine"}, "source": {"kind": "files", "customers": "data/external/list.csv"}}'
    )
    assert "is a study folder now (Mine)" in new(tmp_path / "mine", settings=settings, files=tmp_path / "given")
    params = load_params(tmp_path / "mine/params.yaml")
    assert (params.source.customers, params.study.title) == ("data/external/list.csv", "Mine")
    assert (tmp_path / "mine/data/external/list.csv").read_text() == "id,age\n1,20\n"
    assert git(tmp_path / "mine", "status", "--short") == ""


def test_a_study_like_an_earlier_one_keeps_what_that_made_and_differs_where_it_should(folder, tmp_path):
    (folder / "reports").mkdir(exist_ok=True)
    (folder / "reports/index.html").write_text("made")
    (tmp_path / "changes.yaml").write_text("clustering: {k: 3}\n")
    new(tmp_path / "like", like=folder, settings=tmp_path / "changes.yaml")
    before, after = ((each / "params.yaml").read_text().splitlines() for each in (folder, tmp_path / "like"))
    assert [line.split("#")[0].strip() for line in after if line not in before] == ["k: 3"]
    assert (tmp_path / "like/reports/index.html").read_text() == "made"
    assert (folder / "params.yaml").read_text() == (PROJECT / "params.yaml").read_text()


def test_settings_that_cannot_be_leave_no_folder(tmp_path):
    (tmp_path / "changes.yaml").write_text("clustering: {k: 1}\n")
    with pytest.raises(StudyError, match=r"`clustering\.k`"):
        new(tmp_path / "mine", settings=tmp_path / "changes.yaml")
    with pytest.raises(StudyError, match="is no study folder"):
        new(tmp_path / "mine", like=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["changes.yaml"]

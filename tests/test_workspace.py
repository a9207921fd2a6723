import json

import pandas as pd
import pytest

from customer_segments.base.errors import StudyError
from customer_segments.run import workspace as places
from customer_segments.run.workspace import Workspace


@pytest.fixture
def study(tmp_path, monkeypatch):
    monkeypatch.delenv(places.ROOT_VARIABLE, raising=False)
    monkeypatch.delenv(places.STAGING_VARIABLE, raising=False)
    (tmp_path / "dvc.yaml").write_text("stages: {}")
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    return Workspace(tmp_path)


def test_the_root_is_found_from_the_notebooks_own_folder(study):
    assert Workspace.here() == study


def test_outside_a_study_the_person_is_told_where_to_go(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(places.ROOT_VARIABLE, raising=False)
    with pytest.raises(StudyError, match=r"No dvc\.yaml in .* or above it"):
        Workspace.here()


def test_a_kernel_finds_the_workspace_that_it_was_started_for(study, monkeypatch, tmp_path):
    staged = study.staged("pca")
    for name, value in staged.variables().items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir("/")
    assert Workspace.here() == staged


def test_a_missing_file_names_the_stage_that_makes_it(study):
    with pytest.raises(StudyError) as caught:
        study.read_table("data/interim/ledger.parquet")
    assert caught.value.stage == "preprocessing"
    assert caught.value.in_a_study_folder() == (
        "data/interim/ledger.parquet is not there. Run `dvc repro preprocessing` (or `make run`) first."
    )


def test_a_file_that_no_stage_makes_is_named_as_such(study):
    with pytest.raises(StudyError, match="no stage of the pipeline makes it"):
        study.read_json("data/other.json")


def test_tables_come_back_rounded_and_unchanged_otherwise(study):
    table = pd.DataFrame({"customer_id": ["b", "a"], "net_revenue": [1.00000049, 2.5], "orders": [1, 2]})
    study.write_table(table, "data/processed/x.parquet")
    expected = pd.DataFrame({"customer_id": ["b", "a"], "net_revenue": [1.0, 2.5], "orders": [1, 2]})
    pd.testing.assert_frame_equal(study.read_table("data/processed/x.parquet"), expected, check_exact=True)


def test_the_same_table_gives_the_same_bytes(study):
    table = pd.DataFrame({"a": [1.5, 2.5], "b": ["x", None]})
    for name in ("one", "two"):
        study.write_table(table, f"data/{name}.parquet")
    assert (study.root / "data/one.parquet").read_bytes() == (study.root / "data/two.parquet").read_bytes()


def test_json_is_rounded_plain_and_has_no_numbers_that_json_lacks(study):
    study.write_json({"share": 0.12345678, "gap": float("nan"), "ids": (1, 2)}, "reports/x.json")
    assert json.loads((study.root / "reports/x.json").read_text()) == {"share": 0.123457, "gap": None, "ids": [1, 2]}


def test_a_write_that_fails_leaves_the_earlier_file_and_no_other(study):
    study.write_text("earlier", "reports/x.parquet")
    with pytest.raises(Exception, match="mixed"):
        study.write_table(pd.DataFrame({"mixed": [1, "x", object()]}), "reports/x.parquet")
    assert [path.name for path in (study.root / "reports").iterdir()] == ["x.parquet"]
    assert (study.root / "reports/x.parquet").read_text() == "earlier"


def test_a_running_stage_writes_to_its_staging_folder_and_reads_from_it_first(study):
    study.write_text('"old"', "reports/x.json")
    staged = study.staged("eda")
    assert staged.read_json("reports/x.json") == "old"
    staged.write_text('"new"', "reports/x.json")
    assert staged.read_json("reports/x.json") == "new"
    assert study.read_json("reports/x.json") == "old"


def test_a_section_is_what_the_notebook_was_given_or_what_stands_in_the_file(study):
    (study.root / "params.yaml").write_text("seed: 7\nclustering: {k: 4}\n")
    assert study.params("clustering", given={}).k == 4
    assert study.params("clustering", given={"k": 5}).k == 5
    assert study.params("seed") == study.params("seed", given=None) == 7
    assert study.params("pca", given={}).points_2d == 3000  # not in the file: its defaults
    with pytest.raises(StudyError, match=r"`clustering\.kk` is not a known key"):
        study.params("clustering", given={"kk": 5})


def test_models_come_back(study):
    study.write_model({"centres": [1, 2]}, "data/models/x.joblib")
    assert study.read_model("data/models/x.joblib") == {"centres": [1, 2]}


def test_a_spreadsheet_runs_no_text_as_a_formula(study):
    texts = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "plain", None]
    study.write_table(pd.DataFrame({"=name": texts, "balance": [-1.0] * 8}), "reports/x.csv")
    written = pd.read_csv(study.root / "reports/x.csv")
    assert written.columns.tolist() == ["'=name", "balance"]
    assert written["'=name"].tolist()[:-1] == ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\tx", "'\rx", "plain"]
    assert written["balance"].tolist() == [-1.0] * 8


def test_dates_in_a_table_are_left_as_they_are(study):
    table = pd.DataFrame({"signed_up_on": pd.to_datetime(["2024-01-05"]), "active": [True]})
    study.write_table(table, "data/x.parquet")
    pd.testing.assert_frame_equal(study.read_table("data/x.parquet"), table)

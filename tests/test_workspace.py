import json

import pandas as pd
import pytest

from customer_segments.base.errors import StudyError
from customer_segments.run import workspace

PIPELINE = """
stages:
  preprocessing:
    cmd: x
    outs:
      - data/interim: {persist: true}
      - data/processed/features.parquet
    metrics:
      - reports/metrics/preprocessing.json: {cache: false}
"""


@pytest.fixture
def study(tmp_path, monkeypatch):
    (tmp_path / "dvc.yaml").write_text(PIPELINE)
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    return tmp_path


def test_the_root_is_found_from_the_notebooks_own_folder(study):
    assert workspace.root() == study


def test_outside_a_project_the_person_is_told_where_to_go(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StudyError, match=r"No dvc\.yaml in .* or above it"):
        workspace.root()


def test_a_missing_file_names_the_stage_that_makes_it(study):
    with pytest.raises(StudyError, match=r"data/interim/ledger\.parquet is not there: run `dvc repro preprocessing`"):
        workspace.read_table("data/interim/ledger.parquet")


def test_a_file_that_no_stage_makes_is_named_as_such(study):
    with pytest.raises(StudyError, match="no stage of the pipeline makes it"):
        workspace.read_json("data/other.json")


def test_outputs_are_listed_with_and_without_options(study):
    assert workspace.outputs(workspace.stages()["preprocessing"]) == [
        "data/interim", "data/processed/features.parquet", "reports/metrics/preprocessing.json",
    ]  # fmt: skip


def test_tables_come_back_rounded_and_unchanged_otherwise(study):
    table = pd.DataFrame({"customer_id": ["b", "a"], "net_revenue": [1.00000049, 2.5], "orders": [1, 2]})
    workspace.write_table(table, "data/processed/x.parquet")
    expected = pd.DataFrame({"customer_id": ["b", "a"], "net_revenue": [1.0, 2.5], "orders": [1, 2]})
    pd.testing.assert_frame_equal(workspace.read_table("data/processed/x.parquet"), expected, check_exact=True)


def test_the_same_table_gives_the_same_bytes(study):
    table = pd.DataFrame({"a": [1.5, 2.5], "b": ["x", None]})
    for name in ("one", "two"):
        workspace.write_table(table, f"data/{name}.parquet")
    assert (study / "data/one.parquet").read_bytes() == (study / "data/two.parquet").read_bytes()


def test_json_is_rounded_plain_and_has_no_numbers_that_json_lacks(study):
    workspace.write_json({"share": 0.12345678, "gap": float("nan"), "ids": (1, 2)}, "reports/x.json")
    assert json.loads((study / "reports/x.json").read_text()) == {"share": 0.123457, "gap": None, "ids": [1, 2]}


def test_a_write_that_fails_leaves_the_earlier_file_and_no_other(study):
    workspace.write_text("earlier", "reports/x.json")
    with pytest.raises(TypeError):
        workspace.write_json({"x": object()}, "reports/x.json")
    assert [path.name for path in (study / "reports").iterdir()] == ["x.json"]
    assert (study / "reports/x.json").read_text() == "earlier"


def test_a_running_stage_writes_to_its_staging_folder(study, monkeypatch):
    monkeypatch.setenv(workspace.STAGING_VARIABLE, str(study / ".staging"))
    workspace.write_text("new", "reports/x.txt")
    assert (study / ".staging/reports/x.txt").read_text() == "new"
    assert not (study / "reports/x.txt").exists()


def test_models_come_back(study):
    workspace.write_model({"centres": [1, 2]}, "data/models/x.joblib")
    assert workspace.read_model("data/models/x.joblib") == {"centres": [1, 2]}


def test_a_spreadsheet_runs_no_text_as_a_formula(study):
    texts = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "plain", None]
    workspace.write_table(pd.DataFrame({"=name": texts, "balance": [-1.0] * 8}), "reports/x.csv")
    written = pd.read_csv(study / "reports/x.csv")
    assert written.columns.tolist() == ["'=name", "balance"]
    assert written["'=name"].tolist()[:-1] == ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\tx", "'\rx", "plain"]
    assert written["balance"].tolist() == [-1.0] * 8


def test_dates_in_a_table_are_left_as_they_are(study):
    table = pd.DataFrame({"signed_up_on": pd.to_datetime(["2024-01-05"]), "active": [True]})
    workspace.write_table(table, "data/x.parquet")
    pd.testing.assert_frame_equal(workspace.read_table("data/x.parquet"), table)

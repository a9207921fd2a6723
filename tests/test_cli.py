import subprocess
import sys

import pytest

from customer_segments.__main__ import main
from tests.support import PROJECT


@pytest.fixture
def project_copy(tmp_path, monkeypatch):
    """A folder with the committed params.yaml."""
    monkeypatch.setenv("CUSTOMER_SEGMENTS_ROOT", str(tmp_path))
    (tmp_path / "params.yaml").write_bytes((PROJECT / "params.yaml").read_bytes())
    return tmp_path


def test_alone_it_prints_its_commands(capsys):
    assert main([]) == 0
    printed = capsys.readouterr().out
    assert "use " in printed
    assert "check " in printed


@pytest.mark.parametrize("arguments", [["use", "--list"], ["use"]])
def test_the_list_says_what_each_study_is(arguments, capsys):
    assert main(arguments) == 0
    printed = capsys.readouterr().out
    assert "data/external/online_retail.csv.gz" in printed
    assert "dataset/352" in printed


def test_use_shows_the_change_and_what_comes_next(project_copy, capsys):
    assert main(["use", "mall"]) == 0
    printed = capsys.readouterr().out
    assert "+  name: mall" in printed
    assert "\033[" not in printed
    assert printed.rstrip().endswith("Then: `segments run`.")
    assert main(["use", "mall"]) == 0
    assert capsys.readouterr().out.startswith("Nothing to change: params.yaml describes `mall` already.")


def test_a_terminal_gets_colours_unless_it_wants_none(project_copy, capsys, monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    main(["use", "mall"])
    assert "\033[32m+  name: mall" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    main(["use", "demo"])
    assert "\033[" not in capsys.readouterr().out


def test_what_cannot_be_done_is_one_sentence_and_exit_code_1(project_copy, capsys):
    assert main(["use", "mal"]) == 1
    out, said = capsys.readouterr()
    assert out == ""
    assert said == (
        "There is no study called 'mal' (did you mean `mall`?): there are demo, jewellery, jewellery_thesis, mall, "
        "online_retail and online_retail_explorer.\n"
    )


def test_outside_a_project_it_says_where_to_go(tmp_path):
    finished = subprocess.run(
        [sys.executable, "-m", "customer_segments", "use", "mall"], cwd=tmp_path, capture_output=True, text=True
    )
    assert finished.returncode == 1
    assert "change to the study's folder first" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_the_list_needs_nothing_heavy():
    code = (
        "import sys; from customer_segments.__main__ import main; main(['use', '--list']); "
        "sys.exit(bool({'pandas', 'duckdb', 'ibis', 'sklearn', 'matplotlib'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def test_check_is_about_files(capsys, tmp_path):
    path = tmp_path / "customers.csv"
    path.write_text("customer_id,age\na,20\nb,30\n", encoding="utf-8")
    assert main(["check", str(path), "--table", "customers"]) == 0
    assert "customers.csv" in capsys.readouterr().out
    assert main(["check", str(tmp_path / "absent.csv")]) == 1
    assert "absent.csv" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["use", "check", "assign", "drift", "export", "trial", "forget"])
def test_every_command_explains_itself(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert f"segments {command}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["assign", "new.csv"], "data/models/scorer.json is not there"),
        (["drift", "old", "new"], "neither a folder or a file nor a revision of git"),
        (["export"], "Name either a file to write, or a database"),
        (["export", "a.csv", "--table", "t"], "Name either a file to write, or a database"),
        (["export", "a.csv"], "data/processed/segmented_customers.parquet is not there"),
        (["trial"], "data/raw/source.json is not there"),
        (["trial", "--result", "a.csv"], "There is no trial called 'trial' in trials: none was drawn yet"),
        (["trial", "--early"], "name the new orders with `--result ORDERS`"),
        (["forget", " "], "Name at least one customer's id"),
    ],
)
def test_a_study_that_is_not_finished_is_told_in_a_sentence(arguments, said, project_copy, capsys):
    (project_copy / "data").mkdir()
    (project_copy / "dvc.yaml").write_text("stages: {}")
    assert main(arguments) == 1
    out, told = capsys.readouterr()
    assert out == ""
    assert said in told
    assert told.count("\n") == 1


def test_two_tables_can_be_compared_anywhere(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name in ("old", "new"):
        (tmp_path / f"{name}.csv").write_text("customer_id,segment,age\na,1,20\nb,2,30\n")
    assert main(["drift", "old.csv", "new.csv"]) == 0
    assert capsys.readouterr().out.startswith("Keep the segments")

"""What a stage does when something is wrong: one sentence, exit code 1, and nothing lost."""

import json
import os
import resource
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from customer_segments.run.pipeline import OUTPUTS
from tests.edge.ends import limited
from tests.support import ENVIRONMENT, Study, fingerprints


def refused(study: Study, *command: str) -> str:
    """What a command that must fail says; earlier results must be as they were."""
    before = fingerprints(study.folder)
    finished = study.run(*command, check=False)
    assert finished.returncode != 0
    assert "Traceback" not in finished.stdout + finished.stderr
    assert fingerprints(study.folder) == before
    assert not list(study.path(".staging").glob("*"))
    return finished.stdout + finished.stderr


def edit_cell(notebook: Path, cell_id: str, source: str) -> None:
    content = json.loads(notebook.read_text(encoding="utf-8"))
    next(cell for cell in content["cells"] if cell["id"] == cell_id)["source"] = [source]
    notebook.write_text(json.dumps(content), encoding="utf-8")


def last_code_cell(notebook: Path) -> str:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [cell["id"] for cell in cells if cell["cell_type"] == "code"][-1]


def test_a_wrong_parameter_stops_the_run_before_anything_runs(copied_shop):
    copied_shop.change(clustering={"k": 1})
    printed = refused(copied_shop, "dvc", "repro")
    assert "`clustering.k` is 1, allowed is greater than or equal to 2" in printed
    assert "done in" not in printed


def test_a_failing_cell_ends_the_run_with_a_plain_message_and_the_notebook_is_kept(copied_shop):
    notebook = copied_shop.path("notebooks/03_clustering.ipynb")
    edit_cell(notebook, last_code_cell(notebook), "total = 1 / 0")
    printed = refused(copied_shop, "dvc", "repro")
    assert "(`total = 1 / 0`) failed with ZeroDivisionError: division by zero" in printed
    assert "reports/failed/03_clustering.ipynb" in printed
    assert "ZeroDivisionError" in copied_shop.path("reports/failed/03_clustering.ipynb").read_text()


def test_a_missing_source_file_is_named(copied_shop):
    copied_shop.change(source={"kind": "files", "customers": "data/external/nowhere.csv"})
    printed = refused(copied_shop, "dvc", "repro")
    assert "The source file nowhere.csv is not in external/" in printed


def test_a_table_without_a_column_for_its_customers_asks_for_one(copied_shop):
    source = copied_shop.path("mine.csv")
    source.write_text("Serial,age\n1,30\n")
    copied_shop.change(source={"kind": "files", "customers": "mine.csv"})
    printed = refused(copied_shop, "dvc", "repro")
    assert "mine.csv: no column could be `customer_id`, so that one row is taken for one customer" in printed
    assert "The setting is `source.columns.customers.customer_id`" in printed


def test_an_empty_table_is_refused(copied_shop):
    copied_shop.path("mine.csv").write_text("customer_id,age\n")
    copied_shop.change(source={"kind": "files", "customers": "mine.csv"})
    assert "mine.csv has a header and no rows" in refused(copied_shop, "dvc", "repro")


FORTY = range(40)
UNUSABLE = {
    "nothing to measure": (
        "".join(f"{n},red {n}\n" for n in FORTY),
        "No numeric feature is left to make segments from",
    ),
    "nothing but categories": (
        "".join(f"{n},{'high' if n % 3 else 'low'}\n" for n in FORTY),
        "these make segments only beside numbers: Points",
    ),
    "all values equal": ("".join(f"{n},5\n" for n in FORTY), "Points is the same for every customer"),
    "too few customers": ("1,2\n2,3\n", "Only 2 customers are left after cleaning"),
    "fewer customers than segments": (
        "".join(f"{n},{n * n % 17}\n" for n in range(15)),
        "25 segments cannot be made of 15 customers of whom only 9 differ in their features: lower clustering.k_max",
    ),
}


@pytest.mark.parametrize(("rows", "said"), UNUSABLE.values(), ids=UNUSABLE)
def test_a_table_that_cannot_be_segmented_is_refused(copied_shop, rows, said):
    copied_shop.path("mine.csv").write_text("customer_id,points\n" + rows)
    copied_shop.change(source={"kind": "files", "customers": "mine.csv"}, clustering={"k": 20, "k_max": 25})
    for stage in ("collect", "preprocessing", "clustering"):
        finished = copied_shop.stage(stage, check=False)
        if finished.returncode:
            break
    assert said in finished.stderr
    assert "Traceback" not in finished.stderr


def test_a_missing_input_names_the_stage_to_run(copied_shop):
    shutil.rmtree(copied_shop.path("data/processed"))
    finished = copied_shop.stage("validation", check=False)
    assert "data/processed/features.parquet is not there. Run `dvc repro preprocessing`" in finished.stderr
    assert finished.returncode == 1


def test_an_unknown_stage_is_answered_with_the_known_ones(copied_shop):
    finished = copied_shop.stage("clusterings", check=False)
    assert "Name one stage of dvc.yaml: collect, eda" in finished.stderr


def test_the_same_bytes_come_out_whatever_the_shell_has_set(copied_shop):
    """Threads, BLAS kernel, language and time zone; the whole pipeline's turn comes in `make verify`."""
    before = fingerprints(copied_shop.folder)
    unlike = {"OMP_NUM_THREADS": "8", "OPENBLAS_CORETYPE": "Prescott", "LC_ALL": "C", "TZ": "Asia/Tokyo"}
    copied_shop.stage("clustering", **unlike, SEGMENTS_WARM="")  # by itself, though the shop was made by copies
    assert fingerprints(copied_shop.folder) == before


def test_a_killed_run_loses_nothing_and_the_next_one_succeeds(copied_shop):
    before = fingerprints(copied_shop.folder)
    killed = ("timeout", "--signal=KILL", "3", "python", "-m", "customer_segments.stage", "pca")
    copied_shop.run(*killed, check=False, PYTHONPATH="src")
    assert fingerprints(copied_shop.folder) == before
    copied_shop.stage("pca")
    assert fingerprints(copied_shop.folder) == before
    assert not list(copied_shop.path(".staging").glob("*"))


def test_two_runs_at_once_do_not_mix(copied_shop):
    copied_shop.change(profiling={"traits": 2})
    command = ["dvc", "repro", "profiling"]
    runs = [
        subprocess.Popen(
            command,
            cwd=copied_shop.folder,
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(2)
    ]
    printed = [run.communicate()[0] for run in runs]
    assert sorted(run.returncode == 0 for run in runs) in ([False, True], [True, True])
    assert not any("Traceback" in text for text in printed)
    assert "Running stage" not in copied_shop.dvc("repro", "profiling").stdout


REPRODUCE = "customer_segments.run.reproduce"


def test_a_disk_that_takes_nothing_more_is_told_before_anything_runs(copied_shop):
    before = fingerprints(copied_shop.folder)
    ran = subprocess.run(
        ["python", "-m", REPRODUCE], cwd=copied_shop.folder, env=ENVIRONMENT, text=True, capture_output=True,
        preexec_fn=limited(resource.RLIMIT_FSIZE, 0), check=False,
    )  # fmt: skip
    told = "A file could not be read or written (File too large): make room or give access.\n"
    assert (ran.returncode, ran.stderr) == (1, told)
    assert fingerprints(copied_shop.folder) == before


@pytest.mark.parametrize("after", [0.0, 0.6, 3.0])
def test_a_killed_pipeline_loses_nothing_once_it_is_run_again(copied_shop, after):
    """DVC and its stage killed at once: before, while and after the stage puts back what DVC has taken away."""
    before = fingerprints(copied_shop.folder)
    copied_shop.change(profiling={"traits": 2})
    command = ["python", "-m", REPRODUCE]
    with subprocess.Popen(
        command, cwd=copied_shop.folder, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as run:
        next(line for line in run.stdout if line.startswith("> "))  # DVC has taken the outputs away
        time.sleep(after)
        os.killpg(run.pid, signal.SIGKILL)
    lost = {path for path in before if path not in fingerprints(copied_shop.folder)}
    assert not lost or after < 1 or lost <= set(OUTPUTS["publish"])  # what DVC takes away before its stage begins
    copied_shop.change(profiling={"traits": 4})
    assert "Running stage" not in copied_shop.run("python", "-m", REPRODUCE).stdout
    assert fingerprints(copied_shop.folder) == before


@pytest.mark.parametrize("left", ["", "\n  pca:\n    cmd: "])
def test_what_dvc_half_wrote_is_put_right(copied_shop, left):
    copied_shop.run("python", "-m", REPRODUCE)
    lock = copied_shop.path("dvc.lock")
    before, whole = fingerprints(copied_shop.folder), lock.read_bytes()
    lock.write_bytes(whole[: whole.index(left.encode()) + len(left)])
    printed = copied_shop.run("python", "-m", REPRODUCE).stdout
    assert "dvc.lock was left half-written by a run that was killed: it has been put right." in printed
    assert "Running stage" not in printed
    assert lock.read_bytes() == whole
    assert fingerprints(copied_shop.folder) == before


def test_what_is_killed_and_then_fails_leaves_the_earlier_results(copied_shop):
    for path in OUTPUTS["clustering"]:  # as DVC leaves it that is killed before its stage has begun
        there = copied_shop.path(path)
        shutil.rmtree(there) if there.is_dir() else there.unlink()
    copied_shop.change(clustering={"k": 1})
    copied_shop.dvc("repro", check=False)
    assert all(copied_shop.path(path).exists() for path in OUTPUTS["clustering"])
    copied_shop.change(clustering={"k": None})
    assert "Running stage" not in copied_shop.repro().stdout


def test_a_failed_stage_leaves_what_dvc_has_recorded(copied_shop):
    copied_shop.change(clustering={"k": 1})
    copied_shop.dvc("repro", check=False)
    told = copied_shop.dvc("status", "clustering").stdout
    assert "changed deps" in told
    assert "changed outs" not in told

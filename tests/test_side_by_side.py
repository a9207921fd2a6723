"""Two studies in two folders give their own bytes: one after the other, and at once in threads and in processes."""

import hashlib
import random
import shutil
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
import yaml

from customer_segments import stage
from customer_segments.run.workspace import ROOT_VARIABLE, STAGING_VARIABLE, Workspace
from tests.support import PROJECT

STAGES = ("collect", "preprocessing")


def study(folder: Path, seed: int) -> Workspace:
    folder.mkdir()
    shutil.copytree(PROJECT / "notebooks", folder / "notebooks")
    params = {
        "study": {"name": f"shop{seed}", "title": f"Shop {seed}"}, "seed": seed,
        "source": {"kind": "files", "customers": "mine.csv"},
    }  # fmt: skip
    draw = random.Random(seed)
    rows = "".join(f"{n},{draw.randrange(18, 80)},{draw.randrange(100)}\n" for n in range(60))
    (folder / "mine.csv").write_text(f"customer_id,age,score\n{rows}")
    (folder / "params.yaml").write_text(yaml.safe_dump(params))
    return Workspace(folder)


def run(workspace: Workspace) -> dict[str, str]:
    """Every file that the first stages make, with its hash."""
    for name in STAGES:
        stage.run(name, workspace, workspace.params())
    made = [path for name in ("data", "reports") for path in (workspace.root / name).rglob("*") if path.is_file()]
    return {str(path.relative_to(workspace.root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in made}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Neither the current folder nor the environment says where a study is."""
    (tmp_path / "nowhere").mkdir()
    monkeypatch.chdir(tmp_path / "nowhere")
    monkeypatch.delenv(ROOT_VARIABLE, raising=False)
    monkeypatch.delenv(STAGING_VARIABLE, raising=False)


@pytest.mark.long
def test_two_studies_give_their_own_bytes_in_turn_and_at_once(tmp_path):
    in_turn = [run(study(tmp_path / name, seed)) for name, seed in (("a", 1), ("b", 2))]
    assert in_turn[0]["data/processed/features.parquet"] != in_turn[1]["data/processed/features.parquet"]
    in_threads = [study(tmp_path / name, seed) for name, seed in (("c", 1), ("d", 2))]
    in_process = study(tmp_path / "e", 1)
    with ThreadPoolExecutor(2) as threads, ProcessPoolExecutor(1, get_context("spawn")) as processes:
        beside = processes.submit(run, in_process)
        assert list(threads.map(run, in_threads)) == in_turn
        assert beside.result() == in_turn[0]
    assert list((tmp_path / "nowhere").iterdir()) == []

"""The promise of reproducibility: everything run again in a fresh clone gives the committed dvc.lock, byte for byte."""

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from customer_segments.pages.profiling import sentences
from tests.support import PROJECT


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The committed state, cloned into another folder and run there; nothing that it makes is there before."""
    folder = tmp_path_factory.mktemp("fresh") / "another folder"
    variables = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PYTHONPATH": "src"}
    subprocess.run(["git", "clone", "--quiet", PROJECT, folder], check=True)
    subprocess.run([sys.executable, "-m", "customer_segments", "run"], cwd=folder, env=variables, check=True)
    return folder


def printed(*command: str, folder: Path) -> str:
    return subprocess.run(command, cwd=folder, text=True, capture_output=True, check=True).stdout


def test_the_committed_lock_comes_out_again(clone):
    difference = printed("git", "diff", "dvc.lock", folder=clone)
    assert difference == "", difference[:3000]


def test_nothing_else_that_is_committed_changes(clone):
    assert printed("git", "status", "--short", folder=clone) == ""


def test_the_planted_kinds_are_recovered_in_number_and_in_who_belongs_where(clone):
    planted = pd.read_csv(clone / "data/raw/demo/planted.csv", dtype=str)
    found = pd.read_parquet(clone / "data/processed/segments.parquet").merge(planted, on="customer_id")
    assert found["segment"].nunique() == planted["kind"].nunique() == 5
    assert adjusted_rand_score(found["kind"], found["segment"]) >= 0.6


def test_the_readmes_figure_and_finding_are_those_of_the_run(clone):
    readme = (clone / "README.md").read_text(encoding="utf-8")
    profiles = pd.read_parquet(clone / "data/processed/profiles.parquet")
    assert (clone / "docs/segments.svg").read_bytes() == (clone / "reports/figures/segments.svg").read_bytes()
    assert f"![{sentences.sizes(profiles)[1]}](docs/segments.svg)" in readme
    assert sentences.headline(profiles).lower() in readme.lower()

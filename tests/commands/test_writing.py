"""What is read, and what a study keeps, is never written over."""

import os
from pathlib import Path

import pytest

from customer_segments.base.errors import StudyError
from customer_segments.commands.writing import refuse_existing


@pytest.fixture
def study(tmp_path, monkeypatch) -> Path:
    root = tmp_path / "study"
    for path in ("data/raw/transactions.parquet", "data/processed/segments.parquet", "data/external/shop.csv"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("kept")
    (root / "dvc.yaml").write_text("stages: {}\n")
    (root / "params.yaml").write_text("source: {kind: files, customers: mine.csv, transactions: 'more/*.csv'}\n")
    (root / "mine.csv").write_text("kept")
    (root / "reports").mkdir()
    monkeypatch.chdir(root)
    return root


@pytest.mark.parametrize(
    "place",
    [
        "data/raw/transactions.parquet", "data/raw/new.csv", "data/raw/deeper/new.csv", "./data/../data/raw/new.csv",
        "data/processed/segments.parquet", "data/processed/profiles.parquet", "reports/segmented_customers.csv",
        "reports/metrics/k_scores.csv", "data/external/shop.csv", "data/external/new.csv", "mine.csv", "params.yaml",
        "notebooks/new.csv", ".git/new.csv", "dvc.lock",
    ],
)  # fmt: skip
def test_what_the_study_is_made_of_or_makes_is_refused(study, place):
    for path in (Path(place), study / place):
        with pytest.raises(StudyError, match=r"is the study's own \(.*\): name a file elsewhere\.$"):
            refuse_existing(path, replace=True)


def test_it_is_refused_from_another_folder_and_through_links(study, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to(study / "data")
    (tmp_path / "one.csv").symlink_to(study / "data/external/shop.csv")
    big = tmp_path / "big"
    (study / "data/processed").rename(big)
    (study / "data/processed").symlink_to(big)
    for path in ("link/raw/new.csv", "one.csv", "study/data/processed/segments.parquet"):
        with pytest.raises(StudyError, match="is the study's own"):
            refuse_existing(Path(path), replace=True)


@pytest.mark.parametrize("place", ["out.csv", "reports/mine.csv", "exports/new.csv", "data/out.csv", "raw/new.csv"])
def test_other_places_in_the_study_are_free(study, place):
    refuse_existing(Path(place), replace=False)


def test_a_folder_that_is_no_study_keeps_nothing(tmp_path):
    refuse_existing(tmp_path / "data/raw/new.csv", replace=False)


def test_what_is_read_is_never_replaced(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    read = tmp_path / "new.csv"
    read.write_text("kept")
    Path("soft.csv").symlink_to(read)
    os.link(read, "hard.csv")
    Path("way").symlink_to(tmp_path)
    for out in ("new.csv", "./new.csv", "soft.csv", "hard.csv", "way/new.csv", str(read)):
        for given in ("new.csv", "soft.csv", read, "*.csv", "n[e]w.csv", tmp_path):
            with pytest.raises(StudyError, match="is what is read here, and would be lost"):
                refuse_existing(Path(out), True, given, None)
    refuse_existing(Path("other.csv"), True, "new.csv", None)

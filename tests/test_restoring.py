"""What DVC takes away before a stage starts comes back from its cache, whole or not at all, and stops nothing."""

import hashlib
import json

import pytest

from customer_segments.run.pipeline import LOCK
from customer_segments.run.restoring import put_back
from customer_segments.run.workspace import Workspace

LOCKS = [
    *(None, "", "[1", "- 1\n", "stages: null\n", "stages: {eda: {outs: []}}\n"),
    *("stages: {preprocessing: {cmd: x}}\n", "stages: {preprocessing: {outs: [{path: data/interim}]}}\n"),
]
CONFIGS = ["not a setting", "[cache\n", "[cache]\ndir = /nowhere\n", "[cache]\ndir = a\ndir = b\n"]
PAGE, METRICS, TABLES = "reports/02_preprocessing.html", "reports/metrics/preprocessing.json", "data/interim"


def kept(cache, content: bytes, ending: str = "") -> str:
    """Put an object into a cache as DVC does."""
    md5 = hashlib.md5(content).hexdigest() + ending
    target = cache / "files/md5" / md5[:2] / md5[2:]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    target.chmod(0o444)
    return md5


def recorded(root, outs: dict[str, str]) -> None:
    lines = "".join(f"    - path: {path}\n      hash: md5\n      md5: {md5}\n" for path, md5 in outs.items())
    (root / LOCK).write_text(f"schema: '2.0'\nstages:\n  preprocessing:\n    cmd: x\n    outs:\n{lines}")


@pytest.fixture
def staged(tmp_path) -> Workspace:
    """A study whose last run of `preprocessing` is recorded and kept, its outputs taken away."""
    cache = tmp_path / ".dvc/cache"
    listing = [{"md5": kept(cache, b"l"), "relpath": "lines.parquet"}, {"md5": kept(cache, b"d"), "relpath": "a/b.csv"}]
    folder = kept(cache, json.dumps(listing).encode(), ".dir")
    recorded(tmp_path, {PAGE: kept(cache, b"page"), METRICS: kept(cache, b"{}"), TABLES: folder})
    study = Workspace(tmp_path).staged("preprocessing")
    study.staging.mkdir(parents=True)
    return study


def found(study: Workspace) -> dict[str, bytes]:
    made = [path for name in ("data", "reports") for path in (study.root / name).rglob("*") if path.is_file()]
    return {path.relative_to(study.root).as_posix(): path.read_bytes() for path in made}


ALL = {PAGE: b"page", METRICS: b"{}", f"{TABLES}/lines.parquet": b"l", f"{TABLES}/a/b.csv": b"d"}


def test_files_and_folders_come_back_and_can_be_written_to(staged):
    put_back(staged, "preprocessing")
    assert found(staged) == ALL
    assert all((staged.root / path).stat().st_mode & 0o200 for path in ALL)


def test_what_is_there_stays_as_it_is(staged):
    page = staged.root / PAGE
    page.parent.mkdir(parents=True)
    page.write_bytes(b"newer")
    put_back(staged, "preprocessing")
    assert found(staged) == ALL | {PAGE: b"newer"}


def test_an_output_that_the_cache_has_lost_in_part_is_left_out_and_the_others_come_back(staged):
    lines = hashlib.md5(b"d").hexdigest()
    (staged.root / ".dvc/cache/files/md5" / lines[:2] / lines[2:]).unlink()
    put_back(staged, "preprocessing")
    assert found(staged) == {PAGE: b"page", METRICS: b"{}"}


def test_a_cache_elsewhere_is_found(staged, tmp_path):
    (staged.root / ".dvc/cache").rename(tmp_path / "large disk")
    (staged.root / ".dvc/config.local").write_text(
        f"[core]\n    analytics = false\n[cache]\n    dir = {tmp_path}/large disk\n"
    )
    put_back(staged, "preprocessing")
    assert found(staged) == ALL


@pytest.mark.parametrize("lock", LOCKS)
def test_a_study_without_a_record_has_nothing_to_put_back(staged, lock):
    (staged.root / LOCK).unlink()
    if lock is not None:
        (staged.root / LOCK).write_text(lock)
    put_back(staged, "preprocessing")
    assert found(staged) == {}


@pytest.mark.parametrize("config", CONFIGS)
def test_settings_that_cannot_be_read_stop_nothing(staged, config):
    (staged.root / ".dvc/config.local").write_text(config)
    put_back(staged, "preprocessing")
    assert found(staged) == {}

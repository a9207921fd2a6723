"""The archive of a run: the project as it was laid, with its data, and nothing else; packed while it is sent."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from customer_segments.commands import folders
from customer_segments.web import archive
from customer_segments.web.models import Event, Role

GIVEN = b"customer_id,age\nA,1\n"


@pytest.fixture
def study(tmp_path) -> Path:
    """A laid folder with the files that were given, a lock, and what runs leave."""
    (tmp_path / "given").mkdir()
    (tmp_path / "given/file1.csv").write_bytes(GIVEN)
    made = tmp_path / "studies" / "run"
    folders.lay(made, lambda text: text, given=tmp_path / "given")
    for name in ("dvc.lock", "reports/01_eda.html", "data/raw/customers.parquet", ".explorer/customers.parquet",
                 ".dvc/tmp/lock", ".dvc/cache/files/md5/ab/cd", ".staging/x"):  # fmt: skip
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text("made")
    made.with_suffix(".log").write_text("said")
    return made


def unpacked(study: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(b"".join(archive.stream(study)))) as packed:
        assert packed.testzip() is None
        return {name.removeprefix("project/"): packed.read(name) for name in packed.namelist()}


def test_it_holds_the_project_as_it_was_laid_and_its_data(study):
    held = unpacked(study)
    plain = {name for name in held if not name.startswith(".git/")}
    assert plain == {*folders.study_files(), "dvc.lock", "data/external/file1.csv"}
    assert held["data/external/file1.csv"] == GIVEN
    assert {name.split("/")[1] for name in held if name.startswith(".git/")} == {"HEAD", "config", "objects", "refs"}


def test_no_place_on_this_machine_stands_in_it(study, tmp_path):
    assert [name for name, content in unpacked(study).items() if str(tmp_path).encode() in content] == []


def test_a_link_leads_nowhere(study, tmp_path):
    (tmp_path / "secret").write_text("of the server")
    (study / "data/external/file2.csv").symlink_to(tmp_path / "secret")
    assert "data/external/file2.csv" not in unpacked(study)


def test_it_has_the_same_bytes_each_time(study):
    assert b"".join(archive.stream(study)) == b"".join(archive.stream(study))


def test_it_is_never_in_memory_as_a_whole(study):
    with (study / "data/external/file1.csv").open("wb") as file:
        file.truncate(200 << 20)
    tracemalloc.start()
    total = sum(len(part) for part in archive.stream(study))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total > 100_000
    assert most < 8 << 20


def test_an_analyst_takes_it_away_and_a_manager_may_not(shop, person, at):
    answer = at(person("ann", shop, Role.ANALYST)).get(f"/studies/{shop.id}/files/project.zip")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="project.zip"'
    assert b"".join(answer.streaming_content).startswith(b"PK")
    assert Event.objects.latest("id").what == "took away project.zip"
    assert at(person("max", shop, Role.MANAGER)).get(f"/studies/{shop.id}/files/project.zip").status_code == 403

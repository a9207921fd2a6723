"""How far a run is: its place in the line, its stage, the chapters that can be read already, and why it failed."""

from __future__ import annotations

import re

import pytest

from customer_segments.web.models import Job, Role, Study
from customer_segments.web.results import folder_of
from customer_segments.web.shield import CHAPTER_POLICY


@pytest.fixture
def under_way(db, finished):
    """A study whose run has come to a stage."""

    def make(state="running", stage="retention", **facts):
        study = Study.objects.create(title="On its way")
        job = Job.objects.create(kind=Job.Kind.RUN, study=study, state=state, stage=stage, **facts)
        folder_of(job).parent.mkdir(parents=True, exist_ok=True)
        folder_of(job).symlink_to(finished)
        return study

    return make


def chapters(page: str) -> list[str]:
    return re.findall(r'/progress/(\w+\.html)"', page)


def test_chapters_are_there_as_soon_as_their_stage_is_done(under_way, person, at, finished):
    study = under_way()
    rita = at(person("rita", study, Role.READER))
    page = rita.get(f"/studies/{study.id}/progress").content.decode()
    assert [name[:2] for name in chapters(page)] == ["02", "03", "04"]
    assert rita.get(f"/studies/{study.id}/progress/05_pca.html").status_code == 403
    mona = at(person("mona", study, Role.MANAGER))
    page = mona.get(f"/studies/{study.id}/progress").content.decode()
    assert "Retention, step 7 of 11" in page
    assert [name[:2] for name in chapters(page)] == ["01", "02", "03", "04", "05"]
    for name in chapters(page):
        answer = mona.get(f"/studies/{study.id}/progress/{name}")
        assert answer.headers["Content-Security-Policy"] == CHAPTER_POLICY
        assert b"".join(answer.streaming_content) == (finished / "reports" / name).read_bytes()
    for name in ("06_retention.html", "index.html", "..%2fparams.yaml", "content.json"):
        assert mona.get(f"/studies/{study.id}/progress/{name}").status_code == 404
    assert at(person("eve")).get(f"/studies/{study.id}/progress/01_eda.html").status_code == 404


def test_a_run_that_was_asked_to_stop_says_so_and_is_not_asked_again(under_way, person, at):
    study = under_way(cancelled=True)
    page = at(person("ada", study, Role.ANALYST)).get(f"/studies/{study.id}/progress").content.decode()
    assert "<h1>Stopping</h1>" in page
    assert "to go" not in page
    assert "/cancel" not in page
    assert "/again" not in page
    assert 'hx-trigger="every 1s"' in page


def test_the_cell_is_told(under_way, person, at, finished, tmp_path):
    study = under_way()
    place = folder_of(study.runs().first())
    place.unlink()
    (place / ".staging/retention").mkdir(parents=True)
    rita = at(person("rita", study, Role.READER))
    assert "step 7 of 11." in rita.get(f"/studies/{study.id}/progress").content.decode()
    (place / ".staging/retention/cell").write_text("12 40")
    assert "step 7 of 11, cell 12 of 40." in rita.get(f"/studies/{study.id}/progress").content.decode()


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_what_is_done_can_be_read_when_the_rest_failed(under_way, person, at, state):
    study = under_way(state, error="The column “age” holds no numbers: choose another.")
    page = at(person("ann", study, Role.ANALYST)).get(f"/studies/{study.id}/progress").content.decode()
    assert len(chapters(page)) == 5
    assert "Go on where it stopped" in page
    assert ("holds no numbers: choose another" in page) == (state == "failed")


def test_who_waits_is_told_how_many_are_before(under_way, person, at):
    Job.objects.create(kind=Job.Kind.CHECK)
    under_way()
    study = under_way("queued", "")
    rita = at(person("rita", study, Role.READER))
    page = rita.get(f"/studies/{study.id}/progress").content.decode()
    assert "Number 2 in the line" in page
    assert chapters(page) == []
    Job.objects.filter(state="running").update(state="finished")
    assert "It begins in a moment" in rita.get(f"/studies/{study.id}/progress").content.decode()


def test_the_chapters_of_a_run_that_is_done_stay_where_they_were_read(under_way, person, at):
    study = under_way("finished", "publish")
    rita = at(person("rita", study, Role.READER))
    assert rita.get(f"/studies/{study.id}/progress/08_profiling.html").status_code == 200


def test_the_script_of_chapters_is_for_strangers_and_only_that(shop, client):
    for place in ("chapters", "progress"):
        answer = client.get(f"/studies/{shop.id}/{place}/assets/plotly.min.js")
        assert answer.headers["Location"].startswith("/static/plotly/plotly.min")
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert client.get(f"/studies/{shop.id}/{place}/assets/other.js").status_code in (302, 404)

"""Pages hold what the report holds, refuse what is wrong, and are seen only by those who may."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from customer_segments.base.params import ClusteringParams
from customer_segments.web.access import OF_SINGLE_CUSTOMERS
from customer_segments.web.models import Job, Role, Upload
from customer_segments.web.results import folder_of
from customer_segments.web.views.runs import METHODS

LINK = re.compile(r'href="([^"#:]+)')


def test_the_study_page_says_what_the_report_says(shop, person, at, finished):
    told = at(person("rita", shop, Role.READER)).get(f"/studies/{shop.id}").content.decode()
    content = json.loads((finished / "reports/content.json").read_text())
    for card in content["cards"]:
        assert card["customers"] in told
        assert card["customer_share"] in told
    assert content["verdict"]["headline"] in told


def test_chapters_come_byte_for_byte_and_shut_in(shop, person, at, finished):
    answer = at(person("rita", shop, Role.READER)).get(f"/studies/{shop.id}/chapters/03_clustering.html")
    assert b"".join(answer.streaming_content) == (finished / "reports/03_clustering.html").read_bytes()
    assert answer.headers["Content-Security-Policy"].startswith("sandbox allow-scripts")


def linked(reports: Path) -> set[str]:
    """What the pages of a report lead to, beside one another and to be taken away."""
    return {found for page in reports.glob("*.html") for found in LINK.findall(page.read_text())}


def test_whatever_a_page_of_the_report_leads_to_is_there(shop, person, at, finished):
    client, places = at(person("mona", shop, Role.MANAGER)), linked(finished / "reports")
    assert sum(place.startswith("figures/") for place in places) > 15
    assert {"brief.pdf", "segmented_customers.csv", "lists/segment_1.csv", "08_profiling.html"} < places
    for place in places:
        answer = client.get(f"/studies/{shop.id}/chapters/{place}")
        assert b"".join(answer.streaming_content) == (finished / "reports" / place).read_bytes()
        is_page = place.endswith(".html")
        assert answer.headers.get("Content-Disposition", "").startswith("inline" if is_page else "attachment"), place


def test_a_reader_gets_the_numbers_of_the_chapters_that_a_reader_may_read(shop, person, at, finished):
    client, places = at(person("rita", shop, Role.READER)), linked(finished / "reports")
    places = {place for place in places if place.startswith("figures/")}
    answers = {place: client.get(f"/studies/{shop.id}/chapters/{place}").status_code for place in places}
    hidden = {place for place in places if place.split("/")[1] in OF_SINGLE_CUSTOMERS}
    assert answers == {place: 403 if place in hidden else 200 for place in places}
    assert 0 < len(hidden) < len(places)


@pytest.mark.parametrize(
    "place", ["profiling/..%2fx.csv", "..%2flists/segment_1.csv", "lists/at_risk.csv", "eda/x.csv"]
)
def test_no_other_table_comes_as_a_figures_numbers(shop, person, at, place):
    client = at(person("mona", shop, Role.MANAGER))
    assert client.get(f"/studies/{shop.id}/chapters/figures/{place}").status_code == 404


@pytest.mark.parametrize("name", ["../params.yaml", "metrics", "03_clustering.ipynb", "10_x.html"])
def test_nothing_else_comes_as_a_chapter(shop, person, at, name):
    assert at(person("rita", shop, Role.READER)).get(f"/studies/{shop.id}/chapters/{name}").status_code == 404


@pytest.mark.parametrize("name", ["virus.exe", "names", "x.csv.exe", "a.sqlite"])
def test_a_file_of_another_kind_is_refused_at_the_field(person, at, name):
    answer = at(person("ada")).post("/new", {"files": SimpleUploadedFile(name, b"a,b\n1,2\n")})
    assert answer.status_code == 422
    assert "save it as one of them" in answer.content.decode()
    assert not Upload.objects.exists()


def test_an_upload_waits_to_be_looked_at_and_is_nobody_elses(person, at):
    ada = at(person("ada"))
    answer = ada.post("/new", {"files": SimpleUploadedFile("my shop.csv", b"customer_id,age\n1,2\n")})
    stored = Upload.objects.get()
    assert answer.headers["Location"] == f"/new/{stored.id}"
    assert stored.names == {"file1.csv": "my shop.csv"}
    assert Job.objects.get().kind == Job.Kind.CHECK
    assert "Reading my shop.csv" in ada.get(f"/new/{stored.id}").content.decode()
    assert at(person("eve")).get(f"/new/{stored.id}").status_code == 404


def test_who_is_not_known_is_asked_who_they_are(shop, client):
    assert client.get(f"/studies/{shop.id}").headers["Location"].startswith("/account/login?next=")


def test_who_is_not_approved_waits(shop, person, at):
    assert at(person("new", shop, Role.OWNER, approved=False)).get("/").status_code == 403


def test_another_study_is_not_there(shop, person, at):
    assert at(person("eve")).get(f"/studies/{shop.id}").status_code == 404


def test_runs_are_told_with_what_they_came_to_and_compared(shop, person, at, finished):
    ada = at(person("ada", shop, Role.ANALYST))
    summary = json.loads((finished / "reports/metrics/summary.json").read_text())
    told = ada.get(f"/studies/{shop.id}/runs").content.decode()
    assert f'<td class="number">{summary["customers"]:,}</td>' in told
    assert summary["verdict"] in told
    job = shop.latest().id
    moved = ada.get(f"/studies/{shop.id}/runs?old={job}&new={job}").content.decode()
    assert moved.count('scope="row"') == summary["k"]
    assert ada.get(f"/studies/{shop.id}/runs?old={job}&new={shop.id}").status_code == 404


def test_a_new_run_takes_over_what_is_not_changed(shop, person, at):
    ada = at(person("ada", shop, Role.ANALYST))
    form = {"k": "3", "method": "kmeans", "outliers": "keep", "leave_out": ["orders"]}
    assert ada.post(f"/studies/{shop.id}/runs/new", form | {"k": "99"}).status_code == 422
    assert ada.post(f"/studies/{shop.id}/runs/new", form).status_code == 302
    job = shop.runs().first()
    assert job.settings["changes"]["clustering"] == {"k": 3, "method": "kmeans"}
    assert "wait for it, or stop it first" in ada.post(f"/studies/{shop.id}/runs/new", form).content.decode()


def test_the_methods_that_a_new_run_offers_are_those_of_the_parameters():
    for method in METHODS:
        assert ClusteringParams(method=method).method == method


def test_home_names_the_segments_and_when_they_were_made(shop, person, at, finished):
    told = at(person("rita", shop, Role.READER)).get("/").content.decode()
    content = json.loads((finished / "reports/content.json").read_text())
    for card in content["cards"]:
        assert f" {card['name']}</span>" in told
    assert f"Made on {shop.latest().created:%-d %b %Y}" in told


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("failed", "could not be made: The column is empty."),
        ("cancelled", "was stopped before it was done."),
        ("running", "see how far it is"),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_home_says_what_became_of_the_newest_run(shop, person, at, state, said, first):
    if first:
        shop.jobs.all().delete()
    Job.objects.create(kind=Job.Kind.RUN, study=shop, state=state, error="The column is empty.")
    told = at(person("ada", shop, Role.ANALYST)).get("/").content.decode()
    assert said in told
    assert f"/studies/{shop.id}/progress" in told
    assert ("ewer run" in told or "A new run" in told) is not first


def test_the_last_two_runs_are_chosen_to_be_compared(shop, person, at, finished):
    newest = Job.objects.create(kind=Job.Kind.RUN, study=shop, state=Job.State.FINISHED)
    folder_of(newest).symlink_to(finished)
    before = shop.runs()[1]
    ada = at(person("ada", shop, Role.ANALYST))
    chosen = re.findall(
        r'name="(\w+)" value="([^"]+)" required checked', ada.get(f"/studies/{shop.id}/runs").content.decode()
    )
    assert dict(chosen) == {"old": str(before.id), "new": str(newest.id)}
    asked = {"old": newest.id, "new": before.id}
    again = ada.get(f"/studies/{shop.id}/runs", asked).content.decode()
    chosen = re.findall(r'name="(\w+)" value="([^"]+)" required checked', again)
    assert dict(chosen) == {name: str(run) for name, run in asked.items()}

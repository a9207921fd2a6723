"""Hundreds of names that mean harm in one study: through every page, what is sent, files, the API, and a browser."""

from __future__ import annotations

import csv
import io
import re
import shutil

import duckdb
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from customer_segments.run.workspace import Workspace
from customer_segments.web.access import TABLE
from customer_segments.web.models import Added, ApiKey, Job, Member, Person, Role, Scope, Study, Upload
from customer_segments.web.results import folder_of
from tests.web.payloads import PAYLOADS
from tests.web.test_hostile import ADDRESSES, marks

STORED = [each.replace("\x00", "\u2400") for each in PAYLOADS]  # no column and no field of a database holds a zero
SHORT = list(dict.fromkeys(each[:80] for each in STORED))


def test_there_are_two_hundred():
    assert len(PAYLOADS) >= 200


@pytest.fixture(scope="module")
def hostile(finished, tmp_path_factory):
    """A finished run whose customers, columns and answers are called so."""
    place = tmp_path_factory.mktemp("hostile") / "run"
    shutil.copytree(finished, place, symlinks=True, ignore=shutil.ignore_patterns(".git", "*.html", "data/raw"))
    names = pd.DataFrame({"place": range(1, len(PAYLOADS) + 1), "name": PAYLOADS})
    columns = ", ".join(f'{n} AS "{_free(each)}"' for n, each in enumerate(STORED[:120]))
    with duckdb.connect() as connection:
        connection.register("names", names)
        source = place / ".explorer/customers.parquet"
        query = f"""
            SELECT customers.* REPLACE (coalesce(name, customer_id) AS customer_id, name AS location), {columns}
            FROM (SELECT row_number() OVER () AS place, * FROM '{source}') customers LEFT JOIN names USING (place)
            ORDER BY customer_id"""
        connection.execute(f"COPY ({query}) TO '{source}.new' (FORMAT parquet)")
    (place / ".explorer/customers.parquet.new").replace(source)
    Workspace(place).write_table(
        names[["name"]].rename(columns={"name": "customer_id"}), "reports/segmented_customers.csv"
    )
    return place


def _free(name: str) -> str:
    return f"c_{name[:60]}".replace('"', '""')


@pytest.fixture
def crowd(shop, hostile, person):
    """Studies, keys, entries, people and files called so; who owns all of it."""
    folder_of(shop.latest()).unlink()
    folder_of(shop.latest()).symlink_to(hostile)
    boss = person("boss", shop, Role.OWNER, is_superuser=True)
    studies = Study.objects.bulk_create(Study(title=each) for each in SHORT)
    Member.objects.bulk_create(Member(study=each, person=boss, role=Role.OWNER) for each in studies)
    Job.objects.bulk_create(Job(kind="run", study=each, state="failed", error=text)
                            for each, text in zip(studies, STORED, strict=False))  # fmt: skip
    people = Person.objects.bulk_create(Person(email=f"{each}@x.org", approved=True) for each in SHORT)
    Member.objects.bulk_create(Member(study=shop, person=each, role=Role.READER) for each in people)
    for each in SHORT:
        ApiKey.make(study=shop, name=each, scopes=["place"], by=boss)
    facts = {"study": shop, "values": {}, "segment": 1, "certainty": 1, "outside": False, "basis": "consent"}
    Added.objects.bulk_create(Added(customer_id=each, purpose=each, **facts) for each in SHORT)
    return boss


def harmless(answer) -> str:
    """What the page says; nothing in it acts."""
    assert answer.status_code < 500
    page = marks(answer)
    assert [act for act in page.acts if not re.fullmatch(r"(script|link) /static/[\w./-]+", act)] == []
    told = "".join(page.text)
    assert "1337" not in told
    return told


def seen(told: str, names: list[str]) -> int:
    """How many of the names are there, sign for sign."""
    told = told.replace("\r\n", "\n").replace("\r", "\n")
    return sum(each.replace("\r\n", "\n").replace("\r", "\n") in told for each in names)


def test_every_page_shows_them_as_names(crowd, shop, at):
    client = at(crowd)
    counts = {}
    for name, methods in TABLE.items():
        if name in ADDRESSES and "GET" in methods and not name.startswith(("api:", "chapter", "made")):
            answer = client.get(ADDRESSES[name].format(study=shop.id))
            if answer.headers.get("Content-Type", "").startswith("text/html"):
                counts[name] = seen(harmless(answer), SHORT)
    told = {name for name, count in counts.items() if count > len(SHORT) * 0.95}
    assert told >= {"home", "keys", "sharing", "add"}
    assert (
        seen(
            harmless(client.get(f"/studies/{shop.id}/customers")),
            [_free(each).replace('""', '"') for each in STORED[:120]],
        )
        > 110
    )


def test_every_customer_is_found_under_their_name(crowd, shop, at):
    client, links = at(crowd), []
    for page in range(1, 7):
        answer = client.get(f"/studies/{shop.id}/customers", {"page": page})
        harmless(answer)
        links += [each["href"] for each in BeautifulSoup(answer.content, "html.parser").select("tbody a")]
    assert len(links) == 294
    for link in links[::3]:
        assert harmless(client.get(link))


@pytest.mark.parametrize("page", ["customers", "predict", "add", "keys", "forget", "people", "segments", "value"])
def test_what_is_sent_comes_back_as_a_name(crowd, shop, at, page):
    client = at(crowd)
    path = "/people" if page == "people" else f"/studies/{shop.id}/{page}"
    for name in PAYLOADS[::4]:
        for field in (
            {"q": name},
            {"column": name, "value": name, "sort": name, "show": name},
            {"by": name, "page": name},
        ):
            harmless(client.get(path, field))
        fields = ("q", "customers", "customer_id", "purpose", "basis", "name", "f0", "f1", "scopes", "days")
        if "POST" in TABLE[page] and page != "people":
            harmless(client.post(path, dict.fromkeys(fields, name) | {"look": ""}))
            Job.objects.filter(kind="forget").delete()


def test_the_form_of_an_upload_shows_them_as_names(crowd, at):
    client = at(crowd)
    role = {"role": "age", "column": SHORT[0], "sureness": "sure", "why": "by name", "examples": STORED}
    table = {"rows": 9, "usable": 9, "roles": [role], "others": STORED, "all_columns": STORED, "rules": []}
    found = {"tables": {"customers": table}, "problems": STORED, "source": {}}
    names = {f"file{number}.csv": each for number, each in enumerate(SHORT)}
    stored = Upload.objects.create(person=crowd, names=names, bytes=1, found=found)
    Job.objects.create(kind="check", upload=stored, state="finished")
    assert seen(harmless(client.get(f"/new/{stored.id}")), STORED) == len(STORED)
    for name in PAYLOADS[::4]:
        answer = client.post(f"/new/{stored.id}", {"title": name, "customers-age": name, "start": ""})
        assert answer.status_code == 422
        harmless(answer)


def test_the_api_tells_them_sign_for_sign(crowd, shop, client):
    bearer = {"headers": {"Authorization": f"Bearer {ApiKey.make(study=shop, name='x', scopes=list(Scope), by=crowd)}"}}
    path, told, cursor = f"/api/v1/studies/{shop.id}/runs/{shop.latest().id}/customers", [], ""
    while cursor is not None:
        answer = client.get(path, {"limit": 100} | ({"cursor": cursor} if cursor else {}), **bearer)
        assert answer.headers["Content-Type"].startswith("application/json")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        told += [each["customer_id"] for each in answer.json()["customers"]]
        cursor = answer.json()["next"]
    assert set(PAYLOADS) <= set(told)
    for name in PAYLOADS[::4]:
        answer = client.post(
            "/api/v1/segment", {"customers": [{name: name}]}, content_type="application/json", **bearer
        )
        assert answer.status_code in (200, 422)
        assert "json" in answer.headers["Content-Type"]


def test_a_list_taken_away_runs_nothing_in_a_spreadsheet(crowd, shop, at):
    answer = at(crowd).get(f"/studies/{shop.id}/files/segmented_customers.csv")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode(), newline="")))
    assert len(rows) == len(PAYLOADS) + 1
    assert [row for row in rows if row[0].startswith(("=", "+", "-", "@", "\t", "\r"))] == []

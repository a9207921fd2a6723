"""SQLite and PostgreSQL alike: the same pages, the same answers where two ask at once, and nothing lost."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from functools import partial
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
import requests

from customer_segments.web.results import Run
from tests.sources.servers import postgres_programs, running_postgres
from tests.support import PROJECT
from tests.web.conftest import PASSWORD, Explorer, serving
from tests.web.homes import Home
from tests.web.visitor import MAKE, Visitor, stored

ROUNDS = 6  # of two at once
PUT_IN = """
import shutil
import uuid
from pathlib import Path
from datetime import datetime, timezone as tz
from django.conf import settings
then = datetime(2026, 1, 2, 3, 4, tzinfo=tz.utc)
person = Person.objects.create_user("olga@example.org", approved=True, is_superuser=True)
study = Study.objects.create(id=uuid.UUID(int=7), title="Corner shop", created=then)
Member.objects.create(study=study, person=person, role=Role.OWNER)
Study.objects.create(id=uuid.UUID(int=6), title="Demo", made_up=True, created=then)
upload = Upload.objects.create(id=uuid.UUID(int=5), person=person, names={{"file1.csv": "ä.csv"}}, bytes=1,
    found={{"tables": {{}}, "source": {{"kind": "files"}}, "problems": []}})
folder = settings.HOME / "studies" / str(study.id)
folder.mkdir(parents=True)
for number in (1, 2):
    job = Job.objects.create(id=uuid.UUID(int=number), kind="run", study=study, upload=upload, state="finished",
        created=then, started=then, ended=then)
    shutil.copytree({finished!r}, folder / str(job.id), symlinks=True)
Job.objects.create(kind="check", upload=upload, state="finished", created=then)
print(study.id, ApiKey.make(study=study, name="till", scopes=list(map(str, Scope)), by=person, expires=None))
"""


def home_at(place: Any, database: str, finished: Any) -> tuple[Home, str, str]:
    home = Home(place, database).prepare()
    return home, *home.manage(PUT_IN.format(finished=str(finished))).split()


def databases(kind: str) -> Any:
    if kind == "sqlite":
        return nullcontext()
    if postgres_programs() is None:
        pytest.skip("no PostgreSQL on this machine")
    return running_postgres()


def address_of(server: Any) -> str:
    return f"postgresql://owner:owner%27s%20own@127.0.0.1:{server.port}/shop" if server else ""


# Every page, as the owner and as an administrator


RENDER = """
import json, sys
sys.path.append({project!r})
from django.conf import settings
settings.STORAGES["staticfiles"] = {{"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
from django.test import Client
from tests.web.walk import addresses
from customer_segments.web.access import TABLE
client = Client(headers={{"host": "localhost"}})
person = Person.objects.get()
person.set_password("correct horse battery staple")
person.save()
assert client.post("/account/login", {{"login": person.email, "password": "correct horse battery staple"}}).url == "/"
study, told = str(Study.objects.get(made_up=False).id), {{}}
entry = {{"customer_id": "ü-7", "purpose": "at the fair", "basis": "consent", "f0": "3"}}
posts = [("add", entry), ("add", entry), ("forget", {{"look": "", "customers": "ü-7"}}), ("sharing", {{"role": "2"}}),
    ("keys", {{"name": "k", "scopes": ["place"], "days": "30"}}), ("runs/new", {{"k": "3", "method": "kmeans",
    "outliers": "keep"}}), ("cancel", {{}}), ("delete", {{"title": "Corner shop"}}), ("delete", {{"title": "x"}})]
asked = {{name: path.format(study=study) for name, path in addresses().items() if "GET" in TABLE.get(name, ())
    and not name.startswith("api:")}}
asked["checked"] = "/new/00000000-0000-0000-0000-000000000005"
few = f"/studies/{{study}}"
asked |= {{each: f"{{few}}/{{each}}" for each in ("customers?q=1000&sort=-orders", "customers?page=2",
    "runs?old=00000000-0000-0000-0000-000000000001&new=00000000-0000-0000-0000-000000000002", "customers/100001",
    "predict?customer=100001", "retention?show=revenue", "files/segmented_customers.csv")}}
asked |= {{f"{{name}} again": path for name, path in asked.items()}}  # after all that was sent
def render(answer):
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return [answer.status_code, content.decode("utf-8", "replace")]
for place, (name, path) in enumerate(asked.items()):
    if place == len(asked) // 2:
        for number, (page, form) in enumerate(posts):
            told[f"POST {{page}} {{number}}"] = render(client.post(f"{{few}}/{{page}}", form))
        own = Study.objects.get(made_up=False).added.get()
        told["added"] = render(client.get(f"{{few}}/added/{{own.id}}"))
    told[name] = render(client.get(path))
print(json.dumps(told))
"""
# What differs by chance or by time alone.
BY_CHANCE = re.compile(
    r'(?<=csrfmiddlewaretoken" value=")\w+|cs_[\w-]{5,43}|/enter/[\w-]+|(?<=X-CSRFToken": ")\w+|'
    r"\b\d{1,2} \w{3} 20\d\d(, \d\d:\d\d| \d\d:\d\d:\d\d)?|\b20\d\d-\d\d-\d\d\b|"
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|"
    r"\b[0-9a-f]{16}\b|\w{3,4}\.? \d{1,2}, 20\d\d, [\d:]+ [ap]\.m\.|"
    r">(now|[^<]+\bago)<|otpauth[^\"]+|[A-Z2-7]{32}|data:image/svg[^\"]+"
)


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory, finished: Any) -> dict[str, dict[str, Any]]:
    """Every page, from either database."""
    told = {}
    for kind in ("sqlite", "postgresql"):
        with databases(kind) as server:
            home, *_ = home_at(tmp_path_factory.mktemp(kind) / "home", address_of(server), finished)
            told[kind] = json.loads(home.manage(RENDER.format(project=str(PROJECT))).splitlines()[-1])
    return told


@pytest.mark.long
def test_every_page_is_the_same_from_either_database(rendered):
    ours, theirs = rendered["sqlite"], rendered["postgresql"]
    assert ours.keys() == theirs.keys()
    assert len(ours) > 100
    assert {name: status for name, (status, _) in ours.items() if status not in (200, 302, 404, 422)} == {}
    assert sum(status == 200 for status, _ in ours.values()) > 60
    for name, (status, text) in ours.items():
        assert (name, theirs[name][0]) == (name, status)
        mine, other = (BY_CHANCE.sub("…", each).splitlines() for each in (text, theirs[name][1]))
        assert other == mine, name
    assert "ü-7 was entered already" in ours["POST add 1"][1]


# Two at once, by real requests


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served(request: Any, tmp_path_factory: Any, finished: Any) -> Iterator[tuple[Explorer, Home, str, str]]:
    with databases(request.param) as server:
        address = address_of(server)
        home, study, key = home_at(tmp_path_factory.mktemp("at_once") / "home", address, finished)
        variables = {"SEGMENTS_WEB_DATABASE": address} if address else {}
        with serving(home.path, SEGMENTS_WEB_NO_WORKER="1", **variables) as explorer:
            yield explorer, home, study, key


def at_once(*calls: Any) -> list[requests.Response]:
    """What is answered to calls that are made at the same moment."""
    barrier = Barrier(len(calls))

    def call(each: Any) -> requests.Response:
        barrier.wait()
        return each()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(call, calls))


def program(explorer: Explorer, key: str) -> requests.Session:
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {key}"
    session.get(f"{explorer.base}/api/v1/studies")  # the connection stands
    return session


ENTRY = {"purpose": "at the fair", "basis": "consent"}


def test_of_two_who_enter_the_same_number_at_once_one_is_told_so(served, finished):
    explorer, home, study, _ = served
    orders = Run(finished).scorer.needed.index("orders")
    home.manage(MAKE.format(email="olga@example.org", password=stored(PASSWORD), studies=[], role=4))
    olga = Visitor(explorer.base)
    assert olga.log_in("olga@example.org").status_code == 302
    path = f"{explorer.base}/studies/{study}/add"
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', olga.get(path).text)[1]
    for number in range(ROUNDS):
        form = ENTRY | {"csrfmiddlewaretoken": token, "customer_id": f"page-{number}", f"f{orders}": "3"}
        heads = {"Cookie": "; ".join(f"{name}={value}" for name, value in olga.cookies.items())}
        told = at_once(*[partial(requests.post, path, data=form, headers=heads, allow_redirects=False)] * 2)
        assert sorted(each.status_code for each in told) == [302, 422]
        assert f"page-{number} was entered already" in next(each for each in told if each.status_code == 422).text
    assert home.ask("SELECT count(*) FROM web_added WHERE customer_id LIKE 'page-%'") == [(ROUNDS,)]


def test_of_two_programs_with_the_same_number_one_is_told_so(served):
    explorer, home, study, key = served
    path, sessions = f"{explorer.base}/api/v1/studies/{study}/added", [program(explorer, key) for _ in range(2)]
    for number in range(ROUNDS):
        entry = ENTRY | {"customer_id": f"api-{number}", "values": {"orders": 3}}
        told = at_once(*[partial(each.post, path, json=entry) for each in sessions])
        assert sorted(each.status_code for each in told) == [201, 409]
        refused = next(each for each in told if each.status_code == 409)
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert refused.json()["errors"][0]["at"] == "customer_id"
    assert home.ask("SELECT count(*) FROM web_added WHERE customer_id LIKE 'api-%'") == [(ROUNDS,)]


def test_of_two_changes_to_one_number_one_is_told_so(served):
    explorer, home, study, key = served
    path, sessions = f"{explorer.base}/api/v1/studies/{study}/added", [program(explorer, key) for _ in range(2)]
    own = [
        sessions[0].post(path, json=ENTRY | {"customer_id": f"own-{side}", "values": {"orders": 3}}).json()["id"]
        for side in "ab"
    ]
    for number in range(ROUNDS):
        entry = ENTRY | {"customer_id": f"put-{number}", "values": {"orders": 3}}
        told = at_once(
            *[partial(each.put, f"{path}/{one}", json=entry) for each, one in zip(sessions, own, strict=True)]
        )
        assert sorted(each.status_code for each in told) == [200, 409]
        assert home.ask(f"SELECT count(*) FROM web_added WHERE customer_id = 'put-{number}'") == [(1,)]


def test_the_same_token_sent_twice_at_once_enters_one(served):
    explorer, home, study, key = served
    path, sessions = f"{explorer.base}/api/v1/studies/{study}/added", [program(explorer, key) for _ in range(2)]
    for number in range(ROUNDS):
        entry = ENTRY | {"customer_id": f"token-{number}", "values": {"orders": 3}}
        heads = {"Idempotency-Key": f"t{number}"}
        told = at_once(*[partial(each.post, path, json=entry, headers=heads) for each in sessions])
        assert [each.status_code for each in told] == [201, 201]
        assert told[0].json() == told[1].json()
    assert home.ask("SELECT count(*) FROM web_added WHERE customer_id LIKE 'token-%'") == [(ROUNDS,)]


def test_a_study_that_is_deleted_while_it_is_used_is_there_or_gone(served):
    explorer, home, _, _ = served
    for study, key in (line.split() for line in home.manage(OTHERS).splitlines()):
        path, sessions = f"{explorer.base}/api/v1/studies/{UUID(study)}", [program(explorer, key) for _ in range(3)]
        deleted, run, other = at_once(
            partial(sessions[0].post, f"{path}/delete", json={"title": "Short", "dry_run": False}),
            partial(sessions[1].post, f"{path}/runs", json={}),
            partial(sessions[2].get, f"{path}/runs"),
        )
        assert deleted.status_code in (202, 409)
        assert run.status_code in (202, 401, 404, 409, 422)
        assert other.status_code in (200, 401, 404)
        assert (deleted.status_code == 202) == (run.status_code != 202)
        (left,) = home.ask(f"SELECT count(*) FROM web_job WHERE study_id = '{study}'")  # a uuid in either form
        assert left == ((0,) if deleted.status_code == 202 else (2,))


OTHERS = """
person = Person.objects.get(email="olga@example.org")
for _ in range(4):
    study = Study.objects.create(title="Short")
    Member.objects.create(study=study, person=person, role=Role.OWNER)
    Job.objects.create(kind="run", study=study, state="failed", settings={"study": "x"})
    print(study.id.hex, ApiKey.make(study=study, name="k", scopes=list(map(str, Scope)), by=person))
"""

"""Hundreds of names that mean harm in one study: through every page, what is sent, files, the API, and a browser."""

from __future__ import annotations

import csv
import io
import re

import pytest
from bs4 import BeautifulSoup

from customer_segments.web.access import TABLE
from customer_segments.web.models import ApiKey, Job, Role, Scope, Upload
from customer_segments.web.results import folder_of
from customer_segments.web.typical import label
from customer_segments.web.views.added import A_PAGE
from tests.support import PROJECT
from tests.web.crowding import COLUMNS, SHORT, STORED, crowd, run_of
from tests.web.payloads import PAYLOADS
from tests.web.test_hostile import ADDRESSES, marks

SOLVED = str(7919 * 7907)  # what a template would say that was run
SENT = ("customers", "predict", "add", "keys", "forget", "people", "segments", "value")
FIELDS = ("q", "customers", "customer_id", "purpose", "basis", "name", "f0", "f1", "scopes", "days", "look")
SEEN = ("/", "/people", "/people?page=2", "/audit")
OF_STUDY = ("", "/segments", "/customers", "/customers?page=2", "/predict", "/add", "/keys", "/sharing",
            "/runs", "/forget", "/value", "/retention")  # fmt: skip


def test_there_are_two_hundred():
    assert len(PAYLOADS) >= 200


@pytest.fixture(scope="module")
def hostile(finished, tmp_path_factory):
    return run_of(finished, tmp_path_factory.mktemp("hostile") / "run")


@pytest.fixture
def crowded(shop, hostile, person):
    """The owner of all of it."""
    folder_of(shop.latest()).unlink()
    folder_of(shop.latest()).symlink_to(hostile)
    boss = person("boss", shop, Role.OWNER, is_superuser=True)
    crowd(shop, boss)
    return boss


def harmless(answer) -> str:
    """What the page says; nothing in it acts."""
    assert answer.status_code < 500
    page = marks(answer)
    assert [act for act in page.acts if not re.fullmatch(r"(script|link) /static/[\w./-]+", act)] == []
    told = "".join(page.text)
    assert SOLVED not in told
    return told


def seen(told: str, names: list[str]) -> int:
    """How many of the names are there, sign for sign; a page may end lines otherwise."""
    told = told.replace("\r\n", "\n").replace("\r", "\n")
    return sum(each.replace("\r\n", "\n").replace("\r", "\n") in told for each in names)


def test_every_page_shows_them_as_names(crowded, shop, at):
    client, counts = at(crowded), {}
    for name, methods in TABLE.items():
        if name in ADDRESSES and "GET" in methods and not name.startswith(("api:", "chapter", "made")):
            answer = client.get(ADDRESSES[name].format(study=shop.id))
            if answer.headers.get("Content-Type", "").startswith("text/html"):
                counts[name] = seen(harmless(answer), SHORT)
    assert {name for name, count in counts.items() if count == len(SHORT)} >= {"home", "keys", "sharing"}
    pages = -(-len(SHORT) // A_PAGE)
    entries = [harmless(client.get(f"/studies/{shop.id}/add?page={page}")) for page in range(1, pages + 1)]
    assert seen("".join(entries), SHORT) == len(SHORT)
    told = harmless(client.get(f"/studies/{shop.id}/customers"))
    assert seen(told, [label(each) for each in COLUMNS]) == len(COLUMNS)


def test_every_customer_is_found_under_their_name(crowded, shop, at):
    client, links = at(crowded), []
    for page in range(1, 7):
        answer = client.get(f"/studies/{shop.id}/customers", {"page": page})
        harmless(answer)
        links += [each["href"] for each in BeautifulSoup(answer.content, "html.parser").select("tbody a")]
    assert len(links) == 294
    for link in links[::6]:
        answer = client.get(link)
        assert answer.status_code == 200, link
        harmless(answer)


@pytest.mark.parametrize("page", SENT)
def test_what_is_sent_comes_back_as_a_name(crowded, shop, at, page):
    client = at(crowded)
    path = "/people" if page == "people" else f"/studies/{shop.id}/{page}"
    for name in PAYLOADS[SENT.index(page) :: 6]:  # all of them, over all pages
        harmless(client.get(path, {"q": name, "by": name, "page": name, "customer": name}))
        harmless(client.get(path, {"column": name, "value": name, "is": name, "sort": name, "show": name}))
        if "POST" in TABLE[page] and page != "people":
            harmless(client.post(path, dict.fromkeys(FIELDS, name)))
            Job.objects.filter(kind="forget").delete()


def test_the_form_of_an_upload_shows_them_as_names(crowded, at):
    client = at(crowded)
    role = {"role": "age", "column": SHORT[0], "sureness": "sure", "why": "by name", "examples": STORED}
    table = {"rows": 9, "usable": 9, "roles": [role], "others": STORED, "all_columns": STORED, "rules": []}
    found = {"tables": {"customers": table}, "problems": STORED, "source": {}}
    names = {f"file{number}.csv": each for number, each in enumerate(SHORT)}
    stored = Upload.objects.create(person=crowded, names=names, bytes=1, found=found)
    Job.objects.create(kind="check", upload=stored, state="finished")
    assert seen(harmless(client.get(f"/new/{stored.id}")), STORED) == len(STORED)
    for name in PAYLOADS[::40]:
        answer = client.post(f"/new/{stored.id}", {"title": f"{name}\x00", "customers-age": f"no {name}", "start": ""})
        assert answer.status_code == 422
        harmless(answer)


def test_the_api_tells_them_sign_for_sign(crowded, shop, client):
    secret = ApiKey.make(study=shop, name="x", scopes=list(Scope), by=crowded)
    bearer = {"headers": {"Authorization": f"Bearer {secret}"}}
    path, told, cursor = f"/api/v1/studies/{shop.id}/runs/{shop.latest().id}/customers", [], ""
    while cursor is not None:
        answer = client.get(path, {"limit": 100} | ({"cursor": cursor} if cursor else {}), **bearer)
        assert answer.headers["Content-Type"].startswith("application/json")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        told += [each["customer_id"] for each in answer.json()["customers"]]
        cursor = answer.json()["next"]
    assert set(PAYLOADS) <= set(told)
    for name in PAYLOADS[::4]:
        sent = {"customers": [{name: name}]}
        answer = client.post("/api/v1/segment", sent, content_type="application/json", **bearer)
        assert answer.status_code in (200, 422)
        assert "json" in answer.headers["Content-Type"]


def test_a_list_taken_away_runs_nothing_in_a_spreadsheet(crowded, shop, at):
    answer = at(crowded).get(f"/studies/{shop.id}/files/segmented_customers.csv")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode(), newline="")))
    assert len(rows) == len(PAYLOADS) + 1
    assert [row for row in rows if row[0].startswith(("=", "+", "-", "@", "\t", "\r"))] == []


def test_nothing_runs_in_a_browser(explorer, browser, hostile):
    code = (
        f"import sys; sys.path.append({str(PROJECT)!r}); from tests.web.crowding import serve; serve({str(hostile)!r})"
    )
    study, session = explorer.manage(code).split()
    context = browser.new_context()
    context.add_cookies([{"name": "session", "value": session, "url": explorer.base}])
    page, told = context.new_page(), []
    ours = (explorer.base, "data:", "blob:")
    page.on("dialog", lambda dialog: (told.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith(ours) else told.append(asked.url))
    for path in (*SEEN, *(f"/studies/{study}{each}" for each in OF_STUDY)):
        page.goto(explorer.base + path)
        assert page.locator("h1").count() == 1, path
        if "segments" in path:
            page.wait_for_selector("#map[data-drawn]")
            assert page.locator("#map .legendtext").count()
    assert told == []

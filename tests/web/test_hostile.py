"""Names that mean harm, through pages, API and files; and whatever a machine can think of, sent to the API."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser

import duckdb
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from customer_segments.web.access import TABLE
from customer_segments.web.models import ApiKey, Invitation, Job, Member, Person, Role, Scope, Study, Upload
from customer_segments.web.results import folder_of
from customer_segments.web.shelving import note_usual
from tests.support import ENVIRONMENT
from tests.web.walk import addresses

ADDRESSES = addresses()
NAMES = {
    "script": "<script>alert(1)</script>",
    "image": "<img src=x onerror=alert(1)>",
    "attribute": "\"' autofocus onfocus=alert(1) x=\"",
    "end": "</title></textarea></style></script><b>",
    "template": "{{ 7*191 }}{% raw %}${7*191}",
    "formula": "=HYPERLINK(\"http://evil.example\",\"x\")",
    "formula by sign": "@SUM(1+1)*cmd|' /C calc'!A0",
    "lines": "a\r\nSet-Cookie: evil=1\r\n\r\n<b>",
    "direction": "shop\u202efdp.exe\u2066",
    "sql": "'; DROP TABLE web_study; --",
    "entity": "&lt;b&gt;&amp;",
    "path": "../../etc/passwd",
    "wide": "\U0001f9fa\u0301" * 20,
}  # fmt: skip


ADDRESSED = ("href", "src", "action", "formaction", "data", "xlink:href", "srcdoc", "poster")
SCRIPT = re.compile(r"\s*(javascript|vbscript|data)\s*:", re.IGNORECASE)


class Marks(HTMLParser):
    """What in a page acts, and what it says."""

    def __init__(self):
        super().__init__()
        self.acts, self.text = [], []

    def handle_starttag(self, tag, attrs):
        self.acts += [f"{tag} {name}" for name, _ in attrs if name.startswith("on")]
        if tag in ("script", "iframe", "object", "embed", "base", "link"):
            self.acts.append(f"{tag} {dict(attrs).get('src') or dict(attrs).get('href')}")
        self.acts += [f"{tag} {value}" for name, value in attrs if name in ADDRESSED and SCRIPT.match(value or "")]

    def handle_data(self, data):
        self.text.append(data)


def marks(answer):
    page = Marks()
    page.feed(answer.content.decode())
    return page


@pytest.fixture
def shut(shop, finished, tmp_path, person):
    """Make all that a study holds be called something: its title, columns, categories, segments, keys and members."""

    def call(name):
        short = name[:80]
        Study.objects.filter(id=shop.id).update(title=short)
        boss = Person.objects.filter(is_superuser=True).first() or person("boss", shop, Role.OWNER, is_superuser=True)
        ApiKey.make(study=shop, name=short, scopes=["place"], by=boss)
        Invitation.make(study=shop, role=Role.READER)
        Upload.objects.create(person=boss, names={"file1.csv": short}, bytes=1)
        job = shop.latest()
        Job.objects.filter(id=job.id).update(error=name)
        place = folder_of(job)
        place.unlink()
        place.mkdir()
        for part in ("data/models/scorer.json", "data/processed", "reports/metrics"):
            (place / part).parent.mkdir(parents=True, exist_ok=True)
            source = finished / part
            (shutil.copytree if source.is_dir() else shutil.copy)(source, place / part)
        content = (finished / "reports/content.json").read_text()
        (place / "reports/content.json").write_text(json.dumps(_called(json.loads(content), name)))
        _tables(finished, place, name)
        note_usual(place)
        return boss

    return call


def _called(told, name):
    """Every text of a content that a name from the data may stand in."""
    if isinstance(told, dict):
        kept = ("colour", "verdict", "currency")
        return {
            key: value if key in kept and isinstance(value, str) else _called(value, name)
            for key, value in told.items()
        }
    if isinstance(told, list):
        return [_called(each, name) for each in told]
    return name if isinstance(told, str) else told


def _tables(finished, place, name):
    (place / ".explorer").mkdir()
    quoted, column = name.replace("'", "''"), name.replace('"', '""')
    with duckdb.connect() as connection:
        for table, texts in (
            (".explorer/customers.parquet", ("customer_id", "gender", "location", "preferred_channel", "segment_name")),
            ("data/processed/profiles.parquet", ("name", "traits", "facts", "action", "because", "worth", "test")),
        ):
            changed = [f"'{quoted}' || customer_id AS customer_id" if text == "customer_id" else f"'{quoted}' AS {text}"
                       for text in texts]  # fmt: skip
            query = f"SELECT * REPLACE ({', '.join(changed)}), 1 AS \"{column}\" FROM '{finished / table}'"
            connection.execute(f"COPY ({query}) TO '{place / table}' (FORMAT parquet)")


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_stays_a_name_on_every_page(shut, shop, at, name):
    client = at(shut(name))
    seen = 0
    for address, methods in TABLE.items():
        if address in ADDRESSES and "GET" in methods and not address.startswith(("api:", "mfa_", "chapter")):
            path = ADDRESSES[address].format(study=shop.id)
            if address == "checked":
                path = f"/new/{Upload.objects.get().id}"
                Job.objects.create(kind="check", upload=Upload.objects.get(), state="failed", error=name)
            answer = client.get(path)
            assert answer.status_code < 500, address
            assert "evil" not in answer.headers.get("Set-Cookie", "")
            assert not any("\n" in value or "\r" in value for value in answer.headers.values())
            if not answer.headers.get("Content-Type", "").startswith("text/html") or answer.streaming:
                continue
            page = marks(answer)
            ours = [act for act in page.acts if re.fullmatch(r"(script|link) /static/[\w./-]+", act)]
            assert page.acts == ours, address
            assert "1337" not in "".join(page.text)
            seen += name.split("\r")[0][:20] in "".join(page.text)
    assert seen >= 4  # it is shown, and not merely left out


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_stays_a_name_in_the_api(shut, shop, client, name):
    boss = shut(name)
    secret = ApiKey.make(study=shop, name="x", scopes=list(Scope), by=boss)
    bearer = {"headers": {"Authorization": f"Bearer {secret}"}}
    path = f"/api/v1/studies/{shop.id}/runs/{shop.latest().id}"
    page = client.get(f"{path}/customers", {"limit": 3}, **bearer).json()
    assert page["customers"][0]["location"] == name
    again = client.get(f"{path}/customers", {"limit": 3, "cursor": page["next"]}, **bearer).json()
    assert again["customers"][0]["customer_id"] > page["customers"][2]["customer_id"]
    assert client.get(f"{path}/segments", **bearer).json()[0]["name"] == name
    assert client.get(f"/api/v1/studies/{shop.id}", **bearer).json()["title"] == name[:80]
    assert Study.objects.count() == 1


@pytest.mark.parametrize("name", [name for name in NAMES.values() if "\r" not in name])
def test_a_files_name_stays_a_name(person, at, name):
    client = at(person("ada"))
    client.post("/new", {"files": SimpleUploadedFile(f"{name}.csv", b"a,b\n1,2\n")})
    stored = Upload.objects.get()
    told = stored.names["file1.csv"]
    assert told.isprintable()
    assert "/" not in told
    page = marks(client.get(f"/new/{stored.id}"))
    assert not [act for act in page.acts if "/static/" not in act]
    assert told in "".join(page.text)
    assert Member.objects.count() == 0


@pytest.mark.parametrize("name", [NAMES["lines"], NAMES["direction"], "a\x00b", "\u2028"])
def test_what_cannot_be_seen_is_refused_in_names(shop, person, at, name):
    client = at(person("ann", shop, Role.ANALYST))
    answer = client.post(f"/studies/{shop.id}/keys", {"name": f"a{name}b", "scopes": ["place"]})
    assert answer.status_code == 422
    assert not ApiKey.objects.exists()


def test_a_name_is_no_part_of_a_files_head(shut, shop, at, finished):
    client = at(shut(NAMES["lines"]))
    place = folder_of(shop.latest()) / "reports/segmented_customers.csv"
    place.write_bytes(b"customer_id\n'=1+1\n")
    answer = client.get(f"/studies/{shop.id}/files/segmented_customers.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="segmented_customers.csv"'
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert b"".join(answer.streaming_content) == place.read_bytes()


def test_what_is_searched_for_is_no_pattern_and_no_program(person, at):
    client = at(person("boss", is_superuser=True))
    for name in NAMES.values():
        answer = client.get("/people", {"q": name})
        assert answer.status_code == 200
        assert not [act for act in marks(answer).acts if "/static/" not in act]


MAKE_KEY = """
from customer_segments.web.models import *
study = Study.objects.get()
person = Person.objects.create_user("schema@example.org", approved=True)
Member.objects.create(study=study, person=person, role=Role.OWNER)
print(study.id, study.latest().id, ApiKey.make(study=study, name="schema", scopes=list(Scope), by=person))
"""
CONFIG = """
headers = {{ Authorization = "Bearer {key}" }}
[parameters]
"path.study" = "{study}"
"path.run" = "{run}"
"""


@pytest.mark.long
def test_whatever_is_sent_the_api_answers_as_it_says(explorer, tmp_path):
    study, run, key = explorer.manage(MAKE_KEY).split()
    (tmp_path / "schemathesis.toml").write_text(CONFIG.format(key=key, study=study, run=run))
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(tmp_path / "schemathesis.toml"), "run",
        f"{explorer.base}/api/v1/openapi.json", "--max-examples", "5", "--phases", "examples,coverage,fuzzing",
        "--seed", "1", "--no-color",
        "--generation-deterministic", "--suppress-health-check", "all", "--max-failures", "5",
        "--exclude-checks", "positive_data_acceptance",  # which columns a study needs stands in no schema
    ]  # fmt: skip
    ran = subprocess.run(command, cwd=tmp_path, env=ENVIRONMENT, text=True, capture_output=True)
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]

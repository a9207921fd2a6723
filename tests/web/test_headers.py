"""What every answer carries, what the web process never loads, and how it is served under HTTPS."""

from __future__ import annotations

import http.client
import json
import secrets
import socket
import subprocess
import sys
from contextlib import closing
from html.parser import HTMLParser

import pytest

from customer_segments.web.access import TABLE
from customer_segments.web.models import Role
from customer_segments.web.shield import CHAPTER_POLICY, DRAWING_POLICY, POLICY
from tests.support import PROJECT
from tests.web.conftest import _variables, serving
from tests.web.homes import apart
from tests.web.walk import addresses

ADDRESSES = addresses()
PAGES = sorted(name for name, methods in TABLE.items() if "GET" in methods and name in ADDRESSES)
SHUT_IN = ("chapter", "made")
ORIGIN = {"SEGMENTS_WEB_ORIGIN": "https://segments.example.org"}
HEAVY = ("joblib", "sklearn", "pandas", "matplotlib", "pyarrow", "ibis", "scipy", "seaborn", "dvc", "papermill")


@pytest.fixture
def boss(shop, person, at):
    return at(person("boss", shop, Role.OWNER, is_superuser=True))


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_shown_from_elsewhere_or_kept(boss, shop, name):
    told = boss.get(ADDRESSES[name].format(study=shop.id)).headers
    assert told["Content-Security-Policy"] == {
        "chapter": CHAPTER_POLICY,
        "made": CHAPTER_POLICY,
        "segments": DRAWING_POLICY,
    }.get(name, POLICY)
    assert told["X-Content-Type-Options"] == "nosniff"
    assert told["Referrer-Policy"] == "same-origin"
    assert told["Cross-Origin-Opener-Policy"] == "same-origin"
    assert told["Cross-Origin-Resource-Policy"] == ("cross-origin" if name == "asset" else "same-origin")
    assert told["X-Frame-Options"] == ("SAMEORIGIN" if name in SHUT_IN else "DENY")
    assert "no-store" in told["Cache-Control"]
    assert "Server" not in told


def test_the_policy_allows_nothing_inline():
    assert POLICY.startswith("default-src 'none'")
    assert "unsafe" not in POLICY
    assert CHAPTER_POLICY.startswith("sandbox ")
    assert "allow-same-origin" not in CHAPTER_POLICY


class Inline(HTMLParser):
    """What the policy would stop: scripts and styles in the page itself."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in named):
            self.found.append(tag)
        self.found += [f"{tag} {name}" for name in named if name == "style" or name.startswith("on")]


@pytest.mark.parametrize("name", [name for name in PAGES if name not in SHUT_IN])
def test_no_page_holds_a_script_or_a_style(boss, shop, name):
    answer = boss.get(ADDRESSES[name].format(study=shop.id))
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        page = Inline()
        page.feed(answer.content.decode())
        allowed = {"script"} if name.startswith("mfa_") else set()  # allauth's data for passkeys is no program
        assert set(page.found) - allowed == set()


# A request to every page in a process of its own; prints what was loaded.
ASK_ALL = """
import json, sys
sys.path.append({project!r})
from tests.web.walk import addresses
from customer_segments.web.access import TABLE
from customer_segments.web.models import *
from django.test import Client
from customer_segments.web.wsgi import application
study = Study.objects.get(made_up=True)
person = Person.objects.create_user("a@example.org", approved=True, is_superuser=True)
Member.objects.create(study=study, person=person, role=Role.OWNER)
client = Client(headers={"host": "localhost"})
client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
secret = ApiKey.make(study=study, name="x", scopes=list(Scope), by=person)
bearer = {"headers": {"Authorization": f"Bearer {secret}", "host": "localhost"}}
run = f"/api/v1/studies/{study.id}/runs/{study.latest().id}"
for name, path in addresses().items():
    if "GET" in TABLE.get(name, ()) and not name.startswith("api:"):
        assert client.get(path.format(study=study.id)).status_code < 500, name
for part in ("verdict", "segments", "customers", "ledger", "report.pdf"):
    assert client.get(f"{run}/{part}", **bearer).status_code == 200, part
one = client.get(f"{run}/customers", {"limit": 1}, **bearer).json()["customers"][0]
for path, body in (("segment", {"customers": [one]}), ("whatif", {"customer": one})):
    sent = client.post(f"/api/v1/{path}", body, content_type="application/json", **bearer)
    assert sent.status_code in (200, 404 if path == "whatif" else 200, 422), sent.content
print(json.dumps(sorted({name.partition(".")[0] for name, module in sys.modules.items() if module})))
"""


def test_the_web_process_loads_nothing_heavy_and_unpickles_nothing(explorer):
    asked = ASK_ALL.replace("{project!r}", repr(str(PROJECT)))
    loaded = json.loads(apart(_variables(explorer.home), asked).splitlines()[-1])
    assert "django" in loaded
    assert set(loaded) & set(HEAVY) == set()


# What a server holds before anybody asks, how DuckDB allocates, and what a page of passkeys adds.
START = """
import ctypes, json, os, sys
from django.test import Client
from django.urls import reverse
from customer_segments.web.wsgi import application, warm
warm()
def held():
    return sorted({"duckdb", "fido2", "cryptography", "_duckdb"} & set(sys.modules))
def told(name):
    kind = ctypes.c_bool if name == b"background_thread" else ctypes.c_ssize_t
    value, size = kind(), ctypes.c_size_t(ctypes.sizeof(kind))
    ask = getattr(ctypes.CDLL(sys.modules["_duckdb"].__file__), "duckdb_je_mallctl", None)
    return ask and (ask(name, ctypes.byref(value), ctypes.byref(size), None, 0), int(value.value))[1]
began = held()
asked = Client(headers={"host": "localhost"}).get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
settings = [told(b"opt.dirty_decay_ms"), told(b"opt.muzzy_decay_ms"), told(b"background_thread")]
print(json.dumps([began, asked.status_code, held(), settings, "DUCKDB_JE_MALLOC_CONF" in os.environ]))
"""


def test_the_web_process_holds_no_more_than_pages_need(explorer):
    began, status, later, settings, left = json.loads(explorer.manage(START).splitlines()[-1])
    assert began == ["_duckdb"]
    assert (status, later) == (200, ["_duckdb", "cryptography", "fido2"])
    # What was freed is given back a moment later, also when nobody asks; not every wheel has an allocator of its own.
    assert settings in ([200, 0, 1], [None, None, None])
    assert not left  # a worker would be slowed down by it


def test_the_deployment_check_is_clean(tmp_path):
    (tmp_path / "secret").write_text(secrets.token_urlsafe(64), encoding="ascii")
    (tmp_path / "uploads").mkdir()
    command = [sys.executable, "-m", "customer_segments.web", "check", "--deploy", "--fail-level", "INFO"]
    ran = subprocess.run(command, env=_variables(tmp_path) | ORIGIN, text=True, capture_output=True)
    assert ran.returncode == 0, ran.stderr
    assert "no issues (0 silenced)" in ran.stdout + ran.stderr


def test_behind_https_it_is_served_and_remembered(tmp_path):
    origin = ORIGIN["SEGMENTS_WEB_ORIGIN"]
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with serving(tmp_path / "home", "--origin", origin, "--port", str(port), SEGMENTS_WEB_NO_WORKER="1"):

        def ask(**headers):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", "/account/login", headers={"Host": "segments.example.org"} | headers)
            answer = connection.getresponse()
            answer.read()
            return answer

        plain = ask()
        assert (plain.status, plain.headers["Location"]) == (301, f"{origin}/account/login")
        safe = ask(**{"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"})
        assert safe.status == 200
        told = safe.headers["Strict-Transport-Security"]
        assert told == "max-age=31536000; includeSubDomains; preload"
        cookies = safe.headers.get_all("Set-Cookie")
        assert cookies
        assert all(each.startswith("__Host-") and "Secure" in each and "HttpOnly" in each for each in cookies)
        assert ask(**{"Host": "evil.example", "X-Forwarded-Proto": "https"}).status == 400


def test_what_browsers_ask_for_is_stored_once(explorer):
    stored = [path for path in (explorer.home / "static").rglob("*") if path.is_file()]
    assert len({path.read_bytes() for path in stored}) == len(stored)
    assert sum(path.stat().st_size for path in stored) < 10 << 20

"""`segments serve`: starts with all it needs, refuses in a sentence, keeps its worker alive, and ends whole."""

from __future__ import annotations

import http.client
import importlib.metadata
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from contextlib import closing

import psutil
import pytest
from packaging.requirements import Requirement

from customer_segments.base.errors import StudyError
from customer_segments.web import serve
from tests.support import ENVIRONMENT, PROJECT

COMMAND = [sys.executable, "-m", "customer_segments", "serve", "--home"]
VARIABLES = ENVIRONMENT | {"PYTHONPATH": str(PROJECT / "src")}


def served(*options: str, home, **variables: str) -> subprocess.CompletedProcess[str]:
    """A start that ends by itself."""
    return subprocess.run(
        [*COMMAND, str(home), *options], env=VARIABLES | variables, text=True, capture_output=True, timeout=60,
        check=False,
    )  # fmt: skip


def refused(ran: subprocess.CompletedProcess[str]) -> str:
    assert ran.returncode == 1
    assert ran.stdout == ""
    lines = ran.stderr.strip().splitlines()
    assert len(lines) == 1
    return lines[0]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A running one, with what it said when it started."""
    home = tmp_path_factory.mktemp("served") / "home"
    said = home.with_suffix(".said")
    with said.open("w") as output:
        process = subprocess.Popen(
            [*COMMAND, str(home), "--port", "0", "--metrics-port", "0"],
            env=VARIABLES, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    end = time.monotonic() + 90
    while "The Explorer is at" not in (told := said.read_text()):
        assert process.poll() is None, told
        assert time.monotonic() < end
        time.sleep(0.1)
    yield home, process, told, said
    if process.poll() is None:
        process.kill()


def answer(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=20) as got:
            return got.status, got.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""


def address_in(told: str, start: str) -> str:
    return re.search(rf"{start} (http://\S+?)/?(?: \(|\n)", told)[1]


def test_the_first_administrators_link_is_whole_and_opens(server):
    base, link = address_in(server[2], "The Explorer is at"), address_in(server[2], "registers once, at")
    assert link.startswith(f"{base}/enter/")
    status, told = answer(link)
    assert status == 200
    assert "password" in told.lower()


def test_both_addresses_of_localhost_are_its_own(server):
    port = int(address_in(server[2], "The Explorer is at").removeprefix("http://localhost:"))
    assert answer(f"http://127.0.0.1:{port}/healthz")[0] == 200
    if serve._knows("::1"):
        assert answer(f"http://[::1]:{port}/healthz")[0] == 200
        other = served("--host", "::1", "--port", str(port), home=server[0].with_name("another"))
        assert f"Port {port} of ::1 cannot be used" in refused(other)


def test_figures_are_told_on_a_private_port_only(server):
    base, figures = address_in(server[2], "The Explorer is at"), address_in(server[2], "for Prometheus are at")
    assert answer(f"{base}/metrics")[0] == 404
    answer(f"{base}/healthz")
    told = answer(figures)[1]
    assert 'explorer_answers_total{method="GET",page="healthz",status="200"}' in told
    assert re.search(r'explorer_jobs\{kind="run",state="(running|queued)"\} 1', told)


def test_headers_alone_are_followed_by_nothing(server):
    connection = http.client.HTTPConnection(address_in(server[2], "The Explorer is at").removeprefix("http://"))
    connection.request("HEAD", "/account/login")
    head = connection.getresponse()
    assert (head.status, head.read()) == (200, b"")
    connection.request("GET", "/healthz")
    assert connection.getresponse().status == 200


def test_a_second_server_in_the_same_folder_is_refused(server):
    assert "Another Explorer uses" in refused(served("--port", "0", home=server[0]))


def test_a_worker_that_dies_is_followed_by_another(server):
    _, process, _, said = server
    worker = _worker_of(process)
    worker.kill()
    end = time.monotonic() + 20
    while (now := _worker_of(process)) is None or now.pid == worker.pid:
        assert time.monotonic() < end
        time.sleep(0.1)
    assert "The worker has died (code -9); another is started." in said.read_text()


def _worker_of(process: subprocess.Popen[bytes]) -> psutil.Process | None:
    children = psutil.Process(process.pid).children()
    return next((each for each in children if each.status() != psutil.STATUS_ZOMBIE), None)


def test_sigterm_ends_the_server_its_worker_and_what_that_had_begun(server):  # the last that uses it
    home, process, _, said = server
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    assert said.read_text().endswith("The Explorer has ended.\n")
    end = time.monotonic() + 20
    while any(_speaks_of(each, str(home)) for each in psutil.process_iter()):
        assert time.monotonic() < end
        time.sleep(0.1)


def _speaks_of(process: psutil.Process, place: str) -> bool:
    try:
        return process.pid != psutil.Process().pid and any(place in each for each in process.environ().values())
    except psutil.Error:
        return False


def test_a_home_of_a_newer_version_is_refused(server):  # which has ended by now, unless other tests ran elsewhere
    home, process, *_ = server
    process.send_signal(signal.SIGTERM)
    process.wait(60)
    with closing(sqlite3.connect(home / "explorer.sqlite3")) as connection, connection:
        connection.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('web', '9999_later', '2030-01-01')"
        )
    assert "was last used by a newer version" in refused(served("--port", "0", home=home))


def test_a_port_that_is_taken_is_a_sentence(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        told = refused(served("--port", str(taken.getsockname()[1]), home=tmp_path / "home"))
    assert re.match(r"Port \d+ of 127\.0\.0\.1 cannot be used \(Address already in use\): name another", told)


def test_a_port_that_cannot_be_is_a_sentence(tmp_path):
    assert "there is no such port" in refused(served("--port", "99999", home=tmp_path / "home"))


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    assert "cannot be written (Not a directory)" in refused(served(home=tmp_path / "file" / "home"))


def test_others_may_not_be_let_in_without_https(tmp_path):
    assert "can be reached by others" in refused(served("--host", "0.0.0.0", home=tmp_path / "home"))


def test_a_database_that_cannot_be_reached_is_a_sentence_without_its_password(tmp_path):
    address = "postgresql://someone:secret@127.0.0.1:1/shop"
    told = refused(served("--port", "0", home=tmp_path / "home", SEGMENTS_WEB_DATABASE=address))
    assert told.startswith("The database that SEGMENTS_WEB_DATABASE names cannot be used")
    assert "secret" not in told


def test_without_the_extra_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(serve, "EXTRA", (*serve.EXTRA, "not_installed_here"))
    with pytest.raises(
        StudyError, match=r"\(not_installed_here\): add them with `pip install 'customer_segments\[web\]'"
    ):
        serve.serve(tmp_path / "home", 0)


def test_every_package_of_the_extra_is_looked_for():
    import tomllib

    extra = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["web"]
    modules = importlib.metadata.packages_distributions()
    looked_for = {name.lower().replace("_", "-") for module in serve.EXTRA for name in modules[module]}
    assert {Requirement(each).name.lower() for each in extra} <= looked_for


def test_behind_a_proxy_only_its_word_counts(settings):
    settings.LARGEST_UPLOAD = 1 << 20
    assert "trusted_proxy" not in serve._trusted("127.0.0.1", "http://127.0.0.1:8000")
    alone = serve._trusted("127.0.0.1", "https://segments.example.org")
    assert (alone["trusted_proxy"], "x-forwarded-for" in alone["trusted_proxy_headers"]) == ("127.0.0.1", True)
    open_ = serve._trusted("0.0.0.0", "https://segments.example.org")
    assert open_["trusted_proxy_headers"] == {"x-forwarded-proto"}


def test_the_wheel_carries_what_pages_are_made_of(tmp_path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        packed = {name for name in wheel.namelist() if name.startswith("customer_segments/web/")}
    source = PROJECT / "src"
    wanted = {
        path.relative_to(source).as_posix()
        for path in (source / "customer_segments/web").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert wanted <= packed
    assert any(name.endswith("migrations/0001_initial.py") for name in packed)

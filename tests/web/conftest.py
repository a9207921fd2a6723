"""The Explorer with a finished study: people of every role, and a real server for browsers and programs."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import once
from tests.support import ENVIRONMENT, PROJECT
from tests.web.homes import beside

PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def plain_static_files(settings: Any) -> None:
    """Without `collectstatic`; the real server's tests have it."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture(scope="session")
def finished(small_shop: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished run, as the worker leaves it; read it, never change it."""
    from customer_segments.web.work import shelve

    def make(folder: Path) -> None:
        shutil.copytree(small_shop.folder, folder, symlinks=True)
        shelve(folder)

    return once(tmp_path_factory, "finished_run", make)


@pytest.fixture
def shop(db: Any, finished: Path) -> Any:
    """A study with a finished run."""
    from customer_segments.web.models import Job, Study
    from customer_segments.web.results import folder_of

    study = Study.objects.create(title="Corner shop")
    job = Job.objects.create(kind=Job.Kind.RUN, study=study, state=Job.State.FINISHED)
    folder_of(job).parent.mkdir(parents=True, exist_ok=True)
    folder_of(job).symlink_to(finished)
    return study


@pytest.fixture
def person(db: Any) -> Callable[..., Any]:
    """Make someone with an account: `person("eve", study, Role.READER)`."""

    def make(name: str, study: Any = None, role: Any = None, **facts: Any) -> Any:
        from customer_segments.web.models import Member, Person

        made = Person.objects.create_user(f"{name}@example.org", **({"approved": True} | facts))
        if study is not None:
            Member.objects.create(study=study, person=made, role=role)
        return made

    return make


@pytest.fixture
def at(client: Any) -> Callable[[Any], Any]:
    """The test's client, logged in as someone."""

    def logged_in(who: Any) -> Any:
        client.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return logged_in


@pytest.fixture
def key(person: Callable[..., Any]) -> Callable[..., str]:
    """Make a key of a study: its secret."""
    from customer_segments.web.api import entrance
    from customer_segments.web.models import ApiKey, Role, Scope

    entrance._left.clear()  # another test's key had the same number

    def make(study: Any, *scopes: str, role: Any = Role.OWNER, **facts: Any) -> str:
        by = person(f"maker{ApiKey.objects.count()}", study, role)
        return ApiKey.make(study=study, name="till", scopes=list(scopes or map(str, Scope)), by=by, **facts)

    return make


@pytest.fixture
def ask(client: Any) -> Callable[..., Any]:
    """Ask with a key: `ask(secret, "post", "/segment", {...})`."""

    def send(secret: str, method: str, path: str, told: Any = None, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {secret}"} | more.pop("headers", {})
        sent = {} if told is None else {"data": json.dumps(told), "content_type": "application/json"}
        return getattr(client, method)(f"/api/v1{path}", headers=headers, **sent | more)

    return send


@dataclass(frozen=True)
class Explorer:
    """A running server."""

    base: str
    home: Path
    entrance: str  # the first administrator's link
    process: subprocess.Popen[str]

    def manage(self, code: str) -> str:
        """Run a line of Python beside the server, with its settings."""
        return beside(_variables(self.home), code)


@contextmanager
def serving(home: Path, *options: str, **variables: str) -> Iterator[Explorer]:
    """`segments serve` with web process and worker, on a free port."""
    said = home.with_suffix(".said")
    with said.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "customer_segments", "serve", "--home", str(home), "--port", "0", *options],
            env=_variables(home) | variables, text=True, stdout=output,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        told = _until_up(process, said)
        base = re.search(r"at (https?://\S+?)/? ", told)[1]
        entrance = re.search(r"/enter/\S+", told)
        yield Explorer(base, home, entrance[0] if entrance else "", process)
    finally:
        process.terminate()  # SIGINT may be ignored where the tests run in the background
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def _variables(home: Path) -> dict[str, str]:
    own = {"PYTHONPATH": str(PROJECT / "src"), "SEGMENTS_WEB_HOME": str(home)}
    return ENVIRONMENT | own | {"DJANGO_SETTINGS_MODULE": "customer_segments.web.settings"}


def _until_up(process: subprocess.Popen[str], said: Path) -> str:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        told = said.read_text(encoding="utf-8")
        if "The Explorer is at" in told:
            return told
        assert process.poll() is None, told
        time.sleep(0.1)
    raise AssertionError(said.read_text(encoding="utf-8"))


PUT_IN = """
import shutil
from customer_segments.web.models import *
from customer_segments.web.results import folder_of
study = Study.objects.filter(made_up=True).get()
job = study.jobs.get()
Job.objects.filter(id=job.id).update(state="finished")
folder_of(job).parent.mkdir(parents=True, exist_ok=True)
shutil.copytree({finished!r}, folder_of(job))
print(study.id)
"""


@pytest.fixture(scope="module")
def explorer(tmp_path_factory: pytest.TempPathFactory, finished: Path) -> Iterator[Explorer]:
    """A running server whose demo is finished already."""
    home = tmp_path_factory.mktemp("explorer") / "home"
    with serving(home, SEGMENTS_WEB_NO_WORKER="1") as running:
        running.manage(PUT_IN.format(finished=str(finished)))
        yield running

"""A home of the Explorer for tests with real processes: its database prepared, its workers started and killed."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support import ENVIRONMENT, PROJECT

SETTINGS = {"DJANGO_SETTINGS_MODULE": "customer_segments.web.settings"}
HEADER = "CustomerID,Age,Spending Score (1-100)"


def customers(count: int = 300) -> str:
    """A list in which three groups are told apart, with numbers that stand for nothing else."""
    rows = (f"C-{n:05d}-X,{20 + n * 7 % 50},{(n % 3) * 40 + n % 7}\n" for n in range(1, count + 1))
    return f"{HEADER}\n{''.join(rows)}"


READY = "import django; django.setup(); from customer_segments.web.models import *\n"
BESIDE = """
import contextlib, io, json, sys, traceback
import django
django.setup()
from django.db import connections
for code in sys.stdin:
    said, failed = io.StringIO(), ""
    try:
        with contextlib.redirect_stdout(said):
            exec(json.loads(code), {})
    except BaseException:
        failed = traceback.format_exc()
    connections.close_all()
    print(json.dumps([said.getvalue(), failed]), flush=True)
"""
_last: tuple[Mapping[str, str], subprocess.Popen[str]] | None = None


def apart(variables: Mapping[str, str], code: str) -> str:
    """Run Python under these variables, with the Explorer's models at hand, in a process of its own; what it prints."""
    ran = subprocess.run(
        [sys.executable, "-c", READY + code], env=variables, text=True, capture_output=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def beside(variables: Mapping[str, str], code: str) -> str:
    """The same in the last call's process, where the variables are the same: loading Django takes a second."""
    global _last
    if _last is None or _last[0] != variables or _last[1].poll() is not None:
        if _last is not None:
            _last[1].communicate()
        piped = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        _last = variables, subprocess.Popen([sys.executable, "-c", BESIDE], env=variables, text=True, **piped)
    process = _last[1]
    process.stdin.write(json.dumps(READY + code) + "\n")
    process.stdin.flush()
    said, failed = json.loads(process.stdout.readline())
    assert not failed, failed
    return said


@dataclass
class Home:
    """Where everything is stored; `database` is empty for SQLite."""

    path: Path
    database: str = ""
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        own = {"PYTHONPATH": str(PROJECT / "src"), "SEGMENTS_WEB_HOME": str(self.path)}
        return ENVIRONMENT | own | SETTINGS | {"SEGMENTS_WEB_DATABASE": self.database} | self.variables

    def prepare(self) -> Home:
        for name in ("uploads", "studies", "outbox"):
            (self.path / name).mkdir(parents=True, exist_ok=True)
        (self.path / "secret").write_text("of the tests", encoding="ascii")
        self.manage(
            "from django.core.management import call_command as c; c('migrate', verbosity=0); "
            "c('createcachetable', verbosity=0)"
        )
        return self

    def manage(self, code: str) -> str:
        """Run Python with the Explorer's settings; what it prints."""
        return beside(self.environment, code).strip()

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Straight from the database."""
        if self.database:
            import psycopg

            with psycopg.connect(self.database) as connection:
                return connection.execute(query).fetchall()
        with closing(sqlite3.connect(self.path / "explorer.sqlite3", timeout=20)) as connection:
            return connection.execute(query).fetchall()

    def state(self) -> tuple[str, str, str]:
        """Of the latest job: its state, its stage, its error."""
        return self.ask("SELECT state, stage, error FROM web_job ORDER BY created DESC LIMIT 1")[0]

    def worker(self) -> subprocess.Popen[bytes]:
        with (self.path / "worker.said").open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "customer_segments.web", "worker"],
                env=self.environment, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip

    @contextmanager
    def working(self) -> Iterator[subprocess.Popen[bytes]]:
        worker = self.worker()
        try:
            yield worker
        finally:
            worker.send_signal(signal.SIGTERM)
            worker.wait(60)

    def until(self, *states: str, seconds: float = 180) -> tuple[str, str, str]:
        """Wait until the latest job has come to one of these."""
        end = time.monotonic() + seconds
        while (now := self.state())[0] not in states:
            assert time.monotonic() < end, (now, (self.path / "worker.said").read_text())
            time.sleep(0.1)
        return now

    def until_all(self, *states: str, seconds: float = 180) -> list[tuple[Any, ...]]:
        """Wait until every job has come to one of these; what failed."""
        end = time.monotonic() + seconds
        while {now for (now,) in self.ask("SELECT state FROM web_job")} - {*states, "failed"}:
            assert time.monotonic() < end, self.ask("SELECT kind, state, stage, error FROM web_job")
            time.sleep(0.1)
        return self.ask("SELECT kind, error FROM web_job WHERE state = 'failed'")

    def study(self, rows: str | None = None) -> tuple[str, str, Path]:
        """A study of a list of customers whose run is queued: its number, the upload's, and the run's folder."""
        made = self.manage(STUDY.format(rows=rows or customers())).split()
        return made[0], made[1], self.path / "studies" / made[0] / made[2]

    def processes(self, folder: Path) -> list[int]:
        """Every process that stands in a folder or speaks of it."""
        import psutil

        found = []
        for process in psutil.process_iter():
            try:
                told = [process.cwd(), *process.cmdline(), *process.environ().values()]
            except (psutil.Error, OSError):
                continue
            if process.pid != os.getpid() and any(str(folder) in each for each in told):
                found.append(process.pid)
        return found


STUDY = """
import uuid
from django.conf import settings
person, _ = Person.objects.get_or_create(email="ada@example.org", approved=True)
upload = Upload.objects.create(person=person, names={{"file1.csv": "list.csv"}}, bytes=1)
folder = settings.HOME / "uploads" / str(upload.id) / "files"
folder.mkdir(parents=True)
(folder / "file1.csv").write_text({rows!r})
study = Study.objects.create(title="List")
Member.objects.create(study=study, person=person, role=Role.OWNER)
columns = {{"customer_id": "CustomerID", "age": "Age", "spending_score": "Spending Score (1-100)"}}
source = {{"kind": "files", "customers": "data/external/file1.csv", "columns": {{"customers": columns}}}}
sections = {{"study": {{"name": "list", "title": "List"}}, "source": source,
    "validation": {{"references": 19, "bootstraps": 10}}}}
job = Job.objects.create(kind="run", study=study, upload=upload, asked_by=person, settings={{"settings": sections}})
print(study.id, upload.id, job.id)
"""

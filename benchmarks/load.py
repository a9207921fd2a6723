"""A mixed load on the Explorer while its worker is killed and its database restarted: nothing wrong, nothing lost.

`python benchmarks/load.py [SECONDS]` starts a PostgreSQL server and the Explorer in temporary folders, lets 50 people
read, and enter customers, over HTTP, kills the worker ten times and restarts the database twice, then waits for the
runs that are left and looks at all that was promised. Prints one line of figures; exit code 1 where one is not met.
"""

from __future__ import annotations

import http.client
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psutil

PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT))

from tests.sources.servers import Postgres, running_postgres  # noqa: E402
from tests.web.homes import Home  # noqa: E402

PEOPLE, KILLS, RESTARTS, RUNS = 50, 10, 2, 3
PAUSES = (0.2, 1.0)  # seconds that a person looks at a page
AWAY = 2.0  # seconds that the database stays away
IDLE = 15.0  # seconds of the same load before, undisturbed
LEFT = 900.0  # seconds that runs are given after the load
READ = {"": 3, "/chapters/03_clustering.html": 2, "/chapters/index.html": 1, "/files/brief.pdf": 1, "/runs": 1,
        "/segments": 2, "/customers": 2, "/add": 0}  # fmt: skip

PEOPLE_COME = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
study = Study.objects.get(id={study!r})
for number in range({people}):
    person = Person.objects.create_user(f"person{{number}}@example.org", approved=True)
    Member.objects.create(study=study, person=person, role=Role.MANAGER)
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(person.pk), person.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session.save()
    print(session.session_key)
"""


@dataclass
class Seen:
    """What all people saw together."""

    answers: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    promised: list[str] = field(default_factory=list)  # customers whose entry was said to be kept
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, seconds: float, wrong: str = "") -> None:
        with self.lock:
            self.answers[kind] += 1
            if kind == "right":
                self.seconds.append(seconds)
            if wrong:
                self.wrong.append(wrong)


@dataclass
class Visitor:
    """One person with a browser's session."""

    address: str
    session: str
    study: str
    folder: Path
    number: int
    seen: Seen
    until: float
    pages: list[str]

    def visit(self) -> None:
        choice = random.Random(self.number)
        while time.monotonic() < self.until:
            page = choice.choice(self.pages)
            self._enter(choice) if page == "/add" else self._read(page)
            time.sleep(choice.uniform(*PAUSES))

    def _ask(
        self, method: str, page: str, form: dict[str, str] | None = None, token: str = ""
    ) -> tuple[int, str, bytes]:
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=120)
        headers = {"Cookie": f"session={self.session}; csrf={token}"}
        if form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.address}
        try:
            connection.request(method, f"/studies/{self.study}{page}", urlencode(form) if form else None, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers.get("Location", ""), answer.read()
        finally:
            connection.close()

    def _read(self, page: str) -> None:
        began = time.perf_counter()
        try:
            status, _, body = self._ask("GET", page)
        except OSError as error:
            self.seen.note("broken", 0.0, f"{page}: {type(error).__name__}")
            return
        took = time.perf_counter() - began
        if status == 503:
            self.seen.note("away", took, "" if b"The database is away" in body else f"{page}: 503 without a reason")
        elif status != 200 or not self._is_right(page, body):
            self.seen.note("wrong", took, f"{page}: {status}")
        else:
            self.seen.note("right", took)

    def _is_right(self, page: str, body: bytes) -> bool:
        """What was rendered comes byte for byte; a page is whole and of this study."""
        if page.startswith("/chapters/") or page.startswith("/files/"):
            name = f"reports/{page.rpartition('/')[2]}"
            return body == (self.folder / name).read_bytes()
        return b"<b>List</b>" in body and body.rstrip().endswith(b"</html>")

    def _enter(self, choice: random.Random) -> None:
        token = "a" * 32
        number = f"V-{self.number:03d}-{time.monotonic_ns()}"
        facts = {"customer_id": number, "purpose": "load", "basis": "consent"}
        figures = {f"f{place}": str(choice.randint(20, 60)) for place in range(8)}
        began = time.perf_counter()
        try:
            status, where, body = self._ask("POST", "/add", facts | figures | {"csrfmiddlewaretoken": token}, token)
        except OSError as error:
            self.seen.note("broken", 0.0, f"/add: {type(error).__name__}")
            return
        took = time.perf_counter() - began
        if status == 302 and "/added/" in where:
            with self.seen.lock:
                self.seen.promised.append(number)
            self.seen.note("right", took)
        elif status == 503:
            self.seen.note("away", took)
        else:
            self.seen.note("wrong", took, f"/add: {status} {body[:200]!r}")


def main() -> int:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    with running_postgres() as server, tempfile.TemporaryDirectory(prefix="load_") as place:
        database = f"postgresql://owner:owner%27s%20own@127.0.0.1:{server.port}/shop"
        home = Home(Path(place, "home"), database)
        said = Path(place, "said")
        with said.open("w") as output:
            command = [sys.executable, "-m", "customer_segments", "serve", "--home", str(home.path), "--port", "0"]
            served = subprocess.Popen(command, env=home.environment, stdout=output, stderr=output)
        try:
            return _tried(home, server, served, said, seconds)
        finally:
            served.send_signal(signal.SIGTERM)
            served.wait(90)


def _tried(home: Home, server: Postgres, served: subprocess.Popen[bytes], said: Path, seconds: float) -> int:
    address = _address(served, said)
    home.manage("Job.objects.filter(study__made_up=True).update(state='cancelled')")
    study, _, folder = home.study()
    home.until("finished", seconds=LEFT)
    lock = (folder / "dvc.lock").read_bytes()
    idle = _load(home, address, study, folder, IDLE)
    more = [home.study()[2] for _ in range(RUNS)]
    stop = threading.Event()
    trouble = threading.Thread(target=_trouble, args=(server, served, seconds, stop))
    trouble.start()
    seen = _load(home, address, study, folder, seconds)
    trouble.join()
    lost = _lost_runs(home, more, lock)
    promised = [*idle.promised, *seen.promised]
    customers = _lost_customers(home, promised)
    broken = home.manage("from customer_segments.web import events; print(events.first_broken())") != "None"
    print(
        f"{PEOPLE} people, {seconds:.0f} s, {sum(seen.answers.values()):,} answers ({seen.answers['away']} that the "
        f"database is away), worker killed {KILLS} times, database restarted {RESTARTS} times: {len(seen.wrong)} wrong "
        f"answers, {lost} of {RUNS} runs lost, {customers} of {len(promised):,} customers lost or doubled, book "
        f"{'broken' if broken else 'whole'}; p95 {_p95(seen):.0f} ms, "
        f"before it {_p95(idle):.0f} ms"
    )
    for each, count in Counter(seen.wrong).most_common(5):
        print(f"  {count} times {each}", file=sys.stderr)
    return int(bool(seen.wrong or lost or customers or broken))


def _address(served: subprocess.Popen[bytes], said: Path) -> str:
    while not (found := re.search(r"The Explorer is at (\S+?)/ ", said.read_text())):
        assert served.poll() is None, said.read_text()
        time.sleep(0.1)
    return found[1].replace("127.0.0.1", "localhost")


def _load(home: Home, address: str, study: str, folder: Path, seconds: float) -> Seen:
    """All people at once for so long."""
    sessions = _sessions(home, study)
    seen, until = Seen(), time.monotonic() + seconds
    pages = _pages(address, sessions[0], study, folder)
    visitors = [
        Visitor(address, session, study, folder, number, seen, until, pages) for number, session in enumerate(sessions)
    ]
    threads = [threading.Thread(target=visitor.visit) for visitor in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen


def _sessions(home: Home, study: str) -> list[str]:
    if home.ask("SELECT count(*) FROM web_person") == [(1,)]:
        home.manage(PEOPLE_COME.format(study=study, people=PEOPLE))
    return [key for (key,) in home.ask("SELECT session_key FROM django_session ORDER BY session_key")]


def _pages(address: str, session: str, study: str, folder: Path) -> list[str]:
    """Each page that there is, as often as it is read; entering customers as often as looking at them."""
    first = Visitor(address, session, study, folder, 0, Seen(), 0.0, [])
    there = [page for page in READ if first._ask("GET", page)[0] == 200]
    return [page for page in there for _ in range(READ[page] or 4)]


def _trouble(server: Postgres, served: subprocess.Popen[bytes], seconds: float, stop: threading.Event) -> None:
    """Kills and restarts, evenly spread."""
    began = time.monotonic()
    what = sorted(
        [((n + 0.5) / KILLS, "kill") for n in range(KILLS)] + [((n + 1) / 3, "restart") for n in range(RESTARTS)]
    )
    for when, deed in what:
        stop.wait(max(0.0, began + when * seconds - time.monotonic()))
        if deed == "kill":
            while not (workers := psutil.Process(served.pid).children()):
                time.sleep(0.05)
            workers[0].kill()
        else:
            server.stop()
            time.sleep(AWAY)
            server.start()


def _lost_runs(home: Home, folders: list[Path], lock: bytes) -> int:
    """Runs that have not come to the same bytes as the one that nobody disturbed."""
    if failed := home.until_all("finished", "cancelled", seconds=LEFT):
        print(failed, file=sys.stderr)
    return sum(not (folder / "dvc.lock").exists() or (folder / "dvc.lock").read_bytes() != lock for folder in folders)


def _lost_customers(home: Home, promised: list[str]) -> int:
    stored = Counter(number for (number,) in home.ask("SELECT customer_id FROM web_added"))
    return sum(stored[number] != 1 for number in promised)


def _p95(seen: Seen) -> float:
    ordered = sorted(seen.seconds)
    return 1000 * ordered[int(0.95 * len(ordered))]


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main())

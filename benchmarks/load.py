"""A mixed load on the Explorer, with its worker killed and its database restarted: nothing wrong, nothing lost.

`python benchmarks/load.py [SECONDS]` starts a PostgreSQL server and the Explorer in temporary folders, lets 50 people
read, place and enter customers over HTTP: first with nothing else to do, then while studies run, then while the worker
is killed ten times and the database restarted twice. Waits for the runs that are left, looks at all that was promised,
and writes to BENCHMARKS.md; exit code 1 where something was wrong or lost.
"""

from __future__ import annotations

import http.client
import json
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
from measure import write_down

PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT))

from tests.sources.servers import Postgres, running_postgres  # noqa: E402
from tests.web.homes import Home  # noqa: E402

HEADING = "## The Explorer under load"
PEOPLE, KILLS, RESTARTS, RUNS = 50, 10, 2, 8
PAUSES = (0.2, 1.0)  # seconds that a person looks at a page
AWAY = 2.0  # seconds that the database stays away
WARMING = 5.0  # seconds that do not count in times
COMPARED = 30.0  # seconds of load without a run, and of load beside runs
LEFT = 900.0  # seconds that runs are given after the load
PLACE = "/api/v1/segment"
# How often each is asked for.
ASKED = {"": 3, "/chapters/03_clustering.html": 2, "/chapters/index.html": 1, "/files/brief.pdf": 1, "/runs": 1,
         "/segments": 2, "/customers": 2, "/add": 4, PLACE: 6}  # fmt: skip

PEOPLE_COME = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
study = Study.objects.get(id={study!r})
print(ApiKey.make(study=study, name="load", scopes=["place"], by=Person.objects.get(email="ada@example.org")))
for number in range({people}):
    person = Person.objects.create_user(f"person{{number}}@example.org", approved=True)
    Member.objects.create(study=study, person=person, role=Role.MANAGER)
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(person.pk), person.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session.save()
    print(session.session_key)
"""
CUSTOMERS = [{"age": age, "spending_score": score} for age in (20, 35, 50, 65) for score in (2, 20, 43, 60, 84)]


@dataclass
class Seen:
    """What all people saw together."""

    answers: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)  # of right answers
    wrong: list[str] = field(default_factory=list)
    promised: list[str] = field(default_factory=list)  # customers whose entry was said to be kept
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def p95(self) -> float:
        """Milliseconds."""
        return 1000 * sorted(self.seconds)[int(0.95 * len(self.seconds))]


@dataclass
class Place:
    """The study that is visited, the way in, and what is known of it."""

    address: str
    study: str
    folder: Path
    key: str
    sessions: list[str]
    placed: list[dict[str, object]] = field(default_factory=list)  # the answer for each of the customers


@dataclass
class Visitor:
    """One person with a browser's session and a program's key."""

    place: Place
    number: int
    seen: Seen
    until: float

    def visit(self) -> None:
        choice = random.Random(self.number)
        pages = [page for page, often in ASKED.items() for _ in range(often)]
        while time.monotonic() < self.until:
            page = choice.choice(pages)
            began = time.perf_counter()
            try:
                kind, promised = {"/add": self._enter, PLACE: self._place}.get(page, self._read)(page, choice)
            except OSError as error:
                kind, promised = type(error).__name__, None
            self._note(page, kind, promised, time.perf_counter() - began)
            time.sleep(choice.uniform(*PAUSES))

    def _note(self, page: str, kind: str, promised: str | None, took: float) -> None:
        with self.seen.lock:
            self.seen.answers[kind if kind in ("right", "away") else "wrong"] += 1
            self.seen.promised += [promised] if promised else []
            if kind == "right":
                self.seen.seconds.append(took)
            elif kind != "away":
                self.seen.wrong.append(f"{page}: {kind}")

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, str, bytes]:
        connection = http.client.HTTPConnection(urlsplit(self.place.address).netloc, timeout=120)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers.get("Location", ""), answer.read()
        finally:
            connection.close()

    @property
    def _session(self) -> str:
        return f"session={self.place.sessions[self.number]}"

    def _read(self, page: str, _: random.Random) -> tuple[str, None]:
        status, _, body = self._ask("GET", f"/studies/{self.place.study}{page}", None, {"Cookie": self._session})
        if status == 503 and b"The database is away" in body:
            return "away", None
        return "right" if status == 200 and self._is_right(page, body) else f"{status}", None

    def _is_right(self, page: str, body: bytes) -> bool:
        """What was rendered comes byte for byte; a page is whole and of this study."""
        if page.startswith(("/chapters/", "/files/")):
            return body == (self.place.folder / "reports" / page.rpartition("/")[2]).read_bytes()
        return b"<b>List</b>" in body and body.rstrip().endswith(b"</html>")

    def _enter(self, page: str, choice: random.Random) -> tuple[str, str | None]:
        token, number = "a" * 32, f"V-{self.number:03d}-{time.monotonic_ns()}"
        facts = {"customer_id": number, "purpose": "load", "basis": "consent", "csrfmiddlewaretoken": token}
        figures = {f"f{place}": str(choice.randint(20, 60)) for place in range(8)}
        headers = {
            "Cookie": f"{self._session}; csrf={token}", "Origin": self.place.address,
            "Content-Type": "application/x-www-form-urlencoded",
        }  # fmt: skip
        form = urlencode(facts | figures)
        status, where, body = self._ask("POST", f"/studies/{self.place.study}{page}", form, headers)
        if status == 302 and "/added/" in where:
            return "right", number
        return ("away" if status == 503 else f"{status} {body[:200]!r}"), None

    def _place(self, page: str, choice: random.Random) -> tuple[str, None]:
        one = choice.randrange(len(CUSTOMERS))
        status, answers = self.placed([CUSTOMERS[one]])
        if status == 503:
            return "away", None
        return ("right" if answers == [self.place.placed[one]] else f"{status} {answers}"), None

    def placed(self, customers: list[dict[str, int]]) -> tuple[int, list[dict[str, object]]]:
        """What the API answers for these customers."""
        headers = {"Authorization": f"Bearer {self.place.key}", "Content-Type": "application/json"}
        status, _, body = self._ask("POST", PLACE, json.dumps({"customers": customers}), headers)
        return status, json.loads(body).get("segments", [])


def main() -> int:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 300.0
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
    place = _place(home, address, study, folder)
    first = _load(place, WARMING)
    idle = _load(place, COMPARED)
    more = [home.study()[2] for _ in range(RUNS)]
    beside = _load(place, COMPARED)
    trouble = threading.Thread(target=_trouble, args=(server, served, seconds))
    trouble.start()
    troubled = _load(place, seconds)
    trouble.join()
    phases = (first, idle, beside, troubled)
    wrong = [each for seen in phases for each in seen.wrong]
    lost = _lost_runs(home, more, (folder / "dvc.lock").read_bytes())
    promised = [number for seen in phases for number in seen.promised]
    customers = _lost_customers(home, promised)
    broken = home.manage("from customer_segments.web import events; print(events.first_broken())") != "None"
    _write(seconds, phases, (len(wrong), lost, customers, len(promised), broken))
    for each, count in Counter(wrong).most_common(5):
        print(f"  {count} times {each}", file=sys.stderr)
    return int(bool(wrong or lost or customers or broken))


def _write(seconds: float, phases: tuple[Seen, Seen, Seen, Seen], told: tuple[int, int, int, int, bool]) -> None:
    _, idle, beside, troubled = phases
    wrong, lost, customers, promised, broken = told
    answers = sum(seen.answers.total() for seen in phases)
    book = "broken" if broken else "whole"
    report = f"""{HEADING}

Measured by `benchmarks/load.py`: {PEOPLE} people who read, place and enter customers over HTTP, with pauses of
{PAUSES[0]:g} to {PAUSES[1]:g} s, on PostgreSQL; {seconds:.0f} s of it while the worker is killed {KILLS} times and the
database restarted twice.
Times are wall-clock, as seen by those people, who share the machine's cores with the server and the runs.

| what | to reach | measured |
|---|---|---|
| wrong answers | 0 | {wrong} of {answers:,}; {troubled.answers["away"]} of them said that the database is away |
| runs that did not end in the same bytes | 0 | {lost} of {RUNS} |
| customers lost or entered twice | 0 | {customers} of {promised:,}; the book of events is {book} |
| p95 of pages and API while a study runs, against none running | at most 3 times | {beside.p95 / idle.p95:.1f} times \
({beside.p95:.0f} ms, {idle.p95:.0f} ms) |
| p95 with kills and restarts | | {troubled.p95:.0f} ms |
"""
    write_down(HEADING, report)
    print(report)


def _address(served: subprocess.Popen[bytes], said: Path) -> str:
    while not (found := re.search(r"The Explorer is at (\S+?)/ ", said.read_text())):
        assert served.poll() is None, said.read_text()
        time.sleep(0.1)
    return found[1]


def _place(home: Home, address: str, study: str, folder: Path) -> Place:
    """The study with people who may visit it, and what is right to answer."""
    key, *sessions = home.manage(PEOPLE_COME.format(study=study, people=PEOPLE)).split()
    place = Place(address, study, folder, key, sessions)
    _, place.placed = Visitor(place, 0, Seen(), 0.0).placed(CUSTOMERS)
    assert len(place.placed) == len(CUSTOMERS)
    return place


def _load(place: Place, seconds: float) -> Seen:
    """All people at once for so long."""
    seen, until = Seen(), time.monotonic() + seconds
    visitors = [Visitor(place, number, seen, until) for number in range(PEOPLE)]
    threads = [threading.Thread(target=visitor.visit) for visitor in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen


def _trouble(server: Postgres, served: subprocess.Popen[bytes], seconds: float) -> None:
    """Kills and restarts, evenly spread."""
    began = time.monotonic()
    what = sorted(
        [((n + 0.5) / KILLS, "kill") for n in range(KILLS)] + [((n + 1) / 3, "restart") for n in range(RESTARTS)]
    )
    for when, deed in what:
        time.sleep(max(0.0, began + when * seconds - time.monotonic()))
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


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main())

"""What the Explorer's pages cost: the customers' page, memory, start; placing by HTTP against the fitted pipeline.

`python benchmarks/pages.py FOLDER` measures on a finished study of the demo shop, and writes to BENCHMARKS.md. Compared
is the processor time of the server's process; FOLDER stays as it is.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import duckdb
import psutil
from measure import write_down
from serving import ONE_THREAD, _running, counting, fitting, listed

HEADING = "## The Explorer's pages"
MILLION = 1_000_000
CALLS, MIXED, AT_ONCE = 20, 200, 1000
# Two studies in the Explorer's folder, the demo as it is and with many customers; a manager's session and a key.
PUT_IN = """
import json, shutil
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from customer_segments.web.models import *
from customer_segments.web.results import folder_of
person = Person.objects.create_user("bench@example.org", approved=True)
told = []
for folder in {folders!r}:
    study = Study.objects.create(title="Bench")
    Member.objects.create(study=study, person=person, role=Role.OWNER)
    job = Job.objects.create(kind="run", state="finished", study=study)
    folder_of(job).parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(folder, folder_of(job))
    told.append(str(study.id))
session = SessionStore()
session[SESSION_KEY], session[HASH_SESSION_KEY] = str(person.pk), person.get_session_auth_hash()
session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
session.save()
key = ApiKey.make(study=Study.objects.get(id=told[0]), name="bench", scopes=["place"], by=person)
print(json.dumps([session.session_key, key, told]))
"""


def _condition(column: str, operator: str, value: str, joined: str = "and") -> list[tuple[str, str]]:
    return [("join", joined), ("column", column), ("is", operator), ("value", value)]


ORDERS, REVENUE = _condition("orders", "least", "5"), _condition("net_revenue", "most", "900.5", "or")
# By what a person does there; each is asked with other values every time, so that nothing is answered from memory.
VIEWS: dict[str, list[tuple[str, str]]] = {
    "all": [],
    "search": [("q", "1000")],
    "segment": [("segment", "2")],
    "condition": ORDERS,
    "conditions": [*ORDERS, *_condition("returned_share", "most", "2%"), *REVENUE],
    "text": _condition("preferred_channel", "holds", "o"),
    "sort": [("sort", "-net_revenue")],
    "segment, condition, sort": [("segment", "2"), *ORDERS, ("sort", "-expected_value")],
    "page": [("page", "57")],
    "page of a sort": [("sort", "orders"), ("page", "40")],
    "columns": [("show", name) for name in ("age", "gender", "location", "net_revenue", "signed_up_on", "orders")],
}
PAGES = ("", "/segments", "/segments?by=gender", "/segments/map", "/customers", "/customers?sort=-net_revenue",
         "/customers/{customer}", "/predict", "/add", "/retention", "/value", "/model", "/runs", "/keys", "/sharing",
         "/forget", "/chapters/03_clustering.html", "/chapters/index.html", "/files/brief.pdf")  # fmt: skip


MADE_BEFORE = ("/chapters", "/files", "/segments/map")  # by the pipeline, or data for a script


@dataclass
class Explorer:
    """A running server with a manager's session."""

    process: psutil.Process
    connection: http.client.HTTPConnection
    session: str
    key: str
    studies: list[str]

    def wait(self) -> None:
        """Until it answers at all."""
        self.connection.request("GET", "/healthz", headers={"Host": "localhost"})
        self._answer("/healthz")

    def ask(self, page: str, study: int = 0) -> bytes:
        address = f"/studies/{self.studies[study]}{page}"
        self.connection.request("GET", address, headers={"Cookie": f"session={self.session}", "Host": "localhost"})
        return self._answer(address)

    def fetch(self, address: str) -> bytes:
        """As a browser has it sent: compressed where the server can."""
        headers = {"Cookie": f"session={self.session}", "Host": "localhost", "Accept-Encoding": "gzip"}
        self.connection.request("GET", address, headers=headers)
        return self._answer(address)

    def place(self, customers: list[dict[str, Any]]) -> list[dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json", "Host": "localhost"}
        self.connection.request("POST", "/api/v1/segment", json.dumps({"customers": customers}), headers)
        return json.loads(self._answer("/api/v1/segment"))["segments"]

    def _answer(self, address: str) -> bytes:
        answer = self.connection.getresponse()
        told = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{address}: {answer.status} {told[:300]!r}")
        return told

    @property
    def spent(self) -> float:
        """Seconds of processor time so far, finer than the ticks of `cpu_times`."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9

    @property
    def megabytes(self) -> float:
        return self.process.memory_info().rss / (1 << 20)


def main(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        demo, many = _shelved(folder, Path(scratch, "demo")), _many(folder, Path(scratch, "many"))
        command = [sys.executable, "-m", "customer_segments", "serve", "--home", f"{scratch}/home", "--port", "0"]
        own = {"SEGMENTS_WEB_HOME": f"{scratch}/home", "SEGMENTS_WEB_NO_WORKER": "1"}
        variables = os.environ | ONE_THREAD | own | {"DJANGO_SETTINGS_MODULE": "customer_segments.web.settings"}
        with _running(command, variables) as (process, port):
            explorer = _explorer(process, port, variables, [demo, many])
            rows = _rows(explorer, folder)
        fitted, counted = fitting(listed(Path(scratch, "customers.csv"))), counting()
    yardsticks = "beside them, how quick the machine is: 5,000 customers in five by KMeans; ten million squares summed"
    rows.append((yardsticks, "", f"{fitted:.1f} ms; {counted:.2f} s"))
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    report = f"""{HEADING}

Measured by `benchmarks/pages.py` on the demo shop over HTTP: milliseconds are the processor time of the server for one
answer, medians of {CALLS}, of the slowest and the quickest of {len(VIEWS)} kinds of views of the customers' table, none
asked for twice; at {MILLION:,} customers also the first of all.

| what | to reach | measured |
|---|---|---|
{table}
"""
    write_down(HEADING, report)
    print(table)


def _shelved(folder: Path, beside: Path) -> Path:
    """The study with what the worker lays beside it."""
    from customer_segments.web.shelving import shelve

    for name in ("data", "reports"):
        shutil.copytree(folder / name, beside / name)
    shutil.copy(folder / "params.yaml", beside)
    shelve(beside)
    return beside


def _many(folder: Path, beside: Path) -> Path:
    """The same with as many customers as are asked for, each of the demo's again and again under another number."""
    from customer_segments.web.names import CUSTOMERS
    from customer_segments.web.shelving import note_usual, write

    shelved = _shelved(folder, beside)
    own, target = shelved / CUSTOMERS, shelved / ".explorer/many.parquet"
    query = (
        f"SELECT * REPLACE (printf('%s-%04d', customer_id, n) AS customer_id) "
        f"FROM '{own}', range(1 + {MILLION} // (SELECT count(*) FROM '{own}')) each(n) ORDER BY customer_id "
        f"LIMIT {MILLION}"
    )
    with duckdb.connect() as connection:
        write(connection, query, target)
    target.replace(own)
    note_usual(shelved)
    return shelved


def _explorer(process: psutil.Process, port: int, variables: dict[str, str], folders: list[Path]) -> Explorer:
    shell = [sys.executable, "-m", "customer_segments.web", "shell", "--no-imports", "-c"]
    put = PUT_IN.format(folders=[str(folder) for folder in folders])
    ran = subprocess.run([*shell, put], env=variables, text=True, capture_output=True, check=True)
    return Explorer(process, http.client.HTTPConnection("127.0.0.1", port), *json.loads(ran.stdout.splitlines()[-1]))


def _rows(explorer: Explorer, folder: Path) -> list[tuple[str, str, str]]:
    explorer.wait()
    start, begun = explorer.spent, explorer.megabytes
    customers = duckdb.execute(
        f"SELECT customer_id FROM '{folder}/data/processed/segmented_customers.parquet'"
    ).fetchall()
    weights = {}
    for number in range(MIXED):
        page = PAGES[number % len(PAGES)]
        weights[page] = len(explorer.ask(page.format(customer=customers[number][0])))
    used = explorer.megabytes
    first = _spent(explorer, "/customers", 1)
    small, large = (_views(explorer, study) for study in (0, 1))
    one = statistics.median(_spent(explorer, f"/customers/{customers[number][0]}-0000", 1) for number in range(CALLS))
    scored, piped, many, same = _placing(explorer, folder)
    return [
        ("customers' page at 6,000 customers", "at most 10 ms", _told(small)),
        ("customers' page at 1,000,000 customers", "at most 60 ms", f"{_told(large)}; the first {first:.1f} ms"),
        ("a customer's own page at 1,000,000 customers", "", f"{one:.1f} ms"),
        ("memory after the start, after 200 pages of all kinds, after a million customers", "at most 120 MB",
         f"{begun:.0f} MB, {used:.0f} MB, {explorer.megabytes:.0f} MB"),
        ("weight of a page, uncompressed; the page with the map and all that it fetches once, compressed",
         "at most 60 kB, 1.6 MB", f"{_heaviest(weights)}; {_with_charts(explorer) / 1e6:.2f} MB"),
        ("`/segment` and the fitted pipeline, every customer of the demo", "the same segment, certainty and flag",
         f"{same:,} of {len(customers):,}"),
        ("the scorer inside it, a customer of a thousand at once, against the pipeline as it places one",
         "at least 500 times", f"{piped / many:,.0f} times ({1000 * many:.1f} µs, {piped:.1f} ms)"),
        ("the same, both one by one", "", f"{piped / scored:,.0f} times ({1000 * scored:.0f} µs)"),
        ("start of the web process", "at most 1 s of processor time", f"{start:.2f} s"),
    ]  # fmt: skip


def _heaviest(weights: dict[str, int]) -> str:
    own = {page: weight for page, weight in weights.items() if not page.startswith(MADE_BEFORE)}
    heaviest = max(own, key=own.get)
    return f"{own[heaviest] / 1000:.0f} kB (`{heaviest}`)"


def _with_charts(explorer: Explorer) -> int:
    """Bytes of the page with the map, of its scripts and styles, and of the points that it asks for."""
    page = explorer.fetch(f"/studies/{explorer.studies[0]}/segments")
    needed = re.findall(r'(?:(?:src|href)="(/static/[^"]*)|data-points="([^"]*))"', page.decode())
    return len(page) + sum(len(explorer.fetch(static or points)) for static, points in set(needed))


def _placing(explorer: Explorer, folder: Path) -> tuple[float, float, float, int]:
    """Milliseconds a customer: scored alone, by the pipeline alone, scored among a thousand; and how many are the same.

    Those that are compared come over HTTP.
    """
    from threadpoolctl import threadpool_limits

    from customer_segments.run.workspace import Workspace
    from customer_segments.steps.clustering.segmentation import model_inputs
    from customer_segments.steps.preprocessing.prepare import feature_table
    from customer_segments.steps.scorer import Scorer

    here = Workspace(folder)
    scorer = Scorer.read(here.existing("data/models/scorer.json"))
    pipeline, segmenter = (here.read_model(f"data/models/{name}.joblib") for name in ("preprocessor", "segmenter"))
    customers = here.read_table("data/processed/customers.parquet")
    sent = json.loads(customers[list(scorer.needed)].to_json(orient="records", double_precision=15))
    packs = [sent[start : start + AT_ONCE] for start in range(0, len(sent), AT_ONCE)]
    with threadpool_limits(1):
        inputs = model_inputs(feature_table(pipeline, customers))
        alone = [customers.iloc[[place]] for place in range(0, len(customers), len(customers) // 100)]
        scored = _each(lambda: [scorer.score([each]) for each in sent], len(sent))
        many = _each(lambda: [scorer.score(pack) for pack in packs], len(sent))
        piped = _each(
            lambda: [segmenter.predict(model_inputs(feature_table(pipeline, one))) for one in alone], len(alone)
        )
    told = [each for pack in packs for each in explorer.place(pack)]
    found = zip(segmenter.predict(inputs), segmenter.certainty(inputs), segmenter.outside(inputs), strict=True)
    same = sum(
        each["segment"] == segment and abs(each["certainty"] - certainty) < 1e-9 and each["outside"] == outside
        for each, (segment, certainty, outside) in zip(told, found, strict=True)
    )
    return scored, piped, many, same


def _each(work: Callable[[], object], times: int) -> float:
    """Milliseconds of processor time for one, after a round that does not count."""
    work()
    began = time.process_time()
    work()
    return 1000 * (time.process_time() - began) / times


def _views(explorer: Explorer, study: int) -> dict[str, float]:
    """Milliseconds of each kind of view; other sessions of the same kind before do not count."""
    taken: dict[str, list[float]] = {name: [] for name in VIEWS}
    for number in range(CALLS):
        for name, pairs in VIEWS.items():
            asked = [(key, _other(key, value, number)) for key, value in pairs]
            taken[name].append(_spent(explorer, f"/customers?{urlencode(asked)}", study))
    return {name: statistics.median(spent) for name, spent in taken.items()}


def _other(key: str, value: str, number: int) -> str:
    """Another value of the same kind."""
    if key == "q":
        return f"{value}{number % 10}"
    if key == "value":
        return (
            f"{float(value.rstrip('%')) + number / 100:g}{'%' * value.endswith('%')}" if value[0].isdigit() else value
        )
    return str(int(value) + number) if key == "page" else value


def _spent(explorer: Explorer, page: str, study: int) -> float:
    """Milliseconds for one answer."""
    before = explorer.spent
    explorer.ask(page, study)
    return 1000 * (explorer.spent - before)


def _told(views: dict[str, float]) -> str:
    slowest, quickest = (pick(views, key=views.get) for pick in (max, min))
    return f"{views[quickest]:.1f} ms ({quickest}) to {views[slowest]:.1f} ms ({slowest})"


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())

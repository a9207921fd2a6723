"""What placing customers costs over HTTP, against the published way of fitting everything anew; into BENCHMARKS.md.

Both are real servers on loopback, asked by one client in turn; compared is the processor time of the server's process,
in rounds that alternate, after one that does not count. Numerics have one thread in both.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psutil
from measure import write_down

PROJECT = Path(__file__).parents[1]
HEADING = "## Serving"
ROUNDS, CALLS = 7, 150
COLUMNS = ["age", "spending", "frequency"]
KNOWN = 5000
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
# A study in the Explorer's folder, made of the same customers; prints a key.
PUT_IN = """
import shutil
from customer_segments.web.models import *
from customer_segments.web.results import folder_of
person = Person.objects.create_user("bench@example.org", approved=True)
study = Study.objects.create(title="Bench")
Member.objects.create(study=study, person=person, role=Role.ANALYST)
job = Job.objects.create(kind="run", state="finished", study=study)
folder_of(job).parent.mkdir(parents=True, exist_ok=True)
shutil.copytree({run!r}, folder_of(job))
print(ApiKey.make(study=study, name="bench", scopes=["place"], by=person))
"""


@dataclass(frozen=True)
class Server:
    """A server that runs, and how it is asked."""

    process: psutil.Process
    connection: http.client.HTTPConnection
    headers: dict[str, str]

    def ask(self, body: str) -> Any:
        self.connection.request("POST", "/segment", body, self.headers | {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        told = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{answer.status}: {told[:500]!r}")
        return json.loads(told)["segments"]

    def milliseconds(self, body: str) -> float:
        """Processor time of the server for one call."""
        before = sum(self.process.cpu_times()[:2])
        for _ in range(CALLS):
            self.ask(body)
        return 1000 * (sum(self.process.cpu_times()[:2]) - before) / CALLS


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        rows = listed(Path(scratch, "customers.csv"))
        study = _study(Path(scratch, "run"), rows)
        with _ours(Path(scratch)) as ours, _published(Path(scratch, "customers.csv")) as published:
            served = _served(ours, published, rows)
        placing = _placing(study.scorer, rows)
    table = "\n".join(f"| {' | '.join(row)} |" for row in _rows(served, placing))
    report = f"""{HEADING}

Measured by `benchmarks/serving.py`: processor time of the server for a call over HTTP, medians of {ROUNDS} rounds
in turn of {CALLS} calls. The published way, written by us from its description, fits KMeans (k = 5, one start) to
{KNOWN:,} customers and the new ones at each call; Werkzeug serves it, without Flask's own cost.

| what | to reach | measured |
|---|---|---|
{table}
"""
    write_down(HEADING, report)
    print(table)


def listed(path: Path) -> pd.DataFrame:
    """Five groups that overlap a little, as a list of customers."""
    random = np.random.default_rng(1)
    group = random.integers(0, 5, KNOWN)
    middles = np.array([[25, 80, 12], [35, 30, 4], [48, 60, 8], [58, 15, 2], [68, 45, 6]])
    values = np.clip(middles[group] + random.normal(size=(KNOWN, 3)) * [4, 8, 1.5], [18, 1, 0], [90, 100, 40])
    table = pd.DataFrame(values.round(0), columns=COLUMNS)
    table.insert(0, "customer_id", np.arange(1, KNOWN + 1))
    table.to_csv(path, index=False)
    return table


def _study(folder: Path, rows: pd.DataFrame) -> Any:
    """The study of these customers, as far as placing others needs it."""
    import customer_segments as cs

    light = {"references": 19, "bootstraps": 10}
    named = {"features": {"use": COLUMNS}}  # else an age would not make segments
    study = cs.run_study(customers=rows, params={"clustering": {"k": 5}, "validation": light, "preprocessing": named})
    for name in ("data/models", "data/processed"):
        (folder / name).mkdir(parents=True)
    study.scorer.write(folder / "data/models/scorer.json")
    study.profiles.to_parquet(folder / "data/processed/profiles.parquet")
    return study


@contextmanager
def _ours(scratch: Path) -> Iterator[Server]:
    home = scratch / "home"
    variables = os.environ | ONE_THREAD | {
        "SEGMENTS_WEB_HOME": str(home), "SEGMENTS_WEB_NO_WORKER": "1",
        "DJANGO_SETTINGS_MODULE": "customer_segments.web.settings",
    }  # fmt: skip
    command = [sys.executable, "-m", "customer_segments", "serve", "--home", str(home), "--port", "0"]
    with _running(command, variables) as (process, port):
        shell = [sys.executable, "-m", "customer_segments.web", "shell", "--no-imports", "-c"]
        put = PUT_IN.format(run=str(scratch / "run"))
        ran = subprocess.run([*shell, put], env=variables, text=True, capture_output=True, check=True)
        key = {"Authorization": f"Bearer {ran.stdout.split()[-1]}", "Host": "localhost"}
        yield Server(process, http.client.HTTPConnection("127.0.0.1", port), key)


@contextmanager
def _published(customers: Path) -> Iterator[Server]:
    command = [sys.executable, str(Path(__file__).with_name("published_app.py")), str(customers)]
    with _running(command, os.environ | ONE_THREAD) as (process, port):
        yield Server(process, http.client.HTTPConnection("127.0.0.1", port), {})


@contextmanager
def _running(command: list[str], variables: dict[str, str]) -> Iterator[tuple[psutil.Process, int]]:
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, env=variables, text=True, stdout=said, stderr=subprocess.STDOUT)
        try:
            yield psutil.Process(process.pid), _port(process, said)
        finally:
            process.terminate()
            process.wait(30)


def _port(process: subprocess.Popen[str], said: Any) -> int:
    while process.poll() is None:
        said.seek(0)
        if found := re.search(r"at http://[\w.]+:(\d+)", said.read()):
            return int(found[1])
        time.sleep(0.1)
    said.seek(0)
    raise SystemExit(said.read())


def _served(ours: Server, published: Server, rows: pd.DataFrame) -> dict[str, list[float]]:
    """Milliseconds a call in each round: ours with 1 and 1,000 customers, the published one with 10 and 1,000."""
    sent = {size: json.dumps(rows[COLUMNS].head(size).to_numpy().tolist()) for size in (1, 10, 1000)}
    ways = {"ours, 1": (ours, 1), "published, 10": (published, 10), "ours, 1000": (ours, 1000),
            "published, 1000": (published, 1000)}  # fmt: skip
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(ROUNDS + 1):
        for name, (server, size) in ways.items():
            spent = server.milliseconds(sent[size])
            if number:
                taken[name].append(spent)
    return taken


def _placing(scorer: Any, rows: pd.DataFrame) -> tuple[float, float]:
    """Milliseconds to place one customer among all, and to fit all anew; without any server."""
    from threadpoolctl import threadpool_limits

    one = rows[COLUMNS].head(1).to_dict("list")
    with threadpool_limits(1):
        placed = _spent(lambda: scorer.score(one), 2000)
    return placed, fitting(rows)


def fitting(rows: pd.DataFrame) -> float:
    """Milliseconds to fit KMeans to all, which tell how quick the machine is just now."""
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    values = rows[COLUMNS].to_numpy()
    with threadpool_limits(1):
        return _spent(lambda: KMeans(n_clusters=5, random_state=42).fit(values), 20)


def counting() -> float:
    """Seconds to sum ten million squares: how quick the machine is at Python."""
    return _spent(lambda: sum(number * number for number in range(10_000_000)), 1) / 1000


def _spent(work: Callable[[], object], times: int) -> float:
    work()
    started = time.process_time()
    for _ in range(times):
        work()
    return 1000 * (time.process_time() - started) / times


def _rows(served: dict[str, list[float]], placing: tuple[float, float]) -> list[tuple[str, str, str]]:
    def against(ours: str, theirs: str) -> str:
        ratio = statistics.median(a / b for a, b in zip(served[ours], served[theirs], strict=True))
        return (
            f"{ratio:.2f} times ({statistics.median(served[ours]):.2f} ms, {statistics.median(served[theirs]):.2f} ms)"
        )

    placed, fitted = placing
    return [
        ("`/segment` with 1 customer, against the published way with 10", "at most 0.3 times",
         against("ours, 1", "published, 10")),
        ("`/segment` with 1,000 customers, against the published way with 1,000", "at most 0.8 times",
         against("ours, 1000", "published, 1000")),
        ("placing one customer, against fitting all 5,000 anew", "at least 30 times cheaper",
         f"{fitted / placed:.0f} times ({placed:.3f} ms, {fitted:.1f} ms)"),
    ]  # fmt: skip


if __name__ == "__main__":
    main()

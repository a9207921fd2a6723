"""Forgetting: asked for in two steps, reaches all that is stored of a study; an independent search agrees."""

from __future__ import annotations

import gzip
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import duckdb
import pytest

from customer_segments.web import forgetting, jobs
from customer_segments.web.access import TABLE
from customer_segments.web.models import Added, Event, Job, Role
from tests.web.conftest import serving
from tests.web.homes import Home
from tests.web.test_worker import survivor  # noqa: F401
from tests.web.visitor import Visitor, come
from tests.web.walk import addresses

GONE, STAYS, BY_HAND = "C-00007-X", "C-00008-X", "H-00001-X"
CHAPTERS = ("index.html", "01_eda.html", "03_clustering.html", "08_profiling.html")
MORE = ("customers?sort=-age", f"customers/{GONE}", f"customers/{STAYS}", f"predict?customer={STAYS}", "runs/new",
        "files/segmented_customers.csv", "files/project.zip", "files/brief.pdf")  # fmt: skip
OF_API = ("runs/{run}/customers?limit=1000", "runs/{run}/segments", "runs/{run}/ledger", "runs/{run}/verdict",
          "runs/{run}/project.zip", "runs/{run}/report.pdf", "added", "runs")  # fmt: skip


def holders(home: Path, number: str) -> list[str]:
    """Every file below that holds the number, packed or not; this shares nothing with what forgets."""
    found = [path for path in home.rglob("*") if path.is_file() and not path.is_symlink()]
    return [str(path.relative_to(home)) for path in found if any(number.encode() in part for part in _parts(path))]


def _parts(path: Path) -> Iterator[bytes]:
    try:
        content = path.read_bytes()
    except FileNotFoundError:  # a run that is at work has taken its lock away again
        return
    yield from parts(content)
    if content[:4] == b"PAR1":
        place = str(path).replace("'", "''")
        yield str(duckdb.sql(f"SELECT * FROM read_parquet('{place}', hive_partitioning = false)").fetchall()).encode()


def parts(content: bytes) -> Iterator[bytes]:
    """A content, and what is packed in it."""
    yield content
    with suppress(OSError, EOFError, zlib.error):
        yield gzip.decompress(content)
    with suppress(zlib.error):
        yield zlib.decompress(content)
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(BytesIO(content)) as packed:
            yield from (packed.read(name) for name in packed.namelist())


ADD = """
study = Study.objects.get()
common = dict(study=study, values={{"age": 30}}, segment=1, certainty=1, outside=False, purpose="p", basis="b")
for number in {numbers!r}:
    Added.objects.create(customer_id=number, **common)
Job.objects.filter(study=study).update(error="It stopped at the customer {gone}.")
Study.objects.create(title="Demo", made_up=True)  # without a run that others would wait for
person = Person.objects.get()
ApiKey.make(study=study, name="x", scopes=[], by=person)
print(ApiKey.make(study=study, name="till", scopes=list(map(str, Scope)), by=person))
"""
ASK = """
from customer_segments.web import forgetting, jobs
person = Person.objects.get(email="ada@example.org")
forgetting.ask(Study.objects.get(made_up=False), {numbers!r}, person, dry_run={dry})
"""


@pytest.mark.long
def test_forgetting_reaches_all_that_is_stored_and_all_that_is_shown(survivor, tmp_path):  # noqa: F811
    original, folder = survivor
    home = Home(tmp_path / "home")
    shutil.copytree(original.path, home.path, symlinks=True)
    study = folder.parent.name
    key = home.manage(ADD.format(numbers=[BY_HAND, GONE], gone=GONE))
    assert {"segmented_customers.csv", "file1.csv"} <= {Path(each).name for each in holders(home.path, GONE)}
    with serving(home.path) as running:
        olga = come(running, "ada@example.org", 4, study)
        home.manage(ASK.format(numbers=[GONE, BY_HAND], dry=True))
        assert home.until("finished", "failed") == ("finished", "", "")
        assert holders(home.path, GONE)
        before = shown(olga, study, folder.name, key)
        assert len([name for name, content in before.items() if _holds(content, GONE)]) >= 8
        assert "300 customers" in before["customers"].decode()
        home.manage(ASK.format(numbers=[GONE, BY_HAND], dry=False))
        statuses = _until_forgotten(home, olga, study)
        assert holders(home.path, GONE) == []
        assert holders(home.path, BY_HAND) == []
        assert home.until_all("finished") == []
        after = shown(olga, study, folder.name, key)
        for number in (GONE, BY_HAND):
            assert [name for name, content in after.items() if _holds(content, number)] == []
        assert "299 customers" in after["customers"].decode()
        for path in (f"customers/{GONE}", f"predict?customer={GONE}"):
            assert olga.get(f"/studies/{study}/{path}").status_code == 404
        assert "Nobody fulfils this" in olga.get(f"/studies/{study}/customers?q={GONE}").text
        assert max(statuses) < 500, (statuses, home.path.with_suffix(".said").read_text()[-6000:])
    assert holders(home.path, GONE) == []
    assert holders(home.path, STAYS)
    table = home.path / "studies" / study / folder.name / ".explorer/customers.parquet"
    assert duckdb.sql(f"SELECT count(*) FROM '{table}'").fetchone() == (299,)


def shown(olga: Visitor, study: str, run: str, key: str) -> dict[str, bytes]:
    """Everything that the running server shows of a study: pages, files, and what programs are told."""
    of_study = {name: path for name, path in addresses().items() if "{study}" in path and "GET" in TABLE.get(name, ())}
    pages = {name: path.format(study=study) for name, path in of_study.items() if not name.startswith("api:")}
    pages |= {each: f"/studies/{study}/{each}" for each in MORE}
    pages |= {each: f"/studies/{study}/chapters/{each}" for each in CHAPTERS}
    api = f"/api/v1/studies/{study}"
    told = {f"api {each}": f"{api}/{each.format(run=run)}" for each in OF_API}
    for names, heads in ((pages, {}), (told, {"Authorization": f"Bearer {key}"})):
        for name, path in names.items():
            answer = olga.get(path, headers=heads, allow_redirects=False)
            assert answer.status_code in (200, 302, 404), (name, answer.status_code)
            assert not {"ETag", "Last-Modified"} & set(answer.headers)
            assert answer.headers["Cache-Control"] == "no-store"
            old = {"If-None-Match": "*", "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
            assert olga.get(path, headers=heads | old, allow_redirects=False).status_code == answer.status_code
            names[name] = answer.content
    return pages | told


def _holds(content: bytes, number: str) -> bool:
    return any(number.encode() in part for part in parts(content))


def _until_forgotten(home: Home, olga: Visitor, study: str) -> set[int]:
    """What pages answer meanwhile, and until the study is made anew."""
    import time

    end, statuses = time.monotonic() + 120, set()
    while home.ask("SELECT state FROM web_job WHERE kind = 'forget' ORDER BY created DESC LIMIT 1") != [("finished",)]:
        assert time.monotonic() < end
        for page in ("", "/customers", "/segments", "/model", "/files/segmented_customers.csv"):
            statuses.add(olga.get(f"/studies/{study}{page}").status_code)
    return statuses


@pytest.fixture
def owner(shop, person, at):
    return at(person("olga", shop, Role.OWNER))


def test_the_page_asks_for_a_look_first_and_keeps_no_numbers_in_the_book(shop, owner):
    address = f"/studies/{shop.id}/forget"
    assert "Who asks to be forgotten?" in owner.get(address).content.decode()
    assert owner.post(address, {"look": "", "customers": "C-1\r\n C-2 \n\nC-1"}).status_code == 302
    job = Job.objects.get(kind=Job.Kind.FORGET)
    assert job.settings == {"ids": ["C-1", "C-2"], "count": 2, "dry_run": True}
    assert "Looking for them" in owner.get(address).content.decode()
    assert "C-1" not in str(list(Event.objects.values_list("about", flat=True)))


def test_what_is_not_a_number_is_told_at_the_field(shop, owner):
    wrong = [("", "Give the number"), ("x" * 121, "at most 120 signs"), ("\n".join(map(str, range(1001))), "1,001")]
    for given, told in wrong:
        answer = owner.post(f"/studies/{shop.id}/forget", {"look": "", "customers": given})
        assert answer.status_code == 422
        assert told in answer.content.decode()
    assert not Job.objects.filter(kind=Job.Kind.FORGET).exists()


def test_nothing_is_forgotten_while_a_run_is_on_its_way(shop, owner):
    Job.objects.create(kind=Job.Kind.RUN, study=shop)
    answer = owner.post(f"/studies/{shop.id}/forget", {"look": "", "customers": "C-1"})
    assert answer.status_code == 422
    assert "A run of this study is on its way" in answer.content.decode()


def looked(shop) -> Job:
    job = forgetting.ask(shop, ["C-1"], None, dry_run=True)
    places = [{"run": "x", "holds": True, "deleted": False, "done": ["a.csv: 1 row taken out"], "proof": ""}]
    places += [{"upload": "y", "holds": True, "deleted": True, "done": [], "proof": ""}]
    said = {"places": places, "rows": 1, "count": 1, "dry_run": True}
    Job.objects.filter(id=job.id).update(state=Job.State.FINISHED, said=said)
    return job


def test_the_deed_follows_the_look_and_the_look_forgets_the_numbers(shop, owner):
    job = looked(shop)
    assert "Forget 1 customer?" in owner.get(f"/studies/{shop.id}/forget").content.decode()
    assert owner.post(f"/studies/{shop.id}/forget", {"do": str(job.id)}).status_code == 302
    deed = Job.objects.filter(kind=Job.Kind.FORGET).latest("created")
    assert deed.settings == {"ids": ["C-1"], "count": 1, "dry_run": False}
    job.refresh_from_db()
    assert job.settings == {"count": 1, "dry_run": True}


def test_the_proof_is_shown_afterwards(shop, owner):
    job = forgetting.ask(shop, ["C-1"], None, dry_run=False)
    proof = "7 files were searched again: nothing was found."
    places = [{"upload": "y", "holds": True, "deleted": False, "done": ["a.csv: 1 row taken out"], "proof": proof}]
    said = {"places": places, "rows": 0, "count": 1, "dry_run": False}
    Job.objects.filter(id=job.id).update(
        state=Job.State.FINISHED, said=said, ended=job.created, settings={"count": 1, "dry_run": False}
    )
    told = owner.get(f"/studies/{shop.id}/forget").content.decode()
    assert "1 customer forgotten" in told
    assert proof in told
    assert "none are made by this service" in told


def test_a_look_at_another_study_cannot_be_followed_up_here(shop, owner, db):
    from customer_segments.web.models import Study

    elsewhere = looked(Study.objects.create(title="Other"))
    assert owner.post(f"/studies/{shop.id}/forget", {"do": str(elsewhere.id)}).status_code == 422


def test_only_an_owner_may(shop, person, at):
    assert at(person("ann", shop, Role.ANALYST)).get(f"/studies/{shop.id}/forget").status_code == 403


def test_numbers_that_were_looked_for_are_not_kept(shop):
    from datetime import timedelta

    from django.utils import timezone

    from customer_segments.web import sweeping

    job = looked(shop)
    Job.objects.filter(id=job.id).update(ended=timezone.now() - timedelta(hours=2))
    sweeping.sweep()
    job.refresh_from_db()
    assert "ids" not in job.settings


def test_of_several_runs_the_one_that_is_shown_is_made_anew_first(shop):
    for _ in range(2):
        Job.objects.create(kind=Job.Kind.RUN, study=shop, state=Job.State.FINISHED)
    runs = list(shop.runs())
    forgetting._made_anew([str(each.id) for each in reversed(runs)])
    assert [jobs.claim("a") for _ in runs] == runs


def test_an_added_customer_is_known_however_the_number_is_written(shop):
    common = {"study": shop, "values": {}, "segment": 1, "certainty": 1, "outside": False}
    kept, gone = (Added.objects.create(customer_id=each, **common) for each in ("17", "17850.0"))
    assert [row.id for row in forgetting._added(shop, ["17850"])] == [gone.id]
    assert kept.pk

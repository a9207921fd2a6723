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

from customer_segments.web import forgetting
from customer_segments.web.models import Added, Event, Job, Role
from tests.web.homes import Home
from tests.web.test_worker import survivor  # noqa: F401

GONE, STAYS, BY_HAND = "C-00007-X", "C-00008-X", "H-00001-X"


def holders(home: Path, number: str) -> list[str]:
    """Every file below that holds the number, packed or not; this shares nothing with what forgets."""
    found = [path for path in home.rglob("*") if path.is_file() and not path.is_symlink()]
    return [str(path.relative_to(home)) for path in found if any(number.encode() in part for part in _parts(path))]


def _parts(path: Path) -> Iterator[bytes]:
    try:
        content = path.read_bytes()
    except FileNotFoundError:  # a run that is at work has taken its lock away again
        return
    yield content
    with suppress(OSError, EOFError, zlib.error):
        yield gzip.decompress(content)
    with suppress(zlib.error):
        yield zlib.decompress(content)
    if content[:4] == b"PAR1":
        place = str(path).replace("'", "''")
        yield str(duckdb.sql(f"SELECT * FROM read_parquet('{place}', hive_partitioning = false)").fetchall()).encode()
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(BytesIO(content)) as packed:
            yield from (packed.read(name) for name in packed.namelist())


ADD = """
from customer_segments.web import forgetting
study = Study.objects.get()
common = dict(study=study, values={{"age": 30}}, segment=1, certainty=1, outside=False, purpose="p", basis="b")
for number in {numbers!r}:
    Added.objects.create(customer_id=number, **common)
Job.objects.filter(study=study).update(error="It stopped at the customer {gone}.")
"""
ASK = """
from customer_segments.web import forgetting
forgetting.ask(Study.objects.get(), {numbers!r}, Person.objects.get(), dry_run={dry})
"""


def test_forgetting_reaches_all_that_is_stored(survivor, tmp_path):  # noqa: F811
    original, folder = survivor
    home = Home(tmp_path / "home")
    shutil.copytree(original.path, home.path, symlinks=True)
    study = folder.parent.name
    home.manage(ADD.format(numbers=[BY_HAND, GONE], gone=GONE))
    assert {"segmented_customers.csv", "file1.csv"} <= {Path(each).name for each in holders(home.path, GONE)}
    with home.working():
        home.manage(ASK.format(numbers=[GONE, BY_HAND], dry=True))
        assert home.until("finished", "failed") == ("finished", "", "")
        assert holders(home.path, GONE)
        home.manage(ASK.format(numbers=[GONE, BY_HAND], dry=False))
        _until_forgotten(home)
        assert holders(home.path, GONE) == []
        assert holders(home.path, BY_HAND) == []
        assert home.until_all("finished") == []
    assert holders(home.path, GONE) == []
    assert holders(home.path, STAYS)
    table = home.path / "studies" / study / folder.name / ".explorer/customers.parquet"
    assert duckdb.sql(f"SELECT count(*) FROM '{table}'").fetchone() == (299,)


def _until_forgotten(home: Home) -> None:
    import time

    end = time.monotonic() + 120
    while home.ask("SELECT state FROM web_job WHERE kind = 'forget' ORDER BY created DESC LIMIT 1") != [("finished",)]:
        assert time.monotonic() < end
        time.sleep(0.05)


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


def test_an_added_customer_is_known_however_the_number_is_written(shop):
    common = {"study": shop, "values": {}, "segment": 1, "certainty": 1, "outside": False}
    kept, gone = (Added.objects.create(customer_id=each, **common) for each in ("17", "17850.0"))
    assert [row.id for row in forgetting._added(shop, ["17850"])] == [gone.id]
    assert kept.pk

"""A study is deleted by its owner in two steps: nothing of it is left, in the database or on the disk."""

from __future__ import annotations

import pytest

from customer_segments.web import deleting
from customer_segments.web.models import (
    Added,
    Answered,
    ApiKey,
    Event,
    Invitation,
    Job,
    Member,
    Person,
    Role,
    Study,
    Upload,
)
from tests.web.homes import Home, customers
from tests.web.test_api import problem
from tests.web.test_databases import address_of, databases
from tests.web.test_forget import holders

TITLE, GONE, STAYS = "Gonershop", "C-00007-X", "S-00007-X"


@pytest.fixture
def full(shop, person):
    """The study with something of everything, and an upload that another study was made from as well."""
    olga = person("olga", shop, Role.OWNER)
    own, shared = (Upload.objects.create(person=olga, names={"file1.csv": "x.csv"}, bytes=1) for _ in range(2))
    Job.objects.filter(study=shop).update(upload=own)
    Job.objects.create(kind=Job.Kind.CHECK, upload=own, state=Job.State.FINISHED)
    other = Study.objects.create(title="Other")
    for study in (shop, other):
        Job.objects.create(kind=Job.Kind.RUN, study=study, upload=shared, state=Job.State.FAILED)
        Added.objects.create(
            study=study, customer_id="x", values={}, segment=1, certainty=1, outside=False, purpose="p", basis="b"
        )
        key = ApiKey.objects.get(secret=_hash(ApiKey.make(study=study, name="k", by=olga)))
        Answered.objects.create(key=key, token="t", asked="a")
        Invitation.make(study=study, role=Role.READER)
    return other, shared


def _hash(secret: str) -> str:
    from customer_segments.web.models import hashed

    return hashed(secret)


def test_first_it_says_what_goes_and_asks_for_the_name(shop, full, at):
    olga, path = at(Person.objects.get()), f"/studies/{shop.id}/delete"
    told = olga.get(path).content.decode()
    for part in ("2 runs", "1 upload that", "1 customer entered", "1 member", "1 open invitation", "1 key"):
        assert part in told
    for wrong in ({}, {"title": ""}, {"title": "Corner"}, {"title": "corner shop"}):
        answer = olga.post(path, wrong)
        assert answer.status_code == 422
        assert "just as it stands above" in answer.content.decode()
    assert Study.objects.filter(id=shop.id).exists()
    assert f'href="{path}"' in olga.get(f"/studies/{shop.id}/sharing").content.decode()


def test_then_nothing_of_it_is_there_and_all_else_is(shop, full, at):
    other, shared = full
    number = shop.id
    olga = at(Person.objects.get())
    answer = olga.post(f"/studies/{number}/delete", {"title": " Corner shop "}, follow=True)
    assert "Corner shop is deleted" in answer.content.decode()
    assert olga.get(f"/studies/{number}").status_code == 404
    for model in (Member, Added, ApiKey, Invitation, Job):
        assert not model.objects.filter(study=number).exists()
    assert list(Study.objects.all()) == [other]
    assert [other.added.count(), other.keys.count(), Answered.objects.count(), Invitation.objects.count()] == [1] * 4
    assert list(Upload.objects.all()) == [shared]
    assert not Job.objects.filter(kind=Job.Kind.CHECK).exists()
    work = Job.objects.get(kind=Job.Kind.DELETE)
    assert (work.settings["study"], len(work.settings["uploads"])) == (str(number), 1)
    entry = Event.objects.get(what="deleted a study")
    assert (entry.study, entry.about["runs"], entry.about["entries"]) == (number, 2, 1)
    assert (entry.who, entry.about["job"]) == (f"person {Person.objects.get().id}", str(work.id))


@pytest.mark.parametrize("kind", [Job.Kind.RUN, Job.Kind.FORGET, Job.Kind.CHECK])
def test_while_something_works_at_it_it_stays(shop, full, at, key, ask, kind):
    upload = Upload.objects.filter(jobs__study=shop).exclude(id=full[1].id).get()
    Job.objects.create(kind=kind, study=None if kind == Job.Kind.CHECK else shop, upload=upload)
    answer = at(Person.objects.get()).post(f"/studies/{shop.id}/delete", {"title": shop.title})
    assert answer.status_code == 422
    assert "is on its way" in answer.content.decode()
    told = problem(ask(key(shop), "post", f"/studies/{shop.id}/delete", {"title": shop.title, "dry_run": False}), 409)
    assert "is on its way" in told["detail"]
    assert Study.objects.filter(id=shop.id).exists()


def test_only_an_owner_may_and_of_the_demo_nobody(shop, full, person, at):
    path = f"/studies/{shop.id}/delete"
    for role in (Role.READER, Role.MANAGER, Role.ANALYST):
        assert at(person(role.label, shop, role)).post(path, {"title": shop.title}).status_code == 403
    Study.objects.filter(id=shop.id).update(made_up=True)
    assert at(person("eve")).post(path, {"title": shop.title}).status_code == 403
    assert Study.objects.filter(id=shop.id).exists()


def test_programs_are_told_first_too(shop, full, key, ask):
    secret, path = key(shop), f"/studies/{shop.id}/delete"
    goes = ask(secret, "post", path, {})
    assert (goes.status_code, goes.json()["deleted"], goes.json()["runs"]) == (200, False, 2)
    problem(ask(secret, "post", path, {"dry_run": False}), 422)
    problem(ask(secret, "post", path, {"dry_run": False, "title": "Other"}), 422)
    problem(ask(key(shop, "forget", "run"), "post", path, {"dry_run": False, "title": shop.title}), 403)
    done = ask(secret, "post", path, {"dry_run": False, "title": shop.title})
    assert (done.status_code, done.json()) == (202, goes.json() | {"deleted": True, "keys": 3, "members": 3})
    problem(ask(secret, "get", "/studies"), 401)  # the key went as well
    assert Event.objects.get(what="deleted a study").who.startswith("key ")


WITH_ALL = """
from pathlib import Path
from django.conf import settings
study = Study.objects.get(id={study!r})
study.title = {title!r}
study.save()
Job.objects.filter(study=study).update(state="finished", error="It stopped at {gone}")
common = dict(values={{}}, segment=1, certainty=1, outside=False, purpose="p", basis="b")
Added.objects.create(study=study, customer_id={gone!r}, **common)
ApiKey.make(study=study, name={title!r}, scopes=[], by=Person.objects.get())
Upload.objects.update(found={{"told": {gone!r}}}, names={{"file1.csv": {title!r}}})
"""
DELETE = """
from customer_segments.web import deleting
assert deleting.delete(Study.objects.get(id={study!r}), Person.objects.get())
"""


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_an_independent_search_finds_nothing_on_the_disk(tmp_path, kind):
    with databases(kind) as server:
        _searched(Home(tmp_path / "home", address_of(server)).prepare(), tmp_path)


def _searched(home, tmp_path):
    study, upload, folder = home.study()
    (folder / "reports").mkdir(parents=True)
    (folder / "reports/list.csv").write_text(customers(20))
    folder.with_suffix(".log").write_text(GONE)
    (folder / "link").symlink_to(tmp_path)  # what it leads to is not the study's
    (tmp_path / "kept").write_text(GONE)
    home.manage(WITH_ALL.format(study=study, title=TITLE, gone=GONE))
    kept, kept_upload, _ = home.study(customers(20).replace("C-", "S-"))
    home.manage(f"Job.objects.filter(study={kept!r}).update(state='finished')")
    assert "explorer.sqlite3" in holders(home.path, TITLE) or home.database
    assert len(holders(home.path, GONE)) >= 3
    with home.working():
        home.manage(DELETE.format(study=study))
        assert home.until_all("finished", seconds=30) == []
    assert home.ask("SELECT title FROM web_study") == [("List",)]
    for word in (GONE, TITLE, folder.name):
        assert holders(home.path, word) == []
    assert not (home.path / "studies" / study).exists()
    assert not (home.path / "uploads" / upload).exists()
    assert (home.path / "uploads" / kept_upload / "files/file1.csv").exists()
    assert holders(home.path, STAYS)
    assert (tmp_path / "kept").exists()


def test_what_could_not_be_removed_is_swept_up_later(shop, settings):
    import os
    import time

    from customer_segments.web import sweeping

    places = {name: settings.HOME / "studies" / name for name in ("orphan", "young", str(shop.id))}
    for path in places.values():
        path.mkdir(exist_ok=True)
    for name in ("orphan", str(shop.id)):
        os.utime(places[name], (time.time() - 2 * sweeping.LEFT_ALONE,) * 2)
    sweeping.sweep()
    assert [path.exists() for path in places.values()] == [False, True, True]


def test_a_run_that_begins_at_this_moment_wins_or_finds_nothing(shop, full, monkeypatch):
    from django.db import IntegrityError

    def begun_now(study, who):
        raise IntegrityError("FOREIGN KEY constraint failed")

    monkeypatch.setattr(deleting, "_delete", begun_now)
    assert not deleting.delete(shop, Person.objects.get())

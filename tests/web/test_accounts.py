"""Accounts: nobody learns who has one, log-in is slowed down, sessions end, and nothing secret lies in the database."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.hashers import check_password
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from customer_segments.base.errors import StudyError
from customer_segments.web import events
from customer_segments.web.models import ApiKey, Event, Invitation, Member, Person, Role
from customer_segments.web.passwords import SLOTS, Argon2
from customer_segments.web.serve import serve
from tests.web.conftest import PASSWORD

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def fresh(db, settings, tmp_path):
    """No attempts counted yet, and an outbox of its own."""
    cache.clear()
    settings.HOME = tmp_path
    (tmp_path / "outbox").mkdir()


@pytest.fixture(autouse=True)
def quick_passwords(request, monkeypatch):
    """A password is looked at in a moment, but where it is told how long that takes."""
    if request.function is not test_log_in_takes_as_long_for_unknown:
        for cost, least in (("time_cost", 1), ("memory_cost", 8), ("parallelism", 1)):
            monkeypatch.setattr(Argon2, cost, least)


@pytest.fixture
def ada(person):
    made = person("ada")
    made.set_password(PASSWORD)
    made.save()
    return made


def log_in(client, email="ada@example.org", password=PASSWORD):
    return client.post("/account/login", {"login": email, "password": password})


def told(client, answer, *names):
    """What an answer says, without what differs for everyone."""
    page = client.get(answer.headers["Location"]) if answer.status_code == 302 else answer
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode())
    for name in names:
        text = text.replace(name, "…")
    return answer.status_code, answer.headers.get("Location"), text


# Who has an account is nobody's business


def test_log_in_says_the_same_for_known_and_unknown(ada):
    answers = [
        told(client, log_in(client, email, "wrong, wrong, wrong"), email)
        for client, email in ((Client(), "ada@example.org"), (Client(), "eve@example.org"))
    ]
    assert answers[0] == answers[1]


def test_reset_says_the_same_for_known_and_unknown(ada):
    answers = [
        told(client, client.post("/account/reset", {"email": email}), email)
        for client, email in ((Client(), "ada@example.org"), (Client(), "eve@example.org"))
    ]
    assert answers[0] == answers[1]


def test_registration_says_the_same_for_known_and_new(ada):
    answers = []
    for email in ("ada@example.org", "eve@example.org"):
        client = Client()
        given = {"email": email, "password1": f"{PASSWORD} too", "password2": f"{PASSWORD} too"}
        answers.append(told(client, client.post("/account/register", given), email))
        assert client.get("/").status_code == 302  # nobody is let in by it
    assert answers[0] == answers[1]
    assert not Person.objects.get(email="eve@example.org").approved
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)


def test_log_in_takes_as_long_for_unknown(ada):
    def seconds(email):
        started = time.process_time()
        log_in(Client(), email, "wrong, wrong, wrong")
        return time.process_time() - started

    log_in(Client(), "x@example.org", "x")
    known, unknown = seconds("ada@example.org"), seconds("eve@example.org")
    assert 0.4 < known / unknown < 2.5


# Log-in


def test_many_passwords_at_once_wait_for_one_another(ada):
    with ThreadPoolExecutor(1) as pool, SLOTS, SLOTS:
        third = pool.submit(check_password, PASSWORD, ada.password)
        with pytest.raises(TimeoutError):
            third.result(1)
        SLOTS.release()
        assert third.result(30)
        SLOTS.acquire()


@pytest.mark.parametrize("email", ["ada@example.org", "eve@example.org"])
def test_log_in_is_slowed_down_for_known_and_unknown(ada, email):
    answers = [log_in(Client(), email, "wrong, wrong, wrong") for _ in range(6)]
    assert "Too many failed login attempts" in answers[-1].content.decode()
    late = log_in(Client(), email)  # the right password, too
    assert late.status_code == 422
    assert "Too many" in late.content.decode()


def test_a_session_is_another_after_log_in(ada, client):
    secret = Invitation.make()
    client.get(f"/enter/{secret}")  # begins a session
    before = client.cookies["session"].value
    assert log_in(client).status_code == 302
    assert client.cookies["session"].value != before
    assert not Session.objects.filter(session_key=before).exists()


def test_who_waits_or_is_deactivated_gets_no_further(ada, client):
    log_in(client)
    assert client.get("/").status_code == 200
    Person.objects.filter(id=ada.id).update(approved=False)
    assert client.get("/").status_code == 403
    Person.objects.filter(id=ada.id).update(approved=True, is_active=False)
    assert client.get("/").status_code == 302
    assert log_in(Client()).headers["Location"] == "/account/inactive"


# Sessions end


def test_a_session_ends_when_idle(ada, client):
    log_in(client)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/").status_code == 302


def test_a_session_lasts_half_an_hour_from_the_last_request(ada, client):
    log_in(client)
    client.get("/")
    left = Session.objects.get().expire_date - timezone.now()
    assert timedelta(minutes=29) < left <= timedelta(minutes=30)


def test_a_session_ends_after_eight_hours_however_busy(ada, client):
    log_in(client)
    client.get("/")
    session = client.session
    session["began"] = int(time.time()) - 8 * 3600 - 1
    session.save()
    assert client.get("/").status_code == 302
    assert client.get("/").status_code == 302


def test_log_out_kills_the_session_everywhere(ada, client):
    log_in(client)
    copied = Client()
    copied.cookies["session"] = client.cookies["session"].value
    assert copied.get("/").status_code == 200
    client.post("/account/logout")
    assert copied.get("/").status_code == 302
    assert not Session.objects.filter(session_key=copied.cookies["session"].value).exists()


def test_a_new_password_ends_other_sessions(ada, client):
    other = Client()
    log_in(client)
    log_in(other)
    new = f"{PASSWORD} and more"
    refused = client.post("/account/password", {"oldpassword": PASSWORD, "password1": new, "password2": PASSWORD})
    assert refused.status_code == 422
    changed = client.post("/account/password", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert changed.status_code == 302
    assert other.get("/").status_code == 302


# Invitations


def register(client, email="new@example.org"):
    return client.post("/account/register", {"email": email, "password1": PASSWORD, "password2": PASSWORD})


def test_an_invitation_lets_one_person_in_once(shop, client):
    secret = Invitation.make(study=shop, role=Role.MANAGER)
    other = Client()
    for each in (client, other):
        each.post(f"/enter/{secret}", {"register": "1"})
    register(client)
    register(other, "late@example.org")
    assert Member.objects.get(study=shop).person.email == "new@example.org"
    assert Person.objects.get(email="new@example.org").approved
    assert not Person.objects.get(email="late@example.org").approved
    assert Client().get(f"/enter/{secret}").status_code == 404


def test_of_two_who_come_at_once_one_is_let_in():
    secret = Invitation.make()
    first, second = Invitation.open(secret), Invitation.open(secret)
    assert first.take()
    assert not second.take()


def test_someone_with_an_account_joins_by_the_link(shop, ada, at):
    secret = Invitation.make(study=shop, role=Role.READER)
    client = at(ada)
    assert "Join “Corner shop”" in client.get(f"/enter/{secret}").content.decode()
    assert not Member.objects.exists()  # looking changes nothing
    assert client.post(f"/enter/{secret}").headers["Location"] == f"/studies/{shop.id}"
    assert Member.objects.get().role == Role.READER
    assert client.post(f"/enter/{secret}").status_code == 404


def test_an_invitation_never_lowers_a_role(shop, person, at):
    owner = person("olga", shop, Role.OWNER)
    at(owner).post(f"/enter/{Invitation.make(study=shop, role=Role.READER)}")
    assert Member.objects.get(person=owner).role == Role.OWNER


def test_an_expired_link_opens_nothing(client):
    secret = Invitation.make(expires=timezone.now() - timedelta(seconds=1))
    assert client.get(f"/enter/{secret}").status_code == 404


# Keys, sharing, people, audit


def test_a_key_is_told_once(shop, person, at):
    client = at(person("ann", shop, Role.ANALYST))
    page = client.post(f"/studies/{shop.id}/keys", {"name": "Till", "scopes": ["place"], "days": "30"}).content.decode()
    secret = re.search(r"cs_[\w-]{43}", page)[0]
    assert ApiKey.open(secret).name == "Till"
    again = client.get(f"/studies/{shop.id}/keys").content.decode()
    assert secret not in again
    assert "Till" in again
    client.post(f"/studies/{shop.id}/keys", {"revoke": ApiKey.objects.get().id})
    assert ApiKey.open(secret) is None


@pytest.mark.parametrize(
    "given",
    [{}, {"name": "x"}, {"name": "x", "scopes": ["all"]}, {"name": "x" * 81, "scopes": ["place"]},
     {"name": "x", "scopes": ["place"], "days": "7"}, {"name": "a\u202eb", "scopes": ["place"]}],
)  # fmt: skip
def test_a_key_that_is_not_said_well_is_not_made(shop, person, at, given):
    answer = at(person("ann", shop, Role.ANALYST)).post(f"/studies/{shop.id}/keys", given)
    assert answer.status_code == 422
    assert 'class="wrong"' in answer.content.decode()
    assert not ApiKey.objects.exists()


def test_roles_change_and_the_last_owner_stays(shop, person, at):
    owner, rita = person("olga", shop, Role.OWNER), person("rita", shop, Role.READER)
    mine, hers = (Member.objects.get(person=each) for each in (owner, rita))
    client, path = at(owner), f"/studies/{shop.id}/sharing"
    for given in ({"remove": mine.id}, {"change": mine.id, "role": "1"}):
        answer = client.post(path, given)
        assert answer.status_code == 422
        assert "needs an owner" in answer.content.decode()
    assert client.post(path, {"change": hers.id, "role": "9"}).status_code == 422
    assert client.post(path, {"change": hers.id, "role": "4"}).status_code == 302
    assert client.post(path, {"remove": mine.id}).headers["Location"] == "/"
    assert [member.person.email for member in Member.objects.all()] == ["rita@example.org"]


def test_sharing_by_a_link_that_can_be_taken_back(shop, person, at):
    client, path = at(person("olga", shop, Role.OWNER)), f"/studies/{shop.id}/sharing"
    secret = re.search(r"/enter/([\w-]+)", client.post(path, {"role": "2"}).content.decode())[1]
    assert Invitation.open(secret).role == Role.MANAGER
    assert secret not in client.get(path).content.decode()
    client.post(path, {"withdraw": Invitation.objects.get().id})
    assert Invitation.open(secret) is None


def test_an_administrator_lets_people_in_and_out(person, at, ada):
    boss, new = person("boss", is_superuser=True), person("new", approved=False)
    session = Client()
    log_in(session)
    client = at(boss)
    client.post("/people", {"approve": new.id})
    client.post("/people", {"deactivate": ada.id})
    client.post("/people", {"raise": new.id})
    new.refresh_from_db()
    assert (new.approved, new.is_superuser) == (True, True)
    assert session.get("/").status_code == 302
    client.post("/people", {"activate": ada.id})
    assert session.get("/").status_code == 302  # the session does not come back
    for act in ("deactivate", "lower"):
        assert client.post("/people", {act: boss.id}).status_code == 422
    secret = re.search(r"/enter/([\w-]+)", client.post("/people", {"invite": "person"}).content.decode())[1]
    assert not Invitation.open(secret).administrator
    assert [event.what for event in Event.objects.order_by("id")] == [
        "approved", "deactivated", "made an administrator", "activated", "invited",
    ]  # fmt: skip


def test_people_are_found_and_paged(person, at):
    client = at(person("boss", is_superuser=True))
    Person.objects.bulk_create(Person(email=f"p{number:03}@example.org", approved=True) for number in range(120))
    assert "Page 1 of 3" in client.get("/people").content.decode()
    assert "p119@" in client.get("/people", {"q": "p119"}).content.decode()
    assert "Nobody" in client.get("/people", {"q": "100%_"}).content.decode()
    assert client.get("/people", {"page": "x"}).status_code == 200


def test_an_administrator_sees_no_customers_by_that_alone(shop, person, at):
    client = at(person("boss", is_superuser=True))
    assert client.get(f"/studies/{shop.id}").status_code == 404
    assert "Corner shop" not in client.get("/").content.decode()


def test_the_audit_shows_all_and_that_none_was_changed(shop, person, at):
    boss = person("boss", is_superuser=True)
    client = at(boss)
    assert "Nothing has been done yet" in client.get("/audit").content.decode()
    for number in range(120):
        events.record(boss, f"did {number:03}", shop, number=number)
    page = client.get("/audit").content.decode()
    assert "The book is whole" in page
    assert page.index("did 119") < page.index("did 070")
    assert "did 069" not in page
    assert "boss@example.org" in page
    older = client.get("/audit" + re.search(r'rel="next" href="([^"]+)"', page)[1]).content.decode()
    assert "did 069" in older
    middle = Event.objects.get(what="did 050")
    Event.objects.filter(id=middle.id).update(what="did nothing")
    assert f"Entry {middle.id} " in client.get("/audit").content.decode()


# Nothing secret lies in the database


def test_secrets_are_not_stored(shop, ada, client):
    log_in(client)
    session = client.cookies["session"].value
    key = ApiKey.make(study=shop, name="x", scopes=[], by=ada)
    link = Invitation.make()
    fresh = Client()
    fresh.get(f"/enter/{link}")
    secret = generate_totp_secret()
    TOTP.activate(ada, secret)
    codes = RecoveryCodes.activate(ada)
    opened = codes.get_unused_codes()
    stored = _dump()
    for hidden in (PASSWORD, key, link, secret, *opened):
        assert hidden not in stored
    assert link not in str(fresh.session.items())  # as Django packs sessions, it would not be seen in the dump
    assert session in stored  # the dump holds what is stored
    assert TOTP(Authenticator.objects.get(type="totp")).instance.data["secret"] not in (secret, "")
    assert RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes() == opened


def _dump():
    with connection.cursor() as cursor:
        text = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            text += [str(row) for row in cursor.fetchall()]
    return "\n".join(text)


def test_a_second_step_can_be_set_up_by_whoever_is_logged_in(ada, client):
    log_in(client)
    client.post("/account/reauthenticate", {"password": PASSWORD})
    page = client.get("/account/mfa/totp/activate/")
    assert page.status_code == 200
    assert 'id="authenticator_secret"' in page.content.decode()


def test_a_forgotten_password_is_made_anew_by_the_mailed_link(ada, client, mailoutbox):
    client.post("/account/reset", {"email": ada.email})
    link = re.search(r"/account/reset/\S+", mailoutbox[0].body)[0]
    form = client.get(link, follow=True)
    assert form.status_code == 200
    new = f"{PASSWORD} anew"
    client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    assert log_in(Client(), password=new).status_code == 302
    assert "Bad Token" in Client().get(link, follow=True).content.decode()  # it works once


# Starting


@pytest.mark.parametrize(("host", "origin"), [("0.0.0.0", ""), ("0.0.0.0", "http://shop.example"), ("::", "")])
def test_nobody_else_is_served_without_https(tmp_path, host, origin):
    with pytest.raises(StudyError, match="can be reached by others"):
        serve(tmp_path / "home", 0, host=host, origin=origin)
    assert not (tmp_path / "home").exists()

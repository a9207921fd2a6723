"""Nothing is reachable but by the one table: every address and method, as everyone, in one's own and another study."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from customer_segments.web.access import TABLE, Least
from customer_segments.web.models import ApiKey, Invitation, Member, Person, Role, Scope, Study
from tests.web.walk import NOWHERE, addresses

# What allauth names in its own pages and we do not offer: not in the table, and so not there.
SHUT = {"account_email", "account_set_password", "mfa_signup_webauthn", "mfa_login_webauthn_json"}
ADDRESSES = addresses()
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ROLES = {"reader": Role.READER, "manager": Role.MANAGER, "analyst": Role.ANALYST, "owner": Role.OWNER}
OTHERS = ("anonymous", "unapproved", "stranger", "administrator")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
LOG_IN = "/account/login?next="


@pytest.fixture
def other(db):
    return Study.objects.create(title="Somebody else's")


@pytest.fixture
def as_(person, shop):
    """A client logged in as someone, again where it was logged out."""
    made = {"anonymous": None, "stranger": person("stranger"), "administrator": person("admin", is_superuser=True)}
    made["unapproved"] = person("unapproved", shop, Role.OWNER, approved=False)
    made |= {name: person(name, shop, role) for name, role in ROLES.items()}
    clients = {name: Client() for name in made}

    def logged_in(who):
        client = clients[who]
        if made[who] and "session" not in client.cookies:
            client.force_login(made[who], backend=BACKEND)
        return client

    return logged_in


def asked(client, name, method, study, **more):
    if name == "account_logout" and method == "POST":
        client.cookies.clear()
    return client.generic(method, ADDRESSES[name].format(study=study), **more)


def refusal(answer):
    """How the gate refused, if it did."""
    if answer.status_code == 302 and answer.headers["Location"].startswith(LOG_IN):
        return "log in"
    return {403: "forbidden", 404: "not there", 405: "no such method"}.get(answer.status_code)


def test_every_view_stands_in_the_table():
    assert set(ADDRESSES) - set(TABLE) - SHUT == set()


@pytest.mark.parametrize("name", sorted(set(ADDRESSES) - set(TABLE)))
def test_what_is_not_in_the_table_is_not_there(as_, shop, name):
    for who in ("anonymous", "owner", "administrator"):
        for method in ("GET", "POST"):
            assert asked(as_(who), name, method, shop.id).status_code == 404


@pytest.mark.parametrize("name", sorted(set(ADDRESSES) & set(TABLE)))
def test_other_methods_are_refused_to_all(as_, shop, name):
    for method in METHODS:
        if method not in TABLE[name] and not (method == "HEAD" and "GET" in TABLE[name]):
            for who in ("anonymous", "owner"):
                answer = asked(as_(who), name, method, shop.id)
                assert answer.status_code == 405, (method, who)
                assert answer.headers["Allow"] == ", ".join(TABLE[name])


PEOPLES = [
    (name, method)
    for name in sorted(set(ADDRESSES) & set(TABLE))
    for method, least in TABLE[name].items()
    if not isinstance(least, Scope)
]


@pytest.mark.parametrize(("name", "method"), PEOPLES)
def test_people_reach_what_the_table_allows_and_nothing_else(as_, shop, other, name, method):
    least = TABLE[name][method]
    for who in (*OTHERS, *ROLES):
        answer = asked(as_(who), name, method, shop.id)
        assert answer.status_code < 500
        if least == Least.ANYONE:
            assert refusal(answer) in (None, "not there"), who  # such as a link that is none
        elif who == "anonymous":
            assert refusal(answer) == "log in"
        elif who == "unapproved":
            assert refusal(answer) == "forbidden"
        elif isinstance(least, Role):
            in_study(answer, who, least)
            elsewhere = asked(as_(who), name, method, other.id)
            assert elsewhere.status_code == 404
            assert not hasattr(elsewhere.wsgi_request, "study")
        elif least == Least.ADMINISTRATOR and who != "administrator":
            assert refusal(answer) == "not there"
        else:
            assert refusal(answer) != "log in", who


def in_study(answer, who, least):
    """Whoever gets through is known to the view with their role; a view may still find nothing."""
    if who not in ROLES:
        assert answer.status_code == 404, who
    elif ROLES[who] < least:
        assert answer.status_code == 403, who
    if ROLES.get(who, 0) >= least:
        assert answer.wsgi_request.role == ROLES[who]
    else:
        assert not hasattr(answer.wsgi_request, "study"), who


PROGRAMS = [
    (name, method)
    for name in sorted(set(ADDRESSES) & set(TABLE))
    for method, least in TABLE[name].items()
    if isinstance(least, Scope)
]


@pytest.mark.parametrize(("name", "method"), PROGRAMS)
def test_programs_reach_what_their_scopes_allow_and_nothing_else(as_, person, shop, other, name, method):
    for who in (*OTHERS, *ROLES):
        assert asked(as_(who), name, method, shop.id).status_code == 401
    maker = person("maker", shop, Role.OWNER)
    for scope in Scope:
        secret = ApiKey.make(study=shop, name="x", scopes=[scope], by=maker)
        bearer = {"headers": {"Authorization": f"Bearer {secret}"}, "content_type": "application/json"}
        answer = asked(Client(), name, method, shop.id, **bearer)
        assert hasattr(answer.wsgi_request, "key") == (scope == TABLE[name][method])
        assert answer.status_code == 403 or scope == TABLE[name][method]
        if "{study}" in ADDRESSES[name] and scope == TABLE[name][method]:
            assert asked(Client(), name, method, other.id, **bearer).status_code == 404


OWNERS = [(name, method) for name, method in PROGRAMS if TABLE[name][method].least == Role.OWNER]


@pytest.mark.parametrize(("name", "method"), OWNERS)
def test_what_owners_alone_may_do_no_analysts_key_may(shop, person, at, name, method):
    scope = TABLE[name][method]
    maker = person("maker", shop, Role.ANALYST)  # an owner then
    secret = ApiKey.make(study=shop, name="x", scopes=[scope], by=maker)
    answer = asked(Client(), name, method, shop.id, headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 403
    assert "whoever made it is no owner" in answer.json()["detail"]
    given = {"name": "x", "scopes": [scope.value], "days": "30"}
    assert at(maker).post(f"/studies/{shop.id}/keys", given).status_code == 422
    Member.objects.filter(person=maker).update(role=Role.OWNER)
    assert at(maker).post(f"/studies/{shop.id}/keys", given).status_code == 200


def test_a_key_opens_no_page(shop, person, client):
    secret = ApiKey.make(study=shop, name="x", scopes=list(Scope), by=person("maker", shop, Role.OWNER))
    for name, methods in TABLE.items():
        least = methods.get("GET", Least.ANYONE)
        if name in ADDRESSES and least not in (Least.ANYONE, *Scope):
            answer = asked(client, name, "GET", shop.id, headers={"Authorization": f"Bearer {secret}"})
            assert refusal(answer) == "log in"


def test_the_demo_is_everyones_to_look_at_and_nobodys_to_change(shop, as_):
    Study.objects.filter(id=shop.id).update(made_up=True)
    assert as_("stranger").get(f"/studies/{shop.id}").status_code == 200
    for name in ("keys", "sharing"):
        assert as_("stranger").get(f"/studies/{shop.id}/{name}").status_code == 403


# Forms


POSTS = [name for name, method in PEOPLES if method == "POST"]


@pytest.mark.parametrize("name", POSTS)
def test_no_form_is_taken_from_another_site(shop, person, name):
    boss = person("boss", shop, Role.OWNER, is_superuser=True)
    client = Client(enforce_csrf_checks=True)
    if TABLE[name]["POST"] != Least.ANYONE:
        client.force_login(boss, backend=BACKEND)
    before = (Study.objects.count(), Person.objects.count(), ApiKey.objects.count(), Invitation.objects.count())
    answer = asked(client, name, "POST", shop.id)
    assert answer.status_code == 403
    assert "gone stale" in answer.content.decode()
    assert before == (Study.objects.count(), Person.objects.count(), ApiKey.objects.count(), Invitation.objects.count())


def test_every_form_carries_its_token(shop, as_):
    person = as_("owner")
    Person.objects.filter(email="owner@example.org").update(is_superuser=True)
    seen = 0
    for name, methods in TABLE.items():
        if name in ADDRESSES and "GET" in methods and name not in ("chapter", "made", "openapi"):
            answer = asked(person, name, "GET", shop.id)
            if not answer.headers.get("Content-Type", "").startswith("text/html"):
                continue
            for form in re.findall(r'<form[^>]*method="post".*?</form>', answer.content.decode(), re.S | re.I):
                assert "csrfmiddlewaretoken" in form, name
                seen += 1
    assert seen > 10


# One's own objects


def test_another_studys_keys_members_and_links_are_not_there(shop, other, as_, person):
    key = ApiKey.objects.create(study=other, name="x", start="x", secret="x", scopes=[])
    member = Member.objects.create(study=other, person=person("mo"), role=Role.READER)
    Invitation.make(study=other, role=Role.READER)
    owner, link = as_("owner"), Invitation.objects.get()
    assert owner.post(f"/studies/{shop.id}/keys", {"revoke": key.id}).status_code == 404
    for button, number in (("remove", member.id), ("change", member.id), ("withdraw", link.id)):
        assert owner.post(f"/studies/{shop.id}/sharing", {button: number, "role": 1}).status_code == 404
    key.refresh_from_db()
    assert key.revoked is None
    assert Member.objects.get(id=member.id).role == Role.READER
    assert Invitation.still_open(link.secret)


@pytest.mark.parametrize("number", ["", "x", "-1", "²", "9" * 30, NOWHERE, "1 OR 1=1"])
def test_a_number_that_is_none_is_not_there(shop, as_, number):
    Person.objects.filter(email="owner@example.org").update(is_superuser=True)
    owner = as_("owner")
    assert owner.post(f"/studies/{shop.id}/keys", {"revoke": number}).status_code == 404
    assert owner.post(f"/studies/{shop.id}/sharing", {"remove": number}).status_code == 404
    Person.objects.filter(email="owner@example.org").update(is_superuser=True)
    assert owner.post("/people", {"deactivate": number}).status_code == 404
    assert owner.get("/audit", {"before": number}).status_code == 200

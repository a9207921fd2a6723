"""Sessions and log-in at a running server, by real requests: they end, change and slow down as is promised."""

from __future__ import annotations

import re
import time

import psutil
import pytest

from tests.web.conftest import PASSWORD
from tests.web.visitor import MAKE, Visitor, come, stored

OF_ALL = """
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone
from datetime import timedelta
"""
LOG_IN = "/account/login?next=/"


@pytest.fixture
def ada(explorer):
    explorer.manage("from django.core.cache import cache; cache.clear()")
    return come(explorer, "ada@example.org")


def is_in(visitor: Visitor) -> bool:
    answer = visitor.get("/", allow_redirects=False)
    if answer.status_code == 302:
        assert answer.headers["Location"] == LOG_IN
    return answer.status_code == 200


def copied(explorer, visitor: Visitor) -> Visitor:
    """Someone who has stolen the cookies."""
    thief = Visitor(explorer.base)
    thief.cookies.update(visitor.cookies.get_dict())
    return thief


def another(explorer) -> Visitor:
    """The same person in another browser."""
    visitor = Visitor(explorer.base)
    assert visitor.log_in("ada@example.org").status_code == 302
    return visitor


def left(explorer, visitor: Visitor) -> float:
    """Seconds until the session ends, or nothing where it is not there."""
    code = f"found = Session.objects.filter(session_key={visitor.cookies['session']!r}).first()\n"
    told = explorer.manage(
        f"{OF_ALL}{code}print((found.expire_date - timezone.now()).total_seconds() if found else -1)"
    )
    return float(told)


def test_half_an_hour_without_a_request_ends_it_and_each_request_begins_it_anew(explorer, ada):
    assert is_in(ada)
    assert 1790 < left(explorer, ada) <= 1800
    ended_in = "Session.objects.filter(session_key={key!r}).update(expire_date=timezone.now() + timedelta(seconds={s}))"
    key = ada.cookies["session"]
    explorer.manage(OF_ALL + ended_in.format(key=key, s=60))
    assert is_in(ada)
    assert left(explorer, ada) <= 60  # it was noted less than a minute ago
    seen = f"session = SessionStore({key!r}); session['seen'] -= 60; session.save(); "
    explorer.manage(OF_ALL + seen + ended_in.format(key=key, s=60))
    assert is_in(ada)
    assert left(explorer, ada) > 1790
    explorer.manage(OF_ALL + ended_in.format(key=key, s=0))
    assert not is_in(ada)
    assert not is_in(copied(explorer, ada))


def test_eight_hours_end_it_however_busy(explorer, ada):
    assert is_in(ada)
    code = f"session = SessionStore({ada.cookies['session']!r}); session['began'] -= {{seconds}}; session.save()"
    explorer.manage(OF_ALL + code.format(seconds=8 * 3600 - 60))
    assert is_in(ada)
    thief = copied(explorer, ada)
    explorer.manage(OF_ALL + code.format(seconds=61))
    assert not is_in(ada)
    assert not is_in(thief)
    assert left(explorer, thief) == -1


def test_a_session_that_was_known_before_log_in_opens_nothing(explorer, ada):
    link = explorer.manage("from customer_segments.web.models import *; print(Invitation.make())").strip()
    victim = Visitor(explorer.base)
    victim.get(f"/enter/{link}")  # begins one
    planted = copied(explorer, victim)
    assert planted.cookies["session"]
    assert victim.log_in("ada@example.org").status_code == 302
    assert victim.cookies["session"] != planted.cookies["session"]
    assert is_in(victim)
    assert not is_in(planted)
    assert left(explorer, planted) == -1


def test_log_out_ends_it_for_whoever_has_its_cookie(explorer, ada):
    thief = copied(explorer, ada)
    assert is_in(thief)
    assert ada.submit("/account/logout", _at="/").status_code == 302
    assert not is_in(thief)
    assert not is_in(ada)


def test_a_new_password_ends_all_other_sessions(explorer, ada):
    other, thief = another(explorer), copied(explorer, ada)
    assert [is_in(each) for each in (other, thief)] == [True, True]
    new = f"{PASSWORD} and more"
    changed = ada.submit("/account/password", oldpassword=PASSWORD, password1=new, password2=new)
    assert changed.status_code == 302
    assert [is_in(each) for each in (other, thief)] == [False, False]


def test_a_reset_by_mail_ends_all_sessions_and_works_once(explorer, ada):
    Visitor(explorer.base).submit("/account/reset", email="ada@example.org")
    mails = sorted((explorer.home / "outbox").iterdir(), key=lambda path: path.stat().st_mtime)
    link = re.search(r"/account/reset/\S+", mails[-1].read_text().replace("=\n", ""))[0]
    fresh, new = Visitor(explorer.base), f"{PASSWORD}, reset"
    place = fresh.get(link).url.removeprefix(explorer.base)
    assert fresh.submit(place, password1=new, password2=new).status_code == 302
    assert not is_in(ada)
    assert 'name="password1"' not in Visitor(explorer.base).get(link).text
    assert Visitor(explorer.base).log_in("ada@example.org", new).status_code == 302


def test_ones_other_sessions_can_be_ended_from_the_list(explorer, ada):
    other = another(explorer)
    assert is_in(other)
    assert ada.get("/account/sessions/").text.count("<tr") >= 3
    assert ada.submit("/account/sessions/").status_code == 302
    assert not is_in(other)
    assert is_in(ada)


def wrong(explorer, email: str) -> tuple[float, str]:
    """Seconds that the answer took, and what it says without what differs for everyone."""
    visitor = Visitor(explorer.base)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', visitor.get("/account/login").text)[1]
    form = {"csrfmiddlewaretoken": token, "login": email, "password": "wrong, wrong, wrong"}
    began = time.perf_counter()
    answer = visitor.post("/account/login", data=form, allow_redirects=False)
    took = time.perf_counter() - began
    text = re.sub(r'(?<=csrfmiddlewaretoken" value=")\w+', "", answer.text).replace(email, "…")
    return took, f"{answer.status_code} {sorted(set(answer.headers) - {'Set-Cookie'})} {text}"


def test_log_in_slows_down_alike_for_known_and_unknown(explorer, ada):
    clear = "from django.core.cache import cache; cache.clear()"
    took, said = {}, {}
    for email in ("ada@example.org", "eve@example.org"):
        explorer.manage(clear)  # both come from one address here, which is slowed down as well
        before = worked(explorer)
        told = [wrong(explorer, email) for _ in range(7)]
        took[email], said[email] = worked(explorer) - before, [text for _, text in told]
    explorer.manage(clear)
    known, unknown = said.values()
    assert known == unknown
    assert "Too many failed login attempts" in known[-1]
    assert "Too many failed login attempts" not in known[0]
    ratio = took["ada@example.org"] / took["eve@example.org"]
    assert 0.6 < ratio < 1.7, took


def worked(explorer) -> float:
    """Processor time of the server, which other work beside it does not change."""
    server = psutil.Process(explorer.process.pid)
    return sum(sum(each.cpu_times()[:2]) for each in (server, *server.children(recursive=True)))


def test_the_right_password_is_not_let_in_while_slowed_down_from_anywhere(explorer, ada):
    for _ in range(6):
        wrong(explorer, "ada@example.org")
    late = Visitor(explorer.base).log_in("ada@example.org")
    assert late.status_code == 422
    assert "Too many failed login attempts" in late.text
    explorer.manage("from django.core.cache import cache; cache.clear()")
    assert Visitor(explorer.base).log_in("ada@example.org").status_code == 302


def test_one_address_cannot_try_many_people(explorer, ada):
    answers = [wrong(explorer, f"someone{number}@example.org")[1] for number in range(12)]
    assert "Too many failed login attempts" not in answers[5]
    assert "Too many failed login attempts" in answers[-1]
    explorer.manage("from django.core.cache import cache; cache.clear()")
    explorer.manage(MAKE.format(email="ada@example.org", password=stored(PASSWORD), studies=[], role=4))


DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def test_a_passkey_opens_the_address_that_the_server_tells(explorer, ada, browser):
    page = browser.new_page(color_scheme="dark")
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.goto(f"{explorer.base}/account/login")
    page.fill("input[name=login]", "ada@example.org")
    page.fill("input[name=password]", PASSWORD)
    page.click("form[action='/account/login'] button")
    page.goto(f"{explorer.base}/account/mfa/totp/activate/")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    code = page.locator("main img")
    assert code.evaluate("each => getComputedStyle(each).backgroundColor") == "rgb(255, 255, 255)"
    page.goto(f"{explorer.base}/account/mfa/webauthn/add/")
    page.fill("input[name=name]", "phone")
    page.check("input[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_selector("text=Security key added")
    page.context.clear_cookies()
    page.goto(f"{explorer.base}/account/login")
    page.click("#passkey_login")
    page.wait_for_url(f"{explorer.base}/")
    explorer.manage("from allauth.mfa.models import Authenticator; Authenticator.objects.all().delete()")

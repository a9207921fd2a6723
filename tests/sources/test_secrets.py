from pathlib import Path

import pytest

from customer_segments.base.errors import StudyError
from customer_segments.sources.secrets import SECRET_OPTION, Reach, Secrets, given, only_placeholder, scrubbed


def test_placeholders_are_filled_with_the_secrets_that_are_given():
    secrets = Secrets({"SHOP_USER": "me", "SHOP_PASSWORD": "${SHOP_USER}\\1"})
    assert secrets.filled("${SHOP_USER}:${SHOP_PASSWORD}", "source.url") == "me:${SHOP_USER}\\1"


@pytest.mark.parametrize("known", [{"SHOP_PASSWORD": ""}])
def test_a_secret_without_a_value_is_named_whatever_the_environment_holds(monkeypatch, known):
    monkeypatch.setenv("SHOP_PASSWORD", "not mine")
    with pytest.raises(StudyError, match=r"The environment variable SHOP_PASSWORD, which .* is not set") as caught:
        Secrets(known).filled("${SHOP_PASSWORD}", "source.url")
    assert caught.value.setting == "source.url"


def test_secrets_are_not_shown_with_what_holds_them():
    assert "hunter2" not in repr(Reach(Path(), {"SHOP_PASSWORD": "hunter2"})) + repr(Secrets({"A": "hunter2"}))


@pytest.mark.parametrize(("named", "told"), [("source.token", "source.token"), (None, "source.orders")])
def test_an_error_keeps_its_setting_or_gets_that_of_the_whole(named, told):
    def failing():
        raise StudyError("hunter2 is wrong", setting=named)

    with pytest.raises(StudyError, match=r"^\*\*\* is wrong$") as caught:
        Secrets({}, {"hunter2"}).kept(failing, "source.orders")
    assert caught.value.setting == told


def test_an_error_of_another_library_is_about_no_setting():
    def failing():
        raise OSError("No space left")

    with pytest.raises(StudyError, match=r"^No space left$") as caught:
        Secrets({}).kept(failing, "source.orders", OSError)
    assert caught.value.setting is None


def test_only_a_placeholder_alone_holds_no_secret():
    assert only_placeholder("${SHOP_TOKEN}")
    assert not any(map(only_placeholder, ["x${SHOP_TOKEN}", "$SHOP_TOKEN", "", "${SHOP_TOKEN}${OTHER}"]))


@pytest.mark.parametrize("told", ["p@s/s'\\", "p%40s/s%27%5C", "p%40s%2Fs%27%5C", "p%40s%2fs%27%5c", "p@s/s'\\\\"])
def test_a_secret_is_hidden_however_it_is_written(told):
    assert scrubbed(f"login as\n{told} failed", {"p@s/s'\\"}) == "login as *** failed"


SECRET = [
    "auth", "code", "jwt", "key", "sig", "X-Amz-Signature", "X-Amz-Credential", "x-amz-security-token", "access_token",
    "accessToken", "api_key", "apikey", "api-key", "subscription-key", "Authorization", "client_secret", "sessionid",
    "pwd", "db_pass", "sslpassword", "id_token", "bearer", "authcode", "se%63ret", "X-Goog-Signature", "sas",
]  # fmt: skip
PLAIN = [
    "author", "country_code", "page", "cursor", "assigned_to", "design", "passenger", "keyword", "sort_key", "since",
    "require_auth", "auth_plugin", "sslmode", "host", "zipcode", "signup_after", "passport", "private", "authorised",
]  # fmt: skip


@pytest.mark.parametrize("name", SECRET)
def test_an_option_that_holds_a_secret_is_hidden_wherever_an_address_is_told(name):
    told = scrubbed(f"GET https://shop.example/orders?page=2&{name}=abc%2F123; gone (a;{name}=abc b#{name}=abc)", ())
    assert "abc" not in told
    assert "page=2" in told


@pytest.mark.parametrize("name", PLAIN)
def test_other_options_stay_readable(name):
    assert not SECRET_OPTION.search(name)
    assert scrubbed(f"https://shop.example/orders?{name}=abc", ()) == f"https://shop.example/orders?{name}=abc"


def test_a_login_within_an_address_is_hidden():
    assert scrubbed("no route to postgresql://me:pw@db:5432/shop", ()) == "no route to postgresql://***@db:5432/shop"


def test_a_study_is_given_what_it_lists_and_what_is_made_for_studies():
    environment = {"HOME": "/root", "SEGMENTS_TOKEN": "a", "SHOP_TOKEN": "b", "AWS_SECRET": "c"}
    assert given(environment, ["SHOP_TOKEN", "ABSENT"]) == {"SEGMENTS_TOKEN": "a", "SHOP_TOKEN": "b", "ABSENT": ""}


@pytest.mark.parametrize("text", ["${HOME}", "https://${HOME}.example", "x${SEGMENTSTOKEN}"])
def test_any_other_variable_is_refused_with_what_to_write(text):
    with pytest.raises(StudyError, match=r"not among .*write `source.secrets: \[(HOME|SEGMENTSTOKEN)\]`, or call it"):
        Secrets(given({"HOME": "/root", "SEGMENTSTOKEN": "x"}, [])).filled(text, "source.url")


@pytest.mark.parametrize("name", ["SEGMENTS_TOKEN", "LISTED"])
def test_one_that_may_be_used_and_is_not_set_is_named(name):
    with pytest.raises(StudyError, match=f"variable {name}, which holds a secret, is not set"):
        Secrets(given({}, ["LISTED"])).filled(f"${{{name}}}", "source.url")

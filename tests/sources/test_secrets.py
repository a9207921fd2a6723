import pytest

from customer_segments.base.errors import StudyError
from customer_segments.sources.secrets import filled, only_placeholder, scrubbed


def test_placeholders_are_filled_from_the_environment(monkeypatch):
    monkeypatch.setenv("SHOP_USER", "me")
    monkeypatch.setenv("SHOP_PASSWORD", "${SHOP_USER}\\1")
    assert filled("${SHOP_USER}:${SHOP_PASSWORD}", "source.url") == "me:${SHOP_USER}\\1"


@pytest.mark.parametrize("value", [None, ""])
def test_a_variable_without_a_value_is_named(monkeypatch, value):
    monkeypatch.delenv("SHOP_PASSWORD", raising=False)
    if value is not None:
        monkeypatch.setenv("SHOP_PASSWORD", value)
    with pytest.raises(StudyError, match=r"SHOP_PASSWORD, which `source\.url` in params\.yaml asks for"):
        filled("${SHOP_PASSWORD}", "source.url")


def test_only_a_placeholder_alone_holds_no_secret():
    assert only_placeholder("${SHOP_TOKEN}")
    assert not any(map(only_placeholder, ["x${SHOP_TOKEN}", "$SHOP_TOKEN", "", "${SHOP_TOKEN}${OTHER}"]))


@pytest.mark.parametrize("told", ["p@s/s'\\", "p%40s/s%27%5C", "p%40s%2Fs%27%5C", "p%40s%2fs%27%5c", "p@s/s'\\\\"])
def test_a_secret_is_hidden_however_it_is_written(told):
    assert scrubbed(f"login as\n{told} failed", {"p@s/s'\\"}) == "login as *** failed"

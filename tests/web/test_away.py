"""A database that is away for a moment is said, as a page and to programs, and asked nothing more."""

from __future__ import annotations

import pytest
from django.db import OperationalError

from customer_segments.web.models import Role, Study


@pytest.fixture
def away(monkeypatch):
    def gone(*_, **__):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(Study.objects, "raw", gone)


def test_the_page_says_that_the_database_is_away(shop, person, at, away):
    client = at(person("rita"))
    client.raise_request_exception = False
    answer = client.get(f"/studies/{shop.id}")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    told = answer.content.decode()
    assert "The database is away for a moment" in told
    assert "server closed" not in told


def test_what_else_goes_wrong_is_no_such_thing(shop, person, at, monkeypatch):
    from customer_segments.web.views import study

    monkeypatch.setattr(study, "latest", lambda _: 1 / 0)
    client = at(person("rita", shop, Role.READER))
    client.raise_request_exception = False
    assert client.get(f"/studies/{shop.id}/chapters/index.html").status_code == 500

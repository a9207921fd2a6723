"""Someone at a running server, by real requests: logged in like everyone else, with the cookies of one browser."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import requests
from django.contrib.auth.hashers import make_password

from tests.web.conftest import PASSWORD, Explorer

stored = cache(make_password)  # which takes a fifth of a second
MAKE = """
from customer_segments.web.models import *
person, _ = Person.objects.get_or_create(email={email!r}, defaults={{"approved": True}})
person.password = {password!r}
person.save()
for study in Study.objects.filter(id__in={studies!r}):
    Member.objects.get_or_create(study=study, person=person, defaults={{"role": {role}}})
"""


class Visitor(requests.Session):
    """A browser without scripts: relative addresses, and forms sent with their token."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base

    def request(self, method: str, url: str, *args: Any, **more: Any) -> requests.Response:
        return super().request(method, f"{self.base}{url}" if url.startswith("/") else url, *args, **more)

    def submit(self, path: str, _at: str = "", **form: str) -> requests.Response:
        """A form as its page gives it, from the page at `_at` where that is another."""
        page = self.get(_at or path)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[1]
        return self.post(path, data={"csrfmiddlewaretoken": token} | form, allow_redirects=False)

    def log_in(self, email: str, password: str = PASSWORD) -> requests.Response:
        return self.submit("/account/login", login=email, password=password)


def come(explorer: Explorer, email: str, role: int = 4, *studies: str) -> Visitor:
    """Someone with an account who has logged in."""
    explorer.manage(MAKE.format(email=email, password=stored(PASSWORD), studies=list(studies), role=role))
    visitor = Visitor(explorer.base)
    assert visitor.log_in(email).status_code == 302
    return visitor

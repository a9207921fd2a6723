"""The Explorer's pages give no number of one name another value than the report, nor than each other."""

from __future__ import annotations

from customer_segments.web.models import Role
from tests.studies.test_one_value import apart_in, names_of, pages_of, told_twice

PAGES = ("", "/segments", "/retention", "/value", "/model")


def test_pages_and_report_agree(shop, person, at, finished):
    mara = at(person("mara", shop, Role.MANAGER))
    own = {page: mara.get(f"/studies/{shop.id}{page}").content.decode() for page in PAGES}
    assert told_twice(own | pages_of(finished), names_of(finished)) == {}
    assert apart_in(own | pages_of(finished), names_of(finished)) == {}

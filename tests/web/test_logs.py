"""What a running server writes to its log says what went wrong, and holds nobody's number, address or secret."""

from __future__ import annotations

import http.client
import logging
import re
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import DisallowedHost
from django.test import RequestFactory

from customer_segments.web import reasons
from customer_segments.web.logs import Unnamed
from tests.web.conftest import serving
from tests.web.visitor import come

NUMBER, MAIL, SECRET = "C-0007-ÜX", "ada.lovelace", "cs_TopSecretKey"
SENT = (NUMBER, "%C3%9C", "C-0007", MAIL, SECRET, "asked=", "evil")
BROKEN = """
from django.conf import settings
from customer_segments.web.models import *
study = Study.objects.create(title="Broken")
job = Job.objects.create(kind="run", study=study, state="finished")
folder = settings.HOME / "studies" / str(study.id) / str(job.id)
(folder / "reports").mkdir(parents=True)
(folder / "reports/content.json").write_text('{"cards": [C-0007-X]}')
print(study.id)
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("logs") / "home", SEGMENTS_WEB_NO_WORKER="1") as running:
        yield running


def test_no_line_of_the_log_tells_who_was_asked_for(server):
    study = server.manage(BROKEN).strip()
    olga, broken = come(server, "olga@example.org", 4, study), f"/studies/{study}"
    statuses = [olga.request(method, path, allow_redirects=False).status_code for method, path in _addresses(broken)]
    statuses.append(olga.submit(f"{broken}/forget?asked={NUMBER}", look="", customers=NUMBER * 30).status_code)
    statuses += [_bare(server.base, path, **heads) for path, heads in _oddities()]
    assert len(statuses) >= 30
    assert {400, 401, 403, 404, 405, 422, 500} <= set(statuses)
    said = server.home.with_suffix(".said").read_text(encoding="utf-8")
    assert [word for word in SENT if word in said] == []
    lines = [line for line in said.splitlines() if re.search(r" (WARNING|ERROR) django", line)]
    assert len(lines) >= 25  # some are redirected
    assert any(line.endswith("500 GET /studies/<uuid:study>/customers/<number:customer>") for line in lines)
    assert any(line.endswith("404 GET an address that is not there") for line in lines)
    assert any(line.endswith("405 OPTIONS /studies/<uuid:study>/customers/<number:customer>") for line in lines)
    assert "JSONDecodeError" in said or "IOException" in said
    assert 'results.py", line' in said


def _addresses(broken):
    """404, 403, 405, 422, 401 and 500, with a customer's number, an e-mail, a secret and a question in each."""
    asked = f"?asked={NUMBER}&mail={MAIL}@example.org"
    elsewhere = "/studies/00000000-0000-0000-0000-000000000000"
    yield from (("GET", f"{place}/customers/{NUMBER}{asked}") for place in (broken, elsewhere))
    yield from (("GET", f"{broken}/{page}{asked}") for page in ("customers", "segments", "model", "value", "predict"))
    yield from (("OPTIONS", f"{broken}/customers/{NUMBER}{asked}"), ("PUT", f"/people{asked}"))
    yield from (("POST", f"{broken}/{page}{asked}") for page in ("forget", "add", "keys", "sharing", "cancel"))
    yield from (("GET", f"{each}{asked}") for each in (f"/{NUMBER}", f"/enter/{SECRET}", f"/{MAIL}@example.org"))
    yield from (("GET", f"/account/reset/x-{SECRET}{asked}"), ("GET", "//evil.example/"), ("GET", f"/a b/{NUMBER}"))
    yield from (("GET", f"/api/v1{path}{asked}") for path in (f"/{NUMBER}", "/studies", f"/uploads/{SECRET}"))
    yield from (("POST", f"/api/v1/segment{asked}"), ("POST", f"/segment{asked}"), ("PATCH", f"/segment/{NUMBER}"))


def _oddities():
    """Hosts that are not ours, and requests that no browser makes."""
    yield f"/studies/{SECRET}", {"Host": f"{MAIL}.evil.example"}
    yield f"/?asked={SECRET}", {"Host": f"{SECRET} x"}
    yield "/api/v1/studies", {"Authorization": f"Basic {SECRET}"}
    yield "/api/v1/studies", {"Authorization": SECRET}
    yield f"/account/login?next=/{MAIL}", {"Cookie": f"session={SECRET}", "Transfer-Encoding": SECRET}


def _bare(base, path, **heads):
    parts = urlsplit(base)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
    connection.request("GET", path, headers=heads)
    status = connection.getresponse().status
    connection.close()
    return status


def record(message, *args, name="django.request", error=None, **more):
    info = (type(error), error, None) if error else None
    made = logging.LogRecord(name, logging.ERROR, "x.py", 1, message, args, info)
    made.__dict__ |= more
    assert Unnamed().filter(made)
    return logging.Formatter("%(message)s").format(made)


def test_an_exception_says_its_kind_and_place_and_what_it_came_from():
    def fail():
        try:
            raise KeyError(NUMBER)
        except KeyError as error:
            raise ValueError(f"{NUMBER} is wrong") from error

    with pytest.raises(ValueError, match="is wrong") as caught:
        fail()
    told = record("job x", name="customer_segments.web.worker", error=caught.value)
    assert NUMBER not in told
    assert "ValueError\nthat came from\n" in told
    assert told.rstrip().endswith("KeyError")
    assert "test_logs.py" in told


def test_other_programs_sentences_lose_what_was_sent():
    request = RequestFactory().generic("ADA@EXAMPLE.ORG", f"/studies/{NUMBER}?asked=1")
    assert record(str(DisallowedHost(f"bad {MAIL}")), request=request, status_code=400) == (
        "400 ? an address that is not there"
    )
    assert record("Exception when servicing %r", NUMBER, name="waitress") == "Exception when servicing …"
    assert record("Task queue depth is %d", 7, name="waitress.queue") == "Task queue depth is 7"
    assert record(f"Unexpected auth - '{SECRET}'", name="django") == "Unexpected auth - …"
    assert record(f"application wrote too much for /a b/{NUMBER}", name="waitress").endswith("for …")
    assert record(ValueError(NUMBER), name="django") == "ValueError"


def test_what_is_not_foreseen_in_a_run_is_written_down_without_the_data(caplog):
    cause = f"Something that is not foreseen went wrong (ValueError: ({NUMBER}), in x, in rules.py, line 7): report it."
    told = reasons._for_readers(cause)
    assert "written down" in told
    assert caplog.messages == [
        "Something that is not foreseen went wrong (ValueError, in rules.py, line 7): report it."
    ]

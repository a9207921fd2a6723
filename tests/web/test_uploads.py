"""What is uploaded: kept under names of our own, within its room, read by the worker alone, and never a setting."""

from __future__ import annotations

import re
import sys
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from customer_segments.web.models import Job, Role, Study, Upload
from customer_segments.web.worker import Lane
from tests.malformed.packed import opened, workbook, zip_bomb, zipped

FAR = b'<c r="XFD1048576"><v>1</v></c></row></sheetData>'
LIST = "".join(f"{n},{20 + n % 40}\n" for n in range(1, 40))
# What a study file could say, and no program may: where files lie, what is run, and what the environment holds.
SETTINGS = {
    "settings": {"source": {"kind": "files", "customers": "/etc/passwd"}},
    "source": {"kind": "database", "url": "${SEGMENTS_DATABASE}"},
    "params": "study: demo",
    "path": "../other/params.yaml",
}


@pytest.fixture
def ada(person, at, shop):
    return at(person("ada", shop, Role.ANALYST))


def sent(client, name: str, content: bytes):
    return client.post("/new", {"files": SimpleUploadedFile(name, content)})


def far_cell() -> bytes:
    files = opened(workbook({"Sheet": [["customer_id", "age"], [1, 2], [2, 3]]}))
    sheet = "xl/worksheets/sheet1.xml"
    return zipped(files | {sheet: files[sheet].replace(b"</row></sheetData>", FAR)})


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("far.xlsx", far_cell(), "XFD1048576"),
        ("bomb.zip", zip_bomb("customers.csv", b"customer_id,age\n1,2\n", 400), "unpacks"),
    ],
    ids=["far cell", "zip bomb"],
)
def test_what_would_burst_is_refused_in_a_sentence(ada, name, content, why):
    place = sent(ada, name, content).url
    assert Lane("test", (Job.Kind.CHECK,)).turn()
    told = ada.get(place).content.decode()
    said = re.search(r'<p class="wrong">([^<]+)</p>', told)[1]
    assert name in said
    assert why in said
    assert 'name="start"' not in told


def test_it_is_kept_under_names_of_our_own(ada, settings):
    sent(ada, "../../my shop; rm.csv", LIST.encode())
    stored = Upload.objects.get()
    found = [each.relative_to(settings.HOME / "uploads" / str(stored.id)) for each in
             (settings.HOME / "uploads" / str(stored.id)).rglob("*") if each.is_file()]  # fmt: skip
    assert [str(each) for each in found] == ["files/file1.csv"]
    assert uuid.UUID(str(stored.id)).version == 4


def test_there_is_room_for_so_much_of_one_person(ada, settings):
    settings.ROOM_OF_A_PERSON = 100
    assert sent(ada, "small.csv", b"customer_id,age\n1,2\n").status_code == 302
    refused = sent(ada, "large.csv", LIST.encode())
    assert refused.status_code == 422
    assert "leave no room for this" in refused.content.decode()
    assert Upload.objects.count() == 1
    assert len(list((settings.HOME / "uploads").glob("*/files/*"))) >= 1


def test_the_web_process_never_opens_it(ada):
    read: list[str] = []
    listening = [True]

    def heard(event: str, told: tuple) -> None:
        if listening and event == "open" and "/files/file" in str(told[0]):
            read.append(str(told))

    sys.addaudithook(heard)  # which stays, and hears nothing any more
    place = sent(ada, "list.csv", LIST.encode()).url
    ada.get(place)
    assert read == []
    assert Lane("test", (Job.Kind.CHECK,)).turn()
    ada.get(place)
    listening.clear()
    assert read == []  # the check is a process of its own


def test_a_study_file_is_no_upload(ada):
    refused = sent(ada, "params.yaml", b"study: demo\nsource: {kind: files, customers: /etc/passwd}\n")
    assert refused.status_code == 422
    assert not Upload.objects.exists()


@pytest.mark.parametrize("name", SETTINGS)
def test_no_program_can_send_a_setting(shop, key, ask, name):
    secret, before = key(shop), Job.objects.count()
    for path, told in ((f"/studies/{shop.id}/runs", {}), ("/studies", {"upload": str(uuid.uuid4()), "title": "x"})):
        assert ask(secret, "post", path, told | {name: SETTINGS[name]}).status_code == 422
    assert (Job.objects.count(), Study.objects.count()) == (before, 1)


@pytest.mark.parametrize("name", SETTINGS)
def test_no_form_takes_a_setting(ada, shop, name):
    form = {"k": "3", "method": "kmeans", "outliers": "keep", name: str(SETTINGS[name])}
    assert ada.post(f"/studies/{shop.id}/runs/new", form).status_code == 302
    assert set(shop.runs().first().settings["changes"]) == {"clustering", "preprocessing"}
    assert "passwd" not in str(shop.runs().first().settings)

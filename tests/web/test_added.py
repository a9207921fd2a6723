"""Customers who are entered by hand: kept with a reason, changed, deleted, and nobody else's."""

from __future__ import annotations

import html

import pytest

from customer_segments.web.models import Added, Event, Role, Study
from customer_segments.web.results import Run


@pytest.fixture
def mia(shop, person, at):
    return at(person("mia", shop, Role.MANAGER))


@pytest.fixture
def entry(finished):
    needed = Run(finished).scorer.needed
    figures = {"orders": "12", "net_revenue": "1,234.50", "preferred_channel": "Store", "returned_share": "4%"}
    return {f"f{needed.index(name)}": value for name, value in figures.items()} | {
        "customer_id": "fair-7", "purpose": "asked for advice at the fair", "basis": "consent",
    }  # fmt: skip


def test_an_entry_is_kept_with_its_segment_and_its_reason(mia, shop, entry, finished):
    answer = mia.post(f"/studies/{shop.id}/add", entry)
    kept = Added.objects.get()
    assert answer.headers["Location"] == f"/studies/{shop.id}/added/{kept.id}"
    scorer = Run(finished).scorer
    assert kept.values == dict.fromkeys(scorer.needed) | {
        "orders": 12, "net_revenue": 1234.5, "preferred_channel": "Store", "returned_share": 0.04,
    }  # fmt: skip
    scored = scorer.score([kept.values])
    assert (kept.segment, kept.certainty) == (scored.segment[0], scored.certainty[0])
    assert (kept.purpose, kept.basis, kept.by.email) == (entry["purpose"], "consent", "mia@example.org")
    assert "fair-7" in mia.get(f"/studies/{shop.id}/add").content.decode()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"customer_id": ""}, "Give the customer a number"),
        ({"customer_id": "100001"}, "100001 is a customer of the study already"),
        ({"customer_id": "10\u202e7"}, "signs that cannot be seen"),
        ({"purpose": " "}, "Say what the entry is for"),
        ({"basis": "because"}, "Choose one of the reasons"),
        ({"basis": ""}, "Say why it is allowed"),
        ({"f1": "many"}, "Write a number"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(mia, shop, entry, changed, sentence):
    answer = mia.post(f"/studies/{shop.id}/add", entry | changed)
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert sentence in page
    assert "asked for advice at the fair" in page or "purpose" in changed
    assert not Added.objects.exists()


def test_an_entry_without_any_figure_is_refused(mia, shop, entry):
    bare = {key: entry[key] for key in ("customer_id", "purpose", "basis")}
    answer = mia.post(f"/studies/{shop.id}/add", bare)
    assert answer.status_code == 422
    assert "at least one figure" in answer.content.decode()


def test_nobody_is_entered_twice(mia, shop, entry):
    mia.post(f"/studies/{shop.id}/add", entry)
    answer = mia.post(f"/studies/{shop.id}/add", entry)
    assert answer.status_code == 422
    assert "was entered already" in answer.content.decode()
    assert Added.objects.count() == 1


def test_an_entry_is_changed_and_placed_anew(mia, shop, entry, finished):
    mia.post(f"/studies/{shop.id}/add", entry)
    kept = Added.objects.get()
    address = f"/studies/{shop.id}/added/{kept.id}"
    assert 'value="1234.5"' in mia.get(address).content.decode()
    orders = Run(finished).scorer.needed.index("orders")
    assert mia.post(address, entry | {f"f{orders}": "1", "purpose": "wrote to us"}).status_code == 302
    changed = Added.objects.get()
    assert (changed.id, changed.values["orders"], changed.purpose) == (kept.id, 1, "wrote to us")
    assert changed.certainty != kept.certainty
    assert mia.post(address, entry | {f"f{orders}": "x"}).status_code == 422
    assert Added.objects.get().values["orders"] == 1


def test_a_deleted_entry_is_gone_and_the_book_knows_no_name(mia, shop, entry):
    mia.post(f"/studies/{shop.id}/add", entry)
    kept = Added.objects.get()
    mia.post(f"/studies/{shop.id}/added/{kept.id}", {"delete": "yes"})
    assert not Added.objects.exists()
    assert mia.get(f"/studies/{shop.id}/added/{kept.id}").status_code == 404
    book = [(event.what, str(event.about)) for event in Event.objects.filter(study=shop.id)]
    assert [what for what, _ in book] == ["added a customer", "deleted an added customer"]
    assert not any("fair-7" in about for _, about in book)


def test_an_entry_of_another_study_is_not_there(mia, shop, entry, person, at):
    mia.post(f"/studies/{shop.id}/add", entry)
    kept = Added.objects.get()
    eve = person("eve")
    assert at(eve).get(f"/studies/{shop.id}/added/{kept.id}").status_code == 404
    other = Study.objects.create(title="Other")
    kept.study = other
    kept.save()
    assert at(kept.by).get(f"/studies/{shop.id}/added/{kept.id}").status_code == 404


def test_text_is_never_markup(mia, shop, entry):
    text = '<script>alert(1)</script>"'
    mia.post(f"/studies/{shop.id}/add", entry | {"customer_id": text, "purpose": text})
    kept = Added.objects.get()
    for address in (f"/studies/{shop.id}/add", f"/studies/{shop.id}/added/{kept.id}"):
        page = mia.get(address).content.decode()
        assert "<script>alert" not in page
        assert text in html.unescape(page)


def test_many_entries_are_told_page_by_page(mia, shop, finished):
    common = {"values": dict.fromkeys(Run(finished).scorer.needed), "segment": 1, "certainty": 1, "outside": False}
    Added.objects.bulk_create(
        Added(study=shop, customer_id=f"hand-{number:03}", purpose="p", basis="consent", **common)
        for number in range(120)
    )
    pages = [mia.get(f"/studies/{shop.id}/add?page={number}").content.decode() for number in (1, 2, 3)]
    assert [page.count(">hand-") for page in pages] == [50, 50, 20]
    assert all("120 entries" in page for page in pages)
    assert "Page 2 of 3" in pages[1]
    assert all(f">hand-{number:03}<" in "".join(pages) for number in range(120))

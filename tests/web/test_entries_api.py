"""Programs enter customers by hand, as people do: kept with a reason, read, changed and deleted, and nobody else's."""

from __future__ import annotations

import json

import pytest

from customer_segments.web.models import Added, Answered, Event, Study
from customer_segments.web.results import Run
from tests.web.test_api import problem

FIGURES = {"orders": 12, "net_revenue": 1234.5, "preferred_channel": "Store", "returned_share": 0.04}


@pytest.fixture
def given():
    return {"customer_id": "fair-7", "values": FIGURES, "purpose": "asked at the fair", "basis": "consent"}


@pytest.fixture
def entered(shop, key, ask, given):
    """A customer who was entered: the key, the address of all entries, and what was answered."""
    secret, path = key(shop), f"/studies/{shop.id}/added"
    answer = ask(secret, "post", path, given)
    assert answer.status_code == 201, answer.content
    return secret, path, answer.json()


def test_an_entry_is_kept_placed_and_told_as_the_page_does(entered, finished, ask):
    secret, path, told = entered
    run, kept = Run(finished), Added.objects.get()
    assert kept.values == dict.fromkeys(run.scorer.needed) | FIGURES
    scored = run.scorer.score([kept.values])
    assert (told["segment"], told["certainty"]) == (scored.segment[0], scored.certainty[0])
    assert told["name"] in [each["name"] for each in run.segments()]
    assert (kept.purpose, kept.basis, kept.by.email) == ("asked at the fair", "consent", "maker0@example.org")
    assert ask(secret, "get", f"{path}/{told['id']}").json() == told
    assert ask(secret, "get", path).json() == {"entries": [told], "next": None}


def test_entries_come_page_by_page_each_once(entered, given, ask):
    secret, path, _ = entered
    for number in range(6):
        ask(secret, "post", path, given | {"customer_id": f"ü {number}"})
    seen, cursor = [], None
    while True:
        told = ask(secret, "get", path, data={"limit": 3} | ({"cursor": cursor} if cursor else {})).json()
        seen += [each["customer_id"] for each in told["entries"]]
        if (cursor := told["next"]) is None:
            break
    assert seen == ["fair-7", *(f"ü {number}" for number in range(6))]
    for wrong in ("!", "AA==", "a" * 1001):
        problem(ask(secret, "get", path, data={"cursor": wrong}), 422)


def test_an_entry_is_changed_and_deleted_for_good(entered, given, ask):
    secret, path, told = entered
    one = f"{path}/{told['id']}"
    changed = ask(secret, "put", one, given | {"values": {"orders": 1}, "purpose": "wrote to us"})
    assert changed.status_code == 200
    assert (changed.json()["values"]["orders"], changed.json()["values"]["net_revenue"]) == (1, None)
    assert changed.json()["purpose"] == "wrote to us"
    gone = ask(secret, "delete", one)
    assert (gone.status_code, gone.content) == (204, b"")
    for method, sent in (("get", None), ("put", given), ("delete", None)):
        problem(ask(secret, method, one, sent), 404)
    book = list(Event.objects.filter(what__contains="added").values_list("what", "about", "who"))
    assert [what for what, *_ in book] == [
        "added a customer", "changed an added customer", "deleted an added customer",
    ]  # fmt: skip
    assert "fair-7" not in str(book)
    assert {who.split()[0] for *_, who in book} == {"key"}


@pytest.mark.parametrize(
    ("changed", "status", "at"),
    [
        ({"customer_id": ""}, 422, "customer_id"),
        ({"customer_id": "x" * 121}, 422, "customer_id"),
        ({"customer_id": "a\0b"}, 422, "customer_id"),
        ({"customer_id": "100001"}, 409, "customer_id"),
        ({"customer_id": "fair-7"}, 409, "customer_id"),
        ({"purpose": " "}, 422, "purpose"),
        ({"basis": "because"}, 422, "basis"),
        ({"basis": ""}, 422, "basis"),
        ({"values": {}}, 422, "values"),
        ({"values": {"orders": "many"}}, 422, "values.orders"),
        ({"values": {"orders": 1e300}}, 422, "values.orders"),
        ({"values": {"shoes": 1}}, 422, "values.shoes"),
        ({"values": {"orders": [1]}}, 422, "values.orders"),
        ({"more": 1}, 422, "more"),
    ],
)
def test_what_is_wrong_is_said_where_and_nothing_is_kept(entered, given, ask, changed, status, at):
    secret, path, _ = entered
    told = problem(ask(secret, "post", path, {**given, "customer_id": "new", **changed}), status)
    assert told["errors"][0]["at"].startswith(at)
    assert told["errors"][0]["told"]
    assert Added.objects.count() == 1


def test_a_change_cannot_take_anothers_number(entered, given, ask):
    secret, path, _ = entered
    other = ask(secret, "post", path, given | {"customer_id": "fair-8"}).json()
    assert "already" in problem(ask(secret, "put", f"{path}/{other['id']}", given), 409)["detail"]
    assert sorted(Added.objects.values_list("customer_id", flat=True)) == ["fair-7", "fair-8"]


def test_the_same_token_enters_nobody_twice_and_keeps_nothing_of_them(shop, key, ask, given):
    secret, path, token = key(shop), f"/studies/{shop.id}/added", {"headers": {"Idempotency-Key": "a"}}
    first, again = ask(secret, "post", path, given, **token), ask(secret, "post", path, given, **token)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Added.objects.count() == 1
    kept = Answered.objects.get()
    assert kept.body == {"id": first.json()["id"]}
    problem(ask(secret, "post", path, given | {"purpose": "other"}, **token), 422)
    ask(secret, "delete", f"{path}/{first.json()['id']}")
    problem(ask(secret, "post", path, given, **token), 404)
    assert not Added.objects.exists()


def test_an_entry_of_another_study_is_not_there(entered, key, ask, given):
    _, path, told = entered
    other = Study.objects.create(title="Other")
    secret = key(other)
    for method, sent in (("get", None), ("put", given), ("delete", None)):
        problem(ask(secret, method, f"{path}/{told['id']}", sent), 404)
        problem(ask(secret, method, f"/studies/{other.id}/added/{told['id']}", sent), 404)
    assert Added.objects.count() == 1


def test_an_entry_that_was_deleted_meanwhile_does_not_come_back(entered, given, ask, monkeypatch):
    from customer_segments.web.views.added import AddForm

    secret, path, told = entered
    filled = AddForm._filled

    def deleted_now(form):
        Added.objects.all().delete()
        return filled(form)

    monkeypatch.setattr(AddForm, "_filled", deleted_now)
    problem(ask(secret, "put", f"{path}/{told['id']}", given), 404)
    assert not Added.objects.exists()


def test_scopes_are_apart(shop, key, ask, given):
    path = f"/studies/{shop.id}/added"
    problem(ask(key(shop, "read"), "post", path, given), 403)
    problem(ask(key(shop, "add"), "get", path), 403)
    assert ask(key(shop, "add"), "post", path, given).status_code == 201
    assert "fair-7" in json.dumps(ask(key(shop, "read"), "get", path).json())

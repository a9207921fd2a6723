"""What only a person can tell about an upload: asked on the page and by programs, answered, and then settled."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from customer_segments.web.models import Job, Study, Upload
from customer_segments.web.worker import Lane
from tests.malformed.packed import workbook

PEOPLE = [["Client No", "Account No", "Age"], *([100 + n, max(n, 2) + 500, 20 + n % 40] for n in range(60))]
ORDERS = [["Order", "Client", "Date", "Total"], *([n, n % 20, f"2024-01-{1 + n % 28:02}", n + 3.5] for n in range(60))]


def csv(rows) -> bytes:
    return "".join(",".join(map(str, row)) + "\n" for row in rows).encode()


@pytest.fixture
def ada(db, person, at):
    return at(person("ada"))


def given(client, name: str, content: bytes) -> str:
    """Upload a file and have it looked at, for real; where its page is."""
    place = client.post("/new", {"files": SimpleUploadedFile(name, content)}).url
    looked_at()
    return place


def looked_at() -> None:
    assert Lane("test", (Job.Kind.CHECK,)).turn()


def text(answer) -> str:
    return answer.content.decode()


def test_what_two_columns_could_be_is_asked_in_the_words_of_a_page(ada):
    page = ada.get(given(ada, "people.csv", csv(PEOPLE)))
    assert "Only you can tell" in text(page)
    assert "people.csv: “Customer id” may be &#39;Client No&#39;, which it is taken for, or" in text(page)
    assert "--column" not in text(page)
    assert "file1" not in text(page)


def test_columns_and_rules_are_called_as_on_other_pages(ada):
    rows = "".join(f"{n},{n % 9},{20 + n},{'' if n == 3 else n}\n" for n in range(1, 40))
    page = text(ada.get(given(ada, "fans.csv", f"CustomerID,FollowDuration,Age,Income\n{rows}".encode())))
    assert ">Months following</label>" in page
    assert "Follow duration months" not in page
    rules = re.findall(r"<tr><td><b>([^<]+)</b>", page)
    assert [each for each in rules if each[0].islower()] == []


def test_an_answer_settles_it_and_what_is_right_is_confirmed_by_going_on(ada):
    place = given(ada, "people.csv", csv(PEOPLE))
    roles = {"customers-customer_id": "Account No", "customers-age": "Age"}
    assert ada.post(place, {"title": "People", "table": "customers"} | roles).url == place
    looked_at()
    assert "Only you can tell" not in text(ada.get(place))
    other = given(ada, "people.csv", csv(PEOPLE))
    roles["customers-customer_id"] = "Client No"
    assert "/progress" in ada.post(other, {"title": "People", "table": "customers"} | roles).url
    source = Job.objects.get(kind=Job.Kind.RUN).settings["settings"]["source"]
    assert source["columns"]["customers"]["customer_id"] == "Client No"


def test_what_cannot_be_is_said_beside_the_form_that_asked_for_it(ada):
    place = given(ada, "orders.csv", csv(ORDERS))
    roles = {"invoice_id": "Order", "customer_id": "Client", "ordered_at": "Date", "amount": "Total"}
    right = {"title": "Orders", "table": "transactions"} | {f"transactions-{role}": own for role, own in roles.items()}
    twice = ada.post(place, right | {"transactions-product": "Client"})
    assert twice.status_code == 422
    assert "Client is chosen for “" in text(twice)
    assert ada.post(place, right | {"transactions-ordered_at": ""}).url == place
    looked_at()
    page = text(ada.get(place))
    assert "no column that could be “Ordered at”" in page
    assert "params.yaml" not in page
    assert re.search(r'name="transactions-ordered_at"[^>]*><option value="" selected', page)
    assert "/progress" in ada.post(place, right).url


def test_rows_can_be_said_to_be_lines_of_orders(ada):
    place = given(ada, "people.csv", csv([["Client No", "Day", "Total"], *(row[1:] for row in ORDERS[1:])]))
    found = Upload.objects.get().found["tables"]
    there, other = ("transactions", "customers") if "transactions" in found else ("customers", "transactions")
    assert f'<option value="{there}" selected>' in text(ada.get(place))
    assert ada.post(place, {"title": "x", "table": other}).url == place
    looked_at()
    assert list(Upload.objects.get().found["tables"]) == [other]


def test_of_several_sheets_one_is_chosen(ada):
    place = given(ada, "shop.xlsx", workbook({"People & <b>": PEOPLE, "Orders": ORDERS}))
    page = text(ada.get(place))
    assert "shop.xlsx has 2 sheets." in page
    assert "> People &amp; &lt;b&gt;</label>" in page
    assert ada.post(place, {"sheet": "Third"}).status_code == 422
    assert "Choose a sheet." in text(ada.post(place, {}))
    assert ada.post(place, {"sheet": "Orders"}).url == place
    looked_at()
    assert list(Upload.objects.get().found["tables"]) == ["transactions"]
    ada.post(place, {"title": "x", "table": "transactions", "transactions-amount": "Order"})
    assert Job.objects.latest("created").settings["sheet"] == "Orders"


def test_programs_answer_or_confirm(shop, key, ask):
    secret = key(shop)
    sent = {"files": SimpleUploadedFile("people.csv", csv(PEOPLE))}
    stored = ask(secret, "post", "/uploads", data=sent).json()["id"]
    looked_at()
    question = ask(secret, "get", f"/uploads/{stored}").json()["found"]["questions"][0]
    assert question["setting"] == "columns.customers.customer_id"
    begin = {"upload": stored, "title": "People"}
    for path, told in (("/studies", begin), (f"/studies/{shop.id}/runs", {"upload": stored})):
        refused = ask(secret, "post", path, told)
        assert refused.status_code == 409
        assert "have it checked with your answer, or confirm it" in refused.json()["detail"]
    assert ask(secret, "post", "/studies", begin | {"confirmed": True}).status_code == 202
    columns = {"customers": {"customer_id": "Account No"}}
    ask(secret, "post", f"/uploads/{stored}/check", {"columns": columns})
    looked_at()
    assert ask(secret, "post", "/studies", begin).status_code == 202
    assert Study.objects.filter(title="People").count() == 2


def test_programs_choose_the_sheet(shop, key, ask):
    secret = key(shop)
    sent = {"files": SimpleUploadedFile("shop.xlsx", workbook({"People": PEOPLE, "Orders": ORDERS}))}
    stored = ask(secret, "post", "/uploads", data=sent).json()["id"]
    looked_at()
    found = ask(secret, "get", f"/uploads/{stored}").json()["found"]
    assert found["questions"][0]["choices"] == ["People", "Orders"]
    refused = ask(secret, "post", "/studies", {"upload": stored, "title": "x", "confirmed": True})
    assert refused.status_code == 409
    ask(secret, "post", f"/uploads/{stored}/check", {"sheet": "Orders"})
    looked_at()
    assert list(ask(secret, "get", f"/uploads/{stored}").json()["found"]["tables"]) == ["transactions"]

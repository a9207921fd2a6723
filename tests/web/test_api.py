"""Programs place customers, start runs and read what was found; what is wrong is told in one form."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from io import BytesIO

import duckdb
import jsonschema
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from customer_segments.steps.scorer import Scorer
from customer_segments.web.api.guide import schema
from customer_segments.web.models import Answered, ApiKey, Event, Job, Member, Role, Study, Upload
from customer_segments.web.results import Run, folder_of


@pytest.fixture
def people_of(finished):
    """The customers of the finished run, as they would be sent, each with the segment that the report says."""
    scorer = Scorer.read(finished / "data/models/scorer.json")
    place = finished / ".explorer/customers.parquet"
    found = duckdb.sql(f"SELECT * FROM '{place}' ORDER BY customer_id")
    rows = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
    return [({name: row[name] for name in scorer.needed}, row) for row in rows]


@pytest.fixture
def corner(db, tmp_path):
    """A study made by age, spending and frequency."""
    study = Study.objects.create(title="Corner")
    folder = folder_of(Job.objects.create(kind=Job.Kind.RUN, study=study, state=Job.State.FINISHED))
    (folder / "data/models").mkdir(parents=True)
    (folder / "data/processed").mkdir()
    names = ["age", "spending_score", "frequency"]
    numbers = {"names": names, "fences": [None] * 3, "fill": [40.0, 50.0, 5.0], "powers": [None] * 3}
    numbers |= {"scaling": "divide", "first": [0.0] * 3, "second": [1.0] * 3}
    places = {"kind": "middles", "centres": [[20.0, 80.0, 10.0], [60.0, 20.0, 2.0]]}
    told = {"study": "corner", "keeps_rows": False, "numbers": numbers, "categories": [], "places": places}
    Scorer(told | {"reach": [0.0, 30.0, 30.0]}).write(folder / "data/models/scorer.json")
    place = folder / "data/processed/profiles.parquet"
    duckdb.sql(f"COPY (VALUES (1, 'Young'), (2, 'Old')) TO '{place}' (FORMAT parquet)")
    renamed = f"SELECT col0 AS segment, col1 AS name FROM '{place}'"
    duckdb.sql(f"COPY ({renamed}) TO '{place}.new' (FORMAT parquet)")
    place.with_name("profiles.parquet.new").replace(place)
    return study


def problem(answer, status):
    """One form for every error."""
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    told = json.loads(answer.content)
    assert {"type", "title", "status", "detail"} <= set(told)
    assert told["status"] == status
    return told


# Placing


def test_every_customer_is_placed_as_in_the_report(shop, key, ask, people_of):
    told = ask(key(shop), "post", "/segment", {"customers": [sent for sent, _ in people_of]}).json()
    assert [each["segment"] for each in told["segments"]] == [row["segment"] for _, row in people_of]
    assert [each["name"] for each in told["segments"]] == [row["segment_name"] for _, row in people_of]
    assert told["run"] == str(shop.latest().id)


def test_one_customer_is_placed_as_among_many(shop, key, ask, people_of):
    secret = key(shop)
    many = ask(secret, "post", "/segment", {"customers": [sent for sent, _ in people_of[:50]]}).json()["segments"]
    alone = [ask(secret, "post", "/segment", {"customers": [sent]}).json()["segments"][0] for sent, _ in people_of[:50]]
    assert alone == many


def test_a_thousand_at_once_and_no_more(shop, key, ask, people_of):
    secret, one = key(shop), people_of[0][0]
    assert len(ask(secret, "post", "/segment", {"customers": [one] * 1000}).json()["segments"]) == 1000
    problem(ask(secret, "post", "/segment", {"customers": [one] * 1001}), 422)
    problem(ask(secret, "post", "/segment", {"customers": []}), 422)


def test_a_gap_is_told_and_a_missing_column_refused(shop, key, ask, people_of):
    secret, one = key(shop), dict(people_of[0][0])
    gap = ask(secret, "post", "/segment", {"customers": [one | {"income": None}]}).json()["segments"][0]
    assert gap["filled"]
    del one["income"]
    assert "`income`" in problem(ask(secret, "post", "/segment", {"customers": [one]}), 422)["detail"]


@pytest.mark.parametrize(
    "cell", ["12", [1], {"a": 1}, "=1+1", 10**400], ids=["text", "list", "object", "formula", "huge"]
)
def test_what_is_no_number_is_refused(shop, key, ask, people_of, cell):
    problem(ask(key(shop), "post", "/segment", {"customers": [people_of[0][0] | {"income": cell}]}), 422)


@pytest.mark.parametrize("cell", [1e308, -1e308, 0, True])
def test_any_number_is_placed(shop, key, ask, people_of, cell):
    assert ask(key(shop), "post", "/segment", {"customers": [people_of[0][0] | {"income": cell}]}).status_code == 200


def test_published_arrays_are_placed_in_a_study_of_these_columns(corner, key, client):
    send = {"content_type": "application/json", "headers": {"Authorization": f"Bearer {key(corner)}"}}
    told = client.post("/segment", "[[21, 79, 9], [61, 22, 1], [60, null, 2]]", **send).json()["segments"]
    assert [(each["segment"], each["name"], each["filled"]) for each in told] == [
        (1, "Young", False), (2, "Old", False), (2, "Old", True),
    ]  # fmt: skip
    objects = client.post("/segment", '[{"age": 21, "spending_score": 79, "frequency": 9}]', **send).json()["segments"]
    assert objects == told[:1]
    for wrong in ("[[1, 2]]", "[[1, 2, 3, 4]]", "[]", "{}", "[1]", "[[1, 2, [3]]]", '[["a", 1, 2]]', "null", '"x"'):
        problem(client.post("/segment", wrong, **send), 422)
    problem(client.post("/segment", "[[NaN, 1, 2]]", **send), 400)


def test_published_arrays_are_refused_for_other_studies(shop, key, client):
    send = {"content_type": "application/json", "headers": {"Authorization": f"Bearer {key(shop)}"}}
    assert "other columns" in problem(client.post("/segment", "[[1, 2, 3]]", **send), 422)["detail"]
    problem(client.post("/segment", "[[1, 2, 3]]", content_type="application/json"), 401)


def test_a_study_without_a_finished_run_places_nobody(person, key, ask):
    problem(ask(key(Study.objects.create(title="New")), "post", "/segment", {"customers": [{"a": 1}]}), 404)


# What is found


def test_a_run_is_read_as_it_was_written(shop, key, ask, finished):
    secret, content = key(shop), json.loads((finished / "reports/content.json").read_text())
    run = f"/studies/{shop.id}/runs/{shop.latest().id}"
    assert ask(secret, "get", f"{run}/verdict").json() == content["verdict"]
    assert ask(secret, "get", f"{run}/ledger").json() == content["accounts"]
    names = [each["name"] for each in ask(secret, "get", f"{run}/segments").json()]
    assert names == [card["name"] for card in content["cards"]]
    assert (
        b"".join(ask(secret, "get", f"{run}/report.pdf").streaming_content)
        == (finished / "reports/brief.pdf").read_bytes()
    )


def test_customers_come_page_by_page_each_once(shop, key, ask, people_of):
    secret, path = key(shop), f"/studies/{shop.id}/runs/{shop.latest().id}/customers"
    seen, cursor = [], ""
    while cursor is not None:
        told = ask(secret, "get", path, data={"limit": 100} | ({"cursor": cursor} if cursor else {})).json()
        seen += [each["customer_id"] for each in told["customers"]]
        cursor = told["next"]
    assert seen == [row["customer_id"] for _, row in people_of]
    for wrong in ("!", "ÿ", "a" * 1001, "gA=="):
        problem(ask(secret, "get", path, data={"cursor": wrong}), 422)
    problem(ask(secret, "get", path, data={"limit": 0}), 422)
    assert Event.objects.filter(what="read the customers", who__startswith="key ").count() == 1


def test_studies_and_runs_are_told(shop, key, ask):
    secret = key(shop)
    assert [each["title"] for each in ask(secret, "get", "/studies").json()] == ["Corner shop"]
    assert ask(secret, "get", f"/studies/{shop.id}").json()["latest_run"] == str(shop.latest().id)
    assert [each["state"] for each in ask(secret, "get", f"/studies/{shop.id}/runs").json()] == ["finished"]


# Keys


def test_without_a_good_key_nothing_is_told(shop, key, ask, client, person, at):
    secret = key(shop)
    for wrong in ("", "x", secret[:-1], f"{secret} x", shop.id):
        answer = ask(wrong, "get", "/studies")
        problem(answer, 401)
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    answer = at(person("owner", shop, Role.OWNER)).get("/api/v1/studies")  # a session is no key, nor lasts longer
    problem(answer, 401)
    assert not answer.cookies


def test_a_key_ends(shop, key, ask):
    expired = key(shop, expires=timezone.now() - timedelta(seconds=1))
    revoked, orphan, waiting, lowered = key(shop), key(shop), key(shop), key(shop)
    makers = {secret: ApiKey.open(secret) for secret in (revoked, orphan, waiting, lowered)}
    ApiKey.objects.filter(id=makers[revoked].id).update(revoked=timezone.now())
    type(makers[orphan].by).objects.filter(id=makers[orphan].by_id).update(is_active=False)
    Member.objects.filter(person=makers[lowered].by).update(role=Role.MANAGER)
    for secret in (expired, revoked, orphan, lowered):
        problem(ask(secret, "get", "/studies"), 401)
    assert ask(waiting, "get", "/studies").status_code == 200


def test_another_study_is_not_there(shop, corner, key, ask):
    secret, other = key(shop), corner.runs().get()
    problem(ask(secret, "get", f"/studies/{corner.id}"), 404)
    problem(ask(secret, "get", f"/studies/{corner.id}/runs/{other.id}/verdict"), 404)
    problem(ask(secret, "get", f"/studies/{shop.id}/runs/{other.id}/verdict"), 404)
    problem(ask(secret, "post", f"/studies/{shop.id}/runs/{other.id}/cancel", {}), 404)
    problem(ask(secret, "get", f"/studies/{uuid.uuid4()}"), 404)


def test_a_key_is_slowed_down(shop, corner, key, ask, settings):
    settings.CALLS_A_MINUTE = 3
    secret = key(shop)
    assert [ask(secret, "get", "/studies").status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = ask(secret, "get", "/studies")
    problem(answer, 429)
    assert 1 <= int(answer.headers["Retry-After"]) <= 20
    assert ask(key(corner), "get", "/studies").status_code == 200


# What is refused


def test_what_is_no_json_is_refused(shop, key, ask):
    secret, path = key(shop), "/segment"
    problem(ask(secret, "post", path, data="", content_type="application/json"), 422)
    for wrong in ("{", "[" * 100_000, '{"customers": [{"a": NaN}]}', '{"a": Infinity}', "\xff", "1" * 5000):
        problem(ask(secret, "post", path, data=wrong, content_type="application/json"), 400)


def test_what_is_too_large_or_of_another_kind_is_refused_unread(shop, key, ask, settings):
    secret = key(shop)
    problem(ask(secret, "post", "/segment", data="a=1", content_type="application/x-www-form-urlencoded"), 415)
    problem(ask(secret, "post", "/uploads", {"files": []}), 415)
    large = json.dumps("x" * settings.LARGEST_JSON)
    problem(ask(secret, "post", "/segment", data=large, content_type="application/json"), 413)
    settings.LARGEST_UPLOAD = -(1 << 20)
    problem(ask(secret, "post", "/uploads", data={"files": BytesIO(b"x")}), 413)


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "options", "head", "trace"])
def test_other_methods_are_refused_with_those_that_are_not(shop, key, ask, method):
    answer = ask(key(shop), method, "/segment")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_an_address_that_is_not_there_is_told_as_a_problem(client):
    problem(client.get("/api/v1/nowhere"), 404)
    problem(client.get("/api/v1/"), 404)
    problem(client.get("/api/v1/studies/1"), 404)


@pytest.mark.parametrize("told", [[], [None], [[]], "x", 1, None, {"customer": {}}, {"customers": {}, "more": 1}])
def test_what_has_another_shape_is_refused(shop, key, ask, told):
    secret = key(shop)
    problem(ask(secret, "post", "/segment", data=json.dumps(told), content_type="application/json"), 422)
    runs = f"/studies/{shop.id}/runs"
    problem(ask(secret, "post", runs, data=json.dumps(told), content_type="application/json"), 422)


def test_a_refusal_never_repeats_what_was_sent(shop, key, ask):
    told = problem(ask(key(shop), "post", "/segment", {"customers": [{"income": {"secret": "Ada Lovelace"}}]}), 422)
    assert "Lovelace" not in json.dumps(told)
    assert told["errors"][0]["at"].startswith("customers.0.income")


# Uploads and runs


def upload(ask, secret, name="list.csv", content=b"customer_id,age\n1,2\n", **more):
    return ask(secret, "post", "/uploads", data={"files": SimpleUploadedFile(name, content)}, **more)


def checked(stored):
    """What the worker does."""
    Upload.objects.filter(id=stored).update(
        found={"tables": {}, "source": {"kind": "files", "customers": "file1.csv"}, "problems": []}
    )
    Job.objects.filter(upload=stored).update(state="finished")


def test_from_an_upload_to_a_run_and_its_end(shop, key, ask):
    secret = key(shop)
    stored = upload(ask, secret)
    assert stored.status_code == 202
    found = stored.json()
    assert (found["check"], found["names"]) == ("queued", {"file1.csv": "list.csv"})
    path = f"/studies/{shop.id}/runs"
    problem(ask(secret, "post", path, {"upload": found["id"]}), 409)
    checked(found["id"])
    assert ask(secret, "get", f"/uploads/{found['id']}").json()["check"] == "finished"
    again = ask(secret, "post", f"/uploads/{found['id']}/check", {"columns": {"customers": {"age": "age"}}})
    assert again.json()["check"] == "queued"
    checked(found["id"])
    run = ask(secret, "post", path, {"upload": found["id"]})
    assert (run.status_code, run.json()["state"]) == (202, "queued")
    assert Job.objects.get(id=run.json()["id"]).settings["settings"]["source"]["customers"] == "data/external/file1.csv"
    problem(ask(secret, "post", path, {}), 409)
    assert ask(secret, "post", f"{path}/{run.json()['id']}/cancel", {}).json()["state"] == "cancelled"
    assert ask(secret, "post", f"{path}/{run.json()['id']}/cancel", {}).json()["state"] == "cancelled"
    once_more = ask(secret, "post", path, {}).json()
    assert Job.objects.get(id=once_more["id"]).settings == Job.objects.get(id=run.json()["id"]).settings


def test_an_upload_is_seen_by_its_own_study_alone(shop, corner, key, ask):
    stored = upload(ask, key(shop)).json()["id"]
    checked(stored)
    other = key(corner)
    problem(ask(other, "get", f"/uploads/{stored}"), 404)
    problem(ask(other, "post", f"/uploads/{stored}/check", {"columns": {}}), 404)
    problem(ask(other, "post", f"/studies/{corner.id}/runs", {"upload": stored}), 404)


def test_a_file_that_cannot_be_used_is_refused(shop, key, ask, settings):
    secret = key(shop)
    assert "save it as one of them" in problem(upload(ask, secret, "virus.exe"), 422)["detail"]
    problem(upload(ask, secret, content=b""), 422)
    problem(ask(secret, "post", "/uploads", data={"other": "x"}), 422)
    settings.ROOM_OF_A_PERSON = 1
    problem(upload(ask, secret), 422)
    assert not Upload.objects.exists()


def test_the_same_token_makes_nothing_twice(shop, key, ask):
    secret, other = key(shop), key(shop)
    token = {"headers": {"Idempotency-Key": "a"}}
    first = upload(ask, secret, **token)
    second = upload(ask, secret, **token)
    assert second.json() == first.json()
    assert second.headers["Idempotency-Replayed"] == "true"
    assert Upload.objects.count() == 1
    problem(upload(ask, secret, "other.csv", **token), 422)
    upload(ask, other, **token)  # another key's tokens are its own
    assert Upload.objects.count() == 2
    Answered.objects.update(created=timezone.now() - timedelta(hours=25))
    upload(ask, secret, **token)
    assert Upload.objects.count() == 3


def test_a_token_of_what_failed_can_be_sent_again(shop, key, ask):
    secret, token = key(shop), {"headers": {"Idempotency-Key": "a"}}
    waiting = Job.objects.create(kind=Job.Kind.RUN, study=shop)
    problem(ask(secret, "post", f"/studies/{shop.id}/runs", {}, **token), 409)
    waiting.delete()
    assert ask(secret, "post", f"/studies/{shop.id}/runs", {}, **token).status_code == 202


# Columns, and a study of one's own


LIST = "CustomerID,Age,Spending Score (1-100),Income\n" + "".join(
    f"C-{n},{20 + n % 50},{n % 3 * 40},{n * 100}\n" for n in range(40)
)


def looked_at():
    """By the worker, for real: in a process of its own."""
    from customer_segments.web.worker import Lane

    assert Lane("test", (Job.Kind.CHECK,)).turn()


def test_the_check_takes_the_columns_that_are_named(shop, key, ask):
    secret = key(shop)
    stored = upload(ask, secret, content=LIST.encode()).json()["id"]
    looked_at()
    found = ask(secret, "get", f"/uploads/{stored}").json()["found"]
    columns = found["source"]["columns"]["customers"]
    assert columns == {"customer_id": "CustomerID", "age": "Age", "income": "Income"}
    named = {"customers": {"age": None, "income": "Spending Score (1-100)"}}
    again = ask(secret, "post", f"/uploads/{stored}/check", {"columns": named})
    assert (again.status_code, again.json()["check"], again.json()["found"]) == (202, "queued", None)
    looked_at()
    found = ask(secret, "get", f"/uploads/{stored}").json()["found"]
    assert found["source"]["columns"]["customers"] == {"customer_id": "CustomerID"} | named["customers"]
    roles = {role["role"]: role["column"] for role in found["tables"]["customers"]["roles"]}
    assert (roles["age"], roles["income"]) == (None, "Spending Score (1-100)")
    problem(ask(secret, "post", f"/uploads/{stored}/check", {"columns": {"customers": {"age": 1}}}), 422)
    problem(ask(secret, "post", f"/uploads/{stored}/check", {"columns": {"customers": {"age": "a\0"}}}), 422)
    ask(secret, "post", f"/uploads/{stored}/check", {"columns": {"customers": {"age": "Shoes"}}})
    looked_at()
    found = ask(secret, "get", f"/uploads/{stored}").json()
    assert (found["check"], "There is no column 'Shoes'" in found["found"]["refused"]) == ("finished", True)


def test_a_study_is_begun_from_an_upload_as_the_page_does(shop, key, ask):
    secret = key(shop)
    stored = upload(ask, secret, content=LIST.encode()).json()["id"]
    wanted = {"upload": stored, "title": "Our list"}
    problem(ask(secret, "post", "/studies", wanted), 409)  # not looked at yet
    looked_at()
    for columns, status in (
        ({"customers": {"age": "Income"}}, 409), ({"customers": {"age": None}}, 409),
        ({"customers": {"shoes": "Age"}}, 422), ({"orders": {"age": "Age"}}, 422),
    ):  # fmt: skip
        told = problem(ask(secret, "post", "/studies", wanted | {"columns": columns}), status)
        assert told["errors"][0]["at"].startswith("columns.")
    for title in ("", " ", "x" * 81, "a\u202eb", "a\0", None):
        problem(ask(secret, "post", "/studies", wanted | {"title": title}), 422)
    problem(ask(secret, "post", "/studies", wanted | {"upload": str(uuid.uuid4())}), 404)
    problem(ask(key(shop, "read", "place"), "post", "/studies", wanted), 403)
    assert Study.objects.count() == 1
    columns = {"customers": {"age": "Age", "customer_id": "CustomerID"}}
    token = {"headers": {"Idempotency-Key": "a"}}
    told = ask(secret, "post", "/studies", wanted | {"columns": columns}, **token).json()
    again = ask(secret, "post", "/studies", wanted | {"columns": columns}, **token).json()
    assert again == told | {"key": None}
    study = Study.objects.get(id=told["study"]["id"])
    assert (study.title, Study.objects.count()) == ("Our list", 2)
    job = study.runs().get()
    assert (str(job.id), job.state) == (told["run"]["id"], "queued")
    assert job.settings["settings"]["source"]["customers"] == "data/external/file1.csv"
    maker = ApiKey.open(secret).by
    assert list(study.member_set.values_list("person", "role")) == [(maker.id, Role.OWNER)]
    assert ask(told["key"], "get", f"/studies/{study.id}/runs").json()[0]["state"] == "queued"
    assert told["key"] not in str(list(Answered.objects.values()))
    book = list(Event.objects.filter(study=study.id).values_list("what", "who"))
    assert book == [("began a study", f"key {ApiKey.open(secret).id}"), ("made a key", f"key {ApiKey.open(secret).id}")]


def test_a_file_that_the_check_refused_begins_nothing(shop, key, ask):
    secret = key(shop)
    stored = upload(ask, secret, content=b"\x00\x01" * 50).json()["id"]
    looked_at()
    assert (
        "its check says why"
        in problem(ask(secret, "post", "/studies", {"upload": stored, "title": "x"}), 422)["detail"]
    )


def test_a_run_is_taken_away_as_the_page_gives_it(shop, key, ask, person, at):
    path = f"/studies/{shop.id}/runs/{shop.latest().id}/project.zip"
    answer = ask(key(shop, "read"), "get", path)
    assert answer.headers["Content-Type"] == "application/zip"
    packed = b"".join(answer.streaming_content)
    page = at(person("ann", shop, Role.ANALYST)).get(f"/studies/{shop.id}/files/project.zip")
    assert packed == b"".join(page.streaming_content)
    assert Event.objects.filter(what="took away project.zip", who__startswith="key ").count() == 1
    problem(ask(key(shop, "place"), "get", path), 403)
    running = Job.objects.create(kind=Job.Kind.RUN, study=shop)
    problem(ask(key(shop), "get", f"/studies/{shop.id}/runs/{running.id}/project.zip"), 404)


# Forgetting


def test_customers_are_forgotten_in_two_steps_and_their_numbers_told_to_nobody(shop, key, ask, caplog):
    secret, token = key(shop), {"headers": {"Idempotency-Key": "a"}}
    look = ask(secret, "post", "/forget", {"customers": [" C-1", "C-2 ", "C-1"]}, **token)
    assert (look.status_code, look.json()["dry_run"], look.json()["customers"]) == (202, True, 2)
    assert ask(secret, "post", "/forget", {"customers": [" C-1", "C-2 ", "C-1"]}, **token).json() == look.json()
    job = Job.objects.get(kind=Job.Kind.FORGET)
    assert job.settings["ids"] == ["C-1", "C-2"]
    problem(ask(secret, "post", "/forget", {"customers": ["C-1"], "dry_run": False}), 409)
    places = [{"run": str(shop.latest().id), "holds": True, "deleted": False, "done": ["a.csv: 1 row"], "proof": ""}]
    Job.objects.filter(id=job.id).update(
        state="finished", said={"places": places, "rows": 1, "count": 2, "dry_run": True}
    )
    told = ask(secret, "get", f"/forget/{job.id}").json()
    assert (told["state"], told["entries"], told["places"][0]["done"]) == ("finished", 1, ["a.csv: 1 row"])
    deed = ask(secret, "post", "/forget", {"customers": ["C-1", "C-2"], "dry_run": False}).json()
    assert (deed["dry_run"], deed["state"], deed["places"]) == (False, "queued", [])
    job.refresh_from_db()
    assert "ids" not in job.settings
    asked = [event.what for event in Event.objects.filter(who__startswith="key ").order_by("id")]
    assert asked == ["looked for customers to forget", "asked to forget customers"]
    kept = str([list(model.objects.values()) for model in (Event, Answered)]) + caplog.text + str(told) + str(deed)
    assert "C-1" not in kept


@pytest.mark.parametrize(
    "wrong",
    [[], [""], [" "], ["x" * 121], ["a\nb"], ["a\u2028b"], ["a\0"], [1], "C-1", [f"{n}" for n in range(1001)], None],
    ids=["none", "empty", "blank", "long", "lines", "separator", "zero", "number", "text", "many", "null"],
)  # fmt: skip
def test_what_is_no_list_of_numbers_forgets_nobody(shop, key, ask, wrong):
    told = problem(ask(key(shop), "post", "/forget", {"customers": wrong}), 422)
    assert "C-1" not in json.dumps(told)
    assert not Job.objects.filter(kind=Job.Kind.FORGET).exists()


def test_a_forgetting_of_another_study_is_not_there(shop, corner, key, ask):
    job = ask(key(shop), "post", "/forget", {"customers": ["C-1"]}).json()["id"]
    problem(ask(key(corner), "get", f"/forget/{job}"), 404)
    problem(ask(key(shop), "get", f"/forget/{shop.latest().id}"), 404)  # a run is none


# The description


def test_every_error_stands_in_the_schema_and_nothing_else_is_answered():
    for path, methods in schema()["paths"].items():
        for method, operation in methods.items():
            statuses = {int(each) for each in operation["responses"]}
            assert {400, 401, 403, 404, 405, 413, 415, 422, 429} < statuses, (method, path)
            assert operation["security"], path
    jsonschema.Draft202012Validator.check_schema(schema()["components"]["schemas"]["Placements"])


def test_the_description_is_there_for_programs_and_people(client, db):
    assert client.get("/api/v1/openapi.json").json()["openapi"].startswith("3.1")
    page = client.get("/api/v1/docs").content.decode()
    for path in schema()["paths"]:
        assert path in page
    assert "https://" not in page
    assert "http://" not in page


def test_what_would_move_a_customer_is_told_and_holds(shop, key, ask, finished):
    run = Run(finished)
    one = run.rows(f"SELECT * FROM {run.customers} ORDER BY customer_id LIMIT 12")
    customers = [{name: each[name] for name in run.scorer.needed} for each in one]
    told = [ask(key(shop, "place"), "post", "/whatif", {"customer": each}).json()["changes"] for each in customers]
    assert any(told)
    for customer, changes in zip(customers, told, strict=True):
        for change in changes:
            moved = run.scorer.score([customer | {change["column"]: change["to"]}])
            assert moved.segment.tolist() == [change["segment"]]
    problem(ask(key(shop, "place"), "post", "/whatif", {"customer": {}}), 422)

import gzip
import json
import logging
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from customer_segments.base.errors import StudyError
from customer_segments.base.params import Pagination, WebSource
from customer_segments.sources import download, web
from customer_segments.sources.secrets import Reach
from tests.sources.servers import running_api

TOKEN = "t0ken/with+signs=="
ORDERS = [{"id": f"00{number}", "pieces": number} for number in range(1, 8)]


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """No waiting between tries, no proxy in between."""
    monkeypatch.setattr(download, "FIRST_PAUSE_SECONDS", 0.001)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def api():
    with running_api() as api:
        yield api


def send(handler, content, status: int = 200, **headers: str) -> None:
    """Answer with JSON, or with bytes as they are."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    handler.send_response(status)
    for name, value in ({"Content_Length": str(len(body))} | headers).items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def always(content, status: int = 200, **headers: str):
    return lambda handler, _: send(handler, content, status, **headers)


def asked_for(handler, name: str, default: str) -> str:
    return parse_qs(urlsplit(handler.path).query).get(name, [default])[0]


def source(api, **choices) -> WebSource:
    quick = {"timeout_seconds": 0.3, "retries": 2}
    return WebSource(kind="web", transactions=f"{api.base}/orders", **(quick | choices))


def reach(folder: Path, token: str = TOKEN) -> Reach:
    return Reach(folder, {"SHOP_TOKEN": token})


def fetch(api, folder: Path, **choices) -> pa.Table:
    path = folder / "transactions.parquet"
    assert web.fetch(source(api, **choices), "transactions", path, reach(folder)) == f"{api.base}/orders"
    assert [each.name for each in folder.iterdir()] == ["transactions.parquet"]
    return pq.read_table(path)


def refusal(api, folder: Path, about: str | None = None, given: str = TOKEN, **choices) -> str:
    """The sentence with which the source is refused; nothing may stay behind, and no secret be told."""
    with pytest.raises(StudyError) as caught:
        web.fetch(source(api, **choices), "transactions", folder / "transactions.parquet", reach(folder, given))
    assert about is None or caught.value.setting == about
    assert not folder.exists() or not list(folder.iterdir())
    assert "\n" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert TOKEN not in repr(caught.value)
    return str(caught.value)


def by_page(handler, _):
    page = int(asked_for(handler, "page", "1"))
    send(handler, {"data": ORDERS[3 * page - 3 : 3 * page]})


def by_cursor(handler, _):
    start = int(asked_for(handler, "after", "0"))
    following = str(start + 3) if start + 3 < len(ORDERS) else None
    send(handler, {"items": ORDERS[start : start + 3], "meta": {"next_cursor": following}})


def by_link(handler, _):
    start = int(asked_for(handler, "from", "0"))
    following = f"?from={start + 3}" if start + 3 < len(ORDERS) else None
    send(handler, {"results": ORDERS[start : start + 3], "next": following})


def by_header(handler, _):
    start = int(asked_for(handler, "from", "0"))
    link = {"Link": f'</orders?from={start + 3}>; rel="next"'} if start + 3 < len(ORDERS) else {}
    send(handler, ORDERS[start : start + 3], **link)


PAGES = {
    "page": (by_page, Pagination(by="page")),
    "cursor": (by_cursor, Pagination(by="cursor", field="meta.next_cursor", parameter="after")),
    "relative link": (by_link, Pagination(by="next_link", field="next")),
    "link found out": (by_link, Pagination(by="next_link")),
    "link in the headers": (by_header, Pagination(by="next_link")),
}


@pytest.mark.parametrize("style", PAGES)
def test_all_pages_come_in_the_order_given(api, tmp_path, style):
    api.routes["/orders"], pagination = PAGES[style]
    assert fetch(api, tmp_path / "raw", pagination=pagination).to_pylist() == ORDERS


def test_a_page_number_replaces_one_in_the_address_and_keeps_the_rest(api, tmp_path):
    api.routes["/orders"] = by_page
    asked = WebSource(kind="web", customers=f"{api.base}/orders?page=9&year=2024", pagination=Pagination(by="page"))
    assert web.fetch(asked, "customers", tmp_path / "customers.parquet", reach(tmp_path)) == f"{api.base}/orders"
    assert [path for path, _ in api.requests][:2] == ["/orders?year=2024&page=1", "/orders?year=2024&page=2"]


@pytest.mark.parametrize(
    "content",
    [
        ORDERS,
        {"orders": ORDERS},
        {"status": "ok", "data": {"items": ORDERS, "warnings": []}},
        {"@odata.count": 7, "value": ORDERS},
    ],
)
def test_the_list_of_records_is_found(api, tmp_path, content):
    api.routes["/orders"] = always(content)
    assert fetch(api, tmp_path / "raw").to_pylist() == ORDERS


def test_the_list_of_records_can_be_named(api, tmp_path):
    api.routes["/orders"] = always({"data": {"items": ORDERS, "staff": [{"id": 1}]}})
    assert fetch(api, tmp_path / "raw", records="data.items").num_rows == 7
    assert "several lists" in refusal(api, tmp_path / "other", "source.records")
    assert "no list at `data.orders`" in refusal(api, tmp_path / "other", "source.records", records="data.orders")


def test_nested_objects_are_laid_flat_and_lists_kept_as_text(api, tmp_path):
    record = {"id": 1, "customer": {"id": "007", "home": {"city": "Köln"}}, "tags": ["a", "ü"], "paid": True}
    api.routes["/orders"] = always([record])
    expected = {"id": 1, "customer.id": "007", "customer.home.city": "Köln", "tags": '["a", "ü"]', "paid": True}
    assert fetch(api, tmp_path / "raw").to_pylist() == [expected]


def test_numbers_stay_exact_and_fields_may_come_late(api, tmp_path, monkeypatch):
    monkeypatch.setattr(web, "BATCH_RECORDS", 1)
    records = [{"id": None}, {"id": 2**53 + 1, "price": 1}, {"id": 2**70, "price": 0.1}]
    api.routes["/orders"] = lambda handler, call: send(handler, records[call - 1 : call])
    found = fetch(api, tmp_path / "raw", pagination=Pagination(by="page"))
    assert found.to_pydict() == {"id": [None, str(2**53 + 1), str(2**70)], "price": [None, 1.0, 0.1]}


def test_the_token_is_sent_and_shown_nowhere(api, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    api.routes["/orders"] = by_page
    fetch(api, tmp_path / "raw", token="${SHOP_TOKEN}", pagination=Pagination(by="page"))
    assert {sent for _, sent in api.requests} == {f"Bearer {TOKEN}"}
    assert TOKEN not in caplog.text


def test_credentials_of_this_machine_are_not_sent(api, tmp_path, monkeypatch):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password hunter2\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    api.routes["/orders"] = always(ORDERS)
    fetch(api, tmp_path / "raw")
    assert api.requests == [("/orders", None)]


@pytest.mark.parametrize(
    ("token", "said"),
    [
        ("hunter2", r"must not hold the token itself.*\$\{SEGMENTS_TOKEN\}"),
        ("${NOT_SET}", "variable NOT_SET is not among"),
    ],
)
def test_a_token_among_the_settings_and_a_secret_that_is_not_given_are_refused(api, tmp_path, token, said):
    told = refusal(api, tmp_path / "raw", "source.token", token=token)
    assert re.search(said, told)
    assert "hunter2" not in told
    assert api.requests == []


def test_a_token_that_no_header_can_hold_is_refused(api, tmp_path):
    told = refusal(api, tmp_path / "raw", "source.token", "hunter2\r\nX-Evil: 1", token="${SHOP_TOKEN}")
    assert "hunter2" not in told


def test_trouble_that_passes_is_tried_again(api, tmp_path):
    def recovering(handler, call):
        send(handler, *((ORDERS,) if call == 3 else ({}, 500 if call == 1 else 429)))

    api.routes["/orders"] = recovering
    assert fetch(api, tmp_path / "raw").to_pylist() == ORDERS
    assert len(api.requests) == 3


def test_trouble_in_a_later_page_leaves_nothing(api, tmp_path):
    def failing(handler, call):
        by_page(handler, call) if call < 3 else send(handler, {}, 503)

    api.routes["/orders"] = failing
    told = refusal(api, tmp_path / "raw", pagination=Pagination(by="page"))
    assert "gave no whole answer in 3 tries (503 Service Unavailable)" in told


def stalls(api):
    return lambda handler, _: api.released.wait(5)


def stalls_in_the_middle(api):
    def stall(handler, _):
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b'[{"id": 1},')
        api.released.wait(5)

    return stall


def trickles(api):
    def trickle(handler, _):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        while not api.released.wait(0.02):
            handler.wfile.write(b" ")

    return trickle


def cut_off(handler, _):
    send(handler, json.dumps(ORDERS).encode(), Content_Length="5000")
    handler.close_connection = True


def cut_off_unnoticed(handler, _):
    """Without a length, only the JSON itself shows that the end is missing."""
    handler.send_response(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    handler.wfile.write(json.dumps(ORDERS).encode()[:-9])
    handler.close_connection = True


def cut_off_in_a_chunk(handler, _):
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"ff\r\n[{")
    handler.close_connection = True


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (stalls, "no answer within 0.3 seconds"),
        (stalls_in_the_middle, "no answer within 0.3 seconds"),
        (trickles, "trickled in too slowly"),
        (lambda api: cut_off, "broke off"),
        (lambda api: cut_off_in_a_chunk, "broke off"),
        (lambda api: cut_off_unnoticed, "not whole JSON"),
        (lambda api: always(b"junk", Content_Encoding="gzip"), "broke off"),
        (lambda api: always({}, 500), "500 Internal Server Error"),
        (lambda api: always(b""), "not whole JSON"),
    ],
)
def test_an_answer_that_never_comes_whole_is_refused(api, tmp_path, monkeypatch, answer, said):
    monkeypatch.setattr(download, "SLOWEST_PAGE", 1)
    api.routes["/orders"] = answer(api)
    told = refusal(api, tmp_path / "raw", retries=1)
    assert "gave no whole answer in 2 tries" in told
    assert said in told
    assert api.called("/orders") == 2


def test_a_server_that_is_not_there_is_refused(api, tmp_path):
    nowhere = WebSource(kind="web", transactions="http://127.0.0.1:1/orders", retries=1)
    with pytest.raises(StudyError, match="could not be reached"):
        web.fetch(nowhere, "transactions", tmp_path / "transactions.parquet", reach(tmp_path))


def test_how_long_the_server_asks_to_wait_counts_up_to_a_bound(api, tmp_path, monkeypatch):
    waited = []
    monkeypatch.setattr(download.time, "sleep", waited.append)
    api.routes["/orders"] = lambda handler, call: (
        send(handler, ORDERS) if call == 2 else send(handler, {}, 429, Retry_After="7")
    )
    fetch(api, tmp_path / "raw")
    assert waited == [7.0]
    api.routes["/orders"] = always({}, 503, Retry_After="3600")
    assert "asks to wait 3,600 seconds" in refusal(api, tmp_path / "other")


@pytest.mark.parametrize(
    ("answer", "said", "about"),
    [
        (always({}, 401), "answers 401 Unauthorized: check the token", "token"),
        (always({}, 403), "answers 403 Forbidden", "transactions"),
        (always({}, 404), "answers 404 Not Found: correct the address", "transactions"),
        (always({}, 418), "answers 418", "transactions"),
        (always(b"<!DOCTYPE html><p>Log in"), "answers with a web page, not with JSON", "transactions"),
        (always(b"id,pieces\n1,2\n"), "does not answer with JSON", "transactions"),
        (always(b"[" * 100_000), "nested too deeply", "transactions"),
        (always({"status": "ok"}), "holds no list of records", "records"),
        (always([1, 2]), "record 1 is not an object", "records"),
        (always([*ORDERS, "x"]), "Page 1 of http.*/orders: record 8 is not an object", "records"),
        (always([]), "gives no records", "transactions"),
        (always([{}, {}]), "records without any field", "transactions"),
        (always([{"a.b": 1, "a": {"b": 2}}]), "both be called `a.b`", "transactions"),
        (always({"data": ORDERS, "next": "/orders?from=7"}), "says that there are more pages", "pagination"),
        (always({"data": ORDERS, "has_more": True}), "says that there are more pages", "pagination"),
        (always({"data": ORDERS, "total_count": 5000}), "says that it has 5,000 records and gave 7", "pagination"),
        (always(ORDERS, Link='</orders?from=7>; rel="next"'), "says that there are more pages", "pagination"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_sentence(api, tmp_path, answer, said, about):
    api.routes["/orders"] = answer
    assert re.search(said, refusal(api, tmp_path / "raw", f"source.{about}", token="${SHOP_TOKEN}"))
    assert len(api.requests) == 1


@pytest.mark.parametrize(
    ("answer", "pagination", "said"),
    [
        (always({"data": ORDERS, "next": "/orders"}), Pagination(by="next_link"), "leads back to an earlier page"),
        (always({"data": ORDERS, "c": 5}), Pagination(by="cursor", field="c"), "holds what an earlier page held"),
        (always(ORDERS), Pagination(by="page"), "Page 2 of .* holds what an earlier page held"),
        (lambda handler, call: send(handler, [{"id": call}]), Pagination(by="page"), "has more than 5 pages"),
        (always({"data": ORDERS, "c": {"x": 1}}), Pagination(by="cursor", field="c"), "no single value"),
        (always({"data": ORDERS, "next_cursor": "x"}), Pagination(by="cursor", field="cursor"), "more pages"),
        (always({"data": ORDERS, "next": "http://[x"}), Pagination(by="next_link"), "not a web address"),
        (always(ORDERS), Pagination(by="cursor"), "name the field"),
    ],
)
def test_pages_without_end_or_sense_are_refused(api, tmp_path, answer, pagination, said):
    api.routes["/orders"] = answer
    assert re.search(said, refusal(api, tmp_path / "raw", pagination=pagination, most_pages=5))


def test_a_later_page_of_another_shape_is_refused(api, tmp_path):
    api.routes["/orders"] = lambda handler, call: send(handler, {"data": ORDERS} if call == 1 else {"error": "busy"})
    told = refusal(api, tmp_path / "raw", pagination=Pagination(by="page"))
    assert re.search("Page 2 of .* holds no list at `data`", told)


@pytest.mark.parametrize("way", ["redirect", "next link"])
def test_the_token_goes_to_no_other_server(api, tmp_path, way):
    with running_api() as other:
        other.routes["/orders"] = always(ORDERS)
        elsewhere = f"{other.base}/orders?secret=1"
        if way == "redirect":
            api.routes["/orders"] = always({}, 302, Location=elsewhere)
        else:
            api.routes["/orders"] = always({"data": ORDERS, "next": elsewhere})
        told = refusal(api, tmp_path / "raw", token="${SHOP_TOKEN}", pagination=Pagination(by="next_link"))
        assert f"{other.base}/orders" in told
        assert "secret" not in told
        assert other.requests == []


def test_a_redirect_on_the_same_server_is_followed_but_not_for_ever(api, tmp_path):
    api.routes["/orders"] = always({}, 301, Location="/v2/orders")
    api.routes["/v2/orders"] = always(ORDERS)
    assert fetch(api, tmp_path / "raw").num_rows == 7
    api.routes["/v2/orders"] = always({}, 301, Location="/orders")
    assert "leads on and on" in refusal(api, tmp_path / "other")


def test_packed_answers_are_unpacked_up_to_a_bound(api, tmp_path, monkeypatch):
    api.routes["/orders"] = always(gzip.compress(json.dumps(ORDERS).encode()), Content_Encoding="gzip")
    assert fetch(api, tmp_path / "raw").num_rows == 7
    monkeypatch.setattr(download, "LARGEST_PAGE_BYTES", 1024**2)
    api.routes["/orders"] = always(gzip.compress(b" " * 50 * 1024**2), Content_Encoding="gzip")
    assert "more than 1 MB at once" in refusal(api, tmp_path / "other")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("api.example/orders", "not a web address"),
        ("ftp://api.example/orders", "not a web address"),
        ("http://api.example:port/", "not a web address"),
        ("https://me:hunter2@api.example/orders", "holds a user name or a password"),
        ("https://api.example/orders?api_key=hunter2", "holds `api_key`"),
        ("https://api.example/orders?page=1&auth=hunter2", "holds `auth`"),
        ("https://api.example/orders?code=hunter2", "holds `code`"),
        ("https://api.example/orders?a=1;jwt=hunter2", "holds `jwt`"),
        ("https://api.example/orders?X-Amz%2DSignature=hunter2", "holds `X-Amz-Signature`"),
        ("https://api.example/orders#access_token=hunter2", "holds `access_token`"),
    ],
)
def test_an_address_that_is_none_or_holds_a_secret_is_refused(tmp_path, address, said):
    with pytest.raises(StudyError, match=said) as caught:
        web.fetch(
            WebSource(kind="web", customers=address), "customers", tmp_path / "customers.parquet", reach(tmp_path)
        )
    assert caught.value.setting == "source.customers"
    assert "hunter2" not in repr(caught.value)

"""The customers' table: what the address asks is what is shown, and nothing of it is ever run."""

from __future__ import annotations

import ast
import html.parser
import inspect
import re
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import duckdb
import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from customer_segments.web import shelving
from customer_segments.web.models import Job, Role, Study
from customer_segments.web.results import folder_of

NUMBER = re.compile(r'<tr><td><a href="[^"]+">([^<]+)</a></td>')


@pytest.fixture
def mia(shop, person, at):
    return at(person("mia", shop, Role.MANAGER))


@pytest.fixture
def ask(mia, shop):
    def asked(*pairs, status=200, **more):
        answer = mia.get(f"/studies/{shop.id}/customers?{urlencode([*pairs, *more.items()])}")
        assert answer.status_code == status
        return answer.content.decode()

    return asked


@pytest.fixture
def rows(finished):
    """The run's own customers, read without our code."""

    def of(condition="true", order="customer_id", values=()):
        table = f"read_parquet('{finished}/data/processed/segmented_customers.parquet')"
        query = f"SELECT customer_id FROM {table} WHERE {condition} ORDER BY {order}, customer_id"
        return [row[0] for row in duckdb.execute(query, list(values)).fetchall()]

    return of


def shown(page: str) -> list[str]:
    return [html.unescape(number) for number in NUMBER.findall(page)]


def condition(column, operator, value="", joined="and"):
    return [("join", joined), ("column", column), ("is", operator), ("value", value)]


def test_without_a_question_all_come_in_the_order_of_their_numbers(ask, rows):
    assert shown(ask()) == rows()[:50]


def test_the_pages_together_hold_everyone_once(ask, rows):
    for sort, order in (
        ("customer_id", "customer_id"), ("-customer_id", "customer_id DESC"), ("orders", "orders"),
        ("-days_between_orders", "days_between_orders DESC NULLS LAST"),
    ):  # fmt: skip
        pages = [shown(ask(sort=sort, page=page)) for page in range(1, 7)]
        assert [number for page in pages for number in page] == rows(order=order), sort


def test_a_page_beyond_the_last_is_the_last(ask, rows):
    assert shown(ask(page=999)) == rows()[250:]


def test_conditions_hold_together_and_and_binds_before_or(ask, rows):
    page = ask(
        *condition("orders", "least", "10"),
        *condition("gender", "is", "Female"),
        *condition("net_revenue", "least", "1,500.50", joined="or"),
    )
    expected = rows("(orders >= 10 AND gender = 'Female') OR net_revenue >= 1500.5")
    assert f"<b>{len(expected)} customers</b>" in page
    assert shown(page) == expected[:50]


@pytest.mark.parametrize(
    ("asked", "sql"),
    [
        (condition("returned_share", "most", "2%"), "returned_share <= 0.02"),
        (condition("days_between_orders", "empty"), "days_between_orders IS NULL"),
        (condition("age", "filled"), "age IS NOT NULL"),
        (condition("gender", "not", "Female"), "gender IS DISTINCT FROM 'Female'"),
        (condition("preferred_channel", "holds", "TOR"), "preferred_channel = 'Store'"),
        (condition("active", "is", "no"), "NOT active"),
        (condition("signed_up_on", "most", "2024-03-01"), "signed_up_on < '2024-03-02'"),
        ([("segment", "2")], "segment = 2"),
        ([("q", "1001")], "starts_with(customer_id, '1001')"),
        ([("q", "1001"), ("segment", "1"), *condition("orders", "least", "5")],
         "starts_with(customer_id, '1001') AND segment = 1 AND orders >= 5"),
    ],
)  # fmt: skip
def test_every_kind_of_question_finds_whom_it_should(ask, rows, asked, sql):
    page, expected = ask(*asked), rows(sql)
    assert expected
    assert f"<b>{len(expected):,} customer{'s' * (len(expected) > 1)}</b>" in page
    assert shown(page) == expected[:50]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (condition("orders", "least", "many"), "Orders holds numbers"),
        (condition("orders", "least", "1e999"), "Orders holds numbers"),
        (condition("orders", "holds", "1"), "Orders cannot be asked like this"),
        (condition("gender", "least", "F"), "Gender cannot be asked like this"),
        (condition("active", "is", "maybe"), "Active is yes or no"),
        (condition("signed_up_on", "least", "yesterday"), "Signed up on holds days"),
        (condition("gender", "is", ""), "Write what Gender has to be"),
        (condition("nothing", "is", "1"), "Choose a column of the table"),
        (condition("orders", "like", "1"), "Choose what the column has to be"),
        ([("segment", "two")], "The segment has to be a whole number"),
        ([("page", "0")], "The page has to be a whole number"),
        ([("sort", "nothing")], "no such column to be sorted by"),
        ([("show", "nothing")], "Some of the columns asked for"),
        (condition("orders", "least", "1") * 13, "At most 12 conditions"),
    ],
)
def test_what_cannot_be_asked_is_said_where_it_stands(ask, asked, sentence):
    page = ask(*asked, status=422)
    assert sentence in html.unescape(page)
    assert not shown(page)


def test_a_wrong_condition_keeps_the_form(ask):
    page = ask(*condition("orders", "least", "many"), ("q", "1001"), status=422)
    assert 'value="many"' in page
    assert 'value="1001"' in page


HOSTILE = [
    "1; DROP TABLE customers", "' OR 1=1 --", '" OR ""="', "%' UNION SELECT 1", "orders) OR (1=1", "<script>x</script>",
    "{{7*7}}", "\x00", "\ud83d\ude00", "read_csv('/etc/passwd')",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_the_address_becomes_sql_or_markup(mia, shop, text):
    base = f"/studies/{shop.id}/customers?"
    for pairs in (
        [("q", text)], [("sort", text)], [("show", text)], [("segment", text)], condition(text, "is", "1"),
        condition("gender", "is", text), condition("gender", text, "x"), condition("orders", "least", text),
    ):  # fmt: skip
        answer = mia.get(base + urlencode(pairs, errors="surrogatepass"))
        assert answer.status_code in (200, 422)
        assert "<script>x" not in answer.content.decode()
        assert shown(answer.content.decode()) in ([], shown(mia.get(base).content.decode()))


def test_chosen_columns_are_shown_and_stay_when_paging(ask):
    page = ask(("show", "age"), ("show", "gender"))
    head = page.partition("<thead>")[2].partition("</thead>")[0]
    assert re.findall(r'">([A-Z]\w+)(?: <span|</a>)', head) == ["Number", "Age", "Gender"]
    assert "?show=age&amp;show=gender&amp;page=2" in page


def test_a_customer_is_shown_against_the_segment(mia, shop, finished):
    own = f"{finished}/data/processed/segmented_customers.parquet"
    number, segment, name = duckdb.execute(
        f"SELECT customer_id, segment, segment_name FROM '{own}' WHERE customer_id = '100003'"
    ).fetchone()
    median = duckdb.execute(f"SELECT median(orders) FROM '{own}' WHERE segment = ?", [segment]).fetchone()[0]
    page = mia.get(f"/studies/{shop.id}/customers/{number}").content.decode()
    line = re.search(r"<tr><td>Orders</td>(.*?)</tr>", page)[1]
    assert f">{median:g}</td>" in line
    assert name in page
    lines = f"{finished}/data/interim/lines.parquet"
    orders, revenue = duckdb.execute(
        f"SELECT count(DISTINCT invoice_id), sum(net_revenue) FROM '{lines}' WHERE customer_id = ?", [number]
    ).fetchone()
    assert f"<h2>{orders} orders</h2>" in page
    assert f"€{revenue:,.0f}" in page


def test_a_customer_who_is_not_there_is_not_found(mia, shop):
    for number in ("nobody", "1' OR '1'='1", "%2e%2e/x"):
        assert mia.get(f"/studies/{shop.id}/customers/{number}").status_code == 404


@pytest.mark.parametrize("page", ["customers", "customers/100001", "predict", "add"])
def test_a_reader_sees_no_person_and_a_stranger_no_study(shop, person, at, page):
    assert at(person("rita", shop, Role.READER)).get(f"/studies/{shop.id}/{page}").status_code == 403
    assert at(person("eve")).get(f"/studies/{shop.id}/{page}").status_code == 404


def test_the_navigation_offers_what_a_role_may_open(shop, person, at):
    offered = {
        role: set(re.findall(rf'href="/studies/{shop.id}/(\w+)"',
                             at(person(role.label, shop, role)).get(f"/studies/{shop.id}/segments").content.decode()))
        for role in (Role.READER, Role.MANAGER)
    }  # fmt: skip
    assert offered[Role.MANAGER] - offered[Role.READER] == {"customers", "predict", "add"}


def test_the_page_is_light(ask):
    heavy = [pair for name in ("orders", "age", "gender") for pair in condition(name, "filled")]
    assert len(ask(*heavy)) <= 60_000


MADE = """
SELECT printf('%07d', i) AS customer_id, i % 4 + 1 AS segment, 'Segment ' || (i % 4 + 1) AS segment_name,
  hash(i, 1) % 365 AS recency_days, (hash(i, 2) % 50)::BIGINT AS orders,
  (hash(i, 3) % 1000000) / 100.0 AS net_revenue,
  ['App', 'Store', 'Web'][(hash(i, 4) % 3)::INT + 1] AS channel, (hash(i, 5) % 100) / 100.0 AS found_again,
  (hash(i, 6) % 100) / 100.0 AS alive_probability, (hash(i, 7) % 100000) / 100.0 AS expected_value
FROM range({count}) made(i) ORDER BY customer_id
"""
ODD = """
SELECT 'A/' || i || ' <i>?&%' AS customer_id, i % 4 + 1 AS segment, 'Segment' AS segment_name,
  i::DOUBLE AS "Score ""A"" {{0}}", i AS "Kids'; DROP", '<script>' AS "Hobby <b>"
FROM range({count}) made(i) ORDER BY customer_id
"""
ODD_NUMBERS = "SELECT * REPLACE ('A/' || customer_id || ' <i>?&%' AS customer_id) FROM '{own}'"


@pytest.fixture
def shop_of(db, finished):
    """A study with so many made-up customers, beside the results of the finished run."""

    def make(count, made=MADE):
        study = Study.objects.create(title="Other shop")
        job = Job.objects.create(kind=Job.Kind.RUN, study=study, state=Job.State.FINISHED)
        folder = folder_of(job)
        (folder / ".explorer").mkdir(parents=True)
        (folder / ".explorer/orders.parquet").symlink_to(finished / ".explorer/orders.parquet")
        for name in ("data", "reports", "params.yaml"):
            (folder / name).symlink_to(finished / name)
        query = made.format(own=finished / ".explorer/customers.parquet", count=count)
        with duckdb.connect() as connection:
            shelving.write(connection, query, folder / ".explorer/customers.parquet")
        shelving.note_usual(folder)
        return study

    return make


@pytest.mark.parametrize(
    ("column", "operator", "value", "count"),
    [('Score "A" {0}', "least", "90", 10), ("Kids'; DROP", "most", "4", 5), ("Hobby <b>", "holds", "SCRIPT", 100)],
)
def test_odd_columns_can_be_asked_shown_and_sorted_by(shop_of, person, at, column, operator, value, count):
    study = shop_of(100, ODD)
    mia = at(person("mia", study, Role.MANAGER))
    asked = urlencode([*condition(column, operator, value), ("sort", f"-{column}"), ("show", column)])
    page = mia.get(f"/studies/{study.id}/customers?{asked}").content.decode()
    assert f"<b>{count} customers</b>" in page
    assert len(shown(page)) == min(count, 50)
    assert "<script>" not in page.partition("<main")[2]
    assert "<b>" not in page.partition("<thead>")[2].partition("</tbody>")[0]


def test_an_odd_number_leads_to_its_page(shop_of, person, at):
    study = shop_of(0, ODD_NUMBERS)
    mia = at(person("mia", study, Role.MANAGER))
    page = mia.get(f"/studies/{study.id}/customers").content.decode()
    address = html.unescape(re.search(r'<td><a href="([^"]+)">A/100001 ', page)[1])
    assert "Customer A/100001 &lt;i&gt;?&amp;%" in mia.get(address).content.decode()


QUESTIONS = ["", "?sort=-net_revenue", "?segment=2&column=orders&is=least&value=20&sort=orders", "?q=00012"]
TEXT = inspect.getsource(html.parser)


def _written_anew(folder: Path) -> object:
    return ast.unparse(ast.parse(TEXT))


def _asked_plainly(folder: Path) -> object:
    query = f"SELECT * FROM '{folder}/.explorer/customers.parquet' ORDER BY net_revenue DESC NULLS LAST LIMIT 50"
    with duckdb.connect(config={"threads": 1}) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.parametrize(("count", "usual", "most"), [(6_000, _written_anew, 2.5), (1_000_000, _asked_plainly, 1.1)])
def test_the_page_comes_quickly(shop_of, person, at, count, usual, most):
    """As a ratio to work of the same kind, of the same moment, since machines differ by four.

    Of few customers that is many small steps of Python, of a million the plain question for fifty of them.
    """
    study = shop_of(count)
    mia = at(person("mia", study, Role.MANAGER))
    for question in QUESTIONS:
        took, others = [], []
        for _ in range(6):
            others.append(_seconds(partial(usual, folder_of(study.latest()))))
            took.append(_seconds(partial(_asked, mia, f"/studies/{study.id}/customers{question}")))
        assert min(took) <= most * min(others), question


def _asked(who: Client, address: str) -> None:
    assert who.get(address).status_code == 200


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


@settings(max_examples=40)
@given(st.lists(st.one_of(st.none(), st.floats(-1e12, 1e12), st.sampled_from([0.1, 2.0, float("nan"), float("inf")]))))
def test_law_the_percentiles_are_those_of_duckdb(drawn):
    with duckdb.connect() as connection:
        connection.execute('CREATE TABLE held ("a ""b" DOUBLE)')
        connection.execute("INSERT INTO held SELECT unnest($1::DOUBLE[])", [drawn])
        only = 'FILTER (isfinite("a ""b"))'
        asked = f'SELECT quantile_cont("a ""b", {shelving.PERCENTILES}) {only}, count(*) {only} FROM held'
        theirs, count = connection.execute(asked).fetchone()
        assert shelving._points(connection, "held", 'a "b', count) == theirs

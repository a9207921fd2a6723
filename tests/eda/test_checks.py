from datetime import date

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from customer_segments.base import engine
from customer_segments.pages.eda import decisions
from customer_segments.pages.eda.decisions import sentence
from customer_segments.steps.eda import checks
from customer_segments.steps.eda.look import Weight, in_rows
from tests.eda.looks import first_look
from tests.tables import table_of

BACKEND = engine.connect()
LINE = "invoice_id customer_id quantity unit_price ordered_at"


def told(hits):
    return decisions.rows(first_look(hits={"transactions": hits}), "transactions", "€")


@pytest.fixture(scope="module")
def customers():
    rows = [
        ("1", 30.0, True, date(2024, 1, 1), None),
        ("1", 30.0, True, date(2024, 1, 1), None),  # repeated to the letter
        ("2", 40.0, True, date(2024, 1, 1), None),
        ("2", 41.0, True, date(2024, 1, 1), None),  # another row with the same number
        ("3", -1.0, False, date(2024, 5, 1), date(2024, 4, 1)),  # impossible age, left before signing up
        ("4", 50.0, True, date(2024, 1, 1), None),
        (None, 999.0, True, date(2024, 1, 1), date(2024, 6, 1)),  # no number, impossible age, active and left
    ]
    return table_of(BACKEND, "customer_id age active signed_up_on left_on", rows)


@pytest.fixture(scope="module")
def lines():
    rows = [
        ("A", "1", 2.0, 10.0, "2024-02-01 10:00"),
        ("A", "1", 2.0, 10.0, "2024-02-01 10:00"),  # repeated
        ("A", "3", 1.0, 5.0, "2024-02-01 10:00"),  # the same invoice, another customer; before signing up
        ("B", None, 1.0, 7.0, "2024-02-02 10:00"),
        ("C", "9", 1.0, 8.0, "2024-02-03 10:00"),  # not in the customers table
        ("D", "1", -1.0, 10.0, "2024-02-04 10:00"),
        ("E", "1", 1.0, 0.0, None),
        ("F", "1", None, 3.0, "2024-02-05 10:00"),
    ]
    return table_of(BACKEND, LINE, rows)


def test_every_check_of_lines_counts_its_lines_and_their_money(lines, customers):
    hits = checks.line_checks(lines, customers)
    expected = pd.DataFrame(
        [
            ("no_customer", 1, 0.125, 7.0),
            ("unknown_customer", 1, 0.125, 8.0),
            ("returns", 1, 0.125, -10.0),
            ("repeated", 1, 0.125, 20.0),
            ("no_time", 1, 0.125, 0.0),
            ("no_amount", 1, 0.125, 0.0),
            ("zero_price", 1, 0.125, 0.0),
            ("shared_invoice", 3, 0.375, 45.0),
        ],
        columns=["check", "rows", "share", "amount"],
    )
    assert_frame_equal(hits.drop(columns="revenue_share"), expected)
    assert hits["revenue_share"].iloc[0] == pytest.approx(7 / 50)


def test_every_check_of_customers_counts_its_rows(lines, customers):
    expected = pd.DataFrame(
        [
            ("no_id", 1, 1 / 7),
            ("repeated", 1, 1 / 7),
            ("same_id", 1, 1 / 7),
            ("without_orders", 4, 4 / 7),
            ("left_before_signup", 1, 1 / 7),
            ("active_yet_left", 1, 1 / 7),
            ("ordered_before_signup", 1, 1 / 7),
        ],
        columns=["check", "rows", "share"],
    )
    assert_frame_equal(checks.customer_checks(customers, lines), expected)


def test_checks_that_need_the_other_table_are_left_out_without_it(lines, customers):
    assert "unknown_customer" not in set(checks.line_checks(lines, None)["check"])
    assert not {"without_orders", "ordered_before_signup"} & set(checks.customer_checks(customers, None)["check"])


def test_a_clean_table_hits_nothing():
    clean = table_of(BACKEND, LINE, [("A", "1", 1.0, 2.0, "2024-02-01 10:00")])
    hits = checks.line_checks(clean, None)
    assert hits.empty
    content, caption = told(hits)
    assert content.empty
    assert caption == "No line repeats, contradicts or misses anything that was checked."
    assert list(in_rows("transactions", hits)) == []


def test_the_caption_names_the_kind_with_most_rows(lines, customers):
    hits = checks.line_checks(lines, customers)
    assert told(hits)[1].startswith(
        "8 kinds of lines need a decision; most are those that stand on an invoice of several customers."
    )
    assert told(hits.head(1))[1] == "One kind of lines needs a decision: those that name no customer."


def test_findings_weigh_by_the_share_of_rows_or_of_revenue():
    hits = pd.DataFrame(
        [
            ("no_customer", 200, 0.02, 0.0, 0.0),
            ("returns", 5, 0.0005, -900.0, 0.05),
            ("zero_price", 1, 0.0001, 0.0, 0.0),
        ],
        columns=["check", "rows", "share", "amount", "revenue_share"],
    )
    by_customer, by_money, small = in_rows("transactions", hits)
    assert (by_customer.weight, by_money.weight, small.weight) == (Weight.DISTORTS, Weight.DISTORTS, Weight.INFORMS)
    assert sentence(by_customer, "€") == "200 lines (2.0%) name no customer: they count for nobody."
    assert sentence(by_money, "€") == (
        "5 lines (0.1%, −€900) take back an earlier sale (quantity below zero): counting sales alone would "
        "overstate revenue."
    )
    assert sentence(small, "€") == "1 line (under 0.1%) is sold at nothing: they count as orders without revenue."


def test_what_customers_did_before_and_after_only_informs_however_many_they_are():
    hits = pd.DataFrame([("same_id", 2, 0.005), ("ordered_after_leaving", 90, 0.9)], columns=["check", "rows", "share"])
    same, after = in_rows("customers", hits)
    assert (same.weight, after.weight) == (Weight.MATTERS, Weight.INFORMS)
    assert sentence(same, "€").startswith("2 customer rows (0.5%) share their number")


def test_every_check_has_its_words():
    assert list(decisions.CHECKS["transactions"]) == list(checks.LINE_CHECKS)
    assert list(decisions.CHECKS["customers"]) == list(checks.CUSTOMER_CHECKS)


def test_readers_see_rows_share_money_and_what_would_happen(lines, customers):
    written, _ = told(checks.line_checks(lines, customers))
    assert list(written.columns) == ["Lines that", "Rows", "Share", "Amount", "If nobody looked"]
    assert list(written.iloc[2]) == [
        "take back an earlier sale (quantity below zero)", "1", "12.5%", "−€10.00",
        "counting sales alone would overstate revenue",
    ]  # fmt: skip

"""Every row and every cent that came in is found again: kept, or rejected by one named rule."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from customer_segments.base import engine
from customer_segments.base.errors import StudyError
from customer_segments.base.params import CleaningParams, PreprocessingParams
from customer_segments.steps.cleaning.clean import Cleaned, clean
from tests.tables import frame_of, table_of

BACKEND = engine.connect()
LINE = "invoice_id customer_id product quantity unit_price ordered_at"
CUSTOMER = "customer_id age income signed_up_on left_on"
DAY = "2024-03-01 10:00"


def lines_of(*rows: tuple, columns: str = LINE) -> ir.Table:
    return table_of(BACKEND, columns, rows)


def customers_of(*rows: tuple) -> ir.Table:
    return table_of(BACKEND, CUSTOMER, rows)


def cleaned(lines: ir.Table | None, customers: ir.Table | None = None, **choices: Any) -> Cleaned:
    """Returns are netted only where a test is about them, which makes the others quicker."""
    as_of = choices.pop("as_of", None)
    params = PreprocessingParams(as_of=as_of, cleaning=CleaningParams(**{"returns": "drop"} | choices))
    return clean(customers, lines, params)


def rejections(result: Cleaned) -> dict[int, str]:
    rejected = frame_of(result.rejected, "table", "row")
    return dict(zip(rejected["row"], rejected["rule"], strict=True))


def step(result: Cleaned, rule: str) -> dict[str, Any]:
    return result.ledger.set_index("rule").drop(columns=["table", "why"]).loc[rule].to_dict()


def test_the_first_rule_that_catches_a_line_rejects_it() -> None:
    result = cleaned(
        lines_of(
            ("1", None, "tea", 0.0, 5.0, DAY, None),
            ("2", "ann", "tea", None, 5.0, DAY, "quantity: 'two'"),
            ("3", " ", "tea", 1.0, 5.0, DAY, None),
            ("4", "ann", "tea", 1.0, 5.0, None, None),
            (None, "ann", "tea", 1.0, 5.0, DAY, None),
            ("5", "ann", "tea", 0.0, 0.0, DAY, None),
            ("6", "ann", "tea", 1.0, 0.0, DAY, None),
            ("7", "ann", "tea", 1.0, -5.0, DAY, None),
            ("8", "ann", "tea", float("inf"), 5.0, DAY, None),
            ("9", "ann", "tea", 1.0, 5.0, DAY, None),
            columns=f"{LINE} unreadable",
        )
    )
    assert rejections(result) == {
        1: "no customer",
        2: "unreadable value",
        3: "no customer",
        4: "incomplete line",
        5: "incomplete line",
        6: "zero quantity",
        7: "zero price",
        8: "negative price",
        9: "incomplete line",
    }
    assert frame_of(result.lines)["row"].tolist() == [10]


def test_the_ledger_says_what_each_rule_did_to_rows_and_money() -> None:
    result = cleaned(
        lines_of(
            ("1", "ann", "tea", 2.0, 5.0, DAY),
            ("1", "ann", "tea", 2.0, 5.0, DAY),
            ("2", None, "cup", 3.0, 1.1, DAY),
        )
    )
    steps = [
        ("no customer", 3, 1, 0, 2, 3.3),
        ("incomplete line", 2, 0, 0, 2, 0.0),
        ("service line", 2, 0, 0, 2, 0.0),
        ("repeated line", 2, 1, 0, 1, 10.0),
        ("zero quantity", 1, 0, 0, 1, 0.0),
        ("zero price", 1, 0, 0, 1, 0.0),
        ("negative price", 1, 0, 0, 1, 0.0),
        ("return", 1, 0, 0, 1, 0.0),
    ]
    columns = ["rule", "rows_before", "rows_rejected", "rows_repaired", "rows_after", "amount_rejected"]
    assert_frame_equal(result.ledger.drop(columns=["table", "why"]), pd.DataFrame(steps, columns=columns))
    assert result.ledger["why"].str.endswith(".").all()


def test_a_rejected_row_can_be_read_in_full_with_its_reason() -> None:
    result = cleaned(lines_of(("1", None, "tea", 2.0, 5.0, DAY)))
    row = frame_of(result.rejected).iloc[0].to_dict()
    assert json.loads(row.pop("content")) == {
        "invoice_id": "1",
        "customer_id": None,
        "product": "tea",
        "quantity": 2.0,
        "unit_price": 5.0,
        "ordered_at": "2024-03-01 10:00:00",
    }
    reason = "The line names no customer, so it counts for nobody."
    assert row == {
        "table": "transactions",
        "row": 1,
        "file": None,
        "row_in_file": None,
        "customer_id": None,
        "rule": "no customer",
        "reason": reason,
    }


def test_of_repeated_lines_the_first_stays_and_a_line_that_differs_anywhere_is_no_repeat() -> None:
    lines = lines_of(
        ("1", "ann", "tea", 2.0, 5.0, DAY, "late"),
        ("1", "ann", "tea", 2.0, 5.0, DAY, "late"),
        ("1", "ann", "tea", 2.0, 5.0, DAY, None),
        ("1", "ann", "tea", 2.0, 5.0, DAY, None),
        columns=f"{LINE} remark",
    )
    assert rejections(cleaned(lines)) == {2: "repeated line", 4: "repeated line"}
    assert rejections(cleaned(lines, duplicates="keep")) == {}


SHOP = [
    ("1", "ann", "tea", 5.0, 2.0, "2024-03-01"),
    ("2", "ann", "cup", 1.0, 7.5, "2024-03-01"),
    ("3", "ann", "tea", -2.0, 2.0, "2024-03-02"),
    ("4", "ann", "cup", -3.0, 7.0, "2024-03-03"),
    ("5", "bob", "tea", 1.0, 2.0, "2024-03-04"),
]


def test_a_return_is_taken_off_its_sale_and_the_money_adds_up() -> None:
    result = cleaned(lines_of(*SHOP), returns="net")
    kept = [
        ("1", "ann", Decimal(5), Decimal(2), Decimal(2), Decimal(4), Decimal(3), Decimal(6), 1),
        ("5", "bob", Decimal(1), Decimal(2), Decimal(0), Decimal(0), Decimal(1), Decimal(2), 5),
    ]
    measures = "quantity unit_price returned_quantity refunded net_quantity net_revenue row"
    columns = ["invoice_id", "customer_id", *measures.split()]
    assert_frame_equal(frame_of(result.lines, "row")[columns], pd.DataFrame(kept, columns=columns))
    assert rejections(result) == {
        2: "sale undone by its return",
        3: "return, netted against its sale",
        4: "return without its sale",
    }
    assert step(result, "return without its sale")["amount_rejected"] == -14.0
    assert step(result, "sale undone by its return")["amount_rejected"] == 0.5
    assert step(result, "sale reduced by its return")["rows_repaired"] == 1
    assert 6 + 2 + result.ledger["amount_rejected"].sum() == 10 + 7.5 - 4 - 21 + 2


def test_without_a_return_every_rule_of_netting_stands_in_the_ledger_and_no_money_is_lost() -> None:
    sales = [line for line in SHOP if line[3] > 0]
    result, with_returns = cleaned(lines_of(*sales), returns="net"), cleaned(lines_of(*SHOP), returns="net")
    assert result.ledger["rule"].tolist() == with_returns.ledger["rule"].tolist()
    assert not result.ledger[["rows_rejected", "rows_repaired", "amount_rejected"]].any(axis=None)
    assert frame_of(result.lines, "row")["net_revenue"].tolist() == [Decimal(10), Decimal("7.5"), Decimal(2)]
    assert result.unmatched.schema() == with_returns.unmatched.schema()
    assert not result.unmatched.count().execute()


def test_dropped_returns_leave_their_sales_whole() -> None:
    result = cleaned(lines_of(*SHOP))
    assert frame_of(result.lines, "row")["net_revenue"].tolist() == [Decimal(10), Decimal("7.5"), Decimal(2)]
    assert rejections(result) == {3: "return", 4: "return"}


def test_kept_returns_stay_as_lines_of_their_own() -> None:
    result = cleaned(lines_of(*SHOP), returns="keep")
    assert frame_of(result.lines, "row")["net_revenue"].tolist() == [10, Decimal("7.5"), -4, -21, 2]


def test_customers_are_repaired_or_rejected_by_rule() -> None:
    result = cleaned(
        None,
        customers_of(
            ("ann", 30.0, 1000.0, "2023-01-01", None),
            ("ann", 30.0, 1000.0, "2023-01-01", None),
            ("ann", 31.0, 1000.0, "2023-01-01", None),
            (None, 30.0, 1000.0, None, None),
            ("bob", 999.0, -1.0, "2023-01-01", "2022-12-31"),
            ("eve", 16.0, 0.0, None, "2022-12-31"),
        ),
    )
    kept = frame_of(result.customers.select("customer_id", "age", "income", "left_on"), "customer_id")
    assert kept.astype(object).where(kept.notna(), None).to_numpy().tolist() == [
        ["ann", 30.0, 1000.0, None],
        ["bob", None, None, None],
        ["eve", 16.0, 0.0, pd.Timestamp("2022-12-31").date()],
    ]
    assert rejections(result) == {2: "repeated row", 3: "second row of a customer", 4: "no customer"}
    repaired = result.ledger.set_index("rule")["rows_repaired"]
    assert repaired[repaired > 0].to_dict() == {
        "impossible age": 1,
        "negative income": 1,
        "left before signing up": 1,
    }
    assert result.ledger["amount_rejected"].isna().all()


def test_the_reason_names_the_ages_that_are_allowed() -> None:
    result = cleaned(None, customers_of(("ann", 17.0, None, None, None)), lowest_age=18, highest_age=90)
    assert "below 18 or above 90" in result.ledger.set_index("rule").loc["impossible age", "why"]


def test_an_unreadable_cell_that_is_not_needed_counts_as_repaired() -> None:
    people = table_of(BACKEND, "customer_id age unreadable", [("ann", None, "age: 'old'"), (None, None, "age: 'x'")])
    lines = lines_of(("1", "ann", "tea", 1.0, 2.0, DAY, "line_number: 'x'"), columns=f"{LINE} unreadable")
    counts = cleaned(lines, people).ledger.set_index(["table", "rule"])["rows_repaired"]
    assert counts["customers", "unreadable optional value"] == 1
    assert counts["transactions", "unreadable optional value"] == 1


def test_customers_without_an_order_left_are_rejected_unless_they_may_stay() -> None:
    lines = lines_of(*SHOP[:2], ("6", "eve", "tea", 0.0, 2.0, DAY))
    people = customers_of(*((name, None, None, None, None) for name in ("ann", "eve", "kim")))
    rejected = frame_of(cleaned(lines, people).rejected, "table", "row")
    assert rejected[["customer_id", "rule"]].to_numpy().tolist() == [
        ["eve", "no orders"],
        ["kim", "no orders"],
        ["eve", "zero quantity"],
    ]
    kept = cleaned(lines, people, customers_without_orders="keep").customers
    assert frame_of(kept, "row")["customer_id"].tolist() == ["ann", "eve", "kim"]


def test_rules_about_absent_columns_are_skipped() -> None:
    result = cleaned(None, table_of(BACKEND, "customer_id score", [("ann", 3.0)], types={"score": "float64"}))
    assert result.ledger["rule"].tolist() == [
        "no customer",
        "repeated row",
        "second row of a customer",
        "structural gap",
    ]
    assert result.customers.columns == ("row", "customer_id", "score")


def test_columns_named_like_our_own_steps_do_no_harm() -> None:
    lines = lines_of(("1", "ann", "tea", 1.0, 2.0, DAY, "x", "y"), columns=f"{LINE} step gross_revenue")
    assert frame_of(cleaned(lines).lines)["net_revenue"].tolist() == [Decimal(2)]


def test_lines_outside_the_window_are_rejected_and_both_its_days_belong_to_it() -> None:
    days = ("2024-02-29 23:59", "2024-03-01 00:00", "2024-03-31 23:59", "2024-04-01 00:00")
    lines = lines_of(*((str(n), "ann", "tea", 1.0, 2.0, day) for n, day in enumerate(days)))
    result = cleaned(lines, first_day=date(2024, 3, 1), last_day=date(2024, 3, 31))
    assert rejections(result) == {1: "before the window", 4: "after the window"}
    assert step(result, "after the window")["amount_rejected"] == 2.0
    assert result.ledger.set_index("rule").loc["before the window", "why"] == "The study begins on 2024-03-01."


def test_a_return_on_the_day_of_the_study_undoes_no_earlier_sale() -> None:
    lines = lines_of(("1", "ann", "tea", 1.0, 2.0, "2024-03-01"), ("2", "ann", "tea", -1.0, 2.0, "2024-03-05"))
    result = cleaned(lines, returns="net", as_of=date(2024, 3, 5))
    assert frame_of(result.lines)["row"].tolist() == [1]
    assert rejections(result) == {2: "from the day of the study on"}
    assert rejections(cleaned(lines, returns="net", as_of=date(2024, 3, 6))) == {
        1: "sale undone by its return",
        2: "return, netted against its sale",
    }


def test_a_day_of_the_study_before_all_orders_is_refused_with_a_day_that_would_do() -> None:
    lines = lines_of(("1", "ann", "tea", 1.0, 2.0, "2024-03-01"), ("2", "ann", "tea", 1.0, 2.0, "2024-03-05"))
    with pytest.raises(StudyError, match=r"as_of` is 2024-03-01, but the first order was on 2024-03-01.*2024-03-06"):
        cleaned(lines, as_of=date(2024, 3, 1))


def test_service_lines_are_told_by_any_of_three_columns_and_their_returns_go_with_them() -> None:
    lines = lines_of(
        ("1", "ann", " post ", None, "things", 1.0, 18.0, DAY),
        ("1", "ann", "x1", "Bank Charges", "things", 1.0, 18.0, DAY),
        ("1", "ann", "x2", "Lamp", "Versand", -1.0, 4.0, DAY),
        ("1", "ann", "M", "Manual", "things", 1.0, 18.0, DAY),
        ("1", "ann", "shirt", "Postage stamp", "M", 1.0, 18.0, DAY),
        columns="invoice_id customer_id product description category quantity unit_price ordered_at",
    )
    result = cleaned(lines)
    assert rejections(result) == dict.fromkeys((1, 2, 3, 4), "service line")
    assert step(result, "service line")["amount_rejected"] == 50.0
    assert rejections(cleaned(lines, service_lines="keep", returns="keep")) == {}
    assert rejections(cleaned(lines, service_words=("LAMP",))) == {3: "service line"}


def test_lines_of_nothing_or_below_zero_may_be_kept() -> None:
    lines = lines_of(("1", "ann", "tea", 0.0, 2.0, DAY), ("2", "ann", "tea", 1.0, -2.0, DAY))
    assert rejections(cleaned(lines)) == {1: "zero quantity", 2: "negative price"}
    kept = cleaned(lines, zero_quantities="keep", negative_prices="keep", returns="net")
    assert frame_of(kept.lines, "row")["net_revenue"].tolist() == [0, -2]


def test_what_a_refund_brings_back_beyond_its_sale_is_entered_by_name() -> None:
    lines = lines_of(
        ("1", "ann", "tea", 2.0, 10.0, "2024-03-01"),
        ("2", "ann", "tea", -1.0, 12.0, "2024-03-02"),
        ("3", "ann", "tea", -2.0, 15.0, "2024-03-03"),
    )
    result = cleaned(lines, returns="net")
    assert rejections(result) == {
        1: "sale undone by its return",
        2: "refund beyond its sale",
        3: "return without its sale",
    }
    # The second return takes back one unit (5 beyond its sale) and finds no sale for the other.
    assert step(result, "refund beyond its sale")["rows_rejected"] == 1
    assert step(result, "refund beyond its sale")["amount_rejected"] == -7.0
    assert step(result, "return without its sale")["amount_rejected"] == -15.0
    listed = frame_of(result.unmatched, "row")
    assert listed[["row", "unmatched_quantity", "refunded_beyond"]].to_numpy().tolist() == [[2, 0, 2], [3, 1, 5]]


def test_broken_rows_come_first_in_the_ledger_and_a_person_finds_every_rejected_row() -> None:
    broken = table_of(BACKEND, "table row reason content", [("transactions", 3, "It has 9 cells.", "a;b")])
    lines = lines_of(
        (1, "1", None, "tea", 1.0, 2.0, DAY),
        (2, "2", "ann", "tea", 1.0, 2.0, DAY),
        (4, "3", None, "tea", 1.0, 2.0, DAY),
        columns=f"row {LINE}",
    )
    files = {"transactions": [{"name": "a.csv", "rows": 1}, {"name": "b.csv", "rows": 2}, {"name": "c.csv", "rows": 1}]}
    result = clean(None, lines, PreprocessingParams(), broken, files)
    rejected = frame_of(result.rejected)[["row", "file", "row_in_file", "rule", "reason"]]
    nobody = "The line names no customer, so it counts for nobody."
    assert rejected.to_numpy().tolist() == [
        [3, "b.csv", 2, "broken row", "It has 9 cells."],
        [1, "a.csv", 1, "no customer", nobody],
        [4, "c.csv", 1, "no customer", nobody],
    ]
    first = result.ledger.iloc[0]
    assert first[["rule", "rows_before", "rows_rejected", "rows_after"]].tolist() == ["broken row", 4, 1, 3]


def test_rows_are_written_in_their_order_whatever_order_they_come_in(tmp_path: Path) -> None:
    rows = [(n, str(n), "ann" if n % 3 else None, "tea", 1.0, 2.0, DAY) for n in (5, 3, 6, 1, 4, 2)]
    result = clean(None, lines_of(*rows, columns=f"row {LINE}"), PreprocessingParams(), folder=tmp_path)
    assert frame_of(result.lines)["row"].tolist() == [1, 2, 4, 5]
    assert frame_of(result.rejected)["row"].tolist() == [3, 6]
    assert (tmp_path / "lines.parquet").exists()


def test_a_gap_that_a_flag_explains_is_counted_and_is_no_missing_cell() -> None:
    people = [(f"c{n}", 30.0, None, "2023-01-01", None if n % 2 else "2024-01-01", bool(n % 2)) for n in range(24)]
    people.append(("no age", None, None, "2023-01-01", None, True))
    people.append(("too old", 999.0, None, "2023-01-01", None, True))
    table = table_of(BACKEND, f"{CUSTOMER} active", people).drop("income")
    result = cleaned(None, table)
    assert step(result, "structural gap")["rows_repaired"] == 14
    why = result.ledger.set_index("rule").loc["structural gap", "why"]
    assert why.startswith("“Left on” is empty exactly where “Active” is yes, so these gaps say “does not apply”")
    unexplained = frame_of(cleaned(None, table, missing_cells="reject_unexplained").rejected, "row")
    assert unexplained["customer_id"].tolist() == ["no age", "too old"]
    assert len(rejections(cleaned(None, table, missing_cells="reject"))) == 14


def test_row_numbers_that_occur_twice_are_refused() -> None:
    rows = [(1, "1", None, "tea", 1.0, 2.0, DAY), (1, "2", "ann", "tea", 1.0, 2.0, DAY)]
    with pytest.raises(StudyError, match="numbers in the column `row` occur twice"):
        cleaned(lines_of(*rows, columns=f"row {LINE}"))


def test_neither_table_is_refused() -> None:
    with pytest.raises(StudyError, match="neither a customers nor a transactions table"):
        cleaned(None)


dirty_line = st.tuples(
    st.sampled_from(["1", "2", "3", None]),
    st.sampled_from(["ann", "bob", "eve", None, ""]),
    st.sampled_from(["tea", "cup", None]),
    st.sampled_from([1.0, 2.0, 3.0, 0.5, -1.0, -2.0, 0.0, None]),
    st.sampled_from([0.01, 2.0, 3.333, 7.5, 0.0, -1.0, None]),
    st.sampled_from(["2024-03-01", "2024-03-02", "2024-03-03", None]),
    st.sampled_from([None, None, None, "quantity: 'x'", "line_number: 'x'"]),
)
dirty_customer = st.tuples(
    st.sampled_from(["ann", "bob", "kim", None]),
    st.sampled_from([30.0, 999.0, None]),
    st.sampled_from([1000.0, -1.0, None]),
    st.sampled_from(["2023-01-01", None]),
    st.sampled_from(["2022-01-01", "2024-01-01", None]),
)
choices = st.fixed_dictionaries(
    {
        "returns": st.sampled_from(["net", "net", "drop", "keep"]),
        "duplicates": st.sampled_from(["reject", "keep"]),
        "zero_prices": st.sampled_from(["reject", "keep"]),
        "zero_quantities": st.sampled_from(["reject", "keep"]),
        "negative_prices": st.sampled_from(["reject", "keep"]),
        "missing_cells": st.sampled_from(["reject", "keep", "reject_unexplained"]),
        "as_of": st.sampled_from([None, None, date(2024, 3, 3)]),
        "customers_without_orders": st.sampled_from(["reject", "keep"]),
    }
)


# Compiling the queries costs most of the time: a few long tables are drawn rather than many short ones, and a failure
# is not shrunk, which would take minutes.
@settings(max_examples=3, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.lists(dirty_line, min_size=80, max_size=160), st.lists(dirty_customer, min_size=1, max_size=8), choices)
def test_every_row_and_every_cent_is_accounted_for_whatever_the_dirt(
    lines: list[tuple], people: list[tuple], chosen: dict[str, str]
) -> None:
    result = cleaned(lines_of(*lines, columns=f"{LINE} unreadable"), customers_of(*people), **chosen)
    rejected = frame_of(result.rejected)
    for name, rows_in, kept in (
        ("transactions", len(lines), frame_of(result.lines)),
        ("customers", len(people), frame_of(result.customers)),
    ):
        rows = rejected.loc[rejected["table"] == name, "row"].tolist()
        assert sorted([*rows, *kept["row"]]) == list(range(1, rows_in + 1))
        ledger = result.ledger[result.ledger["table"] == name]
        assert ledger["rows_before"].tolist() == [rows_in, *ledger["rows_after"][:-1]]
        assert (ledger["rows_before"] - ledger["rows_rejected"]).tolist() == ledger["rows_after"].tolist()
        assert ledger["rows_rejected"].sum() == len(rows)
    money_in = sum(line[3] * line[4] for line in lines if line[3] is not None and line[4] is not None)
    net_revenue = float(frame_of(result.lines)["net_revenue"].sum())
    assert net_revenue + result.ledger["amount_rejected"].sum() == pytest.approx(money_in, abs=1e-6)


def test_a_line_is_unreadable_by_its_own_cells_and_not_by_what_stands_in_another() -> None:
    lines = lines_of(
        ("1", "ann", "tea", None, 2.0, DAY, "line_number: quantity: 5"),
        ("2", "ann", "tea", None, 2.0, DAY, "line_number: x; quantity: 5"),
        columns=f"{LINE} unreadable",
    )
    counts = cleaned(lines).ledger.set_index("rule")["rows_rejected"]
    assert counts["unreadable value"] == 1
    assert counts["incomplete line"] == 1

from pathlib import Path

import pytest

from customer_segments.base.errors import StudyError
from customer_segments.base.params import Format
from customer_segments.sources import reading
from customer_segments.sources.part import Part, text_sample

LINES = ("invoice_id", "quantity", "unit_price", "ordered_at", "customer_id")


def part(columns, *rows):
    sample = text_sample([list(row) for row in rows], len(columns))
    return Part("shop.csv", tuple(columns), "SELECT 1", sample, "0" * 64)


def decided(table, columns, *rows, names=None, as_text=()):
    return reading.decide(table, [part(columns, *rows)], names or {}, Format(as_text=as_text))


def kind_of(*texts):
    return decided("customers", ["customer_id", "x"], *(("a", text) for text in texts)).kinds["x"]


@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        (("1", "2.5", None), "number"), (("0012", "0345"), "text"), (("1", "x"), "text"), (("yes", "no"), "flag"),
        (("1", "0"), "number"), (("2024-01-05", "2024-02-06"), "time"), (("45296", "45297"), "number"),
        ((None, None), "text"),
    ],
)  # fmt: skip
def test_an_attribute_is_of_the_kind_that_all_its_cells_are_of(texts, kind):
    assert kind_of(*texts) == kind


def test_the_contracts_columns_come_first_and_in_its_order_then_the_attributes():
    found = decided("customers", ["Fav Colour", "age", "customer_id", "Points"], ("red", "20", "a", "1"))
    assert found.kinds == {"customer_id": "text", "age": "number", "fav_colour": "text", "points": "number"}


def test_attributes_never_take_a_name_that_is_in_use():
    found = decided("customers", ["customer_id", "row", "Pöints", "points"], ("a", "1", "2", "3"))
    assert list(found.kinds) == ["customer_id", "row_2", "points", "points_2"]


def test_columns_to_be_kept_as_written_are_text_whatever_they_look_like():
    rows = (("a", "21/07/2022", "7"), ("b", "03/01/2021", "8"))
    columns = ["customer_id", "Last Purchase", "Code"]
    assert decided("customers", columns, *rows).kinds == {
        "customer_id": "text",
        "last_purchase": "time",
        "code": "number",
    }
    kept = decided("customers", columns, *rows, as_text=("Last Purchase", "Code"))
    assert kept.kinds == {"customer_id": "text", "last_purchase": "text", "code": "text"}


@pytest.mark.parametrize(
    ("theirs", "cell", "recognised", "as_text"),
    [
        ("SubscriptionStartDate", "21/07/2022", "signed_up_on", "subscription_start_date"),
        ("Alter", "42", "age", "alter"),
        ("IsActive", "1", "active", "is_active"),
        ("age", "42", "age", "age_2"),  # numbers alone are called so
        ("Genre", "f", "gender", "gender"),
    ],
)
def test_a_column_kept_as_written_is_none_of_ours_that_holds_numbers_or_times(theirs, cell, recognised, as_text):
    columns = ["customer_id", theirs]
    assert list(decided("customers", columns, ("a", cell)).kinds) == ["customer_id", recognised]
    kept = decided("customers", columns, ("a", cell), as_text=(theirs,))
    assert kept.kinds == {"customer_id": "text", as_text: "text"}


def test_another_column_is_recognised_in_place_of_one_kept_as_written():
    found = decided("customers", ["customer_id", "Age", "Customer Age"], ("a", "40 to 50", "42"), as_text=("Age",))
    assert {match.ours: match.theirs for match in found.matches}["age_2"] == "Age"
    assert found.kinds == {"customer_id": "text", "age": "number", "age_2": "text"}


def test_a_column_by_hand_under_a_name_of_its_own_may_be_kept_as_written():
    found = decided("customers", ["customer_id", "Pts"], ("a", "7"), names={"points": "Pts"}, as_text=("Pts",))
    assert found.kinds == {"customer_id": "text", "points": "text"}


@pytest.mark.parametrize(
    ("table", "columns", "row", "names", "as_text", "sentence"),
    [
        ("customers", ["customer_id", "Alter"], ("a", "42"), {"age": "Alter"}, "Alter",
         "shop.csv: 'Alter' cannot be both text and `age`: take it out of the texts, or call it otherwise under "
         "`source.columns.customers`. The setting is `source.formats.customers.as_text` in params.yaml."),
        ("customers", ["customer_id", "Alter"], ("a", "42"), {}, "alter",
         "shop.csv has no column 'alter'; it has 'customer_id' and 'Alter': correct the name. The setting is "
         "`source.formats.customers.as_text` in params.yaml."),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_as_written_is_refused_in_a_sentence(table, columns, row, names, as_text, sentence):
    with pytest.raises(StudyError) as caught:
        decided(table, columns, row, names=names, as_text=(as_text,))
    assert caught.value.in_a_study_folder() == sentence


def test_lines_need_a_customer_and_a_time_alone():
    found = decided("transactions", ["Member No", "Visit time", "Branch"], ("a", "2024-01-05 10:00", "North"))
    assert found.derived == {"invoice_id"}
    assert {m.ours for m in found.matches} == {"customer_id", "ordered_at", "invoice_id", "branch"}
    assert found.doubts == ()


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("Verzehr", ["9.50", "12.00", "3.25"]),  # fractions that nobody knows
        ("Punkte", ["9", "12", "3"]),
        ("Tax", ["0.95", "1.20", "0.33"]),
    ],
)
def test_what_could_be_money_is_asked_about_where_nothing_was_taken_for_it(name, cells):
    rows = [("a", f"2024-01-0{day} 10:00", cell) for day, cell in enumerate(cells, 1)]
    (doubt,) = decided("transactions", ["customer_id", "date", name], *rows).doubts
    assert (doubt.ours, doubt.told) == ("amount", f"no column was taken for money, and {name!r} could be it")
    assert decided("transactions", ["customer_id", "date", name], *rows, names={"amount": None}).doubts == ()


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("Visit ID", ["9", "12", "3"]),
        ("Zone code", ["0009", "0012", "0003"]),
        ("left at", ["2024-01-01 11:00", "2024-01-02 11:30", "2024-01-03 12:00"]),
        ("First visit", ["yes", "no", "no"]),
        ("Age", ["31", "42", "25"]),
        ("Class", ["Yoga", "Spin", "Yoga"]),
    ],
)
def test_what_is_no_money_is_not_asked_about(name, cells):
    rows = [("a", f"2024-01-0{day} 10:00", cell) for day, cell in enumerate(cells, 1)]
    assert decided("transactions", ["customer_id", "date", name], *rows).doubts == ()


@pytest.mark.parametrize(
    ("name", "cells", "asked"),
    [
        ("Requester email", [f"{number % 15}@x.org" for number in range(40)], True),
        ("Calling number", [f"30697{number % 15}" for number in range(40)], True),
        ("Email", [f"{number}@x.org" for number in range(40)], False),  # each has one
        ("Group number", [f"30{number % 4}" for number in range(40)], False),  # a few, as of groups
        ("Street", [f"Hill {number % 15}" for number in range(40)], False),
    ],
)
def test_a_list_beside_ids_that_occur_again_may_be_of_events_and_is_asked_about(name, cells, asked):
    rows = [(f"{1000 + row}", f"2024-01-05 10:{row}", cell) for row, cell in enumerate(cells, 10)]
    found = decided("customers", ["Id", "Created at", name], *rows)
    option = f"`--table transactions --column 'customer_id={name}'` if so"
    assert [(doubt.ours, doubt.option) for doubt in found.doubts] == asked * [("customer_id", option)]


def test_money_that_is_kept_as_text_is_asked_about():
    found = decided("transactions", ["customer_id", "date", "total"], ("a", "2024-01-05", "9.50"), as_text=("total",))
    assert [doubt.told for doubt in found.doubts] == ["no column was taken for money, and 'total' could be it"]


def test_quantity_price_and_invoice_follow_from_an_amount_a_customer_and_a_time():
    found = decided("transactions", ["customer_id", "date", "total"], ("a", "2024-01-05", "9.50"))
    assert found.derived == {"quantity", "unit_price", "invoice_id"}
    assert {m.ours: m.sureness for m in found.matches if m.theirs is None} == {
        "quantity": "a guess", "unit_price": "likely", "invoice_id": "a guess",
    }  # fmt: skip


def test_nothing_is_worked_out_that_is_there():
    found = decided("transactions", LINES, ("A1", "1", "2.5", "2024-01-05", "a"))
    assert found.derived == set()


@pytest.mark.parametrize("lacking", ["ordered_at", "customer_id"])
def test_a_column_that_is_needed_and_found_nowhere_says_where_to_name_it(lacking):
    columns = [name for name in LINES if name != lacking]
    with pytest.raises(StudyError) as caught:
        decided("transactions", columns, ("x",) * len(columns))
    assert f"shop.csv has no column that could be `{lacking}`; it has " in str(caught.value)
    assert caught.value.setting == f"source.columns.transactions.{lacking}"


def test_days_turned_exchange_day_and_month_only_where_they_could_be():
    rows = (("A1", "1", "2", "05/01/2024", "a"), ("A2", "1", "2", "5 Jan 2024", "a"))
    found = decided("transactions", LINES, *rows)
    assert found.writing.formats["ordered_at"] == ("%d %b %Y", "%d/%m/%Y")
    turned = reading.with_days_turned(found)
    assert "%m/%d/%Y" in turned.writing.formats["ordered_at"]
    assert not turned.writing.day_first


def test_several_parts_are_called_by_the_first_and_their_number():
    parts = [part(["customer_id"], ("a",))] * 3
    assert reading.called(parts) == "shop.csv (and 2 more)"
    assert reading.called(parts[:1]) == Path("shop.csv").name

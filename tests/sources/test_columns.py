import pytest

from customer_segments.base.errors import StudyError
from customer_segments.sources import columns, which_table

DAYS, NUMBERS, WORDS = ["2024-01-05", "2024-02-06"], ["2", "9.50"], ["cup", "plate"]


def recognised(table, sample, given=None):
    matches = columns.recognise(table, sample, given or {}, "shop.csv")
    return {match.ours: (match.theirs, match.sureness) for match in matches}


@pytest.mark.parametrize(
    ("name", "ours", "cells"),
    [
        ("InvoiceNo", "invoice_id", WORDS), ("order id", "invoice_id", WORDS), ("Kundennr.", "customer_id", WORDS),
        ("CUSTOMER_ID", "customer_id", WORDS), ("Rechnungsdatum", "ordered_at", DAYS), ("Stück", "quantity", NUMBERS),
        ("Quantité", "quantity", NUMBERS), ("precio unitario", "unit_price", NUMBERS), ("StockCode", "product", WORDS),
        ("Total (EUR)", "amount", NUMBERS), ("shop_customer_id", "customer_id", WORDS),
    ],
)  # fmt: skip
def test_a_column_of_invoice_lines_is_known_by_its_usual_names(name, ours, cells):
    assert recognised("transactions", {name: cells})[ours][0] == name


@pytest.mark.parametrize(
    ("name", "ours", "cells"),
    [("Annual Income (k$)", "income", NUMBERS), ("Genre", "gender", WORDS), ("Kündigungsdatum", "left_on", DAYS)],
)
def test_a_column_of_customers_is_known_by_its_usual_names(name, ours, cells):
    assert recognised("customers", {name: cells})[ours][0] == name


def test_how_sure_a_match_is_depends_on_what_speaks_for_it():
    sample = {"customer_id": WORDS, "Qty": NUMBERS, "Order ID": WORDS, "my product": WORDS, "Wonders": DAYS}
    assert recognised("transactions", sample) == {
        "customer_id": ("customer_id", "certain"),
        "quantity": ("Qty", "certain"),
        "invoice_id": ("Order ID", "likely"),
        "ordered_at": ("Wonders", "a guess"),
    }


def test_what_is_named_by_hand_wins_over_every_name():
    found = recognised("customers", {"customer_id": WORDS, "id": WORDS}, {"customer_id": "id"})
    assert found == {"customer_id": ("id", "set by hand")}


def test_the_exact_name_wins_over_a_usual_one_before_it():
    assert recognised("customers", {"CustomerNo": WORDS, "Customer ID": WORDS})["customer_id"][0] == "Customer ID"


def test_of_two_usual_names_the_more_usual_one_wins():
    assert recognised("transactions", {"order": WORDS, "invoice": WORDS})["invoice_id"][0] == "invoice"


def test_a_usual_name_above_other_cells_is_no_match():
    assert "age" not in recognised("customers", {"Customer Age": ["young", "old"]})
    assert "ordered_at" not in recognised("transactions", {"day": ["Monday", "Tuesday"]})


def test_a_column_can_be_only_one_of_ours():
    found = recognised("transactions", {"item name": WORDS})
    assert [ours for ours, (theirs, _) in found.items() if theirs == "item name"] == ["product"]


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("Loyalty Points", "loyalty_points"), ("SpendingScore", "spending_score"), ("Größe", "grosse"),
        ("Größe ($) 2", "grosse_2"), ("סוג לקוח", "סוג_לקוח"), ("客户 类型", "客户_类型"), ("한국어", "한국어"),
        ("हिन्दी ग्राहक", "हिन्दी_ग्राहक"), ("Størrelse", "størrelse"), ("😀", "column"), ("$ _ %", "column"),
    ],
)  # fmt: skip
def test_an_attribute_gets_a_name_of_small_letters(name, ours):
    assert columns.ours_for(name) == ours


def test_invoice_lines_are_told_from_a_customer_list():
    assert (
        which_table.likely_table(dict.fromkeys(["InvoiceNo", "Quantity", "UnitPrice", "InvoiceDate", "CustomerID"], ()))
        == "transactions"
    )
    assert (
        which_table.likely_table(dict.fromkeys(["CustomerID", "Age", "Gender", "Annual Income (k$)"], ()))
        == "customers"
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"age": "Alter"}, "shop.csv has no column 'Alter'; it has 'Name': "),
        ({"Age!": "Name"}, "`Age!` cannot be a column's name"),
        ({"age": "Name", "gender": "Name"}, "column 'Name' is named for `age` and `gender`"),
    ],
)
def test_a_wrong_name_by_hand_is_refused(given, said):
    with pytest.raises(StudyError) as caught:
        recognised("customers", {"Name": WORDS}, given)
    assert said in str(caught.value)
    assert caught.value.setting == "source.columns.customers"

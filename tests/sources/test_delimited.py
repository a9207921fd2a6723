import pandas as pd
import pytest

from customer_segments.base.errors import StudyError

PLAIN = "customer_id,location,age\na,Bern,20\nb,Rome,30\n"


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(shop, sign):
    usual = shop.customers(PLAIN)
    pd.testing.assert_frame_equal(shop.customers(PLAIN.replace(",", sign)), usual)


def test_the_delimiter_is_the_one_that_cuts_rows_alike(shop):
    found = shop.customers("customer_id;note\na;red, green, blue\nb;one, two\n")
    assert found["note"].tolist() == ["red, green, blue", "one, two"]


def test_excels_own_word_on_the_delimiter_counts_and_is_no_header(shop):
    assert shop.customers("sep=;\ncustomer_id;note\na;x,y\n")["note"].tolist() == ["x,y"]


def test_a_delimiter_set_by_hand_counts(shop):
    assert shop.customers(PLAIN.replace(",", "!"), delimiter="!")["age"].tolist() == [20, 30]


def test_blank_lines_above_the_header_do_no_harm(shop):
    assert shop.customers(f"\n\n{PLAIN}")["row"].tolist() == [1, 2]


def test_quotes_delimiters_and_line_ends_within_cells_stay(shop):
    found = shop.customers('customer_id,note\na,"one, ""two""\nthree"\nb,x\n')
    assert found["note"].tolist() == ['one, "two"\nthree', "x"]


def test_empty_columns_without_a_name_are_left_out_and_filled_ones_called_by_their_place(shop):
    assert "column_2" not in shop.customers("customer_id,\na,\nb,\n")
    assert shop.customers("customer_id,\na,x\nb,\n")["column_2"].fillna("").tolist() == ["x", ""]


def test_broken_rows_keep_their_numbers_reasons_and_content(shop):
    found = shop.customers("customer_id,age\na,20\nb\nc,1,2\nd,50\n")
    assert found["row"].tolist() == [1, 4]
    assert shop.broken() == [
        ("customers", 2, "it has 1 cell, and the header has 2", "b"),
        ("customers", 3, "it has 3 cells, and the header has 2", "c,1,2"),
    ]
    assert shop.source()["tables"]["customers"]["rows"] == 4


@pytest.mark.parametrize(
    ("content", "format", "said"),
    [
        ("\n\n", {}, "customers.csv is empty"),
        ("customer_id,age\n", {}, "customers.csv has a header and no rows"),
        ("customer_id,age\nx\n", {}, "has a header and no row that can be used"),
        ("customer_id,age,age\na,1,2\n", {}, "two columns called 'age' (columns 2 and 3)"),
        (PLAIN, {"delimiter": ";"}, "customers.csv has no semicolon in its first lines"),
    ],
)
def test_what_is_no_table_is_refused(shop, content, format, said):
    with pytest.raises(StudyError) as caught:
        shop.customers(content, **format)
    assert said in str(caught.value)

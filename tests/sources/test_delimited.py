import pandas as pd
import pytest

from customer_segments.base.errors import StudyError
from customer_segments.sources import part
from customer_segments.sources.delimited import row_by_row
from customer_segments.sources.part import BrokenRow

OPEN = "a quote opens in it and does not close"
PLAIN = "customer_id,location,age\na,Bern,20\nb,Rome,30\n"


@pytest.mark.parametrize("sign", [",", ";", "\t", "|", "~"])
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


def test_pairs_of_a_name_and_its_value_stand_above_a_wider_header(shop):
    rows = "".join(f"k{number};Bern;{20 + number};red;x\n" for number in range(9))
    found = shop.customers(
        f"Konto;DE12\nStand vom 1. M\u00e4rz;4.211 \u20ac\ncustomer_id;location;age;colour;note\n{rows}"
    )
    assert found["age"].tolist() == [20.0 + number for number in range(9)]


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


@pytest.mark.parametrize(("broken", "whole", "refused"), [(30, 10, True), (30, 40, False), (9, 0, False)])
def test_where_most_of_very_many_rows_are_broken_the_file_is_read_wrongly(monkeypatch, shop, broken, whole, refused):
    monkeypatch.setattr(part, "MOST_BROKEN", 20)
    content = "customer_id,age\n" + "a,20\n" * (whole + 1) + "b\n" * broken
    if refused:
        with pytest.raises(StudyError, match=r"customers\.csv: more than half of its rows .*row 12: it has 1"):
            shop.customers(content)
    else:
        shop.customers(content)
        assert len(shop.broken()) == broken


def read_rows(tmp_path, content, width=2):
    path = tmp_path / "shop.csv"
    path.write_bytes(f"id,place\n{content}".encode())
    return list(row_by_row(path, 1, ",", width))


def test_rows_of_the_headers_width_are_cells_and_empty_ones_are_missing(tmp_path):
    assert read_rows(tmp_path, 'a, Bern \r\nb,\n"c,d","""x"""\n') == [["a", "Bern"], ["b", None], ["c,d", '"x"']]


def test_blank_lines_are_no_rows(tmp_path):
    assert read_rows(tmp_path, "\na,1\n  \n\t\nb,2\n\n") == [["a", "1"], ["b", "2"]]


def test_rows_of_another_width_are_put_aside_with_the_reason(tmp_path):
    assert read_rows(tmp_path, "a\nb,2,3\nc,3,,\n") == [
        BrokenRow("it has 1 cell, and the header has 2", "a\n"),
        BrokenRow("it has 3 cells, and the header has 2", "b,2,3\n"),
        ["c", "3"],
    ]


def test_line_ends_within_quotes_are_part_of_the_cell(tmp_path):
    assert read_rows(tmp_path, 'a,"Bern\r\nold town"\nb,2\n') == [["a", "Bern\r\nold town"], ["b", "2"]]


def test_a_quote_that_does_not_close_costs_only_its_line(tmp_path):
    assert read_rows(tmp_path, 'a,"Bern\nb,2\nc,3\n') == [BrokenRow(OPEN, 'a,"Bern\n'), ["b", "2"], ["c", "3"]]


def test_a_quote_that_swallows_a_hundred_lines_costs_only_its_line(tmp_path):
    many = "b,2\n" * 150
    found = read_rows(tmp_path, f'a,"Bern\n{many}c,"3"\n')
    assert found[0] == BrokenRow(OPEN, 'a,"Bern\n')
    assert found[1:] == [["b", "2"]] * 150 + [["c", "3"]]


def test_a_quote_within_a_cell_is_a_sign_like_others(tmp_path):
    assert read_rows(tmp_path, 'a,5" pipe\nb,2\n') == [["a", '5" pipe'], ["b", "2"]]


def test_a_cell_beyond_all_reason_is_put_aside(tmp_path):
    (found,) = read_rows(tmp_path, f"a,{'x' * 100_001}\n")
    assert found.reason == "it has a cell of more than 100,000 signs"


def test_a_line_of_the_formats_own_does_not_hide_the_delimiter(shop):
    rows = "".join(f"c{number};{number},50;Bern\n" for number in range(9))
    found = shop.customers(f'"EXTF";700;21;"x";13;2024\ncustomer_id;income;location\n{rows}')
    assert found["income"].tolist()[:2] == [0.5, 1.5]


def test_of_two_lines_of_names_the_lower_one_is_the_header(shop):
    rows = "".join(f"c{number},{number},{20 + number}\n" for number in range(9))
    assert shop.customers(f",X1,X2\ncustomer_id,income,age\n{rows}")["age"].tolist()[:2] == [20, 21]


def test_a_first_row_of_texts_below_the_header_stays_a_row(shop):
    rows = "".join(f"c{number},{number},{20 + number}\n" for number in range(9))
    assert len(shop.customers(f"customer_id,income,age\nnone,none,{9}\n{rows}")) == 10


def test_cells_of_several_words_below_names_of_one_are_cut_by_their_places(shop):
    rows = [("customer_id", "street", "age"), *((f"c{n}", f"{n} High Street", str(20 + n)) for n in range(5, 29))]
    found = shop.customers("".join(f"{one:<13}{two:<16}{three}\n" for one, two, three in rows))
    assert found["street"].tolist()[:2] == ["5 High Street", "6 High Street"]
    assert found["age"].tolist()[:2] == [25, 26]

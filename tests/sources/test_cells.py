"""How cells are written: the whole way from a file of text to the collected values."""

from datetime import datetime

import pandas as pd
import pytest

HEADER = "invoice_id;quantity;unit_price;ordered_at;customer_id\n"


def prices(shop, *written, **format):
    rows = "".join(f"A{row};1;{cell};2024-01-05;c\n" for row, cell in enumerate(written, 1))
    return shop.transactions(HEADER + rows, **format)["unit_price"].tolist()


def times(shop, *written, **format):
    rows = "".join(f"A{row};1;2.5;{cell};c\n" for row, cell in enumerate(written, 1))
    return [None if pd.isna(t) else t.to_pydatetime() for t in shop.transactions(HEADER + rows, **format)["ordered_at"]]


def test_decimal_commas(shop):
    assert prices(shop, "9,50", "1.234,56", "7", "1.234.567,8") == [9.5, 1234.56, 7, 1234567.8]


def test_decimal_points(shop):
    assert prices(shop, "9.50", "1,234.56", "7", "1e2") == [9.5, 1234.56, 7, 100]


def test_the_decimal_sign_can_be_set_by_hand(shop):
    assert prices(shop, "1,234", "2,500", decimal=".") == [1234, 2500]
    assert prices(shop, "1,234", "2,500", decimal=",") == [1.234, 2.5]


def test_currencies_and_every_kind_of_minus(shop):
    written = ("9.50", "£1.25", "3.75 €", "EUR 4.5", "(5.25)", "6.25-", "-7.5", "−8.5", "+9.5")
    assert prices(shop, *written) == [9.5, 1.25, 3.75, 4.5, -5.25, -6.25, -7.5, -8.5, 9.5]


def test_apostrophes_and_blanks_between_thousands(shop):
    assert prices(shop, "1'234.50", "1’234.50", "1 234.50", "1\u202f234.50") == [1234.5] * 4


def test_what_is_no_number_is_named_as_unreadable_and_a_missing_one_is_not(shop):
    table = shop.transactions(HEADER + "A1;two;9.5;2024-01-05;c\nA2;n/a;-;2024-01-05;c\nA3;inf;1;2024-01-05;c\n")
    assert table["unreadable"].fillna("").tolist() == ["quantity: two", "", "quantity: inf"]
    assert table["quantity"].isna().all()


@pytest.mark.parametrize(
    ("written", "first"),
    [
        (("05/01/2024", "25/01/2024"), datetime(2024, 1, 5)), (("01/05/2024", "01/25/2024"), datetime(2024, 1, 5)),
        (("05.01.24", "25.01.24"), datetime(2024, 1, 5)), (("5 Jan 2024", "Jan 6, 2024"), datetime(2024, 1, 5)),
        (("20240105", "20240106"), datetime(2024, 1, 5)), (("45296", "45297"), datetime(2024, 1, 5)),
        (("45296.75", "45297"), datetime(2024, 1, 5, 18)), (("1704448800", "1704448801"), datetime(2024, 1, 5, 10)),
        (("1704448800000", "1704448801000"), datetime(2024, 1, 5, 10)),
        (("05/01/2024 6:30 PM", "25/01/2024 7:00 AM"), datetime(2024, 1, 5, 18, 30)),
        # The clock on the shop's wall counts, wherever the shop is.
        (("2024-01-05T10:00:00+02:00", "2024-01-05T10:00:00Z"), datetime(2024, 1, 5, 10)),
    ],
)  # fmt: skip
def test_times_are_read_as_they_are_written(shop, written, first):
    assert times(shop, *written)[0] == first


def test_a_day_that_could_be_either_is_read_day_first_and_told_as_a_doubt(shop):
    assert times(shop, "05/01/2024", "06/02/2024")[0] == datetime(2024, 1, 5)
    assert shop.source()["tables"]["transactions"]["writing"]["doubts"] == ["ordered_at"]


def test_month_first_can_be_set_by_hand(shop):
    assert times(shop, "05/01/2024", "06/02/2024", day_first=False)[0] == datetime(2024, 5, 1)
    assert shop.source()["tables"]["transactions"]["writing"]["doubts"] == []


def test_days_that_do_not_exist_and_years_beyond_reason_are_unreadable(shop):
    assert times(shop, "2024-01-05", "2024-02-30", "9999-12-31") == [datetime(2024, 1, 5), None, None]


def test_ids_lose_the_point_that_a_program_gave_them_and_keep_their_zeros(shop):
    table = shop.customers("customer_id,age\n17850.0,20\n17851.0,30\n")
    assert table["customer_id"].tolist() == ["17850", "17851"]
    assert shop.customers("customer_id,age\n0001,20\n0002,30\n")["customer_id"].tolist() == ["0001", "0002"]


def test_marks_of_missing_text_are_missing_and_words_that_look_like_them_are_not(shop):
    table = shop.customers("customer_id,location\na,NULL\nb,#N/A\nc,NA\nd,-\n")
    assert table["location"].fillna("missing").tolist() == ["missing", "missing", "NA", "-"]


def test_flags_in_several_languages(shop):
    table = shop.customers("customer_id,active\na,Yes\nb,0\nc,ja\nd,NON\ne,1\nf,1\ng,1\nh,0\ni,0\nj,0\nk,maybe\n")
    assert table["active"].tolist()[:4] == [True, False, True, False]
    assert table["unreadable"].tolist()[10] == "active: maybe"


def test_blanks_around_cells_are_no_part_of_them(shop):
    table = shop.customers("customer_id,location,age\n a ,\u00a0Bern\u200b, 20 \n")
    assert table[["customer_id", "location", "age"]].values.tolist() == [["a", "Bern", 20.0]]


def test_days_in_six_digits_are_read_and_a_cell_that_is_none_is_told(shop):
    rows = "".join(f"{day:06d};A;K{day};5.00\n" for day in (930105, 931231, 50123) for _ in range(10))
    found = shop.transactions(f"date;invoice;customer_no;amount\n{rows}")
    assert [str(day.date()) for day in found["ordered_at"].unique()] == ["1993-01-05", "1993-12-31", "2005-01-23"]
    years = "".join(f"1{year:02d}{day:03d};A;K;5.00\n" for year in (22, 23) for day in (1, 365))
    found = shop.transactions(f"date;invoice;customer_no;amount\n{years}")
    assert [str(day.date()) for day in found["ordered_at"]] == ["2022-01-01", "2022-12-31", "2023-01-01", "2023-12-31"]
    late = f"date;invoice;customer_no;amount\n{rows * 1000}9301051;A;K;5.00\n"
    assert shop.transactions(late)["unreadable"].dropna().unique().tolist() == ["ordered_at: 9301051"]

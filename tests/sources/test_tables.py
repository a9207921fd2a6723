"""Tables as they are collected: derived columns, second passes, several files, and the account of it all."""

import pandas as pd
import pytest

from customer_segments.base.errors import StudyError
from customer_segments.commands.check import check

AMOUNTS = "customer_id,date,total\na,2024-01-05 10:00:00,9.50\na,2024-01-05 10:00:00,-2.00\nb,2024-01-06,0\n"


def test_a_whole_table_with_our_names_kinds_and_what_could_not_be_read(shop):
    found = shop.transactions(
        "InvoiceNo,Qty,Price,When,Client,Colour\n"
        "A1,2,9.50,2024-01-05 10:00:00,c1,red\nA2,x,1.25,31/02/2024,,7\nA3,1,1,2024-01-07,c2,\n"
        "A4,1,1,2024-01-07,c2,\n"
    )
    expected = pd.DataFrame(
        {
            "row": [1, 2, 3, 4],
            "invoice_id": ["A1", "A2", "A3", "A4"],
            "quantity": [2.0, None, 1, 1],
            "unit_price": [9.5, 1.25, 1, 1],
            "ordered_at": pd.to_datetime(["2024-01-05 10:00", None, "2024-01-07", "2024-01-07"], format="mixed"),
            "customer_id": ["c1", None, "c2", "c2"],
            "colour": ["red", "7", None, None],
            "unreadable": [None, "quantity: x; ordered_at: 31/02/2024", None, None],
        }
    )
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def test_lines_with_only_an_amount_count_as_one_and_keep_their_money(shop):
    found = shop.transactions(AMOUNTS)
    assert found["quantity"].tolist() == [1, -1, 1]
    assert found["unit_price"].tolist() == [9.5, 2, 0]
    assert found["amount"].tolist() == [9.5, -2, 0]


def test_lines_of_a_customer_at_one_time_are_one_order(shop):
    assert shop.transactions(AMOUNTS)["invoice_id"].tolist() == [
        "a 2024-01-05 10:00:00", "a 2024-01-05 10:00:00", "b 2024-01-06 00:00:00",
    ]  # fmt: skip


def test_a_price_is_worked_out_from_amount_and_quantity(shop):
    found = shop.transactions("order,qty,amount,date,customer\n1,4,10,2024-01-05,a\n2,0,5,2024-01-05,a\n")
    assert found["unit_price"].fillna(-1).tolist() == [2.5, -1]
    assert found["amount"].tolist() == [10, 5]


def test_a_price_without_a_quantity_is_one_piece(shop):
    found = shop.transactions("order,price,date,customer\n1,10,2024-01-05,a\n2,-4,2024-01-06,a\n3,,2024-01-06,a\n")
    assert found["quantity"].fillna(0).tolist() == [1, -1, 0]
    assert found["unit_price"].fillna(0).tolist() == [10, 4, 0]


LONG = 60_000  # rows; more than the sample sees of any one place


def late(header, usual, odd):
    """A file of usual rows with one odd row where the sample does not look."""
    rows = [f"c{row},{usual}\n" for row in range(1, LONG + 1)]
    rows[31_234] = f"c31235,{odd}\n"
    return f"customer_id,{header}\n{''.join(rows)}"


def test_an_attribute_whose_numbers_stop_late_becomes_text(shop):
    found = shop.customers(late("points", "12", "twelve"))
    assert found["points"].iloc[[0, 31_234]].tolist() == ["12", "twelve"]
    assert found["unreadable"].isna().all()


def test_a_number_of_the_contract_stays_one_and_the_late_word_is_named(shop):
    found = shop.customers(late("age", "12", "twelve"))
    assert found["age"].iloc[0] == 12
    assert found["unreadable"].dropna().tolist() == ["age: twelve"]


def test_months_are_put_first_once_the_whole_file_says_so(shop):
    found = shop.customers(late("signed_up_on", "05/01/2024", "05/25/2024"))
    assert found["signed_up_on"].astype(str).iloc[[0, 31_234]].tolist() == ["2024-05-01", "2024-05-25"]
    assert shop.source()["tables"]["customers"]["writing"]["days"] == "month first"


def test_days_are_not_turned_where_that_would_lose_more(shop):
    late_month = late("signed_up_on", "05/01/2024", "05/25/2024").replace("c10,05/01", "c10,15/01")
    found = shop.customers(late_month.replace("c20,05/01", "c20,15/01"))
    assert found["unreadable"].dropna().tolist() == ["signed_up_on: 05/25/2024"]


def test_columns_kept_as_written_are_written_as_they_stand_in_the_file(shop):
    found = shop.customers(
        "customer_id,Age,Joined,Code\na,20,21/07/2022,007\nb,30,never, 8 \n", as_text=["Age", "Joined", "Code"]
    )
    expected = pd.DataFrame(
        {
            "row": [1, 2],
            "customer_id": ["a", "b"],
            "age_2": ["20", "30"],
            "joined": ["21/07/2022", "never"],
            "code": ["007", "8"],
        }
    )
    assert found.pop("unreadable").isna().all()
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)
    assert [column["kind"] for column in shop.source()["tables"]["customers"]["columns"]] == ["text"] * 4


def test_files_with_other_columns_are_refused(shop):
    shop.put("all/1.csv", "customer_id,age\na,20\n")
    shop.put("all/2.csv", "customer_id,income\nb,30\n")
    with pytest.raises(StudyError, match=r"2\.csv has other columns than 1\.csv \(it lacks 'age'\)"):
        shop.collect(customers="data/external/all")


def test_the_account_tells_how_every_column_was_taken(shop):
    shop.customers("Kundennr;Alter;Farbe\na;20;rot\nb;30;blau\n")
    account = shop.source()["tables"]["customers"]
    assert account["rows"] == 2
    assert [(c["ours"], c["theirs"], c["sureness"], c["kind"]) for c in account["columns"]] == [
        ("customer_id", "Kundennr", "likely", "text"),
        ("age", "Alter", "certain", "number"),
        ("farbe", "Farbe", "certain", "text"),
    ]
    assert account["files"][0]["encoding"] == "utf-8"
    assert account["files"][0]["delimiter"] == "semicolon"


@pytest.mark.parametrize(
    ("odd", "other", "written", "told"),
    [
        ("engagement_score", "score", "x", "engagement_score: x"),
        ("engagement_score", "age", "age: 5", "engagement_score: age: 5"),
        ("engagement_score", "age", "; age: 5", "engagement_score: ;\u00a0age: 5"),
        ("engagement_score", "age", "1; age: 5; age: 6", "engagement_score: 1;\u00a0age: 5;\u00a0age: 6"),
        ("age", "engagement_score", "x; ", "age: x;"),
        ("age", "engagement_score", "x\n; engagement_score: 5", "age: x\n;\u00a0engagement_score: 5"),
    ],
)
def test_an_unreadable_cell_is_told_of_its_own_column_whatever_stands_in_it(shop, odd, other, written, told):
    rows = "".join(f'c{n},{n},"{written if n == 25 else n}"\n' for n in range(20, 30))
    table = shop.customers(f"customer_id,{other},{odd}\n{rows}")
    assert table["unreadable"].dropna().tolist() == [told]
    assert table[other].tolist() == list(range(20, 30))
    said = check(["data/external/customers.csv"], base=shop.folder)
    assert f" {odd}: 1 cell cannot be read" in said
    assert f" {other}: 1 cell" not in said


@pytest.mark.parametrize("column", ["quantity", "ordered_at"])
@pytest.mark.parametrize("written", ["ordered_at: 25/12/2024", "; ordered_at: x", "unknown"])
def test_one_bad_cell_does_not_turn_days_into_months(shop, column, written):
    lines = [{"quantity": "2", "ordered_at": f"0{day}/0{day + 1}/2024"} for day in range(1, 6)]
    lines[2][column] = written
    rows = "".join(f"A{n},{line['ordered_at']},{line['quantity']},9,c\n" for n, line in enumerate(lines))
    table = shop.transactions(f"invoice_id,ordered_at,quantity,unit_price,customer_id\n{rows}")
    right = [2, 3, 4, 5, 6] if column == "quantity" else [2, 3, 5, 6]
    assert table["ordered_at"].dt.month.dropna().tolist() == right
    assert len(table["unreadable"].dropna()) == 1


def test_an_offset_that_only_one_late_row_has_is_read_and_told(shop):
    found = shop.customers(late("signed_up_on", "2024-01-05 10:00:00", "2024-01-06 23:30:00+05:30"))
    assert found["signed_up_on"].astype(str).iloc[[0, 31_234]].tolist() == ["2024-01-05", "2024-01-06"]
    assert found["unreadable"].isna().all()
    assert shop.source()["tables"]["customers"]["writing"]["offsets"] == {"signed_up_on": ["+05:30", "none"]}


def test_a_late_clock_without_the_offset_of_all_others_is_read_and_told(shop):
    found = shop.customers(late("signed_up_on", "2024-01-05T10:00:00Z", "2024-01-06 23:30"))
    assert found["signed_up_on"].astype(str).iloc[[0, 31_234]].tolist() == ["2024-01-05", "2024-01-06"]
    assert shop.source()["tables"]["customers"]["writing"]["offsets"] == {"signed_up_on": ["+00:00", "none"]}


def test_a_late_offset_does_not_put_months_first(shop):
    found = shop.customers(late("signed_up_on", "05/01/2024 10:00", "06/01/2024 10:00 +02:00"))
    assert found["signed_up_on"].astype(str).iloc[[0, 31_234]].tolist() == ["2024-01-05", "2024-01-06"]
    assert shop.source()["tables"]["customers"]["writing"]["days"] == "day first"


LIST = "Client,Age,City\n" + "".join(f"C{n},{20 + n},Bonn\n" for n in range(1, 31))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("Client,Age,City\nC31,50,Rome\n", "row 31 is the header again"),
        ("Product,Price,Stock\nP1,5,2\n", r"row 31 \('Product', 'Price', 'Stock'\) reads like the header of another"),
        ("\n\nShop,,Town\n7,,Rome\n", r"row 31 \('Shop', 'Town'\) reads like the header of another table"),
    ],
)
def test_a_list_with_a_header_in_its_midst_is_refused_with_its_row(shop, more, said):
    with pytest.raises(StudyError, match=said):
        shop.customers(LIST + more)


@pytest.mark.parametrize(
    "more",
    ["TEST,unknown,nowhere\nC31,50,Rome\n", "anna,unknown,Rome\n", "D1,50,Rome\n", ",Total,\n", "Client,60,Rome\n"],
)
def test_a_row_that_is_merely_odd_is_collected(shop, more):
    assert len(shop.customers(LIST + more)) == 31 + more.count("C31")


def test_ids_that_are_words_are_no_headers(shop):
    names = "".join(f"{first} {last},{20},Bonn\n" for first in ("Ann", "Bo", "Cy") for last in ("Lee", "May", "Noe"))
    assert len(shop.customers(f"Client,Age,City\n{names}Una Poe,old,Rome\nDee Lee,30,Rome\n")) == 11

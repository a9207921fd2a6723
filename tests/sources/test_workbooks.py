import pytest

from customer_segments.base.errors import StudyError
from tests.malformed.packed import Fault, flipped, workbook

HEADER = ["customer_id", "location", "age"]
ROWS = [HEADER, ["a", "Bern", 20], ["b", "Rome", 30.5]]


def read(shop, sheets, **format):
    return shop.customers(workbook(sheets), "shop.xlsx", **format)


def test_cells_keep_their_values(shop):
    assert read(shop, {"Customers": ROWS})[HEADER].values.tolist() == [["a", "Bern", 20.0], ["b", "Rome", 30.5]]
    assert shop.source()["tables"]["customers"]["files"][0]["sheet"] == "Customers"


def test_ids_that_are_numbers_lose_the_point_that_workbooks_give_them(shop):
    assert read(shop, {"Customers": [["customer_id"], [17850], [17851]]})["customer_id"].tolist() == ["17850", "17851"]


def test_rows_that_are_wholly_empty_are_none_and_short_ones_are_filled(shop):
    found = read(shop, {"Customers": [[], HEADER, ["a"], [], ["b", "Rome", 30]]})
    assert found[HEADER].astype(object).fillna("").values.tolist() == [["a", "", ""], ["b", "Rome", 30.0]]
    assert found["row"].tolist() == [1, 2]


def test_a_cell_that_holds_an_error_is_unreadable_or_missing_and_no_number(shop):
    found = read(shop, {"Customers": [HEADER, ["a", "Bern", Fault("#DIV/0!")], ["b", "Rome", 30]]})
    assert found["age"].fillna(-1).tolist() == [-1, 30]


def test_a_sheet_can_be_named_and_an_empty_one_beside_does_no_harm(shop):
    assert read(shop, {"2023": [["x"], [1]], "2024": ROWS}, sheet="2024")["customer_id"].tolist() == ["a", "b"]
    assert read(shop, {"Empty": [], "2024": ROWS})["customer_id"].tolist() == ["a", "b"]


def test_a_value_beyond_the_header_breaks_its_row(shop):
    late = [[f"c{row}", "Bern", row] for row in range(1_100)]
    assert len(read(shop, {"Customers": [HEADER, *late, ["x", "Rome", 30, "beyond"]]})) == 1_100
    ((table, row, reason, content),) = shop.broken()
    assert (table, row, reason) == ("customers", 1_101, "it has a value beyond the header's 3 columns")
    assert content == '["x", "Rome", "30", "beyond"]'


@pytest.mark.parametrize(
    ("content", "format", "said"),
    [
        (
            workbook({"2023": ROWS, "2024": [["other"], [1]]}),
            {},
            "has several sheets ('2023' and '2024'): name one as `sheet`",
        ),
        (workbook({"2023": ROWS}), {"sheet": "2024"}, "has no sheet '2024'; it has '2023'"),
        (workbook({"Customers": []}), {}, "sheet 'Customers', is empty"),
        (flipped(workbook({"Customers": ROWS}), 600), {}, "is damaged, or no workbook at all"),
        (b"customer_id,age\n", {}, "is damaged, or no workbook at all"),
    ],
)
def test_what_is_no_sheet_with_a_table_is_refused(shop, content, format, said):
    with pytest.raises(StudyError) as caught:
        shop.customers(content, "shop.xlsx", **format)
    assert str(caught.value).startswith("shop.xlsx")
    assert said in str(caught.value)

from datetime import date

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from customer_segments.base import engine
from customer_segments.pages.eda import contents, decisions
from customer_segments.pages.eda.decisions import sentence
from customer_segments.steps.eda import columns
from customer_segments.steps.eda.look import Weight, in_cells
from tests.eda.looks import first_look
from tests.tables import table_of

BACKEND = engine.connect()


@pytest.fixture(scope="module")
def customers():
    rows = [
        ("1", 30.0, "web", True, date(2024, 1, 2), None),
        ("2", None, "web", True, date(2024, 3, 4), "age: 'abc'"),
        ("3", 50.0, "app", False, date(2024, 2, 1), None),
        ("4", None, "web", None, date(2024, 2, 1), "age: ?; active: maybe"),
    ]
    return table_of(BACKEND, "customer_id age preferred_channel active signed_up_on unreadable", rows)


def overview(described):
    first = first_look(overviews={"customers": described}, rows={"customers": 4})
    return contents.columns(first, "customers", "€")[0]


def test_each_column_is_described_by_its_kind_its_gaps_and_its_range(customers):
    described = columns.describe_columns(customers)
    expected = pd.DataFrame(
        [
            ("customer_id", "text", 4, 1.0, 4),
            ("age", "number", 2, 0.5, 2),
            ("preferred_channel", "category", 4, 1.0, 2),
            ("active", "flag", 3, 0.75, 2),
            ("signed_up_on", "date", 4, 1.0, 3),
        ],
        columns=["column", "kind", "rows", "filled_share", "distinct"],
    )
    assert_frame_equal(described[expected.columns], expected, check_dtype=False)
    age = described.set_index("column").loc["age"]
    assert (age["lowest"], age["median"], age["highest"]) == (30, 40, 50)
    assert described.set_index("column").loc["preferred_channel", "categories"] == [("web", 0.75), ("app", 0.25)]


def test_the_overview_is_written_in_words_and_units(customers):
    written = overview(columns.describe_columns(customers)).set_index("Column")
    assert list(written.loc["Age"]) == ["number", "50%", "2", "30 to 50, median 40"]
    assert list(written.loc["Active"]) == ["yes or no", "75%", "2", "yes 67%, no 33%"]
    assert written.loc["Signed up on", "Range, or most frequent"] == "2024-01-02 to 2024-03-04"
    assert written.loc["Preferred channel", "Range, or most frequent"] == "web 75%, app 25%"


def test_a_column_that_is_nearly_full_is_never_written_as_full():
    described = pd.DataFrame({"column": ["age"], "kind": ["text"], "rows": [99_999], "filled_share": [0.99999]})
    described = described.assign(distinct=99_999, categories=None)
    written = overview(described)
    assert written["Filled"].item() == "99.9%"
    assert written["Range, or most frequent"].item() == "all different"


def test_a_text_with_many_values_tells_in_how_many_rows_each_stands():
    many = [(str(n // 2),) for n in range(2 * columns.MOST_CATEGORIES + 4)]
    described = columns.describe_columns(table_of(BACKEND, "customer_id", many))
    assert described["kind"].item() == "text"
    assert overview(described).iloc[0, -1] == "each in 2 rows on average"
    nearly = described.assign(rows=103, distinct=102)
    assert overview(nearly).iloc[0, -1] == "nearly all different"


def test_the_caption_names_the_columns_with_most_gaps_first(customers):
    described = columns.describe_columns(customers)
    first = first_look(overviews={"customers": described}, rows={"customers": 4})
    _, caption = contents.columns(first, "customers", "€")
    assert caption == "Customers: 4 rows and 5 columns; cells are missing in Age (50%) and Active (25%)."


def test_of_many_columns_with_gaps_four_are_named():
    names = ["age", "income", "gender", "location", "active", "left_on"]
    described = pd.DataFrame({"column": names, "kind": "text", "rows": 1, "filled_share": [0.5] * 5 + [0.4]})
    first = first_look(overviews={"customers": described.assign(distinct=1, categories=None)}, rows={"customers": 2})
    _, caption = contents.columns(first, "customers", "€")
    assert caption.endswith("missing in Left on (60%), Active (50%), Age (50%), Gender (50%) and 2 others.")


def test_a_full_table_is_called_full():
    described = pd.DataFrame({"column": ["age"], "kind": ["text"], "rows": [2], "filled_share": [1.0], "distinct": [2]})
    first = first_look(overviews={"customers": described.assign(categories=None)}, rows={"customers": 1})
    assert contents.columns(first, "customers", "€")[1] == "Customers: 1 row and 1 column; every cell is filled."


def test_unreadable_cells_are_counted_by_column_with_what_stood_there(customers):
    expected = pd.DataFrame(
        [("customers", "age", 2, 0.5, ["'abc'", "?"]), ("customers", "active", 1, 0.25, ["maybe"])],
        columns=["table", "column", "rows", "share", "examples"],
    )
    unreadable = columns.unreadable_cells({"customers": customers})
    assert_frame_equal(unreadable, expected)
    content, caption = decisions.unreadable(first_look(unreadable=unreadable))
    assert list(content.iloc[0]) == ["Customers", "Age", "2", "“'abc'” and “?”"]
    assert caption == "3 cells could not be read; from here on they count as missing."
    (finding,) = in_cells(unreadable)
    assert (finding.weight, finding.share) == (Weight.MATTERS, 0.5)
    assert sentence(finding, "€") == "3 cells could not be read, in Age and Active: they count as missing."


def test_a_readable_table_has_no_unreadable_cells_and_no_finding_about_them():
    readable = table_of(BACKEND, "customer_id unreadable", [("1", None)])
    unreadable = columns.unreadable_cells({"customers": readable})
    assert unreadable.empty
    content, caption = decisions.unreadable(first_look(unreadable=unreadable))
    assert content.empty
    assert caption == "Every filled cell could be read as what its column holds."
    assert list(in_cells(unreadable)) == []


def test_a_large_table_is_thinned_to_every_so_many_th_row():
    table = table_of(BACKEND, "customer_id", [(str(n),) for n in range(10)])
    assert list(columns.thinned(table, at_most=4)["customer_id"]) == ["0", "3", "6", "9"]
    assert len(columns.thinned(table, at_most=10)) == 10


def test_values_are_counted_most_frequent_first_and_ties_by_name():
    customers = table_of(BACKEND, "customer_id gender", [("1", "f"), ("2", "m"), ("3", "f"), ("4", "d"), ("5", None)])
    expected = pd.DataFrame({"value": ["f", "d", "m"], "rows": [2, 1, 1], "share": [0.5, 0.25, 0.25]})
    assert_frame_equal(columns.category_counts(customers, "gender"), expected, check_dtype=False)


def test_what_comes_after_the_top_is_summed_up_in_one_row():
    found = pd.DataFrame({"value": ["a", "b", "c", "d"], "share": [0.4, 0.3, 0.2, 0.1]})
    expected = pd.DataFrame({"value": ["a", "b", "2 others"], "share": [0.4, 0.3, 0.3]})
    assert_frame_equal(columns.pooled(found, "share", top=2), expected)


def test_a_single_value_after_the_top_keeps_its_name():
    found = pd.DataFrame({"value": ["a", "b", "c"], "share": [0.5, 0.3, 0.2]})
    assert_frame_equal(columns.pooled(found, "share", top=2), found)


def test_shares_are_those_of_columns_of_categories_only():
    overview = pd.DataFrame(
        {"column": ["gender", "age"], "kind": ["category", "number"], "categories": [[("f", 0.75), ("m", 0.25)], None]}
    )
    shares = columns.category_shares({"customers": overview}, top=5)
    expected = pd.DataFrame(
        [("customers", "gender", "f", 0.75), ("customers", "gender", "m", 0.25)],
        columns=["table", "column", "value", "share"],
    )
    assert_frame_equal(shares, expected)
    _, _, alt, title = contents.category_bars(first_look(categories=shares))
    assert title == "Gender is the most one-sided: “f” in 75% of rows"
    assert "Gender: f 75% and m 25%" in alt


def test_a_study_without_categories_has_no_shares():
    overview = pd.DataFrame({"column": ["age"], "kind": ["number"], "categories": [None]})
    assert columns.category_shares({"customers": overview}, top=5).empty

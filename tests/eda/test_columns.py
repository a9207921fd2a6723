from datetime import date

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from customer_segments.base import engine
from customer_segments.steps.eda import columns
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
    written = columns.columns_for_readers(columns.describe_columns(customers), "€").set_index("Column")
    assert list(written.loc["Age"]) == ["number", "50%", "2", "30 to 50, median 40"]
    assert list(written.loc["Active"]) == ["yes or no", "75%", "2", "yes 67%, no 33%"]
    assert written.loc["Signed up on", "Range, or most frequent"] == "2024-01-02 to 2024-03-04"
    assert written.loc["Preferred channel", "Range, or most frequent"] == "web 75%, app 25%"


def test_a_column_that_is_nearly_full_is_never_written_as_full():
    described = pd.DataFrame({"column": ["age"], "kind": ["text"], "rows": [99_999], "filled_share": [0.99999]})
    described = described.assign(distinct=99_999, categories=None)
    written = columns.columns_for_readers(described, "€")
    assert written["Filled"].item() == "99.9%"
    assert written["Range, or most frequent"].item() == "all different"


def test_a_text_with_many_values_tells_in_how_many_rows_each_stands():
    many = [(str(n // 2),) for n in range(2 * columns.MOST_CATEGORIES + 4)]
    described = columns.describe_columns(table_of(BACKEND, "customer_id", many))
    assert described["kind"].item() == "text"
    assert columns.columns_for_readers(described, "€").iloc[0, -1] == "each in 2 rows on average"
    nearly = described.assign(rows=103, distinct=102)
    assert columns.columns_for_readers(nearly, "€").iloc[0, -1] == "nearly all different"


def test_the_caption_names_the_columns_with_most_gaps_first(customers):
    caption = columns.columns_caption("customers", columns.describe_columns(customers), 4)
    assert caption == "Customers: 4 rows and 5 columns; cells are missing in Age (50%) and Active (25%)."


def test_unreadable_cells_are_counted_by_column_with_what_stood_there(customers):
    expected = pd.DataFrame(
        [("customers", "age", 2, 0.5, ["'abc'", "?"]), ("customers", "active", 1, 0.25, ["maybe"])],
        columns=["table", "column", "rows", "share", "examples"],
    )
    unreadable = columns.unreadable_cells({"customers": customers})
    assert_frame_equal(unreadable, expected)
    assert columns.unreadable_caption(unreadable).startswith("3 cells could not be read")
    assert len(columns.unreadable_findings(unreadable)) == 1


def test_a_readable_table_has_no_unreadable_cells_and_no_finding_about_them():
    readable = table_of(BACKEND, "customer_id unreadable", [("1", None)])
    unreadable = columns.unreadable_cells({"customers": readable})
    assert unreadable.empty
    assert columns.unreadable_for_readers(unreadable).empty
    assert columns.unreadable_findings(unreadable) == []


def test_a_large_table_is_thinned_to_every_so_many_th_row():
    table = table_of(BACKEND, "customer_id", [(str(n),) for n in range(10)])
    assert list(columns.thinned(table, at_most=4)["customer_id"]) == ["0", "3", "6", "9"]
    assert len(columns.thinned(table, at_most=10)) == 10


def test_facts_for_comparing_runs_hold_only_what_is_not_trivial(customers):
    hits = pd.DataFrame({"check": ["repeated"], "rows": [2]})
    assert columns.facts(columns.describe_columns(customers), 4, hits) == {
        "rows": 4,
        "columns": 5,
        "missing_share": {"age": 0.5, "active": 0.25},
        "need_a_decision": {"repeated": 2},
    }

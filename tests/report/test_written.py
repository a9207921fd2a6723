"""Tables are written once for a reader, in the report as on the Explorer's pages."""

import pandas as pd

from customer_segments.pages.report.written import told


def test_a_table_is_told_with_its_columns_of_numbers():
    table = pd.DataFrame(
        {"": ["Segment 1", "Segment 2"], "Share": ["5%", "–"], "Days": [1234.6, 2], "Half": ["3 d", "1"]}
    )
    assert told(table, "What it says.") == {
        "caption": "What it says.",
        "columns": ["", "Share", "Days", "Half"],
        "numeric": [False, True, True, False],
        "rows": [["Segment 1", "5%", "1,235", "3 d"], ["Segment 2", "–", "2", "1"]],
    }


def test_intervals_stand_right_as_numbers_do():
    cells = {"Between": ["€1.51 million to €2.66 million", "–"], "With its ends": ["71% (64% to 77%)", "−3 (−4 to 0)"]}
    letters = {
        "In francs": ["CHF\u00a01.51 to CHF\u00a02.66 billion", "−CHF\u00a03.00"],
        "In reais": ["R$12", "R$1.20 million"],
    }
    others = {"When": ["2 days to 3 days", "–"], "How many": ["3 to 4", "20 or more"], "Which": ["Q3", "AB-12"]}
    assert told(pd.DataFrame(cells | letters | others), "")["numeric"] == [True] * 4 + [False] * 3


def test_a_table_of_nothing_has_no_rows():
    assert told(pd.DataFrame(), "Nothing.") == {"caption": "Nothing.", "columns": [], "numeric": [], "rows": []}

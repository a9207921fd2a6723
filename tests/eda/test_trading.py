import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from customer_segments.base import engine
from customer_segments.base.errors import StudyError
from customer_segments.pages.eda import contents
from customer_segments.pages.eda.decisions import sentence
from customer_segments.steps.eda import trading
from customer_segments.steps.eda.look import Weight, in_time
from tests.tables import table_of

BACKEND = engine.connect()


@pytest.fixture(scope="module")
def lines():
    rows = [
        ("1", "Toys", 2.0, 0.1, "2024-01-31 10:15"),
        ("1", "Toys", 1.0, 0.1, "2024-01-31 10:45"),
        ("2", "Books", -1.0, 5.0, "2024-03-02 16:00"),
        ("3", None, 1.0, 20.0, "2024-03-02 16:30"),
        ("3", "Books", 1.0, 7.0, None),
    ]
    return table_of(BACKEND, "customer_id category quantity unit_price ordered_at", rows)


@pytest.fixture(scope="module")
def traded(lines):
    return trading.trading_of(lines, top=3)


def days_of(*days: str) -> pd.DataFrame:
    return pd.DataFrame({"day": pd.to_datetime(list(days)).astype("datetime64[us]"), "lines": 1, "revenue": 10.0})


def test_a_day_sums_its_lines_and_takes_returns_off(lines):
    expected = days_of("2024-01-31", "2024-03-02").assign(lines=[2, 2], revenue=[0.3, 15.0])
    assert_frame_equal(trading.trading_days(lines), expected, check_exact=True)


def test_without_a_readable_time_a_person_is_told_what_to_mend():
    timeless = table_of(BACKEND, "customer_id quantity unit_price ordered_at", [("1", 1.0, 2.0, None)])
    with pytest.raises(StudyError, match="ordered_at"):
        trading.trading_days(timeless)


def test_months_without_a_line_are_there_and_cut_ones_are_marked(traded):
    expected = pd.DataFrame(
        {
            "month": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01"]),
            "lines": [2, 0, 2],
            "revenue": [0.3, 0.0, 15.0],
            "whole": [False, True, False],
        }
    )
    assert_frame_equal(traded.months, expected, check_dtype=False)
    _, caption, alt, title = contents.months(traded, "€")
    assert caption.startswith("Revenue as received, returns taken off, by month.")
    assert "Lines run from 2024-01-31 to 2024-03-02 (32 days, 30 of them without a line)." in caption
    assert "January 2024 and March 2024 are not covered whole and drawn pale." in caption
    assert title == "March 2024 brought most: €15.00"
    assert "in each of 3 months, from €0 to €15.00" in alt


def test_a_month_is_whole_if_trading_starts_and_stops_within_a_few_days_of_its_ends():
    assert trading.months(days_of("2024-01-04", "2024-01-28"))["whole"].all()
    assert not trading.months(days_of("2024-01-05", "2024-02-29"))["whole"].iloc[0]


def test_a_pause_is_more_than_a_week_without_a_line():
    days = days_of("2024-01-01", "2024-01-09", "2024-01-18", "2024-02-18")
    expected = pd.DataFrame(
        {
            "first_day": pd.to_datetime(["2024-01-19", "2024-01-10"]),
            "last_day": pd.to_datetime(["2024-02-17", "2024-01-17"]),
            "days": [30, 8],
        }
    )
    assert_frame_equal(trading.pauses(days), expected, check_dtype=False)


def test_coverage_counts_both_ends():
    assert trading.coverage(days_of("2024-01-01", "2024-01-03")) == {
        "first_day": "2024-01-01",
        "last_day": "2024-01-03",
        "days_covered": 3,
        "days_without_lines": 1,
    }


def noticed(*days: str) -> list[tuple[Weight, str]]:
    found = days_of(*days)
    part = {"days": found, "months": trading.months(found), "coverage": trading.coverage(found)}
    looked = trading.Trading(**part, weekdays=None, hours=None, sold=None, revenue=None)
    return [(finding.weight, sentence(finding, "€")) for finding in in_time(looked)]


def test_findings_tell_of_pauses_cut_months_and_short_data():
    assert noticed("2024-01-01", "2024-02-10") == [
        (Weight.MATTERS, "February 2024 is not covered whole: do not compare with other months."),
        (Weight.DISTORTS, "No line from 2024-01-02 to 2024-02-09 (39 days): closed, or not exported?"),
        (Weight.MATTERS, "The data covers 41 days, less than a year: seasons cannot be told from trends."),
    ]
    _, (_, longest), _ = noticed("2024-01-01", "2024-01-10", "2024-02-10")
    assert "(30 days, the longest of 2 pauses of more than a week)" in longest
    every_day = pd.date_range("2024-01-01", "2025-12-31").strftime("%Y-%m-%d")
    assert noticed(*every_day) == []


def test_weekdays_and_hours_are_shares_of_lines(traded):
    assert traded.weekdays.set_index("weekday")["share"].to_dict() == {
        "Monday": 0, "Tuesday": 0, "Wednesday": 0.5, "Thursday": 0, "Friday": 0, "Saturday": 0.5, "Sunday": 0,
    }  # fmt: skip
    assert traded.hours[traded.hours["share"] > 0].values.tolist() == [[10, 0.5], [16, 0.5]]
    _, caption, _, title = contents.rhythm(traded)
    assert title == "Wednesday is the busiest day, with 50% of lines"
    assert "The busiest hour is 10:00 to 11:00 (50%)." in caption


def test_times_at_midnight_only_have_no_hours():
    rows = [("1", 1.0, 2.0, "2024-01-31 00:00"), ("1", 1.0, 2.0, "2024-02-01 00:00")]
    looked = trading.trading_of(table_of(BACKEND, "customer_id quantity unit_price ordered_at", rows), top=3)
    assert looked.hours.empty
    _, caption, alt, _ = contents.rhythm(looked)
    assert "The times carry no hour." in caption
    assert "by hour" not in caption
    assert "by hour" not in alt
    assert (looked.sold, looked.revenue) == (None, None)


def test_revenue_is_summed_by_value_largest_first_and_the_rest_pooled(lines, traded):
    expected = pd.DataFrame(
        {
            "value": ["(not named)", "Books", "Toys"],
            "revenue": [20.0, 2.0, 0.3],
            "share": [20 / 22.3, 2 / 22.3, 0.3 / 22.3],
        }
    )
    assert traded.sold == "category"
    assert_frame_equal(traded.revenue, expected)
    assert list(trading.revenue_by(lines, "category", top=1)["value"]) == ["(not named)", "2 others"]
    _, caption, alt, title = contents.revenue(traded, "€")
    assert title == "Category “(not named)” brings in most: 90% of revenue"
    assert caption == "Revenue as received, returns taken off, by category, in €. From `data/raw`."
    assert alt == "Bars of revenue by category: (not named) €20.00, Books €2.00 and Toys €0.30."

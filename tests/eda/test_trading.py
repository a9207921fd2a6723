import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from customer_segments.base import engine
from customer_segments.base.errors import StudyError
from customer_segments.steps.eda import trading
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


def days_of(*days: str) -> pd.DataFrame:
    return pd.DataFrame({"day": pd.to_datetime(list(days)).astype("datetime64[us]"), "lines": 1, "revenue": 10.0})


def test_a_day_sums_its_lines_and_takes_returns_off(lines):
    expected = days_of("2024-01-31", "2024-03-02").assign(lines=[2, 2], revenue=[0.3, 15.0])
    assert_frame_equal(trading.trading_days(lines), expected, check_exact=True)


def test_without_a_readable_time_a_person_is_told_what_to_mend():
    timeless = table_of(BACKEND, "customer_id quantity unit_price ordered_at", [("1", 1.0, 2.0, None)])
    with pytest.raises(StudyError, match="ordered_at"):
        trading.trading_days(timeless)


def test_months_without_a_line_are_there_and_cut_ones_are_marked(lines):
    months = trading.months(trading.trading_days(lines))
    expected = pd.DataFrame(
        {
            "month": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01"]),
            "lines": [2, 0, 2],
            "revenue": [0.3, 0.0, 15.0],
            "whole": [False, True, False],
        }
    )
    assert_frame_equal(months, expected, check_dtype=False)
    caption = trading.months_caption(months, trading.trading_days(lines))
    assert "January 2024 and March 2024 are not covered whole and drawn pale." in caption
    assert "March 2024 brought most." in caption
    assert "from €0 to €15.00" in trading.months_alt(months, "€")


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


def test_findings_tell_of_pauses_cut_months_and_short_data():
    sentences = [finding.sentence for finding in trading.coverage_findings(days_of("2024-01-01", "2024-02-10"))]
    assert sentences == [
        "February 2024 is not covered whole: do not compare with other months.",
        "No line from 2024-01-02 to 2024-02-09 (39 days): closed, or not exported?",
        "The data covers 41 days, less than a year: seasons cannot be told from trends.",
    ]
    every_day = pd.date_range("2024-01-01", "2025-12-31").strftime("%Y-%m-%d")
    assert trading.coverage_findings(days_of(*every_day)) == []


def test_weekdays_and_hours_are_shares_of_lines(lines):
    weekdays, hours = trading.weekdays(trading.trading_days(lines)), trading.hours(lines)
    assert weekdays.set_index("weekday")["share"].to_dict() == {
        "Monday": 0, "Tuesday": 0, "Wednesday": 0.5, "Thursday": 0, "Friday": 0, "Saturday": 0.5, "Sunday": 0,
    }  # fmt: skip
    assert hours[hours["share"] > 0].values.tolist() == [[10, 0.5], [16, 0.5]]
    assert trading.rhythm_caption(weekdays, hours) == (
        "Wednesday is the busiest day (50% of lines), 10:00 to 11:00 the busiest hour (50%)."
    )


def test_times_at_midnight_only_have_no_hours():
    dated = table_of(BACKEND, "customer_id ordered_at", [("1", "2024-01-31 00:00"), ("1", "2024-02-01 00:00")])
    hours = trading.hours(dated)
    assert hours.empty
    weekdays = pd.DataFrame({"weekday": trading.WEEKDAYS, "share": [1.0] + [0.0] * 6})
    assert "carry no hour" in trading.rhythm_caption(weekdays, hours)


def test_revenue_is_summed_by_value_largest_first_and_the_rest_pooled(lines):
    expected = pd.DataFrame(
        {
            "value": ["(not named)", "Books", "Toys"],
            "revenue": [20.0, 2.0, 0.3],
            "share": [20 / 22.3, 2 / 22.3, 0.3 / 22.3],
        }
    )
    assert_frame_equal(trading.revenue_by(lines, "category", top=3), expected)
    assert list(trading.revenue_by(lines, "category", top=1)["value"]) == ["(not named)", "2 others"]
    assert "90% of revenue" in trading.revenue_caption(expected, "category")
    assert trading.thing_sold(lines) == "category"
    assert trading.thing_sold(lines.drop("category")) is None

import pytest

from customer_segments.sources import amounts, guess


@pytest.mark.parametrize(
    "text", ["1", "-1.5", "1,234.50", "1.234,50", "£9.50", "EUR 3", "3 €", "(5.00)", "5.00-", "1e3", "1’234", "\u22122"]
)
def test_numbers_are_known_however_they_are_written(text):
    assert amounts.is_number(text)


@pytest.mark.parametrize("text", ["", "abc", "1-2", "12:30", "2024-01-05", "1,23,45", "--1", "(1", "٣"])
def test_what_is_no_number_is_not_taken_for_one(text):
    assert not amounts.is_number(text)


@pytest.mark.parametrize(
    ("columns", "delimiter", "sign"),
    [
        ([["9.50", "1"]], "semicolon", "."), ([["9,50", "1"]], "comma", ","), ([["1,234.50"]], None, "."),
        ([["1.234,50"]], None, ","), ([["1.234"]], "semicolon", ","), ([["1,234"]], "comma", "."), ([], None, "."),
    ],
)  # fmt: skip
def test_the_decimal_sign_is_what_the_cells_speak_for_or_goes_with_the_delimiter(columns, delimiter, sign):
    assert guess.decimal_sign(columns, delimiter) == sign


@pytest.mark.parametrize(
    ("texts", "votes"),
    [(["25/01/2024", "05/01/2024"], (1, 0)), (["01/25/2024"], (0, 1)), (["05/01/2024"], (0, 0)), (["x"], (0, 0))],
)
def test_a_number_above_twelve_says_where_the_day_stands(texts, votes):
    assert guess.day_votes(texts) == votes


def test_only_where_both_are_numbers_could_day_and_month_be_exchanged():
    assert guess.order_is_open(["05/01/2024"])
    assert not guess.order_is_open(["2024-01-05", "5 Jan 2024", "20240105"])


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ("05/01/2024", "%d/%m/%Y"), ("5.1.24", "%d.%m.%y"), ("05/01/2024 10:00", "%d/%m/%Y %H:%M"),
        ("05/01/2024 10:00:59 PM", "%d/%m/%Y %I:%M:%S %p"), ("5 Jan 2024", "%d %b %Y"),
        ("January 5, 2024", "%B %d, %Y"), ("20240105", "%Y%m%d"), ("2024.01.05", "%Y.%m.%d"),
        ("Friday, 5 January 2024", "%A, %d %B %Y"), ("Fri 05/01/2024", "%a %d/%m/%Y"), ("5.1.2024.", "%d.%m.%Y."),
        ("2024. 01. 05. 10:00", "%Y. %m. %d. %H:%M"), ("20240105;100059", "%Y%m%d;%H%M%S"),
        ("05/01/2024-10:00", "%d/%m/%Y-%H:%M"), ("05/01/2024 à 10:00", "%d/%m/%Y à %H:%M"),
        ("2024-01-05 - 10:00", "%Y-%m-%d - %H:%M"), ("5.1.2024 um 10:00", "%d.%m.%Y um %H:%M"),
        ("2024年1月5日", "%Y年%m月%d日"), ("2024년 1월 5일", "%Y년 %m월 %d일"),
    ],
)  # fmt: skip
def test_a_time_is_known_by_its_format(text, format):
    assert guess.time_formats([text], day_first=True) == (format,)


def test_iso_times_need_no_format():
    assert guess.time_formats(["2024-01-05", "2024-01-05T10:00:00Z"], day_first=True) == ()


def test_two_digit_years_are_tried_first_and_then_the_most_frequent():
    texts = ["05.01.24", "05/01/2024", "05/01/2024", "5 Jan 2024"]
    assert guess.time_formats(texts, day_first=False) == ("%m.%d.%y", "%m/%d/%Y", "%d %b %Y")


@pytest.mark.parametrize(
    "text",
    ["31/31/2024", "2024-02-30", "05/01/0024", "12", "5 Foo 2024", "32 Jan 2024", "Fri", "2024年01-05", "5.1.24."],
)
def test_what_cannot_be_a_day_is_no_time(text):
    assert guess.time_shape(text) is None


@pytest.mark.parametrize(
    ("texts", "how"),
    [
        (["45296", "45297.5"], "days since 1900"), (["45296", "45297,5"], "days since 1900"),
        (["1704448800"], "seconds since 1970"), (["1704448800000"], "milliseconds since 1970"),
        (["17", "18"], None), (["45296", "x"], None),
    ],
)  # fmt: skip
def test_numbers_that_count_days_or_seconds_are_told_by_their_size(texts, how):
    assert guess.counted(texts) == how


def test_ids_that_became_floats_are_known():
    assert guess.float_ids(["17850.0", "17851.0", "A1"])
    assert not guess.float_ids(["17850", "17851.5"])


def test_marks_of_missing_cells_do_not_speak_against_a_kind():
    assert guess.readable(["1", "n/a", "-", "2"], "number") == 1
    assert guess.readable(["n/a", "?"], "number") == 0
    assert guess.readable(["ja", "nein", "vielleicht", "1"], "flag") == 0.75


def test_years_of_two_digits_come_first_where_their_neighbours_or_the_days_of_a_whole_column_say_so():
    years_first = [f"24-0{month}-{day:02}" for month in (1, 2) for day in range(1, 29)]
    assert guess.time_formats(years_first, day_first=True) == ("%y-%m-%d",)
    assert guess.day_votes(years_first) == (0, 0)
    assert guess.time_formats(["24-01-05", "2024-01-06", "2024-01-07"], day_first=True) == ()
    days_first = [f"{day}-0{month}-24" for month in (1, 2) for day in range(13, 29)]
    assert guess.time_formats(days_first, day_first=True) == ("%d-%m-%y",)
    birthdays = [f"{day}/05/{year}" for day in (13, 14) for year in range(20, 99)]
    assert guess.time_formats(birthdays, day_first=True) == ("%d/%m/%y",)


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["2024-01-05T10:00:00+02:00", "2024-01-05T10:00:00Z"], ("+02:00", "Z")),
        (["05/01/2024 10:00 -0800", "05/01/2024 10:00", "05/01/2024"], ("", "-0800")),
        (["2024-01-05 10:00:00", "2024-01-05"], ()), (["2024-01-05T10:00:00+15:00"], ()),
    ],
)  # fmt: skip
def test_offsets_from_utc_are_seen(texts, found):
    assert guess.offsets(texts) == found


def test_offsets_are_told_in_full():
    told = ["Z", "UTC", "-00:00", "+00", "+0530", "-08", ""]
    assert [guess.in_full(each) for each in told] == [*["+00:00"] * 4, "+05:30", "-08:00", "none"]


@pytest.mark.parametrize(
    ("texts", "form"),
    [
        (["930105", "931231"], "%y%m%d"), (["311293", "050193"], "%d%m%y"), (["123009", "123365"], "1%y%j"),
        (["50123", "060101"], "%y%m%d"), (["930105", "939999"], None), (["2023", "2024"], None), ([], None),
        (["1231", "1001"], None),
    ],
)  # fmt: skip
def test_days_in_six_digits_are_known_where_all_cells_fit(texts, form):
    assert guess.in_six_digits(texts) == form


def test_a_comma_may_stand_between_the_day_and_its_clock():
    assert guess.time_shape("9/1/23, 08:12").format == "{1}/{2}/%y, %H:%M"

import html
import math
from datetime import date

import pytest

from customer_segments.base import words
from customer_segments.pages.report.written import NUMBER


@pytest.mark.parametrize(
    ("value", "written"),
    [(12345, "12,345"), (12345.6, "12,346"), (123.4, "123"), (12.34, "12.3"), (0.12345, "0.123"), (0, "0"),
     (-1.5, "−1.5"), (5.0, "5"), (0.00012, "0.00012"), (math.nan, "–"), (math.inf, "∞")],
)  # fmt: skip
def test_numbers_keep_the_digits_that_a_reader_can_use(value, written):
    assert words.number(value) == written


@pytest.mark.parametrize(
    ("share", "written"),
    [(0.123, "12%"), (1, "100%"), (16, "1,600%"), (0.004, "under 1%"), (0, "0%"), (-0.2, "−20%"), (math.nan, "–")],
)
def test_small_shares_are_not_rounded_to_nothing(share, written):
    assert words.percent(share) == written


@pytest.mark.parametrize(
    ("amount", "written"),
    [(1234.5, "€1,234"), (12.3, "€12.30"), (1_234_567, "€1.23 million"), (-50, "−€50.00"), (999_960, "€1.00 million"),
     (0, "€0"), (0.004, "€0"), (-0.004, "€0"), (0.006, "€0.01"), (16_412_345, "€16.4 million"),
     (9_996_000, "€10.0 million"), (999_950_000, "€1.00 billion"), (-20_100_000_000_000, "−€20.1 trillion")],
)  # fmt: skip
def test_money_is_written_in_its_currency(amount, written):
    assert words.money(amount, "€") == written


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [(12_345, "CHF", "CHF\u00a012,345"), (-12.3, "kr", "−kr\u00a012.30"), (50, "د.إ", "\u2068د.إ\u2069\u00a050.00"),
     (12.3, "R$", "R$12.30"), (1_500_000, "EUR", "EUR\u00a01.50 million")],
)  # fmt: skip
def test_letters_of_a_currency_stand_apart_from_the_digits(amount, currency, written):
    assert words.money(amount, currency) == written
    assert NUMBER.fullmatch(written)


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [(86.5385, "k$", "$86.5k"), (100, "k$", "$100k"), (-0.5, "kEUR", "−EUR\u00a00.5k"), (1500, "k$", "$1.50 million"),
     (0, "k$", "$0"), (12.3, "kr", "kr\u00a012.30"), (12.3, "k", "k\u00a012.30")],
)  # fmt: skip
def test_money_in_thousands_keeps_no_cents(amount, currency, written):
    assert words.money(amount, currency) == written


def test_what_nobody_knows_to_the_last_digit_is_written_in_three():
    told = [words.about(218_846, "€"), words.about(812.3, "€"), words.about(60, "€"), words.about(0, "€")]
    assert told == ["€219,000", "€812", "€60.00", "€0"]
    assert [words.about(count) for count in (1183, 117.6, math.nan)] == ["1,180", "118", "–"]


def test_millions_are_said_once_of_both_ends():
    assert words.ends(1_430_000, 2_650_000, "€") == "€1.43 to €2.65 million"
    assert words.ends(941_000, 1_700_000, "€", " and ") == "€0.94 and €1.70 million"
    assert words.ends(65_100, 1_200_000, "€") == "€65,100 to €1.20 million"
    assert words.ends(1_430, 2_650, "k€") == "€1.43 million to €2.65 million"
    assert words.ends(11_800_000, 27_400_000, "CHF") == "CHF\u00a011.8 to CHF\u00a027.4 million"
    assert words.ends(941_000_000, 1_700_000_000, "€") == "€0.94 to €1.70 billion"
    assert words.ends(101, 1_380) == "101 to 1,380"


@pytest.mark.parametrize(
    ("value", "currency", "written"),
    [(0, "€", "€0"), (0, None, "0"), (0.5, "€", "€0.50"), (500, "€", "€500"), (-20_000, "€", "−€20k"),
     (40e9, "₫", "₫40B"), (150e9, None, "150B"),
     (1.5e6, "CHF", "CHF\u00a01.5M"), (0.25, None, "0.25"), (20_000, None, "20k"),
     (9_500, None, "9,500"), (400, "k$", "$400k")],
)  # fmt: skip
def test_an_axis_has_room_for_few_letters(value, currency, written):
    assert words.few(value, currency) == written


@pytest.mark.parametrize(("level", "said"), [(80, "8 times in 10"), (95, "19 times in 20"), (99, "99 times in 100")])
def test_how_often_something_holds_is_said_in_whole_times(level, said):
    assert words.times(level) == said


def test_abbreviations_keep_their_capitals_within_a_sentence():
    assert [words.within("RFM score"), words.within("Average RFM")] == ["RFM score", "average RFM"]


def test_times_are_written_as_a_reader_says_them():
    assert (words.span(365), words.span(90), words.span(1)) == ("12 months", "90 days", "1 day")
    assert words.day(date(2011, 9, 8)) == "8 September 2011"


@pytest.mark.parametrize(
    ("hours", "written"), [(9.39, "9:23"), (0, "0:00"), (13.2, "13:12"), (23.995, "24:00"), (float("nan"), "–")]
)
def test_a_time_of_the_day_is_written_as_a_clock_shows_it(hours, written):
    assert words.clock(hours) == written


def test_lists_are_written_as_prose():
    assert [words.listed([]), words.listed(["a"]), words.listed(["a", "b"]), words.listed(["a", "b", "c"], "or")] == [
        "", "a", "a and b", "a, b or c",
    ]  # fmt: skip


def test_one_row_and_two_rows():
    assert (words.counted(1, "row"), words.counted(2000, "row"), words.counted(2, "row of x", "rows of x")) == (
        "1 row", "2,000 rows", "2 rows of x",
    )  # fmt: skip


def test_text_from_data_is_harmless_in_html_and_markdown():
    assert "<" not in words.escaped("<script>alert(1)</script>")
    assert "*" not in words.escaped("**bold** [link](x) `code`")
    assert "[" not in words.escaped("[link](x)")


def test_quotes_are_escaped_once():
    assert html.unescape(words.escaped('Ward\'s #1 <b> "&" _x_')) == 'Ward\'s #1 <b> "&" _x_'
    assert not set("'\"<>_") & set(words.escaped("Ward's <b> \"_"))


def test_p_values_are_written_with_the_digits_they_have():
    assert [words.p_value(p) for p in (0.02, 0.05, 0.001, 0.34)] == ["0.02", "0.05", "0.001", "0.34"]


def test_a_verb_follows_its_count_and_a_signed_number_keeps_its_decimals():
    assert (words.are(1), words.are(2), words.are(0)) == ("is", "are", "are")
    assert (words.signed(-0.6), words.signed(0.25, 1), words.signed(1, 2)) == ("−0.60", "0.2", "1.00")
    assert (words.signed(-0.001), words.signed(-0.0, 0)) == ("0.00", "0")


def test_a_segment_stands_inside_a_sentence():
    assert (words.segment_inline(3.0), words.segment_inline(0)) == ("segment 3", "the group not assigned")


@pytest.mark.parametrize(
    ("difference", "said"),
    [(1.0, "1 standard deviation"), (-1.004, "1 standard deviation"), (1.23, "1.2 standard deviations")],
)
def test_how_far_from_something_is_said_in_grammar(difference, said):
    assert words.deviations(difference) == said

from datetime import date

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from customer_segments.pages.eda import contents
from customer_segments.pages.eda.decisions import sentence
from customer_segments.steps.eda import columns
from customer_segments.steps.eda.look import Weight, in_pairs
from tests.eda.looks import first_look

COLUMNS = ["first", "second", "how", "strength"]


def people(seed: int = 1, rows: int = 200) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame({"age": rng.normal(45, 12, rows), "income": rng.lognormal(10, 0.5, rows)})


@pytest.mark.parametrize("seed", range(5))
def test_independent_columns_tell_different_stories(seed):
    assert columns.same_story(people(seed), 0.8).empty


@pytest.mark.parametrize("seed", range(5))
def test_a_linear_copy_is_found_also_upside_down_and_with_gaps(seed):
    table = people(seed)
    table["monthly"] = (table["income"] / 12).mask(table["age"] > 60)
    table["below"] = 1000 - table["age"]
    pairs = columns.same_story(table, 0.8)
    expected = pd.DataFrame([("age", "below", "copy", 1.0), ("income", "monthly", "copy", 1.0)], columns=COLUMNS)
    assert_frame_equal(pairs, expected)


def test_a_rounded_copy_is_no_copy_but_rises_with_the_other():
    table = people()
    table["band"] = (table["income"] / 1000).round()
    pairs = columns.same_story(table, 0.8)
    assert list(pairs["how"]) == ["ordered"]
    assert pairs["strength"].item() > 0.99


def test_falling_together_counts_as_much_as_rising_together():
    table = people()
    table["youth"] = 1 / table["age"]
    pairs = columns.same_story(table, 0.8)
    assert (pairs["how"].item(), round(pairs["strength"].item(), 6)) == ("ordered", -1.0)
    (finding,) = in_pairs(pairs)
    assert sentence(finding, "€") == (
        "Columns that nearly tell the same story: Age with Youth (−1.00). Together they would count twice."
    )
    (told,) = contents.same_story(first_look(same_story=pairs))
    assert told == "Age and Youth rise or fall together (rank correlation −1.00)."


def test_constants_and_renamed_categories_are_found():
    table = pd.DataFrame({"shop": ["x"] * 4, "channel": ["web", "app", "web", "store"], "code": ["W", "A", "W", "S"]})
    pairs = columns.same_story(table, 0.8)
    expected = pd.DataFrame([("shop", "", "constant", 1.0), ("channel", "code", "renamed", 1.0)], columns=COLUMNS)
    assert_frame_equal(pairs, expected)
    constant, renamed = in_pairs(pairs)
    assert sentence(constant, "€") == "Shop never changes and so can tell no customers apart."
    assert (constant.weight, renamed.weight) == (Weight.INFORMS, Weight.MATTERS)
    assert sentence(renamed, "€").startswith("Columns that name the same things: Channel with Code. Together")
    assert len(contents.same_story(first_look(same_story=pairs))) == 2


def test_columns_that_name_every_row_are_not_called_the_same():
    assert columns.same_story(pd.DataFrame({"customer_id": ["1", "2"], "email": ["a@b", "c@d"]}), 0.8).empty


def test_a_column_that_is_the_same_where_filled_but_has_gaps_is_no_constant():
    assert columns.same_story(pd.DataFrame({"shop": ["x", None]}), 0.8).empty


def test_dates_count_as_days_and_yes_or_no_as_one_and_zero():
    table = pd.DataFrame(
        {
            "row": [1, 2, 3],
            "signed_up_on": [date(1970, 1, 2), None, date(1970, 1, 4)],
            "active": pd.Series([True, False, None], dtype=object),
            "gender": ["f", "m", "f"],
        }
    )
    expected = pd.DataFrame({"signed_up_on": [1.0, np.nan, 3.0], "active": [1.0, 0.0, np.nan]})
    assert_frame_equal(columns.measured(table), expected)


def test_where_nothing_is_told_twice_this_is_said():
    nothing = columns.same_story(people(), 0.8)
    assert contents.same_story(first_look(same_story=nothing)) == [
        "No column is constant, none is a copy of another, and there is no pair with a rank correlation beyond ±0.8."
    ]
    assert list(in_pairs(nothing)) == []


def test_the_caption_names_the_strongest_pair_and_copes_with_a_single_column():
    table = people().assign(spending=lambda frame: frame["income"] ** 2)
    _, _, alt, title = contents.correlations(first_look(correlations=columns.rank_correlations(table)))
    assert title == "Income and spending go together most (rank correlation 1.00)"
    assert "3 columns" in alt
    alone = columns.rank_correlations(table[["age"]])
    assert contents.correlations(first_look(correlations=alone))[3] == "There are no two columns to compare"

import pandas as pd
from pandas.testing import assert_frame_equal

from customer_segments.steps.profiling import tables
from tests.profiling.test_sentences import profiles
from tests.profiling.test_traits import comparison


def test_sizes_are_written_for_a_reader():
    expected = pd.DataFrame(
        {
            "Segment": ["1", "2"],
            "Name": ["Group A", "Group B"],
            "Customers": ["30", "70"],
            "Net revenue": ["€800", "€200"],
            "Net revenue per customer": ["€26.67", "€2.86"],
        }
    )
    assert_frame_equal(tables.size_table(profiles(), "€"), expected)


def test_without_revenue_its_columns_are_left_out():
    assert list(tables.size_table(profiles(revenue=None), "€")) == [
        "Segment",
        "Name",
        "Customers",
    ]


def test_means_and_medians_stand_side_by_side_with_everyones():
    compared = comparison([(1, "orders", 1.5, 14, 5), (2, "orders", -0.6, 1, 5), (1, "gender=F", 1.0, 0.9, 0.5)])
    compared = compared.assign(mean=[15, 2, 0.9], median=[14, 1, 1], mean_of_all=[6, 6, 0.5], median_of_all=[5, 5, 1])
    expected = pd.DataFrame(
        {"Mean (median)": ["Orders"], "Group A": ["15 (14)"], "Group B": ["2 (1)"], "All customers": ["6 (5)"]}
    )
    assert_frame_equal(tables.values_table(compared, profiles(), "€"), expected)


def test_what_is_expected_stands_beside_what_was():
    table = tables.size_table(profiles().assign(alive_probability=[0.9, 0.1], expected_value=[900.0, 1.5]), "€")
    assert table[["Likely still active", "Expected value"]].to_numpy().tolist() == [["90%", "€900"], ["10%", "€1.50"]]


def test_a_segment_too_small_to_describe_keeps_its_column_without_values():
    compared = comparison([(1, "orders", 1.5, 14, 5), (1, "gender=F", 1.0, 0.9, 0.5)])
    compared = compared.assign(mean_of_all=compared["typical_of_all"], median_of_all=compared["typical_of_all"])
    assert tables.values_table(compared, profiles(), "€")["Group B"].tolist() == ["–"]
    assert tables.shares_table(compared, profiles())["Group B"].tolist() == ["–"]
    colours, texts = tables.heat(compared, profiles(), "€")
    assert colours["Group B"].isna().all()
    assert texts["Group B"].tolist() == ["–", "–"]


def test_actions_stand_with_what_they_may_bring_and_how_to_test_them():
    table = profiles().assign(action="Act.", worth=["It may bring €5.", ""], test="Leave 3 alone.")
    expected = pd.DataFrame(
        {
            "Name": ["Group A", "Group B"],
            "What to do": ["Act."] * 2,
            "What it may bring": ["It may bring €5.", "–"],
            "How to test it": ["Leave 3 alone."] * 2,
        }
    )
    assert_frame_equal(tables.action_table(table), expected)


def test_what_is_known_of_no_segment_has_no_column():
    table = profiles().assign(action="Act.", worth="", test="Leave 3 alone.")
    assert list(tables.action_table(table)) == ["Name", "What to do", "How to test it"]


def test_numbers_that_begin_every_name_have_no_column_of_their_own():
    table = profiles(revenue=None).assign(name=["Segment 1: older", "Segment 2: younger"])
    assert list(tables.size_table(table, "€")) == ["Name", "Customers"]


def test_the_most_frequent_category_is_given_with_its_share():
    rows = [(1, "gender=F", 1.0, 0.9, 0.4), (1, "gender=M", -1.0, 0.1, 0.6), (1, "active", 0.5, 0.8, 0.7)]
    compared = comparison(rows).assign(is_share=True)
    compared = compared.assign(mean=compared["typical"], mean_of_all=compared["typical_of_all"])
    expected = pd.DataFrame(
        {"Most frequent": ["Gender", "Active"], "Group A": ["F, 90%", "80%"], "All customers": ["M, 60%", "70%"]}
    )
    assert_frame_equal(tables.shares_table(compared, profiles(customers=(30,), revenue=None)), expected)


def test_the_heatmap_shows_measures_and_the_categories_that_tell_something():
    rows = [
        (1, "orders", 0.1, 6, 5),
        (2, "orders", -0.1, 4, 5),
        (1, "gender=F", 0.1, 0.5, 0.4),
        (2, "gender=F", 0.2, 0.5, 0.4),
        (1, "channel=App", 1.4, 0.9, 0.2),
        (2, "channel=App", -0.2, 0.1, 0.2),
    ]
    colours, texts = tables.heat(comparison(rows), profiles(), "€")
    assert colours.loc["Channel: App"].tolist() == [1.4, -0.2]
    expected = {"Orders": ["6", "4", "5"], "Channel: App": ["90%", "10%", "20%"]}
    assert texts.T.to_dict("list") == expected
    assert list(texts) == ["Group A", "Group B", "All customers"]


def test_a_profile_is_a_row_of_words():
    table = profiles(customers=(30,), revenue=None).assign(traits="One: 1\nTwo: 2", action="Act.", because="")
    expected = pd.DataFrame(
        {
            "Name": ["Group A"],
            "What they are like": ["One: 1; Two: 2."],
        }
    )
    assert_frame_equal(tables.profile_table(table), expected)
    assert tables.profile_table(table.assign(because="orders high"))["Named for"].tolist() == ["orders high"]


def test_those_in_no_segment_and_those_too_few_are_named_for_nothing():
    table = profiles(customers=(30, 5, 70), revenue=None).assign(segment=[1, 2, 0], too_few=[False, True, False])
    table = table.assign(traits="One: 1", because=["orders high", "", ""])
    assert tables.profile_table(table)["Named for"].tolist() == ["orders high", "–", "–"]

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from customer_segments.base.params import ProfilingParams
from customer_segments.pages.profiling import tables
from customer_segments.steps.profiling import fairness
from customer_segments.steps.profiling.traits import UNSUPPORTED
from tests.profiling.made import comparison, found, profiles


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
    assert_frame_equal(tables.sizes(profiles(), "€")[0], expected)


def test_without_revenue_its_columns_are_left_out():
    assert list(tables.sizes(profiles(revenue=None), "€")[0]) == [
        "Segment",
        "Name",
        "Customers",
    ]


def test_means_and_medians_stand_side_by_side_with_everyones():
    compared = comparison([(1, "orders", 1.5, 14, 5), (2, "orders", -0.6, 1, 5), (1, "gender=F", 1.0, 0.9, 0.5)])
    compared = compared.assign(mean=[15, 2, 0.9], median=[14, 1, 1], mean_of_all=[6, 6, 0.5], median_of_all=[5, 5, 1])
    expected = pd.DataFrame(
        {
            "Measure": ["Orders"] * 2,
            "Average": ["mean", "median"],
            "Group A": ["15", "14"],
            "Group B": ["2", "1"],
            "All customers": ["6", "5"],
        }
    )
    assert_frame_equal(tables.values(compared, profiles(), "€")[0], expected)


def test_what_is_expected_stands_beside_what_was():
    table = tables.sizes(profiles().assign(alive_probability=[0.9, 0.1], expected_value=[900.0, 1.5]), "€")[0]
    assert table[["Likely still customers", "Expected value"]].to_numpy().tolist() == [
        ["90%", "€900"],
        ["10%", "€1.50"],
    ]


def test_a_segment_too_small_to_describe_keeps_its_column_without_values():
    compared = comparison([(1, "orders", 1.5, 14, 5), (1, "gender=F", 1.0, 0.9, 0.5)])
    compared = compared.assign(mean_of_all=compared["typical_of_all"], median_of_all=compared["typical_of_all"])
    assert tables.values(compared, profiles(), "€")[0]["Group B"].tolist() == ["–", "–"]
    assert tables.shares(compared, profiles())[0]["Group B"].tolist() == ["–"]
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
    assert_frame_equal(tables.actions(table, ProfilingParams())[0], expected)


def test_what_is_known_of_no_segment_has_no_column():
    table = profiles().assign(action="Act.", worth="", test="Leave 3 alone.")
    assert list(tables.actions(table, ProfilingParams())[0]) == ["Name", "What to do", "How to test it"]


def test_numbers_that_begin_every_name_have_no_column_of_their_own():
    table = profiles(revenue=None).assign(name=["Segment 1: older", "Segment 2: younger"])
    assert list(tables.sizes(table, "€")[0]) == ["Name", "Customers"]


def test_the_most_frequent_category_is_given_with_its_share():
    rows = [(1, "gender=F", 1.0, 0.9, 0.4), (1, "gender=M", -1.0, 0.1, 0.6), (1, "active", 0.5, 0.8, 0.7)]
    compared = comparison(rows).assign(is_share=True)
    compared = compared.assign(mean=compared["typical"], mean_of_all=compared["typical_of_all"])
    expected = pd.DataFrame(
        {"Most frequent": ["Gender", "Active"], "Group A": ["F, 90%", "80%"], "All customers": ["M, 60%", "70%"]}
    )
    assert_frame_equal(tables.shares(compared, profiles(customers=(30,), revenue=None))[0], expected)


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
    assert_frame_equal(tables.profiles(table)[0], expected)
    assert tables.profiles(table.assign(because="orders high"))[0]["Named for"].tolist() == ["orders high"]


def test_those_in_no_segment_and_those_too_few_are_named_for_nothing():
    table = profiles(customers=(30, 5, 70), revenue=None).assign(segment=[1, 2, 0], too_few=[False, True, False])
    table = table.assign(traits="One: 1", because=["orders high", "", ""])
    assert tables.profiles(table)[0]["Named for"].tolist() == ["orders high", "–", "–"]


def test_the_captions_say_what_the_tables_show():
    table = profiles(customers=(30, 5, 65), revenue=(800.0, 10.0, 190.0))
    table = table.assign(too_few=[False, True, False], untold=[True, True, False])
    assert tables.sizes(table, "€")[1] == (
        "A customer of “Group A” brings most on average, one of “Group B” least. Segments are numbered as in the "
        "chapters before. What segments too few to describe bring is not shown, nor what would tell it by subtraction."
    )
    assert tables.sizes(profiles(revenue=None), "€")[1] == "100 customers in two segments."


def test_how_many_are_named_by_the_playbook_is_said_unless_none_may_be():
    table = profiles().assign(traits="One: 1", play=["Some", ""])
    assert "One of two segments is named by the playbook, for the conditions given" in tables.profiles(table)[1]
    assert "None of two segments is named by the playbook" in tables.profiles(table.assign(play=""))[1]
    unsupported = tables.profiles(table.assign(verdict=UNSUPPORTED))[1]
    assert unsupported.startswith("The verdict is that the data do not support these segments")
    assert "named by the playbook" not in unsupported


def test_without_support_no_action_is_said_to_be_worth_anything():
    table = profiles().assign(action="Act.", worth="", test="")
    captions = [
        tables.actions(each, ProfilingParams())[1]
        for each in (table.assign(verdict=UNSUPPORTED), table.drop(columns="revenue_share"), table)
    ]
    assert "no action is recommended" in captions[0]
    assert "the study knows no orders" in captions[1]
    assert "How many answer is an assumption" in captions[2]
    assert all("probability of 80%, at a two-sided error of 5%" in caption for caption in captions)


def test_the_median_that_exceeds_everyones_most_is_named():
    compared = comparison([(1, "orders", 1.5, 15, 5), (2, "age", 0.5, 44, 40)])
    compared = compared.assign(mean_of_all=compared["typical_of_all"], median_of_all=compared["typical_of_all"])
    caption = tables.values(compared, profiles(), "€")[1]
    assert caption.startswith("In orders the median of “Group A” is 3 times that of all customers. A mean far")
    assert tables.values(compared.assign(median_of_all=0), profiles(), "€")[1].startswith("A mean far above")


def test_without_categories_the_sensitive_ones_are_not_denied():
    table, caption = tables.shares(comparison([(1, "age", 2.0, 40, 30)]), profiles())
    assert table.empty
    assert caption.startswith("Besides sensitive attributes (see below)")


def test_shares_are_compared_with_all_customers():
    compared = comparison([(1, "channel=App", 2.0, 0.9, 0.2)]).assign(mean=0.9, mean_of_all=0.2)
    assert tables.shares(compared, profiles())[1].endswith("Channel: App, 90% of “Group A” against 20% of all.")


def sensitive(resting=None, times=1, **columns):
    """What is said of the sensitive columns of two segments of four customers, each `times` times."""
    customers = pd.concat([pd.DataFrame({"segment": [1] * 4 + [2] * 4} | columns)] * times, ignore_index=True)
    names, smallest_group = ("age", "gender"), 2
    result = found(
        effects=fairness.effects(customers, names, smallest_group),
        sensitive=fairness.groups(customers, names, smallest_group),
        resting=resting or {},
    )
    return tables.sensitive(result, smallest_group)


def test_medians_and_shares_of_sensitive_columns_are_written_for_a_reader():
    table, caption = sensitive({2: ["age"]}, age=[20, 20, 30, 30, 50, None, None, None], gender=list("FMFMFFMM"))
    expected = pd.DataFrame(
        {
            "Attribute": ["Age (median)", "Gender: F", "Gender: M"],
            "Group A": ["25", "50%", "50%"],
            "Group B": ["–", "50%", "50%"],
            "All customers": ["30", "50%", "50%"],
        }
    )
    assert_frame_equal(table, expected)
    assert "The name “Group B” rests on age: let it" in caption
    assert "fewer than 2 customers" in caption


def test_how_much_segments_differ_is_said_by_both_ends_of_the_interval():
    caption = sensitive(times=5, age=[20, 20, 30, 30, 50, 50, 60, 60], gender=list("FMFM") * 2)[1]
    assert caption.startswith("The segments differ strongly in age (epsilon squared 0.79, between 0.7")
    assert "No difference is shown in gender (Cramér's V at most 0.2" in caption
    assert ": a little if at all). 0 is not at all" in caption
    caption = sensitive(times=25, age=[30, 31] * 4, gender=list("FFFMFFMM"))[1]
    assert "The segments differ a little to clearly in gender" in caption


@pytest.mark.parametrize("columns", [{}, {"age": [30] * 8}])
def test_a_study_without_sensitive_columns_says_so(columns):
    table, caption = sensitive(**columns)
    assert table.empty
    assert caption.startswith("No sensitive column tells customers apart")

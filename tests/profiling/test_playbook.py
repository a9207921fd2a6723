import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from customer_segments.base.errors import StudyError
from customer_segments.base.params import Play, ProfilingParams
from customer_segments.base.registry import FEATURES
from customer_segments.steps.profiling import playbook
from customer_segments.steps.profiling.evidence import for_most
from tests.profiling.made import comparison


def play(name, requires=None, **when):
    return Play(name=name, when=when, requires=requires or {}, do="Do something.")


def segments(**differences):
    """A comparison from one list of differences per column, a value per segment."""
    return comparison(
        [
            (segment, column, difference, 10 + difference, 10)
            for column, values in differences.items()
            for segment, difference in enumerate(values, start=1)
        ]
    )


def names(compared, plays):
    return {segment: fit.play.name for segment, fit in playbook.named(compared, plays).items()}


def test_a_play_fits_when_every_condition_holds():
    compared = segments(orders=[0.5, 0.5], recency_days=[0.5, -0.5])
    fits = playbook.fits(compared, [play("Regulars", orders="high", recency_days="low")])
    expected = pd.DataFrame({"segment": [2], "play": [0], "way": [0], "conditions": [2], "strength": [0.5]})
    assert_frame_equal(fits, expected)


@pytest.mark.parametrize(("asked", "fitting"), [("high", [1, 2]), ("very high", [1]), ("middling", [3]), ("low", [4])])
def test_high_includes_very_high(asked, fitting):
    fits = playbook.fits(segments(orders=[1.5, 0.5, 0.0, -0.5]), [play("Some", orders=asked)])
    assert fits["segment"].tolist() == fitting


def test_a_play_is_given_once_and_to_the_segment_it_fits_best():
    assert names(segments(orders=[0.5, 1.5]), [play("Regulars", orders="high")]) == {2: "Regulars"}


def test_the_play_that_asks_for_more_wins():
    plays = [play("Many", orders="high"), play("Many and lately", orders="high", recency_days="low")]
    assert names(segments(orders=[1.5], recency_days=[-0.4]), plays) == {1: "Many and lately"}


def test_the_total_fit_counts_so_that_no_segment_loses_its_only_play():
    plays = [play("Many", orders="high"), play("Older", age="high")]
    assert names(segments(orders=[2.0, 0.5], age=[0.5, 0.0]), plays) == {1: "Older", 2: "Many"}


def test_a_segment_gets_no_play_rather_than_one_that_does_not_fit():
    plays = [play("Many", orders="high"), play("Older", age="high"), play("Rich", income="high")]
    compared = segments(orders=[2.0, 0.5, 0.0], age=[0.0, 0.0, 0.5], income=[0.0, 0.0, 1.5])
    assert names(compared, plays) == {1: "Many", 3: "Rich"}


def test_of_equal_plays_the_earlier_one_wins():
    plays = [play("First", orders="high"), play("Second", orders="high")]
    assert names(segments(orders=[1.0]), plays) == {1: "First"}


def test_a_column_that_this_study_lacks_makes_a_play_not_fit():
    compared = segments(age=[1.0])
    plays = [play("Champions", net_revenue="high")]
    playbook.check(plays, ["age"])
    assert names(compared, plays) == {}


def test_an_unknown_column_is_named_with_its_play_and_the_known_ones():
    with pytest.raises(StudyError, match=r"'Champions'.*'turnover'.*misspelt.*net_revenue.*orders"):
        playbook.check([play("Champions", turnover="high")], ["age"])


def test_a_misspelt_column_is_told_the_right_one_also_where_it_is_required():
    with pytest.raises(StudyError, match=r"'net_revenu'.*did you mean 'net_revenue'\?"):
        playbook.check([play("Champions", requires={"net_revenu": "above 0"}, orders="high")], [])


@pytest.mark.parametrize(("asked", "fitting"), [("top 20%", [1]), ("top 50%", [1, 2]), ("bottom 20%", [3])])
def test_a_play_may_ask_for_the_place_of_the_median_customer(asked, fitting):
    compared = segments(orders=[1.5, 0.2, -1.5]).assign(rank=[0.8, 0.5, 0.2])
    assert playbook.fits(compared, [play("Some", orders=asked)])["segment"].tolist() == fitting


@pytest.mark.parametrize(
    ("asked", "typical", "holds"),
    [
        ("top 40%", 4, False),
        ("top 40%", 6, True),
        ("bottom 40%", 6, False),
        ("bottom 40%", 4, True),
        ("top 60%", 4, True),
    ],
)
def test_a_place_that_the_values_shown_contradict_does_not_hold(asked, typical, holds):
    compared = comparison([(1, "orders", 0.0, typical, 5)]).assign(rank=0.6 if asked.startswith("top") else 0.4)
    assert bool(names(compared, [play("Some", orders=asked)])) is holds


def test_the_place_of_a_median_says_nothing_about_a_share():
    compared = segments(**{"gender=F": [1.5]})
    assert playbook.fits(compared, [play("Women", **{"gender=F": "top 50%"})]).empty


def test_one_of_several_ways_is_enough_and_the_reason_is_that_one():
    either = Play(name="Rich", when=[{"income": "high"}, {"orders": "high", "age": "high"}], do="Ask.")
    fit = playbook.named(segments(orders=[0.5], age=[0.5]), [either])[1]
    assert fit == playbook.Fit(either, {"orders": "high", "age": "high"})


def test_of_the_ways_that_hold_the_one_that_asks_for_most_counts():
    either = Play(name="Rich", when=[{"orders": "high"}, {"orders": "high", "age": "high"}], do="Ask.")
    assert playbook.fits(segments(orders=[0.5], age=[0.5]), [either])["conditions"].tolist() == [2]


@pytest.mark.parametrize(
    ("bound", "holds"),
    [("at least 2", True), ("above 2", False), ("at most 2", True), ("below 2", False), ("above -1", True)],
)
def test_what_a_play_requires_is_compared_with_the_segments_own_values(bound, holds):
    compared = segments(orders=[0.5]).assign(mean=2.0, median=2.0, median_of_all=1.0)
    assert bool(names(compared, [play("Some", requires={"orders": bound}, orders="high")])) is holds


def test_mean_and_median_must_both_keep_what_is_required():
    compared = segments(net_revenue=[0.5]).assign(mean=-3.0, median=12.0)
    assert names(compared, [play("VIP", requires={"net_revenue": "above 0"}, net_revenue="high")]) == {}


def test_what_the_study_has_no_column_for_cannot_be_required():
    compared = segments(total_spend=[0.5])
    vip = play("VIP", requires={"net_revenue": "above 0"}, total_spend="high")
    assert names(compared, [vip]) == {1: "VIP"}


def test_a_segment_without_a_value_does_not_keep_what_is_required():
    compared = comparison([(1, "age", 0.5, 50, 40), (2, "age", -0.5, 30, 40), (2, "orders", 0.5, 6, 5)])
    assert names(compared, [play("Some", requires={"orders": "at least 2"}, age="high")]) == {}


def test_a_level_that_the_values_shown_contradict_does_not_hold():
    compared = comparison([(1, "orders", 0.9, 4, 5)])
    assert names(compared, [play("Regulars", orders="high")]) == {}


@pytest.mark.parametrize("when", ["hihg", "top 120%", "top", "> 3", "at least"])
def test_a_condition_that_cannot_be_read_is_refused_with_what_may_be_written(when):
    with pytest.raises(StudyError, match=r"playbook\.0\.when\.0\.orders.*is no condition.*top 20%"):
        ProfilingParams.of(playbook=[{"name": "Some", "when": {"orders": when}, "do": "Ask."}])


def test_a_bound_that_cannot_be_read_is_refused_with_what_may_be_written():
    wrong = {"name": "Some", "when": {"orders": "high"}, "requires": {"orders": "high"}, "do": "Ask."}
    with pytest.raises(StudyError, match=r"requires\.orders.*'high' is no bound; write `at least 2`"):
        ProfilingParams.of(playbook=[wrong])


def test_a_column_of_the_business_and_a_category_may_be_asked_for():
    playbook.check(
        [play("Members", loyalty_points="high"), play("App", **{"channel=App": "high"})],
        ["loyalty_points", "channel=App"],
    )


def test_a_date_cannot_be_high():
    with pytest.raises(StudyError, match="signed_up_on"):
        playbook.check([play("Old", signed_up_on="low")], [])


def test_every_feature_may_be_asked_for():
    assert {feature.name for feature in FEATURES} <= playbook.KNOWN


def test_the_standard_playbook_asks_only_for_what_is_known():
    plays = ProfilingParams().playbook
    playbook.check(plays, [])
    assert len({play.name for play in plays}) == len(plays) >= 20


def test_in_the_standard_playbook_names_that_promise_orders_require_them():
    for each in ProfilingParams().playbook:
        if any(
            word in each.name.lower() for word in ("vip", "loyal", "regular", "frequent shop", "promising newcomers")
        ):
            assert each.requires["orders"] in ("at least 2", "at least 3"), each.name
        if any(word in each.name.lower() for word in ("vip", "valuable", "core", "good customers")):
            assert each.requires["net_revenue"] == "above 0", each.name


def test_two_plays_of_one_name_are_refused():
    twice = [{"name": "Regulars", "when": {"orders": level}, "do": "Thank them."} for level in ("high", "low")]
    with pytest.raises(StudyError, match="two plays are called 'Regulars'"):
        ProfilingParams.of(playbook=twice)


def test_a_play_that_asks_for_nothing_is_refused():
    with pytest.raises(StudyError, match=r"playbook\.0\.when"):
        ProfilingParams.of(playbook=[{"name": "Everyone", "when": {}, "do": "Wave."}])


def test_where_nothing_fits_nobody_gets_a_play():
    assert playbook.named(segments(orders=[0.0]), [play("Some", orders="high")]) == {}


def test_those_in_no_segment_get_no_play():
    compared = segments(orders=[1.5, 0.5]).assign(segment=[0, 1])
    assert names(compared, [play("Some", orders="high")]) == {1: "Some"}


def test_the_margin_of_a_name_is_what_its_condition_has_to_spare():
    fit = play("Some", orders="high", age="very low", income="middling", net_revenue="top 20%")
    compared = segments(orders=[0.5], age=[-1.5], income=[0.0], net_revenue=[2.0])
    expected = pd.DataFrame(
        {
            "segment": [1, 1],
            "column": ["orders", "age"],
            "asked": ["high", "very low"],
            "limit": [0.4, 1.2],
            "difference": [0.5, -1.5],
            "margin": [0.1, 0.3],
        }
    )
    assert_frame_equal(playbook.margins({1: playbook.Fit(fit, fit.when[0])}, compared, ProfilingParams()), expected)


def test_a_play_that_may_ask_for_a_column_rests_on_it_whichever_way_earned_the_name():
    young = Play(name="Young", when=[{"age": "low"}, {"orders": "high", "gender=F": "high"}], do="Ask.")
    others = play("Others", orders="high")
    fits = {2: playbook.Fit(young, young.when[1]), 3: playbook.Fit(others, others.when[0])}
    assert playbook.resting_on(fits, ["age", "gender"]) == {2: ["age", "gender=F"]}


def facts(**bounds):
    """Segment 1 with these values of evidence, which is on no one's scale."""
    rows = comparison([(1, column, 0.0, value, value) for column, value in bounds.items()])
    return rows.assign(level="middling")


BEST = {"net_revenue": [2.0], "orders": [1.5], "recency_days": [-1.0]}
GONE = {"recency_days": [1.5], "orders": [-0.8]}
NEW = {"tenure_days": [-1.0], "recency_days": [-1.0], "orders": [-0.6]}


@pytest.mark.parametrize(
    ("name", "differences", "bounds", "earned"),
    [
        ("VIP customers", BEST, {"segment_share": 0.1, "times_average_worth": 3.0}, True),
        ("VIP customers", BEST, {"segment_share": 0.38, "times_average_worth": 3.0}, False),
        ("VIP customers", BEST, {"segment_share": 0.1, "times_average_worth": 1.5}, False),
        ("Lapsed customers", GONE, {"alive_probability": 0.2, "recency_days": 90.0}, True),
        ("Lapsed customers", GONE, {"alive_probability": 0.2, "recency_days": 20.0}, False),
        ("Lapsed customers", GONE, {"alive_probability": 1.0, "silence": 9.0, "recency_days": 90.0}, False),
        ("Lapsed customers", GONE, {"silence": 4.0, "recency_days": 90.0}, True),
        ("Lapsed customers", GONE, {"silence": 1.0, "recency_days": 90.0}, False),
        ("New customers", NEW, {"tenure_days": 90.0}, True),
        ("New customers", NEW, {"tenure_days": 1116.0}, False),
    ],
)
def test_a_name_of_the_standard_playbook_needs_its_absolute_facts(name, differences, bounds, earned):
    told = segments(**differences)
    for column in set(bounds) & set(differences):
        told.loc[told["column"] == column, ["mean", "median"]] = bounds[column]
        told.loc[told["column"] == column, "median_of_all"] = bounds[column] - 100 * np.sign(differences[column][0])
    extra = facts(**{column: value for column, value in bounds.items() if column not in differences})
    weighed = pd.concat([told, extra], ignore_index=True)
    plays = ProfilingParams().playbook
    fitting = playbook.fits(weighed, plays)["play"]
    assert (name in [plays[place].name for place in fitting]) is earned


@pytest.mark.parametrize(
    ("value", "high", "holds"),
    [
        ({"is_share": True, "mean": 0.4}, True, False),
        ({"is_share": True, "mean": 0.6}, True, True),
        ({"is_share": True, "mean": 0.6}, False, False),
        ({"is_share": False, "median": 4, "median_of_all": 5}, True, False),
        ({"is_share": False, "median": 5, "median_of_all": 5}, True, False),
        ({"is_share": False, "median": 6, "median_of_all": 5}, False, False),
    ],
)
def test_what_is_high_or_low_must_be_so_for_most(value, high, holds):
    assert for_most(value, high) is holds

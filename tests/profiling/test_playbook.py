import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from customer_segments.errors import StudyError
from customer_segments.features import FEATURES
from customer_segments.params import Play, ProfilingParams
from customer_segments.profiling import playbook
from tests.profiling.test_traits import comparison
from tests.support import PROJECT


def play(name, **when):
    return Play(name=name, when=when, do="Do something.")


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
    return {segment: plays[place].name for segment, place in playbook.assign(playbook.fits(compared, plays)).items()}


def test_a_play_fits_when_every_condition_holds():
    compared = segments(orders=[0.5, 0.5], recency_days=[0.5, -0.5])
    fits = playbook.fits(compared, [play("Regulars", orders="high", recency_days="low")])
    expected = pd.DataFrame({"segment": [2], "play": [0], "conditions": [2], "strength": [0.5]})
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
    with pytest.raises(StudyError, match=r"'Champions'.*'turnover'.*net_revenue.*orders"):
        playbook.check([play("Champions", turnover="high")], ["age"])


def test_a_column_of_the_business_and_a_category_may_be_asked_for():
    playbook.check(
        [play("Members", loyalty_points="high"), play("App", **{"channel=App": "high"})],
        ["loyalty_points", "channel=App"],
    )


def test_a_date_cannot_be_high():
    with pytest.raises(StudyError, match="signed_up_on"):
        playbook.check([play("Old", signed_up_on="low")], [])


def test_every_feature_may_be_asked_for():
    assert set(FEATURES) <= playbook.KNOWN


def test_the_playbook_of_the_project_asks_only_for_what_is_known():
    from customer_segments.params import load_params

    plays = load_params(PROJECT / "params.yaml").profiling.playbook
    playbook.check(plays, [])
    assert len({play.name for play in plays}) == len(plays) >= 8


def test_two_plays_of_one_name_are_refused():
    twice = [{"name": "Regulars", "when": {"orders": level}, "do": "Thank them."} for level in ("high", "low")]
    with pytest.raises(StudyError, match="two plays are called 'Regulars'"):
        ProfilingParams.of(playbook=twice)


def test_a_play_that_asks_for_nothing_is_refused():
    with pytest.raises(StudyError, match=r"playbook\.0\.when"):
        ProfilingParams.of(playbook=[{"name": "Everyone", "when": {}, "do": "Wave."}])


def test_the_reason_is_the_conditions_in_words():
    assert playbook.reason(play("Some", orders="high", recency_days="very low")) == (
        "orders high and days since last order very low"
    )


def test_no_segment_and_no_play_is_no_assignment():
    assert playbook.assign(pd.DataFrame(columns=["segment", "play", "conditions", "strength"])) == {}

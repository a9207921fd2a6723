import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from customer_segments.base.params import ClusteringParams
from customer_segments.pages.clustering.number import CRITERIA, curves, learned, sentence, tipping_point, votes
from tests.clustering.scores_by_hand import SCORES, SETTINGS, STRAIGHT, found

DBSCAN = ClusteringParams(method="dbscan")


def told(scores=SCORES, choose_by="silhouette", **changed):
    return found(scores, ClusteringParams(k_min=2, k_max=5, choose_by=choose_by, **changed))


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("silhouette", "4 segments, because the mean silhouette is highest there; "),
        ("elbow", "3 segments, because the inertia curve bends most there; "),
        ("calinski_harabasz", "2 segments, because Calinski-Harabasz is highest there; "),
        ("davies_bouldin", "3 segments, because Davies-Bouldin is lowest there; "),
        ("gap", "3 segments, because one segment more gains no more than it would among customers spread evenly; "),
        (
            "stability",
            "3 segments, because that is the largest number whose segments are found again about as well as those of "
            "any other; ",
        ),
        (
            "prediction_strength",
            "3 segments, because that is the largest number of segments that either half of the customers foretells "
            "of the other; ",
        ),
        ("majority", "3 segments, because 5 of 7 criteria choose it; "),
    ],
)
def test_every_rule_says_why(rule, reason):
    assert sentence(told(choose_by=rule)).startswith(reason)


def test_agreement_and_disagreement_are_said():
    assert sentence(told(choose_by="elbow")).endswith(
        "; Davies-Bouldin, the gap statistic, stability and prediction strength agree, Calinski-Harabasz would "
        "take 2 and the silhouette would take 4."
    )


def test_a_tied_vote_is_said():
    tied = STRAIGHT.assign(silhouette=[0, 0.1, 0.1, 0.1, 0.3], davies_bouldin=[9, 1.5, 1.4, 1.1, 1.2])
    tied = tied.assign(gap=0.1, stability=[0, 0.9, 0.8, 0.1, 0.1], prediction_strength=0.5)
    assert "1 of 4 criteria choose it, the smallest such number" in sentence(told(tied, choose_by="majority"))


@pytest.mark.parametrize(
    ("rule", "scores", "undecided", "silent"),
    [
        ("elbow", STRAIGHT, "has no bend to speak of", "the elbow finds no bend"),
        ("gap", SCORES.assign(gap=0.1), "finds no number better than no segments at all", "would not divide the"),
        ("stability", SCORES.assign(stability=float("nan")), "too few different customers", "stability cannot tell"),
        (
            "prediction_strength",
            SCORES.assign(prediction_strength=0.5),
            "foretells no segments of the other",
            "prediction strength would not divide the customers",
        ),
    ],
)
def test_a_criterion_that_chooses_nothing_is_told_and_so_is_a_rule_that_cannot_decide(rule, scores, undecided, silent):
    assert f"4 segments, because {CRITERIA['silhouette'].reason.format('there')} (" in sentence(told(scores, rule))
    assert undecided in sentence(told(scores, rule))
    assert silent in sentence(told(scores))


def test_a_number_set_by_hand_is_said_with_the_rules_own():
    by_hand = sentence(told(k=2))
    assert by_hand.startswith("2 segments, set by hand, where the rule would have taken 4, because the mean silhouette")
    assert "Calinski-Harabasz agrees" in by_hand
    assert "as the rule would have it" in sentence(told(k=4))


def test_votes_are_shown_with_the_value_there_and_at_the_choice():
    expected = pd.DataFrame(
        {
            "Criterion": [
                "Silhouette",
                "Elbow",
                "Calinski-Harabasz",
                "Davies-Bouldin",
                "Gap statistic",
                "Stability",
                "Prediction strength",
            ],
            "Would choose": ["4", "none", "2", "3", "3", "3", "3"],
            "Its value there": ["0.36", "–", "90", "0.9", "0.4", "0.9", "0.85"],
            "Its value at 4": ["0.36", "600", "70", "1.1", "0.38", "0.5", "0.6"],
        }
    )
    table, caption = votes(told(STRAIGHT))
    assert_frame_equal(table.drop(columns="Prefers"), expected)
    assert caption == "1 of 7 criteria chooses 4; they range from 2 to 4."


@pytest.mark.parametrize(
    ("params", "title"),
    [
        ({"choose_by": "silhouette"}, "Customers fit best in 4 segments (mean silhouette 0.36)"),
        ({"choose_by": "elbow"}, "The inertia bends most at 3 segments"),
        ({"choose_by": "calinski_harabasz"}, "Calinski-Harabasz is highest at 2 segments (90)"),
        ({"choose_by": "davies_bouldin"}, "Davies-Bouldin is lowest at 3 segments (0.9)"),
        ({"choose_by": "gap"}, "The gap statistic stops at 3 segments"),
        (
            {"choose_by": "stability"},
            "Up to 3 segments are found again about as well as any number (Jaccard 0.9)",
        ),
        (
            {"choose_by": "prediction_strength"},
            "Either half of the customers foretells up to 3 segments of the other (0.85 of 1)",
        ),
        ({"choose_by": "majority"}, "5 of 7 criteria choose 3 segments"),
        ({"k": 4}, "4 segments, set by hand; the rule agrees"),
        ({"k": 2}, "2 segments, set by hand; the rule would take 4"),
    ],
)
def test_the_curves_are_titled_by_the_number_and_what_chose_it(params, title):
    assert curves(told(**params))[3] == title


def test_a_criterion_that_cannot_decide_leaves_the_title_to_the_silhouette():
    undecided = told(SCORES.assign(gap=0.1), choose_by="gap")
    assert curves(undecided)[3] == "Customers fit best in 4 segments (mean silhouette 0.36)"


def test_the_curves_are_told_in_words():
    _, caption, alt, _ = curves(told())
    assert "in a draw has a Jaccard index of 0.9, where 0.76 would do" in caption
    assert "with 3, the segment torn most by the other half keeps 85% of its pairs together" in caption
    assert "the dotted line the 4 segments chosen." in caption
    assert "2 to 5 segments" in alt
    assert "the dotted line the 2 segments set by hand." in curves(told(k=2))[1]


def test_criteria_that_choose_nothing_are_told_of_the_curves():
    caption = curves(told(SCORES.assign(gap=0.1, stability=float("nan"), prediction_strength=0.5)))[1]
    assert "come back" not in caption
    assert "one half of the customers foretells no number of segments of the other." in caption


def test_samples_are_told_of_the_curves():
    many = found(SCORES, ClusteringParams(k_max=5, silhouette_sample=100), labels=[1, 2] * 75)
    assert "from 100 of the 150 customers, drawn with the same share of every segment." in curves(many)[1]


def test_how_near_the_next_best_number_is():
    assert "a close call by the silhouette (0.36 with 4 segments, 0.35 with 3)" in tipping_point(told())
    clear = SCORES.assign(silhouette=[None, 0.30, 0.30, 0.36, 0.20])
    assert "no close call" in tipping_point(told(clear))
    assert "silhouette alone 4 would be the better number (0.2 with 5 segments" in tipping_point(told(k=5))
    said = tipping_point(told(choose_by="stability"))
    assert "no close call by stability (on average, the segment that comes back least in a draw has a Jaccard" in said
    assert "index of 0.9; with 4 segments it is 0.5, where 0.76 would do)" in said
    rising = SCORES.assign(stability=[None, 0.8, 0.8, 0.9, 0.95])
    assert "More than 5 segments were not tried" in tipping_point(told(rising, choose_by="stability"))


def test_a_method_that_finds_the_number_itself_shows_its_settings_instead():
    own = found(SETTINGS, DBSCAN)
    assert sentence(own) == (
        "3 segments: DBSCAN finds the number itself and leaves 20% of the customers unassigned; "
        "with its eps from half to twice 1 it finds between 0 and 4."
    )
    table, caption = votes(own)
    assert table["Segments"].tolist() == ["0", "4", "3", "3", "2", "2", "1"]
    assert table["Used"].tolist().index("yes") == 3
    assert "what the method finds" in caption
    _, caption, alt, title = curves(own)
    assert title == "2 of 7 settings lead to 3 segments"
    assert "between 1% and 100% of the customers belong to none" in caption
    assert "settings from 0.5 to 2" in alt
    assert "3 segments, a slightly larger one to 2 segments" in tipping_point(own)
    steady = found(SETTINGS.assign(k=3), DBSCAN)
    assert "as many segments" in tipping_point(steady)
    assert "it finds 3 every time" in sentence(steady)


def test_what_was_learned_begins_with_the_number_and_ends_with_what_could_change_it():
    fit = pd.DataFrame({"segment": [1, 1, 2], "silhouette": [0.1, 0.2, 0.3]})
    number, separation, sizes, tipping = learned(found(SCORES, ClusteringParams(k_max=5), silhouettes=fit), "€")
    assert number.startswith("**3 segments, because")
    assert number.endswith(".**")
    assert "very weak" in separation
    assert "Segment 1 is the largest with 67% of customers" in sizes
    assert "close call by stability" in tipping

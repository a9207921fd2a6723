import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from customer_segments.clustering.choice import (
    choice_alt,
    choice_caption,
    choose_k,
    tipping_point,
    vote_caption,
    vote_table,
)
from customer_segments.params import ClusteringParams

SCORES = pd.DataFrame(
    {
        "k": [2, 3, 4, 5],
        "inertia": [1000.0, 400.0, 350.0, 300.0],
        "silhouette": [0.30, 0.35, 0.36, 0.20],
        "calinski_harabasz": [90.0, 80.0, 70.0, 60.0],
        "davies_bouldin": [1.5, 0.9, 1.1, 1.2],
    }
)
STRAIGHT = SCORES.assign(inertia=[1000.0, 800.0, 600.0, 400.0])


def params(**changed):
    return ClusteringParams(k_min=2, k_max=5, **changed)


@pytest.mark.parametrize(
    ("rule", "k", "reason"),
    [
        ("silhouette", 4, "4 segments, because the mean silhouette is highest there"),
        ("elbow", 3, "3 segments, because the inertia curve bends most there"),
        ("calinski_harabasz", 2, "2 segments, because Calinski-Harabasz is highest there"),
        ("davies_bouldin", 3, "3 segments, because Davies-Bouldin is lowest there"),
        ("majority", 3, "3 segments, because 2 of 4 criteria choose it"),
    ],
)
def test_each_rule_chooses_its_own_and_says_why(rule, k, reason):
    choice = choose_k(SCORES, params(choose_by=rule))
    assert (choice.k, choice.rule) == (k, rule)
    assert choice.sentence.startswith(reason)
    assert choice.votes == {"silhouette": 4, "elbow": 3, "calinski_harabasz": 2, "davies_bouldin": 3}


def test_agreement_and_disagreement_are_said():
    sentence = choose_k(SCORES, params(choose_by="elbow")).sentence
    assert sentence.endswith("; Davies-Bouldin agrees, Calinski-Harabasz would take 2 and the silhouette would take 4.")


def test_a_tied_vote_goes_to_the_smaller_number():
    tied = STRAIGHT.assign(davies_bouldin=[1.5, 1.4, 1.1, 1.2], calinski_harabasz=[90.0, 80.0, 70.0, 60.0])
    tied["silhouette"] = [0.4, 0.3, 0.3, 0.3]
    assert choose_k(tied, params(choose_by="majority")).k == 2
    split = tied.assign(silhouette=[0.1, 0.1, 0.1, 0.3])
    choice = choose_k(split, params(choose_by="majority"))
    assert choice.k == 2
    assert "1 of 3 criteria choose it, the smallest such number" in choice.sentence


def test_the_best_score_reached_twice_counts_for_the_smaller_number():
    assert choose_k(SCORES.assign(silhouette=[0.1, 0.3, 0.3, 0.2]), params()).k == 3


def test_an_elbow_that_is_not_there_cannot_decide():
    choice = choose_k(STRAIGHT, params(choose_by="elbow"))
    assert choice.k == 4
    assert "no bend to speak of" in choice.sentence
    assert choice.votes["elbow"] is None
    assert "the elbow finds no bend" in choose_k(STRAIGHT, params()).sentence


def test_a_number_set_by_hand_wins_and_the_rules_own_is_said():
    choice = choose_k(SCORES, params(k=2))
    assert (choice.k, choice.rule) == (2, "hand")
    assert "2 segments, set by hand, where the rule would have taken 4" in choice.sentence
    assert "Calinski-Harabasz agrees" in choice.sentence
    assert "as the rule would have it" in choose_k(SCORES, params(k=4)).sentence


def test_a_number_set_by_hand_outside_the_range_has_no_vote():
    wider = pd.concat([SCORES, SCORES.tail(1).assign(k=9, silhouette=0.9)], ignore_index=True)
    choice = choose_k(wider, params(k=9))
    assert (choice.k, choice.votes["silhouette"]) == (9, 4)


def test_votes_are_shown_with_the_value_there_and_at_the_choice():
    expected = pd.DataFrame(
        {
            "Criterion": ["Silhouette", "Elbow", "Calinski-Harabasz", "Davies-Bouldin"],
            "Would choose": ["4", "no bend", "2", "3"],
            "Its value there": ["0.36", "–", "90", "0.9"],
            "Its value at 4": ["0.36", "600", "70", "1.1"],
        }
    )
    choice = choose_k(STRAIGHT, params())
    assert_frame_equal(vote_table(STRAIGHT, choice).drop(columns="Prefers"), expected)
    assert vote_caption(choice) == "1 of 4 criteria choose 4; they range from 2 to 4."


def test_the_figure_is_told_in_words():
    choice = choose_k(SCORES, params())
    opening = "The inertia bends most at 3; the mean silhouette is highest at 4 (0.36)"
    assert choice_caption(SCORES, choice).startswith(opening)
    assert "2 to 5 segments" in choice_alt(SCORES, choice)
    assert "falls without a bend" in choice_caption(STRAIGHT, choose_k(STRAIGHT, params()))


def test_how_near_the_next_best_number_is():
    assert "a close call by the silhouette (0.36 with 4 segments, 0.35 with 3)" in tipping_point(
        SCORES, choose_k(SCORES, params())
    )
    clear = SCORES.assign(silhouette=[0.30, 0.30, 0.36, 0.20])
    assert "no close call" in tipping_point(clear, choose_k(clear, params()))
    assert "silhouette alone 4 would be" in tipping_point(SCORES, choose_k(SCORES, params(k=5)))

import pandas as pd
import pytest

from customer_segments.base.params import ClusteringParams
from customer_segments.steps.clustering.choice import choose_k
from tests.clustering.scores_by_hand import SCORES, STRAIGHT


def params(choose_by="silhouette", **changed):
    return ClusteringParams(k_min=2, k_max=5, choose_by=choose_by, **changed)


@pytest.mark.parametrize(
    ("rule", "k", "reason"),
    [
        ("silhouette", 4, "4 segments, because the mean silhouette is highest there"),
        ("elbow", 3, "3 segments, because the inertia curve bends most there"),
        ("calinski_harabasz", 2, "2 segments, because Calinski-Harabasz is highest there"),
        ("davies_bouldin", 3, "3 segments, because Davies-Bouldin is lowest there"),
        ("gap", 3, "3 segments, because one segment more gains no more than it would among customers spread evenly"),
        (
            "stability",
            3,
            "3 segments, because that is the largest number whose segments all come back when customers are "
            "drawn again",
        ),
        ("majority", 3, "3 segments, because 4 of 6 criteria choose it"),
    ],
)
def test_each_rule_chooses_its_own_and_says_why(rule, k, reason):
    choice = choose_k(SCORES, params(choose_by=rule))
    assert (choice.k, choice.rule) == (k, rule)
    assert choice.sentence.startswith(reason)
    others = {"elbow": 3, "calinski_harabasz": 2, "davies_bouldin": 3, "gap": 3, "stability": 3}
    assert choice.votes == {"silhouette": 4} | others


def test_agreement_and_disagreement_are_said():
    sentence = choose_k(SCORES, params(choose_by="elbow")).sentence
    assert sentence.endswith(
        "; Davies-Bouldin, the gap statistic and stability agree, Calinski-Harabasz would take 2 "
        "and the silhouette would take 4."
    )


def test_a_tied_vote_goes_to_the_smaller_number():
    tied = STRAIGHT.assign(silhouette=[0, 0.1, 0.1, 0.1, 0.3], davies_bouldin=[9, 1.5, 1.4, 1.1, 1.2])
    choice = choose_k(tied.assign(gap=0.1, stability=[0, 0.9, 0.8, 0.1, 0.1]), params(choose_by="majority"))
    assert choice.votes == {
        "silhouette": 5,
        "elbow": None,
        "calinski_harabasz": 2,
        "davies_bouldin": 4,
        "gap": None,
        "stability": 3,
    }
    assert choice.k == 2
    assert "1 of 4 criteria choose it, the smallest such number" in choice.sentence


def test_the_best_score_reached_twice_counts_for_the_smaller_number():
    assert choose_k(SCORES.assign(silhouette=[0, 0.1, 0.3, 0.3, 0.2]), params()).k == 3


def test_an_elbow_that_is_not_there_cannot_decide():
    choice = choose_k(STRAIGHT, params(choose_by="elbow"))
    assert choice.k == 4
    assert "no bend to speak of" in choice.sentence
    assert choice.votes["elbow"] is None
    assert "the elbow finds no bend" in choose_k(STRAIGHT, params()).sentence


def test_a_gap_statistic_that_prefers_no_segments_cannot_decide():
    flat = SCORES.assign(gap=[0.9, 0.8, 0.7, 0.6, 0.5])
    choice = choose_k(flat, params(choose_by="gap"))
    assert (choice.k, choice.votes["gap"]) == (4, None)
    assert "finds no number better than no segments at all" in choice.sentence


def test_a_gap_within_its_error_of_the_next_is_enough():
    rising = SCORES.assign(gap=[0.1, 0.2, 0.3, 0.35, 0.5], gap_error=[0.01, 0.01, 0.01, 0.06, 0.01])
    assert choose_k(rising, params(choose_by="gap")).k == 3
    assert choose_k(rising.assign(gap_error=0.01), params(choose_by="gap")).k == 5


def test_the_largest_number_that_comes_back_as_well_is_taken():
    stability = [None, 0.90, 0.95, 0.77, 0.70]
    assert choose_k(SCORES.assign(stability=stability), params(choose_by="stability")).k == 4
    unsteady = SCORES.assign(stability=[None, 0.90, 0.50, 0.73, 0.40])
    assert choose_k(unsteady, params(choose_by="stability")).k == 4


def test_draws_with_too_few_different_customers_cannot_decide():
    choice = choose_k(SCORES.assign(stability=float("nan")), params(choose_by="stability"))
    assert choice.k == 4
    assert "too few different customers" in choice.sentence


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

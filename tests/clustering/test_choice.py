import pandas as pd
import pytest

from customer_segments.base.params import ClusteringParams
from customer_segments.steps.segment import choose_k, elected, next_best
from tests.clustering.scores_by_hand import SCORES, SETTINGS, STRAIGHT

NO_STABILITY = SCORES.assign(stability=float("nan"))


def params(choose_by="silhouette", **changed):
    return ClusteringParams(k_min=2, k_max=5, choose_by=choose_by, **changed)


def nearest(scores, **changed):
    return next_best(scores, choose_k(scores, params(**changed)))


@pytest.mark.parametrize(
    ("rule", "k"),
    [
        ("silhouette", 4),
        ("elbow", 3),
        ("calinski_harabasz", 2),
        ("davies_bouldin", 3),
        ("gap", 3),
        ("stability", 3),
        ("prediction_strength", 3),
        ("majority", 3),
    ],
)
def test_each_rule_chooses_its_own(rule, k):
    choice = choose_k(SCORES, params(choose_by=rule))
    assert (choice.k, choice.rule) == (k, rule)
    others = {
        "elbow": 3,
        "calinski_harabasz": 2,
        "davies_bouldin": 3,
        "gap": 3,
        "stability": 3,
        "prediction_strength": 3,
    }
    assert choice.votes == {"silhouette": 4} | others


def test_a_tied_vote_goes_to_the_smaller_number():
    tied = STRAIGHT.assign(silhouette=[0, 0.1, 0.1, 0.1, 0.3], davies_bouldin=[9, 1.5, 1.4, 1.1, 1.2])
    choice = choose_k(
        tied.assign(gap=0.1, stability=[0, 0.9, 0.8, 0.1, 0.1], prediction_strength=0.5), params(choose_by="majority")
    )
    assert choice.votes == {
        "silhouette": 5,
        "elbow": None,
        "calinski_harabasz": 2,
        "davies_bouldin": 4,
        "gap": None,
        "stability": 3,
        "prediction_strength": None,
    }
    assert choice.k == 2


def test_the_best_score_reached_twice_counts_for_the_smaller_number():
    assert choose_k(SCORES.assign(silhouette=[0, 0.1, 0.3, 0.3, 0.2]), params()).k == 3


@pytest.mark.parametrize(
    ("rule", "scores"),
    [
        ("elbow", STRAIGHT),
        ("gap", SCORES.assign(gap=[0.9, 0.8, 0.7, 0.6, 0.5])),
        ("stability", NO_STABILITY),
        ("prediction_strength", SCORES.assign(prediction_strength=0.79)),
    ],
)
def test_where_the_rules_criterion_sees_nothing_to_choose_the_silhouette_decides(rule, scores):
    choice = choose_k(scores, params(choose_by=rule))
    assert (choice.k, choice.rule, choice.votes[rule]) == (4, rule, None)


def test_a_gap_within_its_error_of_the_next_is_enough():
    rising = SCORES.assign(gap=[0.1, 0.2, 0.3, 0.35, 0.5], gap_error=[0.01, 0.01, 0.01, 0.06, 0.01])
    assert choose_k(rising, params(choose_by="gap")).k == 3
    assert choose_k(rising.assign(gap_error=0.01), params(choose_by="gap")).k == 5


def test_the_largest_number_that_comes_back_as_well_is_taken():
    stability = [None, 0.90, 0.95, 0.77, 0.70]
    assert choose_k(SCORES.assign(stability=stability), params(choose_by="stability")).k == 4
    unsteady = SCORES.assign(stability=[None, 0.90, 0.50, 0.73, 0.40])
    assert choose_k(unsteady, params(choose_by="stability")).k == 4


def test_the_largest_number_that_is_foretold_is_taken():
    humps = SCORES.assign(prediction_strength=[None, 0.9, 0.7, 0.8, 0.79])
    assert choose_k(humps, params("prediction_strength")).k == 4


def test_a_number_set_by_hand_wins_and_the_rules_own_is_known():
    choice = choose_k(SCORES, params(k=2))
    assert (choice.k, choice.rule, elected(choice.votes, "silhouette")) == (2, "hand", 4)


def test_a_number_set_by_hand_outside_the_range_has_no_vote():
    wider = pd.concat([SCORES, SCORES.tail(1).assign(k=9, silhouette=0.9)], ignore_index=True)
    choice = choose_k(wider, params(k=9))
    assert (choice.k, choice.votes["silhouette"]) == (9, 4)


def test_a_method_that_finds_the_number_itself_has_chosen():
    choice = choose_k(SETTINGS, ClusteringParams(method="dbscan"))
    assert (choice.k, choice.rule, choice.votes) == (3, "method", {})


def test_how_near_the_next_best_number_is_by_the_silhouette():
    assert nearest(SCORES) == ("silhouette", 3, "close")
    assert nearest(SCORES.assign(silhouette=[None, 0.30, 0.30, 0.36, 0.20])) == ("silhouette", 2, "clear")
    assert nearest(SCORES, k=5) == ("silhouette", 4, "behind")


def test_how_near_the_next_larger_number_is_by_stability():
    assert nearest(SCORES, choose_by="stability") == ("stability", 4, "clear")
    near = SCORES.assign(stability=[None, 0.95, 0.9, 0.74, 0.3])
    assert nearest(near, choose_by="stability") == ("stability", 4, "close")
    barely = SCORES.assign(stability=[None, 0.95, 0.77, 0.5, 0.3])
    assert nearest(barely, choose_by="stability") == ("stability", 4, "close")
    assert nearest(SCORES.assign(stability=[None, 0.8, 0.8, 0.9, 0.95]), choose_by="stability") is None


def test_where_stability_could_not_decide_the_next_best_number_is_the_silhouettes():
    assert nearest(NO_STABILITY, choose_by="stability") == ("silhouette", 3, "close")


def test_where_groups_lie_apart_stability_takes_no_number_that_cuts_one_in_two():
    stable = SCORES.assign(stability=[0, 0.95, 0.9, 0.9, 0.3])
    assert choose_k(stable, params("stability")).k == 4
    apart = stable.assign(apart=[None, 1, 0, 0, 0])
    assert choose_k(apart, params("stability")).k == 3
    cut = apart.assign(uncut=[None, 1, 0, 0, 0])
    assert choose_k(cut, params("stability")).k == 2


def test_groups_that_lie_apart_are_taken_though_another_number_is_more_stable():
    apart = SCORES.assign(apart=[None, 0, 0, 1, 0], stability=[0, 0.95, 0.7, 0.72, 0.3])
    assert choose_k(apart, params("stability")).k == 4
    by_chance = apart.assign(stability=[0, 0.95, 0.9, 0.4, 0.3])
    assert choose_k(by_chance, params("stability")).k == 3

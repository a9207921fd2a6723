import pandas as pd
from pandas.testing import assert_frame_equal

from customer_segments.base.params import ClusteringParams
from customer_segments.steps.clustering.choice import choose_k
from customer_segments.steps.clustering.votes import choice_alt, choice_caption, tipping_point, vote_caption, vote_table
from tests.clustering.scores_by_hand import SCORES, SETTINGS, STRAIGHT


def params(choose_by="silhouette", **changed):
    return ClusteringParams(k_min=2, k_max=5, choose_by=choose_by, **changed)


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
            ],
            "Would choose": ["4", "none", "2", "3", "3", "3"],
            "Its value there": ["0.36", "–", "90", "0.9", "0.4", "0.9"],
            "Its value at 4": ["0.36", "600", "70", "1.1", "0.38", "0.5"],
        }
    )
    choice = choose_k(STRAIGHT, params())
    assert_frame_equal(vote_table(STRAIGHT, choice).drop(columns="Prefers"), expected)
    assert vote_caption(choice) == "1 of 6 criteria chooses 4; they range from 2 to 4."


def test_the_figure_is_told_in_words():
    choice = choose_k(SCORES, params())
    caption = choice_caption(SCORES, choice)
    assert caption.startswith("The inertia bends most at 3; the mean silhouette is highest at 4 (0.36)")
    assert "The gap statistic would stop at 3." in caption
    assert "found again with a Jaccard index of 0.9, where 0.76 would do" in caption
    assert "2 to 5 segments" in choice_alt(SCORES, choice)
    assert "falls without a bend" in choice_caption(STRAIGHT, choose_k(STRAIGHT, params()))


def test_criteria_that_choose_nothing_are_told():
    silent = SCORES.assign(gap=0.1, stability=float("nan"))
    caption = choice_caption(silent, choose_k(silent, params()))
    assert "would not divide the customers at all" in caption
    assert "come back" not in caption


def test_how_near_the_next_best_number_is_by_the_silhouette():
    assert "a close call by the silhouette (0.36 with 4 segments, 0.35 with 3)" in tipping_point(
        SCORES, choose_k(SCORES, params())
    )
    clear = SCORES.assign(silhouette=[None, 0.30, 0.30, 0.36, 0.20])
    assert "no close call" in tipping_point(clear, choose_k(clear, params()))
    assert "silhouette alone 4 would be" in tipping_point(SCORES, choose_k(SCORES, params(k=5)))


def test_how_near_the_next_best_number_is_by_stability():
    said = tipping_point(SCORES, choose_k(SCORES, params("stability")))
    assert "no close call by stability (the least stable of 3 is found again with a Jaccard index of 0.9, that" in said
    near = SCORES.assign(stability=[None, 0.95, 0.9, 0.74, 0.3])
    assert "a close call" in tipping_point(near, choose_k(near, params("stability")))
    rising = SCORES.assign(stability=[None, 0.8, 0.8, 0.9, 0.95])
    assert "More than 5 segments were not tried" in tipping_point(rising, choose_k(rising, params("stability")))


def test_a_method_that_finds_the_number_itself_shows_its_settings_instead():
    dbscan = ClusteringParams(method="dbscan")
    choice = choose_k(SETTINGS, dbscan)
    assert (choice.k, choice.rule, choice.votes) == (3, "method", {})
    assert choice.row(SETTINGS)["silhouette"] == 0.4
    assert choice.sentence == (
        "3 segments: DBSCAN finds the number itself and leaves 20% of the customers unassigned; "
        "with its eps from half to twice 1 it finds between 0 and 4."
    )
    assert vote_table(SETTINGS, choice)["Segments"].tolist() == ["0", "4", "3", "3", "2", "2", "1"]
    assert vote_table(SETTINGS, choice)["Used"].tolist().index("yes") == 3
    assert "2 of the 7 settings lead to 3 segments" in choice_caption(SETTINGS, choice)
    assert "settings from 0.5 to 2" in choice_alt(SETTINGS, choice)
    assert "what the method finds" in vote_caption(choice)
    assert "3 segments, a slightly larger one to 2 segments" in tipping_point(SETTINGS, choice)
    steady = SETTINGS.assign(k=3)
    assert "as many segments" in tipping_point(steady, choose_k(steady, dbscan))
    assert "it finds 3 every time" in choose_k(steady, dbscan).sentence

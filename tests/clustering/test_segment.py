"""The whole step: the choice, the segments, and how well they fit."""

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from sklearn.metrics import adjusted_rand_score

from customer_segments.base.params import ClusteringParams
from customer_segments.steps import segment as step
from customer_segments.steps.segment import segment
from tests.clustering.scores_by_hand import SCORES, SETTINGS, found

PARAMS = ClusteringParams(k_max=6, n_init=3)
CRITERIA = ("silhouette", "elbow", "calinski_harabasz", "davies_bouldin", "gap", "stability", "prediction_strength")


def simulated(middles, customers=240, seed=1):
    """Features around the given middles, in random order, and the true group of every customer."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, len(middles), customers)
    points = rng.normal(size=(customers, len(middles[0]))) + np.array(middles)[truth]
    features = pd.DataFrame(points.round(6), columns=[f"feature_{number}" for number in range(len(middles[0]))])
    features.insert(0, "customer_id", [f"C{number:03}" for number in range(customers)])
    return features, truth


def segmented(features, params=PARAMS, **columns):
    customers = pd.DataFrame({"customer_id": features["customer_id"], **columns})
    return segment(features, customers, params, seed=1)


@pytest.mark.parametrize("rule", [*CRITERIA, "majority"])
def test_three_simulated_groups_are_found_by_every_rule(rule):
    features, truth = simulated([[0, 0, 0], [7, 0, 0], [0, 7, 7]])
    found = segmented(features, PARAMS.model_copy(update={"choose_by": rule}))
    assert found.k == 3
    assert adjusted_rand_score(truth, found.labels) > 0.95
    assert found.silhouettes["silhouette"].mean() > 0.5


@pytest.mark.parametrize("seed", range(3))
def test_a_single_cloud_gives_a_low_silhouette(seed):
    assert segmented(simulated([[0] * 5], seed=seed)[0]).silhouettes["silhouette"].mean() < 0.25


def test_the_most_valuable_segment_is_the_first_and_the_saved_segmenter_says_the_same():
    features, truth = simulated([[0, 0], [9, 0]])
    small = np.bincount(truth).argmin()
    found = segmented(features, net_revenue=np.where(truth == small, 500.0, 20.0))
    assert found.overview["value"].tolist() == [500, 20]
    assert found.labels.tolist() == np.where(truth == small, 1, 2).tolist()
    assert (found.segmenter.predict(found.inputs) == found.labels).all()


def test_what_only_the_chapter_shows_is_not_computed_before_it_is_asked_for(monkeypatch):
    monkeypatch.setattr(step, "silhouettes_of", None)
    found = segmented(simulated([[0, 0], [7, 0]], customers=60)[0], PARAMS.model_copy(update={"compare": ("dbscan",)}))
    with pytest.raises(TypeError):
        _ = found.silhouettes


def test_many_customers_are_sampled_for_the_silhouette():
    features, _ = simulated([[0, 0], [7, 0]], customers=400)
    assert len(segmented(features, PARAMS.model_copy(update={"silhouette_sample": 150})).silhouettes) == 150


def test_customers_are_listed_by_segment_and_fit():
    found = segmented(simulated([[0, 0], [7, 0]], customers=50)[0])
    fit = found.silhouettes
    assert fit["segment"].is_monotonic_increasing
    assert fit.groupby("segment")["silhouette"].apply(lambda each: each.is_monotonic_decreasing).all()
    assert fit["segment"].value_counts().to_dict() == found.segments["segment"].value_counts().to_dict()


def test_an_overview_by_hand():
    fit = pd.DataFrame({"segment": [1, 1, 1, 2], "silhouette": [0.5, 0.3, -0.2, 0.1]})
    by_hand = found(SCORES, ClusteringParams(k_max=5), [1, 2, 1, 1, 0], silhouettes=fit)
    vars(by_hand)["value"] = pd.Series([10.0, 20.0, 30.0, 50.0, 5.0], index=list("abcde"))
    expected = pd.DataFrame(
        {
            "segment": [1, 2, 0],
            "customers": [3, 1, 1],
            "share": [0.6, 0.2, 0.2],
            "silhouette": [0.2, 0.1, np.nan],
            "value": [30.0, 20.0, 5.0],
        }
    )
    assert_frame_equal(by_hand.overview, expected)


def test_customers_who_are_not_assigned_have_no_silhouette():
    left = found(SETTINGS, ClusteringParams(method="dbscan"), [1, 0, 2, 1, 2])
    vars(left)["inputs"] = pd.DataFrame({"orders": [0.0, 50.0, 9.0, 1.0, 8.0]})
    assert left.silhouettes["segment"].tolist() == [1, 1, 2, 2]
    assert (left.metrics["k"], left.metrics["silhouette"], left.metrics["not_assigned"]) == (3, 0.4, 0.2)


def test_metrics_are_those_of_the_chosen_number():
    chosen = found(SCORES, ClusteringParams(k_max=5, choose_by="silhouette"), [3, 1, 1, 2])
    assert chosen.metrics == {
        "method": "kmeans",
        "k": 4,
        "chosen_by": "silhouette",
        "votes": chosen.choice.votes,
        "inertia": 350.0,
        "silhouette": 0.36,
        "calinski_harabasz": 70.0,
        "davies_bouldin": 1.1,
        "stability": 0.5,
        "prediction_strength": 0.6,
        "gap": 0.38,
        "gap_error": 0.01,
        "not_assigned": 0.0,
        "sizes": {"1": 2, "2": 1, "3": 1},
    }


def test_methods_are_compared_with_as_many_segments_and_the_chosen_one_comes_first():
    features, _ = simulated([[0, 0], [15, 0]], customers=120)
    features.loc[:2, "feature_1"] = [90.0, 150.0, 210.0]
    compare = ClusteringParams(compare=("ward", "kmeans", "dbscan", "hdbscan"), eps=1e-6, k=2, k_max=3, n_init=2)
    compared = segmented(features, compare).compared
    assert compared["method"].tolist() == ["kmeans", "ward", "dbscan", "hdbscan"]
    assert compared["segments"].tolist() == [2, 2, 0, 2]
    assert compared["agreement"][0] == 1 > compared["agreement"][3]
    assert compared["not_assigned"].tolist()[:3] == [0, 0, 1]
    assert compared["not_assigned"][3] >= 0.025
    assert len(segmented(features, compare.model_copy(update={"compare": ()})).compared) == 1

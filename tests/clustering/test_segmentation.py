import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from sklearn.metrics import adjusted_rand_score

from customer_segments.base.errors import StudyError
from customer_segments.base.params import ClusteringParams
from customer_segments.steps.clustering import segmentation, sentences
from customer_segments.steps.clustering.choice import VOTERS, choose_k
from customer_segments.steps.clustering.segmentation import (
    customer_value,
    model_inputs,
    overview,
    segment_table,
    try_each_k,
)
from tests.clustering.scores_by_hand import SCORES, SETTINGS

PARAMS = ClusteringParams(k_max=6, n_init=3)


def simulated(middles, customers=240, seed=1):
    """Features around the given middles, in random order, and the true group of every customer."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, len(middles), customers)
    points = rng.normal(size=(customers, len(middles[0]))) + np.array(middles)[truth]
    features = pd.DataFrame(points.round(6), columns=[f"feature_{number}" for number in range(len(middles[0]))])
    features.insert(0, "customer_id", [f"C{number:03}" for number in range(customers)])
    return features, truth


def clustered(features, params=PARAMS):
    """The whole chapter: the choice, the segments, and how well they fit."""
    choice = choose_k(try_each_k(features, params, seed=1), params)
    segmenter = segmentation.segmenter_for(choice.k, params, seed=1).fit(model_inputs(features))
    segments = segment_table(features, segmenter)
    return choice, segments, segmentation.fit_table(features, segments, params, seed=1)


@pytest.mark.parametrize("rule", [*VOTERS, "majority"])
def test_three_simulated_groups_are_found_by_every_rule(rule):
    features, truth = simulated([[0, 0, 0], [7, 0, 0], [0, 7, 7]])
    choice, segments, fit = clustered(features, PARAMS.model_copy(update={"choose_by": rule}))
    assert choice.k == 3
    assert adjusted_rand_score(truth, segments["segment"]) > 0.95
    assert fit["silhouette"].mean() > 0.5


@pytest.mark.parametrize("seed", range(3))
def test_a_single_cloud_gives_a_low_silhouette_and_the_caption_says_weak(seed):
    features, _ = simulated([[0] * 5], seed=seed)
    choice, segments, fit = clustered(features)
    table = overview(segments, fit, None)
    assert fit["silhouette"].mean() < 0.25
    findings = sentences.findings(choice, fit, table, "", "€")
    assert any("weak" in finding and "shade into each other" in finding for finding in findings)


def test_scores_have_a_row_for_every_number_tried_and_for_one_set_by_hand():
    features, _ = simulated([[0, 0], [7, 0]], customers=40)
    params = ClusteringParams(k=7, k_max=4, n_init=1)
    scores = try_each_k(features, params, seed=1)
    criteria = ["inertia", "silhouette", "calinski_harabasz", "davies_bouldin", "stability", "gap", "gap_error"]
    assert list(scores) == ["k", *criteria]
    assert scores["k"].tolist() == [1, 2, 3, 4, 7]
    assert scores["inertia"].dropna().is_monotonic_decreasing


def test_many_customers_are_sampled_for_the_silhouette_and_it_is_said():
    features, _ = simulated([[0, 0], [7, 0]], customers=400)
    params = PARAMS.model_copy(update={"silhouette_sample": 150})
    choice, _, fit = clustered(features, params)
    assert (choice.k, len(fit)) == (2, 150)
    assert "from 150 of the 400 customers" in sentences.sampled(400, params)
    assert sentences.sampled(150, params) == ""


def test_too_few_distinct_customers_are_refused_with_the_largest_k_that_works():
    features, _ = simulated([[0, 0]], customers=6)
    with pytest.raises(StudyError, match=r"9 segments .* 6 customers: lower clustering\.k_max .* to 5 or less"):
        try_each_k(features, ClusteringParams(k_max=9), seed=1)


def test_the_value_of_a_customer_is_the_net_revenue_in_the_features_order():
    features = pd.DataFrame({"customer_id": ["b", "a"], "orders": [1.0, 2.0]})
    customers = pd.DataFrame({"customer_id": ["a", "b", "c"], "net_revenue": [10, 20, 30]})
    assert customer_value(features, customers, PARAMS).tolist() == [20.0, 10.0]
    assert customer_value(features, customers, ClusteringParams(order_by="size")) is None
    assert customer_value(features, customers.drop(columns="net_revenue"), PARAMS) is None


def test_an_overview_by_hand():
    segments = pd.DataFrame({"customer_id": list("abcd"), "segment": [1, 2, 1, 1]})
    fit = pd.DataFrame({"segment": [1, 1, 1, 2], "silhouette": [0.5, 0.3, -0.2, 0.1]})
    expected = pd.DataFrame(
        {
            "segment": [1, 2],
            "customers": [3, 1],
            "share": [0.75, 0.25],
            "silhouette": [0.2, 0.1],
            "misplaced": [0.333333, 0.0],
            "value": [30.0, 20.0],
        }
    )
    found = overview(segments, fit, pd.Series([10.0, 20.0, 30.0, 50.0], index=list("abcd")))
    assert_frame_equal(found, expected)


def test_customers_are_listed_by_segment_and_fit():
    features, _ = simulated([[0, 0], [7, 0]], customers=50)
    _, segments, fit = clustered(features)
    assert fit["segment"].is_monotonic_increasing
    assert fit.groupby("segment")["silhouette"].apply(lambda found: found.is_monotonic_decreasing).all()
    assert fit["segment"].value_counts().to_dict() == segments["segment"].value_counts().to_dict()


def test_metrics_are_those_of_the_chosen_number():
    params = ClusteringParams(k_max=5, choose_by="silhouette")
    choice = choose_k(SCORES, params)
    found = segmentation.metrics(SCORES, choice, pd.DataFrame({"segment": [3, 1, 1, 2]}), params)
    assert found == {
        "method": "kmeans",
        "k": 4,
        "chosen_by": "silhouette",
        "votes": choice.votes,
        "inertia": 350.0,
        "silhouette": 0.36,
        "calinski_harabasz": 70.0,
        "davies_bouldin": 1.1,
        "stability": 0.5,
        "gap": 0.38,
        "gap_error": 0.01,
        "not_assigned": 0.0,
        "sizes": {"1": 2, "2": 1, "3": 1},
    }


def test_customers_who_are_not_assigned_are_counted_last_and_have_no_silhouette():
    segments = pd.DataFrame({"customer_id": list("abcde"), "segment": [1, 0, 2, 1, 2]})
    features = pd.DataFrame({"customer_id": list("abcde"), "orders": [0.0, 50.0, 9.0, 1.0, 8.0]})
    fit = segmentation.fit_table(features, segments, PARAMS, seed=1)
    table = overview(segments, fit, None)
    assert fit["segment"].tolist() == [1, 1, 2, 2]
    assert table["segment"].tolist() == [1, 2, 0]
    assert table["share"].tolist() == [0.4, 0.4, 0.2]
    metrics = segmentation.metrics(
        SETTINGS, choose_k(SETTINGS, ClusteringParams(method="dbscan")), segments, ClusteringParams(method="dbscan")
    )
    assert (metrics["k"], metrics["silhouette"], metrics["not_assigned"]) == (3, 0.4, 0.2)

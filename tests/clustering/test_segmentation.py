import numpy as np
import pandas as pd
import pytest

from customer_segments.base.errors import StudyError
from customer_segments.base.params import ClusteringParams
from customer_segments.steps.clustering.segmentation import FACTORS, USED, customer_value, try_each_k
from customer_segments.steps.segment import choose_k


def customers(count=200, apart=15, seed=0):
    """Two groups, and the features that tell them apart."""
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(count, 2)) + apart * np.eye(2)[np.arange(count) % 2]
    return pd.DataFrame({"customer_id": range(count), "orders": points[:, 0], "revenue": points[:, 1]})


def test_scores_have_a_row_for_every_number_tried_and_for_one_set_by_hand():
    params = ClusteringParams(k=7, k_max=4, n_init=1)
    scores = try_each_k(customers(40), params, seed=1)
    criteria = ["inertia", "silhouette", "calinski_harabasz", "davies_bouldin"]
    assert list(scores) == ["k", *criteria, "apart", "uncut", "stability", "prediction_strength", "gap", "gap_error"]
    assert scores["k"].tolist() == [1, 2, 3, 4, 7]
    assert scores["inertia"].dropna().is_monotonic_decreasing


def test_too_few_distinct_customers_are_refused_with_the_largest_k_that_works():
    with pytest.raises(StudyError, match=r"9 segments .* 6 customers: lower clustering\.k_max .* to 5 or less"):
        try_each_k(customers(6), ClusteringParams(k_max=9), seed=1)


def test_the_value_of_a_customer_is_the_net_revenue_in_the_features_order():
    features = pd.DataFrame({"customer_id": ["b", "a"], "orders": [1.0, 2.0]})
    people = pd.DataFrame({"customer_id": ["a", "b", "c"], "net_revenue": [10, 20, 30]})
    assert customer_value(features, people, ClusteringParams()).tolist() == [20.0, 10.0]
    assert customer_value(features, people, ClusteringParams(order_by="size")) is None
    assert customer_value(features, people.drop(columns="net_revenue"), ClusteringParams()) is None


@pytest.mark.parametrize(("method", "used"), [("dbscan", None), ("hdbscan", 5)])
def test_the_used_setting_and_others_around_it_are_tried(method, used):
    params = ClusteringParams(method=method)
    scores = try_each_k(customers(), params, seed=1)
    assert len(scores) == len(FACTORS)
    assert scores["setting"].is_monotonic_increasing
    assert used is None or scores["setting"].tolist() == [2, 4, 4, 5, 6, 8, 10]
    assert scores.loc[USED, "k"] == 2
    assert scores.loc[USED, "silhouette"] > 0.8
    assert choose_k(scores, params).k == 2


def test_a_setting_that_finds_no_two_segments_has_no_scores_but_a_row():
    scores = try_each_k(customers(), ClusteringParams(method="dbscan", eps=8.0), seed=1)
    last = scores.iloc[-1]
    assert last["k"] == 1
    assert np.isnan(last["silhouette"])
    assert last["not_assigned"] == 0

import numpy as np
import pandas as pd
import pytest

from customer_segments.base.params import ClusteringParams
from customer_segments.steps.clustering import settings
from customer_segments.steps.clustering.choice import choose_k
from customer_segments.steps.clustering.segmentation import try_each_k


def customers(seed=0):
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(200, 2)) + 15 * np.eye(2)[np.arange(200) % 2]
    return pd.DataFrame({"customer_id": range(200), "orders": points[:, 0], "revenue": points[:, 1]})


@pytest.mark.parametrize(("method", "used"), [("dbscan", None), ("hdbscan", 5)])
def test_the_used_setting_and_others_around_it_are_tried(method, used):
    params = ClusteringParams(method=method)
    scores = try_each_k(customers(), params, seed=1)
    assert len(scores) == len(settings.FACTORS)
    assert scores["setting"].is_monotonic_increasing
    assert used is None or scores["setting"].tolist() == [2, 4, 4, 5, 6, 8, 10]
    assert scores.loc[settings.USED, "k"] == 2
    assert scores.loc[settings.USED, "silhouette"] > 0.8
    assert choose_k(scores, params).k == 2


def test_a_setting_that_finds_no_two_segments_has_no_scores_but_a_row():
    scores = try_each_k(customers(), ClusteringParams(method="dbscan", eps=8.0), seed=1)
    last = scores.iloc[-1]
    assert last["k"] == 1
    assert np.isnan(last["silhouette"])
    assert last["not_assigned"] == 0

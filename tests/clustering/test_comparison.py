import numpy as np
import pandas as pd

from customer_segments.base.params import ClusteringParams
from customer_segments.steps.clustering.choice import Choice
from customer_segments.steps.clustering.comparison import caption, compared, table

CHOICE = Choice(2, "hand", "", {})


def customers():
    rng = np.random.default_rng(0)
    points = rng.normal(size=(120, 2)) + 15 * np.eye(2)[np.arange(120) % 2]
    return pd.DataFrame({"customer_id": range(120), "orders": points[:, 0], "revenue": points[:, 1]})


def test_methods_stand_side_by_side_and_the_chosen_one_comes_first():
    segments = pd.DataFrame({"customer_id": range(120), "segment": np.arange(120) % 2 + 1})
    params = ClusteringParams(compare=("ward", "kmeans", "dbscan", "hdbscan"), eps=1e-6)
    found = compared(customers(), segments, CHOICE, params, seed=1)
    assert found["method"].tolist() == ["K-means", "Ward's tree", "DBSCAN", "HDBSCAN"]
    assert found["agreement"].tolist()[:2] == [1, 1]
    assert found["segments"].tolist() == [2, 2, 0, 2]
    assert table(found)["Segments"].tolist() == ["2", "2", "none", "2"]
    assert table(found).iloc[2].tolist() == ["DBSCAN", "none", "–", "–", "–"]
    assert "Ward's tree agrees most with K-means (1)" in caption(found)
    assert "DBSCAN finds no two segments." in caption(found)


def test_nothing_to_compare_with_is_said():
    segments = pd.DataFrame({"customer_id": range(120), "segment": np.arange(120) % 2 + 1})
    found = compared(customers(), segments, CHOICE, ClusteringParams(), seed=1)
    assert len(found) == 1
    assert caption(found) == "K-means alone was used; `clustering.compare` takes other methods to compare it with."

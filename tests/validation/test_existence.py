import numpy as np
import pandas as pd
import pytest

from customer_segments.base.params import ClusteringParams, ValidationParams
from customer_segments.pages.validation import verdict
from customer_segments.steps.validation import existence as ex
from customer_segments.steps.validation.groups import Apart

CLUSTERING = ClusteringParams(n_init=2, k_max=5)
PARAMS = ValidationParams(references=19, reference_sample=150)


def as_table(points: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame((points - points.mean(axis=0)) / points.std(axis=0), columns=["a", "b"])


def groups(rng: np.random.Generator) -> pd.DataFrame:
    centres = np.array([[0.0, 0.0], [8.0, 0.0], [4.0, 7.0]])
    return as_table(centres[rng.integers(0, 3, 150)] + rng.normal(size=(150, 2)))


@pytest.fixture(scope="module")
def with_groups() -> ex.Existence:
    return ex.existence(groups(np.random.default_rng(1)), 3, CLUSTERING, PARAMS, 7)


@pytest.fixture(scope="module")
def without_groups() -> ex.Existence:
    rng = np.random.default_rng(2)
    skewed = np.exp(rng.multivariate_normal([0, 0], [[1, 0.7], [0.7, 1]], 150) * 0.7)
    return ex.existence(as_table(skewed), 2, CLUSTERING, PARAMS, 7)


def test_groups_are_clearer_than_every_kind_of_data_without_groups(with_groups):
    assert [with_groups.p_value(kind) for kind in ex.KINDS] == [0.05, 0.05, 0.05]
    assert all(with_groups.effect(kind) > 3 for kind in ex.KINDS)
    assert with_groups.beats_chance


def test_a_skewed_correlated_cloud_is_no_clearer_than_clouds_like_it(without_groups):
    assert not without_groups.beats_chance


def test_a_number_set_by_hand_leaves_references_no_other():
    assert ex.tried(3, ClusteringParams(k=3)) == [3]
    assert ex.tried(3, CLUSTERING) == [2, 3, 4, 5]


def test_each_kind_has_as_many_references_as_asked_for(with_groups):
    assert with_groups.references.groupby("kind").size().to_dict() == dict.fromkeys(ex.KINDS, 19)


def test_a_p_value_counts_those_that_are_as_clear_as_our_clearest():
    references = pd.DataFrame({"kind": "smooth", "silhouette": [0.5, 0.6, 0.4, 0.2]})
    found = ex.Existence(2, pd.DataFrame({"k": [2, 3], "silhouette": [0.3, 0.5]}), references, 10)
    assert found.p_value("smooth") == pytest.approx(3 / 5)


def test_customers_in_no_group_count_as_unclear():
    points = np.array([[0.0, 0], [0, 1], [9, 0], [9, 1], [5, 5]])
    everyone, some = np.array([1, 1, 2, 2, 2]), np.array([1, 1, 2, 2, 0])
    scores = ex.clear(points, np.column_stack([some, everyone]))
    assert scores[0] < 0.8


def test_what_is_said_follows_the_numbers(with_groups, without_groups):
    assert "is clearer than data without groups" in verdict.there(with_groups)[3]
    assert "is no clearer than" in verdict.there(without_groups)[3]
    table, _ = verdict.there_table(with_groups, Apart(None, None, same=False))
    assert table["p-value"].tolist() == ["0.05"] * 3


def test_where_a_method_finds_no_groups_nobody_is_assigned():
    scattered = pd.DataFrame(np.random.default_rng(0).normal(size=(60, 2)), columns=["a", "b"])
    labels = ex.labels_of(scattered, 2, ClusteringParams(method="dbscan", eps=0.001), 1)
    assert labels.tolist() == [0] * 60
    clear = ex.clearness(scattered, [2], ClusteringParams(method="dbscan", eps=0.001), 1)
    assert clear.to_dict("records") == [{"k": 2, "silhouette": 0.0}]


def test_every_kind_of_reference_has_its_words():
    assert tuple(verdict.KINDS) == ex.KINDS

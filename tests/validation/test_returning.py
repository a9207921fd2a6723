import numpy as np
import pandas as pd
import pytest

from customer_segments.base.params import ClusteringParams, ValidationParams
from customer_segments.pages.validation import verdict
from customer_segments.steps.clustering.methods import segmenter_for
from customer_segments.steps.validation import returning as rt

CLUSTERING = ClusteringParams(n_init=2)
PARAMS = ValidationParams(bootstraps=10)


def looked_for(points: np.ndarray, k: int) -> tuple[rt.Returning, np.ndarray]:
    table = pd.DataFrame(points, columns=["a", "b"])
    labels = segmenter_for(k, CLUSTERING, 1).fit(table).labels_
    return rt.returning(table, labels, k, CLUSTERING, PARAMS, 3), labels


@pytest.fixture(scope="module")
def apart() -> tuple[rt.Returning, np.ndarray]:
    rng = np.random.default_rng(1)
    centres = np.array([[0.0, 0.0], [9.0, 0.0], [0.0, 9.0]])
    return looked_for(centres[rng.integers(0, 3, 150)] + rng.normal(size=(150, 2)), 3)


@pytest.fixture(scope="module")
def one_cloud() -> rt.Returning:
    return looked_for(np.random.default_rng(1).uniform(size=(150, 2)), 7)[0]


def test_groups_apart_come_back_as_they_were(apart):
    found, _ = apart
    assert found.comes_back
    assert set(found.segments["word"]) == {"stable"}
    assert (found.found_again == 1).mean() > 0.95
    assert found.halves.mean() > 0.95


def test_seven_pieces_of_one_cloud_do_not_come_back(one_cloud):
    assert not one_cloud.comes_back
    assert (one_cloud.segments["jaccard"] < rt.STABLE).sum() >= 4
    assert (one_cloud.found_again >= rt.CERTAIN).mean() < 0.6


def test_jaccard_is_shared_over_either():
    labels, found = np.array([1, 1, 1, 2, 2]), np.array([5, 5, 6, 6, 6])
    assert rt.jaccards(labels, found) == pytest.approx([2 / 3, 2 / 3])


def test_segments_found_again_are_called_as_before():
    labels, found = np.array([1, 1, 1, 2, 2]), np.array([6, 6, 5, 5, 5])
    assert rt.matched(labels, found).tolist() == [1, 1, 2, 2, 2]


def test_a_segment_too_many_gets_no_name():
    labels, found = np.array([1, 1, 2, 2]), np.array([1, 1, 2, 3])
    assert sorted(rt.matched(labels, found).tolist()) == [-1, 1, 1, 2]


def test_those_found_again_are_told_by_segment(apart):
    found, labels = apart
    assert (found.segments["sure"] > 0.9).all()
    own = found.found_again[labels == 2] >= rt.CERTAIN
    assert found.segments.set_index("segment").loc[2, "sure"] == pytest.approx(own.mean())
    table, caption = verdict.back_table(found)
    assert table["Segment"].tolist() == ["Segment 1", "Segment 2", "Segment 3"]
    assert "of all customers were found in their own segment at least 90% of the time" in caption


def test_what_is_said_follows_the_numbers(apart, one_cloud):
    assert verdict.back(apart[0])[3] == "3 of 3 segments are stable among resampled customers"
    assert "Every segment comes back" in verdict.weakest(apart[0])
    assert "check it before acting on it" in verdict.weakest(one_cloud)
    assert "least" in verdict.weakest(one_cloud)
    assert rt.word(0.74) == "doubtful"
    assert rt.word(0.49) == "dissolved"


def test_those_not_assigned_are_no_segment_that_could_come_back():
    points = np.repeat([[0.0, 0.0], [9.0, 9.0]], 30, axis=0) + np.random.default_rng(0).normal(size=(60, 2)) / 5
    table = pd.DataFrame(np.vstack([points, [[4.0, 5.0]]]), columns=["a", "b"])
    clustering = ClusteringParams(method="dbscan", eps=1.0, min_samples=4)
    labels = segmenter_for(2, clustering, 1).fit(table).labels_
    assert 0 in labels
    assert rt.returning(table, labels, 2, clustering, PARAMS, 3).segments["segment"].tolist() == [1, 2]

import numpy as np
import pytest
from sklearn.cluster import DBSCAN, HDBSCAN

from customer_segments.base.errors import StudyError
from customer_segments.steps.clustering.density import (
    DbscanSegmenter,
    FastCrowds,
    HdbscanSegmenter,
    bend_of_distances,
)
from customer_segments.steps.clustering.places import NOBODY, Crowds


def crowds(sizes=(60, 40), lone=5, seed=0):
    """Crowds ten apart on a line, and a few customers far from all."""
    rng = np.random.default_rng(seed)
    members = [rng.normal(size=(size, 2)) * 0.5 + [10 * place, 0] for place, size in enumerate(sizes)]
    return np.vstack([*members, 50 + 40 * rng.random((lone, 2))])


@pytest.mark.parametrize("segmenter", [DbscanSegmenter(eps=1.5, min_samples=4), HdbscanSegmenter(min_cluster_size=10)])
def test_customers_in_no_crowd_are_not_assigned(segmenter):
    labels = segmenter.fit(crowds()).labels_
    assert np.bincount(labels).tolist() == [5, 60, 40]
    assert segmenter.certainty(crowds())[labels == 0].tolist() == [0] * 5


def test_whoever_is_within_eps_of_a_crowd_belongs_to_it_and_nobody_farther_away():
    fitted = DbscanSegmenter(eps=1.0, min_samples=3).fit(np.array([[0], [0.5], [1], [8], [8.5], [9.0]]))
    assert fitted.predict(np.array([[1.9], [2.1], [7.1], [9.9]])).tolist() == [1, 0, 2, 2]


def test_a_new_customer_is_at_most_as_far_from_a_crowd_as_its_members_are_from_each_other():
    fitted = HdbscanSegmenter(min_cluster_size=3, min_samples=2).fit(
        np.array([[0], [0.5], [1], [1.4], [8], [8.5], [9.0], [9.3]])
    )
    assert fitted.predict(np.array([[1.8], [2.5], [7.6]])).tolist() == [1, 0, 2]


@pytest.mark.parametrize("kind", [Crowds, FastCrowds])
@pytest.mark.parametrize("members", [[0, 1, NOBODY, 1], [1, 0, 1, NOBODY]])
def test_of_two_crowds_as_near_the_first_is_taken_and_one_before_a_customer_in_none(kind, members):
    places = kind(np.array([[1.0], [2.0], [-2.0], [-1.0]]), np.array(members), np.array([1.0, 1.0]))
    assert places.codes(np.array([[1.5], [-1.5]])).tolist() == [0, 1]


def test_dbscan_says_the_same_as_scikit_learns_but_for_whom_two_crowds_share():
    points = crowds(sizes=(80, 50, 30))
    expected = DBSCAN(eps=0.6, min_samples=5).fit(points).labels_
    found = DbscanSegmenter(eps=0.6, min_samples=5).fit(points).labels_ - 1
    assert (found == expected).mean() > 0.98


def test_hdbscan_says_the_same_as_scikit_learns():
    points = crowds(sizes=(80, 50, 30))
    expected = HDBSCAN(min_cluster_size=12, copy=True).fit(points).labels_
    found = HdbscanSegmenter(min_cluster_size=12).fit(points).labels_ - 1
    assert ((found < 0) == (expected < 0)).all()
    assert len({*zip(found, expected, strict=True)}) == len({*expected})


def test_the_distance_that_makes_neighbours_is_where_the_sorted_distances_bend():
    points = np.arange(20.0)[:, None]
    points[-2:] = [[60.0], [120.0]]
    assert bend_of_distances(points, neighbours=1) == 1.0
    fitted = DbscanSegmenter(min_samples=4).fit(crowds())
    assert fitted.eps_ < 10
    assert (fitted.labels_ == 0).sum() >= 5


@pytest.mark.parametrize(
    ("segmenter", "sentence"),
    [
        (DbscanSegmenter(eps=500), r"DBSCAN with `clustering\.eps` 500 finds a single crowd \(100% of customers\)"),
        (DbscanSegmenter(eps=1e-6), r"finds no crowd, so there are no segments .*: set another `clustering\.eps`"),
        (HdbscanSegmenter(min_cluster_size=90), "HDBSCAN with `clustering.min_cluster_size` 90 finds no crowd"),
    ],
)
def test_fewer_than_two_crowds_are_refused_in_a_sentence(segmenter, sentence):
    with pytest.raises(StudyError, match=sentence):
        segmenter.fit(crowds())

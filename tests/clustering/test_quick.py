import numpy as np
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from customer_segments.steps.clustering.quick import quick_labelings

RNG = np.random.default_rng(3)
CLOUD = RNG.normal(size=(200, 3))
CENTRES = np.array([[0.0, 0, 0], [9, 0, 0], [0, 9, 0]])
GROUP = RNG.integers(0, 3, 200)
GROUPS = CENTRES[GROUP] + RNG.normal(size=(200, 3))


def inertia(points: np.ndarray, labels: np.ndarray) -> float:
    return sum(((own - own.mean(axis=0)) ** 2).sum() for own in (points[labels == s] for s in np.unique(labels)))


def test_groups_that_are_there_are_found():
    found = quick_labelings(GROUPS, [2, 3, 4], 3, np.random.default_rng(1))
    assert adjusted_rand_score(found[:, 1], GROUP) == 1
    assert [len(np.unique(column)) for column in found.T] == [2, 3, 4]


def test_fits_are_as_tight_as_scikit_learns():
    ks = [2, 5, 8]
    found = quick_labelings(CLOUD, ks, 10, np.random.default_rng(1))
    for k, labels in zip(ks, found.T, strict=True):
        reference = KMeans(k, n_init=10, random_state=0).fit(CLOUD).inertia_
        assert inertia(CLOUD, labels) < 1.03 * reference


def test_labels_run_from_one_to_k_and_are_the_same_for_the_same_seed():
    one, other = (quick_labelings(CLOUD, [2, 6], 3, np.random.default_rng(4)) for _ in range(2))
    assert (one == other).all()
    assert one.min() == 1
    assert one.max(axis=0).tolist() == [2, 6]


def test_customers_who_are_all_alike_do_not_break_it():
    assert quick_labelings(np.ones((20, 2)), [2, 3], 2, np.random.default_rng(0)).shape == (20, 2)

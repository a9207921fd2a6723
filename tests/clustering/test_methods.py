import pickle
from unittest import SkipTest

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.metrics import adjusted_rand_score
from sklearn.utils.estimator_checks import estimator_checks_generator

from customer_segments.base.errors import StudyError
from customer_segments.base.params import ClusteringParams, Method
from customer_segments.steps.clustering import methods, numbered
from customer_segments.steps.clustering.methods import METHODS, finds_k, learnt_from, segmenter_for
from customer_segments.steps.clustering.numbered import UnusableError

ALL = list(METHODS)
TAKES_K = [method for method in METHODS if not finds_k(ClusteringParams(method=method))]
# What scikit-learn asks of its own estimators and ours do otherwise on purpose.
OTHERWISE = {
    "check_clustering",  # wants labels from 0; segments are numbered from 1, and 0 is not assigned
    "check_fit_score_takes_y",  # wants a second argument `y`; ours is `value`
    "check_fit2d_1feature",  # wants other words where DBSCAN and HDBSCAN find no two crowds
}


def made(method, k=3, seed=0, **options):
    return segmenter_for(k, ClusteringParams(method=method, n_init=3, **options), seed)


def three_groups(customers=240, seed=0):
    """Three groups of unlike size, far apart, in random order: features and the true group."""
    rng = np.random.default_rng(seed)
    truth = rng.permutation(np.repeat([0, 1, 2], [customers // 2, customers // 3, customers // 6]))
    middles = np.array([[0, 0], [12, 0], [0, 12]])
    return pd.DataFrame(rng.normal(size=(customers, 2)) + middles[truth], columns=["orders", "revenue"]), truth


def test_every_method_of_the_parameters_has_an_estimator():
    assert set(Method.__args__) == set(METHODS)


@pytest.mark.parametrize("method", ALL)
def test_three_groups_are_found_and_numbered_by_size(method):
    features, truth = three_groups()
    labels = made(method).fit(features).labels_
    sizes = np.bincount(labels, minlength=4)[1:]
    assert adjusted_rand_score(truth, labels) > 0.9
    assert sizes.tolist() == sorted(sizes, reverse=True)
    assert set(labels) - {0} == {1, 2, 3}


@pytest.mark.parametrize("method", ALL)
def test_with_a_value_segment_one_is_the_most_valuable(method):
    features, truth = three_groups()
    fitted = made(method).fit(features, value=np.array([20.0, 500.0, 100.0])[truth])
    assert [np.bincount(truth[fitted.labels_ == segment]).argmax() for segment in (1, 2, 3)] == [1, 2, 0]


@pytest.mark.parametrize("method", ALL)
def test_customers_are_assigned_later_as_they_were_when_fitted(method):
    features, _ = three_groups()
    fitted = pickle.loads(pickle.dumps(made(method).fit(features)))
    assert (fitted.predict(features) == fitted.labels_).all()
    assert (fitted.predict(features.iloc[::-1]) == fitted.labels_[::-1]).all()
    assert fitted.transform(features).shape == (len(features), 3)


@pytest.mark.parametrize("method", ALL)
def test_the_same_seed_gives_the_same_segments_and_a_clone_too(method):
    features, _ = three_groups()
    first = made(method).fit(features)
    second = clone(first).fit(features)
    assert clone(first).get_params() == first.get_params()
    assert (first.labels_ == second.labels_).all()
    assert first.transform(features).tolist() == second.transform(features).tolist()


@pytest.mark.parametrize("method", ALL)
def test_certainty_is_high_in_the_middle_and_low_between_two_segments(method):
    features, truth = three_groups()
    fitted = made(method).fit(features)
    sure = fitted.certainty(features)
    middles = features.groupby(truth).mean()
    assert ((sure >= 0) & (sure <= 1)).all()
    assert fitted.certainty(middles).min() > 0.7
    halfway = middles.iloc[[0, 1]].mean().to_frame().T
    assert fitted.certainty(halfway)[0] < fitted.certainty(middles).min()


@pytest.mark.parametrize("method", ALL)
def test_nobody_fitted_is_outside_and_somebody_far_away_is(method):
    features, _ = three_groups()
    fitted = made(method).fit(features)
    assert not fitted.outside(features).any()
    assert fitted.outside(pd.DataFrame({"orders": [200.0], "revenue": [200.0]})).all()


@pytest.mark.parametrize("method", TAKES_K)
def test_too_few_different_customers_are_refused_in_a_sentence(method):
    with pytest.raises(StudyError, match=r"8 segments .* of 45 customers of whom only 5 differ .* to 4"):
        made(method, k=8).fit(np.repeat(np.arange(5.0), 9)[:, None])


def test_many_customers_are_learnt_from_a_sample(monkeypatch):
    monkeypatch.setattr(numbered, "LEARNT_FROM", 150)
    monkeypatch.setattr(methods, "LEARNT_FROM", 150)
    features, truth = three_groups(customers=600)
    for method in ("ward", "gaussian_mixture", "hdbscan", "k_prototypes"):
        assert adjusted_rand_score(truth, made(method).fit(features).labels_) > 0.85
        assert learnt_from(600, ClusteringParams(method=method)) == 150
    assert (learnt_from(600, ClusteringParams()), learnt_from(100, ClusteringParams(method="ward"))) == (600, 100)


def test_of_many_customers_k_means_looks_at_all_after_a_sample_has_told_the_start():
    features, truth = three_groups(customers=600)
    whole = made("kmeans", start_sample=None).fit(features)
    assert made("kmeans", start_sample=150).fit(features).inertia_ == pytest.approx(whole.inertia_)
    assert adjusted_rand_score(truth, whole.labels_) > 0.95


@pytest.mark.parametrize("method", ALL)
def test_scikit_learns_own_checks_hold_but_for_those_that_ours_do_otherwise_on_purpose(method):
    failed = {}
    for estimator, check in estimator_checks_generator(made(method, k=2), legacy=True):
        try:
            check(estimator)
        except SkipTest:
            continue
        except UnusableError as refusal:  # random numbers hold no two crowds, and that is said
            if method in TAKES_K:
                failed[check.func.__name__] = refusal
        except Exception as problem:
            failed[check.func.__name__] = problem
    assert set(failed) <= OTHERWISE, failed

"""`clustering.method: best`: the method that finds distinct groups makes the segments, k-means where none does."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

import customer_segments as cs
from customer_segments.base.params import ClusteringParams, ValidationParams
from customer_segments.pages.clustering import number
from customer_segments.steps import segment as step
from customer_segments.steps.segment import Segmented, segment
from tests.planted import circles, clouds, long_clouds, table

QUICK = {"k_max": 4, "n_init": 2, "bootstraps": 5, "references": 2, "order_by": "size"}
FEW = ValidationParams(references=19)


def made(inputs: pd.DataFrame, method: str = "best", **changed) -> Segmented:
    features = inputs.assign(customer_id=[f"c{place}" for place in range(len(inputs))])
    return segment(features, features[["customer_id"]], ClusteringParams(method=method, **QUICK | changed), 3, FEW)


@pytest.mark.parametrize(
    ("planted", "method", "rule", "said"),
    [
        (clouds(), "kmeans", "groups", "K-means found 3 distinct groups, and makes the segments."),
        (clouds(8), "weighted_kmeans", "groups", "Weighted k-means found 3"),
        (long_clouds(), "gaussian_mixture", "groups", "Gaussian mixture found 2 distinct groups"),
        (circles(), "crowds", "method", "Crowd search found 2"),
    ],
)
def test_the_groups_that_are_there_make_the_segments(planted, method, rule, said):
    inputs, truth = planted
    found = made(inputs)
    assert (found.params.method, found.choice.rule, found.k) == (method, rule, truth.max())
    assert adjusted_rand_score(truth, found.labels) > 0.95
    assert found.metrics["method"] == "best"
    assert found.metrics["found_by"]["method"] == method
    assert said in number.sentence(found)
    assert found.compared["method"].tolist() == [method]


def test_where_there_are_no_groups_nothing_differs_from_k_means_but_the_name():
    inputs = table(np.random.default_rng(5).standard_normal((150, 2)))
    best, plain = made(inputs), made(inputs, "kmeans")
    pd.testing.assert_frame_equal(best.scores, plain.scores)
    pd.testing.assert_frame_equal(best.segments, plain.segments)
    assert best.params == plain.params
    assert best.metrics == plain.metrics | {"method": "best", "found_by": best.metrics["found_by"]}
    assert number.sentence(best) == (
        f"{number.sentence(plain)} No distinct groups of an allowed number were found, so k-means makes the segments."
    )
    assert number.tipping_point(best) == number.tipping_point(plain)


@pytest.mark.parametrize(
    ("allowed", "rule", "k"), [({"k": 4}, "hand", 4), ({"k": 3}, "hand", 3), ({"k_min": 4, "k_max": 5}, "", 4)]
)
def test_groups_of_a_number_that_is_not_allowed_make_no_segments(allowed, rule, k):
    found = made(clouds(8)[0], **allowed)
    assert found.k >= k if "k_min" in allowed else found.k == k
    assert found.choice.rule == (rule or "stability")
    assert found.params.method == ("weighted_kmeans" if k == 3 else "kmeans")


def test_the_rules_own_number_is_told_where_groups_overrule_it(monkeypatch):
    monkeypatch.setattr(step, "elected", lambda votes, rule: 2)
    monkeypatch.setattr(number, "elected", lambda votes, rule: 2)
    found = made(clouds()[0])
    assert number.sentence(found).startswith(
        "3 segments, as many as there are distinct groups, where the rule would have taken 2, because"
    )
    assert number.tipping_point(found).startswith("The number is that of the groups")


def test_of_many_customers_everyone_is_in_the_crowd_of_the_nearest_who_was_looked_at():
    rng = np.random.default_rng(4)
    truth, turn = rng.integers(0, 2, 2500), rng.uniform(0, 2 * np.pi, 2500)
    points = np.column_stack([np.cos(turn), np.sin(turn)]) * np.where(truth, 1, 0.35)[:, None]
    found = made(table(points + 0.04 * rng.standard_normal((2500, 2))), silhouette_sample=300)
    assert (found.params.method, found.k, found.labels.min()) == ("crowds", 2, 1)
    assert adjusted_rand_score(truth, found.labels) > 0.99
    assert len(found.segmenter.places().anchors) == 1000
    assert "Crowd search learns from 1,000 of the 2,500 customers" in number.curves_in_words(found)[0]


def test_moons_are_a_study_of_two_distinct_groups_and_so_are_customers_placed_later():
    truth, turn = np.arange(300) % 2, np.random.default_rng(6).uniform(0, np.pi, 300)
    upper = np.column_stack([np.cos(turn), np.sin(turn)])
    points = np.where(truth[:, None] == 0, upper, [1, 0.5] - upper)
    points += 0.05 * np.random.default_rng(7).standard_normal((300, 2))
    customers = pd.DataFrame({"customer_id": [f"c{place:03}" for place in range(300)], "east": points[:, 0]})
    customers["north"] = points[:, 1]
    params = {"clustering": {"method": "best", **QUICK}, "validation": {"references": 49, "bootstraps": 10}}
    best = cs.run_study(customers=customers, params=params)
    assert (best.verdict.kind, best.k, best.verdict.groups) == ("distinct groups", 2, 2)
    assert best.steps.judged.apart.own is None
    assert adjusted_rand_score(truth, best.segments["segment"]) > 0.95
    assert best.scorer.score(customers).segment.tolist() == best.segments["segment"].tolist()
    assert best.scorer.keeps_rows

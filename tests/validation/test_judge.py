"""The third step, from what was segmented to the verdict."""

import numpy as np
import pandas as pd
import pytest

from customer_segments.base.params import ClusteringParams, PreprocessingParams, PrivacyParams, ValidationParams
from customer_segments.steps.judge import DISTINCT, Cut, Judged, judge
from customer_segments.steps.validation.periods import Past

IDS = [f"c{number:03}" for number in range(150)]


@pytest.fixture(scope="module")
def judged() -> Judged:
    """Three groups apart, of customers whose orders nobody wrote down."""
    rng, group = np.random.default_rng(1), np.arange(150) % 3
    points = np.array([[0.0, 0.0], [9.0, 0.0], [0.0, 9.0]])[group] + rng.normal(size=(150, 2))
    customers = pd.DataFrame(points, columns=["calls", "visits"]).assign(customer_id=IDS)
    past = Past({}, None, PreprocessingParams(), PrivacyParams())
    quick = ValidationParams(references=19, reference_sample=150, bootstraps=10)
    return judge(Cut(customers, customers, group + 1, 3), past, ClusteringParams(n_init=2, k_max=4), quick, 7)


def test_groups_apart_get_their_verdict_without_orders(judged):
    assert (judged.verdict.kind, judged.verdict.k) == (DISTINCT, 3)
    assert [reason.answer for reason in judged.verdict.reasons] == ["yes", "yes", "not known"]
    assert judged.ahead is None


def test_how_often_each_customer_is_found_again_stands_in_the_order_of_the_table(judged):
    assert list(judged.found_again) == ["customer_id", "found_again"]
    assert judged.found_again["customer_id"].tolist() == IDS
    assert judged.found_again["found_again"].tolist() == judged.back.found_again.tolist()
    assert judged.found_again["found_again"].between(0.9, 1).mean() > 0.95

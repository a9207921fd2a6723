"""A classifier's accuracy is held beside what it reaches where there are no groups; counts of a few are not told."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from customer_segments.base.params import ClusteringParams
from customer_segments.pages.validation import audit as told
from customer_segments.steps.opinion import Opinion
from customer_segments.steps.scorer import Scorer
from customer_segments.steps.validation.audit import Audit, Guesses, audit

RNG = np.random.default_rng(0)


def guesses(*rows: list[int]) -> Guesses:
    known = pd.Index(range(1, len(rows) + 1), name="segment")
    return Guesses(pd.DataFrame(rows, index=known, columns=known.rename("guessed")))


FOUND = Audit(guesses([90, 10, 0], [15, 85, 0], [0, 20, 30]), guesses([80, 20, 0], [10, 90, 0], [0, 0, 50]), {})


def test_a_classifier_is_nearly_as_good_without_any_groups():
    cloud = pd.DataFrame(RNG.normal(size=(300, 3)), columns=["a", "b", "c"])
    found = audit(cloud, np.where(cloud["a"] > 0, 1, 2), 2, ClusteringParams(n_init=2), 1)
    assert found.ours.accuracy > 0.95
    assert found.nothing.accuracy > 0.9
    assert found.ours.customers == found.nothing.customers == 300
    assert "only finds again the borders" in told.sentences(found)


def test_a_method_that_finds_nothing_without_groups_leaves_nothing_to_guess():
    found = Audit(FOUND.ours, guesses([250]), {})
    assert told.sentences(found).endswith("the method finds no segments that it could guess.")
    assert "only finds again" in told.sentences(FOUND)


def test_nobody_is_guessed_by_a_model_that_saw_them():
    noise = pd.DataFrame(RNG.normal(size=(200, 60))).add_prefix("x")  # enough columns to learn everyone by heart
    found = audit(noise, RNG.integers(1, 3, 200), 2, ClusteringParams(n_init=2), 1)
    assert found.ours.accuracy < 0.65


def test_the_report_follows_from_the_counts():
    expected = pd.DataFrame(
        {"segment": [1, 2, 3], "customers": [100, 100, 50], "found": [0.9, 0.85, 0.6], "right": [90 / 105, 85 / 115, 1],
         "f1": [180 / 205, 170 / 215, 60 / 80]}
    )  # fmt: skip
    pd.testing.assert_frame_equal(FOUND.ours.report, expected.round(6), check_dtype=False)
    assert FOUND.ours.accuracy == 0.82


def test_a_segment_for_which_nobody_is_taken_has_no_share_that_is_right():
    report = guesses([5, 0], [3, 0]).report
    assert report["right"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        ([90, 10, 0], ["90", "10", "0"]),
        ([90, 8, 3], ["90", "under 10", "under 10"]),
        ([90, 4, 3], ["–", "under 10", "under 10"]),  # or it would tell the seven
        ([90, 4, 20], ["90", "under 10", "–"]),  # or the segment's size would tell the four
        ([90, 0, 6], ["–", "0", "under 10"]),
        ([9, 0, 0], ["under 10", "0", "0"]),
    ],
)
def test_counts_of_a_few_are_not_told_nor_what_would_tell_them(row, shown):
    table = told.matrix(guesses(row, [0, 50, 0], [0, 0, 50]), 10)
    assert table.iloc[0].tolist() == ["Segment 1", *shown]


def test_the_table_holds_both_side_by_side():
    table, caption = told.table(FOUND, 60)
    assert table["Segment"].tolist() == ["Segment 1", "Segment 2", "Segment 3"]
    assert table["Customers guessed"].tolist() == ["100", "100", "under 60"]
    assert table["Found"].tolist() == ["90%", "85%", "–"]
    assert table["Without groups: found"].tolist() == ["80%", "90%", "–"]
    assert "guesses the segment of 82.0%" in caption
    assert "it guesses 88.0%, at least as many:" in caption


def test_what_is_said_follows_the_difference():
    better = guesses([100, 0], [0, 100])
    assert "96.0%, nearly as many:" in told.sentences(Audit(better, guesses([96, 4], [4, 96]), {}))
    assert "90.0%, 10% of the customers fewer:" in told.sentences(Audit(better, guesses([90, 10], [10, 90]), {}))


def test_a_method_that_finds_no_groups_without_groups_leaves_gaps():
    table, _ = told.table(Audit(FOUND.ours, Guesses(pd.DataFrame([[250]], index=[0], columns=[0])), {}), 10)
    assert table["Without groups: customers guessed"].tolist() == ["–", "–", "–"]


@pytest.mark.parametrize("segments", [2, 3])
def test_the_classifier_is_asked_again_without_the_library_that_fitted_it(segments):
    inputs = pd.DataFrame(RNG.normal(3, 5, size=(400, 3)), columns=["a", "b", "c"])
    labels = 1 + (inputs["a"] > 3).to_numpy() + (segments == 3) * (inputs["b"] > 6).to_numpy() * (inputs["a"] > 3)
    fitted = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)).fit(inputs, labels)
    found = audit(inputs, labels, segments, ClusteringParams(n_init=2), 1).classifier
    opinion = Opinion(json.loads(json.dumps(found))).guess(inputs.to_numpy())
    assert opinion.segment.tolist() == fitted.predict(inputs).tolist()
    np.testing.assert_allclose(opinion.share, fitted.predict_proba(inputs).max(axis=1), atol=1e-6)


def test_the_studys_second_opinion_is_mostly_of_the_same_mind(small_shop):
    customers = pd.read_parquet(small_shop.path("data/processed/customers.parquet"))
    segments = pd.read_parquet(small_shop.path("data/processed/segments.parquet"))["segment"]
    features = pd.read_parquet(small_shop.path("data/processed/features.parquet")).drop(columns="customer_id")
    seen = Scorer.read(small_shop.path("data/models/scorer.json")).features(customers)
    np.testing.assert_allclose(seen, features.to_numpy(), atol=1e-6)
    opinion = Opinion.read(small_shop.path("data/models/audit.json")).guess(seen)
    assert (opinion.segment == segments).mean() > 0.9


def test_where_there_is_one_segment_there_is_one_opinion():
    opinion = Opinion({"segments": [0], "weights": [[0.0]], "start": [0.0]})
    assert opinion.guess(np.array([[1e308], [np.nan]])).segment.tolist() == [0, 0]

"""Smaller published designs, as a researcher would make them with our functions, against scikit-learn on its own."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from sklearn.cluster import KMeans
from sklearn.impute import SimpleImputer
from sklearn.metrics import adjusted_rand_score
from sklearn.preprocessing import StandardScaler

from customer_segments import StudyError
from customer_segments.base.engine import connect, read_parquet
from customer_segments.base.params import (
    ClusteringParams,
    FeatureParams,
    PreprocessingParams,
    PrivacyParams,
    ProfilingParams,
)
from customer_segments.steps.cleaning.clean import clean
from customer_segments.steps.clustering.segmentation import try_each_k
from customer_segments.steps.clustering.segmenter import Segmenter
from customer_segments.steps.judge import DISTINCT
from customer_segments.steps.preprocessing.features import customer_table
from customer_segments.steps.preprocessing.prepare import choose_columns, feature_table, fit_preprocessor
from customer_segments.steps.profile import profile
from customer_segments.steps.segment import choose_k
from tests.sources.shop import Shop
from tests.studies.their_data import collected_study

NEVER = math.nan
TEN = [
    [25, 200, 10], [45, 600, 15], [35, NEVER, 12], [50, 900, 20], [28, 250, 8],
    [NEVER, 800, 25], [33, 500, 18], [40, NEVER, 10], [30, 450, 13], [60, 1100, 30],
]  # fmt: skip
AS_PUBLISHED = {"impute": "mean", "skew": "none", "collinear_above": None}  # nothing straightened, nothing dropped


def ten_customers() -> pd.DataFrame:
    table = pd.DataFrame(TEN, columns=["age", "spending", "frequency"])
    return table.assign(customer_id=[f"c{number}" for number in range(10)])


def made(customers: pd.DataFrame, *use: str, **features: object) -> pd.DataFrame:
    """The customers on the model's scale."""
    params = FeatureParams(use=use, **AS_PUBLISHED | features)
    return feature_table(fit_preprocessor(params, choose_columns(customers, params), customers), customers)


def segmented(features: pd.DataFrame, k: int) -> Segmenter:
    return Segmenter(k=k).fit(features.drop(columns="customer_id"))


def collected_customers(root: Path) -> pd.DataFrame:
    """The customers as the pipeline hands them on, from what was collected there."""
    connection = connect()
    tables = [read_parquet(connection, root / f"data/raw/{name}.parquet") for name in ("customers", "broken")]
    params = PreprocessingParams()
    return customer_table(clean(tables[0], None, params, tables[1]), None, params)


def bend(inertias: list[float]) -> int:
    """Where inertias from two segments on lie farthest below the straight line from the first to the last."""
    straight = np.linspace(inertias[0], inertias[-1], len(inertias))
    return 2 + int((straight - inertias).argmax())


# ── Ten customers: age, spending, frequency, with gaps ──


def best_of_all_cuts(points: np.ndarray, k: int) -> tuple[float, list[int]]:
    """The smallest inertia of every way to cut a few points into k segments, each tried."""
    rows = len(points)
    codes = np.array(np.unravel_index(np.arange(k ** (rows - 1)), [k] * (rows - 1))).T
    codes = np.hstack([np.zeros((len(codes), 1), dtype=int), codes])  # the first point's segment may be called 0
    members = codes[:, :, None] == np.arange(k)
    sums = np.einsum("cnk,nf->ckf", members, points)
    sizes = members.sum(axis=1)
    inertia = (points**2).sum() - ((sums**2).sum(axis=2) / np.maximum(sizes, 1)).sum(axis=1)
    return float(inertia.min()), codes[inertia.argmin()].tolist()


def test_ten_customers_imputed_by_the_mean_scaled_and_cut_in_three():
    raw = np.array(TEN)
    means = np.nanmean(raw, axis=0)
    filled = np.where(np.isnan(raw), means, raw)
    expected = (filled - filled.mean(axis=0)) / filled.std(axis=0)
    features = made(ten_customers(), "age", "spending", "frequency")
    np.testing.assert_allclose(features[["age", "spending", "frequency"]], expected, atol=5e-7)
    found = segmented(features, k=3)
    inertia, cut = best_of_all_cuts(expected, 3)
    assert found.inertia_ == pytest.approx(inertia, abs=1e-5)
    assert adjusted_rand_score(cut, found.labels_) == 1
    theirs = KMeans(3, n_init=10, random_state=42).fit(
        StandardScaler().fit_transform(SimpleImputer().fit_transform(raw))
    )
    assert adjusted_rand_score(theirs.labels_, found.labels_) == 1


def test_ten_customers_are_tried_with_as_many_segments_as_their_number_allows():
    features = made(ten_customers(), "age", "spending", "frequency")
    with pytest.raises(StudyError, match=r"10 segments cannot be made of 10 customers: lower clustering.k_max .* to 9"):
        try_each_k(features, ClusteringParams(k=3), seed=0)
    params = ClusteringParams(k=3, k_max=8)
    scores = try_each_k(features, params, seed=0)
    assert choose_k(scores, params).k == 3
    by_all_cuts = best_of_all_cuts(features.drop(columns="customer_id").to_numpy(), 3)[0]
    assert scores.set_index("k").loc[3, "inertia"] == pytest.approx(by_all_cuts, abs=1e-5)


def test_under_our_defaults_what_moves_with_age_does_not_count_twice():
    with_gaps = ten_customers()
    features = made(with_gaps, "age", "spending", "frequency", collinear_above=0.9)
    filled = SimpleImputer().fit_transform(with_gaps[["age", "spending", "frequency"]])
    assert abs(np.corrcoef(filled.T)[0, 1]) > 0.9
    assert list(features) == ["customer_id", "age", "frequency"]


def test_ten_customers_come_from_a_file_with_empty_cells_as_well(tmp_path, monkeypatch):
    monkeypatch.setenv("CUSTOMER_SEGMENTS_ROOT", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    rows = [",".join(["" if math.isnan(cell) else f"{cell:g}" for cell in row]) for row in TEN]
    written = "\n".join(["CustomerID,Age,Spending,Frequency", *(f"c{n},{row}" for n, row in enumerate(rows))])
    shop = Shop(tmp_path)
    shop.collect(customers=shop.put("ten.csv", f"{written}\n"))
    customers = collected_customers(tmp_path)
    assert customers.isna().sum().to_dict() == {"customer_id": 0, "age": 1, "spending": 2, "frequency": 0}
    columns = ("age", "spending", "frequency")
    assert_frame_equal(made(customers, *columns), made(ten_customers(), *columns))


# ── Age, amount spent and spending score (frequency × average amount), five segments by the elbow ──


def scored_customers() -> tuple[pd.DataFrame, np.ndarray]:
    """Five groups of sixty customers, with the score that the design makes, and their true group."""
    rng = np.random.default_rng(1)
    middles = np.array([[22, 30, 20], [30, 5, 90], [45, 18, 50], [60, 8, 20], [64, 22, 80]])  # age, frequency, amount
    truth = rng.permutation(np.repeat(np.arange(5), 60))
    age, frequency, amount = (middles[truth] + rng.normal(size=(300, 3)) * [3, 1.5, 4]).round().clip(1).T
    table = pd.DataFrame({"customer_id": [f"c{n:03d}" for n in range(300)], "age": age, "frequency": frequency})
    return table.assign(amount=amount, spending_score=frequency * amount, total_spend=frequency * amount), truth


def test_a_score_of_frequency_times_average_amount_gives_five_segments_by_the_elbow():
    customers, truth = scored_customers()
    features = made(customers, "age", "amount", "spending_score")
    params = ClusteringParams(choose_by="elbow", k_max=8, n_init=3, references=2, bootstraps=2)
    scores = try_each_k(features, params, seed=0)
    points = StandardScaler().fit_transform(customers[["age", "amount", "spending_score"]])
    theirs = [KMeans(k, n_init=5, random_state=0).fit(points).inertia_ for k in range(2, 9)]
    assert scores.set_index("k").loc[5, "inertia"] == pytest.approx(theirs[3], rel=1e-5)
    chosen = choose_k(scores, params)
    assert chosen.k == bend(theirs) == 5
    assert chosen.votes["elbow"] == 5
    assert adjusted_rand_score(truth, segmented(features, 5).labels_) == 1


def test_where_the_amount_is_all_that_was_spent_the_score_says_the_same_again():
    customers, _ = scored_customers()
    params = FeatureParams(use=("age", "total_spend", "spending_score"), skew="none")
    preprocessor = fit_preprocessor(params, choose_columns(customers, params), customers)
    [twin] = preprocessor["drop"].dropped_.itertuples(index=False)
    assert set(preprocessor.get_feature_names_out()) == {"age", "total_spend", "spending_score"} - {twin.feature}
    assert "which is kept (correlation 1.00)" in twin.reason


# ── 5,000 customers: age, income, purchase history, three segments ──

KINDS = ("high-income", "frequent", "low-income or occasional")


def five_thousand_customers() -> tuple[pd.DataFrame, np.ndarray]:
    """The three kinds of the design with purchase counts and what was spent, and each customer's kind."""
    rng = np.random.default_rng(1)
    kind = rng.permutation(np.repeat([0, 1, 2], [1200, 1500, 2300]))
    count = rng.poisson(np.array([9, 25, 3])[kind]) + 1
    purchase = rng.gamma(20, np.array([110, 35, 25])[kind] / 20)
    table = {
        "customer_id": [f"c{number:04d}" for number in range(5000)],
        "age": rng.normal(np.array([50, 35, 40])[kind], 8).round().clip(18, 90),
        "income": rng.normal(np.array([95e3, 48e3, 28e3])[kind], np.array([12e3, 7e3, 6e3])[kind]).round(-2),
        "purchase_count": count,
        "total_spend": (count * purchase).round(2),
    }
    return pd.DataFrame(table), np.array(KINDS)[kind]


def test_5_000_customers_fall_into_three_segments_by_the_elbow_that_are_named_for_what_they_are():
    customers, kind = five_thousand_customers()
    columns = ["age", "income", "purchase_count", "total_spend"]
    features = made(customers, *columns)
    params = ClusteringParams(choose_by="elbow", k_max=8, n_init=2, silhouette_sample=500, references=2, bootstraps=2)
    scores = try_each_k(features, params, seed=0)
    points = StandardScaler().fit_transform(customers[columns])
    theirs = {k: KMeans(k, n_init=3, random_state=0).fit(points) for k in range(2, 9)}
    chosen = choose_k(scores, params)
    assert chosen.k == bend([fit.inertia_ for fit in theirs.values()]) == 3
    found = segmented(features, 3)
    assert found.inertia_ == pytest.approx(theirs[3].inertia_, rel=1e-5)
    assert adjusted_rand_score(theirs[3].labels_, found.labels_) == 1
    assert adjusted_rand_score(kind, found.labels_) > 0.98
    names = named(customers.assign(segment=found.labels_))
    assert {name: kind[found.labels_ == number][0] for number, name in names.items()} == {
        "High-income customers": "high-income",
        "Regular customers": "frequent",
        "Occasional buyers": "low-income or occasional",
    }


def named(customers: pd.DataFrame) -> dict[int, str]:
    """The segments' names by the standard playbook, where they are distinct groups."""
    members, customers = customers[["customer_id", "segment"]], customers.drop(columns="segment")
    params, private = ProfilingParams(), PrivacyParams()
    found = profile(customers, members, pd.DataFrame(), DISTINCT, params, private, horizon_days=None)
    return found.segments.set_index("segment")["name"].to_dict()


# ── Mall customers: income and spending score, five segments ──


def test_mall_customers_on_income_and_score_are_the_five_segments_of_the_textbooks(tmp_path):
    study = collected_study("mall", tmp_path)
    features = made(collected_customers(tmp_path), *study.preprocessing.features.use, scale="none")
    assert list(features) == ["customer_id", "income", "spending_score"]
    params = ClusteringParams(choose_by="elbow", references=2, bootstraps=2)
    scores = try_each_k(features, params, seed=study.seed)
    assert choose_k(scores, params).k == 5
    found = segmented(features, 5)
    assert np.bincount(found.labels_)[1:].tolist() == [81, 39, 35, 23, 22]
    assert round(found.inertia_, 2) == 44448.46
    assert named(collected_customers(tmp_path).assign(segment=found.labels_)) == {
        1: "Mainstream customers",
        2: "High-income enthusiasts",
        3: "Affluent savers",
        4: "Price-sensitive customers",
        5: "Young trend-driven",
    }

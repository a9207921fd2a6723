"""The scorer says what the study's own pipeline says, for everyone, and refuses in a sentence what it cannot score."""

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from customer_segments.base.errors import StudyError
from customer_segments.base.params import BEST, CleaningParams, ClusteringParams, FeatureParams, ValidationParams
from customer_segments.steps.clustering.methods import METHODS, segmenter_for
from customer_segments.steps.clustering.numbered import UnusableError
from customer_segments.steps.clustering.places import Places
from customer_segments.steps.clustering.segmentation import model_inputs
from customer_segments.steps.preprocessing.outliers import treat_outliers
from customer_segments.steps.preprocessing.plain import preparation_of
from customer_segments.steps.preprocessing.prepare import (
    Columns,
    build_preprocessor,
    choose_columns,
    feature_table,
    fit_preprocessor,
)
from customer_segments.steps.scorer import Scorer, scorer_of
from customer_segments.steps.segment import best_method

CHANNELS = ["web", "app", "store", None]


def shop(customers=240, seed=3):
    """Three kinds of customers with gaps, flags, rare categories, whole numbers and a copy of a column."""
    random = np.random.default_rng(seed)
    kind = random.integers(0, 3, customers)
    table = pd.DataFrame(
        {
            "customer_id": [f"c{number}" for number in range(customers)],
            "orders": random.poisson(np.array([4, 24, 60])[kind]),
            "net_revenue": random.lognormal(np.array([4, 2, 3])[kind], 0.3).round(2),
            "balance": (random.normal(size=customers) * 60 - 20 * kind).round(2),
            "income": random.normal(np.array([60_000, 90_000, 30_000])[kind], 3_000).round(0),
            "channel": np.array(CHANNELS, dtype=object)[random.integers(0, 4, customers)],
            "member": pd.Series(random.integers(0, 3, customers)).map({0: True, 1: False, 2: None}),
        }
    )
    table.loc[random.integers(0, customers, 12), "income"] = np.nan
    table.loc[random.integers(0, customers, 3), "balance"] = np.inf
    table.loc[0, "channel"] = "fax"
    return table.assign(revenue_again=table["net_revenue"] * 2)


def strangers(customers):
    """The customers with other numbers, unknown categories and empty cells."""
    random = np.random.default_rng(8)
    new = customers.copy()
    for name in customers.select_dtypes("number"):
        new[name] = customers[name] * random.choice([0.0, -1.0, 0.3, 1.01, 40.0], len(customers))
        new.loc[random.random(len(new)) < 0.1, name] = np.nan
        new.loc[random.random(len(new)) < 0.05, name] = -np.inf
    if "channel" in customers:
        new["channel"] = random.choice(np.array([*CHANNELS, "telex", "other", "unknown", "True", ""], object), len(new))
    return new


def study(customers, features, clustering=None, cleaning=None):
    """The fitted pipeline and segmenter of a study, and its own segments."""
    numbers = choose_columns(customers, features).numbers
    treated = treat_outliers(customers, numbers, cleaning or CleaningParams())
    columns = choose_columns(treated.customers, features)
    preprocessor = fit_preprocessor(features, columns, treated.customers, treated.fences)
    inputs = model_inputs(feature_table(preprocessor, treated.customers))
    clustering, k = clustering or ClusteringParams(), 3
    if clustering.method == BEST:
        clustering, groups = best_method(inputs, clustering, ValidationParams(references=19), 1)
        k = groups.count if groups else k
    segmenter = segmenter_for(k, clustering, 1).fit(inputs)
    return preprocessor, segmenter, segmenter.labels_


def assert_same(scorer, preprocessor, segmenter, customers):
    """What the scorer says of everyone is what the pipeline says, to the last digit."""
    inputs = model_inputs(feature_table(preprocessor, customers))
    columns = scorer._preparation.columns(customers)
    features = scorer._preparation.features(columns)[0]
    np.testing.assert_array_equal(features, inputs)
    found = scorer.score(customers)
    np.testing.assert_array_equal(found.segment, segmenter.predict(inputs))
    np.testing.assert_array_equal(found.certainty, segmenter.certainty(inputs))
    np.testing.assert_array_equal(found.outside, segmenter.outside(inputs))


@pytest.fixture(scope="module")
def plain():
    """A study of four numbers and two categories by k-means."""
    customers = shop()
    preprocessor, segmenter, _ = study(customers, FeatureParams(rarest_category=0.02))
    return customers, preprocessor, segmenter, scorer_of(preprocessor, segmenter, "a study")


WITH_CROWDS = {"eps": 0.9, "min_samples": 4, "min_cluster_size": 8}


@pytest.mark.parametrize(
    ("method", "ways"),
    [
        ("kmeans", {"scale": "robust", "encode": "ordinal", "impute": "mean"}),
        ("mini_batch_kmeans", {"skew": "yeo_johnson", "skewed_above": 0.1}),
        ("gaussian_mixture", {"scale": "min_max", "encode": "alphabetical"}),
        ("gaussian_mixture", {"scale": "none", "skew": "none"}),
        ("ward", {"encode": "alphabetical", "collinear_above": None}),
        ("dbscan", {"rarest_category": 0.3}),
        ("hdbscan", {"skew": "yeo_johnson", "encode": "ordinal", "scale": "min_max"}),
        ("k_prototypes", {"collinear_above": 0.5}),
        ("weighted_kmeans", {"scale": "robust", "encode": "ordinal"}),
        ("crowds", {"encode": "alphabetical"}),
        (BEST, {"collinear_above": 0.5}),
    ],
)
def test_every_method_gives_the_studys_segments_and_those_of_strangers(method, ways, tmp_path):
    customers = shop()
    clustering = ClusteringParams(method=method, **WITH_CROWDS)
    features = FeatureParams(**{"rarest_category": 0.02} | ways)
    preprocessor, segmenter, labels = study(customers, features, clustering)
    scorer_of(preprocessor, segmenter).write(tmp_path / "scorer")
    scorer = Scorer.read(tmp_path / "scorer")
    assert scorer.score(customers).segment.tolist() == labels.tolist()
    assert_same(scorer, preprocessor, segmenter, customers)
    assert_same(scorer, preprocessor, segmenter, strangers(customers))
    assert scorer.score(strangers(customers)).outside.any()


CUSTOMERS = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(-4, 40)),
        st.one_of(st.none(), st.floats(-1e6, 1e6).map(lambda value: round(value, 3)), st.sampled_from([np.inf])),
        st.floats(0, 9).map(lambda value: round(float(np.expm1(value)), 2)),
        st.sampled_from(["web", "app", "fax", "other", "unknown", "", None]),
        st.sampled_from([True, False, None]),
    ),
    min_size=12,
    max_size=60,
)
FEATURES = st.builds(
    FeatureParams,
    use=st.none(),
    leave_out=st.just(()),
    impute=st.sampled_from(["median", "mean"]),
    skew=st.sampled_from(["log", "yeo_johnson", "none"]),
    skewed_above=st.sampled_from([0.1, 1.0]),
    encode=st.sampled_from(["one_hot", "ordinal", "alphabetical"]),
    rarest_category=st.sampled_from([0.0, 0.1, 0.3]),
    scale=st.sampled_from(["standard", "robust", "min_max", "none"]),
    collinear_above=st.sampled_from([0.5, 0.9, None]),
)
CLEANING = st.builds(
    CleaningParams,
    outliers=st.sampled_from(["keep", "winsorise"]),
    outlier_fence=st.sampled_from([0.1, 1.0, 3.0]),
)
CLUSTERING = st.builds(ClusteringParams, method=st.sampled_from([*METHODS, BEST]), n_init=st.just(1))


def frame(rows):
    table = pd.DataFrame(rows, columns=["orders", "balance", "amount", "channel", "member"])
    table = table.astype({"orders": "float", "balance": "float", "channel": "object", "member": "object"})
    orders = table["orders"].fillna(3).astype("int64") if table["orders"].isna().mean() < 0.1 else table["orders"]
    return table.assign(orders=orders, customer_id=[f"c{number}" for number in range(len(table))])


@settings(max_examples=25)
@given(CUSTOMERS, CUSTOMERS, FEATURES, CLEANING, CLUSTERING)
def test_law_the_scorer_says_what_the_pipeline_says(rows, new, features, cleaning, clustering):
    customers = frame(rows)
    try:
        preprocessor, segmenter, labels = study(customers, features, clustering, cleaning)
    except (UnusableError, StudyError):
        assume(False)
    scorer = scorer_of(preprocessor, segmenter)
    assert scorer.score(customers).segment.tolist() == labels.tolist()
    assert_same(scorer, preprocessor, segmenter, customers)
    assert_same(scorer, preprocessor, segmenter, frame(new))


def test_a_study_that_drew_outliers_in_gives_its_own_raw_rows_their_segments():
    customers = shop(600).drop(columns="revenue_again")
    customers.loc[::40, "balance"] *= 60
    drawn = CleaningParams(outliers="winsorise", outlier_fence=1.0)
    preprocessor, segmenter, labels = study(customers, FeatureParams(), cleaning=drawn)
    assert segmenter.predict(model_inputs(feature_table(preprocessor, customers))).tolist() == labels.tolist()
    assert scorer_of(preprocessor, segmenter).score(customers).segment.tolist() == labels.tolist()
    fences = preprocessor["by_kind"].named_transformers_["numbers"]["winsoriser"].fences
    assert "balance" in fences
    fences.clear()
    assert scorer_of(preprocessor, segmenter).score(customers).segment.tolist() != labels.tolist()


def test_rows_may_be_a_frame_columns_or_customers_one_by_one(plain):
    customers, _, _, scorer = plain
    everyone = scorer.score(customers)
    columns = {name: customers[name].tolist() for name in scorer.needed}
    one_by_one = [scorer.score([customer]) for customer in customers.to_dict("records")]
    for other in (scorer.score(columns), scorer.score(customers.to_dict("records"))):
        assert [part.tolist() for part in other] == [part.tolist() for part in everyone]
    assert [[part.item() for part in found] for found in one_by_one] == [
        list(found) for found in zip(*(part.tolist() for part in everyone), strict=True)
    ]
    assert [part.tolist() for part in scorer.score([])] == [[], [], [], []]


def test_nullable_columns_and_other_kinds_of_numbers_are_read_as_the_pipeline_reads_them(plain):
    customers, preprocessor, segmenter, scorer = plain
    kinds = {"orders": "Int64", "income": "Float64", "net_revenue": "float32", "member": "boolean", "channel": "string"}
    assert_same(scorer, preprocessor, segmenter, customers.astype(kinds))
    assert_same(scorer, preprocessor, segmenter, customers.astype({"channel": "category"}))


@pytest.mark.parametrize("method", ["gaussian_mixture", "hdbscan"])
def test_many_at_once_are_scored_in_parts_that_say_the_same(method, monkeypatch):
    customers = shop()
    preprocessor, segmenter, labels = study(
        customers, FeatureParams(), ClusteringParams(method=method, min_cluster_size=8)
    )
    monkeypatch.setattr("customer_segments.steps.scorer.NUMBERS_AT_ONCE", 1)
    assert scorer_of(preprocessor, segmenter).score(customers).segment.tolist() == labels.tolist()


def test_only_columns_that_make_segments_are_needed(plain):
    customers, preprocessor, _, scorer = plain
    assert "revenue_again" in preprocessor.feature_names_in_
    assert scorer.needed == ("orders", "net_revenue", "balance", "income", "channel", "member")
    assert scorer.score(customers.drop(columns="revenue_again")).segment.tolist() == scorer.score(customers)[0].tolist()


COMPLETE = {"orders": 5, "net_revenue": 20.0, "balance": 1.0, "income": 3e4, "channel": "web", "member": True}


@pytest.mark.parametrize(
    ("cell", "filled"),
    [
        ({}, False),
        ({"member": "yes"}, False),
        ({"member": "False"}, False),
        ({"channel": "unknown"}, False),
        *(({"income": gap}, True) for gap in (None, np.nan, np.inf, -np.inf, pd.NA)),
        *(({"channel": gap}, True) for gap in (None, np.nan, pd.NA)),
        ({"channel": "telex"}, True),
        ({"channel": "fax"}, True),  # known, but too rare to be known by name
        ({"member": 1}, True),
    ],
)
def test_a_cell_that_cannot_be_used_as_it_is_is_flagged(plain, cell, filled):
    assert plain[3].score([COMPLETE | cell]).filled.tolist() == [filled]


@pytest.mark.parametrize("scale", ["standard", "min_max", "none"])
@pytest.mark.parametrize("method", ["kmeans", "gaussian_mixture", "hdbscan"])
@pytest.mark.filterwarnings("error")
def test_numbers_too_large_for_any_distance_are_outside_and_nothing_is_sure_of_them(scale, method):
    customers = shop()[["customer_id", "orders", "net_revenue"]]
    clustering = ClusteringParams(method=method, min_cluster_size=8)
    scorer = scorer_of(*study(customers, FeatureParams(skew="none", scale=scale), clustering)[:2])
    found = scorer.score(
        {"orders": [customers["orders"][0], 3, 1e308], "net_revenue": [customers["net_revenue"][0], 1e200, -1e308]}
    )
    assert found.outside.tolist() == [False, True, True]
    assert found.certainty.tolist()[1:] == [0, 0]


def test_the_file_is_the_same_bytes_and_says_what_it_was_made_of(plain, tmp_path):
    customers, preprocessor, segmenter, scorer = plain
    scorer.write(tmp_path / "one")
    scorer_of(preprocessor, segmenter, "a study").write(tmp_path / "two")
    Scorer.read(tmp_path / "one").write(tmp_path / "one")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]
    read = Scorer.read(tmp_path / "one")
    assert (read.study, read.version, read.needed) == ("a study", 1, scorer.needed)
    assert_same(read, preprocessor, segmenter, customers)


def test_a_file_that_cannot_be_written_is_told_and_nothing_is_left(plain, tmp_path):
    with pytest.raises(StudyError, match="absent/scorer cannot be written: No such file"):
        plain[3].write(tmp_path / "absent" / "scorer")
    (tmp_path / "scorer").mkdir()
    with pytest.raises(StudyError, match="cannot be written: Is a directory"):
        plain[3].write(tmp_path / "scorer")
    assert [path.name for path in tmp_path.iterdir()] == ["scorer"]


def test_a_number_that_nobody_has_is_refused():
    customers = shop()[["customer_id", "orders"]].assign(empty=np.inf)
    columns = Columns(["orders", "empty"], [], pd.DataFrame())
    with pytest.warns(UserWarning, match="Skipping features without any observed values"):
        preprocessor = build_preprocessor(FeatureParams(), columns).fit(customers[columns.used])
    with pytest.raises(StudyError, match="`empty` has no typical value that could fill a gap"):
        preparation_of(preprocessor)


def test_what_keeps_rows_of_customers_says_so():
    customers = shop()[["customer_id", "orders", "net_revenue", "income"]]
    keeps = {}
    for method in METHODS:
        clustering = ClusteringParams(method=method, **WITH_CROWDS)
        keeps[method] = scorer_of(*study(customers, FeatureParams(), clustering)[:2]).keeps_rows
    assert [method for method, rows in keeps.items() if rows] == ["dbscan", "hdbscan", "crowds"]
    customers.loc[0, ["orders", "net_revenue", "income"]] = [1e6, 1e6, 1e9]  # a segment of its own
    alone = scorer_of(*study(customers, FeatureParams(skew="none"))[:2])
    assert alone.keeps_rows


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ({"orders": [1]}, "have no column `net_revenue`, which makes segments"),
        ([COMPLETE, {"orders": 1}], "have no column `net_revenue`"),
        ([COMPLETE | {"income": "many"}], "column `income` holds 'many' where the study has numbers"),
        ([COMPLETE | {"income": "12"}], "column `income` holds '12'"),
        ([COMPLETE, COMPLETE | {"orders": [1, 2]}], r"column `orders` holds '\[1, 2\]'"),
        ([COMPLETE | {"orders": np.timedelta64(3, "D")}], "column `orders` holds '3 days'"),
        ([COMPLETE | {"orders": 10**400}], "column `orders` holds '1000"),
        ({name: [cell, cell] for name, cell in COMPLETE.items()} | {"income": [1.0, "few"]}, "`income` holds 'few'"),
        (pd.DataFrame([COMPLETE]).assign(income=pd.Timestamp("2024-05-01")), "`income` holds '2024-05-01"),
        (COMPLETE, "`orders` is no column of cells: give a list of them, also for a single customer"),
        (
            {name: [cell] for name, cell in COMPLETE.items()} | {"income": [1.0, 2.0]},
            "`orders` has 1, `income` 2",
        ),
        ({name: [cell] for name, cell in COMPLETE.items()} | {"channel": []}, "`orders` has 1, `channel` 0"),
        (["web"], "Customers come as a mapping of columns"),
        (None, "Customers come as a mapping of columns"),
    ],
)
def test_customers_that_cannot_be_scored_are_refused_in_a_sentence(plain, rows, said):
    with pytest.raises(StudyError, match=said):
        plain[3].score(rows)


@pytest.fixture(scope="module")
def written(plain, tmp_path_factory):
    path = tmp_path_factory.mktemp("written") / "scorer"
    plain[3].write(path)
    return path.read_bytes()


def refused(tmp_path, content):
    (tmp_path / "bad").write_bytes(content)
    with pytest.raises(StudyError) as error:
        Scorer.read(tmp_path / "bad")
    return str(error.value)


def test_a_file_cut_short_anywhere_is_refused(written, tmp_path):
    for length in {*range(0, len(written), 97), *range(160), len(written) - 1}:
        assert "cut short" in refused(tmp_path, written[:length])


def test_a_file_altered_anywhere_is_refused(written, tmp_path):
    for place in {*range(0, len(written), 53), *range(160)}:
        altered = bytearray(written)
        altered[place] ^= 1
        assert refused(tmp_path, bytes(altered))
    assert "altered" in refused(tmp_path, written + b" ")


def test_other_files_and_other_versions_are_refused(written, tmp_path):
    for content in (b"", b"\x93NUMPY", b"[1]", b'"text"', b"{}", b'{"format": "other"}', b"[" * 100_000):
        assert "is not the file of a scorer" in refused(tmp_path, content)
    said = refused(tmp_path, written.replace(b'"version":1', b'"version":7', 1))
    assert "is a scorer of version 7, and version 1 is read here" in said
    with pytest.raises(StudyError, match=r"absent cannot be read: No such file"):
        Scorer.read(tmp_path / "absent")


def test_an_unknown_method_is_refused(plain):
    _, preprocessor, _, scorer = plain
    content = json.loads(json.dumps(scorer._content))
    content["places"]["kind"] = "tea leaves"
    with pytest.raises(StudyError, match="method 'tea leaves' is not known here"):
        Scorer(content)
    with pytest.raises(StudyError, match="How Pipeline places a customer is not known"):
        scorer_of(preprocessor, preprocessor)
    other = study(shop()[["customer_id", "orders", "income"]], FeatureParams())[1]
    with pytest.raises(StudyError, match="fitted to other columns than the preprocessor makes"):
        scorer_of(preprocessor, other)


def test_neither_loading_nor_scoring_needs_more_than_numpy(plain, tmp_path):
    plain[3].write(tmp_path / "scorer")
    code = (
        "import sys, numpy\n"
        "before = set(sys.modules)\n"
        "from customer_segments import scorer\n"
        f"found = scorer.Scorer.read({str(tmp_path / 'scorer')!r}).score([{COMPLETE!r}])\n"
        "assert found.segment.tolist() and not found.filled.any()\n"
        "heavy = {'pandas', 'scipy', 'sklearn', 'joblib', 'pickle', 'pydantic', 'ibis'}\n"
        "print(heavy & set(sys.modules) - before, heavy & before - {'pickle'})\n"  # NumPy asks for pickle itself
    )
    ran = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True)
    assert ran.stdout == "set() set()\n", ran.stderr


def test_places_that_tell_no_distances_cannot_be_made():
    with pytest.raises(TypeError, match="abstract class Places"):
        Places()

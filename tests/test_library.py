"""A whole study in one call: the same answers as the pipeline's, whatever form the tables come in."""

import json
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score, homogeneity_score

import customer_segments as cs
from customer_segments.run.workspace import Workspace
from tests.support import PROJECT

QUICK = {
    "clustering": {"k_max": 4, "choose_by": "silhouette"},
    "validation": {"references": 19, "bootstraps": 10},
}


def customers(count: int = 90) -> pd.DataFrame:
    """Three groups well apart, under names that nobody has told us."""
    kind = np.arange(count) % 3
    noise = np.random.default_rng(0).normal(0, 0.1, (2, count))
    return pd.DataFrame(
        {
            "Client No": [f"c{n:03}" for n in range(count)],
            "Visits": 10 * kind + noise[0],
            "Score": 9 * (kind == 1) + noise[1],
        }
    )


def orders(count: int = 80) -> pd.DataFrame:
    """Lines of customers who buy often and little, or seldom and much."""
    rng, rows = np.random.default_rng(1), []
    for who in range(count):
        often = who % 2
        for order in range(12 if often else 3):
            day = pd.Timestamp("2024-01-01") + pd.Timedelta(days=int(rng.integers(0, 300)))
            rows.append((f"i{who}-{order}", f"c{who}", day, 1, round(float(rng.normal(10 if often else 200, 2)), 2)))
    return pd.DataFrame(rows, columns=["InvoiceNo", "CustomerID", "InvoiceDate", "Quantity", "UnitPrice"])


@pytest.fixture(scope="module")
def study():
    return cs.run_study(customers=customers(), params=QUICK)


def test_three_groups_are_found_and_judged(study):
    assert (study.verdict.kind, study.k) == ("distinct groups", 3)
    assert study.segments.columns.tolist() == ["customer_id", "segment", "certainty"]
    assert adjusted_rand_score(np.arange(90) % 3, study.segments["segment"]) == 1
    assert study.segments["certainty"].between(0, 1).all()
    assert study.profiles["segment"].tolist() == [1, 2, 3]
    assert study.profiles["name"].is_unique
    assert len(study.verdict.reasons) == 3


def test_no_column_is_invented(study):
    assert set(study.steps.prepared.customers) == {"customer_id", "visits", "score"}


def test_its_scorer_places_its_own_customers_as_it_did_and_new_ones_too(study, tmp_path):
    placed = study.scorer.score(study.steps.prepared.customers)
    assert placed.segment.tolist() == study.segments["segment"].tolist()
    assert placed.certainty.tolist() == study.segments["certainty"].tolist()
    study.scorer.write(tmp_path / "scorer.json")
    read = cs.scorer.Scorer.read(tmp_path / "scorer.json")
    assert read.score([{"visits": 20.1, "score": 0.0}]).segment.tolist() == [study.segments["segment"].iloc[2]]


def test_a_frame_a_file_and_an_index_say_the_same(study, tmp_path):
    customers().to_csv(tmp_path / "mine.csv", index=False)
    for given in (tmp_path / "mine.csv", str(tmp_path / "mine.csv"), customers().set_index("Client No")):
        again = cs.run_study(customers=given, params=QUICK)
        pd.testing.assert_frame_equal(again.segments, study.segments)


def test_transactions_are_retained_and_valued():
    found = cs.run_study(transactions=orders(), params=QUICK)
    assert len(found.segments) == 80
    assert found.steps.retained.as_of == found.steps.prepared.as_of
    often = found.segments["customer_id"].str[1:].astype(int) % 2
    assert homogeneity_score(often, found.segments["segment"]) > 0.95  # whatever else tells them apart
    paid = orders().assign(paid=lambda lines: lines["Quantity"] * lines["UnitPrice"])
    assert found.steps.prepared.customers["net_revenue"].sum() == pytest.approx(paid["paid"].sum(), abs=0.005)


def test_it_is_written_as_a_study_folder_that_says_the_same(study, tmp_path):
    folder = study.write(tmp_path / "mine")
    here = Workspace(folder)
    assert here.params().source.customers == "data/external/customers.parquet"
    own, theirs = here.params().model_dump(), study.params.model_dump()
    assert own == theirs
    for stage in ("collect", "preprocessing", "clustering"):
        subprocess.run([sys.executable, "-m", "customer_segments.stage", stage], cwd=folder, check=True,
                       env=os.environ | {"PYTHONPATH": str(PROJECT / "src")})  # fmt: skip
    segments = here.read_table("data/processed/segments.parquet")
    pd.testing.assert_frame_equal(segments, study.segments[["customer_id", "segment"]], check_dtype=False)
    written = json.loads((folder / "data/models/scorer.json").read_text().split("\n", 1)[1])
    assert written["places"] == json.loads(json.dumps(study.scorer._content["places"]))
    assert written["study"] == study.scorer.study != ""


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "There is no table: give `transactions`, `customers`, or both"),
        ({"customers": "nowhere.csv"}, "nowhere.csv is no file"),
        ({"customers": [1, 2]}, "`customers` is a list: give a pandas DataFrame"),
        ({"customers": pd.DataFrame([[1, 2]], columns=["a", "a"])}, "two columns called 'a'"),
        ({"customers": pd.DataFrame({"id": [1, "x"], "x": [object(), 1]})}, "`customers` cannot be stored"),
        ({"customers": customers(), "params": {"clustering": {"kk": 3}}}, r"`clustering\.kk` is not a known key"),
        ({"customers": customers().head(4)}, "Only 4 customers are left after cleaning"),
    ],
)
def test_what_cannot_be_studied_is_one_sentence(given, said):
    with pytest.raises(cs.StudyError, match=said):
        cs.run_study(**given)


def test_a_study_leaves_the_threads_of_the_caller_as_they_were():
    from threadpoolctl import threadpool_info

    before = [pool["num_threads"] for pool in threadpool_info()]
    cs.run_study(customers=customers(30), params=QUICK)
    assert [pool["num_threads"] for pool in threadpool_info()][: len(before)] == before


ALONE = """
import os
from threadpoolctl import threadpool_info
from customer_segments.base.threads import in_one_thread, threads
import customer_segments as cs
assert not any(name.endswith("_NUM_THREADS") for name in os.environ)
asked = in_one_thread(lambda: [pool["num_threads"] for pool in threadpool_info()])
found = asked()
assert len(found) >= 2 and set(found) == {1}, found
assert max(pool["num_threads"] for pool in threadpool_info()) == os.cpu_count()
with threads(os.cpu_count() + 1):
    assert max(asked()) > os.cpu_count()
assert all(hasattr(getattr(cs, step), "__wrapped__") for step in "prepare segment judge retain value profile".split())
"""


def test_a_step_that_is_called_by_itself_takes_one_thread_though_nobody_has_pinned_any():
    unpinned = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    ran = subprocess.run([sys.executable, "-c", ALONE], env=unpinned, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr

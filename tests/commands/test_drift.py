import json
import subprocess

import numpy as np
import pandas as pd
import pytest

from customer_segments.base.errors import StudyError
from customer_segments.commands import drift as module
from customer_segments.commands.drift import advice, drift
from customer_segments.steps.movements.drift import Run, compare
from tests.support import ENVIRONMENT

GIT = {f"GIT_{who}_{what}": "nobody@nowhere" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


def run(segments, names=None, values=None):
    """A run whose customers are a, b, c … in these segments."""
    customers = [chr(ord("a") + place) for place in range(len(segments))]
    table = pd.DataFrame({"customer_id": customers, "segment": segments}).dropna().astype({"segment": int})
    return Run("run", table, names or {}, pd.DataFrame({"customer_id": customers} | (values or {})))


def test_who_moved_who_is_new_and_who_is_gone():
    found = compare(run([1, 1, 2, 2, None]), run([1, 2, 2, None, 1]))
    expected = pd.DataFrame({1: [1, 0, 1], 2: [1, 1, 0], "Gone": [0, 1, 0]}, index=[1, 2, "New"])
    assert found.migration.to_dict() == expected.to_dict()
    assert found.both == 3
    assert found.moved == pytest.approx(1 / 3)


def test_segments_with_other_names_are_paired_by_the_customers_they_share():
    old, new = run([1, 1, 2, 2], {1: "Dear", 2: "Lost"}), run([2, 2, 1, 1], {1: "Lost", 2: "Dear"})
    found = compare(old, new)
    assert found.by_overlap
    assert found.moved == 0
    assert compare(old, run([2, 2, 1, 1])).moved == 1


@pytest.mark.parametrize(
    ("shift", "said"),
    [
        (0.0, "Keep the segments: no column has moved"),
        (0.4, "Keep the segments, and look again soon: Orders"),
        (1.5, "Make the segments anew: Orders"),
    ],
)
def test_the_advice_follows_the_thresholds(shift, said):
    orders = np.random.default_rng(3).normal(size=2000)
    many = pd.DataFrame({"customer_id": [str(n) for n in range(2000)], "orders": orders})
    segments = many[["customer_id"]].assign(segment=1)
    old = Run("old", segments, {}, many)
    assert advice(compare(old, Run("new", segments, {}, many.assign(orders=many["orders"] + shift)))).startswith(said)


def test_many_moves_alone_are_reason_enough():
    assert advice(compare(run([1] * 10), run([2] * 3 + [1] * 7))).startswith("Make the segments anew: 30%")


def test_a_run_compared_with_itself_has_not_moved(shop):
    said = drift(str(shop), str(shop / "data" / "processed"), shop)
    assert said.startswith("Keep the segments: no column has moved")
    assert "0% of those in both changed segment (adjusted Rand index 1.00" in said
    assert not any(customer in said for customer in pd.read_parquet("data/processed/segments.parquet")["customer_id"])


def test_a_revision_of_git_is_the_run_that_it_recorded(shop):
    def run(*command):
        subprocess.run(command, cwd=shop, env=ENVIRONMENT | GIT, check=True, capture_output=True)

    tables = [f"data/processed/{name}.parquet" for name in ("segments", "customers", "profiles")]
    (shop / "dvc.yaml").unlink()
    run("git", "init", "--quiet")
    run("dvc", "init", "--quiet")
    run("dvc", "add", "--quiet", *tables)
    run("git", "add", "--force", *(f"{table}.dvc" for table in tables), ".dvc/config")
    run("git", "commit", "--quiet", "--message", "one")
    segments = pd.read_parquet(shop / tables[0])
    segments.assign(segment=segments["segment"] % 3 + 1).to_parquet(shop / tables[0])
    said = drift("HEAD", str(shop), shop)
    assert "100% of those in both changed segment (adjusted Rand index 1.00" in said


@pytest.mark.parametrize("ending", ["html", "json", "csv", "txt"])
def test_it_can_be_written_down(shop, ending):
    out = shop / f"drift.{ending}"
    drift(str(shop), str(shop / "reports" / "segmented_customers.csv"), shop, out=out)
    assert out.stat().st_size > 100
    with pytest.raises(StudyError, match="is there already"):
        drift(str(shop), str(shop), shop, out=out)


def test_programs_get_the_numbers(shop):
    drift(str(shop), str(shop), shop, out=shop / "drift.json")
    told = json.loads((shop / "drift.json").read_text())
    assert told["moved_share"] == 0
    assert sum(sum(row.values()) for row in told["migration"].values()) == told["in_both"]


def test_few_customers_are_not_counted_out_for_readers():
    table = module.migration_for_reader(compare(run([1] * 12), run([1] * 11 + [2])), smallest=10)
    assert table["2"].tolist() == ["under 10"]


@pytest.mark.parametrize(
    ("place", "content", "said"),
    [
        ("nowhere", None, "neither a folder or a file nor a revision of git"),
        ("a.csv", "customer_id,age\na,1\n", "has no column segment"),
        ("b.csv", "customer_id,segment\na,1\na,2\n", "holds a customer twice"),
        ("c.csv", "customer_id,segment\na,Dear\n", "holds other things than whole numbers"),
    ],
)
def test_what_cannot_be_compared_is_refused(shop, place, content, said):
    if content:
        (shop / place).write_text(content)
    with pytest.raises(StudyError, match=said):
        drift(str(shop), place, shop)

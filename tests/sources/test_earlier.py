"""The run that a study is compared with: what is kept of it, and what is refused."""

import json
from pathlib import Path

import pandas as pd
import pytest

from customer_segments.base.errors import StudyError
from customer_segments.sources.earlier import FOLDER, fingerprint, has_changed, keep
from customer_segments.sources.forgotten import Forgotten, forgotten
from customer_segments.sources.secrets import Reach
from customer_segments.steps.movements.drift import Run


@pytest.fixture
def studies(tmp_path) -> Path:
    """A folder with a finished study `then` and the study `now`."""
    made = tmp_path / "then/data/processed"
    made.mkdir(parents=True)
    customers = pd.DataFrame({"customer_id": ["a", "b", "c"], "orders": [1.0, 2.0, 3.0]})
    customers.to_parquet(made / "customers.parquet")
    customers[["customer_id"]].assign(segment=[1, 1, 2]).to_parquet(made / "segments.parquet")
    pd.DataFrame({"segment": [1, 2], "name": ["Dear", "Lost"]}).to_parquet(made / "profiles.parquet")
    (made / "verdict.json").write_text('{"verdict": "distinct groups"}')
    (tmp_path / "now" / FOLDER).mkdir(parents=True)
    (tmp_path / "now/data/processed").mkdir()
    return tmp_path


def kept(studies: Path, place: str | None = "../then", gone: Forgotten | None = None) -> Run | None:
    now = studies / "now"
    keep(place, Reach(now, gone=gone or Forgotten()), now / FOLDER)
    return Run.kept(now / FOLDER)


@pytest.mark.parametrize("place", ["../then", "../then/data/processed"])
def test_it_is_kept_with_its_names_and_its_verdict(studies, place):
    run = kept(studies, place)
    assert run.segments.to_dict("list") == {"customer_id": ["a", "b", "c"], "segment": [1, 1, 2]}
    assert run.values["orders"].tolist() == [1.0, 2.0, 3.0]
    assert (run.names, run.verdict) == ({1: "Dear", 2: "Lost"}, "distinct groups")


def test_no_run_is_none(studies):
    assert kept(studies, None) is None


def test_who_was_forgotten_is_not_kept(studies):
    (studies / "gone.json").write_text(json.dumps(Forgotten().remembering(["b"])))
    run = kept(studies, gone=forgotten(studies / "gone.json"))
    assert run.segments["customer_id"].tolist() == run.values["customer_id"].tolist() == ["a", "c"]


def test_a_run_that_was_run_again_has_changed_and_one_that_is_gone_has_not(studies):
    now, segments = studies / "now", studies / "then/data/processed/segments.parquet"
    assert not has_changed("../then", now)
    kept(studies)
    assert not has_changed("../then", now)
    pd.read_parquet(segments).iloc[:2].to_parquet(segments)
    assert has_changed("../then", now)
    assert not has_changed("../another", now)
    segments.unlink()
    assert fingerprint("../then", now) is None
    assert not has_changed("../then", now)


@pytest.mark.parametrize(
    ("place", "spoil", "said"),
    [
        ("../nowhere", None, r"\.\./nowhere is no finished study \(it has no data/processed/segments.parquet\)"),
        ("../then", lambda made: (made / "verdict.json").unlink(), "is no finished study .*verdict.json"),
        (".", None, "is this study itself"),
        ("data/processed", None, "is this study itself"),
        ("../then", lambda made: (made / "segments.parquet").write_text("no table"), "cannot be read as this version"),
        ("../then", lambda made: (made / "verdict.json").write_text("[]"), "cannot be read as this version"),
        (
            "../then",
            lambda made: pd.DataFrame({"id": ["a"]}).to_parquet(made / "segments.parquet"),
            "cannot be read as this version",
        ),
        (
            "../then",
            lambda made: (made / "../../customer_segments.txt").write_text("customer_segments 0.0.9\nabc\n"),
            "was run by customer_segments 0.0.9, and this is customer_segments",
        ),
    ],
)
def test_what_is_no_run_to_compare_with_is_refused_in_a_sentence(studies, place, spoil, said):
    if spoil:
        spoil(studies / "then/data/processed")
    with pytest.raises(StudyError, match=said) as refused:
        kept(studies, place)
    assert refused.value.setting == "compare"
    assert list((studies / "now" / FOLDER).iterdir()) == []

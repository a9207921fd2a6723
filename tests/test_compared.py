"""A study that names an earlier run says what is different; one that names none says nothing of it."""

import json
import re
import shutil

import pandas as pd
import pytest

from customer_segments.run import reproduce
from customer_segments.steps.movements.drift import REFIT

QUESTION = "What is different from the study before?"
CODE = "Run.kept("


def test_where_no_run_is_named_no_page_holds_anything_of_it(small_shop):
    page = small_shop.path("reports/08_profiling.html").read_text()
    assert QUESTION not in page
    assert CODE not in re.sub("<[^>]+>", "", page)
    assert "before" not in json.loads(small_shop.path("reports/content.json").read_text())
    assert "compared" not in json.loads(small_shop.path("reports/metrics/profiling.json").read_text())


def test_what_is_different_is_told_and_a_run_that_was_run_again_is_read_again(copied_shop, tmp_path, monkeypatch):
    then = tmp_path / "then"
    shutil.copytree(copied_shop.path("data/processed"), then / "data/processed")
    kept = then / "data/processed/segments.parquet"
    segments = pd.read_parquet(kept)
    kept.unlink()  # DVC's cache may be linked to it
    segments.assign(segment=segments["segment"].mask(segments.index % 2 == 0, 1)).to_parquet(kept)
    copied_shop.change(compare="../then")
    for stage in ("collect", "profiling", "publish"):
        copied_shop.stage(stage)
    page = copied_shop.path("reports/08_profiling.html").read_text()
    assert f"<h2>{QUESTION}</h2>" in page
    assert CODE in re.sub("<[^>]+>", "", page)
    told = json.loads(copied_shop.path("reports/metrics/profiling.json").read_text())["compared"]
    now = pd.read_parquet(copied_shop.path("data/processed/segments.parquet"))
    moved = (pd.read_parquet(kept)["segment"] != now["segment"]).mean()
    assert told["moved"] == pytest.approx(moved)
    assert moved > REFIT
    front = copied_shop.path("reports/index.html").read_text()
    assert f"{moved:.0%} of the customers of both stand in another segment" in front
    monkeypatch.chdir(copied_shop.folder)
    assert not reproduce._compared_anew()
    segments.to_parquet(kept)
    assert reproduce._compared_anew()
